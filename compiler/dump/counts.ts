import { padded } from "./format.ts";
import type { Reading } from "./reading.ts";
import { sizeMistake, statedHead, type TableHead } from "./table-head.ts";

/** Count, stride and required, if they fit the length of the payload. */
export function readTableHeader(r: Reading, at: number, end: number): TableHead | null {
  if (!holdsHead(r, at, end)) return null;
  const head = statedHead(r.view, at);
  const mistake = sizeMistake(head, end - at);
  if (mistake === null) return head;
  r.fail(mistake.code, { expected: mistake.expected, found: mistake.found }, at);
  return null;
}

/** Whether a payload has room for what stands before rows or elements, and that is there; else a problem. */
export function holdsHead(r: Reading, at: number, end: number): boolean {
  if (end - at >= 8) return r.holds(at, 8, end);
  r.fail("B8106", { expected: "at least 8", found: String(end - at) }, at);
  return false;
}

/** What stands before the elements of a list. */
export interface ListHead {
  readonly count: number;
  /** Whether that is not the count which the list states, which was reported. */
  readonly mended: boolean;
}

/** The count of a list, if that many elements can stand in its payload; else of those that fill it. */
export function readListHeader(r: Reading, at: number, end: number): ListHead | null {
  if (!holdsHead(r, at, end)) return null;
  const count = r.u32(at);
  const reserved = r.u32(at + 4);
  if (reserved !== 0) r.fail("B8112", { found: String(reserved) }, at + 4);
  if (((end - at) & 7) !== 0) {
    r.fail("B8106", { expected: "a multiple of 8", found: String(end - at) }, at);
    return null;
  }
  if (8 + count * 8 <= end - at) return { count, mended: false };
  const filling = elementsIn(r.view, at + 8, end);
  const taken = filling === null ? "" : `; read as ${filling} ${filling === 1 ? "element" : "elements"}`;
  const expected = `at least ${8 + count * 8} for ${count} elements${taken}`;
  r.fail("B8106", { expected, found: String(end - at) }, at);
  return filling === null ? null : { count: filling, mended: true };
}

/** How many elements stand from one place to another, end to end; null if they do not. */
export function elementsIn(view: DataView, start: number, end: number): number | null {
  let count = 0;
  let at = start;
  for (; at + 8 <= Math.min(end, view.byteLength); count++) {
    if (view.getUint32(at + 4, true) !== 0) return null;
    at += 8 + padded(view.getUint32(at, true));
  }
  return at === end ? count : null;
}
