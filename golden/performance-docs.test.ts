import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile } from "../compiler/compile.ts";
import { generate } from "../test/property/generated.ts";

const root = join(import.meta.dirname, "..");
const page = join(root, "docs/performance.md");
const schema = { path: "bench.baton", text: readFileSync(join(root, "bench/codecs/schemas/bench.baton"), "utf8") };

/** The text of functions of a file, one after the other. */
function functionsOf(text: string, ...names: readonly string[]): string {
  return names
    .map((name) => {
      const start = text.search(new RegExp(`^(?:export )?function ${name}\\(`, "m"));
      const end = text.indexOf("\n}\n", start);
      if (start < 0 || end < 0) throw new Error(`no function ${name}`);
      return text.slice(start, end + 3).replace(/^export /, "");
    })
    .join("\n");
}

/** What stands between the markers of a sample, without its fence. */
function sampleOf(text: string, name: string): RegExpExecArray {
  const found = new RegExp(`(<!-- sample ${name} -->\\n\\n\`\`\`\\w+\\n)([^]*?)(\`\`\`\\n\\n<!-- /sample -->)`).exec(text);
  if (found === null) throw new Error(`the page has no sample ${name}`);
  return found;
}

const samples: readonly [string, () => string][] = [
  ["generated", () => functionsOf(generate(compile([schema])).get("bench") ?? "", "writeSmall", "readSmall")],
  [
    "hand-written",
    () => functionsOf(readFileSync(join(root, "bench/codecs/contestants/hand.mjs"), "utf8"), "writeRecord", "readRecord"),
  ],
];

test.each(samples)("the page shows the %s codec as it is", (name, current) => {
  const text = readFileSync(page, "utf8");
  const [, open, shown, close] = sampleOf(text, name);
  const is = current();
  // As with goldens: a run that updates it fails, so that nothing changes unseen.
  if (process.env["BATON_GOLDEN"] === "update" && shown !== is) {
    writeFileSync(page, text.replace(sampleOf(text, name)[0], () => `${open}${is}${close}`));
  }
  expect(shown).toBe(is);
});
