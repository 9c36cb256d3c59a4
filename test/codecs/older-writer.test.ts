import { describe, expect, test } from "vitest";
import { DumpStream, DumpWriter, openDump, type ModuleDescriptor, type StateCodec } from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { Generated } from "../property/generated.ts";

type Values = Record<string, unknown>;

interface Exports {
  readonly module: ModuleDescriptor;
  readonly Vcpu: StateCodec<Values, Values>;
  readonly Extra: StateCodec<Values, Values>;
}

/** The schema as it stood at a version; what came with version 2 is between `+` and `;`. */
const text = `
  state Vcpu @1 {
    apic @1 : u32; state @2 : u8 = 0; subs @3 : Sub[..4] = []; only @4 : Sub?; rows @5 : Row[..4] = [];
    tsc_khz @6 : u32 UNTIL; + tsc_hz @16 : u64 since 2 from tsc_khz * 1000;
    + late @17 : u8 = 0 since 2; + hint @18 : u8 = 0 since 2 ignorable; + sub @19 : Sub? since 2;
  }
  state Sub { a @1 : u8; khz @2 : u16 SUB; + hz @3 : u32 since 2 from khz * 1000; + hint @4 : u8 = 0 since 2 ignorable; }
  struct Row { a @1 : u16; + b @2 : u16 = 0 since 2; }
  + state Extra @2 since 2 ignorable { a @1 : u8; };
`;

function load(version: 1 | 2, head = ""): Exports {
  const schema = text
    .replace("UNTIL", version === 1 ? "" : "until 1 from tsc_hz / 1000")
    .replace("SUB", version === 1 ? "" : "until 1 from hz / 1000")
    .replace(/\+ (state Extra .*\});/, version === 1 ? "" : "$1")
    .replaceAll(/\+([^;]*;)/g, version === 1 ? "" : "$1");
  const versions = version === 1 ? "version 1;" : `version 1; version 2; ${head}`;
  // The schema declares them.
  return new Generated(compileTexts(`module demo; ${versions} ${schema}`)).exports("demo") as unknown as Exports;
}

const old = load(1);
const now = load(2);
/** A version that takes dumps of the first, and does not write for it. */
const reader = load(2, "writes 2..;");

const value = {
  ...{ apic: 7, tsc_khz: 2_000, rows: [{ a: 1 }, { a: 2 }] },
  ...{
    subs: [
      { a: 1, khz: 3 },
      { a: 2, khz: 4 },
    ],
    only: { a: 9, khz: 5 },
  },
};
const body = old.Vcpu.encode(value);
const dump = new DumpWriter().add(old.Vcpu, value).finish();

/** What a newer tool makes of an older dump. */
function passed(change: (value: Values) => void = () => {}, tool = now): Uint8Array {
  const opened = openDump(dump, { modules: [tool.module], keepUnknown: true });
  const writer = new DumpWriter();
  for (const record of opened.records()) {
    const taken = record.decode(tool.Vcpu);
    change(taken);
    writer.add(tool.Vcpu, taken);
  }
  return writer.finish();
}

/** What the older version makes of that. */
function changed(change: (value: Values) => void, tool = now): Values {
  return openDump(passed(change, tool), { modules: [old.module] }).one(old.Vcpu);
}

const full = old.Vcpu.decode(body);

describe("a value of an older version that a newer tool passes on", () => {
  test("is the same bytes", () => {
    expect(now.Vcpu.decode(body)).toMatchObject({ tsc_hz: 2_000_000n, subs: [{ hz: 3_000 }, { hz: 4_000 }] });
    for (const options of [{ keepUnknown: true }, { keepUnknown: true, writer: 1 }]) {
      for (const tool of [now, reader, old]) expect(tool.Vcpu.encode(tool.Vcpu.decode(body, options))).toEqual(body);
    }
    for (const tool of [now, reader, old]) expect(passed(undefined, tool)).toEqual(dump);
  });

  test("is written as its version would be, when it is changed", () => {
    expect(changed((one) => (one["apic"] = 8))).toEqual({ ...full, apic: 8 });
    expect(changed((one) => (one["state"] = 8))).toEqual({ ...full, state: 8 });
    expect(changed((one) => (one["tsc_hz"] = 3_000_000n))).toEqual({ ...full, tsc_khz: 3_000 });
    const subs = changed((one) => ((one["subs"] as Values[])[1]!["hz"] = 9_000))["subs"];
    expect(subs).toEqual([full["subs"]![0 as never], { a: 2, khz: 9 }]);
    expect(changed((one) => (one["subs"] as Values[]).push({ a: 5, hz: 1_000 }))["subs"]).toHaveLength(3);
    expect(changed((one) => (one["subs"] as Values[]).reverse())["subs"]).toEqual(
      (full["subs"] as Values[]).toReversed(),
    );
    expect(changed((one) => (one["only"] = undefined))).toEqual({ ...full, only: undefined });
    expect(changed((one) => (one["rows"] as Values[]).push({ a: 3 }))["rows"]).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
  });

  test.each<[string, (value: Values) => void]>([
    ["late", (one) => (one["late"] = 1)],
    ["hint", (one) => (one["hint"] = 1)],
    ["sub", (one) => (one["sub"] = { a: 1, hz: 1_000 })],
    ["tsc_hz", (one) => (one["tsc_hz"] = 3_000_001n)],
    ["only.hint", (one) => ((one["only"] as Values)["hint"] = 1)],
    ["subs[1].hz", (one) => ((one["subs"] as Values[])[1]!["hz"] = 5)],
    ["rows[1].b", (one) => ((one["rows"] as Values[])[1]!["b"] = 5)],
  ])("is refused where that version has no `%s`", (path, change) => {
    expect(() => passed(change)).toThrow(`B8303: demo.Vcpu#0.${path}`);
    const taken = now.Vcpu.decode(body, { keepUnknown: true, writer: 1 });
    change(taken);
    expect(() => now.Vcpu.encode(taken)).toThrow(`B8303: demo.Vcpu.${path}`);
  });

  test("is refused where nobody can tell what that version would write", () => {
    expect(changed((one) => (one["apic"] = 8), reader)).toEqual({ ...full, apic: 8 });
    expect(() => passed((one) => (one["late"] = 1), reader)).toThrow(/^B8308: demo\.Vcpu#0\.late: /);
    expect(() => passed((one) => (one["tsc_hz"] = 3_000_000n), reader)).toThrow(/^B8308: demo\.Vcpu#0\.tsc_hz/);
    expect(() => passed((one) => (one["subs"] as Values[]).push({ a: 5, hz: 1_000 }), reader)).toThrow(/^B8308/);
    const taken = now.Vcpu.decode(body, { keepUnknown: true });
    taken["tsc_hz"] = 3_000_000n;
    expect(() => now.Vcpu.encode(taken)).toThrow(/^B8308: tsc_hz: .*`writer`/);
  });
});

describe("what is ignorable and not in the version that is written for", () => {
  const lossy = {
    ...{ apic: 1, tsc_hz: 1_000n, hint: 5, only: { a: 1, hz: 1_000, hint: 6 } },
    subs: [
      { a: 1, hz: 1_000 },
      { a: 2, hz: 1_000, hint: 7 },
    ],
  };
  const plain = {
    apic: 1,
    tsc_khz: 1,
    only: { a: 1, khz: 1 },
    subs: [
      { a: 1, khz: 1 },
      { a: 2, khz: 1 },
    ],
  };
  const paths: readonly (readonly [string, number])[] = [
    ["hint", 18],
    ["subs[1].hint", 4],
    ["only.hint", 4],
  ];

  test("is left out and told of", () => {
    const told: [string, number][] = [];
    const dropped = (path: string, id: number): void => void told.push([path, id]);
    expect(now.Vcpu.encode(lossy, { for: 1, dropped })).toEqual(old.Vcpu.encode(plain));
    expect(told).toEqual(paths);
    told.length = 0;
    expect(now.Vcpu.encode(lossy, { for: 2, dropped })).toEqual(now.Vcpu.encode(lossy));
    expect(now.Vcpu.encode({ ...lossy, hint: 0 }, { for: 1 })).toEqual(old.Vcpu.encode(plain));
    expect(told).toEqual([]);
    const shared = lossy.subs[1]!;
    now.Vcpu.encode({ ...lossy, hint: 0, subs: [shared, shared], only: shared }, { for: 1, dropped });
    expect(told).toEqual(["subs[0]", "subs[1]", "only"].map((path) => [`${path}.hint`, 4]));
  });

  test("with the record, in both writers of dumps", async () => {
    const told: [string, number][] = [];
    const options = { for: 1, dropped: (path: string, id: number): void => void told.push([path, id]) };
    const expected = new DumpWriter().add(old.Vcpu, plain, { instance: 3 }).finish();
    const written = new DumpWriter(options)
      .add(now.Extra, { a: 1 }, { instance: 9 })
      .add(now.Vcpu, lossy, { instance: 3 });
    expect(written.finish()).toEqual(expected);
    const records = paths.map(([path, id]): [string, number] => [`demo.Vcpu#3.${path}`, id]);
    expect(told).toEqual([["demo.Extra#9", 2], ...records]);
    told.length = 0;
    const chunks: Uint8Array[] = [];
    const stream = new DumpStream((chunk) => void chunks.push(chunk.slice()), { modules: [now.module], ...options });
    await stream.add(now.Vcpu, lossy, { instance: 3 });
    await stream.add(now.Extra, { a: 1 });
    await stream.finish();
    expect(Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))).toEqual(expected);
    expect(told).toEqual([...records, ["demo.Extra#0", 2]]);
    expect(
      openDump(new DumpWriter().add(now.Extra, { a: 1 }).finish(), { modules: [now.module] }).all(now.Extra),
    ).toEqual([{ a: 1 }]);
  });
});
