import { expect, test } from "vitest";
import { compileTexts } from "../../test/compiled.ts";
import { worldAt } from "../compile.ts";
import type { World } from "../schema/ir.ts";
import { Difference } from "./diff.ts";
import { nothingReused, reusedIn, type Reused } from "./history.ts";
import { judge } from "./judge.ts";

function worldOf(versions: string, text: string): World {
  return worldAt(compileTexts(`module a; ${versions}\n${text}`));
}

test.each([
  ["MEMBER_REUSED", "state S @1 { a @1 : u8; b @2 : u8; }", "state S @1 { a @1 : u8; }"],
  [
    "ALTERNATIVE_REUSED",
    "state S @1 { u @1 : U; } union U { a @1 : u8; b @2 : u8; }",
    "state S @1 { u @1 : U; } union U { a @1 : u8; }",
  ],
  ["STATE_REUSED", "state S @1 { a @1 : u8; } state T @2 { b @1 : u8; }", "state T @2 { b @1 : u8; }"],
])("%s: an id that went in a release is reused though it says what it said", (rule, text, without) => {
  const [old, between] = [worldOf("version 1;", text), worldOf("version 1; version 2;", without)];
  const now = worldOf("version 1; version 2; version 3;", text);
  const releases = reusedIn(new Map([["a", [...between.values()]]]));
  for (const direction of ["upgrade", "rollback"] as const) {
    const { changes, corrupting } = judge(new Difference({ old, new: now }, releases), direction, "a");
    expect([changes.map(({ change }) => change.kind), corrupting]).toEqual([[rule], true]);
  }
});

test("ids of an import can be reused though it is one object on both sides", () => {
  const version = (last: number, t: string): ReturnType<typeof compileTexts> =>
    compileTexts(
      `module a; import b; ${last === 3 ? "version 1; version 2;" : "version 1;"} state S @1 { t @1 : b.T; }`,
      `module b; version 1; ${t}`,
    );
  const now = worldAt(version(3, "state T { x @1 : u8; }"));
  const old = new Map(worldAt(version(1, "state T { x @1 : u8; }"))).set("b", now.get("b") ?? fail());
  const later = worldAt(compileTexts("module b; version 1; version 2; state T { y @2 : u8; }"));
  const kinds = (reused: Reused): readonly string[] =>
    judge(new Difference({ old, new: now }, reused), "upgrade", "a").changes.map(({ change }) => change.kind);
  expect(kinds(nothingReused)).toEqual([]);
  expect(kinds(reusedIn(new Map([["b", [...later.values()]]])))).toEqual(["MEMBER_REUSED"]);
});

function fail(): never {
  throw new Error("there is no such module");
}
