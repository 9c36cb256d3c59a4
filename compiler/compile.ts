import type { Diagnostic } from "./diagnostics/catalogue.ts";
import { check } from "./schema/check/check.ts";
import { fingerprint } from "./schema/fingerprint.ts";
import type { Module, Version, World } from "./schema/ir.ts";
import { Problems } from "./schema/problems.ts";
import { project } from "./schema/project.ts";
import { provenanceOf, type Provenance } from "./schema/provenance.ts";
import type { Release } from "./schema/release.ts";
import { disagreements } from "./schema/released.ts";
import { resolve } from "./schema/resolve/resolve.ts";
import { formatVersion } from "./schema/version.ts";
import { parse } from "./syntax/parse.ts";
import { isInside, type Damage } from "./syntax/damage.ts";
import type { Source, Span } from "./text.ts";

export type { Provenance } from "./schema/provenance.ts";

/** A module with everything that backends and tools ask of it. */
export interface CompiledModule {
  /** The whole history. */
  readonly module: Module;
  /** The module as it is at every declared version. */
  readonly views: ReadonlyMap<Version, Module>;
  /** 64 hexadecimal digits for every declared version. */
  readonly fingerprints: ReadonlyMap<Version, string>;
  /** Whether the working version is not released. */
  readonly draft: boolean;
  /** Versions that have a release. */
  readonly released: ReadonlySet<Version>;
  /** The versions of its imports that each of them was released with. */
  readonly pins?: ReadonlyMap<Version, ReadonlyMap<string, Version>>;
  readonly provenance: Provenance;
}

export interface Compiled {
  /** By name; empty if there are errors. */
  readonly modules: ReadonlyMap<string, CompiledModule>;
  /** In the order of the sources, and of the text in each. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether there are no errors; there may be warnings. */
  readonly ok: boolean;
}

export interface CompileOptions {
  /** The module's name that a file's path under its root implies; null where nobody knows. */
  readonly moduleNameOf?: (source: Source) => string | null;
}

/** Compiles all sources of a build, imports included. Pure, and linear in the text: files are found by the host. */
export function compile(sources: readonly Source[], options: CompileOptions = {}): Compiled {
  const parsed = sources.map((source) => {
    const { file, diagnostics } = parse(source);
    return {
      source,
      file,
      diagnostics,
      broken: diagnostics.length > 0,
      expectedName: options.moduleNameOf?.(source) ?? null,
    };
  });
  const problems = new Problems();
  const resolved = resolve(parsed, problems);
  check(resolved, problems);
  const syntax = parsed.flatMap((each) => each.diagnostics);
  const damages = new Map(parsed.map(({ source, file }) => [source, file.damage]));
  const diagnostics = ordered([...syntax, ...withoutEchoes(problems.list, damages)], sources);
  const ok = diagnostics.every((each) => each.severity !== "error");
  const modules = new Map<string, CompiledModule>();
  if (ok) {
    for (const draft of resolved.drafts) modules.set(draft.name, compiledModule(draft.ir, provenanceOf(draft)));
  }
  return { modules, diagnostics, ok };
}

function compiledModule(module: Module, provenance: Provenance): CompiledModule {
  const views = new Map(module.versions.map(({ version }) => [version, project(module, version)]));
  const fingerprints = new Map([...views].map(([version, view]) => [version, fingerprint(view)]));
  return { module, views, fingerprints, draft: true, released: new Set(), provenance };
}

/** Releases by module and version. */
export type Releases = ReadonlyMap<string, ReadonlyMap<Version, Release>>;

/**
 * The same with its releases: a released version is what its file says, and a module whose working version is released is no draft. What the
 * texts and the releases disagree about is an error, at the text.
 */
export function withReleases(compiled: Compiled, releases: Releases): Compiled {
  if (!compiled.ok || releases.size === 0) return compiled;
  const modules = judgedByReleases(compiled, releases);
  const found = [...modules.values()].flatMap(({ found: each }) => each);
  if (found.length === 0)
    return { ...compiled, modules: new Map([...modules].map(([name, each]) => [name, each.compiled])) };
  return { modules: new Map(), diagnostics: [...compiled.diagnostics, ...found], ok: false };
}

/** Each module with its released views, whatever its text says, and what the two disagree about: for who judges the difference. */
export function judgedByReleases(
  { modules }: Compiled,
  releases: Releases,
): ReadonlyMap<string, { readonly compiled: CompiledModule; readonly found: readonly Diagnostic[] }> {
  return new Map(
    [...modules].map(([name, module]) => {
      const own = releases.get(name);
      if (own === undefined) return [name, { compiled: module, found: [] }];
      return [name, { compiled: released(module, own), found: disagreements(module, own) }];
    }),
  );
}

function released(text: CompiledModule, releases: ReadonlyMap<Version, Release>): CompiledModule {
  const views = new Map(text.views);
  const fingerprints = new Map(text.fingerprints);
  const { version: working } = text.module;
  for (const [version, release] of releases) {
    if (version === working || !views.has(version)) continue;
    views.set(version, release.module);
    fingerprints.set(version, release.fingerprint);
  }
  const draft = releases.get(working)?.fingerprint !== text.fingerprints.get(working);
  const known = [...releases.keys()].filter((version) => version !== working || !draft);
  const pins = new Map([...releases].map(([version, { imports }]) => [version, imports]));
  return { ...text, views, fingerprints, draft, released: new Set(known), pins };
}

/**
 * The world at given versions: the named modules at theirs, all others at their working version. Throws for a module or version that does
 * not exist: callers ask people for versions, and check them first.
 */
export function worldAt(
  compiled: Pick<Compiled, "modules">,
  versions: ReadonlyMap<string, Version> = new Map(),
): World {
  for (const name of versions.keys()) if (!compiled.modules.has(name)) throw new Error(`no module ${name}`);
  const world = new Map<string, Module>();
  for (const [name, { module, views }] of compiled.modules) {
    const version = versions.get(name) ?? module.version;
    const view = views.get(version);
    if (view === undefined) throw new Error(`${name} has no version ${formatVersion(version)}`);
    world.set(name, view);
  }
  return world;
}

/**
 * Modules at given versions with all that they import: at the version that the release of the importing module names, else at the working
 * version. Where two releases name different versions of one module, the nearer counts, then the later.
 */
export function worldWith(
  modules: ReadonlyMap<string, Pick<CompiledModule, "module" | "views">>,
  versions: ReadonlyMap<string, Version>,
  releases: Releases,
): World {
  const world = new Map<string, Module>();
  for (let level = versions; level.size > 0;) {
    const next = new Map<string, Version>();
    for (const [name, version] of level) {
      const view = modules.get(name)?.views.get(version) ?? releases.get(name)?.get(version)?.module;
      if (view === undefined) throw new Error(`${name} has no version ${formatVersion(version)}`);
      world.set(name, view);
      const pins = releases.get(name)?.get(version)?.imports;
      for (const imported of view.imports) {
        const working = modules.get(imported)?.module.version ?? 0;
        next.set(imported, Math.max(pins?.get(imported) ?? working, next.get(imported) ?? 0));
      }
    }
    level = new Map([...next].filter(([name]) => !world.has(name)));
  }
  return world;
}

/** What is said about text that could not be read whole most often follows from that. */
function withoutEchoes(found: readonly Diagnostic[], damages: ReadonlyMap<Source, Damage>): readonly Diagnostic[] {
  const isRead = ({ source, start }: Span): boolean => {
    const spans = damages.get(source)?.spans;
    return spans === undefined || !isInside(spans, start);
  };
  return found.filter(({ span, notes }) =>
    [span, ...notes.map((note) => note.span)].every((at) => at === null || at === undefined || isRead(at)),
  );
}

function ordered(diagnostics: Diagnostic[], sources: readonly Source[]): readonly Diagnostic[] {
  const order = new Map(sources.map((source, i) => [source, i]));
  const fileOf = ({ span }: Diagnostic): number => (span === null ? -1 : (order.get(span.source) ?? -1));
  const at = ({ span }: Diagnostic): number => span?.start ?? 0;
  return diagnostics.sort(
    (a, b) => fileOf(a) - fileOf(b) || at(a) - at(b) || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  );
}
