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

/** Eight tables of 256, for eight bytes a step; made at first use. */
let tables: Uint32Array | undefined;

function makeTables(): Uint32Array {
  const made = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
    made[byte] = crc;
  }
  for (let i = 256; i < made.length; i++) {
    const before = made[i - 256]!;
    made[i] = (before >>> 8) ^ made[before & 0xff]!;
  }
  return made;
}

/** CRC-32 in JavaScript, for hosts without a native one. */
export function portableCrc32(bytes: Uint8Array, start = 0): number {
  const t = (tables ??= makeTables());
  let crc = ~start;
  let i = 0;
  for (const end = bytes.length - 7; i < end; i += 8) {
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
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]!) & 0xff]!;
  return ~crc >>> 0;
}

let native: Zlib["crc32"] | null | undefined;

/** CRC-32 of bytes as an unsigned number; `start` is the CRC of what stands before them. */
export function crc32(bytes: Uint8Array, start = 0): number {
  // Short stretches are faster without the call into native code.
  if (bytes.length < 64) return portableCrc32(bytes, start);
  if (native === undefined) {
    // `getBuiltinModule` gives the zlib of this Node, which may be too old to have crc32.
    native = (nodeModule("zlib") as Zlib | undefined)?.crc32 ?? null;
  }
  return native === null ? portableCrc32(bytes, start) : native(bytes, start);
}
