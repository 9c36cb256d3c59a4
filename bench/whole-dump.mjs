// Whole dumps: how long it takes to open one, how fast checksums are, and how fast a large one is verified and walked at which memory.
//
//   node bench/whole-dump.mjs [--size 1G] [--records 256,4K,64K,1M,16M] [--only opening,checksums,walks] [--quick] [--processor] [--markdown]
//
// Prints three tables; with `--quick` figures that only show that it works. `--processor` counts processor time where the machine is busy with
// others (opening warm is always told by the clock, as the best of many: it is too short for anything else). Dumps lie in the system's folder for
// temporary files, or in BATON_BENCH_DIR, one at a time.

import { spawnSync } from "node:child_process";
import {
  closeSync,
  createReadStream,
  mkdtempSync,
  openAsBlob,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import zlib from "node:zlib";
import { build } from "esbuild";
import { crc32, DumpStream, openDump } from "../dist/runtime.js";
import { generate } from "./generated.mjs";
import { bytesOf, clockName, clockOf, duration, machine, median, size, table } from "./report.mjs";

const { values: options } = parseArgs({
  options: {
    size: { type: "string", default: "1G" },
    records: { type: "string", default: "256,4K,64K,1M,16M" },
    only: { type: "string", default: "opening,checksums,walks" },
    quick: { type: "boolean", default: false },
    processor: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
    side: { type: "string" },
    way: { type: "string", default: "" },
    module: { type: "string" },
    file: { type: "string" },
  },
});
const clock = clockOf(options.processor);

async function all(folder) {
  const schema = fileURLToPath(new URL("./regions.baton", import.meta.url));
  options.module = await generate(schema, "regions", folder);
  options.file = join(folder, "whole.dump");
  const time = clockName(options.processor);
  const parts = {
    opening: {
      title: `From openDump to the first record, the dump in memory: the best of 2,000, in brackets the first of a process (${time})`,
      head: ["dump", "first record", "and a member of it read"],
      rows: opening,
    },
    checksums: {
      title: `CRC-32, GB/s of ${time}: what the runtime uses on this host, its code for hosts without one, and Node's own`,
      head: ["bytes", "runtime", "portable", "node:zlib"],
      rows: checksums,
    },
    walks: {
      title: `${size(bytesOf(options.size))} verified and walked, GB/s of ${time}: every checksum, and a member of every record; in brackets the MiB of memory beside the dump`,
      head: ["records of", "number", "in memory", "stream of chunks", "Blob of a file"],
      rows: walks,
    },
  };
  console.log(machine());
  for (const name of options.only.split(",")) {
    const { title, head, rows } = parts[name];
    console.log(`\n${title}\n\n${table(head, await rows(), options.markdown)}`);
  }
}

async function regions() {
  return await import(pathToFileURL(options.module).href);
}

/** Runs one measurement in a process of its own. */
function side(name, way = "") {
  const rest = [
    "--side",
    name,
    "--way",
    way,
    "--module",
    options.module,
    "--file",
    options.file,
    "--size",
    options.size,
  ];
  const clocks = ["processor", "quick"].filter((name) => options[name]).map((name) => `--${name}`);
  const run = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...rest, ...clocks], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${name}: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

/** Writes a dump of records of about so many bytes each; how many there are. */
async function write(file, total, each) {
  const { module, Region } = await regions();
  const descriptor = openSync(file, "w");
  const buffer = Buffer.alloc(1 << 22);
  let used = 0;
  const flush = () => {
    writeSync(descriptor, buffer, 0, used);
    used = 0;
  };
  const sink = (chunk) => {
    for (let at = 0; at < chunk.length;) {
      if (used === buffer.length) flush();
      const part = Math.min(chunk.length - at, buffer.length - used);
      buffer.set(chunk.subarray(at, at + part), used);
      used += part;
      at += part;
    }
  };
  const stream = new DumpStream(sink, { modules: [module], producer: "bench/whole-dump" });
  // The record's header, the members' headers and the address.
  const data = Uint8Array.from({ length: each - 32 - 24 }, (_, i) => i * 31);
  const count = Math.max(1, Math.floor((total - 512) / each));
  for (let instance = 0; instance < count; instance++) {
    await stream.add(Region, { start: 0xffff_8000_0000_0000n + BigInt(instance), data }, { instance });
  }
  await stream.finish();
  flush();
  closeSync(descriptor);
  return count;
}

async function opening() {
  const rows = [];
  const largest = bytesOf(options.size);
  for (const text of ["1K", "64K", "1M", "32M", options.size].filter((one) => bytesOf(one) <= largest)) {
    const total = bytesOf(text);
    await write(options.file, total, Math.min(4096, total - 512));
    const runs = Array.from({ length: options.quick ? 1 : 7 }, () => side("first"));
    const cell = (part) =>
      `${duration(Math.min(...runs.map((run) => run[part].warm)))} (${duration(median(runs.map((run) => run[part].cold)))})`;
    rows.push([size(total), cell("record"), cell("member")]);
  }
  return rows;
}

/** Opens the dump again and again: nanoseconds of the first time in this process, and of the best one. */
async function first({ module, Region }) {
  const bytes = readFileSync(options.file);
  const now = clockOf(false);
  const time = (action, by) => {
    const began = by();
    action(
      openDump(bytes, { modules: [module] })
        .records()
        .next().value,
    );
    return by() - began;
  };
  const measured = (action) => {
    const cold = time(action, clock);
    let warm = Infinity;
    for (let i = 0; i < (options.quick ? 20 : 2000); i++) warm = Math.min(warm, time(action, now));
    return { cold, warm };
  };
  // What a record is asked for comes after the record: the second figure is of what the first did not use yet.
  const record = measured(() => {});
  return { record, member: measured((found) => found.view(Region).start) };
}

/** The code that sums where the host has none: nobody else needs it by name. */
async function portable() {
  const entry = fileURLToPath(new URL("../runtime/crc.ts", import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], format: "esm", write: false });
  const { portableCrc32 } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  return (part) => portableCrc32(part, 0, part.length, 0);
}

async function checksums() {
  const bytes = Uint8Array.from({ length: 1 << 24 }, (_, i) => i * 7919);
  const contestants = [crc32, await portable(), zlib.crc32 ?? null];
  return [28, 64, 256, 1024, 4096, 1 << 16, 1 << 20, 1 << 24].map((length) => {
    const part = bytes.subarray(0, length);
    const cells = contestants.map((sum) => {
      if (sum === null) return "none";
      const calls = Math.max(4, Math.min(1e6, Math.floor((options.quick ? 2 ** 20 : 2 ** 27) / length)));
      for (let i = 0; i < calls / 4; i++) sum(part);
      const began = clock();
      for (let i = 0; i < calls; i++) sum(part);
      return ((length * calls) / (clock() - began)).toFixed(2);
    });
    return [size(length), ...cells];
  });
}

async function walks() {
  const rows = [];
  for (const text of options.records.split(",")) {
    const count = await write(options.file, bytesOf(options.size), bytesOf(text));
    const cells = Object.keys(ways).map((way) => {
      const { rate, memory } = side("walk", way);
      return `${rate.toFixed(2)} (${memory.toFixed(0)})`;
    });
    rows.push([size(bytesOf(text)), count.toLocaleString("en"), ...cells]);
  }
  return rows;
}

/** Where the dump comes from: a buffer, chunks of 1 MiB as a file or a socket gives them, and a file that a browser was given. */
const ways = {
  memory: { source: () => held, each: (record, Region) => record.view(Region) },
  chunks: {
    source: () => createReadStream(options.file, { highWaterMark: 1 << 20 }),
    each: async (record, Region) => Region.view(await record.body()),
  },
  blob: { source: () => openAsBlob(options.file), each: async (record, Region) => Region.view(await record.body()) },
};
let held;

/** Walks the dump three times: the median rate, and how much the process grew. */
async function walk({ module, Region }) {
  const { source, each } = ways[options.way];
  const total = statSync(options.file).size;
  if (options.way === "memory") held = readFileSync(options.file);
  const before = process.resourceUsage().maxRSS;
  const rates = [];
  for (let round = 0; round < (options.quick ? 1 : 3); round++) {
    const began = clock();
    const dump = await openDump(await source(), { modules: [module] });
    let sum = 0n;
    // A walk over what lies in memory has nothing to wait for.
    if (options.way === "memory") for (const record of dump.records()) sum += each(record, Region).start;
    else for await (const record of dump.records()) sum += (await each(record, Region)).start;
    rates.push(total / (clock() - began));
    if (sum === 0n) throw new Error("nothing was read");
  }
  return { rate: median(rates), memory: (process.resourceUsage().maxRSS - before) / 1024 };
}

if (options.side !== undefined)
  console.log(JSON.stringify(await (options.side === "first" ? first : walk)(await regions())));
else {
  const folder = mkdtempSync(join(process.env["BATON_BENCH_DIR"] ?? tmpdir(), "baton-whole-dump-"));
  try {
    await all(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
