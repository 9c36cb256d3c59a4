/** Pairs of schemas where one came of the other, or both of a third, by random edits. */
import { compile, worldAt } from "../../compiler/compile.ts";
import type { Compiled } from "../../compiler/compile.ts";
import type { World } from "../../compiler/schema/ir.ts";
import { EditPlace } from "./edit-place.ts";
import type { Edit } from "./edit-place.ts";
import { edits } from "./edits.ts";
import { cloneModel, findModule } from "./model.ts";
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
  /** Releases between the two. */
  readonly between: readonly Side[];
  /** What stood for something else before, or for nothing: `module.State@7` of members and alternatives, `@0x20` of records. */
  readonly reused: ReadonlySet<string>;
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
    const { ready, where } = prepared(random, base, wanted);
    const middle = where === null ? null : released(random, ready, wanted, where);
    const changed = evolve(random, middle ?? ready, wanted, howMany(random), where);
    if (changed.edits.length === 0) continue;
    if (middle !== null || !random.chance(10)) {
      // What comes one way goes the other.
      const [old, now] = middle === null && random.chance(15) ? [changed.side, ready] : [ready, changed.side];
      const between = middle === null ? [] : [middle];
      pairs.push({
        old,
        new: now,
        edits: changed.edits,
        between,
        reused: reusedIn(ready, between, changed.side),
        branched: old !== ready,
      });
      continue;
    }
    const other = evolve(random, ready, null, howMany(random));
    const made = [...other.edits, ...changed.edits];
    pairs.push({ old: other.side, new: changed.side, edits: made, between: [], reused: new Set(), branched: true });
  }
  return pairs;
}

/** The base with what the wanted edit changes; as it is where that does not compile. */
function prepared(random: Random, base: Side, wanted: Edit | null): { ready: Side; where: string | null } {
  if (wanted?.prepare === undefined) return { ready: base, where: null };
  const candidate = cloneModel(base.model);
  const place = new EditPlace(random, candidate, random.pick(candidate.modules), false);
  const side = wanted.prepare(place) ? sideOf(candidate) : null;
  return side === null ? { ready: base, where: null } : { ready: side, where: place.module.name };
}

/** The release that an edit needs between its sides, at a version of its own that others follow; null where it needs none. */
function released(random: Random, old: Side, wanted: Edit | null, where: string): Side | null {
  const candidate = cloneModel(old.model);
  const module = findModule(candidate, where);
  if (wanted?.between === undefined || module === undefined) return null;
  const place = new EditPlace(random, candidate, module, true);
  place.nextVersion();
  if (!wanted.between(place)) return null;
  // What comes after it opens a version of its own.
  for (const one of module.versions) one.label = null;
  return sideOf(candidate);
}

/** Ids that both sides have and a release between them has not. */
function reusedIn(old: Side, between: readonly Side[], now: Side): ReadonlySet<string> {
  const [before, after] = [idsOf(old), idsOf(now)];
  const gone = between.map(idsOf);
  return new Set([...before].filter((id) => after.has(id) && gone.some((there) => !there.has(id))));
}

function idsOf({ world }: Side): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { name, declarations } of world.values()) {
    for (const one of declarations) {
      const entries = one.kind === "state" || one.kind === "struct" ? one.members : [];
      for (const { id } of one.kind === "union" ? one.alternatives : entries) ids.add(`${name}.${one.name}@${id}`);
      if (one.kind === "state" && one.id !== null) ids.add(`@${one.id}`);
    }
  }
  return ids;
}

function howMany(random: Random): number {
  return random.weighted([
    [7, 1],
    [2, 2],
    [1, random.between(3, 6)],
  ]);
}

/** So many edits of a side, the first of the kind wanted (and in the module wanted) where it fits; each is taken back where its outcome does not compile. */
function evolve(
  random: Random,
  base: Side,
  wanted: Edit | null,
  count: number,
  where: string | null = null,
): { side: Side; edits: string[] } {
  let side = base;
  const made: string[] = [];
  for (let tries = 0; made.length < count && tries < count * 8; tries++) {
    const edit = made.length === 0 && wanted !== null && tries < 3 ? wanted : random.pick(edits);
    const candidate = cloneModel(side.model);
    const module = made.length === 0 && where !== null ? findModule(candidate, where) : undefined;
    const place = new EditPlace(random, candidate, module ?? random.pick(candidate.modules), random.chance(60));
    if (!edit.apply(place)) continue;
    const next = sideOf(candidate);
    if (next === null) continue;
    side = next;
    made.push(edit.kind);
  }
  return { side, edits: made };
}
