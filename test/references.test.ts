import { describe, expect, test } from "vitest";
import { Constraints } from "../compiler/dump/constraints.ts";
import type { Value } from "../compiler/dump/value.ts";
import { findState } from "../compiler/dump/wire-types.ts";
import type { World } from "../compiler/schema/ir.ts";
import type { StateCodec } from "../runtime/index.ts";
import { compileTexts, problemsOf } from "./compiled.ts";
import { Generated } from "./property/generated.ts";

const schema = `module demo;
state L { k @1 : u32 key; near @2 : u32 = 0 -> L.k; below @3 : L[] = []; }
struct Row { to @1 : u16; l @2 : u64 = 0 -> L.k; }
state Sub { to @1 : u32 = 0 -> L.k; more @2 : L[]?; many @3 : u32[] = [] -> L.k; other @4 : u32 = 0 -> Other.id; rows @5 : Row[] = []; }
union Choice { ls @1 : L[]; sub @2 : Sub; }
state Other @0x2 { id @1 : u32 key; }
state R @0x1 {
  l      @1 : L[..9] = [];
  first  @2 : u32 = 0 -> L.k;
  sub    @3 : Sub?;
  choice @4 : Choice?;
}
`;

const compiled = compileTexts(schema);
const world: World = new Map([...compiled.modules].map(([name, { module }]) => [name, module]));
const codec = new Generated(compiled).exports("demo")["R"] as StateCodec<{ readonly [name: string]: Value }>;

/** Paths of what dangles, by the tools and by generated code. */
function dangling(value: { readonly [name: string]: Value }): readonly (readonly string[])[] {
  const type = findState(world, "demo.R");
  if (type === null) throw new Error("no state R");
  const constraints = new Constraints();
  // A decoded value is whole.
  const whole = codec.decode(codec.encode(value));
  const found = [...constraints.record(type, "R#0", whole, 0), ...constraints.finish()];
  return [
    found.map(({ code, path }) => `${code} ${path.replace("R#0.", "")}`),
    codec.validate(value).map(({ code, path }) => `${code} ${path}`),
  ];
}

describe("a reference is looked up going outwards", () => {
  const l = [{ k: 1 }, { k: 2 }];
  test.each<readonly [string, { readonly [name: string]: Value }, readonly string[]]>([
    ["in a list beside it", { l, first: 2 }, []],
    ["and is dangling in none", { l, first: 5 }, ["B8504 first"]],
    ["where there is no list", { first: 5 }, ["B8504 first"]],
    ["at its default it is nothing", { l, first: 0 }, []],
    ["in a list around a state", { l, sub: { to: 1 } }, []],
    ["in one near, and one further out", { l, sub: { to: 1, more: [{ k: 7, near: 2 }], many: [7, 2] } }, []],
    ["which do not see inwards", { l, first: 7, sub: { more: [{ k: 7 }] } }, ["B8504 first"]],
    ["each of a list of them", { l, sub: { many: [1, 8, 9] } }, ["B8504 sub.many[1]", "B8504 sub.many[2]"]],
    [
      "from the rows of a table",
      {
        l,
        sub: {
          rows: [
            { to: 1, l: 2n },
            { to: 2, l: 3n },
          ],
        },
      },
      ["B8504 sub.rows[1].l"],
    ],
    [
      "among siblings, and theirs",
      {
        l: [
          {
            k: 1,
            below: [
              { k: 3, near: 1 },
              { k: 4, near: 3 },
            ],
          },
        ],
      },
      [],
    ],
    [
      "not into a sibling",
      {
        l: [
          { k: 1, below: [{ k: 3 }] },
          { k: 2, near: 3 },
        ],
      },
      ["B8504 l[1].near"],
    ],
    ["in what a union holds", { choice: { kind: "ls", value: [{ k: 1, near: 2 }, { k: 2 }] } }, []],
    ["beside a union", { l, choice: { kind: "sub", value: { to: 2 } } }, []],
    ["not in a union", { first: 6, choice: { kind: "ls", value: [{ k: 6 }] } }, ["B8504 first"]],
  ])("%s", (_, value, expected) => {
    expect(dangling(value)).toEqual([expected, expected]);
  });

  test("then among the records, which one value does not show", () => {
    expect(dangling({ sub: { other: 4 } })).toEqual([["B8504 sub.other"], []]);
  });

  test("a part alone leaves alone what may be around it", () => {
    const sub = new Generated(compiled).exports("demo")["Sub"] as StateCodec<{ readonly [name: string]: Value }>;
    expect(sub.validate({ other: 4 })).toEqual([]);
  });
});

describe("a reference that can meet no list is refused", () => {
  const page = "state Page { frame @1 : u64 key; }";
  const lists = "state Lists @0x2 { pages @1 : Page[]; }";
  test.each([
    ["no list", `${page} state R @0x1 { p @1 : u64 = 0 -> Page.frame; }`, 1],
    ["a list in another record", `${page} ${lists} state R @0x1 { p @1 : u64 = 0 -> Page.frame; }`, 1],
    [
      "a list in what is beside it",
      `${page} state In { ps @1 : Page[]; } state R @1 { i @1 : In; p @2 : u64 -> Page.frame; }`,
      1,
    ],
    ["a list around", `${page} state In { p @1 : u64 -> Page.frame; } state R @1 { i @1 : In; ps @2 : Page[]?; }`, 0],
    [
      "a list around a row",
      `${page} struct In { p @1 : u64 -> Page.frame; } state R @1 { i @1 : In[]; ps @2 : Page[]; }`,
      0,
    ],
    [
      "a union around",
      `${page} state In { p @1 : u64 -> Page.frame; } union U { i @1 : In; } state R @1 { u @1 : U; ps @2 : Page[]; }`,
      0,
    ],
    ["a part that is in no record yet", `${page} ${lists} state In { p @1 : u64 -> Page.frame; }`, 0],
  ])("%s", (_, text, count) => {
    const found = problemsOf(`module demo;\n${text}`).filter((each) => each.includes("B3007"));
    expect(found).toHaveLength(count);
  });
});
