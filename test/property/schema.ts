/** Random Baton schemas that are valid by construction, as models; `printSchema` makes source text of them. */
import fc from "fast-check";
import { compile } from "../../compiler/compile.ts";
import { ModuleBuilder } from "./build-module.ts";
import { version } from "./model.ts";
import type { SchemaModel, Version } from "./model.ts";
import { Names } from "./names.ts";
import { printSchema } from "./print.ts";
import { Random } from "./random.ts";
import { dropUnmetReferences } from "./references.ts";
import { shrinkSchema } from "./shrink.ts";

/** How large and how strange schemas become. */
export interface SchemaSize {
  readonly modules: number;
  readonly versions: number;
  /** Declarations other than consts in each module, at most. */
  readonly declarations: number;
  readonly members: number;
  /** How many names in a hundred are keywords, properties of every object and the like. */
  readonly weird: number;
  /** How many states in a hundred are records. */
  readonly records: number;
  /** How often a member is of a declared type; a builtin type has 13. */
  readonly declared: number;
}

export const ordinarySize: SchemaSize = {
  modules: 3,
  versions: 4,
  declarations: 9,
  members: 8,
  weird: 12,
  records: 65,
  declared: 10,
};

/** Small ones, for tests that need many. */
export const smallSize: SchemaSize = {
  modules: 2,
  versions: 3,
  declarations: 4,
  members: 4,
  weird: 5,
  records: 75,
  declared: 12,
};

/** The schema of a seed; always the same one. */
export function buildSchema(seed: number, size: SchemaSize = ordinarySize): SchemaModel {
  const random = new Random(seed);
  const model: SchemaModel = { modules: [] };
  const names = new Names(random, size.weird);
  const moduleNames = new Set<string>();
  const stateIds = new Set<number>();
  const count = random.between(1, size.modules);
  for (let i = 0; i < count; i++) {
    const imports = model.modules.map((module) => module.name).filter(() => random.chance(60));
    model.modules.push({
      name: names.module(moduleNames),
      versions: buildVersions(random, size.versions).map((v) => ({
        version: v,
        label: random.chance(30) ? random.pick(["6.18", "7.0-rc1", 'quoted "x"', "é"]) : null,
      })),
      reads: null,
      writes: null,
      imports,
      declarations: [],
      spelling: random.chance(15) ? 0 : random.bits(),
    });
    new ModuleBuilder(random, model, names, stateIds, size).build();
  }
  dropUnmetReferences(model);
  return model;
}

function buildVersions(random: Random, most: number): Version[] {
  const count = random.between(1, most);
  const versions: Version[] = [];
  let major = random.chance(80) ? 1 : random.between(1, 5);
  let backport = 0;
  for (let i = 0; i < count; i++) {
    versions.push(version(major, backport));
    if (random.chance(25)) backport += random.between(1, 2);
    else {
      major += random.chance(85) ? 1 : random.between(2, 3);
      backport = 0;
    }
  }
  return versions;
}

class SchemaArbitrary extends fc.Arbitrary<SchemaModel> {
  readonly #size: SchemaSize;

  constructor(size: SchemaSize) {
    super();
    this.#size = size;
  }

  override generate(random: fc.Random): fc.Value<SchemaModel> {
    return new fc.Value(buildSchema(random.nextInt(), this.#size), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is SchemaModel {
    return typeof value === "object" && value !== null && "modules" in value;
  }

  override shrink(value: SchemaModel): fc.Stream<fc.Value<SchemaModel>> {
    return fc
      .stream(shrinkSchema(value))
      .filter(compiles)
      .map((smaller) => new fc.Value(smaller, undefined));
  }
}

/** Whether a model that was cut down is still a schema. */
export function compiles(model: SchemaModel): boolean {
  try {
    return compile(printSchema(model)).ok;
  } catch {
    // Printing needs what was cut away.
    return false;
  }
}

/** Random schemas; a failing one shrinks to one whose every part is needed to fail. */
export function schemas(size: SchemaSize = ordinarySize): fc.Arbitrary<SchemaModel> {
  return new SchemaArbitrary(size);
}
