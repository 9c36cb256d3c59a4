import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compileModule, compileTexts, declared, viewAt } from "../../test/compiled.ts";
import { worldAt } from "../compile.ts";
import type { World } from "./ir.ts";
import { fixedSize, layoutOf } from "./layout.ts";

/** The same structs for Baton and for C: `#` stands for the names of members. */
const structs = [
  { name: "Bytes", members: ["u8", "u16", "u8", "u32", "u8", "u64", "u8"] },
  { name: "Signed", members: ["i8", "i64", "i16", "i32"] },
  { name: "Odd", members: ["u8[3]", "u16", "bytes[5]", "u64[2]", "bool"] },
  { name: "Small", members: ["u8", "u8"] },
  { name: "Text", members: ["cstring[7]", "u32", "uuid", "bool"] },
  { name: "Flat", members: ["bytes[1]"] },
  { name: "Inner", members: ["u8", "u32"] },
  { name: "Outer", members: ["u8", "Inner", "u8", "Inner[3]", "u64"] },
  { name: "Named", members: ["Mode", "Flags", "Wide", "Frame"] },
  { name: "Tail", members: ["u64", "u8"] },
] as const;

const declarations = `module m;
enum Mode : u16 { idle = 0; }
open bits Flags : u32 { one = 0; }
open enum Wide : i64 { zero = 0; }
type Frame = u64;
${structs.map(({ name, members }) => `struct ${name} { ${members.map((type, i) => `m${i} @${i + 1} : ${type};`).join(" ")} }`).join("\n")}
`;

const inC: Readonly<Record<string, string>> = {
  ...{ u8: "uint8_t", u16: "uint16_t", u32: "uint32_t", u64: "uint64_t", bool: "uint8_t", Frame: "uint64_t" },
  ...{
    i8: "int8_t",
    i16: "int16_t",
    i32: "int32_t",
    i64: "int64_t",
    Mode: "uint16_t",
    Flags: "uint32_t",
    Wide: "int64_t",
  },
};

/** A member as C declares it. */
function memberInC(type: string, name: string): string {
  const [, base = "", count] = /^(\w+)(?:\[(\d+)\])?$/.exec(type) ?? [];
  if (base === "uuid") return `uint8_t ${name}[16];`;
  if (base === "bytes" || base === "cstring") return `char ${name}[${count}];`;
  return `${inC[base] ?? `struct ${base}`} ${name}${count === undefined ? "" : `[${count}]`};`;
}

function layouts(): unknown {
  const compiled = compileTexts(declarations);
  const world = worldAt(compiled);
  return structs.map(({ name }) => {
    const { size, align, members } = layoutOf(world, { kind: "named", module: "m", name });
    return { name, size, align, offsets: members.map(({ offset }) => offset), sizes: members.map((each) => each.size) };
  });
}

/** What the C compiler says of the same structs. */
function layoutsOfC(): unknown {
  const folder = mkdtempSync(join(tmpdir(), "baton-layout-"));
  try {
    const lines = structs.flatMap(({ name, members }) => [
      `printf("%zu %zu", sizeof(struct ${name}), _Alignof(struct ${name}));`,
      ...members.map(
        (_, i) => `printf(" %zu:%zu", offsetof(struct ${name}, m${i}), sizeof(((struct ${name} *)0)->m${i}));`,
      ),
      `puts("");`,
    ]);
    const types = structs.map(
      ({ name, members }) => `struct ${name} { ${members.map((type, i) => memberInC(type, `m${i}`)).join(" ")} };`,
    );
    const source = [
      "#include <stddef.h>",
      "#include <stdint.h>",
      "#include <stdio.h>",
      ...types,
      "int main(void) {",
      ...lines,
      "}",
    ];
    writeFileSync(join(folder, "layout.c"), source.join("\n"));
    execFileSync("gcc", ["-std=c11", "-o", join(folder, "layout"), join(folder, "layout.c")]);
    const output = execFileSync(join(folder, "layout"), { encoding: "utf8" }).trim().split("\n");
    return structs.map(({ name }, i) => {
      const [size = "", align = "", ...members] = (output[i] ?? "").split(" ");
      const parts = members.map((each) => each.split(":").map(Number));
      return {
        name,
        size: Number(size),
        align: Number(align),
        offsets: parts.map((each) => each[0]),
        sizes: parts.map((each) => each[1]),
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const hasCompiler =
  spawnSync("gcc", ["--version"]).status === 0 && (process.arch === "x64" || process.arch === "arm64");

describe("layout", () => {
  it.runIf(hasCompiler)("is what the C compiler makes of the same struct", () => {
    expect(layouts()).toEqual(layoutsOfC());
  });

  it("is what C says on x86-64 and arm64, where there is no C compiler to ask", () => {
    const world = worldAt(compileTexts(declarations));
    const of = (name: string): readonly number[] => {
      const { size, align, end, members } = layoutOf(world, { kind: "named", module: "m", name });
      return [size, align, end, ...members.map(({ offset }) => offset)];
    };
    expect(of("Bytes")).toEqual([32, 8, 25, 0, 2, 4, 8, 12, 16, 24]);
    expect(of("Outer")).toEqual([48, 8, 48, 0, 4, 12, 16, 40]);
    expect(of("Tail")).toEqual([16, 8, 9, 0, 8]);
    expect(of("Flat")).toEqual([1, 1, 1, 0]);
  });

  it("grows from version to version, and what was there stays where it was", () => {
    const module = compileModule(`module m; version 1; version 2; version 3;
struct S { a @1 : u64; b @2 : u8; c @3 : u8 since 2; d @4 : u32 since 2; e @5 : u64 since 3; }`);
    const at = (version: string): readonly (readonly [number, number, number])[] => {
      const view = viewAt(module, version);
      const { stride, end, members } = layoutOf(new Map([["m", view]]), declared(view, "struct", "S"));
      return [
        [stride, end, members.length],
        ...members.map(({ offset, size, member }) => [offset, size, member.id] as const),
      ];
    };
    expect(at("1")).toEqual([
      [16, 9, 2],
      [0, 8, 1],
      [8, 1, 2],
    ]);
    expect(at("2")).toEqual([
      [16, 16, 4],
      [0, 8, 1],
      [8, 1, 2],
      [9, 1, 3],
      [12, 4, 4],
    ]);
    expect(at("3")).toEqual([
      [24, 24, 5],
      [0, 8, 1],
      [8, 1, 2],
      [9, 1, 3],
      [12, 4, 4],
      [16, 8, 5],
    ]);
  });

  it("knows which types always take the same bytes", () => {
    const world: World = worldAt(
      compileTexts(
        "module m; struct S { a @1 : u16; b @2 : u8; } type T = bytes[5]; state N { a @1 : u8; } union U { a @1 : u8; }",
      ),
    );
    const named = (name: string): ReturnType<typeof fixedSize> =>
      fixedSize(world, { kind: "named", module: "m", name });
    expect(fixedSize(world, { kind: "bytes", min: 3, max: 3 })).toEqual({ size: 3, align: 1 });
    expect(fixedSize(world, { kind: "bytes", min: 0, max: 3 })).toBeNull();
    expect(fixedSize(world, { kind: "string", min: 3, max: 3 })).toBeNull();
    expect(
      fixedSize(world, { kind: "list", element: { kind: "int", width: 32, signed: false }, min: 3, max: 3 }),
    ).toEqual({ size: 12, align: 4 });
    expect(fixedSize(world, { kind: "optional", element: { kind: "bool" } })).toBeNull();
    expect(named("S")).toMatchObject({ size: 4, align: 2 });
    expect(named("T")).toEqual({ size: 5, align: 1 });
    expect([named("N"), named("U"), named("Nobody")]).toEqual([null, null, null]);
  });
});
