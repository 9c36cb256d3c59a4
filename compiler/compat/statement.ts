import { textKey } from "./condition.ts";
import { conditionText } from "./condition-text.ts";
import type { RecordEffect } from "./effects.ts";
import type { Piece } from "./fold.ts";
import type { Edge, Graph, Node } from "./graph.ts";
import type { Use } from "./uses.ts";

/**
 * Conditions at nodes as people read them, each starting with the declaration or member that it is about; of what lies in one use of it, with
 * the members that lead there.
 */
export function pieceTexts(graph: Graph, pieces: readonly Piece[], use: Use | null = null): readonly string[] {
  const said = new Map(pieces.map(({ node, condition }) => [node, textKey(condition)]));
  return pieces.flatMap(({ node, condition }) => {
    if (use?.holds(node) === true) return headsAt(graph, use, node).map((head) => conditionText(condition, head));
    const isMeantAlike = alikeOf(graph, node).every((other) => said.get(other) === said.get(node));
    const heads = isMeantAlike ? [nameOf(graph, node)] : headsOf(graph, node, new Set());
    return heads.map((head) => conditionText(condition, head));
  });
}

/** The writer's name of a declaration; with its module, where that is another one. */
function nameOf(graph: Graph, { writer }: Node): string {
  return writer.module === graph.module ? writer.name : `${writer.module}.${writer.name}`;
}

/** The same declaration of the writer where the reader takes it for something else. */
function alikeOf(graph: Graph, node: Node): readonly Node[] {
  return graph.nodesOf(node.writer).filter((other) => other !== node);
}

/**
 * What the paths to values of a node begin with: their declaration, or the members that hold them where the reader takes others of that
 * declaration for something else.
 */
function headsOf(graph: Graph, node: Node, above: ReadonlySet<Node>): readonly string[] {
  const isPlain = graph.rootOf(node) !== undefined || node.uses.length === 0 || alikeOf(graph, node).length === 0;
  if (above.has(node)) return [between];
  if (isPlain) return [nameOf(graph, node)];
  const within = new Set([...above, node]);
  const heads = node.uses.flatMap(({ from, entry, isList }) =>
    headsOf(graph, from, within).map((head) => `${head}.${entry.name}${isList ? "[*]" : ""}`),
  );
  const outer = heads.filter((head) => !head.startsWith(between));
  const inner = heads.filter((head) => head.startsWith(between));
  // Inside of another one, whatever leads to that is said there.
  return above.size > 0
    ? [...new Set(heads)]
    : [...new Set([...outer, ...outer.flatMap((head) => inner.map((more) => head + more))])];
}

/** Ways to what lies in a use that are told one by one, and members of each of them from its end. */
const [WAYS, MEMBERS] = [4, 8];

/** What the paths to values of a node begin with where they lie in one use; of what lies there in many ways or far below, the last members. */
function headsAt(graph: Graph, use: Use, node: Node): readonly string[] {
  const known = new Map<Node, readonly string[]>();
  const held = ({ entry, isList }: Edge): string => `.${entry.name}${isList ? "[*]" : ""}`;
  const starts = [...use.edges].map((edge) => ({
    to: edge.to,
    heads: headsOf(graph, edge.from, new Set()).map((head) => head + held(edge)),
  }));
  const some = starts.flatMap(({ heads }) => heads).map((head) => head + between);
  const find = (of: Node, members: number): readonly string[] => {
    const found = members > MEMBERS ? some : known.get(of);
    if (found !== undefined) return found;
    // A way that comes back to where it was.
    known.set(of, some);
    const inner = of.uses.flatMap((edge) => {
      if (!use.holds(edge.from)) return [];
      const outer = find(edge.from, members + 1);
      return (outer.length > WAYS ? some : outer).map((head) => head + held(edge));
    });
    const heads = [...new Set([...starts.flatMap(({ to, heads: own }) => (to === of ? own : [])), ...inner])];
    known.set(of, heads);
    return heads;
  };
  return find(node, 0);
}

/** Any members that lead from a declaration to another one inside of it. */
const between = "…";

/** `holds PciBridge`: what is said of the records of a dump. */
export function recordText({ records, state }: RecordEffect): string {
  switch (records) {
    case "holds":
      return `holds ${state.name}`;
    case "several":
      return `holds more than one ${state.name}`;
    case "not one":
      return `holds not exactly one ${state.name}`;
    case "all":
      return `holds no ${state.name}`;
  }
}
