import { BatonError } from "./errors.ts";
import type { Input } from "./input.ts";
import { isU64, unfit, type Output } from "./output.ts";

/** The widths of integers in rows, in bits. */
type Width = 8 | 16 | 32 | 64;

/** Where the rows of the table whose header stands at `o` begin. */
function rowsOf(o: number): number {
  return (o + 4) * 4;
}

/** A table of integers that are numbers. */
export function readNumbers(
  input: Input,
  o: number,
  width: Width,
  signed: boolean,
  min: number,
  max: number,
): number[] {
  return numbersAt(input, rowsOf(o), input.words[o + 2]!, width, signed, min, max);
}

/** So many integers from a byte on. */
export function numbersAt(
  input: Input,
  at: number,
  count: number,
  width: Width,
  signed: boolean,
  min: number,
  max: number,
): number[] {
  const list = fill(input, at, count, width, signed);
  for (let i = 0; i < count; i++) {
    const value = list[i]!;
    if (value < min || value > max) throw input.misfitAt("B8201", at + (i * width) / 8, value);
  }
  return list;
}

function fill(input: Input, at: number, count: number, width: Width, signed: boolean): number[] {
  const { bytes, halves, words } = input;
  const list = new Array<number>(count);
  switch (width) {
    case 8:
      for (let i = 0; i < count; i++) list[i] = bytes[at + i]!;
      break;
    case 16:
      for (let i = 0, k = at >> 1; i < count; i++) list[i] = halves[k + i]!;
      break;
    case 32:
      for (let i = 0, k = at >> 2; i < count; i++) list[i] = words[k + i]!;
      break;
    case 64:
      for (let i = 0; i < count; i++) list[i] = signed ? input.signedNumberAt(at + i * 8) : input.naturalAt(at + i * 8);
      return list;
  }
  if (signed) for (let i = 0, shift = 32 - width; i < count; i++) list[i] = (list[i]! << shift) >> shift;
  return list;
}

/** Whether a range is all that 64 bits can hold. */
function isWhole(signed: boolean, min: bigint, max: bigint): boolean {
  return signed
    ? min === -0x8000_0000_0000_0000n && max === 0x7fff_ffff_ffff_ffffn
    : min === 0n && max === 0xffff_ffff_ffff_ffffn;
}

/** A table of integers that are bigints. */
export function readBigInts(input: Input, o: number, signed: boolean, min: bigint, max: bigint): bigint[] {
  return bigIntsAt(input, rowsOf(o), input.words[o + 2]!, signed, min, max);
}

/** So many 64-bit integers from a byte on. */
export function bigIntsAt(
  input: Input,
  at: number,
  count: number,
  signed: boolean,
  min: bigint,
  max: bigint,
): bigint[] {
  const { longs } = input;
  const list = new Array<bigint>(count);
  const whole = isWhole(signed, min, max);
  for (let i = 0, k = at >> 3; i < count; i++) {
    const value = signed ? BigInt.asIntN(64, longs[k + i]!) : longs[k + i]!;
    if (!whole && (value < min || value > max)) throw input.misfitAt("B8201", at + i * 8, value);
    list[i] = value;
  }
  return list;
}

/** A table of conditions. */
export function readBooleans(input: Input, o: number): boolean[] {
  return booleansAt(input, rowsOf(o), input.words[o + 2]!);
}

export function booleansAt(input: Input, at: number, count: number): boolean[] {
  const { bytes } = input;
  const list = new Array<boolean>(count);
  for (let i = 0; i < count; i++) {
    const byte = bytes[at + i]!;
    if (byte > 1) throw input.misfitAt("B8204", at + i, byte);
    list[i] = byte === 1;
  }
  return list;
}

/** A table of bytes of one size, each where it lies. */
export function readSlices(input: Input, o: number, size: number): Uint8Array[] {
  return slicesAt(input, rowsOf(o), input.words[o + 2]!, size);
}

export function slicesAt(input: Input, at: number, count: number, size: number): Uint8Array[] {
  const list = new Array<Uint8Array>(count);
  for (let i = 0; i < count; i++) list[i] = input.slice(at + i * size, size);
  return list;
}

export function cstringsAt(input: Input, at: number, count: number, size: number): string[] {
  const list = new Array<string>(count);
  for (let i = 0; i < count; i++) list[i] = input.cstring(at + i * size, size);
  return list;
}

/** So many structs within a row. */
export function rowsAt<Row>(
  input: Input,
  at: number,
  count: number,
  stride: number,
  read: (input: Input, at: number) => Row,
): Row[] {
  const list = new Array<Row>(count);
  for (let i = 0; i < count; i++) list[i] = read(input, at + i * stride);
  return list;
}

/** Holds each element of the table at `o` against the names of its type. */
export function checkEach<Value extends number | bigint, Named extends Value>(
  input: Input,
  o: number,
  size: number,
  list: Value[],
  is: (value: Value) => value is Named,
  code: "B8202" | "B8203",
): Named[];
export function checkEach<Value extends number | bigint>(
  input: Input,
  o: number,
  size: number,
  list: Value[],
  is: (value: Value) => boolean,
  code: "B8202" | "B8203",
): Value[];
export function checkEach<Value extends number | bigint>(
  input: Input,
  o: number,
  size: number,
  list: Value[],
  is: (value: Value) => boolean,
  code: "B8202" | "B8203",
): Value[] {
  return checkEachAt(input, rowsOf(o), size, list, is, code);
}

/** The same for elements from a byte on. */
export function checkEachAt<Value extends number | bigint, Named extends Value>(
  input: Input,
  at: number,
  size: number,
  list: Value[],
  is: (value: Value) => value is Named,
  code: "B8202" | "B8203",
): Named[];
export function checkEachAt<Value extends number | bigint>(
  input: Input,
  at: number,
  size: number,
  list: Value[],
  is: (value: Value) => boolean,
  code: "B8202" | "B8203",
): Value[];
export function checkEachAt<Value extends number | bigint>(
  input: Input,
  at: number,
  size: number,
  list: Value[],
  is: (value: Value) => boolean,
  code: "B8202" | "B8203",
): Value[] {
  for (let i = 0; i < list.length; i++) if (!is(list[i]!)) throw input.misfitAt(code, at + i * size, list[i]!);
  return list;
}

/** A list of strings of `min` to `max` bytes each. */
export function readTexts(input: Input, o: number, end: number, min: number, max: number): string[] {
  const list = new Array<string>(input.words[o + 2]!);
  let at = o + 4;
  for (let i = 0; i < list.length; i++) {
    const next = input.element(at, end);
    list[i] = input.elementText(at, min, max);
    at = next;
  }
  input.checkListEnd(at, end);
  return list;
}

/** A list of bytes, `min` to `max` each, where they lie. */
export function readBytes(input: Input, o: number, end: number, min: number, max: number): Uint8Array[] {
  const list = new Array<Uint8Array>(input.words[o + 2]!);
  let at = o + 4;
  for (let i = 0; i < list.length; i++) {
    const next = input.element(at, end);
    list[i] = input.elementData(at, min, max);
    at = next;
  }
  input.checkListEnd(at, end);
  return list;
}

/** Whether a value is a list of `min` to `max` elements. */
export function isList(value: readonly unknown[], min: number, max: number): boolean {
  return Array.isArray(value) && value.length >= min && value.length <= max;
}

/** Writes a table of integers that are numbers; gives the word after it. */
export function writeNumbers(
  out: Output,
  o: number,
  head: number,
  list: readonly number[],
  width: Width,
  min: number,
  max: number,
): number {
  const next = out.table(o, head, list.length, width >> 3, width >> 3);
  putNumbers(out, rowsOf(o), list, width, min, max);
  return next;
}

export function putNumbers(
  out: Output,
  at: number,
  list: readonly number[],
  width: Width,
  min: number,
  max: number,
): void {
  for (let i = 0; i < list.length; i++) {
    const value = list[i]!;
    if (Math.floor(value) !== value || value < min || value > max) throw unfit(value);
  }
  const { bytes, halves, words } = out;
  switch (width) {
    case 8:
      for (let i = 0; i < list.length; i++) bytes[at + i] = list[i]!;
      return;
    case 16:
      for (let i = 0, k = at >> 1; i < list.length; i++) halves[k + i] = list[i]!;
      return;
    case 32:
      for (let i = 0, k = at >> 2; i < list.length; i++) words[k + i] = list[i]!;
      return;
    case 64:
      for (let i = 0; i < list.length; i++) out.putNumber(at + i * 8, list[i]!);
  }
}

/** Writes a table of integers that are bigints. */
export function writeBigInts(
  out: Output,
  o: number,
  head: number,
  list: readonly bigint[],
  signed: boolean,
  min: bigint,
  max: bigint,
): number {
  const next = out.table(o, head, list.length, 8, 8);
  putBigInts(out, rowsOf(o), list, signed, min, max);
  return next;
}

export function putBigInts(
  out: Output,
  at: number,
  list: readonly bigint[],
  signed: boolean,
  min: bigint,
  max: bigint,
): void {
  const { longs, words } = out;
  const whole = isWhole(signed, min, max);
  for (let i = 0, k = at >> 3; i < list.length; i++, k++) {
    const value = list[i]!;
    // Throws for a number.
    longs[k] = value;
    const fits = signed ? BigInt.asIntN(64, value) === value : isU64(value, words[k * 2 + 1]!);
    if (!fits || (!whole && (value < min || value > max))) throw unfit(value);
  }
}

/** Writes a table of conditions. */
export function writeBooleans(out: Output, o: number, head: number, list: readonly boolean[]): number {
  const next = out.table(o, head, list.length, 1, 1);
  putBooleans(out, rowsOf(o), list);
  return next;
}

export function putBooleans(out: Output, at: number, list: readonly boolean[]): void {
  for (let i = 0; i < list.length; i++) {
    const value = list[i];
    if (typeof value !== "boolean") throw unfit(value);
    out.bytes[at + i] = value ? 1 : 0;
  }
}

/** Writes a table of bytes of one size. */
export function writeSlices(out: Output, o: number, head: number, list: readonly Uint8Array[], size: number): number {
  const next = out.table(o, head, list.length, size, size);
  putSlices(out, rowsOf(o), list, size);
  return next;
}

export function putSlices(out: Output, at: number, list: readonly Uint8Array[], size: number): void {
  for (let i = 0; i < list.length; i++) out.copy(at + i * size, list[i]!, size, size);
}

export function putCStrings(out: Output, at: number, list: readonly string[], size: number): void {
  for (let i = 0; i < list.length; i++) out.cstring(at + i * size, list[i]!, size);
}

export function putRows<Row>(
  out: Output,
  at: number,
  list: readonly Row[],
  stride: number,
  write: (out: Output, row: Row, at: number) => unknown,
): void {
  for (let i = 0; i < list.length; i++) write(out, list[i]!, at + i * stride);
}

/** Writes a list of strings of `min` to `max` bytes each. */
export function writeTexts(
  out: Output,
  o: number,
  head: number,
  list: readonly string[],
  min: number,
  max: number,
): number {
  out.words[o + 2] = list.length;
  out.words[o + 3] = 0;
  let at = o + 4;
  for (let i = 0; i < list.length; i++) at = out.textElement(at, list[i]!, min, max);
  return out.close(o, head, at);
}

/** Writes a list of bytes, `min` to `max` each. */
export function writeBytes(
  out: Output,
  o: number,
  head: number,
  list: readonly Uint8Array[],
  min: number,
  max: number,
): number {
  out.words[o + 2] = list.length;
  out.words[o + 3] = 0;
  let at = o + 4;
  for (let i = 0; i < list.length; i++) at = out.blobElement(at, list[i]!, min, max);
  return out.close(o, head, at);
}

/** At least the bytes that the elements of a list of strings take. */
export function roomForTexts(list: readonly string[]): number {
  let room = 0;
  for (const text of list) room += text.length * 3 + 16;
  return room;
}

/** At least the bytes that the elements of a list of bytes take. */
export function roomForBytes(list: readonly Uint8Array[]): number {
  let room = 0;
  for (const bytes of list) room += bytes.length + 16;
  return room;
}

/** Whether any of some bytes is not zero. */
export function isFilled(bytes: Uint8Array, at: number, size: number): boolean {
  for (let i = at; i < at + size; i++) if (bytes[i] !== 0) return true;
  return false;
}

/** Whether a value of a struct's member is the one whose bytes are all zero. */
export function isZero(value: unknown): boolean {
  switch (typeof value) {
    case "number":
      return value === 0;
    case "bigint":
      return value === 0n;
    case "boolean":
      return !value;
    case "string":
      return value === "";
    case "object":
      if (value instanceof Uint8Array) return !isFilled(value, 0, value.length);
      return value !== null && Object.values(value).every((one) => one === undefined || isZero(one));
    default:
      return value === undefined;
  }
}

const scratchBytes = /* @__PURE__ */ new ArrayBuffer(8);
const scratch = /* @__PURE__ */ new BigUint64Array(scratchBytes);
const halvesOfScratch = /* @__PURE__ */ new Uint32Array(scratchBytes);

/** Bits 0..31 of 64 as a number, without shifting a bigint. */
export function low(bits: bigint): number {
  scratch[0] = bits;
  return halvesOfScratch[0]!;
}

/** Bits 32..63 of 64 as a number, without shifting a bigint. */
export function high(bits: bigint): number {
  scratch[0] = bits;
  return halvesOfScratch[1]!;
}

/** The result of a `from` that must be one of a type's values. */
export function computed<Value extends number | bigint, Named extends Value>(
  value: Value,
  is: (value: Value) => value is Named,
  code: "B8202" | "B8203",
): Named;
export function computed<Value extends number | bigint>(
  value: Value,
  is: (value: Value) => boolean,
  code: "B8202" | "B8203",
): Value;
export function computed<Value extends number | bigint>(
  value: Value,
  is: (value: Value) => boolean,
  code: "B8202" | "B8203",
): Value {
  if (is(value)) return value;
  throw new BatonError(code, { expected: "one of its type", found: String(value) });
}
