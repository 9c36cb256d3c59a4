import { describe, test } from "vitest";
import { expectMisread } from "../../test/judged.ts";

/** Where the search for a misreading once ended too early. */

describe("a misreading is found", () => {
  test("beside members of a type that has no value and that may be left out", () => {
    const types = `version 1; version 2; state Timer { refs @1 : Timer[..6]?; gen @3 : u8[2..3]; check len(gen) <= 0 : "none is"; }
      state Clock { mode @7 : Timer[..6]?; owner @1 : Clock[..2]; }`;
    const state = (offset: string): string => `${types} state S @1 {
      token @1 : S[..3]; flags @2 : bool; label @3 : S[]; order @4 : Clock[2..]; bdf @5 : u8; offset @6 : u8 ${offset} since 2;
      check flags : "set"; }`;
    const clock = { owner: [] };
    const value = { token: [], flags: true, label: [], order: [clock, clock], bdf: 255, offset: 0 };
    expectMisread("upgrade", state("= 0"), state("from bdf"), "S", value);
  });

  test("on the longer of two ways, where whatever the shorter one leads through is refused", () => {
    const rest = `state S @1 { of @1 : Domain[] = []; session @2 : Session?; } union Domain { none @1 : none; some @2 : Command; }
      state Session @2 { command @1 : Command; check`;
    const value = { of: [{ kind: "some", value: { kind: "irq", value: null } }], session: undefined };
    expectMisread(
      "rollback",
      `union Command { gen @1 : none; mode @9 : u16; holder @3 : S; } ${rest} command is holder && has(command.holder.session) : "x"; }`,
      `union Command { irq @1 : none; gen @9 : u16; holder @3 : S; } ${rest} true : "x"; }`,
      "S",
      value,
    );
  });

  test("where two checks, before and after, each want what lies deep in a member", () => {
    const rest = 'state S @1 { of @1 : S[]?; p @2 : P; check has(p.a) && has(p.a.a) : "deep"; }';
    const end = { a: undefined, b: undefined, n: 0 };
    const deep = { a: { a: end, b: undefined, n: 1 }, b: { a: undefined, b: end, n: 2 }, n: 0 };
    const [old, now] = ["a @1 : P?; b @2 : P?;", "a @2 : P?; b @1 : P?;"].map(
      (ids) => `state P { ${ids} n @3 : u8; } ${rest}`,
    );
    for (const direction of ["upgrade", "rollback"] as const) {
      expectMisread(direction, old ?? "", now ?? "", "S", { of: undefined, p: deep });
    }
  });

  test("where one element of a list must be zero beside another that is not", () => {
    const rest = `size @2 : i32; label @3 : bytes[9]; last @4 : u32 = 4_294_967_295 in 4_294_967_295..4_294_967_295; }
      state S @1 { rows @1 : V[]; q @2 : Q?; } state Q @2 { row @1 : T; text @2 : string[..39] = "x"; }
      state V @3 { base @4 : V[..4]; row @1 : T; next @2 : V?; }`;
    const row = { kind: [true, false], vendor: false, size: 0, label: new Uint8Array(9), last: 4_294_967_295 };
    expectMisread(
      "upgrade",
      `struct T { kind @16 : bool[2]; vendor @1 : bool = false; ${rest}`,
      `struct T { vendor @1 : bool = false; ${rest}`,
      "S",
      { rows: [], q: { row, text: "x" } },
    );
  });

  test("where the reader's check looks for what its writer does not have, and for something else", () => {
    const state = (id: number): string => `union U { a @65535 : none; }
      state S @1 { a @1 : U[]; b @5 : U[..65_536] = []; c @2 : U[..5]?; d @${id} : string[..7][]? ignorable;
        check len(b) > 5 || has(d) && len(d) <= 3 : "one of them"; check !has(c) || len(c) == 0 : "none"; }`;
    const a = { kind: "a", value: null };
    const value = { a: [], b: [a, a, a, a, a, a], c: undefined, d: [""] };
    for (const direction of ["upgrade", "rollback"] as const) expectMisread(direction, state(3), state(37), "S", value);
  });

  test("where a check asks for a length in a union", () => {
    const [old, now] = [
      ["count", "refs", ""],
      ["refs", "count", 'check count is b && len(count.b) >= 34 : "long"; check has(refs) : "there";'],
    ].map(
      ([optional, union, checks]) =>
        `union Z { b @1 : bytes[2..40]; n @2 : P[]; } state P { } state S @1 { seq @1 : P[..5]?; ${optional} @2 : bytes[16]?; ${union} @3 : Z; ${checks} }`,
    );
    const value = { seq: undefined, count: new Uint8Array(16), refs: { kind: "b", value: new Uint8Array(38) } };
    expectMisread("upgrade", old ?? "", now ?? "", "S", value);
  });
});
