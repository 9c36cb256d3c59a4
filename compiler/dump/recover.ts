import { crc32 } from "../../runtime/crc.ts";
import { CHECKED_HEADER_BYTES, LONG, MUST, NEGATIVE, RECORD_HEADER_BYTES, UNION, WORD, padded } from "./format.ts";
import type { Frame } from "./frames.ts";
import type { Problem } from "./problem.ts";
import { need, viewOf, type Need } from "./source.ts";

/** How far ahead is read when looking for the next record after damage, mostly found in the first of them; multiples of 8. */
const SEARCHES = [1 << 13, 1 << 16, 1 << 20] as const;
const [, , SEARCH_BYTES] = SEARCHES;

/** A reader of frames that gives something at its end. */
export type FrameReader<Result> = Generator<
  Need | { readonly kind: "found"; readonly item: Frame },
  Result,
  Uint8Array
>;

export function headerCrcFits(bytes: Uint8Array): boolean {
  return viewOf(bytes).getUint32(CHECKED_HEADER_BYTES, true) === crc32(bytes.subarray(0, CHECKED_HEADER_BYTES));
}

/** How far ahead a damaged header is always believed enough to look where it says. */
const NEAR_BYTES = 4096;

/** Bytes looked at in vain where damaged headers said, after which no more is looked at that is not near. */
const VAIN_BYTES = 1 << 30;

/** What a record is read by though its header is damaged. */
export class Recovery {
  readonly #maxBody: number;
  #vain = 0;

  constructor(maxBody: number) {
    this.#maxBody = maxBody;
  }

  /**
   * The length of a body whose record header is damaged; null if nothing speaks for any. The one that the header says, if a sound header or the end
   * stands behind it or the body has its checksum; else all up to the next sound header, if that has the checksum or reads as a body from end to end.
   */
  *length(at: number, headerBytes: Uint8Array): Generator<Need, number | null, Uint8Array> {
    const view = viewOf(headerBytes);
    const says = Number(view.getBigUint64(16, true));
    const checksum = view.getUint32(24, true);
    if (says <= NEAR_BYTES || (says <= this.#maxBody && this.#vain < VAIN_BYTES)) {
      const bytes = yield* need(at, RECORD_HEADER_BYTES * 2 + padded(says));
      const next = bytes.subarray(RECORD_HEADER_BYTES + padded(says));
      if (next.length === RECORD_HEADER_BYTES && headerCrcFits(next)) return says;
      if (bytes.length === RECORD_HEADER_BYTES + padded(says)) return says;
      const body = bytes.subarray(RECORD_HEADER_BYTES, RECORD_HEADER_BYTES + says);
      if (says > 0 && body.length === says && crc32(body) === checksum) return says;
      this.#vain += bytes.length;
    }
    const { bytes, next, ended } = yield* nextRecord(at);
    const body = bytes.subarray(RECORD_HEADER_BYTES, next ?? bytes.length);
    if (next === null && !ended) return null;
    for (let length = body.length; length > Math.max(0, body.length - 8); length--) {
      if (crc32(body.subarray(0, length)) === checksum) return length;
      if (body[length - 1] !== 0) break;
    }
    return next !== null && body.length > 0 && readsAsBody(body) ? body.length : null;
  }
}

/** Gives the bytes up to the next place at which a sound record header stands, or to the end; and where that is. */
export function* damagedToRecord(from: number, told: readonly Problem[]): FrameReader<number> {
  let problems = told;
  for (let at = from; ;) {
    const { bytes, next, ended } = yield* nextRecord(at, at === from ? 8 : 0);
    const length = next ?? (ended ? bytes.length : SEARCH_BYTES);
    if (length > 0) {
      yield {
        kind: "found",
        item: { kind: "damaged", offset: at, length, bytes: bytes.subarray(0, length), problems },
      };
      problems = [];
    }
    at += length;
    if (next !== null || ended) return at;
  }
}

/** Gives all bytes from here on as damaged, or as those of another dump; and where they end. */
export function* allDamaged(from: number, isForeign: boolean = false): FrameReader<number> {
  for (let at = from; ;) {
    const bytes = yield* need(at, SEARCH_BYTES);
    if (bytes.length === 0) return at;
    const { length } = bytes;
    yield { kind: "found", item: { kind: "damaged", offset: at, length, bytes, problems: [], isForeign } };
    at += bytes.length;
  }
}

/** Steps over bytes without holding them; gives how many were there. */
export function* stepOver(at: number, length: number): Generator<Need, number, Uint8Array> {
  let stepped = 0;
  while (stepped < length) {
    const bytes = yield* need(at + stepped, Math.min(SEARCH_BYTES, length - stepped));
    if (bytes.length === 0) break;
    stepped += bytes.length;
  }
  return stepped;
}

interface Ahead {
  readonly bytes: Uint8Array;
  /** Where in them a sound record header stands, if one does. */
  readonly next: number | null;
  /** Whether the dump ends with them. */
  readonly ended: boolean;
}

/** Looks ahead for a sound record header, no further than it must. */
function* nextRecord(at: number, from: number = 8): Generator<Need, Ahead, Uint8Array> {
  let looked = from;
  for (const length of SEARCHES) {
    const wanted = length + RECORD_HEADER_BYTES;
    const bytes = yield* need(at, wanted);
    const next = recordIn(bytes, looked);
    const ended = bytes.length < wanted;
    if (next !== null || ended || length === SEARCH_BYTES) return { bytes, next, ended };
    looked = length + 8;
  }
  throw new Error("the last search gives what it found");
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

/** Whether bytes are members from end to end, as their header words have it. */
function readsAsBody(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  let last = 0;
  let at = 0;
  while (at + 8 <= bytes.length) {
    const id = view.getUint16(at, true);
    const form = bytes[at + 2] ?? 0;
    const flags = bytes[at + 3] ?? 0;
    const length = form === WORD ? 0 : view.getUint32(at + 4, true);
    if (id <= last || form > UNION || (flags & ~(MUST | NEGATIVE)) !== 0) return false;
    if (form === LONG && length !== 8) return false;
    last = id;
    at += 8 + padded(length);
  }
  return at === bytes.length;
}
