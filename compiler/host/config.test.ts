import { Ajv } from "ajv";
import { afterEach, describe, expect, test } from "vitest";
import { folderWith } from "../../test/terminal.ts";
import batonSchema from "../baton.schema.json" with { type: "json" };
import { noPolicy } from "../compat/policy.ts";
import { oneLine } from "../report.ts";
import { findConfig } from "./config.ts";
import { disk } from "./files.ts";

let remove = (): void => {};
afterEach(() => remove());

async function read(text: string, below = ""): Promise<Awaited<ReturnType<typeof findConfig>>> {
  const folder = folderWith({ "baton.json": text, [`${below}/x`]: "" });
  remove = folder.remove;
  return await findConfig(disk(folder.path), `${folder.path}/${below}`);
}

async function mistakes(text: string): Promise<readonly string[]> {
  const found = await read(text);
  return found.ok ? [] : found.mistakes.map(oneLine);
}

test("the JSON Schema of baton.json is one, so that no call need look", () => {
  const ajv = new Ajv();
  expect(ajv.validateSchema(batonSchema), ajv.errorsText()).toBe(true);
});

describe("baton.json", () => {
  test("is found above, its paths are relative to it, and what is left out has its default", async () => {
    const found = await read("{}", "schemas/linux");
    if (!found.ok || found.value === null) throw new Error("not found");
    const { folder, roots, include, out, policy } = found.value;
    expect(roots.map(({ path }) => path)).toEqual([folder]);
    expect(include).toEqual(roots);
    expect(out.size).toBe(0);
    expect(policy).toEqual(noPolicy);
  });

  test("takes every key of the contract", async () => {
    const found = await read(
      JSON.stringify({
        roots: ["schemas"],
        include: [],
        out: { ts: "generated" },
        supported: ["fleet-2026.1"],
        profiles: { "fleet-2026.1": { "linux.pci": 2, "linux.iommu": "2.1" }, "7.0-acme": "git:v7.0-acme" },
        policy: {
          upgrade: "always",
          rollback: "conditional",
          severities: { MEMBER_RENAMED: "warning" },
          overrides: [{ modules: ["linux.*"], pairs: ["3->1", "*->2"], rollback: "never" }],
        },
        exceptions: [
          {
            rule: "default-changed",
            path: "PciDevice.x",
            pairs: ["2->3"],
            reason: "r",
            owner: "o",
            expires: "2027-01-31",
          },
        ],
      }),
    );
    if (!found.ok || found.value === null) throw new Error("not found");
    const config = found.value;
    expect(config.include.map(({ path }) => path)).toEqual([`${config.folder}/schemas`]);
    expect(config.out.get("ts")).toBe(`${config.folder}/generated`);
    const fleet = config.profiles.get("fleet-2026.1");
    expect(fleet?.kind === "versions" && [...fleet.versions].map(([name, { version }]) => [name, version])).toEqual([
      ["linux.pci", 0x20000],
      ["linux.iommu", 0x20001],
    ]);
    expect(config.profiles.get("7.0-acme")).toMatchObject({ kind: "source", source: "git:v7.0-acme" });
    const [override] = config.policy.overrides;
    expect(config.policy).toMatchObject({ upgrade: "always", rollback: "conditional" });
    expect([...config.policy.severities]).toEqual([["MEMBER_RENAMED", "warning"]]);
    expect(override).toMatchObject({ modules: ["linux.*"], pairs: ["3->1", "*->2"], upgrade: null, rollback: "never" });
    expect(config.exceptions[0]).toMatchObject({ rule: "default-changed", owner: "o", expires: "2027-01-31" });
  });

  test.each([
    ['{"root": ["a"]}', "baton.json:1:2: error[B9102]: unknown key `root` in `baton.json`"],
    ['{"roots": "a"}', 'baton.json:1:11: error[B9103]: `roots`: expected an array, found "a"'],
    ['{"roots": []}', "baton.json:1:11: error[B9103]: `roots`: expected at least one element, found an array"],
    ['{"roots": ["a", "a"]}', 'baton.json:1:17: error[B9103]: `roots`: expected each once, found "a" twice'],
    ['{"roots": [""]}', 'baton.json:1:12: error[B9103]: `roots[0]`: expected a path, found ""'],
    ['{"out": {"rs": "x"}}', "baton.json:1:10: error[B9102]: unknown key `rs` in `out`"],
    [
      '{"policy": {"upgrade": "allways"}}',
      'baton.json:1:24: error[B9103]: `policy.upgrade`: expected `always`, `conditional` or `never`, found "allways"',
    ],
    [
      '{"policy": {"overrides": [{"pairs": ["3-2"]}]}}',
      'baton.json:1:38: error[B9103]: `policy.overrides[0].pairs[0]`: expected a pair of versions such as `3->2`, found "3-2"',
    ],
    [
      '{"policy": {"severities": {"MEMBER_ADDED": "fatal"}}}',
      'baton.json:1:44: error[B9103]: `policy.severities.MEMBER_ADDED`: expected `error`, `warning` or `info`, found "fatal"',
    ],
    [
      '{"policy": {"severities": {"RELEASE_REWRITTEN": "info"}}}',
      'baton.json:1:49: error[B9103]: `policy.severities.RELEASE_REWRITTEN`: expected `error`, found "info"',
    ],
    [
      '{"policy": {"overrides": [{"severities": {"EXCEPTION_EXPIRED": "info"}}]}}',
      'baton.json:1:64: error[B9103]: `policy.overrides[0].severities.EXCEPTION_EXPIRED`: expected `error` or `warning`, found "info"',
    ],
    [
      '{"profiles": {"a": {"linux.pci": 0}}}',
      'baton.json:1:34: error[B9103]: `profiles.a.linux.pci`: expected a version such as 2 or "2.1", found 0',
    ],
    [
      '{"profiles": {"a": 3}}',
      "baton.json:1:20: error[B9103]: `profiles.a`: expected module versions, or a SOURCE, found 3",
    ],
    ['{"supported": ["b"], "profiles": {"a": {}}}', "baton.json:1:16: error[B9106]: no profile `b` in `baton.json`"],
    [
      '{"exceptions": [{"rule": "r", "path": "p"}]}',
      "baton.json:1:17: error[B9104]: `exceptions[0]` needs the key `reason`",
    ],
    ['{"roots": ["a"], "roots": ["b"]}', 'baton.json:1:18: error[B9105]: the key "roots" is given twice'],
    ["[]", "baton.json:1:1: error[B9103]: `baton.json`: expected an object, found an array"],
  ])("%s", async (text, expected) => {
    expect((await mistakes(text)).map((line) => line.replace(/^.*baton test [^/]*\//, ""))).toEqual([expected]);
  });

  test("is JSON", async () => {
    expect(await mistakes('{"roots": ["a",]}')).toEqual([
      expect.stringContaining("baton.json:1:16: error[B9101]: not JSON: "),
    ]);
  });
});
