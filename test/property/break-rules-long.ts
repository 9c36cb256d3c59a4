/**
 * Breaks each rule of the gate on purpose, one at a time and in one direction, and sees whether the evolution test catches it: a rule that finds
 * something is made harmless, a harmless one is made to refuse everything.
 */
import { parseArgs } from "node:util";
import { always } from "../../compiler/compat/condition.ts";
import type { ChangeKind } from "../../compiler/compat/change.ts";
import type { Direction } from "../../compiler/compat/finding.ts";
import type { Hazard } from "../../compiler/compat/graph.ts";
import { rules } from "../../compiler/compat/rules/index.ts";
import { harmless } from "../../compiler/compat/rules/rule.ts";
import type { RecordHazard, RecordsSite } from "../../compiler/compat/rules/rule.ts";
import { checkEvolution, newEvolutionTally } from "./check-evolution.ts";
import { evolvedPairs } from "./evolution.ts";
import { Random } from "./random.ts";

const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "6000" },
    seed: { type: "string", default: "1" },
    tries: { type: "string", default: "30" },
  },
});
const [pairs, firstSeed, tries] = [Number(values.pairs), Number(values.seed), Number(values.tries)];

/** A pair by where it comes from. */
interface Where {
  readonly seed: number;
  readonly index: number;
}

const refusesAll: Hazard = { outcome: "refused", when: always, atMost: false, otherwise: "nothing" };

/** The table, open to be written. */
const table = rules as unknown as Record<string, Record<Direction, unknown>>;

/** What a rule is broken to: nothing where it finds something; else a refusal of everything, at one place or another. */
function breakages(kind: ChangeKind, direction: Direction): unknown[] {
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
function meetings(): Map<string, Where[]> {
  const met = new Map<string, Where[]>();
  const idle = new Map<string, Where[]>();
  let judged = 0;
  for (let seed = firstSeed; judged < pairs; seed++) {
    for (const [index, pair] of evolvedPairs(seed, seed).entries()) {
      judged++;
      const tally = newEvolutionTally();
      checkEvolution(new Random(seed), pair, 0, tally);
      for (const name of tally.rules.keys()) {
        const [kind, direction, verdict] = name.split(" ");
        const list = verdict === "always" ? idle : met;
        const key = `${kind} ${direction}`;
        const known = list.get(key) ?? [];
        list.set(key, known);
        if (known.length < tries && known.at(-1)?.seed !== seed) known.push({ seed, index });
      }
    }
  }
  for (const [key, list] of idle) met.set(key, [...(met.get(key) ?? []), ...list].slice(0, tries));
  return met;
}

/** Whether the test, run on these pairs, finds anything wrong. */
function isCaught(where: readonly Where[]): boolean {
  return where.some(({ seed, index }) => {
    const pair = evolvedPairs(seed, seed)[index];
    return pair !== undefined && checkEvolution(new Random(seed + 7), pair, 12, newEvolutionTally()).length > 0;
  });
}

const met = meetings();
const missed: string[] = [];
const unmet: string[] = [];
let caught = 0;
for (const kind of Object.keys(rules) as ChangeKind[]) {
  for (const direction of ["upgrade", "rollback"] as const) {
    const name = `${kind} ${direction}`;
    const where = met.get(name);
    const row = table[kind];
    if (where === undefined || row === undefined) {
      unmet.push(name);
      continue;
    }
    const sound = row[direction];
    const isSeen = breakages(kind, direction).some((broken) => {
      table[kind] = { ...row, [direction]: broken };
      return isCaught(where);
    });
    table[kind] = { ...row, [direction]: sound };
    if (isSeen) caught++;
    else missed.push(`${name} (${where.length} pairs)`);
  }
}
console.log(`${caught} broken rules were caught`);
console.log(`not caught: ${missed.length}\n${missed.map((name) => `  ${name}`).join("\n")}`);
console.log(`met by no pair: ${unmet.length}\n${unmet.map((name) => `  ${name}`).join("\n")}`);
process.exitCode = missed.length > 0 ? 1 : 0;
