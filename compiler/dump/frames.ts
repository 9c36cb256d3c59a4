import { crc32 } from "../../runtime/crc.ts";
import type { Code, Facts } from "../../runtime/errors.ts";
import { readHeader, type HeaderFrame } from "./dump-header.ts";
import {
  END_BODY_BYTES,
  HEADER_BYTES,
  MAGIC,
  RECORD_END,
  CHECKED_HEADER_BYTES,
  RECORD_HEADER_BYTES,
  RECORD_MANIFEST,
  RECORD_MUST,
  RECORD_SCHEMA,
  padded,
} from "./format.ts";
import { recordFields, wholeFields } from "./header-fields.ts";
import { hex } from "./integers.ts";
import { problem, type Problem } from "./problem.ts";
import { allDamaged, damagedToRecord, headerCrcFits, Recovery, stepOver, type FrameReader } from "./recover.ts";
import { need, viewOf, type Need, type Reader } from "./source.ts";

/** What a record is, by its flags. */
export type Role = "manifest" | "schema" | "state" | "end";

export interface RecordHeader {
  readonly id: number;
  readonly instance: number;
  readonly version: number;
  readonly flags: number;
  /** Bytes of the body, without padding. */
  readonly length: number;
}

/** A dump in pieces, in the order of its bytes. Together they cover it. */
export type Frame =
  | HeaderFrame
  | RecordFrame
  /** Bytes that belong to no record that can be made out; many of them come in pieces. */
  | {
      readonly kind: "damaged";
      readonly offset: number;
      readonly length: number;
      /** All of them. */
      readonly bytes: Uint8Array;
      readonly problems: readonly Problem[];
      /** Of a record whose header is not all there. */
      readonly cut?: CutRecord;
      /** Of another dump that stands behind this one. */
      readonly isForeign?: boolean;
    }
  /** The end of the bytes, and what is wrong with the dump as a whole. */
  | { readonly kind: "finish"; readonly size: number; readonly problems: readonly Problem[] };

/** What the header of a record says as far as it is there. */
export interface CutRecord {
  /** How problems name the record; null where not enough of the header is there to tell. */
  readonly name: string | null;
  /** null where that is not told by its place and not there. */
  readonly role: Role | null;
  /** Of the header that are there. */
  readonly bytes: number;
  /** Fields that are not whole are 0. */
  readonly header: RecordHeader;
}

export interface RecordFrame {
  readonly kind: "record";
  readonly role: Role;
  readonly offset: number;
  readonly header: RecordHeader;
  readonly headerBytes: Uint8Array;
  /** As much of it as is there. */
  readonly body: Uint8Array;
  /** Padding after the body, as much as is there. */
  readonly padding: Uint8Array;
  /** Bytes of body and padding that are not there. */
  readonly missing: number;
  /** Bytes of a body that is too large to be held, and was stepped over. */
  readonly skipped: number;
  readonly problems: readonly Problem[];
  /** Of an end record: nothing stands behind it. */
  readonly isLast?: boolean;
}

export interface FrameOptions {
  /** How problems name a record: `linux.pci.PciDevice#3`. */
  readonly name: (header: RecordHeader, role: Role) => string;
  /** Bodies larger than this are stepped over. */
  readonly maxBody: number;
}

/** A body that fits an ArrayBuffer everywhere. */
export const LARGEST_BODY = 0x7fff_fff8;

/**
 * Reads the frame of a dump: header, records, end. After damage it goes on at the next record that can be made out. Bodies are not looked into,
 * only their checksums are.
 */
export function* readFrames(options: FrameOptions): Reader<Frame> {
  const start = yield* readHeader();
  yield { kind: "found", item: start };
  if (!(yield* goesOn(start))) {
    const size = yield* allDamaged(start.bytes.length);
    yield { kind: "found", item: { kind: "finish", size, problems: [] } };
    return;
  }
  const records = new Records(options);
  const recovery = new Recovery(options.maxBody);
  let at = HEADER_BYTES;
  while (!records.ended) {
    const headerBytes = yield* need(at, RECORD_HEADER_BYTES);
    if (headerBytes.length === 0) break;
    if (headerBytes.length < RECORD_HEADER_BYTES) {
      const { length } = headerBytes;
      const cut = records.cut(headerBytes);
      const facts = { expected: String(RECORD_HEADER_BYTES), found: String(length) };
      const problems = [problem("B8005", facts, { path: cut.name ?? "", offset: at })];
      yield { kind: "found", item: { kind: "damaged", offset: at, length, bytes: headerBytes, problems, cut } };
      yield { kind: "found", item: { kind: "finish", size: at + headerBytes.length, problems: [] } };
      return;
    }
    const sound = headerCrcFits(headerBytes);
    const length = sound ? null : yield* recovery.length(at, headerBytes);
    if (!sound && length === null) {
      records.lost();
      at = yield* damagedToRecord(at, [badHeader(headerBytes, at)]);
      continue;
    }
    const frame = yield* records.read(at, headerBytes, length);
    at = endOf(frame);
    const isLast = records.ended && (yield* need(at, 1)).length === 0;
    yield { kind: "found", item: isLast ? { ...frame, isLast } : frame };
    if (frame.missing > 0) {
      yield { kind: "found", item: { kind: "finish", size: at, problems: [] } };
      return;
    }
  }
  if (records.ended) {
    yield* behindEnd(records, at);
    return;
  }
  yield {
    kind: "found",
    item: { kind: "finish", size: at, problems: [problem("B8011", {}, { path: "", offset: at })] },
  };
}

/** Gives what stands behind the end record: more records, as of dumps that were spliced, but not those of another dump. */
function* behindEnd(records: Records, end: number): FrameReader<void> {
  let at = end;
  let stray = 0;
  let strayAt = end;
  let isDump = false;
  while (!isDump) {
    const bytes = yield* need(at, RECORD_HEADER_BYTES);
    if (bytes.length === 0) break;
    isDump = MAGIC.every((byte, i) => bytes[i] === byte);
    const sound = bytes.length === RECORD_HEADER_BYTES && headerCrcFits(bytes);
    if (sound && roleOf(parseHeader(bytes).flags) === "manifest") isDump = true;
    if (sound && !isDump) {
      const frame = yield* records.read(at, bytes, null);
      yield { kind: "found", item: frame };
      at = endOf(frame);
      if (frame.missing > 0) break;
      continue;
    }
    if (stray === 0) strayAt = at;
    const next = isDump ? yield* allDamaged(at, true) : yield* damagedToRecord(at, []);
    stray += next - at;
    at = next;
  }
  const expected = isDump ? { expected: "and another dump starts there" } : {};
  const problems =
    stray === 0 ? [] : [problem("B8013", { found: String(stray), ...expected }, { path: "", offset: strayAt })];
  yield { kind: "found", item: { kind: "finish", size: at, problems } };
}

function endOf({ offset, body, skipped, padding }: RecordFrame): number {
  return offset + RECORD_HEADER_BYTES + body.length + skipped + padding.length;
}

/** Whether records are to be looked for after a header: not in other formats, but in a dump whose magic alone was hit. */
function* goesOn({ bytes, problems }: HeaderFrame): Generator<Need, boolean, Uint8Array> {
  if (bytes.length < HEADER_BYTES || problems.some((one) => one.code === "B8002")) return false;
  if (!problems.some((one) => one.code === "B8001")) return true;
  const next = yield* need(HEADER_BYTES, RECORD_HEADER_BYTES);
  return next.length === RECORD_HEADER_BYTES && headerCrcFits(next);
}

/** The records of a dump as they come: their order, and what the end record has to say of them. */
class Records {
  ended = false;
  readonly #options: FrameOptions;
  #count = 0;
  #headersCrc = 0;
  #lastId = 0;
  #lastInstance = 0;
  /** Whether headers were damaged or not found, so that the end record's count and checksum say nothing new. */
  #lost = false;
  /** Whether records stand behind the end record, which is told of the first one. */
  #behind = false;

  constructor(options: FrameOptions) {
    this.#options = options;
  }

  lost(): void {
    this.#lost = true;
  }

  /** What can be said of a record by the start of its header. */
  cut(bytes: Uint8Array): CutRecord {
    const whole = new Uint8Array(RECORD_HEADER_BYTES);
    whole.set(bytes.subarray(0, wholeFields(recordFields, bytes.length)));
    const header = parseHeader(whole);
    const role = bytes.length >= flagsEnd ? roleOf(header.flags) : header.id === 0 ? this.#framing() : "state";
    const name = bytes.length < instanceEnd || role === null ? null : this.#options.name(header, role);
    return { name, role, bytes: bytes.length, header };
  }

  /** What a record is that is of no state, by its place alone; null for the second, which may be the schema or the end. */
  #framing(): Role | null {
    return this.#count === 0 ? "manifest" : this.#count === 1 ? null : "end";
  }

  /** `mended`: the length that a damaged header has after all; null for a sound one. */
  *read(offset: number, headerBytes: Uint8Array, mended: number | null): Generator<Need, RecordFrame, Uint8Array> {
    const sound = mended === null;
    const says = parseHeader(headerBytes);
    const header = sound ? says : { ...says, length: mended };
    const role = sound ? roleOf(header.flags) : this.#likelyRole(header);
    const path = this.#options.name(header, role);
    const problems: Problem[] = [];
    const fail = (code: Code, facts: Facts, at: number): void => {
      problems.push(problem(code, facts, { path, offset: at, id: role === "state" ? header.id : null }));
    };
    if (!sound) {
      problems.push({ ...badHeader(headerBytes, offset), path });
      this.#lost = true;
    } else {
      this.#place(header, role, offset, fail);
    }
    const at = offset + RECORD_HEADER_BYTES;
    const skipped = header.length > this.#options.maxBody;
    if (skipped) fail("B8022", { expected: String(this.#options.maxBody), found: String(header.length) }, at);
    const body = skipped ? new Uint8Array(0) : yield* need(at, header.length);
    const stepped = skipped ? yield* stepOver(at, header.length) : body.length;
    const padding = yield* need(at + stepped, stepped < header.length ? 0 : padded(header.length) - header.length);
    const missing = padded(header.length) - stepped - padding.length;
    if (missing > 0) {
      fail("B8005", { expected: String(padded(header.length)), found: String(stepped + padding.length) }, at);
    } else if (!skipped) {
      checkBody(headerBytes, body, at, fail);
    }
    const stain = padding.findIndex((byte) => byte !== 0);
    if (stain >= 0) fail("B8108", {}, at + stepped + stain);
    if (role === "end") {
      this.ended = true;
      // One that is cut was told.
      if (missing === 0) this.#end(body, at, fail);
    }
    this.#count++;
    this.#headersCrc = crc32(headerBytes.subarray(0, CHECKED_HEADER_BYTES), this.#headersCrc);
    const sizes = { missing, skipped: skipped ? stepped : 0 };
    return { kind: "record", role, offset, header, headerBytes, body, padding, ...sizes, problems };
  }

  /** What a record with a damaged header is, by its place and size too: one of its fields may be what was hit, but hardly two. */
  #likelyRole({ id, instance, version, flags, length }: RecordHeader): Role {
    const named = [id, instance, version].filter((one) => one !== 0).length;
    if (named > 1) return "state";
    if (this.#count === 0 && !this.#lost) return "manifest";
    if (length === END_BODY_BYTES && (named === 0 || flags === flagsOf.end)) return "end";
    return this.#count === 1 && (named === 0 || flags === flagsOf.schema) ? "schema" : "state";
  }

  /** Whether a record may stand here: manifest first, then the schema, then states in order. */
  #place(header: RecordHeader, role: Role, offset: number, fail: (code: Code, facts: Facts, at: number) => void): void {
    const { id, instance, flags } = header;
    const expected = role === "state" ? "0 or 1" : String(flagsOf[role]);
    const known = role === "state" ? flags === 0 || flags === RECORD_MUST : flags === flagsOf[role];
    if (!known) fail("B8008", { expected, found: hex(BigInt(flags)) }, offset + 12);
    if (role !== "state" && (id !== 0 || instance !== 0 || header.version !== 0)) {
      fail("B8010", { expected: `id, instance and version 0 of the ${role}`, found: `${id}, ${instance}` }, offset);
    }
    if (this.ended) {
      if (!this.#behind) fail("B8010", { expected: "nothing after the end record", found: `a ${role} record` }, offset);
      this.#behind = true;
    } else if (this.#lost) {
      // What should stand before may be what was lost.
    } else if (this.#count === 0 && role !== "manifest") {
      fail("B8010", { expected: "the manifest first", found: `a ${role} record` }, offset);
    } else if ((role === "manifest" && this.#count > 0) || (role === "schema" && this.#count !== 1)) {
      fail("B8010", { expected: "a state or the end", found: `the ${role}` }, offset);
    }
    if (role !== "state") return;
    if (id === 0) fail("B8010", { expected: "the id of a state", found: "0" }, offset);
    if (id < this.#lastId || (id === this.#lastId && instance <= this.#lastInstance && this.#lastId !== 0)) {
      const last = `${hex(BigInt(this.#lastId))}#${this.#lastInstance}`;
      fail("B8009", { expected: last, found: `${hex(BigInt(id))}#${instance}` }, offset);
    }
    this.#lastId = id;
    this.#lastInstance = instance;
  }

  #end(body: Uint8Array, at: number, fail: (code: Code, facts: Facts, at: number) => void): void {
    if (body.length !== END_BODY_BYTES) {
      return fail("B8106", { expected: `${END_BODY_BYTES} bytes`, found: `${body.length} bytes` }, at);
    }
    const view = viewOf(body);
    const check = (offset: number, has: number, says: bigint, text: (value: bigint) => string): void => {
      if (says !== BigInt(has)) fail("B8012", { expected: text(BigInt(has)), found: text(says) }, at + offset);
    };
    if (!this.#lost) check(0, this.#count, view.getBigUint64(0, true), (records) => `${records} records`);
    check(8, at + END_BODY_BYTES, view.getBigUint64(8, true), (bytes) => `${bytes} bytes`);
    const checksum = BigInt(view.getUint32(16, true));
    if (!this.#lost) check(16, this.#headersCrc, checksum, (value) => `checksum ${hex(value)}`);
    const reserved = view.getUint32(20, true);
    if (reserved !== 0) fail("B8112", { found: String(reserved) }, at + 20);
  }
}

/** Where fields of a record's header end by which it is known. */
const [instanceEnd, flagsEnd] = [8, 16];

const flagsOf = {
  manifest: RECORD_MUST | RECORD_MANIFEST,
  schema: RECORD_SCHEMA,
  end: RECORD_MUST | RECORD_END,
} as const;

function roleOf(flags: number): Role {
  if ((flags & RECORD_END) !== 0) return "end";
  if ((flags & RECORD_MANIFEST) !== 0) return "manifest";
  return (flags & RECORD_SCHEMA) !== 0 ? "schema" : "state";
}

function parseHeader(bytes: Uint8Array): RecordHeader {
  const view = viewOf(bytes);
  return {
    id: view.getUint32(0, true),
    instance: view.getUint32(4, true),
    version: view.getUint16(8, true) * 0x1_0000 + view.getUint16(10, true),
    flags: view.getUint32(12, true),
    // Past 2^53 it is not exact, and far past the end of any dump.
    length: Number(view.getBigUint64(16, true)),
  };
}

function checkBody(
  headerBytes: Uint8Array,
  body: Uint8Array,
  at: number,
  fail: (code: Code, facts: Facts, at: number) => void,
): void {
  const stated = viewOf(headerBytes).getUint32(24, true);
  const computed = crc32(body);
  if (stated !== computed) fail("B8007", { expected: hex(BigInt(computed)), found: hex(BigInt(stated)) }, at);
}

function badHeader(bytes: Uint8Array, offset: number): Problem {
  const facts = {
    expected: hex(BigInt(crc32(bytes.subarray(0, CHECKED_HEADER_BYTES)))),
    found: hex(BigInt(viewOf(bytes).getUint32(CHECKED_HEADER_BYTES, true))),
  };
  return problem("B8006", facts, { path: "", offset: offset + CHECKED_HEADER_BYTES });
}
