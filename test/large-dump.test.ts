import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const repository = join(import.meta.dirname, "..");

// The script's own run is 6 GB. A small one shows that it works, and that memory does not follow the dump's size.
it.runIf(existsSync(join(repository, "dist/baton.js")))("reads a streamed dump in less memory than it has", () => {
  const command = ["bench/large-dump.mjs", "--size", "400M", "--rows", "50000", "--limit", "300M"];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: repository, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^read +0\.39 GiB .* 263 records, 13,150,000 rows/m);
  expect(stdout).toContain("peaks under the limit of 300M");
  expect(status).toBe(0);
});

// By itself it decodes 5 GB, and demands 100 MB/s; how fast a shared machine is says nothing here.
it.runIf(existsSync(join(repository, "dist/baton.js")))(
  "decodes a large dump from a file and a pipe in constant memory",
  { timeout: 300_000 },
  () => {
    const command = ["bench/decode.mjs", "--size", "100M", "--formats", "ndjson", "--limit", "300M", "--least", "10"];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: repository, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^ndjson +from a file: .*\nndjson +from a pipe: /);
    expect(status).toBe(0);
  },
);
