import { asStated, planBody } from "./body-plan.ts";
import { idText } from "../../runtime/id-text.ts";
import { FORM_NAMES, LIST, LONG, NEGATIVE, STATE, TABLE, UNION, WORD, padded } from "./format.ts";
import { FAILED, type Read, type Reading } from "./reading.ts";
import { readListHeader, readTableHeader } from "./counts.ts";
import { setMember, type Value } from "./value.ts";
import { eachMember, enterBody, unnamed, type Header } from "./header.ts";
import { checkForm } from "./word.ts";

/**
 * Reads a body without its schema, by ids and forms. Its members are named `@1`; rows and elements are bytes, since nothing says what they are.
 * All of it counts as unknown.
 */
export function readRaw(r: Reading, at: number, end: number): Read {
  if (!enterBody(r, at, end)) return FAILED;
  const value: { [name: string]: Value } = {};
  const plan = r.suspect ? planBody(r.view, null, at, end) : asStated;
  const take = (header: Header): void => {
    const name = idText(header.id);
    r.path.push(name);
    const read = readRawMember(r, name, header);
    r.path.pop();
    // An id that came before was reported.
    if (!Object.hasOwn(value, name)) setMember(value, name, read === FAILED ? null : read);
  };
  eachMember(r, at, end, unnamed, take, plan);
  r.bodies.pop();
  return value;
}

function readRawMember(r: Reading, name: string, header: Header): Read {
  const { at, id, form, arg, flags } = header;
  const type = FORM_NAMES[form] ?? `form ${form}`;
  const before = r.problemCount;
  if (form === WORD) {
    checkForm(r, header);
    const value = (flags & NEGATIVE) === 0 ? arg : arg | 0;
    r.leaf("unknown", name, type, at, 8, value, id, null, r.since(before));
    return value;
  }
  r.enter("member", name, id, type, null, at);
  r.leaf("frame", "header", "header", at, 8);
  const value = readRawPayload(r, header);
  r.padAfter(at + 8 + header.length);
  r.leave(Math.min(header.next, r.bytes.length), value, r.since(before));
  return value;
}

function readRawPayload(r: Reading, header: Header): Read {
  const at = header.at + 8;
  const end = at + header.length;
  if (header.form === STATE || header.form === UNION) return readRaw(r, at, end);
  if (!r.holds(at, header.length, end)) {
    r.damaged(at, end);
    return FAILED;
  }
  switch (header.form) {
    case LONG: {
      checkForm(r, header);
      if (header.arg !== 8) break;
      const value = (header.flags & NEGATIVE) === 0 ? r.view.getBigUint64(at, true) : r.view.getBigInt64(at, true);
      r.leaf("unknown", "value", "long", at, 8, value);
      return value;
    }
    case TABLE: {
      const head = readTableHeader(r, at, end);
      if (head === null) break;
      r.leaf("frame", "table", "count, stride, required", at, 8, head.count);
      return readRawRows(r, head.count, at + 8, head.stride);
    }
    case LIST: {
      const head = readListHeader(r, at, end);
      if (head === null) break;
      r.leaf("frame", "list", "count", at, 8, r.u32(at), null, null, head.mended ? "error" : "ok");
      return readRawList(r, head.count, at + 8, end);
    }
  }
  const bytes = r.bytes.subarray(at, end);
  if (header.length > 0) r.leaf("unknown", "value", "bytes", at, header.length, bytes);
  return bytes;
}

function readRawRows(r: Reading, count: number, start: number, stride: number): Value {
  const values: Value[] = [];
  for (let i = 0; i < count; i++) {
    const at = start + i * stride;
    const bytes = r.bytes.subarray(at, at + stride);
    r.leaf("unknown", i, "row", at, stride, bytes);
    values.push(bytes);
  }
  return values;
}

function readRawList(r: Reading, count: number, start: number, end: number): Value {
  const values: Value[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (!r.holds(at, 8, end)) break;
    const length = r.u32(at);
    const reserved = r.u32(at + 4);
    if (reserved !== 0) r.fail("B8112", { found: String(reserved) }, at + 4);
    const next = at + 8 + padded(length);
    if (!r.holds(at + 8, padded(length), end)) break;
    const bytes = r.bytes.subarray(at + 8, at + 8 + length);
    r.enter("element", i, null, "element", null, at);
    r.leaf("frame", "length", "bytes of the element", at, 8);
    if (length > 0) r.leaf("unknown", "value", "bytes", at + 8, length, bytes);
    r.padAfter(at + 8 + length);
    r.leave(next, bytes);
    values.push(bytes);
    at = next;
  }
  if (at < end) {
    if (values.length === count)
      r.fail("B8106", { expected: String(at - start + 8), found: String(end - start + 8) }, start);
    r.damaged(at, end);
  }
  return values;
}
