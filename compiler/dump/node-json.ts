import { columnsOf, escapeText } from "../printable.ts";
import type { ByteText } from "./byte-text.ts";
import type { Peek } from "./inspect.ts";
import type { JsonText } from "./json-text.ts";
import { writeValue } from "./json-value.ts";
import { rawJson } from "./json-write.ts";
import type { Problem } from "./problem.ts";
import type { Status } from "./sink.ts";
import { TrailSink, type Step } from "./trail.ts";
import type { Value } from "./value.ts";
import { valueText } from "./value-text.ts";

/** Who knows what a dump's schema does not: `null` if nobody. */
export type Knower = (step: Step, around: readonly Step[]) => KnownBy | null;

/** A version that has a name for what another has not. */
export interface KnownBy {
  readonly module: string;
  readonly version: number | string;
  readonly name: string;
}

/** What all that tells of leaves needs beside them. */
export interface LeafContext {
  readonly peek: Peek;
  readonly knows: Knower;
}

/** Writes what is the same of a node with parts and of one without. */
function writeHead(json: JsonText, { head, path }: Step, around: readonly Step[], { knows }: LeafContext): void {
  json.name("path");
  json.string(path);
  json.name("part");
  json.string(head.part);
  json.name("name");
  if (typeof head.name === "number") json.integer(head.name);
  else json.string(head.name);
  json.name("id");
  if (head.id === null) json.null();
  else json.integer(head.id);
  json.name("type");
  json.string(head.type);
  const known = knows({ head, path }, around);
  if (known !== null) {
    json.name("knownBy");
    json.value({ ...known });
  }
  json.name("offset");
  json.integer(head.offset);
}

function writeLeaf(
  json: JsonText,
  step: Step,
  around: readonly Step[],
  length: number,
  value: Value,
  status: Status,
  context: LeafContext,
): void {
  const { head } = step;
  json.open("{");
  writeHead(json, step, around, context);
  json.name("length");
  json.integer(length);
  json.name("raw");
  json.hex(context.peek(head.offset, length));
  if (value !== undefined || status === "error") {
    json.name("value");
    if (head.wire === null) json.value(rawJson(value));
    else writeValue(json, head.wire, value);
  }
  json.name("status");
  json.string(status);
  json.close("}");
}

/** Writes nodes within nodes as JSON, as they are told. */
export class NodeJson extends TrailSink {
  readonly #json: JsonText;
  readonly #context: LeafContext;

  constructor(json: JsonText, context: LeafContext) {
    super();
    this.#json = json;
    this.#context = context;
  }

  protected override entered(step: Step): void {
    this.#json.open("{");
    writeHead(this.#json, step, this.trail.slice(0, -1), this.#context);
    this.#json.name("children");
    this.#json.open("[");
  }

  protected override left({ head }: Step, end: number, _value: Value, status: Status): void {
    this.#json.close("]");
    this.#json.name("length");
    this.#json.integer(end - head.offset);
    this.#json.name("status");
    this.#json.string(status);
    this.#json.close("}");
  }

  protected override found(step: Step, length: number, value: Value, status: Status): void {
    writeLeaf(this.#json, step, this.trail, length, value, status, this.#context);
  }
}

/** Writes leaves as JSON, one a line. */
export class LeafLines extends TrailSink {
  readonly #json: JsonText;
  readonly #context: LeafContext;

  constructor(json: JsonText, context: LeafContext) {
    super();
    this.#json = json;
    this.#context = context;
  }

  protected override found(step: Step, length: number, value: Value, status: Status): void {
    this.one(step, this.trail, length, value, status);
  }

  /** Writes one leaf. */
  one(step: Step, around: readonly Step[], length: number, value: Value, status: Status): void {
    writeLeaf(this.#json, step, around, length, value, status, this.#context);
    this.#json.out.byte(0x0a);
  }
}

/** Bytes of a line of a hex dump: a word, which all members start at. */
const lineBytes = 8;

/** Writes leaves as a hex dump that `xxd -r` takes back, with what they are in the margin. */
export class HexLines extends TrailSink {
  readonly #out: ByteText;
  readonly #peek: Peek;
  /** Columns of the margin; null where lines may be as long as they are. */
  readonly #margin: number | null;
  readonly #strict: boolean;
  #stopped = false;

  /** `strict`: nothing more behind the first problem. */
  constructor(
    out: ByteText,
    peek: Peek,
    { width, strict }: { readonly width: number | null; readonly strict: boolean },
  ) {
    super();
    this.#strict = strict;
    this.#out = out;
    this.#peek = peek;
    this.#margin = width === null ? null : Math.max(16, width - 33);
  }

  override problem(_one: Problem): void {
    this.#stopped = this.#strict;
  }

  protected override found(step: Step, length: number, value: Value): void {
    if (this.#stopped) return;
    const { head } = step;
    for (let at = 0; at < length; at += lineBytes) {
      const bytes = this.#peek(head.offset + at, Math.min(lineBytes, length - at));
      if (bytes.length === 0) return;
      const digits = Array.from(
        bytes,
        (byte, i) => `${i % 2 === 0 && i > 0 ? " " : ""}${byte.toString(16).padStart(2, "0")}`,
      ).join("");
      const place = (head.offset + at).toString(16).padStart(8, "0");
      const note = at === 0 ? `${digits.padEnd(19)}  ; ${this.#clip(noteOf(step, value))}` : digits;
      this.#out.text(`${place}: ${note}\n`);
    }
  }

  #clip(text: string): string {
    if (this.#margin === null || columnsOf(text) <= this.#margin) return text;
    // What a member is stands at the end of its path.
    let kept = text;
    while (columnsOf(kept) > this.#margin - 1) kept = kept.slice(1);
    return `…${kept}`;
  }
}

function noteOf({ head, path }: Step, value: Value): string {
  const place = path === "" ? "dump" : path;
  if (head.part === "padding") return `${place}: padding`;
  if (head.part === "damaged") return `${place}: damaged`;
  const text = valueText(head.wire, value);
  const what = head.part === "frame" || head.part === "unknown" ? `${place}: ${escapeText(String(head.name))}` : place;
  return text === "" ? what : `${what} = ${text}`;
}
