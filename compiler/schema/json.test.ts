import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile } from "../compile.ts";
import { fingerprint } from "./fingerprint.ts";
import { moduleFromJson, moduleToJson } from "./json.ts";
import moduleSchema from "./module.schema.json" with { type: "json" };

const schemas = join(import.meta.dirname, "../../schemas/linux");
const text = `module demo.everything;
  version 1 "6.18"; version 2; version 2.1;
  reads 1..; writes 2..;
  const MOST = 0xffff_ffff_ffff_ffff;
  type Name = string[..16];
  type Address = i64 in -5..5 unit "byte" hex;
  enum E : i8 { minus = -128; gone = 1 until 1; reserved 5..7 "old"; }
  open bits B : u64 { one = 0; range = 4..6 : Level; }
  type Level = u8 in 0..3;
  struct S { a @1 : u8 key; b @2 : cstring[4][2] since 2; c @3 : u16 = 1 since 2.1 ignorable; check a != 3 : "three"; }
  union U { n @1 : none; s @2 : S[..3]; e @3 : E since 2 deprecated "why"; }
  state Key @0x8 { id @1 : u32 key; }
  state T @0x7 ignorable single {
    a @1 : u64 = 0xffff_ffff_ffff_ffff handle; b @2 : B = one; c @3 : Name = "12"; d @4 : bytes[..4] = "00ff"; e @5 : U[]?;
    f @6 : u16 from a > 1 ? 2 : 1 since 2; g @7 : u32 -> Key.id = 0; h @8 : S[] sorted = []; i @9 : bool = true until 1;
    check all(h, a / 2 < 9 || !has(e)) && len(c) >= 0 : "all"; reserved @20..@24;
  }`;

test("a module as JSON is the same module", async () => {
  const { Ajv } = (await import("ajv")).default;
  const valid = new Ajv({ discriminator: true, allowUnionTypes: true }).compile(moduleSchema);
  const sources = readdirSync(schemas)
    .filter((file) => file.endsWith(".baton"))
    .map((file) => ({ path: file, text: readFileSync(join(schemas, file), "utf8") }));
  const { modules, diagnostics } = compile([...sources, { path: "everything.baton", text }]);
  expect(diagnostics.filter((one) => one.severity === "error").map((one) => one.message)).toEqual([]);
  for (const { module, views } of modules.values()) {
    for (const view of [module, ...views.values()]) {
      const json: unknown = JSON.parse(JSON.stringify(moduleToJson(view)));
      expect(valid(json), JSON.stringify(valid.errors)).toBe(true);
      const again = moduleFromJson(json);
      expect(again).toEqual(view);
      expect(fingerprint(again)).toBe(fingerprint(view));
    }
  }
});
