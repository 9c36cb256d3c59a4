import { describe as made, type StructDescription } from "./description.ts";
import { BatonError } from "./errors.ts";
import { unfit, type Output } from "./output.ts";
import { checksOf, requiredOf } from "./row-checks.ts";
import { Table } from "./table.ts";

/** What an encoder takes for a list of structs beside an array: the rows of a view. */
export interface GivenTable<Init> {
  readonly length: number;
  toArray(): Init[];
}

/** The objects that were made of a table last: an error of one of them, in the same call, finds its place by them. */
const lastRows = new WeakMap<object, WeakRef<readonly unknown[]>>();

/** The rows of a list of structs as objects, where they are looked into one by one. */
export function rowsOf<Init>(given: readonly Init[] | GivenTable<Init>): readonly Init[] {
  if (!(given instanceof Table)) return given as readonly Init[];
  const rows = given.toArray() as Init[];
  lastRows.set(given, new WeakRef(rows));
  return rows;
}

/** The elements of a list that is searched for an object: of a table, the rows that its writer had. */
export function elementsSeen(given: unknown): readonly unknown[] {
  if (given instanceof Table) return lastRows.get(given)?.deref() ?? [];
  return Array.isArray(given) ? given : [];
}

/** The elements of a list; null for what is none, or a table of rows that are wrong. */
export function elementsGiven(given: unknown): readonly unknown[] | null {
  if (!(given instanceof Table)) return Array.isArray(given) ? given : null;
  try {
    return given.toArray();
  } catch (error) {
    if (error instanceof BatonError) return null;
    throw error;
  }
}

/** Whether a value stands for many. */
export function isListed(given: unknown): boolean {
  return given instanceof Table || Array.isArray(given);
}

/** Whether a value is a list of `min` to `max` structs. */
export function isRows(value: readonly unknown[] | GivenTable<unknown>, min: number, max: number): boolean {
  return isListed(value) && value.length >= min && value.length <= max;
}

/** Rows are judged and copied in pieces of this size, which the judging brings into the processor's nearest memory. */
const pieceBytes = 1 << 14;

/**
 * Writes the rows of a table view: as they lie, if they are laid out as this version writes them, else as the objects that they stand for. So are
 * rows in memory that another thread may change after they were judged, or that is written to.
 */
export function writeView<Init>(
  out: Output,
  o: number,
  head: number,
  given: GivenTable<Init>,
  describe: () => StructDescription,
  write: (out: Output, o: number, head: number, rows: readonly Init[]) => number,
): number {
  const struct = made(describe);
  const source = given instanceof Table ? given.rowsAs(struct) : null;
  const own = source === null ? null : checksOf(struct);
  if (source === null || own === null || !(source.input.buffer instanceof ArrayBuffer)) {
    return write(out, o, head, rowsOf(given));
  }
  const { stride } = struct;
  const { input, start } = source;
  const next = out.table(o, head, given.length, stride, own.always);
  const whole = Math.max(1, Math.floor(pieceBytes / stride));
  for (let row = 0, at = (o + 4) * 4; row < given.length; row += whole, at += whole * stride) {
    const rows = { start: start + row * stride, stride, count: Math.min(whole, given.length - row) };
    for (const check of own.checks) if (!check(input, rows)) throw unfit(given);
    out.bytes.set(input.bytes.subarray(rows.start, rows.start + rows.count * stride), at);
  }
  if (own.maybe.length > 0) {
    out.require(o, requiredOf(own, struct, input, { start, stride, count: given.length }));
  }
  return next;
}
