import { worldWith } from "../compile.ts";
import type { SchemaPlace, VersionName } from "../compat/finding.ts";
import { fingerprintOf, type Places } from "../compat/findings.ts";
import type { Comparison, Side } from "../compat/gate.ts";
import { reusedIn, type Reused } from "../compat/history.ts";
import type { Judged } from "../compat/policy.ts";
import type { Diagnostic } from "../diagnostics/catalogue.ts";
import { whyUnsound } from "../dump/sound-world.ts";
import type { Library, LibraryModule } from "../host/source.ts";
import type { Check, Module, Version, World } from "../schema/ir.ts";
import { declarationsByName } from "../schema/lookup.ts";
import type { Release } from "../schema/release.ts";
import { ReleasePlaces } from "../schema/release-text.ts";
import { backportOf, formatVersion, majorOf, nextVersion, versionToJson } from "../schema/version.ts";
import { positionAt, type Position, type Source } from "../text.ts";

/** Every module of a library, those that it only imports included. */
function modulesOf(library: Library): ReadonlyMap<string, LibraryModule> {
  return library.imported.size === 0 ? library.modules : new Map([...library.imported, ...library.modules]);
}

/** The version that a library means of each of its modules. */
export function versionsOf({ modules, versions }: Library): ReadonlyMap<string, Version> {
  return new Map([...modules].map(([name, { module }]) => [name, versions.get(name) ?? module.version]));
}

/** Modules at versions, with what they import. */
export function worldOf(library: Library, versions: ReadonlyMap<string, Version>): World {
  return worldWith(modulesOf(library), versions, library.releases);
}

function reusedOf({ releases }: Library): Reused {
  return reusedIn(
    new Map(
      [...releases].map(([name, all]) => [name, [...all].sort(([a], [b]) => a - b).map(([, one]) => one.module)]),
    ),
  );
}

/** Where things stand: in the release file of a version that is released, else in the schema's text. */
function placesFor(library: Library, world: World): Places {
  return (module, key) => {
    const version = world.get(module)?.version;
    const known = modulesOf(library).get(module);
    const isText = version === known?.module.version;
    const released = isText || version === undefined ? null : placeInRelease(library, module, version, key);
    if (released !== null) return released;
    const spans = known?.provenance?.spans;
    const span = spans?.get(keyInText(world, known, key)) ?? spans?.get(declarationIn(key));
    return span === undefined ? null : placeAt(library, span.source, positionAt(span.source, span.start));
  };
}

/** The declaration that a key of a place begins with. */
function declarationIn(key: string): string {
  return key.split(/[.#]/)[0] ?? "";
}

/** The key of a check in the text, which has the checks of all versions. */
function keyInText(world: World, known: LibraryModule | undefined, key: string): string {
  const [, name, index] = /^(.*)#check(\d+)$/.exec(key) ?? [];
  if (name === undefined || known === undefined) return key;
  const checksIn = (module: Module | undefined): readonly Check[] => {
    const declaration = module === undefined ? undefined : declarationsByName(module).get(name);
    return declaration?.kind === "state" || declaration?.kind === "struct" ? declaration.checks : [];
  };
  const check = checksIn(world.get(known.module.name))[Number(index)];
  return check === undefined ? key : `${name}#check${checksIn(known.module).indexOf(check)}`;
}

function placeAt({ label }: Library, { path }: Source, position: Position): SchemaPlace {
  return { file: path, ...position, ...(label === "" ? {} : { within: path.slice(label.length) }) };
}

const releasePlaces = new WeakMap<object, ReleasePlaces>();

function placeInRelease(library: Library, module: string, version: Version, key: string): SchemaPlace | null {
  const files = library.releaseFiles.of(module);
  const source = files.ok ? files.value.get(version) : undefined;
  if (source === undefined) return null;
  let places = releasePlaces.get(source);
  if (places === undefined) releasePlaces.set(source, (places = new ReleasePlaces(source.text)));
  return placeAt(library, source, places.of(key) ?? places.of(declarationIn(key)) ?? { line: 1, column: 1 });
}

function sideOf(library: Library, world: World, name: VersionName): Side {
  return { name, world, places: placesFor(library, world) };
}

/** What is asked for of a library's own versions. */
export interface OwnOptions {
  readonly modules: Iterable<string>;
  /** Every pair of versions, and not only those with the working version. */
  readonly all: boolean;
}

/**
 * Each module at the version that the library means of it, which mostly is the working version, against its earlier versions, with the imports
 * that they were released with and with those that came while they were the last. A version that is released is held against its release as
 * well where that was made with other versions of its imports, or where there is nothing else.
 */
export function* ownComparisons(library: Library, { modules, all }: OwnOptions): Generator<Comparison> {
  const reused = reusedOf(library);
  const meant = versionsOf(library);
  const working = worldOf(library, meant);
  for (const name of modules) {
    const known = library.modules.get(name);
    if (known === undefined) continue;
    const last = meant.get(name) ?? known.module.version;
    const versions = [...known.views.keys()].filter((version) => version <= last).sort((a, b) => a - b);
    const worlds = new Map<Version, World>();
    const worldAt = (version: Version): World => {
      const world = worlds.get(version) ?? worldOf(library, new Map([[name, version]]));
      worlds.set(version, world);
      return world;
    };
    let isAlone = true;
    for (const [i, newer] of versions.entries()) {
      if (newer !== last && !all) continue;
      const support = supportAt(library, name, newer);
      const newWorld = newer === last ? working : worldAt(newer);
      for (const older of versions.slice(0, i)) {
        const supported = supportOf(support, older);
        if (!all && !supported.upgrade && !supported.rollback) continue;
        const now = sideOf(library, newWorld, versionToJson(newer));
        const pair = {
          module: name,
          against: null,
          supported,
          demanded: false,
          past: newer !== last,
          reused,
          new: now,
        };
        isAlone = false;
        yield { ...pair, old: sideOf(library, worldAt(older), versionToJson(older)) };
        if (newer === last) for (const old of laterBuilds(library, working, name, older)) yield { ...pair, old };
      }
    }
    const release = asReleased(library, name, last);
    const isEdited = known.draft && last === known.module.version;
    if (release === null || !(isEdited || isAlone || hasOtherImports(release.world, working))) continue;
    const now = sideOf(library, working, isEdited ? "new" : versionToJson(last));
    const supported = { upgrade: true, rollback: true };
    const olds = [
      { ...release, name: versionToJson(last) },
      ...(isEdited ? [] : laterBuilds(library, working, name, last)),
    ];
    for (const old of olds) {
      yield { module: name, against: null, supported, demanded: false, past: false, reused, old, new: now };
    }
  }
}

/** A version as it was released, with what it was released with; null where it was not. */
function asReleased(library: Library, name: string, version: Version): Omit<Side, "name"> | null {
  const release = library.releases.get(name)?.get(version);
  if (release === undefined) return null;
  const world = new Map([...worldOf(library, release.imports), [name, release.module] as const]);
  return { world, places: placesOfRelease(library, world, version) };
}

/** A released version in builds that came after it: with a release of what it imports that is later than the one it was made with. */
function laterBuilds(library: Library, working: World, name: string, version: Version): readonly Side[] {
  const release = library.releases.get(name)?.get(version);
  if (release === undefined || release.imports.size === 0) return [];
  const pins = pinsOf(library, release);
  const last = latestBefore(library, release, working);
  return [...pins].flatMap(([imported, pinned]) =>
    [...(library.releases.get(imported)?.keys() ?? [])]
      .filter((one) => pinned < one && one <= last(imported))
      .sort((a, b) => a - b)
      .flatMap((one): Side[] => {
        const world = new Map([
          ...worldOf(library, raised(library, pins, imported, one)),
          [name, release.module] as const,
        ]);
        // Nobody built what does not go together; and what is as it is now is no build of before.
        if (whyUnsound(world) !== null || !hasOtherImports(world, working)) return [];
        const label = `${formatVersion(version)} with ${imported} ${formatVersion(one)}`;
        return [{ name: label, world, places: placesOfRelease(library, world, version) }];
      }),
  );
}

/** The versions of all that a release was made with, what its imports import included. */
function pinsOf(library: Library, { imports }: Release): ReadonlyMap<string, Version> {
  return new Map([...worldOf(library, imports)].map(([name, { version }]) => [name, version]));
}

/** Versions with a later one of a module, and with what that was made with. */
function raised(
  library: Library,
  versions: ReadonlyMap<string, Version>,
  module: string,
  version: Version,
): ReadonlyMap<string, Version> {
  const all = new Map([...versions, [module, version] as const]);
  const waiting = [module];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const [imported, pinned] of library.releases.get(name)?.get(all.get(name) ?? 0)?.imports ?? []) {
      if (pinned <= (all.get(imported) ?? 0)) continue;
      all.set(imported, pinned);
      waiting.push(imported);
    }
  }
  return all;
}

/** The last version of a module that there was before the next release of another one, or else that there is. */
function latestBefore(library: Library, { module }: Release, working: World): (imported: string) => Version {
  const later = [...(library.releases.get(module.name)?.values() ?? [])]
    .filter((one) => majorOf(one.module.version) > majorOf(module.version))
    .sort((a, b) => a.module.version - b.module.version);
  const next = later[0] === undefined ? null : pinsOf(library, later[0]);
  return (imported) => {
    const pinned = next?.get(imported);
    return pinned === undefined ? (working.get(imported)?.version ?? 0) : pinned - 1;
  };
}

function placesOfRelease(library: Library, world: World, version: Version): Places {
  return (module, key) => placeInRelease(library, module, world.get(module)?.version ?? version, key);
}

/** Whether a module of one world has another version in the other. */
function hasOtherImports(released: World, working: World): boolean {
  return [...released].some(([name, { version }]) => working.get(name)?.version !== version);
}

/** Modules that were released and whose schema is gone: the newest release of each against the project as it is. */
export function goneComparisons(library: Library, names: readonly string[]): readonly Comparison[] {
  const working = worldOf(library, versionsOf(library));
  return names.flatMap((module): Comparison[] => {
    const releases = library.releases.get(module);
    const version = Math.max(0, ...(releases?.keys() ?? []));
    if (library.modules.has(module) || releases === undefined || version === 0) return [];
    const world = worldOf(library, new Map([[module, version]]));
    return [
      {
        ...{ module, against: null, supported: { upgrade: true, rollback: true }, demanded: false, past: false },
        ...{ reused: reusedOf(library), new: sideOf(library, working, "new") },
        old: sideOf(library, world, versionToJson(version)),
      },
    ];
  });
}

/** What is asked for of two whole SOURCEs. */
export interface SourceOptions {
  readonly against: string | null;
  readonly names: { readonly old: VersionName; readonly new: VersionName };
  /** The modules of the new side that are judged; null for all. */
  readonly modules: ReadonlySet<string> | null;
  /** Whether a module that only the old side has was taken away, and is not just not asked for. */
  readonly isRemoved: (module: string) => boolean;
  readonly demanded: boolean;
}

/** Two SOURCEs, module by module, each at the versions that it means. A module that only the new side has is new, and is not compared. */
export function sourceComparisons(old: Library, now: Library, options: SourceOptions): readonly Comparison[] {
  const { against, names, modules, isRemoved, demanded } = options;
  const sides = {
    old: sideOf(old, worldOf(old, versionsOf(old)), names.old),
    new: sideOf(now, worldOf(now, versionsOf(now)), names.new),
  };
  const reused = reusedOf(now);
  return [...old.modules.keys()].sort().flatMap((module): Comparison[] => {
    const isThere = now.modules.has(module) && (modules === null || modules.has(module));
    if (!isThere && (now.modules.has(module) || !isRemoved(module))) return [];
    const supported = isThere ? supportBetween(sides.old.world, now, module) : { upgrade: true, rollback: true };
    return [{ module, against, supported, demanded, past: false, reused, ...sides }];
  });
}

/** What `reads` and `writes` say at a version: of the working version its text, of a released one its release; null where nobody knows. */
function supportAt(library: Library, module: string, version: Version): Pick<Module, "reads" | "writes"> | null {
  const known = modulesOf(library).get(module);
  if (version === known?.module.version) return known.module;
  return library.releases.get(module)?.get(version)?.module ?? null;
}

function supportOf(support: Pick<Module, "reads" | "writes"> | null, older: Version): Comparison["supported"] {
  if (support === null) return { upgrade: true, rollback: true };
  return { upgrade: support.reads.includes(older), rollback: support.writes.includes(older) };
}

/** Whether the new side supports the old side's version; one that it does not declare is of another line, and is judged. */
function supportBetween(old: World, now: Library, module: string): Comparison["supported"] {
  const older = old.get(module)?.version ?? 0;
  const newer = versionsOf(now).get(module) ?? 0;
  const declared = now.modules.get(module)?.module.versions.some(({ version }) => version === older && version < newer);
  return supportOf(declared === true ? supportAt(now, module, newer) : null, older);
}

/** Findings about no pair: what a module's text and its releases disagree about. */
export function disagreementFindings(library: Library): readonly Judged[] {
  return library.disagreements.map((one): Judged => {
    const module = moduleAt(library, one) ?? "";
    const { span } = one;
    const place = span === null ? null : { file: span.source.path, ...positionAt(span.source, span.start) };
    return { ...rewritten(module, one.message, one.help ?? null), new: place };
  });
}

function moduleAt({ modules }: Library, { span }: Diagnostic): string | undefined {
  if (span === null) return undefined;
  return [...modules].find(([, { provenance }]) => provenance?.source === span.source)?.[0];
}

function rewritten(module: string, message: string, fix: string | null): Judged {
  return {
    ...{ rule: "RELEASE_REWRITTEN", module, against: null, direction: null, writer: null, reader: null },
    ...{ verdict: "never", corrupting: false, refusedBy: null, path: module, message, fix, condition: null },
    ...{ old: null, new: null, witness: null, exception: { rule: "RELEASE_REWRITTEN", path: module, pairs: [] } },
    fingerprint: fingerprintOf(["RELEASE_REWRITTEN", module, message]),
  };
}

/** Releases that another SOURCE has and that are gone or different here: they are never changed. */
export function rewrittenReleases(old: Library, now: Library, against: string | null): readonly Judged[] {
  const found: Judged[] = [];
  for (const [module, releases] of old.releases) {
    for (const [version, { fingerprint }] of [...releases].sort(([a], [b]) => a - b)) {
      const known = now.releases.get(module)?.get(version);
      if (known?.fingerprint === fingerprint || !now.modules.has(module)) continue;
      // Schemas by themselves, without a place for releases, have taken none away.
      if (known === undefined && now.releaseFiles.folderOf(module) === null) continue;
      if (known === undefined && against === null && isUnheardOf(now, module, version)) continue;
      const what = `the release of version ${formatVersion(version)} of ${module} is ${known === undefined ? "gone" : "not what it was"}`;
      const fix = "put the released file back as it was, and make the change in a new version";
      const old1 = placeInRelease(old, module, version, "");
      found.push({
        ...rewritten(module, what, fix),
        against,
        old: old1,
        // One that is gone leaves the schema.
        new: placeInRelease(now, module, version, "") ?? placeOfText(now, module),
      });
    }
  }
  for (const [module, releases] of old.ahead) {
    for (const [version, { fingerprint }] of releases) {
      const known = now.releases.get(module)?.get(version);
      const draft = known === undefined ? now.modules.get(module)?.fingerprints.get(version) : undefined;
      const here = known?.fingerprint ?? draft;
      if (here === undefined || here === fingerprint) continue;
      const text = formatVersion(version);
      const next = formatVersion(freeVersion(releases, version));
      const adds = `add \`version ${next} "…";\`, give what this branch adds \`since ${next}\``;
      const what =
        draft === undefined
          ? `version ${text} of ${module} was released differently by both branches`
          : `version ${text} of ${module} is a draft here, and was released with other contents by the other branch`;
      const fix =
        draft === undefined
          ? `the release that is in use keeps its number; ${adds}, and release that`
          : `take its release over, and ${adds}`;
      const place = draft === undefined ? placeInRelease(now, module, version, "") : placeOfText(now, module);
      found.push({ ...rewritten(module, what, fix), against, new: place });
    }
  }
  return found;
}

/** The first number after a version that the other branch has not given out. */
function freeVersion(releases: ReadonlyMap<Version, unknown>, version: Version): Version {
  let next = nextVersion(version);
  while (releases.has(next)) next = nextVersion(next);
  return next;
}

/** Whether a version is a backport that a later version's branch has not taken over, and so cannot have taken away. */
function isUnheardOf({ modules, releases }: Library, module: string, version: Version): boolean {
  const lines = [modules.get(module)?.module, ...[...(releases.get(module)?.values() ?? [])].map((one) => one.module)];
  const declared = lines.flatMap((one) => one?.versions.map((line) => line.version) ?? []);
  return backportOf(version) > 0 && Math.max(...declared) > version && !declared.includes(version);
}

function placeOfText(library: Library, module: string): SchemaPlace | null {
  return placesFor(library, worldOf(library, versionsOf(library)))(module, "");
}

/** Modules that only the new side has. */
export function newModules(old: Library, now: Library, { against, modules }: SourceOptions): readonly Judged[] {
  return [...now.modules.keys()].sort().flatMap((module): Judged[] => {
    if (old.modules.has(module) || (modules !== null && !modules.has(module))) return [];
    return [
      {
        ...{ rule: "MODULE_ADDED", module, against, direction: null, writer: null, reader: null, verdict: "always" },
        ...{ corrupting: false, refusedBy: null, path: module, message: `module ${module} is new`, fix: null },
        ...{ condition: null, old: null, new: placeOfText(now, module), witness: null, exception: null },
        fingerprint: fingerprintOf(["MODULE_ADDED", module]),
      },
    ];
  });
}

/** One version of a branch against the working version of a build. */
export function branchComparison(library: Library, branch: Library, module: string, version: Version): Comparison {
  const old = worldOf(branch, new Map([...versionsOf(branch), [module, version]]));
  return {
    ...{ module, against: branch.name, supported: { upgrade: true, rollback: true }, demanded: false, past: false },
    reused: reusedOf(library),
    old: sideOf(branch, old, versionToJson(version)),
    new: sideOf(library, worldOf(library, versionsOf(library)), "new"),
  };
}
