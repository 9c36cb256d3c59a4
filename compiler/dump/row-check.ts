import { checkInteger } from "./integers.ts";
import { fixedSizeOf, type WireInteger, type WireStruct, type WireType } from "./wire-type.ts";

/** Whether the bytes at an offset are a value of a type of fixed size, padding included. It says no more than that: who needs the reason reads again. */
export type RowCheck = (view: DataView, at: number) => boolean;

/** What the bytes of a row are. */
export interface RowBytes {
  readonly described: number;
  readonly padding: number;
  readonly unknown: number;
}

/** A check for rows of a stride that was judged; null where rows have a `check` of their own and must be read to be judged. */
export function rowCheck(type: WireType, stride: number): RowCheck | null {
  switch (type.kind) {
    case "struct":
      return structCheck(type, stride);
    case "list":
      return arrayCheck(type.element, type.min);
    case "int":
    case "enum":
    case "bits":
      return integerCheck(type);
    case "bool":
      return (view, at) => view.getUint8(at) <= 1;
    case "uuid":
    case "bytes":
      return anything;
    case "cstring":
      return (view, at) => isCString(view, at, type.size);
    case "string":
    case "state":
    case "union":
    case "optional":
      return null;
  }
}

const anything: RowCheck = () => true;

function structCheck(type: WireStruct, stride: number): RowCheck | null {
  if (type.checks.length > 0) return null;
  const checks: { readonly offset: number; readonly check: RowCheck }[] = [];
  const gaps: { readonly from: number; readonly to: number }[] = [];
  let end = 0;
  for (const field of type.members) {
    if (field.offset + field.size > stride) continue;
    const check = rowCheck(field.type, field.size);
    if (check === null) return null;
    if (check !== anything) checks.push({ offset: field.offset, check });
    if (field.offset > end) gaps.push({ from: end, to: field.offset });
    end = field.offset + field.size;
  }
  const last = Math.min(stride, type.stride);
  if (last > end) gaps.push({ from: end, to: last });
  if (checks.length === 0 && gaps.length === 0) return anything;
  return (view, at) => {
    for (const { offset, check } of checks) if (!check(view, at + offset)) return false;
    for (const { from, to } of gaps) for (let i = at + from; i < at + to; i++) if (view.getUint8(i) !== 0) return false;
    return true;
  };
}

function arrayCheck(element: WireType, count: number): RowCheck | null {
  const size = fixedSizeOf(element) ?? 0;
  const check = rowCheck(element, size);
  if (check === null || check === anything) return check;
  return (view, at) => {
    for (let i = 0; i < count; i++) if (!check(view, at + i * size)) return false;
    return true;
  };
}

function integerCheck(type: WireInteger): RowCheck {
  const { width, signed, low, high } = type;
  const [least, most] = signed ? [-(2 ** (width - 1)), 2 ** (width - 1) - 1] : [0, 2 ** width - 1];
  if (type.kind === "int") {
    if (width === 64) {
      if (type.min === (signed ? -(1n << 63n) : 0n) && type.max === (signed ? (1n << 63n) - 1n : (1n << 64n) - 1n))
        return anything;
      if (type.exact) {
        // Past 2^53 it is not exact, and out of range all the same.
        return (view, at) => {
          const value =
            (signed ? view.getInt32(at + 4, true) : view.getUint32(at + 4, true)) * 0x1_0000_0000 +
            view.getUint32(at, true);
          return value >= low && value <= high;
        };
      }
      return (view, at) => checkInteger(type, bigAt(view, at, signed)) === null;
    }
    if (low <= least && high >= most) return anything;
    return (view, at) => {
      const value = numberAt(view, at, width, signed);
      return value >= low && value <= high;
    };
  }
  if (width === 64) return (view, at) => checkInteger(type, bigAt(view, at, signed)) === null;
  // Tables repeat themselves: a value is judged once.
  const judged = new Map<number, boolean>();
  return (view, at) => {
    const value = numberAt(view, at, width, signed);
    const known = judged.get(value);
    if (known !== undefined) return known;
    const sound = checkInteger(type, BigInt(value)) === null;
    if (judged.size < mostJudged) judged.set(value, sound);
    return sound;
  };
}

const mostJudged = 4096;

/** An integer of up to 32 bits. */
export function numberAt(view: DataView, at: number, width: 8 | 16 | 32, signed: boolean): number {
  switch (width) {
    case 8:
      return signed ? view.getInt8(at) : view.getUint8(at);
    case 16:
      return signed ? view.getInt16(at, true) : view.getUint16(at, true);
    case 32:
      return signed ? view.getInt32(at, true) : view.getUint32(at, true);
  }
}

/** An integer of 64 bits. */
export function bigAt(view: DataView, at: number, signed: boolean): bigint {
  return signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function isCString(view: DataView, at: number, size: number): boolean {
  let length = 0;
  let ascii = true;
  for (; length < size && view.getUint8(at + length) !== 0; length++)
    if (view.getUint8(at + length) > 0x7f) ascii = false;
  if (length === size) return false;
  for (let i = at + length; i < at + size; i++) if (view.getUint8(i) !== 0) return false;
  if (ascii) return true;
  try {
    utf8.decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
    return true;
  } catch {
    return false;
  }
}

/** What the bytes of each row of a type are, at a stride. */
export function rowBytes(type: WireType, stride: number): RowBytes {
  switch (type.kind) {
    case "struct": {
      const own = Math.min(stride, type.stride);
      let described = 0;
      for (const field of type.members) {
        if (field.offset + field.size <= stride) described += rowBytes(field.type, field.size).described;
      }
      return { described, padding: own - described, unknown: stride - own };
    }
    case "list": {
      const each = rowBytes(type.element, fixedSizeOf(type.element) ?? 0);
      return { described: each.described * type.min, padding: each.padding * type.min, unknown: 0 };
    }
    case "int":
    case "enum":
    case "bits":
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "state":
    case "union":
    case "optional":
      return { described: stride, padding: 0, unknown: 0 };
  }
}
