import { describe, expect, test } from "vitest";
import { BatonError, DumpWriter, type StateCodec } from "../../../runtime/index.ts";
import { Generated } from "../../../test/property/generated.ts";
import { releasedAs } from "../../../test/released.ts";

const one = "module demo; version 1; ";
const two = "module demo; version 1; version 2; ";

/** What is said of a record of `demo.S` that cannot be written for what was released. */
function refusal(
  texts: { readonly old: readonly string[]; readonly now: readonly string[] },
  versions: Readonly<Record<string, number>>,
  value: object,
): string {
  const generated = new Generated(releasedAs(texts.old, texts.now).after);
  try {
    // The export of this name is the codec of a state.
    new DumpWriter({ for: versions }).add(generated.exports("demo")["S"] as StateCodec<object>, value).finish();
  } catch (error) {
    if (error instanceof BatonError) return error.message;
    throw error;
  }
  return "written";
}

describe("a value that an older version does not have is told with its place and what that has", () => {
  const nested = (type: string): string =>
    `state S @1 { a @1 : ${type}?; l @2 : ${type}[..4]?; n @3 : N?; u @4 : U?; r @5 : R[..2] = []; } state N { a @1 : ${type}; }
     union U { x @1 : ${type}; } struct R { a @1 : ${type}; l @2 : ${type}[2]; }`;
  const alone = (type: string): string => `state S @1 { a @1 : ${type}?; l @2 : ${type}[..4]?; }`;
  const rows = (type: string): string =>
    `state S @1 { r @5 : R[..2] = []; } struct R { a @1 : ${type}; l @2 : ${type}[2]; }`;
  const u16 = "300 is outside 0..255 of version 1";

  test.each([
    [nested("u8"), nested("u16"), { a: 300 }, `B8201: demo.S#0.a @1: ${u16}`],
    [nested("u8"), nested("u16"), { l: [1, 300] }, `B8201: demo.S#0.l[1] @2: ${u16}`],
    [nested("u8"), nested("u16"), { n: { a: 300 } }, `B8201: demo.S#0.n.a @1: ${u16}`],
    [nested("u8"), nested("u16"), { u: { kind: "x", value: 300 } }, `B8201: demo.S#0.u.x @1: ${u16}`],
    [nested("u8"), nested("u16"), { r: [{ a: 300, l: [0, 0] }] }, `B8201: demo.S#0.r[0].a @1: ${u16}`],
    [nested("u8"), nested("u16"), { r: [{ a: 3, l: [0, 300] }] }, `B8201: demo.S#0.r[0].l[1] @2: ${u16}`],
    [
      nested("i64"),
      nested("u64"),
      { a: 1n << 63n },
      "B8201: demo.S#0.a @1: 9223372036854775808 is outside -9223372036854775808..9223372036854775807 of version 1",
    ],
    [
      nested("u64"),
      nested("i64"),
      { r: [{ a: 0n, l: [0n, -1n] }] },
      "B8201: demo.S#0.r[0].l[1] @2: -1 is outside 0..18446744073709551615 of version 1",
    ],
    [
      alone("string[..3]"),
      alone("string[..9]"),
      { a: "äöü" },
      "B8206: demo.S#0.a @1: length 6 is outside 0..3 of version 1",
    ],
    [
      alone("string[2..9]"),
      alone("string[..9]"),
      { l: ["ab", ""] },
      "B8206: demo.S#0.l[1] @2: length 0 is outside 2..9 of version 1",
    ],
    [
      alone("bytes[..3]"),
      alone("bytes[..9]"),
      { a: new Uint8Array(4) },
      "B8206: demo.S#0.a @1: length 4 is outside 0..3 of version 1",
    ],
    [
      rows("cstring[4]"),
      rows("cstring[8]"),
      { r: [{ a: "abcd", l: ["", ""] }] },
      "B8206: demo.S#0.r[0].a @1: length 4 is outside 0..3 of version 1",
    ],
    [
      rows("cstring[4]"),
      rows("cstring[8]"),
      { r: [{ a: "", l: ["", "abcd"] }] },
      "B8206: demo.S#0.r[0].l[1] @2: length 4 is outside 0..3 of version 1",
    ],
  ])("%#", (old, now, value, expected) => {
    expect(refusal({ old: [one + old], now: [two + now] }, { demo: 1 }, value)).toBe(expected);
  });

  test.each([
    ["an enum", { e: 2 }, "B8202: demo.S#0.e @1: 2 is no value of base.E of version 1"],
    ["of a list", { l: [0, 2] }, "B8202: demo.S#0.l[1] @2: 2 is no value of base.E of version 1"],
    ["a number", { p: 300 }, "B8201: demo.S#0.p @3: 300 is outside base.P of version 1"],
    ["numbers", { q: [300] }, "B8201: demo.S#0.q[0] @4: 300 is outside base.P of version 1"],
    ["in a row", { r: [{ p: 300 }] }, "B8201: demo.S#0.r[0].p @1: 300 is outside base.P of version 1"],
  ])("by the version of the module that its type is of: %s", (_, value, expected) => {
    const base = (head: string, type: string, more: string): string =>
      `module base; ${head} type P = ${type}; enum E : u8 { a = 0; b = 1; ${more} }`;
    const user =
      "import base; state S @1 { e @1 : E = a; l @2 : E[..4] = []; p @3 : P = 0; q @4 : P[..3] = []; r @5 : R[..2] = []; } struct R { p @1 : P; }";
    // Whether the module itself is written for another version or not.
    for (const versions of [{ base: 1 }, { base: 1, demo: 1 }, { base: 1, demo: 2 }]) {
      const old = [base("version 1;", "u16 in 0..9", ""), one + user];
      const now = [base("version 1; version 2;", "u16 in 0..999", "c = 2;"), two + user];
      expect(refusal({ old, now }, versions, value)).toBe(expected);
    }
  });
});
