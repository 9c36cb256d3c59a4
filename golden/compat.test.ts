import { readdirSync } from "node:fs";
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
import type { Module } from "../compiler/schema/ir.ts";
import { positionAt } from "../compiler/text.ts";
import { casesOf, expectGolden, filesOf, readGolden } from "./cases.ts";

const outputs = Object.keys(formats) as FormatName[];

/** Rules that no two schemas show: what they are about lies outside of schemas. */
const elsewhere: Readonly<Record<string, string>> = {
  RELEASE_REWRITTEN: "it is about release files, and is shown where `baton check` is tested",
};

const cases = casesOf("compat");

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

  it("has a case for every rule", () => {
    const shown = new Set(cases.map((name) => name.split("-")[0]));
    expect(ruleNames.filter((name) => !shown.has(name) && elsewhere[name] === undefined)).toEqual([]);
  });

  it("holds nothing but cases", () => {
    const entries = readdirSync(join(import.meta.dirname, "compat"), { withFileTypes: true });
    expect(entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name)).toEqual([]);
    for (const name of cases) {
      expect(name, "a case is named after its rule").toMatch(/^([A-Z]+(_[A-Z]+)*|none|history)-[a-z0-9]+(-[a-z0-9]+)*$/);
      const strange = filesOf("compat", name).filter(
        (path) => !/^(old|gone|new)\/.+\.baton$/.test(path) && !/^expected\.[a-z]+$/.test(path),
      );
      expect(strange, name).toEqual([]);
      const shown = filesOf("compat", name).filter((path) => path.startsWith("expected."));
      expect(shown.sort(), name).toEqual(outputs.map((format) => `expected.${format}`).sort());
    }
  });
});
