import type { Expression } from "../../syntax/ast.ts";
import { joinTypes, type ValueType } from "../expression-type.ts";
import { applyBinary, applyUnary, type ArithmeticOperator } from "../interval.ts";
import type { BinaryOperator, Expr } from "../ir.ts";
import { describeValue, describeWhole } from "./describe.ts";
import { bool, computed, enumOf, type ExpressionContext, type Typed } from "./typed.ts";

type Node<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** Reports that an operator or function cannot take what stands there. */
export function wrongOperand(
  { world, problems }: ExpressionContext,
  operator: string,
  expected: string,
  found: Typed,
  node: Expression,
): null {
  const text = found.place === null ? describeValue(found.type) : describeWhole(world, found.place);
  problems.add("B6002", { operator, expected, found: text, help: hint(expected, found) }, { span: node.span });
  return null;
}

/** What was most likely meant where a condition or a number is missing. */
function hint(expected: string, { type }: Typed): string | undefined {
  if (expected.includes("condition") && type.kind === "int") return "compare it: `… != 0`";
  if (expected === "an optional member") return "a member without `?` is always there";
  const isList = type.kind === "value" && type.type.kind === "list";
  return expected.startsWith("number") && isList ? "its length is `len(…)`" : undefined;
}

/** `-x`, `~x`, `!x`. */
export function applyOperator(node: Node<"unary">, operand: Typed, context: ExpressionContext): Typed | null {
  const { operator } = node;
  if (operator === "!") {
    if (operand.type.kind !== "bool") return wrongOperand(context, operator, "a condition", operand, node.operand);
    return computed({ kind: "unary", operator, operand: operand.expr }, bool);
  }
  if (operand.type.kind !== "int") return wrongOperand(context, operator, "a number", operand, node.operand);
  const interval = applyUnary(operator, operand.type.interval);
  return computed({ kind: "unary", operator, operand: operand.expr }, { kind: "int", interval, enum: null });
}

/** Whether an operator compares, so that each side tells what the other one can be. */
export function isComparison(operator: BinaryOperator): boolean {
  return ["==", "!=", "<", "<=", ">", ">="].includes(operator);
}

/** Two operands and what is between them. */
export function joinOperands(
  node: Node<"binary">,
  left: Typed,
  right: Typed,
  context: ExpressionContext,
): Typed | null {
  const { operator } = node;
  switch (operator) {
    case "||":
    case "&&":
      if (left.type.kind !== "bool") return wrongOperand(context, operator, "conditions", left, node.left);
      if (right.type.kind !== "bool") return wrongOperand(context, operator, "conditions", right, node.right);
      return joined(node, left, right, bool);
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compare(node, left, right, context);
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
    case "&":
    case "|":
    case "^":
    case "<<":
    case ">>":
      return calculate(node, operator, left, right, context);
  }
}

function joined({ operator }: Node<"binary">, left: Typed, right: Typed, type: ValueType): Typed {
  return computed({ kind: "binary", operator, left: left.expr, right: right.expr }, type);
}

function compare(node: Node<"binary">, left: Typed, right: Typed, context: ExpressionContext): Typed | null {
  const { operator } = node;
  const equality = operator === "==" || operator === "!=";
  const { kind } = left.type;
  const enums = [enumOf(left), enumOf(right)];
  const alike = kind === right.type.kind && (enums.includes(null) || enums[0] === enums[1]);
  if (alike && kind !== "value" && (equality || kind === "int")) return joined(node, left, right, bool);
  const whole = equality ? [left, right].find((side) => side.type.kind === "value") : undefined;
  if (whole !== undefined) {
    const part = whole === left ? node.left : node.right;
    return wrongOperand(context, operator, "numbers, conditions, strings or bytes", whole, part);
  }
  if (alike) return wrongOperand(context, operator, "numbers", left, node.left);
  return cannotJoin(node, operator, left, right, context);
}

function cannotJoin(
  node: Expression,
  operator: string,
  left: Typed,
  right: Typed,
  { problems }: ExpressionContext,
): null {
  const help = operator === "? :" ? undefined : joinHint(left.type, right.type);
  const names = { left: describeValue(left.type), right: describeValue(right.type), operator, help };
  problems.add("B6003", names, { span: node.span });
  return null;
}

/** What was most likely meant by a comparison of two things that do not compare. */
function joinHint(left: ValueType, right: ValueType): string | undefined {
  const kinds = [left.kind, right.kind];
  if (!kinds.includes("int")) return undefined;
  if (kinds.includes("bool")) return "a condition stands by itself: `x` or `!x`";
  const whole = left.kind === "value" ? left : right.kind === "value" ? right : undefined;
  return whole?.type.kind === "list" ? "its length is `len(…)`" : undefined;
}

function calculate(
  node: Node<"binary">,
  operator: ArithmeticOperator,
  left: Typed,
  right: Typed,
  context: ExpressionContext,
): Typed | null {
  if (left.type.kind !== "int") return wrongOperand(context, operator, "numbers", left, node.left);
  if (right.type.kind !== "int") return wrongOperand(context, operator, "numbers", right, node.right);
  const result = applyBinary(operator, left.type.interval, right.type.interval);
  switch (result.kind) {
    case "zero divisor":
      context.problems.add("B6005", { operator }, { span: node.right.span });
      return null;
    case "bad shift": {
      const { min, max } = result.by;
      context.problems.add("B6006", { min: String(min), max: String(max) }, { span: node.right.span });
      return null;
    }
    case "interval":
      return joined(node, left, right, { kind: "int", interval: result.interval, enum: null });
  }
}

/** `condition ? then : otherwise`. */
export function chooseBetween(
  node: Node<"conditional">,
  { condition, then, otherwise }: { readonly condition: Typed; readonly then: Typed; readonly otherwise: Typed },
  context: ExpressionContext,
): Typed | null {
  if (condition.type.kind !== "bool") return wrongOperand(context, "? :", "a condition", condition, node.condition);
  const alike =
    then.type.kind === otherwise.type.kind && (then.type.kind !== "value" || sameWhole(then.type, otherwise.type));
  if (!alike) return cannotJoin(node, "? :", then, otherwise, context);
  const expr: Expr = { kind: "conditional", condition: condition.expr, then: then.expr, else: otherwise.expr };
  return computed(expr, joinTypes(then.type, otherwise.type));
}

function sameWhole(a: ValueType, b: ValueType): boolean {
  return a.kind === "value" && b.kind === "value" && JSON.stringify(a.type) === JSON.stringify(b.type);
}
