import { describe, expect, test } from "vitest";
import { compile } from "../compile.ts";
import type { Expr } from "../schema/ir.ts";
import { evaluate } from "./expression.ts";
import type { Value } from "./value.ts";

/** The expression of a check over members of every kind. */
function expressionOf(text: string): Expr {
  const schema = `module demo.expression;
    bits Command : u16 { io = 0; memory = 1; level = 4..6; }
    struct Bar { base @1 : u64; size @2 : u32; }
    state Inner { depth @1 : u8; more @2 : Inner?; }
    union Kind { number @1 : i64; inner @2 : Inner; nothing @3 : none; }
    state Holder {
      a @1 : i64; b @2 : u32; command @3 : Command; bars @4 : Bar[]; inner @5 : Inner?; kind @6 : Kind; name @7 : string; flag @8 : bool; data @9 : bytes;
      check ${text} : "holds";
    }`;
  const { modules, diagnostics } = compile([{ path: "x.baton", text: schema }]);
  const errors = diagnostics.filter((one) => one.severity === "error").map((one) => one.message);
  const holder = modules.get("demo.expression")?.module.declarations.find((one) => one.name === "Holder");
  const check = holder?.kind === "state" ? holder.checks[0] : undefined;
  if (check === undefined) throw new Error(errors.join("\n"));
  return check.expression;
}

const value: Value = {
  ...{ a: -7n, b: 3, command: 0b0101_0001, name: "größe", flag: true, data: new Uint8Array(5) },
  bars: [
    { base: 4096n, size: 16 },
    { base: 8192n, size: 0 },
  ],
  inner: { depth: 2, more: { depth: 3, more: undefined } },
  kind: { kind: "number", value: -1n },
};

describe("expressions", () => {
  test.each([
    "a / b == -2 && a % b == -1",
    "a < b && a <= -7 && b >= 3 && b > 2 && a != b",
    "(b << 63) > 0xffff_ffff_ffff_ffff",
    "(a >> 1) == -4",
    "(b & 1) == 1 && (b | 4) == 7 && (b ^ 1) == 2 && ~b == -4 && -b == -3",
    "(b << 60) * (b << 60) > 0",
    "command.io && !command.memory && command.level == 5",
    "len(bars) == 2 && len(name) == 7 && len(data) == 5",
    "has(inner) && has(inner.more) && !has(inner.more.more)",
    "inner.more.depth == 3",
    "kind is number && !(kind is nothing)",
    "any(bars, size == 0) && !all(bars, size == 0) && all(bars, base >= 4096 && base > a)",
    "flag ? b == 3 : b / (b - 3) == 1",
    "b == 3 || b / (b - 3) == 1",
    "!(b == 4 && b / (b - 3) == 1)",
    "any(bars, size == 16 || base / size > 0)",
  ])("%s", (text) => {
    expect(evaluate(expressionOf(text), value)).toEqual({ ok: true, value: true });
  });

  test.each([
    ["a / (b - 3) == 1", "division by zero"],
    ["a % (b - 3) == 1", "division by zero"],
    ["(b << (b + 61)) > 0", "shift by 64, outside 0..63"],
    ["(b >> a) > 0", "shift by -7, outside 0..63"],
    ["inner.more.more.depth == 1", "`inner.more.more` is absent"],
    ["kind.inner.depth == 1", "`kind` is not `inner`"],
    ["all(bars, base / size > 0)", "division by zero"],
  ])("%s has no value", (text, reason) => {
    expect(evaluate(expressionOf(text), value)).toEqual({ ok: false, reason });
  });
});
