import { describe, expect, it } from "vitest";
import { evolutionApart } from "./evolution-apart.ts";

const pairs = Number(process.env["BATON_PAIRS"] ?? 20_000) / 2;
const seed = Number(process.env["BATON_SEED"] ?? 1);

/** What no pair of two schemas has: a release that was rewritten, and the rule that stands for others in reports. Each has its golden. */
const notHere = ["RELEASE_REWRITTEN", "IMPORT_CHANGED"];

describe("the gate's verdicts", () => {
  it(`agree with the codecs of both sides, for ${pairs} pairs`, { timeout: 1_200_000 }, async () => {
    const { text, rules, unmet, read, written, violations, shown } = await evolutionApart(seed, pairs);
    console.log(`${text}\nby rule:\n${rules}`);
    expect(shown, `${violations} violations`).toEqual([]);
    expect(read).toBeGreaterThan(pairs / 8);
    expect(written).toBeGreaterThan(pairs / 200);
    expect(unmet.filter((name) => !notHere.includes(name))).toEqual([]);
  });
});
