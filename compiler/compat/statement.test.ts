import { describe, expect, test } from "vitest";
import { compileTexts } from "../../test/compiled.ts";
import { worldAt } from "../compile.ts";
import type { World } from "../schema/ir.ts";
import { Difference } from "./diff.ts";
import type { Direction } from "./finding.ts";
import { nothingReused } from "./history.ts";
import { judge } from "./judge.ts";

function worldOf(text: string): World {
  return worldAt(compileTexts(`module a; ${text}`));
}

function conditionOf(direction: Direction, old: string, now: string): string | null {
  return judge(new Difference({ old: worldOf(old), new: worldOf(now) }, nothingReused), direction, "a").condition;
}

describe("a condition names the member where a type is read as several", () => {
  const narrow = "state N { a @1 : u8 in 0..5; }";
  const wide = "state N { a @1 : u8; } state P { a @1 : u8; }";

  test("and the type where every one of it is meant", () => {
    const state = "state S @0x1 { n @1 : N; m @2 : N; }";
    expect(conditionOf("rollback", `${narrow} ${state}`, `state N { a @1 : u8; } ${state}`)).toBe("N.a > 5");
  });

  test("that was split", () => {
    const old = `${narrow} state P { a @1 : u8; } state S @0x1 { n @1 : N; m @2 : P; }`;
    const now = `${wide} state S @0x1 { n @1 : N; m @2 : N; }`;
    expect(conditionOf("rollback", old, now)).toBe("S.n.a > 5");
  });

  test("in lists, optionals, unions and what holds those", () => {
    const users = (m: string): string =>
      `union U { n @1 : N; m @2 : ${m}; } state T { ns @1 : N[..3]; u @2 : U; ms @3 : ${m}?; }
      state S @0x1 { t @1 : T?; }`;
    const old = `${narrow} state P { a @1 : u8; } ${users("P")}`;
    expect(conditionOf("rollback", old, `${wide} ${users("N")}`)).toBe("T.ns[*].a > 5 || U.n.a > 5");
  });

  test("also where that which holds it is itself read as several", () => {
    const inner = (a: string, b: string): string => `state H { x @1 : ${a}; } state I { x @1 : ${b}; }`;
    const old = `${narrow} state P { a @1 : u8; } ${inner("N", "P")} state S @0x1 { h @1 : H; i @2 : I[..2]; }`;
    const now = `${wide} ${inner("N", "N")} state S @0x1 { h @1 : H; i @2 : H[..2]; }`;
    expect(conditionOf("rollback", old, now)).toBe("S.h.x.a > 5");
  });

  test("and both where both are refused alike", () => {
    const old = `${narrow} state P { a @1 : u8 in 0..5; } state S @0x1 { n @1 : N; m @2 : P; }`;
    const now = `${wide} state S @0x1 { n @1 : N; m @2 : N; }`;
    expect(conditionOf("rollback", old, now)).toBe("N.a > 5");
  });

  test.each([
    ["before", (m: string) => `z @1 : Z?; m @2 : ${m};`],
    ["behind", (m: string) => `m @1 : ${m}; z @2 : Z?;`],
  ])("%s what is the same on both sides and holds it too", (_, members) => {
    const rest = "state N { a @1 : u8; } state Y { n @1 : N; } state Z { y @1 : Y; }";
    const old = `${rest} state P { a @1 : u8 in 0..5; } state S @0x1 { ${members("P")} }`;
    expect(conditionOf("rollback", old, `${rest} state S @0x1 { ${members("N")} }`)).toBe("S.m.a > 5");
  });

  test("that goes on for ever", () => {
    const tree = (n: string, a: string): string => `state ${n} { a @1 : u8 ${a}; left @2 : ${n}?; }`;
    const old = `${tree("N", "in 0..5")} ${tree("P", "")} state S @0x1 { n @1 : N; m @2 : P; }`;
    const now = `${tree("N", "")} ${tree("P", "")} state S @0x1 { n @1 : N; m @2 : N; }`;
    expect(conditionOf("rollback", old, now)).toBe("S.n.a > 5 || S.n….left.a > 5");
  });
});
