import { LONG, MUST, NEGATIVE, UNION, WORD, padded } from "./format.ts";
import { rowCheck } from "./row-check.ts";
import { judgeRows } from "./rows.ts";
import type { WireList, WireType } from "./wire-type.ts";

/** What stands before the rows of a table. */
export interface TableHead {
  readonly count: number;
  readonly stride: number;
  readonly required: number;
}

/** What is wrong with it. */
export interface HeadMistake {
  readonly code: "B8106" | "B8110" | "B8206" | "B8214";
  readonly expected: string;
  readonly found: string;
}

/** A table of rows of a type. `list` is null for a struct that is no list: one row. */
export interface TableShape {
  readonly element: WireType;
  readonly list: WireList | null;
}

/** Where a table is. `at` and `end` are those of its payload, `next` and `bodyEnd` of what follows it in its body. */
export interface TablePlace {
  readonly view: DataView;
  readonly at: number;
  readonly end: number;
  readonly id: number;
  readonly next: number;
  readonly bodyEnd: number;
}

export function statedHead(view: DataView, at: number): TableHead {
  return {
    count: view.getUint32(at, true),
    stride: view.getUint16(at + 4, true),
    required: view.getUint16(at + 6, true),
  };
}

/** What is wrong with the header of a table whose payload has so many bytes, whatever its rows are. */
export function sizeMistake({ count, stride, required }: TableHead, bytes: number): HeadMistake | null {
  const empty = count === 0;
  if (empty ? stride !== 0 || required !== 0 : stride === 0) {
    const expected = empty ? "stride 0 and required 0" : "a stride";
    return { code: "B8110", expected, found: `${stride} and ${required}` };
  }
  const length = 8 + count * stride;
  if (length === bytes) return null;
  return { code: "B8106", expected: `${length} (${rowsText(count, stride)})`, found: String(bytes) };
}

/** What is wrong with it for rows of a type; null if they can be read. */
export function shapeMistake(
  { element, list }: TableShape,
  { count, stride, required }: TableHead,
): HeadMistake | null {
  if (list === null && count !== 1) return { code: "B8206", expected: "1", found: String(count) };
  if (count === 0) return null;
  if (element.kind === "struct") return judgeRows(element, stride, required);
  const row = list?.row;
  if (stride === row && required === row) return null;
  return { code: "B8110", expected: `stride ${row} and required ${row}`, found: `${stride} and ${required}` };
}

/**
 * The header that a table has most likely, one of whose words is damaged: two of three agree with the length and the type. null if nothing speaks
 * for one, or if it may as well be the length that is damaged, since no members follow where it says.
 */
export function mendedHead(shape: TableShape, place: TablePlace, suspect: boolean): TableHead | null {
  const { view, at, end } = place;
  const bytes = end - at - 8;
  const stated = statedHead(view, at);
  if (bytes < 0 || !followed(place)) return null;
  const own = shape.element.kind === "struct" ? shape.element.stride : (shape.list?.row ?? 0);
  if (sizeMistake(stated, end - at) === null) {
    // Count and stride agree with the length, so it may be a sound table of a version that this reader does not take.
    const isForeign = stated.stride !== own || shapeMistake(shape, stated)?.code === "B8214";
    if (!suspect && stated.required <= stated.stride && isForeign) return null;
    return acceptable(shape, { ...stated, required: 0 });
  }
  if (bytes === 0) return shape.list?.min === 0 ? { count: 0, stride: 0, required: 0 } : null;
  const ofLength = (stride: number): TableHead | null =>
    stride > 0 && bytes % stride === 0
      ? acceptable(shape, { count: bytes / stride, stride, required: stated.required })
      : null;
  const byOwn = ofLength(own);
  if (byOwn !== null && (byOwn.count === stated.count || stated.stride === own)) return byOwn;
  const byStated = ofLength(stated.stride);
  const sound = [byOwn, byStated].filter((one) => one !== null && areSound(shape, place, one));
  return sound.length === 1 ? (sound[0] ?? null) : null;
}

/** `3 rows of 24 bytes`. */
export function rowsText(count: number, stride: number): string {
  return `${count} ${count === 1 ? "row" : "rows"} of ${stride} bytes`;
}

/** The header with a `required` that a reader of the type takes, if there is one and the count is one of the type's. */
function acceptable(shape: TableShape, head: TableHead): TableHead | null {
  const { element, list } = shape;
  if (list !== null && (head.count < list.min || (list.max !== null && head.count > list.max))) return null;
  const known = element.kind === "struct" ? Math.min(element.end, head.stride) : head.stride;
  for (const required of [head.required, known]) {
    const one = { ...head, required };
    if (shapeMistake(shape, one) === null) return one;
  }
  return null;
}

/** Whether the rows, as far as they are there, are values of their type. */
function areSound({ element }: TableShape, { view, at }: TablePlace, { count, stride }: TableHead): boolean {
  const check = rowCheck(element, stride);
  if (check === null) return false;
  for (let i = 0, row = at + 8; i < count && row + stride <= view.byteLength; i++, row += stride) {
    if (!check(view, row)) return false;
  }
  return true;
}

/** Whether padding and members stand from the end of a table to that of its body, or as far as there are bytes. */
function followed({ view, end, id, next, bodyEnd }: TablePlace): boolean {
  for (let i = end; i < Math.min(next, view.byteLength); i++) if (view.getUint8(i) !== 0) return false;
  let last = id;
  let at = next;
  for (; at + 8 <= Math.min(bodyEnd, view.byteLength);) {
    const word = view.getUint32(at, true);
    const form = (word >>> 16) & 0xff;
    const length = form === WORD ? 0 : view.getUint32(at + 4, true);
    if ((word & 0xffff) <= last || form > UNION || ((word >>> 24) & ~(MUST | NEGATIVE)) !== 0) return false;
    if (form === LONG && length !== 8) return false;
    last = word & 0xffff;
    at += 8 + padded(length);
  }
  return at === bodyEnd || (at < bodyEnd && bodyEnd > view.byteLength);
}
