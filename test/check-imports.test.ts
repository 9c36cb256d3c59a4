import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CheckResult } from "../compiler/compat/finding.ts";
import { baton, folderWith, type Called } from "./terminal.ts";

/** A module without a record of its own: what a change of it does is seen where it is used, and nowhere else. */
const part = `/// Parts.
module linux.part;

version 1;

/// A part.
state Part { id @1 : u32; mode @2 : u8 = 0; }
`;

const device = `/// Devices.
module linux.device;

import linux.part;

version 1;

/// A device.
state Device @0x10 { id @1 : u32 key; part @2 : Part; }
`;

const corrupting = part.replace("version 1;", "version 1;\nversion 2;").replace("u8 = 0", "u8 = 1");

let folder: ReturnType<typeof folderWith>;
beforeEach(() => {
  const files = { "schemas/linux/device.baton": device, "schemas/linux/part.baton": part };
  folder = folderWith({ "baton.json": '{"roots": ["schemas"], "out": {"ts": "generated"}}', ...files });
});
afterEach(() => folder.remove());

const write = (name: string, content: string): void => {
  mkdirSync(join(folder.path, name, ".."), { recursive: true });
  writeFileSync(join(folder.path, name), content);
};
const call = async (...words: readonly string[]): Promise<Called> => await baton(folder.path, words);

async function check(...words: readonly string[]): Promise<CheckResult & { readonly status: number }> {
  const { status, output, messages } = await call("check", ...words, "--format", "json");
  expect(messages).toBe("");
  return { ...(JSON.parse(output) as CheckResult), status };
}

/** The entries of a list in generated code, without fingerprints. */
function listIn(module: string, name: string): string {
  const text = readFileSync(join(folder.path, `generated/linux/${module}.ts`), "utf8");
  const match = new RegExp(` ${name}: \\[(.*?)\\],\\n {2}\\w`, "s").exec(text);
  return (match?.[1] ?? "none").replace(/"[0-9a-f]{64}"/g, '"…"').replace(/\s+/g, " ");
}

describe("a module that stays at its released version while an import changes", () => {
  beforeEach(async () => {
    await call("release");
    write("schemas/linux/part.baton", corrupting);
  });

  test("is held against its release, with the imports that that was made with", async () => {
    const { status, verdict, findings, matrix } = await check();
    expect([status, verdict]).toEqual([1, "never"]);
    expect(findings[0]).toMatchObject({
      ...{ rule: "IMPORT_CHANGED", corrupting: true, path: "linux.device.Device.part", writer: 1, reader: 1 },
      ...{ old: { file: "released/linux.device/1.json" }, new: { file: "schemas/linux/device.baton", line: 9 } },
    });
    const own = matrix.filter(({ module }) => module === "linux.device");
    expect(own.map(({ direction, writer, reader }) => `${direction} ${writer}->${reader}`)).toEqual([
      "upgrade 1->1",
      "rollback 1->1",
    ]);
    expect((await call("check", "--matrix")).output).toContain("writer \\ reader  1\n  1                CORRUPTING\n");
  });

  test("keeps the import from being released", async () => {
    const { status, messages } = await call("release", "linux.part");
    expect([status, messages]).toEqual([
      1,
      expect.stringMatching(/^corrupting\[IMPORT_CHANGED\][^]*nothing was released/),
    ]);
  });

  test("is compiled so that dumps with the import's version are not opened", async () => {
    expect((await call("compile")).status).toBe(0);
    expect(listIn("part", "reads")).toBe('{ version: 2, fingerprint: "…" }');
    expect(listIn("part", "never")).toContain("linux.part.Part.mode");
    expect(listIn("device", "reads")).toBe('{ version: 1, fingerprint: "…" }');
  });

  test("does not take dumps of before in `preflight`, as its codecs do not", async () => {
    write("old/linux/part.baton", part);
    write("old/linux/device.baton", device);
    const input = '{"id": 1, "part": {"id": 1}}';
    await baton(folder.path, ["encode", "--type", "Device", "--schema", "old", "-o", "old.dump"], { input });
    const { status, output } = await call("preflight", "old.dump", "--reader", "schemas", "--reader", "old");
    expect(status).toBe(1);
    expect(output).toMatch(
      /^old\.dump: refused by schemas .*\n {2}\[B8024\] manifest\.modules\S*: .*linux\.part\.Part\.mode.*\n.*taken by old/,
    );
  });
});

describe("a module that stays at its released version while an import has been released since", () => {
  beforeEach(async () => {
    await call("release");
    const next = part
      .replace("version 1;", "version 1;\nversion 2;")
      .replace("= 0; }", "= 0; more @3 : u8 = 0 since 2; }");
    write("schemas/linux/part.baton", next);
    await call("release");
    const last = next.replace("version 2;", "version 2;\nversion 3;").replace("mode @2 : u8 = 0", "mode @2 : u8 = 1");
    write("schemas/linux/part.baton", last);
  });

  test("is held against builds with each of these releases", async () => {
    const { status, findings } = await check();
    expect(status).toBe(1);
    const corrupted = findings.filter(({ module, corrupting: is }) => module === "linux.device" && is);
    expect(corrupted.map(({ writer, reader }) => `${writer} -> ${reader}`).sort()).toEqual([
      "1 -> 1",
      "1 with linux.part 2 -> 1",
    ]);
  });

  test("is compiled so that dumps with none of them are opened", async () => {
    expect((await call("compile")).status).toBe(0);
    expect(listIn("part", "reads")).toBe('{ version: 3, fingerprint: "…" }');
  });
});

test("a module that is released as it is, and nothing else, is held against its release", async () => {
  await call("release");
  expect(await check()).toMatchObject({ status: 0, verdict: "always", compared: { modules: 2, pairs: 4 } });
});

test("a branch is not accepted where a shared module uses another version of an import there", async () => {
  write("branch/linux/device.baton", device);
  write("branch/linux/part.baton", part.replace("version 1;", "version 1;\nversion 7;").replace("u8 = 0", "u8 = 1"));
  const { status, messages } = await call("compile", "--accept", "branch");
  expect([status, messages]).toEqual([
    1,
    expect.stringMatching(/^corrupting\[IMPORT_CHANGED\][^]*`linux\.device` 1 of `branch`/),
  ]);
});

describe("an older version while an import was released on, and changed since", () => {
  const parts = (versions: readonly number[], member: string): string =>
    part
      .replace("version 1;", versions.map((one) => `version ${one};`).join("\n"))
      .replace("mode @2 : u8 = 0; }", `${member} }`);
  const devices = (versions: readonly number[]): string =>
    device
      .replace("version 1;", versions.map((one) => `version ${one};`).join("\n"))
      .replace("part @2 : Part; }", `part @2 : Part; ${versions.length > 1 ? "more @3 : u8 = 0 since 2; " : ""}}`);

  /** Devices 1 with parts 1, then parts 2, then devices 2 and parts 3 are worked on. */
  beforeEach(async () => {
    write("schemas/linux/part.baton", parts([1], ""));
    await call("release");
    write("schemas/linux/part.baton", parts([1, 2], "mode @2 : u8 = 0 since 2;"));
    await call("release");
    const input = '{"id": 1, "part": {"id": 2}}';
    await baton(folder.path, ["encode", "--type", "Device", "-o", "between.dump"], { input });
    write("schemas/linux/device.baton", devices([1, 2]));
  });

  test("is held against the builds that had it with that import", async () => {
    write("schemas/linux/part.baton", parts([1, 2, 3], "mode @2 : u8 = 1 since 2;"));
    const { status, findings } = await check();
    expect(status).toBe(1);
    const corrupted = findings.filter(({ corrupting: is }) => is);
    expect(corrupted.map(({ module, writer, reader }) => `${module} ${writer} -> ${reader}`)).toEqual([
      "linux.device 1 with linux.part 2 -> 2",
    ]);
    expect((await call("compile")).status).toBe(0);
    expect(listIn("part", "never")).toContain("linux.part.Part.mode");
    const preflight = await call("preflight", "between.dump", "--reader", "schemas");
    expect([preflight.status, preflight.output]).toEqual([1, expect.stringMatching(/refused by schemas[^]*B8024/)]);
    expect((await call("release")).messages).toContain("nothing was released");
  });

  test("is held against the build with what the import is still", async () => {
    const { status, matrix } = await check("--matrix");
    expect(status).toBe(0);
    const own = matrix.filter(({ module }) => module === "linux.device");
    expect(own.map(({ writer, reader, verdict }) => `${writer} -> ${reader} ${verdict}`)).toEqual([
      "1 -> 2 always",
      "2 -> 1 conditional",
      "1 with linux.part 2 -> 2 always",
      "2 -> 1 with linux.part 2 conditional",
    ]);
  });

  test("is not held against builds of the time after it", async () => {
    await call("release", "linux.device");
    write("schemas/linux/part.baton", parts([1, 2, 3], "mode @2 : u8 = 1 since 2;"));
    const { findings } = await check();
    expect(findings.filter(({ writer, corrupting: is }) => is && writer !== 2)).toEqual([]);
  });
});

describe("what an import imports", () => {
  const corrupted = async (): Promise<readonly string[]> =>
    (await check()).findings.flatMap(({ module, writer, reader, corrupting: is }) =>
      is && module === "linux.device" ? [`${writer} -> ${reader}`] : [],
    );
  /** Parts of cores; a part names what it holds of the core. */
  const partOf = (versions: string, type: string): string =>
    `/// Parts.\nmodule linux.part;\n\nimport linux.core;\n\n${versions}\n\n/// A part.\nstate Part { id @1 : u32; core @2 : ${type}; }\n`;
  const core = (versions: string, member: string, rest = ""): string =>
    `/// Cores.\nmodule linux.core;\n\n${versions}\n\n/// A core.\nstate Core { id @1 : u32; ${member} }\n${rest}`;
  const [one, two, three] = ["version 1;", "version 1;\nversion 2;", "version 1;\nversion 2;\nversion 3;"];

  beforeEach(async () => {
    write("schemas/linux/part.baton", partOf(one, "Core"));
    write("schemas/linux/core.baton", core(one, ""));
    await call("release");
  });

  test("makes builds of its own where it is released while nothing else is", async () => {
    write("schemas/linux/core.baton", core(two, "mode @2 : u8 = 0 since 2;"));
    await call("release");
    write("schemas/linux/core.baton", core(three, "mode @2 : u8 = 1 since 2;"));
    expect(await corrupted()).toEqual(["1 with linux.core 2 -> 1"]);
  });

  test("is in a build at the version that the import was released with", async () => {
    const both = device.replace("import linux.part;", "import linux.core;\nimport linux.part;");
    write("schemas/linux/device.baton", both.replace("part @2 : Part;", "part @2 : Part; core @3 : Core?;"));
    rmSync(join(folder.path, "released/linux.device"), { recursive: true });
    await call("release");
    const second = "/// More of it.\nstate More since 2 { id @1 : u32; mode @2 : u8 = 0; }\n";
    write("schemas/linux/core.baton", core(two, "", second));
    write(
      "schemas/linux/part.baton",
      partOf(two, "Core").replace("core @2 : Core;", "core @2 : Core; more @3 : More? since 2;"),
    );
    await call("release");
    write("schemas/linux/core.baton", core(three, "", second.replace("= 0", "= 1")));
    expect(await corrupted()).toEqual(["1 with linux.part 2 -> 1"]);
  });
});
