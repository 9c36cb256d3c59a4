import { Dump } from "./dump.ts";
import { StreamedDump } from "./dump-stream.ts";
import { BatonError } from "./errors.ts";
import { sourceOfBlob, sourceOfChunks } from "./incoming.ts";
import { checkOptions } from "./options.ts";
import type { DumpOptions } from "./sequence.ts";
import { valueText } from "./values.ts";
import { checkModules } from "./versions.ts";

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
  checkModules(options?.modules);
  checkOptions(options, ["modules", "dropped", "keepUnknown"]);
  if (source instanceof Uint8Array) return new Dump(source, options);
  if (source instanceof Blob) return StreamedDump.open(sourceOfBlob(source), options);
  if (isChunks(source)) return StreamedDump.open(sourceOfChunks(source), options);
  const expected = "a Uint8Array, a Blob or an async iterable of Uint8Arrays";
  throw new BatonError("B8308", { expected, found: valueText(source) });
}

function isChunks(source: unknown): source is AsyncIterable<Uint8Array> {
  return typeof source === "object" && source !== null && Symbol.asyncIterator in source;
}
