import { BatonError } from "./errors.ts";

/** What generated checks and `from` expressions call where an operator of JavaScript has no error of its own. */
function undefinedResult(found: string): BatonError {
  return new BatonError("B8213", { found });
}

/** The value of an optional on the way of a path. */
export function present<Value>(value: Value | undefined, path: string): Value {
  if (value === undefined) throw undefinedResult(`\`${path}\` is absent`);
  return value;
}

/** Whether an optional is there. A function, so that TypeScript does not conclude from one condition that another cannot hold. */
export function isPresent(value: unknown): boolean {
  return value !== undefined;
}

/** Whether a union holds an alternative. */
export function isHeld(union: { readonly kind: string }, kind: string): boolean {
  return union.kind === kind;
}

/** What a union holds, if it is that alternative. */
export function held<Union extends { readonly kind: string; readonly value?: unknown }, Kind extends Union["kind"]>(
  union: Union,
  kind: Kind,
  path: string,
): Extract<Union, { readonly kind: Kind }>["value"] {
  if (union.kind !== kind) throw undefinedResult(`\`${path}\` is not \`${kind}\``);
  // The value of the alternative that the name stands for.
  return union.value as Extract<Union, { readonly kind: Kind }>["value"];
}

/** Truncates, as C does. */
export function divide(a: bigint, b: bigint): bigint {
  if (b === 0n) throw undefinedResult("division by zero");
  return a / b;
}

/** Has the sign of `a`, as in C. */
export function remainder(a: bigint, b: bigint): bigint {
  if (b === 0n) throw undefinedResult("division by zero");
  return a % b;
}

export function shiftLeft(a: bigint, b: bigint): bigint {
  if (b < 0n || b > 63n) throw undefinedResult(`shift by ${b}, outside 0..63`);
  return a << b;
}

export function shiftRight(a: bigint, b: bigint): bigint {
  if (b < 0n || b > 63n) throw undefinedResult(`shift by ${b}, outside 0..63`);
  return a >> b;
}

/** The result of a `from` as a member of a range that is a number. */
export function asNumber(value: number | bigint, min: number, max: number): number {
  if (value < min || value > max) throw outOfRange(value, min, max);
  return Number(value);
}

/** The result of a `from` as a member of a range that is a bigint. */
export function asBigInt(value: number | bigint, min: bigint, max: bigint): bigint {
  if (value < min || value > max) throw outOfRange(value, min, max);
  return BigInt(value);
}

function outOfRange(value: number | bigint, min: number | bigint, max: number | bigint): BatonError {
  return new BatonError("B8201", { expected: `${min}..${max}`, found: String(value) });
}
