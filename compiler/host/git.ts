import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { cannotRead, done, failed, systemCode, type Entry, type Files, type Outcome } from "./files.ts";

/** One git repository, read through its objects: nothing is checked out, and the work tree is not looked at. */
export interface Repository {
  /** The top folder of the work tree, or the repository itself if it is bare. */
  readonly top: string;
}

/** Why git could not answer, in words; null if it could. */
export type GitProblem = string;

export type GitAnswer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: GitProblem };

/** The repository that a folder belongs to. */
export function findRepository(folder: string): GitAnswer<Repository> {
  const inside = git(folder, ["rev-parse", "--show-toplevel"]);
  if (inside.ok) return { ok: true, value: { top: lineOf(inside.value) } };
  const bare = git(folder, ["rev-parse", "--absolute-git-dir"]);
  if (bare.ok) return { ok: true, value: { top: lineOf(bare.value) } };
  return {
    ok: false,
    why: bare.why.includes("not a git repository") ? "the folder is in no git repository" : bare.why,
  };
}

/** The way to a folder from the top of its repository, `sub/kernel`; empty for the top itself, and for a folder in no repository. */
export function withinRepository(folder: string): string {
  const found = git(folder, ["rev-parse", "--show-prefix"]);
  return found.ok ? lineOf(found.value).replace(/\/$/, "") : "";
}

/** The tree that a revision has. A revision that starts with `-` would be an option to git, and is refused. */
export function resolveTree(repository: Repository, revision: string): GitAnswer<string> {
  if (revision.startsWith("-")) return { ok: false, why: "a revision does not start with `-`" };
  if (revision === "") return { ok: false, why: "the revision is empty" };
  const found = git(repository.top, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{tree}`]);
  if (found.ok) return { ok: true, value: lineOf(found.value) };
  return { ok: false, why: found.why === "" ? `the repository has no revision \`${revision}\`` : found.why };
}

/** The best common ancestor of a revision and what is checked out; the revision itself where there is none. */
export function mergeBase(repository: Repository, revision: string): string {
  if (revision.startsWith("-")) return revision;
  const found = git(repository.top, ["merge-base", "--end-of-options", revision, "HEAD"]);
  return found.ok ? lineOf(found.value) : revision;
}

/** What is read of a revision: schemas, and the JSON of `baton.json` and releases. Everything else may be as large as it likes. */
const wanted = /(?:\.baton|\.json)$/;

/** The files of a tree, with paths that start at its root, `/schemas/linux/pci.baton`, and are shown behind `label`. */
export function treeFiles(repository: Repository, tree: string, label: string): GitAnswer<Files> {
  const listing = git(repository.top, ["ls-tree", "-r", "-z", "--full-tree", tree]);
  if (!listing.ok) return listing;
  const objects = new Map<string, string>();
  const folders = new Map<string, Map<string, Entry>>([["/", new Map()]]);
  for (const line of listing.value.toString("utf8").split("\0")) {
    const match = /^(\d+) blob ([0-9a-f]+)\t([^]+)$/.exec(line);
    // Links and submodules are no files.
    if (match === null || match[1] === "120000") continue;
    const path = `/${match[3] ?? ""}`;
    objects.set(path, match[2] ?? "");
    enter(folders, path);
  }
  const contents = readObjects(repository, objects);
  if (!contents.ok) return contents;
  const show = (path: string): string => `${label}${path.slice(1)}`;
  const files: Files = {
    show,
    kind: (path) => done(objects.has(path) ? "file" : folders.has(path) ? "folder" : null),
    list: (folder) => done([...(folders.get(folder)?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))),
    read(file, limit): Outcome<Uint8Array> {
      const bytes = contents.value.get(objects.get(file) ?? "");
      if (bytes === undefined) return failed(cannotRead(show(file), "no such file in this revision"));
      return bytes.length > limit ? failed(cannotRead(show(file), `it has more than ${limit} bytes`)) : done(bytes);
    },
  };
  return { ok: true, value: files };
}

/** Notes a path in the folder that holds it, and that folder in its own. */
function enter(folders: Map<string, Map<string, Entry>>, path: string): void {
  let kind: Entry["kind"] = "file";
  for (let at = path; at !== "/"; at = dirname(at)) {
    const folder = folders.get(dirname(at)) ?? new Map<string, Entry>();
    folders.set(dirname(at), folder);
    const name = at.slice(at.lastIndexOf("/") + 1);
    if (folder.has(name)) return;
    folder.set(name, { name, kind });
    kind = "folder";
  }
}

/** The contents of the objects that can be wanted, by object name, read by one process. */
function readObjects(
  repository: Repository,
  objects: ReadonlyMap<string, string>,
): GitAnswer<ReadonlyMap<string, Uint8Array>> {
  const names = [...new Set([...objects].flatMap(([path, name]) => (wanted.test(path) ? [name] : [])))];
  const contents = new Map<string, Uint8Array>();
  if (names.length === 0) return { ok: true, value: contents };
  const batch = git(repository.top, ["cat-file", "--batch"], names.map((name) => `${name}\n`).join(""));
  if (!batch.ok) return batch;
  const bytes = batch.value;
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at);
    const header = /^([0-9a-f]+) blob (\d+)$/.exec(bytes.toString("latin1", at, end));
    if (header === null) return { ok: false, why: `git answered \`${bytes.toString("latin1", at, end)}\`` };
    const size = Number(header[2]);
    contents.set(header[1] ?? "", bytes.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return { ok: true, value: contents };
}

/** Answers in English, from the repository of the folder (a hook's `GIT_DIR` names its own), without a lock, a prompt or a fetch. */
const quiet = {
  LC_ALL: "C",
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
};

/** All schemas of a large project fit many times over. */
const largestAnswer = 512 * 1024 * 1024;

function git(folder: string, words: readonly string[], input = ""): GitAnswer<Buffer> {
  const environment = { ...process.env, ...quiet };
  const run = spawnSync("git", ["-C", folder, ...words], { input, maxBuffer: largestAnswer, env: environment });
  if (run.error !== undefined) {
    const code = systemCode(run.error);
    if (code === "ENOENT") return { ok: false, why: "there is no program `git`" };
    if (code === "ENOBUFS") return { ok: false, why: "the revision has more than 512 MiB of schemas and JSON" };
    return { ok: false, why: `git cannot be started: ${run.error.message}` };
  }
  if (run.status !== 0)
    return {
      ok: false,
      why:
        run.stderr
          .toString("utf8")
          .trim()
          .replace(/^fatal: /, "")
          .split("\n")[0] ?? "",
    };
  return { ok: true, value: run.stdout };
}

function lineOf(bytes: Buffer): string {
  return bytes.toString("utf8").replace(/\n$/, "");
}
