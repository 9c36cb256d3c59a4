import { inflateRawSync } from "node:zlib";
import type { ValidateFunction } from "ajv";
import { encodeSchema } from "../../runtime/schema-record.ts";
import { fingerprint } from "../schema/fingerprint.ts";
import type { Module } from "../schema/ir.ts";
import { moduleFromJson, moduleToJson } from "../schema/json.ts";
import moduleSchema from "../schema/module.schema.json" with { type: "json" };
import { MAX_SCHEMA_BYTES } from "./format.ts";
import { whyUnsound, worldOf } from "./sound-world.ts";

/** Schemas that travel in a dump, with the fingerprints that they really have; or why they cannot be used. */
export type Embedded =
  | { readonly ok: true; readonly modules: readonly { readonly module: Module; readonly fingerprint: string }[] }
  | { readonly ok: false; readonly expected: string; readonly found: string };

/** Of the schema record: raw deflate of JSON. */
const ENCODING = 1;

/** Deeper than any schema that people write; deeper JSON would exhaust the stack of who reads it. */
const MAX_JSON_DEPTH = 400;

/** The JSON that a schema record holds. `modules` are views, one of each module. */
export function schemaText(modules: readonly Module[]): string {
  const ordered = [...modules].sort((a, b) => (a.name < b.name ? -1 : 1));
  return JSON.stringify({ format: 1, modules: ordered.map(moduleToJson) });
}

/** The body of a schema record, or null if the schema is larger than a dump may hold. */
export function embedSchema(modules: readonly Module[]): Uint8Array | null {
  const text = schemaText(modules);
  return text.length > MAX_SCHEMA_BYTES || new TextEncoder().encode(text).length > MAX_SCHEMA_BYTES
    ? null
    : encodeSchema(text);
}

let validate: ValidateFunction | undefined;

/** Gives the function that reads the body of a schema record. It loads ajv, so that programs that meet no such record do not. */
export async function embeddedReader(): Promise<(body: Uint8Array) => Embedded> {
  if (validate === undefined) {
    // A bundle gives a CommonJS module its default export alone.
    const { Ajv } = (await import("ajv")).default;
    validate = new Ajv({ discriminator: true, allowUnionTypes: true }).compile(moduleSchema);
  }
  const valid = validate;
  // Who checks it and who reads by it ask for the same one.
  let last: { readonly body: Uint8Array; readonly embedded: Embedded } | null = null;
  return (body) => {
    if (last?.body !== body) last = { body, embedded: readEmbedded(body, (json) => valid(json) === true) };
    return last.embedded;
  };
}

function readEmbedded(body: Uint8Array, isModule: (json: unknown) => boolean): Embedded {
  const inflated = inflate(body);
  if (typeof inflated === "string") return unusable("raw deflate of JSON", inflated);
  let json: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(inflated);
    if (isDeep(text)) return unusable(`at most ${MAX_JSON_DEPTH} levels`, "more");
    json = JSON.parse(text);
  } catch {
    return unusable("JSON", "something else");
  }
  const file: { readonly format?: unknown; readonly modules?: unknown } = Object(json);
  if (file.format !== 1) return unusable("format 1", `format ${JSON.stringify(file.format)}`);
  const { modules } = file;
  if (!Array.isArray(modules) || !modules.every(isModule)) return unusable("schemas of modules", "something else");
  const views = modules.map(moduleFromJson);
  const why = whyUnsound(worldOf(views));
  if (why !== null) return unusable("a schema that holds together", why);
  return { ok: true, modules: views.map((module) => ({ module, fingerprint: fingerprint(module) })) };
}

function unusable(expected: string, found: string): Embedded {
  return { ok: false, expected, found };
}

/** The JSON's bytes, never more than were announced; or what is wrong. */
function inflate(body: Uint8Array): Uint8Array | string {
  if (body.length < 8) return `${body.length} bytes`;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const encoding = view.getUint32(0, true);
  if (encoding !== ENCODING) return `encoding ${encoding}`;
  const size = view.getUint32(4, true);
  if (size > MAX_SCHEMA_BYTES) return `${size} bytes, at most ${MAX_SCHEMA_BYTES} are read`;
  try {
    const plain = inflateRawSync(body.subarray(8), { maxOutputLength: Math.max(size, 1) });
    return plain.length === size ? plain : `${plain.length} bytes instead of ${size}`;
  } catch {
    return "damaged data";
  }
}

function isDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === 0x5c) i++;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}
