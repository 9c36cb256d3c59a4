import { expect } from "vitest";
import { worldAt } from "../compiler/compile.ts";
import { Difference } from "../compiler/compat/diff.ts";
import type { Direction } from "../compiler/compat/finding.ts";
import { nothingReused } from "../compiler/compat/history.ts";
import { judge, type PairVerdict } from "../compiler/compat/judge.ts";
import { readerOf } from "../compiler/compat/search.ts";
import { tryOut } from "../compiler/compat/trial.ts";
import type { Value } from "../compiler/dump/value.ts";
import type { World } from "../compiler/schema/ir.ts";
import { compileTexts } from "./compiled.ts";

export function worldOf(text: string): World {
  return worldAt(compileTexts(`module a;\n${text}`));
}

export function verdictOf(direction: Direction, old: string, now: string): PairVerdict {
  return judge(new Difference({ old: worldOf(old), new: worldOf(now) }, nothingReused), direction, "a");
}

/** What the gate says of a dump of one record, and what really becomes of it. */
export function told(verdict: PairVerdict, name: string, value: Value): readonly string[] {
  const root = verdict.graph.roots.find((one) => one.name === name);
  if (root === undefined) throw new Error(`no record ${name}`);
  const { refused, mayBeRefused, misread } = verdict.expect([{ state: root.state, value }]);
  const trial = tryOut(verdict.graph.direction, root.state, readerOf(root), value).kind;
  return [misread ? "misread" : refused ? "refused" : mayBeRefused ? "may be refused" : "taken", trial];
}

export function expectMisread(direction: Direction, old: string, now: string, name: string, value: Value): void {
  const verdict = verdictOf(direction, old, now);
  expect(told(verdict, name, value)).toEqual(["misread", "misread"]);
  expect([verdict.verdict, verdict.corrupting]).toEqual(["never", true]);
}
