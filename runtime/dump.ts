import { carry } from "./carried.ts";
import type { StateCodec } from "./codec.ts";
import { crc32Between } from "./crc.ts";
import { checkDepth } from "./depth.ts";
import { BatonError, withPlace } from "./errors.ts";
import type { DecodeOptions } from "./input.ts";
import { openInput, sessionOf } from "./open-input.ts";
import { largestBody } from "./form.ts";
import { misread } from "./locate.ts";
import { decodeManifest, type Manifest } from "./manifest.ts";
import { checkDecodeOptions, checkIsCodec } from "./options.ts";
import {
  checkBody,
  checkDumpHeader,
  checkPadding,
  dumpHeaderBytes,
  endBodyBytes,
  padded,
  recordFlags,
  recordHeaderBytes,
  pieceOf,
  type Piece,
} from "./record.ts";
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

/** A codec of any state. */
export type AnyCodec<Value extends object = object, View extends object = object> = Pick<
  // What it takes to encode is of no concern here.
  StateCodec<Value, never, View>,
  "id" | "name" | "module" | "inner" | "view"
>;

/** A record of a dump. Its body's checksum is checked when it is first asked for. */
export class DumpRecord {
  /** The state's id. */
  readonly id: number;
  readonly instance: number;
  /** The version of its module that it was written in. */
  readonly version: Version;
  /** `linux.pci.PciDevice`; null for a state that none of the reader's modules has. */
  readonly type: string | null;
  /** Of the record's header, in bytes from the start of the dump. */
  readonly offset: number;
  /** Of the body. */
  readonly bytes: number;
  /** Whether a reader that does not know the state has to refuse it. */
  readonly mustBeUnderstood: boolean;
  readonly manifest: Manifest;
  private readonly found: Found;
  private readonly dump: Uint8Array;
  private readonly options: DumpOptions;
  private checked: Uint8Array | null = null;

  constructor(found: Found, manifest: Manifest, dump: Uint8Array, options: DumpOptions) {
    const { header, offset, state } = found;
    this.id = header.id;
    this.instance = header.instance;
    this.version = publicVersion(header.version);
    this.type = state?.name ?? null;
    this.offset = offset;
    this.bytes = header.bytes;
    this.mustBeUnderstood = (header.flags & recordFlags.mustBeUnderstood) !== 0;
    this.manifest = manifest;
    this.found = found;
    this.dump = dump;
    this.options = options;
  }

  /** The body where it lies in the dump. */
  body(): Uint8Array {
    if (this.checked !== null) return this.checked;
    try {
      return (this.checked = bodyOf(this.dump, this.found));
    } catch (error) {
      throw this.placed(error);
    }
  }

  decode<Value extends object>(codec: AnyCodec<Value>, options: DecodeOptions = {}): Value {
    checkIsCodec(codec);
    checkDecodeOptions(options);
    const body = this.body();
    return this.inPlace(() => {
      checkCodec(this.found, codec);
      const asked = optionsOf(this.found, this.options, options);
      return decodeBody(codec, body, -this.offset - recordHeaderBytes, asked, this.manifest);
    });
  }

  view<View extends object>(codec: AnyCodec<object, View>): View {
    checkIsCodec(codec);
    const body = this.body();
    return this.inPlace(() => {
      checkCodec(this.found, codec);
      return codec.view(body);
    });
  }

  private inPlace<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw this.placed(error);
    }
  }

  private placed(error: unknown): unknown {
    return error instanceof BatonError ? withPlace(error, { record: recordOf(this.found) }) : error;
  }
}

/** A record's body where it lies, its checksum and the padding after it checked. */
function bodyOf(dump: Uint8Array, { offset, header }: Found): Uint8Array {
  const start = offset + recordHeaderBytes;
  const end = start + header.bytes;
  checkBody(crc32Between(dump, start, end), header, start);
  checkPadding(dump, end, start + padded(header.bytes), end);
  return dump.subarray(start, end);
}

/** Refuses a codec of another state, and one of another build than the dump's manifest was judged for. */
export function checkCodec({ header, state }: Found, codec: AnyCodec): void {
  if (codec.id !== header.id) {
    throw new BatonError("B8308", { expected: `a codec of ${state?.name ?? header.id}`, found: codec.name });
  }
  checkModule(state, codec);
}

/** Refuses a codec whose module is not the one that a state is known of. */
export function checkModule(state: KnownState | null | undefined, { module }: AnyCodec): void {
  if (state?.module.fingerprint === module.fingerprint) return;
  throw new BatonError("B8307", { found: `${module.name} ${module.version}, ${module.fingerprint.slice(0, 12)},` });
}

/** Decodes a record's body. Offsets count from the dump, which starts `before` bytes from the body. */
export function decodeBody<Value extends object>(
  codec: AnyCodec<Value>,
  body: Uint8Array,
  before: number,
  options: DecodeOptions,
  manifest: Manifest | null,
): Value {
  if (body.length > largestBody) {
    throw new BatonError("B8022", { expected: String(largestBody), found: String(body.length) });
  }
  if ((body.length & 7) !== 0) {
    throw new BatonError("B8106", { expected: "a multiple of 8", found: String(body.length), offset: -before });
  }
  const { describe, read, deep } = codec.inner;
  const input = openInput(body, sessionOf(describe, options));
  input.origin = input.start * 4 + before;
  try {
    if (deep) checkDepth(input, describe);
    const value = read(input, input.start, input.end);
    return options.keepUnknown === true ? carry(value, describe, { body, manifest }) : value;
  } catch (error) {
    throw misread(error, input, describe);
  }
}

/** Where the records of one state stand, ascending by instance. */
interface Records {
  readonly found: Found[];
}

/** A dump that lies in memory. Opening it judges its header and manifest; records are judged as a walk reaches them. */
export class Dump {
  readonly manifest: Manifest;
  private readonly bytes: Uint8Array;
  private readonly piece: Piece;
  private readonly options: DumpOptions;
  private readonly states: ReadonlyMap<number, KnownState>;
  private index: ReadonlyMap<number, Records> | null = null;

  constructor(bytes: Uint8Array, options: DumpOptions) {
    // Records are read where they lie, which takes alignment; shared memory could change between a check and its use.
    const usable = (bytes.byteOffset & 7) === 0 && bytes.buffer instanceof ArrayBuffer;
    this.bytes = usable ? bytes : new Uint8Array(bytes);
    this.piece = pieceOf(this.bytes);
    this.options = options;
    this.states = knownStates(options.modules);
    checkDumpHeader(this.bytes.subarray(0, dumpHeaderBytes));
    const [first] = this.walk();
    if (first === undefined) throw new BatonError("B8011", { offset: dumpHeaderBytes });
    this.manifest = this.readManifest(first);
    judgeManifest(this.manifest, options.modules);
  }

  private readManifest(found: Found): Manifest {
    const input = openInput(bodyOf(this.bytes, found), null);
    input.origin = this.bytes.byteOffset - input.bytes.byteOffset;
    return decodeManifest(input);
  }

  /** Every record's header in turn, the end verified after the last. */
  private *walk(manifest?: Manifest): Generator<Found> {
    const { bytes, piece } = this;
    const sequence = new Sequence(this.states, this.options.keepUnknown === true);
    if (manifest !== undefined) sequence.know(manifest);
    for (;;) {
      const { offset } = sequence;
      const left = bytes.length - offset;
      if (left === 0) throw new BatonError("B8011", { offset });
      if (left < recordHeaderBytes) {
        throw new BatonError("B8005", { offset, expected: String(recordHeaderBytes), found: String(left) });
      }
      const found = sequence.take(piece, offset, left - recordHeaderBytes);
      if (found.kind !== "end") {
        yield found;
        continue;
      }
      sequence.end(bodyOf(this.bytes, found), found);
      const after = found.offset + recordHeaderBytes + endBodyBytes;
      if (after !== bytes.length) {
        throw new BatonError("B8013", { offset: after, found: String(bytes.length - after) });
      }
      return;
    }
  }

  /**
   * The records in order, of one codec or all. What is unknown and need not be understood is reported and left out, unless `keepUnknown` asks
   * for it. The end of the dump is verified after the last one.
   */
  *records(codec?: AnyCodec): Generator<DumpRecord> {
    for (const found of this.walk(this.manifest)) {
      if (found.kind !== "state" || (codec !== undefined && found.header.id !== codec.id)) continue;
      if (found.state === null && this.options.keepUnknown !== true) {
        if (codec === undefined)
          this.options.dropped?.(`${recordOf(found).type}#${found.header.instance}`, found.header.id);
        continue;
      }
      yield new DumpRecord(found, this.manifest, this.bytes, this.options);
    }
  }

  /** The whole dump's records by state. Made once, when one is first asked for; so nothing is taken from a dump that is not whole. */
  private find(codec: AnyCodec): readonly Found[] {
    checkIsCodec(codec);
    if (codec.id !== null) checkModule(this.states.get(codec.id), codec);
    if (this.index === null) {
      const index = new Map<number, Records>();
      for (const found of this.walk(this.manifest)) {
        if (found.kind !== "state") continue;
        const { id } = found.header;
        const records = index.get(id);
        if (records === undefined) index.set(id, { found: [found] });
        else records.found.push(found);
        if (found.state === null && this.options.keepUnknown !== true) {
          this.options.dropped?.(`${recordOf(found).type}#${found.header.instance}`, id);
        }
      }
      this.index = index;
    }
    return (codec.id === null ? undefined : this.index.get(codec.id)?.found) ?? [];
  }

  /** The values of all records of a state, by instance. The whole dump's structure is verified first. */
  all<Value extends object>(codec: AnyCodec<Value>, options?: DecodeOptions): Value[] {
    return this.find(codec).map((found) =>
      new DumpRecord(found, this.manifest, this.bytes, this.options).decode(codec, options),
    );
  }

  /** The value of one record. The whole dump's structure is verified first. */
  one<Value extends object>(codec: AnyCodec<Value>, instance = 0, options?: DecodeOptions): Value {
    return this.record(codec, instance).decode(codec, options);
  }

  /** One record, to be viewed or decoded. */
  record(codec: AnyCodec, instance = 0): DumpRecord {
    const records = this.find(codec);
    let low = 0;
    let high = records.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (records[middle]!.header.instance < instance) low = middle + 1;
      else high = middle;
    }
    const found = records[low];
    if (found !== undefined && found.header.instance === instance)
      return new DumpRecord(found, this.manifest, this.bytes, this.options);
    throw new BatonError("B8020", {
      found: `${codec.name}#${instance}`,
      expected: `which has ${records.length} of that state`,
    });
  }

  /** The schema that travels in the dump as JSON, or null. */
  async schema(): Promise<string | null> {
    for (const found of this.walk(this.manifest)) {
      if (found.kind === "manifest") continue;
      return found.kind === "schema" ? decodeSchema(bodyOf(this.bytes, found), found.offset + recordHeaderBytes) : null;
    }
    return null;
  }
}
