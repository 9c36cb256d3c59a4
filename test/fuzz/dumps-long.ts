/** The long run of the dump fuzzer, in as many processes as asked for. */
import { fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { fuzzDumps, FuzzFailure } from "./run-dumps.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "1" },
    worker: { type: "boolean", default: false },
  },
});
const [count, seed, jobs] = [Number(values.count), Number(values.seed), Number(values.jobs)];

if (jobs > 1 && !values.worker) {
  const share = String(Math.ceil(count / jobs));
  const runs = Array.from({ length: jobs }, (_, i) => {
    const child = fork(process.argv[1] ?? "", ["--worker", "--count", share, "--seed", String(seed * 1000 + i)]);
    return new Promise<number>((resolve) => child.on("exit", (code) => resolve(code ?? 3)));
  });
  process.exitCode = Math.max(...(await Promise.all(runs)));
} else await run();

async function run(): Promise<void> {
  const start = performance.now();
  let shown = 0;
  let total = 0;
  const largest = (): string => `${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`;
  // Each part has its own seed, so that one that fails is soon run again.
  const part = 50_000;
  const sums: Record<string, number> = {};
  for (let i = 0; total < count; i++) {
    const partSeed = seed + i;
    try {
      const report = fuzzDumps(partSeed, Math.min(part, count - total));
      for (const [name, found] of Object.entries(report)) sums[name] = (sums[name] ?? 0) + found;
    } catch (error) {
      if (!(error instanceof FuzzFailure)) throw error;
      console.error(`seed ${partSeed}: ${error.message}`);
      keep(error, partSeed);
      process.exitCode = 1;
    }
    total += part;
    // What a weak reference was made to is held until its job ends: without a pause that is all schemas so far.
    await setImmediate();
    const seconds = (performance.now() - start) / 1000;
    if (seconds - shown > 10 || total >= count) {
      shown = seconds;
      console.log(`${Math.min(total, count)} cases in ${seconds.toFixed(0)} s, ${largest()}, ${JSON.stringify(sums)}`);
    }
  }
}

function keep({ subject, bytes }: FuzzFailure, partSeed: number): void {
  const folder = join("test", "fuzz", "found", String(partSeed));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "case.hex"), Buffer.from(bytes).toString("hex"));
  for (const { path, text } of subject.sources) writeFileSync(join(folder, basename(path)), text);
}
