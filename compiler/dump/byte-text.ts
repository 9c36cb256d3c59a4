/** Bytes of a block: large enough that handing it on costs nothing beside filling it. */
const blockBytes = 1 << 18;

/** The longest number, escape or pair of digits that is written without asking for room again. */
const margin = 64;

const utf8 = new TextEncoder();

/** Text that is written as UTF-8, block by block: numbers and hex digits go there without strings in between. */
export class ByteText {
  readonly #take: (block: Uint8Array) => void;
  #block = new Uint8Array(blockBytes);
  #at = 0;

  /** `take` is given the blocks in order, and may keep them. */
  constructor(take: (block: Uint8Array) => void) {
    this.#take = take;
  }

  /** Hands on what is not handed on yet. */
  flush(): void {
    if (this.#at === 0) return;
    const block = this.#block.subarray(0, this.#at);
    this.#block = new Uint8Array(blockBytes);
    this.#at = 0;
    this.#take(block);
  }

  #room(bytes: number): void {
    if (this.#at + bytes > blockBytes) this.flush();
  }

  /** One character of ASCII. */
  byte(code: number): void {
    if (this.#at === blockBytes) this.flush();
    this.#block[this.#at++] = code;
  }

  /** UTF-8 that was made before. */
  bytes(text: Uint8Array): void {
    if (text.length > 1024) {
      for (let at = 0; at < text.length; at += blockBytes) this.#copy(text.subarray(at, at + blockBytes));
      return;
    }
    this.#room(text.length);
    // Short stretches are copied faster here than by a call.
    const block = this.#block;
    const at = this.#at;
    for (let i = 0; i < text.length; i++) block[at + i] = text[i] ?? 0;
    this.#at = at + text.length;
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
        const byte = bytes[i] ?? 0;
        block[at] = hexDigits[byte >> 4] ?? 0;
        block[at + 1] = hexDigits[byte & 15] ?? 0;
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
    if (rest <= 0xffff_ffff) return this.#digits(rest);
    const high = Math.floor(rest / 1e6);
    this.#large(high, rest - high * 1e6);
  }

  /** An unsigned integer of 64 bits, by its halves. */
  unsigned(high: number, low: number): void {
    this.#room(margin);
    if (high === 0) return this.#digits(low);
    // Base 10^6, so that no step leaves what a number holds exactly.
    const quotient = Math.floor(high / 1e6);
    const part = (high - quotient * 1e6) * 0x1_0000_0000 + low;
    const below = Math.floor(part / 1e6);
    this.#large(quotient * 0x1_0000_0000 + below, part - below * 1e6);
  }

  #large(high: number, low: number): void {
    if (high <= 0xffff_ffff) this.#digits(high);
    else {
      const top = Math.floor(high / 1e6);
      this.#digits(top);
      this.#six(high - top * 1e6);
    }
    this.#six(low);
  }

  #digits(value: number): void {
    const block = this.#block;
    const start = this.#at;
    let at =
      start +
      (value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : value < 1e4 ? 4 : value < 1e5 ? 5 : lengthOf(value));
    this.#at = at;
    let rest = value;
    while (rest >= 10) {
      const next = Math.floor(rest / 10);
      block[--at] = 0x30 + (rest - next * 10);
      rest = next;
    }
    block[--at] = 0x30 + rest;
  }

  #six(value: number): void {
    const block = this.#block;
    let at = this.#at + 6;
    this.#at = at;
    let rest = value | 0;
    for (let i = 0; i < 6; i++) {
      const next = (rest / 10) | 0;
      block[--at] = 0x30 + (rest - next * 10);
      rest = next;
    }
  }
}

function lengthOf(value: number): number {
  return value < 1e6 ? 6 : value < 1e7 ? 7 : value < 1e8 ? 8 : value < 1e9 ? 9 : 10;
}

const hexDigits = utf8.encode("0123456789abcdef");
