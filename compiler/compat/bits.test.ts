import { describe, expect, test } from "vitest";
import { compileTexts } from "../../test/compiled.ts";
import { worldAt } from "../compile.ts";
import { Difference } from "./diff.ts";
import { nothingReused } from "./history.ts";
import { judge } from "./judge.ts";
import { witnessOf } from "./witness.ts";

/** What becomes of the changes between two bits, in a member, a list and a row; each with what its witness comes to. */
function told(old: string, now: string, holder = "state S @0x1 { b @1 : B; }"): readonly string[] {
  const [before, after] = [old, now].map((text) => worldAt(compileTexts(`module a; ${text} ${holder}`)));
  if (before === undefined || after === undefined) throw new Error("no world");
  const difference = new Difference({ old: before, new: after }, nothingReused);
  return (["upgrade", "rollback"] as const).flatMap((direction) => {
    const verdict = judge(difference, direction, "a");
    return verdict.changes.map((change) => {
      const { kind } = change.change;
      if (change.verdict === "always") return `${kind} ${direction} always`;
      const word = change.corrupting ? "corrupting" : change.verdict;
      return `${kind} ${direction} ${word} if ${change.condition}: ${witnessOf(verdict, change).kind}`;
    });
  });
}

const holders = [
  ["a member", "state S @0x1 { b @1 : B; }"],
  ["a member with a default", "state S @0x1 { b @1 : B = 0; }"],
  ["a list", "state S @0x1 { b @1 : B[..4]; }"],
  ["a row", "struct R { b @1 : B; } state S @0x1 { r @1 : R[..4]; }"],
] as const;

describe.each(holders)("a range of closed bits that grows, in %s", (_, holder) => {
  test("is the same number wherever an old writer has it", () => {
    const [upgrade, rollback] = told("bits B : u16 { p = 0; r = 4..5; }", "bits B : u16 { p = 0; r = 4..7; }", holder);
    expect(upgrade).toBe("BITS_RESIZED upgrade always");
    expect(rollback).toMatch(/^BITS_RESIZED rollback conditional if .*: witness$/);
  });

  test("and for an old reader where a new writer has it", () => {
    const [upgrade, rollback] = told("bits B : u16 { p = 0; r = 4..7; }", "bits B : u16 { p = 0; r = 4..5; }", holder);
    expect(upgrade).toMatch(/^BITS_RESIZED upgrade conditional if .*: witness$/);
    expect(rollback).toBe("BITS_RESIZED rollback always");
  });
});

describe("bits that have another place", () => {
  const e = "enum E : u8 { x = 0; y = 1; z = 2; }";

  test("a single bit that becomes a range", () => {
    expect(told("bits B : u16 { p = 0; }", "bits B : u16 { p = 0..1; }")).toEqual([
      "BITS_RESIZED upgrade always",
      "BITS_RESIZED rollback conditional if (S.b & 0x1) != (S.b & 0x3) || (S.b & 0x2) != 0: witness",
    ]);
  });

  test.each([
    ["closed", "bits"],
    ["open", "open bits"],
  ])("%s: a range typed by an enum whose values need no more bits", (kind, bits) => {
    const [upgrade, rollback] = told(
      `${e} ${bits} B : u16 { m = 0..3 : E; }`,
      `${e} ${bits} B : u16 { m = 0..1 : E; }`,
    );
    expect(upgrade).toBe("BITS_RESIZED upgrade always");
    // Whoever has no name for bits 2 and 3 may set them all the same.
    if (kind === "closed") expect(rollback).toBe("BITS_RESIZED rollback always");
    else expect(rollback).toMatch(/^BITS_RESIZED rollback conditional if .*: witness$/);
  });

  test("a range that moves onto bits that hold the same", () => {
    const [one, other] = ["enum O : u8 { only = 1; }", "bits B : u16 { m = 0..1 : O; n = 4..5 : O; }"];
    expect(told(`${one} ${other}`, `${one} bits B : u16 { n = 0..1 : O; m = 4..5 : O; }`)).toEqual([
      "BITS_SWAPPED upgrade always",
      "BITS_SWAPPED rollback always",
    ]);
  });

  test("a range of open bits that grows over bits that may be set", () => {
    expect(told("open bits B : u16 { r = 4..5; }", "open bits B : u16 { r = 4..7; }")).toEqual([
      "BITS_RESIZED upgrade corrupting if (S.b >> 4 & 0x3) != (S.b >> 4 & 0xf): witness",
      "BITS_RESIZED rollback corrupting if (S.b >> 4 & 0x3) != (S.b >> 4 & 0xf): witness",
    ]);
  });

  test("a range of which the reader takes more, beside others of closed bits", () => {
    expect(
      told("bits B : u16 { r = 0..1; s = 2..3; }", "bits B : u16 { r = 0..3; }").filter((one) => /RESIZED/.test(one)),
    ).toEqual([
      "BITS_RESIZED upgrade corrupting if (S.b & 0x3) != (S.b & 0xf): witness",
      "BITS_RESIZED rollback corrupting if (S.b & 0x3) != (S.b & 0xf): witness",
    ]);
  });

  test("many ranges that an enum types, none of which can be zero", () => {
    const [f, rest] = ["enum F : u8 { u = 5; v = 9; }", "c = 12..15 : F; d = 16..19 : F; "];
    const [upgrade] = told(
      `${f} bits B : u32 { a = 0..3 : F; b = 4..7 : F; ${rest} }`,
      `${f} bits B : u32 { b = 0..3 : F; a = 4..7 : F; ${rest} }`,
    );
    expect(upgrade).toBe("BITS_SWAPPED upgrade corrupting if (S.b & 0xf) != (S.b >> 4 & 0xf): witness");
  });

  test.each([
    ["that has another size", "0..2"],
    ["that lies elsewhere", "4..5"],
  ])("a range %s, and values of its enum that exchange their numbers", (_, place) => {
    const found = told(
      "enum F : u8 { u = 0; v = 1; w = 2; } bits B : u16 { m = 0..1 : F; }",
      `enum F : u8 { u = 1; v = 0; w = 2; } bits B : u16 { m = ${place} : F; }`,
      "state S @0x1 { b @1 : B; }",
    );
    const [upgrade, rollback] = found.filter((one) => one.startsWith("BITS"));
    expect(upgrade).toMatch(/^BITS_\w+ upgrade corrupting if .*S\.b\.m == u || S\.b\.m == v.*: witness$/);
    expect(rollback).toMatch(/^BITS_\w+ rollback corrupting if .*S\.b\.m == v || S\.b\.m == u.*: witness$/);
  });

  test("a range of another size whose type is another one that has the same names", () => {
    const enums = "enum F : u8 { u = 0; v = 3; w = 4; } enum G : u8 { v = 0; x = 1; y = 3; }";
    const [upgrade] = told(
      `${enums} open bits B : u8 { m = 2..4 : F; }`,
      `${enums} open bits B : u8 { m = 2..3 : G; }`,
    );
    expect(upgrade).toBe(
      "BITS_RESIZED upgrade corrupting if (S.b >> 2 & 0x3) != (S.b >> 2 & 0x7) || S.b.m != w: witness",
    );
  });

  test("a range of another size that holds another unit", () => {
    const typed = (unit: string, place: string): string =>
      `type Time = u8 in 0..3 unit "${unit}"; bits B : u16 { m = ${place} : Time; }`;
    const found = told(typed("ms", "0..1"), typed("s", "0..2")).filter((one) => one.startsWith("BITS"));
    expect(found).toEqual([
      "BITS_RESIZED upgrade corrupting if null: witness",
      "BITS_RESIZED rollback corrupting if null: witness",
    ]);
  });
});
