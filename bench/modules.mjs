// What a generated module costs a program that takes it in: its bytes, bundled and minified with its runtime, and the time from a cold process
// to the first decoded record; beside protobuf-es, flatbuffers and bebop, with the schema of the codec benchmark.
//
//   node bench/modules.mjs [--rounds 15] [--processor] [--markdown]
//
// Prints two tables. The times are medians of rounds that take turns; `--processor` counts processor time, where the machine is busy with others.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { generate } from "./codecs/generate.mjs";
import { workloads } from "./codecs/workloads.mjs";
import { clockName, machine, median, table } from "./report.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    processor: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
  },
});
const here = dirname(fileURLToPath(import.meta.url));
const runtime = JSON.stringify(join(here, "../dist/runtime.js"));
const out = (path) => JSON.stringify(join(here, "codecs/out", path));

/** What a program imports to decode one type; to decode and encode it; and all that there is for the schema. */
const programs = {
  baton: {
    decode: `import { Small } from ${out("baton/bench.ts")}; export const decode = (bytes) => Small.decode(bytes);`,
    both: `import { Small } from ${out("baton/bench.ts")}; export const decode = (bytes) => Small.decode(bytes), encode = (value) => Small.encode(value);`,
    all: `export * from ${out("baton/bench.ts")};`,
  },
  bebop: {
    decode: `import { Small } from ${out("bebop.ts")}; export const decode = (bytes) => Small.decode(bytes);`,
    both: `import { Small } from ${out("bebop.ts")}; export const decode = (bytes) => Small.decode(bytes), encode = (value) => Small.encode(value);`,
    all: `export * from ${out("bebop.ts")};`,
  },
  flatbuffers: {
    decode: `import { ByteBuffer } from "flatbuffers"; import { Small } from ${out("flatbuffers/bench/small.ts")}; export const decode = (bytes) => Small.getRootAsSmall(new ByteBuffer(bytes));`,
    both: `import { Builder, ByteBuffer } from "flatbuffers"; import { Small } from ${out("flatbuffers/bench/small.ts")}; export const decode = (bytes) => Small.getRootAsSmall(new ByteBuffer(bytes)), encode = Small, builder = () => new Builder();`,
    all: `export * from ${out("flatbuffers/bench/index.ts")}; export * from "flatbuffers";`,
  },
  "protobuf-es": {
    decode: `import { fromBinary } from "@bufbuild/protobuf"; import { SmallSchema } from ${out("es/bench_pb.js")}; export const decode = (bytes) => fromBinary(SmallSchema, bytes);`,
    both: `import { fromBinary, toBinary } from "@bufbuild/protobuf"; import { SmallSchema } from ${out("es/bench_pb.js")}; export const decode = (bytes) => fromBinary(SmallSchema, bytes), encode = (value) => toBinary(SmallSchema, value);`,
    all: `export * from ${out("es/bench_pb.js")}; export { create, fromBinary, toBinary } from "@bufbuild/protobuf";`,
  },
};

/** Parts of the runtime by themselves, and what is left when nothing of it is used. */
const parts = {
  "runtime: openDump": `export { openDump } from ${runtime};`,
  "runtime: openDump, DumpWriter and DumpStream": `export { openDump, DumpStream, DumpWriter } from ${runtime};`,
  "runtime: everything": `export * from ${runtime};`,
  "runtime: imported for nothing": `import ${runtime};`,
};

/** One program as a bundler makes it for a browser, or for Node. */
async function bundle(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    write: false,
    logLevel: "error",
  });
  return Buffer.from(outputFiles[0].contents);
}

const kilobytes = (bytes) => `${(bytes.length / 1000).toFixed(1)} (${(gzipSync(bytes).length / 1000).toFixed(1)})`;

async function sizes(names) {
  const rows = [];
  for (const name of names) {
    const { decode, both, all } = programs[name];
    const bundles = [await bundle(decode), await bundle(both), await bundle(all)];
    rows.push([name, ...bundles.map(kilobytes)]);
  }
  for (const [name, program] of Object.entries(parts)) rows.push([name, "", "", kilobytes(await bundle(program))]);
  return rows;
}

/** A process that reads the bytes of one record, imports the bundle and decodes them: milliseconds of both, and of all that it did. */
function program(file, bytes) {
  const clock = options.processor
    ? "() => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; }"
    : "() => performance.now()";
  const end = "console.log(JSON.stringify([imported - began, decoded - imported, clock()]));";
  if (file === null) return `const clock = ${clock}, began = 0, imported = 0, decoded = 0;\n${end}\n`;
  return `import { readFileSync } from "node:fs";
const clock = ${clock};
const bytes = new Uint8Array(readFileSync(${JSON.stringify(bytes)}));
const began = clock();
const { decode } = await import(${JSON.stringify(file)});
const imported = clock();
const value = decode(bytes);
// A type that reads when it is asked has not decoded anything yet.
const id = typeof value.id === "function" ? value.id() : value.id;
const decoded = clock();
if (id !== 0x8000_0000_0000_0001n) throw new Error("something else was decoded");
${end}
`;
}

async function times(names, folder) {
  writeFileSync(join(folder, "nothing.mjs"), program(null, null));
  const scripts = { nothing: join(folder, "nothing.mjs") };
  for (const name of names) {
    const { make } = await import(`./codecs/contestants/${name}.mjs`);
    const [bundled, bytes, script] = ["bundle.mjs", "bytes", "mjs"].map((end) => join(folder, `${name}.${end}`));
    writeFileSync(bundled, await bundle(programs[name].decode));
    writeFileSync(bytes, make("record", workloads.record()).encode());
    writeFileSync(script, program(bundled, bytes));
    scripts[name] = script;
  }
  const found = Object.fromEntries(Object.keys(scripts).map((name) => [name, []]));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [name, script] of Object.entries(scripts)) {
      const run = spawnSync(process.execPath, [script], { encoding: "utf8" });
      if (run.status !== 0) throw new Error(`${name}: ${run.stderr}`);
      found[name].push(JSON.parse(run.stdout));
    }
  }
  const middle = (name, part) => median(found[name].map((run) => run[part]));
  const bare = middle("nothing", 2);
  return names.map((name) => {
    const [imported, decoded, whole] = [0, 1, 2].map((part) => middle(name, part));
    return [name, imported.toFixed(2), decoded.toFixed(2), (whole - bare).toFixed(1)];
  });
}

const folder = mkdtempSync(join(tmpdir(), "baton-modules-"));
try {
  for (const missing of generate()) console.error(`left out: ${missing}`);
  const names = Object.keys(programs).filter(
    (name) => name !== "flatbuffers" || existsSync(join(here, "codecs/out/flatbuffers.mjs")),
  );
  const show = (title, head, rows) => console.log(`\n${title}\n\n${table(head, rows, options.markdown)}`);
  console.log(machine());
  show(
    "Bundled and minified: kB, in brackets compressed with gzip",
    ["", "decode one type", "decode and encode it", "the whole schema"],
    await sizes(names),
  );
  show(
    `A cold process, ms of ${clockName(options.processor)}: medians of ${options.rounds} rounds`,
    ["", "import", "first decode", "the process, less an empty one"],
    await times(names, folder),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
