import { fieldOf } from "../dump/integers.ts";
import { equal, integerOf, isList, isObject, memberOf, type ObjectValue, type Value } from "../dump/value.ts";
import {
  defaultOf,
  zeroOf,
  type WireBits,
  type WireEnum,
  type WireMember,
  type WireType,
  type WireUnion,
} from "../dump/wire-type.ts";
import { isNumeric } from "./domain.ts";

/** Where a value that was taken means something else, and what either side says there. */
export interface Misreading {
  /** From the record: `.caps[0].id`; "" for the record itself. */
  readonly path: string;
  readonly written: string;
  readonly read: string;
}

/**
 * What a reader understands otherwise than the writer meant it; null if everything that both know has the same meaning. Numbers are compared as
 * numbers (a bool is 0 or 1) and texts as their bytes, whatever the types are called (a cstring without the zeros after its end); a unit that
 * differs is another meaning, and so is a name that stands for another number, bit or member on the other side.
 */
export function misreadingOf(writer: WireType, reader: WireType, written: Value, read: Value): Misreading | null {
  return compare(writer, reader, written, read, "");
}

function compare(writer: WireType, reader: WireType, written: Value, read: Value, path: string): Misreading | null {
  const differs = (a: string = show(written), b: string = show(read)): Misreading => ({ path, written: a, read: b });
  if (writer.kind === "optional") return compare(writer.element, reader, written, read, path);
  if (reader.kind === "optional") return compare(writer, reader.element, written, read, path);
  if (written === undefined || read === undefined) return written === read ? null : differs();
  if (isNumeric(writer) && isNumeric(reader)) return compareNumbers(writer, reader, written, read, path);
  const [a, b] = [bytesOf(written), bytesOf(read)];
  if (a !== null && b !== null && !isNumeric(writer) && !isNumeric(reader)) return equal(a, b) ? null : differs();
  if (writer.kind === "list" && reader.kind === "list") {
    if (!isList(written) || !isList(read) || written.length !== read.length) return differs();
    return first(written, (element, i) => compare(writer.element, reader.element, element, read[i], `${path}[${i}]`));
  }
  if (!isObject(written) || !isObject(read)) return differs();
  if (writer.kind === "union" && reader.kind === "union") return compareUnions(writer, reader, written, read, path);
  if (isMembers(writer) && isMembers(reader) && writer.kind === reader.kind) {
    return compareMembers(writer, reader.members, written, read, path) ?? lost(writer, reader, written, path);
  }
  return differs();
}

function isMembers(type: WireType): type is Extract<WireType, { kind: "struct" | "state" }> {
  return type.kind === "struct" || type.kind === "state";
}

function compareNumbers(
  writer: WireType,
  reader: WireType,
  written: Value,
  read: Value,
  path: string,
): Misreading | null {
  const [a, b] = [numberOf(written), numberOf(read)];
  if (a === null || a !== b) return { path, written: show(written), read: show(read) };
  const units = writer.kind === "int" && reader.kind === "int" ? [writer.unit, reader.unit] : [null, null];
  if (units[0] !== null && units[1] !== null && units[0] !== units[1]) {
    return { path, written: `${a} ${units[0]}`, read: `${a} ${units[1]}` };
  }
  if (writer.kind === "enum" && reader.kind === "enum") return compareEnums(writer, reader, a, path);
  return writer.kind === "bits" && reader.kind === "bits" ? compareBits(writer, reader, a, path) : null;
}

function compareEnums(writer: WireEnum, reader: WireEnum, value: bigint, path: string): Misreading | null {
  const [called, known] = [writer.names.get(value), reader.names.get(value)];
  if (called === known) return null;
  const isMoved = called !== undefined && reader.values.has(called);
  if (!isMoved && (known === undefined || !writer.values.has(known))) return null;
  return { path, written: called ?? String(value), read: known ?? String(value) };
}

function compareBits(writer: WireBits, reader: WireBits, value: bigint, path: string): Misreading | null {
  for (const field of writer.fields) {
    const same = reader.fields.find(({ name }) => name === field.name);
    if (same === undefined) continue;
    const [a, b] = [fieldOf(field, value), fieldOf(same, value)];
    if (a !== b) return { path: `${path}.${field.name}`, written: String(a), read: String(b) };
    if (field.type?.kind === "enum" && same.type?.kind === "enum") {
      const found = compareEnums(field.type, same.type, a, `${path}.${field.name}`);
      if (found !== null) return found;
    }
    const units =
      field.type?.kind === "int" && same.type?.kind === "int" ? [field.type.unit, same.type.unit] : [null, null];
    if (units[0] !== null && units[1] !== null && units[0] !== units[1]) {
      return { path: `${path}.${field.name}`, written: `${a} ${units[0]}`, read: `${a} ${units[1]}` };
    }
  }
  return null;
}

function compareUnions(
  writer: WireUnion,
  reader: WireUnion,
  written: ObjectValue,
  read: ObjectValue,
  path: string,
): Misreading | null {
  const held = writer.alternatives.find(({ name }) => name === memberOf(written, "kind"));
  const taken = reader.alternatives.find(({ name }) => name === memberOf(read, "kind"));
  const differs = { path, written: held?.name ?? "nothing", read: taken?.name ?? "nothing" };
  if (held === undefined || taken === undefined || held.id !== taken.id) return differs;
  if (held.name !== taken.name) {
    const isMoved = reader.alternatives.some(({ name }) => name === held.name);
    if (isMoved || writer.alternatives.some(({ name }) => name === taken.name)) return differs;
  }
  const [a, b] = [memberOf(written, "value"), memberOf(read, "value")];
  if (held.type === null || taken.type === null) {
    return held.type === taken.type ? null : { path: `${path}.${held.name}`, written: show(a), read: show(b) };
  }
  return compare(held.type, taken.type, a, b, `${path}.${held.name}`);
}

function compareMembers(
  owner: Extract<WireType, { kind: "struct" | "state" }>,
  readers: readonly WireMember[],
  written: ObjectValue,
  read: ObjectValue,
  path: string,
): Misreading | null {
  const { members: writers } = owner;
  return first(readers, (reader) => {
    const same = writers.find(({ id }) => id === reader.id);
    const named = writers.find(({ name }) => name === reader.name);
    const value = memberOf(read, reader.name);
    for (const writer of same === named ? [same] : [named, isRenamed(same, readers) ? same : undefined]) {
      if (writer === undefined) continue;
      const found = compare(writer.type, reader.type, memberOf(written, writer.name), value, `${path}.${writer.name}`);
      if (found !== null) return found;
    }
    // A writer for an older version computes what ended since.
    const isComputed =
      owner.kind === "state" && owner.retired.some(({ id, from }) => id === reader.id && from !== null);
    return same === undefined && named === undefined && !isComputed ? invented(reader, value, path) : null;
  });
}

/** A member that ended is dropped at its default: what its writer left out at another one, or where it was absent, is lost. */
function lost(
  writer: Extract<WireType, { kind: "struct" | "state" }>,
  reader: Extract<WireType, { kind: "struct" | "state" }>,
  written: ObjectValue,
  path: string,
): Misreading | null {
  if (writer.kind !== "state" || reader.kind !== "state") return null;
  return first(reader.retired, (ended) => {
    const member = writer.members.find(({ id }) => id === ended.id);
    if (member === undefined || ended.from !== null || member.ignorable || ended.ignorable) return null;
    if (member.type.kind !== "optional" && member.member.default === null) return null;
    const value = memberOf(written, member.name);
    return value === undefined || equal(value, defaultOf(member))
      ? null
      : { path: `${path}.${member.name}`, written: show(value), read: "nothing" };
  });
}

/** Whether a member of the writer has a name that the reader does not know. */
function isRenamed(writer: WireMember | undefined, readers: readonly WireMember[]): boolean {
  return writer !== undefined && !readers.some(({ name }) => name === writer.name);
}

/** A member that the writer does not know must be what leaving it out stands for. */
function invented(reader: WireMember, value: Value, path: string): Misreading | null {
  if (reader.from !== null) return null;
  const stated = reader.required ? zeroOf(reader.type) : defaultOf(reader);
  if (reader.required && stated === undefined) return null;
  return equal(value, stated) ? null : { path: `${path}.${reader.name}`, written: "nothing", read: show(value) };
}

function first<T>(items: readonly T[], look: (item: T, i: number) => Misreading | null): Misreading | null {
  for (const [i, item] of items.entries()) {
    const found = look(item, i);
    if (found !== null) return found;
  }
  return null;
}

function numberOf(value: Value): bigint | null {
  return typeof value === "boolean" ? (value ? 1n : 0n) : integerOf(value);
}

function bytesOf(value: Value): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  return typeof value === "string" ? new TextEncoder().encode(value) : null;
}

/** A value in a few words. */
export function show(value: Value): string {
  if (value === undefined) return "absent";
  if (value === null) return "none";
  if (value instanceof Uint8Array)
    return `0x${Array.from(value.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  if (isList(value)) return `${value.length} elements`;
  if (typeof value === "object")
    return isObject(value) && typeof value["kind"] === "string" ? value["kind"] : "an object";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value);
}
