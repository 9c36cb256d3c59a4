import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compile, worldAt } from "../compile.ts";
import { parseVersion } from "../schema/version.ts";
import { decodeState } from "./decode.ts";
import { dumpFromJson, dumpToJson } from "./dump-json.ts";
import { encodeState } from "./encode.ts";
import { encodeDump, writerModules } from "./encode-dump.ts";
import { findSchemas } from "./find.ts";
import { inspect } from "./inspect.ts";
import { fromJson } from "./json-read.ts";
import { readJson } from "./json-reader.ts";
import { toJson } from "./json-write.ts";
import { encodeStateFor } from "./lower.ts";
import { manifestModule } from "./manifest.ts";
import { sourceOf } from "./source.ts";
import { findState } from "./wire-types.ts";

const path = join(import.meta.dirname, "../../docs/wire.md");
const text = readFileSync(path, "utf8");

interface Example {
  readonly schema: string;
  readonly json: string | null;
  readonly hex: string | null;
  /** The version that it is written for, if it is an older one. */
  readonly for: string | null;
}

/** The fenced blocks that belong together by their `example=` name. */
function examples(): ReadonlyMap<string, Example> {
  const found = new Map<string, Example>();
  for (const [, language = "", words = "", body = ""] of text.matchAll(/^```(\w+) (.*?)\n([^]*?)^```$/gm)) {
    const name = /example=(\S+)/.exec(words)?.[1];
    if (name === undefined) continue;
    const known = found.get(name) ?? { schema: "", json: null, hex: null, for: null };
    const field = { baton: { schema: body }, json: { json: body }, hex: { hex: body } }[language];
    found.set(name, { ...known, for: known.for ?? /for=(\S+)/.exec(words)?.[1] ?? null, ...field });
  }
  return found;
}

/** The bytes of a hex block: what stands before `;` on each line. */
function bytesOf(hex: string): Uint8Array {
  const digits = hex.replaceAll(/;.*$/gm, "").match(/\b[\da-f]{2}\b/g) ?? [];
  return Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16));
}

/** Eight bytes a line, as the document has them. */
function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte, i) => byte.toString(16).padStart(2, "0") + (i % 8 === 7 ? "\n" : " ")).join("");
}

/** Puts other bytes into a block of the document; its comments stay. The dump's fingerprint changes with what enters it. */
function rewrite(block: string, bytes: Uint8Array): void {
  const lines = hexOf(bytes).trimEnd().split("\n");
  const changed = block.split("\n").map((line, i) => `${lines[i] ?? ""}${line.slice(23)}`);
  const now = text.replace(block, changed.join("\n"));
  if (now !== text) writeFileSync(path, now);
}

function compiled(name: string, schema: string): ReturnType<typeof compile> {
  const result = compile([{ path: `${name}.baton`, text: schema }]);
  expect(result.diagnostics.filter((one) => one.severity === "error")).toEqual([]);
  return result;
}

function read(json: string): ReturnType<typeof readJson> & { ok: true } {
  const node = readJson({ path: "example.json", text: json });
  if (!node.ok) throw new Error(node.mistake.expected);
  return node;
}

describe("docs/wire.md", () => {
  const bodies = [...examples()].filter(([name, { hex }]) => hex !== null && name !== "dump");

  test("has examples for every form", () => {
    expect([...examples().keys()]).toEqual([
      ...["manifest", "integers", "blob", "table", "list", "union", "older", "dump"],
    ]);
  });

  test.each(bodies)("%s: encodes as written, and back", (name, example) => {
    const result = compiled(name, example.schema);
    const module = [...result.modules.values()][0];
    const state = module?.module.declarations.find((one) => one.kind === "state");
    const first = /^state (\w+)/m.exec(example.schema)?.[1] ?? state?.name ?? "";
    const working = findState(worldAt(result), first);
    if (working === null || module === undefined) throw new Error(`no state in ${name}`);
    const { value, diagnostics } = fromJson(working, read(example.json ?? "").value);
    // A member that the example leaves to its `from` is none of the working version.
    expect(diagnostics).toEqual([]);
    const bytes = bytesOf(example.hex ?? "");
    const version = example.for === null ? null : parseVersion(example.for);
    const target =
      version === null ? working : findState(worldAt(result, new Map([[module.module.name, version]])), first);
    if (target === null) throw new Error(`no state in ${name}`);
    const encoded = version === null ? encodeState(working, value) : encodeStateFor(working, target, value);
    expect(encoded.ok ? hexOf(encoded.bytes) : encoded).toEqual(hexOf(bytes));
    const decoded = decodeState(working, bytes);
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    expect(toJson(working, decoded.value)).toEqual(JSON.parse(example.json ?? ""));
  });

  test("the manifest's schema is the one that is built in", () => {
    const result = compiled("manifest", examples().get("manifest")?.schema ?? "");
    const written = result.modules.get("baton.manifest")?.module;
    const lean = (one: typeof manifestModule): unknown =>
      JSON.parse(
        JSON.stringify(one.declarations, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
      );
    expect(written === undefined ? null : lean(written)).toEqual(
      lean({
        ...manifestModule,
        declarations: [...manifestModule.declarations].sort((a, b) => (a.name < b.name ? -1 : 1)),
      }),
    );
  });

  test("a whole dump encodes as written, and back", () => {
    const example = examples().get("dump");
    const result = compiled("dump", example?.schema ?? "");
    const modules = writerModules(result.modules);
    const input = dumpFromJson(read(example?.json ?? "").value, worldAt(result));
    expect(input.diagnostics).toEqual([]);
    const encoded = encodeDump({ ...input, modules, working: null, embedSchema: false });
    const bytes = bytesOf(example?.hex ?? "");
    if (encoded.ok && process.env["BATON_GOLDEN"] === "update") rewrite(example?.hex ?? "", encoded.bytes);
    expect(encoded.ok ? hexOf(encoded.bytes) : encoded).toEqual(hexOf(bytes));
    const schemas = (manifest: Parameters<typeof findSchemas>[0]): ReturnType<typeof findSchemas> =>
      findSchemas(manifest, null, { candidates: [result.modules.values()] });
    const json = dumpToJson(inspect(sourceOf(bytes), { schemas }));
    expect(json.problems).toEqual([]);
    expect(json.records).toMatchObject(JSON.parse(example?.json ?? "").records);
  });
});
