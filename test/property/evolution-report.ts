/** What a run of the evolution test gave, as JSON on standard output. */
import { countsText, runEvolution, tallyText, unmetRules, violationText } from "./run-evolution.ts";
import type { EvolutionReport } from "./evolution-apart.ts";

const [seed, pairs] = process.argv.slice(2, 4).map(Number);
if (seed === undefined || pairs === undefined) throw new Error("SEED PAIRS");
const { tally, found } = runEvolution(seed, pairs);
const report: EvolutionReport = {
  text: tallyText(seed, tally),
  rules: countsText(tally.rules),
  unmet: unmetRules(tally),
  read: tally.generated.read,
  written: tally.generated.written,
  violations: found.length,
  shown: found.slice(0, 3).map(violationText),
};
process.stdout.write(JSON.stringify(report));
