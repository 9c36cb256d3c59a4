import { MAX_DEPTH } from "../dump/format.ts";
import { isList, isObject, memberOf, setMember, type Value } from "../dump/value.ts";
import { integerValue, type WireState } from "../dump/wire-type.ts";
import type { Expr } from "../schema/ir.ts";
import { Avoiding, type Avoided } from "./avoid.ts";
import { always } from "./condition.ts";
import { isTrue, valueAt } from "./condition-value.ts";
import type { Piece } from "./fold.ts";
import { forced } from "./force.ts";
import { withMember } from "./grow.ts";
import { Effort } from "./effort.ts";
import { checksOfReader } from "./hazards/checks.ts";
import { containerOf, type Edge, type Graph, type Node, type Root } from "./graph.ts";
import { agreedRow } from "./row-bytes.ts";
import { compute, Dice, Sampler } from "./sample.ts";
import { tryOut, type Trial } from "./trial.ts";

/** A value of a record and what became of it. */
export interface Example {
  readonly root: Root;
  readonly value: Value;
  readonly trial: Trial;
}

/** How many values are tried for one condition; the first is the least, the others are drawn. */
export const TRIES = 40;

/** With so many ways to what is searched for, longer ones are not looked at; more of them get more tries. */
const FEW_WAYS = 3;

/** No more are tried than that many, or that many which their writer can write; and none after so many tries that gave nothing which it can. */
const [TRIALS, POSSIBLE, HOPELESS] = [1200, 480, 12];

/** What a search may find for a condition that claims something. */
export interface Search {
  /** The first value for which it happened. */
  readonly found: Example | null;
  /** A value that fulfils the condition and was taken as it was meant: the claim is wrong. */
  readonly against: Example | null;
  /** Whether any value was made that its writer can write. */
  readonly isPossible: boolean;
}

/** How a search goes about it. */
export interface SearchOptions {
  readonly tries?: number;
  /** What values are made free of first, as far as that is known to be done, because a reader would mind it for other reasons. */
  readonly avoid?: Avoided;
  /** The edges by which a record may hold what is searched for; all, unless it is told. */
  readonly leads?: (edge: Edge) => boolean;
}

const anyEdge = (): boolean => true;

/** What a search asks of a graph: which way values go, and which nodes are records. */
type Searched = Pick<Graph, "direction" | "rootOf">;

/** Looks for a record whose value fulfils a condition at a node, and for which the trial is what is wanted. */
export function search(
  graph: Searched,
  piece: Piece,
  wanted: (trial: Trial, value: Value, root: Root) => boolean,
  { tries = TRIES, avoid, leads = anyEdge }: SearchOptions = {},
): Search {
  // Each way has its own effort: one through a record that hardly any value fits must not use up what another takes at once.
  const ways = waysTo(graph, piece.node, leads).map((way) => ({ way, effort: new Effort() }));
  const share = Math.min(Math.max(ways.length / FEW_WAYS, 1), 3);
  let against: Example | null = null;
  let [tried, possible] = [0, 0];
  for (let i = 0; i < tries; i++) {
    if (tried > TRIALS * share || possible > POSSIBLE * share || (possible === 0 && i >= HOPELESS)) break;
    const open = ways.filter(({ effort }) => !effort.isSpent);
    if (open.length === 0) break;
    for (const { way, effort } of open) {
      const [sampler, dice] = samplerOf(i, effort);
      const avoiding = avoid === undefined ? null : new Avoiding(avoid, piece, sampler, dice);
      // A holder with checks of its own may not like what is put into it alone: then a whole record is made, and changed where the node is.
      const isWhole = i > 0 && (i % 4 === 2 || possible === 0);
      const made = valuesOf(graph, way, piece, sampler, dice);
      const all = isWhole ? [...made, ...changedIn(graph, way.root, piece, leads, sampler, dice)] : made;
      const { node } = way.root;
      const freed = all.map((value) => (node === null ? null : (avoiding?.freed(node, value) ?? null)));
      const rest = all.filter((_, at) => freed[at] !== null);
      for (const value of [...all.map((one, at) => freed[at] ?? one), ...rest]) {
        const trial = tryOut(graph.direction, way.root.state, readerOf(way.root), value);
        tried++;
        if (trial.kind === "impossible") continue;
        possible++;
        const example = { root: way.root, value, trial };
        if (wanted(trial, value, way.root)) return { found: example, against, isPossible: true };
        if (trial.kind === "taken") against ??= example;
      }
    }
  }
  return { found: null, against, isPossible: possible > 0 };
}

/** The reader's state of a record; null where it has none. */
export function readerOf(root: Root): WireState | null {
  return root.node?.reader.kind === "state" ? root.node.reader : null;
}

/** A least value of a record that its writer can write; null if none was found. */
export function anyValue(direction: Graph["direction"], root: Root): Value | null {
  for (const { value } of possibleValues(direction, root, null)) return value;
  return null;
}

/** A value of a record that the reader takes as it was meant; else any. */
export function harmlessValue(direction: Graph["direction"], root: Root): Value | null {
  const reader = readerOf(root);
  for (const { value, trial } of possibleValues(direction, root, reader)) if (trial.kind === "taken") return value;
  return anyValue(direction, root);
}

/** Whether a reader takes any record, as far as trying tells; true where none could be made. */
export function isEverTaken(direction: Graph["direction"], root: Root): boolean {
  const reader = readerOf(root);
  let isRefused = false;
  for (const { trial } of possibleValues(direction, root, reader)) {
    if (trial.kind !== "refused") return true;
    isRefused = true;
  }
  if (reader === null) return !isRefused;
  for (const value of valuesOfReader(root.state, reader)) {
    const { kind } = tryOut(direction, root.state, reader, value);
    if (kind === "taken" || kind === "misread") return true;
  }
  return !isRefused;
}

/** Values of the writer with what the reader could hold in members of the same ids: it may take very few of all that are written. */
function* valuesOfReader(writer: WireState, reader: WireState): Generator<Value> {
  const effort = new Effort();
  for (let i = 0; i < TRIES && !effort.isSpent; i++) {
    const [sampler] = samplerOf(i, effort);
    const [value, wanted] = [sampler.members(writer), sampler.value(reader)];
    if (!isObject(wanted)) return;
    for (const member of writer.members) {
      const same = reader.byId.get(member.id);
      const held = same === undefined ? undefined : memberOf(wanted, same.name);
      if (held === undefined || held === null) continue;
      const type = containerOf(member.type);
      const isInteger = type.kind === "int" || type.kind === "enum" || type.kind === "bits";
      const integer = typeof held === "number" || typeof held === "bigint" ? BigInt(held) : null;
      if (isInteger === (integer !== null)) {
        setMember(value, member.name, isInteger && integer !== null ? integerValue(type, integer) : held);
      }
    }
    compute(writer, value);
    yield value;
  }
}

function* possibleValues(
  direction: Graph["direction"],
  root: Root,
  reader: WireState | null,
): Generator<{ readonly value: Value; readonly trial: Trial }> {
  const effort = new Effort();
  for (let i = 0; i < TRIES && !effort.isSpent; i++) {
    const [sampler, dice] = samplerOf(i, effort);
    for (const value of forced(always, root.state, sampler.value(root.state), sampler, dice)) {
      const trial = tryOut(direction, root.state, reader, value);
      if (trial.kind !== "impossible") yield { value, trial };
    }
  }
}

/** Least values first, then what is nearest to zero, then drawn ones. */
function samplerOf(i: number, effort: Effort): readonly [Sampler, Dice] {
  const dice = new Dice(i * 7919 + 1);
  return [i < 2 ? new Sampler(null, effort, i === 0 ? "least" : "zero") : new Sampler(dice, effort), dice];
}

interface Way {
  readonly root: Root;
  /** From the record down to the node. */
  readonly edges: readonly Edge[];
}

/** An edge is in so many ways: a value that the shortest one leads through may be refused for what else it holds, and that of another not. */
const TIMES = 2;

/** The shortest ways from records to a node, a few of them; none that leads through more bodies than may lie within each other. */
function waysTo(graph: Searched, target: Node, leads: (edge: Edge) => boolean): readonly Way[] {
  const ways: Way[] = [];
  const taken = new Map<Edge, number>();
  let layer: { readonly node: Node; readonly edges: readonly Edge[]; readonly bodies: number }[] = [
    { node: target, edges: [], bodies: bodiesOf(target) },
  ];
  while (layer.length > 0 && ways.length < FEW_WAYS) {
    const next: typeof layer = [];
    for (const { node, edges, bodies } of layer) {
      const root = graph.rootOf(node);
      if (root !== undefined) ways.push({ root, edges });
      for (const edge of node.uses) {
        const times = taken.get(edge) ?? 0;
        // What comes back to where it was leads nowhere else.
        if (times === TIMES || edge.from === target || edges.some(({ from }) => from === edge.from) || !leads(edge))
          continue;
        taken.set(edge, times + 1);
        const above = bodies + bodiesOf(edge.from);
        if (above <= MAX_DEPTH) next.push({ node: edge.from, edges: [edge, ...edges], bodies: above });
      }
    }
    layer = next;
  }
  return ways;
}

/** Structs nest in their layout. */
function bodiesOf({ writer }: Node): number {
  return writer.kind === "struct" ? 0 : 1;
}

/** Values of a record that hold, at the end of a way, what fulfils a condition. */
function valuesOf(
  graph: Searched,
  { edges }: Way,
  { node, condition }: Piece,
  sampler: Sampler,
  dice: Dice,
): readonly Value[] {
  const held = fulfilling(sampler.value(node.writer), { node, condition }, graph, sampler, dice);
  return held.map((value) => edges.reduceRight((inner, edge) => wrapped(edge, inner, sampler), value));
}

/** Values like the given one of a node that fulfil a condition there. */
function fulfilling(
  value: Value,
  { node, condition }: Piece,
  graph: Searched,
  sampler: Sampler,
  dice: Dice,
): readonly Value[] {
  const drawn = forced(condition, node.writer, value, sampler, dice, wishesOf(graph, node));
  const made = [...drawn, ...agreedIn(graph, { node, condition }, drawn, sampler)];
  return made.length <= FEW ? made : [...made.slice(0, 4), ...Array.from({ length: FEW - 4 }, () => dice.pick(made))];
}

/** Rows of the writer that its reader takes though their members lie elsewhere for it. */
function agreedIn(
  { direction }: Searched,
  { node, condition }: Piece,
  drawn: readonly Value[],
  sampler: Sampler,
): readonly Value[] {
  const { writer, reader } = node;
  if (direction === "rollback" || writer.kind !== "struct" || reader.kind !== "struct") return [];
  const rows = drawn.slice(0, AGREED).map((value) => agreedRow(writer, reader, value, sampler.value(reader)));
  return rows.filter((row) => isTrue(condition, row));
}

/** So many rows are brought to agree. */
const AGREED = 2;

/** Values that are tried at a time; what refuses them all may be elsewhere in the record. */
const FEW = 20;

const wishes = new WeakMap<Node, readonly Expr[]>();

/** The checks of the reader that the writer does not have, as far as they can be said of the writer's value. */
function wishesOf({ direction }: Searched, node: Node): readonly Expr[] {
  let known = wishes.get(node);
  if (known === undefined) wishes.set(node, (known = checksOfReader(node, direction)));
  return known;
}

/** Places in one record that are changed, at most. */
const PLACES = 6;

/** A record that its writer can write, as far as can be told, with what fulfils a condition in one of the places where the node is. */
function changedIn(
  graph: Searched,
  root: Root,
  piece: Piece,
  leads: (edge: Edge) => boolean,
  sampler: Sampler,
  dice: Dice,
): readonly Value[] {
  if (root.node === null) return [];
  const value = sampler.value(root.state);
  return [...placesOf(root.node, value, piece.node, leads, 0)]
    .slice(0, PLACES)
    .flatMap(({ held, put }) => fulfilling(held, piece, graph, sampler, dice).map(put));
}

interface PlaceIn {
  readonly held: Value;
  /** The whole with something else there. */
  readonly put: (value: Value) => Value;
}

/** Where values of a node are in a value of another one. */
function* placesOf(
  node: Node,
  value: Value,
  wanted: Node,
  leads: (edge: Edge) => boolean,
  depth: number,
): Generator<PlaceIn> {
  if (node === wanted) yield { held: value, put: (other) => other };
  if (depth >= MAX_DEPTH || !isObject(value)) return;
  for (const edge of node.edges) {
    const { to, entry, subject } = edge;
    const member = leads(edge) ? valueAt(subject, value) : null;
    if (member === undefined || member === null) continue;
    const put = (other: Value): Value =>
      node.writer.kind === "union" ? { kind: entry.name, value: other } : withMember(value, entry.name, other);
    for (const [i, element] of (isList(member) ? member.slice(0, PLACES) : [member]).entries()) {
      for (const place of placesOf(to, element, wanted, leads, depth + 1)) {
        const within = (other: Value): Value => (isList(member) ? member.with(i, place.put(other)) : place.put(other));
        yield { held: place.held, put: (other) => put(within(other)) };
      }
    }
  }
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
