import { carriedBody } from "./carried.ts";
import type { StateCodec } from "./codec.ts";
import { crc32 } from "./crc.ts";
import type { DumpRecord } from "./dump.ts";
import { encodeFor, encodeOtherwise } from "./encode.ts";
import { BatonError, withPlace } from "./errors.ts";
import { encodeManifest, manifestModule, type Manifest, type ManifestModule } from "./manifest.ts";
import {
  dumpHeader,
  endBody,
  endFlags,
  hex,
  manifestFlags,
  padded,
  recordFlags,
  recordHeader,
  recordHeaderBytes,
  schemaFlags,
} from "./record.ts";
import { encodeSchema } from "./schema-record.ts";
import {
  checkKnownNames,
  checkModules,
  checkNames,
  closureOf,
  missingSingle,
  packed,
  targetsOf,
  type ModuleDescriptor,
  type Targets,
  type VersionChoice,
} from "./versions.ts";

/** How a dump is written. */
export interface DumpWriterOptions {
  /** Versions to write for: a number where all records are of one module, else a map. */
  readonly for?: VersionChoice;
  /** Who writes: kernel release, build id. */
  readonly producer?: string;
  /** The JSON of the schemas, to travel in the dump. */
  readonly schema?: string;
}

/** Which one of a state's records it is; 0 if left out. */
export interface RecordPlace {
  readonly instance?: number;
}

/** A codec whose values are records. */
export type RecordCodec<Value extends object, Init extends object> = Pick<
  StateCodec<Value, Init>,
  "id" | "name" | "module" | "inner"
>;

/** A record that is ready to be written. */
interface Ready {
  readonly id: number;
  readonly instance: number;
  readonly version: number;
  readonly flags: number;
  readonly body: Uint8Array;
}

/** What both writers do: bodies at the versions asked for, and a manifest that says the truth about all of them. */
class Records {
  private readonly choice: VersionChoice | undefined;
  private only: ModuleDescriptor | null = null;
  private readonly targets = new Map<ModuleDescriptor, Targets | null>();
  private readonly entries = new Map<string, ManifestModule>();
  private readonly modules = new Map<string, ModuleDescriptor>();
  /** The modules of the values that were written; what was copied makes no demands. */
  private readonly written = new Set<ModuleDescriptor>();
  /** Ids of the states that records are of, copied ones too. */
  private readonly states = new Set<number>();

  constructor(choice: VersionChoice | undefined) {
    this.choice = choice;
  }

  /** The versions at which a module and what it imports are written. */
  private targetsFor(module: ModuleDescriptor): Targets | null {
    if (this.choice === undefined) return null;
    if (typeof this.choice === "number" || typeof this.choice === "string") {
      this.only ??= module;
      if (this.only.name !== module.name) {
        const expected = "a map of versions, one for each module";
        throw new BatonError("B8308", { path: module.name, expected, found: String(this.choice) });
      }
    }
    let known = this.targets.get(module);
    if (known === undefined) this.targets.set(module, (known = targetsOf(this.choice, module)));
    return known;
  }

  /** Lists a module and all that it imports in the manifest. */
  list(module: ModuleDescriptor): void {
    if (this.modules.get(module.name) === module) return;
    const targets = this.targetsFor(module);
    for (const one of closureOf([module])) this.enter(manifestModule(one, targets));
    this.modules.set(module.name, module);
  }

  private enter(entry: ManifestModule): void {
    const known = this.entries.get(entry.name);
    if (known === undefined) this.entries.set(entry.name, entry);
    else if (known.fingerprint !== entry.fingerprint) {
      const facts = { expected: `version ${known.version} of every record`, found: `version ${entry.version}` };
      throw new BatonError("B8308", { path: entry.name, ...facts });
    }
  }

  ready<Init extends object>(codec: RecordCodec<object, Init>, value: Init, place: RecordPlace): Ready {
    const { instance = 0 } = place;
    const { id, module } = codec;
    const state = module.states.find((one) => one.id === id);
    if (id === null || state === undefined) {
      throw new BatonError("B8308", { path: codec.name, expected: "a state with an id", found: "none" });
    }
    if (instance >>> 0 !== instance) {
      throw new BatonError("B8308", { path: codec.name, expected: "instance 0..4294967295", found: String(instance) });
    }
    if (state.single && this.states.has(id)) throw new BatonError("B8019", { found: state.name });
    const flags = state.ignorable ? 0 : recordFlags.mustBeUnderstood;
    try {
      const carried = carriedBody(value);
      if (carried !== null) {
        const version = this.enterCarried(codec, carried.manifest);
        return this.taken(module, {
          id,
          instance,
          version,
          flags,
          body: encodeOtherwise(codec, value, this.options()),
        });
      }
      this.list(module);
      const targets = this.targetsFor(module);
      const version = targets?.get(module.name) ?? packed(module.version);
      return this.taken(module, { id, instance, version, flags, body: encodeFor(codec, value, targets) });
    } catch (error) {
      if (!(error instanceof BatonError)) throw error;
      throw withPlace(error, { record: { type: codec.name, instance, id } });
    }
  }

  private taken(module: ModuleDescriptor, record: Ready): Ready {
    this.states.add(record.id);
    this.written.add(module);
    return record;
  }

  private options(): { readonly for?: VersionChoice } {
    return this.choice === undefined ? {} : { for: this.choice };
  }

  /** A value that carries what its reader does not know keeps its writer's version, and all that its dump said of modules. */
  private enterCarried(codec: RecordCodec<object, never>, manifest: Manifest | null): number {
    const entry = manifest?.modules.find((one) => one.name === codec.module.name);
    if (manifest === null || entry === undefined) {
      throw new BatonError("B8308", { expected: "a value that was read from a dump", found: "one read from bytes" });
    }
    for (const one of manifest.modules) this.enter(one);
    return packed(entry.version);
  }

  /** A record as it was read, whatever it holds. */
  copied(record: DumpRecord): Ready {
    for (const one of record.manifest.modules) this.enter(one);
    this.states.add(record.id);
    return {
      id: record.id,
      instance: record.instance,
      version: packed(record.version),
      flags: record.mustBeUnderstood ? recordFlags.mustBeUnderstood : 0,
      body: record.body(),
    };
  }

  /** Refuses a dump that every reader refuses at its end: one that lacks the record of a `single` state. */
  checkSingles(): void {
    for (const module of this.written) {
      const version = packed(this.entries.get(module.name)?.version ?? 0);
      const state = missingSingle(module, version, this.states);
      if (state !== null) throw new BatonError("B8020", { found: state.name });
    }
  }

  /** Refuses a name in `for` that may be misspelt. */
  checkNames(): void {
    checkKnownNames(this.choice, [...this.modules.values()]);
  }

  manifest(producer: string): Uint8Array {
    const modules = [...this.entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return encodeManifest({ producer, modules });
  }
}

/** Chunks of a dump in their order, with what the end record says of them. */
class Frame {
  bytes = 0;
  private count = 0;
  private headers = 0;

  /** A record's chunks; `body` is given as it is. */
  record(record: Omit<Ready, "body">, body: Uint8Array): readonly Uint8Array[] {
    const header = recordHeader(record, body);
    this.count++;
    this.headers = crc32(header, this.headers);
    this.bytes += recordHeaderBytes + padded(body.length);
    const padding = padded(body.length) - body.length;
    return padding === 0 ? [header, body] : [header, body, new Uint8Array(padding)];
  }

  begin(manifest: Uint8Array, schema: string | undefined): readonly Uint8Array[] {
    const start = dumpHeader();
    this.bytes = start.length;
    const none = { id: 0, instance: 0, version: 0 };
    const first = this.record({ ...none, flags: manifestFlags }, manifest);
    if (schema === undefined) return [start, ...first];
    return [start, ...first, ...this.record({ ...none, flags: schemaFlags }, encodeSchema(schema))];
  }

  end(): readonly Uint8Array[] {
    const body = endBody(this.count, this.bytes + recordHeaderBytes + 24, this.headers);
    return [recordHeader({ id: 0, instance: 0, version: 0, flags: endFlags }, body), body];
  }
}

function compare(a: Ready, b: Ready): number {
  return a.id - b.id || a.instance - b.instance;
}

function nameOf(record: Ready): string {
  return `${hex(record.id)}#${record.instance}`;
}

/** Writes a dump in memory, in whatever order records are added. */
export class DumpWriter {
  private readonly options: DumpWriterOptions;
  private readonly records: Records;
  private readonly added: Ready[] = [];
  /** Instances that were added, by the ids of their states. */
  private readonly instances = new Map<number, Set<number>>();
  private finished = false;

  constructor(options: DumpWriterOptions = {}) {
    this.options = options;
    this.records = new Records(options.for);
  }

  /** Encodes a value as a record. The value may change afterwards. */
  add<Init extends object>(codec: RecordCodec<object, Init>, value: Init, place: RecordPlace = {}): this {
    this.checkOpen();
    return this.put(this.records.ready(codec, value, place), codec.name);
  }

  /** Adds a record of another dump byte for byte, known or not. */
  copy(record: DumpRecord): this {
    this.checkOpen();
    return this.put(this.records.copied(record), record.type);
  }

  private put(record: Ready, type: string | null): this {
    const { id, instance } = record;
    let instances = this.instances.get(id);
    if (instances === undefined) this.instances.set(id, (instances = new Set()));
    if (instances.has(instance)) {
      const facts = { expected: nameOf(record), found: nameOf(record) };
      throw new BatonError("B8306", { record: { type: type ?? hex(id), instance, id }, ...facts });
    }
    instances.add(instance);
    this.added.push(record);
    return this;
  }

  private checkOpen(): void {
    if (this.finished) throw new BatonError("B8308", { expected: "an unfinished dump", found: "a finished one" });
  }

  /** The dump. Nothing can be added afterwards. Refused while it lacks the record of a `single` state. */
  finish(): Uint8Array {
    this.checkOpen();
    this.records.checkSingles();
    this.records.checkNames();
    this.finished = true;
    const records = this.added.sort(compare);
    const frame = new Frame();
    const chunks = [...frame.begin(this.records.manifest(this.options.producer ?? ""), this.options.schema)];
    for (const record of records) chunks.push(...frame.record(record, record.body));
    chunks.push(...frame.end());
    const dump = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      dump.set(chunk, at);
      at += chunk.length;
    }
    return dump;
  }
}

/** How a dump is written record by record. */
export interface DumpStreamOptions extends DumpWriterOptions {
  /** The modules whose records may follow; the manifest goes out before the first of them. */
  readonly modules: readonly ModuleDescriptor[];
}

/** Takes the chunks of a dump one after the other; the next one waits for its promise. */
export type Sink = (chunk: Uint8Array) => void | Promise<void>;

/** Writes a dump record by record, at the memory of one record. Records must come ascending by state id and instance. */
export class DumpStream {
  private readonly sink: Sink;
  private readonly options: DumpStreamOptions;
  private readonly records: Records;
  private readonly frame = new Frame();
  private last: Ready | null = null;
  private begun = false;
  private finished = false;

  constructor(sink: Sink, options: DumpStreamOptions) {
    checkModules(options?.modules);
    this.sink = sink;
    this.options = options;
    this.records = new Records(options.for);
    checkNames(options.for, options.modules);
    for (const module of options.modules) this.records.list(module);
  }

  /** Encodes a value and hands its record to the sink. */
  async add<Init extends object>(
    codec: RecordCodec<object, Init>,
    value: Init,
    place: RecordPlace = {},
  ): Promise<void> {
    if (!this.options.modules.some((module) => module.name === codec.module.name)) {
      throw new BatonError("B8307", { found: codec.module.name });
    }
    await this.put(this.records.ready(codec, value, place));
  }

  private async put(record: Ready): Promise<void> {
    if (this.finished) throw new BatonError("B8308", { expected: "an unfinished dump", found: "a finished one" });
    if (this.last !== null && compare(this.last, record) >= 0) {
      throw new BatonError("B8306", { expected: nameOf(this.last), found: nameOf(record) });
    }
    this.last = record;
    await this.begin();
    await this.send(this.frame.record(record, record.body));
  }

  private async begin(): Promise<void> {
    if (this.begun) return;
    this.begun = true;
    await this.send(this.frame.begin(this.records.manifest(this.options.producer ?? ""), this.options.schema));
  }

  private async send(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) await this.sink(chunk);
  }

  /** Writes the end record, without which the dump is refused; not while the record of a `single` state is missing. */
  async finish(): Promise<void> {
    if (this.finished) throw new BatonError("B8308", { expected: "an unfinished dump", found: "a finished one" });
    this.records.checkSingles();
    this.finished = true;
    await this.begin();
    await this.send(this.frame.end());
  }
}
