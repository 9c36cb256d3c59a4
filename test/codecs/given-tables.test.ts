import { describe, expect, test } from "vitest";
import {
  BatonError,
  openDump,
  DumpWriter,
  type StateCodec,
  type StructCodec,
  type Table,
} from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { Generated } from "../property/generated.ts";

type Values = Record<string, unknown>;
type Views = Record<string, Table>;

const generated = new Generated(
  compileTexts(`module demo;
    version 1 "1";
    version 2 "2";

    struct Plain { a @1 : u64; b @2 : u32; }
    struct Judged {
      level @1 : u8 in 1..9;
      on    @2 : bool;
      mode  @3 : Mode;
      flags @4 : Flags;
      size  @5 : u32 in 0..1000;
      inner @6 : Plain;
      pair  @7 : bool[2];
      mac   @8 : bytes[6];
    }
    enum Mode : u16 { off = 0; on = 1; far = 500; }
    bits Flags : u8 { a = 0; b = 3; }
    struct Text { name @1 : cstring[8]; n @2 : i16 in -5..5; }
    struct Checked { a @1 : u32; b @2 : u32; check a < b : "a before b"; }
    struct Grown { key @1 : u32 key; b @2 : u32 = 7 since 2; c @3 : u64 = 0 since 2; d @4 : u8 = 0 ignorable since 2; }
    state All @1 {
      head    @1 : u32;
      plain   @2 : Plain[..100_000];
      judged  @3 : Judged[..8];
      text    @4 : Text[..8] = [];
      checked @5 : Checked[..8]?;
      grown   @6 : Grown[..8] sorted;
      inner   @7 : Inner;
      choice  @8 : Choice;
      first   @9 : Plain;
      total   @10 : u32 until 1 from any(grown, it.b == 8) ? 1 : 0;
      check all(plain, it.b != 13) : "no 13";
      check len(inner.rows) < 4 : "few rows";
      check any(inner.rows, it.b < 100) || len(inner.rows) == 0 : "a small one";
    }
    state Inner { rows @1 : Plain[]; }
    union Choice { rows @1 : Plain[1..4]; none @2 : none; }`),
);
const exported = generated.exports("demo");
const All = exported["All"] as StateCodec<Values, Values, Values>;
const Plain = exported["Plain"] as StructCodec<Values, Values, Table>;

const plain = (n: number): Values => ({ a: BigInt(n) << 60n, b: n });
const judged: Values = {
  level: 3,
  on: true,
  mode: 500,
  flags: 9,
  size: 1000,
  inner: plain(1),
  pair: [false, true],
  mac: Uint8Array.of(1, 2, 3, 4, 5, 6),
};
const value: Values = {
  head: 1,
  plain: [plain(1), plain(2), plain(3)],
  judged: [judged, { ...judged, on: false, level: 9 }],
  text: [{ name: "eth0", n: -5 }],
  checked: [{ a: 1, b: 2 }],
  grown: [
    { key: 1, b: 7, c: 0n, d: 0 },
    { key: 2, b: 7, c: 0n, d: 0 },
  ],
  inner: { rows: [plain(4)] },
  choice: { kind: "rows", value: [plain(5), plain(6)] },
  first: plain(7),
};

/** The value with all its tables as views of some body of it. */
function given(body: Uint8Array): Values {
  const view = All.view(body) as Views & { readonly inner: Views; readonly choice: Views };
  const { plain, judged, text, checked, grown, inner, choice } = view;
  const held = { kind: "rows", value: choice["value"] };
  return { ...value, plain, judged, text, checked, grown, inner: { rows: inner["rows"] }, choice: held };
}

const errorOf = (call: () => unknown): BatonError => {
  try {
    call();
  } catch (error) {
    if (error instanceof BatonError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("tables that are given as views", () => {
  const body = All.encode(value);

  test("are written as their rows", () => {
    expect(All.encode(given(body))).toEqual(body);
    const memory = new Uint8Array(body.length);
    expect(All.encodeInto(given(body), memory, 0)).toBe(body.length);
    expect(memory).toEqual(new Uint8Array(body));
    expect(All.validate(given(body))).toEqual([]);
    const empty = { ...value, plain: Plain.viewTable(Plain.encodeTable([])) };
    expect(All.encode(empty)).toEqual(All.encode({ ...value, plain: [] }));
  });

  test("are written as their rows for older versions, by dumps and with what is unknown", () => {
    expect(All.encode(given(body), { for: 1 })).toEqual(All.encode(value, { for: 1 }));
    const older = All.encode(value, { for: 1 });
    expect(All.encode(given(older))).toEqual(body);
    const writer = new DumpWriter();
    writer.add(All, given(body));
    const dump = openDump(writer.finish(), { modules: [generated.descriptor("demo")] });
    expect(dump.one(All)).toEqual(All.decode(body));
    const kept = All.decode(body, { keepUnknown: true });
    expect(All.encode(Object.assign(kept, { plain: given(body)["plain"] }))).toEqual(body);
  });

  test("many rows are judged to the last", () => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({ a: BigInt(i), b: i + 14 }));
    const table = Plain.encodeTable(rows);
    expect(All.encode({ ...value, plain: Plain.viewTable(table) })).toEqual(All.encode({ ...value, plain: rows }));
    for (const [row, byte] of [
      [0, 12],
      [1023, 15],
      [4999, 13],
    ] as const) {
      const damaged = table.slice();
      damaged[8 + row * 16 + byte] = 1;
      const error = errorOf(() => All.encode({ ...value, plain: Plain.viewTable(damaged) }));
      expect(error).toMatchObject({ code: "B8108", type: "demo.All", path: `plain[${row}]` });
      expect(error.offset).toBeUndefined();
    }
  });

  test("rows that stand for no value are refused by their place", () => {
    const decoded = All.decode(body);
    expect(decoded["judged"]).toEqual(value["judged"]);
    const start = body.findIndex((_, i) => body[i] === 3 && body[i + 1] === 1 && body[i + 2] === 0xf4);
    for (const [at, byte, code, path] of [
      [0, 10, "B8201", "judged[0].level"],
      [1, 2, "B8204", "judged[0].on"],
      [2, 7, "B8202", "judged[0].mode"],
      [4, 2, "B8203", "judged[0].flags"],
      [5, 1, "B8108", "judged[0]"],
      [11, 1, "B8201", "judged[0].size"],
      [28, 1, "B8108", "judged[0].inner"],
      [33, 9, "B8204", "judged[0].pair[1]"],
      [40, 10, "B8201", "judged[1].level"],
    ] as const) {
      const damaged = body.slice();
      damaged[start + at] = byte;
      const wanted = errorOf(() => All.decode(damaged));
      expect(wanted, `${at}`).toMatchObject({ code });
      const error = errorOf(() => All.encode(given(damaged)));
      expect([error.code, error.path], `${at}`).toEqual([wanted.code, wanted.path]);
      expect([error.expected, error.found]).toEqual([wanted.expected, wanted.found]);
      expect(error.path).toContain(path);
      expect(All.validate(given(damaged)).map((one) => [one.code, one.path])).toEqual([[error.code, error.path]]);
    }
  });

  test("checks, order and lengths are those of lists", () => {
    const table = (rows: readonly Values[]): Table => Plain.viewTable(Plain.encodeTable(rows));
    const { code, expected } = errorOf(() => All.encode({ ...value, plain: table([plain(13)]) }));
    expect([code, expected]).toEqual(["B8212", "no 13"]);
    expect(errorOf(() => All.encode({ ...value, inner: { rows: table([{ a: 0n, b: 200 }]) } })).expected).toBe(
      "a small one",
    );
    expect(errorOf(() => All.encode({ ...value, choice: { kind: "rows", value: table([]) } }))).toMatchObject({
      code: "B8206",
      path: "choice.rows",
    });
    const rows = [
      { key: 2, b: 8, c: 0n, d: 0 },
      { key: 1, b: 7, c: 1n, d: 0 },
    ];
    const unsorted = All.encode({ ...value, grown: rows });
    const problems = (one: Values): unknown[] => All.validate(one).map((each) => [each.code, each.path]);
    expect(problems(given(unsorted))).toEqual([["B8503", "grown[1]"]]);
    expect(problems(given(unsorted))).toEqual(problems({ ...value, grown: rows }));
    const [error, wanted] = [given(unsorted), { ...value, grown: rows }].map((one) =>
      errorOf(() => All.encode(one, { for: 1 })),
    );
    expect(error).toMatchObject({ code: "B8303", path: "grown[0].b" });
    expect(error?.message).toBe(wanted?.message);
  });

  test("rows of another struct are judged as objects", () => {
    const other = (All.view(body) as Views)["checked"];
    expect(errorOf(() => All.encode({ ...value, plain: other }))).toMatchObject({ code: "B8301", path: "plain[0].a" });
    expect(errorOf(() => All.encode({ ...value, head: other })).code).toBe("B8301");
  });

  test("rows in shared memory are read once, and encodeInto their own memory gives their rows", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(body.length));
    shared.set(body);
    expect(All.encode(given(shared))).toEqual(body);
    const own = new Uint8Array(body.length + 64);
    own.set(body);
    const end = All.encodeInto(given(own.subarray(0, body.length)), own, 16);
    expect(own.slice(16, end)).toEqual(new Uint8Array(body));
  });

  test("a table takes views and is one", () => {
    const rows = [plain(1), plain(2)];
    expect(Plain.encodeTable(Plain.viewTable(Plain.encodeTable(rows)))).toEqual(Plain.encodeTable(rows));
  });
});
