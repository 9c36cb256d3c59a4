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
import { readRaw } from "./raw.ts";
import { Reading, type Read } from "./reading.ts";
import { renderTree } from "./render.ts";
import { readState } from "./state.ts";
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

function cpu(text = schema): WireState {
  const type = findState(worldAt(compile([{ path: "cpu.baton", text }])), "Cpu");
  if (type === null) throw new Error("no state");
  return type;
}

const type = cpu();
const value = { index: 3, mode: 1, kind: 7, name: "abc", sub: { a: 1, b: 2 }, last: 9 };

type Edits = Readonly<Record<number, number>>;

/** A body whose bytes at some offsets are others. */
function bytesWith(edits: Edits): Uint8Array {
  const encoded = encodeState(type, value, "Cpu");
  if (!encoded.ok) throw new Error("not encoded");
  const bytes = encoded.bytes.slice();
  for (const [at, byte] of Object.entries(edits)) bytes[Number(at)] = byte;
  return bytes;
}

function damaged(edits: Edits): RecordItem {
  return inspectBody(type, bytesWith(edits), Number.POSITIVE_INFINITY);
}

const readCpu = (r: Reading, at: number, end: number): Read => readState(r, type, at, end);

/** What is read of a body in a record whose checksum fails, and what is wrong with it. */
function suspected(edits: Edits, read = readCpu): readonly [Read, readonly string[]] {
  const bytes = bytesWith(edits);
  const r = new Reading(bytes, 0, "Cpu", null);
  r.suspect = true;
  return [read(r, 0, bytes.length), r.problems.map(problemLine)];
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
    ["a length past the end", { [offsets.name + 5]: 1 }, "Cpu.name: length is 259, expected 1..8 by what follows"],
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
    // One value per path: what stands there is no member that can be named.
    expect(names).not.toContain("@1");
    expect(printed(item, "Cpu.index", "tree").text.match(/^[\da-f]{8} .* {4}index /gm)).toHaveLength(1);
  });

  test("of an id that comes again behind it, where it can be read, does not hide it", () => {
    const item = damaged({ [offsets.name]: 5 });
    expect(problemsOf(item)).toEqual(["! 0x18 Cpu: member id 5 does not come after 3 and before 5 [B8102]"]);
    expect(item.value).toMatchObject({ kind: 7, name: null, sub: { a: 1, b: 2 }, last: 9 });
  });
});

describe("members out of order", () => {
  test.each([
    [
      "an unknown id far too high",
      { [offsets.mode]: 40 },
      "! 0x8 Cpu: member id 40 does not come after 1 and before 3 [B8102]",
    ],
    [
      "an id that comes later",
      { [offsets.mode]: 4 },
      "! 0x8 Cpu: member id 4 does not come after 1 and before 3 [B8102]",
    ],
    ["an id that came before", { [offsets.kind]: 1 }, "! 0x10 Cpu: member id 1 does not come after 2 [B8102]"],
    ["no id", { [offsets.kind]: 0 }, "! 0x10 Cpu: member id 0 does not come after 2 [B8102]"],
  ])("are told by the one that is in no order alone: %s", (_, edits, expected) => {
    const item = damaged(edits);
    expect(problemsOf(item)).toEqual([expected]);
    const lost = expected.includes("0x8") ? { mode: null } : { kind: null };
    expect(item.value).toEqual({ ...value, sub: { a: 1, b: 2 }, ...lost });
  });

  test("that stand together are told at the first", () => {
    const item = damaged({ [offsets.mode]: 40, [offsets.kind]: 41 });
    expect(problemsOf(item)).toEqual([
      "! 0x8 Cpu: member id 40 (the first of 2 out of order) does not come after 1 and before 4 [B8102]",
    ]);
    expect(item.value).toMatchObject({ index: 3, mode: null, kind: null, name: "abc" });
  });

  test("are those of a walk without a schema, too", () => {
    const [told, problems] = suspected({ [offsets.mode]: 40 }, readRaw);
    expect(told).toMatchObject({ "@1": 3, "@3": 7 });
    expect(problems).toEqual(["! 0x8 Cpu: member id 40 does not come after 1 and before 3 [B8102]"]);
  });
});

describe("a damaged length", () => {
  test.each([
    [
      "of a string, too long",
      { [offsets.name + 4]: 16 + 3 },
      { name: null },
      "! 0x18 Cpu.name: length is 19, expected 1..8",
    ],
    ["of a string, beyond the end", { [offsets.name + 7]: 9 }, { name: null }, "expected 1..8 by what follows [B8106]"],
    [
      "of a state, too long",
      { [offsets.sub + 4]: 24 },
      {},
      "! 0x28 Cpu.sub: length is 24, expected 16 by what follows",
    ],
    ["of a state, too short", { [offsets.sub + 4]: 8 }, {}, "! 0x28 Cpu.sub: length is 8, expected 16 by what follows"],
  ])("makes no bytes behind it members: %s", (_, edits, lost, expected) => {
    const [told, problems] = suspected(edits);
    expect(problems).toEqual([expect.stringContaining(expected)]);
    expect(told).toEqual({ ...value, ...lost });
  });

  test("is not looked for where members follow that the reader does not know", () => {
    const older = "module demo.cpu; state Cpu { name @1 : string[..64]; last @9 : u32; next @10 : u32; }";
    const newer = older.replace("last", 'a @2 : string = ""; b @3 : bytes = ""; c @4 : u8 = 0; last');
    const encoded = encodeState(cpu(newer), { name: "x", a: "abc", b: new Uint8Array(9), c: 1, last: 2, next: 3 });
    if (!encoded.ok) throw new Error("not encoded");
    for (const cut of [0, 8, 16]) {
      const r = new Reading(encoded.bytes.subarray(0, encoded.bytes.length - cut), 0, "Cpu", null);
      r.suspect = true;
      expect(readState(r, cpu(older), 0, encoded.bytes.length)).toMatchObject({ name: "x" });
      expect(r.problems.map(({ code }) => code).filter((code) => code === "B8106")).toEqual([]);
    }
  });

  test("leaves what stands behind another damaged header", () => {
    const item = damaged({ [offsets.name + 7]: 9, [offsets.sub]: 40 });
    expect(item.value).toMatchObject({ index: 3, mode: 1, kind: 7, name: null, sub: null });
  });
});

describe("a row of a tree", () => {
  test("of an unknown member has the length and bytes of what it holds", () => {
    const item = damaged({ [offsets.last]: 100, [offsets.last + 3]: 0 });
    const rows = rowsOf(item, null);
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
