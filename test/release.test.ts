import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import releaseSchema from "../compiler/schema/release.schema.json" with { type: "json" };
import { asNobody, baton, folderWith, type Called } from "./terminal.ts";

const domain = `/// Domains.
module linux.domain;

version 1 "6.18";

/// A domain.
state Domain @0x11 { id @1 : u32 key; }
`;

const device = `/// Devices.
module linux.device;

import linux.domain;

version 1 "6.18";

/// A device.
state Device @0x10 {
  id     @1 : u32 key;
  width  @2 : u16 = 0;
  domain @3 : Domain?;
}
`;

let folder: ReturnType<typeof folderWith>;
beforeEach(() => {
  const files = { "schemas/linux/device.baton": device, "schemas/linux/domain.baton": domain };
  folder = folderWith({ "baton.json": '{"roots": ["schemas"], "out": {"ts": "generated"}}', ...files });
});
afterEach(() => folder.remove());

const write = (name: string, content: string): void => {
  mkdirSync(join(folder.path, name, ".."), { recursive: true });
  writeFileSync(join(folder.path, name), content);
};
const read = (name: string): string => readFileSync(join(folder.path, name), "utf8");
const call = async (...words: readonly string[]): Promise<Called> => await baton(folder.path, words);
const release = async (...words: readonly string[]): Promise<Called> => await call("release", ...words);

describe("baton release", () => {
  test("freezes every draft, says what to write next, and does nothing the second time", async () => {
    const { status, messages, output } = await release();
    expect([status, output]).toEqual([0, ""]);
    expect(messages).toBe(`released linux.device 1: released/linux.device/1.json
  the next change begins with \`version 2 "…";\` in schemas/linux/device.baton
released linux.domain 1: released/linux.domain/1.json
  the next change begins with \`version 2 "…";\` in schemas/linux/domain.baton
`);
    const json: unknown = JSON.parse(read("released/linux.device/1.json"));
    const fits = new Ajv({ discriminator: true, allowUnionTypes: true }).compile(releaseSchema);
    expect(fits(json), JSON.stringify(fits.errors)).toBe(true);
    expect(json).toMatchObject({ module: "linux.device", version: 1, imports: { "linux.domain": 1 } });
    const { mtimeMs } = statSync(join(folder.path, "released/linux.device/1.json"));
    expect(await release()).toMatchObject({
      status: 0,
      messages: expect.stringContaining("linux.device 1 is released already"),
    });
    expect(statSync(join(folder.path, "released/linux.device/1.json")).mtimeMs).toBe(mtimeMs);
  });

  test("takes modules by name, with what they import", async () => {
    expect(await release("linux.devise")).toMatchObject({
      status: 2,
      messages: expect.stringContaining("did you mean `linux.device`?"),
    });
    expect((await release("linux.device")).status).toBe(2);
    expect((await release("linux.domain")).status).toBe(0);
    expect((await release("linux.device")).status).toBe(0);
  });

  test("works without baton.json, in the working directory or where releases are already", async () => {
    rmSync(join(folder.path, "baton.json"));
    expect((await release("schemas")).messages).toContain("released/linux.device/1.json");
    expect((await call("info", "schemas/linux/device.baton", "--format", "json")).output).toContain('"draft": false');
  });

  test("refuses to change what is released, and what the policy refuses", async () => {
    await release();
    write("schemas/linux/device.baton", device.replace("u16 = 0", "u16 = 1"));
    expect(await release()).toMatchObject({ status: 1, messages: expect.stringContaining("error[B3201]") });
    const next = device.replace('version 1 "6.18";', 'version 1 "6.18";\nversion 2;').replace("u16 = 0", "u16 = 1");
    write("schemas/linux/device.baton", next);
    const refused = await release();
    expect([refused.status, refused.output]).toEqual([1, ""]);
    expect(refused.messages).toMatch(/^corrupting\[DEFAULT_CHANGED\]/);
    expect(refused.messages).toContain("nothing was released");
    const exception = { rule: "DEFAULT_CHANGED", path: "Device.width", reason: "nobody wrote it" };
    write("baton.json", JSON.stringify({ roots: ["schemas"], exceptions: [exception] }));
    expect(await release()).toMatchObject({ status: 0, messages: expect.stringContaining("released linux.device 2") });
  });

  test.each([
    ["the folder of all", "released", "cannot write `released"],
    ["a module's", "released/linux.device", "cannot write `released"],
  ])("a folder that cannot be written is told once: %s", async (_, path, expected) => {
    write(path, "in the way");
    const { status, messages } = await release();
    expect([status, messages.match(/error\[/g)?.length]).toEqual([2, 1]);
    expect(messages).toContain(expected);
  });

  test("a folder that nobody may write to is told once, and nothing is left in it", async () => {
    mkdirSync(join(folder.path, "released"));
    chmodSync(join(folder.path, "released"), 0o555);
    chmodSync(folder.path, 0o755);
    const { status, messages } = await asNobody(() => release());
    expect([status, messages.match(/error\[/g)?.length]).toEqual([2, 1]);
    expect(messages).toContain("error[B9003]: cannot write `released");
    expect(readdirSync(join(folder.path, "released"))).toEqual([]);
  });

  test("a schema that does not parse is told, and nothing is written", async () => {
    write("schemas/linux/device.baton", "module linux.device; state {");
    expect((await release()).status).toBe(2);
    expect(existsSync(join(folder.path, "released"))).toBe(false);
  });
});

describe("what was released", () => {
  test("is no draft, in info and in generated code", async () => {
    await release();
    expect((await call("compile")).status).toBe(0);
    expect(read("generated/linux/device.ts")).toContain("draft: false");
    write("schemas/linux/device.baton", device.replace('version 1 "6.18";', 'version 1 "6.18";\nversion 2;'));
    expect((await call("compile")).status).toBe(0);
    expect(read("generated/linux/device.ts")).toContain("draft: true");
  });

  test("keeps its fingerprint and its dumps whatever the text says now", async () => {
    await release();
    const input = '{"id": 1, "width": 9}';
    await baton(folder.path, ["encode", "--type", "Device", "-o", "old.dump"], { input });
    const fingerprint: unknown = JSON.parse(read("released/linux.device/1.json")).fingerprint;
    const next = device
      .replace('version 1 "6.18";', 'version 1 "6.18";\nversion 2;')
      .replace("width  @2 : u16", "breadth @2 : u32");
    write("schemas/linux/device.baton", next);
    const info = JSON.parse((await call("info", "--format", "json")).output);
    const known = info.modules.find(({ module }: { module: string }) => module === "linux.device");
    expect(known.versions[0]).toMatchObject({ version: 1, fingerprint });
    const { status, output } = await call("decode", "old.dump", "--format", "json");
    expect([status, JSON.parse(output).records[0].value]).toMatchObject([0, { id: 1, width: 9 }]);
    // Written for the released version, it is that version's dump.
    await baton(folder.path, ["encode", "--type", "Device", "--for", "1", "-o", "for.dump"], {
      input: '{"id": 1, "breadth": 9}',
    });
    expect(readFileSync(join(folder.path, "for.dump"))).toEqual(readFileSync(join(folder.path, "old.dump")));
  });

  test("pins what it imports: a change in another module is told where it is used", async () => {
    await release();
    const next = domain
      .replace('version 1 "6.18";', 'version 1 "6.18";\nversion 2;')
      .replace("key; }", "key; size @2 : u32 since 2; }");
    write("schemas/linux/domain.baton", next);
    write("schemas/linux/device.baton", device.replace('version 1 "6.18";', 'version 1 "6.18";\nversion 2;'));
    const { status, output } = await call("check", "--format", "json");
    const findings: readonly { rule: string; module: string; path: string; condition: string | null }[] =
      JSON.parse(output).findings;
    expect(status).toBe(1);
    expect(findings.find(({ module }) => module === "linux.device")).toMatchObject({
      ...{ rule: "IMPORT_CHANGED", path: "linux.device.Device.domain", condition: "has(Device.domain)" },
    });
  });

  test("lies in its own revision, folder or project", async () => {
    await release();
    write("copy/linux/device.baton", device);
    write("copy/linux/domain.baton", domain);
    rmSync(join(folder.path, "schemas"), { recursive: true });
    write("schemas/linux/domain.baton", domain);
    const { status, messages } = await call("check", "schemas", "--against", "copy");
    expect([status, messages]).toEqual([1, ""]);
  });
});

describe("generated code", () => {
  test("does not take in versions that never work, and has the gate's words for it", async () => {
    const next = device
      .replace('version 1 "6.18";', 'version 1 "6.18";\nversion 2;')
      .replace("  domain", "  need   @4 : u8 since 2;\n  domain");
    write("schemas/linux/device.baton", next);
    expect((await call("compile")).status).toBe(0);
    const text = read("generated/linux/device.ts");
    const never = text.slice(text.indexOf("  never: ["), text.indexOf("  imports: ["));
    expect(never.replace(/"[0-9a-f]{64}"/g, '"…"')).toMatchInlineSnapshot(`
      "  never: [
          {
            version: 1,
            fingerprint: "…",
            direction: "upgrade",
            because:
              "linux.device.Device.need: required member \`need\` was added (upgrade 1 -> 2: always refused by the reader) [MEMBER_ADDED_REQUIRED]",
          },
          {
            version: 1,
            fingerprint: "…",
            direction: "rollback",
            because:
              "linux.device.Device.need: required member \`need\` was added (rollback 2 -> 1: always refused by the writer) [MEMBER_ADDED_REQUIRED]",
          },
        ],
      "
    `);
    expect(text.match(/ reads: \[.*\],/)?.[0]).toMatch(/version: 2/);
  });

  test("takes branches that are judged, and no others", async () => {
    write(
      "branch/linux/device.baton",
      device
        .replace('version 1 "6.18";', 'version 1 "6.18";\nversion 7 "vendor";')
        .replace("  domain", "  extra  @0x8001 : u8 = 0 since 7;\n  domain"),
    );
    write("branch/linux/domain.baton", domain);
    expect((await call("compile", "--accept", "branch")).status).toBe(0);
    expect(read("generated/linux/device.ts")).toMatch(/reads: \[[^\]]*version: 7/);
    expect(read("generated/linux/device.ts")).toMatch(/readers: \[\{ version: 7/);
    write("branch/linux/device.baton", read("branch/linux/device.baton").replace("u16 = 0", "u16 = 1"));
    const { status, messages } = await call("compile", "--accept", "branch");
    expect(status).toBe(1);
    expect(messages).toMatch(/^corrupting\[DEFAULT_CHANGED\]: .*[^]*error\[B9407\]/);
    expect(await call("compile", "--accept", "gone")).toMatchObject({ status: 2 });
  });
});
