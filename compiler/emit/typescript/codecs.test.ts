import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BatonError, type StateCodec, type StructCodec } from "../../../runtime/index.ts";
import { compileTexts } from "../../../test/compiled.ts";
import { Generated } from "../../../test/property/generated.ts";

type Values = Record<string, unknown>;
type Codec = StateCodec<Values, Values, Values>;

function golden(...path: readonly string[]): string {
  return readFileSync(join(import.meta.dirname, "../../../golden/emit", ...path), "utf8");
}

/** A codec of a text's last module. */
function load(texts: readonly string[], module: string, name: string): Codec {
  const exported = new Generated(compileTexts(...texts)).exports(module)[name];
  // Every value of these tests is an object of whatever the schema says.
  return exported as Codec;
}

function codecOf(text: string, name = "S"): Codec {
  return load([`module demo;\n${text}`], "demo", name);
}

/** The error that a call must throw. */
function errorOf(call: () => unknown): BatonError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(BatonError);
    // It was just seen to be one.
    return error as BatonError;
  }
  throw new Error("nothing was thrown");
}

function words(...pairs: readonly (readonly [number, number])[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(pairs.flat()).buffer);
}

describe("scalars", () => {
  const scalars = golden("scalars", "demo.baton");
  const integers = load([scalars], "demo", "Integers");
  const least = {
    ...{ a: 0, b: 0, c: 0, d: 0n, e: -128, f: -32768, g: -2147483648, h: -(2n ** 63n), i: 0, j: -100, k: 1 },
    ...{ l: -(2 ** 53 - 1), m: 5n, n: -5n, o: 0, p: 0n, q: 0 },
  };
  const most = {
    ...{ a: 255, b: 65535, c: 2 ** 32 - 1, d: 2n ** 64n - 1n, e: 127, f: 32767, g: 2 ** 31 - 1, h: 2n ** 63n - 1n },
    ...{ i: 0xf_ffff, j: 100, k: 100, l: 2 ** 53 - 1, m: 2n ** 64n - 16n, n: 2n ** 63n - 16n, o: 0xff_ffff_ffff },
    ...{ p: 2n ** 64n - 1n, q: 9 },
  };

  test.each([
    ["least", least],
    ["most", most],
  ])("round trip at their %s", (_, value) => {
    const bytes = integers.encode(value);
    expect(integers.decode(bytes)).toEqual(value);
    expect({ ...readView(integers.view(bytes), Object.keys(value)) }).toEqual(value);
    expect(integers.validate(value)).toEqual([]);
  });

  test.each(Object.keys(least))("%s is refused one past its ends", (name) => {
    for (const [value, step] of [
      [least, -1],
      [most, 1],
    ] as const) {
      const end = (value as Values)[name];
      const past = typeof end === "bigint" ? end + BigInt(step) : Number(end) + step;
      const error = errorOf(() => integers.encode({ ...value, [name]: past }));
      expect(error).toMatchObject({ code: "B8201", path: name, found: String(past) });
      expect(integers.validate({ ...value, [name]: past }).map(({ code, path }) => [code, path])).toEqual([
        ["B8201", name],
      ]);
    }
  });

  test.each<[string, string, unknown, string]>([
    ["a fraction", "a", 1.5, "B8301"],
    ["no number", "a", Number.NaN, "B8301"],
    ["text", "a", "1", "B8301"],
    ["a bigint for a number", "a", 1n, "B8301"],
    ["a number for a bigint", "d", 1, "B8301"],
    ["null", "d", null, "B8301"],
    ["a fraction of a wide one", "k", 2.5, "B8301"],
    ["nothing", "a", undefined, "B8208"],
  ])("%s is refused", (_, path, value, code) => {
    const wrong = { [path]: value };
    expect(errorOf(() => integers.encode({ ...least, ...wrong }))).toMatchObject({ code, path });
  });

  test("what is no object is refused", () => {
    for (const wrong of [null, undefined, 5, "text", [], new Uint8Array(8)]) {
      expect(errorOf(() => integers.encode(wrong as unknown as Values)).code).toBe("B8301");
    }
  });

  test("members at their default are left out and come back", () => {
    const defaults = load([scalars], "demo", "Defaults");
    const whole = defaults.decode(new Uint8Array(0));
    expect(whole).toEqual({
      ...{ count: 7, big: 0x1_0000_0000n, below: -1n, on: true, name: "eth0", bytes: Uint8Array.of(0, 255) },
      id: Uint8Array.from([0, 17, 34, 51, 68, 85, 102, 119, 136, 153, 170, 187, 204, 221, 238, 255]),
      ...{ maybe: undefined, label: undefined },
    });
    expect(Object.keys(whole)).toEqual(["count", "big", "below", "on", "name", "bytes", "id", "maybe", "label"]);
    expect(defaults.encode({})).toEqual(new Uint8Array(0));
    expect(defaults.encode(whole)).toEqual(new Uint8Array(0));
    expect(defaults.encode({ count: undefined })).toEqual(new Uint8Array(0));
    // Two values do not share the bytes of a default.
    expect(defaults.decode(new Uint8Array(0))["bytes"]).not.toBe(whole["bytes"]);
    expect(defaults.decode(defaults.encode({ maybe: 0 }))["maybe"]).toBe(0);
  });

  test("text is UTF-8, measured in bytes, and well-formed", () => {
    const text = codecOf("state S { s @1 : string[2..6]; }");
    for (const s of ["ab", "äöü", "𐍈é", "\ufeffa", "\ufffd\ufffd", "\0\0"]) {
      expect(text.decode(text.encode({ s }))).toEqual({ s });
    }
    for (const s of ["a", "", "äöüx", "1234567"]) expect(errorOf(() => text.encode({ s })).code).toBe("B8206");
    for (const s of ["\ud800a", "a\udc00"]) expect(errorOf(() => text.encode({ s })).code).toBe("B8205");
    const long = codecOf("state S { s @1 : string; }");
    for (const s of ["x".repeat(1000), "ä".repeat(1000), `${"x".repeat(40)}\ufffd`]) {
      expect(long.decode(long.encode({ s }))).toEqual({ s });
    }
    expect(errorOf(() => long.encode({ s: `${"x".repeat(40)}\ud800` })).code).toBe("B8205");
  });

  test.each([
    ["c0 80", "an overlong form"],
    ["ed a0 80", "a surrogate"],
    ["f4 90 80 80", "beyond U+10FFFF"],
    ["ff", "no lead byte"],
    ["e2 82", "a form cut short"],
  ])("%s is refused: %s", (digits) => {
    const text = codecOf("state S { s @1 : string; }");
    const ill = digits.split(" ").map((byte) => Number.parseInt(byte, 16));
    for (const before of [0, 30]) {
      const size = before + ill.length;
      const bytes = new Uint8Array(8 + Math.ceil(size / 8) * 8);
      bytes.set(words([0x102_0001, size]));
      bytes.fill(97, 8, 8 + before);
      bytes.set(ill, 8 + before);
      expect(errorOf(() => text.decode(bytes))).toMatchObject({ code: "B8205", path: "s", offset: 0 });
    }
  });

  test("bytes are views of the input, and padding is checked", () => {
    const blob = codecOf("state S { b @1 : bytes[..32]; }");
    const bytes = blob.encode({ b: Uint8Array.of(1, 2, 3) });
    const { b } = blob.decode(bytes) as { b: Uint8Array };
    expect(b.buffer).toBe(bytes.buffer);
    for (const at of [11, 12, 15]) {
      const stained = bytes.slice();
      stained[at] = 1;
      expect(errorOf(() => blob.decode(stained))).toMatchObject({ code: "B8108" });
    }
    expect(errorOf(() => blob.encode({ b: [1, 2, 3] })).code).toBe("B8301");
  });
});

function readView(view: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, view[name]]));
}

describe("forms that no writer makes are refused", () => {
  const integer = codecOf("state S { a @1 : u64; b @2 : i32; }");
  const must = 0x100_0000;
  test.each<[string, Uint8Array, string]>([
    ["a long that fits a word", words([must | 0x1_0001, 8], [5, 0], [must | 2, 0]), "B8107"],
    ["a sign on a positive number", words([must | 1, 5], [must | 0x200_0002, 5]), "B8107"],
    ["a sign that the type has not", words([must | 0x200_0001, 0xffff_ffff], [must | 2, 5]), "B8201"],
    ["a number beyond the type", words([must | 1, 5], [must | 2, 0x8000_0000]), "B8201"],
    ["a form of another type", words([must | 0x2_0001, 0], [must | 2, 5]), "B8105"],
    ["a form that does not exist", words([must | 0x9_0001, 0], [must | 2, 5]), "B8103"],
    ["a flag that does not exist", words([0x900_0001, 5], [must | 2, 5]), "B8104"],
    ["a long cut short", words([must | 0x1_0001, 8]), "B8101"],
    ["a long of another size", words([must | 0x1_0001, 16], [5, 5], [5, 5]), "B8106"],
    ["members out of order", words([must | 2, 5], [must | 1, 5]), "B8208"],
    ["a member twice", words([must | 1, 5], [must | 2, 5], [must | 2, 5]), "B8102"],
    ["a member that is missing", words([must | 1, 5]), "B8208"],
    ["an unknown member that must be understood", words([must | 1, 5], [must | 2, 5], [must | 3, 9]), "B8209"],
    ["unknown members out of order", words([must | 1, 5], [must | 2, 5], [4, 9], [3, 9]), "B8102"],
    ["an unknown member past the end", words([must | 1, 5], [must | 2, 5], [0x2_0003, 9]), "B8101"],
    ["half a word", new Uint8Array(12), "B8106"],
    ["id 0", words([must, 5], [must | 1, 5], [must | 2, 5]), "B8102"],
  ])("%s", (_, bytes, code) => {
    const error = errorOf(() => integer.decode(bytes));
    expect(error.code).toBe(code);
    expect(error.offset).toBeTypeOf("number");
    expect(errorOf(() => integer.decode(bytes, { dropped: () => {} })).code).toBe(code);
  });

  test("either value of flag 1 is taken, and what need not be understood is dropped and told", () => {
    const dropped: [string, number][] = [];
    const bytes = words([1, 5], [2, 6], [0x2_0007, 8], [1, 1], [9, 9]);
    expect(integer.decode(bytes, { dropped: (path, id) => dropped.push([path, id]) })).toEqual({ a: 5n, b: 6 });
    expect(integer.decode(bytes)).toEqual({ a: 5n, b: 6 });
    expect(dropped).toEqual([
      ["@7", 7],
      ["@9", 9],
    ]);
  });

  test("counts that lie are refused before anything is made of them", () => {
    const list = codecOf("state S { l @1 : string[..64][]; t @2 : Row[]; n @3 : u8[]; } struct Row { a @1 : u64; }");
    const lies = [
      words([must | 0x4_0001, 8], [0xffff_ffff, 0]),
      words([must | 0x4_0001, 0xffff_fff8], [0xffff_ffff, 0]),
      words([must | 0x4_0001, 8], [0, 0], [must | 0x3_0002, 8], [0xffff_ffff, 0x8_0008]),
      words([must | 0x4_0001, 8], [0, 0], [must | 0x3_0002, 8], [0, 0], [must | 0x3_0003, 8], [0xffff_ffff, 0]),
      words([must | 0x4_0001, 8], [0, 0], [must | 0x3_0002, 8], [0xffff_ffff, 0]),
    ];
    for (const bytes of lies) expect(errorOf(() => list.decode(bytes)).code).toMatch(/^B81(01|06|10)$/);
  });
});

describe("places of errors", () => {
  const device = codecOf(`
    state S { devices @1 : Device[..8]; }
    state Device { name @1 : string[..8]; bars @2 : Bar[..4]; kind @3 : Kind; caps @4 : Cap[..4] = []; ids @5 : u16[..4] = []; }
    struct Bar { base @1 : u64; size @2 : u32 in 1..4096; inner @3 : Inner; }
    struct Inner { a @1 : u8; b @2 : Mode; }
    enum Mode : u8 { off = 0; on = 1; }
    union Kind { memory @1 : Cap; none_at_all @2 : none; }
    state Cap { id @1 : u8 in 1..9; }`);
  const bar = { base: 1n, size: 1, inner: { a: 0, b: 1 } };
  const one = {
    name: "a",
    bars: [bar, bar],
    kind: { kind: "memory", value: { id: 1 } },
    caps: [{ id: 2 }],
    ids: [1, 2],
  };
  const value = { devices: [one, one] };

  test.each<[string, unknown, string, string]>([
    ["devices[1].name", { ...one, name: "too long to fit" }, "B8206", "15"],
    ["devices[1].bars[0].size", { ...one, bars: [{ ...bar, size: 4097 }] }, "B8201", "4097"],
    ["devices[1].bars[1].inner.b", { ...one, bars: [bar, { ...bar, inner: { a: 0, b: 2 } }] }, "B8202", "2"],
    ["devices[1].kind.memory.id", { ...one, kind: { kind: "memory", value: { id: 0 } } }, "B8201", "0"],
    ["devices[1].kind", { ...one, kind: { kind: "constructor", value: {} } }, "B8210", "constructor"],
    ["devices[1].caps[0].id", { ...one, caps: [{ id: 10 }] }, "B8201", "10"],
    ["devices[1].ids[2]", { ...one, ids: [1, 2, 70000] }, "B8201", "70000"],
    ["devices[1].bars", { ...one, bars: [bar, bar, bar, bar, bar] }, "B8206", "5"],
  ])("%s, writing", (path, wrong, code, found) => {
    const broken = { devices: [one, wrong] };
    expect(errorOf(() => device.encode(broken))).toMatchObject({ code, path, found });
    expect(device.validate(broken)).toMatchObject([{ code, path, found }]);
    expect(errorOf(() => device.encodeInto(broken, new Uint8Array(4096), 0))).toMatchObject({ code, path, found });
  });

  test("each byte that is wrong is named, reading", () => {
    const bytes = device.encode(value);
    const paths = new Set<string>();
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [0, 1, 7]) {
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        try {
          device.decode(flipped);
        } catch (error) {
          if (!(error instanceof BatonError)) throw error;
          expect(error.message.split("\n")).toHaveLength(1);
          expect(error.offset).toBeGreaterThanOrEqual(0);
          expect(error.offset).toBeLessThanOrEqual(bytes.length);
          paths.add(error.path ?? "");
        }
      }
    }
    const expected = ["name", "bars[1].size", "bars[0].inner.b", "kind.memory.id", "caps[0].id", "bars", "caps", "ids"];
    expect([...paths]).toEqual(expect.arrayContaining(expected.map((path) => `devices[1].${path}`)));
  });

  test("a member that is missing is named where it is missing", () => {
    const inner = codecOf("state S { a @1 : T; b @2 : T?; c @3 : T; } state T { x @1 : u8; y @2 : u8; }");
    const whole = words([0x105_0001, 16], [0x100_0001, 1], [0x100_0002, 1], [0x105_0003, 8], [0x100_0001, 1]);
    expect(errorOf(() => inner.decode(whole))).toMatchObject({ code: "B8208", path: "c.y", id: 2 });
    expect(errorOf(() => inner.decode(words([0x105_0001, 0])))).toMatchObject({ code: "B8208", path: "a.x", id: 1 });
  });

  test("a message is one line, with its code, place and facts", () => {
    const error = errorOf(() => device.encode({ devices: [{ ...one, name: "äöü\u202e\n12345" }] }));
    expect(error.message).toBe("B8206: demo.S.devices[0].name @1: length 15 is outside 0..8");
    const bytes = device.encode(value);
    bytes.set([3, 0], 4);
    expect(errorOf(() => device.decode(bytes)).message).toBe(
      "B8106: demo.S.devices @1 at 0x0: length is 3, expected a multiple of 8",
    );
  });

  test("a body that is no whole number of members is named by its type", () => {
    const part = device.encode(value).subarray(0, 12);
    const message = "B8106: demo.S at 0x0: length is 12, expected a multiple of 8";
    const calls = [
      () => device.decode(part),
      () => device.decode(part, { dropped: () => {} }),
      () => device.view(part),
    ];
    for (const call of calls) expect(errorOf(call).message).toBe(message);
  });
});

describe("memory", () => {
  const codec = codecOf("state S { a @1 : u64; s @2 : string; b @3 : bytes; }");
  const value = { a: 2n ** 63n, s: "text", b: Uint8Array.of(1, 2, 3) };
  const bytes = codec.encode(value);

  test("encodeInto writes its bytes and nothing else", () => {
    for (const [offset, room] of [
      [0, 0],
      [8, 0],
      [16, 64],
      [3, 100],
    ] as const) {
      const whole = new Uint8Array(offset + bytes.length + room + 64).fill(0xaa);
      const target = whole.subarray(0, offset + bytes.length + room);
      expect(codec.encodeInto(value, target, offset)).toBe(offset + bytes.length);
      expect(target.subarray(offset, offset + bytes.length)).toEqual(bytes);
      expect(whole.subarray(offset + bytes.length).every((byte) => byte === 0xaa)).toBe(true);
    }
    const short = new Uint8Array(bytes.length - 1);
    expect(errorOf(() => codec.encodeInto(value, short, 0))).toMatchObject({ code: "B8305" });
    expect(errorOf(() => codec.encodeInto(value, new Uint8Array(8), 16)).code).toBe("B8305");
    for (const small of [0n, 1n, 2n ** 40n, 2n ** 64n - 1n]) {
      for (const room of [0, 8, 16]) {
        expect(errorOf(() => codec.encodeInto({ ...value, a: small }, new Uint8Array(room), 0)).code).toBe("B8305");
      }
    }
    expect(errorOf(() => codec.encodeInto(value, new Uint8Array(800), -8)).code).toBe("B8308");
  });

  test("bodies are whole after larger and smaller ones, and after some that were refused", () => {
    const other = codecOf("state S { names @1 : string[..64][]; last @2 : u64; }");
    const kept: [Uint8Array, Uint8Array][] = [];
    for (const count of [9000, 3, 9000, 9001, 40_000, 9000, 300_000, 10, 0, 9000, 70_000]) {
      const names = Array.from({ length: count }, (_, i) => `name ${i}`);
      const body = other.encode({ names, last: 0n });
      expect(other.decode(body)).toEqual({ names, last: 0n });
      kept.push([body, body.slice()]);
      expect(errorOf(() => other.encode({ names: [...names, "\ud800"], last: 1n })).code).toBe("B8205");
      expect(errorOf(() => other.encode({ names, last: -1n })).code).toBe("B8201");
      const text = "x".repeat(count * 30);
      expect(codec.decode(codec.encode({ ...value, s: text })).s).toBe(text);
    }
    for (const [body, copy] of kept) expect(body.every((byte, i) => byte === copy[i])).toBe(true);
  });

  test("unaligned and shared bytes are read, too", () => {
    for (const shift of [1, 4, 7]) {
      const moved = new Uint8Array(bytes.length + 16);
      moved.set(bytes, shift);
      expect(codec.decode(moved.subarray(shift, shift + bytes.length))).toEqual(value);
    }
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    expect(codec.decode(shared)).toEqual(value);
    expect(codec.decode(Buffer.from(bytes))).toEqual(value);
  });

  test("bodies of one buffer stay apart, also when one is transferred or one is encoded by another's getter", () => {
    const inner = codecOf("state S { a @1 : u32; b @2 : u32; }");
    const outer = {
      a: 1,
      get b(): number {
        return inner.encode({ a: 7, b: 8 }).length;
      },
    };
    expect(inner.decode(inner.encode(outer))).toEqual({ a: 1, b: 16 });
    const first = inner.encode({ a: 1, b: 2 });
    structuredClone(first, { transfer: [first.buffer] });
    expect(inner.decode(inner.encode({ a: 3, b: 4 }))).toEqual({ a: 3, b: 4 });
  });

  test("large bodies are trimmed, and their memory is used again without being shared", () => {
    const large = codecOf("state S { l @1 : string[..64][]; }");
    const values = [1, 2, 3].map((n) => ({ l: Array.from({ length: 3000 }, (_, i) => `${n} ${i} ${"ä".repeat(n)}`) }));
    const all = values.map((one) => large.encode(one));
    for (const [i, one] of values.entries()) expect(large.decode(all[i] ?? new Uint8Array(0))).toEqual(one);
    for (const body of all) expect(body.buffer.byteLength).toBe(body.length);
  });
});

describe("depth", () => {
  const node = load([golden("recursion", "demo.baton")], "demo", "Node");
  const nested = (depth: number): Values => {
    let value: Values = { name: "leaf" };
    for (let i = 1; i < depth; i++) value = { name: "n", left: value };
    return value;
  };

  test("64 bodies are written and read, 65 are neither", () => {
    const bytes = node.encode(nested(64));
    expect(node.encode(node.decode(bytes))).toEqual(bytes);
    for (const depth of [65, 100, 100_000]) {
      expect(errorOf(() => node.encode(nested(depth)))).toMatchObject({ code: "B8109" });
    }
    let deep = bytes;
    for (let i = 0; i < 2; i++) {
      const around = new Uint8Array(deep.length + 24);
      around.set(words([0x102_0001, 0], [0x105_0003, deep.length]));
      around.set(deep, 16);
      deep = around.subarray(0, deep.length + 16);
    }
    expect(errorOf(() => node.decode(deep)).code).toBe("B8109");
  });

  test("an object that holds itself is refused", () => {
    const value: Values = { name: "a" };
    value["left"] = value;
    expect(errorOf(() => node.encode(value)).code).toBe("B8109");
  });
});

describe("names", () => {
  const names = golden("names", "demo.baton");
  const object = load([names], "demo", "Object");
  const value = {
    ...{ constructor: 1, ["__proto__"]: 2, toString: "t", hasOwnProperty: true, valueOf: 3n, class: 4, default: 5 },
    ...{ function: "f", let: { constructor: 6, ["__proto__"]: 7, length: 8n, at: 9 } },
    arguments: [
      { kind: "constructor", value: 10 },
      { kind: "__proto__", value: null },
    ],
  };

  test("that every object has are members like any other", () => {
    const bytes = object.encode(value);
    const decoded = object.decode(bytes);
    expect(Object.getOwnPropertyDescriptor(decoded, "__proto__")?.value).toBe(2);
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(object.encode(decoded)).toEqual(bytes);
    const view = object.view(bytes);
    expect([view["constructor"], view["toString"], view["class"]]).toEqual([1, "t", 4]);
    const { constructor: _, toString: __, ...without } = value;
    expect(object.decode(object.encode({ ...without, constructor: 1 }))["toString"]).toBeUndefined();
    expect(errorOf(() => object.encode(without))).toMatchObject({ code: "B8208", path: "constructor" });
    expect(({} as Values)["polluted"]).toBeUndefined();
  });

  test("of modules, types and locals of our own do not meet", () => {
    const own = load([names], "demo", "module");
    const whole = {
      ...{ input: 1, end: 2, o: 3, next: "n", words: 4n, out: 5, value: 6, start: 3, kind: 1, found: 3 },
    };
    expect(own.decode(own.encode(whole))).toEqual(whole);
    const union = load([names], "demo", "Array");
    const held = { kind: "then", value: whole };
    expect(union.decode(union.encode(held))).toEqual(held);
  });
});

describe("structs", () => {
  const structs = golden("structs", "demo.baton");
  const generated = new Generated(compileTexts(structs)).exports("demo");
  // What is exported under this name is the struct's codec.
  const row = generated["Row"] as StructCodec<Values, Values, { length: number; at(i: number): Values }>;

  test("have tables of their own", () => {
    const rows = [
      { address: 2n ** 63n, length: 1, kind: 0, weight: 5n, note: 0 },
      { address: 1n, length: 2, kind: 3, weight: 6n, note: 7 },
    ];
    const bytes = row.encodeTable(rows);
    expect(bytes.length).toBe(8 + 2 * row.stride);
    expect(row.decodeTable(bytes)).toEqual(rows);
    const view = row.viewTable(bytes);
    expect([view.length, view.at(1)["address"], view.at(0)["weight"]]).toEqual([2, 1n, 5n]);
    expect(() => view.at(2)).toThrow(RangeError);
    expect(row.decodeTable(row.encodeTable([]))).toEqual([]);
    expect(errorOf(() => row.encodeTable([{ address: 1n }]))).toMatchObject({ code: "B8208", path: "[0].length" });
  });

  test("tell of a table that is wrong as a whole at its start", () => {
    const short = new Uint8Array(4);
    const required = row.encodeTable([{ address: 1n, length: 2 }]);
    required[6] = 1;
    const tall = row.encodeTable([{ address: 1n, length: 2 }]);
    tall[0] = 9;
    const headless = row.encodeTable([]);
    headless[4] = 1;
    for (const [bytes, code] of [
      [short, "B8106"],
      [required, "B8110"],
      [tall, "B8106"],
      [headless, "B8110"],
    ] as const) {
      for (const read of [row.decodeTable, row.viewTable]) {
        const error = errorOf(() => read(bytes));
        expect(error).toMatchObject({ code, type: "demo.Row", path: "", offset: 0 });
        expect(error.id).toBeUndefined();
        expect(error.message).toContain(`${code}: demo.Row at 0x0: `);
      }
    }
  });

  test("columns are read in place, whole and by halves", () => {
    const table = row.viewTable(
      row.encodeTable([
        { address: 2n ** 63n + 5n, length: 9 },
        { address: 7n, length: 8 },
      ]),
    );
    // Columns are named by the struct's members.
    const column = (table as unknown as { column(name: string): Values & { at(i: number): unknown } }).column(
      "address",
    );
    expect([column.at(0), column.at(1)]).toEqual([2n ** 63n + 5n, 7n]);
    const { low, high, copy } = column as unknown as Record<"low" | "high" | "copy", (i?: number) => unknown>;
    expect([low.call(column, 0), high.call(column, 0)]).toEqual([5, 0x8000_0000]);
    expect(copy.call(column)).toEqual(BigUint64Array.of(2n ** 63n + 5n, 7n));
  });
});

describe("validate", () => {
  test("finds keys that are used twice, lists out of order and references to nothing", () => {
    const lists = load([golden("lists", "demo.baton")], "demo", "Lists");
    const value = {
      ...{ u8s: [], u16s: [], u32s: [1, 2, 3, 4], u64s: [1n], frames: [], i8s: [], i64s: [], bools: [], uuids: [] },
      ...{ keys: [], names: [], kinds: [], fixed: [] },
      parts: [{ name: "b", owner: "c" }, { name: "a", owner: "b" }, { name: "a" }],
    };
    expect(lists.validate(value).map(({ code, path }) => [code, path])).toEqual([
      ["B8504", "parts[0].owner"],
      ["B8502", "parts[2]"],
      ["B8503", "parts[1]"],
    ]);
    // Codecs do not look for these.
    expect(lists.decode(lists.encode(value))["parts"]).toHaveLength(3);
  });
});
