import { FORM_NAMES, LONG, NEGATIVE, UNION, WORD, formOf } from "./format.ts";
import { idText } from "../../runtime/id-text.ts";
import { damagedFrom, enterBody, readHeader, unnamed, type Expected, type Header } from "./header.ts";
import { FAILED, type Read, type Reading } from "./reading.ts";
import type { Part, Status } from "./sink.ts";
import { readState } from "./state.ts";
import { readList, readTable } from "./tables.ts";
import { tellUnknown } from "./unknown.ts";
import type { WireInteger, WireType, WireUnion } from "./wire-type.ts";
import { readBool, readLong, readWord } from "./word.ts";

/** Reads what a header and its payload hold as a value of a type. */
export function readMember(
  r: Reading,
  part: Part,
  named: { readonly name: string; readonly id: number },
  type: WireType,
  header: Header,
  status: Status,
): Read {
  const { at, form } = header;
  const expected = formOf(type);
  const isBool = (type.kind === "optional" ? type.element : type).kind === "bool";
  const fits = expected === null ? form === WORD || (form === LONG && !isBool) : form === expected;
  if (!fits || (form === LONG && header.arg !== 8)) {
    // An unknown form was reported when its header was read.
    if (!fits && form <= UNION) {
      const words = { expected: FORM_NAMES[expected ?? WORD] ?? "", found: FORM_NAMES[form] ?? "" };
      r.fail("B8105", words, at, named.id);
    } else if (fits) r.fail("B8106", { expected: "8", found: String(header.arg) }, at, named.id);
    r.leaf("damaged", named.name, type.text, at, Math.min(header.next, r.bytes.length) - at, FAILED, named.id, type);
    return FAILED;
  }
  if (form === WORD) {
    const value = isBool ? readBool(r, header) : readWord(r, integerType(type), header);
    r.leaf(part, named.name, type.text, at, 8, value, named.id, type, status);
    return value;
  }
  const before = r.problemCount;
  const end = at + 8 + header.length;
  r.enter(part, named.name, named.id, type.text, type, at);
  r.leaf("frame", "header", "header", at, 8);
  const value = readPayload(r, type, header, end);
  if (form !== LONG) r.padAfter(end);
  const found = r.since(before);
  r.leave(Math.min(header.next, r.bytes.length), value, found === "ok" ? status : found);
  return value;
}

function integerType(type: WireType): WireInteger {
  const inner = type.kind === "optional" ? type.element : type;
  if (inner.kind === "int" || inner.kind === "enum" || inner.kind === "bits") return inner;
  throw new Error(`${type.text} is no integer`);
}

function readPayload(r: Reading, type: WireType, header: Header, end: number): Read {
  const at = header.at + 8;
  switch (type.kind) {
    case "int":
    case "enum":
    case "bits": {
      const value = readLong(r, type, header);
      r.leaf("element", "value", type.text, at, Math.min(8, r.bytes.length - at), value, null, type);
      return value;
    }
    case "uuid":
    case "bytes":
    case "string":
      return readBlob(r, type, at, header.length);
    case "struct":
      return readTable(r, { element: type, list: null }, header, end);
    case "list":
      return type.row === null
        ? readList(r, type, at, end)
        : readTable(r, { element: type.element, list: type }, header, end);
    case "state":
      return readState(r, type, at, end);
    case "union":
      return readUnion(r, type, at, end);
    case "optional":
      return readPayload(r, type.element, header, end);
    case "bool":
    case "cstring":
      throw new Error(`${type.text} has no payload of its own`);
  }
}

/** Reads the bytes of a string, of bytes or of a uuid; bytes are a view of the input. */
export function readBlob(
  r: Reading,
  type: Extract<WireType, { kind: "uuid" | "bytes" | "string" }>,
  at: number,
  length: number,
): Read {
  if (!r.holds(at, length, at + length)) {
    r.damaged(at, at + length);
    return FAILED;
  }
  const { min, max } = type.kind === "uuid" ? { min: 16, max: 16 } : type;
  let value: Read;
  if (length < min || (max !== null && length > max)) {
    value = r.fail("B8206", { found: String(length), expected: `${min}..${max ?? ""}` }, at);
  } else if (type.kind === "string") value = r.text(at, length);
  else value = r.bytes.subarray(at, at + length);
  if (length > 0) r.leaf("element", "value", type.text, at, length, value, null, type);
  return value;
}

/** Reads a union body: exactly one member. */
export function readUnion(r: Reading, type: WireUnion, at: number, end: number): Read {
  if (at === end) return r.fail("B8111", { found: "none" }, at);
  if (!enterBody(r, at, end)) return FAILED;
  const expected = (id: number): Expected => {
    const known = type.byId.get(id);
    if (known === undefined) return unnamed(id);
    return { name: known.name, form: known.type === null ? null : formOf(known.type) };
  };
  const header = readHeader(r, at, end, 0, expected);
  let value: Read = FAILED;
  if (header === null) damagedFrom(r, at, end, expected);
  else {
    const alternative = type.byId.get(header.id);
    r.path.push(alternative?.name ?? idText(header.id));
    if (alternative === undefined) {
      r.fail("B8210", { found: idText(header.id), declaration: `${type.module}.${type.name}` }, at, header.id);
      tellUnknown(r, header, "unknown");
    } else {
      const held =
        alternative.type === null
          ? readNone(r, alternative, header)
          : readMember(r, "alternative", alternative, alternative.type, header, "ok");
      value = { kind: alternative.name, value: held === FAILED ? null : held };
    }
    r.path.pop();
    if (header.next < end && header.next <= r.bytes.length) {
      r.fail("B8111", { found: "more" }, header.next);
      r.damaged(header.next, end);
    }
  }
  r.bodies.pop();
  return value;
}

function readNone(r: Reading, alternative: { readonly name: string; readonly id: number }, header: Header): Read {
  const { at, form, arg, flags, id } = header;
  let value: Read = null;
  if (form !== WORD) {
    value = form > UNION ? FAILED : r.fail("B8105", { expected: "word", found: FORM_NAMES[form] ?? "" }, at, id);
  } else if (arg !== 0 || (flags & NEGATIVE) !== 0) {
    value = r.fail("B8107", { expected: "0", found: String(arg) }, at, id);
  }
  const there = Math.min(header.next, r.bytes.length);
  r.leaf(value === FAILED ? "damaged" : "alternative", alternative.name, "none", at, there - at, value, id);
  return value;
}
