import { textKey } from "./condition.ts";
import { conditionText } from "./condition-text.ts";
import type { RecordEffect } from "./effects.ts";
import type { Piece } from "./fold.ts";
import type { Graph, Node } from "./graph.ts";

/** Conditions at nodes as people read them, each starting with the declaration or member that it is about. */
export function pieceTexts(graph: Graph, pieces: readonly Piece[]): readonly string[] {
  const said = new Map(pieces.map(({ node, condition }) => [node, textKey(condition)]));
  return pieces.flatMap(({ node, condition }) => {
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
