import { describe, expect, it } from "vitest";
import { compileModule, compileTexts, declared, problemsOf } from "../../../test/compiled.ts";
import { worldAt } from "../../compile.ts";
import { typeOfExpression, type ValueType } from "../expression-type.ts";
import type { Expr, Module } from "../ir.ts";

const schema = (lines: string): string => `module m;
version 1; version 2;
const LIMIT = 64;
enum Header : u8 { endpoint = 0; bridge = 1; cardbus = 2; }
open enum Vendor : u16 { intel = 0x8086; }
open bits Command : u16 { io = 0; bus_master = 2; level = 4..6; kind = 8..9 : Header; }
type Pfn = u64 in 0..0xff_ffff_ffff;
state Limits { files @1 : u32; note @2 : string[..8]; deeper @3 : Limits?; }
struct Bar { base @1 : u64; flags @2 : u32; }
union Payload { memfd @1 : Limits; count @2 : u64; nothing @3 : none; }
state S @1 {
  header @1 : Header; vendor @2 : Vendor; command @3 : Command; pfn @4 : Pfn; files @5 : u32; frozen @6 : bool;
  name @7 : string[1..63]; key @8 : bytes[..16]; id @9 : uuid; limits @10 : Limits; bars @11 : Bar[..6]; numbers @12 : i8[2..4];
  payload @13 : Payload; maybe @14 : u8?; others @15 : Limits[..4]; small @16 : u8 in 1..10; old @18 : u16 = 0 until 1;
  ${lines}
}`;

function onlyModule({ modules }: { readonly modules: ReadonlyMap<string, { readonly module: Module }> }): Module {
  const [only] = modules.values();
  if (only === undefined) throw new Error("no module");
  return only.module;
}

/** The one check of `S`. */
function checkOf(expression: string): Expr {
  const { module } = compileModule(schema(`check ${expression} : "?";`));
  const check = declared(module, "state", "S").checks[0];
  if (check === undefined) throw new Error("no check");
  return check.expression;
}

/** What is wrong with a check. */
function wrong(expression: string): readonly string[] {
  return problemsOf(schema(`check ${expression} : "?";`));
}

/** The type of the left side of a comparison. */
function typeOf(expression: string): ValueType {
  const compiled = compileTexts(schema(`check (${expression}) == 0 : "?";`));
  const state = declared(onlyModule(compiled), "state", "S");
  const e = state.checks[0]?.expression;
  if (e?.kind !== "binary") throw new Error("no comparison");
  // The check is of the whole history, so that its retired members are there.
  const world = new Map([...compiled.modules].map(([name, { module }]) => [name, module]));
  return typeOfExpression(world, state, e.left);
}

describe("expressions", () => {
  it.each([
    "header == bridge",
    "endpoint != header",
    "header == Header.bridge",
    "header == m.Header.bridge",
    "vendor == intel",
    "(frozen ? endpoint : cardbus) == header",
    "header == (frozen ? Header.endpoint : cardbus)",
    "(frozen ? endpoint : Header.cardbus) == header",
    "command.bus_master",
    "!command.io && command.level < 8",
    "command.kind == bridge",
    "command & Command.io != 0",
    "command == 0",
    "pfn * 4096 < 0xffff_ffff_ffff",
    "files < LIMIT && files <= m.LIMIT",
    "-files <= 0",
    "~files < 0",
    "files << 3 >> 3 == files",
    "frozen == (files == 0)",
    "frozen ? files > 0 : true",
    'name == "a" || name != "b"',
    "len(name) > 0 && len(key) < 16",
    "key == key && id == id",
    "limits.files > 0",
    'limits.note == ""',
    "has(limits.deeper) && limits.deeper.files > 0",
    "!has(limits.deeper) || !has(limits.deeper.deeper)",
    "len(bars) <= 6 && any(bars, base == 0 && it.flags == 0)",
    "all(numbers, it >= -1)",
    "all(bars, any(numbers, it == flags && files > 0))",
    "payload is memfd && payload.memfd.files > 0",
    "payload is nothing || payload is count",
    "has(maybe) ? maybe < 4 : true",
    "maybe == 4",
    "any(others, files == 0)",
    "any(others, any(others, files == 0))",
    "files % 3 == 1 || files / 3 == 1",
    "files ^ 1 | 2 & 3 == 0",
    "small != 0",
  ])("are right: %s", (expression) => {
    expect(wrong(expression)).toEqual([]);
  });

  it.each([
    ["files", "B6004"],
    ["files + 1", "B6004"],
    ["name", "B6004"],
    ["files == true", "B6003"],
    ["frozen < frozen", "B6002"],
    ["name < name", "B6002"],
    ["header == vendor", "B6003"],
    ["header == io", "B6001"],
    ["files == bridging", "B6001"],
    ["command.bus", "B6010"],
    ["limits.file == 0", "B6010"],
    ["bars.base == 0", "B6010"],
    ["numbers == numbers", "B6002"],
    ["limits == limits", "B6002"],
    ["payload.nothing == 0", "B6010"],
    ["payload is bridge", "B6011"],
    ["files is memfd", "B6002"],
    ["has(files)", "B6002"],
    ["len(files) == 0", "B6002"],
    ["any(name, true)", "B6002"],
    ["any(numbers, it)", "B6002"],
    ["it == 0", "B6001"],
    ["len() == 0", "B6009"],
    ["max(files) == 0", "B6008"],
    ["files / 0 == 0", "B6005"],
    ["files % (LIMIT - 64) == 0", "B6005"],
    ["files << 64 == 0", "B6006"],
    ["files >> -1 == 0", "B6006"],
    ["files << (small + 63) == 0", "B6006"],
    ["frozen ? 1 : true", "B6003"],
    ["files ? true : false", "B6002"],
    ["!files", "B6002"],
    ["-frozen == 0", "B6002"],
    ["frozen + 1 == 2", "B6002"],
    ["frozen && files", "B6002"],
    ["Header.bidge == header", "B4009"],
    ["maybe.x == 0", "B6010"],
    ["(files + 1).x == 0", "B6002"],
  ])("are wrong: %s", (expression, code) => {
    expect(wrong(expression).map((each) => each.slice(0, 5))).toEqual([code]);
  });

  it("know members of elements before those outside, by depth", () => {
    expect(checkOf("any(others, all(bars, files == flags && it.base == pfn))")).toEqual({
      kind: "any",
      list: { kind: "path", depth: 0, steps: [{ kind: "member", id: 15, name: "others" }] },
      each: {
        kind: "all",
        list: { kind: "path", depth: 0, steps: [{ kind: "member", id: 11, name: "bars" }] },
        each: {
          kind: "binary",
          operator: "&&",
          left: {
            kind: "binary",
            operator: "==",
            left: { kind: "path", depth: 2, steps: [{ kind: "member", id: 1, name: "files" }] },
            right: { kind: "path", depth: 1, steps: [{ kind: "member", id: 2, name: "flags" }] },
          },
          right: {
            kind: "binary",
            operator: "==",
            left: { kind: "path", depth: 1, steps: [{ kind: "member", id: 1, name: "base" }] },
            right: { kind: "path", depth: 0, steps: [{ kind: "member", id: 4, name: "pfn" }] },
          },
        },
      },
    });
  });

  it("take a name for what goes with the other side, and report it where a member and a value both do", () => {
    const lines = "bridge @19 : bool; cardbus @20 : u8;";
    expect(problemsOf(schema(`${lines} check header == bridge && bridge : "?";`))).toEqual([]);
    expect(problemsOf(schema(`${lines} check bridge == header && bridge == frozen : "?";`))).toEqual([]);
    expect(problemsOf(schema(`${lines} check header == cardbus : "?";`))).toEqual([
      "B6013 `cardbus` is a member and a value of `Header`",
    ]);
    expect(problemsOf(schema(`${lines} check cardbus == header : "?";`))).toEqual([
      "B6013 `cardbus` is a member and a value of `Header`",
    ]);
    expect(problemsOf(schema(`${lines} check header == Header.cardbus && header == cardbus + 0 : "?";`))).toEqual([]);
  });

  it("turn enum values, constants and bits into numbers", () => {
    expect(checkOf("vendor == intel")).toMatchObject({ right: { kind: "int", value: 0x8086n } });
    expect(checkOf("files == LIMIT")).toMatchObject({ right: { kind: "int", value: 64n } });
    expect(checkOf("command == Command.bus_master")).toMatchObject({ right: { kind: "int", value: 4n } });
    expect(checkOf("payload is count")).toMatchObject({ kind: "is", alternative: { id: 2, name: "count" } });
    expect(checkOf("command.level == 1")).toMatchObject({
      left: {
        kind: "path",
        steps: [{ name: "command" }, { kind: "bits", name: "level", low: 4, high: 6, single: false }],
      },
    });
  });

  it.each<readonly [string, bigint, bigint]>([
    ["files", 0n, 2n ** 32n - 1n],
    ["pfn", 0n, 0xff_ffff_ffffn],
    ["small", 1n, 10n],
    ["header + 0", 0n, 2n],
    ["vendor + 0", 0n, 65535n],
    ["command.level", 0n, 7n],
    ["len(name)", 1n, 63n],
    ["len(numbers)", 2n, 4n],
    ["len(id)", 16n, 16n],
    ["small - 1", 0n, 9n],
    ["small * small", 1n, 100n],
    ["100 / small", 10n, 100n],
    ["files % small", 0n, 9n],
    ["files & 0xff", 0n, 255n],
    ["small | 16", 0n, 31n],
    ["1 << small", 2n, 1024n],
    ["~small", -11n, -2n],
    ["frozen ? small : 300", 1n, 300n],
  ])("know their bounds: %s", (expression, min, max) => {
    expect(typeOf(expression)).toMatchObject({ kind: "int", interval: { min, max } });
  });

  it("are evaluated over views, too", () => {
    const compiled = compileTexts(schema("now @19 : u32 since 2 from old * 2;"));
    const world = worldAt(compiled);
    const state = declared(
      onlyModule({ modules: new Map([...world].map(([name, module]) => [name, { module }])) }),
      "state",
      "S",
    );
    const now = state.members.find(({ name }) => name === "now");
    expect(
      now?.from === undefined || now.from === null ? null : typeOfExpression(world, state, now.from),
    ).toMatchObject({ interval: { min: 0n, max: 131070n } });
  });
});
