import { describe, expect, test } from "vitest";
import { compileTexts } from "../../test/compiled.ts";
import { worldAt } from "../compile.ts";
import type { World } from "../schema/ir.ts";
import { Difference } from "./diff.ts";
import type { Direction } from "./finding.ts";
import { nothingReused } from "./history.ts";
import { judge, type PairVerdict } from "./judge.ts";

function worldOf(text: string): World {
  return worldAt(compileTexts(`module a; version 1; version 2; ${text}`));
}

function verdictOf(direction: Direction, old: string, now: string): PairVerdict {
  return judge(new Difference({ old: worldOf(old), new: worldOf(now) }, nothingReused), direction, "a");
}

function told(direction: Direction, old: string, now: string): readonly string[] {
  const { verdict, condition, changes } = verdictOf(direction, old, now);
  return [
    `${verdict} ${condition}`,
    ...changes.map((one) => `${one.change.kind} ${one.verdict} ${one.refusedBy} ${one.condition}`),
  ];
}

const state = (...members: readonly string[]): string => `state S @0x1 { ${members.join(" ")} }`;

describe("a check that no value passes is never", () => {
  test.each([
    ["an absent member", "a @1 : u8;", 'a @1 : u8; w @2 : u8? since 2; check has(w) : "w";', "MEMBER_ADDED"],
    ["a default", "a @1 : u8;", 'a @1 : u8; b @2 : u8 = 1 since 2; check b == 2 : "b";', "MEMBER_ADDED"],
    ["a range", "a @1 : u8 in 0..3;", 'a @1 : u8 in 0..3; check a > 5 : "a";', null],
    ["a large range", "a @1 : u64 in 0..1_000_000;", 'a @1 : u64 in 0..1_000_000; check a > 2_000_000 : "a";', null],
    ["a length", "a @1 : u8[..3];", 'a @1 : u8[..3]; check len(a) > 3 : "a";', null],
    [
      "two ranges",
      "a @1 : u32 in 0..9; b @2 : u32 in 9..99;",
      'a @1 : u32 in 0..9; b @2 : u32 in 9..99; check a * 2 > b + 90 : "a";',
      null,
    ],
    ["what the writer checks", 'a @1 : u32; check a > 70_000 : "a";', 'a @1 : u32; check a < 70_000 : "b";', null],
  ])("of %s", (_, old, now, other) => {
    const [verdict, ...changes] = told("upgrade", state(old), state(now));
    expect(verdict).toBe("never null");
    const rest = changes.filter(
      (one) => !one.startsWith("CHECK_REMOVED") && (other === null || !one.startsWith(other)),
    );
    expect(rest).toEqual(["CHECK_ADDED never reader null"]);
  });

  test("also on rollback, where the writer finds out", () => {
    const [old, now] = [state("a @1 : u8;", 'check a > 5 : "a";'), state("a @1 : u8 in 0..3;")];
    expect(told("rollback", old, now)).toEqual([
      "never null",
      "RANGE_SHRUNK always null null",
      "CHECK_REMOVED never writer null",
    ]);
  });

  test("in what a record must hold, and in what it may hold", () => {
    const [old, now] = ["", 'check a > 5 : "a";'].map((check) => `state T { a @1 : u8 in 0..3; ${check} }`);
    expect(told("upgrade", `${old} ${state("t @1 : T;")}`, `${now} ${state("t @1 : T;")}`)[0]).toBe("never null");
    expect(told("upgrade", `${old} ${state("t @1 : T?;")}`, `${now} ${state("t @1 : T?;")}`)[0]).toMatch(
      /^conditional .*S\.t/,
    );
  });

  test("together with a range that leaves nothing, each being conditional", () => {
    const old = state("a @1 : u32;");
    expect(told("upgrade", old, state("a @1 : u32 in 0..3;", 'check a > 5 : "a";'))).toEqual([
      "never null",
      "RANGE_SHRUNK conditional reader S.a > 3",
      "CHECK_ADDED conditional reader at most: S.a <= 5",
    ]);
    expect(told("upgrade", old, state("a @1 : u32 in 0..6;", 'check a > 5 : "a";'))[0]).toBe(
      "conditional S.a > 6 || at most: S.a <= 5",
    );
  });

  test("but not where some value passes", () => {
    expect(told("upgrade", state("a @1 : u64;"), state("a @1 : u64;", 'check a != 77_000 : "a";'))).toEqual([
      "conditional at most: S.a == 77000",
      "CHECK_ADDED conditional reader at most: S.a == 77000",
    ]);
  });
});

describe("a check that every value passes is always", () => {
  test.each([
    ["a large range", "a @1 : u64 in 0..1_000_000;", 'a @1 : u64 in 0..1_000_000; check a < 2_000_000 : "a";'],
    ["what the writer checks", 'a @1 : u32; check a < 70_000 : "a";', 'a @1 : u32; check a < 80_000 : "b";'],
  ])("of %s", (_, old, now) => {
    expect(told("upgrade", state(old), state(now))[0]).toBe("always null");
  });
});
