import { delimiter } from "node:path";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { embeddedReader, type Embedded } from "../dump/embedded.ts";
import { findSchemas, type KnownModule } from "../dump/find.ts";
import type { InspectOptions } from "../dump/inspect.ts";
import type { ManifestModule } from "../dump/manifest.ts";
import type { Source } from "../dump/source.ts";
import { dumpHead } from "../host/dump-file.ts";
import { done, failed, type Outcome } from "../host/files.ts";
import { contextOf, readLibrary, readProject, type Library } from "../host/source.ts";
import { formatVersion } from "../schema/version.ts";
import type { Call } from "./call.ts";

/** How the schemas of a dump are chosen once its manifest is read, and what could not be looked into. */
export interface DumpSchemas {
  readonly choose: InspectOptions["schemas"];
  /** Reads a schema that travels. */
  readonly embedded: (body: Uint8Array) => Embedded;
  /** Mistakes in places that were not named by the call: worth telling only if a schema is missing. */
  readonly skipped: readonly Diagnostic[];
  /** All that is known here, in the order in which it was looked into. */
  readonly candidates: readonly (readonly KnownModule[])[];
  /** What to say of modules for which there was no schema; nothing if there are none. */
  readonly lacking: (missing: readonly string[]) => readonly Diagnostic[];
}

/**
 * Where the schemas of a dump are looked for, by fingerprint: `--schema`, then `baton.json`, then `BATON_SCHEMA_PATH`, then the dump itself. A place
 * is read only if those before it do not have what the manifest asks for. What is no dump at all is refused.
 */
export async function schemasFor(call: Call, dump: Source, name: string): Promise<Outcome<DumpSchemas>> {
  const { foreign, manifest, damaged } = dumpHead(dump);
  if (foreign !== null) {
    const message = `\`${name}\`: ${foreign.message}`;
    const help = packedHelp(dump.read(0, 8));
    return failed({ code: foreign.code, severity: "error", message, span: null, notes: [], ...help });
  }
  const found = await search(call, manifest?.modules ?? []);
  if (!found.ok) return found;
  const { libraries, skipped } = found.value;
  const candidates: readonly (readonly KnownModule[])[] = libraries.map(({ modules }) => [...modules.values()]);
  const embedded = await embeddedReader();
  const lacking = (missing: readonly string[]): readonly Diagnostic[] => {
    const entries = (manifest?.modules ?? []).filter((entry) => missing.includes(entry.name));
    return missing.length === 0 ? [] : [...skipped, noSchema(name, entries, candidates, damaged)];
  };
  const given = candidates.slice(0, call.texts("schema").length);
  const choose: DumpSchemas["choose"] = (known, schema, hit) =>
    findSchemas(known, schema, { candidates, embedded, given }, hit);
  return done({ skipped, candidates, lacking, choose, embedded });
}

/** How files begin that hold something packed, and what unpacks them. */
const packings: readonly (readonly [start: readonly number[], name: string, unpack: string])[] = [
  [[0x1f, 0x8b], "gzip", "gunzip -c"],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd", "zstd -dc"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "xz", "xz -dc"],
  [[0x42, 0x5a, 0x68], "bzip2", "bzip2 -dc"],
];

function packedHelp(bytes: Uint8Array): { readonly help?: string } {
  const found = packings.find(([start]) => start.every((byte, i) => bytes[i] === byte));
  if (found === undefined) return {};
  const [, name, unpack] = found;
  return {
    help: `it is compressed by ${name}: \`${unpack} FILE\` and a pipe, with \`-\` in the place of the file, read what is in it`,
  };
}

/** Which fingerprints no schema has, and what is known of those modules: other contracts of the same name, which nothing is read by. */
export function noSchema(
  dump: string,
  entries: readonly Pick<ManifestModule, "name" | "version" | "fingerprint">[],
  candidates: readonly (readonly KnownModule[])[],
  damaged: boolean = false,
): Diagnostic {
  const modules = entries.map(({ name, version }) => `${name} version ${formatVersion(version)}`).join(", ");
  const notes = entries.map(({ name, version, fingerprint }) => {
    const known = new Set(
      candidates.flat().flatMap(({ module, views }) => (module.name === name ? [...views.keys()] : [])),
    );
    const versions = [...known].sort((a, b) => a - b);
    const newer = versions.filter((each) => each > version).map(formatVersion);
    const what =
      versions.length === 0
        ? "no schema of this module is known here"
        : `known here by other fingerprints: ${versions.map(formatVersion).join(", ")}`;
    const than = newer.length === 0 ? "" : `; newer than it: ${newer.join(", ")}`;
    return { message: `${name} version ${formatVersion(version)} has the fingerprint ${fingerprint}; ${what}${than}` };
  });
  const hit = { message: "the checksum of the manifest fails, so its fingerprints and names may be what is damaged" };
  return diagnose("B9202", rows.B9202, { dump, modules }, { span: null, notes: damaged ? [hit, ...notes] : notes });
}

/** The schemas to encode by: those that a manifest asks for, or without one the first that there are. A place that cannot be read is a mistake. */
export async function librariesFor(
  call: Call,
  manifest: readonly ManifestModule[] | null,
): Promise<Outcome<readonly Library[]>> {
  const found = await search(call, manifest);
  if (!found.ok) return found;
  const { libraries, skipped } = found.value;
  return skipped.length > 0 ? failed(...skipped) : done(libraries);
}

interface Search {
  readonly libraries: readonly Library[];
  readonly skipped: readonly Diagnostic[];
}

async function search(call: Call, asked: readonly ManifestModule[] | null): Promise<Outcome<Search>> {
  const context = await contextOf(call.terminal.directory);
  const skipped: Diagnostic[] = context.ok ? [] : [...context.mistakes];
  const where = context.ok ? context.value : { directory: call.terminal.directory, config: null };
  const libraries: Library[] = [];
  const mistakes: Diagnostic[] = [];
  for (const source of call.texts("schema")) {
    const library = await readLibrary(where, source);
    if (library.ok) libraries.push(library.value);
    else mistakes.push(...library.mistakes);
  }
  if (mistakes.length > 0) return failed(...mistakes);
  const complete = (): boolean =>
    asked === null
      ? libraries.length > 0
      : asked.every(({ fingerprint }) => libraries.some((library) => has(library, fingerprint)));
  const further: readonly (() => Promise<Outcome<Library | null>>)[] = [
    () => readProject(where),
    ...searchPath(call).map((path) => () => readLibrary(where, path)),
  ];
  for (const read of further) {
    if (complete()) break;
    const library = await read();
    if (!library.ok) skipped.push(...library.mistakes);
    else if (library.value !== null) libraries.push(library.value);
  }
  // Nobody needs to know what was wrong with places that were not needed.
  return done({ libraries, skipped: complete() && asked !== null ? [] : skipped });
}

function has({ modules }: Library, fingerprint: string): boolean {
  return [...modules.values()].some(({ fingerprints }) => [...fingerprints.values()].includes(fingerprint));
}

/** The files and folders of `BATON_SCHEMA_PATH`. */
function searchPath(call: Call): readonly string[] {
  const text = call.terminal.environment["BATON_SCHEMA_PATH"] ?? "";
  return text.split(delimiter).filter((path) => path !== "");
}
