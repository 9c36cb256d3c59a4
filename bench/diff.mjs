// Compares a table of many mappings with the same after some edits: by key, and by place where a table has no key.
//
//   node bench/diff.mjs [--rows 200000] [--edits 100] [--limit 3]
//
// Prints the time of `baton diff` as a process of its own, text and JSON. Exits 1 if a comparison took more processor time than the limit, in
// seconds, or found another number of differences than there are.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "200000" },
    edits: { type: "string", default: "100" },
    limit: { type: "string", default: "3" },
  },
});
const [rows, edits, limit] = [Number(options.rows), Number(options.edits), Number(options.limit)];
const program = join(repository, "dist", "baton.js");
const counter = join(repository, "bench", "report-cpu.mjs");

/** The same rows with a key and without. */
const schema = `/// Mappings.
module bench.diff;

/// With a key.
struct Keyed { iova @1 : u64 hex key; phys @2 : u64 hex; length @3 : u64; access @4 : u32; }
/// Without one.
struct Placed { iova @1 : u64 hex; phys @2 : u64 hex; length @3 : u64; access @4 : u32; }
/// A table.
state ByKey @0x1 { rows @1 : Keyed[]; }
/// Another.
state ByPlace @0x2 { rows @1 : Placed[]; }
`;

const folder = mkdtempSync(join(tmpdir(), "baton-diff-"));
try {
  writeFileSync(join(folder, "diff.baton"), schema);
  const before = Array.from({ length: rows }, (_, i) => row(i));
  const after = edited(before);
  let failed = false;
  for (const type of ["ByKey", "ByPlace"]) {
    for (const [name, table] of [
      ["a", before],
      ["b", after],
    ]) {
      writeFileSync(join(folder, `${name}.json`), JSON.stringify({ rows: table }));
      run(["encode", "--type", type, `${name}.json`, "-o", `${name}.dump`, "--schema", "diff.baton"], 0);
    }
    for (const format of ["text", "json"]) {
      const started = performance.now();
      const { stdout, stderr } = run(["diff", "a.dump", "b.dump", "--schema", "diff.baton", "--format", format], 1);
      const seconds = (performance.now() - started) / 1000;
      const found =
        format === "json" ? JSON.parse(stdout).counts.members.changes : Number(/^(\d+) diff/m.exec(stdout)[1]);
      const cpu = Number(/^cpu (\d+) ms$/m.exec(stderr)[1]) / 1000;
      const wrong = found !== edits || cpu > limit;
      failed ||= wrong;
      const size = (statSync(join(folder, "a.dump")).size / 1e6).toFixed(1);
      console.log(
        `${type.padEnd(8)} ${format.padEnd(5)} ${rows} rows (${size} MB), ${found} differences in ${seconds.toFixed(2)} s (${cpu.toFixed(2)} s of processor time)${wrong ? "  WRONG" : ""}`,
      );
    }
  }
  process.exitCode = failed ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function row(i) {
  return {
    iova: String(0x1000 * i),
    phys: String(0x1_0000_0000 + 0x1000 * ((i * 7919) % rows)),
    length: "4096",
    access: i % 8,
  };
}

/** A third of the edits each: changed, removed, added. */
function edited(table) {
  const step = Math.floor(table.length / (edits + 1));
  const copy = table.map((one) => ({ ...one }));
  // From the end, so that the places of those before stay.
  for (let i = edits; i >= 1; i--) {
    const at = i * step;
    if (i % 3 === 0) copy[at].access += 8;
    else if (i % 3 === 1) copy.splice(at, 1);
    else copy.splice(at, 0, { ...row(at), iova: String(0x1000 * at + 0x800), access: 7 });
  }
  return copy;
}

function run(words, expected) {
  const called = spawnSync(process.execPath, ["--import", counter, program, ...words], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (called.status !== expected) throw new Error(`baton ${words.join(" ")}: ${called.status}\n${called.stderr}`);
  return called;
}
