import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "../../compiler/syntax/parse.ts";
import { printSchema } from "../property/print.ts";
import { Random } from "../property/random.ts";
import { buildSchema } from "../property/schema.ts";
import { mutateText, tokenSoup } from "./texts.ts";
import { cpuTime } from "../cpu-time.ts";

const count = Number(process.env["BATON_FUZZ_TEXTS"] ?? 20_000);
const seed = Number(process.env["BATON_SEED"] ?? 1);

/** Texts to start from: the repository's own schemas and random ones. */
function wholeTexts(): string[] {
  const real = schemaFiles("schemas").map((path) => readFileSync(path, "utf8"));
  const drawn = Array.from({ length: 40 }, (_, i) => printSchema(buildSchema(seed * 1000 + i))).flat();
  return [...real, ...drawn.map((source) => source.text)];
}

function schemaFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".baton"))
    .map((name) => join(folder, name));
}

/** What every text must give, whatever it is: a tree and mistakes that lie in it, soon. */
function expectParses(text: string): number {
  const source = { path: "fuzz.baton", text };
  const start = cpuTime();
  const { file, diagnostics } = parse(source);
  const milliseconds = cpuTime() - start;
  // A slow machine may stop for a while; a parser that hangs or is quadratic takes longer than that.
  if (milliseconds > 300 + text.length / 20)
    throw new Error(`took ${milliseconds.toFixed(0)} ms for ${text.length} characters`);
  if (diagnostics.length > 50) throw new Error(`${diagnostics.length} diagnostics`);
  for (const { code, span, message, notes } of diagnostics) {
    if (!/^B1\d{3}$/.test(code)) throw new Error(`${code} is no syntax error`);
    if (message === "" || /[\n\r]/.test(message)) throw new Error(`${code} has a message that is no line: ${message}`);
    for (const place of [span, ...notes.map((note) => note.span)]) {
      if (place === undefined) continue;
      if (place === null || place.start < 0 || place.end < place.start || place.end > text.length) {
        throw new Error(`${code} is outside the text: ${place?.start}..${place?.end} of ${text.length}`);
      }
    }
  }
  for (const item of file.items) {
    if (item.span.start < 0 || item.span.end < item.span.start || item.span.end > text.length)
      throw new Error("an item is outside the text");
  }
  return diagnostics.length;
}

describe("the parser", () => {
  it(`takes ${count} broken texts without an exception, in bounded time`, { timeout: 120_000 }, () => {
    const random = new Random(seed);
    const whole = wholeTexts();
    let clean = 0;
    for (let i = 0; i < count; i++) {
      const text = random.chance(20) ? tokenSoup(random) : mutateText(random, random.pick(whole), random.pick(whole));
      try {
        if (expectParses(text) === 0) clean++;
      } catch (error) {
        throw new Error(`text ${i} of seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
      }
    }
    console.log(`parser: ${count} texts, ${clean} of them without a mistake`);
    expect(clean).toBeLessThan(count);
  });

  it("takes what once broke it", () => {
    for (const path of schemaFiles("test/fuzz/corpus")) expectParses(readFileSync(path, "utf8"));
  });
});
