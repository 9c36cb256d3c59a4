/** Everything that must hold of the generated codec of a state, held against the schema-driven one on the same values and bytes. */
import type { NamedType, Type, Version, World } from "../../compiler/schema/ir.ts";
import { mutateBody } from "../fuzz/mutate-dump.ts";
import { expectBytes } from "./check-codec.ts";
import type { At } from "./check-codec.ts";
import { checkTables } from "./check-tables.ts";
import type { GeneratedCodec } from "./generated.ts";
import { outcomeOf } from "./generated.ts";
import { versionText } from "./model.ts";
import { outcomeText } from "./outcome.ts";
import type { Decoded, Outcome } from "./outcome.ts";
import type { Random } from "./random.ts";
import { same, shown } from "./same.ts";
import { declarationIn } from "./values.ts";

/** What was compared. */
export interface GeneratedTally {
  encoded: number;
  encodeRefused: number;
  decoded: number;
  decodeRefused: number;
  mutated: number;
  mutatedTaken: number;
  views: number;
  kept: number;
  /** Tables that were given as views. */
  tables: number;
}

export function newGeneratedTally(): GeneratedTally {
  return {
    encoded: 0,
    encodeRefused: 0,
    decoded: 0,
    decodeRefused: 0,
    mutated: 0,
    mutatedTaken: 0,
    views: 0,
    kept: 0,
    tables: 0,
  };
}

/** A value encoded by both, into bytes of its own and into a buffer, then decoded and viewed. */
export function checkEncode(generated: GeneratedCodec, at: At, value: unknown, tally: GeneratedTally): void {
  const wanted = at.codec.encode(value);
  expectSameBytes(generated.encode(value), wanted, "generated encode");
  if (!wanted.ok) {
    tally.encodeRefused++;
    return;
  }
  tally.encoded++;
  const bytes = wanted.result;
  checkInto(generated, value, bytes);
  checkDecode(generated, at, bytes, tally);
  const view = outcomeOf(() => viewed(at.world, at.type, generated.codec.view(bytes)));
  if (!view.ok) throw new Error(`view: ${outcomeText(view)}`);
  if (!same(view.result, value)) throw new Error(`view: ${shown(view.result)}, not ${shown(value)}`);
  tally.views++;
  tally.tables += checkTables(generated, value, bytes, []);
  const problems = generated.codec.validate(value as object).filter(({ code }) => !code.startsWith("B85"));
  if (problems.length > 0) throw new Error(`validate: ${problems.map(({ message }) => message).join("; ")}`);
}

function checkInto(generated: GeneratedCodec, value: unknown, bytes: Uint8Array): void {
  // An offset that is no multiple of 8 may be refused or copied, but one that is must work.
  for (const [offset, room] of [
    [0, 0],
    [8, 24],
  ] as const) {
    const buffer = new Uint8Array(offset + bytes.length + room).fill(0xaa);
    const end = outcomeOf(() => generated.codec.encodeInto(value as object, buffer, offset));
    if (!end.ok) throw new Error(`encodeInto at ${offset}: ${outcomeText(end)}`);
    if (end.result !== offset + bytes.length) throw new Error(`encodeInto ends at ${end.result}`);
    expectBytes({ ok: true, result: buffer.subarray(offset, end.result) }, bytes, "encodeInto");
    if (
      buffer.subarray(end.result).some((byte) => byte !== 0xaa) ||
      buffer.subarray(0, offset).some((byte) => byte !== 0xaa)
    ) {
      throw new Error("encodeInto writes beyond its bytes");
    }
  }
  if (bytes.length > 0) {
    const short = outcomeOf(() => generated.codec.encodeInto(value as object, new Uint8Array(bytes.length - 8), 0));
    if (short.ok) throw new Error("encodeInto takes a buffer that is too short");
  }
}

/** A value written for another version by both. */
export function checkEncodeFor(
  generated: GeneratedCodec,
  at: At,
  target: At,
  value: unknown,
  tally: GeneratedTally,
): void {
  const { version } = target.codec.type;
  const own = at.codec.encode(value);
  if (own.ok) checkTables(generated, value, own.result, [version]);
  const wanted = at.codec.encodeFor(target.codec, value);
  expectSameBytes(generated.encode(value, version), wanted, `generated encode for ${versionText(version)}`);
  if (wanted.ok) tally.encoded++;
  else tally.encodeRefused++;
}

/** Bytes decoded by both. */
export function checkDecode(generated: GeneratedCodec, at: At, bytes: Uint8Array, tally: GeneratedTally): boolean {
  const wanted = at.codec.decode(bytes);
  const found = generated.decode(bytes);
  expectSame(found, wanted, "generated decode", (a, b) => {
    if (!same(a.value, b.value)) return `${shown(a.value)}, not ${shown(b.value)}`;
    return same(dropsOf(a), dropsOf(b)) ? null : `drops ${shown(a.dropped)}, not ${shown(b.dropped)}`;
  });
  // Without a hook for what is dropped another path is taken.
  const plain = outcomeOf(() => generated.codec.decode(bytes));
  if (plain.ok !== found.ok || (plain.ok && found.ok && !same(plain.result, found.result.value))) {
    throw new Error(`decode without options: ${outcomeText(plain)}, with them ${outcomeText(found)}`);
  }
  if (wanted.ok) tally.decoded++;
  else tally.decodeRefused++;
  return wanted.ok;
}

function dropsOf({ dropped }: Decoded): string[] {
  return dropped.map(({ path, id }) => `${path} ${id}`).sort();
}

/** Mutated bytes: both must do the same, and a view must do nothing worse than refuse. */
export function checkMutated(
  random: Random,
  generated: GeneratedCodec,
  at: At,
  bytes: Uint8Array,
  tally: GeneratedTally,
): void {
  const mutated = mutateBody(random, bytes);
  tally.mutated++;
  try {
    if (checkDecode(generated, at, mutated, tally)) tally.mutatedTaken++;
    outcomeOf(() => viewed(at.world, at.type, generated.codec.view(mutated)));
    const original = generated.decode(bytes);
    if (original.ok) tally.tables += checkTables(generated, original.result.value, mutated, []);
  } catch (error) {
    throw new Error(`mutated to ${Buffer.from(mutated).toString("hex")}`, { cause: error });
  }
}

/** Bytes of another version carried through a decode and an encode, told which version it is and not. */
export function checkKept(generated: GeneratedCodec, bytes: Uint8Array, version: Version, tally: GeneratedTally): void {
  for (const writer of [undefined, version]) {
    const decoded = generated.decode(bytes, true, writer);
    if (!decoded.ok) return;
    tally.kept++;
    expectBytes(
      generated.encode(decoded.result.value),
      bytes,
      `kept unknown, written by ${writer === undefined ? "whoever" : versionText(writer)}`,
    );
  }
}

function expectSameBytes(found: Outcome<Uint8Array>, wanted: Outcome<Uint8Array>, what: string): void {
  expectSame(found, wanted, what, (a, b) => (same(a, b) ? null : `${shown(a)}, not ${shown(b)}`));
}

/**
 * The generated codec stops at its first reason, which must be among all that the tools find. Bytes that are no body, and values that cannot be
 * written for an older version, have more than one true reason, and the two look in another order: there any reason of that sort will do.
 */
function expectSame<T>(
  found: Outcome<T>,
  wanted: Outcome<T>,
  what: string,
  differ: (a: T, b: T) => string | null,
): void {
  if (found.ok && wanted.ok) {
    const differs = differ(found.result, wanted.result);
    if (differs !== null) throw new Error(`${what}: ${differs}`);
    return;
  }
  if (found.ok || wanted.ok) throw new Error(`${what}: ${outcomeText(found)}, the tools: ${outcomeText(wanted)}`);
  const [reason] = found.reasons;
  if (wanted.reasons.some(({ code, path }) => code === reason?.code && path === reason.path)) return;
  if (reason !== undefined && sortsOf(wanted.reasons, what).some((sort) => reason.code.startsWith(sort))) return;
  throw new Error(`${what}: ${outcomeText(found)}, the tools: ${outcomeText(wanted)}`);
}

function sortsOf(reasons: readonly { readonly code: string }[], what: string): string[] {
  if (reasons.some(({ code }) => code.startsWith("B81"))) return ["B81", "B82"];
  if (what.includes(" for ")) return ["B82", "B8303"];
  // Of a table with too many rows that hold too much, each tells what it sees first.
  if (reasons.some(({ code }) => code === "B8214")) return ["B8206"];
  // The tools evaluate checks only where all else holds.
  return reasons.some(({ code }) => !["B8212", "B8213"].includes(code)) ? ["B8212", "B8213"] : [];
}

/** What a view shows, as a value of the value model. */
export function viewed(world: World, type: Type, shownValue: unknown): unknown {
  switch (type.kind) {
    case "optional":
      return shownValue === undefined ? undefined : viewed(world, type.element, shownValue);
    case "list": {
      // A table has one cursor for all rows, so each is turned into a value before the next is asked for.
      const elements: unknown[] = [];
      for (const element of shownValue as Iterable<unknown>) elements.push(viewed(world, type.element, element));
      return elements;
    }
    case "named":
      return viewedDeclared(world, type, shownValue);
    case "int":
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
      return shownValue;
  }
}

function viewedDeclared(world: World, type: NamedType, view: unknown): unknown {
  const declaration = declarationIn(world, type);
  switch (declaration.kind) {
    case "type":
      return viewed(world, declaration.type, view);
    case "state":
    case "struct": {
      const object: Record<string, unknown> = {};
      for (const member of declaration.members) {
        // Members of a view are getters.
        const value = viewed(world, member.type, (view as Record<string, unknown>)[member.name]);
        Object.defineProperty(object, member.name, { value, enumerable: true, writable: true, configurable: true });
      }
      return object;
    }
    case "union": {
      const { kind, value } = view as { kind: string; value: unknown };
      const alternative = declaration.alternatives.find(({ name }) => name === kind);
      return { kind, value: alternative?.type == null ? value : viewed(world, alternative.type, value) };
    }
    case "const":
    case "enum":
    case "bits":
      return view;
  }
}
