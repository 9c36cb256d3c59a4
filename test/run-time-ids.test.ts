import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BatonError, DumpWriter, openDump, type ModuleDescriptor, type StateCodec } from "../runtime/index.ts";
import { baton } from "./terminal.ts";

type Values = Record<string, unknown>;
type Codec = StateCodec<Values, Values>;

interface Build {
  readonly module: ModuleDescriptor;
  readonly [codec: string]: unknown;
}

const runtime = join(import.meta.dirname, "..", "runtime", "index.ts");

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "baton-ids-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), content);
}

/** What is generated for a module. */
async function build(from: string, module: string, ...words: readonly string[]): Promise<Build> {
  const name = `out${++builds}`;
  const options = ["--out", name, "--runtime", runtime, "--import-extension", "ts", ...words];
  expect(await baton(folder, ["compile", from, ...options])).toMatchObject({ status: 0 });
  // What was generated of that module.
  return (await import(join(folder, name, `hv/${module}.ts`))) as Build;
}
let builds = 0;

const codec = (of: Build, name: string): Codec => of[name] as Codec;

/** The values of a dump's records of a state, or why it is refused. */
function taken(by: Build, name: string, dump: Uint8Array): readonly Values[] | string {
  try {
    const open = openDump(dump, { modules: [by.module] });
    return [...open.records()].flatMap((record) =>
      record.type === `hv.x.${name}` ? [record.decode(codec(by, name))] : [],
    );
  } catch (error) {
    if (error instanceof BatonError) return error.message;
    throw error;
  }
}

test.each(["", " ignorable"])(
  "a record of another module under an id that came later is not taken:%s",
  async (ignorable) => {
    const versions = "version 1;";
    write("old/hv/x.baton", `module hv.x; ${versions} state S @1 { a @1 : u8; }`);
    write("old/hv/y.baton", `module hv.y; ${versions} state Y @9${ignorable} { a @1 : u8; }`);
    write(
      "new/hv/x.baton",
      `module hv.x; ${versions} version 2; state S @1 { a @1 : u8; } state T @9 since 2 { a @1 : u8; }`,
    );
    const [x, y] = [await build("old", "x"), await build("old", "y")];
    const dump = new DumpWriter().add(codec(x, "S"), { a: 1 }).add(codec(y, "Y"), { a: 2 }).finish();
    const reader = await build("new", "x");
    const own = new DumpWriter().add(codec(reader, "S"), { a: 1 }).add(codec(reader, "T"), { a: 2 }).finish();
    expect(taken(reader, "T", own)).toEqual([{ a: 2 }]);
    const words = /B8015.*record id 0x9 is not that of hv\.x\.T at version 1/;
    expect(taken(reader, "T", dump)).toMatch(words);
    write("one.dump", dump);
    const { status, output } = await baton(folder, ["preflight", "one.dump", "--reader", "new"]);
    expect([status, output]).toEqual([1, expect.stringMatching(/B8015.*is not that of hv\.x\.T at version 1/)]);
  },
);

test("a branch that was accepted is known by what it had", async () => {
  write(
    "new/hv/x.baton",
    "module hv.x; version 1; version 2; state S @1 { a @1 : u8; } state T @9 since 2 { a @1 : u8; }",
  );
  write("fork/hv/x.baton", "module hv.x; version 1; version 7; state S @1 { a @1 : u8; b @2 : u8 = 0 since 7; }");
  write("fork/hv/y.baton", "module hv.y; version 7; state Y @9 { a @1 : u8; }");
  write("alone/hv/x.baton", "module hv.x; version 1; version 7; state S @1 { a @1 : u8; b @2 : u8 = 0 since 7; }");
  const [x, y] = [await build("fork", "x"), await build("fork", "y")];
  const dump = new DumpWriter().add(codec(x, "S"), { a: 1 }).add(codec(y, "Y"), { a: 2 }).finish();
  const reader = await build("new", "x", "--accept", "alone");
  expect(taken(reader, "T", dump)).toMatch(/B8015.*is not that of hv\.x\.T at version 7/);
});

test("two modules that have an id at a time go into no dump together, and are not read together", async () => {
  write("a/hv/x.baton", "module hv.x; version 1; state Thing @9 { volts @1 : u16; }");
  write("b/hv/y.baton", "module hv.y; version 1; state Other @9 { amps @1 : u16; }");
  const [x, y] = [await build("a", "x"), await build("b", "y")];
  const writer = new DumpWriter().add(codec(x, "Thing"), { volts: 230 });
  expect(() => writer.add(codec(y, "Other"), { amps: 7 }, { instance: 1 })).toThrow(
    "B8308: hv.y.Other: expected records of hv.x.Thing under 0x9, found hv.y.Other",
  );
  const dump = writer.finish();
  expect(() => openDump(dump, { modules: [x.module, y.module] })).toThrow(
    "B8308: modules: expected one state under 0x9, found hv.x.Thing and hv.y.Other",
  );
  expect(taken(x, "Thing", dump)).toEqual([{ volts: 230 }]);
});
