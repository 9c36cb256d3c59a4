import { describe, expect, test } from "vitest";
import { compile, worldAt } from "../compile.ts";
import { columnsOf } from "../printable.ts";
import { ByteText } from "./byte-text.ts";
import { encodeState } from "./encode.ts";
import { inspectBody, type RecordItem } from "./inspect.ts";
import type { Node } from "./nodes.ts";
import { parsePath } from "./path.ts";
import { selected } from "./path-filter.ts";
import { LinesPrinter } from "./print-json.ts";
import { TreePrinter } from "./print-tree.ts";
import { noKnowers } from "./knowers.ts";
import { problemLine } from "./problem.ts";
import { renderTree } from "./render.ts";
import type { WireState } from "./wire-type.ts";
import { findState } from "./wire-types.ts";

const schema = `module demo.cpu;
state Cpu {
  index @1 : u16;
  mode  @2 : u8;
  kind  @3 : u16;
  name  @4 : string[..16];
  sub   @5 : Sub;
  last  @6 : u32 = 0;
}
state Sub { a @1 : u8; b @2 : u8; }`;

function cpu(): WireState {
  const type = findState(worldAt(compile([{ path: "cpu.baton", text: schema }])), "Cpu");
  if (type === null) throw new Error("no state");
  return type;
}

const type = cpu();
const value = { index: 3, mode: 1, kind: 7, name: "abc", sub: { a: 1, b: 2 }, last: 9 };

/** A body whose bytes at some offsets are others. */
function damaged(edits: Readonly<Record<number, number>>): RecordItem {
  const encoded = encodeState(type, value, "Cpu");
  if (!encoded.ok) throw new Error("not encoded");
  const bytes = encoded.bytes.slice();
  for (const [at, byte] of Object.entries(edits)) bytes[Number(at)] = byte;
  return inspectBody(type, bytes, Number.POSITIVE_INFINITY);
}

const problemsOf = (item: RecordItem): readonly string[] => item.problems.map(problemLine);

/** The rows of a tree for a terminal of some columns. */
function rowsOf(item: RecordItem, width: number | null): readonly string[] {
  return [...renderTree([item], { width, colour: false })].filter((line) => !line.startsWith("!"));
}

function printed(item: RecordItem, path: string, format: "tree" | "ndjson"): { found: boolean; text: string } {
  const parsed = parsePath(path);
  if (!parsed.ok) throw new Error(path);
  const parts: Buffer[] = [];
  const out = new ByteText((bytes) => void parts.push(Buffer.from(bytes)));
  const options = { paths: [parsed.path], full: false, strict: false, knows: noKnowers };
  const printer =
    format === "tree"
      ? new TreePrinter(out, { width: null, colour: false }, { ...options, limit: 100 })
      : new LinesPrinter(out, options);
  printer.item(item);
  out.flush();
  return { found: printer.found, text: Buffer.concat(parts).toString() };
}

const offsets = { mode: 8, kind: 16, name: 24, sub: 40, last: 64 };

describe("a damaged member", () => {
  test.each([
    ["a form that does not exist", { [offsets.name + 2]: 9 }, "Cpu.name: form 9 does not exist"],
    ["another form", { [offsets.name + 2]: 3 }, "Cpu.name: expected blob, found table"],
    ["a flag that does not exist", { [offsets.kind + 3]: 0x11 }, "Cpu.kind: member flags 17"],
    ["a length past the end", { [offsets.name + 5]: 1 }, "Cpu.name: needs 264 bytes"],
  ])("is named by its problem and by --path: %s", (_, edits, expected) => {
    const item = damaged(edits);
    const [first = ""] = problemsOf(item);
    expect(first).toContain(expected);
    const name = expected.slice(0, expected.indexOf(":"));
    for (const format of ["tree", "ndjson"] as const) expect(printed(item, name, format).found, format).toBe(true);
    expect(printed(item, name, "tree").text).toContain(name.slice(4));
  });

  test("inside of another is named with it", () => {
    const item = damaged({ [offsets.sub + 16 + 2]: 9 });
    expect(problemsOf(item)).toEqual([expect.stringContaining("Cpu.sub.b: form 9 does not exist")]);
    expect(printed(item, "Cpu.sub.b", "tree").found).toBe(true);
    expect([...selected([], item)]).toEqual([]);
  });

  test("whose form is lost does not take what stands behind it along", () => {
    const item = damaged({ [offsets.mode + 2]: 9 });
    expect(problemsOf(item)).toEqual([expect.stringContaining("Cpu.mode: form 9 does not exist")]);
    expect(item.value).toMatchObject({ index: 3, mode: null, kind: 7, name: "abc", last: 9 });
  });

  test("of an id that came before is no second value of it", () => {
    const item = damaged({ [offsets.mode]: 1 });
    expect(problemsOf(item)).toEqual([expect.stringContaining("Cpu: member id 1 does not come after 1")]);
    expect(item.value).toMatchObject({ index: 3, mode: null, kind: 7 });
    const names = (item.node?.children ?? []).map(({ name }: Node) => name);
    expect(names.filter((name) => name === "index")).toHaveLength(1);
    expect(names).toContain("@1");
  });

  test("of an id that comes again behind it, where it can be read, does not hide it", () => {
    const item = damaged({ [offsets.name]: 5 });
    expect(problemsOf(item)).toEqual([
      expect.stringContaining("Cpu.sub: expected state, found blob"),
      expect.stringContaining("Cpu: member id 5 does not come after 5"),
    ]);
    expect(item.value).toMatchObject({ kind: 7, name: null, sub: { a: 1, b: 2 }, last: 9 });
  });
});

describe("a row of a tree", () => {
  test("of an unknown member has the length and bytes of what it holds", () => {
    const item = damaged({ [offsets.name]: 99, [offsets.last]: 100, [offsets.last + 3]: 0 });
    const rows = rowsOf(item, null);
    expect(rows).toContainEqual(
      expect.stringMatching(/^00000020 {2}61 62 63 .* @99 +blob of 3 bytes: 616263 +unknown/),
    );
    expect(rows).toContainEqual(expect.stringMatching(/ @100 +9 \(word of 4 bytes\) +unknown, dropped$/));
  });

  test("of what could not be read says so", () => {
    expect(rowsOf(damaged({ [offsets.name + 8]: 0xff }), null)).toContainEqual(
      expect.stringMatching(/name +@4 {2}damaged$/),
    );
  });

  test("shows the bytes of a value where only some fit, and fits narrow terminals", () => {
    expect(rowsOf(damaged({}), 80)).toContainEqual(expect.stringMatching(/^00000010 {2}… 07 00 00 00 +kind/));
    // However wide it is, the offset is the same.
    const places = (width: number | null): readonly string[] =>
      rowsOf(damaged({}), width).map((line) => line.slice(0, 8));
    for (const width of [60, 80, 160]) expect(places(width)).toEqual(places(null));
    for (const width of [40, 60, 80, 100]) {
      for (const line of rowsOf(damaged({ [offsets.name]: 99 }), width)) {
        expect(columnsOf(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
      }
    }
  });
});
