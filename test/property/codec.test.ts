import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSchema, newTally } from "./check-codec.ts";
import { printSchema } from "./print.ts";
import { Random } from "./random.ts";
import { schemas } from "./schema.ts";

const count = Number(process.env["BATON_SCHEMAS"] ?? 400);
const seed = Number(process.env["BATON_SEED"] ?? 1);

describe("codecs of random schemas", () => {
  it(`keep the one rule, for ${count} schemas`, { timeout: 600_000 }, () => {
    const tally = newTally();
    const property = fc.property(schemas(), fc.nat(), (model, valueSeed) => {
      try {
        checkSchema(new Random(valueSeed), model, 3, tally);
      } catch (error) {
        const text = printSchema(model).map((source) => `// ${source.path}\n${source.text}`);
        throw new Error(`${String(error)}\n${text.join("\n")}`, { cause: error });
      }
    });
    fc.assert(property, { numRuns: count, seed });
    console.log(`codecs: seed ${seed}, ${JSON.stringify(tally)}`);
    expect(tally.readsTaken).toBeGreaterThan(count);
    expect(tally.writesRefused).toBeGreaterThan(count);
  });
});
