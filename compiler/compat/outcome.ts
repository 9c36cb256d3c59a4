import { isList, type Value } from "../dump/value.ts";
import type { WireState } from "../dump/wire-type.ts";
import type { Condition } from "./condition.ts";
import { isTrue, valueAt } from "./condition-value.ts";
import type { RecordEffect } from "./effects.ts";
import type { Edge, Graph, Node } from "./graph.ts";

/** A record of a dump, as its writer has it. */
export interface RecordValue {
  readonly state: WireState;
  readonly value: Value;
}

/** What is claimed of one dump. */
export interface Expected {
  /** It is refused, unless something else that it holds is misread. */
  readonly refused: boolean;
  /** It may be refused: a check, or a computed member. */
  readonly mayBeRefused: boolean;
  /** If it is taken, something in it means something else. */
  readonly misread: boolean;
}

/** What happens to values of a node, as conditions on them. */
export interface NodeClaims {
  readonly refused: Condition[];
  readonly mayBeRefused: Condition[];
  readonly misread: Condition[];
}

/** Holds a dump against what is claimed of all dumps: walks its records and asks at every value whether a condition holds. */
export function expectationOf(
  graph: Graph,
  claims: ReadonlyMap<Node, NodeClaims>,
  effects: readonly RecordEffect[],
  records: readonly RecordValue[],
): Expected {
  const expected = { refused: false, mayBeRefused: false, misread: false };
  const roots = new Map(graph.roots.map((root) => [root.id, root]));
  for (const { state, value } of records) {
    const root = state.id === null ? undefined : roots.get(state.id);
    const node = root?.isSame === true && root.isTouched ? root.node : null;
    if (node !== null) visit(node, value, false);
  }
  // A record that the reader does not know is of no module to it.
  const isAnyKnown = records.some(({ state }) => state.id !== null && roots.get(state.id)?.isKnown === true);
  for (const effect of effects) {
    const count = records.filter(({ state }) => state.id === effect.state.id).length;
    const isHeld = {
      ...{ holds: count > 0, several: count > 1, all: isAnyKnown },
      "not one": count > 1 || (count === 0 && isAnyKnown),
    }[effect.records];
    if (isHeld) expected[effect.outcome] = true;
  }
  return expected;

  function visit(node: Node, value: Value, isDropped: boolean): void {
    const own = claims.get(node);
    if (own !== undefined) {
      expected.refused ||= own.refused.some((condition) => isTrue(condition, value));
      expected.mayBeRefused ||= own.mayBeRefused.some((condition) => isTrue(condition, value));
      expected.misread ||= !isDropped && own.misread.some((condition) => isTrue(condition, value));
    }
    for (const edge of node.edges) {
      for (const held of heldBy(edge, value)) visit(edge.to, held, isDropped || edge.refusalsOnly);
    }
  }
}

function heldBy(edge: Edge, value: Value): readonly Value[] {
  const held = valueAt(edge.subject, value);
  if (held === undefined || held === null) return [];
  return isList(held) ? held : [held];
}
