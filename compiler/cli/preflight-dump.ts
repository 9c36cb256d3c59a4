import type { Diagnostic } from "../diagnostics/catalogue.ts";
import type { Embedded } from "../dump/embedded.ts";
import { findSchemas, type KnownModule } from "../dump/find.ts";
import {
  compareHandles,
  preflight,
  type Descriptor,
  type HandleDifference,
  type Judgement,
  type PreflightReader,
} from "../dump/preflight.ts";
import type { Source } from "../dump/source.ts";
import { dumpHead, openDump } from "../host/dump-file.ts";

/** What all dumps of a call are judged with; it can be sent to another thread. */
export interface PreflightSetup {
  readonly directory: string;
  readonly readers: readonly PreflightReader[];
  /** Schemas that dumps may have been written with, to name what a reader does not know. */
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
export function judgeSource(setup: PreflightSetup, embedded: ReadEmbedded, dump: string, source: Source): DumpResult {
  const { foreign } = dumpHead(source);
  if (foreign !== null) {
    const message = `\`${dump}\`: ${foreign.message}`;
    return { dump, readers: [], mistakes: [{ code: foreign.code, severity: "error", message, span: null, notes: [] }] };
  }
  const judgements = preflight(source, setup.readers, {
    writers: (manifest, schema) => findSchemas(manifest, schema, { candidates: [setup.known], embedded }).world,
  });
  const readers = judgements.map(({ handles, ...rest }): ReaderResult => {
    const { descriptors } = setup;
    return { ...rest, fds: descriptors === null ? null : compareHandles(handles, descriptors) };
  });
  return { dump, readers, mistakes: null };
}

/** Whether nothing stops a reader, and nothing is left behind. */
export function isTaken({ taken, fds }: ReaderResult): boolean {
  return taken && (fds === null || (fds.missing.length === 0 && fds.unclaimed.length === 0));
}
