import fc from "fast-check";
import { expect, it } from "vitest";
import { checkSchema, newTally } from "./check-codec.ts";
import { newGeneratedTally } from "./check-generated.ts";
import { printSchema } from "./print.ts";
import { Random } from "./random.ts";
import { schemas } from "./schema.ts";

const count = Number(process.env["BATON_GENERATED"] ?? 30);
const seed = Number(process.env["BATON_SEED"] ?? 1);

it(`codecs generated for ${count} random schemas do what the tools do, and pass on what other versions wrote`, () => {
  const tally = newGeneratedTally();
  const property = fc.property(schemas(), fc.nat(), (model, valueSeed) => {
    try {
      checkSchema(new Random(valueSeed), model, 2, newTally(), tally);
    } catch (error) {
      const text = printSchema(model).map((source) => `// ${source.path}\n${source.text}`);
      throw new Error(`${String(error)}\n${text.join("\n")}`, { cause: error });
    }
  });
  fc.assert(property, { numRuns: count, seed });
  expect(tally.kept).toBeGreaterThan(count);
  expect(tally.tables).toBeGreaterThan(count);
}, 600_000);
