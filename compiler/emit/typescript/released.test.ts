import { describe, expect, test } from "vitest";
import { compileTexts } from "../../../test/compiled.ts";
import { Generated, outcomeOf } from "../../../test/property/generated.ts";
import { releasedAs, writer } from "../../../test/released.ts";
import { DumpWriter, type StateCodec } from "../../../runtime/index.ts";

const one = "module demo; version 1; ";
const two = "module demo; version 1; version 2; ";

describe("writing for a version that was released as something else does what the tools do", () => {
  test.each([
    [
      "a required list that was made another, optional one",
      ["state S @1 { a @1 : T[..4]; b @2 : u8; } state T { x @1 : u8; }"],
      ["state S @1 { a @1 : u8[..4]?; b @2 : u8; } state T { x @1 : u8; }"],
      [{ b: 1 }, { a: [], b: 1 }, { a: [1], b: 1 }],
    ],
    [
      "checks over lists of another sort, of which none but empty ones get there",
      [
        `state S @1 { a @1 : i64[..2]?; c @2 : T[..4] = []; check !has(a) || len(a) == 0 : "a"; check all(c, x > 5) && !any(c, x == 2) : "c"; }
         state T { x @1 : u8; }`,
      ],
      ["state S @1 { a @1 : bool[..2] = []; c @2 : string[..4][..4] = []; } state T { x @1 : u8; }"],
      [{}, { a: [true] }, { c: [] }, { c: ["x"] }],
    ],
    [
      "a check over an optional that was made another one",
      [
        'state S @1 { a @1 : T?; b @2 : u8?; check !has(a) || a.x == 1 : "a"; check !has(b) || b == 1 : "b"; } state T { x @1 : u8; }',
      ],
      ["state S @1 { a @1 : u8?; b @2 : string?; } state T { x @1 : u8; }"],
      [{}, { a: 1 }, { b: "" }],
    ],
    [
      "checks through members, alternatives and defaults that changed their names, types and presence",
      [
        `state S @1 { t @1 : T; u @2 : U; l @3 : T[..4] = []; check t.x == 5 : "x"; check t.gone == 3 && t.later == 0 : "gone";
           check !(u is p) || u.p < 9 : "u"; check all(l, x == 5 && wide > 0) : "l"; check !has(t.maybe) : "maybe"; check t.flags.b : "flags"; }
         state T { x @1 : u8; gone @2 : u8 = 3; wide @3 : u64; later @4 : u8 = 0; maybe @5 : u8?; flags @6 : B; }
         union U { p @1 : u16; q @2 : none; } bits B : u16 { a = 0; b = 1; }`,
      ],
      [
        `state S @1 { t @1 : T; u @2 : U; l @3 : T[..4] = []; }
         state T { y @1 : u64 = 5; wide @3 : u8; later @4 : u8?; maybe @5 : u8?; flags @6 : B; gone @2 : u8 = 3; }
         union U { q @1 : u16; p @2 : none; } bits B : u64 { c = 0; d = 1; }`,
      ],
      [
        { t: { wide: 1, flags: 2n }, u: { kind: "q", value: 8 } },
        { t: { wide: 1, flags: 2n }, u: { kind: "q", value: 9 } },
        { t: { wide: 1, flags: 1n }, u: { kind: "p", value: null } },
        { t: { wide: 1, flags: 2n, y: 4n }, u: { kind: "p", value: null } },
        { t: { wide: 1, flags: 2n, maybe: 4 }, u: { kind: "p", value: null } },
        { t: { wide: 1, flags: 2n, later: 4 }, u: { kind: "p", value: null } },
        { t: { wide: 1, flags: 2n }, u: { kind: "p", value: null }, l: [{ wide: 1, flags: 0n }] },
        { t: { wide: 1, flags: 2n }, u: { kind: "p", value: null }, l: [{ wide: 0, flags: 0n }] },
      ],
    ],
    [
      "lists of bits that were narrower",
      ["state S @1 { a @1 : B[..4]; b @2 : B; } bits B : u8 { x = 0; y = 1; }"],
      ["state S @1 { a @1 : B[..4]; b @2 : B; } bits B : u64 { x = 0; y = 1; z = 40; }"],
      [
        { a: [1n, 2n], b: 1n },
        { a: [1n << 40n], b: 1n },
        { a: [], b: 1n << 40n },
      ],
    ],
    [
      "a default that a retired member had",
      [`state S @1 { a @1 : u8 = 5; b @2 : u8 = 0; check a == 5 && b < 9 : "a"; }`],
      [`state S @1 { a @1 : u8 = 7 until 1; b @2 : u8 = 0; c @3 : u8 = 0 since 2; check a == 5 && b < 9 : "a"; }`],
      [{}, { b: 9 }],
    ],
    [
      "the range and type of a computed member that were others when it was released",
      [
        'state S @1 { n @1 : u8; irq @2 : u8; wide @3 : u64; small @4 : u8; flag @5 : E; check wide - flag != 0 || wide < 4 : "w"; } enum E : u8 { x = 0; y = 1; z = 9; }',
      ],
      [
        `state S @1 { n @1 : u8; irq @2 : u8 in 217..255 from n until 1; wide @3 : u32 from n - 1 until 1;
           small @4 : u64 from n until 1; flag @5 : E from n until 1; }
           enum E : u8 { x = 0; y = 1; z = 9 until 1; }`,
      ],
      [{ n: 1 }, { n: 0 }, { n: 9 }, { n: 2 }, { n: 4 }],
    ],
    [
      "alternatives with lists of another sort, of which none but empty ones get there",
      [
        "state S @1 { u @1 : U; } union U { a @1 : bytes[3][..5]; b @2 : u8[1..]; c @3 : T[..2]; d @4 : u8[..2]; } state T { x @1 : u8; }",
      ],
      [
        "state S @1 { u @1 : U; } union U { a @1 : string[3][..5]; b @2 : T[..2]; c @3 : u8[..2]; d @4 : T[..2]; } state T { x @1 : u8; }",
      ],
      [
        { u: { kind: "a", value: [] } },
        { u: { kind: "a", value: ["abc"] } },
        { u: { kind: "b", value: [] } },
        { u: { kind: "b", value: [{ x: 1 }] } },
        { u: { kind: "c", value: [] } },
        { u: { kind: "c", value: [1] } },
        { u: { kind: "d", value: [] } },
      ],
    ],
    [
      "rows with checks that name what they have no more",
      [`state S @1 { a @1 : R[..4]; } struct R { x @1 : u32; y @2 : u32 = 4; check x + y == 5 : "r"; }`],
      [`state S @1 { a @1 : R[..4]; } struct R { z @1 : u64; y @2 : u32 = 4; }`],
      [
        { a: [] },
        { a: [{ z: 1n }] },
        {
          a: [
            { z: 2n, y: 3 },
            { z: 1n, y: 3 },
          ],
        },
      ],
    ],
  ] as const)("%s", (_, old, now, values) => {
    const written = writer(
      old.map((text) => one + text),
      now.map((text) => two + text),
    );
    for (const value of values) {
      const [found, wanted] = written(value);
      expect(found).toEqual(wanted);
    }
  });

  describe("through types of other modules", () => {
    const user =
      'state S @1 { p @1 : P = 0; e @2 : E = a; c @3 : C = a; n @4 : N = ""; k @5 : K = ""; b @6 : B = x; l @7 : P[] = []; m @8 : B[] = []; o @9 : O[] = []; w @10 : W = 0; }';
    const old = `module base; version 1; type P = u32 in 0..100; open enum E : u8 { a = 0; } enum C : u8 { a = 0; } type N = string[..3];
      type K = bytes[..3]; bits B : u8 { x = 0; } type O = P in 0..50; enum F : u8 { a = 0; b = 1; } bits W : u32 { f = 0..2 : F; }`;
    const now = `module base; version 1; version 2; type P = u64 in 0..1000; open enum E : u16 { a = 0; } open enum C : u8 { a = 0; }
      type N = string[..9]; type K = bytes[..9]; bits B : u64 { x = 0; y = 40; } type O = P in 0..500; enum F : u8 { a = 0; b = 1; c = 2; }
      bits W : u32 { f = 0..2 : F; }`;
    const uses = (text: string): string => text.replace("demo;", "demo; import base;") + user;
    const write = writer([old, uses(one)], [now, uses(two)]);

    test.each([
      { p: 50 },
      { p: 500 },
      { e: 255 },
      { e: 256 },
      { c: 0 },
      { c: 5 },
      { n: "abc" },
      { n: "abcd" },
      { k: new Uint8Array(3) },
      { k: new Uint8Array(4) },
      { b: 1n },
      { b: 1n << 40n },
      { l: [1, 100] },
      { l: [1, 101] },
      { m: [1n, 0n] },
      { m: [1n << 40n] },
      { o: [50] },
      { o: [51] },
      { w: 1 },
      { w: 2 },
    ])("%o", (value) => {
      const [found, wanted] = write(value);
      expect(found).toEqual(wanted);
    });
  });

  test("rows with rows of another module in them, laid out otherwise", () => {
    const user = "state S @1 { a @1 : R[..4]; } struct R { p @1 : P; n @2 : u8; }";
    const write = writer(
      [
        "module base; version 1; struct P { x @1 : u16; y @2 : u16; }",
        one.replace("demo;", "demo; import base;") + user,
      ],
      [
        "module base; version 1; version 2; struct P { y @2 : u16; x @1 : u16; }",
        two.replace("demo;", "demo; import base;") + user,
      ],
    );
    expect(write({ a: [] })[0]).toEqual(write({ a: [] })[1]);
    // The tools write it, for a reader that never takes what this writer writes.
    expect(write({ a: [{ p: { x: 1, y: 2 }, n: 3 }] })[0]).toBe("refused");
  });

  test("what is computed from what is lost inside another member", () => {
    const rest =
      "d @1 : S?; m @2 : u8 ignorable since 2; n @4 : u8 = 0 since 2; f @3 : bool from has(d) && d.m <= 0 && d.n == 0 since 2;";
    const write = writer([`${one}state S @1 { d @1 : S?; }`], [`${two}state S @1 { ${rest} }`]);
    const list = writer(
      [`${one}state S @1 { d @1 : u8; }`],
      [
        `${two}version 3; state S @1 { d @1 : u8; l @2 : u8[..4] ignorable since 2; f @3 : bool from d == 0 || len(l) < 2 since 3; }`,
      ],
    );
    for (const value of [
      { d: 0, l: [], f: true },
      { d: 1, l: [], f: true },
      { d: 1, l: [1, 2], f: false },
    ]) {
      const [found, wanted] = list(value);
      expect(found).toEqual(wanted);
    }
    const inner = { m: 0, f: false };
    for (const value of [
      { m: 0, f: false },
      { m: 0, f: true },
      { m: 0, f: true, d: inner },
      { m: 0, f: false, d: inner },
    ]) {
      const [found, wanted] = write(value);
      expect(found).toEqual(wanted);
    }
  });

  test("a type of another module that has another name since", () => {
    const uses = (text: string, type: string): string =>
      `${text.replace("demo;", "demo; import base;")} state S @1 { b @1 : B; p @2 : ${type} = 0; } bits B : u8 { x = 0..3 : ${type}; }`;
    const base = (version: string, name: string): string => `module base; ${version} type ${name} = u8 in 0..9;`;
    const write = writer(
      [base("version 1;", "P"), uses(one, "P")],
      [base("version 1; version 2;", "Q"), uses(two, "Q")],
    );
    for (const value of [{ b: 1, p: 3 }]) {
      const [found, wanted] = write(value);
      expect(found).toEqual(wanted);
    }
  });
});

test("an enum all of whose values came later has none", () => {
  const text = `${two} state S @1 { a @1 : E[..4]; } enum E : u8 { x = 0 since 2; }`;
  const { codec } = new Generated(compileTexts(text)).codec("demo", "S");
  expect(codec.encode({ a: [] }, { for: 1 })).toEqual(codec.encode({ a: [] }));
  expect(outcomeOf(() => codec.encode({ a: [0] }, { for: 1 })).ok).toBe(false);
});

test("a union all of whose alternatives have ended has no value", () => {
  const text = `${two} state S @1 { a @1 : U?; } union U { x @1 : u8 until 1; }`;
  const { codec } = new Generated(compileTexts(text)).codec("demo", "S");
  expect(codec.decode(codec.encode({}))).toEqual({ a: undefined });
});

describe("a dump for a version that was released with other records", () => {
  const other = "state Other @2 { b @1 : u8; }";
  const write = (old: string, now: string, records: readonly [string, object][]): unknown => {
    const { after } = releasedAs([one + old + other], [two + now + other]);
    const exported = new Generated(after).exports("demo");
    const writer = new DumpWriter({ for: 1 });
    const written = outcomeOf(() => {
      // The exports of these names are the codecs of states.
      for (const [i, [name, value]] of records.entries())
        writer.add(exported[name] as StateCodec<object>, value, { instance: i });
      return writer.finish();
    });
    return written.ok ? "written" : written.reasons[0]?.code;
  };
  const [a, b] = [["S", { a: 1 }] as const, ["Other", { b: 1 }] as const];

  test.each([
    ["it was `single` then", "state S @1 single { a @1 : u8; }", "state S @1 { a @1 : u8; }", [b], "B8020"],
    ["two of what was `single`", "state S @1 single { a @1 : u8; }", "state S @1 { a @1 : u8; }", [a, a], "B8019"],
    ["it was not `single`", "state S @1 { a @1 : u8; }", "state S @1 single { a @1 : u8; }", [b], "written"],
    [
      "it has ended since",
      "state S @1 single { a @1 : u8; }",
      "state S @1 single until 1 { a @1 : u8; }",
      [b],
      "B8020",
    ],
    ["all is there", "state S @1 single { a @1 : u8; }", "state S @1 { a @1 : u8; }", [a, b], "written"],
  ] as const)("%s", (_, old, now, records, expected) => {
    expect(
      write(
        old,
        now,
        records.map(([name, value]) => [name, value]),
      ),
    ).toBe(expected);
  });
});
