import type { Facts } from "../../runtime/errors.ts";
import { holdsHead, readListHeader } from "./counts.ts";
import { padded } from "./format.ts";
import type { Header } from "./header.ts";
import { FAILED, type Read, type Reading } from "./reading.ts";
import { rowBytes, rowCheck } from "./row-check.ts";
import { readFixed, readRow } from "./rows.ts";
import type { Value } from "./value.ts";
import { readState } from "./state.ts";
import { rowsAsList } from "./table-rows.ts";
import {
  mendedHead,
  rowsText,
  shapeMistake,
  sizeMistake,
  statedHead,
  type HeadMistake,
  type TableHead,
  type TableShape,
} from "./table-head.ts";
import { readBlob, readUnion } from "./walk.ts";
import type { WireList, WireType } from "./wire-type.ts";

/** Reads the payload of a table, up to `end`: its rows, or the one row of a struct that is no list. */
export function readTable(r: Reading, shape: TableShape, header: Header, end: number): Read {
  const at = header.at + 8;
  const { element, list } = shape;
  const head = readHead(r, shape, header, end);
  if (head === null) return FAILED;
  const rows = at + 8;
  if (list !== null) judgeCount(r, list, head.count, at);
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

/** The header of a table, or what it must have been, which is told; null where nobody knows, and the table is told as damaged. */
function readHead(r: Reading, shape: TableShape, header: Header, end: number): TableHead | null {
  const at = header.at + 8;
  if (!holdsHead(r, at, end)) {
    r.damaged(at, end);
    return null;
  }
  const stated = statedHead(r.view, at);
  const size = sizeMistake(stated, end - at);
  const mistake = size ?? shapeMistake(shape, stated);
  const place = { view: r.view, at, end, id: header.id, next: header.next, bodyEnd: r.bodies.at(-1) ?? end };
  const head = mistake === null ? stated : mendedHead(shape, place, r.suspect);
  if (mistake !== null) r.fail(mistake.code, readAs(mistake, head), at);
  if (head === null && size !== null) r.damaged(at, end);
  else {
    const status = mistake === null ? "ok" : "error";
    r.leaf("frame", "table", "count, stride, required", at, 8, stated.count, null, null, status);
    if (head === null) r.damaged(at + 8, end);
  }
  return head;
}

/** A mistake, at the end of its message what is taken in its place. */
function readAs({ code, expected, found }: HeadMistake, head: TableHead | null): Facts {
  if (head === null) return { expected, found };
  const taken = `; read as ${rowsText(head.count, head.stride)}`;
  return code === "B8110" ? { expected, found: found + taken } : { expected: expected + taken, found };
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
  const head = readListHeader(r, at, end);
  if (head === null) {
    r.damaged(at, end);
    return FAILED;
  }
  const { count, mended } = head;
  judgeCount(r, type, count, at);
  r.leaf("frame", "list", "count", at, 8, r.u32(at), null, null, mended ? "error" : "ok");
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
