import { crc32, crc32Between } from "./crc.ts";
import { BatonError } from "./errors.ts";

export const magic: readonly number[] = [0x89, 0x42, 0x41, 0x54, 0x4f, 0x4e, 0x0d, 0x0a];

export const dumpHeaderBytes = 64;
export const recordHeaderBytes = 32;

/**
 * Bytes of a record's header before its checksum: what that covers, and what the end record's checksum takes of each header. With the checksums
 * themselves it would be one number for all dumps of so many records, as a CRC of data and its CRC is a constant.
 */
export const checkedHeaderBytes = 28;
export const endBodyBytes = 24;

/** Flags of a record's header. */
export const recordFlags = { mustBeUnderstood: 1, manifest: 2, schema: 4, end: 8 } as const;

/** Exactly these stand for the three records that are no states. */
export const manifestFlags = 3;
export const schemaFlags = 4;
export const endFlags = 9;

/** The header of a record, as far as it is not checksums. */
export interface RecordHeader {
  readonly id: number;
  readonly instance: number;
  /** Packed: `major << 16 | backport`. */
  readonly version: number;
  readonly flags: number;
  /** Of the body, without padding. */
  readonly bytes: number;
  /** Of the body. */
  readonly checksum: number;
}

/** Bytes that a body of a size takes with its padding. */
export function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** The 64 bytes that a dump starts with. */
export function dumpHeader(): Uint8Array {
  const header = new Uint8Array(dumpHeaderBytes);
  header.set(magic);
  const view = new DataView(header.buffer);
  view.setUint16(8, 1, true);
  view.setUint32(12, dumpHeaderBytes, true);
  view.setUint32(60, crc32(header.subarray(0, 60)), true);
  return header;
}

/** Refuses what does not start as a dump does. `header` may be shorter than 64 bytes where the dump is. */
export function checkDumpHeader(header: Uint8Array): void {
  if (magic.some((byte, i) => header[i] !== byte)) {
    throw new BatonError("B8001", { offset: 0, found: header.length < 8 ? `${header.length} bytes` : "other bytes" });
  }
  if (header.length < dumpHeaderBytes) {
    throw new BatonError("B8005", { offset: 0, expected: String(dumpHeaderBytes), found: String(header.length) });
  }
  const view = new DataView(header.buffer, header.byteOffset, dumpHeaderBytes);
  const version = `${view.getUint16(8, true)}.${view.getUint16(10, true)}`;
  if (version !== "1.0") throw new BatonError("B8002", { offset: 8, expected: "1.0", found: version });
  const checksum = view.getUint32(60, true);
  const computed = crc32(header.subarray(0, 60));
  if (checksum !== computed)
    throw new BatonError("B8003", { offset: 60, expected: hex(computed), found: hex(checksum) });
  const size = view.getUint32(12, true);
  if (size !== dumpHeaderBytes) {
    throw new BatonError("B8004", { offset: 12, expected: `${dumpHeaderBytes} bytes`, found: `${size} bytes` });
  }
  for (let at = 16; at < 60; at++) {
    if (header[at] !== 0) throw new BatonError("B8004", { offset: at, expected: "0", found: String(header[at]) });
  }
}

/** The 32 bytes before a body. */
export function recordHeader(record: Omit<RecordHeader, "bytes" | "checksum">, body: Uint8Array): Uint8Array {
  const header = new Uint8Array(recordHeaderBytes);
  const view = new DataView(header.buffer);
  view.setUint32(0, record.id, true);
  view.setUint32(4, record.instance, true);
  view.setUint16(8, Math.floor(record.version / 0x1_0000), true);
  view.setUint16(10, record.version % 0x1_0000, true);
  view.setUint32(12, record.flags, true);
  view.setUint32(16, body.length % 0x1_0000_0000, true);
  view.setUint32(20, Math.floor(body.length / 0x1_0000_0000), true);
  view.setUint32(24, crc32(body), true);
  view.setUint32(checkedHeaderBytes, crc32(header.subarray(0, checkedHeaderBytes)), true);
  return header;
}

/** Bytes, and a view of them that is made once for many headers. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export function pieceOf(bytes: Uint8Array): Piece {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** Reads the record's header of 32 bytes that stands at `at`, and at an offset of the dump. Its checksum is what makes its length believable. */
export function parseRecordHeader({ bytes, view }: Piece, at: number, offset: number): RecordHeader {
  const checksum = view.getUint32(at + checkedHeaderBytes, true);
  const computed = crc32Between(bytes, at, at + checkedHeaderBytes);
  if (checksum !== computed) {
    throw new BatonError("B8006", {
      offset: offset + checkedHeaderBytes,
      expected: hex(computed),
      found: hex(checksum),
    });
  }
  return {
    id: view.getUint32(at, true),
    instance: view.getUint32(at + 4, true),
    version: view.getUint16(at + 8, true) * 0x1_0000 + view.getUint16(at + 10, true),
    flags: view.getUint32(at + 12, true),
    bytes: view.getUint32(at + 16, true) + view.getUint32(at + 20, true) * 0x1_0000_0000,
    checksum: view.getUint32(at + 24, true),
  };
}

/** Refuses a body, by the checksum that was computed of it, that is not the one its header was written for. */
export function checkBody(computed: number, header: RecordHeader, offset: number): void {
  if (computed === header.checksum) return;
  throw new BatonError("B8007", { offset, expected: hex(computed), found: hex(header.checksum) });
}

/** Refuses padding in `bytes[from..to)` that is not zero; `offset` is the dump's at `from`. */
export function checkPadding(bytes: Uint8Array, from: number, to: number, offset: number): void {
  for (let at = from; at < to; at++) if (bytes[at] !== 0) throw new BatonError("B8108", { offset: offset + at - from });
}

/** The 24 bytes of the end record's body. */
export function endBody(records: number, bytes: number, headers: number): Uint8Array {
  const body = new Uint8Array(endBodyBytes);
  const view = new DataView(body.buffer);
  view.setUint32(0, records % 0x1_0000_0000, true);
  view.setUint32(4, Math.floor(records / 0x1_0000_0000), true);
  view.setUint32(8, bytes % 0x1_0000_0000, true);
  view.setUint32(12, Math.floor(bytes / 0x1_0000_0000), true);
  view.setUint32(16, headers, true);
  return body;
}

/** `0x1f`. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
