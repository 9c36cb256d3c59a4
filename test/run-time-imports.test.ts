import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BatonError, DumpWriter, openDump, type ModuleDescriptor, type StateCodec } from "../runtime/index.ts";
import { baton } from "./terminal.ts";

type Values = Record<string, unknown>;

interface Build {
  readonly module: ModuleDescriptor;
  readonly S: StateCodec<Values, Values>;
}

const runtime = join(import.meta.dirname, "..", "runtime", "index.ts");

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "baton-imports-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), content);
}

/** A module that holds types of another, and that one. */
function writeModules(of: {
  readonly user: string;
  readonly base: string;
  readonly versions: readonly [number, number];
}): void {
  const versions = (last: number): string => Array.from({ length: last }, (_, i) => `version ${i + 1};`).join(" ");
  write("hv/x.baton", `module hv.x; import hv.t; ${versions(of.versions[0])} ${of.user}`);
  write("hv/t.baton", `module hv.t; ${versions(of.versions[1])} ${of.base}`);
}

async function build(name: string): Promise<Build> {
  const words = ["compile", "--out", name, "--runtime", runtime, "--import-extension", "ts"];
  expect(await baton(folder, words)).toMatchObject({ status: 0 });
  // What was generated of those modules.
  return (await import(join(folder, name, "hv/x.ts"))) as Build;
}

/** What a build makes of a dump, or why it is refused. */
function taken(by: Build, dump: Uint8Array): Values | string {
  try {
    return openDump(dump, { modules: [by.module] }).one(by.S);
  } catch (error) {
    if (error instanceof BatonError) return error.message;
    throw error;
  }
}

test.each([
  [
    "another default",
    "state S @1 { t @1 : V; }",
    "state V { a @1 : u32 = 1; b @2 : u8; }",
    ["a @1 : u32 = 1", "a @1 : u32 = 2"],
    { t: { b: 7 } },
    true,
  ],
  [
    "rows in another order",
    "state S @1 { t @1 : V[..3]; }",
    "struct V { a @1 : u8; b @2 : u8; }",
    ["a @1 : u8; b @2 : u8;", "b @2 : u8; a @1 : u8;"],
    { t: [{ a: 1, b: 2 }] },
    true,
  ],
  ["another unit", "state S @1 { t @1 : V; }", 'type V = u32 unit "us";', ['"us"', '"ns"'], { t: 5 }, false],
  [
    "two values that changed places",
    "state S @1 { t @1 : V; }",
    "enum V : u8 { p = 0; q = 1; }",
    ["p = 0; q = 1;", "q = 0; p = 1;"],
    { t: 1 },
    false,
  ],
] as const)(
  "a type of another module that means something else is refused before it is read: %s",
  async (_, user, base, [from, to], value, handedBack) => {
    write("baton.json", '{"roots": ["."]}');
    writeModules({ user, base, versions: [1, 1] });
    const old = await build("old");
    expect(await baton(folder, ["release"])).toMatchObject({ status: 0 });
    const dump = new DumpWriter().add(old.S, value).finish();
    // The user says nothing new, under a new version or not.
    for (const [name, version] of [
      ["kept", 1],
      ["raised", 2],
    ] as const) {
      writeModules({ user, base: base.replace(from, to), versions: [version, 2] });
      expect(await baton(folder, ["check", "hv/x.baton"])).toMatchObject({ status: 1 });
      const now = await build(name);
      expect(taken(now, dump)).toMatch(
        /^B8024: hv\.t: written by hv\.t 1, which this reader never takes: .*\[[A-Z_]+\]/,
      );
      expect(taken(old, new DumpWriter().add(now.S, value).finish())).toMatch(/^B8016: hv\.t/);
      const versions = version === 1 ? { "hv.t": 1 } : { "hv.x": 1, "hv.t": 1 };
      write("one.json", JSON.stringify(value));
      const asked = Object.entries(versions).map(([module, at]) => `${module}=${at}`);
      const words = [
        "encode",
        "one.json",
        "--schema",
        ".",
        "--type",
        "hv.x.S",
        "--for",
        asked.join(),
        "-o",
        "back.dump",
      ];
      const encoded = await baton(folder, words);
      const writer = (): Uint8Array => new DumpWriter({ for: versions }).add(now.S, value).finish();
      if (handedBack) {
        expect(taken(old, writer())).toMatchObject(value);
        expect(encoded).toMatchObject({ status: 0 });
      } else {
        expect(writer).toThrow(/^B8304: hv\.t: 1 \(.*\[[A-Z_]+\]\) is no version to write for/);
        expect([encoded.status, encoded.messages]).toEqual([2, expect.stringMatching(/B8304.*hv\.t: 1 \(/)]);
      }
      write("one.dump", dump);
      const { status, output } = await baton(folder, ["preflight", "one.dump", "--reader", "."]);
      expect([status, output]).toEqual([1, expect.stringMatching(/B8024.*hv\.t/)]);
    }
  },
);

test("a version that said the same with imports that work is taken, and not with others", async () => {
  write("baton.json", '{"roots": ["."]}');
  const [user, base] = ["state S @1 { t @1 : V; }", "state V { a @1 : u32 = 1; b @2 : u8; }"];
  const builds: Build[] = [];
  for (const [i, text] of [base, base.replace("= 1", "= 2")].entries()) {
    writeModules({ user, base: text, versions: [i + 1, i + 1] });
    builds.push(await build(`out${i}`));
    // What breaks is released nevertheless, by an exception.
    const exceptions = [
      { rule: "IMPORT_CHANGED", path: "hv.x.S.t", reason: "nobody runs version 1" },
      { rule: "DEFAULT_CHANGED", path: "hv.t.V.a", reason: "nobody runs version 1" },
    ];
    if (i === 1) write("baton.json", JSON.stringify({ roots: ["."], exceptions }));
    expect(await baton(folder, ["release"])).toMatchObject({ status: 0 });
  }
  const later = user.replace("V;", "V; c @2 : u8 = 0 since 3;");
  writeModules({ user: later, base: base.replace("= 1", "= 2"), versions: [3, 2] });
  const now = await build("now");
  const [first, second] = builds.map((one) => taken(now, new DumpWriter().add(one.S, { t: { b: 7 } }).finish()));
  expect(first).toMatch(/^B8024: hv\.t: written by hv\.t 1, /);
  expect(second).toEqual({ t: { a: 2, b: 7 }, c: 0 });
});
