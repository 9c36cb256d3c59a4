/**
 * Breaks rules of the gate on purpose, one at a time and in one direction, and sees whether the evolution test catches it: a rule that finds
 * something is made harmless, a harmless one is made to refuse everything.
 */
import { always } from "../../compiler/compat/condition.ts";
import type { ChangeKind } from "../../compiler/compat/change.ts";
import { Difference } from "../../compiler/compat/diff.ts";
import type { Direction } from "../../compiler/compat/finding.ts";
import type { Hazard } from "../../compiler/compat/graph.ts";
import { reusedIn } from "../../compiler/compat/history.ts";
import { judge } from "../../compiler/compat/judge.ts";
import { rules } from "../../compiler/compat/rules/index.ts";
import { harmless } from "../../compiler/compat/rules/rule.ts";
import type { RecordHazard, RecordsSite } from "../../compiler/compat/rules/rule.ts";
import { checkEvolution, newEvolutionTally, releasesOf } from "./check-evolution.ts";
import { evolvedPairs } from "./evolution.ts";
import type { EvolvedPair } from "./evolution.ts";
import { Random } from "./random.ts";

/** A rule in one direction: `MEMBER_ADDED rollback`. */
export interface OneWay {
  readonly kind: ChangeKind;
  readonly direction: Direction;
}

/** What came of breaking rules, by name. */
export interface Broken {
  readonly caught: readonly string[];
  readonly missed: readonly string[];
  /** No pair met the rule. */
  readonly unmet: readonly string[];
  /** Rules of which no dump can tell, each with the reason. */
  readonly unseen: readonly string[];
}

/** Why no dump tells what a rule says: there is none to try, or it says nothing of its own. Each has its golden. */
const unseen: Readonly<Record<string, string>> = {
  "MODULE_ADDED upgrade": "the old writer has no record of the module",
  "MODULE_ADDED rollback": "a side without the module is asked for nothing of it",
  "MODULE_REMOVED rollback": "the new writer has no record of the module",
  "IMPORT_CHANGED upgrade": "it stands in reports for the rule of the change itself, and judges nothing",
  "IMPORT_CHANGED rollback": "it stands in reports for the rule of the change itself, and judges nothing",
  "RELEASE_REWRITTEN upgrade": "it is about a file of a release, not about a pair of schemas",
  "RELEASE_REWRITTEN rollback": "it is about a file of a release, not about a pair of schemas",
};

export interface BreakOptions {
  readonly firstSeed: number;
  /** Pairs among which the rules are looked for. */
  readonly pairs: number;
  /** Pairs that are tried for each rule. */
  readonly tries: number;
}

/** A pair with the seed of its values. */
interface Met {
  readonly seed: number;
  readonly pair: EvolvedPair;
}

const refusesAll: Hazard = { outcome: "refused", when: always, atMost: false, otherwise: "nothing" };

/** The table, open to be written. */
const table = rules as unknown as Record<string, Record<Direction, unknown>>;

/** Every rule in both directions. */
export const everyWay: readonly OneWay[] = (Object.keys(rules) as ChangeKind[]).flatMap((kind) => [
  { kind, direction: "upgrade" },
  { kind, direction: "rollback" },
]);

function nameOf({ kind, direction }: OneWay): string {
  return `${kind} ${direction}`;
}

/** What a rule is broken to: nothing where it finds something; else a refusal of everything, at one place or another. */
function breakages({ kind, direction }: OneWay): unknown[] {
  if (rules[kind][direction].at !== "nothing") return [harmless];
  const refusesRecords = (_: unknown, { roots }: RecordsSite): RecordHazard[] =>
    roots.map(({ state }) => ({ outcome: "refused", records: "holds", state, by: "reader", root: null }));
  return [
    { at: "node", worst: "never", hazards: () => [refusesAll] },
    { at: "use", worst: "never", hazards: () => [refusesAll] },
    { at: "records", worst: "never", hazards: refusesRecords },
  ];
}

/** Which pairs meet which rule, the first few of each; those that find something first. */
function meetings({ firstSeed, pairs, tries }: BreakOptions): ReadonlyMap<string, readonly Met[]> {
  const met = new Map<string, Met[]>();
  const idle = new Map<string, Met[]>();
  let judged = 0;
  for (let seed = firstSeed; judged < pairs; seed++) {
    for (const pair of evolvedPairs(seed, seed)) {
      judged++;
      const tally = newEvolutionTally();
      checkEvolution(new Random(seed), pair, 0, tally);
      for (const name of tally.rules.keys()) {
        const [kind, direction, verdict] = name.split(" ");
        const list = verdict === "always" ? idle : met;
        const key = `${kind} ${direction}`;
        const known = list.get(key) ?? [];
        list.set(key, known);
        if (known.length < tries && known.at(-1)?.seed !== seed) known.push({ seed, pair });
      }
    }
  }
  for (const [key, list] of idle) met.set(key, [...(met.get(key) ?? []), ...list].slice(0, tries));
  return met;
}

/** Values drawn for each record state of a pair. */
const valuesPerState = 12;

/** How often a pair is tried where the broken rule says something else of it. */
const rounds = 6;

/** Whether the test, run on these pairs, finds anything wrong; where the verdict changed it looks again. */
function isCaught(met: readonly Met[], judged: ReadonlyMap<Met, string>): boolean {
  const changed = met.filter((one) => judged.get(one) !== verdictsOf(one.pair));
  return [...changed, ...met].some(({ seed, pair }, i) =>
    Array.from({ length: i < changed.length ? rounds : 1 }, (_, round) => seed + 7 + round).some(
      (draws) => checkEvolution(new Random(draws), pair, valuesPerState, newEvolutionTally()).length > 0,
    ),
  );
}

/** All that the gate says of a pair, as text. */
function verdictsOf(pair: EvolvedPair): string {
  const { old, new: now } = pair;
  const difference = new Difference({ old: old.world, new: now.world }, reusedIn(releasesOf(pair)));
  const said = (["upgrade", "rollback"] as const).flatMap((direction) =>
    [...new Set([...old.world.keys(), ...now.world.keys()])].map((module) => {
      const { verdict, corrupting, condition, states, records } = judge(difference, direction, module);
      const each = states.map((one) => [one.state, one.verdict, one.corrupting]);
      return [verdict, corrupting, condition, each, records.length];
    }),
  );
  return JSON.stringify(said);
}

/** Breaks each of some rules once. */
export function breakRules(ways: readonly OneWay[], options: BreakOptions): Broken {
  const met = meetings(options);
  const [caught, missed, unmet, told]: [string[], string[], string[], string[]] = [[], [], [], []];
  for (const way of ways) {
    const name = nameOf(way);
    const where = met.get(name);
    const row = table[way.kind];
    const reason = unseen[name];
    if (where === undefined || row === undefined) {
      if (reason === undefined) unmet.push(name);
      else told.push(`${name}: ${reason}`);
      continue;
    }
    const judged = new Map(where.map((one) => [one, verdictsOf(one.pair)]));
    const isSeen = breakages(way).some((broken) => {
      table[way.kind] = { ...row, [way.direction]: broken };
      try {
        return isCaught(where, judged);
      } finally {
        table[way.kind] = row;
      }
    });
    if (!isSeen && reason !== undefined) told.push(`${name} (${where.length} pairs): ${reason}`);
    else (isSeen ? caught : missed).push(`${name} (${where.length} pairs)`);
  }
  return { caught, missed, unmet, unseen: told };
}
