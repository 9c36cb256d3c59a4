import type { StateDescription, StructDescription, UnionDescription } from "./description.ts";
import { BatonError, type Code, type Facts } from "./errors.ts";
import { negative } from "./form.ts";
import { conform } from "./rows.ts";
import { bytesOver, readUtf8, type Bytes } from "./text.ts";
import { endOfUnknown, expectMember, misshapen, skipUnknown } from "./unknown.ts";

/** How a body is decoded. */
export interface DecodeOptions {
  /** The version that wrote the body, for messages and for `keepUnknown`; a dump's record knows its own. */
  readonly writer?: number | string;
  /** Told of each member that is left out because it is unknown and harmless; id 0 is the unknown end of a table's rows. */
  readonly dropped?: (path: string, id: number) => void;
  /** Carry what is unknown in the value, so that encoding it again gives it back byte for byte. */
  readonly keepUnknown?: boolean;
}

/** What one call of `decode` asks for; without options there is none. */
export interface Session {
  readonly root: () => StateDescription | UnionDescription;
  readonly dropped: ((path: string, id: number) => void) | null;
  /** What is unknown stays in the bytes, which the value is tied to, and is neither refused nor reported. */
  readonly keepUnknown: boolean;
}

/**
 * Bytes that are read: typed arrays over one buffer, and the checks that every member needs. Positions `o` and `end` count 32-bit words from
 * the start of the arrays, positions `at` count bytes. Generated code reads on from member to member and calls a method where more than a
 * comparison is needed.
 */
export class Input {
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  readonly words: Uint32Array;
  readonly longs: BigUint64Array;
  /** What the arrays lie over, and where they start in it: asking an array takes longer than reading it. */
  readonly buffer: ArrayBufferLike;
  readonly base: number;
  readonly session: Session | null;
  /** The body that was asked for, in words. */
  start = 0;
  end = 0;
  /** Where offsets in messages count from, in bytes. */
  origin = 0;
  /** See `native`. */
  private own: Bytes | null = null;

  constructor(buffer: ArrayBufferLike, base: number, length: number, session: Session | null) {
    this.bytes = new Uint8Array(buffer, base, length);
    this.halves = new Uint16Array(buffer, base, length >> 1);
    this.words = new Uint32Array(buffer, base, length >> 2);
    this.longs = new BigUint64Array(buffer, base, length >> 3);
    this.buffer = buffer;
    this.base = base;
    this.session = session;
  }

  /** The bytes with the native methods that text is read by. Not every body has a text that is long enough for them. */
  native(): Bytes {
    return (this.own ??= bytesOver(this.buffer, this.base, this.bytes.length));
  }

  /** The offset that a message names for a position in bytes. */
  offsetOf(at: number): number {
    return at - this.origin;
  }

  /** An error at a member's header. The path is found by the offset, when the error leaves `decode`. */
  refuse(code: Code, o: number, facts: Facts = {}): BatonError {
    return this.refuseAt(code, o * 4, facts);
  }

  /** An error about the value of the member at `o`. What was expected is found with the path. */
  misfit(code: Code, o: number, found: number | bigint): BatonError {
    return this.refuse(code, o, { found: this.spelled(found, o + 2) });
  }

  /** An error about the value at a byte of a row. */
  misfitAt(code: Code, at: number, found: number | bigint): BatonError {
    return this.refuseAt(code, at, { found: this.spelled(found, at >> 2) });
  }

  /** A number as it was written: past 2^53 it was read inexactly, and stands in two words. */
  private spelled(found: number | bigint, word: number): string {
    if (typeof found === "bigint" || Number.isSafeInteger(found)) return String(found);
    const long = (BigInt(this.words[word + 1]!) << 32n) | BigInt(this.words[word]!);
    return String(found < 0 ? BigInt.asIntN(64, long) : long);
  }

  /** An error about an alternative whose header is not one that its type has. */
  misshapen(o: number, describe: () => UnionDescription): BatonError {
    return misshapen(this, o, describe);
  }

  /** An error about a union that holds more than one alternative. */
  crowded(o: number): BatonError {
    return this.refuse("B8111", o, { found: "more than one" });
  }

  /** An error at a byte. */
  refuseAt(code: Code, at: number, facts: Facts = {}): BatonError {
    return new BatonError(code, { ...facts, offset: this.offsetOf(at) });
  }

  /** The end of a member that this reader does not know. What can be said of it without its type is checked. */
  endOfUnknown(o: number, end: number): number {
    return endOfUnknown(this, o, end);
  }

  /** The same bytes in an input of its own, which stays on this body. */
  fixed(session: Session | null = this.session): Input {
    const own = new Input(this.buffer, this.base, this.bytes.byteLength, session);
    own.start = this.start;
    own.end = this.end;
    own.origin = this.origin;
    return own;
  }

  /** Steps over what is unknown before a member that must come, and refuses anything but that member in its form. */
  expect(o: number, end: number, describe: () => StateDescription, id: number): number {
    return expectMember(this, o, end, describe, id);
  }

  /** Steps over what is unknown before a member that may come, and refuses what should have come earlier. */
  skip(o: number, end: number, describe: () => StateDescription, id: number): number {
    return skipUnknown(this, o, end, describe, id);
  }

  /** A u64 that is a bigint, from a word or a long. */
  unsigned(o: number, end: number): bigint {
    if ((this.words[o]! & 0x1_0000) === 0) return BigInt(this.words[o + 1]!);
    this.checkLong(o, end);
    return this.longs[(o >> 1) + 1]!;
  }

  /** A u64 whose range fits 2^53, from a word or a long. */
  natural(o: number, end: number): number {
    const { words } = this;
    if ((words[o]! & 0x1_0000) === 0) return words[o + 1]!;
    this.checkLong(o, end);
    // Past 2^53 it is inexact, and the range that is checked next ends before.
    return words[o + 3]! * 0x1_0000_0000 + words[o + 2]!;
  }

  /** An i8, i16 or i32 from a word. A number past 2^31 is left to the check of the range. */
  integer(o: number): number {
    const arg = this.words[o + 1]!;
    if ((this.words[o]! & negative) === 0) return arg;
    if (arg < 0x8000_0000) throw this.refuse("B8107", o, { expected: "no sign", found: "a sign on a positive number" });
    return arg | 0;
  }

  /** An i64 that is a bigint, from a word or a long. */
  signed(o: number, end: number): bigint {
    const head = this.words[o]!;
    if ((head & 0x1_0000) === 0) return BigInt(this.integer(o));
    this.checkLong(o, end);
    const long = this.longs[(o >> 1) + 1]!;
    return (head & negative) === 0 ? long : BigInt.asIntN(64, long);
  }

  /** An i64 whose range fits 2^53, from a word or a long. */
  signedNumber(o: number, end: number): number {
    return Number(this.signed(o, end));
  }

  private checkLong(o: number, end: number): void {
    const { words } = this;
    if (words[o + 1] !== 8) throw this.refuse("B8106", o, { expected: "8", found: String(words[o + 1]) });
    if (o + 4 > end) throw this.refuse("B8101", o, { expected: "8", found: "0" });
    const high = words[o + 3]!;
    if ((words[o]! & negative) === 0) {
      if (high === 0) throw this.refuse("B8107", o, { expected: "a word", found: "a long" });
    } else if (high < 0x8000_0000) {
      throw this.refuse("B8107", o, { expected: "no sign", found: "a sign on a positive number" });
    } else if (high === 0xffff_ffff && words[o + 2]! >= 0x8000_0000) {
      throw this.refuse("B8107", o, { expected: "a word", found: "a long" });
    }
  }

  /** Where the member after one with bytes stands. The payload and its padding are checked. */
  blob(o: number, end: number): number {
    const size = this.words[o + 1]!;
    if (size > (end - o - 2) * 4) throw this.short(o, end);
    const next = o + 2 + ((size + 7) >>> 3) * 2;
    if ((size & 7) !== 0 && this.hasStain(next, size & 7)) throw this.refuseAt("B8108", (o + 2) * 4 + size);
    return next;
  }

  /** Whether the last 8 bytes before `next` are not zero after the first `used` of 1..7. */
  private hasStain(next: number, used: number): boolean {
    const last = this.words[next - 1]!;
    if (used > 4) return last >>> ((used - 4) * 8) !== 0;
    return last !== 0 || (used < 4 && this.words[next - 2]! >>> (used * 8) !== 0);
  }

  private short(o: number, end: number): BatonError {
    const found = String((end - o - 2) * 4);
    return this.refuse("B8101", o, { expected: String(this.words[o + 1]), found });
  }

  /** Where the member after a state or union stands. */
  body(o: number, end: number): number {
    const size = this.words[o + 1]!;
    if (size > (end - o - 2) * 4) throw this.short(o, end);
    if ((size & 7) !== 0) throw this.refuse("B8106", o, { expected: "a multiple of 8", found: String(size) });
    return o + 2 + (size >>> 2);
  }

  /** Where the member after a list stands. Its count is held against its bytes, so that it can be believed. */
  list(o: number, end: number): number {
    const next = this.body(o, end);
    if (next < o + 4) throw this.refuse("B8106", o, { expected: "at least 8", found: "0" });
    if (this.words[o + 3] !== 0) {
      throw this.refuseAt("B8112", o * 4 + 12, { found: String(this.words[o + 3]) });
    }
    const count = this.words[o + 2]!;
    if (count * 2 > next - o - 4) {
      throw this.refuse("B8101", o, { expected: String(count * 8), found: String((next - o - 4) * 4) });
    }
    return next;
  }

  /** Where the element after one stands that is a string or bytes. */
  element(o: number, end: number): number {
    this.checkElement(o, end);
    const size = this.words[o]!;
    const next = o + 2 + ((size + 7) >>> 3) * 2;
    if ((size & 7) !== 0 && this.hasStain(next, size & 7)) throw this.refuseAt("B8108", (o + 2) * 4 + size);
    return next;
  }

  /** Where the element after one stands that is a state or union. */
  elementBody(o: number, end: number): number {
    this.checkElement(o, end);
    const size = this.words[o]!;
    if ((size & 7) !== 0) throw this.refuse("B8106", o, { expected: "a multiple of 8", found: String(size) });
    return o + 2 + (size >>> 2);
  }

  private checkElement(o: number, end: number): void {
    const room = (end - o - 2) * 4;
    if (room < 0) throw this.refuse("B8101", o, { expected: "8", found: String((end - o) * 4) });
    const size = this.words[o]!;
    if (size > room) throw this.refuse("B8101", o, { expected: String(size), found: String(room) });
    if (this.words[o + 1] !== 0) throw this.refuseAt("B8112", o * 4 + 4, { found: String(this.words[o + 1]) });
  }

  /** Refuses bytes between the last element of a list and its end. */
  checkListEnd(o: number, end: number): void {
    if (o === end) return;
    throw this.refuse("B8106", o, { expected: "the end of the list", found: `${(end - o) * 4} bytes more` });
  }

  /** Where the member after a table of structs stands. */
  table(o: number, end: number): number {
    const next = this.blob(o, end);
    const { words } = this;
    if (words[o + 1]! < 8) throw this.refuse("B8106", o, { expected: "at least 8", found: String(words[o + 1]) });
    const count = words[o + 2]!;
    const stride = words[o + 3]! & 0xffff;
    if (count === 0 ? words[o + 3] !== 0 : stride === 0) {
      const expected = count === 0 ? "stride 0 and required 0" : "a stride";
      const found = count === 0 ? `${stride} and ${words[o + 3]! >>> 16}` : String(stride);
      throw this.refuse("B8110", o, { expected, found });
    }
    if (count * stride + 8 !== words[o + 1]) {
      throw this.refuse("B8106", o, {
        expected: `${count * stride + 8} for ${count} rows of ${stride}`,
        found: String(words[o + 1]),
      });
    }
    return next;
  }

  /** Where the member after a table of scalars stands; their stride is exactly their width. */
  scalars(o: number, end: number, width: number): number {
    const next = this.table(o, end);
    const found = this.words[o + 3]!;
    if (found !== width * 0x1_0001 && this.words[o + 2] !== 0) {
      throw this.refuse("B8110", o, {
        expected: `stride ${width}, required ${width}`,
        found: `stride ${found & 0xffff}, required ${found >>> 16}`,
      });
    }
    return next;
  }

  /** Holds the count of the table or list at `o` against its bounds. */
  checkCount(o: number, min: number, max: number): void {
    const count = this.words[o + 2]!;
    if (count < min || count > max) throw this.misfit("B8206", o, count);
  }

  /** The rows of a table as this reader's version lays them out: here, or in a copy whose table starts at 0. */
  conform(o: number, describe: () => StructDescription): Input {
    return conform(this, o, describe);
  }

  /** The string of the member at `o`, of `min` to `max` bytes. Its payload was checked by `blob`. */
  text(o: number, min: number, max: number): string {
    const size = this.words[o + 1]!;
    if (size < min || size > max) throw this.misfit("B8206", o, size);
    return this.utf8(o, size);
  }

  /** The string of the list's element at `o`. */
  elementText(o: number, min: number, max: number): string {
    const size = this.words[o]!;
    if (size < min || size > max) throw this.misfit("B8206", o, size);
    return this.utf8(o, size);
  }

  private utf8(o: number, size: number): string {
    const text = readUtf8(this, (o + 2) * 4, size);
    if (text === null) throw this.refuse("B8205", o);
    return text;
  }

  /** The bytes of the member at `o`, where they lie. */
  data(o: number, min: number, max: number): Uint8Array {
    const size = this.words[o + 1]!;
    if (size < min || size > max) throw this.misfit("B8206", o, size);
    return this.slice((o + 2) * 4, size);
  }

  /** The bytes of the list's element at `o`, where they lie. */
  elementData(o: number, min: number, max: number): Uint8Array {
    const size = this.words[o]!;
    if (size < min || size > max) throw this.misfit("B8206", o, size);
    return this.slice((o + 2) * 4, size);
  }

  /** A u64 of a row whose range fits 2^53. Past that it is inexact, and the range that is checked next ends before. */
  naturalAt(at: number): number {
    const { words } = this;
    return words[(at >> 2) + 1]! * 0x1_0000_0000 + words[at >> 2]!;
  }

  /** An i64 of a row whose range fits 2^53. */
  signedNumberAt(at: number): number {
    const { words } = this;
    return (words[(at >> 2) + 1]! | 0) * 0x1_0000_0000 + words[at >> 2]!;
  }

  /** Text that ends in NUL, in a field of `size` bytes with zeros after it. */
  cstring(at: number, size: number): string {
    const { bytes } = this;
    let length = 0;
    while (length < size && bytes[at + length] !== 0) length++;
    if (length === size) throw this.refuseAt("B8207", at, { expected: "a NUL", found: "none" });
    for (let i = length; i < size; i++) if (bytes[at + i] !== 0) throw this.refuseAt("B8108", at + i);
    const text = readUtf8(this, at, length);
    if (text === null) throw this.refuseAt("B8205", at);
    return text;
  }

  /** Bytes where they lie; not a copy. */
  slice(at: number, size: number): Uint8Array {
    return new Uint8Array(this.buffer, this.base + at, size);
  }
}

/**
 * Rows of another stride in an input of their own, whose table starts at word 0. It stands beside the class that it extends, which itself needs
 * what makes such rows: so it does not matter which of the two files is loaded first.
 */
export class RowsInput extends Input {
  private readonly source: Input;
  private readonly rows: number;
  private readonly theirs: number;
  private readonly ours: number;

  constructor(source: Input, buffer: ArrayBuffer, o: number, ours: number) {
    super(buffer, 0, buffer.byteLength, source.session);
    this.source = source;
    this.rows = (o + 4) * 4;
    this.theirs = source.words[o + 3]! & 0xffff;
    this.ours = ours;
  }

  /** Where a byte of the copy came from. What a row lacked is reported at the row's end. */
  override offsetOf(at: number): number {
    const row = Math.floor((at - 16) / this.ours);
    const within = Math.min(at - 16 - row * this.ours, this.theirs - 1);
    return this.source.offsetOf(this.rows + row * this.theirs + within);
  }
}
