import type { Place } from "./change.ts";
import { entryOf, type Edge, type Graph, type Node } from "./graph.ts";
import type { Claim } from "./judge.ts";

/** A member or alternative of the judged module that leads to what changed in a module that it imports. */
export class Use {
  /** The member, by its names now. */
  readonly place: Place;
  /** Its id in its declaration. */
  readonly entry: number;
  /** Its declaration: several where the reader takes that for different things, or rows have it in rows. */
  readonly nodes: ReadonlySet<Node>;
  /** By which values of the other module lie in it. */
  readonly edges: ReadonlySet<Edge>;
  /** What is claimed of the member itself: a number or text of the other module's type. */
  readonly own: readonly Claim[];
  /** How many values are tried for a witness here; none where enough other places are shown. */
  readonly tries: number;
  /** Declarations of other modules that lead to the change, wherever they lie. */
  readonly #leading: ReadonlySet<Node>;
  #below: ReadonlySet<Node> | null = null;

  constructor(facts: Pick<Use, "place" | "entry" | "nodes" | "edges" | "own" | "tries">, leading: ReadonlySet<Node>) {
    this.#leading = leading;
    this.place = facts.place;
    this.entry = facts.entry;
    this.nodes = facts.nodes;
    this.edges = facts.edges;
    this.own = facts.own;
    this.tries = facts.tries;
  }

  /** Whether an edge is on a way to what lies here: into other modules, no way leads but through this member. */
  readonly leads = (edge: Edge): boolean =>
    edge.to.pair.module === this.place.module || edge.from.pair.module !== this.place.module || this.edges.has(edge);

  /** What lies here and leads to the change, by edges that pass. */
  below(passes: (edge: Edge) => boolean): ReadonlySet<Node> {
    const nodes = new Set<Node>();
    const waiting = [...this.edges];
    for (let edge = waiting.pop(); edge !== undefined; edge = waiting.pop()) {
      if (!passes(edge) || nodes.has(edge.to) || !this.#leading.has(edge.to)) continue;
      nodes.add(edge.to);
      waiting.push(...edge.to.edges);
    }
    return nodes;
  }

  /** Whether a declaration of another module lies here and leads to the change. */
  holds(node: Node): boolean {
    return (this.#below ??= this.below(() => true)).has(node);
  }
}

/**
 * Places of one change that have a whole search of their own, and those that are shown at all: a type that is used in a thousand places must not
 * cost a thousand searches.
 */
const [SEARCHED, SHOWN] = [24, 100];

/** Values that are tried for each of the others that are shown: the least ones, which mostly do. */
const BRIEF = 2;

/** The members of the judged module that lead to what is claimed, in the order of their paths. */
export function usesOf({ module }: Pick<Graph, "module">, claims: readonly Claim[], tries: number): readonly Use[] {
  interface Found {
    readonly place: Place;
    readonly entry: number;
    readonly nodes: Set<Node>;
    readonly edges: Set<Edge>;
    readonly own: Claim[];
  }
  const uses = new Map<string, Found>();
  const use = (node: Node, { id, name }: { readonly id: number; readonly name: string }): Found => {
    const { pair } = node;
    const path = `${pair.new.name}.${name}`;
    const place = {
      ...{ module, path, ids: `${pair.new.name}@${id}`, entry: id },
      ...{ old: `${pair.old.name}.${name}`, new: path },
    };
    const known = uses.get(path) ?? { place, entry: id, nodes: new Set(), edges: new Set(), own: [] };
    uses.set(path, known);
    known.nodes.add(node);
    return known;
  };
  const waiting: Node[] = [];
  for (const claim of claims) {
    const { piece, entry } = claim;
    const member = entry === null ? null : entryOf(piece.node.writer, entry);
    // A number or text of the imported type is used right here.
    if (isUsedHere(module, claim) && member !== null) use(piece.node, member).own.push(claim);
    else waiting.push(piece.node);
  }
  const seen = new Set<Node>();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const edge of node.uses) {
      if (edge.from.pair.module === module) use(edge.from, edge.entry).edges.add(edge);
      else waiting.push(edge.from);
    }
  }
  const sorted = [...uses].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, found], i) => new Use({ ...found, tries: i < SEARCHED ? tries : i < SHOWN ? BRIEF : 0 }, seen));
}

/** Whether what is claimed is about a member of a module itself, and not about what lies in it. */
export function isUsedHere(module: string, { piece, entry }: Claim): boolean {
  return piece.node.pair.module === module && entry !== null && entryOf(piece.node.writer, entry) !== null;
}
