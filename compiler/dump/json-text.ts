import { jsonText } from "../printable.ts";
import { literal, type ByteText, type Literal } from "./byte-text.ts";
import { uuidText, type Json } from "./json-write.ts";

/** Names as they stand before their values, made once. */
const keys = new Map<string, Literal>();

/** JSON as it is written: the same text as `jsonText` gives, without the values in memory. */
export class JsonText {
  readonly out: ByteText;
  /** Whether it is laid out in lines. */
  readonly pretty: boolean;
  /** Where nothing stands yet in the object or list that is open, no comma is due. */
  #first = true;
  /** Objects and lists that are open. */
  level = 0;
  /** A name was written, and its value stands behind it. */
  #named = false;

  /** `indent`: in lines, two blanks deeper for each level. */
  constructor(out: ByteText, indent: boolean) {
    this.out = out;
    this.pretty = indent;
  }

  #before(): void {
    if (this.#named) {
      this.#named = false;
      return;
    }
    if (this.level === 0) return;
    if (!this.#first) this.out.byte(0x2c);
    this.#first = false;
    if (this.pretty) this.#break();
  }

  #break(): void {
    this.out.byte(0x0a);
    for (let i = 0; i < this.level; i++) {
      this.out.byte(0x20);
      this.out.byte(0x20);
    }
  }

  open(bracket: "{" | "["): void {
    this.#before();
    this.out.byte(bracket === "{" ? 0x7b : 0x5b);
    this.level++;
    this.#first = true;
  }

  close(bracket: "}" | "]"): void {
    this.level--;
    if (this.pretty && !this.#first) this.#break();
    this.out.byte(bracket === "}" ? 0x7d : 0x5d);
    this.#first = false;
  }

  /** The name of what comes next. */
  name(name: string): void {
    let key = keys.get(name);
    if (key === undefined) {
      key = literal(`${jsonText(name)}:`);
      if (keys.size < mostKeys) keys.set(name, key);
    }
    this.#before();
    this.out.literal(key);
    if (this.pretty) this.out.byte(0x20);
    this.#named = true;
  }

  /** A value that was made before, on one line. */
  ready(text: Literal): void {
    this.#before();
    this.out.literal(text);
  }

  integer(value: number): void {
    this.#before();
    this.out.integer(value);
  }

  unsigned(high: number, low: number): void {
    this.#before();
    this.out.byte(0x22);
    this.out.unsigned(high, low);
    this.out.byte(0x22);
  }

  hex(bytes: Uint8Array): void {
    this.#before();
    this.out.byte(0x22);
    this.out.hex(bytes);
    this.out.byte(0x22);
  }

  uuid(bytes: Uint8Array): void {
    this.string(uuidText(bytes));
  }

  string(text: string): void {
    this.#before();
    this.out.text(jsonText(text));
  }

  boolean(value: boolean): void {
    this.ready(value ? words.yes : words.no);
  }

  null(): void {
    this.ready(words.null);
  }

  /** A value that its own writer puts there, as it is laid out. */
  raw(write: (out: ByteText) => void): void {
    this.#before();
    write(this.out);
  }

  /** Any JSON value. */
  value(value: Json): void {
    if (value === null) return this.null();
    if (typeof value === "string") return this.string(value);
    if (typeof value === "boolean") return this.boolean(value);
    if (typeof value === "number") return this.integer(value);
    if (isArray(value)) {
      this.open("[");
      for (const element of value) this.value(element);
      return this.close("]");
    }
    this.open("{");
    for (const [name, held] of Object.entries(value)) {
      this.name(name);
      this.value(held);
    }
    this.close("}");
  }
}

const words = { yes: literal("true"), no: literal("false"), null: literal("null") };

/** Names of one dump, unless it is read without a schema. */
const mostKeys = 4096;

/** `Array.isArray` does not narrow readonly arrays. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
