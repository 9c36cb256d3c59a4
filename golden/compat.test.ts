import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile, worldAt, type Compiled } from "../compiler/compile.ts";
import { noBaseline } from "../compiler/compat/baseline.ts";
import type { CheckResult } from "../compiler/compat/finding.ts";
import type { Places } from "../compiler/compat/findings.ts";
import { formats, type FormatName } from "../compiler/compat/formats/index.ts";
import { runGate, type Comparison } from "../compiler/compat/gate.ts";
import { reusedIn } from "../compiler/compat/history.ts";
import { applyPolicy, noPolicy } from "../compiler/compat/policy.ts";
import { ruleNames, rules } from "../compiler/compat/rules/index.ts";
import { rulePages } from "../compiler/compat/rules/pages.ts";
import type { Module } from "../compiler/schema/ir.ts";
import { positionAt } from "../compiler/text.ts";
import packageJson from "../package.json" with { type: "json" };
import { baton } from "../test/terminal.ts";
import { casesOf, expectGolden, filesOf, readGolden } from "./cases.ts";

const outputs = Object.keys(formats) as FormatName[];

/**
 * Most cases are two schemas, `old` and `new`. What rules of the gate are about lies outside of schemas: their cases have a `call.txt`, the words
 * behind `baton check` in a project that is released as `old` and has the files of `new` then.
 */
const every = casesOf("compat");
const projects = every.filter((name) => filesOf("compat", name).includes("call.txt"));
const cases = every.filter((name) => !projects.includes(name));

/** The schemas of one side of a case: `old`, `new`, or `gone`, a release between the two. */
function compileSide(name: string, side: string): Compiled {
  const sources = filesOf("compat", name)
    .filter((path) => path.startsWith(`${side}/`) && path.endsWith(".baton"))
    .map((path) => ({ path, text: readGolden("compat", name, path) }));
  const compiled = compile(sources);
  const errors = compiled.diagnostics.filter(({ severity }) => severity === "error");
  expect(errors.map(({ message }) => message), `${name}/${side} compiles`).toEqual([]);
  return compiled;
}

function placesOf(compiled: Compiled): Places {
  return (module, key) => {
    const spans = compiled.modules.get(module)?.provenance.spans;
    const span = spans?.get(key) ?? spans?.get(key.split(/[.#]/)[0] ?? "");
    return span === undefined ? null : { file: span.source.path, ...positionAt(span.source, span.start) };
  };
}

/** What the gate says of a case, without a policy, as of two whole sources. */
function check(name: string): CheckResult {
  const [old, now] = [compileSide(name, "old"), compileSide(name, "new")];
  const hasGone = filesOf("compat", name).some((path) => path.startsWith("gone/"));
  const releases = new Map<string, readonly Module[]>();
  if (hasGone) {
    for (const [module, { views, module: whole }] of compileSide(name, "gone").modules) {
      const view = views.get(whole.version);
      if (view !== undefined) releases.set(module, [view]);
    }
  }
  const sides = {
    old: { name: "old", world: worldAt(old), places: placesOf(old) },
    new: { name: "new", world: worldAt(now), places: placesOf(now) },
  };
  const comparisons = [...new Set([...old.modules.keys(), ...now.modules.keys()])].sort().map(
    (module): Comparison => ({
      ...{ module, against: "old", ...sides, demanded: false, past: false, reused: reusedIn(releases) },
      supported: { upgrade: true, rollback: true },
    }),
  );
  const gate = runGate(comparisons, { witnesses: true });
  expect(
    gate.contradicted.map(({ rule }) => rule),
    "verdicts that a value contradicts",
  ).toEqual([]);
  const context = {
    ...{ policy: noPolicy, exceptions: [], baseline: noBaseline, today: "2026-01-01", complete: true },
    rules: new Set<string>(ruleNames),
  };
  const { findings, accepted } = applyPolicy(gate.judged, gate.matrix, context);
  return { verdict: gate.verdict, compared: gate.compared, accepted, findings, matrix: gate.matrix };
}

const pages = new Map(ruleNames.map((name) => [name as string, { title: rules[name].title, explain: rules[name].explain }]));

describe("golden/compat", () => {
  it.each(cases)("%s", (name) => {
    const result = check(name);
    const rule = name.split("-")[0] ?? "";
    const found = new Set(result.findings.map((finding) => finding.rule));
    if (rule === "none") expect([...found]).toEqual([]);
    else if (rule !== "history") expect([...found]).toContain(rule);
    for (const format of outputs) {
      const text = formats[format](result, { matrix: true, version: "0.0.0", rules: pages });
      expectGolden("compat", name, `expected.${format}`, text);
    }
  });

  it.each(projects)("%s", async (name) => {
    const folder = mkdtempSync(join(tmpdir(), "baton-check-"));
    const lay = (side: string): void => cpSync(join(import.meta.dirname, "compat", name, side), folder, { recursive: true });
    try {
      lay("old");
      expect((await baton(folder, ["release"])).status).toBe(0);
      lay("new");
      const words = readGolden("compat", name, "call.txt").trim().split(" ");
      for (const format of outputs) {
        const { output, messages } = await baton(folder, ["check", ...words, "--format", format]);
        expect(messages).toBe("");
        expect(output).toContain(name.split("-")[0]);
        expectGolden("compat", name, `expected.${format}`, output.replaceAll(packageJson.version, "0.0.0"));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("has a case for every rule", () => {
    const shown = new Set(every.map((name) => name.split("-")[0]));
    expect([...rulePages.keys()].filter((name) => !shown.has(name))).toEqual([]);
  });

  it("holds nothing but cases", () => {
    const entries = readdirSync(join(import.meta.dirname, "compat"), { withFileTypes: true });
    expect(entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name)).toEqual([]);
    for (const name of every) {
      expect(name, "a case is named after its rule").toMatch(/^([A-Z]+(_[A-Z]+)*|none|history)-[a-z0-9]+(-[a-z0-9]+)*$/);
      const inputs = projects.includes(name) ? /^(old\/|new\/|call\.txt$)/ : /^(old|gone|new)\/.+\.baton$/;
      const strange = filesOf("compat", name).filter((path) => !inputs.test(path) && !/^expected\.[a-z]+$/.test(path));
      expect(strange, name).toEqual([]);
      const shown = filesOf("compat", name).filter((path) => path.startsWith("expected."));
      expect(shown.sort(), name).toEqual(outputs.map((format) => `expected.${format}`).sort());
    }
  });
});
