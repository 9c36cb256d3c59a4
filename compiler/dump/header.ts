import { LONG, MAX_DEPTH, MUST, NEGATIVE, UNION, WORD, padded } from "./format.ts";
import type { Reading } from "./reading.ts";

/** A member's header word. */
export interface Header {
  readonly at: number;
  readonly id: number;
  readonly form: number;
  readonly flags: number;
  readonly arg: number;
  /** Bytes of the payload, which starts at `at + 8`. */
  readonly length: number;
  /** Where the next member starts. */
  readonly next: number;
}

/**
 * Reads the header at an offset of a body that ends at `end`. null if there is no telling where the next one starts. What is wrong is reported;
 * after an id that does not ascend, an unknown form or an unknown flag the length still holds, and the header is given.
 */
export function readHeader(r: Reading, at: number, end: number, last: number): Header | null {
  if (!r.holds(at, 8, end)) return null;
  const word = r.u32(at);
  const arg = r.u32(at + 4);
  const id = word & 0xffff;
  const form = (word >>> 16) & 0xff;
  const flags = word >>> 24;
  const length = form === WORD ? 0 : arg;
  const next = at + 8 + padded(length);
  if (id <= last) r.fail("B8102", { found: String(id), expected: String(last) }, at, id);
  if (form > UNION) r.fail("B8103", { found: String(form) }, at, id);
  else if ((flags & ~(form <= LONG ? MUST | NEGATIVE : MUST)) !== 0) r.fail("B8104", { found: String(flags) }, at, id);
  if (next <= end) return { at, id, form, flags, arg, length, next };
  r.fail("B8101", { expected: String(padded(length)), found: String(end - at - 8) }, at, id);
  return null;
}

/** Steps through the members of a body; false if it broke off before its end, which was reported. */
export function eachMember(r: Reading, start: number, end: number, take: (header: Header) => void): boolean {
  let at = start;
  let last = 0;
  while (at < end) {
    const header = readHeader(r, at, end, last);
    if (header === null) {
      r.damaged(at, end);
      return false;
    }
    take(header);
    // A payload that is cut was reported by who read it.
    if (header.next > r.bytes.length) return false;
    last = Math.max(last, header.id);
    at = header.next;
  }
  return true;
}

/** Begins a body; false if it would be too deep, or ends in the middle of a word. */
export function enterBody(r: Reading, at: number, end: number): boolean {
  if (((end - at) & 7) !== 0) {
    r.fail("B8106", { expected: "a multiple of 8", found: String(end - at) }, at);
    r.damaged(at, end);
    return false;
  }
  if (r.depth >= MAX_DEPTH) {
    r.fail("B8109", {}, at);
    r.damaged(at, end);
    return false;
  }
  r.depth++;
  return true;
}
