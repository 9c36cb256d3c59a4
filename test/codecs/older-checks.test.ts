import { expect, test } from "vitest";
import { worldAt } from "../../compiler/compile.ts";
import { encodeStateFor } from "../../compiler/dump/lower.ts";
import { problemText } from "../../compiler/dump/problem.ts";
import type { Value } from "../../compiler/dump/value.ts";
import type { WireState } from "../../compiler/dump/wire-type.ts";
import { wireState } from "../../compiler/dump/wire-types.ts";
import { BatonError, type StateCodec } from "../../runtime/index.ts";
import { packVersion } from "../../runtime/versions.ts";
import { compileTexts } from "../compiled.ts";
import { Generated } from "../property/generated.ts";
import { stateIn } from "../property/worlds.ts";

const compiled = compileTexts(`module demo; version 1; version 2;
  state S @1 {
    a @1 : u8; rows @2 : Row[] = []; late @3 : u8 = 0 since 2;
    check a < 10 : "one digit" until 1;
    check a != 13 : "no 13";
  }
  struct Row { x @1 : u8; check x < 100 : "two digits" until 1; }`);
const codec = new Generated(compiled).exports("demo")["S"] as StateCodec<object, object>;

function typeAt(version: number): WireState {
  const world = worldAt(compiled, new Map([["demo", packVersion(version) ?? 0]]));
  const state = stateIn(world, "demo", "S");
  if (state === undefined) throw new Error("no demo.S");
  return wireState(world, "demo", state);
}

const [now, old] = [typeAt(2), typeAt(1)];

test.each([
  ["a check that ended", { a: 10 }, "S: check failed, as version 1 has it: one digit"],
  ["one that stands", { a: 13 }, "S: check failed: no 13"],
  ["one of rows", { a: 1, rows: [{ x: 1 }, { x: 100 }] }, "S.rows[1]: check failed, as version 1 has it: two digits"],
])("%s is told with its version by the codec as by the tools", (_, value, message) => {
  let told = "";
  try {
    codec.encode(value, { for: 1 });
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    told = error.message;
  }
  expect(told).toBe(`B8212: demo.${message}`);
  const encoded = encodeStateFor(now, old, value as Value, "S");
  expect(encoded.ok ? [] : encoded.problems.map(problemText)).toEqual([message]);
});
