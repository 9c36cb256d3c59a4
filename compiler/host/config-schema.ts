import type { ErrorObject, ValidateFunction } from "ajv";
import batonSchema from "../baton.schema.json" with { type: "json" };
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { closest } from "../diagnostics/suggest.ts";
import { describeJson, jsonMember, type JsonNode } from "../dump/json-reader.ts";
import type { Span } from "../text.ts";

let validate: ValidateFunction | undefined;

/** What does not fit the JSON Schema of `baton.json`, at the places where it is written. ajv is loaded by the first call. */
export async function validateConfig(json: JsonNode): Promise<readonly Diagnostic[]> {
  if (validate === undefined) {
    // A bundle gives a CommonJS module its default export alone.
    const { Ajv } = (await import("ajv")).default;
    const formats = { date: isDay };
    // The schema is our own and a test holds it against the meta-schema, which takes longer than all else here.
    const options = { allErrors: true, verbose: true, allowUnionTypes: true, validateSchema: false, formats };
    validate = new Ajv(options).compile(batonSchema);
  }
  if (validate(plain(json)) === true) return [];
  const mistakes = (validate.errors ?? []).map((error) => mistake(json, error));
  const places = mistakes.map(({ span }) => span?.start ?? 0);
  // Several keywords of one value can fail; one mistake is told once.
  return mistakes.filter((_, i) => places.indexOf(places[i] ?? 0) === i);
}

/** Whether a day is in the calendar: there is no 30th of February. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function mistake(json: JsonNode, error: ErrorObject): Diagnostic {
  const { node, path } = nodeAt(json, error.instancePath);
  switch (error.keyword) {
    case "additionalProperties": {
      const key = String(error.params["additionalProperty"]);
      const known = Object.keys(Object(error.parentSchema?.["properties"]));
      const place = path === "" ? "`baton.json`" : `\`${path}\``;
      return diagnose("B9102", rows.B9102, { key, place, nearest: closest(key, known) }, { span: nameSpan(node, key) });
    }
    case "required": {
      const where = path === "" ? "`baton.json`" : `\`${path}\``;
      return diagnose(
        "B9104",
        rows.B9104,
        { key: String(error.params["missingProperty"]), where },
        { span: opening(node) },
      );
    }
    case "uniqueItems": {
      const twice =
        node.kind === "array"
          ? node.elements[Math.max(Number(error.params["i"]), Number(error.params["j"]))]
          : undefined;
      const found = `${twice === undefined ? "one" : describeJson(twice)} twice`;
      return diagnose("B9103", rows.B9103, { path, expected: "each once", found }, { span: (twice ?? node).span });
    }
    default: {
      const words: readonly unknown[] = error.keyword === "enum" && Array.isArray(error.schema) ? error.schema : [];
      const nearest = node.kind === "string" ? closest(node.value, words.map(String)) : undefined;
      const place = path === "" ? "baton.json" : path;
      const found = describeJson(node);
      return diagnose(
        "B9103",
        rows.B9103,
        { path: place, expected: expectation(error), found, nearest },
        { span: opening(node) },
      );
    }
  }
}

const kinds: ReadonlyMap<string, string> = new Map([
  ["object", "an object"],
  ["array", "an array"],
  ["string", "a string"],
]);

/** What the schema asks for at this place: its words, or its own description. */
function expectation(error: ErrorObject): string {
  if (error.keyword === "enum" && Array.isArray(error.schema)) {
    const words = error.schema.map((word) => `\`${String(word)}\``);
    const last = words.pop() ?? "";
    return words.length === 0 ? last : `${words.join(", ")} or ${last}`;
  }
  const described: unknown = error.parentSchema?.["description"];
  // Descriptions that end a sentence are for the readers of the schema, the others are made to stand in a message.
  if (typeof described === "string" && !described.endsWith(".")) return described;
  if (error.keyword === "type") return kinds.get(String(error.schema)) ?? String(error.schema);
  if (error.keyword === "minItems") return "at least one element";
  return "a text that is not empty";
}

/** The value that a JSON pointer names, and its path as people write it: `exceptions[0].rule`. */
export function nodeAt(json: JsonNode, pointer: string): { readonly node: JsonNode; readonly path: string } {
  let node = json;
  let path = "";
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (node.kind === "array") {
      node = node.elements[Number(name)] ?? node;
      path += `[${name}]`;
    } else {
      node = jsonMember(node, name) ?? node;
      path += path === "" ? name : `.${name}`;
    }
  }
  return { node, path };
}

function nameSpan(node: JsonNode, name: string): Span {
  const member = node.kind === "object" ? node.members.find((each) => each.name === name) : undefined;
  return member?.nameSpan ?? node.span;
}

/** The bracket of an object or array, which may go on for pages; all of anything else. */
export function opening(node: JsonNode): Span {
  return node.kind === "object" || node.kind === "array" ? { ...node.span, end: node.span.start + 1 } : node.span;
}

/** The value as JavaScript has it. Names such as `__proto__` become members like any other. */
export function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case "null":
      return null;
    case "boolean":
    case "string":
      return node.value;
    case "number":
      return Number(node.text);
    case "array":
      return node.elements.map(plain);
    case "object":
      return Object.fromEntries(node.members.map(({ name, value }) => [name, plain(value)]));
  }
}
