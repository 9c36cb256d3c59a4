// Decodes a dump that is larger than memory should ever be, with the program as it is built: from a file and from a pipe, as every format.
//
//   node bench/decode.mjs [--size 5G] [--formats ndjson,tree,json] [--limit 300M] [--least 100]
//
// Prints megabytes of dump for each second of processor time (user and system, of the program alone), and the most resident memory.
// Exits 1 if memory goes over the limit, or NDJSON below so many megabytes a second.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, statSync, closeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values: options } = parseArgs({
  options: {
    size: { type: "string", default: "5G" },
    formats: { type: "string", default: "ndjson,tree,json" },
    limit: { type: "string", default: "300M" },
    least: { type: "string", default: "100" },
  },
});

const folder = mkdtempSync(join(process.env["BATON_BENCH_DIR"] ?? tmpdir(), "baton-decode-"));
const file = join(folder, "large.dump");
try {
  const written = spawnSync(
    process.execPath,
    [join(repository, "bench/large-dump.mjs"), "--size", options.size, "--keep", file],
    { encoding: "utf8" },
  );
  if (written.status !== 0) throw new Error(`${written.stdout}${written.stderr}`);
  const { size } = statSync(file);
  for (const format of options.formats.split(",")) {
    for (const from of ["file", "pipe"]) {
      const { seconds, peak, status } = await decode(format, from);
      const rate = size / seconds / 1e6;
      console.log(
        `${format.padEnd(7)} from a ${from}: ${(size / 2 ** 30).toFixed(2)} GiB in ${seconds.toFixed(1)} s of processor time, ` +
          `${rate.toFixed(0)} MB/s, at most ${(peak / 2 ** 20).toFixed(0)} MiB resident`,
      );
      const slow = format === "ndjson" && rate < Number(options.least);
      if (status !== 0 || peak > bytes(options.limit) || slow) process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs the program, which says at its end what it took. */
function decode(format, from) {
  const report = join(folder, "report.json");
  const program = ["--import", join(repository, "bench/report-usage.mjs"), join(repository, "dist/baton.js")];
  const call = ["decode", from === "file" ? file : "-", "--schema", join(repository, "schemas"), "--format", format];
  const input = openSync(from === "file" ? "/dev/null" : file, "r");
  const feed = from === "pipe" ? spawn("cat", [], { stdio: [input, "pipe", "inherit"] }) : null;
  const child = spawn(process.execPath, [...program, ...call], {
    env: { ...process.env, BATON_USAGE: report },
    stdio: [feed?.stdout ?? input, "ignore", "inherit"],
  });
  return new Promise((resolve) =>
    child.on("exit", (status) => {
      closeSync(input);
      resolve({ ...JSON.parse(readFileSync(report, "utf8")), status });
    }),
  );
}

function bytes(text) {
  const parts = /^(\d+)([KMG]?)$/.exec(text);
  if (parts === null) throw new Error(`${text} is no size, such as 5G or 64M`);
  return Number(parts[1]) * { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[parts[2]];
}
