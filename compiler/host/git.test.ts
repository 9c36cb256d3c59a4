import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderWith } from "../../test/terminal.ts";
import { findRepository, mergeBase, resolveTree, treeFiles } from "./git.ts";

let folder: ReturnType<typeof folderWith>;
const git = (...words: string[]): string =>
  execFileSync("git", ["-C", folder.path, "-c", "user.name=a", "-c", "user.email=a@b", ...words], {
    encoding: "utf8",
    stdio: "pipe",
  });

beforeAll(() => {
  folder = folderWith({ "s/a b.baton": "module a;", "s/ü.baton": "module u;", "big.bin": "\0", "baton.json": "{}" });
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("commit", "-q", "-m", "first");
  git("tag", "v1");
  writeFileSync(`${folder.path}/s/a b.baton`, "module changed;");
  git("commit", "-q", "-a", "-m", "second");
});
afterAll(() => folder.remove());

describe("git", () => {
  test("reads the files of a revision, not those of the work tree", () => {
    const repository = findRepository(`${folder.path}/s`);
    if (!repository.ok) throw new Error(repository.why);
    const tree = resolveTree(repository.value, "v1");
    if (!tree.ok) throw new Error(tree.why);
    const files = treeFiles(repository.value, tree.value, "v1:");
    if (!files.ok) throw new Error(files.why);
    const read = (path: string): string => {
      const bytes = files.value.read(path, 100);
      return bytes.ok ? Buffer.from(bytes.value).toString() : "";
    };
    expect(files.value.list("/s")).toEqual({
      ok: true,
      value: [
        { name: "a b.baton", kind: "file" },
        { name: "ü.baton", kind: "file" },
      ],
    });
    expect(read("/s/a b.baton")).toBe("module a;");
    expect(read("/s/ü.baton")).toBe("module u;");
    expect(files.value.kind("/s")).toEqual({ ok: true, value: "folder" });
    expect(files.value.kind("/gone")).toEqual({ ok: true, value: null });
    expect(files.value.show("/s/ü.baton")).toBe("v1:s/ü.baton");
  });

  test("refuses what would be an option, and says which revision is unknown", () => {
    const repository = { top: folder.path };
    expect(resolveTree(repository, "--output=/tmp/x")).toEqual({
      ok: false,
      why: "a revision does not start with `-`",
    });
    expect(resolveTree(repository, "")).toEqual({ ok: false, why: "the revision is empty" });
    expect(resolveTree(repository, "v9")).toEqual({ ok: false, why: "the repository has no revision `v9`" });
    expect(mergeBase(repository, "v1")).toMatch(/^[0-9a-f]{40}$/);
    expect(mergeBase(repository, "v9")).toBe("v9");
  });

  test("says that there is no git", () => {
    const path = process.env["PATH"];
    process.env["PATH"] = folder.path;
    try {
      expect(findRepository(folder.path)).toEqual({ ok: false, why: "there is no program `git`" });
    } finally {
      process.env["PATH"] = path;
    }
  });

  test("says that a folder is in no repository", () => {
    expect(findRepository("/")).toEqual({ ok: false, why: "the folder is in no git repository" });
  });
});
