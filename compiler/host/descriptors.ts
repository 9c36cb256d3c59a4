import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { diagnose } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/gate.ts";
import { describeJson, jsonMember, readJson, type JsonNode } from "../dump/json-reader.ts";
import type { Descriptor } from "../dump/preflight.ts";
import { absolute, cannotRead, done, failed, reason, readSource, type Files, type Outcome } from "./files.ts";

/** More than any list of descriptors. */
const largestList = 64 * 1024 * 1024;

/** The descriptors that are really there: those of a process, by its id, or those that a JSON file lists. */
export function readDescriptors(files: Files, directory: string, given: string): Outcome<readonly Descriptor[]> {
  return /^[0-9]+$/.test(given) ? ofProcess(given) : ofFile(files, absolute(directory, given));
}

/** Standard input, output and error stay with the process unless the dump names them. */
function isStandard(name: string): boolean {
  return name === "0" || name === "1" || name === "2";
}

function ofProcess(id: string): Outcome<readonly Descriptor[]> {
  const folder = `/proc/${id}/fd`;
  try {
    const names = readdirSync(folder).sort((a, b) => Number(a) - Number(b));
    return done(
      names.flatMap((name): Descriptor[] => {
        try {
          return [{ name, about: readlinkSync(join(folder, name)), optional: isStandard(name) }];
        } catch {
          // Closed since the folder was read.
          return [];
        }
      }),
    );
  } catch (error) {
    return failed(cannotRead(folder, reason(error)));
  }
}

function ofFile(files: Files, path: string): Outcome<readonly Descriptor[]> {
  const source = readSource(files, path, largestList);
  if (!source.ok) return source;
  const refused = (expected: string, found: string, span: JsonNode["span"]): Outcome<never> =>
    failed(diagnose("B9406", rows.B9406, { path: source.value.path, expected, found }, { span }));
  const json = readJson(source.value);
  if (!json.ok) return refused(json.mistake.expected, json.mistake.found, json.mistake.span);
  const node = json.value;
  if (node.kind !== "array") return refused("an array", describeJson(node), { ...node.span, end: node.span.start + 1 });
  const descriptors: Descriptor[] = [];
  for (const element of node.elements) {
    const name = nameOf(element);
    if (name === null) return refused('a number, or an object with `"fd"`', describeJson(element), element.span);
    const about = jsonMember(element, "name") ?? jsonMember(element, "about");
    descriptors.push({ name, about: about?.kind === "string" ? about.value : null, optional: false });
  }
  return done(descriptors);
}

/** A number, also as a string, by its decimal digits; any other string as it is. */
function nameOf(node: JsonNode): string | null {
  switch (node.kind) {
    case "number":
      return /^-?[0-9]+$/.test(node.text) ? node.text : null;
    case "string":
      return /^(?:0x[0-9a-fA-F]+|[0-9]+)$/.test(node.value) ? String(BigInt(node.value)) : node.value;
    case "object": {
      const held = ["fd", "token", "handle"].flatMap((name) => jsonMember(node, name) ?? [])[0];
      return held === undefined || held.kind === "object" ? null : nameOf(held);
    }
    case "null":
    case "boolean":
    case "array":
      return null;
  }
}
