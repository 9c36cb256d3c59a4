import { describe, expect, it } from "vitest";
import { evolutionApart } from "./evolution-apart.ts";

// The other half of the pairs: files run side by side, and this is the longest test there is.
const pairs = Number(process.env["BATON_PAIRS"] ?? 20_000) / 2;
const seed = 1_000_000 + Number(process.env["BATON_SEED"] ?? 1);

describe("the gate's verdicts", () => {
  it(`agree with the codecs of both sides, for ${pairs} more pairs`, { timeout: 1_200_000 }, async () => {
    const { text, violations, shown } = await evolutionApart(seed, pairs);
    console.log(text);
    expect(shown, `${violations} violations`).toEqual([]);
  });
});
