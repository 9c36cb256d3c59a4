import { Dump } from "./dump.ts";
import { sourceOfBlob, sourceOfChunks, StreamedDump } from "./dump-stream.ts";
import type { DumpOptions } from "./sequence.ts";

/**
 * Opens a dump: judges its header and its manifest, before a byte of state is taken over. Bytes are read where they lie; a Blob or chunks from
 * anywhere are read record by record, at the memory of one record.
 */
export function openDump(source: Uint8Array, options: DumpOptions): Dump;
export function openDump(source: Blob | AsyncIterable<Uint8Array>, options: DumpOptions): Promise<StreamedDump>;
export function openDump(
  source: Uint8Array | Blob | AsyncIterable<Uint8Array>,
  options: DumpOptions,
): Dump | Promise<StreamedDump> {
  if (source instanceof Uint8Array) return new Dump(source, options);
  const bytes = source instanceof Blob ? sourceOfBlob(source) : sourceOfChunks(source);
  return StreamedDump.open(bytes, options);
}
