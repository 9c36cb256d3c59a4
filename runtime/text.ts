import { BatonError } from "./errors.ts";

/**
 * Bytes, in Node a Buffer, whose native methods are several times as fast as TextDecoder and TextEncoder on short text. They are called as methods
 * of the bytes: by way of `call`, an engine does not know which function it is and takes a slower way to it.
 */
export interface Bytes extends Uint8Array {
  latin1Slice?(start: number, end: number): string;
  utf8Slice?(start: number, end: number): string;
  utf8Write?(text: string, at: number): number;
}

/** Only Node has Buffer, and the methods above. */
const node = (
  globalThis as {
    Buffer?: { from?: (buffer: ArrayBufferLike, base: number, length: number) => Bytes; prototype?: Bytes };
  }
).Buffer;

/** Bytes over memory. */
export function bytesOver(buffer: ArrayBufferLike, base: number, length: number): Bytes {
  return node?.from === undefined ? new Uint8Array(buffer, base, length) : node.from(buffer, base, length);
}

const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = /* @__PURE__ */ new TextEncoder();

/** Up to here a loop in JavaScript is faster than a call of native code. */
export const shortText = 32;

/** Writes text as UTF-8, with zeros up to the next multiple of 8 bytes, and returns its bytes. The caller has room for three bytes a character. */
export function writePadded(bytes: Bytes, at: number, text: string): number {
  const size = writeUtf8(bytes, at, text);
  // Native code stops at the end of the memory, where what it wrote may be as many bytes as there are characters.
  if (at + size + 4 > bytes.length && size !== utf8Length(text)) throw new RangeError("no room for text");
  for (let end = at + size; (end & 7) !== 0; end++) bytes[end] = 0;
  return size;
}

/** Writes text as UTF-8 and returns its bytes. The caller has room for three bytes a character. */
export function writeUtf8(target: Bytes, at: number, text: string): number {
  const size =
    target.utf8Write === undefined ? encoder.encodeInto(text, target.subarray(at)).written : target.utf8Write(text, at);
  // As many bytes as characters is ASCII.
  if (size !== text.length && !isWellFormed(text)) throw new BatonError("B8205");
  return size;
}

/** Whether a string has an encoding: no half of a surrogate pair stands alone. */
export function isWellFormed(text: string): boolean {
  return wellFormed === undefined ? !/\p{Surrogate}/u.test(text) : wellFormed.call(text);
}

/** Newer than the oldest engine that this runs on. */
const wellFormed = (String.prototype as { readonly isWellFormed?: (this: string) => boolean }).isWellFormed;

/** Bytes that a string takes as UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x7f) continue;
    // Two of a pair are four bytes, so each counts as one more.
    bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/** Up to here text is put together from character codes, eight and four at a time; past it native code is faster. */
const shortAscii = 12;

/** Bytes that text is read from: words lie over the same memory, and so does `native`, which is made when it is first asked for. */
export interface TextSource {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  native(): Bytes;
}

/** The text of well-formed UTF-8, or null if it is not well-formed. */
export function readUtf8(source: TextSource, at: number, size: number): string | null {
  if (size > shortAscii) return readLong(source, at, size);
  const { bytes } = source;
  const end = at + size;
  let text = "";
  let bits = 0;
  let i = at;
  if (i + 8 <= end) {
    const [a, b, c, d] = [bytes[i]!, bytes[i + 1]!, bytes[i + 2]!, bytes[i + 3]!];
    const [e, f, g, h] = [bytes[i + 4]!, bytes[i + 5]!, bytes[i + 6]!, bytes[i + 7]!];
    bits |= a | b | c | d | e | f | g | h;
    text = String.fromCharCode(a, b, c, d, e, f, g, h);
    i += 8;
  }
  if (i + 4 <= end) {
    const [a, b, c, d] = [bytes[i]!, bytes[i + 1]!, bytes[i + 2]!, bytes[i + 3]!];
    bits |= a | b | c | d;
    text += String.fromCharCode(a, b, c, d);
    i += 4;
  }
  for (; i < end; i++) {
    const code = bytes[i]!;
    bits |= code;
    text += String.fromCharCode(code);
  }
  return bits > 0x7f ? readLong(source, at, size) : text;
}

function readLong(source: TextSource, at: number, size: number): string | null {
  const bytes = source.native();
  if (bytes.latin1Slice === undefined || bytes.utf8Slice === undefined) return readPortably(bytes, at, size);
  if (isAscii(bytes, source.words, at, at + size)) return bytes.latin1Slice(at, at + size);
  const text = bytes.utf8Slice(at, at + size);
  // What is ill-formed becomes U+FFFD, which may also stand in the text itself.
  return text.includes("\ufffd") ? readPortably(bytes, at, size) : text;
}

function readPortably(bytes: Uint8Array, at: number, size: number): string | null {
  try {
    return decoder.decode(bytes.subarray(at, at + size));
  } catch {
    return null;
  }
}

function isAscii(bytes: Uint8Array, words: Uint32Array, start: number, end: number): boolean {
  let bits = 0;
  let i = start;
  for (; (i & 3) !== 0 && i < end; i++) bits |= bytes[i]!;
  for (; i + 4 <= end; i += 4) bits |= words[i >> 2]!;
  for (; i < end; i++) bits |= bytes[i]!;
  return (bits & 0x8080_8080) === 0;
}
