import { expect, test } from "vitest";
import { BatonError, type StateCodec } from "../../../runtime/index.ts";
import { compileTexts } from "../../../test/compiled.ts";
import { Generated } from "../../../test/property/generated.ts";

const textOf = (type: string): string =>
  `module demo; state S @1 { a @1 : T?; l @2 : T[..4] = []; r @3 : R[..2] = []; } type T = ${type}; struct R { a @1 : T; }`;

/** What codecs whose numbers fit 2^53 say of a value that does not. */
function refusal(base: "u64" | "i64", value: object): string {
  const codecOf = (type: string): StateCodec<object> =>
    new Generated(compileTexts(textOf(type))).codec("demo", "S").codec;
  const written = codecOf(base).encode(value);
  try {
    codecOf(`${base} in 0..90`).decode(written);
  } catch (error) {
    if (error instanceof BatonError) return error.message;
    throw error;
  }
  return "taken";
}

test.each([
  ["u64", { a: 0xc000_0000_0000_0000n }, "13835058055282163712 is outside 0..90"],
  ["u64", { l: [1n, 0xffff_ffff_ffff_ffffn] }, "18446744073709551615 is outside 0..90"],
  ["u64", { r: [{ a: 9007199254740993n }] }, "9007199254740993 is outside 0..90"],
  ["i64", { a: -9223372036854775807n }, "-9223372036854775807 is outside 0..90"],
  ["i64", { l: [-9007199254740993n] }, "-9007199254740993 is outside 0..90"],
] as const)("a number past 2^53 is told as it was written: $2", (base, value, told) => {
  expect(refusal(base, value)).toContain(`: ${told}`);
});
