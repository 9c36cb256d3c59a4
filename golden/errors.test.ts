import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile, withReleases, type Compiled } from "../compiler/compile.ts";
import { allCodes, lookup } from "../compiler/diagnostics/index.ts";
import { fancy } from "../compiler/report.ts";
import type { Version } from "../compiler/schema/ir.ts";
import { releaseReader, type Release } from "../compiler/schema/release.ts";
import { parseVersion } from "../compiler/schema/version.ts";
import { casesOf, expectGolden, filesOf, readGolden } from "./cases.ts";

/** Codes that schemas and their releases can show. Those of dumps (B8) and calls (B9) are shown where those are tested. */
const ofSchemas = /^B[1-7]/;

const cases = casesOf("errors").filter((name) => ofSchemas.test(name));

const releaseFile = /^released\/([^/]+)\/([^/]+)\.json$/;

/** The releases of a case, as they lie in a project. */
async function releasesOf(name: string): Promise<Map<string, Map<Version, Release>>> {
  const releases = new Map<string, Map<Version, Release>>();
  for (const path of filesOf("errors", name)) {
    const [, module = "", text = ""] = releaseFile.exec(path) ?? [];
    const version = parseVersion(text);
    if (version === null) continue;
    const read = (await releaseReader())(readGolden("errors", name, path), { module, version });
    if (!read.ok) throw new Error(`${path}: expected ${read.mistake.expected}, found ${read.mistake.found}`);
    releases.set(module, (releases.get(module) ?? new Map<Version, Release>()).set(version, read.release));
  }
  return releases;
}

/** A case is one file `input.baton`, or several at the paths that their modules' names imply, and what was released of them. */
async function compileCase(name: string): Promise<Compiled> {
  const sources = filesOf("errors", name)
    .filter((path) => path.endsWith(".baton"))
    .map((path) => ({ path, text: readGolden("errors", name, path) }));
  const moduleNameOf = ({ path }: { readonly path: string }): string | null =>
    path === "input.baton" ? null : path.replace(/\.baton$/, "").replaceAll("/", ".");
  return withReleases(compile(sources, { moduleNameOf }), await releasesOf(name));
}

const schemaCodes = allCodes.filter((code) => ofSchemas.test(code) && lookup(code)?.retired !== true);

describe("golden/errors", () => {
  it.each(cases)("%s", async (name) => {
    const { diagnostics } = await compileCase(name);
    const code = name.slice(0, 5);
    expect(
      diagnostics.map((diagnostic) => diagnostic.code),
      `${name} must show ${code}`,
    ).toContain(code);
    expectGolden("errors", name, "expected.txt", fancy(diagnostics));
  });

  it("holds nothing but cases", () => {
    const entries = readdirSync(join(import.meta.dirname, "errors"), { withFileTypes: true });
    expect(entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name)).toEqual([]);
    for (const name of cases) {
      expect(name, "a case is named after its code").toMatch(/^B\d{4}-[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(schemaCodes, `${name}: no such code`).toContain(name.slice(0, 5));
      const strange = filesOf("errors", name).filter(
        (path) => path !== "expected.txt" && !path.endsWith(".baton") && !releaseFile.test(path),
      );
      expect(strange, `files of ${name} that nothing reads`).toEqual([]);
    }
  });

  it("has a case for every code", () => {
    const shown = new Set(cases.map((name) => name.slice(0, 5)));
    expect(schemaCodes.filter((code) => !shown.has(code))).toEqual([]);
  });
});

describe("the examples that `baton explain` prints", () => {
  const withExample = schemaCodes.flatMap((code) => {
    const example = lookup(code)?.example;
    return example === undefined ? [] : [{ code, ...example }];
  });

  it.each(withExample)("$code", ({ code, bad, good }) => {
    const wrong = compile([{ path: "bad.baton", text: bad }]).diagnostics;
    expect(
      wrong.map((diagnostic) => diagnostic.code),
      fancy(wrong),
    ).toContain(code);
    const right = compile([{ path: "good.baton", text: good }]).diagnostics;
    expect(
      right.filter((diagnostic) => diagnostic.severity === "error" || diagnostic.code === code),
      fancy(right),
    ).toEqual([]);
  });

  it("stand on every page that one file can show", () => {
    const without = schemaCodes.filter((code) => lookup(code)?.example === undefined);
    // A path, a second file, a release, fifty mistakes or hundreds of versions do not fit an example.
    const released = ["B3201", "B3202", "B3203", "B3204"];
    const others = ["B1014", "B2003", "B2004", "B2007", "B2008", "B2011", "B2019", "B3108", "B3113", "B5011", "B7007"];
    expect(without).toEqual([...released, ...others].sort());
  });

  it("explain in more than a word", () => {
    const short = schemaCodes.filter((code) => (lookup(code)?.explain.length ?? 0) < 60);
    expect(short).toEqual([]);
  });
});
