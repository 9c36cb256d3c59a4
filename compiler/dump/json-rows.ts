import { jsonText } from "../printable.ts";
import { literal, type ByteText, type Literal } from "./byte-text.ts";
import type { JsonText } from "./json-text.ts";
import { toJson, uuidText, type Json } from "./json-write.ts";
import { bigAt, numberAt } from "./row-check.ts";
import type { TableRows } from "./table-rows.ts";
import {
  defaultOf,
  fixedSizeOf,
  type WireBits,
  type WireEnum,
  type WireField,
  type WireInt,
  type WireList,
  type WireStruct,
  type WireType,
} from "./wire-type.ts";

/** Writes what lies at an offset. */
type Write = (out: ByteText, bytes: Uint8Array, view: DataView, at: number) => void;

/** A writer of what has a fixed size. */
interface Writer {
  readonly write: Write;
  /** It stands in quotes, which are left to whoever writes what is around it. */
  readonly quoted: boolean;
}

/** Writes the rows of a table as JSON from where they lie; the text is that of `toJson`. */
export function writeRows(json: JsonText, rows: TableRows): void {
  const { element, bytes, view, start, stride, count } = rows;
  const layout = new Layout(json.pretty, json.level);
  const { write, quoted } = layout.writer(element, stride, 1);
  const [first, between, last] = layout.list(quoted);
  json.raw((out) => {
    for (let i = 0; i < count; i++) {
      out.literal(i === 0 ? first : between);
      write(out, bytes, view, start + i * stride);
    }
    out.literal(last);
  });
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** JSON on one line, or in lines that begin at a level. */
class Layout {
  readonly #pretty: boolean;
  readonly #level: number;

  constructor(pretty: boolean, level: number) {
    this.#pretty = pretty;
    this.#level = level;
  }

  #line(below: number): string {
    return this.#pretty ? `\n${"  ".repeat(this.#level + below)}` : "";
  }

  /** What stands before the first element of a list, between two, and behind the last. */
  list(quoted: boolean, below = 0): readonly [Literal, Literal, Literal] {
    const [quote, line] = [quoted ? '"' : "", this.#line(below + 1)];
    const texts = [`[${line}${quote}`, `${quote},${line}${quote}`, `${quote}${this.#line(below)}]`] as const;
    return [literal(texts[0]), literal(texts[1]), literal(texts[2])];
  }

  writer(type: WireType, stride: number, below: number): Writer {
    switch (type.kind) {
      case "struct":
        return this.#struct(type, stride, below);
      case "list":
        return this.#array(type, below);
      case "int":
        return integerWriter(type);
      case "enum":
      case "bits":
        return this.#named(type, below);
      case "bool":
        return plain((out, bytes, _, at) => out.literal(bytes[at] === 1 ? yes : no));
      case "uuid":
        return inQuotes((out, bytes, _, at) => out.text(uuidText(bytes.subarray(at, at + 16))));
      case "bytes":
        return inQuotes((out, bytes, _, at) => out.hex(bytes.subarray(at, at + type.min)));
      case "cstring":
        return plain((out, bytes, _, at) => {
          const whole = bytes.subarray(at, at + type.size);
          out.text(jsonText(utf8.decode(whole.subarray(0, whole.indexOf(0)))));
        });
      case "string":
      case "state":
      case "union":
      case "optional":
        throw new Error(`${type.text} has no fixed size`);
    }
  }

  #array(type: WireList, below: number): Writer {
    const size = fixedSizeOf(type.element) ?? 0;
    if (type.min === 0) return plain((out) => out.text("[]"));
    const { write, quoted } = this.writer(type.element, size, below + 1);
    const [first, between, last] = this.list(quoted, below);
    return plain((out, bytes, view, at) => {
      for (let i = 0; i < type.min; i++) {
        out.literal(i === 0 ? first : between);
        write(out, bytes, view, at + i * size);
      }
      out.literal(last);
    });
  }

  #struct(type: WireStruct, stride: number, below: number): Writer {
    const colon = this.#pretty ? ": " : ":";
    let before = "{";
    const fields = type.members.map((field) => {
      const there = field.offset + field.size <= stride;
      const { write, quoted } = there ? this.writer(field.type, field.size, below + 1) : this.#stated(field, below + 1);
      const quote = quoted ? '"' : "";
      const text = literal(`${before}${this.#line(below + 1)}${jsonText(field.name)}${colon}${quote}`);
      before = `${quote},`;
      return { text, offset: field.offset, write };
    });
    const last = literal(fields.length === 0 ? "{}" : `${before.slice(0, -1)}${this.#line(below)}}`);
    return plain((out, bytes, view, at) => {
      for (let i = 0; i < fields.length; i++) {
        const { text, offset, write } = fields[i]!;
        out.literal(text);
        write(out, bytes, view, at + offset);
      }
      out.literal(last);
    });
  }

  /** A member that an older writer did not have. */
  #stated(field: WireField, below: number): Writer {
    const text = this.#laidOut(toJson(field.type, defaultOf(field)), below);
    return plain((out) => out.literal(text));
  }

  #named(type: WireEnum | WireBits, below: number): Writer {
    const { width, signed } = type;
    if (width === 64)
      return plain((out, _, view, at) => out.literal(this.#laidOut(toJson(type, bigAt(view, at, signed)), below)));
    // Names and bits are the same few texts again and again.
    const known = new Map<number, Literal>();
    return plain((out, _, view, at) => {
      const value = numberAt(view, at, width, signed);
      let text = known.get(value);
      if (text === undefined) {
        text = this.#laidOut(toJson(type, value), below);
        if (known.size < mostTexts) known.set(value, text);
      }
      out.literal(text);
    });
  }

  #laidOut(value: Json, below: number): Literal {
    const text = this.#pretty ? jsonText(value, 2).replaceAll("\n", this.#line(below)) : jsonText(value);
    return literal(text);
  }
}

const [yes, no] = [literal("true"), literal("false")];
const mostTexts = 4096;

function plain(write: Write): Writer {
  return { write, quoted: false };
}

function inQuotes(write: Write): Writer {
  return { write, quoted: true };
}

function integerWriter({ width, signed, exact }: WireInt): Writer {
  if (width !== 64) return plain((out, _, view, at) => out.integer(numberAt(view, at, width, signed)));
  if (exact) {
    return plain((out, _, view, at) => {
      const high = signed ? view.getInt32(at + 4, true) : view.getUint32(at + 4, true);
      out.integer(high * 0x1_0000_0000 + view.getUint32(at, true));
    });
  }
  if (signed) return inQuotes((out, _, view, at) => out.text(String(view.getBigInt64(at, true))));
  return inQuotes((out, _, view, at) => out.unsigned(view.getUint32(at + 4, true), view.getUint32(at, true)));
}
