import { describe, expect, it } from "vitest";
import { compile, worldAt } from "../compile.ts";
import { decodeState } from "./decode.ts";
import { findState } from "./wire-types.ts";

function decode(members: string, bytes: readonly number[]): ReturnType<typeof decodeState> {
  const compiled = compile([{ path: "m.baton", text: `module m;\nstate S { ${members} }\n` }]);
  const type = findState(worldAt(compiled), "m.S");
  if (type === null) throw new Error(compiled.diagnostics.map(({ message }) => message).join("\n"));
  return decodeState(type, Uint8Array.from(bytes));
}

describe("readMember", () => {
  it("reads an optional bool as a bool", () => {
    expect(decode("yes @1 : bool?;", [1, 0, 0, 1, 1, 0, 0, 0])).toMatchObject({ ok: true, value: { yes: true } });
  });

  it("refuses an optional bool that is neither, or a long", () => {
    expect(decode("yes @1 : bool?;", [1, 0, 0, 1, 2, 0, 0, 0])).toMatchObject({ ok: false });
    const long = [1, 0, 1, 1, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0];
    expect(decode("yes @1 : bool?;", long)).toMatchObject({ ok: false, problems: [{ code: "B8105" }] });
  });
});
