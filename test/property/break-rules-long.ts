/** Breaks every rule of the gate once, in each direction, and says which ones the evolution test did not catch. */
import { parseArgs } from "node:util";
import { breakRules, everyWay } from "./break-rules.ts";

const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "6000" },
    seed: { type: "string", default: "1" },
    tries: { type: "string", default: "30" },
    only: { type: "string" },
  },
});
const ways = everyWay.filter(
  ({ kind, direction }) => values.only === undefined || `${kind} ${direction}`.includes(values.only),
);
const { caught, missed, unmet, unseen } = breakRules(ways, {
  firstSeed: Number(values.seed),
  pairs: Number(values.pairs),
  tries: Number(values.tries),
});
const lines = (names: readonly string[]): string => names.map((name) => `\n  ${name}`).join("");
console.log(`${caught.length} broken rules were caught, in ${process.cpuUsage().user / 1e6} s of processor time`);
console.log(`not caught: ${missed.length}${lines(missed)}`);
console.log(`met by no pair: ${unmet.length}${lines(unmet)}`);
console.log(`that no dump can tell: ${unseen.length}${lines(unseen)}`);
process.exitCode = missed.length > 0 || unmet.length > 0 ? 1 : 0;
