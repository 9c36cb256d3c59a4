import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { asNobody, folderWith } from "../../test/terminal.ts";
import { oneLine } from "../report.ts";
import { differing, writeAll, writeOne } from "./write.ts";

let folder: ReturnType<typeof folderWith>;
beforeEach(() => void (folder = folderWith({ "kept.txt": "kept\n" })));
afterEach(() => folder.remove());

const outputs = [
  { path: "linux/pci.ts", content: "pci\n" },
  { path: "linux/iommu.ts", content: "iommu\n" },
];

describe("writing many files", () => {
  test("makes folders, and writes only what differs", () => {
    const out = `${folder.path}/a/b`;
    expect(differing(out, outputs)).toEqual(["linux/pci.ts", "linux/iommu.ts"]);
    expect(writeAll(folder.path, out, outputs)).toEqual({ ok: true, value: ["linux/pci.ts", "linux/iommu.ts"] });
    utimesSync(`${out}/linux/pci.ts`, 1, 1);
    const [pci, iommu] = outputs;
    if (pci === undefined || iommu === undefined) throw new Error("no outputs");
    expect(writeAll(folder.path, out, [pci, { ...iommu, content: "new" }])).toEqual({
      ok: true,
      value: ["linux/iommu.ts"],
    });
    expect(statSync(`${out}/linux/pci.ts`).mtimeMs).toBe(1000);
    expect(readdirSync(`${out}/linux`).sort()).toEqual(["iommu.ts", "pci.ts"]);
    expect(differing(out, [pci])).toEqual([]);
  });

  test("after a mistake nothing is there that was not there before", () => {
    mkdirSync(`${folder.path}/out/linux/iommu.ts`, { recursive: true });
    const result = writeAll(folder.path, `${folder.path}/out`, [{ path: "new/pci.ts", content: "" }, ...outputs]);
    expect(!result.ok && result.mistakes.map(oneLine)).toEqual([
      "error[B9003]: cannot write `out/linux/iommu.ts`: it is a folder",
    ]);
    expect(readdirSync(`${folder.path}/out`, { recursive: true }).sort()).toEqual(["linux", "linux/iommu.ts"]);
  });

  test("a folder that is a file is told", () => {
    const result = writeAll(folder.path, `${folder.path}/kept.txt`, outputs);
    expect(!result.ok && result.mistakes.map(oneLine)).toEqual([
      "error[B9003]: cannot write `kept.txt`: a file is already there",
    ]);
    expect(readFileSync(`${folder.path}/kept.txt`, "utf8")).toBe("kept\n");
  });

  test("links do not lead out of the folder, and inside it they may", () => {
    mkdirSync(`${folder.path}/outside`);
    mkdirSync(`${folder.path}/out/real`, { recursive: true });
    symlinkSync("../outside", `${folder.path}/out/linux`);
    const result = writeAll(folder.path, `${folder.path}/out`, outputs);
    expect(!result.ok && result.mistakes.map(({ code }) => code)).toEqual(["B9007"]);
    expect(readdirSync(`${folder.path}/outside`)).toEqual([]);
    symlinkSync("real", `${folder.path}/out/inside`);
    expect(writeAll(folder.path, `${folder.path}/out`, [{ path: "inside/x.ts", content: "" }]).ok).toBe(true);
    expect(existsSync(`${folder.path}/out/real/x.ts`)).toBe(true);
  });

  test("a file that is a link is replaced and not followed", () => {
    mkdirSync(`${folder.path}/out/linux`, { recursive: true });
    symlinkSync("../../kept.txt", `${folder.path}/out/linux/pci.ts`);
    expect(writeAll(folder.path, `${folder.path}/out`, outputs).ok).toBe(true);
    expect(readFileSync(`${folder.path}/kept.txt`, "utf8")).toBe("kept\n");
    expect(lstatSync(`${folder.path}/out/linux/pci.ts`).isSymbolicLink()).toBe(false);
  });

  test("a folder that may not be written to is told", async () => {
    chmodSync(folder.path, 0o555);
    const result = await asNobody(() => writeAll(folder.path, `${folder.path}/out`, outputs));
    chmodSync(folder.path, 0o755);
    expect(!result.ok && result.mistakes.map(oneLine)).toEqual(["error[B9003]: cannot write `out`: permission denied"]);
  });
});

describe("writing one file", () => {
  test("goes through a link and keeps the permissions", () => {
    chmodSync(`${folder.path}/kept.txt`, 0o640);
    symlinkSync("kept.txt", `${folder.path}/link.txt`);
    expect(writeOne(folder.path, `${folder.path}/link.txt`, "new\n")).toEqual({ ok: true, value: true });
    expect(lstatSync(`${folder.path}/link.txt`).isSymbolicLink()).toBe(true);
    expect(readFileSync(`${folder.path}/kept.txt`, "utf8")).toBe("new\n");
    expect(statSync(`${folder.path}/kept.txt`).mode & 0o777).toBe(0o640);
    expect(writeOne(folder.path, `${folder.path}/kept.txt`, "new\n")).toEqual({ ok: true, value: false });
  });

  test("writes to a device as it is", () => {
    expect(writeOne(folder.path, "/dev/null", "gone")).toEqual({ ok: true, value: true });
  });

  test("tells what is wrong with the path", () => {
    const result = writeOne(folder.path, `${folder.path}/no/file`, "");
    expect(!result.ok && result.mistakes.map(oneLine)).toEqual([
      "error[B9003]: cannot write `no/file`: no such file or folder",
    ]);
  });
});
