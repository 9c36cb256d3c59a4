import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../compiler/compile.ts";
import { allCodes, lookup } from "../compiler/diagnostics/index.ts";
import { fancy } from "../compiler/report.ts";
import { buildPackage, type Built } from "./built.ts";

const root = join(import.meta.dirname, "..");
const documents = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter((path) =>
  path.endsWith(".md"),
);

/** A fenced block: its language, the words behind it, and its text. */
interface Block {
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
  readonly line: number;
}

function blocksOf(path: string): readonly Block[] {
  const lines = readFileSync(join(root, path), "utf8").split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const opening = /^```(\S+)(.*)$/.exec(lines[at] ?? "");
    if (opening === null) continue;
    const end = lines.indexOf("```", at + 1);
    const text = lines.slice(at + 1, end).join("\n");
    blocks.push({
      language: opening[1] ?? "",
      words: (opening[2] ?? "").trim().split(/\s+/),
      text: `${text}\n`,
      line: at + 1,
    });
    at = end;
  }
  return blocks;
}

/** A command of a session as it is shown, and what it is shown to print. */
interface Step {
  readonly command: string;
  readonly expected: string;
}

function stepsOf(block: Block): readonly Step[] {
  const parts = block.text.split(/^\$ /m).slice(1);
  return parts.map((part) => {
    const [command = "", ...output] = part.split("\n");
    return { command, expected: output.join("\n").trim() };
  });
}

interface Session {
  readonly printed: readonly string[];
  /** The working directory that the last command left, where the next block goes on. */
  readonly folder: string;
}

/** Runs the commands of a block in one shell, so that `$?` and `cd` mean what they say. */
function run(folder: string, built: Built, steps: readonly Step[]): Session {
  const script = steps.map(({ command }) => `__status=$?; printf '\\001\\n'; (exit $__status); ${command}`).join("\n");
  const shell = spawnSync("bash", ["-c", `exec 2>&1\n${script}\nprintf '\\001\\n%s' "$PWD"`], {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...process.env,
      PATH: `${built.programs}:${process.env["PATH"] ?? ""}`,
      NO_COLOR: "1",
      BATON_SCHEMA_PATH: "",
    },
  });
  const texts = shell.stdout.split("\u0001\n").slice(1);
  return { printed: texts.slice(0, -1).map((text) => text.trim()), folder: texts.at(-1) ?? folder };
}

/** What the strict type checker says of programs in a folder. */
function typesOf(folder: string, programs: readonly string[]): string {
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--types", "node"];
  const roots = ["--typeRoots", join(root, "node_modules/@types")];
  const words = [join(root, "node_modules/.bin/tsc"), ...options, ...roots, ...programs];
  return spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8" }).stdout;
}

/** Whether printed text is what was shown; a line `…` stands for any lines, and `…` in a line for any of it. */
function fits(shown: string, printed: string): boolean {
  const pattern = shown
    .split("\n")
    .map((line) =>
      line.trim() === "…"
        ? "(?:.*\\n)*?.*"
        : line
            .trimEnd()
            .split("…")
            .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
            .join(".*"),
    )
    .join("\n");
  return new RegExp(`^${pattern}$`).test(printed.replace(/[ \t]+$/gm, ""));
}

test("the language reference covers every code of schemas", () => {
  const text = readFileSync(join(root, "docs/language.md"), "utf8");
  const covered = [...text.matchAll(/^\| (B\d{4})(?:(?:\.\.|, )(B\d{4}))? +\|/gm)].map(([, from = "", to = from]) => [
    from,
    to,
  ]);
  const missing = allCodes.filter(
    (code) => /^B[1-7]/.test(code) && !covered.some(([from = "", to = ""]) => from <= code && code <= to),
  );
  expect(missing).toEqual([]);
});

let built: Built;
beforeAll(async () => void (built = await buildPackage()));
afterAll(() => built.remove());

describe.each(documents)("%s", (path) => {
  const blocks = blocksOf(path);

  test("its sessions print what they are shown to print", () => {
    const folder = mkdtempSync(join(tmpdir(), "baton-docs-"));
    symlinkSync(built.modules, join(folder, "node_modules"));
    try {
      let current = folder;
      for (const block of blocks) {
        const file = block.words.find((word) => word.startsWith("file="))?.slice("file=".length);
        if (file !== undefined) {
          mkdirSync(dirname(join(current, file)), { recursive: true });
          writeFileSync(join(current, file), block.text);
        }
        if (block.language !== "sh" || !block.words.includes("run")) continue;
        const steps = stepsOf(block);
        const { printed, folder: next } = run(current, built, steps);
        current = next;
        for (const [i, { command, expected }] of steps.entries()) {
          if (!fits(expected, printed[i] ?? "")) expect(printed[i], `${path}:${block.line}: ${command}`).toBe(expected);
        }
      }
      const programs = readdirSync(current).filter((name) => name.endsWith(".ts"));
      if (programs.length > 0) expect(typesOf(current, programs)).toBe("");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("its schemas compile", () => {
    for (const block of blocks) {
      if (block.language !== "baton" || block.words.includes("fragment")) continue;
      const whole = /^module /m.test(block.text);
      const head = whole ? "" : "module sample;\nversion 1;\nversion 2;\nversion 3;\n";
      const source = { path: `${path}:${block.line}`, text: head + block.text };
      const errors = compile([source]).diagnostics.filter(({ severity }) => severity === "error");
      expect(fancy(errors)).toBe("");
    }
  });

  test("its codes are there", () => {
    const codes = new Set(readFileSync(join(root, path), "utf8").match(/\bB\d{4}\b/g));
    expect([...codes].filter((code) => lookup(code) === undefined)).toEqual([]);
  });

  test("its links lead somewhere", () => {
    const text = readFileSync(join(root, path), "utf8");
    const dead = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] ?? "")
      .filter((link) => !existsSync(join(root, dirname(path), link)));
    expect(dead).toEqual([]);
  });
});
