import type { Attribute, Bound, Expression, IntLiteral } from "../syntax/ast.ts";

/** A number and how it was spelled. */
export type WrittenNumber = Pick<IntLiteral, "value" | "text">;

/** By path, the numbers that a schema's text has there. */
export type WrittenNumbers = ReadonlyMap<string, readonly WrittenNumber[]>;

/** What a line or the head of a declaration writes: values of enums and constants, defaults, ranges, `from`. Ids and positions of bits are left out. */
export function numbersIn(node: {
  readonly value?: Bound;
  readonly attributes: readonly Attribute[];
}): readonly WrittenNumber[] {
  const found: WrittenNumber[] = [];
  if (node.value !== undefined) found.push(...inBound(node.value));
  for (const attribute of node.attributes) {
    if (attribute.kind === "default" && attribute.value.kind === "int") found.push(attribute.value.int);
    else if (attribute.kind === "in") found.push(...inBound(attribute.range.min), ...inBound(attribute.range.max));
    else if (attribute.kind === "from") collect(attribute.expression, found);
  }
  return found;
}

/** What an expression writes. */
export function numbersInExpression(expression: Expression): readonly WrittenNumber[] {
  const found: WrittenNumber[] = [];
  collect(expression, found);
  return found;
}

function inBound(bound: Bound | null): readonly WrittenNumber[] {
  return bound?.kind === "int" ? [bound.int] : [];
}

function collect(e: Expression, found: WrittenNumber[]): void {
  switch (e.kind) {
    case "int":
      found.push(e.int);
      return;
    case "bool":
    case "string":
    case "name":
      return;
    case "select":
    case "is":
      return collect(e.object, found);
    case "call":
      for (const argument of e.arguments) collect(argument, found);
      return;
    case "unary":
      return collect(e.operand, found);
    case "binary":
      collect(e.left, found);
      return collect(e.right, found);
    case "conditional":
      collect(e.condition, found);
      collect(e.then, found);
      return collect(e.else, found);
    case "parenthesis":
      return collect(e.inner, found);
  }
}
