import { HEADER_BYTES, MAGIC, RECORD_HEADER_BYTES } from "../dump/format.ts";
import {
  LARGEST_BODY,
  readFrames,
  type CutRecord,
  type Frame,
  type RecordFrame,
  type RecordHeader,
} from "../dump/frames.ts";
import { dumpFields, recordFields, wholeFields, type HeaderField } from "../dump/header-fields.ts";
import { hex } from "../dump/integers.ts";
import { manifestType } from "../dump/manifest.ts";
import { runReader, sourceOf, viewOf } from "../dump/source.ts";
import { valueText } from "../dump/value-text.ts";
import type { WireState } from "../dump/wire-type.ts";
import { recordStates } from "../dump/wire-types.ts";
import { formatVersion } from "../schema/version.ts";
import type { World } from "../schema/ir.ts";
import { damagedAt, membersOf } from "./body.ts";
import { Entry, listed, type Children, type Making, type Role } from "./entry.ts";

/** A byte's entry and role, and where the next stretch begins. */
export interface Span {
  readonly entry: Entry;
  readonly role: Role;
  readonly end: number;
}

/**
 * The parts of a dump by place: its records are found at once, what is in them when somebody looks. Nothing here says whether a value is right;
 * that is for the decoder, which reads it all.
 */
export class Outline {
  readonly bytes: Uint8Array;
  readonly root: Entry;
  readonly #records = new Map<string, number>();

  constructor(bytes: Uint8Array, world: World) {
    this.bytes = bytes;
    const states = recordStates(world);
    const name = ({ id, instance }: RecordHeader, role: string): string => {
      if (role !== "state") return role;
      const type = states.get(id);
      return `${type === undefined ? hex(BigInt(id)) : `${type.module}.${type.name}`}#${instance}`;
    };
    const makings: Making[] = [];
    for (const frame of runReader<Frame>(readFrames({ name, maxBody: LARGEST_BODY }), sourceOf(bytes))) {
      const making = this.#piece(frame, name, states);
      if (making === null) continue;
      if (!this.#records.has(making.name)) this.#records.set(making.name, makings.length);
      makings.push(making);
    }
    const dump = {
      kind: "dump",
      name: "dump",
      id: null,
      type: "dump",
      wire: null,
      offset: 0,
      length: bytes.length,
    } as const;
    this.root = new Entry({ ...dump, children: (parent) => listed(parent, makings) }, null, 0);
  }

  #piece(
    frame: Frame,
    name: (header: RecordHeader, role: string) => string,
    states: ReadonlyMap<number, WireState>,
  ): Making | null {
    switch (frame.kind) {
      case "header":
        return frame.bytes.length === 0 ? null : headerMaking(frame.bytes);
      case "record":
        return recordMaking(this.bytes, frame, name(frame.header, frame.role), states.get(frame.header.id) ?? null);
      case "damaged":
        return frame.cut === undefined
          ? damagedAt(frame.offset, frame.offset + frame.length)
          : cutMaking(this.bytes, frame.offset, frame.cut, states.get(frame.cut.header.id) ?? null);
      case "finish":
        return null;
    }
  }

  /** The innermost entry that covers a byte. */
  at(offset: number): Entry {
    let entry = this.root;
    for (;;) {
      const { children } = entry;
      const index = children.find(offset);
      if (index < 0) return entry;
      entry = children.at(index);
    }
  }

  /** What a byte is, and how far it stays that. */
  span(offset: number): Span {
    const entry = this.at(offset);
    const { value, status, children } = entry;
    const next = children.count === 0 ? null : nextChild(entry, offset);
    if (status === "damaged" && children.count === 0) return { entry, role: "damaged", end: entry.end };
    if (children.count > 0 && entry.kind !== "dump") {
      const first = firstPlace(entry);
      if (offset < first) return { entry, role: "frame", end: first };
      return { entry, role: "padding", end: next ?? entry.end };
    }
    const valueEnd = value.offset + value.length;
    if (offset < value.offset) return { entry, role: "frame", end: value.offset };
    if (offset >= valueEnd)
      return {
        entry,
        role: entry.kind === "dump" ? "damaged" : "padding",
        end: next ?? Math.max(entry.end, offset + 1),
      };
    const role = status === "unknown" ? "unknown" : entry.kind === "frame" ? "frame" : "value";
    return { entry, role, end: valueEnd };
  }

  /** The entry that a path names, elements by their index; null if there is none. */
  resolve(path: string): Entry | null {
    const whole = this.#records.get(path);
    if (whole !== undefined) return this.root.children.at(whole);
    // A record's own name has dots and brackets of its own only before its number.
    const head = /^(?:.*?#\d+|manifest|header|schema|end)/.exec(path)?.[0] ?? "";
    const record = this.#records.get(head);
    if (record === undefined) return null;
    let entry = this.root.children.at(record);
    for (const [, name, element] of path.slice(head.length).matchAll(/\.([^.[\]]+)|(\[\d+\])/g)) {
      const index = entry.children.named(name ?? element ?? "");
      if (index < 0) return null;
      entry = entry.children.at(index);
    }
    return entry;
  }
}

function firstPlace({ children, end }: Entry): number {
  for (let i = 0; i < children.count; i++) {
    const child = children.at(i);
    if (child.length > 0) return child.offset;
  }
  return end;
}

/** Where the next child after a byte starts, in what has few of them. */
function nextChild({ children }: Entry, offset: number): number | null {
  if (children.count > 4096) return null;
  for (let i = 0; i < children.count; i++) {
    const child = children.at(i);
    if (child.length > 0 && child.offset > offset) return child.offset;
  }
  return null;
}

/** The fields of a header that are whole, and what is there of the next one. */
function fieldsMakings(
  bytes: Uint8Array,
  fields: readonly HeaderField[],
  { base, length }: { readonly base: number; readonly length: number },
): readonly Making[] {
  const there = bytes.subarray(base, base + length);
  const view = viewOf(there);
  const whole = wholeFields(fields, length);
  const isPadding = fields.some(({ type, at }) => type === "padding" && at === whole);
  return [
    ...fields
      .filter(({ type, at, size }) => type !== "padding" && at + size <= length)
      .map(({ name, type, at, size }): Making => {
        const place = { offset: base + at, length: size, text: () => fieldText(view, name, type, at) };
        return { ...{ kind: "frame", name, id: null, wire: null }, type: type === "8 bytes" ? "u64" : type, ...place };
      }),
    ...(whole < length && !isPadding ? [damagedAt(base + whole, base + length)] : []),
  ];
}

/** Fields that are shown in hexadecimal: ids, sets of flags and checksums. */
const hexFields: ReadonlySet<string> = new Set(["state id", "flags", "checksum", "body checksum", "header checksum"]);

function fieldText(view: DataView, name: string, type: HeaderField["type"], at: number): string {
  switch (type) {
    case "8 bytes":
      return "89 BATON CR LF";
    case "u16":
      return String(view.getUint16(at, true));
    case "u32":
      return hexFields.has(name) ? hex(BigInt(view.getUint32(at, true))) : String(view.getUint32(at, true));
    case "u64":
      return String(view.getBigUint64(at, true));
    case "padding":
      return "";
  }
}

function headerMaking(bytes: Uint8Array): Making {
  const making = { kind: "frame", name: "header", id: null, type: "dump header", wire: null, offset: 0 } as const;
  const { length } = bytes;
  // What does not begin as a dump has no fields.
  if (length < HEADER_BYTES && !MAGIC.every((byte, i) => bytes[i] === byte))
    return { ...making, length, status: "damaged" };
  const children = (parent: Entry): Children => listed(parent, fieldsMakings(bytes, dumpFields, { base: 0, length }));
  return { ...making, length, text: () => "Baton dump", children };
}

/** A record of which not even the header is all there. */
function cutMaking(
  bytes: Uint8Array,
  offset: number,
  { name, role, header }: CutRecord,
  state: WireState | null,
): Making {
  const length = bytes.length - offset;
  const inside = recordHeader(bytes, offset, length);
  if (name === null) return inside;
  const type = role === "state" ? (state?.name ?? "no schema") : (role ?? "");
  const making = { kind: "record", name, id: role === "state" ? header.id : null, type, wire: null } as const;
  return { ...making, offset, length, text: () => "", children: (parent) => listed(parent, [inside]) };
}

function recordMaking(bytes: Uint8Array, frame: RecordFrame, name: string, state: WireState | null): Making {
  const { offset, header, role, body, padding, skipped } = frame;
  const at = offset + RECORD_HEADER_BYTES;
  const end = at + body.length + skipped;
  const type = role === "manifest" ? manifestType() : role === "state" ? state : null;
  const inside = (): readonly Making[] => {
    if (skipped > 0) return [damagedAt(at, end)];
    if (role === "end") return endFields(bytes, at, end);
    if (role !== "schema") return membersOf(bytes, type, at, end);
    return body.length === 0
      ? []
      : [
          {
            kind: "frame",
            name: "body",
            id: null,
            type: "compressed JSON",
            wire: null,
            offset: at,
            length: body.length,
            text: () => `${body.length} bytes`,
          },
        ];
  };
  return {
    ...{ kind: "record", name, id: role === "state" ? header.id : null, wire: type },
    type: role === "state" ? (type?.name ?? "no schema") : role,
    ...{ offset, length: end + padding.length - offset, value: { offset: at, length: end - at } },
    text: () => recordText(frame, type, type?.members.some(({ member }) => member.key) === true ? inside() : []),
    children: (parent) => listed(parent, [recordHeader(bytes, offset, RECORD_HEADER_BYTES), ...inside()]),
  };
}

/** The key of a record, and its version. */
function recordText({ role, header, body }: RecordFrame, type: WireState | null, members: readonly Making[]): string {
  if (role !== "state") return role === "manifest" ? "" : `${body.length} bytes`;
  const version = `version ${formatVersion(header.version)}`;
  if (type === null) return `${version}, no schema`;
  const key = members.flatMap(({ id, name, wire, read }) =>
    id !== null && type.byId.get(id)?.member.key === true ? [`${name} ${valueText(wire, read?.())}`] : [],
  );
  return [...key, version].join("  ");
}

function recordHeader(bytes: Uint8Array, offset: number, length: number): Making {
  // No member has a blank in its name.
  const making = { kind: "frame", name: "record header", id: null, type: "record header", wire: null } as const;
  const inside = fieldsMakings(bytes, recordFields, { base: offset, length });
  return { ...making, offset, length, children: (parent) => listed(parent, inside) };
}

function endFields(bytes: Uint8Array, at: number, end: number): readonly Making[] {
  if (end - at < 24) return end > at ? [damagedAt(at, end)] : [];
  const view = viewOf(bytes.subarray(at, end));
  const fields = [
    { name: "records", at: 0, size: 8, text: String(view.getBigUint64(0, true)) },
    { name: "bytes", at: 8, size: 8, text: String(view.getBigUint64(8, true)) },
    { name: "headers checksum", at: 16, size: 4, text: hex(BigInt(view.getUint32(16, true))) },
  ];
  return fields.map(({ name, at: within, size, text }) => ({
    ...({ kind: "frame", name, id: null, type: `u${size * 8}`, wire: null } as const),
    ...{ offset: at + within, length: size, text: () => text },
  }));
}
