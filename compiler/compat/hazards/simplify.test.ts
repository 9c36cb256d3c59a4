import { describe, expect, test } from "vitest";
import { compileTexts } from "../../../test/compiled.ts";
import { worldAt } from "../../compile.ts";
import type { Expr } from "../../schema/ir.ts";
import { Difference } from "../diff.ts";
import { expressionText } from "../diff-members.ts";
import { nothingReused } from "../history.ts";
import { judge } from "../judge.ts";
import { expressionText as written } from "../expression-text.ts";
import { simplified } from "./simplify.ts";

/** An expression over the members `x`, `y` and the optional `o` of a state. */
function parsed(text: string): Expr {
  const compiled = compileTexts(
    `module a; state S @1 { x @1 : i64; y @2 : u8; o @3 : u8?; check (${text}) == 0 || has(o) : "it"; }`,
  );
  const state = worldAt(compiled)
    .get("a")
    ?.declarations.find((one) => one.kind === "state");
  const check = state?.kind === "state" ? state.checks[0]?.expression : undefined;
  const first = check?.kind === "binary" ? check.left : null;
  if (first?.kind !== "binary") throw new Error("no comparison");
  return first.left;
}

function simple(text: string): string {
  return written(
    simplified(parsed(text), (part) => !written(part, "").includes("o")),
    "",
  );
}

describe("operations that undo each other are left out", () => {
  test.each([
    ["x * 1000 / 1000", "x"],
    ["1000 * x / 1000", "x"],
    ["(x << 12) >> 12", "x"],
    ["x * 4096 >> 12", "x"],
    ["(x << 12) / 4096", "x"],
    ["x + y - y", "x"],
    ["y + x - y", "x"],
    ["x - y + y", "x"],
    ["x ^ 5 ^ 5", "x"],
    ["-(-x)", "x"],
    ["(x >> 16) << 16 | x & 65535", "x"],
    ["x & 65535 | (x >> 16) << 16", "x"],
    ["x / 10 * 10 + x % 10", "x"],
    ["(x + y) * 3 / 3 - y", "x"],
  ])("%s", (text, expected) => {
    expect(simple(text)).toBe(expected);
  });

  test.each([
    ["x / 1000 * 1000"],
    ["x * 1000 / 100"],
    ["x * y / y"],
    ["x >> 12 << 12"],
    ["x >> 16 << 16 | x & 32767"],
    ["x >> 16 << 16 | y & 65535"],
    ["x / 10 * 10 + x % 5"],
    ["y - (x - y)"],
  ])("but not in %s", (text) => {
    expect(simple(text)).toBe(text);
  });

  test("nor around what may have no value", () => {
    expect(simple("x * 0 + (has(o) ? o : 1) * 2 / 2")).toBe("x * 0 + (has(o) ? o : 1) * 2 / 2");
  });
});

test("a member whose unit changed, and back, is taken up always", () => {
  const [old, now] = [
    'version 1; state T @1 { ms @1 : u32 unit "ms"; }',
    'version 1; version 2; state T @1 { ms @1 : u32 unit "ms" until 1 from us / 1000; us @2 : u64 unit "us" since 2 from ms * 1000; }',
  ].map((text) => worldAt(compileTexts(`module a; ${text}`)));
  if (old === undefined || now === undefined) throw new Error("no world");
  const difference = new Difference({ old, new: now }, nothingReused);
  expect(judge(difference, "upgrade", "a").verdict).toBe("always");
  expect(judge(difference, "rollback", "a").condition).toBe(
    "at most: T.us / 1000 < 0 || T.us / 1000 > 4294967295 || T.us != T.us / 1000 * 1000",
  );
});

test("an expression is the same in whatever order a file has its parts", () => {
  const one: Expr = {
    ...{ kind: "binary", operator: "<", right: { kind: "int", value: 5n } },
    left: { kind: "path", depth: 0, steps: [{ kind: "member", id: 1, name: "a" }] },
  };
  const other: Expr = {
    ...{ right: { value: 5n, kind: "int" }, operator: "<", kind: "binary" },
    left: { steps: [{ name: "b", id: 1, kind: "member" }], depth: 0, kind: "path" },
  };
  expect(expressionText(other)).toBe(expressionText(one));
});
