import { expect, test } from "vitest";
import { repeatsOf } from "./repeats.ts";

/** Longs, with the words over the same memory. */
function cellsOf(values: readonly bigint[]): { words: Uint32Array; longs: BigUint64Array } {
  const longs = BigUint64Array.from(values);
  return { longs, words: new Uint32Array(longs.buffer) };
}

test("gives every value of every column, whether it repeats or not", () => {
  const rows = 20_000;
  const one = (row: number): bigint[] => {
    const n = BigInt(row);
    // Few, from few to one in a thousand, all different, none, and neighbours of what shares a slot.
    return [n % 7n, n < 10_000n ? n * 3n : n % 1000n, 2n ** 64n - 1n - n, 0n, (n % 600n) << 32n];
  };
  const columns = one(0).length;
  const values = Array.from({ length: rows }, (_, row) => one(row)).flat();
  const repeats = repeatsOf(cellsOf(values), rows, columns);
  expect(repeats).not.toBeNull();
  const read = values.map((_, i) => repeats?.long(i % columns, i));
  expect(read.findIndex((value, i) => value !== values[i])).toBe(-1);
});

test("keeps columns apart, and does not look up what does not repeat", () => {
  const values = Array.from({ length: 8192 }, (_, i) => (i % 2 === 0 ? 5n : BigInt(i)));
  const cells = cellsOf(values);
  const repeats = repeatsOf(cells, 4096, 2);
  for (const i of values.keys()) expect(repeats?.long(i % 2, i)).toBe(values[i]);
  // Of the second column nothing is known any more, so it takes what the memory holds.
  cells.longs[1] = 2n ** 63n;
  expect(repeats?.long(1, 1)).toBe(2n ** 63n);
});

test("is not there for few rows", () => {
  expect(repeatsOf(cellsOf([1n]), 1, 1)).toBeNull();
});
