import { describe, expect, it } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { lookup } from "../../compiler/diagnostics/index.ts";
import { fancy } from "../../compiler/report.ts";
import { format } from "../../compiler/syntax/print.ts";
import type { Source } from "../../compiler/text.ts";
import { printSchema } from "../property/print.ts";
import { Random } from "../property/random.ts";
import { buildSchema } from "../property/schema.ts";
import { schemaSources } from "./subjects.ts";
import { mutateText } from "./texts.ts";
import { cpuTime } from "../cpu-time.ts";

const count = Number(process.env["BATON_FUZZ_SCHEMAS"] ?? 8_000);
const seed = Number(process.env["BATON_SEED"] ?? 1);

/** Control characters other than line ends, and those that turn or hide text. */
const unprintable =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** What every set of texts must give: modules, or errors that lie in the texts and can be printed. */
function expectCompiles(sources: readonly Source[]): boolean {
  const length = sources.reduce((sum, { text }) => sum + text.length, 0);
  const start = cpuTime();
  const { ok, diagnostics, modules } = compile(sources);
  const milliseconds = cpuTime() - start;
  if (milliseconds > 500 + length / 10) throw new Error(`took ${milliseconds.toFixed(0)} ms for ${length} characters`);
  if (ok !== diagnostics.every(({ severity }) => severity !== "error"))
    throw new Error("says ok against its diagnostics");
  if (ok && modules.size === 0 && sources.length > 0) throw new Error("neither modules nor errors");
  for (const diagnostic of diagnostics) {
    if (lookup(diagnostic.code) === undefined) throw new Error(`${diagnostic.code} is in no table`);
    for (const place of [diagnostic.span, ...diagnostic.notes.map(({ span }) => span)]) {
      if (place == null) continue;
      if (
        !sources.includes(place.source) ||
        place.start < 0 ||
        place.end < place.start ||
        place.end > place.source.text.length
      ) {
        throw new Error(`${diagnostic.code} is at ${place.start}..${place.end} of ${place.source.text.length}`);
      }
    }
    if (/[\n\r]/.test(diagnostic.message)) throw new Error(`${diagnostic.code} has a message of several lines`);
  }
  const report = fancy(diagnostics, { color: false });
  const found = unprintable.exec(report);
  if (found !== null) throw new Error(`the report has U+${found[0].charCodeAt(0).toString(16)}`);
  for (const source of sources) format(source);
  return ok;
}

describe("the compiler", () => {
  it(`takes ${count} broken schemas without an exception`, { timeout: 300_000 }, () => {
    const random = new Random(seed);
    const whole = [
      schemaSources("schemas"),
      ...Array.from({ length: 60 }, (_, i) => printSchema(buildSchema(seed * 1000 + i))),
    ];
    let sound = 0;
    for (let i = 0; i < count; i++) {
      const sources = [...random.pick(whole)];
      const other = random.pick(random.pick(whole)).text;
      const at = random.below(sources.length);
      const source = sources[at];
      if (source !== undefined) sources[at] = { ...source, text: mutateText(random, source.text, other) };
      // A module that is missing, or there twice.
      if (random.chance(5)) sources.splice(random.below(sources.length), 1);
      if (random.chance(5)) sources.push({ ...random.pick(random.pick(whole)) });
      try {
        if (expectCompiles(sources)) sound++;
      } catch (error) {
        const texts = sources.map(({ path, text }) => `// ${path}\n${text}`).join("\n");
        throw new Error(`schema ${i} of seed ${seed}:\n${texts}`, { cause: error });
      }
    }
    console.log(`compiler: ${count} broken schemas, ${sound} of them sound after all`);
    expect(sound).toBeLessThan(count);
  });
});
