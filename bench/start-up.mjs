// Measures `baton --version` and `baton --help` against `node -e 0`: medians of runs that take turns, so that a busy machine slows all alike.
// The goal is at most 2.5 times. Run in the root of the repository, after `npm install`: `node bench/start-up.mjs`.
import { spawnSync } from "node:child_process";

const rounds = 15;
const calls = { bare: ["-e", "0"], version: ["dist/baton.js", "--version"], help: ["dist/baton.js", "--help"] };
const times = { bare: [], version: [], help: [] };
for (let round = 0; round < rounds; round++) {
  for (const [name, words] of Object.entries(calls)) {
    const began = performance.now();
    const run = spawnSync(process.execPath, words, { stdio: "ignore" });
    if (run.status !== 0) throw new Error(`node ${words.join(" ")} exits with ${run.status}`);
    times[name].push(performance.now() - began);
  }
}
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const bare = median(times.bare);
for (const name of ["version", "help"]) {
  const ratio = median(times[name]) / bare;
  console.log(`baton --${name}: ${ratio.toFixed(2)} times node -e 0 (${bare.toFixed(0)} ms)`);
}
