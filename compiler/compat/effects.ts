import type { Change } from "./change.ts";
import type { Difference, Slot } from "./diff.ts";
import { entryOf, type Effect, type Graph, type Hazard, type Node } from "./graph.ts";
import { isAlwaysTrue, isNeverTrue } from "./hazards/proof.ts";
import { ruleOf } from "./rules/index.ts";
import type { RecordHazard, RecordsSite } from "./rules/rule.ts";
import { Use, type Site } from "./site.ts";

/** What a change does to records as a whole. */
export interface RecordEffect extends RecordHazard {
  readonly change: Change;
}

/** An effect with the node that it is at. */
export interface PlacedEffect extends Effect {
  readonly node: Node;
  /** The member or alternative that it is at; null for the whole of the node. */
  readonly entry: number | null;
}

/** Everything that the changes between two schemas do in one direction, as far as records of the graph's module are concerned. */
export interface Effects {
  /** By change, in the order found. */
  readonly placed: ReadonlyMap<Change, readonly PlacedEffect[]>;
  readonly records: ReadonlyMap<Change, readonly RecordEffect[]>;
  /** Nodes that records of a known state lead to. */
  readonly reached: ReadonlySet<Node>;
}

/** Asks the rule of each change what it does, at every place that records lead to. */
export function effectsOf(graph: Graph): Effects {
  const reached = reachedFrom(graph);
  const placed = new Map<Change, PlacedEffect[]>();
  const add = (node: Node, entry: number | null, change: Change, hazards: readonly Hazard[]): void => {
    if (hazards.length === 0) return;
    const known = placed.get(change) ?? [];
    placed.set(change, known);
    for (const hazard of hazards) {
      if (hazard.atMost && isNeverTrue(hazard.when, node.writer)) continue;
      const proved = hazard.atMost && hazard.outcome === "refused" && isAlwaysTrue(hazard.when, node.writer);
      known.push({ ...hazard, ...(proved ? { proved } : {}), change, node, entry });
    }
  };
  const dropped = droppedIn(reached);
  const read = dropped.size > 0 ? readFrom(graph) : reached;
  for (const node of reached) {
    const site: Site = { graph, direction: graph.direction, node };
    const take = (change: Change, hazards: readonly Hazard[], refusalsOnly: boolean, entry: number | null): void => {
      const isRead = read.has(node);
      const isKept = (hazard: Hazard): boolean => isRead && (!refusalsOnly || hazard.lost === true);
      add(
        node,
        entry,
        change,
        hazards.flatMap((hazard) => {
          if (!isKept(hazard)) return refusalOf(hazard);
          // What one holder keeps, another may drop.
          return hazard.outcome === "refused" || !dropped.has(node) ? [hazard] : [hazard, ...refusalOf(hazard)];
        }),
      );
    };
    for (const change of graph.difference.ofPair(node.pair)) {
      const consequence = ruleOf(change)[graph.direction];
      if (consequence.at === "node") {
        take(change, consequence.hazards(change as never, site), false, change.place.entry);
      }
      if (consequence.at !== "use" || change.place.entry === null) continue;
      const slot = graph.difference.slotsOf(node.pair).find(({ old }) => old.id === change.place.entry);
      const use = slot === undefined ? null : useOf(graph, node, slot);
      if (slot !== undefined && use !== null) {
        take(change, consequence.hazards(change as never, use), slot.retired, slot.old.id);
      }
    }
    for (const { slot, use, change } of layerChanges(graph, node)) {
      const consequence = ruleOf(change)[graph.direction];
      if (consequence.at === "use") take(change, consequence.hazards(change as never, use), slot.retired, slot.old.id);
    }
  }
  return { placed, records: recordEffects(graph), reached };
}

/** What is left of a hazard where the value is dropped in the end: nobody misreads it, but it must be decoded. */
function refusalOf(hazard: Hazard): readonly Hazard[] {
  if (hazard.outcome === "refused") return [hazard];
  return hazard.garbled === true ? [{ ...hazard, outcome: "refused", atMost: true }] : [];
}

/** The changes of scalar declarations at each member of a node that uses them. */
function* layerChanges(
  graph: Graph,
  node: Node,
): Generator<{ readonly slot: Slot; readonly use: Use; readonly change: Change }> {
  const { difference } = graph;
  if (difference.changedScalars.size === 0) return;
  for (const slot of difference.slotsOf(node.pair)) {
    if (slot.old.type === null || slot.new.type === null) continue;
    for (const layer of difference.layersOf(slot.old.type, slot.new.type)) {
      const changes = difference.ofPair(layer.pair);
      if (changes.length === 0) continue;
      const whole = useOf(graph, node, slot);
      if (whole === null) continue;
      const side = graph.direction === "upgrade" ? layer.bits?.old : layer.bits?.new;
      const use = side === undefined ? whole : whole.inBits(side);
      for (const change of changes) yield { slot, use, change };
    }
  }
}

function useOf(graph: Graph, node: Node, slot: Slot): Use | null {
  // Writers for older versions do not write what only readers still know.
  if (slot.retired && graph.direction === "rollback") return null;
  const [writer, reader] = [entryOf(node.writer, slot.old.id), entryOf(node.reader, slot.old.id)];
  if (writer === null || reader === null || writer.type === null || reader.type === null) return null;
  return new Use(node, graph.direction, writer, reader);
}

/** Of some nodes, those whose values a reader drops where they lie in what ended. */
function droppedIn(nodes: ReadonlySet<Node>): ReadonlySet<Node> {
  const waiting = [...nodes].flatMap(({ edges }) =>
    edges.flatMap(({ refusalsOnly, to }) => (refusalsOnly ? [to] : [])),
  );
  return allFrom(waiting, () => true);
}

/** Nodes that the records of states lead to which both sides know under the same name and id. */
function reachedFrom(graph: Graph): ReadonlySet<Node> {
  return follow(graph, () => true);
}

/** Of those, the ones whose values a reader keeps. */
export function readFrom(graph: Graph): ReadonlySet<Node> {
  return follow(graph, (edge) => !edge.refusalsOnly);
}

function follow(graph: Graph, passes: (edge: Node["edges"][number]) => boolean): ReadonlySet<Node> {
  const roots = graph.roots.flatMap((root) => (root.isSame && root.isTouched ? (root.node ?? []) : []));
  return allFrom(roots, passes);
}

function allFrom(waiting: Node[], passes: (edge: Node["edges"][number]) => boolean): ReadonlySet<Node> {
  const seen = new Set<Node>();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const edge of node.edges) if (passes(edge)) waiting.push(edge.to);
  }
  return seen;
}

/** What changes of the module and of its states do to records. */
function recordEffects(graph: Graph): ReadonlyMap<Change, readonly RecordEffect[]> {
  const { difference, module, direction } = graph;
  const site: RecordsSite = {
    direction,
    roots: graph.roots,
    reader: (name) => graph.reader(name),
    written: graph.difference.sides.old.get(module)?.version ?? 0,
    known: graph.readerWorld.get(module)?.version ?? 0,
  };
  const effects = new Map<Change, readonly RecordEffect[]>();
  for (const change of changesOfModule(difference, module)) {
    const consequence = ruleOf(change)[direction];
    if (consequence.at !== "records") continue;
    effects.set(
      change,
      consequence.hazards(change as never, site).map((hazard) => ({ ...hazard, change })),
    );
  }
  return effects;
}

const changesOf = new WeakMap<Difference, Map<string, readonly Change[]>>();

/** Every change that is found in a module: of itself, and of the declarations that both sides have. */
export function changesOfModule(difference: Difference, module: string): readonly Change[] {
  if (difference.sides.old.has(module) && !difference.mayDiffer(module)) return [];
  const known = changesOf.get(difference) ?? new Map<string, readonly Change[]>();
  changesOf.set(difference, known);
  let changes = known.get(module);
  if (changes === undefined) {
    const inside = difference.pairsOf(module).flatMap((pair) => difference.ofPair(pair));
    known.set(module, (changes = [...difference.ofModule(module), ...inside]));
  }
  return changes;
}
