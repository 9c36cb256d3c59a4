import { nodeModule } from "./crc.ts";
import { BatonError } from "./errors.ts";

/** A schema that travels in a dump is at most this large, inflated. */
export const largestSchema = 16 << 20;

interface Zlib {
  deflateRawSync(data: Uint8Array): Uint8Array;
  inflateRawSync(data: Uint8Array, options: { readonly maxOutputLength: number }): Uint8Array;
}

function zlib(): Zlib | undefined {
  // Node's own module has both.
  return nodeModule("zlib") as Zlib | undefined;
}

/** The body of a schema record: encoding, inflated size, raw deflate. Without a compressor at hand the text is stored. */
export function encodeSchema(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  if (text.length > largestSchema) {
    throw new BatonError("B8018", { expected: `at most ${largestSchema} bytes`, found: String(text.length) });
  }
  const packed = zlib()?.deflateRawSync(text) ?? stored(text);
  const body = new Uint8Array(8 + packed.length);
  const view = new DataView(body.buffer);
  view.setUint32(0, 1, true);
  view.setUint32(4, text.length, true);
  body.set(packed, 8);
  return body;
}

/** Raw deflate in blocks that are not compressed. */
function stored(text: Uint8Array): Uint8Array {
  const most = 0xffff;
  const blocks = Math.max(1, Math.ceil(text.length / most));
  const packed = new Uint8Array(text.length + blocks * 5);
  const view = new DataView(packed.buffer);
  for (let i = 0, to = 0; i < blocks; i++) {
    const block = text.subarray(i * most, (i + 1) * most);
    packed[to] = i === blocks - 1 ? 1 : 0;
    view.setUint16(to + 1, block.length, true);
    view.setUint16(to + 3, ~block.length & 0xffff, true);
    packed.set(block, to + 5);
    to += 5 + block.length;
  }
  return packed;
}

/** The JSON of a schema record's body. It is inflated no further than it says, and never past 16 MiB. */
export async function decodeSchema(body: Uint8Array, offset: number): Promise<string> {
  const fail = (expected: string, found: string): never => {
    throw new BatonError("B8018", { offset, expected, found });
  };
  if (body.length < 8) fail("at least 8 bytes", String(body.length));
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const encoding = view.getUint32(0, true);
  const size = view.getUint32(4, true);
  if (encoding !== 1) fail("encoding 1", String(encoding));
  if (size > largestSchema) fail(`at most ${largestSchema} bytes`, String(size));
  let text: Uint8Array | null;
  try {
    text = await inflate(body.subarray(8), size);
  } catch {
    text = null;
  }
  if (text === null || text.length !== size) fail(`${size} bytes of raw deflate`, `${text?.length ?? "damaged ones"}`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text ?? undefined);
  } catch {
    return fail("well-formed UTF-8", "other bytes");
  }
}

async function inflate(packed: Uint8Array, size: number): Promise<Uint8Array> {
  const node = zlib();
  if (node !== undefined) return node.inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  const stream = new Blob([new Uint8Array(packed)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > size) throw new RangeError("more than the header says");
    parts.push(value);
  }
  const text = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    text.set(part, at);
    at += part.length;
  }
  return text;
}
