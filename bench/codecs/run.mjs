// Codecs side by side: `npm run codecs` in bench/ (after `npm install` there and in the repository). Every contestant runs each workload in
// a process of its own, with the same limits of its heap. The round trip is checked first, then rounds are interleaved so that all meet the same
// noise, and each round begins with another contestant; the first does not count. A round warms an operation up and takes the mean of many calls,
// with all the collecting that they bring about. Prints ratios to the hand-written code, paired round by round: the median of each.
// `--rounds N`, `--budget MS` and `--calls N` (a round lasts until both are reached, but no longer than `--limit MS`), `--only NAME,…`,
// `--workloads NAME,…`, `--markdown`; `--processor` counts processor time, collector threads included, where the machine is busy with others.
import { fork } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generate } from "./generate.mjs";
import { titles, workloads } from "./workloads.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    budget: { type: "string", default: "50" },
    calls: { type: "string", default: "12" },
    limit: { type: "string", default: "400" },
    only: { type: "string" },
    workloads: { type: "string" },
    markdown: { type: "boolean", default: false },
    processor: { type: "boolean", default: false },
  },
});
const all = [
  "hand",
  "memcpy",
  "baton",
  "baton-view",
  "bebop",
  "msgpackr",
  "flatbuffers",
  "protobuf-es",
  "protobufjs",
  "pbf",
  "avsc",
  "cbor-x",
  "v8",
  "json",
];
const wanted = options.only?.split(",") ?? all;
const contestants = ["hand", ...all.filter((name) => name !== "hand" && wanted.includes(name))];
/** Contestants that are not there for all workloads. */
const workloadsOf = { "baton-view": ["iommu"] };
/** What the table calls a contestant. */
const labels = { "baton-view": "baton, rows from a view" };
const rounds = Number(options.rounds);
const lasting = { budget: Number(options.budget), calls: Number(options.calls), limit: Number(options.limit) };
const file = fileURLToPath(new URL("./contestant.mjs", import.meta.url));

/** The heap of every contestant: a young generation of Node's own size, and memory enough for all. */
const heap = ["--max-semi-space-size=16", "--max-old-space-size=4096"];

/** glibc keeps what is freed for what comes next: else it is a matter of luck whether a result of megabytes is in memory that the system must clear. */
const memory = { MALLOC_TRIM_THRESHOLD_: String(2 ** 30), MALLOC_MMAP_THRESHOLD_: String(2 ** 25) };

/** A child process that answers one message at a time. */
class Contestant {
  constructor(name, workload) {
    this.name = name;
    this.child = fork(file, [name, workload], {
      execArgv: heap,
      env: { ...process.env, ...memory },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
  }

  answer() {
    return new Promise((resolve, reject) => {
      const ended = (code) => reject(new Error(`${this.name} ended with ${code}`));
      this.child.once("exit", ended);
      this.child.once("message", (message) => {
        this.child.off("exit", ended);
        resolve(message);
      });
    });
  }

  ask(operation) {
    const answer = this.answer();
    this.child.send({ operation, ...lasting, processor: options.processor });
    return answer;
  }
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const operations = ["encode", "encodeInto", "decode", "sum", "columns"];

async function runWorkload(workload) {
  const running = [];
  const rows = new Map();
  for (const name of contestants.filter((one) => workloadsOf[one]?.includes(workload) ?? true)) {
    const contestant = new Contestant(name, workload);
    const ready = await contestant.answer().catch((error) => ({ ready: false, why: error.message }));
    if (!ready.ready) {
      rows.set(name, { failed: ready.why });
      contestant.child.kill();
      continue;
    }
    running.push({ contestant, ...ready });
    rows.set(name, { bytes: ready.bytes, times: {}, peak: 0 });
  }
  for (let round = -1; round < rounds; round++) {
    const order = running.map((_, i) => running[(i + round + 1) % running.length]);
    for (const operation of operations) {
      for (const { contestant, operations: able } of order) {
        if (!able.includes(operation)) continue;
        const { ns } = await contestant.ask(operation);
        if (round >= 0) (rows.get(contestant.name).times[operation] ??= []).push(ns);
      }
    }
  }
  for (const { contestant } of running) {
    rows.get(contestant.name).peak = (await contestant.ask("peak")).kib;
    contestant.child.send({ operation: "stop" });
  }
  return rows;
}

function ratio(rows, name, operation) {
  const own = rows.get(name).times?.[operation];
  // What nobody writes by hand apart is measured against the hand-written encoder.
  const base = rows.get("hand").times?.[operation];
  if (own === undefined || base === undefined) return null;
  return median(own.map((ns, i) => ns / base[i]));
}

function time(ns) {
  return ns < 1e4 ? `${ns.toFixed(0)} ns` : ns < 1e7 ? `${(ns / 1e3).toFixed(0)} us` : `${(ns / 1e6).toFixed(0)} ms`;
}

function table(rows) {
  const used = operations.filter((operation) => rows.get("hand").times?.[operation] !== undefined);
  const head = ["", ...used, "bytes", "peak MiB"];
  const body = [...rows].map(([name, row]) => {
    const label = labels[name] ?? name;
    if (row.failed !== undefined) return [label, `failed: ${row.failed.split("\n")[0].slice(0, 120)}`];
    const cells = used.map((operation) => {
      const found = ratio(rows, name, operation);
      if (found === null) return "";
      if (name === "hand") return time(median(row.times[operation]));
      return `${found < 10 ? found.toFixed(2) : found.toFixed(0)}x`;
    });
    return [label, ...cells, String(row.bytes), (row.peak / 1024).toFixed(0)];
  });
  if (options.markdown) {
    const line = (cells) => `| ${cells.join(" | ")} |`;
    return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "--:"))), ...body.map(line)].join("\n");
  }
  const widths = head.map((_, i) =>
    Math.max(...[head, ...body].filter((row) => row.length > 2).map((row) => (row[i] ?? "").length)),
  );
  const line = (cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ");
  return [head, ...body].map(line).join("\n");
}

const missing = generate();
for (const name of missing) console.error(`left out: ${name}`);
const machine = `Node ${process.version}, ${cpus()[0]?.model.trim() ?? "unknown processor"}, ${cpus().length} cores`;
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${machine}; ${options.processor ? "processor time, " : ""}medians of ${rounds} interleaved rounds, ratios to the hand-written code`,
);
for (const workload of options.workloads?.split(",") ?? Object.keys(workloads)) {
  const rows = await runWorkload(workload);
  console.log(options.markdown ? `\n### ${titles[workload]}\n` : `\n${titles[workload]}`);
  console.log(table(rows));
}
