import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { worldAt } from "../../compiler/compile.ts";
import { BatonError, type StateCodec } from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { viewed } from "../property/check-generated.ts";
import { Generated, outcomeOf } from "../property/generated.ts";
import { outcomeText } from "../property/outcome.ts";
import { same } from "../property/same.ts";
import { ToolCodec } from "../property/tool-codec.ts";
import { stateIn } from "../property/worlds.ts";

type Values = Record<string, unknown>;

const text = readFileSync(join(import.meta.dirname, "../../golden/emit/every-type/demo.baton"), "utf8");
const compiled = compileTexts(text);
const exported = new Generated(compiled).exports("demo");
const world = worldAt(compiled);
const named = { kind: "named", module: "demo", name: "All" } as const;
const state = stateIn(world, "demo", "All");
if (state === undefined) throw new Error("no state All");
const tools = new ToolCodec(world, "demo", state);
// The schema declares it as a state; its values are objects.
const all = exported["All"] as StateCodec<Values, Values, Values>;

const bytes = (...of: readonly number[]): Uint8Array => Uint8Array.from(of);
const integer = ["1", null, undefined, NaN, Infinity, 0.5, true, {}, [1]];
const long = [...integer, 1];

/** Ends of every type, and what no value of it is. */
const types: Readonly<Record<string, { least: unknown; most: unknown; not: readonly unknown[] }>> = {
  u8: { least: 0, most: 255, not: [...integer, -1, 256, 1n] },
  u16: { least: 0, most: 65_535, not: [...integer, -1, 65_536, 1n] },
  u32: { least: 0, most: 2 ** 32 - 1, not: [...integer, -1, 2 ** 32, 1n] },
  u64: { least: 0n, most: 2n ** 64n - 1n, not: [...long, -1n, 2n ** 64n] },
  i8: { least: -128, most: 127, not: [...integer, -129, 128, 1n] },
  i16: { least: -32_768, most: 32_767, not: [...integer, -32_769, 32_768, 1n] },
  i32: { least: -(2 ** 31), most: 2 ** 31 - 1, not: [...integer, -(2 ** 31) - 1, 2 ** 31, 1n] },
  i64: { least: -(2n ** 63n), most: 2n ** 63n - 1n, not: [...long, -(2n ** 63n) - 1n, 2n ** 63n] },
  boolean: { least: false, most: true, not: [0, 1, "true", null, {}] },
  uuid: { least: new Uint8Array(16), most: new Uint8Array(16).fill(255), not: [bytes(1), "0".repeat(32), null, {}] },
  enumerated: { least: 0, most: 1, not: [...integer, -1, 2, 1n, "on", "constructor"] },
  open_enum: { least: -(2 ** 31), most: 2 ** 31 - 1, not: [...integer, 2 ** 31, 1n, "intel"] },
  flags: { least: 0, most: 15, not: [...integer, -1, 16, 1n, ["a"]] },
  open_flags: { least: 0n, most: 2n ** 64n - 1n, not: [...long, -1n, 2n ** 64n] },
  frame: { least: 0, most: 0xff_ffff_ffff, not: [...integer, -1, 0x100_0000_0000, 2 ** 53, 1n] },
  exact: {
    least: bytes(0, 0, 0, 0),
    most: bytes(255, 255, 255, 255),
    not: [bytes(), bytes(1, 2, 3), [1, 2, 3, 4], "abcd"],
  },
  point: { least: { x: 0, y: 0n }, most: { x: 65_535, y: -1n }, not: [null, 1, "x", {}, { x: 1 }, { x: 1, y: 1 }, []] },
  text: { least: "", most: "éééé", not: [1, null, {}, "123456789", "\ud800", "ééééé", ["a"]] },
  data: { least: bytes(), most: new Uint8Array(8), not: [new Uint8Array(9), [1], "a", null, new ArrayBuffer(2)] },
  label: { least: "a", most: "\0\u{10ffff}abc", not: ["", "123456789", "\udc00", 1, null] },
  blob: { least: bytes(0, 0), most: new Uint8Array(8), not: [bytes(), bytes(1), new Uint8Array(9), "ab", null] },
  inner: {
    least: { a: 0 },
    most: { a: 2 ** 32 - 1 },
    not: [null, 1, "x", [], true, new Map(), new Date(0), { a: -1 }, { a: null }],
  },
  choice: {
    least: { kind: "nothing", value: null },
    most: { kind: "number", value: 2 ** 32 - 1 },
    not: [null, "nothing", {}, { kind: "toString", value: null }, { kind: "number" }, { kind: "__proto__", value: 1 }],
  },
  cstring: { least: "", most: "1234567", not: ["12345678", "a\0b", "éééé", "\ud800", 1, null] },
};

const inStates = Object.keys(types).filter((name) => name !== "cstring");
const inStructs = Object.keys(types).filter(
  (name) => !["text", "data", "label", "blob", "inner", "choice"].includes(name),
);

type End = "least" | "most";

function object(names: readonly string[], value: (name: string) => unknown): Values {
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}

function at(name: string, end: End): unknown {
  return types[name]?.[end];
}

/** One of everything, in every place. */
function valueOf(end: End): Values {
  return {
    members: object(inStates, (name) => at(name, end)),
    optionals: object(inStates, (name) => at(name, end)),
    lists: object(inStates, (name) => [at(name, "least"), at(name, "most"), at(name, end)]),
    alternatives: [
      ...inStates.map((name) => ({ kind: name, value: at(name, end) })),
      ...[
        { kind: "list", value: [1, 2] },
        { kind: "nothing", value: null },
      ],
    ],
    fields: [object(inStructs, (name) => at(name, end)), object(inStructs, (name) => at(name, "most"))],
    arrays: [object(inStructs, (name) => [at(name, end), at(name, "least")])],
    ...{ exact: [1, 2, 3], between: [0], unbounded: [], maybe: end === "least" ? undefined : [7] },
  };
}

const ends = ["least", "most"] as const;

describe.each(ends)("every type at its %s", (end) => {
  const value = valueOf(end);
  const body = all.encode(value);

  test("comes back from decode and from a view, and is what the tools write", () => {
    expect(all.validate(value)).toEqual([]);
    expect(same(all.decode(body), value)).toBe(true);
    expect(same(viewed(world, named, all.view(body)), value)).toBe(true);
    const written = tools.encode(value);
    expect(written.ok && Buffer.from(written.result).equals(body)).toBe(true);
  });

  test("is the same bytes wherever it is written to", () => {
    for (const offset of [0, 1, 4, 8, 12, 64]) {
      for (const room of [0, 3, 8, 65_536]) {
        const into = new Uint8Array(offset + body.length + room).fill(0xa5);
        expect(all.encodeInto(value, into, offset)).toBe(offset + body.length);
        expect(Buffer.from(into.subarray(offset, offset + body.length)).equals(body)).toBe(true);
        expect(into.every((byte, i) => (i >= offset && i < offset + body.length) || byte === 0xa5)).toBe(true);
      }
    }
    for (const short of [1, 8, body.length - 1, body.length]) {
      const around = new Uint8Array(body.length + 64).fill(0xa5);
      const into = around.subarray(32, 32 + body.length - short);
      expect(() => all.encodeInto(value, into, 0)).toThrow(/^B8305/);
      for (const byte of around.subarray(0, 32)) expect(byte).toBe(0xa5);
      for (const byte of around.subarray(32 + into.length)) expect(byte).toBe(0xa5);
    }
    for (const offset of [-1, 0.5, NaN, 2 ** 32, body.length + 1]) {
      expect(() => all.encodeInto(value, new Uint8Array(body.length), offset)).toThrow(BatonError);
    }
  });

  test("is read wherever it lies", () => {
    for (const offset of [1, 2, 4, 7]) {
      const moved = new Uint8Array(body.length + 8);
      moved.set(body, offset);
      const there = moved.subarray(offset, offset + body.length);
      expect(same(all.decode(there), value)).toBe(true);
      expect(same(viewed(world, named, all.view(there)), value)).toBe(true);
    }
  });

  test("cut or followed by anything, is refused", () => {
    for (let length = 0; length < body.length; length++) {
      const cut = outcomeOf(() => all.decode(body.slice(0, length)));
      // Where the last members are at their defaults it is a body of its own.
      expect(cut.ok, `${length} of ${body.length} bytes`).toBe(tools.decode(body.slice(0, length)).ok);
      if (length % 8 !== 0) expect(cut.ok, `${length} of ${body.length} bytes`).toBe(false);
      outcomeOf(() => viewed(world, named, all.view(body.slice(0, length))));
    }
    for (const more of [1, 4, 8, 16]) {
      const followed = new Uint8Array(body.length + more);
      followed.set(body);
      expect(() => all.decode(followed)).toThrow(BatonError);
    }
  });

  test(
    "with any byte changed, is taken or refused as the tools do, and a view gives what decode gives",
    { timeout: 120_000 },
    () => {
      const changed = Uint8Array.from(body);
      for (let i = 0; i < body.length; i++) {
        // Every bit in turn would take a minute; each is met at some byte of every form.
        for (const bits of [1 << ((i + 3 * (i >> 3)) % 8), 0x80 ^ (i & 0x7f)]) {
          changed[i] = (body[i] ?? 0) ^ bits;
          const found = outcomeOf(() => all.decode(changed.slice()));
          const wanted = tools.decode(changed);
          const place = `byte ${i} ^ ${bits}: ${outcomeText(found)}; ${outcomeText(wanted)}`;
          expect(found.ok, place).toBe(wanted.ok);
          const shown = outcomeOf(() => viewed(world, named, all.view(changed.slice())));
          if (!found.ok || !wanted.ok) continue;
          if (!same(found.result, wanted.result.value)) throw new Error(place);
          if (!shown.ok || !same(shown.result, found.result)) throw new Error(`view: ${place}`);
        }
        changed[i] = body[i] ?? 0;
      }
    },
  );
});

/** The error that a value is refused with. */
function refusal(value: Values): BatonError {
  const body = new Uint8Array(65_536);
  try {
    all.encode(value);
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    expect(() => all.encodeInto(value, body, 0)).toThrow(error.message);
    return error;
  }
  throw new Error("it is taken");
}

/** Where a value of a type stands, and its path there. */
const places: readonly (readonly [
  string,
  readonly string[],
  (name: string, value: unknown) => Values,
  (name: string) => string,
])[] = [
  [
    "a member",
    inStates,
    (name, value) => ({ members: { ...object(inStates, (one) => at(one, "least")), [name]: value } }),
    (name) => `members.${name}`,
  ],
  ["an optional", inStates, (name, value) => ({ optionals: { [name]: value } }), (name) => `optionals.${name}`],
  [
    "a list",
    inStates,
    (name, value) => ({ lists: { ...object(inStates, () => []), [name]: [at(name, "most"), value] } }),
    (name) => `lists.${name}[1]`,
  ],
  [
    "an alternative",
    inStates,
    (name, value) => ({ alternatives: [{ kind: name, value }] }),
    (name) => `alternatives[0].${name}`,
  ],
  [
    "a row",
    inStructs,
    (name, value) => ({ fields: [{ ...object(inStructs, (one) => at(one, "least")), [name]: value }] }),
    (name) => `fields[0].${name}`,
  ],
  [
    "an array of a row",
    inStructs,
    (name, value) => ({
      arrays: [
        { ...object(inStructs, (one) => [at(one, "least"), at(one, "most")]), [name]: [at(name, "most"), value] },
      ],
    }),
    (name) => `arrays[0].${name}[1]`,
  ],
];

describe.each(places)("what is no value of its type is refused as %s", (place, names, holder, path) => {
  test.each(names)("%s", (name) => {
    const rest = { exact: [1, 2, 3], between: [0], unbounded: [] };
    expect(all.validate({ ...rest, ...holder(name, at(name, "most")) })).toEqual([]);
    for (const wrong of types[name]?.not ?? []) {
      // Where nothing is a value, it is no mistake.
      if (wrong === undefined && place === "an optional") continue;
      const value = { ...rest, ...holder(name, wrong) };
      const error = refusal(value);
      const shown = `${String(wrong)}: ${error.message}`;
      expect(error.code, shown).toMatch(/^B8(2|3)\d\d$/);
      expect(error.path?.startsWith(path(name)), shown).toBe(true);
      expect(error.message, shown).not.toMatch(/undefined$|\n/);
      expect(
        all.validate(value).map(({ code, path: where }) => `${code} ${where}`),
        shown,
      ).toContain(`${error.code} ${error.path}`);
    }
  });
});

test("lists are arrays without holes, of the lengths that they may have", () => {
  const value = valueOf("most");
  const wrong = [
    Object.assign([], { 0: 1, 2: 3 }),
    [1, 2],
    [1, 2, 3, 4],
    Uint32Array.of(1, 2, 3),
    "123",
    { length: 3 },
    null,
    undefined,
    new Set([1, 2, 3]),
  ];
  for (const exact of wrong) expect(refusal({ ...value, exact }).path, String(exact)).toMatch(/^exact/);
  for (const between of [[], [1, 2, 3, 4]])
    expect(refusal({ ...value, between })).toMatchObject({ code: "B8206", path: "between" });
});

test("minus zero is zero", () => {
  const zero = valueOf("least");
  const names = ["u8", "u16", "u32", "i8", "i16", "i32", "enumerated", "open_enum", "flags", "frame"];
  const minus = (holder: unknown): Values => ({ ...(holder as Values), ...object(names, () => -0) });
  const plus = (holder: unknown): Values => ({ ...(holder as Values), ...object(names, () => 0) });
  const of = (sign: (holder: unknown) => Values): Values => {
    const [first, second] = zero["fields"] as readonly unknown[];
    return {
      ...zero,
      members: sign(zero["members"]),
      optionals: sign(zero["optionals"]),
      fields: [sign(first), second],
    };
  };
  expect(Buffer.from(all.encode(of(minus))).equals(all.encode(of(plus)))).toBe(true);
});

test("memory that grows between two calls is written and read as it is then", () => {
  // The library of 2022 does not know that there is such memory.
  const growing = new (ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer)(64, {
    maxByteLength: 1 << 16,
  }) as ArrayBuffer & { readonly resize: (length: number) => void };
  const { codec } = new Generated(compileTexts("module demo; state S @1 { a @1 : u32; b @2 : string[..9]; }")).codec(
    "demo",
    "S",
  );
  const value = { a: 7, b: "grown" };
  const target = new Uint8Array(growing);
  const end = codec.encodeInto(value, target, 0);
  expect(codec.decode(target.subarray(0, end))).toEqual(value);
  growing.resize(1024);
  const after = codec.encodeInto(value, target, 512);
  expect(codec.decode(target.subarray(512, after))).toEqual(value);
});
