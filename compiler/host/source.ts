import { join, relative } from "node:path";
import {
  compile,
  judgedByReleases,
  withReleases,
  worldWith,
  type Compiled,
  type CompiledModule,
  type Provenance,
  type Releases,
} from "../compile.ts";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { closest } from "../diagnostics/suggest.ts";
import { embeddedReader } from "../dump/embedded.ts";
import { problemText } from "../dump/problem.ts";
import type { KnownModule } from "../dump/find.ts";
import type { Version, World } from "../schema/ir.ts";
import { formatVersion } from "../schema/version.ts";
import { configName, findConfig, type Config } from "./config.ts";
import { dumpHead, openDump } from "./dump-file.ts";
import { absolute, disk, done, failed, type Files, type Outcome } from "./files.ts";
import { findRepository, mergeBase, resolveTree, treeFiles, type GitAnswer, type Repository } from "./git.ts";
import { noReleaseFiles, readReleases, releaseFilesFor, type ReleaseFiles } from "./releases.ts";
import { findSchemas, holdsSchema, type Schemas, type Wanted } from "./schemas.ts";

/** A module of a SOURCE; where it came from is not known of one that travelled in a dump. */
export interface LibraryModule extends KnownModule {
  readonly provenance?: Provenance;
}

/** What a SOURCE gives: modules with the versions that it has of them. */
export interface Library {
  /** The SOURCE as written. */
  readonly name: string;
  /** What the names of its files begin with before their names in the repository: `main:` for a revision's. */
  readonly label: string;
  readonly modules: ReadonlyMap<string, LibraryModule>;
  /** The versions that the SOURCE means where they are not the working versions: those of a profile. */
  readonly versions: ReadonlyMap<string, Version>;
  /** The modules that it imports without naming them, as those of a profile do. */
  readonly imported: ReadonlyMap<string, LibraryModule>;
  readonly releases: Releases;
  readonly releaseFiles: ReleaseFiles;
  /** Where each module's schema lies, or would lie in the work tree if it is of a revision; absolute. */
  readonly places: ReadonlyMap<string, string>;
  /** Releases that the branch named has made since the work tree left it. */
  readonly ahead: Releases;
  /** Whether it is all that a revision has, so that a module that it lacks is new since. */
  readonly whole: boolean;
  /** Where its texts and its releases disagree; told by who judges, and a mistake for everybody else. */
  readonly disagreements: readonly Diagnostic[];
}

/** A library that was compiled here, and did not travel in a dump. */
export interface CompiledLibrary extends Library {
  readonly modules: ReadonlyMap<string, CompiledModule>;
}

/** A library that is nothing but modules. */
const nothingBeside: Omit<Library, "name" | "modules" | "versions"> = {
  label: "",
  imported: new Map(),
  releases: new Map(),
  releaseFiles: noReleaseFiles,
  places: new Map(),
  ahead: new Map(),
  whole: false,
  disagreements: [],
};

/** The modules of a SOURCE at the versions that it means, with all that they import. */
export function worldOfLibrary({ modules, versions, imported, releases }: Library): World {
  const all = new Map([...imported, ...modules]);
  return worldWith(
    all,
    new Map([...modules].map(([name, { module }]) => [name, versions.get(name) ?? module.version])),
    releases,
  );
}

/** Where a SOURCE is read from. */
export interface SourceContext {
  readonly directory: string;
  /** The project around the directory, for profiles and for what a revision holds; null without one. */
  readonly config: Config | null;
  /** Set where the SOURCE is judged: texts are then taken as they stand, though they disagree with their releases. */
  readonly judged?: boolean;
  /** Set where a branch is meant by a revision, and what counts is where the work tree left it. */
  readonly mergeBase?: boolean;
  /** Set where a revision may be from before the first schema: it is then a SOURCE without modules. */
  readonly mayLack?: boolean;
}

/**
 * Reads a SOURCE: a path, `git:[REPOSITORY#]REVISION[:FOLDER]`, `dump:FILE` or `profile:NAME`. A schema in it that does not compile is a mistake,
 * since half of a contract is none.
 */
export async function readLibrary(context: SourceContext, source: string): Promise<Outcome<Library>> {
  return await readNamed(context, source, []);
}

async function readNamed(context: SourceContext, source: string, above: readonly string[]): Promise<Outcome<Library>> {
  const scheme = /^(git|dump|profile):([^]*)$/.exec(source);
  if (scheme === null) return await readPath(context, source);
  const rest = scheme[2] ?? "";
  switch (scheme[1]) {
    case "git":
      return await readRevision(context, source, rest);
    case "dump":
      return await readDump(context, source, rest);
    default:
      return await readProfile(context, rest, above);
  }
}

async function readPath(context: SourceContext, source: string): Promise<Outcome<Library>> {
  if (source === "") return failed(unreadable(source, "the path is empty"));
  const files = disk(context.directory);
  const paths = [absolute(context.directory, source)];
  return await readFiles(context, files, source, { folder: context.directory, paths, roots: [] });
}

/** The schemas of the project around a folder, as a library; null where there is no project. */
export async function readProject(context: SourceContext): Promise<Outcome<Library | null>> {
  if (context.config === null) return done(null);
  const wanted = { folder: context.config.folder, paths: [], roots: [] };
  return await readFiles(context, disk(context.directory), configName, wanted);
}

async function readFiles(
  context: SourceContext,
  files: Files,
  name: string,
  wanted: Wanted,
): Promise<Outcome<Library>> {
  const found = await findSchemas(files, wanted);
  if (found.mistakes.length > 0) return failed(...found.mistakes);
  const library = await libraryOf(found, name);
  if (!library.ok || context.judged === true || library.value.disagreements.length === 0) return library;
  return failed(...library.value.disagreements);
}

/**
 * What was found, as a SOURCE, with the releases of its modules and of others that are asked for. What its texts and its releases disagree about
 * is left to the caller.
 */
export async function libraryOf(
  found: Schemas,
  name: string,
  others: readonly string[] = [],
): Promise<Outcome<CompiledLibrary>> {
  const { text, releases } = await readFound(found, others);
  if (!text.ok) return failed(...text.diagnostics.filter(({ severity }) => severity === "error"));
  if (!releases.ok) return releases;
  const judged = [...judgedByReleases(text, releases.value)];
  const modules = new Map(judged.map(([module, { compiled }]) => [module, compiled]));
  const places = [...modules].flatMap(([module, { provenance }]) => {
    const place = found.places.get(provenance.source);
    return place === undefined ? [] : [[module, place] as const];
  });
  return done({
    ...{ ...nothingBeside, name, modules, versions: new Map() },
    releases: releases.value,
    releaseFiles: found.releases,
    places: new Map(places),
    disagreements: judged.flatMap(([, each]) => each.found),
  });
}

/** What was compiled with its releases; `mistakes` are release files that cannot be used, for which the schemas are not to blame. */
export interface Built extends Compiled {
  readonly mistakes: readonly Diagnostic[];
}

/** Compiles what was found, each file against the name that its place implies, and takes released versions from their releases. */
export async function compileFound(found: Schemas): Promise<Built> {
  const { text, releases } = await readFound(found);
  if (!releases.ok)
    return { modules: new Map(), diagnostics: text.diagnostics, ok: false, mistakes: releases.mistakes };
  return { ...withReleases(text, releases.value), mistakes: [] };
}

/** The two apart: the texts alone, and the releases. */
export async function readFound(
  found: Schemas,
  others: readonly string[] = [],
): Promise<{ readonly text: Compiled; readonly releases: Outcome<Releases> }> {
  const text = compile(found.sources, { moduleNameOf: (source) => found.expected.get(source) ?? null });
  return { text, releases: text.ok ? await readReleases(text, found.releases, others) : done(new Map()) };
}

/** The schema inside a dump. */
async function readDump(context: SourceContext, source: string, path: string): Promise<Outcome<Library>> {
  const opened = openDump(context.directory, absolute(context.directory, path));
  if (!opened.ok) return opened;
  try {
    const read = await embeddedReader();
    const { foreign, manifest, schema, problem } = dumpHead(opened.value.source);
    if (foreign !== null) return failed(unreadable(source, foreign.message));
    if (schema === null) {
      const why = problem === null ? "the dump carries no schema" : `the dump is damaged: ${problemText(problem)}`;
      return failed(unreadable(source, why));
    }
    const embedded = read(schema);
    if (!embedded.ok) {
      return failed(unreadable(source, `its schema record: expected ${embedded.expected}, found ${embedded.found}`));
    }
    const modules = new Map<string, KnownModule>();
    for (const { module, fingerprint } of embedded.modules) {
      const { version, name } = module;
      const draft = manifest?.modules.find((each) => each.name === name)?.draft ?? true;
      const known = {
        module,
        views: new Map([[version, module]]),
        fingerprints: new Map([[version, fingerprint]]),
        draft,
      };
      modules.set(name, known);
    }
    return done({ ...nothingBeside, name: source, modules, versions: new Map() });
  } finally {
    opened.value.close();
  }
}

/** What a git SOURCE names. */
interface Revision {
  /** The folder to look for the repository from. */
  readonly repository: string;
  readonly revision: string;
  /** A folder or file of the revision, from its root; null where none is given. */
  readonly folder: string | null;
}

/** Reads `[REPOSITORY#]REVISION[:FOLDER]`. A branch may have a `#` in its name: what stands before it is a repository only if it is a folder. */
function revisionOf(context: SourceContext, text: string): Revision {
  const hash = text.indexOf("#");
  const repository = hash < 0 ? null : absolute(context.directory, text.slice(0, hash));
  const kind = repository === null ? null : disk(context.directory).kind(repository);
  const apart = repository !== null && kind?.ok === true && kind.value === "folder";
  const rest = apart ? text.slice(hash + 1) : text;
  const colon = rest.indexOf(":");
  return {
    repository: apart ? repository : context.directory,
    revision: colon < 0 ? rest : rest.slice(0, colon),
    folder: colon < 0 ? null : rest.slice(colon + 1),
  };
}

async function readRevision(context: SourceContext, source: string, text: string): Promise<Outcome<Library>> {
  const { repository: from, revision, folder } = revisionOf(context, text);
  // Refused before git is asked anything.
  if (revision.startsWith("-")) return failed(unreadable(source, "a revision does not start with `-`"));
  const repository = findRepository(from);
  if (!repository.ok) return refused(source, repository);
  const base = context.mergeBase === true ? mergeBase(repository.value, revision) : revision;
  const tree = resolveTree(repository.value, base);
  if (!tree.ok) {
    const [apart] = text.split("#", 1);
    const isFolder = apart === text || from !== context.directory;
    return isFolder
      ? refused(source, tree)
      : failed(unreadable(source, `${tree.why}, and there is no folder \`${apart}\``));
  }
  const label = `${revision}:`;
  const files = treeFiles(repository.value, tree.value, label);
  if (!files.ok) return refused(source, files);
  const { top } = repository.value;
  // What lies in the work tree is meant, and not misspelt.
  const isMeant = folder === null || holdsSchema(disk(top), join(top, folder));
  const wanted = wantedOf(context, repository.value, files.value, folder);
  const isBefore = context.mayLack === true && isMeant && (wanted === null || (await isBare(files.value, wanted)));
  if (!isBefore && wanted === null) return failed(unreadable(source, `the revision has no \`${folder}\``));
  const library: Outcome<Library> =
    isBefore || wanted === null
      ? done({ ...nothingBeside, name: source, modules: new Map(), versions: new Map() })
      : await readFiles(context, files.value, source, wanted);
  if (!library.ok) return library;
  const whole = isBefore || folder === null;
  const places = new Map([...library.value.places].map(([module, path]) => [module, join(top, path)]));
  const tip = base === revision ? tree : resolveTree(repository.value, revision);
  if (!tip.ok) return refused(source, tip);
  const hasMoved = tip.value !== tree.value;
  const project = wanted?.folder ?? "/";
  const ahead: Outcome<Releases> = hasMoved
    ? await releasesAhead(repository.value, tip.value, label, library.value, project)
    : done(new Map());
  return ahead.ok ? done({ ...library.value, label, places, whole, ahead: ahead.value }) : ahead;
}

/** What to read of a revision; null where it has no such folder. */
function wantedOf(context: SourceContext, repository: Repository, files: Files, folder: string | null): Wanted | null {
  if (folder !== null) {
    const path = join("/", folder);
    const kind = files.kind(path);
    return kind.ok && kind.value === null ? null : { folder: "/", paths: [path], roots: [] };
  }
  // The project of the work tree, where the revision has it at the same place; else all schemas of the revision.
  const project = context.config === null ? "/" : join("/", relative(repository.top, context.config.folder));
  const there = files.kind(join(project, configName));
  const whole = there.ok && there.value === "file";
  return { folder: project, paths: whole ? [] : ["/"], roots: [] };
}

/** Whether there is no schema where a revision has its schemas. */
async function isBare(files: Files, { folder, paths }: Wanted): Promise<boolean> {
  const config = paths.length > 0 ? done(null) : await findConfig(files, folder);
  // What is wrong with it says who reads it.
  if (!config.ok) return false;
  const places = config.value === null ? paths : config.value.include.map(({ path }) => path);
  return !places.some((path) => holdsSchema(files, path));
}

/** The releases that a branch has at its tip. What it has beside them is not looked at. */
async function releasesAhead(
  repository: Repository,
  tree: string,
  label: string,
  library: Library,
  from: string,
): Promise<Outcome<Releases>> {
  const files = treeFiles(repository, tree, label);
  if (!files.ok) return refused(library.name, files);
  const found = releaseFilesFor(files.value, library.places, from);
  const folder = found.folderOf("");
  return await readReleases(library, found, folder === null ? [] : found.modulesIn(folder));
}

async function readProfile(context: SourceContext, name: string, above: readonly string[]): Promise<Outcome<Library>> {
  const source = `profile:${name}`;
  const { config } = context;
  if (config === null) return failed(unreadable(source, `there is no \`${configName}\` here or above`));
  const profile = config.profiles.get(name);
  if (profile === undefined) {
    const nearest = closest(name, config.profiles.keys());
    return failed(diagnose("B9106", rows.B9106, { name, nearest }, { span: null }));
  }
  if (profile.kind === "source") {
    if (above.includes(name)) return failed(diagnose("B9107", rows.B9107, {}, { span: profile.span }));
    // A path in `baton.json` is relative to it.
    const library = await readNamed({ ...context, directory: config.folder }, profile.source, [...above, name]);
    return library.ok ? done({ ...library.value, name: source }) : library;
  }
  const project = await readProject(context);
  if (!project.ok) return project;
  const modules = new Map<string, KnownModule>();
  const versions = new Map<string, Version>();
  const mistakes: Diagnostic[] = [];
  for (const [module, { version, span }] of profile.versions) {
    const held = project.value?.modules.get(module);
    if (held === undefined) {
      const nearest = closest(module, project.value?.modules.keys() ?? []);
      mistakes.push(diagnose("B9109", rows.B9109, { module, nearest }, { span }));
    } else if (!held.views.has(version)) {
      mistakes.push(noVersion(module, version, held, span));
    } else {
      modules.set(module, held);
      versions.set(module, version);
    }
  }
  if (mistakes.length > 0 || project.value === null) return failed(...mistakes);
  return done({ ...project.value, name: source, modules, versions, imported: project.value.modules });
}

/** The diagnostic of a version that a module does not declare. */
export function noVersion(module: string, version: Version, held: KnownModule, span: Diagnostic["span"]): Diagnostic {
  const known = [...held.views.keys()].map(formatVersion);
  const parameters = { module, version: formatVersion(version), known: `it has ${known.join(", ")}` };
  return diagnose("B9108", rows.B9108, parameters, { span });
}

function unreadable(source: string, why: string): Diagnostic {
  return diagnose("B9201", rows.B9201, { source, why }, { span: null });
}

function refused(source: string, answer: GitAnswer<unknown> & { readonly ok: false }): Outcome<never> {
  return failed(unreadable(source, answer.why));
}

/** The project around a directory and the SOURCEs that its calls may name. */
export async function contextOf(directory: string): Promise<Outcome<SourceContext>> {
  const config = await findConfig(disk(directory), directory);
  return config.ok ? done({ directory, config: config.value }) : config;
}
