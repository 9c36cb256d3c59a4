import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { HEADER_BYTES, RECORD_HEADER_BYTES } from "../dump/format.ts";
import { inspect, inspectStream, type InspectOptions, type Item } from "../dump/inspect.ts";
import type { Manifest } from "../dump/manifest.ts";
import { isDamaged, type Problem } from "../dump/problem.ts";
import { sourceOf, type Source } from "../dump/source.ts";
import { cannotRead, done, failed, readDescriptor, reason, shorter, systemCode, type Outcome } from "./files.ts";
import { chunksOf } from "./terminal.ts";

/** A dump that is open; what it reads may throw as the file system does. */
export interface OpenDump {
  readonly source: Source;
  readonly close: () => void;
}

/** What is read at once: small beside a table, large beside a member. */
const block = 1 << 20;

/** A pipe cannot be read by place, so it is read whole. */
export const largestPipe = 2 ** 31 - 1;

/** Of a pipe that brings more than can be held. */
export function pipeTooLarge(shown: string): Diagnostic {
  const help = "write it to a file and name that: a dump in a file may be of any size";
  return diagnose("B9005", rows.B9005, { path: shown, limit: largestPipe, help }, { span: null });
}

/** Opens a dump to be read by place. A pipe is read whole; a file is not, whatever its size. */
export function openDump(directory: string, path: string): Outcome<OpenDump> {
  const shown = shorter(directory, path);
  try {
    const descriptor = openSync(path, "r");
    const status = fstatSync(descriptor);
    if (status.isFile())
      return done({ source: fileSource(descriptor, status.size), close: () => closeSync(descriptor) });
    try {
      if (status.isDirectory()) return failed(cannotRead(shown, "it is a folder"));
      const first = readFirst(descriptor);
      // What is no dump may never end.
      if (dumpHead(sourceOf(first)).foreign !== null) return done({ source: sourceOf(first), close: () => {} });
      const rest = readDescriptor(descriptor, 0, largestPipe - first.length);
      const bytes = rest === null ? null : Buffer.concat([first, rest]);
      if (bytes === null) return failed(pipeTooLarge(shown));
      return done({ source: sourceOf(bytes), close: () => {} });
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return failed(cannotRead(shown, systemCode(error) === "EISDIR" ? "it is a folder" : reason(error)));
  }
}

/** Enough to tell a dump from what is none. */
const firstBytes = 1 << 12;

function readFirst(descriptor: number): Uint8Array {
  const bytes = new Uint8Array(firstBytes);
  let count = 0;
  while (count < firstBytes) {
    const read = readSync(descriptor, bytes, count, firstBytes - count, null);
    if (read === 0) break;
    count += read;
  }
  return bytes.subarray(0, count);
}

function fileSource(descriptor: number, size: number): Source {
  let kept: Uint8Array = new Uint8Array(0);
  let keptFrom = 0;
  return {
    size,
    read(offset, length) {
      if (offset >= keptFrom && offset + length <= keptFrom + kept.length) {
        return kept.subarray(offset - keptFrom, offset - keptFrom + length);
      }
      const wanted = Math.max(0, Math.min(size - offset, Math.max(length, block)));
      const bytes = new Uint8Array(wanted);
      let count = 0;
      while (count < wanted) {
        const read = readSync(descriptor, bytes, count, wanted - count, offset + count);
        // The file has become shorter since it was opened.
        if (read === 0) break;
        count += read;
      }
      kept = bytes.subarray(0, count);
      keptFrom = offset;
      return kept.subarray(0, length);
    },
  };
}

/** A dump that is open, whether it can be read by place or only once. */
export interface DumpInput {
  /** Its first bytes: at least the manifest, if it is as long as any is. */
  readonly head: Source;
  /** Bytes of all of it; null where nobody knows before the end. */
  readonly size: number | null;
  /** Walks it, once. */
  readonly walk: (options: InspectOptions, watch: Watch) => Iterable<Item> | AsyncIterable<Item>;
  readonly close: () => void;
}

/** Called with how many bytes were read so far. */
export type Watch = (bytes: number) => void;

/** Opens a dump to be walked once, in constant memory: a file by place, anything else as it comes. */
export async function openDumpInput(directory: string, path: string): Promise<Outcome<DumpInput>> {
  const shown = shorter(directory, path);
  try {
    const descriptor = openSync(path, "r");
    const status = fstatSync(descriptor);
    if (status.isDirectory()) {
      closeSync(descriptor);
      return failed(cannotRead(shown, "it is a folder"));
    }
    if (!status.isFile()) {
      const input = await streamInput(chunksOf(descriptor));
      return done({ ...input, close: () => closeSync(descriptor) });
    }
    return done(fileInput(fileSource(descriptor, status.size), () => closeSync(descriptor)));
  } catch (error) {
    return failed(cannotRead(shown, systemCode(error) === "EISDIR" ? "it is a folder" : reason(error)));
  }
}

function fileInput(source: Source, close: () => void): DumpInput {
  const { size } = source;
  const walk: DumpInput["walk"] = (options, watch) => {
    const read: Source["read"] = (offset, length) => {
      watch(offset);
      return source.read(offset, length);
    };
    return inspect({ size, read }, options);
  };
  return { head: source, size, walk, close };
}

/** A dump as it arrives: what its head spans is held until the walk begins. */
export async function streamInput(chunks: AsyncIterable<Uint8Array>): Promise<DumpInput> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let held = 0;
  for (let wanted = headBytes; held < wanted;) {
    const next = await iterator.next();
    if (next.done === true) break;
    first.push(next.value);
    held += next.value.length;
    if (held >= headBytes && wanted === headBytes) wanted = headBytes + manifestBytes(Buffer.concat(first));
  }
  const head = Buffer.concat(first);
  async function* all(watch: Watch): AsyncGenerator<Uint8Array, void, undefined> {
    let count = head.length;
    yield head;
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return;
      count += next.value.length;
      watch(count);
      yield next.value;
    }
  }
  return {
    head: sourceOf(head),
    size: null,
    walk: (options, watch) => inspectStream(all(watch), options),
    close: () => void iterator.return?.(),
  };
}

/** Some bytes as they arrive, and the first of them. */
export async function begun(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly first: Uint8Array; readonly chunks: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let count = 0;
  while (count < HEADER_BYTES) {
    const next = await iterator.next();
    if (next.done === true) break;
    held.push(next.value);
    count += next.value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array, void, undefined> {
    yield* held;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  }
  return { first: Buffer.concat(held), chunks: all() };
}

/** All of some bytes; null if there are more than `limit`. */
export async function gathered(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array | null> {
  const held: Uint8Array[] = [];
  let count = 0;
  for await (const chunk of chunks) {
    count += chunk.length;
    if (count > limit) return null;
    held.push(chunk);
  }
  return Buffer.concat(held);
}

/** The header of a dump and of its first record. */
const headBytes = HEADER_BYTES + RECORD_HEADER_BYTES;

/** Bytes of the manifest's body, as its header says, if it can be one. */
function manifestBytes(head: Uint8Array): number {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const length = Number(view.getBigUint64(HEADER_BYTES + 16, true));
  return length <= largestHead ? length : 0;
}

/** The manifest and the embedded schema of a dump, as far as they can be read. */
export interface DumpHead {
  /** Why the bytes are no dump at all; null if they begin as one. */
  readonly foreign: Problem | null;
  readonly manifest: Manifest | null;
  /** Whether the manifest's bytes are not those that were written. */
  readonly damaged: boolean;
  readonly schema: Uint8Array | null;
  /** The first thing that is wrong up to the first record. */
  readonly problem: Problem | null;
}

/** Reads no more of a dump than its head. */
export function dumpHead(source: Source): DumpHead {
  let foreign: Problem | null = null;
  let manifest: Manifest | null = null;
  let damaged = false;
  let schema: Uint8Array | null = null;
  let wrong: Problem | null = null;
  const none = { world: new Map(), missing: [], problems: [] };
  for (const item of inspect(source, { maxBody: largestHead, schemas: () => none })) {
    if (item.kind !== "record") wrong ??= item.problems[0] ?? null;
    // Bytes that go on as a dump are one, whose magic was hit.
    if (item.kind === "manifest" || item.kind === "record") foreign = null;
    if (item.kind === "manifest") {
      ({ manifest } = item);
      damaged = isDamaged(item.problems);
    } else if (item.kind === "schema") schema = item.body;
    else if (item.kind === "header") foreign = item.problems.find(({ code }) => code === "B8001") ?? null;
    else break;
  }
  return { foreign, manifest, damaged, schema, problem: wrong };
}

/** A manifest or compressed schema is smaller; the first record, which is not looked at, may not be. */
const largestHead = 32 * 1024 * 1024;
