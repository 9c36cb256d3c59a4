// Time and memory of the gate over schemas of growing size, with and without witnesses: `node bench/check.mjs [STATES...]`. Each schema has 20
// members in a state, five released versions, and a working one; every version adds a member to one state in twenty.
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateSchema } from "./generate-schema.mjs";

const baton = process.env.BATON ?? fileURLToPath(new URL("../dist/baton.js", import.meta.url));
const peak = fileURLToPath(new URL("./report-peak.mjs", import.meta.url));
const sizes = process.argv.slice(2).map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 1)) {
  console.error("usage: node bench/check.mjs [STATES...]");
  process.exit(2);
}

/** Versions that are released; the next is the working one. */
const released = 5;

const folder = mkdtempSync(join(tmpdir(), "baton-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** The schema as it stood when `last` was its working version. */
function schemaAt(states, last) {
  const versions = Array.from({ length: last }, (_, i) => `version ${i + 1};`).join("\n");
  return generateSchema(states)
    .replace(/version 1 "1\.0";\nversion 2 "2\.0";\nversion 3 "3\.0";/, versions)
    .replace(/ since [23];/g, ";")
    .replace(/^}$/gm, (close, offset, text) => {
      const ordinal = Number(/state State(\d+) [^}]*$/.exec(text.slice(Math.max(0, offset - 2000), offset))?.[1]);
      const version = (ordinal % 20) + 2;
      return version > last ? close : `  added @21 : u32 = 0 since ${version};\n${close}`;
    });
}

/** Runs one command three times; the median of its wall time in ms, and its peak resident memory in MiB. */
function measure(args, cwd, expected, times = 3) {
  const runs = [];
  for (let run = 0; run < times; run++) {
    const start = process.hrtime.bigint();
    const result = spawnSync(process.execPath, ["--import", peak, baton, ...args], {
      cwd,
      encoding: "utf8",
      maxBuffer: 1 << 30,
    });
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    if (result.status !== expected)
      throw new Error(`baton ${args.join(" ")} exited ${result.status}:\n${result.stderr}`);
    runs.push({ ms, mib: Number(/peak (\d+) KiB/.exec(result.stderr)?.[1]) / 1024, output: result.stdout });
  }
  runs.sort((a, b) => a.ms - b.ms);
  return runs[times >> 1];
}

console.log("states  witnesses      ms    us/state   peak MiB   findings");
for (const size of sizes.length > 0 ? sizes : [500, 1000, 2000, 4000]) {
  const root = join(folder, String(size));
  mkdirSync(join(root, "bench"), { recursive: true });
  writeFileSync(join(root, "baton.json"), "{}\n");
  for (let version = 1; version <= released + 1; version++) {
    writeFileSync(join(root, "bench", "large.baton"), schemaAt(size, version));
    if (version <= released) measure(["release"], root, 0, 1);
  }
  for (const [name, options] of [
    ["with", []],
    ["without", ["--no-witness"]],
  ]) {
    const { ms, mib, output } = measure(["check", "--format", "json", ...options], root, 0);
    const { findings, compared } = JSON.parse(output);
    if (compared.pairs !== released * 2) throw new Error(`compared ${compared.pairs} pairs`);
    console.log(
      `${String(size).padStart(6)}  ${name.padEnd(9)} ${ms.toFixed(0).padStart(7)} ${((ms * 1000) / size).toFixed(0).padStart(11)} ${mib.toFixed(0).padStart(10)} ${String(findings.length).padStart(10)}`,
    );
  }
}
