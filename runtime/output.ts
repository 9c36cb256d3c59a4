import { BatonError } from "./errors.ts";
import { largestPayload } from "./form.ts";
import { bytesOver, shortText, writePadded, writeUtf8, type Bytes } from "./text.ts";
import { versionText, type Targets } from "./versions.ts";

/** Small bodies share memory of this size, which costs a fraction of an allocation for each. */
export const slabBytes = 1 << 16;

/** Members of up to this many bytes are copied by a loop, which costs less than a call of native code. */
const shortBytes = 32;

/** A member that an older version lacks, and that was not at its default. */
export interface LeftOut {
  readonly holder: object;
  readonly member: string;
  readonly id: number;
}

/**
 * Memory that is written to: typed arrays over one buffer. Room is reserved once for a whole body, after which members are written without
 * a check; what would not fit its type is refused before it is written. Positions count 32-bit words.
 */
export class Output {
  readonly bytes: Bytes;
  readonly halves: Uint16Array;
  readonly words: Uint32Array;
  readonly longs: BigUint64Array;
  /** What the arrays lie over, and where they start in it: asking an array takes longer than writing to it. */
  readonly buffer: ArrayBufferLike;
  readonly base: number;
  /** Where the next body starts. */
  start = 0;
  /** The caller's memory that was written to last. To compare it takes less than to ask it for its buffer or for where it starts. */
  target: Uint8Array | null = null;
  /** Where the caller's memory starts and ends, in bytes from the start of the arrays. */
  origin = 0;
  limit = 0;
  /** Whether the caller's memory may have been decoded or viewed, and how many buffers had been when that was asked. */
  mayBeRead = false;
  opened = -1;
  /** Set while a body is written. A getter of the value may encode another value meanwhile, and a failed body leaves it set: both cost fresh memory. */
  busy = false;
  /** Whether bodies are given out as copies, and the memory stays for the next one. */
  copies = false;
  /** Bytes that were asked for, where they are more than small bodies share. */
  room = 0;
  /** Whether nobody asked how much room the body takes. */
  isGuess = false;
  /** The versions that are written for; null is the working version of every module. */
  targets: Targets | null = null;
  /** Whether unknown alternatives that `keepUnknown` kept may be written, and nothing may be left out. */
  keepUnknown = false;
  /** What is ignorable and left out for an older version; null where nobody asks. */
  leftOut: LeftOut[] | null = null;

  constructor(buffer: ArrayBufferLike, base: number, length: number) {
    this.bytes = bytesOver(buffer, base, length);
    this.halves = new Uint16Array(buffer, base, length >> 1);
    this.words = new Uint32Array(buffer, base, length >> 2);
    this.longs = new BigUint64Array(buffer, base, length >> 3);
    this.buffer = buffer;
    this.base = base;
  }

  /** The body from `start` to a word. */
  take(end: number): Uint8Array {
    const { start } = this;
    this.busy = false;
    this.start = end;
    if (this.isGuess && end > this.words.length) throw new RangeError("no room");
    const body = new Uint8Array(this.buffer, this.base + start * 4, (end - start) * 4);
    const { room } = this;
    if (room === 0) return body;
    if (this.isGuess) {
      if (body.length <= slabBytes >> 2) lastLarge.kind = null;
      return copyOf(body);
    }
    // Memory that was made for this body alone, with more than an eighth of it unused, is given back for a copy.
    const isFull = room - (end - start) * 4 <= room >> 3;
    lastLarge.isFull = isFull;
    if (isFull) lastLarge.kind = null;
    if (!isFull || this.copies) return copyOf(body);
    // Nobody cleared what is left, and the caller has it with the body's buffer.
    this.words.fill(0, end);
    return body;
  }

  /** Ends a body that was written into the caller's memory: gives the offset after it, or -1 if there was too little. */
  release(end: number): number {
    this.busy = false;
    return end * 4 > this.limit ? -1 : end * 4 - this.origin;
  }

  /** Writes a u64 as a word or a long. */
  unsigned(o: number, head: number, value: bigint): number {
    const { longs, words } = this;
    // Where the header goes, since nothing past the member may be touched. Throws for a number.
    longs[o >> 1] = value;
    const high = words[o + 1]!;
    if (!isU64(value, high)) throw unfit(value);
    if (high === 0) {
      words[o + 1] = words[o]!;
      words[o] = head;
      return o + 2;
    }
    longs[(o >> 1) + 1] = value;
    words[o] = head | 0x1_0000;
    words[o + 1] = 8;
    return o + 4;
  }

  /** Writes an integer of 0..2^53-1 as a word or a long. */
  natural(o: number, head: number, value: number): number {
    const { words } = this;
    if (value <= 0xffff_ffff) {
      words[o] = head;
      words[o + 1] = value;
      return o + 2;
    }
    words[o] = head | 0x1_0000;
    words[o + 1] = 8;
    words[o + 2] = value;
    words[o + 3] = value / 0x1_0000_0000;
    return o + 4;
  }

  /** Writes an i64 as a word or a long, with its sign. */
  signed(o: number, head: number, value: bigint): number {
    // Throws for a number.
    if (BigInt.asIntN(64, value) !== value) throw unfit(value);
    if (value >= 0n) return this.unsigned(o, head, value);
    const { longs, words } = this;
    longs[o >> 1] = value;
    if (words[o + 1] === 0xffff_ffff && words[o]! >= 0x8000_0000) {
      words[o + 1] = words[o]!;
      words[o] = head | 0x200_0000;
      return o + 2;
    }
    longs[(o >> 1) + 1] = value;
    words[o] = head | 0x201_0000;
    words[o + 1] = 8;
    return o + 4;
  }

  /** Writes an i64 that is a number. */
  signedNumber(o: number, head: number, value: number): number {
    return value >= 0 ? this.natural(o, head, value) : this.signed(o, head, BigInt(value));
  }

  /**
   * Writes a string whose UTF-8 has `min` to `max` bytes. Short ASCII, put together to words here, is nearly all there is: one function for it
   * leaves more of what an engine inlines to the members around it.
   */
  text(o: number, head: number, value: string, min: number, max: number): number {
    if (typeof value !== "string" || value.length > max) throw unfit(value);
    const { words } = this;
    const { length } = value;
    let size = length;
    let next = o + 2;
    let isAscii = length <= shortText;
    if (isAscii) {
      const whole = length & ~3;
      let bits = 0;
      let i = 0;
      for (; i < whole; i += 4) {
        const a = value.charCodeAt(i);
        const b = value.charCodeAt(i + 1);
        const c = value.charCodeAt(i + 2);
        const d = value.charCodeAt(i + 3);
        bits |= a | b | c | d;
        words[next++] = a | (b << 8) | (c << 16) | (d << 24);
      }
      if (i < length) {
        let last = 0;
        for (let shift = 0; i < length; i++, shift += 8) {
          const code = value.charCodeAt(i);
          bits |= code;
          last |= code << shift;
        }
        words[next++] = last;
      }
      if ((next & 1) !== 0) words[next++] = 0;
      isAscii = bits <= 0x7f;
    }
    if (!isAscii) {
      size = writePadded(this.bytes, (o + 2) * 4, value);
      next = o + 2 + ((size + 7) >>> 3) * 2;
    }
    if (size < min || size > max) throw lengthOutside(size, min, max);
    words[o] = head;
    words[o + 1] = size;
    return next;
  }

  /** Writes a string as an element of a list. */
  textElement(o: number, value: string, min: number, max: number): number {
    const next = this.text(o, 0, value, min, max);
    this.words[o] = this.words[o + 1]!;
    this.words[o + 1] = 0;
    return next;
  }

  /** Writes `min` to `max` bytes. */
  blob(o: number, head: number, value: Uint8Array, min: number, max: number): number {
    if (!(value instanceof Uint8Array)) throw unfit(value);
    const { length } = value;
    if (length < min || length > max) throw lengthOutside(length, min, max);
    const { words } = this;
    words[o] = head;
    words[o + 1] = length;
    let next = o + 2;
    if (length > shortBytes) {
      const { bytes } = this;
      let at = next * 4;
      bytes.set(value, at);
      for (at += length; (at & 7) !== 0; at++) bytes[at] = 0;
      return at >>> 2;
    }
    const whole = length & ~3;
    let i = 0;
    for (; i < whole; i += 4) {
      words[next++] = value[i]! | (value[i + 1]! << 8) | (value[i + 2]! << 16) | (value[i + 3]! << 24);
    }
    if (i < length) {
      let last = 0;
      for (let shift = 0; i < length; i++, shift += 8) last |= value[i]! << shift;
      words[next++] = last;
    }
    if ((next & 1) !== 0) words[next++] = 0;
    return next;
  }

  /** Writes bytes as an element of a list. */
  blobElement(o: number, value: Uint8Array, min: number, max: number): number {
    const next = this.blob(o, 0, value, min, max);
    this.words[o] = value.length;
    this.words[o + 1] = 0;
    return next;
  }

  /** Copies `min` to `max` bytes to a byte. */
  copy(at: number, value: Uint8Array, min: number, max: number): void {
    if (!(value instanceof Uint8Array)) throw unfit(value);
    const { bytes } = this;
    const { length } = value;
    if (length < min || length > max) throw lengthOutside(length, min, max);
    if (length > shortBytes) bytes.set(value, at);
    else for (let i = 0; i < length; i++) bytes[at + i] = value[i]!;
  }

  /** Copies text with a NUL and zeros after it into a field of `size` bytes. */
  cstring(at: number, value: string, size: number): void {
    if (typeof value !== "string" || value.includes("\0")) throw unfit(value);
    if (value.length >= size) throw lengthOutside(value.length, 0, size - 1);
    const { bytes } = this;
    // The field's neighbour must survive text of three bytes a character.
    const scratch = bytesOver(new ArrayBuffer(size * 3), 0, size * 3);
    const length = writeUtf8(scratch, 0, value);
    if (length >= size) throw lengthOutside(length, 0, size - 1);
    bytes.set(scratch.subarray(0, size), at);
  }

  /** Writes the header of a table; rows follow at `o + 4`. Gives the word after the padded rows. */
  table(o: number, head: number, count: number, stride: number, required: number): number {
    const size = 8 + count * stride;
    if (size > largestPayload) throw tooLarge(size);
    const { words } = this;
    words[o] = head;
    words[o + 1] = size;
    words[o + 2] = count;
    words[o + 3] = count === 0 ? 0 : stride | (required << 16);
    const next = o + 2 + ((size + 7) >>> 3) * 2;
    // Rows are written after this, over all but the padding.
    if ((size & 7) !== 0) this.longs[(next >> 1) - 1] = 0n;
    return next;
  }

  /** Writes a table or list without elements. */
  empty(o: number, head: number): number {
    const { words } = this;
    words[o] = head;
    words[o + 1] = 8;
    words[o + 2] = 0;
    words[o + 3] = 0;
    return o + 4;
  }

  /** Fills in the `required` of a table, which is known once its rows are written. */
  require(o: number, required: number): void {
    if (this.words[o + 2] !== 0) this.words[o + 3] = (this.words[o + 3]! & 0xffff) | (required << 16);
  }

  /** Writes a 64-bit integer that is a number into a row. */
  putNumber(at: number, value: number): void {
    this.longs[at >> 3] = BigInt(value);
  }

  /** Fills in the length of a list's element that ends at `end`. */
  closeElement(o: number, end: number): number {
    this.words[o] = (end - o - 2) * 4;
    this.words[o + 1] = 0;
    return end;
  }

  /** The version that a module is written for; 0 is its working version. */
  targetOf(module: string): number {
    return this.targets?.get(module) ?? 0;
  }

  /** The same in words, where something is said of it; `otherwise` for its working version. */
  versionOf(module: string, otherwise: string): string {
    const target = this.targetOf(module);
    return target === 0 ? otherwise : versionText(target);
  }

  /** A type of a module in words, with the version that the module is written for where that is not its working one. */
  typeAt(module: string, type: string): string {
    const target = this.targetOf(module);
    return target === 0 ? type : `${type} of version ${versionText(target)}`;
  }

  /** Fills in the header of a body or list that ends at `end`. */
  close(o: number, head: number, end: number): number {
    const size = (end - o - 2) * 4;
    if (size > largestPayload) throw tooLarge(size);
    this.words[o] = head;
    this.words[o + 1] = size;
    return end;
  }
}

/** What the last large body was like, from which the next one is expected to be; its kind where it was copied out of memory that is used again. */
export const lastLarge: { isFull: boolean; kind: unknown } = { isFull: false, kind: null };

const allocate = (globalThis as { Buffer?: { allocUnsafeSlow?: (size: number) => Uint8Array<ArrayBuffer> } }).Buffer
  ?.allocUnsafeSlow;

/** Memory that nobody has cleared, where there is such a thing: clearing it takes as long as writing to it. */
export function uncleared(bytes: number): ArrayBuffer | null {
  return allocate === undefined ? null : allocate(bytes).buffer;
}

function copyOf(body: Uint8Array): Uint8Array {
  const memory = uncleared(body.length);
  if (memory === null) return body.slice();
  const copy = new Uint8Array(memory, 0, body.length);
  copy.set(body);
  return copy;
}

const largestU64 = 0xffff_ffff_ffff_ffffn;

/**
 * Whether a bigint is a u64. `high` is the upper half of its 64 bits, which have just been written: by it, what fits 63 bits is compared as an
 * integer of the machine, and of what does not no bigint is made to compare with.
 */
export function isU64(value: bigint, high: number): boolean {
  if (high < 0x8000_0000) return BigInt.asIntN(64, value) === value;
  // Where there is no room nothing was written, and nothing can be said against a value by its upper half: 0, too, gets here.
  return typeof value === "bigint" && value <= largestU64 && value >= 0n;
}

/** An error without a place: when it leaves `encode`, the value is searched for what is wrong with it. */
export function unfit(value: unknown): BatonError {
  return new BatonError("B8301", { expected: "a value of its type", found: typeof value });
}

function lengthOutside(size: number, min: number, max: number): BatonError {
  return new BatonError("B8206", { expected: max === Infinity ? `${min}..` : `${min}..${max}`, found: String(size) });
}

function tooLarge(size: number): BatonError {
  return new BatonError("B8302", { expected: String(largestPayload), found: String(size) });
}
