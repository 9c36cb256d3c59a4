import { describe, expect, test } from "vitest";
import { verdictOf } from "../../../test/judged.ts";

describe("what is computed behind a guard", () => {
  const types =
    "version 1; version 2; state N { v @1 : u32; k @2 : u32?; } union U { i @1 : N; b @3 : u8; n @2 : none; }";
  const members = "n @1 : N?; u @2 : U; x @3 : u16?; ns @4 : N[..3] = [];";
  const verdictWith = (computed: string): string => {
    const [old, now] = ["", computed].map((one) => `${types} state S @1 { ${members} ${one} }`);
    const { verdict, condition } = verdictOf("upgrade", old ?? "", now ?? "");
    return condition === null ? verdict : `${verdict} ${condition}`;
  };

  test.each([
    "u32 from has(n) ? n.v : 0",
    "u32 from !has(n) ? 7 : n.v",
    "u32 from has(n) && has(n.k) ? n.k : 9",
    "u8 from u is b ? u.b : 0",
    "bool from u is i && u.i.v > 9",
    "bool from !(u is i) || u.i.v > 9",
    "u32 from u is i && has(u.i.k) ? u.i.k : 9",
    "bool from any(ns, has(k) && k > 3)",
    "u16 from has(n) && has(x) ? x : 3",
  ])("always has a value: %s", (computed) => {
    expect(verdictWith(`z @10 : ${computed} since 2;`)).toBe("always");
  });

  test.each([
    ["bool from has(n) || n.v > 3", "conditional at most: `has(S.n) || S.n.v > 3` has no value"],
    ["bool from n.v > 3 && has(n)", "conditional at most: `S.n.v > 3 && has(S.n)` has no value"],
    ["bool from u is b && u.i.v > 3", "conditional at most: `S.u is b && S.u.i.v > 3` has no value"],
    ["bool from has(n) && n.k > 3", "conditional at most: `has(S.n) && S.n.k > 3` has no value"],
    ["bool from all(ns, k > 3) && has(n)", "conditional at most: `all(S.ns, k > 3) && has(S.n)` has no value"],
    ["u8 from has(n) ? n.v : 0", "conditional at most: (has(S.n) ? S.n.v : 0) < 0 || (has(S.n) ? S.n.v : 0) > 255"],
  ])("may have none where the guard is another: %s", (computed, expected) => {
    expect(verdictWith(`z @10 : ${computed} since 2;`)).toBe(expected);
  });
});
