import { describe, expect, test } from "vitest";
import { compile, worldAt } from "../compile.ts";
import { encodeState } from "./encode.ts";
import { inspectBody, type RecordItem } from "./inspect.ts";
import type { Node } from "./nodes.ts";
import { problemLine } from "./problem.ts";
import { Reading } from "./reading.ts";
import { renderTree } from "./render.ts";
import { readState } from "./state.ts";
import { findState } from "./wire-types.ts";

const schema = `module demo.memory;
struct Row { base @1 : u64; size @2 : u32; flag @3 : bool; }
state Memory {
  rows  @1 : Row[..8];
  sizes @2 : u16[];
  one   @3 : Row;
  names @4 : string[..8][];
  last  @5 : u32;
}`;
const found = findState(worldAt(compile([{ path: "memory.baton", text: schema }])), "Memory");
if (found === null) throw new Error("no state");
const type = found;
const row = (i: number) => ({ base: BigInt(i) * 4096n, size: 10 + i, flag: i % 2 === 0 });
const value = { rows: [0, 1, 2].map(row), sizes: [1, 2, 3, 4], one: row(7), names: ["a", "bc"], last: 5 };
const encoded = encodeState(type, value, "Memory");
if (!encoded.ok) throw new Error("not encoded");
const whole = encoded.bytes;

/** Offsets of the headers of payloads, and of the length of the rows. */
const at = { rows: 8, sizes: 8 + 8 + 48 + 8, one: 8 + 8 + 48 + 8 + 8 + 8 + 8, names: 128, rowsLength: 4 };

function damaged(edits: Readonly<Record<number, number>>): RecordItem {
  const bytes = whole.slice();
  for (const [offset, byte] of Object.entries(edits)) bytes[Number(offset)] = byte;
  return inspectBody(type, bytes, Number.POSITIVE_INFINITY);
}

const problemsOf = (item: RecordItem): readonly string[] => item.problems.map(problemLine);

function leaves(node: Node | null): readonly Node[] {
  if (node === null) return [];
  return node.children.length === 0 ? [node] : node.children.flatMap(leaves);
}

describe("a table whose header is hit", () => {
  test.each([
    ["count", { [at.rows]: 77 }, "length is 56, expected 1240 (77 rows of 16 bytes); read as 3 rows of 16 bytes"],
    [
      "count, to none",
      { [at.rows]: 0 },
      "expected stride 0 and required 0, found 16 and 13; read as 3 rows of 16 bytes",
    ],
    ["stride", { [at.rows + 4]: 24 }, "length is 56, expected 80 (3 rows of 24 bytes); read as 3 rows of 16 bytes"],
    ["stride, to none", { [at.rows + 4]: 0 }, "found 0 and 13; read as 3 rows of 16 bytes"],
    ["required", { [at.rows + 6]: 99 }, "required 99, this reader knows 13; read as 3 rows of 16 bytes"],
    [
      "all of it",
      Object.fromEntries([0, 4, 6].map((i) => [at.rows + i, 0])),
      "length is 56, expected at least 8; read as 3 rows of 16 bytes",
    ],
  ])("shows its rows and says by what: %s", (name, edits, message) => {
    const item = damaged(edits);
    expect(item.value, name).toEqual(value);
    expect(problemsOf(item)).toHaveLength(1);
    if (name !== "all of it") expect(problemsOf(item)[0]).toContain(message);
    const rows = [...renderTree([item], { width: null, colour: false })];
    expect(rows).toContainEqual(expect.stringMatching(/ rows +3 × Row +@1 {2}recovered$/));
    const head = leaves(item.node).find(({ name: leaf }) => leaf === "table");
    expect([head?.status, head?.offset]).toEqual(["error", at.rows]);
  });

  test("of scalars, too", () => {
    for (const edits of [{ [at.sizes]: 9 }, { [at.sizes + 4]: 4 }, { [at.sizes + 6]: 1 }]) {
      const item = damaged(edits);
      expect(item.value).toEqual(value);
      expect(problemsOf(item)).toEqual([expect.stringContaining("read as 4 rows of 2 bytes")]);
    }
  });

  test("of one row, too", () => {
    const item = damaged({ [at.one]: 2 });
    expect(item.value).toEqual(value);
    expect(problemsOf(item)).toEqual([expect.stringContaining("read as 1 row of 16 bytes")]);
  });

  test("shows those that it counts where it is its length that is hit", () => {
    // One row more than there is: what would follow is no member.
    const item = damaged({ [at.rowsLength]: 72 });
    expect(item.value).toEqual(value);
    expect(problemsOf(item)).toEqual([expect.stringMatching(/rows: length is 72, expected \d+ by what follows/)]);
  });

  test("shows none where its count and its length are", () => {
    const item = damaged({ [at.rowsLength]: 72, [at.rows]: 77 });
    expect(item.value).toMatchObject({ rows: null });
    expect(problemsOf(item).join()).not.toContain("read as");
  });

  test("shows none where more rows than the type may have would be there", () => {
    const many = encodeState(type, { ...value, rows: [0, 1, 2, 3, 4, 5, 6, 7].map(row) }, "Memory");
    if (!many.ok) throw new Error("not encoded");
    const bytes = many.bytes.slice();
    bytes[at.rows + 4] = 8;
    // Sixteen rows of 8 bytes are none of these rows; eight of 16 are.
    expect(inspectBody(type, bytes).value).toMatchObject({ rows: [0, 1, 2, 3, 4, 5, 6, 7].map(row) });
  });

  test("of a version that this reader does not take is not read as rows of another stride", () => {
    // Two rows of 24 bytes, as its own header has it, are not three of 16.
    const item = damaged({ [at.rows]: 2, [at.rows + 4]: 24, [at.rows + 6]: 24 });
    expect(item.value).toMatchObject({ rows: null });
    expect(problemsOf(item)).toEqual([expect.stringContaining("required 24, this reader knows 13 [B8214]")]);
  });

  test("and cut, shows the rows that are there", () => {
    const bytes = whole.slice(0, at.rows + 8 + 20);
    bytes[at.rows] = 77;
    const reading = new Reading(bytes, 0, "Memory", null);
    expect(readState(reading, type, 0, whole.length)).toMatchObject({ rows: [row(0), null] });
  });
});

describe("a list whose count is hit", () => {
  test("shows its elements where they fill it", () => {
    const item = damaged({ [at.names]: 200 });
    expect(item.value).toEqual(value);
    expect(problemsOf(item)).toEqual([expect.stringContaining("for 200 elements; read as 2 elements")]);
    const rows = [...renderTree([item], { width: null, colour: false })];
    expect(rows).toContainEqual(expect.stringMatching(/ names +2 × string\[\.\.8\] +@4 {2}recovered$/));
  });
});
