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
  checkedHeaderBytes,
  recordHeaderBytes,
  schemaFlags,
} from "./record.ts";
import { checkOptions } from "./options.ts";
import { encodeSchema } from "./schema-record.ts";
import {
  checkKnownNames,
  closureOf,
  packed,
  statesAt,
  targetsOf,
  versionText,
  type ModuleDescriptor,
  type OlderState,
  type Targets,
  type VersionChoice,
} from "./versions.ts";

/** How a dump is written. */
export interface DumpWriterOptions {
  /** Told of each `ignorable` record and member that is left out because the version in `for` lacks it. */
  readonly dropped?: (path: string, id: number) => void;
  /** Versions to write for: a number where all records are of one module, else a map. */
  readonly for?: VersionChoice;
  /** Who writes: kernel release, build id. Left out, it is what the dump says whose records are passed on. */
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
export interface Ready {
  /** Its module; null of one that is copied. */
  readonly module: ModuleDescriptor | null;
  readonly id: number;
  readonly instance: number;
  readonly version: number;
  readonly flags: number;
  readonly body: Uint8Array;
}

/** What both writers do: bodies at the versions asked for, and a manifest that says the truth about all of them. */
export class Records {
  private readonly choice: VersionChoice | undefined;
  private readonly dropped: DumpWriterOptions["dropped"];
  private only: ModuleDescriptor | null = null;
  private readonly targets = new Map<ModuleDescriptor, Targets | null>();
  private readonly entries = new Map<string, ManifestModule>();
  private readonly modules = new Map<string, ModuleDescriptor>();
  /** The modules of the values that were written; what was copied makes no demands. */
  private readonly written = new Set<ModuleDescriptor>();
  /** Who wrote the records that are passed on; null as long as there are none. */
  private producer: string | null = null;
  /** What the ids of values stand for: of a dump, a record of one module would be read as one of another. */
  private readonly named = new Map<number, string>();
  /** Ids of the states that records are of, copied ones too. */
  private readonly states = new Set<number>();

  constructor(options: DumpWriterOptions) {
    this.choice = options.for;
    this.dropped = options.dropped;
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

  /** A record of a value; null if its state is `ignorable` and the version that is written for lacks it. */
  ready<Init extends object>(
    codec: RecordCodec<object, Init>,
    value: Init,
    place: RecordPlace | undefined,
  ): Ready | null {
    checkOptions(place, ["instance"]);
    const instance = place?.instance ?? 0;
    const { id, module } = codec;
    const state = module.states.find((one) => one.id === id);
    if (id === null || state === undefined) {
      throw new BatonError("B8308", { path: codec.name, expected: "a state with an id", found: "none" });
    }
    if (typeof instance !== "number" || instance >>> 0 !== instance) {
      throw new BatonError("B8308", { path: codec.name, expected: "instance 0..4294967295", found: String(instance) });
    }
    const known = this.named.get(id);
    if (known !== undefined && known !== state.name) {
      const facts = { expected: `records of ${known} under ${hex(id)}`, found: state.name };
      throw new BatonError("B8308", { path: codec.name, ...facts });
    }
    this.named.set(id, state.name);
    const carried = carriedBody(value);
    // What is wrong with a module has no place in a record.
    if (carried === null) this.list(module);
    try {
      if (carried !== null) {
        const version = this.enterCarried(codec, carried.manifest);
        const body = encodeOtherwise(codec, value, this.options());
        return { module, id, instance, version, flags: this.flagsOf(state, module, version), body };
      }
      const targets = this.targetsFor(module);
      const version = targets?.get(module.name) ?? packed(module.version);
      const { dropped } = this;
      const name = `${codec.name}#${instance}`;
      if (!statesAt(module, version).some((one) => one.id === id)) {
        if (!state.ignorable) throw missingState(codec.name, version);
        dropped?.(name, id);
        return null;
      }
      const flags = this.flagsOf(state, module, version);
      const told =
        dropped === undefined ? {} : { dropped: (path: string, of: number) => dropped(`${name}.${path}`, of) };
      return { module, id, instance, version, flags, body: encodeFor(codec, value, targets, told) };
    } catch (error) {
      if (!(error instanceof BatonError)) throw error;
      throw withPlace(error, { record: { type: codec.name, instance, id } });
    }
  }

  /** The flags of a record at the version that it is written at, which may be the second of its state. */
  private flagsOf(state: OlderState, module: ModuleDescriptor, version: number): number {
    const { single, ignorable, name } = statesAt(module, version).find(({ id }) => id === state.id) ?? state;
    if (single && this.states.has(state.id)) throw new BatonError("B8019", { found: name });
    return ignorable ? 0 : recordFlags.mustBeUnderstood;
  }

  /** Counts a record as one of the dump. */
  take({ id, module }: Ready): void {
    this.states.add(id);
    if (module !== null) this.written.add(module);
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
    this.takeOver(manifest);
    return packed(entry.version);
  }

  /** What is passed on is its writer's: its modules, and its name, as long as they are of one. */
  private takeOver({ producer, modules }: Manifest): void {
    for (const one of modules) this.enter(one);
    this.producer = this.producer === null || this.producer === producer ? producer : "";
  }

  /** A record as it was read, whatever it holds. */
  copied(record: DumpRecord): Ready {
    this.takeOver(record.manifest);
    return {
      module: null,
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
      const state = statesAt(module, version).find(({ id, single }) => single && !this.states.has(id));
      if (state !== undefined)
        throw new BatonError("B8020", { found: state.name, expected: "and its state is `single`" });
    }
  }

  /** Refuses a name in `for` that may be misspelt. */
  checkNames(): void {
    checkKnownNames(this.choice, [...this.modules.values()]);
  }

  /** The body of the manifest; a producer that is not given is that of the records that are passed on. */
  manifest(producer: string | undefined): Uint8Array {
    const modules = [...this.entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return encodeManifest({ producer: producer ?? this.producer ?? "", modules });
  }
}

/** A record of a state that another version has none of, or by another id. */
function missingState(name: string, version: number): BatonError {
  const found = `state \`${name.slice(name.lastIndexOf(".") + 1)}\`, which that version does not have`;
  return new BatonError("B8303", { expected: versionText(version), found });
}

/** Chunks of a dump in their order, with what the end record says of them. */
export class Frame {
  bytes = 0;
  private count = 0;
  private headers = 0;

  /** A record's chunks; `body` is given as it is. */
  record(record: Omit<Ready, "body" | "module">, body: Uint8Array): readonly Uint8Array[] {
    const header = recordHeader(record, body);
    this.count++;
    this.headers = crc32(header.subarray(0, checkedHeaderBytes), this.headers);
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

export function compare(a: Ready, b: Ready): number {
  return a.id - b.id || a.instance - b.instance;
}

export function nameOf(record: Ready): string {
  return `${hex(record.id)}#${record.instance}`;
}
