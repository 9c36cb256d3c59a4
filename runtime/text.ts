/** What Node's Buffer can do to any Uint8Array, several times as fast as TextDecoder and TextEncoder on short text. */
interface NativeText {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  utf8Write(this: Uint8Array, text: string, at: number): number;
}

function findNative(): NativeText | null {
  // Only Node has Buffer, and these three are methods of its prototype.
  const prototype = (globalThis as { Buffer?: { prototype?: Partial<NativeText> } }).Buffer?.prototype;
  return typeof prototype?.latin1Slice === "function" &&
    typeof prototype.utf8Slice === "function" &&
    typeof prototype.utf8Write === "function"
    ? // All three were just found to be there.
      (prototype as NativeText)
    : null;
}

const native = /* @__PURE__ */ findNative();
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = /* @__PURE__ */ new TextEncoder();

/** Up to here a loop in JavaScript is faster than a call of native code. */
const shortText = 32;

/**
 * Writes text as UTF-8 from an even word on, with zeros up to the next one, and returns its bytes. The caller has room for three bytes a
 * character. Characters are put together to words, so that the end needs no more than the rest.
 */
export function writeText(bytes: Uint8Array, words: Uint32Array, o: number, text: string): number {
  const { length } = text;
  if (length > shortText) return writeLong(bytes, o * 4, text);
  const whole = length & ~3;
  let w = o;
  let bits = 0;
  let i = 0;
  for (; i < whole; i += 4) {
    const [a, b] = [text.charCodeAt(i), text.charCodeAt(i + 1)];
    const [c, d] = [text.charCodeAt(i + 2), text.charCodeAt(i + 3)];
    bits |= a | b | c | d;
    words[w++] = a | (b << 8) | (c << 16) | (d << 24);
  }
  if (i < length) {
    let last = 0;
    for (let shift = 0; i < length; i++, shift += 8) {
      const code = text.charCodeAt(i);
      bits |= code;
      last |= code << shift;
    }
    words[w++] = last;
  }
  if ((w & 1) !== 0) words[w] = 0;
  return bits > 0x7f ? writeLong(bytes, o * 4, text) : length;
}

/** Writes text as UTF-8, with zeros up to the next multiple of 8 bytes. */
function writeLong(bytes: Uint8Array, at: number, text: string): number {
  const size = writeUtf8(bytes, at, text);
  for (let end = at + size; (end & 7) !== 0; end++) bytes[end] = 0;
  return size;
}

/** Writes text as UTF-8 and returns its bytes. The caller has room for three bytes a character. */
export function writeUtf8(target: Uint8Array, at: number, text: string): number {
  if (native !== null) return native.utf8Write.call(target, text, at);
  return encoder.encodeInto(text, target.subarray(at)).written;
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

/** The text of well-formed UTF-8, or null if it is not well-formed. Bytes and words lie over the same memory. */
export function readUtf8(source: Uint8Array, words: Uint32Array, at: number, size: number): string | null {
  if (size > shortAscii) return readLong(source, words, at, size);
  const end = at + size;
  let text = "";
  let bits = 0;
  let i = at;
  if (i + 8 <= end) {
    const [a, b, c, d] = [source[i]!, source[i + 1]!, source[i + 2]!, source[i + 3]!];
    const [e, f, g, h] = [source[i + 4]!, source[i + 5]!, source[i + 6]!, source[i + 7]!];
    bits |= a | b | c | d | e | f | g | h;
    text = String.fromCharCode(a, b, c, d, e, f, g, h);
    i += 8;
  }
  if (i + 4 <= end) {
    const [a, b, c, d] = [source[i]!, source[i + 1]!, source[i + 2]!, source[i + 3]!];
    bits |= a | b | c | d;
    text += String.fromCharCode(a, b, c, d);
    i += 4;
  }
  for (; i < end; i++) {
    const code = source[i]!;
    bits |= code;
    text += String.fromCharCode(code);
  }
  return bits > 0x7f ? readLong(source, words, at, size) : text;
}

function readLong(source: Uint8Array, words: Uint32Array, at: number, size: number): string | null {
  if (native === null) return readPortably(source, at, size);
  if (isAscii(source, words, at, at + size)) return native.latin1Slice.call(source, at, at + size);
  const text = native.utf8Slice.call(source, at, at + size);
  // What is ill-formed becomes U+FFFD, which may also stand in the text itself.
  return text.includes("\ufffd") ? readPortably(source, at, size) : text;
}

function readPortably(source: Uint8Array, at: number, size: number): string | null {
  try {
    return decoder.decode(source.subarray(at, at + size));
  } catch {
    return null;
  }
}

function isAscii(source: Uint8Array, words: Uint32Array, start: number, end: number): boolean {
  let bits = 0;
  let i = start;
  for (; (i & 3) !== 0 && i < end; i++) bits |= source[i]!;
  for (; i + 4 <= end; i += 4) bits |= words[i >> 2]!;
  for (; i < end; i++) bits |= source[i]!;
  return (bits & 0x8080_8080) === 0;
}
