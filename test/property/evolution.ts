/** Pairs of schemas where one came of the other, or both of a third, by random edits. */
import { compile, worldAt } from "../../compiler/compile.ts";
import type { Compiled } from "../../compiler/compile.ts";
import type { World } from "../../compiler/schema/ir.ts";
import { EditPlace } from "./edit-place.ts";
import type { Edit } from "./edit-place.ts";
import { edits } from "./edits.ts";
import { cloneModel } from "./model.ts";
import type { SchemaModel } from "./model.ts";
import { printSchema } from "./print.ts";
import { Random } from "./random.ts";
import { buildSchema } from "./schema.ts";
import type { SchemaSize } from "./schema.ts";

/** A schema with what the compiler makes of it. */
export interface Side {
  readonly model: SchemaModel;
  readonly compiled: Compiled;
  /** At the working versions. */
  readonly world: World;
}

export interface EvolvedPair {
  readonly old: Side;
  readonly new: Side;
  /** Kinds of the edits that led from the one to the other (on branches: to both), in the order made. */
  readonly edits: readonly string[];
  /** The new side has not seen the old one: they are branches, or the edits were undone. */
  readonly branched: boolean;
}

/** Small schemas, most of which an edit hits where a record holds it. */
export const evolutionSize: SchemaSize = {
  modules: 2,
  versions: 2,
  declarations: 6,
  members: 4,
  weird: 2,
  records: 90,
  declared: 30,
};

/** A model as a side, or null where it does not compile. */
export function sideOf(model: SchemaModel): Side | null {
  const compiled = compile(printSchema(model));
  return compiled.ok ? { model, compiled, world: worldAt(compiled) } : null;
}

/** Pairs made for one base schema. */
const pairsOfBase = 6;

/** The pairs of a seed: some edits of one base schema; `turn` chooses the kind of edit that comes first. */
export function evolvedPairs(seed: number, turn: number, size: SchemaSize = evolutionSize): EvolvedPair[] {
  const random = new Random(seed);
  const base = sideOf(buildSchema(random.bits(), size));
  if (base === null) throw new Error(`the base schema of seed ${seed} does not compile`);
  const pairs: EvolvedPair[] = [];
  for (let i = 0; i < pairsOfBase; i++) {
    const wanted = edits[(turn * pairsOfBase + i) % edits.length] ?? null;
    const changed = evolve(random, base, wanted, howMany(random));
    if (changed.edits.length === 0) continue;
    if (!random.chance(10)) {
      // What comes one way goes the other.
      const [old, now] = random.chance(15) ? [changed.side, base] : [base, changed.side];
      pairs.push({ old, new: now, edits: changed.edits, branched: old !== base });
      continue;
    }
    const other = evolve(random, base, null, howMany(random));
    pairs.push({ old: other.side, new: changed.side, edits: [...other.edits, ...changed.edits], branched: true });
  }
  return pairs;
}

function howMany(random: Random): number {
  return random.weighted([
    [7, 1],
    [2, 2],
    [1, random.between(3, 6)],
  ]);
}

/** So many edits of a side, the first of the kind wanted where it fits; each is taken back where its outcome does not compile. */
function evolve(random: Random, base: Side, wanted: Edit | null, count: number): { side: Side; edits: string[] } {
  let side = base;
  const made: string[] = [];
  for (let tries = 0; made.length < count && tries < count * 8; tries++) {
    const edit = made.length === 0 && wanted !== null && tries < 3 ? wanted : random.pick(edits);
    const candidate = cloneModel(side.model);
    const place = new EditPlace(random, candidate, random.pick(candidate.modules), random.chance(60));
    if (!edit.apply(place)) continue;
    const next = sideOf(candidate);
    if (next === null) continue;
    side = next;
    made.push(edit.kind);
  }
  return { side, edits: made };
}
