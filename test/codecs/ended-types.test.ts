import { expect, test } from "vitest";
import type { StateCodec } from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { Generated } from "../property/generated.ts";

test("bits are written for a version whose range is of an enum that has ended", () => {
  const compiled = compileTexts(`
    module m;
    version 1;
    version 2;
    enum Slot : u8 { a = 0; b = 3; }
    bits B : u64 { is = 51..63 : Slot until 1; x = 0; }
    state S @1 { b @1 : B; }
  `);
  // The schema above declares it as a state.
  const codec = new Generated(compiled).exports("m")["S"] as StateCodec<{ b: bigint }, { b: bigint }, object>;
  expect(codec.encode({ b: 1n | (3n << 51n) }, { for: 1 })).toHaveLength(16);
  expect(() => codec.encode({ b: 1n | (2n << 51n) }, { for: 1 })).toThrow(/B820/);
});
