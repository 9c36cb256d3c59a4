import { describe, expect, test } from "vitest";
import { compileTexts } from "../../test/compiled.ts";
import { worldAt } from "../compile.ts";
import { Difference } from "./diff.ts";
import type { Direction } from "./finding.ts";
import { nothingReused } from "./history.ts";
import { judge } from "./judge.ts";
import { witnessOf } from "./witness.ts";

/** What the witness of each change at a place shows. */
function outcomes(direction: Direction, old: string, now: string): readonly string[] {
  const [before, after] = [old, now].map((text) => worldAt(compileTexts(`module a; ${text}`)));
  if (before === undefined || after === undefined) throw new Error("no world");
  const verdict = judge(new Difference({ old: before, new: after }, nothingReused), direction, "a");
  return verdict.changes.flatMap((change) => {
    const witnessed = witnessOf(verdict, change);
    const shown = witnessed.kind === "witness" ? witnessed.witness.outcome : witnessed.kind;
    return change.verdict === "always" ? [] : [`${change.change.kind} ${change.change.place.path}: ${shown}`];
  });
}

describe("a witness shows its own change", () => {
  test("where the least value shows another one", () => {
    const schema = (t: string, q: string): string =>
      `state T { a @1 : u8 in ${t}; v @2 : V; } state V { q @1 : u8 ${q}; } state S @0x1 { t @1 : T[1..3]; }`;
    expect(outcomes("upgrade", schema("0..9", ""), schema("1..10", "in 2..9"))).toEqual([
      "RANGE_MOVED T.a: refused by the reader: S.t[0].a: 0 is outside 1..10",
      "RANGE_SHRUNK V.q: refused by the reader: S.t[0].v.q: 0 is outside 2..9",
    ]);
  });

  test.each([
    ["an optional", "o @2 : u8?;", "o @2 : u8;", "OPTIONAL_REMOVED S.o", "S.o: required and missing"],
    ["a length", "o @2 : string[..9];", "o @2 : string[3..9];", "LENGTH_SHRUNK S.o", "S.o: length 0 is outside 3..9"],
    ["a count", "o @2 : u8[..9];", "o @2 : u8[2..9];", "COUNT_SHRUNK S.o", "S.o: length 0 is outside 2..9"],
  ])("beside %s", (_, was, is, change, reason) => {
    const schema = (other: string, range: string): string => `state S @0x1 { a @1 : u8 ${range}; ${other} }`;
    const found = outcomes("upgrade", schema(was, ""), schema(is, "in 3..9"));
    expect(found).toEqual([
      "RANGE_SHRUNK S.a: refused by the reader: S.a: 0 is outside 3..9",
      `${change}: refused by the reader: ${reason}`,
    ]);
  });

  test("in bits of 64, beside a range of them whose type has other bounds", () => {
    const schema = (range: string, more: string): string =>
      `type V = u64 in ${range}; bits B : u64 { r = 10..62 : V; ${more} } state S @0x1 { b @1 : B; }`;
    expect(outcomes("rollback", schema("1..9", ""), schema("2..20", "s = 63;"))).toEqual([
      "BITS_NAMED B.s: refused by the writer: S.b: bits 0x8000000000000000 have no name in a.B",
      "RANGE_MOVED V: refused by the writer: S.b.r: 10 is outside 1..9",
    ]);
  });
});
