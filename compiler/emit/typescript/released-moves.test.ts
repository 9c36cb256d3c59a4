import { check } from "prettier";
import { describe, expect, test } from "vitest";
import { Generated } from "../../../test/property/generated.ts";
import { releasedAs, writer } from "../../../test/released.ts";
import { defaultEmitOptions } from "../backend.ts";
import { printWidth } from "../layout.ts";
import { emit } from "./module.ts";

const demo = {
  old: "module demo; version 1; import base; ",
  now: "module demo; version 1; version 2; import base; ",
  alone: "module demo; version 1; version 2; ",
};
const base = { old: "module base; version 1; ", now: "module base; version 1; version 2; " };
const rest = "type Unused = u8;";

const user = `state S @1 { b @1 : P; c @2 : Q[..2]; d @3 : U; e @4 : P[..2]; f @5 : E; g @6 : B; h @7 : T; i @8 : R; j @9 : P?; k @10 : E[..2]; }
  struct R { q @1 : Q; l @2 : E[2]; t @3 : T; }`;
const node = "state N { e @1 : E = a; }";
const types = `state P { a @1 : u8; n @2 : N?; } ${node} struct Q { x @1 : u8; } union U { a @1 : P; b @2 : none; }
  enum E : u8 { a = 0; b = 1; } bits B : u8 { a = 0; b = 1; r = 4..5 : E; } type T = u8 in 0..9;`;
const grown = `state P { a @1 : u16; n @2 : N?; z @3 : u8 = 0; } state N { e @1 : E = a; } struct Q { x @1 : u8; }
  union U { a @1 : P; b @2 : none; c @3 : u8; } enum E : u8 { a = 0; b = 1; c = 2; } bits B : u8 { a = 0; b = 1; c = 2; r = 4..5 : E; }
  type T = u8 in 0..99;`;

const whole = {
  ...{
    b: { a: 1, n: { e: 1 } },
    c: [{ x: 1 }],
    d: { kind: "a", value: { a: 2 } },
    e: [{ a: 3 }, { a: 4 }],
    f: 1,
    g: 0x13,
    h: 9,
  },
  ...{ i: { q: { x: 3 }, l: [0, 1], t: 9 }, j: { a: 5 }, k: [1] },
};
const values: readonly object[] = [
  whole,
  { ...whole, b: { a: 300 } },
  { ...whole, b: { a: 1, z: 1 } },
  { ...whole, b: { a: 1, n: { e: 2 } } },
  { ...whole, d: { kind: "b", value: null } },
  { ...whole, d: { kind: "c", value: 5 } },
  { ...whole, e: [{ a: 1 }, { a: 1, z: 1 }] },
  { ...whole, f: 2 },
  { ...whole, g: 4 },
  { ...whole, g: 0x20 },
  { ...whole, h: 10 },
  { ...whole, i: { q: { x: 3 }, l: [0, 2], t: 9 } },
  { ...whole, i: { q: { x: 3 }, l: [0, 1], t: 10 } },
  { ...whole, k: [2] },
];

interface Case {
  readonly old: readonly string[];
  readonly now: readonly string[];
}

/** What is generated is what Prettier would write. */
async function expectPretty({ old, now }: Case): Promise<void> {
  for (const { path, parts } of emit(releasedAs(old, now).after.modules, defaultEmitOptions)) {
    expect(await check(parts.join(""), { parser: "typescript", printWidth }), path).toBe(true);
  }
}

const moves: readonly (readonly [string, Case])[] = [
  [
    "into another module",
    { old: [demo.old + user + types, base.old + rest], now: [demo.now + user, base.now + types] },
  ],
  [
    "into another module, grown",
    { old: [demo.old + user + types, base.old + rest], now: [demo.now + user, base.now + grown] },
  ],
  ["out of it", { old: [demo.old + user, base.old + types], now: [demo.alone + user + types, base.now + rest] }],
  ["out of it, grown", { old: [demo.old + user, base.old + types], now: [demo.alone + user + grown, base.now + rest] }],
  [
    "out of it, which is imported still",
    { old: [demo.old + user, base.old + types], now: [demo.now + user + types, base.now + rest] },
  ],
  [
    "deeper, into what the other imports",
    {
      old: [demo.old + user + types, base.old + rest],
      now: [
        demo.now + user,
        `${base.now.replace("base;", "base; import deep;")} ${types.replace(node, "")}`,
        `module deep; version 1; ${node.replace("E = a", "u8 = 0")}`,
      ],
    },
  ],
];

test("a type that stands where one of another module stood is written as that is at its version", () => {
  const held = (type: string, more = ""): string =>
    `state S @1 { b @1 : ${type}; l @2 : ${type}[..2] = []; r @3 : R[..2] = []; w @4 : W = 0; ${more} } struct R { x @1 : u8; } type W = P;`;
  const place = (type: string): string => `state V { a @1 : ${type}; } type P = u8;`;
  const own = "state Own { a @1 : u32; }";
  const later = `${base.now} ${place("u16")} state Other { a @1 : u64; }`;
  for (const [now, big] of [
    [demo.now + held("Own") + own, false],
    [demo.now + held("Other"), true],
  ] as const) {
    const write = writer([demo.old + held("V"), base.old + place("u8")], [now, later]);
    for (const a of [1, 255, 256, 65536]) {
      const value = { a: big ? BigInt(a) : a };
      const [found, wanted] = write({ b: value, l: [value] });
      expect(found, String(a)).toEqual(wanted);
    }
    // And as it is now, where nothing else is asked of its module.
    const { codec } = new Generated(
      releasedAs([demo.old + held("V"), base.old + place("u8")], [now, later]).after,
    ).codec("demo", "S");
    const encode = (a: number): Uint8Array => codec.encode({ b: { a: big ? BigInt(a) : a } }, { for: { demo: 1 } });
    expect(encode(256)).toHaveLength(16);
    expect(() => encode(65536)).toThrow(/^B8201: demo\.S\.b\.a @1: 65536 is outside 0\.\.65535 of version 1/);
  }
});

test.each([
  [
    "laid out otherwise",
    "state S @1 { l @1 : Q[..2]; }",
    "state S @1 { l @1 : Own[..2]; }",
    "a @1 : T; b @2 : u8 = 0 since 2;",
  ],
  [
    "with other values",
    "state S @1 { l @1 : R[..2]; } struct R { q @1 : Q; }",
    "state S @1 { l @1 : R[..2]; } struct R { q @1 : Own; }",
    "a @1 : T;",
  ],
])("rows that stand where rows of another module stood: %s", async (name, old, now, rows) => {
  const texts = {
    old: [demo.old + old, `${base.old} struct Q { a @1 : T; } type T = u8 in 0..9;`],
    now: [
      `${demo.now}${now} struct Own { a @1 : u8; } type Used = T;`,
      `${base.now} struct Q { ${rows} } type T = u8 in 0..99;`,
    ],
  };
  const write = writer(texts.old, texts.now);
  for (const a of [9, 10]) {
    const row = name === "with other values" ? { q: { a } } : { a };
    const [found, wanted] = write({ l: [row, row] });
    expect(found).toEqual(wanted);
  }
  await expectPretty(texts);
});

describe("types that moved are written as the tools write them", () => {
  test.each(moves)("%s", async (_, { old, now }) => {
    const write = writer(old, now);
    for (const value of values) {
      const [found, wanted] = write(value);
      expect(found, JSON.stringify(value)).toEqual(wanted);
    }
    await expectPretty({ old, now });
  });
});
