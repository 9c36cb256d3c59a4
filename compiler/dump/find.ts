import type { Module, Version, World } from "../schema/ir.ts";
import { recordsById } from "../schema/lookup.ts";
import { formatVersion } from "../schema/version.ts";
import { embeddedProblems } from "./embedded-problem.ts";
import type { Embedded } from "./embedded.ts";
import type { Schemas } from "./inspect.ts";
import type { Manifest, ManifestModule } from "./manifest.ts";
import { problem, type Problem } from "./problem.ts";
import { unresolved } from "./sound-world.ts";

/** What is known of a module: its views and their fingerprints. The compiler's own result is one. */
export interface KnownModule {
  readonly module: Module;
  readonly views: ReadonlyMap<Version, Module>;
  readonly fingerprints: ReadonlyMap<Version, string>;
  readonly draft: boolean;
  /** Versions that have a release; left out where nobody knows. */
  readonly released?: ReadonlySet<Version>;
}

export interface FindOptions {
  /** Where to look, in this order: a module is taken from the first that has it. */
  readonly candidates: Iterable<Iterable<KnownModule>>;
  /** Reads the schema record of a dump; without it that is not looked into. */
  readonly embedded?: (body: Uint8Array) => Embedded;
  /** Those of the candidates that were given for this dump: they may be taken by name where the manifest is damaged. */
  readonly given?: Iterable<Iterable<KnownModule>>;
}

/**
 * Chooses the schemas for a dump by the fingerprints of its manifest, never by name: first among the candidates, then in the dump itself.
 * A module that imports one for which there is no schema has none either. Where the manifest is damaged, what is left of it may do, and that is told:
 * a fingerprint under another name, that of the version in `writes`, or the name and version of a schema that was given or travels in the dump.
 */
export function findSchemas(
  manifest: Manifest,
  schema: Uint8Array | null,
  options: FindOptions,
  damaged: boolean = false,
): Schemas {
  const problems: Problem[] = [];
  const views = viewsByFingerprint(options.candidates);
  const travelling: Module[] = [];
  if (
    schema !== null &&
    options.embedded !== undefined &&
    manifest.modules.some((one) => !views.has(one.fingerprint))
  ) {
    const embedded = options.embedded(schema);
    if (!embedded.ok) {
      problems.push(...embeddedProblems(embedded, null));
    } else {
      for (const one of embedded.modules) {
        travelling.push(one.module);
        if (!views.has(one.fingerprint)) views.set(one.fingerprint, one.module);
      }
    }
  }
  const world = new Map<string, Module>();
  /** By the entry's name, which may be damaged. */
  const taken = new Map<string, { readonly view: Module; readonly because: string | null }>();
  for (const entry of manifest.modules) {
    const view = views.get(entry.fingerprint);
    const found =
      view !== undefined && view.name === entry.name
        ? { view, because: null }
        : damaged
          ? fromDamaged(entry, views, options.given ?? [], travelling)
          : null;
    if (found === null) continue;
    world.set(found.view.name, found.view);
    taken.set(entry.name, found);
  }
  dropIncomplete(world);
  const missing: string[] = [];
  for (const [i, entry] of manifest.modules.entries()) {
    const found = taken.get(entry.name);
    const isMissing = found === undefined || !world.has(found.view.name);
    if (isMissing) missing.push(entry.name);
    if (isMissing || found.because !== null) problems.push(noSchema(entry, i, isMissing ? null : found.because));
  }
  return { world, missing, problems };
}

/** A schema for an entry of a damaged manifest, and why it is taken. */
function fromDamaged(
  { name, version, fingerprint, writes }: ManifestModule,
  views: ReadonlyMap<string, Module>,
  given: Iterable<Iterable<KnownModule>>,
  travelling: readonly Module[],
): { readonly view: Module; readonly because: string } | null {
  const lead = "the manifest is damaged, so it is read by";
  const renamed = views.get(fingerprint);
  if (renamed !== undefined) return { view: renamed, because: `${lead} ${renamed.name}, which has this fingerprint` };
  for (const one of writes) {
    const view = views.get(one.fingerprint);
    if (view?.name !== name || one.version !== version) continue;
    return { view, because: `${lead} the fingerprint ${one.fingerprint.slice(0, 16)}… in \`writes\`` };
  }
  for (const known of [...given].flatMap((modules) => [...modules])) {
    const view = known.module.name === name ? known.views.get(version) : undefined;
    if (view !== undefined) return { view, because: `${lead} the schema given of that name and version` };
  }
  const own = travelling.find((module) => module.name === name && module.version === version);
  return own === undefined ? null : { view: own, because: `${lead} the schema in the dump of that name and version` };
}

function viewsByFingerprint(candidates: FindOptions["candidates"]): Map<string, Module> {
  const views = new Map<string, Module>();
  for (const modules of candidates) {
    for (const { fingerprints, views: known } of modules) {
      for (const [version, fingerprint] of fingerprints) {
        const view = known.get(version);
        if (view !== undefined && !views.has(fingerprint)) views.set(fingerprint, view);
      }
    }
  }
  return views;
}

/** Takes out modules whose imports are not there, or not at a version that has what they name, until none is left. */
export function dropIncomplete(world: Map<string, Module>): void {
  for (let dropped = true; dropped;) {
    dropped = false;
    for (const module of world.values()) {
      if (module.imports.every((name) => world.has(name)) && unresolved(world, module) === null) continue;
      world.delete(module.name);
      dropped = true;
    }
  }
}

/** `because`: by what the module is read all the same. */
function noSchema(entry: ManifestModule, index: number, because: string | null): Problem {
  const found = `${entry.name} at version ${formatVersion(entry.version)} (fingerprint ${entry.fingerprint.slice(0, 16)}…)`;
  const facts = because === null ? { found } : { found, expected: because };
  return problem("B8021", facts, { path: `manifest.modules[${index}].fingerprint` });
}

/** What a reader's build knows of a module when it judges a dump. */
export interface ReaderModule {
  readonly name: string;
  readonly fingerprint: string;
  /** Of every version in its `reads`, its own included. */
  readonly reads: readonly { readonly version: Version; readonly fingerprint: string }[];
  /** Versions that `reads` leaves out because the gate judged them never, in its words. */
  readonly never?: readonly { readonly fingerprint: string; readonly because: string }[];
}

/**
 * Whether a reader takes a dump at all: for each module that both know, the reader knows the writer's fingerprint, or the writer was judged
 * to be able to write for the reader's. Gives what is refused.
 */
export function judgeManifest(manifest: Manifest, reader: ReadonlyMap<string, ReaderModule>): readonly Problem[] {
  return manifest.modules.flatMap((entry, i) => {
    const at = { path: `manifest.modules[${i}].fingerprint` };
    const own = reader.get(entry.name);
    if (own === undefined) return [];
    if (own.reads.some((one) => one.fingerprint === entry.fingerprint)) return [];
    if (entry.writes.some((one) => one.fingerprint === own.fingerprint)) return [];
    const found = `${entry.name} version ${formatVersion(entry.version)} (fingerprint ${entry.fingerprint.slice(0, 16)}…)`;
    const never = own.never?.find((one) => one.fingerprint === entry.fingerprint);
    if (never !== undefined) return [problem("B8024", { found, expected: never.because }, at)];
    const taken = own.reads.map((one) => formatVersion(one.version)).join(", ");
    return [problem("B8016", { found, expected: `version ${taken} of its own branch` }, at)];
  });
}

/**
 * The ids of records that a reader has, but not at the versions that wrote a dump, as far as it knows those by their fingerprints: such a record is
 * another module's.
 */
export function statesBeyond(manifest: Manifest, world: World, known: readonly KnownModule[]): ReadonlySet<number> {
  const views = viewsByFingerprint([known]);
  return new Set(
    manifest.modules.flatMap(({ name, fingerprint }) => {
      const [own, written] = [world.get(name), views.get(fingerprint)];
      if (own === undefined || written?.name !== name) return [];
      const there = recordsById(written);
      return [...recordsById(own).keys()].filter((id) => !there.has(id));
    }),
  );
}

/** The world of a reader: each module at its working version. */
export function readerWorld(modules: Iterable<KnownModule>): World {
  return new Map(
    [...modules].map((known) => [known.module.name, known.views.get(known.module.version) ?? known.module]),
  );
}
