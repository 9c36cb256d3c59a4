import { describe, expect, it } from "vitest";
import { countsText, runEvolution, tallyText, unmetRules, violationText } from "./run-evolution.ts";

const pairs = Number(process.env["BATON_PAIRS"] ?? 20_000) / 2;
const seed = Number(process.env["BATON_SEED"] ?? 1);

/** What no pair of two schemas has: a release that was rewritten, and the rule that stands for others in reports. Each has its golden. */
const notHere = ["RELEASE_REWRITTEN", "IMPORT_CHANGED"];

describe("the gate's verdicts", () => {
  it(`agree with the codecs of both sides, for ${pairs} pairs`, { timeout: 1_200_000 }, () => {
    const { tally, found } = runEvolution(seed, pairs);
    console.log(`${tallyText(seed, tally)}\nby rule:\n${countsText(tally.rules)}`);
    expect(found.slice(0, 3).map(violationText), `${found.length} violations`).toEqual([]);
    expect(tally.generated.read).toBeGreaterThan(pairs / 8);
    expect(tally.generated.written).toBeGreaterThan(pairs / 200);
    expect(unmetRules(tally).filter((name) => !notHere.includes(name))).toEqual([]);
  });
});
