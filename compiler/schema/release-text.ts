import type { Position } from "../text.ts";
import type { Declaration, Module, Version } from "./ir.ts";
import { isUnsaid } from "./json.ts";
import { existsAt, versionToJson } from "./version.ts";

/** Columns of a line of a release file, where its values allow. */
const width = 320;

/** What stands in a release file before the declarations. */
export interface ReleaseHead {
  readonly module: string;
  readonly version: Version;
  readonly fingerprint: string;
  readonly imports: ReadonlyMap<string, Version>;
  readonly versions: Module["versions"];
  readonly reads: readonly Version[];
  readonly writes: readonly Version[];
}

/**
 * The text of a release file. It is laid out for review and for merging: a line for each member, and the same line in every release that has
 * it. What a later version adds to a declaration, such as `until`, is not in it.
 */
export function releaseText(view: Module, fingerprint: string, imports: ReadonlyMap<string, Version>): string {
  const { name: module, version, versions, reads, writes } = view;
  const chunks = view.declarations.map((one) => declarationChunk(one, version));
  return joinRelease(headText({ module, version, fingerprint, imports, versions, reads, writes }), chunks);
}

/** The lines before the declarations. */
export function headText(head: ReleaseHead): string {
  const imports = [...head.imports].sort(([a], [b]) => (a < b ? -1 : 1));
  const fields: readonly (readonly [string, unknown])[] = [
    ["format", 1],
    ["module", head.module],
    ["version", versionToJson(head.version)],
    ["fingerprint", head.fingerprint],
    ["imports", Object.fromEntries(imports.map(([name, version]) => [name, versionToJson(version)]))],
    [
      "versions",
      head.versions.map(({ version, label }) => ({
        version: versionToJson(version),
        ...(label === null ? {} : { label }),
      })),
    ],
    ["reads", head.reads.map(versionToJson)],
    ["writes", head.writes.map(versionToJson)],
  ];
  return `{\n${fields.map(([key, value]) => `  "${key}": ${textOf(value, 2)},\n`).join("")}`;
}

const opening = '  "declarations": [\n';
const between = ",\n";
const closing = "\n  ]\n}\n";

function joinRelease(head: string, chunks: readonly string[]): string {
  if (chunks.length === 0) return `${head}  "declarations": []\n}\n`;
  return `${head}${opening}${chunks.join(between)}${closing}`;
}

/** The head of a text that `releaseText` laid out with the declarations of a view; null for any other text, which may be as good. */
export function headOfUnchanged(text: string, { declarations, version }: Module): string | null {
  const start = text.indexOf(`\n${opening}`) + 1;
  if (start === 0) return null;
  let at = start + opening.length;
  for (const [i, one] of declarations.entries()) {
    const chunk = declarationChunk(one, version);
    if (i > 0 && !text.startsWith(between, at)) return null;
    if (i > 0) at += between.length;
    // V8 compares two strings many times faster than it looks for one in the other.
    if (text.slice(at, at + chunk.length) !== chunk) return null;
    at += chunk.length;
  }
  return at + closing.length === text.length && text.endsWith(closing) ? text.slice(0, start) : null;
}

/** Texts by declaration, as one that exists at the version and as one that is only kept for what ended. */
const chunks = { present: new WeakMap<Declaration, string>(), kept: new WeakMap<Declaration, string>() };

/** The text of one declaration of a release at a version; views share declarations, so each is made once. */
export function declarationChunk(declaration: Declaration, version: Version): string {
  const present = existsAt(declaration, version);
  const known = present ? chunks.present : chunks.kept;
  let text = known.get(declaration);
  if (text === undefined) {
    text = `    ${expandedText(declaration, 4, present)}`;
    known.set(declaration, text);
  }
  return text;
}

/** The fields of a declaration and of what it is made of, in the order in which they are printed; a field that is not here comes last. */
const order: ReadonlyMap<string, number> = new Map(
  (
    "kind version label module state member name id value low high single open ignorable base width signed size min max type element " +
    "default hex range unit since until key sorted handle reference from message expression members retired values fields alternatives " +
    "checks reserved"
  )
    .split(" ")
    .map((key, i) => [key, i]),
);

/** Orders that were worked out, by the number of keys: most objects are of a few shapes, and looking for one is quicker than sorting. */
const shapes = new Map<number, { readonly keys: readonly string[]; readonly sorted: readonly string[] }[]>();

/** The keys of an object, in their order. */
function keysOf(value: object): readonly string[] {
  const keys = Object.keys(value);
  let alike = shapes.get(keys.length);
  if (alike === undefined) shapes.set(keys.length, (alike = []));
  for (const shape of alike) if (shape.keys.every((key, i) => key === keys[i])) return shape.sorted;
  const rank = (key: string): number => order.get(key) ?? order.size;
  const sorted = [...keys].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  // Objects whose keys are data, such as imports, would fill it.
  if (alike.length < 16) alike.push({ keys, sorted });
  return sorted;
}

/**
 * Whether a field is printed: what says nothing is not, and of what a version has, nor is what a later version says of it. Members that ended
 * keep saying so.
 */
function isShown(key: string, held: unknown, present: boolean): boolean {
  if (held === undefined || isUnsaid(key, held)) return false;
  return !present || (key !== "until" && key !== "deprecated");
}

/** A value on one line if it fits behind `indent` columns. */
function textOf(value: unknown, indent: number, present = false): string {
  const flat = flatText(value, present);
  return flat.length + indent <= width || typeof value !== "object" || value === null
    ? flat
    : expandedText(value, indent, present);
}

function expandedText(value: object, indent: number, present: boolean): string {
  const blanks = " ".repeat(indent + 2);
  const parts: string[] = [];
  if (Array.isArray(value)) for (const one of value) parts.push(textOf(one, indent + 2, present));
  else {
    const record: { readonly [key: string]: unknown } = Object(value);
    for (const key of keysOf(value)) {
      const held = record[key];
      if (!isShown(key, held, present)) continue;
      parts.push(`${JSON.stringify(key)}: ${fieldText(key, held, indent + 2, present && key !== "retired")}`);
    }
  }
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${parts.map((part) => `${blanks}${part}`).join(",\n")}\n${" ".repeat(indent)}${close}`;
}

/** Lists of objects take a line for each, however few they are. */
function fieldText(key: string, value: unknown, indent: number, present: boolean): string {
  if (Array.isArray(value) && value.length > 0 && typeof value[0] === "object")
    return expandedText(value, indent, present);
  return isVersion(key, value) ? JSON.stringify(versionToJson(value)) : textOf(value, indent, present);
}

function isVersion(key: string, value: unknown): value is Version {
  return (key === "since" || key === "until") && typeof value === "number";
}

function flatText(value: unknown, present: boolean): string {
  if (typeof value === "bigint") return `"${value}"`;
  if (typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value === "string" && /^\w*$/.test(value)) return `"${value}"`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((one) => flatText(one, present)).join(", ")}]`;
  const record: { readonly [key: string]: unknown } = Object(value);
  let text = "";
  for (const key of keysOf(value)) {
    const held = record[key];
    if (!isShown(key, held, present)) continue;
    const shown = isVersion(key, held) ? JSON.stringify(versionToJson(held)) : flatText(held, present);
    text += `${text === "" ? "" : ", "}"${key}": ${shown}`;
  }
  return text === "" ? "{}" : `{ ${text} }`;
}

/** Where the declarations of a text that `releaseText` laid out begin: at their names. */
interface DeclarationPlace {
  /** Where the line of the name begins. */
  readonly start: number;
  readonly line: number;
}

/** Where declarations and their entries stand in a text that `releaseText` laid out, in any other layout nowhere. */
export class ReleasePlaces {
  readonly #text: string;
  readonly #declarations = new Map<string, DeclarationPlace>();

  constructor(text: string) {
    this.#text = text;
    let line = 1;
    for (let start = 0; start >= 0 && start < text.length; line++) {
      const name = text.startsWith(nameLine, start) ? nameAt(text, start + nameColumn) : null;
      if (name !== null && !this.#declarations.has(name)) this.#declarations.set(name, { start, line });
      start = text.indexOf("\n", start) + 1 || text.length;
    }
  }

  /** The place of a key as provenance has it, `Decl`, `Decl.entry` or `Decl#check0`; null where there is none. */
  of(key: string): Position | null {
    const [name = "", entry] = key.split(".");
    const [owner = "", check] = name.split("#check");
    const found = this.#declarations.get(owner);
    if (found === undefined) return null;
    if (check !== undefined) return this.#check(found, Number(check));
    return entry === undefined ? { line: found.line, column: nameColumn + 1 } : this.#entry(found, entry);
  }

  /** The object of a check: they come one to a line. */
  #check({ start, line }: DeclarationPlace, index: number): Position | null {
    const text = this.#text;
    for (let at = start; ;) {
      at = text.indexOf("\n", at) + 1 || text.length;
      line++;
      if (at >= text.length || text.startsWith("    }", at)) return null;
      if (!text.startsWith(checksLine, at)) continue;
      const first = text.slice(at).split("\n", index + 2)[index + 1] ?? "";
      const column = first.search(/\S/);
      return column > nameColumn ? { line: line + index + 1, column: column + 1 } : null;
    }
  }

  #entry({ start, line }: DeclarationPlace, entry: string): Position | null {
    const text = this.#text;
    for (let at = start; ;) {
      at = text.indexOf("\n", at) + 1 || text.length;
      line++;
      // The brace that closes the declaration.
      if (at >= text.length || text.startsWith("    }", at)) return null;
      let column = at;
      while (text.charCodeAt(column) === 0x20) column++;
      if (column - at > nameColumn && nameAt(text, column) === entry) return { line, column: column - at + 1 };
    }
  }
}

const nameColumn = 6;
const named = '"name": "';
const nameLine = " ".repeat(nameColumn) + named;
const checksLine = `${" ".repeat(nameColumn)}"checks": [\n`;

/** The name that a line gives first, after the brace that opens its object or on a line of its own. */
function nameAt(text: string, at: number): string | null {
  const from = text.startsWith(named, at) ? at : text.startsWith(`{ ${named}`, at) ? at + 2 : -1;
  return from < 0 ? null : text.slice(from + named.length, text.indexOf('"', from + named.length));
}
