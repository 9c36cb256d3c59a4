import { describe, expect, test } from "vitest";
import { compile, worldAt, type Compiled } from "../compile.ts";
import { parseVersion } from "../schema/version.ts";
import { decodeState } from "./decode.ts";
import { embedSchema, embeddedReader } from "./embedded.ts";
import { encodeDump, writerModules } from "./encode-dump.ts";
import { encodeState } from "./encode.ts";
import { findSchemas, judgeManifest, readerWorld } from "./find.ts";
import { inspect } from "./inspect.ts";
import { encodeStateFor } from "./lower.ts";
import { manifestOf } from "./manifest.ts";
import { problemText } from "./problem.ts";
import { sourceOf } from "./source.ts";
import type { Value } from "./value.ts";
import type { WireState } from "./wire-type.ts";
import { findState } from "./wire-types.ts";

function stateOf(text: string, name = "State", version?: string): WireState {
  const compiled = compile([{ path: "x.baton", text: `module demo.x;\n${text}` }]);
  const errors = compiled.diagnostics.filter((one) => one.severity === "error").map((one) => one.message);
  if (errors.length > 0) throw new Error(errors.join("\n"));
  const versions = new Map(version === undefined ? [] : [["demo.x", parseVersion(version) ?? 0]]);
  const state = findState(worldAt(compiled, versions), name);
  if (state === null) throw new Error(`no state ${name}`);
  return state;
}

function refusals(type: WireState, value: Value): readonly string[] {
  const encoded = encodeState(type, value);
  return encoded.ok ? [] : encoded.problems.map((one) => `${one.code} ${problemText(one)}`);
}

describe("the encoder refuses", () => {
  const type = stateOf(
    `
    enum Header : u8 { endpoint = 0; }
    bits Command : u8 { io = 0; }
    struct Bar { size @1 : u32 in 1..16; label @2 : cstring[4]; check size != 3 : "not three"; }
    union Kind { number @1 : u8; nothing @2 : none; }
    state State {
      number @1 : u8 = 0; header @2 : Header = endpoint; command @3 : Command = io; bars @4 : Bar[..2] = [];
      name @5 : string[..4] = ""; id @6 : uuid?; kind @7 : Kind?; data @8 : bytes[2]?; pairs @9 : u8[2] = [];
      check number != 9 : "not nine";
    }`.replace("pairs @9 : u8[2] = [];", "pairs @9 : u8[1..2]?;"),
  );

  test.each<[Value, readonly string[]]>([
    [{ number: 256 }, ["B8201 State.number: 256 is outside 0..255"]],
    [{ number: -1n }, ["B8201 State.number: -1 is outside 0..255"]],
    [{ number: 1.5 }, ["B8301 State.number: expected an integer, found 1.5"]],
    [{ number: "1" }, ['B8301 State.number: expected an integer, found the string "1"']],
    [{ number: 9 }, ["B8212 State: check failed: not nine"]],
    [{ header: 1 }, ["B8202 State.header: 1 is no value of demo.x.Header"]],
    [{ command: 3 }, ["B8203 State.command: bits 0x2 have no name in demo.x.Command"]],
    [{ bars: [{ size: 0, label: "" }] }, ["B8201 State.bars[0].size: 0 is outside 1..16"]],
    [{ bars: [{ size: 1, label: "abcd" }] }, ["B8206 State.bars[0].label: length 4 is outside 0..3"]],
    [
      { bars: [{ size: 1, label: "a\0b" }] },
      ['B8207 State.bars[0].label: expected text without NUL, found the string "a\\u0000b"'],
    ],
    [{ bars: [{ size: 3, label: "" }] }, ["B8212 State.bars[0]: check failed: not three"]],
    [{ bars: [{ label: "" }] }, ["B8208 State.bars[0].size: required and missing"]],
    [
      { bars: [1, 2, 3] },
      [
        "B8206 State.bars: length 3 is outside 0..2",
        ...[0, 1, 2].map((i) => `B8301 State.bars[${i}]: expected Bar, found ${i + 1}`),
      ],
    ],
    [{ name: "größe" }, ["B8206 State.name: length 7 is outside 0..4"]],
    [{ name: "\ud800" }, ["B8205 State.name: text is not well-formed UTF-8"]],
    [{ id: new Uint8Array(15) }, ["B8206 State.id: length 15 is outside 16..16"]],
    [{ kind: { kind: "other", value: 1 } }, ["B8210 State.kind: unknown alternative other"]],
    [{ kind: { kind: "nothing", value: 1 } }, ["B8301 State.kind.nothing: expected null, found 1"]],
    [{ data: new Uint8Array(3) }, ["B8206 State.data: length 3 is outside 2..2"]],
    [{ pairs: [] }, ["B8206 State.pairs: length 0 is outside 1..2"]],
    [null, ["B8301 State: expected State, found null"]],
  ])("%#", (value, expected) => {
    expect(refusals(type, value)).toEqual(expected);
  });

  test("a value that holds itself, without end", () => {
    const deep = stateOf("state State { next @1 : State?; }");
    const value: { next?: Value } = {};
    value.next = value as Value;
    expect(refusals(deep, value as Value)).toEqual([expect.stringContaining("B8109")]);
  });
});

describe("writing for an older version", () => {
  const text = `
    version 1; version 2;
    enum Mode : u8 { slow = 0; fast = 1 since 2; }
    union Kind { number @1 : u8; name @2 : string[..8] since 2; }
    struct Bar { base @1 : u64; flags @2 : u32 = 0 since 2; hint @3 : u64 = 0 since 2 ignorable; }
    state Inner { a @1 : u8; b @2 : u8 = 0 since 2; }
    state State {
      mode @1 : Mode; kind @2 : Kind; bars @3 : Bar[]; inner @4 : Inner;
      new  @5 : u32 = 0 since 2; hint @6 : u8 = 0 since 2 ignorable; opt @7 : u8? since 2;
      half @8 : u8 until 1 from full / 2; full @9 : u16 since 2 from half * 2;
    }`;
  const working = stateOf(text);
  const target = stateOf(text, "State", "1");
  const plain = { mode: 0, kind: { kind: "number", value: 1 }, bars: [{ base: 1n }], inner: { a: 1 }, full: 8 };

  const lost = (change: object): readonly string[] => {
    const encoded = encodeStateFor(working, target, { ...plain, ...change });
    return encoded.ok ? [] : encoded.problems.map(problemText);
  };

  test("what it knows is written, and reads as the same", () => {
    const encoded = encodeStateFor(working, target, { ...plain, hint: 9, bars: [{ base: 1n, hint: 9n }] });
    if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
    expect(decodeState(target, encoded.bytes)).toMatchObject({ ok: true, value: { half: 4, bars: [{ base: 1n }] } });
    expect(decodeState(working, encoded.bytes)).toMatchObject({ ok: true, value: { full: 8, hint: 0 } });
  });

  test.each<[object, string]>([
    [{ mode: 1 }, "State.mode: 1 is no value of demo.x.Mode"],
    [
      { kind: { kind: "name", value: "x" } },
      "State.kind.name: cannot be written for version 1 (this is version 2): holds alternative `name`",
    ],
    [
      { bars: [{ base: 1n, flags: 2 }] },
      "State.bars[0].flags: cannot be written for version 1 (this is version 2): holds 2",
    ],
    [{ inner: { a: 1, b: 2 } }, "State.inner.b: cannot be written for version 1 (this is version 2): holds 2"],
    [{ new: 5 }, "State.new: cannot be written for version 1 (this is version 2): holds 5"],
    [{ opt: 0 }, "State.opt: cannot be written for version 1 (this is version 2): holds 0"],
    [{ full: 7 }, "State.full: cannot be written for version 1 (this is version 2): holds 7"],
    [{ full: 600 }, "State.half: 300 is outside 0..255"],
  ])("%#: would be lost", (change, expected) => {
    expect(lost(change)).toEqual([expected]);
  });
});

describe("schemas of a dump", () => {
  const compiled = compile([
    {
      path: "a.baton",
      text: 'module demo.a;\nimport demo.b;\nversion 1; version 2;\nstate A @0x1 { b @1 : b.B; c @2 : u8 = 0 since 2; check c < 100 : "small"; }',
    },
    {
      path: "b.baton",
      text: 'module demo.b;\nenum E : u8 { one = 1; }\nstate B { e @1 : E = one; n @2 : u64 = 7 in 1..9; s @3 : string[..4] = "12"; list @4 : u8[] = []; }',
    },
  ]);
  const input = { producer: "", working: null, embedSchema: true, modules: writerModules(compiled.modules) };
  const encoded = encodeDump({ ...input, records: [{ type: "A", instance: 0, value: { b: {} } }] });
  const bytes = encoded.ok ? encoded.bytes : new Uint8Array(0);

  test("are found in the dump itself, by fingerprint", async () => {
    const embedded = await embeddedReader();
    const items = [
      ...inspect(sourceOf(bytes), {
        schemas: (manifest, schema) => findSchemas(manifest, schema, { candidates: [], embedded }),
      }),
    ];
    expect(items.flatMap((item) => item.problems)).toEqual([]);
    const record = items.find((item) => item.kind === "record");
    expect(record?.kind === "record" && record.value).toEqual({ b: { e: 1, n: 7, s: "12", list: [] }, c: 0 });
  });

  test("that are not found are told once, and the records walked by their ids", () => {
    const items = [
      ...inspect(sourceOf(bytes), { schemas: (manifest) => findSchemas(manifest, null, { candidates: [] }) }),
    ];
    expect(items.flatMap((item) => item.problems.map((one) => one.code))).toEqual(["B8021", "B8021"]);
    expect(items.find((item) => item.kind === "record")).toMatchObject({
      type: null,
      name: "0x1#0",
      value: { "@1": {} },
    });
  });

  test("a damaged or hostile schema is refused", async () => {
    const embedded = await embeddedReader();
    const views = [...compiled.modules.values()].map((one) => one.views.get(one.module.version) ?? one.module);
    const body = embedSchema(views) ?? new Uint8Array(0);
    expect(embedded(body)).toMatchObject({ ok: true });
    expect(embedded(body.subarray(0, 5))).toMatchObject({ ok: false });
    expect(embedded(body.subarray(0, body.length - 5))).toMatchObject({ ok: false, found: "damaged data" });
    for (const [offset, byte] of [
      [0, 2],
      [4, 1],
      [7, 0xff],
      [20, 0xff],
    ] as const) {
      const broken = body.slice();
      broken[offset] = byte;
      expect(embedded(broken).ok, `byte ${offset}`).toBe(false);
    }
    const { encodeSchema } = await import("../../runtime/schema-record.ts");
    const refused = (json: string): string => {
      const read = embedded(encodeSchema(json));
      return read.ok ? "none" : read.found;
    };
    expect(refused("[".repeat(100_000))).toBe("more");
    expect(refused("{")).toBe("something else");
    expect(refused('{"format":2}')).toBe("format 2");
    expect(refused('{"format":1,"modules":[{}]}')).toBe("something else");
    // A bomb: 16 MiB and a byte of zeros.
    expect(() => encodeSchema("0".repeat(16 * 1024 * 1024 + 1))).toThrow("B8018");
    const member = { id: 1, name: "m", since: 65536, type: { kind: "named", module: "x", name: "S" } };
    const struct = { kind: "struct", name: "S", since: 65536, members: [member] };
    const module = {
      name: "x",
      versions: [{ version: 65536 }],
      version: 65536,
      reads: [],
      writes: [],
      imports: [],
      declarations: [struct],
    };
    expect(refused(JSON.stringify({ format: 1, modules: [module] }))).toContain("has no fixed size");
    const lost = {
      ...module,
      declarations: [{ ...struct, members: [{ ...member, type: { kind: "named", module: "y", name: "S" } }] }],
    };
    expect(refused(JSON.stringify({ format: 1, modules: [lost] }))).toContain("no type y.S");
  });

  test("a reader takes what was judged, and nothing else", () => {
    const a = compiled.modules.get("demo.a");
    if (a === undefined) throw new Error("no module");
    const entry = (version: number): { version: number; fingerprint: string } => ({
      version,
      fingerprint: a.fingerprints.get(version) ?? "",
    });
    const reader = (own: number, reads: readonly number[]) =>
      new Map([["demo.a", { name: "demo.a", fingerprint: entry(own).fingerprint, reads: reads.map(entry) }]]);
    const manifest = (version: number, writes: readonly number[]) => ({
      producer: "",
      modules: [{ name: "demo.a", ...entry(version), draft: false, writes: writes.map(entry) }],
    });
    expect(judgeManifest(manifest(0x10000, [0x10000]), reader(0x20000, [0x10000, 0x20000]))).toEqual([]);
    expect(judgeManifest(manifest(0x20000, [0x10000, 0x20000]), reader(0x10000, [0x10000]))).toEqual([]);
    expect(judgeManifest(manifest(0x20000, [0x20000]), reader(0x10000, [0x10000]))).toMatchObject([{ code: "B8016" }]);
    expect(readerWorld(compiled.modules.values()).get("demo.a")?.version).toBe(0x20000);
  });

  test("records of one state are refused twice, and sorted", () => {
    const value = { b: {} };
    const twice = encodeDump({
      ...input,
      records: [
        { type: "A", instance: 1, value },
        { type: "A", instance: 1, value },
      ],
    });
    expect(twice).toMatchObject({ ok: false, problems: [{ code: "B8306" }] });
    const unknown = encodeDump({
      ...input,
      records: [
        { type: "B", instance: 0, value: {} },
        { type: "C", instance: 0, value: {} },
      ],
    });
    expect(unknown).toMatchObject({ ok: false, problems: [{ code: "B8308" }, { code: "B8308" }] });
    expect(manifestOf(1)).toEqual({ producer: "", modules: [] });
  });
});

describe("a record whose id another module has in the older version", () => {
  const worlds = (first: string, second: string): Compiled =>
    compile([
      { path: "a.baton", text: `module a; version 1;\n${first}` },
      { path: "b.baton", text: `module b; version 1;\n${second}` },
    ]);
  const encoded = (head: string): unknown => {
    const [old, now] = [worlds("state Old @9 { n @1 : u32; }", ""), worlds("", `state New ${head} { n @1 : u32; }`)];
    return encodeDump({
      ...{ producer: "", modules: writerModules(old.modules), working: worldAt(now), embedSchema: false },
      records: [{ type: "b.New", instance: 0, value: { n: 1 } }],
    });
  };

  test("is not written as one of that module", () => {
    expect(encoded("@9")).toMatchObject({ ok: false, problems: [{ code: "B8303", path: "b.New#0" }] });
  });

  test("is left out where that is harmless", () => {
    expect(encoded("@9 ignorable")).toMatchObject({ ok: true });
  });
});
