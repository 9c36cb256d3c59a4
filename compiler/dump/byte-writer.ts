import { padded } from "./format.ts";

/** Bytes that grow; what is reserved is zero until written. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends zero bytes; gives where they start. */
  reserve(length: number): number {
    const start = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }

  /** Appends zeros up to the next multiple of 8. */
  pad(): void {
    this.reserve(padded(this.#length) - this.#length);
  }

  append(bytes: Uint8Array): void {
    const start = this.reserve(bytes.length);
    this.#bytes.set(bytes, start);
  }

  set(offset: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, offset);
  }

  u8(offset: number, value: number): void {
    this.#view.setUint8(offset, value);
  }

  u16(offset: number, value: number): void {
    this.#view.setUint16(offset, value, true);
  }

  u32(offset: number, value: number): void {
    this.#view.setUint32(offset, value, true);
  }

  /** Two's complement where negative. */
  u64(offset: number, value: bigint): void {
    this.#view.setBigUint64(offset, BigInt.asUintN(64, value), true);
  }

  /** An integer of 1, 2, 4 or 8 bytes, two's complement where negative. */
  integer(offset: number, width: 8 | 16 | 32 | 64, value: bigint): void {
    switch (width) {
      case 8:
        return this.u8(offset, Number(BigInt.asUintN(8, value)));
      case 16:
        return this.u16(offset, Number(BigInt.asUintN(16, value)));
      case 32:
        return this.u32(offset, Number(BigInt.asUintN(32, value)));
      case 64:
        return this.u64(offset, value);
    }
  }

  /** What was written, copied. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}
