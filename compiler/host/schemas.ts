import { dirname, join } from "node:path";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import type { DottedName } from "../syntax/ast.ts";
import { parse } from "../syntax/parse.ts";
import type { Source, Span } from "../text.ts";
import { findConfig, type Config } from "./config.ts";
import { cannotRead, readSource, type Files } from "./files.ts";
import { noReleaseFiles, releaseFilesFor, type ReleaseFiles } from "./releases.ts";

/** The ending of a schema's file name. */
export const schemaEnding = ".baton";

/** What a call asks for: nothing in `paths` means the project around `folder`. */
export interface Wanted {
  readonly folder: string;
  /** Files and folders, absolute. */
  readonly paths: readonly string[];
  /** Roots of the call itself, which come before those of `baton.json`; absolute. */
  readonly roots: readonly string[];
  /** Schemas that came another way, such as through standard input. */
  readonly given?: readonly Source[];
  /** For what concerns each file by itself: imports are not followed, and `baton.json` is not asked where paths are given. */
  readonly alone?: boolean;
}

/** Schemas as found, and what could not be. */
export interface Schemas {
  /** What was asked for, then what it imports. */
  readonly sources: readonly Source[];
  /** What was asked for. */
  readonly named: ReadonlySet<Source>;
  /** Where each source that came from a file lies, absolute. */
  readonly places: ReadonlyMap<Source, string>;
  /** The module's names that places under a root imply, where there is one. */
  readonly expected: ReadonlyMap<Source, string>;
  /** The nearest `baton.json`; null without one. */
  readonly config: Config | null;
  /** Folders under which modules lie as they are named: those of the call, of `baton.json`, and what the places of modules imply. */
  readonly roots: readonly string[];
  /** Whether all of a folder or project was asked for, and not single files. */
  readonly whole: boolean;
  /** The releases of what was found. */
  readonly releases: ReleaseFiles;
  readonly mistakes: readonly Diagnostic[];
}

/** Finds the schemas that a call asks for and, under the roots, those that they import. */
export async function findSchemas(files: Files, wanted: Wanted): Promise<Schemas> {
  const choice = await choose(files, wanted);
  const { configs, mistakes, whole } = choice;
  for (const root of wanted.roots)
    if (!isFolder(files, root)) mistakes.push(cannotRead(files.show(root), "there is no such folder"));
  const places = new Map<Source, string>();
  const add = (path: string): Source | null => {
    const source = readSource(files, path);
    if (!source.ok) {
      mistakes.push(...source.mistakes);
      return null;
    }
    places.set(source.value, path);
    return source.value;
  };
  const read = expand(files, choice, mistakes).flatMap((path) => add(path) ?? []);
  const named = [...read, ...(wanted.given ?? [])];
  const roots = [...wanted.roots, ...configs.flatMap((config) => config.roots.map(({ path }) => path))];
  const expected = new Map<Source, string>();
  const declared = configs.flatMap((config) => (config.rootsDeclared ? config.roots.map(({ path }) => path) : []));
  for (const source of wanted.alone === true ? [] : read) {
    const name = nameUnder(declared, places.get(source) ?? "", moduleOf(source));
    if (name !== null) expected.set(source, name);
  }
  const imported = wanted.alone === true ? [] : followImports(files, { named, roots, places, expected }, mistakes);
  const sources = [...named, ...imported];
  const placesOfModules = new Map(
    sources.flatMap((source) => {
      const [module, place] = [moduleOf(source), places.get(source)];
      return module === null || place === undefined ? [] : [[module, place] as const];
    }),
  );
  const alone = wanted.alone === true;
  return {
    sources,
    named: new Set(named),
    places,
    expected,
    config: configs[0] ?? null,
    roots: [...new Set([...roots, ...sources.flatMap((source) => impliedRoot(source, places.get(source)) ?? [])])],
    whole,
    releases: alone ? noReleaseFiles : releaseFilesFor(files, placesOfModules, wanted.folder),
    mistakes,
  };
}

interface Choice {
  readonly paths: readonly string[];
  /** Where `baton.json` names a path that is not there. */
  readonly spans: ReadonlyMap<string, Span>;
  readonly configs: readonly Config[];
  readonly whole: boolean;
  readonly mistakes: Diagnostic[];
}

/** Which paths to read, and the projects they belong to. */
async function choose(files: Files, wanted: Wanted): Promise<Choice> {
  const mistakes: Diagnostic[] = [];
  const configs: Config[] = [];
  const spans = new Map<string, Span>();
  const nearest = async (folder: string): Promise<Config | null> => {
    const found = await findConfig(files, folder);
    if (!found.ok) mistakes.push(...found.mistakes);
    else if (found.value !== null && !configs.some(({ folder: known }) => known === found.value?.folder)) {
      configs.push(found.value);
      mistakes.push(...missingRoots(files, found.value));
    }
    return found.ok ? found.value : null;
  };
  if (wanted.paths.length > 0) {
    const folders = wanted.paths.map((path) => (isFolder(files, path) ? path : dirname(path)));
    for (const folder of wanted.alone === true ? [] : new Set(folders)) await nearest(folder);
    const whole = wanted.paths.every((path, i) => path === folders[i]);
    return { paths: wanted.paths, spans, configs, whole, mistakes: once(mistakes) };
  }
  const given = (wanted.given ?? []).length > 0;
  if (given && wanted.alone === true) return { paths: [], spans, configs, whole: false, mistakes };
  const config = await nearest(wanted.folder);
  if (given) return { paths: [], spans, configs, whole: false, mistakes };
  if (config !== null) {
    const roots = new Set(config.roots.map(({ path }) => path));
    for (const { path, span } of config.include) if (!roots.has(path)) spans.set(path, span);
    // Of a root that is missing it has been told.
    const include = config.include.map(({ path }) => path).filter((path) => spans.has(path) || isThere(files, path));
    return { paths: include, spans, configs, whole: true, mistakes };
  }
  if (wanted.roots.length > 0) return { paths: wanted.roots, spans, configs, whole: true, mistakes };
  if (mistakes.length === 0)
    mistakes.push(noSchema(`the call, and there is no \`baton.json\` in \`${files.show(wanted.folder)}\` or above it`));
  return { paths: [], spans, configs, whole: true, mistakes };
}

function once(mistakes: readonly Diagnostic[]): Diagnostic[] {
  const told = new Set<string>();
  return mistakes.filter(({ code, message, span }) => {
    const key = `${code} ${message} ${span?.source.path ?? ""} ${span?.start ?? ""}`;
    return !told.has(key) && told.add(key);
  });
}

/** Roots that `baton.json` names and that are not there. */
function missingRoots(files: Files, config: Config): readonly Diagnostic[] {
  return config.roots
    .filter(({ path }) => !isThere(files, path))
    .map(({ path, span }) => cannotRead(files.show(path), "no such file or folder", { span }));
}

function isThere(files: Files, path: string): boolean {
  const kind = files.kind(path);
  return !kind.ok || kind.value !== null;
}

function isFolder(files: Files, path: string): boolean {
  const kind = files.kind(path);
  return kind.ok && kind.value === "folder";
}

/** Files as they are and folders as the schemas in them, each file once, in the order of the call. */
function expand(files: Files, { paths, spans }: Choice, mistakes: Diagnostic[]): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) {
    const kind = files.kind(path);
    const place = { span: spans.get(path) ?? null };
    if (!kind.ok) mistakes.push(...kind.mistakes);
    else if (kind.value === null) mistakes.push(cannotRead(files.show(path), "no such file or folder", place));
    else if (kind.value === "file") found.add(path);
    else {
      const before = mistakes.length;
      const inside = walk(files, path, mistakes);
      if (inside.length === 0 && mistakes.length === before) mistakes.push(noSchema(`\`${files.show(path)}\``));
      for (const each of inside) found.add(each);
    }
  }
  return [...found];
}

/** Whether a path is a schema, or a folder with one in it. */
export function holdsSchema(files: Files, path: string): boolean {
  const kind = files.kind(path);
  if (!kind.ok || kind.value === null) return false;
  return kind.value === "file" ? path.endsWith(schemaEnding) : walk(files, path, []).length > 0;
}

/** Deeper than any tree of modules, and shallow enough to end soon where links lead in a circle. */
const deepest = 32;

/** The schemas in a folder and below it. */
function walk(files: Files, folder: string, mistakes: Diagnostic[], depth = 0): readonly string[] {
  if (depth > deepest) {
    mistakes.push(cannotRead(files.show(folder), `it lies more than ${deepest} folders deep`));
    return [];
  }
  const entries = files.list(folder);
  if (!entries.ok) {
    mistakes.push(...entries.mistakes);
    return [];
  }
  return entries.value.flatMap(({ name, kind }) => {
    const path = join(folder, name);
    if (kind === "file") return name.endsWith(schemaEnding) ? [path] : [];
    return name.startsWith(".") || name === "node_modules" ? [] : walk(files, path, mistakes, depth + 1);
  });
}

function noSchema(place: string): Diagnostic {
  return diagnose("B9006", rows.B9006, { place }, { span: null });
}

/** What a search for imports starts from, and the maps that it adds to. */
interface Search {
  readonly named: readonly Source[];
  readonly roots: readonly string[];
  readonly places: Map<Source, string>;
  readonly expected: Map<Source, string>;
}

/** The schemas that others import, found under the roots or under what the name of the importing module implies; what is nowhere is for the compiler to tell. */
function followImports(
  files: Files,
  { named, roots, places, expected }: Search,
  mistakes: Diagnostic[],
): readonly Source[] {
  const known = new Set(named.flatMap((source) => moduleOf(source) ?? []));
  const found: Source[] = [];
  const queue = [...named];
  for (let source = queue.shift(); source !== undefined; source = queue.shift()) {
    const implied = impliedRoot(source, places.get(source));
    for (const name of importsOf(source)) {
      const module = dotted(name);
      if (known.has(module)) continue;
      known.add(module);
      const way = fileOfModule(module);
      const path = [...roots, ...(implied === null ? [] : [implied])]
        .map((root) => join(root, way))
        .find((candidate) => {
          const kind = files.kind(candidate);
          return kind.ok && kind.value === "file";
        });
      if (path === undefined) continue;
      const imported = readSource(files, path);
      if (!imported.ok) {
        mistakes.push(
          ...imported.mistakes.map((mistake) => (mistake.span === null ? { ...mistake, span: name.span } : mistake)),
        );
        continue;
      }
      places.set(imported.value, path);
      expected.set(imported.value, module);
      found.push(imported.value);
      queue.push(imported.value);
    }
  }
  return found;
}

/** The root under which a file lies as its module's name says: the folder above `linux` for `linux.pci` in `…/linux/pci.baton`. */
function impliedRoot(source: Source, path: string | undefined): string | null {
  const module = moduleOf(source);
  if (path === undefined || module === null) return null;
  const way = `/${fileOfModule(module)}`;
  return path.endsWith(way) ? path.slice(0, -way.length) || "/" : null;
}

/** `linux/pci.baton` for `linux.pci`. */
export function fileOfModule(module: string): string {
  return `${module.replaceAll(".", "/")}${schemaEnding}`;
}

/** The name that a schema gives itself; null if it has none. */
export function moduleOf(source: Source): string | null {
  const item = parse(source).file.items.find((each) => each.kind === "module");
  return item === undefined ? null : dotted(item.name) || null;
}

function importsOf(source: Source): readonly DottedName[] {
  return parse(source)
    .file.items.flatMap((item) => (item.kind === "import" ? [item.name] : []))
    .filter((name) => name.parts.every((part) => part.text !== ""));
}

function dotted(name: DottedName): string {
  return name.parts.map((part) => part.text).join(".");
}

/** The module's name that a file's place under the roots of its project implies; null where no root holds it, and where the name it has fits one. */
function nameUnder(roots: readonly string[], path: string, given: string | null): string | null {
  const implied = roots
    .filter((root) => path.startsWith(`${root}/`) && path.endsWith(schemaEnding))
    .map((root) => path.slice(root.length + 1, -schemaEnding.length).replaceAll("/", "."));
  if (given !== null && implied.includes(given)) return given;
  // The innermost root has the shortest name.
  const [name] = implied.sort((a, b) => a.length - b.length);
  return name !== undefined && /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(name) ? name : null;
}
