import type { Expr } from "../schema/ir.ts";

/** The numbers that are written in an expression. */
export function constantsIn(e: Expr): readonly bigint[] {
  switch (e.kind) {
    case "int":
      return [e.value];
    case "bool":
    case "string":
    case "path":
      return [];
    case "len":
    case "has":
    case "is":
      return constantsIn(e.of);
    case "any":
    case "all":
      return [...constantsIn(e.list), ...constantsIn(e.each)];
    case "unary":
      return constantsIn(e.operand);
    case "binary":
      return [...constantsIn(e.left), ...constantsIn(e.right)];
    case "conditional":
      return [...constantsIn(e.condition), ...constantsIn(e.then), ...constantsIn(e.else)];
  }
}
