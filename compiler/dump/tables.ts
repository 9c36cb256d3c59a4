import { readListHeader, readTableHeader, type TableHead } from "./counts.ts";
import { padded } from "./format.ts";
import { FAILED, type Read, type Reading } from "./reading.ts";
import { rowBytes, rowCheck } from "./row-check.ts";
import { judgeRows, readFixed, readRow } from "./rows.ts";
import type { Value } from "./value.ts";
import { readState } from "./state.ts";
import { rowsAsList } from "./table-rows.ts";
import { readBlob, readUnion } from "./walk.ts";
import type { WireList, WireType } from "./wire-type.ts";

/**
 * Reads the payload of a table, from `at` to `end`, whose rows have the type `element`. `list` is null for a struct that is no list: it is
 * a table of one row, and gives that row.
 */
export function readTable(r: Reading, element: WireType, list: WireList | null, at: number, end: number): Read {
  const head = readTableHeader(r, at, end);
  if (head === null) {
    r.damaged(at, end);
    return FAILED;
  }
  r.leaf("frame", "table", "count, stride, required", at, 8, head.count);
  const rows = at + 8;
  if (!judgeTable(r, element, list, head, at)) {
    r.damaged(rows, end);
    return FAILED;
  }
  const { count, stride } = head;
  if (element.kind === "struct" && stride > element.stride) reportTails(r, rows, count, stride, element.stride);
  if (list === null) {
    if (r.holds(rows, stride, end) && element.kind === "struct") return readRow(r, element, rows, stride);
    r.damaged(rows, end);
    return FAILED;
  }
  const told = batchOf(r, element, rows, head, end);
  if (told !== null) return readBatch(r, element, rows, head, told);
  const values: Value[] = [];
  for (let i = 0; i < count; i++) {
    const row = rows + i * stride;
    r.path.push(i);
    const there = r.holds(row, stride, end);
    const value = there ? readFixed(r, element, i, null, row, stride) : FAILED;
    r.path.pop();
    values.push(value === FAILED ? null : value);
    if (there) continue;
    r.damaged(row, end);
    break;
  }
  return values;
}

/** Fewer rows than these are as soon read as checked. */
const fewRows = 64;

/** How many rows of a table have to be told one by one, if all the others can be checked where they lie and are sound; else null. */
function batchOf(
  r: Reading,
  element: WireType,
  rows: number,
  { count, stride }: TableHead,
  end: number,
): number | null {
  const told = r.sink === null ? 0 : (r.sink.wanted?.(count) ?? count);
  if (count - told < fewRows || rows + count * stride > Math.min(end, r.bytes.length)) return null;
  const check = rowCheck(element, stride);
  if (check === null) return null;
  for (let i = told; i < count; i++) if (!check(r.view, rows + i * stride)) return null;
  return told;
}

/** Reads the rows that are told, and leaves the others where they are. */
function readBatch(r: Reading, element: WireType, rows: number, { count, stride }: TableHead, told: number): Value {
  for (let i = 0; i < told; i++) {
    r.path.push(i);
    readFixed(r, element, i, null, rows + i * stride, stride);
    r.path.pop();
  }
  r.sink?.passed?.(count - told, rowBytes(element, stride));
  return rowsAsList({ element, bytes: r.bytes, view: r.view, start: rows, stride, count });
}

/** Whether rows of this stride can be read; once for the table. */
function judgeTable(r: Reading, element: WireType, list: WireList | null, head: TableHead, at: number): boolean {
  const { count, stride, required } = head;
  const before = r.problemCount;
  if (list === null && count !== 1) {
    r.fail("B8206", { expected: "1", found: String(count) }, at);
  } else if (count === 0) {
    // No rows to judge; that stride and required are 0 was checked with the length.
  } else if (element.kind === "struct") {
    const mistake = judgeRows(element, stride, required);
    if (mistake !== null) r.fail(mistake.code, { expected: mistake.expected, found: mistake.found }, at);
  } else if (stride !== list?.row || required !== stride) {
    const expected = `stride ${list?.row} and required ${list?.row}`;
    r.fail("B8110", { expected, found: `${stride} and ${required}` }, at);
  }
  if (r.problemCount > before) return false;
  if (list !== null) judgeCount(r, list, count, at);
  return true;
}

function judgeCount(r: Reading, list: WireList, count: number, at: number): void {
  if (count >= list.min && (list.max === null || count <= list.max)) return;
  r.fail("B8206", { found: String(count), expected: `${list.min}..${list.max ?? ""}` }, at);
}

/** Rows of a newer writer may hold members that this reader does not know and need not: reported once for the table, if there is anything in them. */
function reportTails(r: Reading, rows: number, count: number, stride: number, known: number): void {
  for (let i = 0; i < count; i++) {
    const end = Math.min(rows + (i + 1) * stride, r.bytes.length);
    for (let at = rows + i * stride + known; at < end; at++) {
      if (r.bytes[at] !== 0) return r.drop(0, rows, count * (stride - known));
    }
  }
}

/** Reads the payload of a list, from `at` to `end`. */
export function readList(r: Reading, type: WireList, at: number, end: number): Read {
  const count = readListHeader(r, at, end);
  if (count === null) {
    r.damaged(at, end);
    return FAILED;
  }
  judgeCount(r, type, count, at);
  r.leaf("frame", "list", "count", at, 8, count);
  const values: Value[] = [];
  let next = at + 8;
  for (let i = 0; i < count; i++) {
    const header = next;
    r.path.push(i);
    const length = readElementHeader(r, header, end);
    if (length === null) {
      r.damaged(header, end);
    } else {
      next = header + 8 + padded(length);
      const before = r.problemCount;
      r.enter("element", i, null, type.element.text, type.element, header);
      r.leaf("frame", "length", "bytes of the element", header, 8);
      const value = readElement(r, type.element, header + 8, length);
      r.padAfter(header + 8 + length);
      r.leave(Math.min(next, r.bytes.length), value, r.since(before));
      values.push(value === FAILED ? null : value);
    }
    r.path.pop();
    if (length === null || next > r.bytes.length) return values;
  }
  if (next !== end) {
    r.fail("B8106", { expected: String(next - at), found: String(end - at) }, at);
    r.damaged(next, end);
  }
  return values;
}

/** The bytes of an element, if they fit into its list. */
function readElementHeader(r: Reading, at: number, end: number): number | null {
  if (!r.holds(at, 8, end)) return null;
  const length = r.u32(at);
  const reserved = r.u32(at + 4);
  if (reserved !== 0) r.fail("B8112", { found: String(reserved) }, at + 4);
  if (at + 8 + padded(length) <= end) return length;
  r.fail("B8101", { expected: String(padded(length)), found: String(end - at - 8) }, at);
  return null;
}

function readElement(r: Reading, type: WireType, at: number, length: number): Read {
  switch (type.kind) {
    case "bytes":
    case "string":
      return readBlob(r, type, at, length);
    case "state":
      return readState(r, type, at, at + length);
    case "union":
      return readUnion(r, type, at, at + length);
    case "int":
    case "enum":
    case "bits":
    case "bool":
    case "uuid":
    case "cstring":
    case "struct":
    case "list":
    case "optional":
      throw new Error(`${type.text} is no element of a list`);
  }
}
