/** Bytes of a block: large enough that handing it on costs nothing beside filling it. */
const blockBytes = 1 << 18;

/** The longest number, escape or pair of digits that is written without asking for room again. */
const margin = 64;

/** Behind a block, so that the last word of a text may reach past it. */
const spare = 8;

const utf8 = new TextEncoder();

/** Text that is written again and again: in words, since a word is written as fast as a byte. */
export interface Literal {
  readonly words: Uint32Array;
  /** In bytes; the last word may reach past it. */
  readonly length: number;
}

/** Makes a literal of any text. */
export function literal(text: string): Literal {
  const bytes = utf8.encode(text);
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  const words = Uint32Array.from({ length: padded.length / 4 }, (_, i) => view.getUint32(i * 4, true));
  return { words, length: bytes.length };
}

/** Text that is written as UTF-8, block by block: numbers and hex digits go there without strings in between. */
export class ByteText {
  readonly #take: (block: Uint8Array) => void;
  readonly #block = new Uint8Array(blockBytes + spare);
  readonly #view = new DataView(this.#block.buffer);
  #at = 0;

  /** `take` is given the blocks in order, and must not keep them: they are filled again. */
  constructor(take: (block: Uint8Array) => void) {
    this.#take = take;
  }

  /** Hands on what is not handed on yet. */
  flush(): void {
    const length = this.#at;
    this.#at = 0;
    if (length > 0) this.#take(this.#block.subarray(0, length));
  }

  #room(bytes: number): void {
    if (this.#at + bytes > blockBytes) this.flush();
  }

  /** One character of ASCII. */
  byte(code: number): void {
    if (this.#at === blockBytes) this.flush();
    this.#block[this.#at++] = code;
  }

  /** A text that was made before. */
  literal({ words, length }: Literal): void {
    if (length > blockBytes) return this.#large(words, length);
    this.#room(length);
    const view = this.#view;
    let at = this.#at;
    for (let i = 0; i < words.length; i++, at += 4) view.setUint32(at, words[i]!, true);
    this.#at += length;
  }

  #large(words: Uint32Array, length: number): void {
    const bytes = new DataView(new ArrayBuffer(words.length * 4));
    words.forEach((word, i) => bytes.setUint32(i * 4, word, true));
    this.bytes(new Uint8Array(bytes.buffer, 0, length));
  }

  /** UTF-8. */
  bytes(text: Uint8Array): void {
    for (let at = 0; at < text.length; at += blockBytes) this.#copy(text.subarray(at, at + blockBytes));
  }

  #copy(text: Uint8Array): void {
    this.#room(text.length);
    this.#block.set(text, this.#at);
    this.#at += text.length;
  }

  /** Any text. */
  text(text: string): void {
    // At most three bytes for each unit.
    if (text.length * 3 <= blockBytes) {
      this.#room(text.length * 3);
      this.#at += utf8.encodeInto(text, this.#block.subarray(this.#at)).written;
    } else this.bytes(utf8.encode(text));
  }

  /** Two hex digits for each byte, with what stands between the pairs. */
  hex(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += 4096) {
      const to = Math.min(from + 4096, bytes.length);
      this.#room((to - from) * 2);
      const block = this.#block;
      let at = this.#at;
      for (let i = from; i < to; i++) {
        const byte = bytes[i]!;
        block[at] = hexDigits[byte >> 4]!;
        block[at + 1] = hexDigits[byte & 15]!;
        at += 2;
      }
      this.#at = at;
    }
  }

  /** An integer that a number holds exactly. */
  integer(value: number): void {
    this.#room(margin);
    let rest = value;
    if (rest < 0) {
      this.#block[this.#at++] = 0x2d;
      rest = -rest;
    }
    if (rest < 1e8) return this.#lead(rest);
    const high = Math.floor(rest / 1e8);
    this.#lead(high);
    this.#eight(rest - high * 1e8);
  }

  /** An unsigned integer of 64 bits, by its halves. */
  unsigned(high: number, low: number): void {
    if (high < 0x20_0000) return this.integer(high * 0x1_0000_0000 + low);
    this.#room(margin);
    // In steps that do not leave what a number holds exactly.
    const quotient = Math.floor(high / 1e4);
    const part = (high - quotient * 1e4) * 0x1_0000_0000 + low;
    const below = Math.floor(part / 1e4);
    const upper = quotient * 0x1_0000_0000 + below;
    const first = Math.floor(upper / 1e8);
    this.#lead(first);
    this.#eight(upper - first * 1e8);
    this.#four(part - below * 1e4);
  }

  /** Below 10^8, as many digits as it has. */
  #lead(value: number): void {
    const high = (value / 1e4) | 0;
    if (high === 0) return this.#leadFour(value);
    this.#leadFour(high);
    this.#four(value - high * 1e4);
  }

  #leadFour(value: number): void {
    const skipped = value > 999 ? 0 : value > 99 ? 1 : value > 9 ? 2 : 3;
    this.#view.setUint32(this.#at, fourDigits[value]! >>> (skipped * 8), true);
    this.#at += 4 - skipped;
  }

  #eight(value: number): void {
    const high = (value / 1e4) | 0;
    this.#four(high);
    this.#four(value - high * 1e4);
  }

  #four(value: number): void {
    this.#view.setUint32(this.#at, fourDigits[value | 0]!, true);
    this.#at += 4;
  }
}

const hexDigits = utf8.encode("0123456789abcdef");

/** `0000` to `9999`, each in a word. */
const fourDigits = Uint32Array.from({ length: 10_000 }, (_, i) => literal(String(i).padStart(4, "0")).words[0] ?? 0);
