import { describe, expect, it } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { Generated } from "./generated.ts";
import type { GeneratedCodec } from "./generated.ts";

/** What random schemas once broke, in the least schema that did. */

function codecOf(text: string, state: string): GeneratedCodec {
  const compiled = compile([{ path: "m.baton", text: `module m;\n${text}` }]);
  expect(compiled.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return new Generated(compiled).codec("m", state);
}

describe("generated codecs", () => {
  it("do not take text for ASCII because a short buffer cut it to as many bytes as it has characters", () => {
    const { codec } = codecOf("state S @1 { name @1 : string[..35]; }", "S");
    const value = { name: "€😀ÿ𐍈ÿ" };
    const bytes = codec.encode(value);
    expect(() => codec.encodeInto(value, new Uint8Array(bytes.length - 8), 0)).toThrow("B8305");
  });

  it("refuse a long that is cut off where a word should stand", () => {
    const { codec } = codecOf("state S @1 { name @1 : bool; }", "S");
    expect(() => codec.decode(Uint8Array.of(1, 0, 1, 1, 8, 0, 0, 0))).toThrow(/B8101|B8105/);
  });

  it("hold the types of what ended against the versions that had it", () => {
    const text =
      "version 1; version 2; enum E : u8 { a = 0; } bits B : u64 { is = 51..63 : E until 1; x = 0; } state S @1 { b @1 : B; }";
    const { codec } = codecOf(text, "S");
    expect(codec.encode({ b: 1n }, { for: 1 })).toEqual(Uint8Array.of(1, 0, 0, 1, 1, 0, 0, 0));
  });

  it("see through a state of another module to what that module imports", () => {
    const sources = [
      { path: "c.baton", text: "module c;\nstate C { x @1 : u8[..2000]; }" },
      { path: "b.baton", text: "module b;\nimport c;\nstate B { c @1 : C[..2]; }" },
      { path: "a.baton", text: "module a;\nimport b;\nstate A @1 { b @1 : B; }" },
    ];
    const { codec } = new Generated(compile(sources)).codec("a", "A");
    const value = { b: { c: [{ x: [1, 2, 3] }] } };
    expect(codec.decode(codec.encode(value))).toEqual(value);
  });

  it("do not run in circles in a view that has neither of two members computed from each other", () => {
    const { codec } = codecOf(
      "version 2; version 3; state S @1 { mode @1 : u8 from b ? 1 : 0 until 2; b @2 : bool from mode != 0 since 3; }",
      "S",
    );
    expect(() => (codec.view(new Uint8Array(0)) as { b: boolean }).b).not.toThrow(RangeError);
  });

  it("refuse for an older version what only a nested state of a nested state would lose", () => {
    const { codec } = codecOf(
      "version 3; version 4; version 5; state Payload { mode @2 : Unit[..4] until 3; level @7 : Number[..4]?; } state Bar @262 { mode @2 : u8 since 5; } state Number { bar @6 : Bar?; } state Unit { base @3 : Payload; }",
      "Unit",
    );
    expect(() => codec.encode({ base: { level: [{ bar: { mode: 141 } }] } }, { for: 4 })).toThrow("B8303");
  });

  it("evaluate the checks of an older version on members that ended with it", () => {
    const { codec } = codecOf(
      'version 2; version 3; state S @1 { c @2 : C? until 2; check has(c) && c.n == 0 : "x"; } state C { n @1 : u32; }',
      "S",
    );
    expect(() => codec.encode({}, { for: 2 })).toThrow("B8212");
  });
});
