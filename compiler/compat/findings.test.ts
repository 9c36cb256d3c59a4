import { describe, expect, test } from "vitest";
import { cpuTime } from "../../test/cpu-time.ts";
import { compile, worldAt } from "../compile.ts";
import type { World } from "../schema/ir.ts";
import { Difference } from "./diff.ts";
import type { Direction } from "./finding.ts";
import { findingsOf } from "./findings.ts";
import { nothingReused } from "./history.ts";
import { judge } from "./judge.ts";
import { witnessOf } from "./witness.ts";

type Texts = readonly (readonly [name: string, text: string])[];

function worldOf(texts: Texts): World {
  const compiled = compile(texts.map(([name, text]) => ({ path: `${name}.baton`, text: `module ${name}; ${text}` })));
  const errors = compiled.diagnostics.filter(({ severity }) => severity === "error");
  expect(errors.map(({ message }) => message)).toEqual([]);
  return worldAt(compiled);
}

/** What is told of changes in what `m` imports, at each place: verdict and condition, then what the witness is and what becomes of it. */
function told(old: Texts, now: Texts, direction: Direction = "upgrade"): readonly string[] {
  const verdict = judge(new Difference({ old: worldOf(old), new: worldOf(now) }, nothingReused), direction, "m");
  const [writer, reader] = direction === "upgrade" ? ["old", "new"] : ["new", "old"];
  const findings = findingsOf(verdict, {
    ...{ module: "m", against: null, writer, reader, places: { old: () => null, new: () => null } },
    witness: (change) => witnessOf(verdict, change),
  });
  return findings.flatMap(({ finding, witnessed }) => {
    if (finding.rule !== "IMPORT_CHANGED") return [];
    const { path, corrupting, refusedBy, condition, witness } = finding;
    const word = corrupting ? "corrupting" : finding.verdict;
    const hides = finding.hides === undefined ? "" : ` (hides ${finding.hides})`;
    return [
      `${path} ${word} ${refusedBy} ${condition}${hides}`,
      `  ${witness === null ? witnessed?.kind : `${witness.type} ${JSON.stringify(witness.value)} ${witness.outcome}`}`,
    ];
  });
}

const m = (text: string): Texts[number] => ["m", text];
const t = (text: string): Texts[number] => ["t", text];

/** Old and new: `m` as it is, and `t` changed. */
function changed(user: string, old: string, now: string): [Texts, Texts] {
  return [
    [m(`import t; ${user}`), t(old)],
    [m(`import t; ${user}`), t(now)],
  ];
}

describe("a change in an imported module is told at each place with what it does there", () => {
  const places = "state A @1 { x @1 : T; ys @2 : T[..3] = []; } state C @2 { x @1 : T?; }";

  test("where everything is refused", () => {
    const added = changed(places, "state T { v @1 : u8; }", "state T { v @1 : u8; w @2 : u8; }");
    expect(told(...added)).toEqual([
      "m.A.x never reader null",
      '  m.A {"x":{"v":0},"ys":[]} refused by the reader: A.x.w: required and missing',
      "m.A.ys conditional reader len(A.ys) > 0",
      '  m.A {"x":{"v":0},"ys":[{"v":0}]} refused by the reader: A.ys[0].w: required and missing',
      "m.C.x conditional reader has(C.x)",
      '  m.C {"x":{"v":0}} refused by the reader: C.x.w: required and missing',
    ]);
    const versions = "cannot be written for version 1 (this is version 1): holds 0";
    expect(told(...added, "rollback")).toEqual([
      "m.A.x never writer null",
      `  m.A {"x":{"v":0,"w":0},"ys":[]} refused by the writer: A.x.w: ${versions}`,
      "m.A.ys conditional writer len(A.ys) > 0",
      `  m.A {"x":{"v":0,"w":0},"ys":[{"v":0,"w":0}]} refused by the writer: A.ys[0].w: ${versions}`,
      "m.C.x conditional writer has(C.x)",
      `  m.C {"x":{"v":0,"w":0}} refused by the writer: C.x.w: ${versions}`,
    ]);
  });

  test("where some values are refused", () => {
    expect(told(...changed(places, "state T { v @1 : u8; }", "state T { v @1 : u8 in 0..9; }"))).toEqual([
      "m.A.x conditional reader A.x.v > 9",
      '  m.A {"x":{"v":10},"ys":[]} refused by the reader: A.x.v: 10 is outside 0..9',
      "m.A.ys conditional reader A.ys[*].v > 9",
      '  m.A {"x":{"v":0},"ys":[{"v":10}]} refused by the reader: A.ys[0].v: 10 is outside 0..9',
      "m.C.x conditional reader C.x.v > 9",
      '  m.C {"x":{"v":10}} refused by the reader: C.x.v: 10 is outside 0..9',
    ]);
  });

  test("where it corrupts", () => {
    expect(told(...changed(places, "state T { v @1 : u8 = 1; }", "state T { v @1 : u8 = 2; }"))).toEqual([
      "m.A.x corrupting null A.x.v == 1",
      '  m.A {"x":{"v":1},"ys":[]} taken, and x.v is read as 2 where 1 was written',
      "m.A.ys corrupting null A.ys[*].v == 1",
      '  m.A {"x":{"v":1},"ys":[{"v":1}]} taken, and ys[0].v is read as 2 where 1 was written',
      "m.C.x corrupting null C.x.v == 1",
      '  m.C {"x":{"v":1}} taken, and x.v is read as 2 where 1 was written',
    ]);
  });

  test("where a number of the other module's type is used right here", () => {
    const [off, swapped] = ["enum T : u8 { a = 0; b = 1; }", "enum T : u8 { b = 0; a = 1; }"];
    expect(told(...changed(places, off, "enum T : u8 { a = 0; }"))).toEqual([
      "m.A.x conditional reader A.x == b",
      '  m.A {"x":"b","ys":[]} refused by the reader: A.x: 1 is no value of t.T',
      "m.A.ys conditional reader A.ys[*] == b",
      '  m.A {"x":"a","ys":["b"]} refused by the reader: A.ys[0]: 1 is no value of t.T',
      "m.C.x conditional reader C.x == b",
      '  m.C {"x":"b"} refused by the reader: C.x: 1 is no value of t.T',
    ]);
    expect(told(...changed(places, off, swapped))).toEqual([
      "m.A.x corrupting null null",
      '  m.A {"x":"a","ys":[]} taken, and x is read as b where a was written',
      "m.A.ys corrupting null len(A.ys) > 0",
      '  m.A {"x":"a","ys":["a"]} taken, and ys[0] is read as b where a was written',
      "m.C.x corrupting null has(C.x)",
      '  m.C {"x":"a"} taken, and x is read as b where a was written',
    ]);
  });

  test("where the module's states lie in other states of it", () => {
    const nested = "state A { ys @1 : T[1..3]; } state B @1 { a @1 : A; z @2 : T?; } state C @2 { as @1 : A[..2]; }";
    expect(told(...changed(nested, "state T { v @1 : u8; }", "state T { v @1 : u8; w @2 : u8; }"))).toEqual([
      "m.A.ys never reader null",
      '  m.B {"a":{"ys":[{"v":0}]}} refused by the reader: B.a.ys[0].w: required and missing',
      "m.B.z conditional reader has(B.z)",
      '  m.B {"a":{"ys":[{"v":0}]},"z":{"v":0}} refused by the reader: B.z.w: required and missing',
    ]);
  });

  test("where alternatives come to never only together", () => {
    const union = "union U { a @1 : T; b @2 : T; } state B @1 { u @1 : U; }";
    expect(told(...changed(union, "state T { v @1 : u8; }", "state T { v @1 : u8; w @2 : u8; }"))).toEqual([
      "m.U.a conditional reader U is a",
      '  m.B {"u":{"a":{"v":0}}} refused by the reader: B.u.a.w: required and missing',
      "m.U.b conditional reader U is b",
      '  m.B {"u":{"b":{"v":0}}} refused by the reader: B.u.b.w: required and missing',
    ]);
  });

  test("where another change refuses all that would show it, and what that hides", () => {
    const world = (w: number, more: string): Texts => [
      m(`import t; state A @1 { x @1 : T; } state C @2 { x @1 : T; ${more} }`),
      t(`state T { v @1 : u8; w @2 : u8 = ${w}; }`),
    ];
    expect(told(world(1, ""), world(2, "n @2 : u8;"))).toEqual([
      "m.A.x corrupting null A.x.w == 1",
      '  m.A {"x":{"v":0,"w":1}} taken, and x.w is read as 2 where 1 was written',
      "m.C.x conditional reader C.x.w == 1 (hides T.w would be read as 2 where 1 was written)",
      '  m.C {"x":{"v":0,"w":1}} refused by the reader: C.n: required and missing',
    ]);
  });

  test("and not where what it is about is dropped", () => {
    const world = (v: string, versions: string, until: string): Texts => [
      m(`import t; ${versions} state A @1 { x @1 : T; y @2 : T? ${until}; }`),
      t(`state T { v @1 : u8 ${v}; }`),
    ];
    const two = "version 1; version 2;";
    expect(told(world("= 1", "version 1;", ""), world("= 2", two, "until 1"))).toEqual([
      "m.A.x corrupting null A.x.v == 1",
      '  m.A {"x":{"v":1}} taken, and x.v is read as 2 where 1 was written',
    ]);
    expect(told(world("", "version 1;", ""), world("in 0..9", two, "until 1"))).toEqual([
      "m.A.x conditional reader A.x.v > 9",
      '  m.A {"x":{"v":10}} refused by the reader: A.x.v: 10 is outside 0..9',
      "m.A.y conditional reader A.y.v > 9",
      '  m.A {"x":{"v":0},"y":{"v":10}} refused by the reader: A.y.v: 10 is outside 0..9',
    ]);
  });

  test("with a condition over the type itself where it is used in one place", () => {
    const one = changed("state A @1 { x @1 : T?; }", "state T { v @1 : u8; }", "state T { v @1 : u8 in 0..9; }");
    expect(told(...one)).toEqual([
      "m.A.x conditional reader t.T.v > 9",
      '  m.A {"x":{"v":10}} refused by the reader: A.x.v: 10 is outside 0..9',
    ]);
  });
});

describe("through an import of an import", () => {
  const world = (rest: string): Texts => [
    m("import u; state A @1 { x @1 : U; ys @2 : V[..3] = []; }"),
    ["u", "import t; state U { t @1 : T?; } state V { t @1 : T; u @2 : T?; }"],
    t(`state T { v @1 : u8; ${rest} }`),
  ];

  test.each([
    [
      "everything is refused",
      ["", "w @2 : u8;"],
      [
        "m.A.x conditional reader has(A.x.t)",
        '  m.A {"x":{"t":{"v":0}},"ys":[]} refused by the reader: A.x.t.w: required and missing',
        "m.A.ys conditional reader len(A.ys) > 0",
        '  m.A {"x":{},"ys":[{"t":{"v":0}}]} refused by the reader: A.ys[0].t.w: required and missing',
      ],
    ],
    [
      "a check is added",
      ["", 'check v < 5 : "small";'],
      [
        "m.A.x conditional reader at most: A.x.t.v >= 5",
        '  m.A {"x":{"t":{"v":5}},"ys":[]} refused by the reader: A.x.t: check failed: small',
        "m.A.ys conditional reader at most: A.ys[*].t.v >= 5 || A.ys[*].u.v >= 5",
        '  m.A {"x":{},"ys":[{"t":{"v":5}}]} refused by the reader: A.ys[0].t: check failed: small',
      ],
    ],
    [
      "values are misread",
      ["w @2 : u8 = 1;", "w @2 : u8 = 2;"],
      [
        "m.A.x corrupting null A.x.t.w == 1",
        '  m.A {"x":{"t":{"v":0,"w":1}},"ys":[]} taken, and x.t.w is read as 2 where 1 was written',
        "m.A.ys corrupting null A.ys[*].t.w == 1 || A.ys[*].u.w == 1",
        '  m.A {"x":{},"ys":[{"t":{"v":0,"w":1}}]} taken, and ys[0].t.w is read as 2 where 1 was written',
      ],
    ],
  ] as const)("%s", (_, [old, now], expected) => {
    expect(told(world(old), world(now))).toEqual(expected);
  });

  test("what lies far below is told with its last members", () => {
    const chain = Array.from({ length: 12 }, (_, i) => `state S${i} { n @1 : S${i + 1}?; }`).join(" ");
    const long = (range: string): Texts => [
      m("import t; state A @1 { x @1 : S0?; y @2 : S11?; }"),
      t(`${chain} state S12 { v @1 : u8 ${range}; }`),
    ];
    expect(told(long(""), long("in 0..9")).filter((line) => line.startsWith("m."))).toEqual([
      "m.A.x conditional reader A.x….n.n.n.n.n.n.n.n.n.v > 9",
      "m.A.y conditional reader A.y.n.v > 9",
    ]);
  });
});

/** Members that use a type of another module, each in a record of its own. */
const uses: Readonly<Record<string, string>> = {
  bare: "state S1 @1 { v @1 : V; }",
  optional: "state S2 @2 { v @1 : V?; }",
  list: "state S3 @3 { v @1 : V[..3]; }",
  "fixed array": "state S4 @4 { v @1 : V[2]; }",
  alternative: "union U5 { v @1 : V; w @2 : u8; } state S5 @5 { v @1 : U5; }",
  "nested state": "state T6 { v @1 : V; } state S6 @6 { v @1 : T6?; }",
  "list of nested states": "state T7 { v @1 : V?; } state S7 @7 { v @1 : T7[1..3]; }",
};

const changes: readonly (readonly [string, string])[] = [
  ["state V { a @1 : u8; }", "state V { a @1 : u8; b @2 : u8; }"],
  ["state V { a @1 : u8; }", "state V { a @1 : u8; b @2 : u8 = 1; }"],
  ["state V { a @1 : u8 = 1; }", "state V { a @1 : u8 = 2; }"],
  ["state V { a @1 : i8; }", "state V { a @1 : u8; }"],
  ["state V { a @1 : u8; }", 'state V { a @1 : u8; check a != 3 : "not three"; }'],
  ["union V { a @1 : u8; b @2 : u16; }", "union V { a @1 : u8; }"],
  ["enum V : u8 { a = 0; b = 1; }", "enum V : u8 { a = 0; }"],
  ["enum V : u8 { a = 0; b = 1; }", "enum V : u8 { b = 0; a = 1; }"],
  ["bits V : u8 { a = 0; b = 1; }", "bits V : u8 { a = 1; b = 0; }"],
  ["type V = u8 in 0..9;", "type V = u8 in 2..12;"],
  ["struct V { a @1 : u8; b @2 : u8; }", "struct V { b @2 : u8; a @1 : u8; }"],
];

describe("a place beside others has the verdict that it has alone", () => {
  const directions = ["upgrade", "rollback"] as const;
  const heads = (lines: readonly string[]): readonly string[] =>
    lines.filter((line) => !line.startsWith(" ")).map((line) => line.split(" ").slice(0, 3).join(" "));
  const shown = (lines: readonly string[]): readonly string[] =>
    lines.flatMap((line) => /^ {2}.*((?:refused|taken).*)/.exec(line)?.[1] ?? (line.startsWith(" ") ? line : []));

  test.each(changes)("%s -> %s", (old, now) => {
    let places = 0;
    for (const direction of directions) {
      const beside = told(...changed(Object.values(uses).join(" "), old, now), direction);
      const alone = Object.values(uses).flatMap((use) => told(...changed(use, old, now), direction));
      const sorted = [...heads(alone)].sort((a, b) => (a < b ? -1 : 1));
      expect(heads(beside)).toEqual(sorted);
      expect([...shown(beside)].sort()).toEqual([...shown(alone)].sort());
      places += sorted.length;
    }
    expect(places).toBeGreaterThan(0);
  });
});

test("a type that is used in a thousand places is shown in the first of them", () => {
  const user = Array.from({ length: 1000 }, (_, i) => `state S${i} @${i + 1} { x @1 : T; }`).join(" ");
  const start = cpuTime();
  const lines = told(...changed(user, "state T { v @1 : u8 = 1; }", "state T { v @1 : u8 = 2; }"));
  expect(cpuTime() - start).toBeLessThan(20_000);
  expect(lines.filter((line) => /^m\.S\d+\.x corrupting null S\d+\.x\.v == 1$/.test(line))).toHaveLength(1000);
  expect(lines.filter((line) => line.includes("taken, and x.v is read as 2"))).toHaveLength(100);
});
