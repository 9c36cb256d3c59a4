import { expect, test } from "vitest";
import { compile, worldAt } from "../compile.ts";
import { Difference } from "./diff.ts";
import { nothingReused } from "./history.ts";
import { judge } from "./judge.ts";

/** What changes hide, by rule and direction. */
function hidden(old: string, now: string): readonly string[] {
  const [before, after] = [old, now].map((text) => {
    const compiled = compile([{ path: "a.baton", text: `module a;\n${text}` }]);
    const errors = compiled.diagnostics.filter(({ severity }) => severity === "error");
    expect(errors.map(({ message }) => message)).toEqual([]);
    return worldAt(compiled);
  });
  if (before === undefined || after === undefined) throw new Error("no world");
  const difference = new Difference({ old: before, new: after }, nothingReused);
  return (["upgrade", "rollback"] as const).flatMap((direction) =>
    judge(difference, direction, "a").changes.flatMap(({ change, corrupting, hides }) => {
      if (hides === null) return corrupting ? [`${change.kind} ${direction} corrupting`] : [];
      return [`${change.kind} ${direction}: ${hides.path} ${hides.written} -> ${hides.read}`];
    }),
  );
}

const state = (...members: readonly string[]): string => `state S @1 {\n${members.join("\n")}\n}`;
const mode = "enum Mode : u8 { off = 0; on = 1; }";
const swapped = "enum Mode : u8 { on = 0; off = 1; }";

test.each([
  [
    "a default beside a required member",
    state("b @1 : u32 = 2;"),
    state("b @1 : u32 = 5;", "t @2 : u8;"),
    ["DEFAULT_CHANGED upgrade: S.b 2 -> 5"],
  ],
  [
    "values of an enum, both ways",
    `${mode} ${state("m @1 : Mode;", "t @2 : u8;")}`,
    `${swapped} ${state("m @1 : Mode;", "u @3 : u8;")}`,
    ["ENUM_VALUES_SWAPPED upgrade: S.m off -> on", "ENUM_VALUES_SWAPPED rollback: S.m on -> off"],
  ],
  [
    "two of them, each by itself",
    state("b @1 : u32 = 2;", "c @2 : u32 = 2;"),
    state("b @1 : u32 = 5;", "c @2 : u32 = 6;", "t @3 : u8;"),
    ["DEFAULT_CHANGED upgrade: S.b 2 -> 5", "DEFAULT_CHANGED upgrade: S.c 2 -> 6"],
  ],
  [
    "in what is held by what is refused",
    `state T { b @1 : u32 = 2; } ${state("t @1 : T;")}`,
    `state T { b @1 : u32 = 5; } ${state("t @1 : T;", "u @2 : u8;")}`,
    ["DEFAULT_CHANGED upgrade: T.b 2 -> 5"],
  ],
  [
    "beside a member whose own members are refused",
    `state T { a @1 : u8; } ${state("t @1 : T;", "b @2 : u32 = 2;")}`,
    `state T { a @1 : u8; n @2 : u8; } ${state("t @1 : T;", "b @2 : u32 = 5;")}`,
    ["DEFAULT_CHANGED upgrade: S.b 2 -> 5"],
  ],
  [
    "behind what is there only sometimes",
    `state T { b @1 : u32 = 2; } ${state("t @1 : T?;")}`,
    `state T { b @1 : u32 = 5; n @2 : u8; } ${state("t @1 : T?;")}`,
    ["DEFAULT_CHANGED upgrade: T.b 2 -> 5"],
  ],
  [
    "in rows",
    `${mode} struct R { m @1 : Mode; } ${state("r @1 : R[];")}`,
    `${swapped} struct R { m @1 : Mode; n @2 : u32; } ${state("r @1 : R[];")}`,
    ["ENUM_VALUES_SWAPPED upgrade: R.m off -> on", "ENUM_VALUES_SWAPPED rollback: R.m on -> off"],
  ],
  [
    "behind a check that nothing fulfils",
    state("a @1 : u8 in 0..3;", "b @2 : u32 = 2;"),
    `state S @1 { a @1 : u8 in 0..3; b @2 : u32 = 5; check a > 200 : "no"; }`,
    ["DEFAULT_CHANGED upgrade: S.b 2 -> 5"],
  ],
  [
    "nothing, where a check is there to refuse just that",
    state("b @1 : u32 = 2;"),
    `state S @1 { b @1 : u32 = 5; check b != 5 : "was another default"; }`,
    [],
  ],
  [
    "nothing, where the number that moved is none of the reader's",
    `enum Mode : u8 { off = 0; } ${state("m @1 : Mode;", "t @2 : u8;")}`,
    `enum Mode : u8 { off = 7; } ${state("m @1 : Mode;", "u @3 : u8;")}`,
    [],
  ],
  [
    "nothing, where nothing is refused",
    state("b @1 : u32 = 2;"),
    state("b @1 : u32 = 5;"),
    ["DEFAULT_CHANGED upgrade corrupting"],
  ],
])("%s", (_, old, now, expected) => {
  expect(hidden(old, now)).toEqual(expected);
});
