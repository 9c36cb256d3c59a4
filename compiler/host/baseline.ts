import type { ValidateFunction } from "ajv";
import baselineSchema from "../compat/baseline.schema.json" with { type: "json" };
import type { Baseline, BaselineEntry } from "../compat/baseline.ts";
import type { Finding, Verdict } from "../compat/finding.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/gate.ts";
import { jsonMember, readJson, type JsonNode } from "../dump/json-reader.ts";
import { jsonText } from "../printable.ts";
import { mistakeOf } from "../schema/release.ts";
import { positionAt, type Span } from "../text.ts";
import { nodeAt, opening, plain } from "./config-schema.ts";
import { done, failed, readSource, type Files, type Outcome } from "./files.ts";

/** More findings than a project can have. */
const largestBaseline = 64 * 1024 * 1024;

let validate: ValidateFunction | undefined;

/** Findings that are known. */
export async function readBaseline(files: Files, path: string): Promise<Outcome<Baseline>> {
  const source = readSource(files, path, largestBaseline);
  if (!source.ok) return source;
  const refused = (expected: string, found: string, span: Span | null): Outcome<never> =>
    failed(diagnose("B9405", rows.B9405, { path: source.value.path, expected, found }, { span }));
  const json = readJson(source.value);
  if (!json.ok) return refused(json.mistake.expected, json.mistake.found, json.mistake.span);
  if (validate === undefined) {
    // A bundle gives a CommonJS module its default export alone.
    const { Ajv } = (await import("ajv")).default;
    validate = new Ajv({ allowUnionTypes: true }).compile(baselineSchema);
  }
  if (validate(plain(json.value)) !== true) {
    const { expected, found, pointer } = mistakeOf(validate.errors?.[0], "a baseline");
    return refused(expected, found, opening(nodeAt(json.value, pointer).node));
  }
  return done(new Map(elementsOf(jsonMember(json.value, "findings")).map(entry)));
}

function elementsOf(node: JsonNode | null): readonly JsonNode[] {
  return node?.kind === "array" ? node.elements : [];
}

function entry(node: JsonNode): readonly [string, BaselineEntry] {
  const text = (name: string): string | null => {
    const held = jsonMember(node, name);
    return held?.kind === "string" ? held.value : null;
  };
  const { source, start } = node.span;
  const place = { file: source.path, ...positionAt(source, start) };
  const [rule, path, pair, against] = [text("rule"), text("path"), text("pair"), text("against")];
  // What does not say how bad it was covers what is least of all that is taken on.
  const verdict = verdictOf(text("verdict"));
  const is = (name: string): boolean => {
    const held = jsonMember(node, name);
    return held?.kind === "boolean" && held.value;
  };
  const listed = jsonMember(node, "parts");
  const parts =
    listed === null ? null : elementsOf(listed).flatMap((one) => (one.kind === "string" ? [one.value] : []));
  const bad = { verdict, corrupting: is("corrupting"), hides: is("hides") };
  return [text("fingerprint") ?? "", { rule, path, pair, against, ...bad, parts, condition: text("condition"), place }];
}

function verdictOf(word: string | null): Verdict {
  return word === "never" || word === "always" ? word : "conditional";
}

/** A baseline of findings, a line each, with what a reviewer wants to know of them. */
export function baselineText(findings: readonly Finding[]): string {
  const lines = findings.map((finding) => {
    const { fingerprint, rule, path, direction, writer, reader, against, verdict, corrupting } = finding;
    const pair = direction === null ? null : `${direction} ${writer}->${reader}`;
    const source = against === null ? {} : { against };
    const hides = finding.hides === undefined ? {} : { hides: true };
    const parts = finding.parts?.() ?? null;
    const when = parts === null ? {} : { condition: finding.condition ?? "", parts };
    return `    ${jsonText({ fingerprint, rule, path, pair, ...source, verdict, corrupting, ...hides, ...when })}`;
  });
  const body = lines.length === 0 ? "[]" : `[\n${lines.sort().join(",\n")}\n  ]`;
  return `{\n  "format": 1,\n  "findings": ${body}\n}\n`;
}
