import type { Source, Span } from "../text.ts";
import type { Code } from "../../runtime/errors.ts";

/**
 * A JSON text with a place for every value and the digits of every number, which `JSON.parse` rounds beyond 2^53. Strict RFC 8259: no comments,
 * no trailing commas, no lone surrogates, and no member twice.
 */
export type JsonNode =
  | { readonly kind: "null"; readonly span: Span }
  | { readonly kind: "boolean"; readonly value: boolean; readonly span: Span }
  /** `text` is the number as written. */
  | { readonly kind: "number"; readonly text: string; readonly span: Span }
  | { readonly kind: "string"; readonly value: string; readonly span: Span }
  | { readonly kind: "array"; readonly elements: readonly JsonNode[]; readonly span: Span }
  | { readonly kind: "object"; readonly members: readonly JsonMember[]; readonly span: Span };

export interface JsonMember {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: JsonNode;
}

/** Why a text is not JSON, and where. */
export interface JsonMistake {
  readonly code: Code;
  readonly expected: string;
  readonly found: string;
  readonly span: Span;
}

export type JsonResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly mistake: JsonMistake };

/** Deeper than any value that a dump can hold (64 bodies, each an object in a list in an alternative), and shallow enough for the stack. */
const DEPTH = 512;

/** What to do about text of other languages that stands where JSON has none. */
export function jsonAdvice({ expected, found }: JsonMistake): string | undefined {
  if (found === "`/`" || found === "`#`") return "JSON has no comments";
  if (found === "`'`") return "JSON has its strings and names in double quotes";
  if (found === "`}`" && expected === "a member name") return "no comma stands after the last member";
  if (found === "`]`" && expected === "a value") return "no comma stands after the last element";
  return undefined;
}

/** Reads one JSON value that fills the text. */
export function readJson(source: Source): JsonResult<JsonNode> {
  return guarded(source, (reader) => {
    const node = reader.value(0);
    reader.end();
    return node;
  });
}

/** Reads JSON values one after the other: NDJSON, or a single one. Blank lines are nothing. */
export function readJsonSequence(source: Source): JsonResult<readonly JsonNode[]> {
  return guarded(source, (reader) => {
    const nodes: JsonNode[] = [];
    while (!reader.atEnd()) nodes.push(reader.value(0));
    return nodes;
  });
}

/** The member of an object, null where it has none. */
export function jsonMember(node: JsonNode, name: string): JsonNode | null {
  if (node.kind !== "object") return null;
  return node.members.find((member) => member.name === name)?.value ?? null;
}

/** What a node is, in words for a message. */
export function describeJson(node: JsonNode): string {
  switch (node.kind) {
    case "null":
      return "null";
    case "boolean":
      return String(node.value);
    case "number":
      return node.text;
    case "string":
      return JSON.stringify(node.value.length > 40 ? `${node.value.slice(0, 40)}…` : node.value);
    case "array":
      return "an array";
    case "object":
      return "an object";
  }
}

/** Carries a mistake out of the recursion; it never leaves this file. */
class Stop extends Error {
  readonly mistake: JsonMistake;
  constructor(mistake: JsonMistake) {
    super(mistake.expected);
    this.mistake = mistake;
  }
}

function guarded<T>(source: Source, read: (reader: Reader) => T): JsonResult<T> {
  try {
    return { ok: true, value: read(new Reader(source)) };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, mistake: error.mistake };
    throw error;
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// Everything that stands for itself in a string: no quote, no backslash, no control character.
const PLAIN = /[ !#-[\]-\uffff]*/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

class Reader {
  readonly #source: Source;
  readonly #text: string;
  #at = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
    // A byte order mark is no part of the text.
    if (this.#text.charCodeAt(0) === 0xfeff) this.#at = 1;
  }

  atEnd(): boolean {
    this.#blank();
    return this.#at >= this.#text.length;
  }

  end(): void {
    if (!this.atEnd()) this.#fail("the end of the text");
  }

  value(depth: number): JsonNode {
    this.#blank();
    if (depth > DEPTH) this.#fail(`at most ${DEPTH} levels`);
    const start = this.#at;
    switch (this.#text[start]) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case '"':
        return { kind: "string", value: this.#string(), span: this.#since(start) };
      case "t":
        this.#word("true");
        return { kind: "boolean", value: true, span: this.#since(start) };
      case "f":
        this.#word("false");
        return { kind: "boolean", value: false, span: this.#since(start) };
      case "n":
        this.#word("null");
        return { kind: "null", span: this.#since(start) };
      default: {
        NUMBER.lastIndex = start;
        const text = NUMBER.exec(this.#text)?.[0];
        if (text === undefined) return this.#fail("a value");
        this.#at += text.length;
        if (/[\w.+-]/.test(this.#text[this.#at] ?? "")) return this.#fail("the end of the number");
        return { kind: "number", text, span: this.#since(start) };
      }
    }
  }

  #object(depth: number): JsonNode {
    const start = this.#at++;
    const members: JsonMember[] = [];
    const names = new Set<string>();
    this.#blank();
    if (this.#take("}")) return { kind: "object", members, span: this.#since(start) };
    for (;;) {
      this.#blank();
      const nameStart = this.#at;
      if (this.#text[nameStart] !== '"') this.#fail(members.length === 0 ? "a member name or `}`" : "a member name");
      const name = this.#string();
      const nameSpan = this.#since(nameStart);
      if (names.has(name)) {
        throw new Stop({ code: "B8402", expected: "member", found: JSON.stringify(name), span: nameSpan });
      }
      names.add(name);
      this.#blank();
      if (!this.#take(":")) this.#fail("`:`");
      members.push({ name, nameSpan, value: this.value(depth + 1) });
      this.#blank();
      if (this.#take("}")) return { kind: "object", members, span: this.#since(start) };
      if (!this.#take(",")) this.#fail("`,` or `}`");
    }
  }

  #array(depth: number): JsonNode {
    const start = this.#at++;
    const elements: JsonNode[] = [];
    this.#blank();
    if (this.#take("]")) return { kind: "array", elements, span: this.#since(start) };
    for (;;) {
      elements.push(this.value(depth + 1));
      this.#blank();
      if (this.#take("]")) return { kind: "array", elements, span: this.#since(start) };
      if (!this.#take(",")) this.#fail("`,` or `]`");
    }
  }

  #string(): string {
    const start = this.#at++;
    let value = "";
    for (;;) {
      PLAIN.lastIndex = this.#at;
      const plain = PLAIN.exec(this.#text)?.[0] ?? "";
      value += plain;
      this.#at += plain.length;
      if (this.#take('"')) break;
      if (!this.#take("\\")) this.#fail("the end of the string");
      const letter = this.#text[this.#at] ?? "";
      if (letter === "u") {
        const digits = this.#text.slice(this.#at + 1, this.#at + 5);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail("four hexadecimal digits");
        value += String.fromCharCode(Number.parseInt(digits, 16));
        this.#at += 5;
      } else {
        const escaped = ESCAPES.get(letter);
        if (escaped === undefined) return this.#fail("an escape");
        value += escaped;
        this.#at++;
      }
    }
    if (/\p{Surrogate}/u.test(value)) {
      throw new Stop({
        code: "B8401",
        expected: "well-formed Unicode",
        found: "half a surrogate pair",
        span: this.#since(start),
      });
    }
    return value;
  }

  #word(word: string): void {
    if (!this.#text.startsWith(word, this.#at) || /\w/.test(this.#text[this.#at + word.length] ?? "")) {
      this.#fail("a value");
    }
    this.#at += word.length;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #blank(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.#at++;
    }
  }

  #since(start: number): Span {
    return { source: this.#source, start, end: this.#at };
  }

  #fail(expected: string): never {
    const start = this.#at;
    const rest = /^[\w.+-]+|^[^]/u.exec(this.#text.slice(start, start + 40))?.[0];
    throw new Stop({
      code: "B8401",
      expected,
      found: rest === undefined ? "the end of the text" : `\`${rest}\``,
      span: { source: this.#source, start, end: start + (rest?.length ?? 0) },
    });
  }
}
