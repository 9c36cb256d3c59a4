import { expect, test } from "vitest";
import { told, verdictOf } from "../../test/judged.ts";
import type { Value } from "../dump/value.ts";

test("what one holder keeps and misreads, another drops, and must decode", () => {
  const text = (head: string, row: string, until: string): string =>
    `${head} struct Row { on @1 : bool; ${row} n @2 : u8 = 0; } state Held @3 { row @1 : Row ignorable; }
     state S @1 { g @1 : u8; held @2 : Held[] = [] ignorable${until}; }`;
  const old = text("version 4;", "", "");
  const verdict = verdictOf("upgrade", old, text("version 4; version 5;", "label @9 : bool;", " until 4"));
  expect(verdict.states).toEqual([
    { state: "a.Held", verdict: "never", corrupting: true },
    { state: "a.S", verdict: "conditional", corrupting: false },
  ]);
  const held = (n: number): Value => ({ g: 0, held: [{ row: { on: false, n } }] });
  expect(told(verdict, "S", held(90))).toEqual(["may be refused", "refused"]);
  expect(told(verdict, "S", held(1))).toEqual(["may be refused", "taken"]);
  expect(told(verdict, "S", { g: 0, held: [] })).toEqual(["taken", "taken"]);
});

test("of a row's member that lies in padding and beyond, only some bytes are refused", () => {
  const text = (rest: string): string =>
    `struct Row { size @1 : i16 = 0; on @2 : bool; ${rest} } state S @1 { row @1 : Row; }`;
  const verdict = verdictOf("upgrade", text("id @3 : bytes[5] ignorable;"), text(""));
  const row = (...id: readonly number[]): Value => ({ row: { size: 0, on: false, id: Uint8Array.from(id) } });
  expect(told(verdict, "S", row(0, 1, 1, 1, 1))).toEqual(["may be refused", "taken"]);
  expect(told(verdict, "S", row(1, 0, 0, 0, 0))).toEqual(["may be refused", "refused"]);
  expect(told(verdict, "S", row(0, 0, 0, 0, 0))).toEqual(["taken", "taken"]);
});
