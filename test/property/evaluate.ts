/** Expressions evaluated the plain way, apart from both implementations that it is held against. */
import type { Expr, Step } from "../../compiler/schema/ir.ts";

/** An expression that has no value here: a division by zero, a shift out of range, an absent optional, another alternative. */
export class Undetermined extends Error {}

/** What the expression stands on: the declaration's value, and the elements that enclosing walks stand on, innermost last. */
export interface Place {
  readonly root: unknown;
  readonly elements: readonly unknown[];
}

type Result = bigint | boolean | string | Uint8Array | readonly unknown[] | object;

/** A number of the value model as a big integer; anything else as it is. */
function plain(value: unknown): Result {
  if (typeof value === "number") return BigInt(value);
  if (value === undefined || value === null) throw new Undetermined("absent");
  // Values of the value model are numbers, big integers, booleans, strings, bytes, arrays and objects.
  return value as Result;
}

function step(value: unknown, { kind, ...rest }: Step): unknown {
  if (value === undefined || value === null) throw new Undetermined("absent");
  // A checked path takes a member of an object, an alternative of a union's value, a field of a number.
  if (kind === "member") return Object.getOwnPropertyDescriptor(value, rest.name)?.value;
  if (kind === "alternative") {
    const union = value as { kind: string; value: unknown };
    if (union.kind !== rest.name) throw new Undetermined("another alternative");
    return union.value;
  }
  const { low, high, single } = rest as Extract<Step, { kind: "bits" }>;
  const bits = (BigInt(value as number | bigint) >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
  return single ? bits === 1n : bits;
}

function integer(expression: Expr, place: Place): bigint {
  const value = evaluate(expression, place);
  if (typeof value === "bigint") return value;
  throw new Error(`no integer: ${expression.kind}`);
}

function truth(expression: Expr, place: Place): boolean {
  const value = evaluate(expression, place);
  if (typeof value === "boolean") return value;
  throw new Error(`no truth value: ${expression.kind}`);
}

function follow(expression: Extract<Expr, { kind: "path" }>, { root, elements }: Place): unknown {
  const start = expression.depth === 0 ? root : elements[elements.length - expression.depth];
  return expression.steps.reduce<unknown>(step, start);
}

/** The value of a checked expression; throws `Undetermined` where it has none. */
export function evaluate(expression: Expr, place: Place): Result {
  switch (expression.kind) {
    case "int":
    case "bool":
    case "string":
      return expression.value;
    case "path":
      return plain(follow(expression, place));
    case "len": {
      const value = evaluate(expression.of, place);
      if (typeof value === "string") return BigInt(new TextEncoder().encode(value).length);
      // `len` is checked to be of a string, bytes or a list.
      return BigInt((value as Uint8Array | readonly unknown[]).length);
    }
    case "has":
      if (expression.of.kind !== "path") throw new Error("has() of what is no path");
      return follow(expression.of, place) !== undefined;
    case "is":
      return (evaluate(expression.of, place) as { kind: string }).kind === expression.alternative.name;
    case "any":
    case "all": {
      const list = evaluate(expression.list, place) as readonly unknown[];
      const holds = (element: unknown): boolean =>
        truth(expression.each, { ...place, elements: [...place.elements, element] });
      return expression.kind === "any" ? list.some(holds) : list.every(holds);
    }
    case "unary":
      if (expression.operator === "!") return !truth(expression.operand, place);
      return expression.operator === "-" ? -integer(expression.operand, place) : ~integer(expression.operand, place);
    case "binary":
      return binary(expression, place);
    case "conditional":
      return evaluate(truth(expression.condition, place) ? expression.then : expression.else, place);
  }
}

function binary({ operator, left, right }: Extract<Expr, { kind: "binary" }>, place: Place): bigint | boolean {
  if (operator === "&&") return truth(left, place) && truth(right, place);
  if (operator === "||") return truth(left, place) || truth(right, place);
  if (operator === "==" || operator === "!=") {
    return same(evaluate(left, place), evaluate(right, place)) === (operator === "==");
  }
  const [a, b] = [integer(left, place), integer(right, place)];
  switch (operator) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "&":
      return a & b;
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "<<":
    case ">>":
      if (b < 0n || b > 63n) throw new Undetermined("shift");
      return operator === "<<" ? a << b : a >> b;
    case "/":
    case "%":
      if (b === 0n) throw new Undetermined("division by zero");
      return operator === "/" ? a / b : a % b;
  }
}

function same(a: Result, b: Result): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  return a === b;
}
