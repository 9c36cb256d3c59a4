import type { Expr } from "../../schema/ir.ts";
import { expressionText } from "../diff-members.ts";

type Binary = Extract<Expr, { kind: "binary" }>;

/**
 * An expression without operations that undo each other, which integers without bounds allow: `x * 1000 / 1000` is `x`. `isSafe` tells of an
 * expression that it always has a value, so that what is left out hides no failure.
 */
export function simplified(e: Expr, isSafe: (part: Expr) => boolean): Expr {
  const go = (part: Expr): Expr => simplified(part, isSafe);
  if (e.kind === "unary") {
    const operand = go(e.operand);
    const isUndone = operand.kind === "unary" && operand.operator === e.operator;
    return isUndone ? operand.operand : { ...e, operand };
  }
  if (e.kind === "conditional") {
    return { ...e, condition: go(e.condition), then: go(e.then), else: go(e.else) };
  }
  if (e.kind !== "binary") return e;
  const whole: Binary = { ...e, left: go(e.left), right: go(e.right) };
  const left = isSafe(whole) ? (undone(whole) ?? joined(whole)) : null;
  return left ?? whole;
}

/** What is left of an operation on another one that it undoes; null where it does not. */
function undone({ operator, left, right }: Binary): Expr | null {
  const factor = numberOf(right);
  switch (operator) {
    case "/":
      return factor === null || factor === 0n ? null : withoutFactor(left, factor);
    case ">>":
      return factor === null || factor < 0n || factor > 63n ? null : withoutFactor(left, 1n << factor);
    case "-":
      return isBinary(left, "+") ? other(left, right) : null;
    case "+":
      return isBinary(left, "-") && isSame(left.right, right) ? left.left : null;
    case "^":
      return isBinary(left, "^") ? other(left, right) : null;
    case "*":
    case "%":
    case "&":
    case "|":
    case "<<":
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "&&":
    case "||":
      return null;
  }
}

/** Two parts of one number, the upper and the lower, put together again: `(x >> 16 << 16) | (x & 0xffff)`. */
function joined({ operator, left, right }: Binary): Expr | null {
  if (operator !== "|" && operator !== "+") return null;
  return joinedIn(left, right, operator) ?? joinedIn(right, left, operator);
}

function joinedIn(upper: Expr, lower: Expr, operator: "|" | "+"): Expr | null {
  const shifted = isBinary(upper, "<<") && isBinary(upper.left, ">>") ? upper.left : null;
  if (isBinary(upper, "<<") && shifted !== null && isBinary(lower, "&")) {
    const bits = numberOf(shifted.right);
    if (bits === null || bits < 0n || bits > 63n || numberOf(upper.right) !== bits) return null;
    const masked = other(lower, { kind: "int", value: (1n << bits) - 1n });
    return masked !== null && isSame(masked, shifted.left) ? masked : null;
  }
  if (operator === "|" || !isBinary(upper, "*") || !isBinary(lower, "%")) return null;
  const factor = numberOf(lower.right);
  const quotient = factor === null || factor === 0n ? null : other(upper, lower.right);
  if (quotient === null || !isBinary(quotient, "/") || !isSame(quotient.right, lower.right)) return null;
  return isSame(quotient.left, lower.left) ? quotient.left : null;
}

/** A product without a factor that is a number. */
function withoutFactor(e: Expr, factor: bigint): Expr | null {
  if (isBinary(e, "*")) return other(e, { kind: "int", value: factor });
  if (!isBinary(e, "<<")) return null;
  const by = numberOf(e.right);
  return by !== null && by >= 0n && by <= 63n && 1n << by === factor ? e.left : null;
}

/** The one side of an operation whose sides may be exchanged, where the other is this. */
function other({ left, right }: Binary, one: Expr): Expr | null {
  if (isSame(right, one)) return left;
  return isSame(left, one) ? right : null;
}

function isBinary<O extends Binary["operator"]>(e: Expr, operator: O): e is Binary & { readonly operator: O } {
  return e.kind === "binary" && e.operator === operator;
}

function numberOf(e: Expr): bigint | null {
  return e.kind === "int" ? e.value : null;
}

/** Whether two expressions are one, names left aside. */
export function isSame(a: Expr, b: Expr): boolean {
  return expressionText(a) === expressionText(b);
}
