import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { baton, folderWith, type Called } from "./terminal.ts";

const first = `/// Devices.
module linux.device;

version 1;

/// A device.
state Device @0x10 { id @1 : u32 key; latency @2 : u32 = 0 unit "us"; }
`;

let folder: ReturnType<typeof folderWith>;
beforeEach(async () => {
  folder = folderWith({ "baton.json": '{"roots": ["schemas"]}', "schemas/linux/device.baton": first });
  await baton(folder.path, ["release"]);
});
afterEach(() => folder.remove());

/** Goes on with a second version. */
function change(from: string, to: string, more = ""): void {
  mkdirSync(join(folder.path, "schemas/linux"), { recursive: true });
  const text = first.replace("version 1;", "version 1;\nversion 2;").replace(from, to);
  writeFileSync(join(folder.path, "schemas/linux/device.baton"), text + more);
}

const encode = async (...words: readonly string[]): Promise<Called> =>
  await baton(folder.path, ["encode", "--type", "Device", ...words], { input: '{"id": 1, "latency": 5}' });

/** The versions whose readers a dump names. */
async function readersIn(dump: string): Promise<readonly number[]> {
  const { output } = await baton(folder.path, ["decode", dump, "--format", "json"]);
  const { manifest }: { manifest: readonly { writes: readonly { version: number }[] }[] } = JSON.parse(output);
  return manifest[0]?.writes.map(({ version }) => version) ?? [];
}

describe("`baton encode` goes by the gate, as generated code does", () => {
  test("a version that is never is not written for, and not named as a reader", async () => {
    change('unit "us"', 'unit "ns"');
    const { status, messages } = await encode("--for", "1", "-o", "a.dump");
    expect([status, messages]).toEqual([2, expect.stringMatching(/^error\[B8304\]: linux\.device: .*\b1 \(.*UNIT/)]);
    expect(await encode("-o", "b.dump")).toMatchObject({ status: 0 });
    expect(await readersIn("b.dump")).toEqual([2]);
  });

  test("a version with another default is written for, and not named as a reader of other dumps", async () => {
    change("u32 = 0 unit", "u32 = 5 unit");
    expect(await encode("--for", "1", "-o", "a.dump")).toMatchObject({ status: 0 });
    expect(await readersIn("a.dump")).toEqual([1]);
    expect(await encode("-o", "b.dump")).toMatchObject({ status: 0 });
    expect(await readersIn("b.dump")).toEqual([2]);
  });

  test("any other is", async () => {
    change("key;", "key; more @3 : u8 = 0 since 2;");
    expect(await encode("-o", "b.dump")).toMatchObject({ status: 0 });
    expect(await readersIn("b.dump")).toEqual([1, 2]);
  });

  test("of a decoded dump just as of values", async () => {
    change('unit "us"', 'unit "ns"');
    await encode("-o", "b.dump");
    const { output } = await baton(folder.path, ["decode", "b.dump", "--format", "json"]);
    const again = await baton(folder.path, ["encode", "--for", "1", "-o", "a.dump"], { input: output });
    expect(again).toMatchObject({
      status: 2,
      messages: expect.stringMatching(/^error\[B8304\]: .*\b1 \(.*UNIT.*, expected 2\n$/),
    });
  });

  test("a reader by another fingerprint than the schema's is not named", async () => {
    change("key;", "key; more @3 : u8 = 0 since 2;");
    await encode("-o", "b.dump");
    const { output } = await baton(folder.path, ["decode", "b.dump", "--format", "json"]);
    const json: { manifest: { writes: { fingerprint: string }[] }[] } = JSON.parse(output);
    for (const one of json.manifest[0]?.writes.slice(0, 1) ?? []) one.fingerprint = "11".repeat(32);
    expect(await baton(folder.path, ["encode", "-", "-o", "a.dump"], { input: JSON.stringify(json) })).toMatchObject({
      status: 2,
      messages: expect.stringMatching(
        /^error\[B9202\]: no schema known here has the fingerprint of linux\.device version 1 in `<stdin>`/,
      ),
    });
  });

  test("a version that the module does not write for is refused", async () => {
    change("/// A device.", "writes 2..;\n\n/// A device.");
    const { status, messages } = await encode("--for", "1", "-o", "a.dump");
    expect([status, messages]).toEqual([
      2,
      expect.stringMatching(/^error\[B8304\]: linux\.device: .*\b1 .*to write for, expected 2\n$/),
    ]);
    expect(await encode("--for", "2", "-o", "a.dump")).toMatchObject({ status: 0 });
  });
});

describe("`--for`", () => {
  test("names a module once", async () => {
    for (const text of ["linux.device=1,linux.device=1", "1,1"])
      expect(await encode("--for", text, "-o", "a.dump")).toMatchObject({
        status: 2,
        messages: expect.stringMatching(/^error\[B9001\]: `--for` names `linux.device` twice/),
      });
  });

  test("tells what is left out of what is ignorable", async () => {
    rmSync(join(folder.path, "released"), { recursive: true });
    change(
      "key; latency",
      "key; hint @3 : u8 = 0 since 2 ignorable; parts @4 : Part[] = []; latency",
      `
/// A part.
state Part { size @1 : u8 = 1; note @2 : u8 = 0 since 2 ignorable; }

/// For people.
state Note @0x11 since 2 ignorable { text @1 : string[..64]; }
`,
    );
    const manifestOf = async (type: string, input: string): Promise<string> => {
      await baton(folder.path, ["encode", "--type", type, "-o", "n.dump"], { input });
      return (await baton(folder.path, ["decode", "n.dump", "--format", "json"])).output;
    };
    const device = await manifestOf("Device", '{"id": 1, "hint": 7, "parts": [{"note": 0}, {"note": 3}]}');
    expect(await baton(folder.path, ["encode", "--for", "1", "-o", "a.dump"], { input: device })).toMatchObject({
      status: 0,
      messages:
        "left out for version 1: linux.device.Device#0.parts[1].note (ignorable)\n" +
        "left out for version 1: linux.device.Device#0.hint (ignorable)\n",
    });
    const note = await manifestOf("Note", '{"text": "x"}');
    expect(await baton(folder.path, ["encode", "--for", "1", "-o", "a.dump"], { input: note })).toMatchObject({
      status: 0,
      messages: "left out for version 1: linux.device.Note#0 (ignorable)\n",
    });
    const many = JSON.stringify({ id: 1, parts: Array.from({ length: 120 }, () => ({ note: 1 })) });
    const { messages } = await baton(folder.path, ["encode", "--for", "1", "--type", "Device", "-o", "a.dump"], {
      input: many,
    });
    expect(messages.trimEnd().split("\n")).toHaveLength(101);
    expect(messages).toMatch(/\nand 20 more are left out \(ignorable\)\n$/);
  });
});
