import { describe, expect, it } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { format } from "../../compiler/syntax/print.ts";
import { parse } from "../../compiler/syntax/parse.ts";
import type { Source } from "../../compiler/text.ts";
import { printSchema } from "./print.ts";
import { Random } from "./random.ts";
import { buildSchema } from "./schema.ts";

const count = Number(process.env["BATON_SCHEMAS"] ?? 300);
const firstSeed = Number(process.env["BATON_SEED"] ?? 0);

function formatted(source: Source): Source {
  const result = format(source);
  if ("diagnostics" in result)
    throw new Error(`not formatted: ${result.diagnostics.map(({ message }) => message).join("; ")}`);
  return { ...source, text: result.text };
}

/** Puts numbered comments where blanks are, on lines without a string or a comment. */
function commented(random: Random, source: Source): Source {
  let number = 0;
  const lines = source.text.split("\n").map((line) => {
    if (/["]|\/\/|\*/.test(line) || line === "" || !random.chance(15)) return line;
    const blanks = [...line.matchAll(/ |(?=[;,{}()[\]@])/g)].map(({ index }) => index);
    if (blanks.length === 0) return line;
    const at = random.pick(blanks);
    number++;
    const comment = random.pick([
      ` /* ${number} */ `,
      ` // ${number}\n`,
      ` /* ${number}\n   more */ `,
      `\n\n// ${number}\n\n`,
    ]);
    return line.slice(0, at) + comment + line.slice(at);
  });
  return { ...source, text: lines.join("\n") };
}

describe("formatting random schemas", () => {
  it("keeps what they mean, their comments and docs, and changes nothing the second time", { timeout: 120_000 }, () => {
    for (let seed = firstSeed; seed < firstSeed + count; seed++) {
      const random = new Random(seed);
      const sources = printSchema(buildSchema(seed)).map((source) =>
        random.chance(60) ? commented(random, source) : source,
      );
      const once = sources.map(formatted);
      for (const [i, source] of once.entries()) {
        expect(formatted(source).text, `seed ${seed}: ${source.path} formatted twice`).toBe(source.text);
        const comments = (text: string): string[] =>
          parse({ path: "", text })
            .file.comments.map((comment) => comment.text.replace(/\s+/g, " "))
            .sort();
        expect(comments(source.text), `seed ${seed}: comments of ${source.path}`).toEqual(
          comments(sources[i]?.text ?? ""),
        );
      }
      const [before, after] = [compile(sources), compile(once)];
      for (const [name, { fingerprints, provenance, module }] of before.modules) {
        const found = after.modules.get(name);
        expect(found?.module, `seed ${seed}: ${name}`).toEqual(module);
        expect(found?.fingerprints, `seed ${seed}: fingerprints of ${name}`).toEqual(fingerprints);
        expect(found?.provenance.docs, `seed ${seed}: docs of ${name}`).toEqual(provenance.docs);
      }
    }
  });
});
