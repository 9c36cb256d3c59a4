import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CheckResult } from "../compiler/compat/finding.ts";
import { BatonError, DumpWriter, openDump, type ModuleDescriptor, type StateCodec } from "../runtime/index.ts";
import { baton } from "./terminal.ts";

type Values = Record<string, unknown>;

interface Build {
  readonly module: ModuleDescriptor;
  readonly Device: StateCodec<Values, Values>;
}

const runtime = join(import.meta.dirname, "..", "runtime", "index.ts");

const first = `/// Devices.
module linux.device;

version 1 "6.18";

/// A device.
state Device @0x10 {
  id      @1 : u32 key;
  latency @2 : u32 = 0 unit "us";
}
`;

const second = first.replace('version 1 "6.18";', 'version 1 "6.18";\nversion 2 "6.19";');

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "baton-run-time-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** Generates the codecs of a folder of schemas, and loads them. */
async function build(name: string, schema: string, ...more: readonly string[]): Promise<Build> {
  write(`${name}/linux/device.baton`, schema);
  const words = ["compile", name, "--out", `out-${name}`, "--runtime", runtime, "--import-extension", "ts", ...more];
  expect(await baton(folder, words)).toMatchObject({ status: 0 });
  // What was generated of that schema.
  return (await import(join(folder, `out-${name}/linux/device.ts`))) as Build;
}

const dumpOf = ({ Device }: Build, value: Values, to?: number): Uint8Array =>
  new DumpWriter(to === undefined ? {} : { for: to }).add(Device, value).finish();

/** What a build makes of a dump: its devices, or why it is refused. */
function taken(by: Build, dump: Uint8Array): readonly Values[] | string {
  try {
    return [...openDump(dump, { modules: [by.module] }).all(by.Device)];
  } catch (error) {
    if (error instanceof BatonError) return error.message;
    throw error;
  }
}

/** The gate's words on what it calls never on upgrade. */
async function gate(): Promise<string> {
  const { output } = await baton(folder, ["check", "new", "--format", "json"]);
  const { findings }: CheckResult = JSON.parse(output);
  const worst = findings.find(({ direction, verdict }) => direction === "upgrade" && verdict === "never");
  return `${worst?.path}: ${worst?.message}`;
}

/** The first version is released; what comes after it is another. */
async function released(): Promise<Build> {
  const old = await build("old", first);
  write("baton.json", '{"roots": ["new"]}');
  write("new/linux/device.baton", first);
  expect(await baton(folder, ["release"])).toMatchObject({ status: 0 });
  return old;
}

describe("two generated builds", () => {
  test("hand over and back what the gate calls always", async () => {
    const [old, now] = [
      await build("old", first),
      await build("new", second.replace('"us";\n', '"us";\n  pasid @3 : u32 = 0 since 2;\n')),
    ];
    expect(taken(now, dumpOf(old, { id: 1, latency: 5 }))).toEqual([{ id: 1, latency: 5, pasid: 0 }]);
    expect(taken(old, dumpOf(now, { id: 1, latency: 5 }, 1))).toEqual([{ id: 1, latency: 5 }]);
    expect(() => dumpOf(now, { id: 1, pasid: 7 }, 1)).toThrow(/linux\.device\.Device#0\.pasid/);
  });

  test.each([
    ["another unit", ['unit "us"', 'unit "ns"'], "the unit was"],
    ["a member that old writers lack", ["  latency", "  need @4 : u8 since 2;\n  latency"], "required member `need`"],
  ] as const)("refuse early, in the gate's words: %s", async (_, [from, to], expected) => {
    const [old, now] = [await released(), await build("new", second.replace(from, to))];
    const words = await gate();
    expect(words).toContain(expected);
    const refusal = taken(now, dumpOf(old, { id: 1 }));
    expect(refusal).toMatch(/^B8024: linux\.device: written by linux\.device 1, which this reader never takes: /);
    expect(refusal).toContain(words);
    // And nobody is told that the old build could take what the new one writes.
    expect(taken(old, dumpOf(now, { id: 1, need: 2 }))).toMatch(/^B8016: /);
    expect(() => dumpOf(now, { id: 1, need: 2 }, 1)).toThrow(
      /^B8304: .*: 1 \(.*\[[A-Z_]+\]\) is no version to write for/,
    );
  });

  test("with another default, the old one takes what was written for it and nothing else", async () => {
    const [old, now] = [await released(), await build("new", second.replace("u32 = 0 unit", "u32 = 9 unit"))];
    expect(taken(now, dumpOf(old, { id: 1 }))).toMatch(/^B8024: .*DEFAULT_CHANGED/);
    expect(taken(old, dumpOf(now, { id: 1, latency: 9 }, 1))).toEqual([{ id: 1, latency: 9 }]);
    expect(taken(old, dumpOf(now, { id: 1, latency: 9 }))).toMatch(/^B8016: /);
  });
});

describe("a branch", () => {
  const vendor = first
    .replace('version 1 "6.18";', 'version 1 "6.18";\nversion 7 "vendor";')
    .replace('"us";\n', '"us";\n  extra @0x8001 : u8 = 0 since 7;\n');

  test("is taken, and takes, once it was accepted", async () => {
    const branch = await build("branch", vendor);
    const own = second.replace('"us";\n', '"us";\n  pasid @3 : u32 = 0 since 2;\n');
    const alone = await build("alone", own);
    expect(taken(alone, dumpOf(branch, { id: 1 }))).toMatch(/^B8016: /);
    expect(taken(branch, dumpOf(alone, { id: 1 }))).toMatch(/^B8016: /);
    const accepting = await build("accepting", own, "--accept", "branch");
    expect(taken(accepting, dumpOf(branch, { id: 1, latency: 3 }))).toEqual([{ id: 1, latency: 3, pasid: 0 }]);
    expect(taken(branch, dumpOf(accepting, { id: 1, latency: 3 }))).toEqual([{ id: 1, latency: 3, extra: 0 }]);
    // What is conditional is found at the member.
    expect(taken(accepting, dumpOf(branch, { id: 1, extra: 3 }))).toMatch(/must be understood/);
    expect(taken(branch, dumpOf(accepting, { id: 1, pasid: 3 }))).toMatch(/must be understood/);
  });
});
