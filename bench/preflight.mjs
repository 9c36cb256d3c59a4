// Time and memory of `baton preflight` over many dumps: `node bench/preflight.mjs [DUMPS] [RECORDS]`, 10,000 dumps of 100 records by default. Two
// readers judge each, and every tenth holds what the older one does not know. Once on one thread, once on as many as there are.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const baton = process.env.BATON ?? fileURLToPath(new URL("../dist/baton.js", import.meta.url));
const peak = fileURLToPath(new URL("./report-peak.mjs", import.meta.url));
const [dumps = 10_000, records = 100] = process.argv.slice(2).map(Number);
if (![dumps, records].every((count) => Number.isInteger(count) && count > 0)) {
  console.error("usage: node bench/preflight.mjs [DUMPS] [RECORDS]");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "baton-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const newer = `/// Devices.
module bench.device;

version 1;
version 2;

/// A device.
state Device @0x10 {
  id     @1 : u32 key;
  token  @2 : u32? handle;
  parts  @3 : Part[..8] = [];
  parent @4 : u32 = 0 -> Device.id;
  pasid  @5 : u32 = 0 since 2;
}

/// A part of one.
state Part { id @1 : u16 key; speed @2 : u8 = 0 since 2; }
`;
const older = newer
  .replace("version 2;\n", "")
  .replace(/^.*pasid.*\n/m, "")
  .replace(" speed @2 : u8 = 0 since 2;", "");

for (const [name, text] of [
  ["new", newer],
  ["old", older],
]) {
  mkdirSync(join(folder, name, "bench"), { recursive: true });
  writeFileSync(join(folder, name, "bench", "device.baton"), text);
}

function run(args, input) {
  const start = process.hrtime.bigint();
  const words = ["--import", peak, baton, ...args];
  const result = spawnSync(process.execPath, words, { cwd: folder, input, encoding: "utf8", maxBuffer: 1 << 30 });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (result.status === null || result.status > 1) throw new Error(`baton ${args.join(" ")}:\n${result.stderr}`);
  return { ms, mib: Number(/peak (\d+) KiB/.exec(result.stderr)?.[1]) / 1024, output: result.stdout };
}

for (const name of ["good", "bad"]) {
  const values = Array.from({ length: records }, (_, i) => ({
    id: i + 1,
    token: i,
    parts: [{ id: 1 }, { id: 2 }],
    parent: i,
    ...(name === "bad" && i === records - 1 ? { pasid: 3 } : {}),
  }));
  run(["encode", "--schema", "new", "--type", "Device", "-o", `${name}.dump`], JSON.stringify(values));
}
const names = Array.from({ length: dumps }, (_, i) => `${i}.dump`);
for (const [i, name] of names.entries()) {
  copyFileSync(join(folder, i % 10 === 0 ? "bad.dump" : "good.dump"), join(folder, name));
}
writeFileSync(join(folder, "list"), `${names.join("\n")}\n`);

console.log(
  `${dumps} dumps of ${records} records, ${statSync(join(folder, "good.dump")).size} bytes each, two readers`,
);
console.log("jobs         ms   us/dump   peak MiB   refused");
for (const jobs of ["1", null]) {
  const words = ["preflight", "--files-from", "list", "--reader", "old", "--reader", "new", "--format", "ndjson"];
  const { ms, mib, output } = run([...words, ...(jobs === null ? [] : ["--jobs", jobs])]);
  const { summary } = JSON.parse(output.slice(output.lastIndexOf("\n", output.length - 2)));
  if (summary.dumps !== dumps) throw new Error(`judged ${summary.dumps} dumps`);
  console.log(
    `${(jobs ?? "all").padEnd(5)} ${ms.toFixed(0).padStart(8)} ${((ms * 1000) / dumps).toFixed(0).padStart(9)} ${mib.toFixed(0).padStart(10)} ${String(summary.refused).padStart(9)}`,
  );
}
