import { carriedBody } from "./carried.ts";
import type { CodecParts, EncodeOptions } from "./codec.ts";
import { checkDepthOf } from "./depth.ts";
import { describe, typeNamed, type Described } from "./description.ts";
import { BatonError, withPlace } from "./errors.ts";
import { deepest } from "./form.ts";
import { elementsSeen } from "./given-tables.ts";
import { reserve } from "./memory.ts";
import { mergeCarried } from "./merge.ts";
import { checkOptions } from "./options.ts";
import type { LeftOut, Output } from "./output.ts";
import { firstProblem } from "./validate.ts";
import { checkBytes, own } from "./values.ts";
import { checkNames, targetsOf, type ModuleDescriptor, type Targets } from "./versions.ts";

/** The part of a codec that encoding needs. */
export interface Encodes<Init> {
  readonly name: string;
  readonly module: ModuleDescriptor;
  readonly inner: CodecParts<unknown, Init>;
}

/** Encodes what the fast path of a generated `encode` does not: for other versions, and values that carry what is unknown. */
export function encodeOtherwise<Init extends object>(
  codec: Encodes<Init>,
  value: Init,
  options: EncodeOptions | undefined,
): Uint8Array {
  checkOptions(options, ["for", "dropped"]);
  const choice = options?.for;
  const carried = carriedBody(value);
  if (carried !== null) {
    if (choice !== undefined) {
      throw new BatonError("B8308", { expected: "no `for` with `keepUnknown`", found: String(choice) });
    }
    return mergeCarried(codec, value, carried);
  }
  if (choice === undefined) return encodeFor(codec, value, null);
  checkNames(choice, [codec.module]);
  return encodeFor(codec, value, targetsOf(choice, codec.module), { dropped: options?.dropped });
}

/** What a failed encode comes to: the bytes, where there was only too little room, or its error. */
export function encodeAgain<Init extends object>(error: unknown, codec: Encodes<Init>, value: Init): Uint8Array {
  if (error instanceof RangeError) return encodeFor(codec, value, null);
  throw refused(error, codec.inner.describe, value);
}

/** What else is asked of a body. */
interface Asked {
  /** Whether what `keepUnknown` kept is written, and nothing may be left out. */
  readonly keepUnknown?: boolean;
  /** Told of what is left out. */
  readonly dropped?: EncodeOptions["dropped"];
}

/** Encodes at packed versions, or at the working ones. */
export function encodeFor<Init extends object>(
  codec: Encodes<Init>,
  value: Init,
  targets: Targets | null,
  { keepUnknown = false, dropped }: Asked = {},
): Uint8Array {
  const { describe: root, room, write, writeAt, deep } = codec.inner;
  try {
    for (let size = room(value); ; size = size * 4 + 1024) {
      const out = reserve(size);
      out.targets = targets;
      out.keepUnknown = keepUnknown;
      const leftOut: LeftOut[] = [];
      out.leftOut = dropped === undefined ? null : leftOut;
      const end = attempt(targets === null ? write : writeAt, out, value, targets !== null);
      out.targets = null;
      out.keepUnknown = false;
      out.leftOut = null;
      if (end > out.words.length) continue;
      const body = out.take(end);
      if (deep) checkDepthOf(body, root);
      if (dropped !== undefined && leftOut.length > 0) tellLeftOut(leftOut, root, value, dropped);
      return body;
    }
  } catch (error) {
    throw refused(error, root, value);
  }
}

/** Writes a value; Infinity if what is computed for an older version takes more than the value itself, for which there was room. */
function attempt<Init>(
  write: CodecParts<unknown, Init>["write"],
  out: Output,
  value: Init,
  mayOverflow: boolean,
): number {
  try {
    return write(out, value, out.start);
  } catch (error) {
    if (mayOverflow && error instanceof RangeError) return Infinity;
    throw error;
  }
}

/** The slow path of `encodeInto`: through memory of its own. */
export function encodeAside<Init extends object>(
  codec: Encodes<Init>,
  value: Init,
  bytes: Uint8Array,
  offset: number,
  options: EncodeOptions | undefined,
): number {
  checkBytes(bytes);
  const body = encodeOtherwise(codec, value, options);
  if (offset >>> 0 !== offset) throw new BatonError("B8308", { expected: "an offset", found: String(offset) });
  if (offset + body.length > bytes.length) {
    throw new BatonError("B8305", { expected: String(body.length), found: String(Math.max(bytes.length - offset, 0)) });
  }
  bytes.set(body, offset);
  return offset + body.length;
}

/** An error of writing about a member of an object, whose path is found when it leaves `encode`. */
export class MemberError extends BatonError {
  readonly holder: object;
  readonly member: string;

  constructor(holder: object, member: string, ...rest: ConstructorParameters<typeof BatonError>) {
    super(...rest);
    this.holder = holder;
    this.member = member;
  }
}

/**
 * The error of a failed encode: the fast path only knows that something does not fit, so the value is searched for what. Anything that the
 * search cannot explain passes through.
 */
export function refused(error: unknown, described: Described, value: unknown): unknown {
  const problem = firstProblem(described, value);
  if (problem !== null) return problem;
  const named = typeNamed(described);
  if (!(error instanceof MemberError)) return error instanceof BatonError ? withPlace(error, named) : error;
  const path = pathTo(described, value, error.holder);
  const { code, id, expected, found } = error;
  return new BatonError(code, {
    ...named,
    path: error.member === "" ? path : joined(path, error.member),
    ...(id === undefined ? {} : { id }),
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
  });
}

/** Tells of what was left out, in the order it was written. */
function tellLeftOut(
  leftOut: readonly LeftOut[],
  described: Described,
  value: object,
  dropped: NonNullable<EncodeOptions["dropped"]>,
): void {
  const paths = new Map<object, string[]>(leftOut.map(({ holder }) => [holder, []]));
  for (const { object, path } of objectsIn(described, value, "")) paths.get(object)?.push(path);
  const told = new Map<string, number>();
  for (const { holder, member, id } of leftOut) {
    // An object may stand in several places.
    const key = `${member} ${paths.get(holder)?.[0] ?? ""}`;
    const times = told.get(key) ?? 0;
    told.set(key, times + 1);
    dropped(joined(paths.get(holder)?.[times] ?? "", member), id);
  }
}

/** The way from a value to an object in it. */
function pathTo(described: Described, value: unknown, holder: object): string {
  for (const { object, path } of objectsIn(described, value, "")) if (object === holder) return path;
  return "";
}

/** Every object of a value that has members or is a union, with the path to it. */
function* objectsIn(
  described: Described,
  value: unknown,
  path: string,
  depth = 0,
): Generator<{ readonly object: object; readonly path: string }> {
  if (typeof value !== "object" || value === null || depth > deepest) return;
  const type = describe(described);
  switch (type.kind) {
    case "state":
    case "struct":
      yield { object: value, path };
      for (const member of type.members) {
        yield* objectsIn(member.type, own(value, member.name), joined(path, member.name), depth + 1);
      }
      return;
    case "union": {
      yield { object: value, path };
      const alternative = type.alternatives.find((one) => one.name === own(value, "kind"));
      if (alternative === undefined || alternative.type === null) return;
      yield* objectsIn(alternative.type, own(value, "value"), joined(path, alternative.name), depth + 1);
      return;
    }
    case "list":
      for (const [i, element] of elementsSeen(value).entries())
        yield* objectsIn(type.element, element, `${path}[${i}]`, depth);
      return;
    case "int":
    case "enum":
    case "bits":
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
      return;
  }
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
