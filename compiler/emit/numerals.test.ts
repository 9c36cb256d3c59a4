import { check } from "prettier";
import { describe, expect, test } from "vitest";
import { compileTexts, declared } from "../../test/compiled.ts";
import { Numerals } from "./numerals.ts";
import { emit } from "./typescript/module.ts";
import { defaultEmitOptions } from "./backend.ts";

/** What is generated for the last of some modules. */
function generated(...texts: readonly string[]): string {
  const { modules } = compileTexts(...texts);
  return emit(modules, defaultEmitOptions).at(-1)?.parts.join("") ?? "";
}

describe("numbers in generated code are as the schema spells them", () => {
  test("in the text of members, and where their values are held against it", () => {
    const text = generated(
      "module m; state S @1 { baud @1 : u32 = 115_200 in 1..4_000_000; mask @2 : u32 = 0xFF_00 in 0x10..0xffff_fff0; }",
    );
    expect(text).toContain("`baud @1 : u32 = 115_200 in 1..4_000_000`");
    expect(text).toContain("`mask @2 : u32 = 0xFF_00 in 0x10..0xffff_fff0`");
    expect(text).toContain("baud > 4_000_000");
    expect(text).toContain("baud !== 115_200");
    expect(text).toContain("mask < 0x10 || mask > 0xffff_fff0");
    expect(text).toContain("mask !== 0xff_00");
    expect(text).not.toContain("0x1c200");
    expect(text).not.toContain("3d0900");
  });

  test("in values of enums, one by one", () => {
    const text = generated(
      "module m; open enum Vendor : u16 { amd = 0x1022; virtio = 0x1af4; few = 12; many = 20000; }",
    );
    expect(text).toMatch(/few: 12,\s+amd: 0x1022,\s+virtio: 0x1af4,\s+many: 20000,/);
    const closed = generated("module m; enum E : u64 { a = 0x10; b = 0o20_0; c = 0b101; d = 4_096; }");
    expect(closed).toMatch(/c: 0b101n,\s+a: 0x10n,\s+b: 0o20_0n,\s+d: 4_096n,/);
    expect(closed).toContain("case 0o20_0n:");
  });

  test("in constants, and in what names them", () => {
    const text = generated(
      'module m; const MOST = 1_000_000; const ALSO = MOST; state S @1 { a @1 : u32 = 0 in ..MOST; b @2 : u32 hex; check a < 50000 : "few"; check b & 0xff < 0x80 : "low"; }',
    );
    expect(text).toContain("export const MOST = 1_000_000;");
    expect(text).toContain("export const ALSO = 1_000_000;");
    expect(text).toContain("in 0..1_000_000`");
    expect(text).toContain("< 50000");
    expect(text).toContain("& 0xff");
    expect(text).toContain("< 0x80");
  });

  test("in expressions, where another declaration spells the same number otherwise", () => {
    const text = generated(
      'module m; state S @1 { a @1 : u32; check a & 0x40 < 4 : "x"; } state T @2 { a @1 : u32; check a < 64 : "x"; }',
    );
    expect(text).toContain("& 0x40");
    expect(text).toMatch(/< 64\b/);
  });

  test("in types, also those of other modules", () => {
    const types = "module a; type Rate = i64 in -10_000..2_000_000;";
    expect(generated(types)).toContain("`type Rate = i64 in -10_000..2_000_000`");
    const text = generated(types, "module b; import a; state S @1 { r @1 : Rate = 0; }");
    expect(text).toContain("r < -10_000 || r > 2_000_000");
  });

  test("as Prettier has them", async () => {
    const text = generated(
      "module m; const A = 0xABCD_EF01_2345_6789; const B = -0o17; enum E : i64 { a = 0b1_0; b = -0xF0; c = 1_000_000; } state S @1 { e @1 : E = b; }",
    );
    expect(text).toContain("const A = 0xabcd_ef01_2345_6789n;");
    expect(text).toContain("const B = -0o17;");
    expect(text).toMatch(/b: -0xf0n,\s+a: 0b1_0n,\s+c: 1_000_000n,/);
    expect(text).toContain("e !== -0xf0n");
    expect(await check(text, { parser: "typescript", printWidth: 120 })).toBe(true);
  });

  test("where bigints are made of them", () => {
    const text = generated(
      'module m; state S @1 { a @1 : u64; check a != 1_000_000 : "x"; check a != 0b11 : "y"; check a != 0o17 : "z"; }',
    );
    for (const literal of ["1_000_000n", "0b11n", "0o17n"]) expect(text).toContain(literal);
  });
});

describe("numbers that are not spelled where they stand", () => {
  test("are as the module spells them, unless it does so in several bases", () => {
    const numerals = new Numerals(
      new Map([
        ["A", [{ value: 20000n, text: "20_000" }]],
        [
          "B",
          [
            { value: 20000n, text: "20000" },
            { value: 16n, text: "0x10" },
          ],
        ],
        ["C", [{ value: 16n, text: "16" }]],
      ]),
    );
    expect(numerals.text(20000n)).toBe("20_000");
    expect(numerals.text(20000n, { at: "B" })).toBe("20000");
    expect(numerals.text(20000n, { hex: true })).toBe("0x4e20");
    expect(numerals.text(16n, { at: "B" })).toBe("0x10");
    expect(numerals.text(16n)).toBe("16");
    expect(numerals.literal(115200n, { big: true })).toBe("115200n");
  });

  test("are written as most values of their enum", () => {
    const { modules } = compileTexts("module m; const A = 1; enum E : i16 { a = 0x10; b = -0x20; c = 5; d = A; }");
    const module = modules.get("m");
    if (module === undefined) throw new Error("no module");
    const numerals = new Numerals(module.provenance.numbers);
    const found = declared(module.module, "enum", "E");
    expect(found.values.map((one) => numerals.valueLiteral(found, one, false))).toEqual(["-0x20", "0x1", "5", "0x10"]);
  });
});
