import { hexDigits, uuidText } from "./json-write.ts";
import { idText } from "../../runtime/id-text.ts";
import type { HasMember, PathCursor } from "./path.ts";
import { integerOf, isObject, memberOf, type Value } from "./value.ts";
import type { WireBitsField, WireMember, WireType } from "./wire-type.ts";

/** Answers a cursor for the value of a record or an element: a member by its name or id, at a value as people write it. */
export function hasMember(type: WireType | null, value: Value): HasMember {
  const inner = type?.kind === "optional" ? type.element : type;
  return ({ member, value: wanted }) => {
    if (!isObject(value)) return false;
    if (inner === null || (inner.kind !== "state" && inner.kind !== "struct"))
      return isWritten(null, memberOf(value, member), wanted);
    const known: readonly WireMember[] = inner.members;
    const named = known.find(({ name, id }) => name === member || idText(id) === member);
    return named !== undefined && isWritten(named.type, memberOf(value, named.name), wanted);
  };
}

/** Whether a value is what a text says: a number in any base, the name of an enum's value, text, hex digits, a uuid. */
export function isWritten(type: WireType | null, value: Value, text: string): boolean {
  const inner = type?.kind === "optional" ? type.element : type;
  if (value === null || value === undefined) return false;
  if (typeof value === "string") return value === text;
  if (typeof value === "boolean") return text === String(value) || text === (value ? "1" : "0");
  if (value instanceof Uint8Array) {
    const digits = text.toLowerCase();
    return digits === hexDigits(value) || (inner?.kind === "uuid" && digits === uuidText(value));
  }
  const integer = integerOf(value);
  if (integer === null) return false;
  if (inner?.kind === "enum" && inner.names.get(integer) === text) return true;
  return integerText(text) === integer;
}

/** Those of some named bits and ranges that a path names, which has come to the value that they are of. */
export function rangesAt(cursor: PathCursor, ranges: readonly WireBitsField[]): readonly WireBitsField[] {
  if (cursor.matched || !cursor.live) return [];
  return ranges.filter(({ name }) => cursor.member(name, null).matched);
}

/** Where a cursor is that has come to a value: a path to one of its named bits or ranges shows all of it, since their bytes are the same. */
export function atValue(cursor: PathCursor, type: WireType | null): PathCursor {
  const inner = type?.kind === "optional" ? type.element : type;
  if (inner?.kind !== "bits") return cursor;
  const [range] = rangesAt(cursor, inner.fields);
  return range === undefined ? cursor : cursor.member(range.name, null);
}

/** The integer that a text writes, decimal or `0x`; null if it is none. */
export function integerText(text: string): bigint | null {
  const parts = /^(-?)(\d+|0x[\da-f]+)$/i.exec(text);
  if (parts === null) return null;
  const size = BigInt(parts[2] ?? "0");
  return parts[1] === "-" ? -size : size;
}
