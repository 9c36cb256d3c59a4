import { checkCodec, checkModule, decodeBody, type AnyCodec } from "./dump.ts";
import { BatonError, withPlace } from "./errors.ts";
import { Incoming, type ByteSource } from "./incoming.ts";
import type { DecodeOptions } from "./input.ts";
import { openInput } from "./open-input.ts";
import { decodeManifest, type Manifest } from "./manifest.ts";
import { checkDecodeOptions, checkIsCodec } from "./options.ts";
import { checkDumpHeader, dumpHeaderBytes, padded, recordHeaderBytes } from "./record.ts";
import { decodeSchema } from "./schema-record.ts";
import {
  judgeManifest,
  knownStates,
  optionsOf,
  recordOf,
  Sequence,
  type DumpOptions,
  type Found,
  type KnownState,
} from "./sequence.ts";
import { publicVersion, type Version } from "./versions.ts";

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
  private readonly fetched: Fetched;
  private readonly manifest: Manifest;
  private readonly options: DumpOptions;

  constructor(found: Found, fetched: Fetched, manifest: Manifest, options: DumpOptions) {
    this.id = found.header.id;
    this.instance = found.header.instance;
    this.version = publicVersion(found.header.version);
    this.type = found.state?.name ?? null;
    this.offset = found.offset;
    this.bytes = found.header.bytes;
    this.found = found;
    this.fetched = fetched;
    this.manifest = manifest;
    this.options = options;
  }

  /** The body, its checksum checked. */
  body(): Promise<Uint8Array> {
    return this.fetched.take();
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
  private readonly incoming: Incoming;
  private readonly states: ReadonlyMap<number, KnownState>;
  private readonly sequence: Sequence;
  private readonly options: DumpOptions;
  private next: Found;
  private walked = false;

  private constructor(
    manifest: Manifest,
    schema: string | null,
    incoming: Incoming,
    sequence: Sequence,
    options: DumpOptions,
    next: Found,
  ) {
    this.manifest = manifest;
    this.schema = schema;
    this.incoming = incoming;
    this.sequence = sequence;
    this.options = options;
    this.states = knownStates(options.modules);
    this.next = next;
  }

  /** Reads and judges the header and the manifest. */
  static async open(source: ByteSource, options: DumpOptions): Promise<StreamedDump> {
    const incoming = new Incoming(source);
    try {
      return await StreamedDump.begin(incoming, options);
    } catch (error) {
      await incoming.close();
      throw error;
    }
  }

  private static async begin(incoming: Incoming, options: DumpOptions): Promise<StreamedDump> {
    const states: ReadonlyMap<number, KnownState> = knownStates(options.modules);
    checkDumpHeader(await incoming.read(dumpHeaderBytes));
    const sequence = new Sequence(states, options.keepUnknown === true);
    const first = await incoming.header(sequence);
    const input = openInput(await incoming.body(first), null);
    input.origin = input.start * 4 - first.offset - recordHeaderBytes;
    const manifest = decodeManifest(input);
    judgeManifest(manifest, options.modules);
    sequence.know(manifest);
    let next = await incoming.header(sequence);
    let schema: string | null = null;
    if (next.kind === "schema") {
      schema = await decodeSchema(await incoming.body(next), next.offset + recordHeaderBytes);
      next = await incoming.header(sequence);
    }
    return new StreamedDump(manifest, schema, incoming, sequence, options, next);
  }

  /**
   * The records in order, once. What is unknown and need not be understood is reported and left out, unless `keepUnknown` asks for it. The end
   * of the dump is verified after the last one: what was taken before must not be acted on until the walk is done. A walk that is left before
   * closes the stream.
   */
  async *records(): AsyncGenerator<StreamedRecord> {
    if (this.walked) throw new BatonError("B8308", { expected: "one walk over the stream", found: "a second one" });
    this.walked = true;
    const { incoming, sequence, options } = this;
    let last: Fetched | null = null;
    let isLeft = true;
    try {
      while (this.next.kind !== "end") {
        const found = this.next;
        if (found.state === null && options.keepUnknown !== true) {
          options.dropped?.(`${recordOf(found).type}#${found.header.instance}`, found.header.id);
          await stepOver(incoming, found);
        } else {
          last = new Fetched(incoming, found);
          yield new StreamedRecord(found, last, this.manifest, options);
          await last.pass();
        }
        const next = incoming.header(sequence);
        this.next = next instanceof Promise ? await next : next;
      }
      const end = await incoming.body(this.next);
      sequence.end(end, this.next);
      const more = await incoming.read(1);
      if (more.length > 0) throw new BatonError("B8013", { offset: sequence.offset, found: "more" });
      isLeft = false;
    } finally {
      if (isLeft) {
        await last?.leave();
        await incoming.close();
      }
    }
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

/** A body that is read when it is first asked for, and stepped over if nobody did while the walk was there. */
class Fetched {
  private readonly incoming: Incoming;
  private readonly found: Found;
  private body: Promise<Uint8Array> | null = null;
  private passed = false;

  constructor(incoming: Incoming, found: Found) {
    this.incoming = incoming;
    this.found = found;
  }

  take(): Promise<Uint8Array> {
    if (this.body === null && this.passed) return Promise.reject(tooLate(this.found));
    return (this.body ??= this.read());
  }

  private async read(): Promise<Uint8Array> {
    try {
      const body = this.incoming.body(this.found);
      return body instanceof Promise ? await body : body;
    } catch (error) {
      throw error instanceof BatonError ? withPlace(error, { record: recordOf(this.found) }) : error;
    }
  }

  /** The walk ends here: settles once nobody reads the body any more. */
  async leave(): Promise<void> {
    this.passed = true;
    await this.body?.catch(() => undefined);
  }

  /** Settles once the source is behind the body. */
  async pass(): Promise<void> {
    this.passed = true;
    if (this.body === null) await stepOver(this.incoming, this.found);
    // Whoever asked hears what was wrong with it.
    else await this.body.catch(() => undefined);
  }
}

async function stepOver(incoming: Incoming, found: Found): Promise<void> {
  const there = incoming.skip(padded(found.header.bytes));
  if (there instanceof Promise ? await there : there) return;
  const offset = found.offset + recordHeaderBytes;
  throw new BatonError("B8005", { offset, expected: String(padded(found.header.bytes)), found: "fewer" });
}

/** The source has gone on: its next bytes are another record's. */
function tooLate(found: Found): BatonError {
  const offset = found.offset + recordHeaderBytes;
  return new BatonError("B8308", {
    offset,
    expected: "the record that the walk is at",
    found: "one that it has passed",
  });
}
