import { isWhole } from "../../schema/expression-pieces.ts";
import type { Check, Expr } from "../../schema/ir.ts";
import { isConstant, type Condition } from "../condition.ts";
import type { Direction } from "../finding.ts";
import type { Hazard, Node } from "../graph.ts";
import { refused, type Site } from "../site.ts";
import { always } from "../condition.ts";
import { expressionText } from "../diff-members.ts";
import { Translation } from "./translate.ts";

/** A check that the reader has and the writer does not: what it forbids is refused, at most. */
export function checkOfReader(site: Site, check: Check): readonly Hazard[] {
  const { writer, reader } = site.node;
  const isWriters = writer.kind !== "union" && writer.checks.some((one) => isSame(one, check));
  if (reader.kind === "union" || !reader.checks.some((one) => isSame(one, check))) return [];
  if (isWriters) return isThere(site, check) ? [] : refused(always, true);
  const expression = new Translation(site.node, site.direction).expression(check.expression);
  const when: Condition = expression === null ? always : { kind: "expression", expression: not(expression) };
  return isConstant(when, false) ? [] : refused(when, true);
}

/** Whether the reader has all that a check names. */
function isThere({ node, graph, direction }: Site, { expression }: Check): boolean {
  const [owner, module] =
    direction === "upgrade" ? [node.pair.new, node.pair.newModule] : [node.pair.old, node.pair.oldModule];
  return (
    (owner.kind !== "state" && owner.kind !== "struct") || isWhole(graph.readerWorld, module.name, owner, expression)
  );
}

/** The checks that only the reader has, as expressions over the writer's value; those that cannot be said of it are left out. */
export function checksOfReader(node: Node, direction: Direction): readonly Expr[] {
  const { writer, reader } = node;
  if (reader.kind === "union") return [];
  const known = writer.kind === "union" ? [] : writer.checks;
  const translation = new Translation(node, direction);
  return reader.checks.flatMap((check) =>
    known.some((one) => isSame(one, check)) ? [] : (translation.expression(check.expression) ?? []),
  );
}

function isSame(a: Check, b: Check): boolean {
  return expressionText(a.expression) === expressionText(b.expression);
}

const opposites = { "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">" } as const;

/** The opposite of a condition, as people would write it. */
export function not(e: Expr): Expr {
  if (e.kind === "unary" && e.operator === "!") return e.operand;
  if (e.kind === "bool") return { kind: "bool", value: !e.value };
  if (e.kind === "any" || e.kind === "all") return { ...e, kind: e.kind === "any" ? "all" : "any", each: not(e.each) };
  if (e.kind === "binary") {
    if (e.operator === "&&") return { ...e, operator: "||", left: not(e.left), right: not(e.right) };
    if (e.operator === "||") return { ...e, operator: "&&", left: not(e.left), right: not(e.right) };
    // An operator that has an opposite is a key of the table.
    const opposite = opposites[e.operator as keyof typeof opposites];
    if (opposite !== undefined) return { ...e, operator: opposite };
  }
  return { kind: "unary", operator: "!", operand: e };
}
