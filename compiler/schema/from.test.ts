import { describe, expect, it } from "vitest";
import { compileModule, declared, problemsOf, versionOf } from "../../test/compiled.ts";
import { computationOf } from "./from.ts";

/** What is computed on the way from one version to another, as `name` in order. */
function order(text: string, source: string, target: string): readonly string[] {
  const state = declared(compileModule(text).module, "state", "S");
  const { order: members, problems } = computationOf(state, versionOf(source), versionOf(target));
  expect(problems).toEqual([]);
  return members.map((member) => member.name);
}

describe("what is computed for a pair of versions", () => {
  const both = `module m; version 1; version 2; version 3;
state S @1 {
  seconds @1 : u32 until 2 from deadline / 1000;
  deadline @2 : u64 since 3 from seconds * 1000;
}`;

  it("is the new member when reading, and the retired one when writing", () => {
    expect(order(both, "1", "3")).toEqual(["deadline"]);
    expect(order(both, "2", "3")).toEqual(["deadline"]);
    expect(order(both, "3", "1")).toEqual(["seconds"]);
    expect(order(both, "1", "2")).toEqual([]);
  });

  it("comes in the order in which members need each other", () => {
    const chain = `module m; version 1; version 2; version 3; version 4;
state S @1 {
  d @1 : u64 since 4 from c + 1;
  c @2 : u64 since 3 from b + 1;
  b @3 : u64 since 2 from a + 1;
  a @4 : u64;
}`;
    expect(order(chain, "1", "4")).toEqual(["b", "c", "d"]);
    expect(order(chain, "2", "4")).toEqual(["c", "d"]);
    expect(order(chain, "3", "4")).toEqual(["d"]);
    expect(order(chain, "4", "1")).toEqual([]);
  });

  it("takes what neither side has by its own `from`, or at its default", () => {
    const text = `module m; version 1; version 2; version 3;
state S @1 {
  base @1 : u64;
  middle @2 : u64 since 2 until 2 from base * 2;
  rest @3 : u64 = 7 since 2 until 2;
  maybe @4 : u64? since 2 until 2;
  total @5 : u64 since 3 from middle + rest + (has(maybe) ? maybe : 0);
}`;
    expect(order(text, "1", "3")).toEqual(["middle", "total"]);
    expect(order(text, "2", "3")).toEqual(["total"]);
  });

  it("names a member that stays, as long as the other side's version lacks the computed one", () => {
    expect(
      order("module m; version 1; version 2; state S @1 { a @1 : u32; b @2 : u64 since 2 from a * 2; }", "1", "2"),
    ).toEqual(["b"]);
  });

  it("counts backports", () => {
    const text = `module m; version 1; version 1.1; version 2;
state S @1 { a @1 : u32; b @2 : u64 since 1.1 from a * 2; }`;
    expect(order(text, "1", "1.1")).toEqual(["b"]);
    expect(order(text, "1", "2")).toEqual(["b"]);
    expect(order(text, "1.1", "2")).toEqual([]);
  });

  it("is only asked of pairs that must work", () => {
    const text = (support: string): string => `module m; version 1; version 2; version 3; ${support}
state S @1 { a @1 : u32 until 1; b @2 : u64 since 3 from a * 2; }`;
    expect(problemsOf(text(""))).toEqual(["B6204 `b` needs `a`, which is not there when version 3 meets version 2"]);
    expect(problemsOf(text("reads 1, 3; writes 3;"))).toEqual([]);
  });

  it("finds circles for the pairs that have them, and for those alone", () => {
    expect(problemsOf(both)).toEqual([]);
    expect(problemsOf(both.replace("until 2", "until 1"))).toEqual([
      "B6203 `deadline` from `seconds` from `deadline`: neither is there when version 3 meets version 2",
    ]);
    expect(
      problemsOf(both.replace("until 2", "until 1").replace("version 3;", "version 3; reads 1, 3; writes 1, 3;")),
    ).toEqual([]);
  });
});
