import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/dump.ts";
import { closest } from "../diagnostics/suggest.ts";
import type { Code, Facts } from "../../runtime/errors.ts";
import type { Span } from "../text.ts";
import { describeJson, jsonMember, type JsonMember, type JsonNode } from "./json-reader.ts";
import { setMember, type Value } from "./value.ts";
import {
  fieldMask,
  integerValue,
  type WireBits,
  type WireEnum,
  type WireInteger,
  type WireType,
  type WireUnion,
} from "./wire-type.ts";

/** A value, and what of the JSON is none; the value is whole if there is nothing of that. Ranges and bounds are the encoder's to judge. */
export interface JsonValue {
  readonly value: Value;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads JSON as a value of a type, by the rules of `toJson`; integers are also read from decimal and `0x` strings. Where `unread` is given, a null
 * that stands for no value is put there, and is no mistake of its own.
 */
export function fromJson(type: WireType, node: JsonNode, unread: JsonNode[] | null = null): JsonValue {
  const reader = new Reader(unread);
  const value = reader.value(type, node);
  return { value, diagnostics: reader.diagnostics };
}

/** What one code of the table makes of a mistake in JSON text. */
export function jsonMistake(code: keyof typeof rows, facts: Facts, span: Span, help?: string): Diagnostic {
  return diagnose(code, rows[code], facts, { span, ...(help === undefined ? {} : { help }) });
}

/** After this many mistakes the rest of a text is not looked at closely. */
const MAX_DIAGNOSTICS = 100;

class Reader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #unread: JsonNode[] | null;

  constructor(unread: JsonNode[] | null) {
    this.#unread = unread;
  }

  #fail(code: Code, facts: Facts, span: Span, help?: string): undefined {
    if (this.diagnostics.length < MAX_DIAGNOSTICS) this.diagnostics.push(jsonMistake(code, facts, span, help));
    return undefined;
  }

  #expected(expected: string, node: JsonNode, help?: string): undefined {
    return this.#fail("B8404", { expected, found: describeJson(node) }, node.span, help);
  }

  value(type: WireType, node: JsonNode): Value {
    if (node.kind === "null" && this.#unread !== null) return void this.#unread.push(node);
    switch (type.kind) {
      case "int":
        return this.#integer(type, node, `an integer (${type.text})`);
      case "enum":
        return this.#enum(type, node);
      case "bits":
        return this.#bits(type, node);
      case "bool":
        return node.kind === "boolean" ? node.value : this.#expected("true or false", node);
      case "string":
      case "cstring":
        return node.kind === "string" ? node.value : this.#expected("a string", node);
      case "uuid":
        return this.#uuid(node);
      case "bytes":
        return this.#bytes(node);
      case "struct":
      case "state":
        return this.#object(type, node);
      case "union":
        return this.#union(type, node);
      case "list":
        if (node.kind !== "array") return this.#expected(`an array (${type.text})`, node);
        return node.elements.map((element) => this.value(type.element, element));
      case "optional": {
        const help = "leave the member out where it is absent";
        return node.kind === "null" ? this.#expected(type.element.text, node, help) : this.value(type.element, node);
      }
    }
  }

  #integer(type: WireInteger, node: JsonNode, expected: string): Value {
    const exact = `${type.kind === "int" ? expected : `${expected}, or an integer`} without exponent or fraction`;
    const integer = this.#number(node, expected, exact);
    if (integer === null) return undefined;
    // Out of range it stays a bigint: the encoder refuses it with all its digits.
    return integer >= type.min && integer <= type.max ? integerValue(type, integer) : integer;
  }

  /** `exact` is what a number must be. */
  #number(node: JsonNode, expected: string, exact: string): bigint | null {
    if (node.kind === "number") {
      if (/^-?\d+$/.test(node.text) && Number.isSafeInteger(Number(node.text))) return BigInt(node.text);
      if (/^-?\d+$/.test(node.text)) this.#fail("B8405", { found: node.text }, node.span);
      else this.#expected(exact, node);
      return null;
    }
    if (node.kind !== "string") {
      this.#expected(expected, node);
      return null;
    }
    const integer = parseInteger(node.value);
    if (integer === null)
      this.#fail("B8406", { expected: "integer, decimal or 0x", found: describeJson(node) }, node.span);
    return integer;
  }

  #enum(type: WireEnum, node: JsonNode): Value {
    if (node.kind !== "string" || /^[-\d]/.test(node.value)) return this.#integer(type, node, `a name of ${type.text}`);
    const value = type.values.get(node.value);
    if (value !== undefined) return integerValue(type, value);
    return this.#unknown(node.value, type.values.keys(), node.span);
  }

  #unknown(name: string, names: Iterable<string>, span: Span): undefined {
    const known = [...names];
    const near = closest(name, known);
    const facts = { found: JSON.stringify(name), ...(near === undefined ? {} : { expected: JSON.stringify(near) }) };
    return this.#fail("B8407", facts, span, near === undefined ? `known names: ${some(known)}` : undefined);
  }

  #bits(type: WireBits, node: JsonNode): Value {
    const isWord = node.kind === "string" && !/^[-\d]/.test(node.value);
    if (isWord) return this.#expected(`an array of names of ${type.text}`, node);
    if (node.kind !== "array") return this.#integer(type, node, `an array of names of ${type.text}`);
    let bits = 0n;
    const given = new Set<string>();
    for (const element of node.elements) {
      if (element.kind !== "string") {
        this.#expected("a name of a bit", element);
        continue;
      }
      const { name, bits: some } = this.#bit(type, element.value, element.span);
      if (given.has(name) || (name === "" && (bits & some) !== 0n))
        this.#fail("B8402", { expected: "bit", found: JSON.stringify(name || element.value) }, element.span);
      if (name !== "") given.add(name);
      bits |= some;
    }
    return integerValue(type, bits);
  }

  /** One element of an array of bits: `io`, `aspm=l1`, or a number of bits without a name. */
  #bit(type: WireBits, text: string, span: Span): { readonly name: string; readonly bits: bigint } {
    const equals = text.indexOf("=");
    const name = equals < 0 ? text : text.slice(0, equals);
    const field = type.fields.find((one) => one.name === name);
    if (field === undefined) {
      const number = equals < 0 ? parseInteger(text) : null;
      if (number !== null && number >= 0n && (number & type.named) === 0n) return { name: "", bits: number };
      if (number !== null) {
        const expected = `bits of ${type.text} without a name`;
        this.#fail("B8406", { expected, found: JSON.stringify(text) }, span);
        return { name, bits: 0n };
      }
      this.#unknown(
        name,
        type.fields.map((one) => one.name),
        span,
      );
      return { name, bits: 0n };
    }
    if (field.single === equals >= 0) {
      const expected = field.single ? `bit on its own, ${JSON.stringify(name)}` : `range of bits, "${name}=value"`;
      this.#fail("B8406", { expected, found: JSON.stringify(text) }, span);
      return { name, bits: 0n };
    }
    if (field.single) return { name, bits: fieldMask(field) };
    const value = text.slice(equals + 1);
    const number = (field.type?.kind === "enum" ? field.type.values.get(value) : undefined) ?? parseInteger(value);
    const shifted = (number ?? -1n) << BigInt(field.low);
    if (number === null || number < 0n || (shifted & ~fieldMask(field)) !== 0n) {
      this.#fail("B8406", { expected: `value of ${name}`, found: JSON.stringify(value) }, span);
      return { name, bits: 0n };
    }
    return { name, bits: shifted };
  }

  #uuid(node: JsonNode): Value {
    if (node.kind !== "string") return this.#expected("a uuid", node);
    if (/^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(node.value)) {
      return bytesOfDigits(node.value.replaceAll("-", ""));
    }
    const expected = "uuid such as 00112233-4455-6677-8899-aabbccddeeff";
    return this.#fail("B8406", { expected, found: describeJson(node) }, node.span);
  }

  #bytes(node: JsonNode): Value {
    if (node.kind !== "string") return this.#expected("a string of hex digits", node);
    if (/^(?:[\da-f]{2})*$/i.test(node.value)) return bytesOfDigits(node.value);
    const other = /[^\da-f]/iu.exec(node.value)?.[0];
    const expected =
      other === undefined
        ? `even number of hex digits: it has ${node.value.length}`
        : `string of hex digits: ${JSON.stringify(other)} is none`;
    return this.#fail("B8406", { expected, found: describeJson(node) }, node.span);
  }

  #object(type: Extract<WireType, { kind: "struct" | "state" }>, node: JsonNode): Value {
    if (node.kind !== "object") return this.#expected(`an object (${type.text})`, node);
    const value: { [name: string]: Value } = {};
    const given = new Set<string>();
    for (const { name, nameSpan, value: inner } of node.members) {
      const member = type.members.find((one) => one.name === name);
      if (member === undefined) {
        this.#unknownMember(type, name, nameSpan);
        continue;
      }
      given.add(name);
      setMember(value, name, this.value(member.type, inner));
    }
    const missing = type.members.filter(
      (member) => (member.required || member.from !== null) && !given.has(member.name),
    );
    for (const member of missing) {
      const expected = `member "${member.name}" of ${type.text}`;
      this.#fail("B8404", { expected, found: "none" }, opening(node.span));
    }
    return value;
  }

  #unknownMember({ text, members }: Extract<WireType, { kind: "struct" | "state" }>, name: string, span: Span): void {
    const known = members.map((one) => one.name);
    const near = closest(name, known);
    const facts = { found: JSON.stringify(name), ...(near === undefined ? {} : { expected: JSON.stringify(near) }) };
    this.#fail("B8403", facts, span, near === undefined ? `${text} has ${some(known)}` : undefined);
  }

  #union(type: WireUnion, node: JsonNode): Value {
    const [only, more] = node.kind === "object" ? node.members : [];
    const known = (name: string): boolean => type.alternatives.some((one) => one.name === name);
    if (only === undefined || more !== undefined || (only.name === "kind" && !known("kind"))) {
      return this.#fail("B8404", { expected: this.#unionShape(type, node), found: unionFound(node) }, node.span);
    }
    return this.#alternative(type, only);
  }

  /** What stands for a union; with the alternative that is meant where its name is given in another place. */
  #unionShape(type: WireUnion, node: JsonNode): string {
    const named = node.kind === "object" ? jsonMember(node, "kind") : node;
    const meant = type.alternatives.find((one) => named?.kind === "string" && one.name === named.value);
    if (meant === undefined) return `an object with one alternative (${type.text})`;
    return `{${JSON.stringify(meant.name)}: ${meant.type === null ? "null" : "…"}} (${type.text})`;
  }

  #alternative(type: WireUnion, { name, nameSpan, value }: JsonMember): Value {
    const alternative = type.alternatives.find((one) => one.name === name);
    if (alternative === undefined)
      return this.#unknown(
        name,
        type.alternatives.map((one) => one.name),
        nameSpan,
      );
    if (alternative.type !== null) return { kind: name, value: this.value(alternative.type, value) };
    return value.kind === "null" ? { kind: name, value: null } : this.#expected("null", value);
  }
}

/** A list of names for people. */
function some(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(", ");
  return names.length === 0 ? "none" : names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}

/** What stands where a union should; of an object, its members. */
function unionFound(node: JsonNode): string {
  if (node.kind !== "object") return describeJson(node);
  const names = node.members.map(({ name }) => JSON.stringify(name));
  const last = names.pop();
  if (last === undefined) return "an object without members";
  return names.length === 0 ? last : `${names.slice(0, 4).join(", ")}${names.length > 4 ? " …" : ""} and ${last}`;
}

/** The bracket that an object starts with: a mistake of the whole is not worth underlining all of it. */
function opening(span: Span): Span {
  return { ...span, end: span.start + 1 };
}

/** `-12`, `0x1f`; null for anything else. */
function parseInteger(text: string): bigint | null {
  // No integer of a schema has more digits, and converting many takes long.
  if (text.length > 40) return null;
  if (/^-?\d+$/.test(text)) return BigInt(text);
  const match = /^(-?)0[xX]([\da-fA-F]+)$/.exec(text);
  if (match === null) return null;
  const value = BigInt(`0x${match[2]}`);
  return match[1] === "-" ? -value : value;
}

function bytesOfDigits(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}
