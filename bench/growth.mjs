// How the codecs grow: encode, decode and view of 10^2 to 10^7 rows of a table, of 10^2 to 10^7 members in a list of states, and of states that
// declare 10 to 1,000 members. Linear growth shows as a steady figure for each row or member.
//
//   node bench/growth.mjs [--most 7] [--quick] [--processor] [--markdown]
//
// Prints three tables of nanoseconds; with `--quick` figures that only show that it works. Each line is a process of its own, the median of
// several runs; decoding 10^7 rows to objects takes 3 GB.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { generate } from "./generated.mjs";
import { clockName, clockOf, machine, median, size, table } from "./report.mjs";

const { values: options } = parseArgs({
  options: {
    most: { type: "string", default: "7" },
    quick: { type: "boolean", default: false },
    processor: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
    module: { type: "string" },
    shape: { type: "string" },
    count: { type: "string" },
  },
});
const clock = clockOf(options.processor);

const shapes = {
  rows: {
    title: "rows of a table (three u64, one u32)",
    unit: "row",
    codec: "Rows",
    value: (count) => ({
      rows: Array.from({ length: count }, (_, i) => ({
        iova: BigInt(i) * 0x20_0000n,
        address: 0xc000_0000_0000_0000n + BigInt(i) * 0x1000n,
        size: 0x20_0000n,
        flags: i & 0xffff,
      })),
    }),
    read: (view) => {
      const address = view.rows.column("address");
      let sum = 0n;
      for (let i = 0; i < address.length; i++) sum = BigInt.asUintN(64, sum + address.at(i));
      return sum;
    },
    reads: "the sum of a column",
  },
  members: {
    title: "members, ten in each state of a list",
    unit: "member",
    codec: "Entries",
    value: (count) => ({
      entries: Array.from({ length: count / 10 }, (_, i) => ({
        token: 0xf000_0000_0000_0000n + BigInt(i),
        fd: i,
        flags: i & 0xf_ffff,
        mode: 0o644,
        position: BigInt(i) * 4096n,
        owner: 1000,
        group: 1000,
        nonblock: i % 2 === 0,
        path: `/srv/images/${i % 1000}`,
        offset: BigInt(-i),
      })),
    }),
    read: (view) => {
      let sum = 0;
      for (const entry of view.entries) sum += entry.fd;
      return sum;
    },
    reads: "the sum of a member",
  },
  declared: {
    title: "members that one state declares",
    unit: "member",
    codec: "Wide",
    value: (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i + 1}`, i + 1])),
    read: (view) => view.m1,
    reads: "one member",
  },
};

/** A state of so many members. */
function wide(count) {
  const members = Array.from({ length: count }, (_, i) => `  m${i + 1} @${i + 1} : u32;`);
  return `// SPDX-License-Identifier: Apache-2.0\n/// A wide state.\nmodule wide;\n\n/// Members.\nstate Wide @0x1 {\n${members.join("\n")}\n}\n`;
}

async function all(folder) {
  console.log(machine());
  const schema = fileURLToPath(new URL("./growth.baton", import.meta.url));
  const growth = await generate(schema, "growth", folder);
  const counts = Array.from({ length: Number(options.most) - 1 }, (_, i) => 10 ** (i + 2));
  await show("rows", counts, () => growth);
  await show("members", counts, () => growth);
  await show("declared", [10, 100, 1000], async (count) => {
    const own = join(folder, String(count));
    writeFileSync(`${own}.baton`, wide(count));
    return await generate(`${own}.baton`, "wide", own);
  });
}

async function show(name, counts, moduleOf) {
  const { title, unit, reads } = shapes[name];
  const lines = [];
  for (const count of counts) {
    const { encode, decode, view, bytes } = side(name, count, await moduleOf(count));
    lines.push([
      count.toLocaleString("en"),
      ...[encode, decode, view].map((ns) => (ns / count).toFixed(1)),
      size(bytes),
    ]);
  }
  console.log(`\nGrowth with ${title}: nanoseconds for each ${unit}, ${clockName(options.processor)}\n`);
  console.log(table([`${unit}s`, "encode", "decode", `view: ${reads}`, "bytes"], lines, options.markdown));
}

function side(shape, count, module) {
  const rest = ["--shape", shape, "--count", String(count), "--module", module];
  const clocks = ["processor", "quick"].filter((name) => options[name]).map((name) => `--${name}`);
  const command = ["--max-old-space-size=12288", "--max-semi-space-size=64", fileURLToPath(import.meta.url)];
  const run = spawnSync(process.execPath, [...command, ...rest, ...clocks], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${shape} ${count}: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

let sink;

/** Nanoseconds of a call: the median of seven stretches of calls, after one to warm up; of three where a call takes a second. */
function measure(call) {
  const stretch = () => {
    const began = clock();
    let calls = 0;
    do {
      // Asking the time costs as much as a small call.
      for (let i = 0; i < batch; i++) sink = call();
      calls += batch;
    } while (clock() - began < (options.quick ? 1e6 : 1e8));
    return (clock() - began) / calls;
  };
  let batch = 1;
  const once = stretch();
  batch = Math.max(1, Math.floor(1e7 / once));
  return median(Array.from({ length: once > 1e9 ? 3 : 7 }, stretch));
}

async function one() {
  const { codec: name, value: make, read } = shapes[options.shape];
  const codec = (await import(pathToFileURL(options.module).href))[name];
  let value = make(Number(options.count));
  const bytes = codec.encode(value);
  const encode = measure(() => codec.encode(value));
  // What is not needed any more is not to burden the collector.
  value = null;
  const decode = measure(() => codec.decode(bytes));
  sink = null;
  return { encode, decode, view: measure(() => read(codec.view(bytes))), bytes: bytes.length };
}

if (options.shape !== undefined) console.log(JSON.stringify(await one()));
else {
  const folder = mkdtempSync(join(process.env["BATON_BENCH_DIR"] ?? tmpdir(), "baton-growth-"));
  try {
    await all(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
export { sink };
