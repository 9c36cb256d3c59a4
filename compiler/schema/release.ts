import type { ValidateFunction } from "ajv";
import { fingerprint } from "./fingerprint.ts";
import type { Declaration, Module, Version } from "./ir.ts";
import { declarationFromJson } from "./json.ts";
import { declarationChunk, headOfUnchanged, headText, type ReleaseHead } from "./release-text.ts";
import releaseSchema from "./release.schema.json" with { type: "json" };
import { formatVersion, parseVersion } from "./version.ts";

/** A version of a module as it was released: what its file says, whatever became of the module's text. */
export interface Release {
  /** The view at the released version. */
  readonly module: Module;
  readonly fingerprint: string;
  /** The versions of the modules that it imports. */
  readonly imports: ReadonlyMap<string, Version>;
}

/** What a file must be a release of. */
export interface Expected {
  readonly module: string;
  readonly version: Version;
}

/** Why a text is no release; `pointer` is the JSON pointer of what is wrong. */
export interface ReleaseMistake {
  readonly expected: string;
  readonly found: string;
  readonly pointer: string;
}

export type ReadRelease =
  { readonly ok: true; readonly release: Release } | { readonly ok: false; readonly mistake: ReleaseMistake };

/**
 * Reads a release whose declarations are, to the letter, those of the module's text at that version: most are, and then nothing has to be
 * parsed or validated, and unchanged declarations are the same objects in all views. null where the file says something else.
 */
export function readUnchanged(text: string, view: Module, known: string): Release | null {
  const first = headOfUnchanged(text, view);
  const head = first === null ? null : headOf(parsed(`${first}"end": 0}`));
  // Laid out again it must be the same text: so it has nothing else in it.
  if (head === null || headText(head) !== first) return null;
  if (head.module !== view.name || head.version !== view.version || head.fingerprint !== known) return null;
  return { module: moduleOf(head, view.declarations), fingerprint: known, imports: head.imports };
}

let validate: ValidateFunction | undefined;

/**
 * Gives the function that reads any release file. `view` is the module's text at that version, where it has one: declarations that are the
 * same there are taken from it. It loads ajv.
 */
export async function releaseReader(): Promise<(text: string, expected: Expected, view?: Module) => ReadRelease> {
  if (validate === undefined) {
    // A bundle gives a CommonJS module its default export alone.
    const { Ajv } = (await import("ajv")).default;
    validate = new Ajv({ discriminator: true, allowUnionTypes: true }).compile(releaseSchema);
  }
  const valid = validate;
  return (text, expected, view) => read(text, expected, view, valid);
}

function read(text: string, expected: Expected, view: Module | undefined, valid: ValidateFunction): ReadRelease {
  const json = parsed(text);
  if (json === undefined) return wrong("JSON", "something else");
  if (valid(json) !== true) return { ok: false, mistake: mistakeOf(valid.errors?.[0]) };
  const head = headOf(json);
  if (head === null) return wrong("a release", "versions that are none");
  if (head.module !== expected.module) return wrong(`module \`${expected.module}\``, `\`${head.module}\``, "/module");
  if (head.version !== expected.version) {
    return wrong(`version ${formatVersion(expected.version)}`, formatVersion(head.version), "/version");
  }
  const { declarations: parts }: { declarations?: readonly unknown[] } = Object(json);
  const known = new Map(view?.declarations.map((one) => [declarationChunk(one, expected.version), one]));
  const declarations = (parts ?? []).map((part) => {
    const declaration = declarationFromJson(packed(part));
    return known.get(declarationChunk(declaration, expected.version)) ?? declaration;
  });
  const module = moduleOf(head, declarations);
  const own = fingerprint(module);
  if (own === head.fingerprint) return { ok: true, release: { module, fingerprint: own, imports: head.imports } };
  return wrong(
    `fingerprint ${own.slice(0, 16)}… of its declarations`,
    `${head.fingerprint.slice(0, 16)}…`,
    "/fingerprint",
  );
}

function wrong(expected: string, found: string, pointer = ""): ReadRelease {
  return { ok: false, mistake: { expected, found, pointer } };
}

/** What ajv says of a mistake, as far as it is put into words here. */
export interface Invalid {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** What ajv found wrong, in words. */
export function mistakeOf(error: Invalid | undefined, whole = "a release"): ReleaseMistake {
  const pointer = error?.instancePath ?? "";
  if (error?.keyword === "additionalProperties") {
    return { expected: "no other key", found: `\`${String(error.params["additionalProperty"])}\``, pointer };
  }
  if (error?.keyword === "required") {
    return { expected: `the key \`${String(error.params["missingProperty"])}\``, found: "none", pointer };
  }
  const place = pointer === "" ? "the file" : `\`${pointer.slice(1).replaceAll("/", ".")}\``;
  return { expected: `${place} as ${whole} has it`, found: error?.message ?? "something else", pointer };
}

function moduleOf(head: ReleaseHead, declarations: readonly Declaration[]): Module {
  const { module: name, versions, version, reads, writes, imports } = head;
  return { name, versions, version, reads, writes, imports: [...imports.keys()].sort(), declarations };
}

/** The head of a release; null where a value is not of its kind. */
function headOf(json: unknown): ReleaseHead | null {
  const fields: { readonly [key: string]: unknown } = Object(json);
  const { module, fingerprint: stated } = fields;
  const version = packedVersion(fields["version"]);
  const reads = versionsIn(fields["reads"]);
  const writes = versionsIn(fields["writes"]);
  const lines = listOf(fields["versions"]).map((one) => {
    const { version: number, label }: { version?: unknown; label?: unknown } = Object(one);
    return { version: packedVersion(number), label: typeof label === "string" ? label : null };
  });
  const imports = Object.entries(Object(fields["imports"])).map(([name, one]) => [name, packedVersion(one)] as const);
  if (typeof module !== "string" || typeof stated !== "string" || version === null) return null;
  const versions = lines.flatMap(({ version: number, label }) => (number === null ? [] : [{ version: number, label }]));
  const pins = imports.flatMap(([name, number]) => (number === null ? [] : [[name, number] as const]));
  if (reads === null || writes === null || versions.length < lines.length || pins.length < imports.length) return null;
  return { module, version, fingerprint: stated, imports: new Map(pins), versions, reads, writes };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function versionsIn(value: unknown): readonly Version[] | null {
  const versions = listOf(value).flatMap((one) => packedVersion(one) ?? []);
  return Array.isArray(value) && versions.length === value.length ? versions : null;
}

function packedVersion(value: unknown): Version | null {
  return typeof value === "number" || typeof value === "string" ? parseVersion(String(value)) : null;
}

/** Versions as the IR has them. */
function packed(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json), (key, value: unknown) =>
    key === "since" || key === "until" ? packedVersion(value) : value,
  );
}
