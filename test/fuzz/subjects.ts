/** Schemas and sound dumps of theirs: what mutated dumps are made from, and read by. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compile, worldAt } from "../../compiler/compile.ts";
import type { Compiled } from "../../compiler/compile.ts";
import { encodeDump, writerModules } from "../../compiler/dump/encode-dump.ts";
import type { Value } from "../../compiler/dump/value.ts";
import type { Version, World } from "../../compiler/schema/ir.ts";
import type { Source } from "../../compiler/text.ts";
import { printSchema } from "../property/print.ts";
import type { Random } from "../property/random.ts";
import { buildSchema, smallSize } from "../property/schema.ts";
import { Values } from "../property/values.ts";
import { statesIn } from "../property/worlds.ts";

/** A schema with dumps that are sound for some of its versions. */
export interface Subject {
  readonly name: string;
  readonly sources: readonly Source[];
  readonly compiled: Compiled;
  /** The world at all working versions, by which mutated dumps are read. */
  readonly world: World;
  readonly dumps: readonly Uint8Array[];
}

export function schemaSources(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".baton"))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), "utf8") }));
}

/** The repository's own schemas and some random ones, with dumps of each. */
export function subjects(random: Random, count: number): Subject[] {
  const made: Subject[] = [];
  const real = subject(random, "schemas", schemaSources("schemas"));
  if (real !== null) made.push(real);
  while (made.length < count) {
    const seed = random.bits();
    const one = subject(random, `seed ${seed}`, printSchema(buildSchema(seed, smallSize)));
    if (one !== null) made.push(one);
  }
  return made;
}

/** Null where the schema has no record state that a dump could hold. */
export function subject(random: Random, name: string, sources: readonly Source[]): Subject | null {
  const compiled = compile(sources);
  if (!compiled.ok) throw new Error(`${name} does not compile`);
  const world = worldAt(compiled);
  const dumps: Uint8Array[] = [];
  for (let i = 0; i < 6; i++) {
    // The first is at the working versions, with its schema inside; others are what older writers wrote.
    const versions = new Map(
      i === 0
        ? []
        : [...compiled.modules].map(
            ([
              module,
              {
                module: { versions: all },
              },
            ]): [string, Version] => [module, random.pick(all).version],
          ),
    );
    const dump = drawDump(random, compiled, versions, i === 0);
    if (dump !== null) dumps.push(dump);
  }
  return dumps.length === 0 ? null : { name, sources, compiled, world, dumps };
}

/** A dump of a few records of every record state, as writers at these versions write it. */
export function drawDump(
  random: Random,
  compiled: Compiled,
  versions: ReadonlyMap<string, Version>,
  embedSchema = false,
): Uint8Array | null {
  const world = worldAt(compiled, versions);
  const values = new Values(random, world);
  const records = [...world.keys()].flatMap((module) =>
    statesIn(world, module).flatMap((state) => {
      if (state.id === null) return [];
      const instances = state.single ? 1 : random.between(0, 3);
      return Array.from({ length: instances }, (_, instance) => {
        const { value, satisfies } = values.draw({ kind: "named", module, name: state.name });
        // The value model is the tools' own.
        return satisfies ? [{ type: `${module}.${state.name}`, instance, value: value as Value }] : [];
      }).flat();
    }),
  );
  if (records.length === 0) return null;
  // No writer ends a dump without the record of a `single` state.
  const drawn = new Set(records.map(({ type }) => type));
  const isWhole = [...world.keys()].every((module) =>
    statesIn(world, module).every(({ id, single, name }) => id === null || !single || drawn.has(`${module}.${name}`)),
  );
  if (!isWhole) return null;
  const dump = encodeDump({
    producer: random.pick(["", "6.18.0 fuzz"]),
    modules: writerModules(compiled.modules, versions),
    working: null,
    records,
    embedSchema,
  });
  if (!dump.ok)
    throw new Error(
      `a drawn dump is refused: ${dump.problems.map(({ path, message }) => `${path} ${message}`).join("; ")}`,
    );
  return dump.bytes;
}
