import { describe, expect, it } from "vitest";
import { countsText, runEvolution, unmetRules, violationText } from "./run-evolution.ts";

const pairs = Number(process.env["BATON_PAIRS"] ?? 20_000) / 2;
const seed = Number(process.env["BATON_SEED"] ?? 1);

/** Rules about what pairs of two whole schemas do not have: releases, and modules that one side lacks. */
const notHere = ["MODULE_ADDED", "MODULE_REMOVED", "RELEASE_REWRITTEN", "STATE_REUSED"];

describe("the gate's verdicts", () => {
  it(`agree with the codecs of both sides, for ${pairs} pairs`, { timeout: 1_200_000 }, () => {
    const { tally, found } = runEvolution(seed, pairs);
    const outcomes = countsText(tally.outcomes);
    console.log(
      `evolution: seed ${seed}, ${tally.pairs} pairs, ${tally.trials} values\n${countsText(tally.verdicts)}\n${outcomes}`,
    );
    console.log(`by rule:\n${countsText(tally.rules)}`);
    expect(found.slice(0, 3).map(violationText), `${found.length} violations`).toEqual([]);
    expect(unmetRules(tally).filter((name) => !notHere.includes(name))).toEqual([]);
  });
});
