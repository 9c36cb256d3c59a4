import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const repository = join(import.meta.dirname, "..");
const built = existsSync(join(repository, "dist/baton.js"));

/** What a bench prints for a small case; its figures mean nothing on a machine that runs tests. */
function print(...words: readonly string[]): string {
  const run = spawnSync(process.execPath, words, { cwd: repository, encoding: "utf8" });
  expect(run.stderr).toBe("");
  expect(run.status).toBe(0);
  return run.stdout;
}

it.runIf(built)("whole dumps are opened, summed and walked", { timeout: 120_000 }, () => {
  const text = print("bench/whole-dump.mjs", "--size", "1M", "--records", "256,64K", "--quick");
  expect(text).toMatch(/^64 KiB +[\d.]+ us \([\d.]+ [um]s\)/m);
  expect(text).toMatch(/^16 MiB( +[\d.]+){3}$/m);
  expect(text).toMatch(/^256 B +4,094( +[\d.]+ \(\d+\)){3}$/m);
});

it.runIf(built)(
  "growth is measured of rows, of members in a list, and of declared members",
  { timeout: 120_000 },
  () => {
    const text = print("bench/growth.mjs", "--most", "2", "--quick", "--markdown");
    expect(text.match(/^\| 100 +(\| +[\d.]+ ){3}\| [\d.]+ \w+ \|$/gm)).toHaveLength(3);
    expect(text).toMatch(/^\| 1,000 /m);
  },
);
