import { conditionText } from "./condition-text.ts";
import type { RecordEffect } from "./effects.ts";
import type { Piece } from "./fold.ts";
import type { Graph, Node } from "./graph.ts";

/** Conditions at nodes as people read them, each starting with the declaration that it is about. */
export function pieceTexts(graph: Graph, pieces: readonly Piece[]): readonly string[] {
  return pieces.map(({ node, condition }) => conditionText(condition, headOf(graph, node)));
}

/** The writer's name of a declaration; with its module, where that is another one. */
export function headOf(graph: Graph, { writer }: Node): string {
  return writer.module === graph.module ? writer.name : `${writer.module}.${writer.name}`;
}

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
