import { Reading, FAILED } from "./reading.ts";
import { readFixed } from "./rows.ts";
import type { Value } from "./value.ts";
import type { WireType } from "./wire-type.ts";

/** The rows of a table where they lie, all of them checked: a million rows as objects would take ten times the memory of the dump. */
export interface TableRows {
  readonly element: WireType;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Of the first row, in `bytes`. */
  readonly start: number;
  readonly stride: number;
  readonly count: number;
}

const behind = new WeakMap<object, TableRows>();

/** A list whose elements are made of their bytes when they are asked for, and not kept. */
export function rowsAsList(rows: TableRows): readonly Value[] {
  const reading = new Reading(rows.bytes, 0, "", null);
  const element = (i: number): Value => {
    const value = readFixed(reading, rows.element, i, null, rows.start + i * rows.stride, rows.stride);
    return value === FAILED ? null : value;
  };
  const indexOf = (key: string | symbol): number | null => {
    if (typeof key === "symbol") return null;
    const i = Number(key);
    return Number.isInteger(i) && i >= 0 && i < rows.count && String(i) === key ? i : null;
  };
  // An array in all that anybody can ask of it, `Array.isArray` too.
  const list = new Proxy<Value[]>([], {
    get(target, key, receiver): unknown {
      if (key === "length") return rows.count;
      const i = indexOf(key);
      return i === null ? Reflect.get(target, key, receiver) : element(i);
    },
    has: (target, key) => indexOf(key) !== null || Reflect.has(target, key),
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
  });
  behind.set(list, rows);
  return list;
}

/** The bytes behind such a list; undefined for any other value. */
export function rowsBehind(value: Value): TableRows | undefined {
  return typeof value === "object" && value !== null ? behind.get(value) : undefined;
}
