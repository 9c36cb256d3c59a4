import { describe, expect, test } from "vitest";
import { compileTexts } from "../../test/compiled.ts";
import { worldAt } from "../compile.ts";
import type { Value } from "../dump/value.ts";
import { Difference } from "./diff.ts";
import type { Direction } from "./finding.ts";
import { nothingReused } from "./history.ts";
import { judge } from "./judge.ts";
import { readerOf } from "./search.ts";
import { tryOut } from "./trial.ts";

test("what ended is held against what is read, and nothing else that ended is computed for it", () => {
  const members = "bdf @2 : u8 from gen ? 1 : 0 until 1; gen @3 : bool from bdf != 0 since 2";
  const [old, now] = [
    `module a; version 1; version 2; state S @1 { ${members}; }`,
    `module a; version 1; version 2; version 3; reads 1..; writes 3..; state S @1 { ${members} until 2; }`,
  ].map((text) => worldAt(compileTexts(text)));
  if (old === undefined || now === undefined) throw new Error("no worlds");
  const verdict = judge(new Difference({ old, new: now }, nothingReused), "upgrade", "a");
  const [root] = verdict.graph.roots;
  if (root === undefined) throw new Error("no record");
  const value = { gen: true };
  expect(tryOut("upgrade", root.state, readerOf(root), value).kind).toBe("refused");
  const { refused, mayBeRefused } = verdict.expect([{ state: root.state, value }]);
  expect([refused || mayBeRefused, verdict.verdict === "always"]).toEqual([true, false]);
});

function upgraded(old: string, now: string, values: readonly Value[]): readonly string[] {
  return sent("upgrade", old, now, values);
}

/** Verdict and condition between the versions 1 and 3, and whether each of some values is expected to be refused and is. */
function sent(direction: Direction, old: string, now: string, values: readonly Value[]): readonly string[] {
  const later = "version 2; version 3; reads 1..; writes 1, 3..;";
  const [before, after] = [`module a; version 1; ${old}`, `module a; version 1; ${later} ${now}`].map((text) =>
    worldAt(compileTexts(text)),
  );
  if (before === undefined || after === undefined) throw new Error("no worlds");
  const verdict = judge(new Difference({ old: before, new: after }, nothingReused), direction, "a");
  const [root] = verdict.graph.roots;
  if (root === undefined) throw new Error("no record");
  const outcomes = values.map((value) => {
    const { refused, mayBeRefused } = verdict.expect([{ state: root.state, value }]);
    const claimed = refused ? "refused" : mayBeRefused ? "at most" : "taken";
    return `${claimed}: ${tryOut(direction, root.state, readerOf(root), value).kind}`;
  });
  return [`${verdict.verdict} ${verdict.condition}`, ...outcomes];
}

describe("a default that ended with its member", () => {
  test("is nothing that another member is computed from", () => {
    expect(
      upgraded("state S @1 { a @1 : u8 = 1; }", "state S @1 { a @1 : u8 until 1 from b; b @2 : u8 since 2 from a; }", [
        { a: 1 },
        { a: 0 },
        { a: 7 },
      ]),
    ).toEqual(["conditional S.a == 1", "refused: refused", "taken: taken", "taken: taken"]);
  });

  test("nor what one is computed from that a third is computed from", () => {
    expect(
      upgraded(
        "state S @1 { a @1 : u8 = 1; }",
        "state S @1 { a @1 : u8 until 1 from b; b @2 : u8 since 2 from a; c @3 : u16 since 3 from b * 2; }",
        [{ a: 1 }, { a: 0 }],
      ),
    ).toEqual(["conditional S.a == 1", "refused: refused", "taken: taken"]);
  });

  test("where it may not matter", () => {
    expect(
      upgraded(
        "state S @1 { a @1 : u8 = 1; w @2 : bool; }",
        "state S @1 { a @1 : u8 until 1 from b; w @2 : bool; b @3 : u8 since 2 from w ? a : 1; }",
        [
          { a: 1, w: false },
          { a: 1, w: true },
          { a: 0, w: true },
        ],
      ).slice(1),
    ).toEqual(["at most: taken", "at most: refused", "taken: taken"]);
  });

  test("also where another retired member is computed back from it", () => {
    expect(
      upgraded(
        "state S @1 { a @1 : u8 = 1; x @2 : u8; }",
        "state S @1 { a @1 : u8 until 2; x @2 : u8 until 1 from a + 8; }",
        [{ a: 1, x: 9 }],
      ).slice(1),
    ).toEqual(["at most: refused"]);
  });

  test("of an enum, of text and of a bool", () => {
    const made = (type: string, stated: string): readonly string[] =>
      upgraded(
        `enum E : u8 { x = 0; y = 1; } state S @1 { a @1 : ${type} = ${stated}; }`,
        `enum E : u8 { x = 0; y = 1; } state S @1 { a @1 : ${type} until 1 from b; b @2 : ${type} since 2 from a; }`,
        [],
      );
    expect(made("E", "y")).toEqual(["conditional S.a == y"]);
    expect(made("string[..9]", '"x"')).toEqual(['conditional S.a == "x"']);
    expect(made("bool", "true")).toEqual(["conditional S.a == true"]);
  });

  test("and another default stands for what it says", () => {
    expect(
      upgraded(
        "state S @1 { a @1 : u8 = 1; }",
        "state S @1 { a @1 : u8 = 9 until 1; b @2 : u8 in 0..5 since 2 from a; }",
        [{ a: 1 }],
      ).slice(1),
    ).toEqual(["at most: refused"]);
  });

  test.each([
    ["nothing", "", ["at most: refused", "at most: refused", "at most: refused"]],
    ["the same default", "= 1", ["taken: taken", "at most: refused", "at most: refused"]],
    ["another default", "= 3", ["taken: taken", "at most: refused", "at most: refused"]],
  ])("and with %s, a value that is computed from it is read back or refused", (_, stated, expected) => {
    const [, ...outcomes] = sent(
      "rollback",
      "state S @1 { a @1 : u8 = 1; }",
      `state S @1 { a @1 : u8 ${stated} until 1; b @2 : u8 since 2 from a; }`,
      [{ b: 1 }, { b: 3 }, { b: 0 }],
    );
    expect(outcomes).toEqual(expected);
  });
});
