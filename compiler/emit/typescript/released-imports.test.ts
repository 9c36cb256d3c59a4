import { describe, expect, test } from "vitest";
import { generate } from "../../../test/property/generated.ts";
import { releasedAs, writer } from "../../../test/released.ts";

const user = {
  old: "module demo; version 1; import base; ",
  now: "module demo; version 1; version 2; import base; ",
};
const base = { old: "module base; version 1; ", now: "module base; version 1; version 2; " };

describe("a type of another module is written as its version had it, whatever the user's own version says", () => {
  const held = `state S @1 { a @1 : V = 2; l @2 : V[..3] = []; o @3 : V?; u @4 : U?; n @5 : N?; r @6 : R[..2] = []; }
    union U { x @1 : V; y @2 : V[..2]; } state N { a @1 : V = 2; } struct R { a @1 : V; l @2 : V[2]; }`;
  const holders = (value: unknown): readonly object[] => [
    { a: value },
    { l: [value] },
    { o: value },
    { u: { kind: "x", value } },
    { u: { kind: "y", value: [value] } },
    { n: { a: value } },
  ];

  test.each([
    ["u16 in 1..9", "u16 in 1..70", [1, 9, 10, 70]],
    ["u16 in 0..9", "u32 in 0..70000", [0, 9, 10, 255, 256, 70000]],
    ["i8", "u8", [0, 127, 128, 255]],
    ["u8", "i8", [-128, -1, 0, 127]],
    ["i64", "u64", [0n, (1n << 63n) - 1n, 1n << 63n]],
    ["u32", "u64", [0n, 0xffff_ffffn, 1n << 32n]],
  ])("%s, then %s", (old, now, values) => {
    const write = writer(
      [user.old + held, `${base.old} type V = ${old};`],
      [user.now + held, `${base.now} type V = ${now};`],
    );
    for (const one of values) {
      for (const value of holders(one)) {
        const [found, wanted] = write(value);
        expect(
          found,
          JSON.stringify(value, (_, each: unknown) => String(each)),
        ).toEqual(wanted);
      }
    }
  });

  test.each([
    ["open bits V : u8 { a = 0; rest = 2..7; }", "enum V : u8 { zero = 0; one = 1; five = 5; }", [0, 1, 5]],
    ["bits V : u8 { a = 0; b = 2; }", "enum V : u8 { zero = 0; one = 1; two = 2; }", [0, 1, 2]],
    ["enum V : u8 { zero = 0; five = 5; }", "bits V : u8 { a = 0; b = 2; }", [0, 1, 4, 5]],
    ["type V = u8 in 0..4;", "enum V : u8 { zero = 0; four = 4; five = 5; }", [0, 4, 5]],
    ["enum V : u8 { zero = 0; five = 5; }", "type V = u8;", [0, 1, 5]],
    ["type V = bytes[1];", "enum V : u8 { zero = 0; one = 1; }", [0, 1]],
  ])("of another kind under its name: %s, then %s", (old, now, values) => {
    const state = "state S @1 { a @1 : V; l @2 : V[..3] = []; }";
    const write = writer([user.old + state, base.old + old], [user.now + state, base.now + now]);
    for (const a of values) {
      for (const value of [{ a }, { a: values[0], l: [a] }]) {
        const [found, wanted] = write(value);
        expect(found, JSON.stringify(value)).toEqual(wanted);
      }
    }
  });

  test("in rows, which both versions lay out alike", () => {
    const write = writer(
      [user.old + held, `${base.old} type V = u8 in 0..9;`],
      [user.now + held, `${base.now} type V = u8 in 0..99;`],
    );
    for (const [a, b] of [
      [9, 9],
      [10, 9],
      [9, 10],
    ]) {
      const [found, wanted] = write({ r: [{ a, l: [0, b] }] });
      expect(found).toEqual(wanted);
    }
  });

  test.each([
    ["as it was", "bits B : u8 { f = 0..3 : E; }"],
    ["with another bit", "bits B : u8 { f = 0..3 : E; g = 7; }"],
  ])("in a range of bits, %s", (_, bits) => {
    const state = "state S @1 { b @1 : B; l @2 : B[..2] = []; } ";
    const write = writer(
      [`${user.old}${state} bits B : u8 { f = 0..3 : E; }`, `${base.old} enum E : u8 { a = 0; b = 1; }`],
      [`${user.now}${state} ${bits}`, `${base.now} enum E : u8 { a = 0; b = 1; c = 2; }`],
    );
    for (const b of [0, 1, 2]) {
      for (const value of [{ b }, { b: 0, l: [b] }]) {
        const [found, wanted] = write(value);
        expect(found).toEqual(wanted);
      }
    }
  });

  test("and nothing is asked where each version has all values", () => {
    const text = (head: string, more: string): string => `${head} open enum E : u8 { a = 0; ${more} } type V = u8;`;
    const state = "state S @1 { e @1 : E; v @2 : V; }";
    const { after } = releasedAs([user.old + state, text(base.old, "")], [user.now + state, text(base.now, "b = 1;")]);
    for (const generated of generate(after).values()) expect(generated).not.toMatch(/is[EV]At/);
  });
});
