import { describe, expect, test } from "vitest";
import { cpuTime } from "../../test/cpu-time.ts";
import { expectMisread, told, verdictOf, worldOf } from "../../test/judged.ts";
import { compileTexts } from "../../test/compiled.ts";
import { worldAt } from "../compile.ts";
import { Difference } from "./diff.ts";
import type { Direction } from "./finding.ts";
import { nothingReused } from "./history.ts";
import { judge, type PairVerdict } from "./judge.ts";

/** What random schemas once showed to be judged wrongly, each as small as it gets. */

describe("a misreading is found", () => {
  test("where a check of the holder wants more than the one value that is misread", () => {
    const rest = `state T { list @1 : U[..2] = []; next @2 : T?; }
      state S @1 { t @1 : T?; check has(t) && has(t.next) : "two of them"; }`;
    const value = { t: { list: [{}], next: { list: [], next: undefined } } };
    expectMisread(
      "upgrade",
      `state U { n @1 : u8 = 0; } ${rest}`,
      `state U { n @1 : u8 = 0; } ${rest.replace("U[..2]", "bytes[..14][..2]")}`,
      "S",
      { ...value, t: { ...value.t, list: [{ n: 0 }] } },
    );
  });

  test("where hardly any row has bytes that the other layout takes", () => {
    const [irq, owner] = ["irq @1 : bytes[3];", "owner @2 : u8 in 255..255; on @5 : bool;"];
    const nested = "struct N { a @1 : u8 in 7..7; b @2 : cstring[4]; } enum E : u8 { x = 9; }";
    const rest = `e @3 : E[2]; n @4 : N; } state S @1 { l @1 : L; } ${nested}`;
    const value = { l: { irq: Uint8Array.of(255, 1, 0), owner: 255, on: false, e: [9, 9], n: { a: 7, b: "" } } };
    expectMisread("upgrade", `struct L { ${irq} ${owner} ${rest}`, `struct L { ${owner} ${irq} ${rest}`, "S", value);
  });

  test("where a check leads through a member to a text that must be long", () => {
    const lane = "state Lane { n @1 : u8 = 3; text @2 : string[..27]?; m @3 : Lane?; }";
    expectMisread(
      "upgrade",
      `${lane} state S @1 { a @9 : Lane; b @1 : S[..2]; }`,
      `${lane} state S @1 { b @9 : Lane; a @1 : S[..2]; check len(b.text) >= 1 && len(a) != 3 && (!has(b.text) || len(b.text) > 20) : "x"; }`,
      "S",
      { a: { n: 3, text: "a".repeat(21), m: undefined }, b: [] },
    );
  });

  test("where a check makes values hard to find", () => {
    const inner = "state T { a @1 : T?; b @2 : T?; n @3 : u8 = 0; }";
    expectMisread(
      "upgrade",
      `${inner} state S @1 { x @1 : T; y @3 : u64 = 0; check has(x.a) && has(x.a.b) && x.a.n == 77 : "deep"; }`,
      `${inner} state S @1 { y @1 : T; x @3 : u64 = 0; check has(y.a) && has(y.a.b) && y.a.n == 77 : "deep"; }`,
      "S",
      { x: { a: { a: undefined, b: { n: 0 }, n: 77 }, n: 0 }, y: 0n },
    );
  });

  test("where zeros must lie in the new padding", () => {
    const before = 'struct T { mode @1 : i16 = 76; data @2 : bytes[9] = "b1e19ac04a7eddd327"; last @4 : u16; }';
    const after = 'struct T { data @2 : bytes[9] = "b1e19ac04a7eddd327"; last @4 : u16; mode @1 : i16 = 76; }';
    const state = "state S @1 { t @1 : T; }";
    const value = { t: { mode: 76, data: new Uint8Array(9), last: 17261 } };
    expectMisread("upgrade", `${before} ${state}`, `${after} ${state}`, "S", value);
  });

  test("in types that hold themselves", () => {
    const value = { a: { a: undefined, b: { a: undefined, b: undefined } }, b: undefined };
    expectMisread(
      "upgrade",
      "state S @1 { a @3 : S?; b @4 : S?; }",
      "state S @1 { a @4 : S?; b @3 : S?; }",
      "S",
      value,
    );
  });

  test("in unions that hold themselves", () => {
    const union = "union U { n @1 : u32 in 7..7; again @2 : U; }";
    const one = { kind: "n", value: 7 };
    expectMisread(
      "upgrade",
      `${union} state S @1 { a @3 : U; b @4 : U; }`,
      `${union} state S @1 { a @4 : U; b @3 : U; }`,
      "S",
      { a: one, b: { kind: "again", value: one } },
    );
  });

  test("where a check of the reader refuses most values", () => {
    const state = (checks: string): string => `state S @1 { m @1 : P[1]; check any(m, it.flags) : "flags"; ${checks} }`;
    const all = 'check all(m, it.high <= 0) : "high";';
    expectMisread(
      "rollback",
      `open bits P : u8 { flags = 1; low = 2; high = 3..7; } ${state(all)}`,
      `open bits P : u8 { flags = 1; high = 2; low = 3..7; } ${state("")}`,
      "S",
      { m: [6] },
    );
  });

  test("where the least record is refused for what is elsewhere in it", () => {
    const rest = (least: number): string =>
      `struct T { list @1 : P[5]; } state S @1 { t @1 : T; order @2 : u32[${least}..5]; }`;
    expectMisread(
      "upgrade",
      `bits P : u64 { base = 2; low = 4; high = 5..63; } ${rest(2)}`,
      `bits P : u64 { base = 2; high = 4; low = 5..63; } ${rest(3)}`,
      "S",
      { t: { list: [16n, 0n, 0n, 0n, 0n] }, order: [1, 2, 3] },
    );
  });

  test("of a name in a struct that went from one id to a new one", () => {
    const state = "state S @1 { t @1 : T; }";
    expectMisread(
      "rollback",
      `struct T { seq @1 : uuid; order @3 : bytes[5] = "4fd0db59d1"; } ${state}`,
      `struct T { order @1 : uuid; seq @31 : bytes[5] = "4fd0db59d1"; } ${state}`,
      "S",
      { t: { order: new Uint8Array(16), seq: Uint8Array.of(0x4f, 0xd0, 0xdb, 0x59, 0xd1) } },
    );
  });

  test("of a default that stands for another value under another id", () => {
    expectMisread("rollback", "state S @1 { n @4 : u64 = 3; }", "state S @1 { n @36 : u64 = 5; }", "S", { n: 5n });
  });

  test("of a computed member under another id whose own value is lost", () => {
    const state = (token: string): string =>
      `version 1; version 2; state S @1 { list @2 : u32[..5]; token ${token} from len(list) != 4 since 2; }`;
    expectMisread("rollback", state("@1 : bool"), state("@28 : bool ignorable"), "S", { list: [], token: false });
  });

  test("where a list may be so long that making one leaves nothing to try others with", () => {
    const state = (list: string): string => `state S @1 { n @1 : u64; list @2 : ${list}?; next @3 : S?; }`;
    const one = { n: 0n, list: undefined, next: undefined };
    expectMisread("upgrade", state("S[..65536]"), state("bytes[1..][3..6]"), "S", { ...one, list: [one, one, one] });
  });

  test("where the reader wants an equation of what few values fulfil", () => {
    const rest = "state S @1 { list @1 : T[..9]; }";
    expectMisread(
      "upgrade",
      `state T { n @1 : u64; m @2 : u8; k @3 : u8; } ${rest}`,
      `state T { n @1 : u64; k @2 : u8; m @3 : u8; check m * 3 == k + 100 : "hard"; } ${rest}`,
      "S",
      { list: [{ n: 0n, m: 2, k: 34 }] },
    );
  });

  test("in rows of which as much must be understood as the reader has members", () => {
    const rest = `refs @1 : uuid[2]; gen @2 : i8[2]; set @3 : bytes[3]; irq @5 : u32;
      level @6 : u64 = 18446744073709551615 in 18446744073709551615..; } state S @1 { row @1 : T; list @2 : S[..3] = []; }`;
    const ids = Array.from({ length: 2 }, () => new Uint8Array(16).fill(1));
    const row = { size: 1, refs: ids, gen: [0, 0], set: new Uint8Array(3), irq: 1, level: 18446744073709551615n };
    expectMisread("upgrade", `struct T { size @4 : i8; ${rest}`, `struct T { ${rest}`, "S", { row, list: [] });
  });

  test("where only multiples of a number come through", () => {
    const state = (low: number, high: number): string =>
      `version 1; version 2; state S @1 { low @${low} : u32 from high / 4096 until 1; high @${high} : u64 from low * 4096 since 2; }`;
    expectMisread("rollback", state(2, 3), state(3, 2), "S", { high: 8192n });
  });

  test("where other changes refuse what is made first", () => {
    const rest = `state Link { gen @2 : u64; device @3 : Ring2?; domain @4 : Link[]; }
      state Ring3 @53 { mode @1 : Link; offset @2 : Ring3[]; config @3 : Link;`;
    const inner = (of: string): string => `state Ring2 { kind @5 : Ring2?; device @1 : Ring ${of}; }`;
    const checks = `check (has(config.device) && config.device.device <= 17) == true || mode.gen == 0 || has(mode.device) : "a";
      check (len(offset) == 0) == (has(mode.device) && has(mode.device.kind) && mode.device.kind.device == 0) || has(mode.device) : "b";`;
    expectMisread(
      "upgrade",
      `bits Ring : u16 { irq = 1; base = 3; } ${inner("= base")} ${rest} ${checks} }`,
      `open enum Ring : u16 { zero = 0; many = 4; } ${inner("")} ${rest.replace("mode", "x").replace("offset", "mode").replace("x @1", "offset @1")} }`,
      "Ring3",
      {
        ...{ mode: { gen: 1, device: { kind: undefined, device: 2 }, domain: [] }, offset: [] },
        config: { gen: 0, device: undefined, domain: [] },
      },
    );
  });

  test.each([
    ["a number", "u @2 : u8 = 3;", "u @2 : u8 = 9 until 1;", 9],
    ["an optional", "u @2 : u8?;", "u @2 : u8 = 9 until 1;", 9],
    ["a text", 'u @2 : string[..4] = "";', 'u @2 : string[..4] = "ab" until 1;', "ab"],
    ["an enum whose values were exchanged", "u @2 : E = x;", "u @2 : E = x until 1;", 1],
  ])("of a retired member that is lost, being at another default: %s", (_, before, after, value) => {
    const rest = "a @1 : u8;";
    const [old, now] = ["x = 0; y = 1;", "y = 0; x = 1;"].map((values) => `enum E : u8 { ${values} }`);
    expectMisread(
      "upgrade",
      `version 1; ${old} state S @1 { ${rest} ${before} }`,
      `version 1; version 2; ${now} state S @1 { ${rest} ${after} }`,
      "S",
      { a: 0, u: value },
    );
  });

  test("of a record whose least value alone is refused as that of another state", () => {
    const verdict = verdictOf(
      "upgrade",
      "state A @1 { n @1 : u8 = 0; }",
      "state A @2 { n @1 : u8 = 0; } state B @1 { n @1 : u8; }",
    );
    expect(told(verdict, "A", { n: 5 })[0]).toBe("misread");
    expect(verdict.corrupting).toBe(true);
  });

  test("of a state whose id went to another one while it was renamed", () => {
    const verdict = verdictOf(
      "rollback",
      "state A @1 { n @1 : u8; } state B @2 { a @1 : A; }",
      "state C @2 { n @1 : u8; } state B @1 { a @1 : C; }",
    );
    expect(told(verdict, "C", { n: 1 })[0]).toBe("refused");
    expect(verdict.states.map(({ verdict: one }) => one)).toEqual(["never", "never"]);
  });
});

test("a zero that stands where another member is now is refused with the rest", () => {
  const [old, now] = ["gen @3 : u8;", "mode @4 : u8 in 1..9;"].map(
    (member) => `struct T { size @1 : u32; label @2 : u8; ${member} } state S @1 { t @1 : T; }`,
  );
  const verdict = verdictOf("upgrade", old ?? "", now ?? "");
  expect(told(verdict, "S", { t: { size: 1, label: 0, gen: 0 } })).toEqual(["misread", "refused"]);
  expect(told(verdict, "S", { t: { size: 1, label: 0, gen: 5 } })).toEqual(["misread", "misread"]);
});

test("a check that names what another module no longer has may refuse everything", () => {
  const [old, now] = ["", "until 1"].map((until) =>
    worldAt(
      compileTexts(
        `module b; version 1; version 2; state T { list @1 : u8[..4] = [] ${until}; n @2 : u8 = 0; }`,
        'module a; import b; state S @1 { t @1 : T; check len(t.list) >= 0 : "any"; }',
      ),
    ),
  );
  if (old === undefined || now === undefined) throw new Error("no world");
  const verdict = judge(new Difference({ old, new: now }, nothingReused), "upgrade", "a");
  expect(told(verdict, "S", { t: { list: [], n: 0 } })).toEqual(["may be refused", "refused"]);
});

describe("a retired member", () => {
  const verdict = (before: string, after: string): PairVerdict =>
    verdictOf(
      "upgrade",
      `version 1; state S @1 { a @1 : u8; ${before} }`,
      `version 1; version 2; state S @1 { a @1 : u8; ${after} }`,
    );

  test("is refused at what is neither default, and taken at its own", () => {
    const changed = verdict("u @2 : u8 = 3;", "u @2 : u8 = 9 until 1;");
    expect(told(changed, "S", { a: 0, u: 3 })).toEqual(["taken", "taken"]);
    expect(told(changed, "S", { a: 0, u: 4 })).toEqual(["refused", "refused"]);
    expect(changed.changes.map(({ change, condition }) => `${change.kind} ${condition}`)).toEqual([
      "MEMBER_RETIRED S.u < 3 || (S.u >= 4 && S.u <= 8) || S.u > 9",
      "DEFAULT_CHANGED S.u == 9",
    ]);
  });

  test("that may be lost is not misread", () => {
    const changed = verdict("u @2 : u8 = 3 ignorable;", "u @2 : u8 = 9 ignorable until 1;");
    expect(changed.corrupting).toBe(false);
    expect(told(changed, "S", { a: 0, u: 9 })).toEqual(["taken", "taken"]);
  });

  test("that never was left out is at its default where that is added", () => {
    const changed = verdict("u @2 : u8;", "u @2 : u8 = 9 until 1;");
    expect(changed.corrupting).toBe(false);
    expect(told(changed, "S", { a: 0, u: 9 })).toEqual(["taken", "taken"]);
    expect(told(changed, "S", { a: 0, u: 8 })).toEqual(["refused", "refused"]);
  });
});

describe("`single`", () => {
  const plain = "state A @1 ignorable { n @1 : u8; } state B @2 { n @1 : u8; }";

  test("is not asked of a dump that has nothing which the reader knows", () => {
    const verdict = verdictOf("upgrade", plain, "state B @2 { n @1 : u8; } state C @3 single { n @1 : u8; }");
    expect(verdict.states.map(({ verdict: one }) => one)).toEqual(["always", "never"]);
    expect(told(verdict, "A", { n: 1 })[0]).toBe("taken");
    expect(told(verdict, "B", { n: 1 })[0]).toBe("refused");
  });

  test("is not missed in what a later version than the reader's wrote", () => {
    const verdict = verdictOf("upgrade", `version 1; version 2; ${plain}`, plain.replace("B @2", "B @2 single"));
    expect(told(verdict, "A", { n: 1 })[0]).toBe("taken");
    expect(verdict.condition).toBe("holds more than one B");
  });

  test("of a state with another id is told of as a state that is missing", () => {
    const verdict = verdictOf("upgrade", plain, plain.replace("A @1 ignorable", "A @3 ignorable single"));
    expect(told(verdict, "A", { n: 1 })[0]).toBe("taken");
    expect(told(verdict, "B", { n: 1 })[0]).toBe("refused");
  });
});

describe("the search is bounded", () => {
  test.each([
    ["checks inside of checks", 6],
    ["more of them", 12],
  ])("for %s", (_, depth) => {
    const states = Array.from(
      { length: depth },
      (__, i) =>
        `state T${i} { a @1 : T${i + 1}; b @2 : T${i + 1}; n @3 : u32; check a.n * b.n == 1234577 + n : "hard"; }`,
    );
    const text = (last: string): string =>
      `${states.join("\n")} state T${depth} { n @1 : u32; ${last} } state S @1 { t @1 : T0; }`;
    const start = cpuTime();
    verdictOf("upgrade", text("a @2 : u16; b @3 : u16;"), text("a @3 : u16; b @2 : u16;"));
    expect(cpuTime() - start).toBeLessThan(4_000);
  });

  test("for lists in lists", () => {
    const states = Array.from(
      { length: 18 },
      (_, i) => `state T${i} { a @1 : T${i + 1}[2..9]; b @2 : T${i + 1}[..9]; }`,
    );
    const text = (last: string): string => `${states.join("\n")} state T18 { ${last} } state S @1 { t @1 : T0[]; }`;
    const start = cpuTime();
    verdictOf("upgrade", text("a @2 : u16; b @3 : u16;"), text("a @3 : u16; b @2 : u16;"));
    expect(cpuTime() - start).toBeLessThan(4_000);
  });
});

test("what a computed member is made from may be lost inside another one", () => {
  const now = "d @1 : S?; m @2 : u8 ignorable since 2; f @3 : bool from has(d) && d.m <= 0 since 2;";
  const verdict = verdictOf(
    "rollback",
    "version 1; state S @1 { d @1 : S?; }",
    `version 1; version 2; state S @1 { ${now} }`,
  );
  const inner = { d: undefined, m: 0, f: false };
  expect(told(verdict, "S", { d: inner, m: 0, f: true })).toEqual(["may be refused", "refused"]);
  expect(told(verdict, "S", { ...inner, m: 5 })[1]).toBe("taken");
});

describe("a reused id is misread where it is in the bytes", () => {
  const reused = { members: () => new Set([2]), state: () => false, any: () => true };
  const verdict = (direction: Direction, old: string, now: string): PairVerdict =>
    judge(new Difference({ old: worldOf(old), new: worldOf(now) }, reused), direction, "a");

  test.each([
    ["was required", "encode @2 : u32", 74, true],
    ["was required", "encode @2 : u32", 75, true],
    ["had another default", "encode @2 : u32 = 7", 74, true],
    ["had another default", "encode @2 : u32 = 7", 7, false],
    ["had the same default", "encode @2 : u32 = 74", 74, false],
    ["had none and was optional", "encode @2 : u32?", 74, true],
  ])("a member for an older version, which %s (%s), at %d: %s", (_, member, domain, expected) => {
    const rollback = verdict(
      "rollback",
      `state S @1 { a @1 : u8; ${member}; }`,
      "state S @1 { a @1 : u8; domain @2 : u32 = 74; }",
    );
    const root = rollback.graph.roots[0];
    if (root === undefined) throw new Error("no record");
    expect(rollback.expect([{ state: root.state, value: { a: 1, domain } }]).misread).toBe(expected);
    expect([rollback.verdict, rollback.corrupting]).toEqual(["never", true]);
  });
});

describe("a range of bits", () => {
  test.each([
    ["upgrade", 4, "S.list[*].size != a"],
    ["rollback", 12, "S.list[*].owner == d"],
  ] as const)("renamed and retyped at once is held against the type of the reader: %s", (direction, refused, when) => {
    const enums = "enum Command : u8 { a = 0; b = 1; c = 2; } enum Page : u8 { a = 0; d = 3; }";
    const [old, now] = ["size = 2..4 : Command;", "owner = 2..4 : Page;"].map(
      (field) => `${enums} open bits B : u8 { ${field} } state S @1 { list @1 : B[..4]; }`,
    );
    const verdict = verdictOf(direction, old ?? "", now ?? "");
    expect(told(verdict, "S", { list: [0, refused] })).toEqual(["refused", "refused"]);
    expect(told(verdict, "S", { list: [0, 1] })).toEqual(["taken", "taken"]);
    expect(verdict.condition).toBe(when);
  });

  test.each(["upgrade", "rollback"] as const)("that counts in another unit is misread: %s", (direction) => {
    const types = 'type A = u8 unit "kHz"; type B = u8 unit "MHz";';
    const [old, now] = ["A", "B"].map(
      (type) => `${types} bits M : u8 { n = 0..5 : ${type}; } state S @1 { m @1 : M; }`,
    );
    expectMisread(direction, old ?? "", now ?? "", "S", { m: 5 });
  });

  test("is refused where the older reader's type does not hold it, and taken at its default", () => {
    const rest = "state S @1 { m @1 : M = 9; list @2 : M[..2]; }";
    const verdict = verdictOf(
      "rollback",
      `type T = u8 in 9..9; bits M : u8 { n = 0..5 : T; } ${rest}`,
      `type T = u8 in 9..9; bits M : u8 { n = 0..5; } ${rest}`,
    );
    expect(told(verdict, "S", { m: 9, list: [] })).toEqual(["taken", "taken"]);
    expect(told(verdict, "S", { m: 9, list: [9] })).toEqual(["taken", "taken"]);
    expect(told(verdict, "S", { m: 1, list: [] })).toEqual(["refused", "refused"]);
    expect(told(verdict, "S", { m: 0, list: [] })).toEqual(["refused", "refused"]);
    expect(told(verdict, "S", { m: 9, list: [0] })).toEqual(["refused", "refused"]);
  });
});

test("a record whose id is reused is misread, however few of its values the reader takes", () => {
  const reused = { members: () => new Set<number>(), state: () => true, any: () => true };
  const old = worldOf("state Timer @1 { only @1 : u32; }");
  const now = worldOf("state Bar @1 { label @1 : i32 in 2147483647..2147483647; }");
  const verdict = judge(new Difference({ old, new: now }, reused), "upgrade", "a");
  expect([verdict.verdict, verdict.corrupting]).toEqual(["never", true]);
});

test("a misreading is found in a record that stands alone, though another that holds it is hard to write", () => {
  const rest = `union Zone { vendor @1 : none; kind @2 : bool; bdf @4 : u8; }
    state Ring @2 { phys @1 : Queue[1..]; p @2 : Ring[]?; n @3 : Ring?; count @4 : Ring?;
      check has(count.count.n.count) && has(count) && has(count.count) : "x"; check has(n) && has(n.n) : "y"; }`;
  const verdict = verdictOf(
    "upgrade",
    `state Queue @1 { base @1 : Zone; seq @2 : Zone; } ${rest}`,
    `state Queue @1 { base @2 : Zone; seq @1 : Zone; } ${rest}`,
  );
  expect([verdict.verdict, verdict.corrupting]).toEqual(["never", true]);
});
