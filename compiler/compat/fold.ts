import { always, anyOf, isConstant, type Condition } from "./condition.ts";
import type { Edge, Node } from "./graph.ts";

/** A condition at the node whose value it is stated over. */
export interface Piece {
  readonly node: Node;
  readonly condition: Condition;
}

/** What conditions at nodes come to for records. */
export interface Folded {
  /** Where something happens for some values only. */
  readonly pieces: readonly Piece[];
  /** Nodes for which it happens whatever they hold; among them, those of records. */
  readonly whole: ReadonlySet<Node>;
}

/**
 * Carries conditions up to the records. What happens to every value of a node happens to every value of what must hold one: members that are
 * required, fixed arrays. Through `?`, lists that may be empty and unions with other alternatives it happens where they do hold one.
 */
export function fold(given: readonly Piece[], within: ReadonlySet<Node>, passes: (edge: Edge) => boolean): Folded {
  const conditions = new Map<Node, Condition[]>();
  const whole = new Set<Node>();
  const waiting: Node[] = [];
  const add = (node: Node, condition: Condition): void => {
    if (!within.has(node) || whole.has(node) || isConstant(condition, false)) return;
    const known = conditions.get(node) ?? [];
    conditions.set(node, known);
    known.push(condition);
    waiting.push(node);
  };
  for (const { node, condition } of given) add(node, condition);
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (whole.has(node)) continue;
    const merged = anyOf(conditions.get(node) ?? []);
    conditions.set(node, [merged]);
    if (!isConstant(merged, true)) continue;
    whole.add(node);
    for (const edge of node.uses) if (passes(edge)) add(edge.from, edge.holds);
  }
  const pieces = [...conditions].flatMap(([node, [merged = always]]) =>
    whole.has(node) || isConstant(merged, false) ? [] : [{ node, condition: merged }],
  );
  return { pieces, whole };
}

/** The nodes that lead to one of these, themselves included. */
export function holdersOf(nodes: Iterable<Node>, passes: (edge: Edge) => boolean): ReadonlySet<Node> {
  const holders = new Set<Node>();
  const waiting = [...nodes];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (holders.has(node)) continue;
    holders.add(node);
    for (const edge of node.uses) if (passes(edge)) waiting.push(edge.from);
  }
  return holders;
}
