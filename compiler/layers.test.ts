import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** The layers, lowest first: a file imports from its own layer and from those before it. Layers of one line do not know each other. */
const layers: readonly (readonly string[])[] = [
  ["text", "printable"],
  ["diagnostics"],
  ["report", "syntax"],
  ["schema"],
  ["emit", "dump"],
  // Its witnesses run the codecs of dump.
  ["compat", "view"],
  ["compile"],
  ["host"],
  ["cli", "index", "prettier"],
];

const height = (layer: string): number => layers.findIndex((line) => line.includes(layer));

/** `syntax` for `compiler/syntax/parse.ts`, `text` for `compiler/text.ts`. */
const layerOf = (path: string): string => (path.split("/")[1] ?? "").replace(/\.ts$/, "");

/** TypeScript files of a folder that are no tests, relative to the repository. */
function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  const found = text.matchAll(
    /^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|^import\s+"([^"]+)"/gm,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/** The file that a relative import names, relative to the repository; null for a package. */
const target = (path: string, specifier: string): string | null =>
  specifier.startsWith(".") ? normalize(join(dirname(path), specifier)) : null;

/** `a imports b` for the imports of some files that break a rule. */
function breaking(paths: readonly string[], rule: (path: string, specifier: string) => boolean): string[] {
  return paths.flatMap((path) =>
    importsOf(path).flatMap((specifier) => (rule(path, specifier) ? [`${path} imports ${specifier}`] : [])),
  );
}

describe("layers", () => {
  const compiler = sourcesOf("compiler");
  const runtime = sourcesOf("runtime");

  test("every file of the compiler belongs to one", () => {
    expect(compiler.filter((path) => height(layerOf(path)) < 0)).toEqual([]);
  });

  test("imports go down only", () => {
    const upwards = breaking(compiler, (path, specifier) => {
      const to = target(path, specifier);
      if (to === null || !to.startsWith("compiler/") || !to.endsWith(".ts")) return false;
      const [from, into] = [layerOf(path), layerOf(to)];
      return from !== into && height(into) >= height(from);
    });
    expect(upwards).toEqual([]);
  });

  test("the runtime imports nothing but itself", () => {
    expect(breaking(runtime, (path, specifier) => target(path, specifier)?.startsWith("runtime/") !== true)).toEqual(
      [],
    );
  });

  test("chevrotain stays in syntax", () => {
    const outside = compiler.filter((path) => layerOf(path) !== "syntax");
    expect(breaking(outside, (_, specifier) => specifier.includes("chevrotain"))).toEqual([]);
  });

  test("files, git and the terminal are touched by the host alone", () => {
    const outside = compiler.filter((path) => layerOf(path) !== "host" && path !== "compiler/cli/baton.ts");
    expect(
      breaking(outside, (_, specifier) => /^(?:node:)?(?:fs|child_process|process|tty|os)\b/.test(specifier)),
    ).toEqual([]);
  });

  test("what is heavy is loaded where it is used, and not by every call", () => {
    const everyCall = [
      "compiler/cli/baton.ts",
      "compiler/cli/main.ts",
      "compiler/cli/commands.ts",
      "compiler/cli/call.ts",
    ];
    const seen = new Set<string>();
    const queue = [...everyCall];
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const text = readFileSync(join(root, path), "utf8");
      for (const [, specifier = ""] of text.matchAll(/^(?:import|export) (?!type\b)[^;]*?\bfrom\s+"([^"]+)"/gm)) {
        const to = target(path, specifier);
        if (to === null) expect(specifier, path).toMatch(/^(?:node:|commander$)/);
        else if (to.endsWith(".ts")) queue.push(to);
      }
    }
    expect([...seen].filter((path) => /compiler\/(?:syntax|schema|dump|emit|compile)\b/.test(path))).toEqual([]);
  });
});
