import type { WireMember, WireState } from "../dump/wire-type.ts";
import { mentionedMembers } from "../schema/expression-members.ts";
import type { Expr, Member, NamedType } from "../schema/ir.ts";
import { allOf, always } from "./condition.ts";
import type { PlacedEffect } from "./effects.ts";
import { Root, type Composite, type Edge, type Graph, type Node } from "./graph.ts";
import type { Misreading } from "./meaning.ts";
import { search } from "./search.ts";

/**
 * Looks for what a change would do to values that are refused whatever they hold, were it not for that: the declaration that it is about is
 * tried by itself, without the members that other changes (`others`: what is done to the same declaration) are about. null where nothing is hidden, as far as trying tells.
 */
export function hiddenMisreading(
  graph: Graph,
  effect: PlacedEffect,
  others: readonly PlacedEffect[],
): Misreading | null {
  const { node, entry } = effect;
  const gone = new Set<number>();
  let isRefused = false;
  for (const other of others) {
    if (other.change === effect.change || other.entry === entry) continue;
    if (other.entry === null) isRefused ||= other.outcome === "refused";
    else gone.add(other.entry);
  }
  for (const edge of node.edges) if (entry !== null && edge.entry.id !== entry) gone.add(edge.entry.id);
  const alone = standalone(node, gone, isRefused);
  const of = { direction: graph.direction, rootOf: (one: Node) => (one === alone.root.node ? alone.root : undefined) };
  const shown = effect.telling === undefined ? [] : [allOf([effect.when, effect.telling])];
  for (const condition of [...shown, effect.when]) {
    const { found } = search(of, { node: alone.node, condition }, ({ kind }) => kind === "misread");
    if (found?.trial.kind !== "misread") continue;
    const { path, written, read } = found.trial.misreading;
    return {
      path: node.writer.name + (node.writer.kind === "state" ? path : path.slice(held.length + 1)),
      written,
      read,
    };
  }
  return null;
}

/** Nodes whose values are refused whatever they hold, or lie only in values that are. */
export function refusedNodes(graph: Graph, whole: ReadonlySet<Node>): ReadonlySet<Node> {
  const open = new Set<Node>();
  const waiting = graph.roots.flatMap((root) => (root.isSame && root.isTouched ? (root.node ?? []) : []));
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (open.has(node) || whole.has(node)) continue;
    open.add(node);
    for (const { to } of node.edges) waiting.push(to);
  }
  return new Set([...graph.nodes.values()].filter((node) => !open.has(node)));
}

/** A record that is a node's declaration without some of its members; or holds it, where it is no state. */
function standalone(node: Node, gone: ReadonlySet<number>, isRefused: boolean): { node: Node; root: Root } {
  const [writer, reader] = [without(node.writer, gone, false), without(node.reader, gone, isRefused)];
  const edges = node.edges.filter(({ entry }) => !gone.has(entry.id));
  const alone: Node = { ...node, writer, reader, edges: [], uses: [] };
  alone.edges.push(...edges.map((edge): Edge => ({ ...edge, from: alone })));
  if (writer.kind === "state") return { node: alone, root: rootOf(writer, alone) };
  const [outside, inside] = [holder(writer), holder(reader)];
  const outer: Node = {
    ...{ ...node, key: `${node.key} ${held}`, edges: [], uses: [] },
    ...{ writer: outside.state, reader: inside.state },
  };
  const edge: Edge = {
    ...{ from: outer, to: alone, entry: outside.member, isList: false, holds: always, refusalsOnly: false },
    subject: { steps: [{ kind: "member", id: outside.member.id, name: held }], type: writer, exists: always },
  };
  outer.edges.push(edge);
  alone.uses.push(edge);
  return { node: alone, root: rootOf(outside.state, outer) };
}

/** A type without some of its members, and without what names them; of checks, all or those alone. */
function without(type: Composite, gone: ReadonlySet<number>, isChecked: boolean): Composite {
  const isKept = ({ id }: { readonly id: number }): boolean => !gone.has(id);
  const isSaid = (expression: Expr): boolean => mentionedMembers(expression).every((id) => !gone.has(id));
  if (type.kind === "union") {
    const alternatives = type.alternatives.filter(isKept);
    return { ...type, alternatives, byId: new Map(alternatives.map((one) => [one.id, one])) };
  }
  const checks = isChecked ? [] : type.checks.filter(({ expression }) => isSaid(expression));
  if (type.kind === "struct") return { ...type, members: type.members.filter(isKept), checks };
  const isLeft = (member: WireMember): boolean => isKept(member) && (member.from === null || isSaid(member.from));
  const [members, retired] = [type.members.filter(isLeft), type.retired.filter(isLeft)];
  const byId = new Map([...members, ...retired].map((one) => [one.id, one]));
  return { ...type, members, retired, byId, computed: type.computed.filter(isLeft), checks };
}

/** What a struct or a union that is tried by itself is held as. */
const held = "held";

/** A state with one member, which holds a struct or a union. */
function holder(type: Composite): { readonly state: WireState; readonly member: WireMember } {
  const named: NamedType = { kind: "named", module: type.module, name: type.name };
  const ir: Member = {
    ...{
      id: 1,
      name: held,
      type: named,
      since: 0,
      until: null,
      deprecated: null,
      default: null,
      range: null,
      unit: null,
      hex: false,
    },
    ...{ key: false, sorted: false, handle: false, ignorable: false, reference: null, from: null },
  };
  const member: WireMember = {
    ...{ member: ir, id: 1, name: ir.name, type, retired: false, required: true, from: null },
    ...{ ignorable: false, hex: false, unit: null },
  };
  const state: WireState = {
    ...{ kind: "state", module: type.module, name: type.name, text: type.text, id: 1, version: type.version },
    ...{ ignorable: false, single: false, members: [member], retired: [], byId: new Map([[1, member]]) },
    ...{ computed: [], checks: [] },
  };
  return { state, member };
}

function rootOf(state: WireState, node: Node): Root {
  const facts = { id: 1, name: state.name, isKnown: true, isElsewhere: false, isSame: true, isTouched: true };
  return new Root(
    facts,
    () => state,
    () => node,
  );
}
