import type { BinaryOperator } from "./ir.ts";

/** Every integer that an expression can come to lies between the two, both counted. The bounds are safe, not always the closest. */
export interface Interval {
  readonly min: bigint;
  readonly max: bigint;
}

/** What an operation on integers gives: its bounds, or why it never gives anything. */
export type IntervalResult =
  | { readonly kind: "interval"; readonly interval: Interval }
  | { readonly kind: "zero divisor" }
  | { readonly kind: "bad shift"; readonly by: Interval };

/** Operators that take two integers and give one. */
export type ArithmeticOperator = Extract<BinaryOperator, "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>">;

/** The smallest interval that holds both. */
export function union(a: Interval, b: Interval): Interval {
  return { min: a.min < b.min ? a.min : b.min, max: a.max > b.max ? a.max : b.max };
}

/** Whether every number of `inner` is in `outer`. */
export function contains(outer: Interval, inner: Interval): boolean {
  return outer.min <= inner.min && inner.max <= outer.max;
}

/** Whether no number is in both. */
export function disjoint(a: Interval, b: Interval): boolean {
  return a.max < b.min || b.max < a.min;
}

/** `-x` and `~x`, which is `-x - 1`. */
export function applyUnary(operator: "-" | "~", a: Interval): Interval {
  const less = operator === "-" ? 0n : 1n;
  return { min: -a.max - less, max: -a.min - less };
}

/** The bounds of `a operator b`, over the operands for which it is defined. */
export function applyBinary(operator: ArithmeticOperator, a: Interval, b: Interval): IntervalResult {
  switch (operator) {
    case "+":
      return interval(a.min + b.min, a.max + b.max);
    case "-":
      return interval(a.min - b.max, a.max - b.min);
    case "*":
      return corners(a, b, (x, y) => x * y);
    case "/":
    case "%": {
      const divisors = withoutZero(b);
      if (divisors.length === 0) return { kind: "zero divisor" };
      return operator === "/" ? quotient(a, divisors) : remainder(a, b);
    }
    case "<<":
    case ">>": {
      const by = { min: b.min > 0n ? b.min : 0n, max: b.max < 63n ? b.max : 63n };
      if (by.min > by.max) return { kind: "bad shift", by: b };
      return corners(a, by, operator === "<<" ? (x, y) => x << y : (x, y) => x >> y);
    }
    case "&":
      return { kind: "interval", interval: and(a, b) };
    case "|":
    case "^":
      return { kind: "interval", interval: orOrXor(a, b) };
  }
}

function interval(min: bigint, max: bigint): IntervalResult {
  return { kind: "interval", interval: { min, max } };
}

function hull(values: readonly bigint[]): IntervalResult {
  const [first = 0n] = values;
  let min = first;
  let max = first;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return interval(min, max);
}

function corners(a: Interval, b: Interval, apply: (x: bigint, y: bigint) => bigint): IntervalResult {
  return hull([apply(a.min, b.min), apply(a.min, b.max), apply(a.max, b.min), apply(a.max, b.max)]);
}

/** A divisor is negative or positive; the ends next to 0 count, because dividing by them gives the largest results. */
function withoutZero({ min, max }: Interval): readonly Interval[] {
  const parts: Interval[] = [];
  if (min < 0n) parts.push({ min, max: max < -1n ? max : -1n });
  if (max > 0n) parts.push({ min: min > 1n ? min : 1n, max });
  return parts;
}

function quotient(a: Interval, divisors: readonly Interval[]): IntervalResult {
  return hull(divisors.flatMap((b) => [a.min / b.min, a.min / b.max, a.max / b.min, a.max / b.max]));
}

/** The remainder has the sign of the dividend and is smaller than the divisor. */
function remainder(a: Interval, b: Interval): IntervalResult {
  const largest = magnitude(b) - 1n;
  const least = a.min < 0n ? (-a.min < largest ? a.min : -largest) : 0n;
  const most = a.max > 0n ? (a.max < largest ? a.max : largest) : 0n;
  return interval(least, most);
}

function magnitude({ min, max }: Interval): bigint {
  const low = min < 0n ? -min : min;
  const high = max < 0n ? -max : max;
  return low > high ? low : high;
}

/** How many bits hold the magnitude of every number of the interval, as two's complement without its sign. */
function bitsOf({ min, max }: Interval): bigint {
  const low = min < 0n ? ~min : min;
  const high = max < 0n ? ~max : max;
  return BigInt((low > high ? low : high).toString(2).length);
}

function and(a: Interval, b: Interval): Interval {
  if (a.min >= 0n && b.min >= 0n) return { min: 0n, max: a.max < b.max ? a.max : b.max };
  if (a.min >= 0n) return { min: 0n, max: a.max };
  if (b.min >= 0n) return { min: 0n, max: b.max };
  return withinBits(a, b);
}

function orOrXor(a: Interval, b: Interval): Interval {
  if (a.min >= 0n && b.min >= 0n) {
    const bits = bitsOf(union(a, b));
    return { min: 0n, max: a.max === 0n && b.max === 0n ? 0n : (1n << bits) - 1n };
  }
  return withinBits(a, b);
}

function withinBits(a: Interval, b: Interval): Interval {
  const bits = bitsOf(union(a, b));
  return { min: -(1n << bits), max: (1n << bits) - 1n };
}
