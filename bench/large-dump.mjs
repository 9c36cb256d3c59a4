// Writes a dump larger than memory should ever be, and reads it again, record by record through the streaming API.
//
//   node bench/large-dump.mjs [--size 6G] [--rows 200000] [--limit 300M] [--keep FILE]
//
// Prints time, throughput and the most resident memory of each side, which are processes of their own. Exits 1 if either needed more than the limit.

import { spawnSync } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { DumpStream, openDump } from "../dist/runtime.js";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values: options } = parseArgs({
  options: {
    size: { type: "string", default: "6G" },
    rows: { type: "string", default: "200000" },
    limit: { type: "string", default: "300M" },
    keep: { type: "string" },
    side: { type: "string" },
    folder: { type: "string" },
    file: { type: "string" },
  },
});
const ROW_BYTES = 32;

if (options.side === undefined) await both();
else console.log(JSON.stringify(await (options.side === "write" ? write() : read())));

/** Runs the two sides one after the other and removes what they made. */
async function both() {
  const folder = mkdtempSync(join(process.env["BATON_BENCH_DIR"] ?? tmpdir(), "baton-large-"));
  const file = options.keep ?? join(folder, "large.baton");
  let failed = false;
  try {
    await generate(folder);
    const written = side("write", folder, file);
    const { size } = statSync(file);
    print("written", written, size);
    const found = side("read", folder, file);
    print("read", found, size);
    const same = found.records === written.records && found.rows === written.rows && found.sum === written.sum;
    if (!same) console.log("what was read is not what was written");
    failed = !same || Math.max(written.peak, found.peak) > bytes(options.limit);
    if (same) console.log(`peaks ${failed ? "ABOVE" : "under"} the limit of ${options.limit}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exitCode = failed ? 1 : 0;
}

/** Codecs of `linux.iommu`, bundled apart from the runtime so that both sides use the runtime as it is built. */
async function generate(folder) {
  const command = ["dist/baton.js", "compile", "schemas", "--out", folder];
  const compiled = spawnSync(process.execPath, command, { cwd: repository, encoding: "utf8" });
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  await build({
    entryPoints: [join(folder, "linux/iommu.ts")],
    outfile: join(folder, "iommu.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
    alias: { "@baton/compiler/runtime": join(repository, "dist/runtime.js") },
  });
}

function side(name, folder, file) {
  const rest = ["--side", name, "--folder", folder, "--file", file, "--size", options.size, "--rows", options.rows];
  const run = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...rest], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${name}: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

/** Domains of one shape, until the file has its size. The rows are made once; a kernel would walk its tables. */
async function write() {
  const { module, IommuDomain } = await import(pathToFileURL(join(options.folder, "iommu.mjs")).href);
  const rows = Number(options.rows);
  const mappings = Array.from({ length: rows }, (_, i) => ({
    iova: (0xffff_8000_0000_0000n + BigInt(i) * 0x20_0000n) & 0xffff_ffff_ffff_ffffn,
    phys: 0x1_0000_0000 + i * 0x20_0000,
    length: 0x20_0000,
    access: 7,
  }));
  const started = performance.now();
  const file = await open(options.file, "w");
  const stream = new DumpStream((chunk) => writeAll(file, chunk), { modules: [module], producer: "bench/large-dump" });
  const records = Math.max(1, Math.ceil(bytes(options.size) / (rows * ROW_BYTES)));
  for (let instance = 0; instance < records; instance++) {
    const domain = {
      id: instance + 1,
      format: 1,
      levels: 4,
      root: 0x1000 * (instance + 1),
      address_width: 48,
      mappings,
    };
    await stream.add(IommuDomain, domain, { instance });
  }
  await stream.finish();
  await file.close();
  return { ...measured(started), records, rows: rows * records, sum: records * rows * 0x20_0000 };
}

async function writeAll(file, chunk) {
  for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at, chunk.length - at)).bytesWritten;
}

/** Every record's checksum is checked, and every row is read where it lies. */
async function read() {
  const { module, IommuDomain } = await import(pathToFileURL(join(options.folder, "iommu.mjs")).href);
  const started = performance.now();
  const dump = await openDump(createReadStream(options.file, { highWaterMark: 1 << 20 }), { modules: [module] });
  let records = 0;
  let rows = 0;
  let sum = 0;
  for await (const record of dump.records()) {
    const domain = IommuDomain.view(await record.body());
    for (const row of domain.mappings) {
      sum += row.length;
      rows++;
    }
    records++;
  }
  return { ...measured(started), records, rows, sum };
}

function measured(started) {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const seconds = (performance.now() - started) / 1000;
  return { seconds, used: (userCPUTime + systemCPUTime) / 1e6, peak: maxRSS * 1024 };
}

function bytes(text) {
  const parts = /^(\d+)([KMG]?)$/.exec(text);
  if (parts === null) throw new Error(`${text} is no size, such as 6G or 64M`);
  return Number(parts[1]) * { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[parts[2]];
}

function print(what, { seconds, used, peak, records, rows }, size) {
  const rate = size / used / 1e6;
  console.log(
    `${what.padEnd(8)} ${(size / 2 ** 30).toFixed(2)} GiB in ${seconds.toFixed(1)} s (${used.toFixed(1)} s of processor time, ${rate.toFixed(0)} MB/s of it), ` +
      `${records} records, ${rows.toLocaleString("en")} rows, at most ${(peak / 2 ** 20).toFixed(0)} MiB resident`,
  );
}
