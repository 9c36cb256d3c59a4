import { crc32Between } from "./crc.ts";
import { BatonError, type ErrorDetails } from "./errors.ts";
import type { DecodeOptions } from "./input.ts";
import { judgeModule, type Manifest, type ManifestModule } from "./manifest.ts";
import {
  dumpHeaderBytes,
  endBodyBytes,
  endFlags,
  hex,
  manifestFlags,
  padded,
  parseRecordHeader,
  recordFlags,
  checkedHeaderBytes,
  recordHeaderBytes,
  schemaFlags,
  type RecordHeader,
  type Piece,
} from "./record.ts";
import {
  closureOf,
  existsAt,
  missingSingle,
  packed,
  statesBeyond,
  versionText,
  type ModuleDescriptor,
  type RecordState,
} from "./versions.ts";

/** What a reader of a dump is told. */
export interface DumpOptions {
  /** The modules whose records are taken over. What else the dump holds is refused, unless it says that it need not be understood. */
  readonly modules: readonly ModuleDescriptor[];
  /** Told of each record and member that is left out because it is unknown and harmless. */
  readonly dropped?: (path: string, id: number) => void;
  /** Give unknown records too, and carry unknown members in the values: for tools that pass state on. */
  readonly keepUnknown?: boolean;
}

/** A state that the reader takes over. */
export interface KnownState extends RecordState {
  readonly module: ModuleDescriptor;
}

/** The states of the modules that a reader takes over, by id. Two modules that have one at a time are none that it could tell apart. */
export function knownStates(modules: readonly ModuleDescriptor[]): ReadonlyMap<number, KnownState> {
  const states = new Map<number, KnownState>();
  for (const module of modules) {
    for (const state of module.states) {
      const known = states.get(state.id);
      if (known !== undefined && known.module.name !== module.name && isCurrent(known, known.module)) {
        if (!isCurrent(state, module)) continue;
        const facts = { expected: `one state under ${hex(state.id)}`, found: `${known.name} and ${state.name}` };
        throw new BatonError("B8308", { path: "modules", ...facts });
      }
      states.set(state.id, { ...state, module });
    }
  }
  return states;
}

function isCurrent(state: RecordState, { version }: ModuleDescriptor): boolean {
  return existsAt(state, packed(version));
}

/** Refuses a dump one of whose modules was written by a version that was not judged against the reader's. */
export function judgeManifest(manifest: Manifest, modules: readonly ModuleDescriptor[]): void {
  const known = new Map(closureOf(modules).map((module) => [module.name, module]));
  for (const entry of manifest.modules) {
    const module = known.get(entry.name);
    if (module !== undefined) judgeModule(entry, module);
  }
}

/** Where a record stands and what it is. */
export interface Found {
  readonly kind: "manifest" | "schema" | "state" | "end";
  readonly header: RecordHeader;
  /** Of the record's header, in bytes from the start of the dump. */
  readonly offset: number;
  /** null for an unknown state, and for what is no state. */
  readonly state: KnownState | null;
  readonly entry: ManifestModule | null;
}

/** A module of the manifest, with its version as the headers of its records have it. */
interface ListedModule {
  readonly entry: ManifestModule;
  readonly version: number;
}

/** One walk over the records of a dump: order, flags, versions and the end are judged here, whichever way the bytes come. */
export class Sequence {
  /** Where the next record's header stands. */
  offset = dumpHeaderBytes;
  private count = 0;
  private headers = 0;
  private lastId = 0;
  private lastInstance = -1;
  private readonly states: ReadonlyMap<number, KnownState>;
  private readonly keepUnknown: boolean;
  private manifest: ReadonlyMap<string, ListedModule> = new Map();
  /** Ids that the reader's modules have, but not at the versions that wrote the dump. */
  private readonly beyond = new Set<number>();
  private readonly singles = new Set<number>();
  /** The modules that records were met of. */
  private readonly met = new Set<ModuleDescriptor>();

  constructor(states: ReadonlyMap<number, KnownState>, keepUnknown: boolean) {
    this.states = states;
    this.keepUnknown = keepUnknown;
  }

  /** Tells the manifest once it is read; the records after it are judged by it. */
  know(manifest: Manifest): void {
    this.manifest = new Map(manifest.modules.map((entry) => [entry.name, { entry, version: packed(entry.version) }]));
    for (const module of new Set([...this.states.values()].map((state) => state.module))) {
      const listed = this.manifest.get(module.name);
      if (listed === undefined) continue;
      for (const { id } of statesBeyond(module, listed.entry.fingerprint)) this.beyond.add(id);
    }
  }

  /** Judges the next header, which stands at `at` of a piece of the dump; `left` is how many bytes follow it, Infinity where nobody knows. */
  take(piece: Piece, at: number, left: number): Found {
    const { offset } = this;
    const header = parseRecordHeader(piece, at, offset);
    const kind = this.kindOf(header, offset);
    const size = padded(header.bytes);
    if (kind === "end" && header.bytes !== endBodyBytes) {
      throw new BatonError("B8106", { offset, expected: `${endBodyBytes} bytes`, found: `${header.bytes} bytes` });
    }
    if (size > left) {
      throw new BatonError("B8005", {
        offset: offset + recordHeaderBytes,
        expected: String(size),
        found: String(left),
      });
    }
    let state: KnownState | null = null;
    let entry: ManifestModule | null = null;
    if (kind === "state") {
      this.checkOrder(header, offset);
      state = this.states.get(header.id) ?? null;
      entry = this.checkState(header, state, offset);
    }
    if (kind !== "end") {
      this.headers = crc32Between(piece.bytes, at, at + checkedHeaderBytes, this.headers);
      this.count++;
    }
    this.offset = offset + recordHeaderBytes + size;
    return { kind, header, offset, state, entry };
  }

  private kindOf(header: RecordHeader, offset: number): Found["kind"] {
    const kind = this.kindByFlags(header.flags, offset);
    if (kind === "state") {
      if (header.id === 0) throw new BatonError("B8008", { offset, expected: "a state id", found: hex(header.flags) });
    } else if (header.id !== 0 || header.instance !== 0 || header.version !== 0) {
      throw new BatonError("B8010", { offset, expected: `id, instance and version 0 of the ${kind}`, found: "others" });
    }
    if (this.count === 0 && kind !== "manifest") {
      throw new BatonError("B8010", { offset, expected: "the manifest", found: `a ${kind} record` });
    }
    const misplaced = kind === "manifest" ? this.count > 0 : kind === "schema" && this.count !== 1;
    if (misplaced) throw new BatonError("B8010", { offset, expected: "a state or the end", found: `a ${kind} record` });
    return kind;
  }

  private kindByFlags(flags: number, offset: number): Found["kind"] {
    switch (flags) {
      case manifestFlags:
        return "manifest";
      case schemaFlags:
        return "schema";
      case endFlags:
        return "end";
      case recordFlags.mustBeUnderstood:
      case 0:
        return "state";
      default:
        throw new BatonError("B8008", { offset: offset + 12, expected: "0, 1, 3, 4 or 9", found: hex(flags) });
    }
  }

  private checkOrder({ id, instance }: RecordHeader, offset: number): void {
    if (id < this.lastId || (id === this.lastId && instance <= this.lastInstance)) {
      const expected = `${hex(this.lastId)}#${this.lastInstance}`;
      throw new BatonError("B8009", { offset, expected, found: `${hex(id)}#${instance}` });
    }
    this.lastId = id;
    this.lastInstance = instance;
  }

  /** Gives the manifest's entry of the record's module; null for a state that is not known. */
  private checkState(header: RecordHeader, state: KnownState | null, offset: number): ManifestModule | null {
    if (state === null) {
      if ((header.flags & recordFlags.mustBeUnderstood) === 0 || this.keepUnknown) return null;
      throw new BatonError("B8015", { offset, id: header.id, found: hex(header.id) });
    }
    const record = { type: state.name, instance: header.instance, id: header.id };
    const listed = this.manifest.get(state.module.name);
    if (listed === undefined) throw new BatonError("B8014", { record, offset, found: state.module.name });
    const { entry } = listed;
    if (this.beyond.has(state.id)) {
      const expected = `that of ${state.name} at version ${entry.version}`;
      throw new BatonError("B8015", { record, offset, id: header.id, expected, found: hex(state.id) });
    }
    if (listed.version !== header.version) {
      const facts = { expected: String(entry.version), found: versionText(header.version) };
      throw new BatonError("B8017", { record, offset: offset + 8, ...facts });
    }
    this.met.add(state.module);
    if (state.single) {
      if (this.singles.has(state.id)) throw new BatonError("B8019", { record, offset, found: state.name });
      this.singles.add(state.id);
    }
    return entry;
  }

  /** Judges the end record's body; `total` is the size of the dump, null where more may follow unseen. */
  end(body: Uint8Array, found: Found): void {
    const view = new DataView(body.buffer, body.byteOffset, endBodyBytes);
    const offset = found.offset + recordHeaderBytes;
    const long = (at: number): number => view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
    const check = (at: number, has: number, says: number, text: (value: number) => string): void => {
      if (says !== has) throw new BatonError("B8012", { offset: offset + at, expected: text(has), found: text(says) });
    };
    check(0, this.count, long(0), (records) => `${records} records`);
    check(8, this.offset, long(8), (bytes) => `${bytes} bytes`);
    check(16, this.headers, view.getUint32(16, true), (checksum) => `checksum ${hex(checksum)}`);
    const reserved = view.getUint32(20, true);
    if (reserved !== 0) throw new BatonError("B8112", { offset: offset + 20, found: String(reserved) });
    this.checkSingles(found.offset);
  }

  /** A `single` state of a module that has records here must be one of them. */
  private checkSingles(offset: number): void {
    for (const module of this.met) {
      const version = this.manifest.get(module.name)?.version ?? 0;
      const state = missingSingle(module, version, this.singles);
      if (state !== null)
        throw new BatonError("B8020", { offset, found: state.name, expected: "and its state is `single`" });
    }
  }
}

/** The record part of an error's place. */
export function recordOf(found: Found): NonNullable<ErrorDetails["record"]> {
  const { id, instance } = found.header;
  return { type: found.state?.name ?? hex(id), instance, id };
}

/** What one record's decoding asks for: the dump's options, the call's before them. Paths of what is dropped start with the record. */
export function optionsOf(found: Found, dump: DumpOptions, call: DecodeOptions): DecodeOptions {
  const dropped = call.dropped ?? dump.dropped;
  const keepUnknown = call.keepUnknown ?? dump.keepUnknown;
  const record = `${recordOf(found).type}#${found.header.instance}`;
  return {
    ...call,
    ...(keepUnknown === undefined ? {} : { keepUnknown }),
    ...(dropped === undefined ? {} : { dropped: (path, id) => dropped(`${record}.${path}`, id) }),
  };
}
