import { describe, expect, it } from "vitest";
import { fuzzDumps } from "./run-dumps.ts";

const count = Number(process.env["BATON_FUZZ_DUMPS"] ?? 100_000);
const seed = Number(process.env["BATON_SEED"] ?? 1);

describe("reading dumps", () => {
  it(`refuses or takes ${count} mutated dumps, and does nothing else`, { timeout: 600_000 }, () => {
    const report = fuzzDumps(seed, count);
    console.log(`dump fuzz: seed ${seed}, ${JSON.stringify(report)}`);
    expect(report.dumps + report.bodies).toBeGreaterThan(count * 0.8);
    // Mutations that nobody notices, or that nobody survives, test little.
    expect(report.accepted).toBeGreaterThan(count * 0.05);
    expect(report.problems).toBeGreaterThan(count * 0.5);
  });
});
