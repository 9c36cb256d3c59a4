import { crc32Between } from "./crc.ts";
import { BatonError } from "./errors.ts";
import { largestBody } from "./form.ts";
import { checkBody, checkPadding, padded, pieceOf, recordHeaderBytes, type Piece } from "./record.ts";
import type { Found, Sequence } from "./sequence.ts";
import { valueText } from "./values.ts";

/** Bytes that come one after the other: from a file, a socket, a pipe. */
export interface ByteSource {
  /** The next bytes, as many as come at once; null at the end. They may change after the next call. */
  next(): Promise<Uint8Array | null>;
  /** Steps over so many of the next bytes without reading them. A source that cannot is read on. */
  skip?(bytes: number): Promise<boolean>;
  /** Lets go of what is not read any more. */
  close?(): Promise<unknown>;
}

/** Chunks of any size as a source. One chunk is held at a time. */
export function sourceOfChunks(chunks: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = chunks[Symbol.asyncIterator]();
  return {
    async next() {
      try {
        const { done, value } = await iterator.next();
        if (done === true) return null;
        if (value instanceof Uint8Array) return value;
        throw new BatonError("B8308", { expected: "chunks that are Uint8Arrays", found: valueText(value) });
      } catch (error) {
        throw failed(error);
      }
    },
    close: async () => iterator.return?.(),
  };
}

/** What a file or a socket fails with is the cause of an error that says where it came from. */
function failed(cause: unknown): BatonError {
  if (cause instanceof BatonError) return cause;
  return new BatonError("B8025", { found: cause instanceof Error ? cause.message : valueText(cause), cause });
}

/** A file of the browser, or of Node's `openAsBlob`. What is stepped over is not read. */
export function sourceOfBlob(blob: Blob): ByteSource {
  // Each read has its price: it grows as long as all is wanted, and starts small again after a step.
  const least = 1 << 18;
  const most = 1 << 22;
  let at = 0;
  let size = least;
  return {
    async next() {
      if (at >= blob.size) return null;
      try {
        const piece = new Uint8Array(await blob.slice(at, at + size).arrayBuffer());
        at += piece.length;
        size = Math.min(size * 2, most);
        return piece;
      } catch (error) {
        throw failed(error);
      }
    },
    async skip(bytes) {
      at += bytes;
      size = least;
      return at <= blob.size;
    },
  };
}

/** Space for a body is made ahead of its bytes up to here; past that it grows as they come, since a length may be larger than what follows. */
const ahead = 16 << 20;

/** Small bodies share memory, which saves most of what taking it costs; each holds on to this much at most. */
const slabBytes = 1 << 16;
const smallBody = 1 << 13;

/** A source that is read by header and body. What lies in the piece at hand is taken without waiting. */
export class Incoming {
  private readonly source: ByteSource;
  private piece: Piece = pieceOf(new Uint8Array(0));
  private at = 0;
  private slab = new Uint8Array(0);
  private used = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** Lets go of a source that is not read to its end. Whoever stopped has a reason, which a failure of this one must not hide. */
  async close(): Promise<void> {
    try {
      await this.source.close?.();
    } catch {
      // Nothing of it was wanted any more.
    }
  }

  private get left(): number {
    return this.piece.bytes.length - this.at;
  }

  /** Makes sure that there is a byte at hand; false at the end. */
  private async more(): Promise<boolean> {
    while (this.left === 0) {
      const next = await this.source.next();
      if (next === null) return false;
      this.piece = pieceOf(next);
      this.at = 0;
    }
    return true;
  }

  /** The next bytes as the caller's own, fewer only at the end. */
  async read(bytes: number): Promise<Uint8Array> {
    const taken = new Uint8Array(bytes);
    let length = 0;
    while (length < bytes && (await this.more())) {
      const size = Math.min(bytes - length, this.left);
      taken.set(this.piece.bytes.subarray(this.at, this.at + size), length);
      this.at += size;
      length += size;
    }
    return taken.subarray(0, length);
  }

  /** The next record's header, at once where it lies in the piece at hand. */
  header(sequence: Sequence): Found | Promise<Found> {
    if (this.left < recordHeaderBytes) return this.scattered(sequence);
    const found = sequence.take(this.piece, this.at, Infinity);
    this.at += recordHeaderBytes;
    return found;
  }

  private async scattered(sequence: Sequence): Promise<Found> {
    const { offset } = sequence;
    const header = await this.read(recordHeaderBytes);
    if (header.length === 0) throw new BatonError("B8011", { offset });
    if (header.length < recordHeaderBytes) {
      throw new BatonError("B8005", { offset, expected: String(recordHeaderBytes), found: String(header.length) });
    }
    return sequence.take(pieceOf(header), 0, Infinity);
  }

  /** Steps over a record's body; false if there are not so many bytes. At once where they lie in the piece at hand. */
  skip(bytes: number): boolean | Promise<boolean> {
    if (bytes > this.left) return this.skipOn(bytes);
    this.at += bytes;
    return true;
  }

  private async skipOn(bytes: number): Promise<boolean> {
    let left = bytes - this.left;
    this.at = this.piece.bytes.length;
    if (this.source.skip !== undefined) return await this.source.skip(left);
    while (left > 0 && (await this.more())) {
      const step = Math.min(left, this.left);
      this.at += step;
      left -= step;
    }
    return left === 0;
  }

  /** A record's body as the caller's own, its checksum and the padding after it checked; at once where it lies in the piece at hand. */
  body(found: Found): Uint8Array | Promise<Uint8Array> {
    const { bytes } = found.header;
    const offset = found.offset + recordHeaderBytes;
    if (bytes > largestBody)
      throw new BatonError("B8022", { offset, expected: String(largestBody), found: String(bytes) });
    const size = padded(bytes);
    if (size > this.left) return this.longer(found, offset, size);
    const { at, piece } = this;
    const end = at + bytes;
    // Also past a body that is refused: the walk may go on behind it.
    this.at += size;
    checkBody(crc32Between(piece.bytes, at, end), found.header, offset);
    checkPadding(piece.bytes, end, at + size, offset + bytes);
    const body = this.memory(bytes, size);
    body.set(piece.bytes.subarray(at, end));
    return body;
  }

  private memory(bytes: number, size: number): Uint8Array {
    if (size > smallBody) return new Uint8Array(bytes);
    if (this.used + size > this.slab.length) {
      this.slab = new Uint8Array(slabBytes);
      this.used = 0;
    }
    const start = this.used;
    this.used += size;
    return this.slab.subarray(start, start + bytes);
  }

  private async longer(found: Found, offset: number, size: number): Promise<Uint8Array> {
    const { header } = found;
    let taken = new Uint8Array(Math.min(size, ahead));
    let length = 0;
    let checksum = 0;
    while (length < size && (await this.more())) {
      const { bytes } = this.piece;
      const { at } = this;
      const part = Math.min(size - length, this.left);
      if (length + part > taken.length) {
        const larger = new Uint8Array(Math.min(size, Math.max(taken.length * 2, length + part)));
        larger.set(taken.subarray(0, length));
        taken = larger;
      }
      // While they are near: memory is slower than the sum.
      checksum = crc32Between(bytes, at, at + Math.min(part, Math.max(0, header.bytes - length)), checksum);
      taken.set(bytes.subarray(at, at + part), length);
      this.at += part;
      length += part;
    }
    if (length < size) throw new BatonError("B8005", { offset, expected: String(size), found: String(length) });
    checkBody(checksum, header, offset);
    checkPadding(taken, header.bytes, size, offset + header.bytes);
    return taken.subarray(0, header.bytes);
  }
}
