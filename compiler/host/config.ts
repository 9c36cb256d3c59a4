import { dirname, join } from "node:path";
import type { Direction, Verdict } from "../compat/finding.ts";
import { noPolicy, type Exception, type Limits, type Override, type Policy } from "../compat/policy.ts";
import { diagnose, type Diagnostic, type Severity } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { closest } from "../diagnostics/suggest.ts";
import { jsonAdvice, jsonMember, readJson, type JsonMistake, type JsonNode } from "../dump/json-reader.ts";
import type { Version } from "../schema/ir.ts";
import { parseVersion } from "../schema/version.ts";
import { positionAt, type Source, type Span } from "../text.ts";
import { validateConfig } from "./config-schema.ts";
import { done, failed, readSource, upwards, type Files, type Outcome } from "./files.ts";

/** The name of the file that makes a folder a project. */
export const configName = "baton.json";

/** What a profile stands for: versions of modules, or a SOURCE as written. */
export type Profile =
  | {
      readonly kind: "versions";
      readonly versions: ReadonlyMap<string, { readonly version: Version; readonly span: Span }>;
    }
  | { readonly kind: "source"; readonly source: string; readonly span: Span };

/** A path of `baton.json`, absolute, and where it is written. */
export interface ConfigPath {
  readonly path: string;
  readonly span: Span;
}

/** A `baton.json` that was read and found right, its paths made absolute. */
export interface Config {
  readonly source: Source;
  readonly folder: string;
  readonly roots: readonly ConfigPath[];
  /** Whether the file says so itself, and the roots are not the default. */
  readonly rootsDeclared: boolean;
  readonly include: readonly ConfigPath[];
  readonly out: ReadonlyMap<string, string>;
  readonly supported: readonly string[];
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly policy: Policy;
  readonly exceptions: readonly Exception[];
}

/** The nearest `baton.json` in a folder or above it; null where there is none. */
export async function findConfig(files: Files, folder: string): Promise<Outcome<Config | null>> {
  for (const each of upwards(folder)) {
    const path = join(each, configName);
    const kind = files.kind(path);
    if (!kind.ok) return kind;
    if (kind.value !== null) return await readConfig(files, path);
  }
  return done(null);
}

/** Far more than a project has to say. */
const largestConfig = 4 * 1024 * 1024;

/** Reads and validates one `baton.json`. */
export async function readConfig(files: Files, path: string): Promise<Outcome<Config>> {
  const source = readSource(files, path, largestConfig);
  if (!source.ok) return source;
  const json = readJson(source.value);
  if (!json.ok) return failed(notJson(json.mistake));
  const mistakes = await validateConfig(json.value);
  if (mistakes.length > 0) return failed(...mistakes);
  const config = configOf(source.value, dirname(path), json.value);
  const unknown = unknownProfiles(json.value, config);
  return unknown.length > 0 ? failed(...unknown) : done(config);
}

function notJson(mistake: JsonMistake): Diagnostic {
  const { expected, found, span } = mistake;
  if (mistake.code === "B8402") return diagnose("B9105", rows.B9105, { key: found }, { span });
  return diagnose("B9101", rows.B9101, { expected, found, help: jsonAdvice(mistake) }, { span });
}

/** The file as data. It fits the JSON Schema, so what is not of the expected kind is absent. */
function configOf(source: Source, folder: string, json: JsonNode): Config {
  const paths = (name: string): readonly ConfigPath[] | null => {
    const node = jsonMember(json, name);
    return node === null ? null : elements(node).map((each) => ({ path: join(folder, text(each)), span: each.span }));
  };
  const roots = paths("roots") ?? [{ path: folder, span: json.span }];
  const include = paths("include") ?? [];
  return {
    source,
    folder,
    roots,
    rootsDeclared: jsonMember(json, "roots") !== null,
    include: include.length === 0 ? roots : include,
    out: new Map(entries(jsonMember(json, "out")).map(([name, value]) => [name, join(folder, text(value))])),
    supported: elements(jsonMember(json, "supported")).map(text),
    profiles: new Map(entries(jsonMember(json, "profiles")).map(([name, value]) => [name, profile(value)])),
    policy: policyOf(jsonMember(json, "policy")),
    exceptions: elements(jsonMember(json, "exceptions")).map(exception),
  };
}

function profile(node: JsonNode): Profile {
  if (node.kind === "string") return { kind: "source", source: node.value, span: node.span };
  const versions = entries(node).flatMap(([module, value]) => {
    const version = parseVersion(text(value));
    return version === null ? [] : [[module, { version, span: value.span }] as const];
  });
  return { kind: "versions", versions: new Map(versions) };
}

function policyOf(node: JsonNode | null): Policy {
  if (node === null) return noPolicy;
  const overrides = elements(jsonMember(node, "overrides")).map((each): Override => {
    return {
      ...limitsOf(each),
      modules: textsOf(jsonMember(each, "modules")),
      pairs: textsOf(jsonMember(each, "pairs")),
    };
  });
  return { ...limitsOf(node), overrides };
}

function limitsOf(node: JsonNode): Limits {
  const severities = entries(jsonMember(node, "severities")).flatMap(([rule, each]) => {
    const severity = severityOf(text(each));
    return severity === null ? [] : [[rule, severity] as const];
  });
  return { upgrade: verdict(node, "upgrade"), rollback: verdict(node, "rollback"), severities: new Map(severities) };
}

function verdict(node: JsonNode, direction: Direction): Verdict | null {
  const word = textOrNull(jsonMember(node, direction));
  return word === "always" || word === "conditional" || word === "never" ? word : null;
}

function severityOf(word: string): Severity | null {
  return word === "error" || word === "warning" || word === "info" ? word : null;
}

function textsOf(node: JsonNode | null): readonly string[] | null {
  return node === null ? null : elements(node).map(text);
}

function exception(node: JsonNode): Exception {
  const { source, start } = node.span;
  return {
    rule: textOrNull(jsonMember(node, "rule")) ?? "",
    path: textOrNull(jsonMember(node, "path")) ?? "",
    pairs: textsOf(jsonMember(node, "pairs")),
    reason: textOrNull(jsonMember(node, "reason")) ?? "",
    owner: textOrNull(jsonMember(node, "owner")),
    expires: textOrNull(jsonMember(node, "expires")),
    place: { file: source.path, ...positionAt(source, start) },
  };
}

/** `supported` names profiles, which the JSON Schema cannot know. */
function unknownProfiles(json: JsonNode, config: Config): readonly Diagnostic[] {
  return elements(jsonMember(json, "supported")).flatMap((node) => {
    const name = text(node);
    if (config.profiles.has(name)) return [];
    return [
      diagnose("B9106", rows.B9106, { name, nearest: closest(name, config.profiles.keys()) }, { span: node.span }),
    ];
  });
}

function elements(node: JsonNode | null): readonly JsonNode[] {
  return node?.kind === "array" ? node.elements : [];
}

function entries(node: JsonNode | null): readonly (readonly [string, JsonNode])[] {
  return node?.kind === "object" ? node.members.map(({ name, value }) => [name, value] as const) : [];
}

/** A string's value or a number's digits. */
function text(node: JsonNode): string {
  return node.kind === "string" ? node.value : node.kind === "number" ? node.text : "";
}

function textOrNull(node: JsonNode | null): string | null {
  return node === null ? null : text(node);
}
