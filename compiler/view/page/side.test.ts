import { expect, test } from "vitest";
import { OpenSide } from "./side.ts";

const about = { name: "a.dump", size: 400, modules: [], missing: [], problems: [], embedded: true };
const nothing = new Float64Array();

function errorsOf(
  code: "B8006" | "B8007" | "B8101" | "B8208" | "B8212",
  path: string,
  offset: number | null,
): number[] {
  const side = new OpenSide("a", about, new Uint8Array(400));
  const coverage = { described: 0, padding: 0, unknown: 0, missing: 0 };
  const found = { unknown: nothing, padding: nothing, damaged: nothing };
  side.check({ kind: "checked", side: "a", problems: [{ code, path, offset, message: "" }], coverage, ...found });
  return [...side.errors];
}

test("marks of what is wrong with a record as a whole the fields of its header", () => {
  expect(errorsOf("B8006", "demo.Port#1", 92)).toEqual([92, 4]);
  expect(errorsOf("B8007", "demo.Port#1", 96)).toEqual([88, 4]);
  expect(errorsOf("B8212", "demo.Port#1", 96)).toEqual([64, 8]);
});

test("marks of a header that is cut what is there of the field in which it is", () => {
  const magic = [0x89, 0x42, 0x41, 0x54, 0x4f, 0x4e, 0x0d, 0x0a];
  const cut = (size: number): readonly number[] => {
    const bytes = new Uint8Array(size);
    bytes.set(magic.slice(0, size));
    const side = new OpenSide("a", about, bytes);
    const coverage = { described: 0, padding: 0, unknown: 0, missing: 0 };
    const found = { unknown: nothing, padding: nothing, damaged: nothing };
    const problem = { code: "B8005", path: "", offset: 0, message: "" } as const;
    side.check({ kind: "checked", side: "a", problems: [problem], coverage, ...found });
    expect(side.markOf(side.outline.root.children.at(0))).toBe("error");
    return [...side.errors];
  };
  expect(cut(8)).toEqual([]);
  expect(cut(11)).toEqual([10, 1]);
  expect(cut(16)).toEqual([]);
  expect(cut(40)).toEqual([]);
  expect(cut(62)).toEqual([60, 2]);
});

test("marks of a member that is missing what stands before the body that has not got it", () => {
  expect(errorsOf("B8208", "demo.Port#1.name", 96)).toEqual([64, 8]);
  expect(errorsOf("B8208", "demo.Port#1.part.name", 200)).toEqual([192, 8]);
  expect(errorsOf("B8208", "demo.Port#1.parts[2].name", 200)).toEqual([192, 8]);
});

test("marks what is wrong with a member where it stands", () => {
  expect(errorsOf("B8212", "demo.Port#1.parts[0]", 200)).toEqual([200, 8]);
  expect(errorsOf("B8101", "demo.Port#1.name", 396)).toEqual([396, 4]);
  expect(errorsOf("B8101", "demo.Port#1.name", 400)).toEqual([]);
  expect(errorsOf("B8101", "demo.Port#1.name", null)).toEqual([]);
});
