// Runs benches and writes what they print into docs/performance.md, each between its markers, `<!-- bench NAME -->` and `<!-- /bench -->`:
//
//   node bench/write-docs.mjs [--processor] [--page FILE] [NAME...]
//
// Without names it runs all that the page has. `--processor` counts processor time, for a machine that is busy with others.

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as prettier from "prettier";
import { machine } from "./report.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals } = parseArgs({
  options: {
    processor: { type: "boolean", default: false },
    page: { type: "string", default: join(here, "../docs/performance.md") },
  },
  allowPositionals: true,
});

/** What is run for a name, and whether it prints Markdown by itself. */
const benches = {
  codecs: { script: "codecs/run.mjs", options: ["--markdown"], clock: true },
  "whole-dump": { script: "whole-dump.mjs", options: ["--markdown"], clock: true },
  growth: { script: "growth.mjs", options: ["--markdown"], clock: true },
  compile: { script: "compile.mjs", options: ["--markdown"], clock: true },
  modules: { script: "modules.mjs", options: ["--markdown"], clock: true },
  "large-dump": { script: "large-dump.mjs", options: [], clock: false, plain: true },
  "start-up": { script: "start-up.mjs", options: [], clock: false, plain: true },
};

const text = readFileSync(options.page, "utf8");
const present = [...text.matchAll(/^<!-- bench ([a-z-]+) -->$/gm)].map(([, name]) => name);
const names = positionals.length > 0 ? positionals : present;
for (const name of names) {
  if (present.includes(name) && Object.hasOwn(benches, name)) continue;
  console.error(`no bench ${name}: the page has ${present.join(", ")}`);
  process.exit(2);
}
for (const name of names) {
  const began = performance.now();
  const printed = print(benches[name]);
  // Read again: a run takes minutes, in which the page may have changed.
  const page = readFileSync(options.page, "utf8");
  const marked = new RegExp(`(<!-- bench ${name} -->\n)[^]*?(\n<!-- /bench -->)`);
  const written = page.replace(marked, (_, open, close) => `${open}\n${printed}\n${close}`);
  const config = await prettier.resolveConfig(options.page);
  writeFileSync(options.page, await prettier.format(written, { ...config, filepath: options.page }));
  console.log(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
}

/** What a bench prints, as Markdown: its first line says when and where. */
function print({ script, options: more, clock, plain }) {
  const words = [join(here, script), ...more, ...(clock && options.processor ? ["--processor"] : [])];
  const run = spawnSync(process.execPath, words, { cwd: join(here, ".."), encoding: "utf8", maxBuffer: 2 ** 26 });
  if (run.status !== 0) throw new Error(`${script} exits with ${run.status}:\n${run.stdout}${run.stderr}`);
  if (plain === true) return `_${machine()}_\n\n\`\`\`text\n${run.stdout.trim()}\n\`\`\``;
  const [first, ...rest] = run.stdout.trim().split("\n");
  return `_${first}_\n${rest.join("\n")}`;
}
