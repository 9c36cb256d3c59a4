import { describe, expect, test } from "vitest";
import { cpuTime } from "../../test/cpu-time.ts";
import { compile, worldAt } from "../compile.ts";
import { Difference } from "./diff.ts";
import { nothingReused } from "./history.ts";
import { judge } from "./judge.ts";

/** The findings of a pair of schemas: rule, direction, verdict, condition. */
export function judged(old: string, now: string): string[] {
  const [before, after] = [old, now].map((text) => {
    const compiled = compile([{ path: "a.baton", text: `module a;\n${text}` }]);
    expect(compiled.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual(
      [],
    );
    return worldAt(compiled);
  });
  if (before === undefined || after === undefined) throw new Error("no world");
  const difference = new Difference({ old: before, new: after }, nothingReused);
  return (["upgrade", "rollback"] as const).flatMap((direction) =>
    judge(difference, direction, "a").changes.map(({ change, verdict, corrupting, condition }) => {
      const word = corrupting ? "corrupting" : verdict;
      return `${change.kind} ${direction} ${word}${condition === null ? "" : ` if ${condition}`}`;
    }),
  );
}

function state(...members: readonly string[]): string {
  return `state S @1 {\n${members.join("\n")}\n}`;
}

describe("records", () => {
  const rest = "state S @1 { a @1 : u8; }";

  test.each([
    ["gone", "state R @2 single { b @1 : u8; }", "", "STATE_REMOVED upgrade never"],
    [
      "gone, of a state that may be left out",
      "state R @2 { b @1 : u8; }",
      "",
      "STATE_REMOVED upgrade conditional if holds R",
    ],
    ["gone and ignored", "state R @2 single ignorable { b @1 : u8; }", "", "STATE_REMOVED upgrade always"],
    [
      "with another id",
      "state R @2 single { b @1 : u8; }",
      "state R @3 single { b @1 : u8; }",
      "STATE_ID_CHANGED upgrade never",
    ],
    [
      "of a state that is no record any more",
      "state R @2 single { b @1 : u8; }",
      "state R { b @1 : u8; } state T @4 { r @1 : R; }",
      "STATE_MADE_NESTED upgrade never",
    ],
  ])("%s", (_, old, now, expected) => {
    expect(judged(`${rest} ${old}`, `${rest} ${now}`)).toContain(expected);
  });

  test("that is `single` since, which is not in what is written for a reader without it", () => {
    expect(judged(rest, `${rest} state R @2 single { b @1 : u8; }`)).toContain(
      "STATE_ADDED rollback conditional if holds R",
    );
  });

  test("that no dump goes without and no reader takes make the pair never", () => {
    const [old, now] = ["version 1; state R @2 single { b @1 : u8; }", "version 1; version 2;"].map((text) =>
      worldAt(compile([{ path: "a.baton", text: `module a; ${text} ${rest}` }])),
    );
    if (old === undefined || now === undefined) throw new Error("no world");
    const pair = judge(new Difference({ old, new: now }, nothingReused), "upgrade", "a");
    expect([pair.verdict, pair.condition, pair.corrupting]).toEqual(["never", null, false]);
  });
});

describe("members", () => {
  test("added with a default", () => {
    expect(judged(state("a @1 : u8;"), state("a @1 : u8;", "b @2 : u32 = 0 in 0..0xfffff;"))).toEqual([
      "MEMBER_ADDED upgrade always",
      "MEMBER_ADDED rollback conditional if S.b != 0",
    ]);
  });

  test("default changed", () => {
    expect(judged(state("a @1 : u8 = 0;"), state("a @1 : u8 = 1;"))).toEqual([
      "DEFAULT_CHANGED upgrade corrupting if S.a == 0",
      "DEFAULT_CHANGED rollback always",
    ]);
  });

  test("computed from one that keeps its default, and as a check says", () => {
    const more = 'b @2 : u32 since 2 from a; check a == b : "both say the same" since 2;';
    const [old, now] = [state("a @1 : u32 = 1;"), state("a @1 : u32 = 1;", more)];
    const found = judged(`version 1; ${old}`, `version 1; version 2; ${now}`);
    expect(found).toContain("CHECK_ADDED upgrade always");
    expect(found).toContain("MEMBER_ADDED_COMPUTED upgrade always");
  });

  test("list bounds", () => {
    expect(judged(state("a @1 : u8[..64];"), state("a @1 : u8[..16];"))).toEqual([
      "COUNT_SHRUNK upgrade conditional if len(S.a) > 16",
      "COUNT_SHRUNK rollback always",
    ]);
  });

  test("required added", () => {
    expect(judged(state("a @1 : u8;"), state("a @1 : u8;", "b @2 : u8;"))).toEqual([
      "MEMBER_ADDED_REQUIRED upgrade never",
      "MEMBER_ADDED_REQUIRED rollback never",
    ]);
  });
});

describe("nesting", () => {
  const chain = (count: number, more: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => {
      const below = i + 1 < count ? `a @1 : S${i + 1}?;` : "a @1 : u8;";
      return `state S${i}${i === 0 ? " @1" : ""} { ${below} ${more(i)} }`;
    }).join("\n");

  test("as long as a schema", () => {
    const now = chain(4000, (i) => (i === 3999 ? "b @2 : u8 = 0;" : ""));
    const found = judged(
      chain(4000, () => ""),
      now,
    );
    expect(found).toEqual(["MEMBER_ADDED upgrade always", "MEMBER_ADDED rollback conditional if S3999.b != 0"]);
  });

  test("deeper than anything is written costs no time", () => {
    const start = cpuTime();
    const found = judged(
      chain(600, () => ""),
      chain(600, () => "b @2 : u16 = 0;"),
    );
    expect(found).toHaveLength(1200);
    // Twenty times as long with values made for all of them.
    expect(cpuTime() - start).toBeLessThan(8000);
  });

  test("through optional, union and list", () => {
    const inner = "state T { x @1 : u8; }";
    const more = "state T { x @1 : u8; y @2 : u8; }";
    const outer = `union U { t @1 : T; n @2 : none; }\n${state("a @1 : T?;", "b @2 : T[];", "u @3 : U;")}`;
    expect(judged(`${inner}\n${outer}`, `${more}\n${outer}`)).toEqual([
      "MEMBER_ADDED_REQUIRED upgrade conditional if has(S.a) || len(S.b) > 0 || U is t",
      "MEMBER_ADDED_REQUIRED rollback conditional if has(S.a) || len(S.b) > 0 || U is t",
    ]);
  });
});

describe("scalars", () => {
  test("enum values", () => {
    expect(
      judged(
        `enum E : u8 { a = 0; b = 1; }\n${state("e @1 : E;")}`,
        `enum E : u8 { b = 0; a = 1; c = 2; }\n${state("e @1 : E;")}`,
      ),
    ).toEqual([
      "ENUM_VALUES_SWAPPED upgrade corrupting",
      "ENUM_VALUE_ADDED upgrade always",
      "ENUM_VALUES_SWAPPED rollback corrupting if S.e != c",
      "ENUM_VALUE_ADDED rollback conditional if S.e == c",
    ]);
  });

  test("bits", () => {
    expect(
      judged(
        `bits B : u8 { a = 0; b = 1; }\n${state("e @1 : B;")}`,
        `bits B : u8 { a = 0; c = 3; }\n${state("e @1 : B;")}`,
      ),
    ).toEqual([
      "BITS_UNNAMED upgrade conditional if S.e.b",
      "BITS_NAMED upgrade always",
      "BITS_UNNAMED rollback always",
      "BITS_NAMED rollback conditional if S.e.c",
    ]);
  });

  test("units", () => {
    expect(
      judged(
        `type A = u64 unit "byte"; type P = u64 unit "page";\n${state("e @1 : A;")}`,
        `type A = u64 unit "byte"; type P = u64 unit "page";\n${state("e @1 : P;")}`,
      ),
    ).toEqual([
      "TYPE_REPLACED upgrade always",
      "UNIT_CHANGED upgrade corrupting",
      "TYPE_REPLACED rollback always",
      "UNIT_CHANGED rollback corrupting",
    ]);
  });
});
