import { lostHeaders, mayBeLost, noneLost, type LostHeaders } from "../dump/believed.ts";
import { idText } from "../../runtime/id-text.ts";
import { briefText } from "../dump/diff/text.ts";
import { BLOB, FORM_NAMES, LIST, LONG, NEGATIVE, STATE, TABLE, UNION, WORD, formOf, padded } from "../dump/format.ts";
import { elementsIn } from "../dump/counts.ts";
import type { Header } from "../dump/header.ts";
import { FAILED, Reading, type Read } from "../dump/reading.ts";
import { readFixed } from "../dump/rows.ts";
import { readState } from "../dump/state.ts";
import { isObject, memberOf, type Value } from "../dump/value.ts";
import { readMember } from "../dump/walk.ts";
import { mendedHead, shapeMistake, sizeMistake, statedHead } from "../dump/table-head.ts";
import { defaultOf, fixedSizeOf, type WireState, type WireStruct, type WireType } from "../dump/wire-type.ts";
import { Entry, counted, listed, noChildren, type Children, type Making } from "./entry.ts";

/** Ids ascend, so a body has no more members; what stands behind that many was made to be slow. */
const mostMembers = 0x1_0000;

/** Bodies and elements up to this many bytes are decoded to be shown on one line, or to compute a member. */
const smallBytes = 1 << 16;
const briefBytes = 1 << 12;

/** What a body is of: null is a state or union without a schema. */
export type BodyType = Extract<WireType, { kind: "state" | "union" }> | null;

function readingOf(bytes: Uint8Array): Reading {
  return new Reading(bytes, 0, "", null);
}

function told(value: Read): Value {
  return value === FAILED ? null : value;
}

function bodyChildren(bytes: Uint8Array, type: BodyType, at: number, end: number): (parent: Entry) => Children {
  return (parent) => listed(parent, membersOf(bytes, type, at, Math.min(end, bytes.length)));
}

/** The members of a body, those too that it leaves out. Offsets are from the start of the dump. */
export function membersOf(bytes: Uint8Array, type: BodyType, start: number, end: number): readonly Making[] {
  const makings: Making[] = [];
  const found = new Set<number>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The page goes by the schema that wrote the dump: what that cannot have is damage.
  const lost = type?.kind === "state" ? lostHeaders(view, type, start, end) : noneLost;
  let at = start;
  while (at + 8 <= end && makings.length < mostMembers) {
    const strays = lost.plan.strays.get(at);
    if (strays !== undefined) {
      const stop = Math.min(strays.end, end);
      makings.push(damagedAt(at, stop));
      at = stop;
      continue;
    }
    const known = type?.byId.get(view.getUint16(at, true));
    const stated = headerAt(view, at, known?.type ?? null);
    const mended = lost.plan.mended.get(at);
    const length = mended === undefined ? stated.length : (mended.length ?? mended.next - at - 8);
    const header = { ...stated, length, next: mended?.next ?? stated.next };
    if (header.at + 8 + header.length > end) break;
    found.add(header.id);
    const member = memberOfHeader(
      bytes,
      known?.name ?? idText(header.id),
      known === undefined ? null : known.type,
      header,
      end,
      type !== null && known === undefined,
    );
    makings.push(
      lost.others.has(at) || mended?.length === null ? { ...member, status: "damaged", read: () => null } : member,
    );
    at = header.next;
  }
  // Of what should follow damage nobody knows whether it is there.
  const last = at < end ? (makings.at(-1)?.id ?? 0) : Number.POSITIVE_INFINITY;
  if (at < end) makings.push(damagedAt(at, end));
  const all = type?.kind === "state" ? absentMembers(bytes, type, { start, end, found, lost }) : [];
  const absent = all.filter(({ id }) => (id ?? 0) < last);
  return merged(makings, absent);
}

/** Members in the order of their bytes, and those that have none where their ids have it. */
function merged(there: readonly Making[], absent: readonly Making[]): readonly Making[] {
  const all: Making[] = [];
  let next = 0;
  const upTo = (id: number): void => {
    for (let one = absent[next]; one !== undefined && (one.id ?? 0) < id; one = absent[++next]) all.push(one);
  };
  for (const one of there) {
    upTo(one.id ?? 0);
    all.push(one);
  }
  upTo(Number.POSITIVE_INFINITY);
  return all;
}

/** A form that does not exist has most likely the length of the one that the schema says; the decoder takes it so, too. */
function headerAt(view: DataView, at: number, type: WireType | null): Header {
  const word = view.getUint32(at, true);
  const form = (word >>> 16) & 0xff;
  const arg = view.getUint32(at + 4, true);
  const isWord = form === WORD || (form > UNION && type !== null && formOf(type) === null && arg !== 8);
  const length = isWord ? 0 : arg;
  return { at, id: word & 0xffff, form, flags: word >>> 24, arg, length, next: at + 8 + padded(length) };
}

/** Bytes that cannot be made sense of. */
export function damagedAt(at: number, end: number): Making {
  const place = { offset: at, length: end - at };
  return { kind: "frame", name: `${end - at} bytes`, id: null, type: "", wire: null, ...place, status: "damaged" };
}

function absentMembers(
  bytes: Uint8Array,
  type: WireState,
  { start: at, end, found, lost }: { start: number; end: number; found: ReadonlySet<number>; lost: LostHeaders },
): readonly Making[] {
  let whole: Value;
  const computed = (name: string): Value => {
    if (end - at > smallBytes) return undefined;
    whole ??= told(readState(readingOf(bytes), type, at, end));
    return isObject(whole) ? memberOf(whole, name) : undefined;
  };
  return type.members.flatMap((member): readonly Making[] => {
    if (found.has(member.id) || member.required) return [];
    const stated = member.from === null ? defaultOf(member) : null;
    if (stated === undefined) return [];
    const { name, id } = member;
    const place = { offset: at, length: 0 };
    const making = { kind: "member", name, id, type: member.type.text, wire: member.type, ...place } as const;
    if (mayBeLost(lost, member)) return [{ ...making, status: "not known", read: () => null }];
    const status = member.from === null ? "default" : "computed";
    const read = (): Value => (member.from === null ? stated : computed(name));
    return [{ ...making, status, read }];
  });
}

function memberOfHeader(
  bytes: Uint8Array,
  name: string,
  type: WireType | null,
  header: Header,
  end: number,
  isUnknown: boolean,
): Making {
  const { at, form, id, length } = header;
  const inner = type?.kind === "optional" ? type.element : type;
  const wanted = inner === null ? form : (formOf(inner) ?? (form === LONG ? LONG : WORD));
  // A value of another form is shown as its form has it; which mistake it is, the checking says.
  const wire = wanted === form ? inner : null;
  const value = form === WORD ? { offset: at + 4, length: 4 } : { offset: at + 8, length };
  const making: Making = {
    ...{ kind: "member", name, id, type: type?.text ?? FORM_NAMES[form] ?? "", wire, value },
    ...{ offset: at, length: Math.min(header.next, end) - at },
    status: form > UNION ? "damaged" : isUnknown ? "unknown" : wire === null && type !== null ? "damaged" : "ok",
  };
  if (form === WORD || form === LONG) {
    const read = (): Value =>
      wire === null
        ? rawNumber(bytes, header)
        : told(readMember(readingOf(bytes), "member", { name, id }, wire, header, "ok"));
    return { ...making, read };
  }
  return { ...making, ...payload(bytes, wire, form, at + 8, at + 8 + length, { header, bodyEnd: end }) };
}

function rawNumber(bytes: Uint8Array, { at, form, flags, arg }: Header): Value {
  const negative = (flags & NEGATIVE) !== 0;
  if (form === WORD) return negative ? arg | 0 : arg;
  if (at + 16 > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at + 8, 8);
  return negative ? view.getBigInt64(0, true) : view.getBigUint64(0, true);
}

/** What a payload from `at` to `end` holds. `around`: of a member, and not of an element. */
function payload(
  bytes: Uint8Array,
  type: WireType | null,
  form: number,
  at: number,
  end: number,
  around: Around | null,
): Pick<Making, "read" | "text" | "children"> {
  switch (form) {
    case TABLE:
      // Only members are tables.
      return around === null ? {} : table(bytes, type, at, end, around);
    case LIST:
      return list(bytes, type, at, end);
    case STATE:
    case UNION: {
      const body = type?.kind === "state" || type?.kind === "union" ? type : null;
      return { text: () => bodyText(bytes, body, at, end), children: bodyChildren(bytes, body, at, end) };
    }
    default:
      return { read: () => blob(bytes, type, at, end) };
  }
}

function blob(bytes: Uint8Array, type: WireType | null, at: number, end: number): Value {
  if (type === null || type.kind === "bytes" || type.kind === "uuid") return bytes.subarray(at, end);
  const length = end - at;
  const header = { at: at - 8, id: 1, form: BLOB, flags: 0, arg: length, length, next: at + padded(length) };
  return told(readMember(readingOf(bytes), "member", { name: "", id: 1 }, type, header, "ok"));
}

/** A state or union on one line: its alternative, or its members if they are few. */
function bodyText(bytes: Uint8Array, type: BodyType, at: number, end: number): string {
  if (type === null || end > bytes.length) return "";
  if (type.kind === "union") {
    if (at + 8 > end) return "";
    const header = headerAt(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at, null);
    return type.byId.get(header.id)?.name ?? idText(header.id);
  }
  if (end - at > briefBytes) return type.name;
  return briefText(type, told(readState(readingOf(bytes), type, at, end)), 1);
}

/** A member's header, and where the body ends that it is in. */
interface Around {
  readonly header: Header;
  readonly bodyEnd: number;
}

function table(
  bytes: Uint8Array,
  type: WireType | null,
  at: number,
  end: number,
  { header, bodyEnd }: Around,
): Pick<Making, "text" | "children"> {
  const there = Math.min(end, bytes.length);
  if (at + 8 > there) return {};
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stated = statedHead(view, at);
  const shape =
    type?.kind === "struct"
      ? { element: type, list: null }
      : type?.kind === "list"
        ? { element: type.element, list: type }
        : null;
  const place = { view, at, end, id: header.id, next: header.next, bodyEnd };
  const isWrong = sizeMistake(stated, end - at) !== null || (shape !== null && shapeMistake(shape, stated) !== null);
  const head = !isWrong ? stated : shape === null ? null : mendedHead(shape, place, true);
  if (head === null) return {};
  const { count: claimed, stride } = head;
  const rows = at + 8;
  const count = stride === 0 ? 0 : Math.min(claimed, Math.floor((there - rows) / stride));
  const note = isWrong ? "  recovered" : "";
  if (type?.kind === "struct") {
    if (count === 0) return {};
    return {
      text: () => rowText(bytes, type, rows, stride) + note,
      children: (parent) => structChildren(parent, bytes, type, rows, stride),
    };
  }
  const element = type?.kind === "list" ? type.element : null;
  return {
    text: () => `${claimed} × ${element?.text ?? "row"}${note}`,
    children: (parent) =>
      counted(
        count,
        (i) =>
          new Entry(
            { ...fixed(bytes, `[${i}]`, null, element, rows + i * stride, stride), kind: "element" },
            parent,
            i,
          ),
        (offset) => {
          const i = Math.floor((offset - rows) / stride);
          return i >= 0 && i < count ? i : -1;
        },
      ),
  };
}

function rowText(bytes: Uint8Array, type: WireStruct, at: number, stride: number): string {
  return briefText(type, told(readFixed(readingOf(bytes), type, 0, null, at, stride)), 1);
}

/** What has a fixed size, where it lies in a row. */
function fixed(
  bytes: Uint8Array,
  name: string,
  id: number | null,
  type: WireType | null,
  offset: number,
  length: number,
): Making {
  const making = { kind: "member", name, id, type: type?.text ?? "row", wire: type, offset, length } as const;
  if (type === null) return { ...making, read: () => bytes.subarray(offset, offset + length) };
  if (type.kind === "struct") {
    return {
      ...making,
      text: () => rowText(bytes, type, offset, length),
      children: (parent) => structChildren(parent, bytes, type, offset, length),
    };
  }
  if (type.kind === "list") {
    const size = fixedSizeOf(type.element) ?? 1;
    return {
      ...making,
      text: () => `${type.min} × ${type.element.text}`,
      children: (parent) =>
        counted(
          type.min,
          (i) =>
            new Entry(
              { ...fixed(bytes, `[${i}]`, null, type.element, offset + i * size, size), kind: "element" },
              parent,
              i,
            ),
          (at) => (at >= offset && at < offset + type.min * size ? Math.floor((at - offset) / size) : -1),
        ),
    };
  }
  return { ...making, read: () => told(readFixed(readingOf(bytes), type, name, id, offset, length)) };
}

function structChildren(parent: Entry, bytes: Uint8Array, type: WireStruct, at: number, stride: number): Children {
  return listed(
    parent,
    type.members.map((field): Making => {
      const there = field.offset + field.size <= stride;
      if (there) return fixed(bytes, field.name, field.id, field.type, at + field.offset, field.size);
      const place = { offset: at + stride, length: 0 };
      const { name, id } = field;
      const read = (): Value => defaultOf(field);
      return { kind: "member", name, id, type: field.type.text, wire: field.type, ...place, status: "default", read };
    }),
  );
}

function list(bytes: Uint8Array, type: WireType | null, at: number, end: number): Pick<Making, "text" | "children"> {
  const there = Math.min(end, bytes.length);
  if (at + 8 > there) return {};
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const element = type?.kind === "list" ? type.element : null;
  const stated = view.getUint32(at, true);
  const filling = 8 + stated * 8 > end - at ? elementsIn(view, at + 8, end) : null;
  const claimed = filling ?? stated;
  const note = filling === null ? "" : "  recovered";
  return {
    text: () => `${claimed} × ${element?.text ?? "element"}${note}`,
    children: (parent) => {
      const starts: number[] = [];
      for (let next = at + 8; next + 8 <= there && starts.length < claimed;) {
        starts.push(next);
        next += 8 + padded(view.getUint32(next, true));
      }
      if (starts.length === 0) return noChildren;
      const make = (i: number): Entry => {
        const start = starts[i] ?? 0;
        const length = view.getUint32(start, true);
        const stop = Math.min(start + 8 + padded(length), there);
        const making = elementOf(bytes, `[${i}]`, element, { start, length, stop });
        return new Entry(making, parent, i);
      };
      return counted(starts.length, make, (offset) => {
        let [low, high] = [0, starts.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if ((starts[middle] ?? 0) <= offset) low = middle + 1;
          else high = middle;
        }
        const start = starts[low - 1];
        const stop = start === undefined ? 0 : Math.min(start + 8 + padded(view.getUint32(start, true)), there);
        return offset < stop ? low - 1 : -1;
      });
    },
  };
}

function elementOf(
  bytes: Uint8Array,
  name: string,
  type: WireType | null,
  { start, length, stop }: { readonly start: number; readonly length: number; readonly stop: number },
): Making {
  const at = start + 8;
  const making: Making = {
    ...{ kind: "element", name, id: null, type: type?.text ?? "element", wire: type },
    ...{ offset: start, length: stop - start, value: { offset: at, length: Math.min(length, Math.max(0, stop - at)) } },
  };
  const form = type === null ? null : formOf(type);
  return { ...making, ...payload(bytes, type, form ?? BLOB, at, Math.min(at + length, stop), null) };
}
