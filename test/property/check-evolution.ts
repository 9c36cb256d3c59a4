/** The gate's verdict on a pair of schemas, held against what the codecs of both sides do with drawn values. */
import { Difference } from "../../compiler/compat/diff.ts";
import type { Direction } from "../../compiler/compat/finding.ts";
import { reusedIn } from "../../compiler/compat/history.ts";
import { judge } from "../../compiler/compat/judge.ts";
import type { PairVerdict, StateVerdict } from "../../compiler/compat/judge.ts";
import type { Root } from "../../compiler/compat/graph.ts";
import type { Value } from "../../compiler/dump/value.ts";
import type { Module, NamedType, State, World } from "../../compiler/schema/ir.ts";
import type { EvolvedPair } from "./evolution.ts";
import { GeneratedPair, newGeneratedPairTally } from "./generated-pair.ts";
import type { GeneratedPairTally } from "./generated-pair.ts";
import { tryDump } from "./check-dumps.ts";
import { recordMeaning } from "./meaning.ts";
import { outcomeText } from "./outcome.ts";
import type { Random } from "./random.ts";
import { shown } from "./same.ts";
import { ToolCodec } from "./tool-codec.ts";
import { Values } from "./values.ts";
import { stateIn } from "./worlds.ts";

/** What was judged and tried. */
export interface EvolutionTally {
  pairs: number;
  trials: number;
  /** By direction and verdict: `upgrade never`. */
  readonly verdicts: Map<string, number>;
  /** By rule, direction and verdict: `MEMBER_ADDED rollback conditional`. */
  readonly rules: Map<string, number>;
  readonly edits: Map<string, number>;
  readonly outcomes: Map<string, number>;
  /** What went through the generated codecs, too. */
  readonly generated: GeneratedPairTally;
}

export function newEvolutionTally(): EvolutionTally {
  return {
    ...{ pairs: 0, trials: 0, verdicts: new Map(), rules: new Map(), edits: new Map(), outcomes: new Map() },
    generated: newGeneratedPairTally(),
  };
}

/** A verdict that the codecs give the lie. */
export interface Violation {
  readonly what:
    | "refused without a condition"
    | "misread without a word"
    | "taken against the condition"
    | "never, yet taken"
    | "always, yet not taken"
    | "generated codecs do something else";
  readonly direction: Direction;
  readonly state: string;
  readonly text: string;
}

function count(map: Map<string, number>, name: string): void {
  map.set(name, (map.get(name) ?? 0) + 1);
}

/** Judges a pair both ways and tries values, where asked for with the generated codecs, too; gives what does not hold. */
export function checkEvolution(
  random: Random,
  pair: EvolvedPair,
  perState: number,
  tally: EvolutionTally,
  generates = false,
): Violation[] {
  const generated = generates ? new GeneratedPair(pair, tally.generated) : null;
  const difference = new Difference({ old: pair.old.world, new: pair.new.world }, reusedIn(releasesOf(pair)));
  const modules = new Set([...pair.old.world.keys(), ...pair.new.world.keys()]);
  tally.pairs++;
  for (const kind of pair.edits) count(tally.edits, kind);
  return (["upgrade", "rollback"] as const).flatMap((direction) =>
    [...modules].flatMap((module) => {
      const verdict = judge(difference, direction, module);
      count(tally.verdicts, `${direction} ${verdict.corrupting ? "corrupting" : verdict.verdict}`);
      for (const { change, verdict: judged, corrupting } of verdict.changes) {
        count(tally.rules, `${change.kind} ${direction} ${corrupting ? "corrupting" : judged}`);
      }
      // A reader without the module takes no dump of it; whoever added it has nothing to judge by.
      if (!pair.old.world.has(module)) return [];
      if (!pair.new.world.has(module)) {
        return direction === "upgrade" ? checkDumps(random, pair, verdict, perState, tally) : [];
      }
      const ofRoots = verdict.graph.roots.flatMap((root) =>
        checkRoot(random, pair, verdict, root, perState, tally, generated),
      );
      return [...ofRoots, ...checkDumps(random, pair, verdict, perState, tally)];
    }),
  );
}

/** The modules of the releases between two sides. */
export function releasesOf({ between }: EvolvedPair): ReadonlyMap<string, readonly Module[]> {
  const releases = new Map<string, Module[]>();
  for (const { world } of between) {
    for (const module of world.values()) releases.set(module.name, [...(releases.get(module.name) ?? []), module]);
  }
  return releases;
}

function checkRoot(
  random: Random,
  { reused }: EvolvedPair,
  verdict: PairVerdict,
  root: Root,
  perState: number,
  tally: EvolutionTally,
  generated: GeneratedPair | null,
): Violation[] {
  const { direction, writerWorld, readerWorld, module } = verdict.graph;
  const reader = root.node?.reader.kind === "state" ? root.node.reader : null;
  // A record that the reader lacks, or takes for another, is judged as a whole.
  if (reader === null || !root.isSame) return [];
  const state = stateIn(writerWorld, module, root.state.name);
  const other = stateIn(readerWorld, module, reader.name);
  if (state === undefined || other === undefined) return [];
  const judged = verdict.states.find((one) => one.state === `${module}.${state.name}`);
  if (judged === undefined) throw new Error(`no verdict on ${module}.${state.name}`);
  const sides: Sides = { module, writer: { world: writerWorld, state }, reader: { world: readerWorld, state: other } };
  const found: Violation[] = [];
  // A dump without the one record of a `single` state is refused whatever the record holds.
  const alone = verdict.records.every(({ records }) => records === "holds");
  for (const value of valuesOf(random, sides, root, verdict, judged, perState)) {
    const { outcome, why } = trial(direction, sides, value, reused);
    tally.trials++;
    count(tally.outcomes, `${direction} ${outcome}`);
    // The value model is the tools' own.
    const expected = verdict.expect([{ state: root.state, value: value as Value }]);
    const report = (what: Violation["what"]): void => {
      const text = `${shown(value)}: ${outcome} ${why}; the gate: ${judged.corrupting ? "corrupting" : judged.verdict}, ${JSON.stringify(expected)}`;
      found.push({ what, direction, state: `${module}.${state.name}`, text });
    };
    if (outcome === "refused" && !expected.refused && !expected.mayBeRefused && !expected.misread)
      report("refused without a condition");
    if (outcome === "misread" && !expected.misread) report("misread without a word");
    if (outcome === "taken" && expected.refused && !expected.misread && alone) report("taken against the condition");
    if (outcome !== "refused" && judged.verdict === "never" && !judged.corrupting && alone) report("never, yet taken");
    if (outcome !== "taken" && judged.verdict === "always") report("always, yet not taken");
    try {
      generated?.check(direction, module, sides, value, verdict.corrupting || verdict.verdict === "never");
    } catch (error) {
      const text = `${shown(value)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      found.push({ what: "generated codecs do something else", direction, state: `${module}.${state.name}`, text });
    }
  }
  return found;
}

/** Whole dumps of a module: what is said of records as such shows only there. */
function checkDumps(
  random: Random,
  pair: EvolvedPair,
  verdict: PairVerdict,
  perState: number,
  tally: EvolutionTally,
): Violation[] {
  const { direction, module } = verdict.graph;
  const found: Violation[] = [];
  // Nothing that is of no single record can be seen where nothing is said and no record came, went or changed its name, or must be there.
  const must = [...verdict.graph.writerWorld.values(), ...verdict.graph.readerWorld.values()].some(
    ({ name, declarations }) => name === module && declarations.some((one) => one.kind === "state" && one.single),
  );
  const dumps =
    must || verdict.records.length > 0 || verdict.changes.length > 3 ? Math.min(perState, 3) : random.below(2);
  for (let i = 0; i < Math.min(dumps, perState); i++) {
    const tried = tryDump(random, pair, verdict);
    if (tried === null) continue;
    tally.trials++;
    const { outcome, why } = tried.trial;
    count(tally.outcomes, `${direction} dump ${outcome}`);
    const expected = verdict.expect(tried.records.map(({ root, value }) => ({ state: root.state, value })));
    const report = (what: Violation["what"]): void => {
      const said = `${verdict.corrupting ? "corrupting" : verdict.verdict} ${verdict.condition ?? ""}`;
      found.push({
        what,
        direction,
        state: module,
        text: `${tried.text}\n${outcome} ${why}; the gate: ${said}, ${JSON.stringify(expected)}`,
      });
    };
    if (outcome === "refused" && !expected.refused && !expected.mayBeRefused && !expected.misread)
      report("refused without a condition");
    if (outcome === "misread" && !expected.misread) report("misread without a word");
    if (outcome === "taken" && expected.refused && !expected.misread) report("taken against the condition");
    // A pair is never where one of its states is; a dump without such records may pass all the same.
    const held = verdict.states.filter(({ state }) =>
      tried.records.some(({ root }) => state === `${module}.${root.state.name}`),
    );
    const hopeless = held.length > 0 && held.every(({ verdict: one, corrupting }) => one === "never" && !corrupting);
    if (outcome !== "refused" && hopeless) report("never, yet taken");
    if (outcome !== "taken" && verdict.verdict === "always") report("always, yet not taken");
  }
  return found;
}

interface Sides {
  readonly module: string;
  readonly writer: { readonly world: World; readonly state: State };
  readonly reader: { readonly world: World; readonly state: State };
}

/** Drawn values, and those by which the gate itself shows what it says. */
function valuesOf(
  random: Random,
  { module, writer }: Sides,
  root: Root,
  verdict: PairVerdict,
  judged: StateVerdict,
  perState: number,
): unknown[] {
  const type: NamedType = { kind: "named", module, name: writer.state.name };
  const values = new Values(random, writer.world);
  // What nothing is said of is looked at, too, but not as closely.
  const touched = judged.verdict !== "always" || random.chance(20);
  const drawn = Array.from({ length: touched ? perState : 2 }, () => values.draw(type));
  const shownBy = verdict.changes.flatMap(({ example }) => (example?.root === root ? [example.value] : []));
  return [...drawn.flatMap(({ value, satisfies }) => (satisfies ? [value] : [])), ...shownBy.slice(0, 3)];
}

/** Sends a value on its way: native on upgrade, written for the old version on rollback. */
function trial(
  direction: Direction,
  { module, writer, reader }: Sides,
  value: unknown,
  reused: ReadonlySet<string>,
): { outcome: "taken" | "refused" | "misread"; why: string } {
  const from = new ToolCodec(writer.world, module, writer.state);
  const to = new ToolCodec(reader.world, module, reader.state);
  const written = direction === "upgrade" ? from.encode(value) : from.encodeFor(to, value);
  if (!written.ok) {
    if (direction === "upgrade")
      throw new Error(`a drawn value is refused by its own version: ${outcomeText(written)}`);
    return { outcome: "refused", why: outcomeText(written) };
  }
  const read = to.decode(written.result);
  if (!read.ok) return { outcome: "refused", why: outcomeText(read) };
  const typeOf = ({ state }: { state: State }): NamedType => ({ kind: "named", module, name: state.name });
  const differs = recordMeaning(
    { world: writer.world, type: typeOf(writer) },
    value,
    { world: reader.world, type: typeOf(reader) },
    read.result.value,
    reused,
  );
  if (reused.has(`@${writer.state.id}`)) return { outcome: "misread", why: "its id is reused" };
  return differs === null ? { outcome: "taken", why: "" } : { outcome: "misread", why: differs };
}
