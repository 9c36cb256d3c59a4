import { expect, test } from "vitest";
import { compileTexts } from "../../../test/compiled.ts";
import { generate } from "../../../test/property/generated.ts";
import { releasedAs, writer } from "../../../test/released.ts";

const textOf = (versions: string, base: string, values: string, stated: string): string =>
  `module demo; ${versions} enum E : ${base} { ${values} } state S @1 { e @1 : E = ${stated}; r @2 : R[..2] = []; }
   struct R { a @1 : u8; e @2 : E = ${stated} since 1; }`;

test.each([
  ["u8", "(e as number) !== 1"],
  ["u64", "(e as bigint) !== 0x8000000000000001n"],
])("a default that is no value of the enum any more is compared as a number: %s", (base, comparison) => {
  const gone = base === "u8" ? "1" : "0x8000_0000_0000_0001";
  const old = [textOf("version 1;", base, `a = 0; b = ${gone};`, "b")];
  const now = [textOf("version 1; version 2;", base, "a = 0;", "a")];
  const text = [...generate(releasedAs(old, now).after).values()].join("");
  expect(text).toContain(comparison);
  const write = writer(old, now);
  const zero = base === "u8" ? 0 : 0n;
  for (const value of [{ e: zero }, {}]) {
    const [found, wanted] = write(value);
    expect(found).toEqual(wanted);
    expect(found).not.toBe("refused");
  }
  // What the enum has is compared as it is.
  expect([...generate(compileTexts(...now)).values()].join("")).not.toContain(" as number)");
});
