import { checkInteger } from "../dump/integers.ts";
import { integerOf, isList, isObject, memberOf, setMember, type Value } from "../dump/value.ts";
import { fixedSizeOf, integerValue, type WireInteger, type WireStruct, type WireType } from "../dump/wire-type.ts";

/** How often what the one side does not take gives way to what the other does not. */
const ROUNDS = 8;

/**
 * A row of the writer like the given one, with bytes that a reader who lays its members out otherwise takes, too: one value in thousands is such
 * a row where a member may hold little, and drawing does not hit it. `wanted` is a row of the reader. The writer may still refuse it.
 */
export function agreedRow(writer: WireStruct, reader: WireStruct, value: Value, wanted: Value): Value {
  const [mine, theirs] = [bytesOf(writer, value), bytesOf(reader, wanted)];
  const bytes = mine.slice();
  const sides = [
    { leaves: leavesOf(reader, 0).filter(({ at, size }) => at + size <= writer.stride), held: theirs },
    { leaves: leavesOf(writer, 0), held: mine },
  ];
  for (let round = 0; round < ROUNDS; round++) {
    const mended = sides.map(({ leaves, held }) => mend(bytes, leaves, held));
    if (!mended.includes(true)) break;
  }
  return valueOf(writer, bytes, 0);
}

/** Puts other bytes where there is no value of a leaf. Whether there was such a place. */
function mend(bytes: Uint8Array, leaves: readonly Leaf[], held: Uint8Array): boolean {
  const wrong = leaves.filter(({ type, at }) => !isValue(type, bytes, at));
  for (const { at, size } of wrong) bytes.set(held.subarray(at, at + size), at);
  return wrong.length > 0;
}

/** What of a row has no parts. */
interface Leaf {
  readonly type: WireType;
  readonly at: number;
  readonly size: number;
}

function leavesOf(type: WireType, at: number): readonly Leaf[] {
  if (type.kind === "struct") return type.members.flatMap((member) => leavesOf(member.type, at + member.offset));
  const size = fixedSizeOf(type) ?? 0;
  if (type.kind !== "list") return [{ type, at, size }];
  const step = fixedSizeOf(type.element) ?? 0;
  return Array.from({ length: type.min }, (_, i) => leavesOf(type.element, at + i * step)).flat();
}

function bytesOf(type: WireStruct, value: Value): Uint8Array {
  const bytes = new Uint8Array(type.stride);
  put(type, value, bytes, 0);
  return bytes;
}

function put(type: WireType, value: Value, bytes: Uint8Array, at: number): void {
  switch (type.kind) {
    case "int":
    case "enum":
    case "bits":
      return putInteger(type, integerOf(value) ?? 0n, bytes, at);
    case "bool":
      bytes[at] = value === true ? 1 : 0;
      return;
    case "struct":
      if (!isObject(value)) return;
      for (const member of type.members) put(member.type, memberOf(value, member.name), bytes, at + member.offset);
      return;
    case "list": {
      const size = fixedSizeOf(type.element) ?? 0;
      if (isList(value)) for (const [i, one] of value.entries()) put(type.element, one, bytes, at + i * size);
      return;
    }
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
      if (value instanceof Uint8Array) bytes.set(value, at);
      else if (typeof value === "string") bytes.set(new TextEncoder().encode(value), at);
      return;
    case "state":
    case "union":
    case "optional":
      throw new Error(`${type.text} has no fixed size`);
  }
}

function putInteger({ width }: WireInteger, integer: bigint, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < width / 8; i++) bytes[at + i] = Number((integer >> BigInt(8 * i)) & 0xffn);
}

function integerAt({ width, signed }: WireInteger, bytes: Uint8Array, at: number): bigint {
  let integer = 0n;
  for (let i = 0; i < width / 8; i++) integer |= BigInt(bytes[at + i] ?? 0) << BigInt(8 * i);
  return signed ? BigInt.asIntN(width, integer) : integer;
}

function valueOf(type: WireType, bytes: Uint8Array, at: number): Value {
  switch (type.kind) {
    case "int":
    case "enum":
    case "bits":
      return integerValue(type, integerAt(type, bytes, at));
    case "bool":
      return bytes[at] === 1;
    case "struct": {
      const row: { [name: string]: Value } = {};
      for (const member of type.members) setMember(row, member.name, valueOf(member.type, bytes, at + member.offset));
      return row;
    }
    case "list": {
      const size = fixedSizeOf(type.element) ?? 0;
      return Array.from({ length: type.min }, (_, i) => valueOf(type.element, bytes, at + i * size));
    }
    case "uuid":
    case "bytes":
      return bytes.slice(at, at + (fixedSizeOf(type) ?? 0));
    case "cstring":
    case "string":
      return textAt(bytes, at, fixedSizeOf(type) ?? 0) ?? "";
    case "state":
    case "union":
    case "optional":
      throw new Error(`${type.text} has no fixed size`);
  }
}

function isValue(type: WireType, bytes: Uint8Array, at: number): boolean {
  switch (type.kind) {
    case "int":
    case "enum":
    case "bits":
      return checkInteger(type, integerAt(type, bytes, at)) === null;
    case "bool":
      return (bytes[at] ?? 0) <= 1;
    case "cstring":
      return textAt(bytes, at, type.size) !== null;
    default:
      return true;
  }
}

/** The text of a row's characters, which a NUL ends; null where they are none. */
function textAt(bytes: Uint8Array, at: number, size: number): string | null {
  const end = bytes.subarray(at, at + size).indexOf(0);
  if (end < 0 || bytes.subarray(at + end, at + size).some((byte) => byte !== 0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(at, at + end));
  } catch {
    return null;
  }
}
