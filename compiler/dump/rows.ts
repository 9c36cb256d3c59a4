import type { Check } from "../schema/ir.ts";
import { evaluate } from "./expression.ts";
import { FAILED, type Read, type Reading } from "./reading.ts";
import { setMember, type ObjectValue, type Value } from "./value.ts";
import { defaultOf, fixedSizeOf, type WireInteger, type WireStruct, type WireType } from "./wire-type.ts";
import { checkText } from "../../runtime/values.ts";

/** Reads what has a fixed size where it lies in a row, and tells of it as one leaf, or as one for each member of a struct. */
export function readFixed(
  r: Reading,
  type: WireType,
  name: string | number,
  id: number | null,
  at: number,
  stride: number,
): Read {
  switch (type.kind) {
    case "struct": {
      const before = r.problemCount;
      r.enter(typeof name === "number" ? "element" : "field", name, id, type.text, type, at);
      const value = readRow(r, type, at, stride);
      r.leave(at + stride, value, r.since(before));
      return value;
    }
    case "list": {
      const before = r.problemCount;
      r.enter("field", name, id, type.text, type, at);
      const value = readArray(r, type.element, type.min, at);
      r.leave(at + type.min * (fixedSizeOf(type.element) ?? 0), value, r.since(before));
      return value;
    }
    case "int":
    case "enum":
    case "bits":
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "state":
    case "union":
    case "optional": {
      const value = readScalar(r, type, at);
      const part = typeof name === "number" ? "element" : "field";
      r.leaf(part, name, type.text, at, fixedSizeOf(type) ?? 0, value, id, type);
      return value;
    }
  }
}

function readScalar(r: Reading, type: WireType, at: number): Read {
  switch (type.kind) {
    case "int":
    case "enum":
    case "bits":
      return readInteger(r, type, at);
    case "bool": {
      const byte = r.bytes[at] ?? 0;
      return byte > 1 ? r.fail("B8204", { found: String(byte) }, at) : byte === 1;
    }
    case "uuid":
      return r.bytes.subarray(at, at + 16);
    case "bytes":
      return r.bytes.subarray(at, at + type.min);
    case "cstring":
      return readCString(r, type.size, at);
    case "string":
    case "struct":
    case "state":
    case "union":
    case "list":
    case "optional":
      throw new Error(`${type.text} has no fixed size`);
  }
}

function readInteger(r: Reading, type: WireInteger, at: number): Read {
  const { view } = r;
  switch (type.width) {
    case 8:
      return r.exactInteger(type, type.signed ? view.getInt8(at) : view.getUint8(at), at);
    case 16:
      return r.exactInteger(type, type.signed ? view.getInt16(at, true) : view.getUint16(at, true), at);
    case 32:
      return r.exactInteger(type, type.signed ? view.getInt32(at, true) : view.getUint32(at, true), at);
    case 64:
      return r.integer(type, type.signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true), at);
  }
}

function readCString(r: Reading, size: number, at: number): Read {
  const nul = r.bytes.subarray(at, at + size).indexOf(0);
  if (nul < 0) return r.fail("B8207", { expected: "a NUL at the end", found: "none" }, at);
  for (let i = at + nul; i < at + size; i++) {
    if (r.bytes[i] !== 0) return r.fail("B8108", {}, i);
  }
  return r.text(at, nul);
}

function readArray(r: Reading, element: WireType, count: number, at: number): Value {
  const size = fixedSizeOf(element) ?? 0;
  const values: Value[] = [];
  for (let i = 0; i < count; i++) {
    r.path.push(i);
    const value = readFixed(r, element, i, null, at + i * size, size);
    r.path.pop();
    values.push(value === FAILED ? null : value);
  }
  return values;
}

/**
 * A row of a table, or a struct in one. `stride` is the writer's; the caller has judged it and `required`. Members past it take their defaults,
 * bytes between the members are padding.
 */
export function readRow(r: Reading, type: WireStruct, at: number, stride: number): Value {
  const value: { [name: string]: Value } = {};
  const before = r.problemCount;
  let end = 0;
  for (const field of type.members) {
    if (field.offset + field.size > stride) {
      setMember(value, field.name, defaultOf(field));
      if (r.sink !== null) {
        r.leaf("field", field.name, field.type.text, at + stride, 0, defaultOf(field), field.id, field.type, "default");
      }
      continue;
    }
    if (field.offset > end) r.padding(at + end, at + field.offset);
    r.path.push(field.name);
    const read = readFixed(r, field.type, field.name, field.id, at + field.offset, field.size);
    r.path.pop();
    setMember(value, field.name, read === FAILED ? null : read);
    end = field.offset + field.size;
  }
  const last = Math.min(stride, type.stride);
  if (last > end) r.padding(at + end, at + last);
  if (stride > last) readTail(r, at + last, at + stride);
  if (r.problemCount === before) evaluateChecks(r, type.checks, value, at);
  return value;
}

/** Bytes of a row past the reader's own stride: of members that it does not know, at their defaults or ignorable. With zeros nothing is dropped. */
function readTail(r: Reading, at: number, end: number): void {
  const bytes = r.bytes.subarray(at, end);
  const status = bytes.every((byte) => byte === 0) ? "unknown" : "dropped";
  r.leaf("unknown", "newer members", "tail of a row", at, end - at, bytes, null, null, status);
}

/** Evaluates the checks of a declaration over its object and reports those that do not hold. */
export function evaluateChecks(r: Reading, checks: readonly Check[], value: ObjectValue, offset: number): void {
  for (const check of checks) {
    const result = evaluate(check.expression, value);
    if (!result.ok) r.fail("B8213", { expected: checkText(check.message), found: result.reason }, offset);
    else if (result.value !== true) r.fail("B8212", { expected: check.message }, offset);
  }
}

/** What is wrong with stride and required of a table of structs for a reader of this struct; null if its rows can be read. */
export function judgeRows(
  type: WireStruct,
  stride: number,
  required: number,
): { readonly code: "B8110" | "B8214"; readonly expected: string; readonly found: string } | null {
  if (required > type.end) return { code: "B8214", expected: String(type.end), found: String(required) };
  if (stride === 0) return { code: "B8110", expected: "a stride", found: "stride 0" };
  if (required > stride) return { code: "B8110", expected: `required up to ${stride}`, found: String(required) };
  for (const field of type.members) {
    const end = field.offset + field.size;
    for (const [what, number] of [
      ["stride", stride],
      ["required", required],
    ] as const) {
      if (number > field.offset && number < end) {
        return { code: "B8110", expected: `\`${field.name}\` whole, up to ${end}`, found: `${what} ${number}` };
      }
    }
    if (end <= stride) {
      if (stride % field.align === 0) continue;
      return { code: "B8110", expected: `a stride that is a multiple of ${field.align}`, found: String(stride) };
    }
    if (field.required) return { code: "B8110", expected: `\`${field.name}\` up to ${end}`, found: `stride ${stride}` };
  }
  return null;
}
