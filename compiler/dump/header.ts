import { asStated, type BodyPlan, type MendedLength, type Strays } from "./body-plan.ts";
import { idText } from "../../runtime/id-text.ts";
import { BLOB, LONG, MAX_DEPTH, MUST, NEGATIVE, UNION, WORD, padded } from "./format.ts";
import { FAILED, type Reading } from "./reading.ts";

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

export interface ReadHeader extends Header {
  /** False where something of it was reported: then it may as well be of another member. */
  readonly sound: boolean;
  /** Whether the length of its payload is damaged and only where that ends is known. */
  readonly isLengthLost: boolean;
}

/** What a body's schema says of an id: how paths name its member, and the form that it has, null for a word or a long. */
export interface Expected {
  readonly name: string;
  readonly form: number | null;
}

/** Of members that no schema knows: most forms have a payload. */
export function unnamed(id: number): Expected {
  return { name: idText(id), form: BLOB };
}

/**
 * Reads the header at an offset of a body that ends at `end`. null if there is no telling where the next one starts. What is wrong is reported by
 * the name of the member that its id is; after an id that does not ascend or an unknown flag the length still holds, after an unknown form most
 * likely that of the form which the schema says, and the header is given.
 */
export function readHeader(
  r: Reading,
  at: number,
  end: number,
  last: number,
  expected: (id: number) => Expected,
  mended?: MendedLength,
): ReadHeader | null {
  if (!r.holds(at, 8, end)) return null;
  const before = r.problemCount;
  const word = r.u32(at);
  const arg = r.u32(at + 4);
  const id = word & 0xffff;
  const form = (word >>> 16) & 0xff;
  const flags = word >>> 24;
  // What is out of order may be named like a member, and is none.
  if (id <= last) r.fail("B8102", { found: String(id), expected: String(last) }, at, id);
  if (form > UNION) r.fail("B8103", { found: String(form) }, at, id, expected(id).name);
  else if ((flags & ~(form <= LONG ? MUST | NEGATIVE : MUST)) !== 0) {
    r.fail("B8104", { found: String(flags) }, at, id, expected(id).name);
  }
  const isWord = form === WORD || (form > UNION && expected(id).form === null && arg !== 8);
  if (mended !== undefined) {
    const { next } = mended;
    const isLengthLost = mended.length === null;
    const room = next - at - 8;
    const length = mended.length ?? room;
    const most = isLengthLost && room > 0 ? `${room - 7}..${room}` : String(length);
    // Of a long of no bytes it is the form that is damaged.
    if (form === LONG && room === 0) r.fail("B8105", { expected: "word", found: "long" }, at, id, expected(id).name);
    else r.fail("B8106", { expected: `${most} by what follows`, found: String(arg) }, at, id, expected(id).name);
    return { at, id, form, flags, arg: length, length, next, sound: r.problemCount === before + 1, isLengthLost };
  }
  const length = isWord ? 0 : arg;
  const next = at + 8 + padded(length);
  if (next <= end) {
    return { at, id, form, flags, arg, length, next, sound: r.problemCount === before, isLengthLost: false };
  }
  r.fail("B8101", { expected: String(padded(length)), found: String(end - at - 8) }, at, id, expected(id).name);
  return null;
}

/** Tells of the rest of a body behind which nothing can be found, by the member whose header is the last that can be read. */
export function damagedFrom(r: Reading, at: number, end: number, expected: (id: number) => Expected): void {
  const there = Math.min(end, r.bytes.length);
  if (at + 8 > there) return r.damaged(at, end);
  const id = r.u32(at) & 0xffff;
  r.leaf("damaged", expected(id).name, "", at, there - at, FAILED, id);
}

/** Tells of members that are out of order: which they are is not known. */
function tellStrays(r: Reading, at: number, { end, id, count, expected }: Strays): void {
  const word = idText(id).slice(1);
  const found = count === 1 ? word : `${word} (the first of ${count} out of order)`;
  r.fail("B8102", { found, expected }, at, id);
  r.holds(at, end - at, end);
  r.damaged(at, end);
}

/** Steps through the members of a body, where they lie by a plan; false if it broke off before its end, which was reported. */
export function eachMember(
  r: Reading,
  start: number,
  end: number,
  expected: (id: number) => Expected,
  take: (header: ReadHeader) => void,
  plan: BodyPlan = asStated,
): boolean {
  let at = start;
  let last = 0;
  while (at < end) {
    const strays = plan.strays.get(at);
    if (strays !== undefined) {
      tellStrays(r, at, strays);
      at = strays.end;
      if (at > r.bytes.length) return false;
      continue;
    }
    const header = readHeader(r, at, end, last, expected, plan.mended.get(at));
    if (header === null) {
      damagedFrom(r, at, end, expected);
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
  if (r.bodies.length >= MAX_DEPTH) {
    r.fail("B8109", {}, at);
    r.damaged(at, end);
    return false;
  }
  r.bodies.push(end);
  return true;
}
