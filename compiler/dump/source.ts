/** Bytes that are read by place, so that a dump larger than memory can be walked. */
export interface Source {
  readonly size: number;
  /** Bytes from an offset on; fewer than asked for only at the end. */
  read(offset: number, length: number): Uint8Array;
}

/** A dump that is in memory; what it gives are views. */
export function sourceOf(bytes: Uint8Array): Source {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, Math.min(offset + length, bytes.length)),
  };
}

/** A wish of a reader that does not know where bytes come from: offsets of one reader never go back before an earlier one's. */
export interface Need {
  readonly kind: "need";
  readonly offset: number;
  readonly length: number;
}

/** A reader of bytes as a generator: it yields what it needs and is given it, and yields what it found. */
export type Reader<Item> = Generator<Need | { readonly kind: "found"; readonly item: Item }, void, Uint8Array>;

const nothing = new Uint8Array(0);

/** Asks for bytes inside a reader. */
export function* need(offset: number, length: number): Generator<Need, Uint8Array, Uint8Array> {
  return yield { kind: "need", offset, length };
}

/** Runs a reader over a source. */
export function* runReader<Item>(reader: Reader<Item>, source: Source): Generator<Item, void, undefined> {
  let given: Uint8Array = nothing;
  for (;;) {
    const step = reader.next(given);
    if (step.done === true) return;
    if (step.value.kind === "found") yield step.value.item;
    else given = source.read(step.value.offset, step.value.length);
  }
}

/** Runs a reader over chunks as they arrive; holds what one need spans and no more. */
export async function* streamReader<Item>(
  reader: Reader<Item>,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Item, void, undefined> {
  const window = new Window(chunks);
  let given: Uint8Array = nothing;
  for (;;) {
    const step = reader.next(given);
    if (step.done === true) return;
    if (step.value.kind === "found") yield step.value.item;
    else given = await window.read(step.value.offset, step.value.length);
  }
}

/** The bytes of a stream that may still be asked for. */
class Window {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #held: Uint8Array[] = [];
  /** Offset of the first held byte, and how many are held. */
  #start = 0;
  #length = 0;
  #ended = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    this.#forget(offset);
    while (this.#start + this.#length < offset + length && !this.#ended) {
      const next = await this.#iterator.next();
      if (next.done === true) this.#ended = true;
      else this.#hold(next.value);
      this.#forget(offset);
    }
    return this.#slice(offset - this.#start, length);
  }

  #hold(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#held.push(chunk);
    this.#length += chunk.length;
  }

  #forget(before: number): void {
    let gone = 0;
    for (let chunk = this.#held[gone]; chunk !== undefined; chunk = this.#held[gone]) {
      if (this.#start + chunk.length > before) break;
      this.#start += chunk.length;
      this.#length -= chunk.length;
      gone++;
    }
    if (gone > 0) this.#held = this.#held.slice(gone);
  }

  #slice(from: number, length: number): Uint8Array {
    const size = Math.max(0, Math.min(length, this.#length - from));
    const first = this.#held[0];
    if (size === 0 || first === undefined) return nothing;
    if (from + size <= first.length) return first.subarray(from, from + size);
    const whole = new Uint8Array(size);
    let at = -from;
    for (const chunk of this.#held) {
      if (at >= size) break;
      const start = Math.max(0, -at);
      const end = Math.min(chunk.length, size - at);
      if (end > start) whole.set(chunk.subarray(start, end), at + start);
      at += chunk.length;
    }
    return whole;
  }
}

/** The numbers of some bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
