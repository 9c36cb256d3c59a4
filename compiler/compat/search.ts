import { isList, memberOf, setMember, type Value } from "../dump/value.ts";
import type { WireState } from "../dump/wire-type.ts";
import { isConstant } from "./condition.ts";
import type { Piece } from "./fold.ts";
import { forced, variantsOf } from "./force.ts";
import { containerOf, type Edge, type Graph, type Node, type Root } from "./graph.ts";
import { compute, Dice, Sampler } from "./sample.ts";
import { tryOut, type Trial } from "./trial.ts";

/** A value of a record and what became of it. */
export interface Example {
  readonly root: Root;
  readonly value: Value;
  readonly trial: Trial;
}

/** How many values are tried for one condition; the first is the least, the others are drawn. */
const TRIES = 40;

/** What a search may find for a condition that claims something. */
export interface Search {
  /** The first value for which it happened. */
  readonly found: Example | null;
  /** A value that fulfils the condition and was taken as it was meant: the claim is wrong. */
  readonly against: Example | null;
}

/** Looks for a record whose value fulfils a condition at a node, and for which the trial is what is wanted. */
export function search(graph: Graph, piece: Piece, wanted: (trial: Trial) => boolean, tries: number = TRIES): Search {
  const ways = waysTo(graph, piece.node);
  let against: Example | null = null;
  for (let i = 0; i < tries; i++) {
    const dice = new Dice(i * 7919 + 1);
    const sampler = new Sampler(i === 0 ? null : dice);
    for (const way of ways) {
      for (const value of valuesOf(way, piece, sampler, dice)) {
        const trial = tryOut(graph.direction, way.root.state, readerOf(way.root), value);
        if (trial.kind === "impossible") continue;
        const example = { root: way.root, value, trial };
        if (wanted(trial)) return { found: example, against };
        if (trial.kind === "taken") against ??= example;
      }
    }
  }
  return { found: null, against };
}

/** The reader's state of a record; null where it has none. */
export function readerOf(root: Root): WireState | null {
  return root.node?.reader.kind === "state" ? root.node.reader : null;
}

/** A least value of a record that its writer can write; null if none was found. */
export function anyValue(direction: Graph["direction"], root: Root): Value | null {
  for (let i = 0; i < TRIES; i++) {
    const value = new Sampler(i === 0 ? null : new Dice(i)).value(root.state);
    if (tryOut(direction, root.state, null, value).kind !== "impossible") return value;
  }
  return null;
}

interface Way {
  readonly root: Root;
  /** From the record down to the node. */
  readonly edges: readonly Edge[];
}

/** The shortest ways from records to a node, a few of them. */
function waysTo(graph: Graph, target: Node): readonly Way[] {
  const ways: Way[] = [];
  const seen = new Set<Node>([target]);
  let layer: { readonly node: Node; readonly edges: readonly Edge[] }[] = [{ node: target, edges: [] }];
  while (layer.length > 0 && ways.length < 3) {
    const next: typeof layer = [];
    for (const { node, edges } of layer) {
      const root = graph.rootOf(node);
      if (root !== undefined) ways.push({ root, edges });
      for (const edge of node.uses) {
        if (seen.has(edge.from)) continue;
        seen.add(edge.from);
        next.push({ node: edge.from, edges: [edge, ...edges] });
      }
    }
    layer = next;
  }
  return ways;
}

/** Values of a record that hold, at the end of a way, what fulfils a condition. */
function valuesOf({ edges }: Way, { node, condition }: Piece, sampler: Sampler, dice: Dice): readonly Value[] {
  const least = sampler.value(node.writer);
  const held = isConstant(condition, true)
    ? [least, ...variantsOf(node.writer, least, sampler)]
    : forced(condition, node.writer, least, sampler, dice);
  return held.map((value) => edges.reduceRight((inner, edge) => wrapped(edge, inner, sampler), value));
}

/** A value of the holder of an edge that holds a value there. */
function wrapped(edge: Edge, held: Value, sampler: Sampler): Value {
  const { entry, from } = edge;
  const container = entry.type === null ? null : containerOf(entry.type);
  const rest = container?.kind === "list" ? Math.max(container.min - 1, 0) : 0;
  const inside: Value = container?.kind === "list" ? [held, ...Array.from({ length: rest }, () => held)] : held;
  if (from.writer.kind === "union") return { kind: entry.name, value: inside };
  const value = sampler.members(from.writer);
  const known = memberOf(value, entry.name);
  // As many as there are: a check may count them.
  if (container?.kind === "list" && isList(known) && known.length > 1) {
    setMember(value, entry.name, [held, ...known.slice(1)]);
    return value;
  }
  setMember(value, entry.name, inside);
  compute(from.writer, value);
  return value;
}
