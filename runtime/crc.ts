/** Node's zlib has CRC-32 as native code; a browser has not. */
interface Zlib {
  crc32?(data: Uint8Array, value: number): number;
}

/** A module of Node, if this is Node: without an import, so that bundles for browsers need no stand-in. */
export function nodeModule(name: string): unknown {
  // Not every host has these globals, and none of them must be declared.
  const host = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  return host.process?.getBuiltinModule?.(name);
}

/** Reflected polynomial of zlib's CRC-32. */
const polynomial = 0xedb88320;

/** Tables of 256: eight for eight bytes a step, sixteen for sixteen. Made when they are first needed, since a first record waits for it. */
let tables: Int32Array = /* @__PURE__ */ new Int32Array(0);

function makeTables(count: number): Int32Array {
  const made = new Int32Array(count * 256);
  for (let bit = 128, crc = 1; bit > 0; bit >>= 1) {
    crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
    for (let i = 0; i < 256; i += 2 * bit) made[bit + i] = crc ^ made[i]!;
  }
  for (let i = 256; i < made.length; i++) {
    const before = made[i - 256]!;
    made[i] = (before >>> 8) ^ made[before & 0xff]!;
  }
  return (tables = made);
}

/** CRC-32 in JavaScript, of `bytes[from..to)`: for hosts without a native one, and for what is shorter than a call of that takes. */
export function portableCrc32(bytes: Uint8Array, from: number, to: number, start: number): number {
  let t = tables;
  if (t.length < 8 * 256) t = makeTables(8);
  let crc = ~start;
  let i = from;
  // An array of words takes as long to make as some hundred bytes take to read one by one.
  if (to - from >= 256 && ((bytes.byteOffset + from) & 3) === 0) {
    if (t.length < 16 * 256) t = makeTables(16);
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + from, (to - from) >> 2);
    let o = 0;
    for (const end = words.length - 3; o < end; o += 4) {
      const a = crc ^ words[o]!;
      const b = words[o + 1]!;
      const c = words[o + 2]!;
      const d = words[o + 3]!;
      crc =
        t[0xf00 | (a & 0xff)]! ^
        t[0xe00 | ((a >>> 8) & 0xff)]! ^
        t[0xd00 | ((a >>> 16) & 0xff)]! ^
        t[0xc00 | (a >>> 24)]! ^
        t[0xb00 | (b & 0xff)]! ^
        t[0xa00 | ((b >>> 8) & 0xff)]! ^
        t[0x900 | ((b >>> 16) & 0xff)]! ^
        t[0x800 | (b >>> 24)]! ^
        t[0x700 | (c & 0xff)]! ^
        t[0x600 | ((c >>> 8) & 0xff)]! ^
        t[0x500 | ((c >>> 16) & 0xff)]! ^
        t[0x400 | (c >>> 24)]! ^
        t[0x300 | (d & 0xff)]! ^
        t[0x200 | ((d >>> 8) & 0xff)]! ^
        t[0x100 | ((d >>> 16) & 0xff)]! ^
        t[d >>> 24]!;
    }
    i += o * 4;
  }
  for (const end = to - 7; i < end; i += 8) {
    const low = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    crc =
      t[0x700 | (low & 0xff)]! ^
      t[0x600 | ((low >>> 8) & 0xff)]! ^
      t[0x500 | ((low >>> 16) & 0xff)]! ^
      t[0x400 | (low >>> 24)]! ^
      t[0x300 | bytes[i + 4]!]! ^
      t[0x200 | bytes[i + 5]!]! ^
      t[0x100 | bytes[i + 6]!]! ^
      t[bytes[i + 7]!]!;
  }
  for (; i < to; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]!) & 0xff]!;
  return ~crc >>> 0;
}

let native: NonNullable<Zlib["crc32"]> | null | undefined;

/** Bytes that have to be summed before Node's zlib is asked for: loading it takes as long as summing a megabyte or two without. */
let unearned = 1 << 20;

function nativeCrc32(bytes: number): NonNullable<Zlib["crc32"]> | null {
  if (native === undefined) {
    if ((unearned -= bytes) >= 0) return null;
    // `getBuiltinModule` gives the zlib of this Node, which may be too old to have crc32.
    native = (nodeModule("zlib") as Zlib | undefined)?.crc32 ?? null;
  }
  return native;
}

/** CRC-32 of `bytes[from..to)` as an unsigned number; `start` is the CRC of what stands before them. */
export function crc32Between(bytes: Uint8Array, from: number, to: number, start = 0): number {
  // Short stretches are faster without the call into native code.
  const sum = to - from < 320 ? null : nativeCrc32(to - from);
  return sum === null ? portableCrc32(bytes, from, to, start) : sum(bytes.subarray(from, to), start);
}

/** CRC-32 of bytes as an unsigned number; `start` is the CRC of what stands before them. */
export function crc32(bytes: Uint8Array, start = 0): number {
  return crc32Between(bytes, 0, bytes.length, start);
}
