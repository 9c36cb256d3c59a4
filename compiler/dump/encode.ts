import { formatVersion } from "../schema/version.ts";
import type { Code, Facts } from "../../runtime/errors.ts";
import { blobOf, type WireBlob } from "./blob.ts";
import { ByteWriter } from "./byte-writer.ts";
import { complete } from "./complete.ts";
import { evaluate } from "./expression.ts";
import { BLOB, LIST, LONG, MAX_DEPTH, MAX_PAYLOAD, MUST, NEGATIVE, STATE, TABLE, UNION, WORD } from "./format.ts";
import { checkInteger } from "./integers.ts";
import { Path, problem, type Problem } from "./problem.ts";
import { describe, equal, integerOf, isList, isObject, memberOf, type ObjectValue, type Value } from "./value.ts";
import {
  defaultOf,
  fixedSizeOf,
  type WireField,
  type WireInteger,
  type WireList,
  type WireMember,
  type WireState,
  type WireStruct,
  type WireType,
  type WireUnion,
} from "./wire-type.ts";
import { checkOf, checkText } from "../../runtime/values.ts";

/** Bytes, or everything that is wrong with the value. */
export type Encoded =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * The body of a state in its one canonical form, as the generated codecs write it for the same version. Members left out of the value take
 * their defaults. `head` starts the paths of problems. A value that was lowered to an older version is told which version's
 * check it fails.
 */
export function encodeState(
  type: WireState,
  value: Value,
  head: string = type.name,
  { isLowered = false }: { readonly isLowered?: boolean } = {},
): Encoded {
  return encodeBy(new Encoder(head, isLowered), type, complete(type, value));
}

/** The same of a value that lacks no member, as decoding gives it. */
export function encodeWhole(type: WireState, value: Value, head: string = type.name): Encoded {
  return encodeBy(new Encoder(head, false), type, value);
}

function encodeBy(encoder: Encoder, type: WireState, value: Value): Encoded {
  encoder.state(type, value);
  return encoder.result();
}

/** More problems than this are not collected: a value of the wrong shape would give one for every row. */
const MAX_PROBLEMS = 100;

class Encoder {
  readonly #out = new ByteWriter();
  readonly #path: Path;
  /** Whether the types are of another version than the value's, whose checks are then told as its own. */
  readonly #isLowered: boolean;
  readonly #problems: Problem[] = [];
  #depth = 0;

  constructor(head: string, isLowered: boolean) {
    this.#path = new Path(head);
    this.#isLowered = isLowered;
  }

  result(): Encoded {
    if (this.#problems.length > 0) return { ok: false, problems: this.#problems };
    return { ok: true, bytes: this.#out.finish() };
  }

  #fail(code: Code, facts: Facts, id: number | null = null, below?: string): void {
    if (this.#problems.length < MAX_PROBLEMS)
      this.#problems.push(problem(code, facts, { path: this.#path.text(below), id }));
  }

  #unexpected(expected: string, value: Value): void {
    this.#fail("B8301", { expected, found: describe(value) });
  }

  state(type: WireState, value: Value): void {
    if (!isObject(value)) return this.#unexpected(type.text, value);
    if (!this.#enter()) return;
    const before = this.#problems.length;
    for (const member of type.members) {
      const given = memberOf(value, member.name);
      if (given === undefined) {
        if (member.required || member.from !== null) this.#fail("B8208", {}, member.id, member.name);
      } else if (!isLeftOut(member, given)) {
        this.#path.push(member.name);
        this.#member(member.id, member.ignorable ? 0 : MUST, member.type, given);
        this.#path.pop();
      }
    }
    if (this.#problems.length === before) this.#checks(type, value);
    this.#depth--;
  }

  #enter(): boolean {
    this.#depth++;
    if (this.#depth <= MAX_DEPTH) return true;
    this.#fail("B8109", {});
    this.#depth--;
    return false;
  }

  #checks({ checks, version }: Pick<WireState, "checks" | "version">, value: ObjectValue): void {
    const whose = this.#isLowered ? { found: checkOf(formatVersion(version)) } : {};
    for (const check of checks) {
      const result = evaluate(check.expression, value);
      if (!result.ok) this.#fail("B8213", { expected: checkText(check.message), found: result.reason });
      else if (result.value !== true) this.#fail("B8212", { expected: check.message, ...whose });
    }
  }

  #union(type: WireUnion, value: Value): void {
    const kind = isObject(value) ? memberOf(value, "kind") : undefined;
    if (!isObject(value) || typeof kind !== "string") return this.#unexpected(type.text, value);
    const alternative = type.alternatives.find((one) => one.name === kind);
    if (alternative === undefined) return this.#fail("B8210", { found: kind });
    if (!this.#enter()) return;
    const held = memberOf(value, "value");
    this.#path.push(alternative.name);
    if (alternative.type !== null) this.#member(alternative.id, MUST, alternative.type, held);
    else if (held === null || held === undefined) this.#header(alternative.id, WORD, MUST, 0);
    else this.#unexpected("null", held);
    this.#path.pop();
    this.#depth--;
  }

  #header(id: number, form: number, flags: number, arg: number): number {
    const at = this.#out.reserve(8);
    this.#out.u16(at, id);
    this.#out.u8(at + 2, form);
    this.#out.u8(at + 3, flags);
    this.#out.u32(at + 4, arg);
    return at;
  }

  /** Writes a header, what `write` writes, and the length of that into the header, then padding. */
  #payload(id: number, form: number, flags: number, write: () => void): void {
    const header = this.#header(id, form, flags, 0);
    write();
    this.#length(header + 4, header + 8);
  }

  /** Fills in the length of what was written since `start`, and pads it. */
  #length(at: number, start: number): void {
    const length = this.#out.length - start;
    if (length > MAX_PAYLOAD) this.#fail("B8302", { expected: String(MAX_PAYLOAD), found: String(length) });
    else this.#out.u32(at, length);
    this.#out.pad();
  }

  #member(id: number, flags: number, type: WireType, value: Value): void {
    switch (type.kind) {
      case "int":
      case "enum":
      case "bits": {
        const integer = this.#integer(type, value);
        if (integer !== null) this.#integerMember(id, flags, integer);
        return;
      }
      case "bool":
        if (typeof value !== "boolean") return this.#unexpected("bool", value);
        this.#header(id, WORD, flags, value ? 1 : 0);
        return;
      case "uuid":
      case "bytes":
      case "string":
      case "cstring":
        return this.#payload(id, BLOB, flags, () => this.#append(type, value));
      case "struct":
        return this.#payload(id, TABLE, flags, () => this.#table(type, type.stride, [value], true));
      case "state":
        return this.#payload(id, STATE, flags, () => this.state(type, value));
      case "union":
        return this.#payload(id, UNION, flags, () => this.#union(type, value));
      case "list":
        return this.#listMember(id, flags, type, value);
      case "optional":
        return this.#member(id, flags, type.element, value);
    }
  }

  /** The integer of a value if it is one of its type; else a problem and null. */
  #integer(type: WireInteger, value: Value): bigint | null {
    const integer = integerOf(value);
    if (integer === null) {
      this.#unexpected("an integer", value);
      return null;
    }
    const mistake = checkInteger(type, integer);
    if (mistake === null) return integer;
    this.#fail(mistake.code, mistake.facts, null, mistake.field ?? undefined);
    return null;
  }

  #integerMember(id: number, flags: number, value: bigint): void {
    const negative = value < 0n;
    const fits = negative ? value >= -(1n << 31n) : value < 1n << 32n;
    const all = flags | (negative ? NEGATIVE : 0);
    if (fits) {
      this.#header(id, WORD, all, Number(BigInt.asUintN(32, value)));
    } else {
      this.#header(id, LONG, all, 8);
      this.#out.u64(this.#out.reserve(8), value);
    }
  }

  #blob(type: WireBlob, value: Value): Uint8Array | null {
    const blob = blobOf(type, value);
    if (blob instanceof Uint8Array) return blob;
    this.#fail(blob.code, blob.facts);
    return null;
  }

  #append(type: WireBlob, value: Value): void {
    const bytes = this.#blob(type, value);
    if (bytes !== null) this.#out.append(bytes);
  }

  #listMember(id: number, flags: number, type: WireList, value: Value): void {
    if (!isList(value)) return this.#unexpected("a list", value);
    this.#count(type, value.length);
    const { row } = type;
    if (row !== null) {
      this.#payload(id, TABLE, flags, () => this.#table(type.element, row, value, false));
    } else {
      this.#payload(id, LIST, flags, () => this.#list(type.element, value));
    }
  }

  #count(type: WireList, count: number): void {
    if (count >= type.min && (type.max === null || count <= type.max)) return;
    this.#fail("B8206", { found: String(count), expected: `${type.min}..${type.max ?? ""}` });
  }

  #list(element: WireType, values: readonly Value[]): void {
    this.#out.u32(this.#out.reserve(8), values.length);
    for (const [i, value] of values.entries()) {
      this.#path.push(i);
      const header = this.#out.reserve(8);
      this.#element(element, value);
      this.#length(header, header + 8);
      this.#path.pop();
    }
  }

  #element(type: WireType, value: Value): void {
    switch (type.kind) {
      case "bytes":
      case "string":
        return this.#append(type, value);
      case "state":
        return this.state(type, value);
      case "union":
        return this.#union(type, value);
      case "int":
      case "enum":
      case "bits":
      case "bool":
      case "uuid":
      case "cstring":
      case "struct":
      case "list":
      case "optional":
        throw new Error(`${type.text} is no element of a list`);
    }
  }

  /** `single`: one struct that is no list, whose path has no index. */
  #table(element: WireType, row: number, values: readonly Value[], single: boolean): void {
    const size = values.length * row;
    if (size + 8 > MAX_PAYLOAD) {
      return this.#fail("B8302", { expected: String(MAX_PAYLOAD), found: String(size + 8) });
    }
    const header = this.#out.reserve(8);
    const rows = this.#out.reserve(size);
    let required = element.kind === "struct" ? 0 : row;
    for (const [i, value] of values.entries()) {
      if (!single) this.#path.push(i);
      const end = this.#fixed(element, value, rows + i * row);
      if (!single) this.#path.pop();
      if (element.kind === "struct" && end > required) required = end;
    }
    this.#out.u32(header, values.length);
    this.#out.u16(header + 4, values.length === 0 ? 0 : row);
    this.#out.u16(header + 6, values.length === 0 ? 0 : required);
  }

  /** Writes a value of fixed size at an offset; for a struct, gives the end of the last member that must be understood. */
  #fixed(type: WireType, value: Value, at: number): number {
    switch (type.kind) {
      case "int":
      case "enum":
      case "bits": {
        const integer = this.#integer(type, value);
        if (integer !== null) this.#out.integer(at, type.width, integer);
        return 0;
      }
      case "bool":
        if (typeof value === "boolean") this.#out.u8(at, value ? 1 : 0);
        else this.#unexpected("bool", value);
        return 0;
      case "uuid":
      case "bytes":
      case "string":
      case "cstring": {
        const bytes = this.#blob(type, value);
        if (bytes !== null) this.#out.set(at, bytes);
        return 0;
      }
      case "struct":
        return this.#row(type, value, at);
      case "list":
        this.#array(type, value, at);
        return 0;
      case "state":
      case "union":
      case "optional":
        throw new Error(`${type.text} has no fixed size`);
    }
  }

  #array(type: WireList, value: Value, at: number): void {
    if (!isList(value)) return this.#unexpected("a list", value);
    if (value.length !== type.min) return this.#count(type, value.length);
    const size = fixedSizeOf(type.element) ?? 0;
    for (const [i, element] of value.entries()) {
      this.#path.push(i);
      this.#fixed(type.element, element, at + i * size);
      this.#path.pop();
    }
  }

  #row(type: WireStruct, value: Value, at: number): number {
    if (!isObject(value)) {
      this.#unexpected(type.text, value);
      return 0;
    }
    const before = this.#problems.length;
    let required = 0;
    for (const member of type.members) {
      const given = memberOf(value, member.name);
      if (given === undefined) {
        this.#fail("B8208", {}, member.id, member.name);
        continue;
      }
      this.#path.push(member.name);
      this.#fixed(member.type, given, at + member.offset);
      this.#path.pop();
      if (mustBeUnderstood(member, given)) required = member.offset + member.size;
    }
    if (this.#problems.length === before) this.#checks(type, value);
    return required;
  }
}

/** Whether a reader that does not know this member of a row has to refuse it. */
function mustBeUnderstood(field: WireField, value: Value): boolean {
  return !field.ignorable && !isLeftOut(field, value);
}

/** The `required` of a table with these rows, all of them whole. */
export function requiredOf(type: WireStruct, rows: readonly Value[]): number {
  const counting = type.members.filter((member) => !member.ignorable);
  const most = Math.max(0, ...counting.map((member) => member.offset + member.size));
  let required = 0;
  for (const row of rows) {
    if (!isObject(row)) continue;
    for (const member of counting) {
      const end = member.offset + member.size;
      if (end > required && mustBeUnderstood(member, memberOf(row, member.name))) required = end;
    }
    if (required === most) break;
  }
  return required;
}

/** Whether a member's value need not be written: it is at its default, or absent. */
export function isLeftOut(member: WireMember, value: Value): boolean {
  if (value === undefined) return true;
  return member.member.default !== null && equal(value, defaultOf(member));
}
