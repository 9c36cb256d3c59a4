import type { Expr, Step } from "../schema/ir.ts";

/** How tightly operators bind, loosest first, as the language has it. */
const levels: Readonly<Record<string, number>> = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "!=": 3,
  "<": 3,
  "<=": 3,
  ">": 3,
  ">=": 3,
  "|": 4,
  "^": 5,
  "&": 6,
  "<<": 7,
  ">>": 7,
  "+": 8,
  "-": 8,
  "*": 9,
  "/": 9,
  "%": 9,
};

const unaryLevel = 10;
const conditionalLevel = 0;
const isLevel = 3;

/** An expression as the language writes it; members of its declaration start with `head`, those of elements do not. */
export function expressionText(expression: Expr, head: string): string {
  return text(expression, head, 0);
}

/** The same on one side of a comparison: in parentheses where it binds no tighter. */
export function comparedText(expression: Expr, head: string): string {
  return text(expression, head, isLevel + 1);
}

/** Whether an expression must stand in parentheses inside another `||`. */
export function bindsLooser(expression: Expr): boolean {
  return expression.kind === "conditional";
}

function text(e: Expr, head: string, outer: number): string {
  switch (e.kind) {
    case "int":
      return String(e.value);
    case "bool":
      return String(e.value);
    case "string":
      return JSON.stringify(e.value);
    case "path":
      return pathText(e.depth === 0 ? head : "", e.steps);
    case "len":
    case "has":
      return `${e.kind}(${text(e.of, head, 0)})`;
    case "is":
      return grouped(`${text(e.of, head, isLevel + 1)} is ${e.alternative.name}`, isLevel, outer);
    case "any":
    case "all":
      return `${e.kind}(${text(e.list, head, 0)}, ${text(e.each, head, 0)})`;
    case "unary":
      return grouped(`${e.operator}${text(e.operand, head, unaryLevel)}`, unaryLevel, outer);
    case "binary": {
      const level = levels[e.operator] ?? 0;
      // Comparisons do not chain; the others take their left side as it is.
      const left = text(e.left, head, level === isLevel ? level + 1 : level);
      return grouped(`${left} ${e.operator} ${text(e.right, head, level + 1)}`, level, outer);
    }
    case "conditional": {
      const [condition, then, other] = [e.condition, e.then, e.else].map((part) =>
        text(part, head, conditionalLevel + 1),
      );
      return grouped(`${condition} ? ${then} : ${other}`, conditionalLevel, outer);
    }
  }
}

function grouped(inner: string, level: number, outer: number): string {
  return level < outer ? `(${inner})` : inner;
}

/** `PciDevice.command.io`; an element of a list that is no state has no name of its own and is `it`. */
export function pathText(head: string, steps: readonly Step[]): string {
  const names = steps.map(({ name }) => name);
  return [...(head === "" ? [] : [head]), ...names].join(".") || "it";
}
