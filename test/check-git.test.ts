import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildPackage, type Built } from "./built.ts";
import {
  check,
  commit,
  eachInItsProject,
  first,
  folder,
  git,
  release,
  result,
  schema,
  second,
  startWith,
  told,
  write,
} from "./check-project.ts";
import { baton } from "./terminal.ts";

eachInItsProject();

describe("git", () => {
  beforeEach(() => {
    git("init", "-q");
    commit("first");
  });

  test("a branch is held against where it left the main one, with places in the revision", async () => {
    git("checkout", "-q", "-b", "topic");
    schema(second);
    commit("pasid");
    git("checkout", "-q", "main");
    schema(first.replace("u8 = 0", "u8 = 7"));
    commit("main goes on");
    git("checkout", "-q", "topic");
    const { findings } = await result("--against", "git:main");
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(["MEMBER_ADDED"]));
    expect(findings[0]?.old?.file).toBe("main:schemas/linux/device.baton");
    const { findings: tips } = await result("--from", "git:main", "--to", "git:topic");
    expect(tips.map(({ rule }) => rule)).toContain("DEFAULT_CHANGED");
  });

  test("a schema taken away in a branch is told, whatever paths are named", async () => {
    write("schemas/linux/other.baton", "/// O.\nmodule linux.other; /// O.\nstate O @0x20 { a @1 : u8 = 0; }");
    commit("other");
    rmSync(join(folder.path, "schemas/linux/device.baton"));
    for (const paths of [[], ["schemas"], ["."]]) {
      const { findings, status } = await result(...paths, "--against", "git:main");
      expect([status, findings[0]?.rule, findings[0]?.old?.file]).toEqual([
        1,
        "MODULE_REMOVED",
        "main:schemas/linux/device.baton",
      ]);
    }
  });

  test("a release that was rewritten or taken away since is refused first", async () => {
    await release();
    commit("release");
    rmSync(join(folder.path, "released"), { recursive: true });
    schema(first.replace("u8 = 0", "u8 = 1"));
    expect(told(await result("--against", "git:main"))[0]).toMatch(/^error RELEASE_REWRITTEN/);
    await release();
    const { findings } = await result("--against", "git:main");
    expect(findings[0]).toMatchObject({
      message: "the release of version 1 of linux.device is not what it was",
      old: { file: "main:released/linux.device/1.json" },
    });
  });

  test("two branches that release the same version differently are told what to write", async () => {
    git("checkout", "-q", "-b", "topic");
    schema(first.replace("u8 = 0", "u8 = 1"));
    await release();
    commit("release in a branch");
    git("checkout", "-q", "main");
    await release();
    commit("release");
    git("checkout", "-q", "topic");
    const { findings, status } = await result("--against", "git:main");
    const conflict = findings.find(({ message }) => message.includes("both branches"));
    expect([status, conflict?.rule]).toEqual([1, "RELEASE_REWRITTEN"]);
    expect(conflict?.fix).toContain('add `version 2 "…";`');
  });

  test("a draft meets a release of the other branch with other contents", async () => {
    git("checkout", "-q", "-b", "topic");
    schema(second);
    commit("pasid");
    git("checkout", "-q", "main");
    await release();
    schema(second.replace("pasid", "ats"));
    await release();
    commit("release both");
    git("checkout", "-q", "topic");
    const { findings, status } = await result("--against", "git:main");
    expect([status, findings[0]?.message, findings[0]?.fix, findings[0]?.new?.line]).toEqual([
      1,
      "version 2 of linux.device is a draft here, and was released with other contents by the other branch",
      'take its release over, and add `version 3 "…";`, give what this branch adds `since 3`',
      2,
    ]);
    // The same contents are the same version.
    schema(second.replace("pasid", "ats"));
    expect((await result("--against", "git:main")).status).toBe(0);
  });

  test("a draft of a module that both branches began meets the other's release", async () => {
    write(
      "schemas/linux/other.baton",
      "/// O.\nmodule linux.other; version 1; /// O.\nstate O @0x20 { a @1 : u8 = 0; }",
    );
    git("checkout", "-q", "-b", "topic");
    commit("other");
    git("checkout", "-q", "main");
    write(
      "schemas/linux/other.baton",
      "/// O.\nmodule linux.other; version 1; /// O.\nstate O @0x20 { a @1 : u8 = 1; }",
    );
    await release();
    commit("release");
    git("checkout", "-q", "topic");
    const { findings, status } = await result("--against", "git:main");
    expect([status, findings[0]?.rule, findings[0]?.path]).toEqual([1, "RELEASE_REWRITTEN", "linux.other"]);
  });
});

describe("a revision from before the first schema", () => {
  beforeEach(() => {
    folder.remove();
    startWith({ "README.md": "Ports.\n" });
    git("init", "-q");
    commit("first");
    git("checkout", "-q", "-b", "topic");
    write("baton.json", '{"roots": ["schemas"]}');
    schema(first);
    commit("begin");
  });

  test("lacks modules, which are new", async () => {
    const { status, output } = await check("--against", "git:main");
    expect([status, output]).toEqual([0, expect.stringContaining("info[MODULE_ADDED]: module linux.device is new")]);
    expect((await check("--against", "git:main", "--format", "github")).output).toMatch(
      /^::notice file=schemas\/linux\/device\.baton,line=2,col=8,title=MODULE_ADDED::/,
    );
    expect((await check("--from", "git:main", "--to", "git:topic")).status).toBe(0);
    expect(told(await result("schemas/linux/device.baton", "--against", "git:main"))).toHaveLength(1);
    expect((await check("--from", "git:main", "--to", "git:main")).messages).toContain("error[B9404]");
  });

  test("lacks a folder that the work tree has, and no other", async () => {
    expect((await check("--against", "git:main:schemas")).status).toBe(0);
    const { status, messages } = await check("--against", "git:main:schmas");
    expect([status, messages]).toEqual([2, expect.stringContaining("the revision has no `schmas`")]);
    const unknown = await check("--against", "git:mian");
    expect([unknown.status, unknown.messages]).toEqual([2, expect.stringContaining("no revision `mian`")]);
  });

  test("is told apart from one whose schemas are gone, and from another project's", async () => {
    git("checkout", "-q", "main");
    write("other/baton.json", "{}");
    write("other/linux/other.baton", "/// O.\nmodule linux.other; /// O.\nstate O @0x20 { a @1 : u8 = 0; }");
    write("part/baton.json", '{"roots": ["schemas"]}');
    commit("other");
    write("part/schemas/linux/device.baton", first);
    const called = await baton(join(folder.path, "part"), ["check", "--against", "git:main"]);
    expect([called.status, called.output]).toEqual([0, expect.stringContaining("1 note; compared 0 modules")]);
    git("rm", "-q", "--cached", "part/baton.json");
    git("commit", "-q", "-m", "no project there");
    const again = await baton(join(folder.path, "part"), ["check", "--against", "git:main"]);
    expect([again.status, again.output]).toEqual([0, expect.stringContaining("1 note; compared 0 modules")]);
    rmSync(join(folder.path, "other/linux/other.baton"));
    expect((await baton(join(folder.path, "part"), ["check", "--against", "git:main"])).output).toContain(
      "MODULE_REMOVED",
    );
  });

  test("nothing is asked of it by who needs schemas", async () => {
    const words = ["compile", "--out", "generated", "--accept", "git:main"];
    const { status, messages } = await baton(folder.path, words);
    expect([status, messages]).toEqual([2, expect.stringContaining("error[B9006]")]);
  });
});

test("formats for reviews name files from the top of the repository, wherever the call is made", async () => {
  write("part/baton.json", '{"roots": ["schemas"]}');
  write("part/schemas/linux/device.baton", first);
  git("init", "-q");
  commit("first");
  write("part/schemas/linux/device.baton", first.replace("u8 = 0", "u8 = 1"));
  const called = async (format: string): Promise<string> => {
    const words = ["check", "--against", "git:main", "--format", format];
    return (await baton(join(folder.path, "part"), words)).output;
  };
  expect(await called("github")).toMatch(
    /^::error file=part\/schemas\/linux\/device\.baton,line=9.*; was main:part\/schemas/,
  );
  expect(await called("gitlab")).toContain('"path": "part/schemas/linux/device.baton"');
  expect(await called("sarif")).toContain('"uri": "part/schemas/linux/device.baton"');
  expect(await called("text")).toContain("--> schemas/linux/device.baton:9:3");
});

describe("in a pull request", () => {
  let built: Built;
  beforeAll(async () => void (built = await buildPackage()));
  afterAll(() => built.remove());

  test("a project below the top of its repository is told where its workflow belongs", async () => {
    git("init", "-q");
    expect((await baton(folder.path, ["init", "sub"])).messages).toContain(
      "move sub/.github/workflows/baton.yml to .github/workflows/baton.yml there, and give\nits job `defaults: { run: { working-directory: sub } }`",
    );
    folder.remove();
    startWith({});
    git("init", "-q");
    expect((await baton(folder.path, ["init"])).messages).not.toContain("top of the repository");
  });

  test("the workflow of `baton init` passes on main, and marks the line of a commit that breaks", async () => {
    folder.remove();
    startWith({});
    expect((await baton(folder.path, ["init"])).status).toBe(0);
    git("init", "-q");
    commit("begin");
    git("update-ref", "refs/remotes/origin/main", "HEAD");
    const workflow = readFileSync(join(folder.path, ".github/workflows/baton.yml"), "utf8");
    const steps = [...workflow.matchAll(/^ {6}- run: (npx .*)$/gm)].map(([, step = ""]) => step);
    expect(steps.at(-1)).toBe("npx --no-install baton check --against git:origin/main --format github");
    const run = (
      step: string,
    ): { readonly status: number | null; readonly output: string; readonly messages: string } => {
      const env = { ...process.env, PATH: `${built.programs}:${process.env["PATH"]}` };
      const { status, stdout, stderr } = spawnSync("sh", ["-c", step], { cwd: folder.path, encoding: "utf8", env });
      return { status, output: stdout, messages: stderr };
    };
    for (const step of steps) expect(run(step), step).toMatchObject({ status: 0 });
    git("checkout", "-q", "-b", "topic");
    const path = join(folder.path, "schemas/example/serial.baton");
    writeFileSync(path, readFileSync(path, "utf8").replace("115_200", "9_600"));
    commit("another default");
    const { status, output } = run(steps.at(-1) ?? "");
    expect(status).toBe(1);
    expect(output).toMatch(
      /^::error file=schemas\/example\/serial\.baton,line=\d+,col=3,title=DEFAULT_CHANGED \(corrupting\)::example\.serial\.SerialPort\.baud: .*; was origin\/main:schemas\/example\/serial\.baton:\d+:3 \{[0-9a-f]{16}\}$/m,
    );
    expect(existsSync(join(folder.path, "released"))).toBe(false);
  });
});

describe("places", () => {
  const other =
    "/// O.\nmodule linux.other; /// O.\nstate O @0x20 { a @1 : u8 = 0; } /// P.\nstate P @0x21 { a @1 : u8 = 0; }";
  const marked = async (format: string): Promise<readonly string[]> => {
    const { output } = await check("--against", "git:main", "--format", format);
    const pattern = { github: /file=([^,]*),line=(\d+),/g, gitlab: /"path": "(.*)",\s+"lines": \{\s*"begin": (\d+)/g };
    const sarif = /"uri": "(?!https:)(.*)"\s+\},\s+"region": \{\s+"startLine": (\d+)/g;
    return [...output.matchAll(format === "github" || format === "gitlab" ? pattern[format] : sarif)].map(
      ([, file, line]) => `${file}:${line}`,
    );
  };

  test("what is gone is marked in a file that the review knows", async () => {
    await release();
    write("schemas/linux/other.baton", other);
    git("init", "-q");
    commit("first");
    // A state, a module and a release.
    schema(
      first
        .replace("@0x10", "@0x12")
        .replaceAll("Device", "Gadget")
        .replace("module linux.Gadget", "module linux.device"),
    );
    rmSync(join(folder.path, "schemas/linux/other.baton"));
    rmSync(join(folder.path, "released"), { recursive: true });
    const { findings } = await result("--against", "git:main");
    const places = new Map(findings.map(({ rule, old, new: now }) => [rule, [old?.file, now?.file, now?.line]]));
    const file = "schemas/linux/device.baton";
    expect(places.get("STATE_REMOVED")).toEqual([`main:${file}`, file, 2]);
    expect(places.get("RELEASE_REWRITTEN")).toEqual(["main:released/linux.device/1.json", file, 2]);
    expect(places.get("MODULE_REMOVED")).toEqual(["main:schemas/linux/other.baton", undefined, undefined]);
    for (const format of ["github", "gitlab", "sarif"]) {
      const all = await marked(format);
      expect(all, format).toEqual(expect.arrayContaining([`${file}:2`, "schemas/linux/other.baton:2"]));
      expect(all.filter((place) => /main|%/.test(place), format)).toEqual([]);
    }
    const { output } = await check("--against", "git:main");
    expect(output).toContain(
      "--> schemas/linux/other.baton:2:8\n  was main:schemas/linux/other.baton:2:8\n  path: linux.other\n",
    );
  });

  test("a check is marked at its own line, in the text and in the release", async () => {
    const two = (last: string): string =>
      first.replace("\n}\n", `\n  check mode < 9 : "mode" until 1;\n  check mode < 8 : "small";\n${last}}\n`);
    schema(two(""));
    await release();
    git("init", "-q");
    commit("first");
    const changed = two('  check id != 0 : "id" since 2;\n').replace("mode < 8", "mode < 7");
    schema(changed.replace('version 1 "6.18";', 'version 1 "6.18";\nversion 2 "";'));
    const { findings } = await result();
    const lineOf = (rule: string, side: "old" | "new"): number | undefined =>
      findings.find((one) => one.rule === rule)?.[side]?.line;
    expect([lineOf("CHECK_CHANGED", "new"), lineOf("CHECK_ADDED", "new")]).toEqual([13, 14]);
    expect(lineOf("CHECK_REMOVED", "new")).toBe(8);
    const lines = readFileSync(join(folder.path, "released/linux.device/1.json"), "utf8").split("\n");
    expect(lines[(lineOf("CHECK_REMOVED", "old") ?? 0) - 1]).toContain('"message": "mode"');
    expect(lines[(lineOf("CHECK_CHANGED", "old") ?? 0) - 1]).toContain('"message": "small"');
    expect(await marked("github")).toEqual(expect.arrayContaining(["schemas/linux/device.baton:13"]));
  });
});
