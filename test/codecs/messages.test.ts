import { describe, expect, test } from "vitest";
import { worldAt } from "../../compiler/compile.ts";
import { encodeState } from "../../compiler/dump/encode.ts";
import type { Value } from "../../compiler/dump/value.ts";
import { wireState } from "../../compiler/dump/wire-types.ts";
import { BatonError, DumpWriter, openDump, type StateCodec } from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { dumpOf, recordsOf } from "../fuzz/frame.ts";
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
    ["B8213", { a: 0, b: 2 }, 'the check "few" cannot be evaluated: division by zero'],
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

describe("what is told of", () => {
  const versions = (version: 1 | 2): StateCodec<Values, Values> => {
    const text = `module demo; version 1; ${version === 2 ? "version 2;" : ""}
      state S @1 { a @1 : u32; b @2 : u8 = 0; rows @3 : Row[] = []; inner @4 : Inner?; inners @5 : Inner[] = []; names @6 : string[..4][..8] = [];
        + name @13 : string[..8] = "" since 2; + list @14 : u8[] = [] since 2; z @60 : u8 = 0; }
      struct Row { a @1 : u32; + b @2 : u32 = 0 since 2; }
      state Inner { rows @1 : Row[] = []; + c @2 : bytes = "" since 2; ratio @3 : u8 = 1; + share @4 : u8 since 2 ignorable from 100 / ratio; check 10 / ratio > 1 : "few"; }`;
    const schema = text.replaceAll(/\+([^;]*;)/g, version === 1 ? "" : "$1");
    // The schema declares it.
    return new Generated(compileTexts(schema)).exports("demo")["S"] as StateCodec<Values, Values>;
  };
  const [old, recent] = [versions(1), versions(2)];
  const rows = [{ a: 1, b: 2 }];

  test.each([
    [{ name: "xy" }, "B8209: demo.S.@13 at 0x8: unknown member @13 of 2 bytes must be understood"],
    [{ list: [1, 2, 3] }, "B8209: demo.S.@14 at 0x8: unknown member @14 of 11 bytes must be understood"],
    [
      { inner: { share: 100, c: new Uint8Array(9) } },
      "B8209: demo.S.inner.@2 at 0x10: unknown member @2 of 9 bytes must be understood",
    ],
  ])("an unknown member, %#", (value, message) => {
    expect(errorOf(() => old.decode(recent.encode({ a: 1, ...value }))).message).toBe(message);
  });

  test("ids out of order: the one that was read last", () => {
    const body = old.encode({ a: 1, b: 2, inner: { rows: [{ a: 1 }], ratio: 2 }, z: 3 }).slice();
    const told = (at: number, id: number): string => {
      const damaged = body.slice();
      damaged[at] = id;
      return errorOf(() => old.decode(damaged)).message;
    };
    // a, b, inner with a table of one row and an integer, z
    expect(told(16, 0)).toBe("B8102: demo.S @0 at 0x10: member id @0 does not come after @2");
    expect(told(56, 0)).toBe("B8102: demo.S @0 at 0x38: member id @0 does not come after @4");
    expect(told(56, 1)).toBe("B8102: demo.S @1 at 0x38: member id @1 does not come after @4");
    expect(told(24, 0)).toBe("B8102: demo.S.inner @0 at 0x18: member id @0 does not come after @0");
    expect(told(48, 0)).toBe("B8102: demo.S.inner @0 at 0x30: member id @0 does not come after @1");
  });

  test("what is wrong with a part of a view: its place", () => {
    const body = recent.encode({
      a: 1,
      rows,
      inner: { share: 1, rows },
      inners: [{ share: 1 }, { share: 1, rows }],
      names: ["a", "b"],
    });
    const view = old.view(body) as {
      rows: unknown;
      inner: { rows: unknown };
      inners: { at(i: number): { rows: unknown } };
    };
    const row = "row has bytes that must be understood: required 8, this reader knows 4";
    expect(errorOf(() => view.rows).message).toBe(`B8214: demo.S.rows @3 at 0x8: ${row}`);
    expect(errorOf(() => view.inner.rows).message).toMatch(
      /^B8214: demo\.S\.inner\.rows @1 at 0x[0-9a-f]+: row has bytes/,
    );
    expect(errorOf(() => view.inners.at(1).rows).message).toMatch(/^B8214: demo\.S\.inners\[1\]\.rows @1 at 0x/);
    const damaged = body.slice();
    damaged[damaged.lastIndexOf(0x62)] = 0xff;
    const names = (old.view(damaged) as { names: { at(i: number): string } & Iterable<string> }).names;
    expect(names.at(0)).toBe("a");
    expect(errorOf(() => names.at(1)).message).toMatch(/^B8205: demo\.S\.names\[1\] @6 at 0x/);
    expect(errorOf(() => [...names]).message).toMatch(/^B8205: demo\.S\.names\[1\] @6 at 0x/);
  });

  test("an expression that cannot be evaluated: whose it is", () => {
    const value = { a: 1, inner: { ratio: 0 } };
    const check = 'B8213: demo.S.inner: the check "few" cannot be evaluated: division by zero';
    expect(errorOf(() => old.encode(value)).message).toBe(check);
    expect(old.validate(value).map(({ message }) => message)).toEqual([check]);
    const ratio = old.encode({ a: 1, inner: { ratio: 2 } }).slice();
    // It stands after the headers of `a` and `inner`.
    ratio[20] = 0;
    expect(errorOf(() => old.decode(ratio)).message).toBe(check.replace("inner:", "inner @4 at 0x10:"));
    const computed = "B8213: demo.S.inner.share @4 at 0x10: its `from` cannot be evaluated: division by zero";
    expect(errorOf(() => recent.decode(ratio)).message).toBe(computed);
    const { inner } = recent.view(ratio) as { inner: { share: number } };
    expect(errorOf(() => inner.share).message).toBe(computed);
  });

  test("a bigint where a number is expected", () => {
    // Types would refuse it; programs in JavaScript have none.
    expect(errorOf(() => recent.encode({ a: 1n } as never)).message).toMatch(
      /^B8301: demo\.S\.a @1: expected a number, not a bigint, found 1$/,
    );
  });

  test("a version that is none", () => {
    expect(errorOf(() => recent.encode({ a: 1 }, { for: [] as never })).message).toBe(
      "B8304: demo: a list of 0 is no version to write for, expected 1, 2",
    );
    expect(errorOf(() => recent.encode({ a: 1 }, { for: 7 })).message).toBe(
      "B8304: demo: 7 is no version to write for, expected 1, 2",
    );
  });
});

test("what is wrong with an empty body is told of it, not of what stands behind it", () => {
  const text = "module demo; state S @1 { u @1 : U; l @2 : U[]; z @3 : u8 in 3..4; n @4 : S?; } union U { x @1 : u8; }";
  const compiled = compileTexts(text);
  // The schema declares it.
  const own = new Generated(compiled).exports("demo")["S"] as StateCodec<Values, Values>;
  const x = { kind: "x", value: 1 };
  const body = Array.from(new Uint32Array(own.encode({ u: x, l: [x, x], z: 3 }).slice().buffer));
  const wordsOf = (words: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(words).buffer);
  const [head = 0, bytes = 0] = body;
  expect(bytes).toBe(8);
  const first = errorOf(() => own.decode(wordsOf([head, 0, ...body.slice(4)])));
  expect(first.message).toBe("B8111: demo.S.u @1 at 0x8: a union holds exactly one alternative, found none");
  // Header, count, and two elements of a length and a member each.
  const list = body.slice(4, 16);
  const shorter = [...list.slice(0, 1), (list[1] ?? 0) - 8, ...list.slice(2, 4), 0, 0, ...list.slice(8)];
  const second = errorOf(() => own.decode(wordsOf([...body.slice(0, 4), ...shorter, ...body.slice(16)])));
  expect(second.message).toBe("B8111: demo.S.l[0] @2 at 0x28: a union holds exactly one alternative, found none");
});

test("a body of a dump whose length cannot be is told of where it stands", async () => {
  const sound = new DumpWriter().add(codec, good).finish();
  const records = recordsOf(sound).map((one) => (one.id === codec.id ? { ...one, body: new Uint8Array(20) } : one));
  const cut = dumpOf(records);
  const at = cut.length - (32 + 24) - 24;
  const message = `B8106: demo.S#0 at 0x${at.toString(16)}: length is 20, expected a multiple of 8`;
  const { module } = codec;
  expect(errorOf(() => [...openDump(cut, { modules: [module] }).all(codec)]).message).toBe(message);
  const stream = await openDump(new Blob([cut.slice()]), { modules: [module] });
  const read = async (): Promise<void> => {
    for await (const one of stream.all(codec)) void one;
  };
  await expect(read()).rejects.toThrow(message);
});

test("a table with what it cannot have says what it has", () => {
  const messageOf = (at: number, word: number): string => {
    const words = Array.from(new Uint32Array(codec.encode({ one: pair, rows: [], outer }).slice().buffer));
    // `one`: header, length, count, stride, a row of eight bytes; `rows`: header, length, count, stride.
    return errorOf(() => codec.decode(new Uint8Array(Uint32Array.from(words.with(at, word)).buffer))).message;
  };
  expect(messageOf(9, 0x4_0000)).toBe(
    "B8110: demo.S.rows @2 at 0x18: table rows: expected stride 0 and required 0, found 0 and 4",
  );
  expect(messageOf(2, 0)).toMatch(/^B8110: demo\.S\.one @1 at 0x0: table rows: expected stride 0/);
});

test("ids of vendors are told as schemas write them, by the codec as by the tools", () => {
  const texts = ["a @1 : u8;", "a @1 : u8; acme @0x8001 : u8;", "a @1 : u8; b @0x7fff : u8;"].map((members) =>
    compileTexts(`module demo; state S @1 { ${members} kind @4 : K?; } union K { x @1 : u8; y @0x9000 : u8; }`),
  );
  const [plain, vendor, last] = texts.map(
    (one) => new Generated(one).exports("demo")["S"] as StateCodec<Values, Values>,
  );
  if (plain === undefined || vendor === undefined || last === undefined) throw new Error("no state S");
  const messageOf = (bytes: Uint8Array): string => errorOf(() => plain.decode(bytes)).message;
  expect(messageOf(vendor.encode({ a: 1, acme: 2 }))).toMatch(/demo\.S\.@0x8001 at 0x8: .*@0x8001/);
  expect(messageOf(last.encode({ a: 1, b: 2 }))).toMatch(/demo\.S\.@32767 at 0x8: .*@32767/);
  const bad = { a: 1, kind: { kind: "y", value: 300 } };
  expect(errorOf(() => plain.encode(bad)).message).toBe("B8201: demo.S.kind.y @0x9000: 300 is outside 0..255");
});
