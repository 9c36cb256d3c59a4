// Time and memory of the compiler over schemas of growing size, each in a process of its own: `node bench/compile.mjs [STATES...]`.
// Prints a table; linear growth shows as a steady figure for each state.
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateSchema } from "./generate-schema.mjs";

const baton = fileURLToPath(new URL("../dist/baton.js", import.meta.url));
const peak = fileURLToPath(new URL("./report-peak.mjs", import.meta.url));
const sizes = process.argv.slice(2).map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 1)) {
  console.error("usage: node bench/compile.mjs [STATES...]");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "baton-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Runs one command three times; the median of its wall time in ms, and its peak resident memory in MiB. */
function measure(args) {
  const runs = [];
  for (let run = 0; run < 3; run++) {
    const start = process.hrtime.bigint();
    const result = spawnSync(process.execPath, ["--import", peak, baton, ...args], { encoding: "utf8" });
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    if (result.status !== 0) throw new Error(`baton ${args.join(" ")} exited ${result.status}:\n${result.stderr}`);
    runs.push({ ms, mib: Number(/peak (\d+) KiB/.exec(result.stderr)?.[1]) / 1024 });
  }
  runs.sort((a, b) => a.ms - b.ms);
  return runs[1];
}

console.log("states  command      ms      us/state   peak MiB");
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
    console.log(
      `${String(size).padStart(6)}  ${name.padEnd(9)} ${ms.toFixed(0).padStart(7)} ${((ms * 1000) / size).toFixed(0).padStart(11)} ${mib.toFixed(0).padStart(10)}`,
    );
  }
}
