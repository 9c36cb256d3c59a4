import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile, worldAt, type Compiled } from "../compiler/compile.ts";
import { decodeState } from "../compiler/dump/decode.ts";
import { dumpFromJson, dumpToJson } from "../compiler/dump/dump-json.ts";
import { encodeDump, writerModules } from "../compiler/dump/encode-dump.ts";
import { encodeState, type Encoded } from "../compiler/dump/encode.ts";
import { findSchemas } from "../compiler/dump/find.ts";
import { annotatedHex, bytesOfHex } from "../compiler/dump/hex-text.ts";
import { inspect, inspectBody, type InspectOptions, type Item } from "../compiler/dump/inspect.ts";
import { fromJson } from "../compiler/dump/json-read.ts";
import { jsonMember, readJson, type JsonNode } from "../compiler/dump/json-reader.ts";
import { toJson } from "../compiler/dump/json-write.ts";
import { encodeStateFor } from "../compiler/dump/lower.ts";
import type { Node } from "../compiler/dump/nodes.ts";
import { problemText } from "../compiler/dump/problem.ts";
import { renderTree, TREE_LIMIT } from "../compiler/dump/render.ts";
import { sourceOf } from "../compiler/dump/source.ts";
import type { WireState } from "../compiler/dump/wire-type.ts";
import { findState } from "../compiler/dump/wire-types.ts";
import { jsonText } from "../compiler/printable.ts";
import type { Version } from "../compiler/schema/ir.ts";
import { parseVersion } from "../compiler/schema/version.ts";
import { casesOf, expectGolden, filesOf, readGolden } from "./cases.ts";
import { featuresOf, languageFeatures } from "./features.ts";

const cases = casesOf("bytes");
const bodies = cases.filter((name) => filesOf("bytes", name).includes("value.json"));
const dumps = cases.filter((name) => filesOf("bytes", name).includes("dump.json"));

/** The schemas of the repository: what their versions have written must be read, whatever they become. */
const linux = ["address", "iommu", "pci", "fds"].map((module) => {
  const path = `schemas/linux/${module}.baton`;
  return { path, text: readFileSync(join(import.meta.dirname, "..", path), "utf8") };
});

function compileCase(name: string): Compiled {
  const sources = filesOf("bytes", name)
    .filter((path) => path.endsWith(".baton"))
    .map((path) => ({ path, text: readGolden("bytes", name, path) }));
  const compiled = compile(sources.length === 0 ? linux : sources);
  expect(compiled.diagnostics.filter((one) => one.severity === "error")).toEqual([]);
  return compiled;
}

function readCase(name: string, file: string): JsonNode {
  const read = readJson({ path: file, text: readGolden("bytes", name, file) });
  if (!read.ok) throw new Error(`${name}/${file}: expected ${read.mistake.expected}`);
  return read.value;
}

function textMember(node: JsonNode, name: string): string | null {
  const member = jsonMember(node, name);
  return member?.kind === "string" ? member.value : null;
}

/** The state of a case at the version that a member of its JSON names, or at the working one. */
function stateAt(compiled: Compiled, type: string, version: string | null): WireState {
  const module = findState(worldAt(compiled), type)?.module ?? "";
  const versions = new Map<string, Version>(version === null ? [] : [[module, parseVersion(version) ?? 0]]);
  const state = findState(worldAt(compiled, versions), type);
  if (state === null) throw new Error(`no state ${type}`);
  return state;
}

function bytesOf(encoded: Encoded): Uint8Array {
  if (!encoded.ok) throw new Error(encoded.problems.map(problemText).join("\n"));
  return encoded.bytes;
}

/** Bytes that were written are read for ever: an update adds those of new cases, and never changes those of old ones. */
function expectBytes(name: string, file: string, bytes: Uint8Array, items: readonly Item[]): void {
  const path = join(import.meta.dirname, "bytes", name, file);
  const text = annotatedHex(bytes, items);
  if (process.env["BATON_GOLDEN"] === "update" && !existsSync(path)) writeFileSync(path, text);
  expect(readGolden("bytes", name, file)).toBe(text);
  expect(bytesOfHex(text)).toEqual(bytes);
}

describe("golden/bytes", () => {
  it.each(bodies)("%s", (name) => {
    const json = readCase(name, "value.json");
    const compiled = compileCase(name);
    const type = textMember(json, "type") ?? "";
    const written = textMember(json, "for");
    const working = stateAt(compiled, type, null);
    const target = stateAt(compiled, type, written);
    const reader = stateAt(compiled, type, textMember(json, "reader"));
    const { value, diagnostics } = fromJson(working, jsonMember(json, "value") ?? json);
    expect(diagnostics).toEqual([]);
    const bytes = bytesOf(written === null ? encodeState(working, value) : encodeStateFor(working, target, value));
    const item = inspectBody(reader, bytes, TREE_LIMIT);
    expectBytes(name, "body.hex", bytes, [inspectBody(target, bytes, Number.POSITIVE_INFINITY)]);
    const decoded = { value: toJson(reader, item.value), dropped: item.dropped, problems: item.problems };
    expectGolden("bytes", name, "decoded.json", `${jsonText(decoded, 2)}\n`);
    const lines = [...renderTree([item], { width: 120, colour: false })];
    expectGolden("bytes", name, "tree.txt", `${lines.join("\n")}\n`);
    // Read by the version that it was written for, it gives the same bytes again.
    const again = decodeState(target, bytes);
    expect(again.ok && bytesOf(encodeState(target, again.value))).toEqual(bytes);
  });

  it.each(dumps)("%s", (name) => {
    const json = readCase(name, "dump.json");
    const compiled = compileCase(name);
    const versions = new Map<string, Version>();
    const wanted = jsonMember(json, "for");
    if (wanted?.kind === "object") {
      for (const { name: module } of wanted.members) versions.set(module, parseVersion(textMember(wanted, module) ?? "") ?? 0);
    }
    const world = worldAt(compiled);
    const input = dumpFromJson(jsonMember(json, "dump") ?? json, world);
    expect(input.diagnostics).toEqual([]);
    const modules = writerModules(compiled.modules, versions);
    const working = versions.size === 0 ? null : world;
    const bytes = bytesOf(encodeDump({ ...input, modules, working, embedSchema: false }));
    const options: InspectOptions = {
      schemas: (manifest, schema) => findSchemas(manifest, schema, { candidates: [compiled.modules.values()] }),
      nodes: TREE_LIMIT,
    };
    expectBytes(name, "dump.hex", bytes, [...inspect(sourceOf(bytes), options)]);
    expectGolden("bytes", name, "decoded.json", `${jsonText(dumpToJson(inspect(sourceOf(bytes), options)), 2)}\n`);
    const lines = [...renderTree(inspect(sourceOf(bytes), options), { width: 120, colour: false })];
    expectGolden("bytes", name, "tree.txt", `${lines.join("\n")}\n`);
  });

  it("holds nothing but cases", () => {
    const kinds = [...bodies, ...dumps].toSorted();
    expect(kinds).toEqual(cases);
    for (const name of cases) {
      const input = bodies.includes(name) ? ["body.hex", "value.json"] : ["dump.hex", "dump.json"];
      const files = filesOf("bytes", name).filter((path) => !path.endsWith(".baton"));
      expect(files, name).toEqual([...input, "decoded.json", "tree.txt"].toSorted());
    }
  });

  it("has a case for every type of the language, in every place where it may stand", () => {
    const shown = new Set(cases.flatMap((name) => featuresOf(worldAt(compileCase(name)))));
    expect(languageFeatures.filter((feature) => !shown.has(feature))).toEqual([]);
  });

  it("shows every form, negative numbers and members that need not be understood", () => {
    const shown = new Set<string>();
    for (const name of bodies) {
      const json = readCase(name, "value.json");
      const target = stateAt(compileCase(name), textMember(json, "type") ?? "", textMember(json, "for"));
      const bytes = bytesOfHex(readGolden("bytes", name, "body.hex"));
      for (const node of membersOf(inspectBody(target, bytes, Number.POSITIVE_INFINITY).node)) {
        shown.add(`form ${bytes[node.offset + 2]}`).add(`flags ${bytes[node.offset + 3]}`);
      }
    }
    const forms = [0, 1, 2, 3, 4, 5, 6].map((form) => `form ${form}`);
    expect([...shown].toSorted()).toEqual(["flags 0", "flags 1", "flags 3", ...forms]);
  });
});

/** The nodes that start with a member's header. */
function membersOf(node: Node | null): readonly Node[] {
  if (node === null) return [];
  const own = (node.part === "member" || node.part === "alternative") && node.length > 0 ? [node] : [];
  return [...own, ...node.children.flatMap(membersOf)];
}
