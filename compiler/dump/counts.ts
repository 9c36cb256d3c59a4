import type { Reading } from "./reading.ts";

/** What stands before the rows of a table. */
export interface TableHead {
  readonly count: number;
  readonly stride: number;
  readonly required: number;
}

/** Count, stride and required, if they fit the length of the payload. */
export function readTableHeader(r: Reading, at: number, end: number): TableHead | null {
  if (end - at < 8) {
    r.fail("B8106", { expected: "at least 8", found: String(end - at) }, at);
    return null;
  }
  if (!r.holds(at, 8, end)) return null;
  const head = { count: r.u32(at), stride: r.u16(at + 4), required: r.u16(at + 6) };
  const length = 8 + head.count * head.stride;
  const empty = head.count === 0;
  if (empty ? head.stride !== 0 || head.required !== 0 : head.stride === 0) {
    const expected = empty ? "stride 0 and required 0" : "a stride";
    r.fail("B8110", { expected, found: `${head.stride} and ${head.required}` }, at);
    return null;
  }
  if (length === end - at) return head;
  r.fail("B8106", { expected: `${length} (${head.count} rows of ${head.stride} bytes)`, found: String(end - at) }, at);
  return null;
}

/** The count of a list, if that many elements can stand in its payload. */
export function readListHeader(r: Reading, at: number, end: number): number | null {
  if (end - at < 8) {
    r.fail("B8106", { expected: "at least 8", found: String(end - at) }, at);
    return null;
  }
  if (!r.holds(at, 8, end)) return null;
  const count = r.u32(at);
  const reserved = r.u32(at + 4);
  if (reserved !== 0) r.fail("B8112", { found: String(reserved) }, at + 4);
  if (((end - at) & 7) !== 0) {
    r.fail("B8106", { expected: "a multiple of 8", found: String(end - at) }, at);
    return null;
  }
  if (8 + count * 8 <= end - at) return count;
  r.fail("B8106", { expected: `at least ${8 + count * 8} for ${count} elements`, found: String(end - at) }, at);
  return null;
}
