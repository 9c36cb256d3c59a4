import type { Range } from "../schema/ir.ts";

/** A set of integers: ranges that neither overlap nor touch, ascending. */
export type Integers = readonly Range[];

/** No integer. */
export const noIntegers: Integers = [];

/** Every integer of a range; none if its ends are crossed. */
export function integersIn(min: bigint, max: bigint): Integers {
  return min <= max ? [{ min, max }] : noIntegers;
}

/** The integers given, in any order, also repeated. */
export function integersOf(values: Iterable<bigint>): Integers {
  return joined([...values].map((value) => ({ min: value, max: value })));
}

/** What either set holds. */
export function unionOf(a: Integers, b: Integers): Integers {
  return a.length === 0 ? b : b.length === 0 ? a : joined([...a, ...b]);
}

/** What both sets hold. */
export function intersectionOf(a: Integers, b: Integers): Integers {
  const both: Range[] = [];
  for (let i = 0, j = 0; ;) {
    const left = a[i];
    const right = b[j];
    if (left === undefined || right === undefined) return both;
    const min = left.min > right.min ? left.min : right.min;
    const max = left.max < right.max ? left.max : right.max;
    if (min <= max) both.push({ min, max });
    if (left.max < right.max) i++;
    else j++;
  }
}

/** What the first set holds and the second does not. */
export function without(a: Integers, b: Integers): Integers {
  const rest: Range[] = [];
  let j = 0;
  for (const range of a) {
    let { min } = range;
    while ((b[j]?.max ?? range.min) < range.min) j++;
    for (let k = j; min <= range.max; k++) {
      const cut = b[k];
      if (cut === undefined || cut.min > range.max) break;
      if (cut.min > min) rest.push({ min, max: cut.min - 1n });
      if (cut.max + 1n > min) min = cut.max + 1n;
    }
    if (min <= range.max) rest.push({ min, max: range.max });
  }
  return rest;
}

/** Whether a set holds an integer. */
export function holds(set: Integers, value: bigint): boolean {
  return set.some((range) => range.min <= value && value <= range.max);
}

/** Whether everything that the first set holds is in the second. */
export function within(a: Integers, b: Integers): boolean {
  return without(a, b).length === 0;
}

/** How many integers a set holds. */
export function countOf(set: Integers): bigint {
  return set.reduce((count, range) => count + range.max - range.min + 1n, 0n);
}

/** The member of a set that people would write first: the one nearest to zero, the positive one of two. Throws for an empty set. */
export function simplest(set: Integers): bigint {
  let best: bigint | undefined;
  for (const { min, max } of set) {
    const nearest = min > 0n ? min : max < 0n ? max : 0n;
    if (best === undefined || distance(nearest) < distance(best) || (nearest > 0n && nearest === -best)) best = nearest;
  }
  if (best === undefined) throw new Error("an empty set has no member");
  return best;
}

/** Moves every member of a set by the same amount. */
export function shifted(set: Integers, by: bigint): Integers {
  return set.map(({ min, max }) => ({ min: min + by, max: max + by }));
}

function distance(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function joined(ranges: Range[]): Integers {
  ranges.sort((a, b) => (a.min < b.min ? -1 : a.min > b.min ? 1 : 0));
  const merged: { min: bigint; max: bigint }[] = [];
  for (const { min, max } of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && min <= last.max + 1n) {
      if (max > last.max) last.max = max;
    } else merged.push({ min, max });
  }
  return merged;
}
