import { chmodSync, symlinkSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { asNobody, folderWith } from "../../test/terminal.ts";
import { oneLine } from "../report.ts";
import { disk } from "./files.ts";
import { findSchemas, type Schemas } from "./schemas.ts";

let remove = (): void => {};
afterEach(() => remove());

interface Asked {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly paths?: readonly string[];
  readonly roots?: readonly string[];
  readonly folder?: string;
  readonly prepare?: (folder: string) => void;
}

async function find({ files, paths = [], roots = [], folder = "", prepare }: Asked): Promise<Schemas> {
  const { path, remove: forget } = folderWith(files);
  remove = forget;
  prepare?.(path);
  const absolute = (each: string): string => `${path}/${each}`;
  const wanted = { folder: `${path}/${folder}`, paths: paths.map(absolute), roots: roots.map(absolute) };
  return await findSchemas(disk(path), wanted);
}

const names = ({ sources }: Schemas): string[] => sources.map(({ path }) => path);
const told = ({ mistakes }: Schemas): string[] => mistakes.map(oneLine);

const pci = "module linux.pci;\nimport linux.iommu;\n";
const iommu = "module linux.iommu;\n";

describe("finding schemas", () => {
  test("a file's own place implies the root of its imports", async () => {
    const found = await find({
      files: { "s/linux/pci.baton": pci, "s/linux/iommu.baton": iommu },
      paths: ["s/linux/pci.baton"],
    });
    expect(names(found)).toEqual(["s/linux/pci.baton", "s/linux/iommu.baton"]);
    expect(found.named.size).toBe(1);
    expect(told(found)).toEqual([]);
  });

  test("roots of the call come before those of baton.json", async () => {
    const files = {
      "baton.json": '{"roots": ["b"]}',
      "a/linux/iommu.baton": iommu,
      "b/linux/iommu.baton": iommu,
      "elsewhere.baton": pci,
    };
    expect(names(await find({ files, paths: ["elsewhere.baton"] }))).toEqual([
      "elsewhere.baton",
      "b/linux/iommu.baton",
    ]);
    remove();
    expect(names(await find({ files, paths: ["elsewhere.baton"], roots: ["a"] }))).toEqual([
      "elsewhere.baton",
      "a/linux/iommu.baton",
    ]);
  });

  test("without paths the nearest baton.json says what to read", async () => {
    const files = {
      "baton.json": '{"roots": ["s"], "include": ["s/linux"]}',
      "s/linux/pci.baton": pci,
      "s/linux/iommu.baton": iommu,
      "s/other/x.baton": "module other.x;",
      "below/x": "",
    };
    const found = await find({ files, folder: "below" });
    expect(names(found)).toEqual(["s/linux/iommu.baton", "s/linux/pci.baton"]);
    expect(found.whole).toBe(true);
  });

  test("imports of imports are found, also in a circle", async () => {
    const files = {
      "a.baton": "module a;\nimport b;",
      "b.baton": "module b;\nimport c;",
      "c.baton": "module c;\nimport a;\nimport missing;",
    };
    const found = await find({ files, paths: ["a.baton"] });
    expect(names(found)).toEqual(["a.baton", "b.baton", "c.baton"]);
    expect(told(found)).toEqual([]);
  });

  test("folders are walked, each schema is read once, and node_modules and hidden folders are left out", async () => {
    const files = {
      "s/x.baton": "module x;",
      "s/y.baton/z.baton": "module z;",
      "s/notes.txt": "",
      "s/.hidden/h.baton": "module h;",
      "s/node_modules/n.baton": "module n;",
    };
    const prepare = (folder: string): void => symlinkSync(".", `${folder}/s/circle`);
    const found = await find({ files, paths: ["s", "s/x.baton"], prepare });
    expect(names(found)).toEqual(["s/x.baton", "s/y.baton/z.baton"]);
  });

  test("what is not there, holds no schema or is no text is told", async () => {
    const prepare = (folder: string): void => symlinkSync("nowhere", `${folder}/s/link.baton`);
    const files = { "s/bad.baton": Buffer.from([0x6d, 0xff]), "empty/x.txt": "" };
    const found = await find({ files, paths: ["s", "empty", "gone.baton"], prepare });
    expect(told(found)).toEqual([
      "error[B9006]: no schema in `empty`",
      "error[B9002]: cannot read `gone.baton`: no such file or folder",
      "s/bad.baton:1:2: error[B9004]: not UTF-8: the bytes at offset 1 are no character",
      "error[B9002]: cannot read `s/link.baton`: no such file or folder",
    ]);
  });

  test("a folder or file that may not be read is told, and not passed over", async () => {
    const prepare = (folder: string): void => {
      chmodSync(folder, 0o755);
      chmodSync(`${folder}/s/closed`, 0);
      chmodSync(`${folder}/s/x.baton`, 0);
    };
    const files = { "s/x.baton": "module x;", "s/closed/y.baton": "module y;" };
    const found = await asNobody(() => find({ files, paths: ["s"], prepare }).catch((error: unknown) => String(error)));
    expect(typeof found === "string" ? found : told(found)).toEqual([
      "error[B9002]: cannot read `s/closed`: permission denied",
      "error[B9002]: cannot read `s/x.baton`: permission denied",
    ]);
  });

  test("what baton.json names and is not there is told where it is named", async () => {
    const text = '{"roots": ["s", "t"], "include": ["t", "s/gone.baton"]}';
    expect(told(await find({ files: { "baton.json": text, "s/x.baton": "module x;" } }))).toEqual([
      "baton.json:1:17: error[B9002]: cannot read `t`: no such file or folder",
      "baton.json:1:40: error[B9002]: cannot read `s/gone.baton`: no such file or folder",
    ]);
  });

  test("nothing asked for and no project is told once", async () => {
    expect(told(await find({ files: { x: "" } }))).toEqual([
      expect.stringContaining("error[B9006]: no schema in the call, and there is no"),
    ]);
  });

  test("an import that cannot be read is told at the import", async () => {
    const files = { "a.baton": "module a;\nimport b;", "b.baton": Buffer.from([0xff]) };
    expect(told(await find({ files, paths: ["a.baton"] }))).toEqual([
      expect.stringMatching(/^b.baton:1:1: error\[B9004\]/),
    ]);
  });

  test("a place under a declared root, or an import, implies a module's name", async () => {
    const files = {
      "baton.json": '{"roots": [".", "s"]}',
      "s/linux/pci.baton": pci,
      "s/wrong.baton": iommu,
      "s/linux/iommu.baton": iommu,
    };
    const expected = async (asked: Asked): Promise<string[]> => {
      const found = await find(asked);
      remove();
      return found.sources.map((source) => found.expected.get(source) ?? "");
    };
    expect(await expected({ files, paths: ["s/wrong.baton", "s/linux/pci.baton"] })).toEqual(["wrong", "linux.pci"]);
    const { "baton.json": _, ...bare } = files;
    expect(await expected({ files: bare, paths: ["s/wrong.baton", "s/linux/pci.baton"] })).toEqual(["", ""]);
    expect(await expected({ files: bare, paths: ["s/linux/pci.baton"] })).toEqual(["", "linux.iommu"]);
  });
});
