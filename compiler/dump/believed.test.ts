import { expect, test } from "vitest";
import { compile, worldAt } from "../compile.ts";
import { encodeState } from "./encode.ts";
import { problemLine } from "./problem.ts";
import { Reading } from "./reading.ts";
import { readState } from "./state.ts";
import { findState } from "./wire-types.ts";

const schema = `module demo.box;
state Box {
  index @1 : u16;
  on    @2 : bool = true;
  level @3 : u8;
  size  @4 : u32 = 7;
  name  @6 : string[..8];
  note  @7 : string[..4] = "";
  last  @9 : u32;
}`;
const found = findState(worldAt(compile([{ path: "box.baton", text: schema }])), "Box");
if (found === null) throw new Error("no state");
const type = found;

/** What is read of a value whose bytes at some offsets are others, in a record whose checksum fails. */
function read(value: object, edits: Readonly<Record<number, number>>): readonly [unknown, readonly string[]] {
  const encoded = encodeState(type, { ...value }, "Box");
  if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
  const bytes = encoded.bytes.slice();
  for (const [at, byte] of Object.entries(edits)) bytes[Number(at)] = byte;
  const r = new Reading(bytes, 0, "Box", null);
  r.suspect = true;
  return [readState(r, type, 0, bytes.length), r.problems.map(problemLine)];
}

const value = { index: 1, on: true, level: 2, size: 7, name: "abc", note: "", last: 9 };

test("a header that names an absent member where a required one is missing is not believed", () => {
  // The id of `level`, 3, is now that of `size`: order, form and value are those of a `size` of 2.
  const [told, problems] = read(value, { 8: 4 });
  expect(told).toMatchObject({ index: 1, level: null, size: null, name: "abc", last: 9 });
  expect(problems).toEqual(["! 0x0 Box.level: required and missing, unless it is what @4 names [B8208]"]);
});

test("a header whose length its member cannot have may be another's", () => {
  // The id of `name` is now that of `note`, which has no room for five bytes.
  const [told, problems] = read({ ...value, name: "abcde" }, { 16: 7 });
  expect(told).toMatchObject({ name: null, note: null, last: 9 });
  expect(problems).toContainEqual(expect.stringContaining("length 5 is outside 0..4"));
});

test("a header whose number its member cannot have may be another's", () => {
  // The id of `level` is now that of `on`, which is no 2; it may as well be that of `size`, which is absent.
  expect(read(value, { 8: 2 })[0]).toMatchObject({ on: null, level: null, size: null, name: "abc" });
});

test("what a length that is hit covers too much is read all the same, where members stand", () => {
  // The three bytes of `name` are now eleven: the header of `note` is in them, and its text is the padding.
  const [told, problems] = read({ ...value, name: "abcde", note: "x" }, { 20: 8 + 5 });
  expect(problems.length).toBeGreaterThan(0);
  expect(told).toMatchObject({ name: null, note: "x", last: 9 });
  // Eight bytes would be a name, if `note` did not follow them at another place.
  expect(read({ ...value, note: "x" }, { 20: 8 })[0]).toMatchObject({ note: "x" });
});

test("where nothing speaks against it, a member under another's id is that one", () => {
  const schemaOfTwo = `module demo.two; state Two { a @1 : u8 = 0; b @2 : u8 = 0; c @3 : u8; }`;
  const two = findState(worldAt(compile([{ path: "two.baton", text: schemaOfTwo }])), "Two");
  if (two === null) throw new Error("no state");
  const encoded = encodeState(two, { a: 5, b: 0, c: 1 }, "Two");
  if (!encoded.ok) throw new Error("not encoded");
  const bytes = encoded.bytes.slice();
  bytes[0] = 2;
  const r = new Reading(bytes, 0, "Two", null);
  r.suspect = true;
  expect(readState(r, two, 0, bytes.length)).toEqual({ a: 0, b: 5, c: 1 });
});
