import type { Version, World } from "../schema/ir.ts";
import { formatVersion } from "../schema/version.ts";
import { HEADER_BYTES, RECORD_HEADER_BYTES, RECORD_MUST } from "./format.ts";
import {
  LARGEST_BODY,
  readFrames,
  type CutRecord,
  type Frame,
  type RecordFrame,
  type RecordHeader,
  type Role,
} from "./frames.ts";
import { hex } from "./integers.ts";
import { embeddedProblems } from "./embedded-problem.ts";
import type { Embedded } from "./embedded.ts";
import { checkManifest, manifestOf, type Manifest } from "./manifest.ts";
import { CoverageCounter, NodeBuilder, type Coverage, type Node } from "./nodes.ts";
import { OffsetSink } from "./offsets.ts";
import { inTreeOrder } from "./problem-order.ts";
import { isContradiction, isDamaged, problem, type Problem } from "./problem.ts";
import { FAILED, Reading, type Dropped, type Read } from "./reading.ts";
import { runReader, streamReader, type Reader, type Source } from "./source.ts";
import { Singles } from "./singles.ts";
import type { Sink } from "./sink.ts";
import { readState } from "./state.ts";
import { tellDamaged, tellHeader, tellRecord, type RecordReading } from "./tell.ts";
import type { Value } from "./value.ts";
import type { WireState } from "./wire-type.ts";
import { recordStates } from "./wire-types.ts";

/** The schemas that a dump is read by. */
export interface Schemas {
  readonly world: World;
  /** Modules of the manifest for which there is none: their records are walked by ids and forms. */
  readonly missing: readonly string[];
  readonly problems: readonly Problem[];
  /** Ids of records that the world has, but not at the versions that wrote the dump: those are of other modules. */
  readonly beyond?: ReadonlySet<number>;
}

export interface InspectOptions {
  /**
   * Chooses the schemas when the manifest is known; `schema` is the body of the dump's schema record, if there is one. `damaged`: the manifest's
   * bytes are not those that were written, so a name or fingerprint in it may be another.
   */
  readonly schemas: (manifest: Manifest, schema: Uint8Array | null, damaged: boolean) => Schemas;
  /** Elements of one list whose nodes are kept; without it no nodes are made, only values. */
  readonly nodes?: number;
  /** Walk by ids and forms though there are schemas. */
  readonly raw?: boolean;
  /** Bodies larger than this are stepped over. */
  readonly maxBody?: number;
  /** Reads the schema that travels, though the dump may be read without it: what is wrong with that is told where it stands. */
  readonly embedded?: (body: Uint8Array) => Embedded;
  /** What the choice of schemas finds wrong is told though no record asks for them. */
  readonly judged?: boolean;
}

/** What a dump holds, piece by piece in the order of its bytes. */
export type Item =
  | ({ readonly kind: "header" } & Piece)
  | ({ readonly kind: "manifest"; readonly manifest: Manifest; readonly offset: number } & Piece)
  /** `body` is as much of it as is there; for `embeddedReader`. */
  | ({ readonly kind: "schema"; readonly bytes: number; readonly body: Uint8Array; readonly offset: number } & Piece)
  | RecordItem
  | ({ readonly kind: "end" } & Piece)
  /** `cut`: of a record whose header is not all there; null where the bytes belong to no record. */
  | ({ readonly kind: "damaged"; readonly cut: CutRecord | null; readonly type: WireState | null } & Piece)
  | {
      readonly kind: "finish";
      readonly size: number;
      readonly coverage: Coverage;
      readonly problems: readonly Problem[];
    };

/** What all items that have bytes have. */
export interface Piece {
  /** null where no nodes are made. */
  readonly node: Node | null;
  readonly problems: readonly Problem[];
  /** Its bytes by their offset in the dump, as a view; fewer where they are not all there or were not held. */
  readonly peek: Peek;
  /** Tells a sink of all its bytes, as the walk told its own. */
  readonly replay: (sink: Sink) => void;
  /** Of the dump up to here. */
  readonly coverage: Coverage;
}

export type Peek = (offset: number, length: number) => Uint8Array;

export interface RecordItem extends Piece {
  readonly kind: "record";
  /** null where no schema has the state. */
  readonly type: WireState | null;
  /** `linux.pci.PciDevice#3`, or `0x70636901#3` without a schema. */
  readonly name: string;
  readonly header: RecordHeader;
  readonly offset: number;
  /** Header, body and padding, as far as they are there. */
  readonly bytes: number;
  /** As far as it could be read: null stands for what could not. */
  readonly value: Value;
  /** Whether its members are named by their ids: there is no schema, or nobody wants to go by it. */
  readonly raw: boolean;
  readonly dropped: readonly Dropped[];
}

/** Walks a dump. It never throws for what is in it: what is wrong is in the items, and the walk goes on as far as it can. */
export function inspect(source: Source, options: InspectOptions): Generator<Item, void, undefined> {
  return runReader(inspectReader(options), source);
}

/** Walks the body of one state, without a dump around it; offsets count from its start. */
export function inspectBody(type: WireState, bytes: Uint8Array, nodes?: number): RecordItem {
  const builder = nodes === undefined ? null : new NodeBuilder(nodes);
  const counter = builder ?? new CoverageCounter();
  const suspect = tellBody(null, type, bytes, false).r.told().some(isContradiction);
  const { r, value } = tellBody(counter, type, bytes, suspect);
  const header = { id: type.id ?? 0, instance: 0, version: type.version, flags: RECORD_MUST, length: bytes.length };
  return {
    ...{ kind: "record", type, name: type.name, header, offset: 0, bytes: bytes.length, dropped: r.dropped },
    raw: false,
    ...{ value: value === FAILED ? null : value, node: builder?.take()[0] ?? null, problems: r.told() },
    ...{ peek: peekInto([{ offset: 0, bytes }]), replay: (sink) => void tellBody(sink, type, bytes, suspect) },
    coverage: counter.coverage,
  };
}

function tellBody(
  sink: Sink | null,
  type: WireState,
  bytes: Uint8Array,
  suspect: boolean,
): { readonly r: Reading; readonly value: Read } {
  const r = new Reading(bytes, 0, type.name, sink);
  r.suspect = suspect;
  sink?.enter({ part: "record", name: type.name, id: type.id, type: type.text, wire: type, offset: 0 });
  const value = readState(r, type, 0, bytes.length);
  sink?.leave(bytes.length, value === FAILED ? undefined : value, r.since(0));
  return { r, value };
}

/** Walks a dump as it arrives. */
export function inspectStream(
  chunks: AsyncIterable<Uint8Array>,
  options: InspectOptions,
): AsyncGenerator<Item, void, undefined> {
  return streamReader(inspectReader(options), chunks);
}

/** The same as a reader of bytes, whoever brings them. */
export function* inspectReader(options: InspectOptions): Reader<Item> {
  const inspector = new Inspector(options);
  const frames = readFrames({
    name: (header, role) => inspector.name(header, role),
    maxBody: options.maxBody ?? LARGEST_BODY,
  });
  let given: Uint8Array = new Uint8Array(0);
  for (;;) {
    const step = frames.next(given);
    if (step.done === true) return;
    if (step.value.kind === "need") given = yield step.value;
    else yield { kind: "found", item: inspector.item(step.value.item) };
  }
}

class Inspector {
  readonly #options: InspectOptions;
  readonly #builder: NodeBuilder | null;
  readonly #counter: CoverageCounter;
  #manifest: Manifest = { producer: "", modules: [] };
  /** Tells of the manifest again. */
  #replayManifest: Piece["replay"] | null = null;
  #manifestDamaged = false;
  #schema: Uint8Array | null = null;
  #schemaOffset: number | null = null;
  #isSchemaTold = false;
  #states: ReadonlyMap<number, WireState> | null = null;
  #beyond: ReadonlySet<number> = new Set();
  /** Problems of the schemas, told with the first record after them. */
  #pending: readonly Problem[] = [];
  /** A state that no schema has may be of a module that is missing, which was told. */
  #missing = false;
  readonly #singles = new Singles();
  #world: World = new Map();
  /** Records may have been lost where the bytes are no records. */
  #damaged = false;
  /** Where an end record is that stands before others, in which the record of a `single` state may be. */
  #waitingEnd: number | null = null;

  constructor(options: InspectOptions) {
    this.#options = options;
    this.#builder = options.nodes === undefined ? null : new NodeBuilder(options.nodes);
    this.#counter = this.#builder ?? new CoverageCounter();
  }

  name({ id, instance }: RecordHeader, role: Role): string {
    if (role !== "state") return role;
    const type = this.#state(id);
    return `${type === null ? hex(BigInt(id)) : `${type.module}.${type.name}`}#${instance}`;
  }

  #state(id: number): WireState | null {
    if (this.#states === null) {
      const found = this.#options.schemas(this.#manifest, this.#schema, this.#manifestDamaged);
      const { world, missing, problems } = found;
      this.#world = world;
      this.#beyond = found.beyond ?? this.#beyond;
      this.#states = recordStates(world);
      this.#missing = missing.length > 0;
      // Who goes by ids and forms alone misses no schema.
      const fresh = this.#isSchemaTold ? problems.filter(({ path }) => path !== "schema") : problems;
      this.#pending = this.#options.raw === true ? [] : this.#located(fresh);
    }
    return this.#states.get(id) ?? null;
  }

  /** Problems of the choice of schemas with the places of what they are about: entries of the manifest, and the schema that travels. */
  #located(problems: readonly Problem[]): readonly Problem[] {
    if (problems.length === 0) return problems;
    const sink = new OffsetSink(new Set(problems.map(({ path }) => path)));
    this.#replayManifest?.(sink);
    return problems.map((one) => ({
      ...one,
      offset: one.offset ?? sink.offsets.get(one.path) ?? (one.path === "schema" ? this.#schemaOffset : null),
    }));
  }

  item(frame: Frame): Item {
    switch (frame.kind) {
      case "header": {
        const replay = (sink: Sink): void => tellHeader(sink, frame);
        replay(this.#counter);
        if (frame.problems.some(({ code }) => code === "B8005")) this.#counter.miss(HEADER_BYTES - frame.bytes.length);
        const peek = peekInto([{ offset: 0, bytes: frame.bytes }]);
        const { coverage } = this.#counter;
        return { kind: "header", node: this.#take(), problems: frame.problems, peek, replay, coverage };
      }
      case "damaged": {
        if (frame.isForeign !== true) this.#damaged = true;
        const { cut = null, problems } = frame;
        const type = cut === null || cut.name === null || cut.role !== "state" ? null : this.#state(cut.header.id);
        const replay = (sink: Sink): void => tellDamaged(sink, frame, type);
        replay(this.#counter);
        if (cut !== null) this.#counter.miss(RECORD_HEADER_BYTES - frame.length);
        const pending = this.#pending;
        this.#pending = [];
        const piece = { node: this.#take(), problems: [...pending, ...problems], peek: peekInto([frame]), replay };
        return { kind: "damaged", cut, type, ...piece, coverage: this.#counter.coverage };
      }
      case "record":
        return this.#record(frame);
      case "finish": {
        const { size } = frame;
        const missing = this.#waitingEnd === null || this.#damaged ? [] : this.#missingSingles(this.#waitingEnd);
        const problems = [...missing, ...frame.problems];
        return { kind: "finish", size, coverage: this.#counter.coverage, problems };
      }
    }
  }

  #take(): Node | null {
    return this.#builder?.take()[0] ?? null;
  }

  /** Reads a record, and again where its headers contradict each other: then none is believed to be there or not without more ado. */
  #told(
    frame: RecordFrame,
    reading: RecordReading,
  ): ReturnType<typeof tellRecord> & { readonly reading: RecordReading } {
    const before = this.#counter.coverage;
    const told = tellRecord(this.#counter, frame, reading);
    if (frame.role !== "state" || isDamaged(frame.problems) || !told.r.told().some(isContradiction)) {
      return { ...told, reading };
    }
    this.#counter.restore(before);
    this.#builder?.take();
    const again = { ...reading, suspect: true };
    return { ...tellRecord(this.#counter, frame, again), reading: again };
  }

  #record(frame: RecordFrame): Item {
    const { role, header, offset, body, missing } = frame;
    // It may be of any state, one that is missing else.
    if (!isHeaderSound(frame)) this.#damaged = true;
    const name = this.name(header, role);
    const type = role === "state" ? this.#state(header.id) : null;
    if (role === "end" && this.#options.judged === true) this.#state(0);
    const judged = this.#judged(frame, type, name);
    const { reading, r, value } = this.#told(frame, { name, type, raw: this.#options.raw === true, judged });
    if (missing > 0) this.#counter.miss(missing);
    const end = offset + 32 + body.length + frame.skipped + frame.padding.length;
    const pending = this.#pending;
    this.#pending = [];
    // In the order in which they are told: what is in the record, then of the record.
    const replay = (sink: Sink): void => void tellRecord(sink, frame, reading);
    const problems = [...pending, ...inTreeOrder(r.told(), replay), ...frame.problems, ...judged];
    const node = this.#take();
    const piece: Piece = {
      node,
      problems,
      peek: peekIntoRecord(frame),
      replay,
      coverage: this.#counter.coverage,
    };
    switch (role) {
      case "manifest": {
        this.#manifest = manifestOf(value === FAILED ? undefined : value);
        this.#replayManifest = piece.replay;
        this.#manifestDamaged = isDamaged(frame.problems);
        const entries = problems.length > 0 ? [] : checkManifest(this.#manifest, offset + 32);
        return { kind: "manifest", manifest: this.#manifest, offset, ...piece, problems: [...problems, ...entries] };
      }
      case "schema":
        this.#schema = body;
        this.#schemaOffset = offset + RECORD_HEADER_BYTES;
        return { kind: "schema", bytes: body.length, body, offset, ...piece, ...this.#travelling(problems) };
      case "end":
        return { kind: "end", ...piece };
      case "state": {
        const { dropped } = r;
        const held = value === FAILED ? null : value;
        const raw = reading.raw || type === null;
        return { kind: "record", type, name, header, offset, bytes: end - offset, value: held, raw, dropped, ...piece };
      }
    }
  }

  /** What is wrong with the schema that travels, unless its bytes are known to be damaged. */
  #travelling(problems: readonly Problem[]): Pick<Piece, "problems"> {
    const { embedded } = this.#options;
    if (embedded === undefined || this.#schema === null || problems.length > 0) return { problems };
    const found = embeddedProblems(embedded(this.#schema), this.#schemaOffset);
    this.#isSchemaTold = found.length > 0;
    return { problems: found };
  }

  #judged(frame: RecordFrame, type: WireState | null, name: string): readonly Problem[] {
    if (this.#options.raw === true) return [];
    if (frame.role === "state") return this.#judge(type, frame, name);
    if (frame.role !== "end") return [];
    if (frame.isLast !== true) this.#waitingEnd ??= frame.offset;
    return frame.isLast !== true || this.#damaged ? [] : this.#missingSingles(frame.offset);
  }

  /** Whether a record may be in this dump, by its manifest and its state. */
  #judge(type: WireState | null, frame: RecordFrame, name: string): readonly Problem[] {
    const { header, offset } = frame;
    const at = { path: name, offset, id: header.id };
    if (!isHeaderSound(frame)) {
      // What its header says is not believed, and that was told.
      if (type !== null) this.#singles.take(type);
      return [];
    }
    if (type === null) {
      return this.#missing || (header.flags & RECORD_MUST) === 0
        ? []
        : [problem("B8015", { found: hex(BigInt(header.id)) }, at)];
    }
    const problems: Problem[] = [];
    const entry = this.#manifest.modules.find((one) => one.name === type.module);
    if (entry === undefined) {
      // Of a damaged manifest the name may be what is damaged, and that was told.
      if (!this.#manifestDamaged) problems.push(problem("B8014", { found: type.module }, at));
    } else if (this.#beyond.has(header.id)) {
      const expected = `that of ${type.module}.${type.name} at version ${formatVersion(entry.version)}`;
      problems.push(problem("B8015", { expected, found: hex(BigInt(header.id)) }, at));
    } else if (entry.version !== header.version) {
      const words = { expected: formatVersion(entry.version), found: formatVersion(header.version) };
      problems.push(problem("B8017", words, at));
    }
    if (!this.#singles.take(type)) problems.push(problem("B8019", { found: `${type.module}.${type.name}` }, at));
    return problems;
  }

  #missingSingles(offset: number): readonly Problem[] {
    const { modules } = this.#manifest;
    const written = (name: string): Version | null => modules.find((one) => one.name === name)?.version ?? null;
    return this.#singles.missing(this.#world, written, offset);
  }
}

/** Whether the checksum of a record's header is right. */
function isHeaderSound({ problems }: RecordFrame): boolean {
  return !problems.some(({ code }) => code === "B8006");
}

function peekInto(pieces: readonly { readonly offset: number; readonly bytes: Uint8Array }[]): Peek {
  return (offset, length) => {
    const piece = pieces.find((one) => offset >= one.offset && offset < one.offset + one.bytes.length);
    if (piece === undefined) return new Uint8Array(0);
    const from = offset - piece.offset;
    const held = piece.bytes.subarray(from, from + length);
    const next = offset + held.length;
    if (held.length === length || !pieces.some((one) => one.offset === next)) return held;
    const rest = peekInto(pieces)(next, length - held.length);
    const whole = new Uint8Array(held.length + rest.length);
    whole.set(held);
    whole.set(rest, held.length);
    return whole;
  };
}

function peekIntoRecord({ offset, headerBytes, body, skipped, padding }: RecordFrame): Peek {
  return peekInto(
    [
      { offset, bytes: headerBytes },
      { offset: offset + 32, bytes: body },
      { offset: offset + 32 + body.length + skipped, bytes: padding },
    ].filter(({ bytes }) => bytes.length > 0),
  );
}
