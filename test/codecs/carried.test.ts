import { describe, expect, test } from "vitest";
import { DumpWriter, openDump, type ModuleDescriptor, type StateCodec } from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { Generated, outcomeOf } from "../property/generated.ts";

type Values = Record<string, unknown>;

interface Exports {
  readonly module: ModuleDescriptor;
  readonly Top: StateCodec<Values, Values>;
}

/** The schema as it stood at a version; what came with version 2 is between `+` and `;`. */
const text = `module demo; VERSIONS
  state Top @1 {
    a @1 : u32; + extra @2 : string[..64] = "" since 2;
    inner @3 : Inner; inners @4 : Inner[..8] = []; choice @5 : Choice?; choices @6 : Choice[..8] = [];
    rows @7 : Row[..8] = []; row @8 : Row?; + late @9 : Inner? since 2;
    z @60000 : u64 = 0; + last @60001 : u64 = 0 since 2;
  }
  state Inner { + first @1 : i64 = 0 since 2; a @2 : u8 = 0; deeper @3 : Inner?; pick @4 : Choice?; }
  union Choice { number @1 : u32; inner @2 : Inner; inners @3 : Inner[..4]; + rows @4 : Row[..4] since 2; + nothing @5 : none since 2; }
  struct Row { a @1 : u32; b @2 : u8 = 7; + c @3 : u32 = 9 since 2; + d @4 : u64 = 0 since 2; }
`;

function load(version: 1 | 2): Exports {
  const versions = version === 1 ? "version 1;" : "version 1; version 2;";
  const schema = text.replace("VERSIONS", versions).replaceAll(/\+([^;]*;)/g, version === 1 ? "" : "$1");
  // The schema declares them.
  return new Generated(compileTexts(schema)).exports("demo") as unknown as Exports;
}

const old = load(1);
const recent = load(2);

const row = { a: 1, b: 2, c: 3, d: 4n };
const inner = { first: -5n, a: 1, deeper: { first: 2n ** 40n, a: 2 }, pick: { kind: "nothing", value: null } };
const choices = [
  { kind: "number", value: 5 },
  { kind: "rows", value: [row, { ...row, c: 0 }] },
  { kind: "inner", value: inner },
  { kind: "inners", value: [inner, { a: 3 }, { first: 1n }] },
  { kind: "nothing", value: null },
];
const value: Values = {
  ...{ a: 1, extra: "é".repeat(7), inner, inners: [{}, inner, { a: 9 }], choice: choices[1], choices },
  ...{ rows: [{ a: 1 }, row, { a: 2, d: 2n ** 63n }], row, late: inner, z: 2n ** 64n - 1n, last: 77n },
};
const body = recent.Top.encode(value);

/** What an old tool makes of a new body. */
function passed(change: (value: Values) => void = () => {}): Uint8Array {
  const taken = old.Top.decode(body, { keepUnknown: true });
  change(taken);
  return old.Top.encode(taken);
}

/** What the new version reads in what an old tool has changed. */
function changed(change: (value: Values) => void): Values {
  return recent.Top.decode(passed(change));
}

describe("what a tool of version 1 does not know of version 2", () => {
  test("is refused without `keepUnknown`", () => {
    expect(() => old.Top.decode(body)).toThrow(/^B8209/);
  });

  test("comes through it byte for byte, wherever it stands", () => {
    expect(Buffer.from(passed()).equals(body)).toBe(true);
    expect(recent.Top.decode(passed())).toEqual(recent.Top.decode(body));
    const into = new Uint8Array(body.length + 16);
    const taken = old.Top.decode(body, { keepUnknown: true });
    expect(old.Top.encodeInto(taken, into, 8)).toBe(body.length + 8);
    expect(Buffer.from(into.subarray(8, 8 + body.length)).equals(body)).toBe(true);
    expect(() => old.Top.encodeInto(taken, new Uint8Array(body.length - 8), 0)).toThrow(/^B8305/);
  });

  test("stays beside members that change", () => {
    const read = recent.Top.decode(body);
    expect(changed((one) => (one["a"] = 99))).toEqual({ ...read, a: 99 });
    expect(changed((one) => (one["z"] = 0n))).toEqual({ ...read, z: 0n });
    expect(changed((one) => (one["z"] = 5n))).toEqual({ ...read, z: 5n });
    expect(changed((one) => ((one["inner"] as Values)["a"] = 42))).toMatchObject({
      inner: { ...inner, a: 42 },
      last: 77n,
    });
    const [first, second, third] = read["rows"] as readonly Values[];
    const rows = [first, { ...second, a: 50 }, third];
    expect(changed((one) => ((one["rows"] as Values[])[1]!["a"] = 50))).toEqual({ ...read, rows });
    const inners = changed((one) => ((one["inners"] as Values[])[1]!["a"] = 50))["inners"];
    expect(inners).toMatchObject([{}, { ...inner, a: 50 }, { a: 9 }]);
  });

  test("where rows come or go, a tail stays with its row or the change is refused", () => {
    const changes: Readonly<Record<string, (rows: Values[]) => void>> = {
      shortened: (rows) => void rows.pop(),
      shifted: (rows) => void rows.shift(),
      lengthened: (rows) => void rows.push({ a: 5, b: 5 }),
    };
    for (const [name, change] of Object.entries(changes)) {
      const outcome = outcomeOf(() => changed((one) => change(one["rows"] as Values[]))["rows"] as readonly Values[]);
      if (!outcome.ok) continue;
      for (const { a, c, d } of outcome.result) {
        const was = [row, { a: 2, c: 9, d: 2n ** 63n }, { a: 5, c: 9, d: 0n }].filter((one) => one.a === a);
        if (a !== 1) expect({ a, c, d }, name).toEqual({ a, c: was[0]?.c, d: was[0]?.d });
      }
    }
  });

  test("comes through a dump, with what the dump says of its writer", () => {
    const dump = new DumpWriter({ producer: "new" })
      .add(recent.Top, value)
      .add(recent.Top, { a: 5, inner: {} }, { instance: 9 })
      .finish();
    const opened = openDump(dump, { modules: [old.module], keepUnknown: true });
    const writer = new DumpWriter({ producer: opened.manifest.producer });
    for (const record of opened.records()) writer.add(old.Top, record.decode(old.Top), { instance: record.instance });
    expect(Buffer.from(writer.finish()).equals(dump)).toBe(true);
    const mixed = new DumpWriter();
    for (const record of opened.records()) mixed.add(old.Top, record.decode(old.Top), { instance: record.instance });
    expect(() => mixed.add(old.Top, { a: 1, inner: {} }, { instance: 1 })).toThrow(/^B8308/);
  });
});

describe("hostile names in what is read", () => {
  test("reach no prototype", () => {
    const codec = new Generated(
      compileTexts(`module demo; state S @1 { __proto__ @1 : P?; constructor @2 : P?; u @3 : U?; }
        state P { polluted @1 : u8 = 0; prototype @2 : P?; __proto__ @3 : u8 = 1; }
        union U { __proto__ @1 : P; constructor @2 : none; }`),
    ).exports("demo")["S"] as StateCodec<Values, Values>;
    // Literals with a computed name hold `__proto__` as a member.
    const polluting = {
      polluted: 1,
      ["__proto__"]: 9,
      prototype: { polluted: 2, ["__proto__"]: 1, prototype: undefined },
    };
    const held = { ["__proto__"]: polluting, constructor: polluting, u: { kind: "__proto__", value: polluting } };
    const read = codec.decode(codec.encode(held));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.keys(read)).toEqual(["__proto__", "constructor", "u"]);
    expect(read).toEqual(held);
    expect(Object.getOwnPropertyDescriptor(read, "__proto__")?.value).toEqual(polluting);
    expect(({} as Values)["polluted"]).toBeUndefined();
    // Nothing is taken from a prototype either.
    expect(codec.decode(codec.encode({}))).toEqual({ ["__proto__"]: undefined, constructor: undefined, u: undefined });
    const json = JSON.parse('{"__proto__": {"polluted": 3}}') as Values;
    expect(Object.getOwnPropertyDescriptor(codec.decode(codec.encode(json)), "__proto__")?.value).toMatchObject({
      polluted: 3,
    });
    const kept = codec.decode(codec.encode(held), { keepUnknown: true });
    expect(Buffer.from(codec.encode(kept)).equals(codec.encode(held))).toBe(true);
    expect(() => codec.encode({ u: { kind: "toString", value: null } })).toThrow(/^B8/);
  });
});
