import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { compile, worldAt, type Compiled } from "../compiler/compile.ts";
import { diffDumps, type DumpSide } from "../compiler/dump/diff/dumps.ts";
import { diffJsonText } from "../compiler/dump/diff/json.ts";
import { renderDiff } from "../compiler/dump/diff/text.ts";
import { dumpFromJson } from "../compiler/dump/dump-json.ts";
import { encodeDump, writerModules } from "../compiler/dump/encode-dump.ts";
import { findSchemas } from "../compiler/dump/find.ts";
import { readJson } from "../compiler/dump/json-reader.ts";
import { parsePath, type DumpPath } from "../compiler/dump/path.ts";
import { problemText } from "../compiler/dump/problem.ts";
import { sourceOf } from "../compiler/dump/source.ts";
import { columnsOf } from "../compiler/printable.ts";
import { parseVersion } from "../compiler/schema/version.ts";
import diffSchema from "../compiler/dump/diff/diff.schema.json" with { type: "json" };
import { dumpOf as frameOf, recordsOf } from "../test/fuzz/frame.ts";
import { casesOf, expectGolden, filesOf, readGolden } from "./cases.ts";

/**
 * A case is two dumps, `a.json` and `b.json`: records as `baton decode` prints them, and beside them `for` (versions to write for), `flip` (offsets
 * of bytes whose lowest bit is turned), `mend` (put checksums right after that), `cut` (bytes that are left) and `schema` false (none is known). `a.baton` and `b.baton` are their schemas,
 * `input.baton` that of both. `ignore.json` lists paths.
 */
interface DumpCase {
  readonly producer?: string;
  readonly for?: Readonly<Record<string, string>>;
  readonly flip?: readonly number[];
  readonly mend?: boolean;
  readonly cut?: number;
  readonly schema?: boolean;
}

function dumpOf(name: string, side: "a" | "b"): DumpSide {
  const files = filesOf("diff", name);
  const path = files.includes(`${side}.baton`) ? `${side}.baton` : "input.baton";
  const compiled = compile([{ path, text: readGolden("diff", name, path) }]);
  expect(compiled.diagnostics.filter((one) => one.severity === "error")).toEqual([]);
  const text = readGolden("diff", name, `${side}.json`);
  // What the records are is for their reader to say.
  const options = JSON.parse(text) as DumpCase;
  const written = bytesOf(compiled, options, text);
  for (const at of options.flip ?? []) written[at] = (written[at] ?? 0) ^ 1;
  const bytes = options.mend === true ? frameOf(recordsOf(written)) : written;
  const candidates = options.schema === false ? [] : [[...compiled.modules.values()]];
  return {
    source: sourceOf(bytes.subarray(0, options.cut ?? bytes.length)),
    schemas: (manifest, schema) => findSchemas(manifest, schema, { candidates }),
  };
}

function bytesOf(compiled: Compiled, options: DumpCase, text: string): Uint8Array {
  const records = JSON.stringify({ producer: options.producer ?? "", records: Object(JSON.parse(text)).records });
  const json = readJson({ path: "records", text: records });
  if (!json.ok) throw new Error(json.mistake.expected);
  const world = worldAt(compiled);
  const input = dumpFromJson(json.value, world);
  expect(input.diagnostics).toEqual([]);
  const versions = new Map(Object.entries(options.for ?? {}).map(([module, text]) => [module, parseVersion(text) ?? 0]));
  const modules = writerModules(compiled.modules, versions);
  const working = versions.size === 0 ? null : world;
  const encoded = encodeDump({ ...input, modules, working, embedSchema: false });
  if (!encoded.ok) throw new Error(encoded.problems.map(problemText).join("\n"));
  return encoded.bytes;
}

function ignoreOf(name: string): readonly DumpPath[] {
  if (!filesOf("diff", name).includes("ignore.json")) return [];
  const texts = JSON.parse(readGolden("diff", name, "ignore.json")) as readonly string[];
  return texts.map((text) => {
    const read = parsePath(text);
    if (!read.ok) throw new Error(`${text}: ${read.mistake.expected}`);
    return read.path;
  });
}

const validate = new Ajv({ allowUnionTypes: true }).compile(diffSchema);

describe("golden/diff", () => {
  it.each(casesOf("diff"))("%s", (name) => {
    const [a, b] = [dumpOf(name, "a"), dumpOf(name, "b")];
    const ignore = ignoreOf(name);
    const names = { a: "a.dump", b: "b.dump" };
    const events = (limit: number) => diffDumps(a, b, { ignore, limit });
    const options = { names, colour: false, width: 80 };
    const lines = [...renderDiff(events(100), { ...options, clip: false })];
    expectGolden("diff", name, "diff.txt", `${lines.join("\n")}\n`);
    const narrow = [...renderDiff(events(100), { ...options, clip: true })];
    expect(narrow.filter((line) => columnsOf(line) > 80)).toEqual([]);
    const text = [...diffJsonText(events(Number.POSITIVE_INFINITY), names)].join("");
    const json: unknown = JSON.parse(text);
    validate(json);
    expect(validate.errors).toBe(null);
    expectGolden("diff", name, "diff.json", text);
    // The other way round, what was added is removed.
    const back = [...diffDumps(b, a, { ignore, limit: 100 })].at(-1);
    const there = [...events(100)].at(-1);
    if (back?.kind !== "finish" || there?.kind !== "finish") throw new Error("a comparison ends with its counts");
    expect(back.counts.records.added).toBe(there.counts.records.removed);
    expect(back.counts.records.changed).toBe(there.counts.records.changed);
  });

  it("has a case for each kind of change", () => {
    const found = casesOf("diff").flatMap((name) => [...readGolden("diff", name, "diff.json").matchAll(/"kind":"(\w+)"/g)]);
    const kinds = new Set(found.map(([, kind]) => kind));
    const { definitions, properties } = diffSchema;
    const all = [...definitions.change.properties.kind.enum, ...properties.schema.items.properties.kind.enum];
    expect(all.filter((kind) => !kinds.has(kind))).toEqual([]);
  });

  it("has no file that no case needs", () => {
    const known = /^(?:README\.md|(?:[ab]|input)\.baton|(?:[ab]|ignore|diff)\.json|diff\.txt)$/;
    expect(casesOf("diff").flatMap((name) => filesOf("diff", name)).filter((file) => !known.test(file))).toEqual([]);
  });
});
