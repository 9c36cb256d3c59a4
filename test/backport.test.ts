import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { CheckResult } from "../compiler/compat/finding.ts";
import { DumpWriter, openDump, type ModuleDescriptor, type StateCodec } from "../runtime/index.ts";
import { check, commit, eachInItsProject, first, folder, git, result, schema, told, write } from "./check-project.ts";
import { baton } from "./terminal.ts";

eachInItsProject();

/** Device with version lines, and with more members. */
const device = (versions: readonly string[], ...members: readonly string[]): string =>
  first
    .replace('version 1 "6.18";', versions.map((one) => `version ${one} "";`).join("\n"))
    .replace('  label @3 : string[..8] = "";\n', (label) => [label, ...members].join("  "));

const call = async (...words: readonly string[]): Promise<string> => {
  const { status, output, messages } = await baton(folder.path, words);
  return `${status} ${output}${messages}`;
};

/** What the release of 2.1 says. */
let advised = "";

interface Build {
  readonly Device: StateCodec<
    object,
    { readonly id: number; readonly depth?: number; readonly bars?: readonly object[] }
  >;
  readonly module: ModuleDescriptor;
}

/** Generates the codecs of the schemas, and loads them. */
async function generated(): Promise<Build> {
  const runtime = join(import.meta.dirname, "..", "runtime", "index.ts");
  expect(await call("compile", "--out", "generated", "--runtime", runtime, "--import-extension", "ts")).toMatch(/^0 /);
  // What was generated of that schema.
  return (await import(join(folder.path, "generated/linux/device.ts"))) as Build;
}

/** The main branch has released 1, 2 and 3, and then the stable branch 2.1 with a member that 3 does not have. */
beforeEach(async () => {
  git("init", "-q");
  for (const versions of [["1"], ["1", "2"], ["1", "2", "3"]]) {
    schema(device(versions));
    await baton(folder.path, ["release"]);
    commit(`release ${versions.length}`);
  }
  git("checkout", "-q", "-b", "stable", "HEAD^");
  schema(device(["1", "2", "2.1"], "depth @4 : u8 = 0 since 2.1;\n"));
  advised = await call("release");
  commit("release 2.1");
  git("checkout", "-q", "main");
});

test("the stable branch goes on with backports", async () => {
  expect(advised).toContain('the next change begins with `version 2.2 "…";`');
  git("checkout", "-q", "stable");
  schema(device(["1", "2", "2.1"], "depth @4 : u8 = 1 since 2.1;\n"));
  expect(await call("lint")).toContain('add `version 2.2 "…";` and give what is new `since 2.2`');
  schema(device(["1", "2", "2.1", "2.2"], "depth @4 : u8 = 0 since 2.1;\n", "width @5 : u8 = 0 since 2.2;\n"));
  const { verdict, status } = await result("--against", "git:main");
  expect([status, verdict]).toEqual([0, "conditional"]);
  expect(await call("check")).toMatch(/^0 /);
  expect(await call("release")).toContain('`version 2.3 "…";`');
});

test("a backport that is younger than a release is written down as the messages say, and judged as it is", async () => {
  git("checkout", "stable", "--", "released");
  expect(await call("lint")).toContain('= help: add `version 2.1 "…";` at its place');
  schema(device(["1", "2", "2.1", "3"]));
  expect(await call("lint")).toContain("= help: write `depth @4 : … since 2.1;`");
  schema(device(["1", "2", "2.1", "3"], "depth @4 : u8 = 0 since 2.1;\n"));
  expect(await call("lint")).toContain('= help: version 3 was released before 2.1: add `version 4 "…";`');
  schema(device(["1", "2", "2.1", "3", "4"], "depth @4 : u8 = 0 since 2.1;\n"));
  expect(await call("lint")).toContain("0 no errors");
  const judged = await result("--matrix");
  expect([...told(judged)].sort().reverse()).toEqual([
    "warning MEMBER_ADDED rollback 4->3 conditional",
    "warning MEMBER_ADDED rollback 4->2 conditional",
    "warning MEMBER_ADDED rollback 4->1 conditional",
    "info MEMBER_ADDED upgrade 3->4 always",
    "info MEMBER_ADDED upgrade 2->4 always",
    "info MEMBER_ADDED upgrade 1->4 always",
  ]);
  const cells = judged.matrix.map(({ writer, reader, verdict }) => `${writer}->${reader} ${verdict}`);
  expect(cells).toEqual(expect.arrayContaining(["2.1->4 always", "4->2.1 always", "2.1->3 never"]));
  expect((await check("--against", "git:main")).status).toBe(0);
  expect((await check("--from", "git:stable", "--to", "schemas")).status).toBe(0);
});

test("what was merged is compiled, and written for each version as its release has it", async () => {
  git("checkout", "stable", "--", "released");
  schema(device(["1", "2", "2.1", "3", "4"], "depth @4 : u8 = 0 since 2.1;\n"));
  write("deep.json", '{"id": 1, "depth": 5}');
  const encode = async (version: string): Promise<string> =>
    await call("encode", "--type", "Device", "--for", version, "deep.json", "-o", `${version}.dump`);
  expect(await encode("3")).toMatch(/^1 .*B8303[^]*depth/);
  expect(await encode("2")).toMatch(/^1 /);
  expect(await encode("2.1")).toMatch(/^0 /);
  expect(await call("decode", "2.1.dump", "--reader", "schemas", "--format", "ndjson")).toContain('"depth":5');
  expect(await call("preflight", "2.1.dump", "--reader", "schemas", "--reader", "git:main")).toMatch(
    /^1 .*taken by schemas[^]*refused by git:main/,
  );
  // Generated code tells versions apart in the same way.
  const { Device } = await generated();
  const written = (version: number | string): Uint8Array =>
    new DumpWriter({ for: version }).add(Device, { id: 1, depth: 5 }).finish();
  expect(written("2.1").length).toBeGreaterThan(0);
  expect(() => written(3)).toThrow(/depth/);
  expect(await call("release")).toContain("released linux.device 4");
  expect((await check("--from", "git:stable", "--to", "schemas")).status).toBe(0);
});

test("the main branch leaves what it does not want to the backports, without a version of its own", async () => {
  git("checkout", "stable", "--", "released");
  schema(device(["1", "2", "2.1", "3"], "depth @4 : u8 = 0 since 2.1 until 2;\n"));
  expect(told(await result())).toEqual([
    "warning MEMBER_RETIRED upgrade 2.1->3 conditional",
    "info MEMBER_RETIRED rollback 3->2.1 always",
  ]);
});

test("an id that both branches gave to something else is reused", async () => {
  schema(device(["1", "2", "3", "4"], "height @4 : u8 = 0 since 4;\n"));
  expect(told(await result("--from", "git:stable", "--to", "schemas"))).toContain(
    "error MEMBER_REUSED upgrade old->new corrupting",
  );
  schema(device(["1", "2", "3", "4"], "depth @4 : u8 = 0 since 4;\n"));
  expect(told(await result("--from", "git:stable", "--to", "schemas"))).toEqual([]);
});

describe("a backport that appends to a struct", () => {
  /** Device with rows of a struct that has more members. */
  const rows = (versions: readonly string[], ...members: readonly string[]): string =>
    `${device(versions, "bars @5 : Bar[..4] = [];\n")}\n/// A bar.\nstruct Bar {\n  base @1 : u64;\n  size @2 : u32;\n  ${members.join("\n  ")}\n}\n`;

  /** Two releases; then on the main branch one with a member, and on the stable branch a backport with another. */
  async function branches(main: readonly string[], stable: string): Promise<void> {
    rmSync(join(folder.path, ".git"), { recursive: true });
    rmSync(join(folder.path, "released"), { recursive: true });
    git("init", "-q");
    for (const versions of [["1"], ["1", "2"], ["1", "2", "3"]]) {
      schema(rows(versions, ...(versions.length === 3 ? main : [])));
      await baton(folder.path, ["release"]);
      commit(`release ${versions.length}`);
    }
    git("checkout", "-q", "-b", "stable", "HEAD^");
    schema(rows(["1", "2", "2.1"], stable));
    expect(await call("release")).toMatch(/^0 /);
    commit("release 2.1");
    git("checkout", "-q", "main");
    git("checkout", "stable", "--", "released");
  }

  const all = ["1", "2", "2.1", "3", "4"];
  const cellsOf = ({ matrix }: CheckResult): readonly string[] =>
    matrix.map(
      ({ writer, reader, verdict, corrupting }) => `${writer}->${reader} ${corrupting ? "corrupting" : verdict}`,
    );

  test("is at the same place for all where the main branch appended nothing", async () => {
    await branches([], "depth @4 : u64 = 0 since 2.1;");
    schema(rows(all, "depth @4 : u64 = 0 since 2.1;"));
    const judged = await result("--matrix");
    expect(judged.status).toBe(0);
    expect(cellsOf(judged)).toEqual(expect.arrayContaining(["2.1->4 always", "3->4 always", "4->2.1 always"]));
  });

  test("is at the same place for all where it fits into padding", async () => {
    await branches(["flags @3 : u64 = 0 since 3;"], "depth @4 : u32 = 0 since 2.1;");
    schema(rows(all, "depth @4 : u32 = 0 since 2.1;", "flags @3 : u64 = 0 since 3;"));
    const judged = await result("--matrix");
    expect(judged.status).toBe(0);
    expect(cellsOf(judged)).toEqual(expect.arrayContaining(["2.1->4 always", "3->4 always", "4->3 conditional"]));
  });

  test("takes the place of what the main branch appended: one of the two cannot be read", async () => {
    const [flags, depth] = ["flags @3 : u64 = 0 since 3;", "depth @4 : u64 = 0 since 2.1;"];
    await branches([flags], depth);
    schema(rows(all, flags, depth));
    expect(await call("lint")).toContain("B5004");
    schema(rows(all, depth, flags));
    const judged = await result("--matrix");
    expect(judged.status).toBe(1);
    expect(cellsOf(judged)).toEqual(
      expect.arrayContaining(["2.1->4 always", "3->4 corrupting", "4->3 conditional", "4->2.1 conditional"]),
    );
    const [worst] = judged.findings;
    expect([worst?.rule, worst?.fix]).toEqual([
      "STRUCT_MEMBER_INSERTED",
      "leave the versions that were released without it out of `reads`: 2.1 has it where they have other members",
    ]);
    // Each is written as its own branch has it, and what no longer can be read is refused before the first row.
    const runtime = await generated();
    const written = (version: number | string, bar: object): Uint8Array =>
      new DumpWriter({ for: version }).add(runtime.Device, { id: 1, bars: [{ base: 5n, size: 6, ...bar }] }).finish();
    writeFileSync(join(folder.path, "3.dump"), written(3, { flags: 7n }));
    writeFileSync(join(folder.path, "2.1.dump"), written("2.1", { depth: 7n }));
    expect(() => written(3, { depth: 7n })).toThrow(/depth/);
    const decode = async (file: string, reader: string): Promise<string> =>
      await call("decode", file, "--reader", reader, "--format", "ndjson");
    expect(await decode("3.dump", "git:main")).toContain('"flags":"7"');
    expect(await decode("2.1.dump", "git:stable")).toContain('"depth":"7"');
    expect(await decode("2.1.dump", "schemas")).toContain('"depth":"7"');
    expect(await decode("3.dump", "schemas")).toMatch(/^1 [^]*B8024/);
    expect(() => openDump(written(3, { flags: 7n }), { modules: [runtime.module] })).toThrow(/B8024/);
    schema(rows(all, depth, flags).replace('version 4 "";', 'version 4 "";\nreads 1..2, 4;\nwrites 1..2, 4;'));
    expect(await call("check")).toMatch(/^0 /);
  });
});
