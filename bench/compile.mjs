// Time and memory of the compiler over schemas of growing size, each run in a process of its own:
//
//   node bench/compile.mjs [--runs 3] [--processor] [--markdown] [STATES...]
//
// Prints a table of the median of the runs; linear growth shows as a steady figure for each state. `--processor` counts processor time.
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generateSchema } from "./generate-schema.mjs";
import { clockName, machine, table } from "./report.mjs";

const { values: options, positionals } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    processor: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const baton = fileURLToPath(new URL("../dist/baton.js", import.meta.url));
const usage = fileURLToPath(new URL("./report-usage.mjs", import.meta.url));
const sizes = positionals.map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 1)) {
  console.error("usage: node bench/compile.mjs [--runs 3] [--processor] [--markdown] [STATES...]");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "baton-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Runs one command some times; the median of its time in ms, and its peak resident memory in MiB. */
function measure(args) {
  const report = join(folder, "usage.json");
  const runs = [];
  for (let run = 0; run < Number(options.runs); run++) {
    const start = performance.now();
    const result = spawnSync(process.execPath, ["--import", usage, baton, ...args], {
      encoding: "utf8",
      env: { ...process.env, BATON_USAGE: report },
    });
    const passed = performance.now() - start;
    if (result.status !== 0) throw new Error(`baton ${args.join(" ")} exited ${result.status}:\n${result.stderr}`);
    const { seconds, peak } = JSON.parse(readFileSync(report, "utf8"));
    runs.push({ ms: options.processor ? seconds * 1000 : passed, mib: peak / 2 ** 20 });
  }
  runs.sort((a, b) => a.ms - b.ms);
  return runs[runs.length >> 1];
}

const rows = [];
for (const size of sizes.length > 0 ? sizes : [500, 1000, 2000, 4000, 8000]) {
  const root = join(folder, String(size));
  mkdirSync(join(root, "bench"), { recursive: true });
  const schema = join(root, "bench", "large.baton");
  writeFileSync(schema, generateSchema(size));
  for (const [name, args] of [
    ["compile", ["compile", schema, "--out", join(root, "out")]],
    ["format", ["format", schema]],
    ["lint", ["lint", schema]],
  ]) {
    const { ms, mib } = measure(args);
    rows.push([size.toLocaleString("en"), name, ms.toFixed(0), ((ms * 1000) / size).toFixed(0), mib.toFixed(0)]);
  }
}
const time = clockName(options.processor);
console.log(`${machine()}\n\nThe compiler over schemas of twenty members a state: ${time} and peak memory\n`);
console.log(table(["states", "command", "ms", "us a state", "peak MiB"], rows, options.markdown));
