import { describe, expect, test } from "vitest";
import { DumpWriter, openDump, type ModuleDescriptor, type StateCodec } from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { Generated, outcomeOf } from "../property/generated.ts";

type Values = Record<string, unknown>;

interface Exports {
  readonly module: ModuleDescriptor;
  readonly Top: StateCodec<Values, Values>;
  readonly Inner: StateCodec<Values, Values>;
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

  /** The elements that the new version reads where an old tool has changed a list. */
  function listed(name: string, change: (list: Values[]) => unknown): readonly Values[] {
    // Its elements are objects.
    return changed((one) => (one[name] = change(one[name] as Values[]) ?? one[name]))[name] as readonly Values[];
  }

  describe.each(["inners", "rows", "choices"])("of %s", (name) => {
    const read = recent.Top.decode(body)[name] as readonly Values[];

    test("stays with its object, wherever that is moved", () => {
      expect(listed(name, (list) => void list.reverse())).toEqual(read.toReversed());
      expect(listed(name, (list) => list.slice(1))).toEqual(read.slice(1));
      expect(listed(name, (list) => list.slice(0, 2))).toEqual(read.slice(0, 2));
      expect(listed(name, (list) => list.filter((_, i) => i !== 1))).toEqual(read.filter((_, i) => i !== 1));
      expect(listed(name, (list) => void list.push(list.shift() as Values))).toEqual([...read.slice(1), read[0]]);
      expect(listed(name, (list) => [list[1], list[1], list[0]])).toEqual([read[1], read[1], read[0]]);
      expect(listed(name, () => [])).toEqual([]);
    });
  });

  test("is not given to a new element, and not lost to one either", () => {
    const fresh = { inners: { a: 5 }, rows: { a: 5 }, choices: { kind: "inner", value: { a: 5 } } };
    const refused = { ok: false, reasons: [{ code: "B8308" }] };
    for (const [name, one] of Object.entries(fresh)) {
      expect(
        outcomeOf(() => listed(name, (list) => list.map(() => one))),
        name,
      ).toMatchObject(refused);
      expect(
        outcomeOf(() => listed(name, (list) => [list[0], one])),
        name,
      ).toMatchObject(refused);
      const copied = outcomeOf(() => listed(name, (list) => list.map((each) => ({ ...each }))));
      // What a union holds was read, though the union be a copy.
      if (name === "choices") expect(copied).toMatchObject({ result: recent.Top.decode(body)[name] });
      else expect(copied, name).toMatchObject(refused);
    }
    // Rows of a table are of one size, and what a new one has past this reader's members is unknown.
    expect(() => listed("rows", (list) => [...list, { a: 5 }])).toThrow(/^B8308: rows\[3\]: /);
    const read = recent.Top.decode(body)["inners"] as readonly Values[];
    const added = { first: 0n, a: 5, deeper: undefined, pick: undefined };
    expect(listed("inners", (list) => [list[0]!, { a: 5 }, ...list.slice(1)])).toEqual([
      read[0],
      added,
      ...read.slice(1),
    ]);
  });

  test("is told apart where elements look the same to this reader", () => {
    const twins = [
      { first: 1n, a: 3 },
      { first: 2n, a: 3 },
    ];
    const rows = [
      { a: 1, b: 2, c: 3 },
      { a: 1, b: 2, c: 4 },
    ];
    const taken = old.Top.decode(recent.Top.encode({ a: 1, inner: {}, inners: twins, rows }), { keepUnknown: true });
    (taken["inners"] as Values[]).reverse();
    (taken["rows"] as Values[]).reverse();
    expect(recent.Top.decode(old.Top.encode(taken))).toMatchObject({
      inners: twins.toReversed(),
      rows: rows.toReversed(),
    });
  });

  test("goes along from one member to another, and back", () => {
    const read = recent.Top.decode(body) as Record<string, readonly Values[]>;
    const moved = changed((one) => {
      const [inners, held] = [one["inners"] as Values[], one["inner"] as Values];
      one["inner"] = inners[1];
      inners[1] = held;
      inners.push(held["deeper"] as Values);
      held["deeper"] = undefined;
    });
    expect(moved).toMatchObject({
      inner: read["inners"]![1],
      inners: [{}, { first: -5n, a: 1, deeper: undefined }, {}, inner.deeper],
    });
    const row_ = changed((one) => (one["row"] = (one["rows"] as Values[])[2]));
    expect(row_).toMatchObject({ row: { a: 2, d: 2n ** 63n } });
  });

  test("of one object is not lost to another in its place, unless it is taken out", () => {
    expect(() => changed((one) => (one["inner"] = { ...(one["inner"] as Values), a: 2 }))).toThrow(/^B8308: inner: /);
    expect(() => changed((one) => (one["row"] = { a: 2 }))).toThrow(/^B8308: row: /);
    expect(changed((one) => (one["row"] = undefined))["row"]).toBeUndefined();
    const chosen = changed((one) => (one["choice"] = { kind: "number", value: 3 }));
    expect(chosen).toMatchObject({ choice: { kind: "number", value: 3 }, last: 77n });
    const held = { kind: "inner", value: inner };
    const one = old.Top.decode(recent.Top.encode({ a: 1, inner: {}, choice: held }), { keepUnknown: true });
    const choice = one["choice"] as Values;
    one["choice"] = { kind: "inner", value: choice["value"] };
    expect(recent.Top.decode(old.Top.encode(one))).toMatchObject({ choice: held });
    one["choice"] = { kind: "inner", value: { a: 1 } };
    expect(() => old.Top.encode(one)).toThrow(/^B8308: choice: /);
    one["choice"] = { kind: "number", value: 1 };
    expect(recent.Top.decode(old.Top.encode(one))).toMatchObject({ choice: { kind: "number", value: 1 } });
  });

  test("is not taken into another record, nor written by a part", () => {
    const [one, two] = [old.Top.decode(body, { keepUnknown: true }), old.Top.decode(body, { keepUnknown: true })];
    one["inner"] = two["inner"];
    expect(() => old.Top.encode(one)).toThrow(/^B8308: .*another record/);
    expect(() => old.Inner.encode(two["inner"] as Values)).toThrow(/^B8308: expected the whole value/);
    one["inner"] = undefined;
    expect(() => old.Top.encode(one)).toThrow(/^B8208: demo\.Top\.inner/);
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
