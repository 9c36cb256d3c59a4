import type { Version } from "../../schema/ir.ts";
import { inspect, type InspectOptions, type RecordItem } from "../inspect.ts";
import type { Manifest } from "../manifest.ts";
import type { Coverage } from "../nodes.ts";
import { PathCursor, type DumpPath } from "../path.ts";
import { hasMember } from "../path-value.ts";
import { isContradiction, isDamaged, type Problem } from "../problem.ts";
import { readRaw } from "../raw.ts";
import { FAILED, Reading, type Dropped } from "../reading.ts";
import type { Source } from "../source.ts";
import { readState } from "../state.ts";
import { isObject, memberOf, setMember, type Value } from "../value.ts";
import type { Change } from "./change.ts";
import { Comparison, type RecordSide } from "./compare.ts";
import { countValues, keyPath, keyText, type Side } from "./content.ts";
import { Instances, stateOf, type InstanceChange } from "./instances.ts";
import { Place, type Stretch } from "./places.ts";
import { keyOf, planOf, type Plan, type SchemaNote } from "./plan.ts";

/** A dump to compare. */
export interface DumpSide {
  readonly source: Source;
  readonly schemas: InspectOptions["schemas"];
  /** Reads the schema that travels, to tell what is wrong with it. */
  readonly embedded?: NonNullable<InspectOptions["embedded"]>;
}

export interface DiffOptions {
  /** What is left out of the comparison. */
  readonly ignore: readonly DumpPath[];
  /** Those of them that name something in records of both dumps, or a record, are put here. */
  readonly met?: Set<DumpPath>;
  /** Changes of one record that are kept; the others are counted. */
  readonly limit: number;
}

/** What a comparison tells, in the order of the dumps. */
export type DiffEvent =
  /** Once both manifests were read, as far as there are any. */
  | { readonly kind: "begin"; readonly a: Manifest; readonly b: Manifest }
  | { readonly kind: "problem"; readonly side: Side; readonly problem: Problem }
  /** What the schemas say differently; once for each member. */
  | { readonly kind: "note"; readonly note: SchemaNote }
  | RecordChange
  /** Once for each state at most, behind its records. */
  | InstanceChange
  | DiffEnd;

/** A record that differs. */
export interface RecordChange {
  readonly kind: "record";
  readonly change: "changed" | "added" | "removed";
  /** `linux.pci.PciDevice#3`, or by its key `linux.pci.PciDevice[address=0x800]` where the instances differ or one side lacks it. */
  readonly path: string;
  readonly a: RecordSpot | null;
  readonly b: RecordSpot | null;
  readonly changes: readonly Change[];
  /** All of them: of many only the first are kept. */
  readonly count: number;
}

export interface RecordSpot extends Stretch {
  readonly path: string;
  readonly version: Version;
}

export interface DiffEnd {
  readonly kind: "finish";
  readonly a: SideEnd;
  readonly b: SideEnd;
  readonly counts: Counts;
}

export interface SideEnd {
  readonly size: number;
  readonly coverage: Coverage;
  readonly manifest: Manifest;
}

export interface Counts {
  /** `instance`: records that differ in their instance alone; `ignored`: whole records that were left out. */
  readonly records: RecordCounts;
  /** Values inside records that both sides have: how many are equal, how many differences there are, and what was left out. */
  readonly members: { equal: number; changes: number; ignored: number };
}

interface RecordCounts {
  equal: number;
  changed: number;
  instance: number;
  added: number;
  removed: number;
  ignored: number;
}

/** A record that waits for its partner, with those members of its value that may be a key: the others are read again when they are needed. */
interface Waiting {
  readonly record: RecordItem;
  readonly members: Value;
}

/**
 * Compares two dumps record by record, each side read with its own schemas. Records of a state pair by key where both versions have the same key,
 * else by instance; a `single` state pairs with itself. Memory is that of the two records in hand, and a few words for each one without a partner.
 */
export function* diffDumps(a: DumpSide, b: DumpSide, options: DiffOptions): Generator<DiffEvent, void, undefined> {
  const diff = new Diff(a, b, options);
  yield* diff.run();
}

class Diff {
  readonly #a: Walk;
  readonly #b: Walk;
  readonly #options: DiffOptions;
  readonly #told = new Set<SchemaNote>();
  #counts: Counts = {
    records: { equal: 0, changed: 0, instance: 0, added: 0, removed: 0, ignored: 0 },
    members: { equal: 0, changes: 0, ignored: 0 },
  };
  #waitingA: Waiting[] = [];
  #waitingB: Waiting[] = [];
  readonly #instances = new Instances();

  constructor(a: DumpSide, b: DumpSide, options: DiffOptions) {
    this.#a = new Walk("a", a);
    this.#b = new Walk("b", b);
    this.#options = options;
  }

  *run(): Generator<DiffEvent, void, undefined> {
    const [walkA, walkB] = [this.#a, this.#b];
    yield* walkA.next();
    yield* walkB.next();
    yield { kind: "begin", a: walkA.end.manifest, b: walkB.end.manifest };
    let state: number | null = null;
    while (walkA.record !== null || walkB.record !== null) {
      const [a, b] = [walkA.record, walkB.record];
      const order = a === null ? 1 : b === null ? -1 : compareHeaders(a, b);
      const id = (order <= 0 ? a : b)?.header.id ?? 0;
      if (state !== id) yield* this.#flush();
      state = id;
      if (order === 0 && a !== null && b !== null) yield* this.#meet(a, b);
      else if (order < 0 && a !== null) this.#waitingA.push(waiting(a));
      else if (b !== null) this.#waitingB.push(waiting(b));
      if (order <= 0) yield* walkA.next();
      if (order >= 0) yield* walkB.next();
    }
    yield* this.#flush();
    yield { kind: "finish", a: walkA.end, b: walkB.end, counts: this.#counts };
  }

  /** Two records of one state and instance: the same object, unless their keys say otherwise. */
  *#meet(a: RecordItem, b: RecordItem): Generator<DiffEvent, void, undefined> {
    const key = keyOf(planOf(a.type, b.type));
    const [keyA, keyB] = [keyText(key, "a", a.value), keyText(key, "b", b.value)];
    if (key.length === 0 || keyA === null || keyB === null || keyA === keyB) {
      yield* this.#pair(a, a.value, b, b.value);
      return;
    }
    this.#waitingA.push(waiting(a));
    this.#waitingB.push(waiting(b));
  }

  /** Ends a state: what waits pairs by key, and what is left is on one side alone. */
  *#flush(): Generator<DiffEvent, void, undefined> {
    const [waitingA, waitingB] = [this.#waitingA, this.#waitingB];
    this.#waitingA = [];
    this.#waitingB = [];
    const [typeA, typeB] = [waitingA[0]?.record.type ?? null, waitingB[0]?.record.type ?? null];
    const key = keyOf(planOf(typeA, typeB));
    const known = (side: Side, members: Value): string | null => {
      if (typeA?.single === true && typeB?.single === true) return "";
      return key.length === 0 ? null : keyText(key, side, members);
    };
    const ofB = new Map<string, Waiting>();
    for (const one of waitingB) {
      const text = known("b", one.members);
      if (text !== null && !ofB.has(text)) ofB.set(text, one);
    }
    const paired = new Set<Waiting>();
    for (const a of waitingA) {
      const text = known("a", a.members);
      const b = text === null ? undefined : ofB.get(text);
      if (text !== null) ofB.delete(text);
      if (b === undefined) {
        yield* this.#alone("a", a);
        continue;
      }
      paired.add(b);
      yield* this.#pair(a.record, this.#a.value(a.record), b.record, this.#b.value(b.record));
    }
    for (const b of waitingB) if (!paired.has(b)) yield* this.#alone("b", b);
    const moved = this.#instances.take();
    if (moved !== null) yield moved;
  }

  *#alone(side: Side, { record, members }: Waiting): Generator<DiffEvent, void, undefined> {
    const { records } = this.#counts;
    if (this.#cursor(record, side === "a" ? this.#a : this.#b, null)?.matched === true) {
      records.ignored++;
      return;
    }
    records[side === "a" ? "removed" : "added"]++;
    const spot = spotOf(record);
    const sides = side === "a" ? { a: spot, b: null } : { a: null, b: spot };
    const change = side === "a" ? "removed" : "added";
    const path = alonePath(record, members);
    yield { kind: "record", change, path, ...sides, changes: [], count: 0 };
  }

  #cursor(record: RecordItem, walk: Walk, value: Value | null): PathCursor | null {
    const { ignore, met } = this.#options;
    if (ignore.length === 0) return null;
    return PathCursor.record(ignore, record.name, hasMember(record.type, value ?? walk.value(record)), met);
  }

  *#pair(a: RecordItem, valueA: Value, b: RecordItem, valueB: Value): Generator<DiffEvent, void, undefined> {
    const plan = planOf(a.type, b.type);
    const ignore = this.#cursor(b, this.#b, valueB);
    const { records, members } = this.#counts;
    if (ignore?.matched === true) {
      records.ignored++;
      return;
    }
    if (ignore === null && this.#sameBytes(a, b)) {
      members.equal += countValues(plan, valueA);
      this.#equal(a, b, plan, valueB);
      return;
    }
    const path = pathOf(a, b, plan, valueB);
    // One schema says nothing of records that the other one names: then both go by their ids.
    const raw = (a.type === null) !== (b.type === null);
    const [sideA, sideB] = [this.#a.side(a, valueA, raw), this.#b.side(b, valueB, raw)];
    const comparison = new Comparison(sideA, sideB, path, this.#options.limit);
    comparison.run(raw ? planOf(null, null) : plan, ignore);
    this.#bytes(comparison, a, b, [sideA, sideB]);
    if (comparison.count > 0) instances(comparison, a, b, path);
    for (const note of comparison.notes) {
      if (this.#told.has(note)) continue;
      this.#told.add(note);
      yield { kind: "note", note };
    }
    members.equal += comparison.equal;
    members.ignored += comparison.ignored;
    members.changes += comparison.count;
    if (comparison.count === 0) {
      this.#equal(a, b, plan, valueB);
      return;
    }
    records.changed++;
    const { changes, count } = comparison;
    yield { kind: "record", change: "changed", path, a: spotOf(a), b: spotOf(b), changes, count };
  }

  /** Of a pair with equal values that counts. */
  #equal(a: RecordItem, b: RecordItem, plan: Plan, value: Value): void {
    const { records } = this.#counts;
    if (a.header.instance === b.header.instance) {
      records.equal++;
      return;
    }
    records.instance++;
    this.#instances.add(a, b, () => pathOf(a, b, plan, value));
  }

  /** Sound records of the same schemas and bytes are equal without a look at their values. */
  #sameBytes(a: RecordItem, b: RecordItem): boolean {
    if (a.type === null || b.type === null || a.problems.length > 0 || b.problems.length > 0) return false;
    if (a.header.flags !== b.header.flags || a.header.length !== b.header.length) return false;
    if (this.#a.schemas !== this.#b.schemas) return false;
    return firstDifference(this.#a.body(a), this.#b.body(b)) === null;
  }

  /** What no member describes: members that a reader drops, and bytes that are not as the one form of their values has them. */
  #bytes(
    comparison: Comparison,
    a: RecordItem,
    b: RecordItem,
    [sideA, sideB]: readonly [RecordSide, RecordSide],
  ): void {
    if (comparison.count > 0 || comparison.ignored > 0 || a.problems.length > 0 || b.problems.length > 0) return;
    const [bodyA, bodyB] = [this.#a.body(a), this.#b.body(b)];
    const sameSchemas = this.#a.schemas === this.#b.schemas;
    if (!sameSchemas && sameDropped(a, bodyA, b, bodyB)) return;
    const at = firstDifference(bodyA, bodyB);
    if (at === null && (!sameSchemas || a.header.flags === b.header.flags)) return;
    const spot = (side: RecordSide, record: RecordItem, body: Uint8Array): Change["a"] => {
      const named = { path: side.name, type: null };
      if (at === null) {
        const value = Uint8Array.of(record.header.flags & 0xff);
        return { ...named, place: { offset: record.offset + 12, length: 4 }, value };
      }
      const place = { offset: record.offset + 32 + Math.min(at, body.length), length: Math.max(0, body.length - at) };
      return { ...named, place, value: body.subarray(at, at + 16) };
    };
    comparison.count++;
    comparison.changes.push({
      kind: "bytes",
      path: sideB.name,
      id: null,
      a: spot(sideA, a, bodyA),
      b: spot(sideB, b, bodyB),
      note: "every value is equal, and the bytes are not",
      elements: 1,
    });
  }
}

/** One side as it is read. */
class Walk {
  record: RecordItem | null = null;
  readonly #side: Side;
  readonly #source: Source;
  readonly #items: ReturnType<typeof inspect>;
  #manifest: Manifest = { producer: "", modules: [] };
  #size = 0;
  #coverage: Coverage = { described: 0, padding: 0, unknown: 0, missing: 0 };

  constructor(side: Side, { source, ...options }: DumpSide) {
    this.#side = side;
    this.#source = source;
    this.#items = inspect(source, options);
  }

  get end(): SideEnd {
    return { size: this.#size, coverage: this.#coverage, manifest: this.#manifest };
  }

  /** Goes to the next record; tells of problems on the way. */
  *next(): Generator<DiffEvent, void, undefined> {
    this.record = null;
    while (this.record === null) {
      const step = this.#items.next();
      if (step.done === true) return;
      const item = step.value;
      for (const one of item.problems) yield { kind: "problem", side: this.#side, problem: one };
      if (item.kind === "manifest") this.#manifest = item.manifest;
      else if (item.kind === "finish") {
        this.#size = item.size;
        this.#coverage = item.coverage;
      } else if (item.kind === "record") this.record = item;
    }
  }

  body(record: RecordItem): Uint8Array {
    return this.#source.read(record.offset + 32, Math.min(record.header.length, Math.max(0, record.bytes - 32)));
  }

  /** Reads the value of a record again. */
  value(record: RecordItem, raw: boolean = false): Value {
    const body = this.body(record);
    const r = new Reading(body, record.offset + 32, record.name, null);
    r.suspect = isDamaged(record.problems) || record.problems.some(isContradiction);
    const { length } = record.header;
    const read = record.type === null || raw ? readRaw(r, 0, length) : readState(r, record.type, 0, length);
    return read === FAILED ? null : read;
  }

  side(record: RecordItem, value: Value, raw: boolean): RecordSide {
    const type = raw ? null : record.type;
    let place: Place | null = null;
    return {
      name: record.name,
      type,
      value: raw && record.type !== null ? this.value(record, true) : value,
      place: () => (place ??= Place.body({ bytes: this.body(record), base: record.offset + 32 }, type)),
    };
  }

  /** All modules with their fingerprints, as one text. */
  get schemas(): string {
    return this.#manifest.modules.map(({ name, fingerprint }) => `${name} ${fingerprint}`).join("\n");
  }
}

/** Of a pair that differs otherwise too, another instance is told before all others, as their bytes stand before all others. */
function instances(comparison: Comparison, a: RecordItem, b: RecordItem, path: string): void {
  if (a.header.instance === b.header.instance) return;
  const spot = ({ name, offset, header }: RecordItem): Change["a"] => ({
    path: name,
    place: { offset: offset + 4, length: 4 },
    type: null,
    value: header.instance,
  });
  comparison.count++;
  comparison.changes.unshift({ kind: "instance", path, id: null, a: spot(a), b: spot(b), note: "", elements: 1 });
}

/** Records of one state and instance are 0. */
function compareHeaders(a: RecordItem, b: RecordItem): number {
  return a.header.id - b.header.id || a.header.instance - b.header.instance;
}

/** What is kept of a record must not hold its bytes. */
function waiting(record: RecordItem): Waiting {
  const members: { [name: string]: Value } = {};
  for (const { name, member } of record.type?.members ?? []) {
    if (member.key && isObject(record.value)) setMember(members, name, memberOf(record.value, name));
  }
  return { record: { ...record, value: null, node: null, peek: nothing, replay: () => {} }, members };
}

const nothing = (): Uint8Array => new Uint8Array(0);

function spotOf({ name, header, offset, bytes }: RecordItem): RecordSpot {
  return { path: name, version: header.version, offset, length: bytes };
}

function pathOf(a: RecordItem, b: RecordItem, plan: Plan, value: Value): string {
  const key = keyOf(plan);
  if (a.name === b.name || key.length === 0) return b.name;
  return `${stateOf(b)}[${keyPath(key, "b", value)}]`;
}

/** Of a record without a partner: by key if it has one that could be read, as the other dump may have another record of this instance. */
function alonePath(record: RecordItem, members: Value): string {
  const key = keyOf(planOf(record.type, record.type));
  if (key.length === 0 || keyText(key, "a", members) === null) return record.name;
  return `${stateOf(record)}[${keyPath(key, "a", members)}]`;
}

/** Whether what the readers dropped is the same on both sides. */
function sameDropped(a: RecordItem, bodyA: Uint8Array, b: RecordItem, bodyB: Uint8Array): boolean {
  if (a.dropped.length !== b.dropped.length) return false;
  return a.dropped.every((one, i) => {
    const other = b.dropped[i];
    return other !== undefined && firstDifference(bytesOf(a, bodyA, one), bytesOf(b, bodyB, other)) === null;
  });
}

function bytesOf(record: RecordItem, body: Uint8Array, { offset, bytes }: Dropped): Uint8Array {
  const at = offset - record.offset - 32;
  return body.subarray(at, at + bytes);
}

/** The first place at which bytes differ; null if they are equal. */
function firstDifference(a: Uint8Array, b: Uint8Array): number | null {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return a.length === b.length ? null : length;
}
