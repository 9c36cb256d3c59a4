import { describe, expect, test } from "vitest";
import { compileTexts } from "../../test/compiled.ts";
import { worldAt } from "../compile.ts";
import { inspect } from "../dump/inspect.ts";
import { sourceOf } from "../dump/source.ts";
import { Difference } from "./diff.ts";
import { nothingReused } from "./history.ts";
import { judge, type PairVerdict } from "./judge.ts";
import { witnessOf } from "./witness.ts";

/** Module `a` loses a record whose id module `b` has on the new side. */
function moved(direction: "upgrade" | "rollback", of: "a" | "b", versions: string, head = "@9"): PairVerdict {
  const [old, now] = [
    [`state S @1 { n @1 : u8; } state Moved ${head} { n @1 : u8; }`, ""],
    ["state S @1 { n @1 : u8; }", `state Moved ${head} { n @1 : u8; }`],
  ].map(([a = "", b = ""]) => worldAt(compileTexts(`module a; ${versions}\n${a}`, `module b; version 1;\n${b}`)));
  if (old === undefined || now === undefined) throw new Error("no world");
  return judge(new Difference({ old, new: now }, nothingReused), direction, of);
}

function told(verdict: PairVerdict): readonly unknown[] {
  return [
    ...verdict.changes.map(({ change, condition }) => `${change.kind} ${condition}`),
    ...verdict.states.map((one) => `${one.state} ${one.corrupting ? "corrupting" : one.verdict}`),
  ];
}

describe("a record whose id went to another module", () => {
  test.each([
    ["version 1;", "@9"],
    ["version 1;", "@9 ignorable"],
    ["version 1; version 2;", "@9"],
    ["version 1; version 2;", "@9 ignorable"],
  ])("is refused, since that module did not have it then: %s %s", (versions, head) => {
    const verdict = moved("upgrade", "a", versions, head);
    expect(told(verdict)).toEqual(["STATE_REMOVED holds Moved", "a.Moved never", "a.S always"]);
    const [change] = verdict.changes;
    const witnessed = change === undefined ? null : witnessOf(verdict, change);
    if (witnessed?.kind !== "witness") throw new Error("no witness");
    expect(witnessed.witness.outcome).toMatch(/^refused by the reader: /);
    const dump = witnessed.dump() ?? new Uint8Array(0);
    const schemas = { world: verdict.graph.readerWorld, missing: [], problems: [] };
    const items = [...inspect(sourceOf(dump), { schemas: () => schemas })];
    expect(items.flatMap(({ problems }) => problems.map(({ code }) => code))).toEqual(["B8014"]);
  });

  test("is not written for the older version", () => {
    const verdict = moved("rollback", "b", "version 1;");
    expect(told(verdict)).toEqual(["STATE_ADDED null", "b.Moved never"]);
    expect(verdict.changes[0]?.refusedBy).toBe("writer");
  });

  test("is refused where its own module is gone, too", () => {
    const [a, b] = ["module a; state Moved @9 ignorable { n @1 : u8; }", "module b; state Moved @9 { n @1 : u8; }"];
    const [old, now] = [worldAt(compileTexts(a, "module b;")), worldAt(compileTexts(b))];
    const verdict = judge(new Difference({ old, new: now }, nothingReused), "upgrade", "a");
    expect(told(verdict)).toEqual(["MODULE_REMOVED null", "a.Moved never"]);
  });
});
