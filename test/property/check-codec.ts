/** Everything that must hold of the codecs of one schema, for values drawn at each of its versions. */
import { compile } from "../../compiler/compile.ts";
import type { Compiled } from "../../compiler/compile.ts";
import type { NamedType, World } from "../../compiler/schema/ir.ts";
import { asOf } from "./as-of.ts";
import { checkDecode, checkEncode, checkEncodeFor, checkKept, checkMutated } from "./check-generated.ts";
import type { GeneratedTally } from "./check-generated.ts";
import { Generated } from "./generated.ts";
import type { GeneratedCodec } from "./generated.ts";
import { versionText } from "./model.ts";
import type { SchemaModel } from "./model.ts";
import { readAs, Refused, writtenFor } from "./one-rule.ts";
import { outcomeText } from "./outcome.ts";
import type { Decoded, Outcome } from "./outcome.ts";
import { printSchema } from "./print.ts";
import type { Random } from "./random.ts";
import { same, shown } from "./same.ts";
import { ToolCodec } from "./tool-codec.ts";
import { defaultValue, memberOf, Values } from "./values.ts";
import type { DrawnValue } from "./values.ts";
import { stateIn, statesIn, worldsOf } from "./worlds.ts";

/** What was done, so that it can be seen that something was. */
export interface Tally {
  schemas: number;
  states: number;
  values: number;
  /** Values that fail a check, which must be refused. */
  failing: number;
  /** Reads at another version, and what came of them. */
  readsTaken: number;
  readsRefused: number;
  writesTaken: number;
  writesRefused: number;
  dropped: number;
}

export function newTally(): Tally {
  return {
    schemas: 0,
    states: 0,
    values: 0,
    failing: 0,
    readsTaken: 0,
    readsRefused: 0,
    writesTaken: 0,
    writesRefused: 0,
    dropped: 0,
  };
}

/** One state at one version. */
export interface At {
  readonly world: World;
  readonly type: NamedType;
  readonly codec: ToolCodec;
}

/** Compiles a model that must compile. */
export function compileModel(model: SchemaModel): Compiled {
  const compiled = compile(printSchema(model));
  const errors = compiled.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    throw new Error(`does not compile: ${errors.map(({ code, message }) => `${code} ${message}`).join("; ")}`);
  return compiled;
}

/** Draws values of every state at every version and checks them; throws with what does not hold. */
export function checkSchema(
  random: Random,
  model: SchemaModel,
  perState: number,
  tally: Tally,
  generated?: GeneratedTally,
): void {
  const compiled = compileModel(model);
  tally.schemas++;
  const code = generated === undefined ? null : new Generated(compiled);
  for (const { name } of model.modules) {
    const worlds = worldsOf(compiled, name);
    for (const [index, { version, world }] of worlds.entries()) {
      const isWorking = index === worlds.length - 1;
      // Now and then what was generated when an earlier version was the last one.
      const asWas = generated !== undefined && !isWorking && random.chance(25) ? asOf(model, name, version) : null;
      const then = isWorking ? code : asWas === null ? null : new Generated(compileModel(asWas));
      const values = new Values(random, world);
      for (const state of statesIn(world, name)) {
        tally.states++;
        const type: NamedType = { kind: "named", module: name, name: state.name };
        const writer = { world, type, codec: new ToolCodec(world, name, state) };
        const others = worlds.flatMap(({ world: other }, i) => {
          const found = stateIn(other, name, state.name);
          return found === undefined
            ? []
            : [{ world: other, type, codec: new ToolCodec(other, name, found), older: i <= index }];
        });
        for (let i = 0; i < perState; i++) {
          const drawn = values.draw(type);
          try {
            checkValue(writer, drawn, tally);
            for (const other of others) {
              checkRead(writer, other, drawn, tally);
              if (other.older) checkWrite(writer, other, drawn, tally);
            }
            if (generated === undefined || then === null) continue;
            const codec = then.codec(name, state.name);
            checkEncode(codec, writer, drawn.value, generated);
            const encoded = writer.codec.encode(drawn.value);
            if (encoded.ok) for (let j = 0; j < 3; j++) checkMutated(random, codec, writer, encoded.result, generated);
            for (const other of others) {
              const { version: target } = other.codec.type;
              if (other.older && (world.get(name)?.writes ?? []).includes(target))
                checkEncodeFor(codec, writer, other, drawn.value, generated);
              checkOtherVersion(random, codec, writer, other, generated);
            }
          } catch (error) {
            throw new Error(`${name}.${state.name} at ${versionText(version)}: ${shown(drawn.value)}`, {
              cause: error,
            });
          }
        }
      }
    }
  }
}

/** What another version wrote, read by generated code: taken, or carried along unread. */
function checkOtherVersion(random: Random, codec: GeneratedCodec, reader: At, writer: At, tally: GeneratedTally): void {
  const { value, satisfies } = new Values(random, writer.world).draw(writer.type);
  if (!satisfies) return;
  const encoded = writer.codec.encode(value);
  if (!encoded.ok) throw new Error(`a drawn value: ${outcomeText(encoded)}`);
  try {
    checkDecode(codec, reader, encoded.result, tally);
    checkKept(codec, encoded.result, writer.codec.type.version, tally);
  } catch (error) {
    throw new Error(`written at ${versionText(writer.codec.type.version)}: ${shown(value)}`, { cause: error });
  }
}

/** A value at its own version: round trip, canonical bytes, defaults left out, JSON. */
export function checkValue({ world, type, codec }: At, { value, satisfies }: DrawnValue, tally: Tally): void {
  tally.values++;
  const encoded = codec.encode(value);
  if (encoded.ok !== satisfies)
    throw new Error(`encode: ${outcomeText(encoded)}, though checks ${satisfies ? "hold" : "fail"}`);
  if (!encoded.ok) {
    tally.failing++;
    if (!encoded.reasons.every(({ code }) => code.startsWith("B82")))
      throw new Error(`a failing check gives ${outcomeText(encoded)}`);
    return;
  }
  const bytes = encoded.result;
  if (bytes.length % 8 !== 0) throw new Error(`${bytes.length} bytes are no words`);
  expectBytes(codec.encode(value), bytes, "encoded twice");
  const decoded = codec.decode(bytes);
  if (!decoded.ok) throw new Error(`its own bytes: ${outcomeText(decoded)}`);
  if (!same(decoded.result.value, value)) throw new Error(`decodes to ${shown(decoded.result.value)}`);
  if (decoded.result.dropped.length > 0) throw new Error("drops something of its own");
  expectBytes(codec.encode(decoded.result.value), bytes, "decoded and encoded");
  expectBytes(codec.encode(withoutDefaults(world, type, value)), bytes, "encoded without what is at its default");
  const json = codec.json(value);
  const back = codec.fromJson(json);
  expectBytes(codec.encode(back), bytes, `through JSON ${json}`);
}

/** The value without its own members that are absent or at their default: a writer fills them in. */
function withoutDefaults(world: World, type: NamedType, value: Record<string, unknown>): Record<string, unknown> {
  const members = stateIn(world, type.module, type.name)?.members ?? [];
  const left: Record<string, unknown> = {};
  for (const member of members) {
    const held = memberOf(value, member.name);
    if (held === undefined || (member.default !== null && same(held, defaultValue(world, member)))) continue;
    // Not a plain assignment: a member may be called __proto__.
    Object.defineProperty(left, member.name, { value: held, enumerable: true, writable: true, configurable: true });
  }
  return left;
}

export function expectBytes(outcome: Outcome<Uint8Array>, bytes: Uint8Array, what: string): void {
  if (!outcome.ok) throw new Error(`${what}: ${outcomeText(outcome)}`);
  if (!same(outcome.result, bytes)) throw new Error(`${what}: ${shown(outcome.result)}, not ${shown(bytes)}`);
}

/** A value of one version read at another, against the one rule. */
export function checkRead(writer: At, reader: At, { value, satisfies }: DrawnValue, tally: Tally): void {
  if (!satisfies) return;
  const encoded = writer.codec.encode(value);
  if (!encoded.ok) throw new Error("did encode just now");
  const wanted = orRefused(() => readAs(writer.world, reader.world, writer.type, value));
  const found = reader.codec.decode(encoded.result);
  const at = `read at ${reader.codec.type.version}`;
  if (found.ok !== wanted.ok)
    throw new Error(`${at}: ${outcomeText(found)}, where the rule says ${wanted.ok ? "accepted" : wanted.why}`);
  if (!found.ok || !wanted.ok) {
    tally.readsRefused++;
    return;
  }
  tally.readsTaken++;
  tally.dropped += found.result.dropped.length;
  expectDecoded(found.result, wanted.result, at);
}

function expectDecoded(found: Decoded, wanted: { value: unknown; dropped: readonly number[] }, at: string): void {
  if (!same(found.value, wanted.value)) throw new Error(`${at}: ${shown(found.value)}, not ${shown(wanted.value)}`);
  const [ids, wantedIds] = [found.dropped.map(({ id }) => id), wanted.dropped].map((list) =>
    [...list].sort((a, b) => a - b).join(),
  );
  if (ids !== wantedIds) throw new Error(`${at}: drops ${ids}, not ${wantedIds}`);
}

/** A value written for an older version, against the one rule. */
export function checkWrite(writer: At, target: At, { value }: DrawnValue, tally: Tally): void {
  const wanted = orRefused(() => writtenFor(writer.world, target.world, writer.type, value));
  const found = writer.codec.encodeFor(target.codec, value);
  const at = `written for ${target.codec.type.version}`;
  if (found.ok !== wanted.ok)
    throw new Error(`${at}: ${outcomeText(found)}, where the rule says ${wanted.ok ? "accepted" : wanted.why}`);
  if (!found.ok || !wanted.ok) {
    tally.writesRefused++;
    return;
  }
  tally.writesTaken++;
  // Such bytes are in every byte what the older version would have written.
  expectBytes(target.codec.encode(wanted.result), found.result, `${at}, as that version writes it`);
}

type Ruled<T> = { readonly ok: true; readonly result: T } | { readonly ok: false; readonly why: string };

function orRefused<T>(rule: () => T): Ruled<T> {
  try {
    return { ok: true, result: rule() };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, why: error.message };
    throw error;
  }
}
