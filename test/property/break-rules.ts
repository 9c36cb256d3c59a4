/**
 * Breaks rules of the gate on purpose, one at a time and in one direction, and sees whether the evolution test catches it: a rule that finds
 * something is made harmless, a harmless one is made to refuse everything.
 */
import { always } from "../../compiler/compat/condition.ts";
import type { ChangeKind } from "../../compiler/compat/change.ts";
import type { Direction } from "../../compiler/compat/finding.ts";
import type { Hazard } from "../../compiler/compat/graph.ts";
import { rules } from "../../compiler/compat/rules/index.ts";
import { harmless } from "../../compiler/compat/rules/rule.ts";
import type { RecordHazard, RecordsSite } from "../../compiler/compat/rules/rule.ts";
import { checkEvolution, newEvolutionTally } from "./check-evolution.ts";
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
}

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

/** Whether the test, run on these pairs, finds anything wrong. */
function isCaught(met: readonly Met[]): boolean {
  return met.some(({ seed, pair }) => checkEvolution(new Random(seed + 7), pair, 12, newEvolutionTally()).length > 0);
}

/** Breaks each of some rules once. */
export function breakRules(ways: readonly OneWay[], options: BreakOptions): Broken {
  const met = meetings(options);
  const [caught, missed, unmet]: [string[], string[], string[]] = [[], [], []];
  for (const way of ways) {
    const name = nameOf(way);
    const where = met.get(name);
    const row = table[way.kind];
    if (where === undefined || row === undefined) {
      unmet.push(name);
      continue;
    }
    const isSeen = breakages(way).some((broken) => {
      table[way.kind] = { ...row, [way.direction]: broken };
      try {
        return isCaught(where);
      } finally {
        table[way.kind] = row;
      }
    });
    (isSeen ? caught : missed).push(`${name} (${where.length} pairs)`);
  }
  return { caught, missed, unmet };
}
