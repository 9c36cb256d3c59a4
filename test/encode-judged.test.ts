import { mkdirSync, writeFileSync } from "node:fs";
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
function change(from: string, to: string): void {
  mkdirSync(join(folder.path, "schemas/linux"), { recursive: true });
  const text = first.replace("version 1;", "version 1;\nversion 2;").replace(from, to);
  writeFileSync(join(folder.path, "schemas/linux/device.baton"), text);
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
    expect([status, messages]).toEqual([
      2,
      expect.stringMatching(/^error\[B8304\]: linux\.device: no version 1 \(.*UNIT/),
    ]);
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
});
