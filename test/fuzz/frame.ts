/** The frame of a dump taken apart and put together again with right lengths and checksums, so that mutations reach what lies behind them. */
import { crc32 } from "node:zlib";

/** One record: its header's fields and its body, without padding. */
export interface RawRecord {
  id: number;
  instance: number;
  major: number;
  backport: number;
  flags: number;
  body: Uint8Array;
}

const headerBytes = 64;
const recordHeaderBytes = 32;

export function roundUp8(length: number): number {
  return Math.ceil(length / 8) * 8;
}

/** The records of a whole dump, manifest and end included; the dump must be sound. */
export function recordsOf(dump: Uint8Array): RawRecord[] {
  const view = new DataView(dump.buffer, dump.byteOffset, dump.byteLength);
  const records: RawRecord[] = [];
  for (let at = headerBytes; at < dump.length;) {
    const length = Number(view.getBigUint64(at + 16, true));
    records.push({
      id: view.getUint32(at, true),
      instance: view.getUint32(at + 4, true),
      major: view.getUint16(at + 8, true),
      backport: view.getUint16(at + 10, true),
      flags: view.getUint32(at + 12, true),
      body: dump.slice(at + recordHeaderBytes, at + recordHeaderBytes + length),
    });
    at += recordHeaderBytes + roundUp8(length);
  }
  return records;
}

/** A dump of these records with every checksum right; the last one, if it is an end record, gets the right counts too. */
export function dumpOf(records: readonly RawRecord[], fixEnd = true): Uint8Array {
  const total = headerBytes + records.reduce((sum, { body }) => sum + recordHeaderBytes + roundUp8(body.length), 0);
  const dump = new Uint8Array(total);
  const view = new DataView(dump.buffer);
  dump.set([0x89, 0x42, 0x41, 0x54, 0x4f, 0x4e, 0x0d, 0x0a]);
  view.setUint16(8, 1, true);
  view.setUint32(12, headerBytes, true);
  view.setUint32(60, crc32(dump.subarray(0, 60)), true);
  let at = headerBytes;
  let headersCrc = 0;
  records.forEach((record, index) => {
    let { body } = record;
    if (fixEnd && index === records.length - 1 && record.flags === 9 && body.length === 24) {
      body = new Uint8Array(24);
      const end = new DataView(body.buffer);
      end.setBigUint64(0, BigInt(index), true);
      end.setBigUint64(8, BigInt(total), true);
      end.setUint32(16, headersCrc, true);
    }
    view.setUint32(at, record.id, true);
    view.setUint32(at + 4, record.instance, true);
    view.setUint16(at + 8, record.major, true);
    view.setUint16(at + 10, record.backport, true);
    view.setUint32(at + 12, record.flags, true);
    view.setBigUint64(at + 16, BigInt(body.length), true);
    view.setUint32(at + 24, crc32(body), true);
    view.setUint32(at + 28, crc32(dump.subarray(at, at + 28)), true);
    headersCrc = crc32(dump.subarray(at, at + 28), headersCrc);
    dump.set(body, at + recordHeaderBytes);
    at += recordHeaderBytes + roundUp8(body.length);
  });
  return dump;
}
