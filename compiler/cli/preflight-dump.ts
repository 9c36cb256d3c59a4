import type { Diagnostic } from "../diagnostics/catalogue.ts";
import type { Embedded } from "../dump/embedded.ts";
import { findSchemas, type KnownModule } from "../dump/find.ts";
import {
  compareHandles,
  preflight,
  preflightStream,
  type Descriptor,
  type HandleDifference,
  type Judgement,
  type PreflightOptions,
  type PreflightReader,
} from "../dump/preflight.ts";
import type { Manifest } from "../dump/manifest.ts";
import { sourceOf, type Source } from "../dump/source.ts";
import { begun, dumpHead, openDump } from "../host/dump-file.ts";
import type { World } from "../schema/ir.ts";

/** What all dumps of a call are judged with; it can be sent to another thread. */
export interface PreflightSetup {
  readonly directory: string;
  readonly readers: readonly PreflightReader[];
  /** Schemas of the project, which dumps may have been written with: beside those of a reader they name what it does not know. */
  readonly known: readonly KnownModule[];
  /** The descriptors that handles are held against; null if none are asked for. */
  readonly descriptors: readonly Descriptor[] | null;
}

/** What one reader makes of a dump. */
export type ReaderResult = Omit<Judgement, "handles"> & { readonly fds: HandleDifference | null };

/** One dump, judged by every reader; or why it cannot be read at all. */
export type DumpResult =
  | { readonly dump: string; readonly readers: readonly ReaderResult[]; readonly mistakes: null }
  | { readonly dump: string; readonly readers: readonly []; readonly mistakes: readonly Diagnostic[] };

/** Reads the schema record of a dump. */
export type ReadEmbedded = (body: Uint8Array) => Embedded;

/** Judges the dump of a file. */
export function judgeFile(setup: PreflightSetup, embedded: ReadEmbedded, dump: string, path: string): DumpResult {
  const opened = openDump(setup.directory, path);
  if (!opened.ok) return { dump, readers: [], mistakes: opened.mistakes };
  try {
    return judgeSource(setup, embedded, dump, opened.value.source);
  } finally {
    opened.value.close();
  }
}

/** Judges a dump. */
function judgeSource(setup: PreflightSetup, embedded: ReadEmbedded, dump: string, source: Source): DumpResult {
  const foreign = foreignIn(dump, source);
  if (foreign !== null) return foreign;
  return resultOf(setup, dump, preflight(source, setup.readers, optionsOf(setup, embedded)));
}

/** Judges a dump as it arrives. */
export async function judgeChunks(
  setup: PreflightSetup,
  embedded: ReadEmbedded,
  dump: string,
  given: AsyncIterable<Uint8Array>,
): Promise<DumpResult> {
  const { first, chunks } = await begun(given);
  const foreign = foreignIn(dump, sourceOf(first));
  if (foreign !== null) return foreign;
  return resultOf(setup, dump, await preflightStream(chunks, setup.readers, optionsOf(setup, embedded)));
}

function foreignIn(dump: string, source: Source): DumpResult | null {
  const { foreign } = dumpHead(source);
  if (foreign === null) return null;
  const message = `\`${dump}\`: ${foreign.message}`;
  return { dump, readers: [], mistakes: [{ code: foreign.code, severity: "error", message, span: null, notes: [] }] };
}

function optionsOf(setup: PreflightSetup, embedded: ReadEmbedded): PreflightOptions {
  return {
    writers: (manifest, schema, reader) => writersOf({ setup, reader, embedded }, manifest, schema),
    handles: setup.descriptors !== null,
  };
}

function resultOf({ descriptors }: PreflightSetup, dump: string, judgements: readonly Judgement[]): DumpResult {
  const readers = judgements.map(({ handles, ...rest }): ReaderResult => ({
    ...rest,
    fds: descriptors === null ? null : compareHandles(handles, descriptors),
  }));
  return { dump, readers, mistakes: null };
}

/** Dumps of one build have one manifest, and of a list most are of a few builds: what is known of those is kept. */
const worlds = new WeakMap<PreflightReader, Map<string, World>>();
const keptWorlds = 64;
const fingerprints = new WeakMap<PreflightReader, ReadonlySet<string>>();

interface Knowing {
  readonly setup: PreflightSetup;
  readonly reader: PreflightReader;
  readonly embedded: ReadEmbedded;
}

/** The schemas that a dump was written with, as far as one reader, the project and the dump know them: other readers have no say in that. */
function writersOf({ setup, reader, embedded }: Knowing, manifest: Manifest, schema: Uint8Array | null): World {
  const kept = worlds.get(reader) ?? new Map<string, World>();
  worlds.set(reader, kept);
  const key = manifest.modules.map(({ name, fingerprint }) => `${name} ${fingerprint}`).join("\n");
  const known = kept.get(key);
  if (known !== undefined) return known;
  const candidates = [reader.known, setup.known];
  const found = findSchemas(manifest, schema, { candidates, embedded });
  // What a dump carries itself is no other dump's business.
  const own = fingerprints.get(reader) ?? new Set(candidates.flat().flatMap((one) => [...one.fingerprints.values()]));
  fingerprints.set(reader, own);
  const isOwn = manifest.modules.some(({ fingerprint }) => !own.has(fingerprint));
  if (!isOwn && kept.size < keptWorlds) kept.set(key, found.world);
  return found.world;
}

/** Whether nothing stops a reader, and nothing is left behind. */
export function isTaken({ taken, fds }: ReaderResult): boolean {
  return taken && (fds === null || (fds.missing.length === 0 && fds.unclaimed.length === 0));
}
