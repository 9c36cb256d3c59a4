import type { BinaryOperator, Expr, Step } from "../schema/ir.ts";
import { integerOf, isList, isObject, memberOf, type Value } from "./value.ts";

/** What an expression gives: its value, or why it has none. An integer is always a bigint. */
export type Evaluation = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string };

/**
 * Evaluates a checked expression over the object of the declaration it stands in. Integers are exact, `/` truncates; a zero divisor, a shift
 * outside 0..63, a member of what is absent and an alternative that is not held are failures, never exceptions.
 */
export function evaluate(expression: Expr, root: Value): Evaluation {
  return evaluateIn(expression, [root], { left: MAX_ELEMENTS });
}

/** Elements that one evaluation visits at most: a schema that came with a dump may nest `any` in `any`, over lists of any length. */
const MAX_ELEMENTS = 20_000_000;

interface Budget {
  left: number;
}

/** `scopes` holds the declaration's object first, then the elements that enclosing `any` and `all` walk, innermost last. */
function evaluateIn(e: Expr, scopes: readonly Value[], budget: Budget): Evaluation {
  switch (e.kind) {
    case "int":
    case "bool":
    case "string":
      return { ok: true, value: e.value };
    case "path": {
      const start = e.depth === 0 ? scopes[0] : scopes[scopes.length - e.depth];
      const end = follow(e.steps, start);
      if (!end.ok || e.steps.length === 0 || end.value !== undefined) return end;
      return failure(`\`${stepsText(e.steps)}\` is absent`);
    }
    case "len": {
      const of = evaluateIn(e.of, scopes, budget);
      return of.ok ? lengthOf(of.value) : of;
    }
    case "has": {
      // The last step may be absent, that is the question; what stands before it may not.
      const of =
        e.of.kind === "path"
          ? follow(e.of.steps, scopes[e.of.depth === 0 ? 0 : scopes.length - e.of.depth])
          : evaluateIn(e.of, scopes, budget);
      return of.ok ? { ok: true, value: of.value !== undefined } : of;
    }
    case "is": {
      const of = evaluateIn(e.of, scopes, budget);
      if (!of.ok) return of;
      return isObject(of.value)
        ? { ok: true, value: memberOf(of.value, "kind") === e.alternative.name }
        : failure("`is` needs a union");
    }
    case "any":
    case "all": {
      const list = evaluateIn(e.list, scopes, budget);
      if (!list.ok) return list;
      if (!isList(list.value)) return failure(`\`${e.kind}\` needs a list`);
      const decides = e.kind === "any";
      for (const element of list.value) {
        if (--budget.left < 0) return failure(`it looks at more than ${MAX_ELEMENTS} elements`);
        const each = evaluateIn(e.each, [...scopes, element], budget);
        if (!each.ok) return each;
        if (each.value === decides) return { ok: true, value: decides };
      }
      return { ok: true, value: !decides };
    }
    case "unary": {
      const operand = evaluateIn(e.operand, scopes, budget);
      if (!operand.ok) return operand;
      if (e.operator === "!") {
        return typeof operand.value === "boolean"
          ? { ok: true, value: !operand.value }
          : failure("`!` needs a condition");
      }
      const int = integerOf(operand.value);
      if (int === null) return failure(`\`${e.operator}\` needs an integer`);
      return { ok: true, value: e.operator === "-" ? -int : ~int };
    }
    case "binary": {
      const left = evaluateIn(e.left, scopes, budget);
      if (!left.ok) return left;
      if (e.operator === "&&" && left.value === false) return left;
      if (e.operator === "||" && left.value === true) return left;
      const right = evaluateIn(e.right, scopes, budget);
      return right.ok ? apply(e.operator, left.value, right.value) : right;
    }
    case "conditional": {
      const condition = evaluateIn(e.condition, scopes, budget);
      if (!condition.ok) return condition;
      return evaluateIn(condition.value === true ? e.then : e.else, scopes, budget);
    }
  }
}

function failure(reason: string): Evaluation {
  return { ok: false, reason };
}

function stepsText(steps: readonly Step[]): string {
  return steps.map((step) => step.name).join(".");
}

/** Walks the steps of a path. Only the end may be absent. */
function follow(steps: readonly Step[], start: Value): Evaluation {
  let value = start;
  for (const [i, step] of steps.entries()) {
    if (value === undefined) return failure(`\`${stepsText(steps.slice(0, i))}\` is absent`);
    switch (step.kind) {
      case "member":
        if (!isObject(value)) return failure(`\`${stepsText(steps.slice(0, i))}\` has no members`);
        value = memberOf(value, step.name);
        break;
      case "alternative":
        if (!isObject(value) || memberOf(value, "kind") !== step.name) {
          return failure(`\`${stepsText(steps.slice(0, i))}\` is not \`${step.name}\``);
        }
        value = memberOf(value, "value");
        break;
      case "bits": {
        const bits = integerOf(value);
        if (bits === null) return failure(`\`${stepsText(steps.slice(0, i))}\` has no bits`);
        const field = (bits >> BigInt(step.low)) & ((1n << BigInt(step.high - step.low + 1)) - 1n);
        value = step.single ? field === 1n : field;
        break;
      }
    }
  }
  // An integer is compared and computed as a bigint, whatever the codecs keep it in.
  return { ok: true, value: typeof value === "number" ? BigInt(value) : value };
}

function lengthOf(value: Value): Evaluation {
  if (isList(value) || value instanceof Uint8Array) return { ok: true, value: BigInt(value.length) };
  if (typeof value === "string") return { ok: true, value: BigInt(new TextEncoder().encode(value).length) };
  return failure("`len` needs a list, a string or bytes");
}

function apply(operator: BinaryOperator, left: Value, right: Value): Evaluation {
  if (operator === "&&" || operator === "||") {
    return typeof right === "boolean" ? { ok: true, value: right } : failure(`\`${operator}\` needs conditions`);
  }
  const a = integerOf(left);
  const b = integerOf(right);
  if (a !== null && b !== null) return applyToIntegers(operator, a, b);
  if (operator === "==" || operator === "!=") {
    const same = left instanceof Uint8Array && right instanceof Uint8Array ? sameBytes(left, right) : left === right;
    return { ok: true, value: same === (operator === "==") };
  }
  return failure(`\`${operator}\` needs integers`);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function applyToIntegers(operator: Exclude<BinaryOperator, "&&" | "||">, a: bigint, b: bigint): Evaluation {
  switch (operator) {
    case "==":
      return { ok: true, value: a === b };
    case "!=":
      return { ok: true, value: a !== b };
    case "<":
      return { ok: true, value: a < b };
    case "<=":
      return { ok: true, value: a <= b };
    case ">":
      return { ok: true, value: a > b };
    case ">=":
      return { ok: true, value: a >= b };
    case "|":
      return { ok: true, value: a | b };
    case "^":
      return { ok: true, value: a ^ b };
    case "&":
      return { ok: true, value: a & b };
    case "+":
      return { ok: true, value: a + b };
    case "-":
      return { ok: true, value: a - b };
    case "*":
      return { ok: true, value: a * b };
    case "/":
      return b === 0n ? failure("division by zero") : { ok: true, value: a / b };
    case "%":
      return b === 0n ? failure("division by zero") : { ok: true, value: a % b };
    case "<<":
    case ">>":
      if (b < 0n || b > 63n) return failure(`shift by ${b}, outside 0..63`);
      return { ok: true, value: operator === "<<" ? a << b : a >> b };
  }
}
