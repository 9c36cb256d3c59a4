import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mutateDump } from "../../test/fuzz/mutate-dump.ts";
import { subjects } from "../../test/fuzz/subjects.ts";
import { cpuTime } from "../../test/cpu-time.ts";
import { Random } from "../../test/property/random.ts";
import { compile, worldAt } from "../compile.ts";
import { encodeState } from "../dump/encode.ts";
import { findSchemas } from "../dump/find.ts";
import { bytesOfHex } from "../dump/hex-text.ts";
import { inspect } from "../dump/inspect.ts";
import { NodeBuilder, type Node } from "../dump/nodes.ts";
import { sourceOf } from "../dump/source.ts";
import { valueText } from "../dump/value-text.ts";
import { findState } from "../dump/wire-types.ts";
import type { World } from "../schema/ir.ts";
import { membersOf } from "./body.ts";
import { Entry, listed } from "./entry.ts";
import { Outline } from "./outline.ts";

const root = join(import.meta.dirname, "..", "..");
const modules = ["address", "iommu", "pci", "fds"].map((name) => {
  const path = `schemas/linux/${name}.baton`;
  return { path, text: readFileSync(join(root, path), "utf8") };
});
const compiled = [...compile(modules).modules.values()];
const goldens = readdirSync(join(root, "golden", "bytes")).filter((name) => name.startsWith("linux-"));

/** The schemas that a dump of the repository was written with. */
function worldFor(bytes: Uint8Array): World {
  let world: World = new Map();
  const schemas = (...[manifest, schema]: Parameters<Parameters<typeof inspect>[1]["schemas"]>) => {
    const found = findSchemas(manifest, schema, { candidates: [compiled] });
    ({ world } = found);
    return found;
  };
  for (const item of inspect(sourceOf(bytes), { schemas })) if (item.kind === "finish") break;
  return world;
}

function nodesOf(bytes: Uint8Array, world: World): readonly Node[] {
  const nodes: Node[] = [];
  for (const item of inspect(sourceOf(bytes), { schemas: () => ({ world, missing: [], problems: [] }) })) {
    if (item.kind === "finish") continue;
    const builder = new NodeBuilder();
    item.replay(builder);
    nodes.push(...builder.take());
  }
  return nodes;
}

function leavesOf(node: Node): readonly Node[] {
  return node.children.length === 0 ? [node] : node.children.flatMap(leavesOf);
}

/** Goes through everything that a page may show; gives how many entries there are. */
function walk(entry: Entry): number {
  expect(typeof entry.text).toBe("string");
  let count = 1;
  let covered = entry.offset;
  for (let i = 0; i < entry.children.count; i++) {
    const child = entry.children.at(i);
    expect(child.parent).toBe(entry);
    expect(child.offset >= 0 && child.length >= 0).toBe(true);
    if (child.length > 0) {
      expect(child.offset).toBeGreaterThanOrEqual(covered);
      expect(child.end).toBeLessThanOrEqual(entry.end);
      covered = child.end;
    }
    count += walk(child);
  }
  return count;
}

/** Spans follow each other to the end of the dump. */
function spans(outline: Outline): number {
  let count = 0;
  for (let at = 0; at < outline.bytes.length; count++) {
    const { end, entry } = outline.span(at);
    expect(end).toBeGreaterThan(at);
    expect(entry.kind === "dump" || (at >= entry.offset && at < entry.end)).toBe(true);
    at = end;
  }
  return count;
}

describe("Outline", () => {
  it.each(goldens)("has the parts of %s where the decoder has them", (name) => {
    const bytes = bytesOfHex(readFileSync(join(root, "golden", "bytes", name, "dump.hex"), "utf8"));
    const world = worldFor(bytes);
    const outline = new Outline(bytes, world);
    expect(walk(outline.root)).toBeGreaterThan(20);
    spans(outline);
    let compared = 0;
    for (const node of nodesOf(bytes, world).flatMap(leavesOf)) {
      if (node.wire === null || node.length === 0) continue;
      const { entry, role } = outline.span(
        node.offset + (node.wire.kind !== "struct" && node.part === "member" ? 4 : 0),
      );
      expect(entry.path).toBe(node.path);
      expect(role).toBe("value");
      expect(entry.text).toBe(valueText(node.wire, node.value));
      expect(outline.resolve(node.path)?.offset).toBe(entry.offset);
      compared++;
    }
    expect(compared).toBeGreaterThan(10);
  });

  it("shows any bytes", { timeout: 120_000 }, () => {
    const random = new Random(Number(process.env["BATON_SEED"] ?? 1));
    for (let batch = 0; batch < 4; batch++) {
      const drawn = subjects(random.fork(), 6);
      for (let i = 0; i < 60; i++) {
        const { world, dumps } = random.pick(drawn);
        const bytes = mutateDump(random, random.pick(dumps), random.pick(random.pick(drawn).dumps));
        const started = cpuTime();
        const outline = new Outline(bytes, random.chance(15) ? new Map() : world);
        spans(outline);
        for (let k = 0; k < 20; k++) outline.at(random.below(bytes.length + 1));
        const took = cpuTime() - started;
        expect(took).toBeLessThan(1500 + bytes.length / 10);
        if (i % 4 === 0) walk(outline.root);
      }
    }
  });
});

describe("membersOf", () => {
  it("states no default for a member whose header may be lost", () => {
    const schema = "module demo.m; state S { a @1 : u8; on @2 : bool = false; b @5 : u8; c @6 : u8 = 7; }";
    const type = findState(worldAt(compile([{ path: "m.baton", text: schema }])), "S");
    if (type === null) throw new Error("no state");
    const encoded = encodeState(type, { a: 1, on: true, b: 2, c: 7 }, "S");
    if (!encoded.ok) throw new Error("not encoded");
    const bytes = encoded.bytes.slice();
    const told = (): readonly unknown[] =>
      membersOf(bytes, type, 0, bytes.length).map(({ name, status, read }) => [name, status, read?.()]);
    expect(told()).toEqual([
      ["a", "ok", 1],
      ["on", "ok", true],
      ["b", "ok", 2],
      ["c", "default", 7],
    ]);
    bytes[8] = 4;
    expect(told()).toEqual([
      ["a", "ok", 1],
      ["on", "not known", null],
      ["@4", "unknown", 1],
      ["b", "ok", 2],
      ["c", "default", 7],
    ]);
  });

  it("shows the rows of a table whose header is hit, as the decoder does", () => {
    const schema = "module demo.m; state S { rows @1 : u16[]; last @2 : u8; }";
    const type = findState(worldAt(compile([{ path: "m.baton", text: schema }])), "S");
    if (type === null) throw new Error("no state");
    const encoded = encodeState(type, { rows: [5, 6, 7, 8], last: 1 }, "S");
    if (!encoded.ok) throw new Error("not encoded");
    const told = (edits: Readonly<Record<number, number>>): readonly unknown[] => {
      const bytes = encoded.bytes.slice();
      for (const [offset, byte] of Object.entries(edits)) bytes[Number(offset)] = byte;
      const root = { kind: "dump", name: "", id: null, type: "", wire: null, offset: 0, length: bytes.length } as const;
      const members = (parent: Entry) => listed(parent, membersOf(bytes, type, 0, bytes.length));
      const rows = new Entry({ ...root, children: members }, null, 0).children.at(0);
      return [rows.text, ...Array.from({ length: rows.children.count }, (_, i) => rows.children.at(i).text)];
    };
    expect(told({})).toEqual(["4 × u16", "5", "6", "7", "8"]);
    for (const edit of [{ 8: 99 }, { 8: 0 }, { 12: 4 }, { 14: 9 }])
      expect(told(edit)).toEqual(["4 × u16  recovered", "5", "6", "7", "8"]);
    expect(told({ 4: 12, 8: 99 })).toEqual([""]);
  });
});
