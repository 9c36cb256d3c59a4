import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { baton } from "../test/terminal.ts";
import { rows as callRows } from "../compiler/diagnostics/cli.ts";
import { rows as gateRows } from "../compiler/diagnostics/gate.ts";
import { casesOf, expectGolden, filesOf, readGolden } from "./cases.ts";

/** Cases of mistakes in calls, files and configuration: `call.txt` holds the words behind `baton`, `input.txt` what it reads on standard input. */
const calls = casesOf("calls");

/** Our bugs cannot be called up. */
const withoutCase = ["B9999"];

describe("calls", () => {
  test.each(calls)("%s", async (name) => {
    const folder = mkdtempSync(join(tmpdir(), "baton-call-"));
    try {
      cpSync(join(import.meta.dirname, "calls", name), folder, { recursive: true, verbatimSymlinks: true });
      for (const file of ["call.txt", "expected.txt"]) rmSync(join(folder, file), { force: true });
      const input = filesOf("calls", name).includes("input.txt") ? readFileSync(join(folder, "input.txt")) : "";
      const words = readGolden("calls", name, "call.txt").trim().split(" ");
      const { status, output, messages } = await baton(
        folder,
        words.map((word) => (word === "''" ? "" : word)),
        { input },
      );
      expectGolden("calls", name, "expected.txt", `${output}${messages}exit status ${status}\n`);
      expect(messages).toContain(`[${name.slice(0, 5)}]`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("every code has a case", () => {
    const missing = Object.keys({ ...callRows, ...gateRows }).filter((code) => !calls.some((name) => name.startsWith(`${code}-`)));
    expect(missing).toEqual(withoutCase);
  });
});
