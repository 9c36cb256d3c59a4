import { jsonText } from "../printable.ts";
import { jsonKey, type JsonText } from "./json-text.ts";
import { toJson, type Json } from "./json-write.ts";
import { bigAt, numberAt } from "./row-check.ts";
import type { TableRows } from "./table-rows.ts";
import { defaultOf, fixedSizeOf, type WireInteger, type WireStruct, type WireType } from "./wire-type.ts";

/** Writes what lies at an offset. */
type Write = (json: JsonText, bytes: Uint8Array, view: DataView, at: number) => void;

/** Writes the rows of a table as JSON from where they lie; the text is that of `toJson`. */
export function writeRows(json: JsonText, rows: TableRows): void {
  const { element, bytes, view, start, stride, count } = rows;
  const write = writerOf(element, stride);
  json.open("[");
  for (let i = 0; i < count; i++) write(json, bytes, view, start + i * stride);
  json.close("]");
}

const writers = new WeakMap<WireType, Map<number, Write>>();

/** Made once for a type and a stride. */
function writerOf(type: WireType, stride: number): Write {
  const known = writers.get(type) ?? new Map<number, Write>();
  writers.set(type, known);
  const made = known.get(stride) ?? makeWriter(type, stride);
  known.set(stride, made);
  return made;
}

function makeWriter(type: WireType, stride: number): Write {
  switch (type.kind) {
    case "struct":
      return structWriter(type, stride);
    case "list": {
      const size = fixedSizeOf(type.element) ?? 0;
      const write = writerOf(type.element, size);
      return (json, bytes, view, at) => {
        json.open("[");
        for (let i = 0; i < type.min; i++) write(json, bytes, view, at + i * size);
        json.close("]");
      };
    }
    case "int":
    case "enum":
    case "bits":
      return integerWriter(type);
    case "bool":
      return (json, bytes, _, at) => json.boolean(bytes[at] === 1);
    case "uuid":
      return (json, bytes, _, at) => json.uuid(bytes.subarray(at, at + 16));
    case "bytes":
      return (json, bytes, _, at) => json.hex(bytes.subarray(at, at + type.min));
    case "cstring":
      return (json, bytes, _, at) => {
        const whole = bytes.subarray(at, at + type.size);
        json.string(utf8.decode(whole.subarray(0, whole.indexOf(0))));
      };
    case "string":
    case "state":
    case "union":
    case "optional":
      throw new Error(`${type.text} has no fixed size`);
  }
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

function structWriter(type: WireStruct, stride: number): Write {
  const fields = type.members.map((field) => {
    const there = field.offset + field.size <= stride;
    const stated = defaultOf(field);
    const absent: Write = (json) => json.value(toJson(field.type, stated));
    return { key: jsonKey(field.name), offset: field.offset, write: there ? writerOf(field.type, field.size) : absent };
  });
  return (json, bytes, view, at) => {
    json.open("{");
    for (const { key, offset, write } of fields) {
      json.key(key);
      write(json, bytes, view, at + offset);
    }
    json.close("}");
  };
}

function integerWriter(type: WireInteger): Write {
  const { width, signed } = type;
  if (type.kind === "int") {
    if (width !== 64) return (json, _, view, at) => json.integer(numberAt(view, at, width, signed));
    if (type.exact) {
      return (json, _, view, at) => {
        const high = signed ? view.getInt32(at + 4, true) : view.getUint32(at + 4, true);
        json.integer(high * 0x1_0000_0000 + view.getUint32(at, true));
      };
    }
    if (!signed) return (json, _, view, at) => json.unsigned(view.getUint32(at + 4, true), view.getUint32(at, true));
    return (json, _, view, at) => json.string(String(view.getBigInt64(at, true)));
  }
  if (width === 64) return (json, _, view, at) => json.value(toJson(type, bigAt(view, at, signed)));
  // Names and bits are the same few texts again and again.
  const known = new Map<number, Uint8Array | readonly Uint8Array[]>();
  return (json, _, view, at) => {
    const value = numberAt(view, at, width, signed);
    let text = known.get(value);
    if (text === undefined) {
      const made = toJson(type, value);
      text = Array.isArray(made) ? made.map(encoded) : encoded(made);
      if (known.size < mostTexts) known.set(value, text);
    }
    if (text instanceof Uint8Array) return json.ready(text);
    json.open("[");
    for (const one of text) json.ready(one);
    json.close("]");
  };
}

function encoded(value: Json): Uint8Array {
  return encoder.encode(jsonText(value));
}

const mostTexts = 4096;
