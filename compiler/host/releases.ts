import { dirname, join } from "node:path";
import type { CompiledModule, Releases } from "../compile.ts";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/gate.ts";
import { readJson } from "../dump/json-reader.ts";
import { whyUnsound } from "../dump/sound-world.ts";
import type { Module, Version, World } from "../schema/ir.ts";
import { readUnchanged, releaseReader, type Release, type ReleaseMistake } from "../schema/release.ts";
import { formatVersion, nextVersion, parseVersion } from "../schema/version.ts";
import type { Source, Span } from "../text.ts";
import { configName } from "./config.ts";
import { nodeAt, opening } from "./config-schema.ts";
import { done, failed, readSource, upwards, type Files, type Outcome } from "./files.ts";

/** The folder with a folder for each module, and in that a file for each released version. */
export const releasedName = "released";

/** `released/linux.pci/3.json`: where a version of a module lies below the folder of all releases. */
export function releasePath(module: string, version: Version): string {
  return `${module}/${formatVersion(version)}.json`;
}

/** The release files of a tree of files, read when asked for. */
export interface ReleaseFiles {
  /** The folder of all releases, where those of a module whose schema lies at a place are, or would be; null where nobody knows. */
  readonly folderOf: (module: string) => string | null;
  /** Files by version; a file that is not named after a version is a mistake. */
  readonly of: (module: string) => Outcome<ReadonlyMap<Version, Source>>;
  /** The modules that have releases in the folder. */
  readonly modulesIn: (folder: string) => readonly string[];
}

/** Where nothing is released. */
export const noReleaseFiles: ReleaseFiles = {
  folderOf: () => null,
  of: () => done(new Map()),
  modulesIn: () => [],
};

/**
 * The release files for schemas at their places: `released` beside the nearest `baton.json`, and without one the nearest `released` above the
 * schema that has a folder of the module. A module without a place, such as one of standard input, is looked for from `from` on.
 */
export function releaseFilesFor(files: Files, places: ReadonlyMap<string, string>, from: string): ReleaseFiles {
  const projects = new Map<string, string | null>();
  const known = new Map<string, Outcome<ReadonlyMap<Version, Source>>>();
  const kindOf = (path: string): string | null => {
    const kind = files.kind(path);
    return kind.ok ? kind.value : null;
  };
  const projectOf = (start: string): string | null => {
    let project = projects.get(start);
    if (project === undefined) {
      project = [...upwards(start)].find((each) => kindOf(join(each, configName)) === "file") ?? null;
      projects.set(start, project);
    }
    return project;
  };
  const folderOf = (module: string): string | null => {
    const place = places.get(module);
    const start = place === undefined ? from : dirname(place);
    const project = projectOf(start);
    if (project !== null) return join(project, releasedName);
    const above = [...upwards(start)].find((each) => kindOf(join(each, releasedName, module)) === "folder");
    return above === undefined ? null : join(above, releasedName);
  };
  return {
    folderOf,
    of(module) {
      let found = known.get(module);
      if (found === undefined) {
        const folder = folderOf(module);
        found = folder === null ? done(new Map()) : filesOf(files, join(folder, module));
        known.set(module, found);
      }
      return found;
    },
    modulesIn(folder) {
      if (kindOf(folder) !== "folder") return [];
      const entries = files.list(folder);
      return entries.ok ? entries.value.flatMap(({ name, kind }) => (kind === "folder" ? [name] : [])) : [];
    },
  };
}

/** More than the largest schema has as JSON. */
const largestRelease = 256 * 1024 * 1024;

function filesOf(files: Files, folder: string): Outcome<ReadonlyMap<Version, Source>> {
  const kind = files.kind(folder);
  if (!kind.ok) return kind;
  if (kind.value !== "folder") return done(new Map());
  const entries = files.list(folder);
  if (!entries.ok) return entries;
  const found = new Map<Version, Source>();
  const mistakes: Diagnostic[] = [];
  for (const { name, kind: each } of entries.value) {
    if (!name.endsWith(".json") || name.startsWith(".")) continue;
    const path = join(folder, name);
    if (each !== "file") {
      const words = {
        path: files.show(path),
        expected: "a file",
        found: each === "folder" ? "a folder" : "something else",
      };
      mistakes.push(diagnose("B9401", rows.B9401, words, { span: null }));
      continue;
    }
    const version = parseVersion(name.slice(0, -".json".length));
    if (version === null) {
      const words = {
        path: files.show(path),
        expected: "a file named after a version, such as `3.json`",
        found: `\`${name}\``,
      };
      mistakes.push(diagnose("B9401", rows.B9401, words, { span: null }));
      continue;
    }
    const source = readSource(files, path, largestRelease);
    if (source.ok) found.set(version, source.value);
    else mistakes.push(...source.mistakes);
  }
  return mistakes.length > 0 ? failed(...mistakes) : done(found);
}

/** What was compiled, as far as releases are compared with it. */
interface Texts {
  readonly modules: ReadonlyMap<string, Pick<CompiledModule, "views" | "fingerprints">>;
}

/** Reads the releases of what was compiled and of others, and of every module that those were released with. */
export async function readReleases(
  text: Texts,
  files: ReleaseFiles,
  others: readonly string[] = [],
): Promise<Outcome<Releases>> {
  const releases = new Map<string, ReadonlyMap<Version, Release>>();
  const mistakes: Diagnostic[] = [];
  const foreign = new Set<Release>();
  const waiting = [...text.modules.keys(), ...others];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (releases.has(name)) continue;
    const found = files.of(name);
    const read = found.ok ? await readModule(text, name, found.value, foreign) : found;
    if (!read.ok) {
      mistakes.push(...read.mistakes);
      releases.set(name, new Map());
      continue;
    }
    releases.set(name, read.value);
    for (const { imports } of read.value.values()) waiting.push(...imports.keys());
  }
  if (mistakes.length === 0) mistakes.push(...unsound(releases, foreign, files));
  return mistakes.length > 0 ? failed(...mistakes) : done(releases);
}

async function readModule(
  text: Texts,
  module: string,
  sources: ReadonlyMap<Version, Source>,
  foreign: Set<Release>,
): Promise<Outcome<ReadonlyMap<Version, Release>>> {
  const known = text.modules.get(module);
  const releases = new Map<Version, Release>();
  const mistakes: Diagnostic[] = [];
  for (const [version, source] of sources) {
    const view = known?.views.get(version);
    const unchanged =
      view === undefined ? null : readUnchanged(source.text, view, known?.fingerprints.get(version) ?? "");
    if (unchanged !== null) {
      releases.set(version, unchanged);
      continue;
    }
    const conflict = conflictIn(source);
    if (conflict !== null) {
      const words = { module, version: formatVersion(version), next: formatVersion(nextVersion(version)) };
      mistakes.push(diagnose("B9402", rows.B9402, words, { span: conflict }));
      continue;
    }
    const read = (await releaseReader())(source.text, { module, version }, view);
    if (read.ok) {
      releases.set(version, read.release);
      foreign.add(read.release);
    } else mistakes.push(unusable(source, read.mistake));
  }
  return mistakes.length > 0 ? failed(...mistakes) : done(releases);
}

/** The first mark of a merge that git could not do. */
function conflictIn(source: Source): Span | null {
  const start = source.text.search(/^<{7} /m);
  if (start < 0 || !/^={7}$/m.test(source.text)) return null;
  const end = source.text.indexOf("\n", start);
  return { source, start, end: end < 0 ? source.text.length : end };
}

function unusable(source: Source, { expected, found, pointer }: ReleaseMistake): Diagnostic {
  const json = readJson(source);
  if (!json.ok) {
    const { expected: wanted, found: there, span } = json.mistake;
    return diagnose("B9401", rows.B9401, { path: source.path, expected: wanted, found: there }, { span });
  }
  const span = pointer === "" ? null : opening(nodeAt(json.value, pointer).node);
  return diagnose("B9401", rows.B9401, { path: source.path, expected, found }, { span });
}

/** Releases that name a module which has no such release, or a declaration that is not there. */
function unsound(releases: Releases, foreign: ReadonlySet<Release>, files: ReleaseFiles): readonly Diagnostic[] {
  return [...releases].flatMap(([name, versions]) =>
    [...versions].flatMap(([version, release]) => {
      // What the compiler has made by itself holds together by itself.
      if (release.imports.size === 0 && !foreign.has(release)) return [];
      const path = `${files.folderOf(name) === null ? name : `${releasedName}/${name}`}/${formatVersion(version)}.json`;
      const world = releasedWorld(releases, release);
      const why = typeof world === "string" ? world : whyUnsound(world);
      if (why === null) return [];
      const words = { path, expected: "a release that holds together", found: why };
      return [diagnose("B9401", rows.B9401, words, { span: null })];
    }),
  );
}

/**
 * A release with the releases that it was made with, and what those were made with. Where two of them name different versions of one module,
 * the nearer counts, then the later. A text that says why not where one is missing.
 */
export function releasedWorld(releases: Releases, release: Release): World | string {
  const world = new Map<string, Module>([[release.module.name, release.module]]);
  for (let level: readonly Release[] = [release]; level.length > 0;) {
    const pins = new Map<string, Version>();
    for (const [name, version] of level.flatMap(({ imports }) => [...imports])) {
      if (!world.has(name)) pins.set(name, Math.max(version, pins.get(name) ?? 0));
    }
    const next: Release[] = [];
    for (const [name, version] of pins) {
      const pinned = releases.get(name)?.get(version);
      if (pinned === undefined) return `no release ${formatVersion(version)} of ${name}`;
      world.set(name, pinned.module);
      next.push(pinned);
    }
    level = next;
  }
  return world;
}
