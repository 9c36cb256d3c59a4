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
import { hex } from "./integers.ts";
import { problem, type Problem } from "./problem.ts";
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
    }
  /** The end of the bytes, and what is wrong with the dump as a whole. */
  | { readonly kind: "finish"; readonly size: number; readonly problems: readonly Problem[] };

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
}

export interface FrameOptions {
  /** How problems name a record: `linux.pci.PciDevice#3`. */
  readonly name: (header: RecordHeader, role: Role) => string;
  /** Bodies larger than this are stepped over. */
  readonly maxBody: number;
}

/** A body that fits an ArrayBuffer everywhere. */
export const LARGEST_BODY = 0x7fff_fff8;

/** How far ahead is looked to see whether the length in a damaged header holds. */
const FOLLOW_BYTES = 4096;

/** How far ahead is read when looking for the next record after damage; a multiple of 8. */
const SEARCH_BYTES = 1 << 20;

type FrameReader<Result> = Generator<Need | { readonly kind: "found"; readonly item: Frame }, Result, Uint8Array>;

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
  let at = HEADER_BYTES;
  while (!records.ended) {
    const headerBytes = yield* need(at, RECORD_HEADER_BYTES);
    if (headerBytes.length === 0) break;
    if (headerBytes.length < RECORD_HEADER_BYTES) {
      const facts = { expected: String(RECORD_HEADER_BYTES), found: String(headerBytes.length) };
      const problems = [problem("B8005", facts, { path: "", offset: at })];
      yield {
        kind: "found",
        item: { kind: "damaged", offset: at, length: headerBytes.length, bytes: headerBytes, problems },
      };
      yield { kind: "found", item: { kind: "finish", size: at + headerBytes.length, problems: [] } };
      return;
    }
    const sound = headerCrcFits(headerBytes);
    if (!sound && !(yield* isFollowed(at, headerBytes))) {
      records.lost();
      at = yield* damagedToRecord(at, [badHeader(headerBytes, at)]);
      continue;
    }
    const frame = yield* records.read(at, headerBytes, sound);
    yield { kind: "found", item: frame };
    at += RECORD_HEADER_BYTES + frame.body.length + frame.skipped + frame.padding.length;
    if (frame.missing > 0) {
      yield { kind: "found", item: { kind: "finish", size: at, problems: [] } };
      return;
    }
  }
  const next = yield* need(at, MAGIC.length);
  const size = yield* allDamaged(at);
  const problems = records.ended ? [] : [problem("B8011", {}, { path: "", offset: at })];
  if (size > at) {
    const isDump = MAGIC.every((byte, i) => next[i] === byte);
    const facts = { found: String(size - at), ...(isDump ? { expected: "and another dump starts there" } : {}) };
    problems.push(problem("B8013", facts, { path: "", offset: at }));
  }
  yield { kind: "found", item: { kind: "finish", size, problems } };
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

  constructor(options: FrameOptions) {
    this.#options = options;
  }

  lost(): void {
    this.#lost = true;
  }

  *read(offset: number, headerBytes: Uint8Array, sound: boolean): Generator<Need, RecordFrame, Uint8Array> {
    const header = parseHeader(headerBytes);
    const role = roleOf(header.flags);
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

  /** Whether a record may stand here: manifest first, then the schema, then states in order. */
  #place(header: RecordHeader, role: Role, offset: number, fail: (code: Code, facts: Facts, at: number) => void): void {
    const { id, instance, flags } = header;
    const expected = role === "state" ? "0 or 1" : String(flagsOf[role]);
    const known = role === "state" ? flags === 0 || flags === RECORD_MUST : flags === flagsOf[role];
    if (!known) fail("B8008", { expected, found: hex(BigInt(flags)) }, offset + 12);
    if (role !== "state" && (id !== 0 || instance !== 0 || header.version !== 0)) {
      fail("B8010", { expected: `id, instance and version 0 of the ${role}`, found: `${id}, ${instance}` }, offset);
    }
    if (this.#lost) {
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

function headerCrcFits(bytes: Uint8Array): boolean {
  return viewOf(bytes).getUint32(CHECKED_HEADER_BYTES, true) === crc32(bytes.subarray(0, CHECKED_HEADER_BYTES));
}

function badHeader(bytes: Uint8Array, offset: number): Problem {
  const facts = {
    expected: hex(BigInt(crc32(bytes.subarray(0, CHECKED_HEADER_BYTES)))),
    found: hex(BigInt(viewOf(bytes).getUint32(CHECKED_HEADER_BYTES, true))),
  };
  return problem("B8006", facts, { path: "", offset: offset + CHECKED_HEADER_BYTES });
}

/** Whether the length of a damaged header can be believed after all: a sound header stands where the next one would. */
function* isFollowed(at: number, headerBytes: Uint8Array): Generator<Need, boolean, Uint8Array> {
  const { length } = parseHeader(headerBytes);
  if (length > FOLLOW_BYTES) return false;
  const ahead = yield* need(at, RECORD_HEADER_BYTES * 2 + padded(length));
  const next = ahead.subarray(RECORD_HEADER_BYTES + padded(length));
  return next.length === RECORD_HEADER_BYTES && headerCrcFits(next);
}

/** Gives the bytes up to the next place at which a sound record header stands, or to the end; and where that is. */
function* damagedToRecord(from: number, told: readonly Problem[]): FrameReader<number> {
  let problems = told;
  for (let at = from; ;) {
    const bytes = yield* need(at, SEARCH_BYTES + RECORD_HEADER_BYTES);
    const found = recordIn(bytes, at === from ? 8 : 0);
    const ended = bytes.length < SEARCH_BYTES + RECORD_HEADER_BYTES;
    const length = found ?? (ended ? bytes.length : SEARCH_BYTES);
    if (length > 0) {
      yield {
        kind: "found",
        item: { kind: "damaged", offset: at, length, bytes: bytes.subarray(0, length), problems },
      };
      problems = [];
    }
    at += length;
    if (found !== null || ended) return at;
  }
}

/** Where in some bytes a sound record header stands. */
function recordIn(bytes: Uint8Array, from: number): number | null {
  for (let i = from; i <= bytes.length - RECORD_HEADER_BYTES; i += 8) {
    // Flags are small: most places are passed without a checksum.
    if ((bytes[i + 12] ?? 0) > 15 || bytes[i + 13] !== 0 || bytes[i + 14] !== 0 || bytes[i + 15] !== 0) continue;
    if (headerCrcFits(bytes.subarray(i, i + RECORD_HEADER_BYTES))) return i;
  }
  return null;
}

/** Gives all bytes from here on as damaged; and where they end. */
function* allDamaged(from: number): FrameReader<number> {
  for (let at = from; ;) {
    const bytes = yield* need(at, SEARCH_BYTES);
    if (bytes.length === 0) return at;
    yield { kind: "found", item: { kind: "damaged", offset: at, length: bytes.length, bytes, problems: [] } };
    at += bytes.length;
  }
}

/** Steps over bytes without holding them; gives how many were there. */
function* stepOver(at: number, length: number): Generator<Need, number, Uint8Array> {
  let stepped = 0;
  while (stepped < length) {
    const bytes = yield* need(at + stepped, Math.min(SEARCH_BYTES, length - stepped));
    if (bytes.length === 0) break;
    stepped += bytes.length;
  }
  return stepped;
}
