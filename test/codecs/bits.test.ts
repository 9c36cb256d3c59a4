import { describe, expect, test } from "vitest";
import { BatonError } from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { Generated } from "../property/generated.ts";

interface Range {
  readonly mask: unknown;
  readonly get: (bits: unknown) => unknown;
  readonly set: (bits: unknown, value: unknown) => unknown;
}

const exported = new Generated(
  compileTexts(`module demo;
    open bits N : u16 { lo = 0; rng = 4..7; up = 8..11 : Lv; hi = 12; }
    open bits All : u32 { all = 0..31; }
    open bits W : u64 { lo = 0; rng = 4..7; across = 20..51; }
    open bits Wide : u64 { lo = 0; wide = 2..60; }
    enum Lv : u8 { a = 0; b = 1; }
    state S @1 { n @1 : N; all @2 : All; w @3 : W; x @4 : Wide; }`),
).exports("demo") as unknown as Record<string, Record<string, Range>>;

const { N, All, W, Wide } = exported;

function rangeOf(bits: Record<string, Range> | undefined, name: string): Range {
  const range = bits?.[name];
  if (range === undefined) throw new Error(`no ${name}`);
  return range;
}

function refusal(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

describe("a range of bits is set to a value that has room in it, or to none", () => {
  test.each([
    [rangeOf(N, "rng"), 15, 0, 0xf0],
    [rangeOf(N, "up"), 1, 0, 0x100],
    [rangeOf(N, "rng"), 0, 0xffff, 0xff0f],
    [rangeOf(All, "all"), 0xffff_ffff, 0, 0xffff_ffff],
    [rangeOf(W, "rng"), 15, 0n, 0xf0n],
    [rangeOf(W, "across"), 2 ** 32 - 1, 0n, 0xffff_ffffn << 20n],
    [rangeOf(Wide, "wide"), 2n ** 59n - 1n, 3n, 2n ** 61n - 1n],
  ])("%# fits", (range, value, bits, expected) => {
    expect(range.set(bits, value)).toBe(expected);
    expect(range.get(expected)).toBe(value);
  });

  test.each([
    ["demo.N.rng", rangeOf(N, "rng"), 0, [16, -1, 1.9, Number.NaN, Infinity, "3", null, undefined, 3n], "0..15"],
    ["demo.N.up", rangeOf(N, "up"), 0, [16, -1], "0..15"],
    ["demo.All.all", rangeOf(All, "all"), 0, [2 ** 32, -1, 0.5], "0..4294967295"],
    ["demo.W.rng", rangeOf(W, "rng"), 0n, [16, -1, 1.9, 3n], "0..15"],
    ["demo.W.across", rangeOf(W, "across"), 0n, [2 ** 32, -1, 1.9], "0..4294967295"],
    ["demo.Wide.wide", rangeOf(Wide, "wide"), 0n, [2n ** 59n, -1n, 1], "0..576460752303423487"],
  ])("%s refuses what would spill into its neighbours", (path, range, bits, values, expected) => {
    for (const value of values) {
      const error = refusal(() => range.set(bits, value));
      expect(error, String(value)).toBeInstanceOf(BatonError);
      expect(error).toMatchObject({ code: "B8201", path, expected });
    }
    const { message } = refusal(() => range.set(bits, values[0])) as BatonError;
    expect(message).toBe(`B8201: ${path}: ${String(values[0])} is outside ${expected}`);
  });
});

describe("a range of bits that is wider than the numbers of its enum", () => {
  interface Codec {
    encode(value: object): Uint8Array;
    decode(bytes: Uint8Array): object;
  }
  const Holder = new Generated(
    compileTexts(`module demo;
      enum Lv : u32 { a = 0; b = 2; most = 4294967295; }
      open bits Wide : u64 { lo = 0; level = 1..63 : Lv; }
      state Holder @1 { one @1 : Wide; all @2 : Wide[..4]; }`),
  ).exports("demo")["Holder"] as unknown as Codec;

  test("takes the enum's values, and nothing else", () => {
    const value = { one: 4n, all: [0n, 1n, 5n, 0x1_ffff_fffen] };
    expect(Holder.decode(Holder.encode(value))).toEqual(value);
    for (const one of [2n, 6n, 0x1_ffff_fffcn, 0x2_0000_0000n, 0x2_0000_0004n, 1n << 63n])
      expect(refusal(() => Holder.encode({ ...value, one }))).toMatchObject({ code: "B8202" });
  });
});
