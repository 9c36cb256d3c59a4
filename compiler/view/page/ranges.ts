import type { Stretches } from "./protocol.ts";

/** Offsets and lengths that are collected by the million. */
export class Collected {
  #pairs = new Float64Array(1024);
  #used = 0;

  get count(): number {
    return this.#used / 2;
  }

  add(offset: number, length: number): void {
    if (this.#used + 2 > this.#pairs.length) {
      const larger = new Float64Array(this.#pairs.length * 2);
      larger.set(this.#pairs);
      this.#pairs = larger;
    }
    this.#pairs[this.#used++] = offset;
    this.#pairs[this.#used++] = length;
  }

  /** What was collected, and an empty collection again. */
  take(): Stretches {
    const taken = this.#pairs.slice(0, this.#used);
    this.#used = 0;
    return taken;
  }
}

/** Stretches ascending by offset that do not overlap. */
export function ordered(stretches: readonly { readonly offset: number; readonly length: number }[]): Stretches {
  const sorted = [...stretches].filter(({ length }) => length > 0).sort((a, b) => a.offset - b.offset);
  const pairs: number[] = [];
  for (const { offset, length } of sorted) {
    const last = pairs.length - 2;
    const lastEnd = last < 0 ? -1 : (pairs[last] ?? 0) + (pairs[last + 1] ?? 0);
    if (offset <= lastEnd) pairs[last + 1] = Math.max(lastEnd, offset + length) - (pairs[last] ?? 0);
    else pairs.push(offset, length);
  }
  return Float64Array.from(pairs);
}

/** Where the stretch that covers an offset ends; null where none does. */
export function endOfStretch(stretches: Stretches, offset: number): number | null {
  let low = 0;
  let high = stretches.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle * 2] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return null;
  const end = (stretches[low * 2 - 2] ?? 0) + (stretches[low * 2 - 1] ?? 0);
  return offset < end ? end : null;
}

/** Whether a stretch covers any byte between two offsets. */
export function touches(stretches: Stretches, from: number, to: number): boolean {
  if (from >= to) return false;
  let low = 0;
  let high = stretches.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle * 2] ?? 0) < to) low = middle + 1;
    else high = middle;
  }
  // Only the last one that starts before `to` can reach furthest: they do not overlap.
  return low > 0 && (stretches[low * 2 - 2] ?? 0) + (stretches[low * 2 - 1] ?? 0) > from;
}
