import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile, type Compiled } from "../compiler/compile.ts";
import { format } from "../compiler/syntax/print.ts";
import type { Source } from "../compiler/text.ts";

const repository = new URL("..", import.meta.url).pathname;

function sources(folder: string): readonly Source[] {
  return readdirSync(join(repository, folder)).map((name) => {
    const path = join(folder, name);
    return { path, text: readFileSync(join(repository, path), "utf8") };
  });
}

const current = sources("schemas/linux");
const old = sources("examples/handoff/v2/linux");
const folders = { "schemas/linux": current, "examples/handoff/v2/linux": old };

describe.each(Object.entries(folders))("%s", (_, files) => {
  it("compiles without a warning", () => {
    expect(compile(files).diagnostics).toEqual([]);
  });

  it("is formatted and says its licence first", () => {
    for (const file of files) {
      expect(format(file)).toEqual({ text: file.text });
      expect(file.text.startsWith("// SPDX-License-Identifier: Apache-2.0\n")).toBe(true);
    }
  });
});

describe("the demo's old schemas", () => {
  const version2 = 2 * 0x1_0000;

  it("are the current ones at version 2, by fingerprint", () => {
    const fingerprints = (compiled: Compiled): Readonly<Record<string, string | undefined>> =>
      Object.fromEntries(
        [...compiled.modules].map(([name, { module, fingerprints: all }]) => [
          name,
          all.get(module.versions.length === 1 ? module.version : version2),
        ]),
      );
    const of = fingerprints(compile(old));
    expect(of).toEqual(fingerprints(compile(current)));
    expect(Object.keys(of).sort()).toEqual(["linux.address", "linux.fds", "linux.iommu", "linux.pci"]);
    expect(Object.values(of)).not.toContain(undefined);
  });

  it("stop there", () => {
    for (const [name, { module }] of compile(old).modules) {
      expect(module.version, name).toBe(name === "linux.address" ? 0x1_0000 : version2);
    }
  });
});
