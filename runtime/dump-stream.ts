import { checkCodec, checkModule, decodeBody, type AnyCodec } from "./dump.ts";
import { BatonError, withPlace } from "./errors.ts";
import { largestBody } from "./form.ts";
import { openInput, type DecodeOptions } from "./input.ts";
import { decodeManifest, type Manifest } from "./manifest.ts";
import { checkDecodeOptions, checkIsCodec } from "./options.ts";
import { checkBody, checkDumpHeader, dumpHeaderBytes, padded, recordHeaderBytes } from "./record.ts";
import { decodeSchema } from "./schema-record.ts";
import {
  checkPadding,
  judgeManifest,
  knownStates,
  optionsOf,
  recordOf,
  Sequence,
  type DumpOptions,
  type Found,
  type KnownState,
} from "./sequence.ts";
import { valueText } from "./values.ts";
import { publicVersion, type Version } from "./versions.ts";

/** Bytes that come one after the other: from a file, a socket, a pipe. */
export interface ByteSource {
  /** The next bytes, fewer than asked for only at the end. They are the caller's. */
  read(bytes: number): Promise<Uint8Array>;
  /** Steps over bytes; false if there are not that many. */
  skip(bytes: number): Promise<boolean>;
}

/** Chunks of any size as a source. One chunk is held at a time. */
export function sourceOfChunks(chunks: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = chunks[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array(0);
  let at = 0;
  const step = async (): Promise<IteratorResult<Uint8Array>> => await iterator.next();
  const more = async (): Promise<boolean> => {
    while (at === chunk.length) {
      const next = await step().catch(failed);
      if (next.done === true) return false;
      chunk = next.value;
      if (!(chunk instanceof Uint8Array)) {
        throw new BatonError("B8308", { expected: "chunks that are Uint8Arrays", found: valueText(chunk) });
      }
      at = 0;
    }
    return true;
  };
  return {
    async read(bytes) {
      // Grown as bytes come, since a length may be larger than what follows.
      let taken = new Uint8Array(Math.min(bytes, 1 << 20));
      let length = 0;
      while (length < bytes && (await more())) {
        const part = chunk.subarray(at, at + bytes - length);
        if (length + part.length > taken.length) {
          const larger = new Uint8Array(Math.min(bytes, Math.max(taken.length * 2, length + part.length)));
          larger.set(taken.subarray(0, length));
          taken = larger;
        }
        taken.set(part, length);
        length += part.length;
        at += part.length;
      }
      return taken.subarray(0, length);
    },
    async skip(bytes) {
      let left = bytes;
      while (left > 0 && (await more())) {
        const step = Math.min(left, chunk.length - at);
        at += step;
        left -= step;
      }
      return left === 0;
    },
  };
}

/** What a file or a socket fails with is the cause of an error that says where it came from. */
function failed(cause: unknown): never {
  if (cause instanceof BatonError) throw cause;
  throw new BatonError("B8025", { found: cause instanceof Error ? cause.message : valueText(cause), cause });
}

/** A file of the browser, or of Node's `openAsBlob`. Headers are read a window at a time, bodies are stepped over unread. */
export function sourceOfBlob(blob: Blob): ByteSource {
  const window = 1 << 18;
  let at = 0;
  let start = 0;
  let held = new Uint8Array(0);
  return {
    async read(bytes) {
      if (at < start || at + bytes > start + held.length) {
        const size = Math.max(bytes, window);
        held = new Uint8Array(
          await blob
            .slice(at, at + size)
            .arrayBuffer()
            .catch(failed),
        );
        start = at;
      }
      const taken = held.slice(at - start, at - start + bytes);
      at += taken.length;
      return taken;
    },
    async skip(bytes) {
      at += bytes;
      return at <= blob.size;
    },
  };
}

/** A record of a dump that comes as a stream. Its body must be asked for before the walk goes on. */
export class StreamedRecord {
  readonly id: number;
  readonly instance: number;
  readonly version: Version;
  /** null for a state that none of the reader's modules has. */
  readonly type: string | null;
  readonly offset: number;
  readonly bytes: number;
  private readonly found: Found;
  private readonly fetch: () => Promise<Uint8Array>;
  private readonly manifest: Manifest;
  private readonly options: DumpOptions;

  constructor(found: Found, fetch: () => Promise<Uint8Array>, manifest: Manifest, options: DumpOptions) {
    this.id = found.header.id;
    this.instance = found.header.instance;
    this.version = publicVersion(found.header.version);
    this.type = found.state?.name ?? null;
    this.offset = found.offset;
    this.bytes = found.header.bytes;
    this.found = found;
    this.fetch = fetch;
    this.manifest = manifest;
    this.options = options;
  }

  /** The body, its checksum checked. */
  async body(): Promise<Uint8Array> {
    try {
      return await this.fetch();
    } catch (error) {
      throw error instanceof BatonError ? withPlace(error, { record: recordOf(this.found) }) : error;
    }
  }

  async decode<Value extends object>(codec: AnyCodec<Value>, options: DecodeOptions = {}): Promise<Value> {
    checkIsCodec(codec);
    checkDecodeOptions(options);
    const body = await this.body();
    try {
      checkCodec(this.found, codec);
      const start = this.offset + recordHeaderBytes;
      return decodeBody(codec, body, -start, optionsOf(this.found, this.options, options), this.manifest);
    } catch (error) {
      throw error instanceof BatonError ? withPlace(error, { record: recordOf(this.found) }) : error;
    }
  }
}

/** A dump that is read once, record by record, at the memory of one record. */
export class StreamedDump {
  readonly manifest: Manifest;
  /** The schema that travels in the dump as JSON, or null. */
  readonly schema: string | null;
  private readonly source: ByteSource;
  private readonly states: ReadonlyMap<number, KnownState>;
  private readonly sequence: Sequence;
  private readonly options: DumpOptions;
  private next: Found;
  private walked = false;

  private constructor(
    manifest: Manifest,
    schema: string | null,
    source: ByteSource,
    sequence: Sequence,
    options: DumpOptions,
    next: Found,
  ) {
    this.manifest = manifest;
    this.schema = schema;
    this.source = source;
    this.sequence = sequence;
    this.options = options;
    this.states = knownStates(options.modules);
    this.next = next;
  }

  /** Reads and judges the header and the manifest. */
  static async open(source: ByteSource, options: DumpOptions): Promise<StreamedDump> {
    const states: ReadonlyMap<number, KnownState> = knownStates(options.modules);
    checkDumpHeader(await source.read(dumpHeaderBytes));
    const sequence = new Sequence(states, options.keepUnknown === true);
    const first = await takeHeader(source, sequence);
    const input = openInput(await readBody(source, first), null);
    input.origin = input.start * 4 - first.offset - recordHeaderBytes;
    const manifest = decodeManifest(input);
    judgeManifest(manifest, options.modules);
    sequence.know(manifest);
    let next = await takeHeader(source, sequence);
    let schema: string | null = null;
    if (next.kind === "schema") {
      schema = await decodeSchema(await readBody(source, next), next.offset + recordHeaderBytes);
      next = await takeHeader(source, sequence);
    }
    return new StreamedDump(manifest, schema, source, sequence, options, next);
  }

  /**
   * The records in order, once. What is unknown and need not be understood is reported and left out, unless `keepUnknown` asks for it. The end
   * of the dump is verified after the last one: what was taken before must not be acted on until the walk is done.
   */
  async *records(): AsyncGenerator<StreamedRecord> {
    if (this.walked) throw new BatonError("B8308", { expected: "one walk over the stream", found: "a second one" });
    this.walked = true;
    const { source, sequence, options } = this;
    for (; this.next.kind !== "end"; this.next = await takeHeader(source, sequence)) {
      const found = this.next;
      let body: Promise<Uint8Array> | null = null;
      let passed = false;
      if (found.state === null && options.keepUnknown !== true) {
        options.dropped?.(`${recordOf(found).type}#${found.header.instance}`, found.header.id);
      } else {
        const fetch = (): Promise<Uint8Array> => (body ??= passed ? tooLate(found) : readBody(source, found));
        yield new StreamedRecord(found, fetch, this.manifest, options);
      }
      passed = true;
      // The body may have been asked for while the record was out.
      const asked = body as Promise<Uint8Array> | null;
      if (asked !== null) await asked.catch(() => undefined);
      else if (!(await source.skip(padded(found.header.bytes)))) throw cutShort(found);
    }
    const end = await readBody(source, this.next);
    sequence.end(end, this.next);
    const more = await source.read(1);
    if (more.length > 0) throw new BatonError("B8013", { offset: sequence.offset, found: "more" });
  }

  /** The values of one state's records, in order; the others are stepped over. */
  async *all<Value extends object>(codec: AnyCodec<Value>, options?: DecodeOptions): AsyncGenerator<Value> {
    checkIsCodec(codec);
    if (codec.id !== null) checkModule(this.states.get(codec.id), codec);
    for await (const record of this.records()) if (record.id === codec.id) yield await record.decode(codec, options);
  }

  /** The value of one record; the rest of the stream is walked to its end first, so that it is known to be whole. */
  async one<Value extends object>(codec: AnyCodec<Value>, instance = 0, options?: DecodeOptions): Promise<Value> {
    checkIsCodec(codec);
    if (codec.id !== null) checkModule(this.states.get(codec.id), codec);
    let value: Value | null = null;
    for await (const record of this.records()) {
      if (record.id === codec.id && record.instance === instance) value = await record.decode(codec, options);
    }
    if (value !== null) return value;
    throw new BatonError("B8020", { found: `${codec.name}#${instance}` });
  }
}

async function takeHeader(source: ByteSource, sequence: Sequence): Promise<Found> {
  const { offset } = sequence;
  const header = await source.read(recordHeaderBytes);
  if (header.length === 0) throw new BatonError("B8011", { offset });
  if (header.length < recordHeaderBytes) {
    throw new BatonError("B8005", { offset, expected: String(recordHeaderBytes), found: String(header.length) });
  }
  return sequence.take(header, Infinity);
}

async function readBody(source: ByteSource, found: Found): Promise<Uint8Array> {
  const { bytes } = found.header;
  const offset = found.offset + recordHeaderBytes;
  if (bytes > largestBody)
    throw new BatonError("B8022", { offset, expected: String(largestBody), found: String(bytes) });
  const size = padded(bytes);
  const whole = await source.read(size);
  if (whole.length < size) {
    throw new BatonError("B8005", { offset, expected: String(size), found: String(whole.length) });
  }
  const body = whole.subarray(0, bytes);
  checkBody(body, found.header, offset);
  checkPadding(whole.subarray(bytes), offset + bytes);
  return body;
}

/** The source has gone on: its next bytes are another record's. */
async function tooLate(found: Found): Promise<never> {
  const offset = found.offset + recordHeaderBytes;
  throw new BatonError("B8308", {
    offset,
    expected: "the record that the walk is at",
    found: "one that it has passed",
  });
}

function cutShort(found: Found): BatonError {
  const offset = found.offset + recordHeaderBytes;
  return new BatonError("B8005", { offset, expected: String(padded(found.header.bytes)), found: "fewer" });
}
