import { expect, test } from "vitest";
import { compile } from "../compile.ts";
import { moduleToJson } from "../schema/json.ts";
import { Outline } from "../view/outline.ts";
import { plainProblem } from "../view/page/protocol.ts";
import { OpenSide } from "../view/page/side.ts";
import { encodeDump, writerModules } from "./encode-dump.ts";
import { findSchemas } from "./find.ts";
import { inspect, type InspectOptions, type Item } from "./inspect.ts";
import type { Node } from "./nodes.ts";
import { problemLine } from "./problem.ts";
import { renderTree } from "./render.ts";
import { sourceOf } from "./source.ts";

const compiled = compile([
  { path: "clock.baton", text: "module demo.clock;\nstate Clock @0x10 { now @1 : u64; drift @2 : u32 = 0; }" },
]);
const modules = writerModules(compiled.modules);
const records = [0, 1].map((instance) => ({ type: "Clock", instance, value: { now: 5n, drift: 0 } }));
const encoded = encodeDump({ producer: "", modules, working: null, records, embedSchema: false });
if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
const whole = encoded.bytes;
const schemas: InspectOptions["schemas"] = (manifest) =>
  findSchemas(manifest, null, { candidates: [compiled.modules.values()] });

const about = {
  name: "a.dump",
  size: whole.length,
  modules: [...compiled.modules.values()].map(({ module }) => moduleToJson(module)),
  missing: [],
  problems: [],
  embedded: true,
};

const walk = (length: number): readonly Item[] => [
  ...inspect(sourceOf(whole.subarray(0, length)), { schemas, nodes: Number.POSITIVE_INFINITY }),
];
const second = walk(whole.length).filter((item) => item.kind === "record")[1]?.offset ?? 0;
const treeOf = (length: number): readonly string[] => [...renderTree(walk(length), { width: null, colour: false })];

function leaves(items: readonly Item[], from: number): readonly string[] {
  const below = (node: Node): readonly Node[] => (node.children.length === 0 ? [node] : node.children.flatMap(below));
  return items
    .flatMap((item) => (item.kind === "finish" || item.node === null ? [] : below(item.node)))
    .filter(({ offset, length }) => length > 0 && offset >= from)
    .map(({ part, name, path, value }) => [path, part, name, String(value)].filter((word) => word !== "").join(" "));
}

test("the header of a dump that is cut has the fields that are whole", () => {
  expect(leaves(walk(18), 8)).toEqual([
    "frame format major 1",
    "frame format minor 0",
    "frame header bytes 64",
    "damaged undefined",
  ]);
  expect(leaves(walk(40), 12)).toEqual(["frame header bytes 64", "frame flags 0", "padding undefined"]);
  expect(leaves(walk(62), 12)).toHaveLength(4);
  expect(leaves(walk(5), 0)).toEqual(["damaged undefined"]);
  expect(treeOf(40).at(-1)).toContain("24 missing");
});

test("the header of a record that is cut names it and has the fields that are whole", () => {
  const path = "demo.clock.Clock#1";
  expect(leaves(walk(second + 25), second)).toEqual([
    `${path} frame state id 16`,
    `${path} frame instance 1`,
    `${path} frame version 1`,
    `${path} frame backport 0`,
    `${path} frame flags 1`,
    `${path} frame body bytes 8`,
    `${path} damaged undefined`,
  ]);
  expect(leaves(walk(second + 7), second)).toEqual(["frame state id 16", "damaged undefined"]);
  const text = treeOf(whole.length);
  const cut = treeOf(second + 12);
  const at = cut.findIndex((line) => line.includes(path));
  expect(cut.slice(0, at + 1)).toEqual(text.slice(0, at + 1));
  expect(cut.slice(at + 1)).toEqual([
    `! 0x${second.toString(16)} ${path}: dump ends early: needs 32 bytes, 12 left [B8005]`,
    expect.stringContaining("20 missing"),
  ]);
});

test("no cut says more than the bytes that are there", () => {
  for (let length = 0; length < whole.length; length++) {
    const items = walk(length);
    const problems = items.flatMap((item) => item.problems.map(problemLine));
    expect(problems.length, `cut at ${length}`).toBeGreaterThan(0);
    const finish = items.at(-1);
    if (finish?.kind !== "finish") throw new Error("no end");
    const { described, padding, unknown } = finish.coverage;
    expect(described + padding + unknown, `cut at ${length}`).toBe(length);
  }
});

test("the page shows the same of it", () => {
  const world = new Map([...compiled.modules].map(([name, { module }]) => [name, module]));
  const outline = new Outline(whole.subarray(0, second + 25), world);
  expect(outline.at(second).path).toBe("demo.clock.Clock#1.record header.state id");
  expect(outline.span(second + 24).role).toBe("damaged");
  expect(outline.resolve("demo.clock.Clock#1")?.offset).toBe(second);
  expect(outline.resolve("demo.clock.Clock#1")?.type).toBe("Clock");
  const side = new OpenSide("a", about, whole.subarray(0, second + 25));
  const [problem] = walk(second + 25).flatMap((item) => item.problems.map(plainProblem));
  if (problem === undefined) throw new Error("no problem");
  const found = { unknown: new Float64Array(), padding: new Float64Array(), damaged: new Float64Array() };
  const coverage = { described: 0, padding: 0, unknown: 0, missing: 0 };
  side.check({ kind: "checked", side: "a", problems: [problem], coverage, ...found });
  // What is cut is marked, and not the end of the record before it.
  expect([...side.errors]).toEqual([second + 24, 1]);
  expect(side.markOf(side.outline.at(second))).toBe(null);
  const record = side.outline.resolve("demo.clock.Clock#1");
  expect(record === null ? null : side.markOf(record)).toBe("error");
  const header = new Outline(whole.subarray(0, 18), world);
  expect([header.at(8).name, header.at(8).text]).toEqual(["format major", "1"]);
  expect(header.span(17).role).toBe("damaged");
});
