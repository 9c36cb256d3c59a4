import { avoided, isFree, type Avoided } from "./avoid.ts";
import type { Change } from "./change.ts";
import type { Condition } from "./condition.ts";
import { complete } from "../dump/complete.ts";
import { encodeDump, type RecordInput, type WriterModule } from "../dump/encode-dump.ts";
import { encodeState } from "../dump/encode.ts";
import { toJson } from "../dump/json-write.ts";
import { encodeStateFor } from "../dump/lower.ts";
import type { Value } from "../dump/value.ts";
import { fingerprint } from "../schema/fingerprint.ts";
import type { World } from "../schema/ir.ts";
import type { RecordEffect } from "./effects.ts";
import type { Witness } from "./finding.ts";
import type { Piece } from "./fold.ts";
import type { Graph, Node, Root } from "./graph.ts";
import type { ChangeVerdict, Claim, PairVerdict } from "./judge.ts";
import { anyValue, harmlessValue, readerOf, search, type Example, type SearchOptions } from "./search.ts";
import { toldAt } from "./spots.ts";
import { tryOut, type Trial } from "./trial.ts";

/** What a search for a witness comes to. */
export type Witnessed =
  | {
      readonly kind: "witness";
      readonly witness: Witness;
      /**
       * Makes the dump with its schema inside, so that any tool shows it. What the writer refuses to write for the reader's version is written
       * as its own.
       */
      readonly dump: () => Uint8Array | null;
    }
  /** There is nothing to show, or no value was found: the verdict stands without one. */
  | { readonly kind: "none" }
  /** A value that should have been refused or misread was taken as it was meant: the verdict is wrong, which is our bug. */
  | { readonly kind: "contradicted"; readonly witness: Witness };

/** Constructs a value for which what a verdict says of a change happens, and sends it through the codecs of both sides. */
export function witnessOf(verdict: PairVerdict, change: ChangeVerdict): Witnessed {
  if (change.verdict === "always") return { kind: "none" };
  const { graph, records } = verdict;
  const { use } = change;
  const told = (example: Example): Witnessed => shown(graph, (use === null ? null : toldAt(use, example)) ?? example);
  const lone = loneExample(verdict, change);
  if (lone !== null) return told(lone);
  if (change.example !== null) return told(change.example);
  for (const record of records) {
    const one = record.change === change.change ? ofRecords(graph, record) : null;
    if (one !== null) return one;
  }
  let against: Example | null = null;
  for (const { piece, outcome, atMost } of [...change.claims].sort(byCertainty)) {
    if (outcome !== "refused") continue;
    const found = search(
      graph,
      piece,
      (trial, value, root) => trial.kind === "refused" && isHere(change, { root, value, trial }),
      searchIn(change),
    );
    if (found.found !== null) return told(found.found);
    if (!atMost) against ??= found.against;
  }
  if (against === null && use !== null) return refusedFor(graph, change);
  return against === null ? { kind: "none" } : { kind: "contradicted", witness: witnessFor(graph, against, null) };
}

/** A value that is refused while it holds what a change is about where it is told, though what it is refused for lies elsewhere. */
function refusedFor(graph: Graph, change: ChangeVerdict): Witnessed {
  for (const { piece, outcome } of change.claims) {
    if (outcome !== "refused") continue;
    const { found } = search(graph, piece, (trial) => trial.kind === "refused", searchIn(change));
    if (found !== null) return shown(graph, found);
  }
  return { kind: "none" };
}

/** Values that are tried for one claim before one is taken that shows other changes as well. */
const LONE_TRIES = 12;

/** A value that shows nothing but one change; null where none is found. */
function loneExample(verdict: PairVerdict, change: ChangeVerdict): Example | null {
  const { graph } = verdict;
  const others = othersOf(verdict, change);
  const isLone = (value: Value, { node }: Root): boolean => node !== null && isFree(node, value, others);
  const { example, corrupting, claims } = change;
  if (example !== null && isLone(example.value, example.root)) return example;
  const outcome = corrupting ? "misread" : "refused";
  for (const { piece } of claims.filter((claim) => claim.outcome === outcome).sort(byCertainty)) {
    const isShown = (trial: Trial, value: Value, root: Root): boolean =>
      trial.kind === outcome && isLone(value, root) && isHere(change, { root, value, trial });
    const options = searchIn(change);
    const { found } = search(graph, piece, isShown, {
      ...{ ...options, tries: Math.min(LONE_TRIES, options.tries ?? LONE_TRIES), avoid: others },
    });
    if (found !== null) return found;
  }
  return null;
}

/** Where a search for a witness looks, and for how long. */
function searchIn({ use }: ChangeVerdict): SearchOptions {
  return use === null ? {} : { tries: use.tries, leads: use.leads };
}

/** Whether a value shows a change where it is told. */
function isHere({ use }: ChangeVerdict, example: Example): boolean {
  return use === null || toldAt(use, example) !== null;
}

const claimsOf = new WeakMap<PairVerdict, Map<Node, { readonly change: Change; readonly piece: Piece }[]>>();

/** What all changes but one claim of a node. A verdict can have thousands of changes, so their claims are gathered once for all of them. */
function othersOf(verdict: PairVerdict, change: ChangeVerdict): Avoided {
  let claims = claimsOf.get(verdict);
  if (claims === undefined) {
    claimsOf.set(verdict, (claims = new Map()));
    for (const one of verdict.changes) {
      for (const { piece } of one.claims) {
        const known = claims.get(piece.node);
        if (known === undefined) claims.set(piece.node, [{ change: one.change, piece }]);
        else known.push({ change: one.change, piece });
      }
    }
  }
  const others = new Map<Node, readonly Condition[] | undefined>();
  const find = (node: Node): readonly Condition[] | undefined =>
    avoided((claims.get(node) ?? []).flatMap((one) => (one.change === change.change ? [] : [one.piece]))).get(node);
  return {
    get: (node) => {
      if (!others.has(node)) others.set(node, find(node));
      return others.get(node);
    },
  };
}

function byCertainty(a: Claim, b: Claim): number {
  return Number(a.atMost) - Number(b.atMost);
}

function shown(graph: Graph, example: Example): Witnessed {
  return witnessed(graph, example, [example.value]);
}

function witnessed(graph: Graph, example: Example, values: readonly Value[]): Witnessed {
  const isWritten = example.trial.kind !== "refused" || example.trial.by === "reader";
  const isNative = graph.direction === "upgrade";
  const bytes = isWritten ? dumpOf(graph, example, values, { isNative, withSchema: false }) : null;
  const dump = (): Uint8Array | null =>
    dumpOf(graph, example, values, { isNative: isNative || !isWritten, withSchema: true });
  return { kind: "witness", witness: witnessFor(graph, example, bytes), dump };
}

function witnessFor(graph: Graph, example: Example, bytes: Uint8Array | null): Witness {
  const { root, value, trial } = example;
  return {
    type: `${graph.module}.${root.state.name}`,
    value: toJson(root.state, complete(root.state, value)),
    record: bytes === null ? null : bodyOf(graph, example),
    bytes: bytes === null ? null : hexOf(bytes),
    outcome: outcomeOf(trial),
  };
}

/** The body of a record as its dump has it. */
function bodyOf({ direction }: Graph, { root, value }: Example): string | null {
  const { state } = root;
  const reader = direction === "upgrade" ? null : readerOf(root);
  const encoded = reader === null ? encodeState(state, value) : encodeStateFor(state, reader, value, state.name);
  return encoded.ok ? hexOf(encoded.bytes) : null;
}

/** What became of a value, in words. */
export function outcomeOf(trial: Trial): string {
  switch (trial.kind) {
    case "impossible":
      return "the writer's own version refuses it";
    case "refused":
      return `refused by the ${trial.by}: ${trial.reason}`;
    case "misread": {
      const { path, written, read } = trial.misreading;
      return `taken, and ${path === "" ? "the record" : path.slice(1)} is read as ${read} where ${written} was written`;
    }
    case "taken":
      return "taken";
  }
}

/** A dump of the states that a claim about records is about. */
function ofRecords(graph: Graph, effect: RecordEffect): Witnessed | null {
  const root = graph.roots.find(({ id }) => effect.records === "all" || id === effect.state.id);
  if (root === undefined) return null;
  const value = anyValue(graph.direction, root);
  if (value === null) return { kind: "none" };
  const trial = recordTrial(graph, effect, root, value);
  const values = effect.records === "not one" || effect.records === "several" ? [value, value] : [value];
  const example = { root, value, trial };
  // Two records of what is `single`: the writer's view does not mind.
  return witnessed(graph, example, values);
}

function recordTrial(graph: Graph, effect: RecordEffect, root: Root, value: Value): Trial {
  switch (effect.records) {
    case "all":
      return {
        kind: "refused",
        by: effect.by,
        reason: `\`${effect.state.name}\` is \`single\`, and the dump has none`,
        problems: [],
      };
    case "several":
    case "not one":
      return {
        kind: "refused",
        by: effect.by,
        reason: `\`${effect.state.name}\` is \`single\`, and the dump has two`,
        problems: [],
      };
    case "holds": {
      const trial = tryOut(graph.direction, root.state, readerOf(root), value);
      // A record that is taken for one of another state is misread, whatever its members say.
      if (trial.kind !== "taken") return trial;
      const reader = readerOf(root);
      const read = reader === null ? "another state" : reader.name;
      return { kind: "misread", read: trial.read, misreading: { path: "", written: root.state.name, read } };
    }
  }
}

/** The dump that the writer makes of records, as its own version or for the reader's; null where it refuses. */
function dumpOf(
  graph: Graph,
  { root }: Example,
  values: readonly Value[],
  { isNative, withSchema }: { readonly isNative: boolean; readonly withSchema: boolean },
): Uint8Array | null {
  const encoded = encodeDump({
    producer: "",
    modules: writersOf(isNative ? graph.writerWorld : graph.readerWorld),
    working: isNative ? null : graph.writerWorld,
    records: [...values.map((value, instance) => recordOf(graph, root, value, instance)), ...companionsOf(graph, root)],
    embedSchema: withSchema,
  });
  return encoded.ok ? encoded.bytes : null;
}

function recordOf({ module }: Graph, { state }: Root, value: Value, instance: number): RecordInput {
  return { type: `${module}.${state.name}`, instance, value };
}

/** The records of which a dump has one, found once for all witnesses: their types are made when they are asked for. */
const singlesOf = new WeakMap<Graph, readonly Root[]>();

/** The records that no dump of the module goes without: of other `single` states, as harmless as can be. */
function companionsOf(graph: Graph, shown: Root): readonly RecordInput[] {
  let singles = singlesOf.get(graph);
  if (singles === undefined) singlesOf.set(graph, (singles = graph.roots.filter(({ state }) => state.single)));
  return singles.flatMap((root) => {
    if (root === shown) return [];
    const value = harmlessValue(graph.direction, root);
    return value === null ? [] : [recordOf(graph, root, value, 0)];
  });
}

const writers = new WeakMap<World, ReadonlyMap<string, WriterModule>>();

function writersOf(world: World): ReadonlyMap<string, WriterModule> {
  let known = writers.get(world);
  if (known === undefined) {
    known = new Map(
      [...world].map(([name, view]): [string, WriterModule] => {
        const own = fingerprint(view);
        return [name, { view, fingerprint: own, draft: false, writes: [{ version: view.version, fingerprint: own }] }];
      }),
    );
    writers.set(world, known);
  }
  return known;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
