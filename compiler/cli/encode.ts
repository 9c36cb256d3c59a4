import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { closest } from "../diagnostics/suggest.ts";
import { dumpFromJson, nodeAtPath, valuesFromJson, type JsonDump } from "../dump/dump-json.ts";
import { encodeDump, writerModules, type WriterModule } from "../dump/encode-dump.ts";
import { dropIncomplete, type KnownModule } from "../dump/find.ts";
import { jsonAdvice, readJsonSequence, type JsonNode } from "../dump/json-reader.ts";
import { jsonMistake } from "../dump/json-read.ts";
import type { ManifestModule } from "../dump/manifest.ts";
import { manifestFromJson } from "../dump/manifest-json.ts";
import { problem, problemText, type Problem } from "../dump/problem.ts";
import type { Loss } from "../dump/lower.ts";
import { unresolved } from "../dump/sound-world.ts";
import type { WireState } from "../dump/wire-type.ts";
import { recordStates } from "../dump/wire-types.ts";
import { done, failed, readSource, decodeSource, type Outcome } from "../host/files.ts";
import type { Library } from "../host/source.ts";
import { escapeText } from "../printable.ts";
import type { Version, World } from "../schema/ir.ts";
import { formatVersion } from "../schema/version.ts";
import type { Source, Span } from "../text.ts";
import { status, type Call, type Status } from "./call.ts";
import { librariesFor, noSchema } from "./dump-schemas.ts";
import { inputName } from "./schemas.ts";
import type { Never } from "./verdicts.ts";
import { readVersions } from "./versions.ts";

/** A text that is read whole; strings cannot be much longer. */
const largestJson = 256 * 1024 * 1024;

/** `baton encode`: JSON to a dump, as `baton decode` prints it or as values of one type. */
export async function encode(call: Call): Promise<Status> {
  if (call.arguments.length > 1) return call.refuse([misuse("more than one file to encode", "name one, or `-`")]);
  if (call.text("out") === undefined && call.terminal.interactive.output) {
    return call.refuse([misuse("a dump is no text for a terminal", "name a file: `--out state.dump`")]);
  }
  const source = await readText(call, call.arguments[0] ?? "-");
  if (!source.ok) return call.refuse(source.mistakes);
  const nodes = readJsonSequence(source.value);
  if (!nodes.ok) {
    const { code, expected, found, span } = nodes.mistake;
    return call.refuse([jsonMistake(code, { expected, found }, span, jsonAdvice(nodes.mistake))]);
  }
  const build = await buildOf(call, nodes.value);
  if (!build.ok) return call.refuse(build.mistakes);
  const json = recordsOf(call, nodes.value, build.value.world, source.value);
  if (!json.ok) return call.refuse(json.mistakes);
  const target = targetOf(call, build.value, json.value);
  if (!target.ok) return call.refuse(target.mistakes);
  const { producer, records, nodes: places } = json.value;
  const embedSchema = call.flag("embedSchema") || json.value.embedSchema;
  const listed = call.text("for") === undefined ? (build.value.manifest ?? []).map(({ name }) => name) : [];
  const losses: Loss[] = [];
  const leftOut = (loss: Loss): void => void losses.push(loss);
  const encoded = encodeDump({ producer, records, ...target.value, embedSchema, listed, leftOut });
  if (encoded.ok) {
    call.terminal.say(droppedText(json.value.dropped));
    call.terminal.say(lossesText(losses));
    return call.deliver(encoded.bytes);
  }
  call.report(encoded.problems.map((problem) => refusal(problem, json.value, places)));
  return status.no;
}

/** More than this is counted. */
const mostLosses = 100;

function lossesText(losses: readonly Loss[]): string {
  const lines = losses
    .slice(0, mostLosses)
    .map(({ path, version }) => `left out for version ${formatVersion(version)}: ${escapeText(path)} (ignorable)\n`);
  const more = losses.length - lines.length;
  return lines.join("") + (more > 0 ? `and ${more} more are left out (ignorable)\n` : "");
}

/** What whoever printed the JSON had dropped. */
function droppedText(paths: readonly string[]): string {
  const lines = paths
    .slice(0, mostLosses)
    .map((path) => `not in this JSON: ${escapeText(path)} (dropped, ignorable)\n`);
  return lines.join("") + (paths.length > lines.length ? `and ${paths.length - lines.length} more are not\n` : "");
}

/** The schemas that the values are of. */
interface Build {
  readonly known: ReadonlyMap<string, KnownModule>;
  readonly world: World;
  readonly versions: ReadonlyMap<string, Version>;
  /** The readers that each module at its working version says it writes for. */
  readonly writes: ReadonlyMap<string, readonly Version[]>;
  /** As the JSON of a dump has it, so that decoding and encoding gives the dump again; null without one. */
  readonly manifest: readonly ManifestModule[] | null;
  /** Versions that these schemas never work with, by the gate. */
  readonly never: readonly Never[];
}

async function buildOf(call: Call, nodes: readonly JsonNode[]): Promise<Outcome<Build>> {
  const [first] = nodes;
  const manifest = call.text("type") === undefined && first !== undefined ? manifestFromJson(first) : null;
  if (manifest !== null && manifest.diagnostics.length > 0) return failed(...manifest.diagnostics);
  const libraries = await librariesFor(call, manifest?.modules ?? null);
  if (!libraries.ok) return libraries;
  return manifest === null
    ? await buildOfWorking(libraries.value)
    : await buildOfManifest(call, libraries.value, manifest.modules);
}

/** Each module at its working version, or at the one that its SOURCE means. */
async function buildOfWorking(libraries: readonly Library[]): Promise<Outcome<Build>> {
  const { neverOf } = await import("./verdicts.ts");
  const known = new Map<string, KnownModule>();
  const versions = new Map<string, Version>();
  const writes = new Map<string, readonly Version[]>();
  const never: Never[] = [];
  for (const library of libraries) {
    const judged = neverOf(library);
    for (const [name, module] of library.modules) {
      if (known.has(name)) continue;
      const own = judged.filter((one) => one.module === name && one.direction === "rollback");
      never.push(...own);
      known.set(name, listingReaders(module, judged));
      versions.set(name, library.versions.get(name) ?? module.module.version);
      writes.set(name, module.module.writes);
    }
  }
  if (known.size > 0) return done({ known, versions, writes, world: worldOf(known, versions), manifest: null, never });
  return failed(misuse("no schemas to encode by", "name them with `--schema`, or run in the folder of a `baton.json`"));
}

/** A module whose native dumps name the readers that take them as they are meant, as generated code does. */
function listingReaders(known: KnownModule, judged: readonly Never[]): KnownModule {
  const { module } = known;
  const isApart = (version: Version): boolean =>
    judged.some((one) => {
      const isOf = one.module === module.name && one.version === version;
      return isOf && (one.direction === "rollback" || one.corrupting);
    });
  return { ...known, module: { ...module, writes: module.writes.filter((version) => !isApart(version)) } };
}

/** Each module as the manifest has it, found by fingerprint. */
async function buildOfManifest(
  call: Call,
  libraries: readonly Library[],
  manifest: readonly ManifestModule[],
): Promise<Outcome<Build>> {
  const known = new Map<string, KnownModule>();
  const missing: Pick<ManifestModule, "name" | "version" | "fingerprint">[] = [];
  for (const entry of manifest) {
    const { name, version, fingerprint } = entry;
    const module = libraries
      .flatMap(({ modules }) => modules.get(name) ?? [])
      .find((each) => each.fingerprints.get(version) === fingerprint);
    if (module === undefined) missing.push(entry);
    else {
      known.set(name, module);
      missing.push(...otherContracts(module, entry));
    }
  }
  if (missing.length > 0) {
    const given = call.arguments[0] ?? "-";
    const dump = given === "-" ? inputName : given;
    return failed(
      noSchema(
        dump,
        missing,
        libraries.map(({ modules }) => [...modules.values()]),
      ),
    );
  }
  const versions = new Map(manifest.map(({ name, version }) => [name, version]));
  const never = call.text("for") === undefined ? [] : await neverOfManifest(libraries, known, versions);
  const writes = new Map([...known].map(([name, { module }]) => [name, module.writes]));
  return done({ known, versions, writes, world: worldOf(known, versions), manifest, never });
}

/** Readers of a dump at versions that its schema has by other fingerprints. Of versions that it does not have, such as a branch's, nothing is known. */
function otherContracts(
  { fingerprints }: KnownModule,
  { name, writes }: ManifestModule,
): readonly Pick<ManifestModule, "name" | "version" | "fingerprint">[] {
  return writes
    .filter(({ version, fingerprint }) => (fingerprints.get(version) ?? fingerprint) !== fingerprint)
    .map((one) => ({ name, ...one }));
}

/** What the gate says of writing older versions of the modules that a dump was written by. */
async function neverOfManifest(
  libraries: readonly Library[],
  known: ReadonlyMap<string, KnownModule>,
  versions: ReadonlyMap<string, Version>,
): Promise<readonly Never[]> {
  const { neverOf } = await import("./verdicts.ts");
  return libraries.flatMap((library) =>
    neverOf(library).filter(({ module, direction }) => {
      const own = library.modules.get(module);
      return direction === "rollback" && own === known.get(module) && own?.module.version === versions.get(module);
    }),
  );
}

function worldOf(known: ReadonlyMap<string, KnownModule>, versions: ReadonlyMap<string, Version>): World {
  return new Map(
    [...known].map(([name, { module, views }]) => [name, views.get(versions.get(name) ?? module.version) ?? module]),
  );
}

/** The record type that is meant by a name, with or without its module. */
function recordNamed(world: World, name: string): Outcome<WireState> {
  const states = [...recordStates(world).values()];
  const [found, second, ...more] = states.filter((one) => one.name === name || `${one.module}.${one.name}` === name);
  if (found !== undefined && second === undefined) return done(found);
  if (found !== undefined && second !== undefined) {
    const several = [found, second, ...more].map((one) => `${one.module}.${one.name}`).toSorted();
    return failed(diagnose("B9303", rows.B9303, { name, several }, { span: null }));
  }
  const names = states.flatMap((each) => [`${each.module}.${each.name}`, each.name]);
  return failed(diagnose("B9303", rows.B9303, { name, nearest: closest(name, names) }, { span: null }));
}

function recordsOf(call: Call, nodes: readonly JsonNode[], world: World, source: Source): Outcome<JsonDump> {
  const name = call.text("type");
  const [only, second] = nodes;
  if (name !== undefined) {
    const state = recordNamed(world, name);
    if (!state.ok) return state;
    if (only === undefined) {
      const facts = { expected: "values", found: "nothing" };
      const help = "a dump without records is encoded of `[]`";
      return failed(jsonMistake("B8404", facts, { source, start: 0, end: 0 }, help));
    }
    return checked(valuesFromJson(nodes, state.value));
  }
  if (only === undefined || second !== undefined) {
    const found = only === undefined ? "nothing" : "several values";
    const help = "values of one type are encoded with `--type`";
    const span = second?.span ?? { source, start: 0, end: 0 };
    return failed(
      jsonMistake("B8404", { expected: "one dump, as `baton decode --format json` prints it", found }, span, help),
    );
  }
  return checked(dumpFromJson(only, world));
}

function checked(json: JsonDump): Outcome<JsonDump> {
  return json.diagnostics.length > 0 ? failed(...json.diagnostics) : done(json);
}

interface Target {
  readonly modules: ReadonlyMap<string, WriterModule>;
  readonly working: World | null;
}

/** What is written: what the values are of, or the versions of `--for`. */
function targetOf(call: Call, build: Build, json: JsonDump): Outcome<Target> {
  const asked = call.text("for");
  if (asked === undefined) {
    const modules =
      build.manifest === null ? writerModules(build.known, build.versions) : writersOf(build, build.manifest);
    return done({ modules, working: null });
  }
  const own = new Set(json.records.map(({ type }) => type.slice(0, type.lastIndexOf("."))));
  const versions = readVersions(asked, build.known, own);
  if (!versions.ok) return versions;
  const never = build.never.filter(({ module, version }) => versions.value.get(module) === version);
  if (never.length > 0) return failed(...never.map((one) => neverWritten(one, build)));
  const excluded = [...versions.value].filter(([name, version]) => isExcluded(build, name, version));
  if (excluded.length > 0)
    return failed(...excluded.map(([module, version]) => notWritten(module, formatVersion(version), build)));
  for (const [name, version] of versions.value) {
    const lacks = lackedOf(build, own, versions.value, name, version);
    if (lacks === null) continue;
    const others = (other: Version): boolean => lackedOf(build, own, versions.value, name, other) === null;
    return failed(notWritten(name, `${formatVersion(version)} (${lacks})`, build, others));
  }
  const modules = writerModules(build.known, new Map([...build.versions, ...versions.value]));
  // What else there is among the schemas, and does not fit these versions, has no part in this.
  const fitting = new Map([...modules].map(([name, { view }]) => [name, view]));
  dropIncomplete(fitting);
  return done({ modules: new Map([...modules].filter(([name]) => fitting.has(name))), working: build.world });
}

/** What records of the modules `own` need of a module that its version lacks, the others being at the versions `asked`; null if nothing. */
function lackedOf(
  { world, known }: Build,
  own: ReadonlySet<string>,
  asked: ReadonlyMap<string, Version>,
  name: string,
  version: Version,
): string | null {
  const then = new Map(world);
  for (const [module, at] of new Map([...asked, [name, version]])) {
    const view = known.get(module)?.views.get(at);
    if (view !== undefined) then.set(module, view);
  }
  const needed = new Set(own);
  for (const module of needed) {
    const view = then.get(module);
    if (view === undefined) continue;
    for (const imported of view.imports) needed.add(imported);
    const lacks = unresolved(then, view);
    if (lacks?.startsWith(`${name}.`) === true) return `without ${lacks}, which ${module} holds`;
  }
  return null;
}

/** Whether a module says itself that it does not write for a version. What an older one could write is not in the schema. */
function isExcluded({ known, versions, writes }: Build, name: string, version: Version): boolean {
  const module = known.get(name)?.module;
  return module !== undefined && versions.get(name) === module.version && writes.get(name)?.includes(version) === false;
}

function neverWritten({ module, version, because }: Never, build: Build): Diagnostic {
  return notWritten(module, `${formatVersion(version)} (${because})`, build);
}

/** As the runtime refuses it. `others`: the versions that may be written all the same. */
function notWritten(
  module: string,
  found: string,
  { known, never }: Build,
  others: (version: Version) => boolean = () => true,
): Diagnostic {
  const isNever = (version: Version): boolean => never.some((one) => one.module === module && one.version === version);
  const writes = known.get(module)?.module.writes.filter((version) => !isNever(version) && others(version)) ?? [];
  const expected = writes.map(formatVersion).join(", ");
  const one = problem("B8304", { found, expected }, { path: module });
  return { code: one.code, severity: "error", message: problemText(one), span: null, notes: [] };
}

function writersOf(build: Build, manifest: readonly ManifestModule[]): ReadonlyMap<string, WriterModule> {
  return new Map(
    manifest.flatMap(({ name, fingerprint, draft, writes }) => {
      const view = build.world.get(name);
      return view === undefined ? [] : [[name, { view, fingerprint, draft, writes }] as const];
    }),
  );
}

async function readText(call: Call, path: string): Promise<Outcome<Source>> {
  if (path !== "-") return readSource(call.files, call.path(path), largestJson);
  const bytes = await call.input(largestJson);
  if (bytes !== null) return decodeSource(inputName, bytes);
  return failed(diagnose("B9005", rows.B9005, { path: inputName, limit: largestJson }, { span: null }));
}

/** What the encoder refuses, at the record that has it. */
function refusal(problem: Problem, { records }: JsonDump, places: readonly JsonNode[]): Diagnostic {
  const at = records.findIndex(({ type, instance }) => {
    const head = `${type}#${instance}`;
    return problem.path === head || problem.path.startsWith(`${head}.`);
  });
  const record = places[at];
  const place = record === undefined ? null : nodeAtPath(record, problem.path);
  const span = place === null ? null : shortSpan(place);
  return { code: problem.code, severity: "error", message: problemText(problem), span, notes: [] };
}

/** A list on one line as it is; of what is larger its bracket. */
function shortSpan({ kind, span }: JsonNode): Span {
  const isShort = kind === "array" && !span.source.text.slice(span.start, span.end).includes("\n");
  return isShort || (kind !== "array" && kind !== "object") ? span : { ...span, end: span.start + 1 };
}

function misuse(problem: string, help: string): Diagnostic {
  return diagnose("B9001", rows.B9001, { problem, help }, { span: null });
}
