/** So many pairs of schemas against the gate, with what was found and counted. */
import { rules } from "../../compiler/compat/rules/index.ts";
import { checkEvolution, newEvolutionTally } from "./check-evolution.ts";
import type { EvolutionTally, Violation } from "./check-evolution.ts";
import { evolvedPairs, type EvolvedPair } from "./evolution.ts";
import { isReleased } from "./generated-pair.ts";
import { printSchema } from "./print.ts";
import { Random } from "./random.ts";
import type { SchemaModel } from "./model.ts";

/** A violation with what it takes to see it again. */
export interface FoundViolation extends Violation {
  readonly seed: number;
  readonly edits: readonly string[];
  readonly old: string;
  readonly new: string;
}

/** Values drawn for each record state. */
const valuesPerState = 5;

/** One pair of so many goes through generated codecs, too. */
const pairsForGenerated = 20;

/** Runs seeds from the first on until so many pairs were judged; `released`: every pair with a release goes through generated codecs. */
export function runEvolution(
  firstSeed: number,
  pairs: number,
  released = false,
): { tally: EvolutionTally; found: FoundViolation[]; seeds: number } {
  const tally = newEvolutionTally();
  const found: FoundViolation[] = [];
  let seed = firstSeed;
  for (; tally.pairs < pairs; seed++) {
    for (const pair of evolvedPairs(seed, seed)) {
      const generates = tally.pairs % pairsForGenerated === 0 || (released && isReleased(pair));
      const violations = checked(seed, pair, tally, generates);
      for (const violation of violations.slice(0, 1)) {
        found.push({
          ...violation,
          seed,
          edits: pair.edits,
          old: plainText(pair.old.model),
          new: plainText(pair.new.model),
        });
      }
    }
  }
  return { tally, found, seeds: seed - firstSeed };
}

/** The violations of a pair. What cannot be judged is a mistake of this test, which names the seed. */
function checked(seed: number, pair: EvolvedPair, tally: EvolutionTally, generates: boolean): readonly Violation[] {
  try {
    return checkEvolution(new Random(seed), pair, valuesPerState, tally, generates);
  } catch (error) {
    const schemas = `--- old\n${plainText(pair.old.model)}\n--- new\n${plainText(pair.new.model)}`;
    throw new Error(`seed ${seed}, after ${pair.edits.join(", ")}\n${schemas}`, { cause: error });
  }
}

function plainText(model: SchemaModel): string {
  const modules = model.modules.map((module) => ({ ...module, spelling: 0 }));
  return printSchema({ modules })
    .map(({ text }) => text)
    .join("\n");
}

/** A violation as people read it. */
export function violationText({ seed, what, direction, state, text, edits, old, new: now }: FoundViolation): string {
  return `seed ${seed}: ${what}, ${direction} of ${state}, after ${edits.join(", ")}\n${text}\n--- old\n${old}\n--- new\n${now}`;
}

/** Counts as lines, most frequent first. */
export function countsText(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${String(count).padStart(8)} ${name}`)
    .join("\n");
}

/** How much was done, in a few lines. */
export function tallyText(seed: number, { pairs, trials, generated, verdicts, outcomes }: EvolutionTally): string {
  const { read, readRefused, written, writeRefused } = generated;
  return [
    `evolution: seed ${seed}, ${pairs} pairs, ${trials} values; of these with generated codecs: ${generated.pairs} pairs, `,
    `${read + readRefused} values read (${readRefused} refused), ${written + writeRefused} written for the old version (${writeRefused} refused)\n`,
    `${countsText(verdicts)}\n${countsText(outcomes)}`,
  ].join("");
}

/** Rules that no pair met. */
export function unmetRules({ rules: met }: EvolutionTally): string[] {
  const kinds = new Set([...met.keys()].map((name) => name.split(" ")[0]));
  return Object.keys(rules).filter((name) => !kinds.has(name));
}
