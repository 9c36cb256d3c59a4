import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BatonError, type StateCodec } from "../../../runtime/index.ts";
import { compileTexts } from "../../../test/compiled.ts";
import { Generated } from "../../../test/property/generated.ts";

type Values = Record<string, unknown>;
type Codec = StateCodec<Values, Values, Values>;

function golden(...path: readonly string[]): string {
  return readFileSync(join(import.meta.dirname, "../../../golden/emit", ...path), "utf8");
}

function load(texts: readonly string[], module: string, name: string): Codec {
  // Every value of these tests is an object of whatever the schema says.
  return new Generated(compileTexts(...texts)).exports(module)[name] as Codec;
}

/** The device as its file was when a version was the last. */
function deviceAt(versions: string, more = ""): string {
  return `module demo; ${versions}
    state Device @0x7063_6901 {
      bdf @1 : u16 key; vendor @2 : u16; command @3 : u16 = 3; msi @8 : Msi?; pages @9 : u32; lanes @11 : u8;
      state @13 : Power = on; note @14 : string[..16] = "" ignorable; ${more}
    }
    state Msi { vectors @1 : u8; }
    enum Power : u8 { on = 0; d3hot = 1; }`;
}

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

const text = golden("versions", "demo.baton");
const driver = 'driver @4 : string[..64] = "" since 2; ';
const label = 'label @7 : string[..32] = "" since 2.1 ignorable; ';
const device = load([text], "demo", "Device");
const older = {
  1: load([deviceAt("version 1;")], "demo", "Device"),
  2: load([deviceAt("version 1; version 2;", driver)], "demo", "Device"),
  "2.1": load([deviceAt("version 1; version 2; version 2.1;", driver + label)], "demo", "Device"),
} as const;

const value = {
  ...{ bdf: 8, vendor: 0x8086, command: 3, driver: "", ats: undefined, pasid: 0, label: "", bytes: 8192n, width: 4 },
  state: 1,
};

describe("writing for an older version", () => {
  test.each([1, 2, "2.1"] as const)("%s gives what that version would have written", (version) => {
    const bytes = device.encode(value, { for: version });
    const there = older[version].decode(bytes);
    expect(there).toMatchObject({ bdf: 8, vendor: 0x8086, command: 3, pages: 2, lanes: 4, state: 1 });
    expect(older[version].encode(there)).toEqual(bytes);
    expect(device.decode(bytes)).toEqual(value);
  });

  test("the working version and a map say the same", () => {
    expect(device.encode(value, { for: 3 })).toEqual(device.encode(value));
    expect(device.encode(value, { for: { demo: 2 } })).toEqual(device.encode(value, { for: "2" }));
    expect(errorOf(() => device.encode(value, { for: { dmeo: 2 } }))).toMatchObject({ code: "B8308", path: "for" });
  });

  test("a declaration may be called as functions for a version are", () => {
    const names = `module demo; version 1; version 2;
      state Foo @1 { a @1 : u8; b @2 : u64 = 0 since 2; kind @3 : Kind = one; }
      state FooFor1 @2 { a @1 : u8; b @2 : u64 = 0 since 2; kind @3 : KindFor1 = one; }
      enum Kind : u8 { one = 1; two = 2 since 2; } enum KindFor1 : u8 { one = 1; two = 2 since 2; }
      union Us { a @1 : u8; b @2 : u8 since 2; } union UsFor1 { a @1 : Us; b @2 : u8 since 2; }
      const writeFooFor1 = 7; const isKindFor1 = 8; const writeUsFor1 = 9;`;
    const exports = new Generated(compileTexts(names)).exports("demo");
    expect([exports["writeFooFor1"], exports["isKindFor1"], exports["writeUsFor1"]]).toEqual([7, 8, 9]);
    for (const name of ["Foo", "FooFor1"]) {
      const codec = load([names], "demo", name);
      expect(codec.decode(codec.encode({ a: 3 }, { for: 1 }))).toMatchObject({ a: 3, b: 0n });
      expect(errorOf(() => codec.encode({ a: 3, kind: 2 }, { for: 1 })).path).toBe("kind");
    }
  });

  test("a version that is not written is refused", () => {
    for (const version of [4, "2.2", 0, "x"]) {
      expect(errorOf(() => device.encode(value, { for: version })).code).toBe("B8304");
    }
  });

  test("what would be lost is refused, and says which member, value and version", () => {
    const error = errorOf(() => device.encode({ ...value, ats: { stu: 3 } }, { for: 2 }));
    expect(error).toMatchObject({ code: "B8303", path: "ats", id: 5, expected: "2" });
    expect(error.message).toBe("B8303: demo.Device.ats @5: cannot be written for version 2: holds an object");
    expect(errorOf(() => device.encode({ ...value, driver: "e1000" }, { for: 1 }))).toMatchObject({
      code: "B8303",
      path: "driver",
    });
    expect(device.decode(device.encode({ ...value, driver: "e1000" }, { for: 2 }))["driver"]).toBe("e1000");
    expect(errorOf(() => device.encode({ ...value, state: 2 }, { for: 2 }))).toMatchObject({
      code: "B8202",
      path: "state",
    });
    // 8193 bytes are no whole pages: 2 would come back as 8192.
    expect(errorOf(() => device.encode({ ...value, bytes: 8193n }, { for: 2 }))).toMatchObject({
      code: "B8303",
      path: "bytes",
    });
    // 256 lanes do not fit the u8 of older versions.
    expect(errorOf(() => device.encode({ ...value, width: 256 }, { for: 2 }))).toMatchObject({
      code: "B8201",
      path: "lanes",
    });
  });

  test("versions that are written alike are told apart", () => {
    const alike = `module demo; version 1; version 2; version 2.1; version 2.2; version 3;
      state Timer @1 {
        slack @1 : u32 = 0 since 3; kind @2 : Kind = one; rows @3 : Row[..4] = []; of @4 : Of?; late @5 : Late?;
        soft @6 : Soft? since 3; }
      enum Kind : u8 { one = 1; two = 2 since 3; } struct Row { a @1 : u32; b @2 : u32 = 0 since 3; }
      union Of { a @1 : u8; b @2 : u8 since 3; } state Soft { a @1 : u8; } state Late { a @1 : u8 since 2; b @2 : u8 since 3; }`;
    const timer = load([alike], "demo", "Timer");
    for (const version of [1, 2, "2.1", "2.2"]) {
      const refused = (given: Values): BatonError => errorOf(() => timer.encode(given, { for: version }));
      for (const given of [
        { slack: 3 },
        { rows: [{ a: 1, b: 2 }] },
        { of: { kind: "b", value: 1 } },
        { late: { a: 1, b: 2 } },
        { soft: { a: 1 } },
      ]) {
        expect(refused(given)).toMatchObject({ code: "B8303", expected: String(version) });
        expect(refused(given).message).toContain(`cannot be written for version ${version}:`);
      }
      expect(refused({ kind: 2 })).toMatchObject({ code: "B8202", expected: `demo.Kind of version ${version}` });
    }
  });

  test("what is ignorable is lost", () => {
    const bytes = device.encode({ ...value, label: "left" }, { for: 2 });
    expect(device.decode(bytes)["label"]).toBe("");
    expect(device.decode(device.encode({ ...value, label: "kept" }, { for: "2.1" }))["label"]).toBe("kept");
  });

  test("its own constraints still hold", () => {
    expect(errorOf(() => device.encode({ ...value, pasid: 5 }))).toMatchObject({ code: "B8212", path: "" });
    expect(device.decode(device.encode({ ...value, pasid: 5, ats: { stu: 1 } }))["pasid"]).toBe(5);
  });
});

describe("reading an older version", () => {
  test("retired members are taken up by what is computed from them", () => {
    const bytes = older[1].encode({ bdf: 1, vendor: 2, pages: 3, lanes: 2, msi: undefined });
    expect(device.decode(bytes)).toMatchObject({ bdf: 1, command: 3, bytes: 12288n, width: 2, state: 0 });
    expect(device.view(bytes)).toMatchObject({});
    expect([device.view(bytes)["bytes"], device.view(bytes)["driver"]]).toEqual([12288n, ""]);
  });

  test("a retired member that nothing takes up is refused", () => {
    const bytes = older[1].encode({ bdf: 1, vendor: 2, pages: 3, lanes: 2, msi: { vectors: 4 } });
    const error = errorOf(() => device.decode(bytes));
    expect(error).toMatchObject({ code: "B8211", path: "msi", id: 8 });
    expect(errorOf(() => device.view(bytes))).toMatchObject({ code: "B8211", path: "msi" });
  });

  test("a retired ignorable one is dropped and told", () => {
    const bytes = older[2].encode({ bdf: 1, vendor: 2, pages: 3, lanes: 2, note: "hello" });
    const dropped: [string, number][] = [];
    device.decode(bytes, { dropped: (path, id) => dropped.push([path, id]) });
    expect(dropped).toEqual([["note", 14]]);
  });

  test("what cannot be computed is refused where it is missing", () => {
    const bytes = older[1].encode({ bdf: 1, vendor: 2, pages: 3, lanes: 2 });
    // Without the words of @9, pages, there is nothing to compute bytes from.
    const without = new Uint8Array(bytes.length - 8);
    without.set(bytes.subarray(0, 16));
    without.set(bytes.subarray(24), 16);
    expect(errorOf(() => device.decode(without))).toMatchObject({ code: "B8213", path: "bytes", id: 10 });
  });
});

describe("a newer version's bytes", () => {
  const two = older[2];

  test("are refused where they hold what must be understood, and say what", () => {
    const error = errorOf(() => two.decode(device.encode({ ...value, ats: { stu: 3 } })));
    expect(error).toMatchObject({ code: "B8209", path: "@5", id: 5 });
    expect(errorOf(() => two.decode(device.encode(value)))).toMatchObject({ code: "B8208", path: "pages" });
  });

  test("are taken where they do not", () => {
    const later = load([deviceAt("version 1;", "extra @30 : u8 = 0;")], "demo", "Device");
    const plain = { bdf: 1, vendor: 2, pages: 3, lanes: 2 };
    expect(two.decode(later.encode({ ...plain, extra: 0 }))).toMatchObject(plain);
    const error = errorOf(() => two.decode(later.encode({ ...plain, extra: 7 })));
    expect(error.message).toBe("B8209: demo.Device.@30 at 0x20: unknown member @30 = 7 must be understood");
  });
});

describe("keepUnknown", () => {
  const wide = `module demo;
    version 1; version 2;
    state S { a @1 : u32; row @2 : R[..4]; u @3 : U; l @4 : T[..4]; t @5 : T; b @6 : u16 = 0 since 2; z @9 : string[..8] = "" since 2; }
    state T { x @1 : u32; y @2 : u64 = 0 since 2; }
    struct R { x @1 : u64; y @2 : u32 = 0 since 2; z @3 : u64 = 0 since 2; }
    union U { p @1 : u32; q @2 : string[..16] since 2; r @3 : T; }`;
  const narrow = wide.replace("version 2;", "").replace(/\w+ *@\d+ : [^;]* since 2;/g, "");
  const two = load([wide], "demo", "S");
  const one = load([narrow], "demo", "S");
  const full = {
    ...{ a: 1, b: 5, z: "end", u: { kind: "q", value: "unknown" }, t: { x: 1, y: 2n ** 40n } },
    row: [
      { x: 1n, y: 2, z: 3n },
      { x: 4n, y: 0, z: 0n },
    ],
    l: [{ x: 7, y: 8n }, { x: 9 }],
  };
  const bytes = two.encode(full);

  test("without it, every bit of this is refused", () => {
    expect(errorOf(() => one.decode(bytes)).code).toBe("B8214");
    expect(errorOf(() => one.decode(two.encode({ ...full, row: [] })))).toMatchObject({ code: "B8210" });
  });

  test("up, down and up again loses nothing", () => {
    const passed = one.decode(bytes, { keepUnknown: true });
    expect(passed).toMatchObject({ a: 1, row: [{ x: 1n }, { x: 4n }], t: { x: 1 }, l: [{ x: 7 }, { x: 9 }] });
    expect(one.encode(passed)).toEqual(bytes);
    const target = new Uint8Array(bytes.length);
    expect(one.encodeInto(passed, target, 0)).toBe(bytes.length);
    expect(target).toEqual(bytes);
    expect(two.decode(one.encode(passed))).toEqual(two.decode(bytes));
    const down = two.decode(one.encode({ a: 1, row: [], u: { kind: "p", value: 2 }, l: [], t: { x: 3 } }), {
      keepUnknown: true,
    });
    expect(one.decode(two.encode(down))).toMatchObject({ a: 1, t: { x: 3 } });
  });

  test("what a tool changes is changed, and the rest stays", () => {
    const passed = one.decode(bytes, { keepUnknown: true });
    passed["a"] = 99;
    (passed["t"] as Values)["x"] = 98;
    const [rows, list] = [passed["row"] as Values[], passed["l"] as Values[]];
    rows[1]!["x"] = 97n;
    list[0]!["x"] = 96;
    expect(two.decode(one.encode(passed))).toEqual(
      two.decode(
        two.encode({
          ...full,
          ...{ a: 99, t: { x: 98, y: 2n ** 40n }, l: [{ x: 96, y: 8n }, { x: 9 }] },
          row: [
            { x: 1n, y: 2, z: 3n },
            { x: 97n, y: 0, z: 0n },
          ],
        }),
      ),
    );
  });

  test("an element that holds what is unknown goes with all of it, and is not replaced", () => {
    const passed = one.decode(bytes, { keepUnknown: true });
    const list = passed["l"] as Values[];
    list.shift();
    expect(two.decode(one.encode(passed))["l"]).toEqual([{ x: 9, y: 0n }]);
    list.push({ x: 7 });
    expect(errorOf(() => one.encode(passed))).toMatchObject({ code: "B8308", path: "l[1]" });
  });

  test("it excludes `for`, and an unknown alternative is no value of its own", () => {
    const passed = one.decode(bytes, { keepUnknown: true });
    expect(errorOf(() => one.encode(passed, { for: 1 })).code).toBe("B8308");
    const copy = { ...passed };
    expect(errorOf(() => one.encode(copy))).toMatchObject({ code: "B8210" });
  });
});

describe("rows of other versions", () => {
  const two = load([golden("structs", "demo.baton")], "demo", "Tables");
  const row = /struct Row \{[^}]*\}/;
  const shorter = "struct Row { address @1 : u64 key; length @2 : u32; }";
  const one = load([golden("structs", "demo.baton").replace("version 2;", "").replace(row, shorter)], "demo", "Tables");

  test("older rows take the defaults of what they lack", () => {
    const bytes = one.encode({ rows: [{ address: 1n, length: 2 }], first: { address: 3n, length: 4 } });
    const row = { kind: 0, weight: 5n, note: 0 };
    expect(two.decode(bytes)).toMatchObject({
      rows: [{ address: 1n, length: 2, ...row }],
      first: { address: 3n, ...row },
    });
    const { rows } = two.view(bytes) as { rows: { at(i: number): Values } };
    expect(rows.at(0)["weight"]).toBe(5n);
  });

  test("newer rows are read by their own stride, unless they hold what must be understood", () => {
    const first = { address: 3n, length: 4, weight: 5n };
    const plain = two.encode({
      rows: [
        { address: 1n, length: 2 },
        { address: 2n, length: 3, note: 9 },
      ],
      first,
    });
    const dropped: [string, number][] = [];
    expect(one.decode(plain, { dropped: (path, id) => dropped.push([path, id]) })).toMatchObject({
      rows: [
        { address: 1n, length: 2 },
        { address: 2n, length: 3 },
      ],
    });
    // The weight of 5 is no zero, so there is something that was left out.
    expect(dropped).toEqual([
      ["rows", 0],
      ["first", 0],
    ]);
    const held = two.encode({ rows: [{ address: 1n, length: 2, kind: 1 }], first });
    expect(errorOf(() => one.decode(held))).toMatchObject({ code: "B8214", path: "rows" });
  });

  test("writing for an older version shortens them", () => {
    const value = { rows: [{ address: 1n, length: 2 }], first: { address: 3n, length: 4, note: 7 } };
    expect(two.encode(value, { for: 1 })).toEqual(one.encode({ rows: value.rows, first: { address: 3n, length: 4 } }));
    const lost = { ...value, rows: [{ address: 1n, length: 2, weight: 6n }] };
    expect(errorOf(() => two.encode(lost, { for: 1 }))).toMatchObject({ code: "B8303", path: "rows[0].weight" });
  });
});

describe("modules that use each other", () => {
  const texts = [golden("imports", "demo/base.baton"), golden("imports", "demo/user.baton")];
  const mapping = load(texts, "demo.user", "Mapping");
  const value = {
    ...{
      address: 1n,
      kind: 0,
      kinds: [0, 1],
      span: { start: 1n, pages: 1 },
      spans: [],
      owner: { name: "a" },
      owners: [],
    },
    source: { kind: "memory", value: { start: 1n, pages: 1, kind: 0 } },
  };

  test("each is written for its own version", () => {
    const bytes = mapping.encode({ ...value, kind: 2 });
    expect(mapping.decode(bytes)).toMatchObject({ kind: 2 });
    expect(mapping.encode({ ...value, kind: 2 }, { for: 2 })).toEqual(bytes);
    expect(errorOf(() => mapping.encode({ ...value, kind: 2 }, { for: { "demo.base": 1 } }))).toMatchObject({
      code: "B8202",
      path: "kind",
    });
    expect(
      errorOf(() => mapping.encode({ ...value, owner: { name: "a", uid: 5 } }, { for: { "demo.base": 1 } })),
    ).toMatchObject({
      ...{ code: "B8303", path: "owner.uid" },
    });
    const spans = { ...value, spans: [{ start: 1n, pages: 2, kind: 1 }] };
    expect(errorOf(() => mapping.encode(spans, { for: { "demo.base": 1 } }))).toMatchObject({
      code: "B8303",
      path: "spans[0].kind",
    });
    expect(mapping.decode(mapping.encode(value, { for: { "demo.base": 1, "demo.user": 2 } }))).toMatchObject({
      address: 1n,
    });
  });
});
