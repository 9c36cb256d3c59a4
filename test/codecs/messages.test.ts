import { describe, expect, test } from "vitest";
import { worldAt } from "../../compiler/compile.ts";
import { encodeState } from "../../compiler/dump/encode.ts";
import type { Value } from "../../compiler/dump/value.ts";
import { wireState } from "../../compiler/dump/wire-types.ts";
import { BatonError, type StateCodec } from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { Generated } from "../property/generated.ts";
import { ToolCodec } from "../property/tool-codec.ts";
import { stateIn } from "../property/worlds.ts";

type Values = Record<string, unknown>;

/** The same schema with the struct's checks and without them, which writes what the other refuses. */
function load(checks: string): { readonly codec: StateCodec<Values, Values>; readonly tools: ToolCodec } {
  const compiled = compileTexts(`module demo;
    struct Pair { a @1 : u8; b @2 : u8; ${checks} }
    struct Outer { pair @1 : Pair; pairs @2 : Pair[2]; last @3 : u8 = 0; }
    state S @1 { one @1 : Pair; rows @2 : Pair[]; outer @3 : Outer; outers @4 : Outer[] = []; choice @5 : Choice?; choices @6 : Choice[] = []; }
    union Choice { number @1 : u8; nothing @2 : none; pair @3 : Pair; pairs @4 : Pair[]; }`);
  const world = worldAt(compiled);
  const state = stateIn(world, "demo", "S");
  if (state === undefined) throw new Error("no state S");
  // The schema declares it.
  const codec = new Generated(compiled).exports("demo")["S"] as StateCodec<Values, Values>;
  return { codec, tools: new ToolCodec(world, "demo", state) };
}

const { codec, tools } = load(`check a < b : "in order"; check 10 / a > 1 : "few";`);
const lax = load("");

const pair = { a: 1, b: 2 };
const outer = { pair, pairs: [pair, pair] };
const good = { one: pair, rows: [pair, pair], outer, outers: [outer] };

function errorOf(call: () => unknown): BatonError {
  try {
    call();
  } catch (error) {
    if (error instanceof BatonError) return error;
    throw error;
  }
  throw new Error("it is taken");
}

describe("a check of a struct that fails is an error of the struct", () => {
  const places = (bad: Values): Readonly<Record<string, Values>> => ({
    one: { one: bad },
    "rows[1]": { rows: [pair, bad] },
    "outer.pair": { outer: { ...outer, pair: bad } },
    "outer.pairs[1]": { outer: { ...outer, pairs: [pair, bad] } },
    "outers[1].pair": { outers: [outer, { ...outer, pair: bad }] },
    "choice.pair": { choice: { kind: "pair", value: bad } },
    "choices[1].pairs[0]": { choices: [{ kind: "nothing" }, { kind: "pairs", value: [bad] }] },
  });
  const mistakes = [
    ["B8212", { a: 3, b: 2 }, "check failed: in order"],
    ["B8213", { a: 0, b: 2 }, "expression cannot be evaluated: division by zero"],
  ] as const;
  describe.each(mistakes)("%s", (code, bad, message) => {
    test.each(Object.entries(places(bad)))("%s", (path, change) => {
      const value = { ...good, ...change };
      const body = lax.codec.encode(value);
      expect(errorOf(() => codec.encode(value))).toMatchObject({ code, path });
      expect(codec.validate(value)).toMatchObject([{ code, path }]);
      const read = errorOf(() => codec.decode(body));
      expect(read).toMatchObject({ code, path });
      expect(read.message).toMatch(new RegExp(`^${code}: .* at 0x[0-9a-f]+: ${message}$`));
      const told = tools.decode(body);
      expect(told.ok ? [] : told.reasons.map((one) => `${one.code} ${one.path}`)).toEqual([`${code} ${path}`]);
    });
  });
});

describe("a union that is given in another shape is told which one it has", () => {
  test.each([
    [5, "{ kind, value }"],
    [null, "{ kind, value }"],
    [[], "{ kind, value }"],
    [{}, "{ kind, value }"],
    ["nothing", '{ kind: "nothing" }'],
    ["number", '{ kind: "number", value }'],
    [{ nothing: null }, '{ kind: "nothing" }'],
    [{ number: 5 }, '{ kind: "number", value }'],
    [{ number: 5, nothing: null }, '{ kind: "number", value }'],
    [{ kind: 5 }, "{ kind, value }"],
  ])("%j", (choice, shape) => {
    for (const [path, value] of [
      ["choice", { ...good, choice }],
      ["choices[0]", { ...good, choices: [choice] }],
    ] as const) {
      const error = errorOf(() => codec.encode(value));
      expect(error).toMatchObject({ code: "B8301", path, expected: `${shape} (demo.Choice)` });
      expect(codec.validate(value)).toMatchObject([{ code: "B8301", path }]);
    }
  });

  test.each([
    ["5", "an object with one alternative (Choice), found 5"],
    ["[]", "an object with one alternative (Choice), found an array"],
    ["{}", "an object with one alternative (Choice), found an object without members"],
    ['"nothing"', '{"nothing": null} (Choice), found "nothing"'],
    ['"number"', '{"number": …} (Choice), found "number"'],
    ['{"number": 5, "pair": {}}', 'an object with one alternative (Choice), found "number" and "pair"'],
    [
      '{"number": 5, "pair": {}, "pairs": []}',
      'an object with one alternative (Choice), found "number", "pair" and "pairs"',
    ],
    ['{"kind": "number", "value": 5}', '{"number": …} (Choice), found "kind" and "value"'],
    ['{"kind": "nothing", "value": null}', '{"nothing": null} (Choice), found "kind" and "value"'],
    ['{"kind": "nothing"}', '{"nothing": null} (Choice), found "kind"'],
  ])("as JSON, %s", (choice, message) => {
    const text = `{"one": ${JSON.stringify(pair)}, "rows": [], "outer": ${JSON.stringify(outer)}, "choice": ${choice}}`;
    expect(() => tools.fromJson(text)).toThrow(`B8404 expected ${message}`);
  });
});

test("bits and enums are told alike at every version, by codecs and tools", () => {
  const compiled = compileTexts(`module demo; version 1; version 2;
    bits Flags : u8 { low = 0; high = 3 since 2; }
    enum Kind : u8 { one = 1; two = 2 since 2; }
    state S @1 { flags @1 : Flags = 0; kind @2 : Kind = one; }`);
  const world = worldAt(compiled);
  const state = stateIn(world, "demo", "S");
  if (state === undefined) throw new Error("no state S");
  // The schema declares it.
  const own = new Generated(compiled).exports("demo")["S"] as StateCodec<Values, Values>;
  const older = (value: Values): string => errorOf(() => own.encode(value, { for: 1 })).message;
  expect(older({ flags: 8 })).toContain("bits 0x8 have no name in demo.Flags of version 1");
  expect(older({ kind: 2 })).toContain("2 is no value of demo.Kind of version 1");
  expect(errorOf(() => own.encode({ flags: 17 })).message).toContain("bits 0x10 have no name in demo.Flags");
  expect(errorOf(() => own.encode({ kind: 3 })).message).toContain("3 is no value of demo.Kind");
  const type = wireState(world, "demo", state);
  const told = (value: Values): readonly string[] => {
    const encoded = encodeState(type, value as Value);
    return encoded.ok ? [] : encoded.problems.map(({ message }) => message);
  };
  expect(told({ flags: 17, kind: 1 })).toEqual(["bits 0x10 have no name in demo.Flags"]);
  expect(told({ flags: 1, kind: 3 })).toEqual(["3 is no value of demo.Kind"]);
});
