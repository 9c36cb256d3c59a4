/** The long run of the evolution test: millions of pairs, in as many processes as asked for. */
import { fork } from "node:child_process";
import { parseArgs } from "node:util";
import { countsText, runEvolution, tallyText, unmetRules, violationText } from "./run-evolution.ts";
import { newEvolutionTally } from "./check-evolution.ts";

const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "1" },
    released: { type: "boolean", default: false },
    worker: { type: "boolean", default: false },
  },
});
const [pairs, seed, jobs] = [Number(values.pairs), Number(values.seed), Number(values.jobs)];

if (jobs > 1 && !values.worker) {
  const share = String(Math.ceil(pairs / jobs));
  const runs = Array.from({ length: jobs }, (_, i) => {
    const child = fork(process.argv[1] ?? "", [
      "--worker",
      "--pairs",
      share,
      "--seed",
      String(seed + i * 10_000_000),
      ...(values.released ? ["--released"] : []),
    ]);
    return new Promise<number>((resolve) => child.on("exit", (code) => resolve(code ?? 3)));
  });
  process.exitCode = Math.max(...(await Promise.all(runs)));
} else run();

function run(): void {
  const start = performance.now();
  const total = newEvolutionTally();
  let shown = 0;
  for (let next = seed; total.pairs < pairs;) {
    const { tally, found, seeds } = runEvolution(next, Math.min(5_000, pairs - total.pairs), values.released);
    next += seeds;
    total.pairs += tally.pairs;
    total.trials += tally.trials;
    for (const name of Object.keys(tally.generated) as (keyof typeof tally.generated)[])
      total.generated[name] += tally.generated[name];
    for (const name of ["verdicts", "rules", "edits", "outcomes"] as const) {
      for (const [key, count] of tally[name]) total[name].set(key, (total[name].get(key) ?? 0) + count);
    }
    for (const violation of found) {
      process.exitCode = 1;
      if (shown++ < 20) console.error(`${violationText(violation)}\n`);
    }
    const seconds = (performance.now() - start) / 1000;
    console.log(
      `${total.pairs} pairs, ${total.trials} values, ${shown} violations in ${seconds.toFixed(0)} s, next seed ${next}`,
    );
  }
  console.log(`${tallyText(seed, total)}\nrules:\n${countsText(total.rules)}\nedits:\n${countsText(total.edits)}`);
  console.log(`rules never met: ${unmetRules(total).join(", ")}`);
}
