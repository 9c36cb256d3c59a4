import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterEach, beforeEach, expect } from "vitest";
import checkSchema from "../compiler/compat/check.schema.json" with { type: "json" };
import type { CheckResult } from "../compiler/compat/finding.ts";
import { baton, folderWith, type Called } from "./terminal.ts";

/** A module at its first version. */
export const first = `/// Devices.
module linux.device;

version 1 "6.18";

/// A device.
state Device @0x10 {
  id    @1 : u32 key;
  mode  @2 : u8 = 0;
  label @3 : string[..8] = "";
}
`;

/** The same with a member that was added. */
export const second = first
  .replace('version 1 "6.18";', 'version 1 "6.18";\nversion 2 "6.19";')
  .replace(
    '  label @3 : string[..8] = "";\n',
    '  label @3 : string[..8] = "";\n  pasid @4 : u32 = 0 in 0..0xfffff since 2;\n',
  );

/** The project of the running test. */
export let folder: ReturnType<typeof folderWith>;

/** Gives every test of a file a project of its own, with the first version of the module. */
export function eachInItsProject(): void {
  beforeEach(() => startWith({ "baton.json": '{"roots": ["schemas"]}', "schemas/linux/device.baton": first }));
  afterEach(() => folder.remove());
}

/** Begins with other files. */
export function startWith(files: Readonly<Record<string, string>>): void {
  folder = folderWith(files);
}

export const write = (name: string, content: string): void => {
  mkdirSync(join(folder.path, name, ".."), { recursive: true });
  writeFileSync(join(folder.path, name), content);
};
export const schema = (text: string): void => write("schemas/linux/device.baton", text);
export const check = async (...words: readonly string[]): Promise<Called> =>
  await baton(folder.path, ["check", ...words]);

const valid = new Ajv({ allowUnionTypes: true }).compile<CheckResult>(checkSchema);

export async function result(...words: readonly string[]): Promise<CheckResult & { readonly status: number }> {
  const { status, output, messages } = await check(...words, "--format", "json");
  expect(messages).toBe("");
  const json: unknown = JSON.parse(output);
  if (!valid(json)) throw new Error(JSON.stringify(valid.errors));
  return { ...json, status };
}

export const told = ({ findings }: CheckResult): readonly string[] =>
  findings.map(
    (one) =>
      `${one.severity} ${one.rule} ${one.direction} ${one.writer}->${one.reader} ${one.corrupting ? "corrupting" : one.verdict}`,
  );

export async function release(): Promise<void> {
  const { status, messages } = await baton(folder.path, ["release"]);
  expect([status, messages]).toEqual([0, expect.stringContaining("released linux.device")]);
}

export function git(...words: readonly string[]): void {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"];
  execFileSync("git", [...identity, ...words], { cwd: folder.path, stdio: "pipe" });
}

export function commit(message: string): void {
  git("add", "-A");
  git("commit", "-q", "-m", message);
}
