import { expect, test } from "vitest";
import { compileTexts, viewAt } from "../../test/compiled.ts";
import { declarationsByName } from "../schema/lookup.ts";
import type { Check } from "../schema/ir.ts";
import { always, type Condition, type Subject } from "./condition.ts";
import { conditionText } from "./condition-text.ts";

const member = (name: string, ...more: Subject["steps"]): Subject => ({
  steps: [{ kind: "member", id: 1, name }, ...more],
  type: null,
  exists: always,
});
const all = [{ min: 0n, max: 7n }];
const low = { kind: "bits", low: 0, high: 2, name: "0..2", single: false } as const;
const upper = { kind: "bits", low: 2, high: 4, name: "2..4", single: false } as const;

/** The expression of the one check of `S`, which has the members that these conditions are about. */
function checkOf(expression: string): Check {
  const text = `module m; version 1; state S @1 { a @1 : B; n @2 : i32; o @3 : u32?; l @4 : u8[]; s @5 : string[..8];
    check ${expression} : "is one"; } open bits B : u64 { one = 9; }`;
  const [compiled] = compileTexts(text).modules.values();
  const state = compiled === undefined ? undefined : declarationsByName(viewAt(compiled, "1")).get("S");
  const check = state?.kind === "state" ? state.checks[0] : undefined;
  if (check === undefined) throw new Error("no check");
  return check;
}

test.each<[string, Condition]>([
  ["has(o)", { kind: "present", of: member("o") }],
  ["!has(o)", { kind: "absent", of: member("o") }],
  ["len(l) > 0", { kind: "default", of: member("l"), value: { kind: "empty" }, equal: false }],
  ["len(l) == 0", { kind: "default", of: member("l"), value: { kind: "empty" }, equal: true }],
  ["(a >> 2 & 0x7) > 1", { kind: "integers", of: member("a", upper), among: [{ min: 2n, max: 7n }], domain: all }],
  ["(a & 0x7) == 2", { kind: "integers", of: member("a", low), among: [{ min: 2n, max: 2n }], domain: all }],
  ["(a & 0x7) != (a >> 2 & 0x7)", { kind: "ranges differ", of: member("a"), first: low, second: upper }],
])("is an expression of the language: %s", (expected, condition) => {
  const text = conditionText(condition, "S").replaceAll("S.", "");
  expect(text).toBe(expected);
  checkOf(text);
});

test.each([
  ["n / 2", [{ min: 0n, max: 255n }], "S.n / 2 < 0 || S.n / 2 > 255"],
  ["has(o) ? o : 0", [{ min: 1n, max: 3n }], "(has(S.o) ? S.o : 0) < 1 || (has(S.o) ? S.o : 0) > 3"],
  [
    "n",
    [
      { min: 0n, max: 1n },
      { min: 4n, max: 9n },
    ],
    "S.n < 0 || (S.n > 1 && S.n < 4) || S.n > 9",
  ],
])("says by comparisons what an expression is outside of: %s", (expression, among, expected) => {
  const { expression: compared } = checkOf(`(${expression}) == 0`);
  if (compared.kind !== "binary") throw new Error("no comparison");
  const text = conditionText({ kind: "outside", expression: compared.left, among }, "S");
  expect(text).toBe(expected);
  checkOf(text.replaceAll("S.", ""));
});
