import type { World } from "../schema/ir.ts";
import { formatVersion } from "../schema/version.ts";
import { Constraints, type Handle } from "./constraints.ts";
import { decodeState } from "./decode.ts";
import { judgeManifest, statesBeyond, type KnownModule, type ReaderModule } from "./find.ts";
import { RECORD_HEADER_BYTES } from "./format.ts";
import { held } from "./held.ts";
import { inspectReader, type InspectOptions, type Item, type RecordItem } from "./inspect.ts";
import type { Manifest } from "./manifest.ts";
import type { Problem } from "./problem.ts";
import type { Dropped } from "./reading.ts";
import { runReader, streamReader, type Reader, type Source } from "./source.ts";
import type { Value } from "./value.ts";
import type { WireState } from "./wire-type.ts";
import { recordState } from "./wire-types.ts";
import { namedPath, namedProblem, type UnknownIn } from "./writers-name.ts";

/** A build that may be given a dump. */
export interface PreflightReader {
  /** The SOURCE as written. */
  readonly name: string;
  /** Each of its modules at the version that it has. */
  readonly world: World;
  readonly modules: ReadonlyMap<string, ReaderModule>;
  /** All that the SOURCE has of its modules, other versions too: they give names to what the reader does not know. */
  readonly known: readonly KnownModule[];
}

/** What stops a reader, or what it would lose without minding. */
export interface Reason extends Problem {
  /** `linux.pci.PciDevice`, or `0x70636901` for a state that the reader does not know; null for the dump as a whole. */
  readonly type: string | null;
  readonly instance: number | null;
}

export interface Judgement {
  readonly reader: string;
  readonly taken: boolean;
  /** The first of them; `count` has all. */
  readonly reasons: readonly Reason[];
  readonly count: number;
  /** What it would step over because losing it is declared harmless. */
  readonly dropped: readonly Dropped[];
  readonly droppedCount: number;
  readonly records: number;
  /** Members that name kernel objects, as this reader sees them. */
  readonly handles: readonly Handle[];
}

export interface PreflightOptions {
  /** Schemas that the dump may have been written with, by its manifest and its schema record: they give names to what a reader does not know. */
  readonly writers?: (manifest: Manifest, schema: Uint8Array | null, reader: PreflightReader) => World;
  /** Reasons and dropped members that are kept for each reader. */
  readonly kept?: number;
  /** Whether somebody asks where in the dump handles stand: without, they have the offsets of their records. */
  readonly handles?: boolean;
}

/** More than anybody reads; all are counted. */
const keptReasons = 100;

/**
 * Whether each of several readers can take this very dump: every record, member, reference, `check`, key and `single`. The dump is walked once,
 * piece by piece, by all of them.
 */
export function preflight(
  source: Source,
  readers: readonly PreflightReader[],
  options: PreflightOptions = {},
): readonly Judgement[] {
  const judges = readers.map((reader) => new Judge(reader, options));
  for (const items of runReader(together(judges), source))
    for (const [i, item] of items.entries()) judges[i]?.take(item);
  return judges.map((judge) => judge.judgement());
}

/** The same of a dump as it arrives, in the memory of its largest record. */
export async function preflightStream(
  chunks: AsyncIterable<Uint8Array>,
  readers: readonly PreflightReader[],
  options: PreflightOptions = {},
): Promise<readonly Judgement[]> {
  const judges = readers.map((reader) => new Judge(reader, options));
  for await (const items of streamReader(together(judges), chunks))
    for (const [i, item] of items.entries()) judges[i]?.take(item);
  return judges.map((judge) => judge.judgement());
}

/** One walk for several readers: which bytes it asks for goes by the bytes alone, so they all ask for the same, and find pieces at the same places. */
function* together(judges: readonly Judge[]): Reader<readonly Item[]> {
  const walks = judges.map(({ schemas }) => inspectReader({ schemas }));
  let given: Uint8Array = new Uint8Array(0);
  for (;;) {
    const steps = walks.map((walk) => walk.next(given));
    const items = steps.flatMap((step) => (step.done !== true && step.value.kind === "found" ? [step.value.item] : []));
    const [first] = steps;
    if (first === undefined || first.done === true) return;
    if (first.value.kind === "need") given = yield first.value;
    else yield { kind: "found", item: items };
  }
}

class Judge {
  readonly #reader: PreflightReader;
  readonly #options: PreflightOptions;
  readonly #constraints = new Constraints();
  readonly #reasons: Reason[] = [];
  readonly #dropped: Dropped[] = [];
  #writers: World = new Map();
  /** States of the writers, by id: looked up for what the reader does not know, which mostly is nothing. */
  readonly #writerStates = new Map<number, WireState | null>();
  /** Set where the reader would not open the dump at all: its records are not looked into. */
  #closed = false;
  #count = 0;
  #droppedCount = 0;
  #records = 0;

  constructor(reader: PreflightReader, options: PreflightOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  readonly schemas: InspectOptions["schemas"] = (manifest, schema) => {
    this.#writers = this.#options.writers?.(manifest, schema, this.#reader) ?? new Map();
    for (const one of judgeManifest(manifest, this.#reader.modules)) this.#add(one, null);
    this.#closed = this.#count > 0;
    if (this.#closed) return { world: new Map(), missing: [], problems: [] };
    const { world, known } = this.#reader;
    return { world, missing: [], problems: [], beyond: statesBeyond(manifest, world, known) };
  };

  take(item: Item): void {
    if (item.kind === "record") return this.#record(item);
    for (const one of item.problems) this.#add(one, null);
    if (item.kind === "finish" && !this.#closed) this.#finish();
  }

  #record(item: RecordItem): void {
    this.#records++;
    if (this.#closed) return;
    const isKnown = item.type !== null && item.problems.length === 0 && item.dropped.length === 0;
    const writer = isKnown ? null : this.#writer(item.header.id);
    const record = { name: item.type === null && writer !== null ? nameOf(writer, item) : item.name };
    const unknown = unknownIn(item, writer);
    for (const one of item.problems) this.#add(namedProblem(one, unknown), record);
    if (item.type === null && item.problems.length === 0)
      this.#drop({ ...item, path: record.name, id: item.header.id });
    for (const one of item.dropped) this.#drop(namedPath(one, unknown));
    for (const one of held(this.#constraints, item, this.#options.handles)) this.#add(one, item);
  }

  #writer(id: number): WireState | null {
    let state = this.#writerStates.get(id);
    if (state === undefined) this.#writerStates.set(id, (state = recordState(this.#writers, id)));
    return state;
  }

  #drop({ path, id, offset, bytes }: Dropped): void {
    this.#droppedCount++;
    if (this.#dropped.length < this.#kept()) this.#dropped.push({ path, id, offset, bytes });
  }

  #finish(): void {
    for (const one of this.#constraints.finish()) this.#add(one, recordIn(one.path));
  }

  #kept(): number {
    return this.#options.kept ?? keptReasons;
  }

  #add(one: Problem, record: { readonly name: string } | null): void {
    this.#count++;
    if (this.#reasons.length >= this.#kept()) return;
    const [, type = null, instance = null] = /^(.*)#(\d+)$/.exec(record?.name ?? "") ?? [];
    this.#reasons.push({ ...one, type, instance: instance === null ? null : Number(instance) });
  }

  judgement(): Judgement {
    return {
      reader: this.#reader.name,
      taken: this.#count === 0,
      reasons: this.#reasons,
      count: this.#count,
      dropped: this.#dropped,
      droppedCount: this.#droppedCount,
      records: this.#records,
      handles: this.#constraints.handles,
    };
  }
}

function nameOf(state: WireState, { header }: RecordItem): string {
  return `${state.module}.${state.name}#${header.instance}`;
}

/** What a reader has not all of, as its writer has it. It is read again for that, once. */
function unknownIn({ type, header, offset, peek }: RecordItem, writer: WireState | null): UnknownIn {
  let read: Value | null | undefined;
  const value = (): Value | null => {
    if (read !== undefined) return read;
    const decoded = writer === null ? null : decodeState(writer, peek(offset + RECORD_HEADER_BYTES, header.length));
    return (read = decoded?.ok === true ? (decoded.value ?? null) : null);
  };
  return { reader: type, writer, value };
}

function recordIn(path: string): { readonly name: string } | null {
  const name = /^[^#]*#\d+/.exec(path)?.[0];
  return name === undefined ? null : { name };
}

/** What a reader lacks, and what a dump does not name: descriptors held against handles. */
export interface HandleDifference {
  /** Objects that the dump hands over and nobody holds. */
  readonly missing: readonly Handle[];
  /** Descriptors that are held, and that nothing in the dump takes over. */
  readonly unclaimed: readonly Descriptor[];
}

/** A kernel object that is really there. */
export interface Descriptor {
  /** Its number or name, as text. */
  readonly name: string;
  /** What it is, where that is known: `socket:[123]`. */
  readonly about: string | null;
  /** Nobody minds if no state takes it over: the standard streams of a process. */
  readonly optional: boolean;
}

/** Holds the handles of a dump against the objects that there are. An object that several members name is one. */
export function compareHandles(handles: readonly Handle[], descriptors: readonly Descriptor[]): HandleDifference {
  const held = new Set(descriptors.map(({ name }) => name));
  const claimed = new Set(handles.map(({ name }) => name));
  return {
    missing: handles.filter(({ name }) => !held.has(name)),
    unclaimed: descriptors.filter(({ name, optional }) => !optional && !claimed.has(name)),
  };
}

/** A text for a reader's modules in a message: `linux.pci 2, linux.iommu 1`. */
export function readerText({ modules, world }: PreflightReader): string {
  return [...modules.keys()].map((name) => `${name} ${formatVersion(world.get(name)?.version ?? 0)}`).join(", ");
}
