import { describe, expect, test } from "vitest";
import { compileTexts } from "../../test/compiled.ts";
import { worldAt } from "../compile.ts";
import type { World } from "../schema/ir.ts";
import { Difference } from "./diff.ts";
import { nothingReused } from "./history.ts";
import { judge } from "./judge.ts";

function worldOf(type: string, use: string): World {
  return worldAt(compileTexts(`module a; ${use.replaceAll("TYPE", type)}`));
}

const uses = {
  "a member": "state S @0x1 { v @1 : TYPE; }",
  "an optional": "state S @0x1 { v @1 : TYPE?; }",
  "a list": "state S @0x1 { v @1 : TYPE[..3]; }",
  "an alternative": "union U { v @1 : TYPE; n @2 : none; } state S @0x1 { v @1 : U; }",
  "a member of a row": "struct T { v @1 : TYPE; } state S @0x1 { v @1 : T[..3]; }",
};

/** Verdicts of upgrade and rollback. */
function verdicts(from: string, to: string, use: string): readonly string[] {
  const difference = new Difference({ old: worldOf(from, use), new: worldOf(to, use) }, nothingReused);
  return (["upgrade", "rollback"] as const).map((direction) => {
    const { verdict, corrupting } = judge(difference, direction, "a");
    return corrupting ? "corrupting" : verdict;
  });
}

describe("what a value holds is its meaning, whatever its type is called", () => {
  test.each(Object.entries(uses))("a bool is 0 or 1: %s", (_, use) => {
    expect(verdicts("bool", "u8", use)[0]).toBe("always");
    expect(verdicts("u8", "bool", use)[0]).toBe("conditional");
  });

  test.each(Object.entries(uses))("an enum is its number: %s", (_, use) => {
    const [member, declared] = [use, `enum E : u8 { off = 0; on = 1; } ${use}`];
    const worlds = { old: worldOf("E", declared), new: worldOf("u8", member) };
    expect(judge(new Difference(worlds, nothingReused), "upgrade", "a").verdict).toBe("always");
  });

  test.each(Object.entries(uses).filter(([name]) => name !== "a member of a row"))(
    "a text is its bytes: %s",
    (_, use) => {
      expect(verdicts("string[..8]", "bytes[..8]", use)[0]).toBe("always");
      expect(verdicts("bytes[..8]", "string[..8]", use)[0]).toBe("conditional");
    },
  );

  test("a cstring ends before the zeros after it, which bytes hold", () => {
    const use = uses["a member of a row"];
    expect(verdicts("cstring[8]", "bytes[8]", use)).toEqual(["corrupting", "conditional"]);
    expect(verdicts("bytes[8]", "cstring[8]", use)).toEqual(["corrupting", "conditional"]);
  });
});
