import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesOfHex } from "../../compiler/dump/hex-text.ts";
import { inspect } from "../../compiler/dump/inspect.ts";
import { sourceOf } from "../../compiler/dump/source.ts";
import { casesOf, filesOf, readGolden } from "../../golden/cases.ts";
import { mutateDump } from "../fuzz/mutate-dump.ts";
import { Random } from "../property/random.ts";

/** It reads numbers where they lie. */
const hasCompiler =
  spawnSync("gcc", ["--version"]).status === 0 && (process.arch === "x64" || process.arch === "arm64");

const sources = ["reader.c", "body.c", "manifest.c", "rows.c"].map((name) => join(import.meta.dirname, name));

let folder: string;
let reader: string;

beforeAll(() => {
  if (!hasCompiler) return;
  folder = mkdtempSync(join(tmpdir(), "baton-reader-"));
  reader = join(folder, "reader");
  const options = ["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined"];
  execFileSync("gcc", [...options, "-fno-sanitize-recover", "-o", reader, ...sources]);
});

afterAll(() => {
  if (hasCompiler) rmSync(folder, { recursive: true, force: true });
});

function golden(name: string, file: string): Uint8Array {
  return bytesOfHex(readGolden("bytes", name, file));
}

/** What the reader prints of one file, and its status. */
function read(how: "dump" | "body" | "rows", bytes: Uint8Array): { readonly printed: string; readonly status: number } {
  const file = join(folder, "input");
  writeFileSync(file, bytes);
  const { stdout, stderr, status } = spawnSync(reader, [how, file], { encoding: "utf8" });
  expect(stderr).toBe("");
  return { printed: stdout, status: status ?? -1 };
}

/** What it says of many dumps, a line for each. */
function judge(dumps: readonly Uint8Array[]): readonly string[] {
  const pieces = dumps.flatMap((dump) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(dump.length, 4);
    return [head, dump, Buffer.alloc((8 - (dump.length % 8)) % 8)];
  });
  const file = join(folder, "batch");
  writeFileSync(file, Buffer.concat(pieces));
  return execFileSync(reader, ["batch", file], { encoding: "utf8", maxBuffer: 2 ** 28 })
    .trim()
    .split("\n");
}

const dumps = casesOf("bytes").filter((name) => filesOf("bytes", name).includes("dump.hex"));
const bodies = casesOf("bytes").filter((name) => filesOf("bytes", name).includes("body.hex"));

describe.runIf(hasCompiler)("a reader written from the specification alone", () => {
  test.each(dumps)("reads the dump %s", (name) => {
    const { printed, status } = read("dump", golden(name, "dump.hex"));
    expect([status, /^refused.*/m.exec(printed)?.[0]]).toEqual([0, undefined]);
  });

  test.each(bodies)("reads the body %s", (name) => {
    const { printed, status } = read("body", golden(name, "body.hex"));
    expect([status, /^refused.*/m.exec(printed)?.[0]]).toEqual([0, undefined]);
  });

  test("finds what the example of the specification holds", () => {
    const text = readFileSync(join(import.meta.dirname, "..", "..", "docs", "wire.md"), "utf8");
    const hex = /```hex example=dump\n([^]*?)```/.exec(text)?.[1] ?? "";
    const { printed } = read("dump", bytesOfHex(hex));
    expect(printed.replace(/[0-9a-f]{64}/, "…")).toBe(
      "module demo.dump 1.0 draft writes 1 …\nrecord 0x11#3 version 1.0 8 bytes\n  @1 word 41\n",
    );
  });

  test("reads rows of other versions of a structure", () => {
    const rowsOf = (name: string): string => read("rows", golden(name, "body.hex")).printed;
    expect(rowsOf("rows-of-an-older-version")).toBe("1 1 0\n");
    expect(rowsOf("rows-for-an-older-version")).toBe("4096 1 0\n8192 2 3\n");
    expect(rowsOf("rows-read-by-an-older-version")).toBe("4096 1 0 dropped\n8192 2 3 dropped\n");
    expect(rowsOf("rows-that-must-be-understood")).toMatch(/^refused at 8: /);
  });

  test("takes no dump that is cut off or has a wrong bit", () => {
    const dump = golden("dump", "dump.hex");
    const cut = Array.from(dump, (_, length) => dump.slice(0, length));
    const turned = Array.from({ length: dump.length * 8 }, (_, bit) => {
      const copy = dump.slice();
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return copy;
    });
    expect(judge([...cut, ...turned]).filter((line) => line === "taken")).toEqual([]);
  });

  test("takes and refuses the dumps that the tools do", () => {
    const random = new Random(20_261_121);
    const sound = dumps.map((name) => golden(name, "dump.hex"));
    const mutated = Array.from({ length: 5_000 }, () => mutateDump(random, random.pick(sound), random.pick(sound)));
    const said = judge(mutated);
    const differing = mutated.flatMap((dump, i) => {
      const ours = problemsByForm(dump);
      return (said[i] === "taken") === (ours.length === 0) ? [] : [{ reader: said[i], tools: ours }];
    });
    expect(said.filter((line) => line === "taken").length).toBeGreaterThan(100);
    expect(differing.slice(0, 5)).toEqual([]);
  });
});

/** What the tools say of a dump of which they have no schema, but that its states are not known. */
function problemsByForm(dump: Uint8Array): readonly string[] {
  const schemas = () => ({ world: new Map(), missing: [], problems: [] });
  return [...inspect(sourceOf(dump), { schemas, raw: true })].flatMap(({ problems }) =>
    problems.flatMap(({ code, message, path }) => (code === "B8015" ? [] : [`${code} ${path} ${message}`])),
  );
}
