import { expect, test } from "vitest";
import { compileTexts } from "../../test/compiled.ts";
import { worldAt } from "../compile.ts";
import { Difference } from "./diff.ts";
import { nothingReused } from "./history.ts";
import { judge } from "./judge.ts";
import { readerOf } from "./search.ts";
import { tryOut } from "./trial.ts";

test("what ended is held against what is read, and nothing else that ended is computed for it", () => {
  const members = "bdf @2 : u8 from gen ? 1 : 0 until 1; gen @3 : bool from bdf != 0 since 2";
  const [old, now] = [
    `module a; version 1; version 2; state S @1 { ${members}; }`,
    `module a; version 1; version 2; version 3; reads 1..; writes 3..; state S @1 { ${members} until 2; }`,
  ].map((text) => worldAt(compileTexts(text)));
  if (old === undefined || now === undefined) throw new Error("no worlds");
  const verdict = judge(new Difference({ old, new: now }, nothingReused), "upgrade", "a");
  const [root] = verdict.graph.roots;
  if (root === undefined) throw new Error("no record");
  const value = { gen: true };
  expect(tryOut("upgrade", root.state, readerOf(root), value).kind).toBe("refused");
  const { refused, mayBeRefused } = verdict.expect([{ state: root.state, value }]);
  expect([refused || mayBeRefused, verdict.verdict === "always"]).toEqual([true, false]);
});
