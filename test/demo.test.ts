import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const repository = join(import.meta.dirname, "..");
const built = existsSync(join(repository, "dist/baton.js"));

function demo(environment: Readonly<Record<string, string>> = {}): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, ["examples/handoff/run.mjs", "--recorded"], {
    cwd: repository,
    env: { ...process.env, ...environment },
    encoding: "utf8",
    timeout: 120_000,
  });
}

// `npm install` builds; in a tree without it there is nothing to run.
describe.runIf(built)("the demo", () => {
  it("hands over, and says so in a screenful", () => {
    const { status, stdout, stderr } = demo();
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThan(80);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(stdout).toContain("6 PCI functions from a recording of");
    expect(stdout).toContain(
      "one descriptor more: refused, descriptor 9 (device) is held, but the dump does not name it",
    );
    expect(stdout).toContain(
      "one descriptor less: refused, descriptor 8 (eventfd) is in the dump, but nobody holds it",
    );
    expect(stdout).toMatch(/by the old process, \d+ by the new one, on one connection, none lost or twice/);
    expect(stdout).toContain("9 × linux.fds.Session#0.files[*].comm");
    expect(stdout).toMatch(/B8209: linux\.pci\.PciDevice#0\.@30/);
    expect(stdout).toMatch(/B8303: linux\.pci\.PciDevice#0\.physical_function @30/);
    const taker = /starts (\d+) and ends/.exec(stdout)?.[1] ?? "";
    expect(existsSync(`/proc/${taker}`), "the new process is gone").toBe(false);
  });

  it("is typed as its users are: the generated code and what is written against it", () => {
    const command = ["--no-install", "tsc", "--noEmit", "-p", "examples/handoff/tsconfig.json"];
    expect(spawnSync("npx", command, { cwd: repository, encoding: "utf8" }).stdout).toBe("");
  });

  it("fails with a line and a status where a step fails", () => {
    const { status, stderr } = demo({ PATH: "/nowhere" });
    expect(status).toBe(1);
    expect(stderr).toContain("demo: the old process ended with status 1");
  });
});
