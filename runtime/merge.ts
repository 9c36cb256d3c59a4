import { heldBy, originOf, type Carried, type Origin } from "./carried.ts";
import {
  allMembers,
  describe as made,
  type Described,
  type StateDescription,
  type TypeDescription,
} from "./description.ts";
import { encodeFor, type Encodes } from "./encode.ts";
import { BatonError } from "./errors.ts";
import { form } from "./form.ts";
import { openInput } from "./open-input.ts";
import { elementsGiven, isListed } from "./given-tables.ts";
import type { BodyDescription } from "./locate.ts";
import {
  bodyIn,
  bytesOf,
  concat,
  elementsOf,
  equal,
  formOfMember,
  membersIn,
  pair,
  payload,
  rowOf,
  tableShape,
  withHeader,
  type Stretch,
} from "./stretch.ts";
import { isPlain, own } from "./values.ts";
import { writerOf } from "./writer.ts";

/**
 * Encodes a value that carries what its reader does not know. What the reader would write for the value as it was read is compared with what it
 * writes for the value as it is now: members that did not change stay byte for byte as they came, unknown ones all do, with the object that they
 * were read with. Where the writer's version is known, both are written for that version, which has no member that came later.
 */
export function mergeCarried<Init extends object>(codec: Encodes<Init>, value: Init, carried: Carried): Uint8Array {
  const { describe, read } = codec.inner;
  const input = openInput(carried.body, { root: describe, dropped: null, keepUnknown: true });
  // A decoded value is one that the codec encodes.
  const decoded = read(input, input.start, input.end) as Init;
  const writer = writerOf(codec.module, carried);
  const older =
    writer.targets === null ? null : attempt(() => encodeFor(codec, decoded, writer.targets, { keepUnknown: true }));
  const targets = older === null ? null : writer.targets;
  const before = older ?? encodeFor(codec, decoded, null, { keepUnknown: true });
  const after = encodeFor(codec, value, targets, { keepUnknown: true });
  const closed = writer.older && older === null;
  const merge = new Merge(carried, bodyIn(carried.body), bodyIn(before), closed);
  merge.place(describe, value);
  return merge.body(made(describe), value, bodyIn(after), "");
}

/** The bytes for an older version; null where what was read cannot be written for it again, as with a required member that has ended. */
function attempt(write: () => Uint8Array): Uint8Array | null {
  try {
    return write();
  } catch (error) {
    if (error instanceof BatonError) return null;
    throw error;
  }
}

/** What an object was: in the bytes that it was read from, and as its reader would write it. Of a row, the table it stood in. */
interface Was {
  readonly came: Stretch;
  readonly before: Stretch;
}

/** A row as it was read, whose table has room for more than its reader knows. */
interface WasRow extends Was {
  readonly row: number;
}

class Merge {
  private readonly carried: Carried;
  private readonly root: Was;
  /** Whether the writer may lack members of this version, and nobody knows which. */
  private readonly closed: boolean;
  private readonly known = new Map<Origin, Was | null>();
  /** Where the objects that the value holds now were read. */
  private readonly placed = new Set<Origin>();

  constructor(carried: Carried, came: Stretch, before: Stretch, closed: boolean) {
    this.carried = carried;
    this.closed = closed;
    this.root = { came, before };
  }

  /** Takes note of every object that is still there. */
  place(described: Described, value: object): void {
    const origin = this.originOf(value, "");
    if (origin !== null) this.placed.add(origin);
    for (const { type, objects } of heldBy(described, value)) {
      for (const object of objects) this.place(type, object);
    }
  }

  private originOf(value: object, path: string): Origin | null {
    const origin = originOf(value);
    if (origin === null || origin.carried === this.carried) return origin;
    throw new BatonError("B8308", {
      path,
      expected: "what was read with this record, or a copy",
      found: "an object of another record that was read with `keepUnknown`",
    });
  }

  /** What an object was that is no row. */
  private was(origin: Origin): Was | null {
    let known = this.known.get(origin);
    if (known === undefined) this.known.set(origin, (known = this.find(origin)));
    return known;
  }

  private find(origin: Origin): Was | null {
    const table = this.memberOf(origin);
    if (origin.parent === null || table === null) return origin.parent === null ? this.root : null;
    const { came, before } = table;
    if (formOfMember(came) !== form.list) return { came: payload(came), before: payload(before) };
    const [one, other] = [elementsOf(came)[origin.index], elementsOf(before)[origin.index]];
    return one === undefined || other === undefined ? null : { came: one, before: other };
  }

  /** The member that held an object. */
  private memberOf({ parent, id }: Origin): Was | null {
    const holder = parent === null ? null : this.was(parent);
    if (holder === null) return null;
    const [came, before] = [membersIn(holder.came).get(id), membersIn(holder.before).get(id)];
    return came === undefined || before === undefined ? null : { came, before };
  }

  /** Whether an object that is not there any more held what its reader does not know. The choice of a union is known; what it held may not be. */
  private isLost(origin: Origin, type: TypeDescription): boolean {
    if (this.placed.has(origin)) return false;
    if (type.kind === "union") {
      const [held] = origin.children;
      const alternative = type.alternatives.find((one) => one.id === held?.id);
      if (alternative === undefined || alternative.type === null) return false;
      const inner = elementOf(alternative.type);
      return origin.children.some((child) => this.isLost(child, inner));
    }
    if (type.kind === "struct") return this.row(origin) !== null;
    const was = this.was(origin);
    return was !== null && !equal(was.came, was.before);
  }

  /** The body of an object as it is now, with what is unknown of the object that it was. */
  body(type: BodyDescription, value: object, now: Stretch, path: string): Uint8Array {
    const origin = this.originOf(value, path);
    const was = origin === null ? null : this.was(origin);
    const original = was === null ? noMembers : membersIn(was.came);
    const old = was === null ? noMembers : membersIn(was.before);
    const present = membersIn(now);
    const parts: Uint8Array[] = [];
    if (type.kind === "state") this.checkEnded(type, original, old, present, path);
    for (const id of [...new Set([...original.keys(), ...present.keys()])].sort((a, b) => a - b)) {
      const [o, b, n] = [original.get(id), old.get(id), present.get(id)];
      const known = entryOf(type, id);
      if (n === undefined) {
        // It is unknown, or stood at its default, which nobody has to write. A union holds what it holds now.
        if (o !== undefined && b === undefined && type.kind === "state") parts.push(bytesOf(o));
      } else if (known === null) parts.push(bytesOf(o !== undefined && equal(b, n) ? o : n));
      else if (o === undefined && b !== undefined && equal(b, n)) {
        // The writer does not have it, or left it to be computed, and so it is left.
      } else {
        if (this.closed && o === undefined) throw notTheWriters(join(path, known.name));
        const held = type.kind === "union" ? own(value, "value") : own(value, known.name);
        const below = join(path, known.name);
        const element = known.type === null ? null : elementOf(known.type);
        if (element === null || !isObject(element)) parts.push(bytesOf(o !== undefined && equal(b, n) ? o : n));
        else {
          this.checkNew(origin, id, element, held, below);
          parts.push(this.member(element, held, o, b, n, below));
        }
      }
    }
    return concat(parts);
  }

  /** Refuses a change of what a member that has ended is made from: it came, and it is not written again here. */
  private checkEnded(
    { retired = [], members }: StateDescription,
    original: ReadonlyMap<number, Stretch>,
    old: ReadonlyMap<number, Stretch>,
    present: ReadonlyMap<number, Stretch>,
    path: string,
  ): void {
    for (const { id, name, from } of retired) {
      if (from === undefined || !original.has(id) || present.has(id)) continue;
      const changed = members.find((one) => from.of.includes(one.name) && !equal(old.get(one.id), present.get(one.id)));
      if (changed !== undefined) throw notTheWriters(join(path, changed.name), ` from which it has \`${name}\``);
    }
  }

  /** Refuses a new object where one that was read is not any more: whose the unknown parts are now, nobody can tell. */
  private checkNew(holder: Origin | null, id: number, type: TypeDescription, held: unknown, path: string): void {
    if (holder === null || !holder.children.some((one) => one.id === id && this.isLost(one, type))) return;
    for (const [i, one] of listed(held).entries()) {
      if (originOf(one) === null && !(type.kind === "union" && this.choosesAnew(holder, id, type, one))) {
        throw notTheSame(isListed(held) ? `${path}[${i}]` : path);
      }
    }
  }

  /** Whether a new union stands for another choice than the one that was read in its place. */
  private choosesAnew(holder: Origin, id: number, type: TypeDescription, value: object): boolean {
    const places = holder.children.filter((one) => one.id === id);
    if (type.kind !== "union" || places.length !== 1) return false;
    const chosen = type.alternatives.find((one) => one.name === own(value, "kind"));
    return places[0]?.children[0]?.id !== chosen?.id;
  }

  private member(
    type: TypeDescription,
    held: unknown,
    came: Stretch | undefined,
    before: Stretch | undefined,
    now: Stretch,
    path: string,
  ): Uint8Array {
    if (type.kind === "struct") return this.table(held, came, before, now, path);
    if (type.kind !== "state" && type.kind !== "union") return bytesOf(now);
    const objects = listed(held);
    const [only] = objects;
    if (formOfMember(now) !== form.list) {
      return only === undefined ? bytesOf(now) : withHeader(came ?? now, this.body(type, only, payload(now), path));
    }
    const parts = [pair(objects.length, 0)];
    for (const [i, element] of elementsOf(now).entries()) {
      const object = objects[i];
      if (object === undefined) throw new Error("an element that is written has an object");
      const body = this.body(type, object, element, `${path}[${i}]`);
      parts.push(pair(body.length, 0), body);
    }
    return withHeader(came ?? now, concat(parts));
  }

  /** The table that a row stood in, if rows there hold more than its reader knows. */
  private row(origin: Origin): WasRow | null {
    const table = this.memberOf(origin);
    if (table === null || formOfMember(table.came) !== form.table) return null;
    const [theirs, ours] = [tableShape(table.came), tableShape(table.before)];
    if (theirs.stride <= ours.stride && theirs.required <= ours.required) return null;
    return { ...table, row: origin.index };
  }

  /** Rows keep what they had past the reader's own members. */
  private table(
    held: unknown,
    came: Stretch | undefined,
    before: Stretch | undefined,
    now: Stretch,
    path: string,
  ): Uint8Array {
    const rows = listed(held).map((row) => {
      const origin = this.originOf(row, path);
      return origin === null ? null : this.row(origin);
    });
    const first = rows.find((row) => row !== null);
    if (first === undefined || first === null) return bytesOf(came !== undefined && equal(before, now) ? came : now);
    const { stride } = tableShape(first.came);
    const ours = tableShape(now);
    let { required } = ours;
    const size = 8 + rows.length * stride;
    const merged = new Uint8Array(8 + Math.ceil(size / 8) * 8);
    for (const [i, row] of rows.entries()) {
      const place = isListed(held) ? `${path}[${i}]` : path;
      if (row === null || tableShape(row.came).stride !== stride) throw notTheSame(place);
      const start = 16 + i * stride;
      merged.set(rowOf(row.came, row.row), start);
      // Only what changed: where this reader has padding, there may be members.
      const [was, is] = [rowOf(row.before, row.row), rowOf(now, i)];
      for (let at = 0; at < ours.stride; at++) {
        if (was[at] === is[at]) continue;
        if (at >= stride) throw notTheSame(place);
        merged[start + at] = is[at]!;
      }
      required = Math.max(required, tableShape(row.came).required);
    }
    const view = new DataView(merged.buffer);
    view.setUint32(0, (came ?? now).input.words[(came ?? now).start]!, true);
    view.setUint32(4, size, true);
    view.setUint32(8, rows.length, true);
    view.setUint32(12, (stride | (Math.min(required, stride) << 16)) >>> 0, true);
    return merged;
  }
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

const noMembers: ReadonlyMap<number, Stretch> = new Map();

/** A member or alternative of this reader's version. */
function entryOf(type: BodyDescription, id: number): { readonly name: string; readonly type: Described | null } | null {
  if (type.kind === "union") return type.alternatives.find((one) => one.id === id) ?? null;
  if (type.retired?.some((one) => one.id === id) === true) return null;
  return allMembers(type).find((one) => one.id === id) ?? null;
}

function elementOf(described: Described): TypeDescription {
  const type = made(described);
  return type.kind === "list" ? made(type.element) : type;
}

function isObject({ kind }: TypeDescription): boolean {
  return kind === "state" || kind === "union" || kind === "struct";
}

function listed(held: unknown): readonly object[] {
  return (elementsGiven(held) ?? [held]).filter(isPlain);
}

function notTheSame(path: string): BatonError {
  return new BatonError("B8308", {
    path,
    expected: "the object that was read, changed in place, since there is more of it than this reader knows",
    found: "a new one",
  });
}

/** Of a member that the writer's version may not have, or has in another form. */
function notTheWriters(path: string, why = ""): BatonError {
  return new BatonError("B8308", {
    path,
    expected: `what was read, since an older version wrote it${why}, and this one does not write for that (or was not told by the option \`writer\`)`,
    found: "another value",
  });
}
