import { expect } from "vitest";
import { compile, type Compiled, type CompiledModule } from "../compiler/compile.ts";
import { fancy } from "../compiler/report.ts";
import type { Declaration, Module, Version } from "../compiler/schema/ir.ts";
import { parseVersion } from "../compiler/schema/version.ts";

/** Compiles texts that must be free of errors; a text is one module. */
export function compileTexts(...texts: readonly string[]): Compiled {
  const compiled = compile(texts.map((text, i) => ({ path: `${i}.baton`, text })));
  const errors = compiled.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  expect(fancy(errors)).toBe("");
  return compiled;
}

/** The one module of a text. */
export function compileModule(text: string): CompiledModule {
  const [module] = compileTexts(text).modules.values();
  if (module === undefined) throw new Error("no module");
  return module;
}

/** What is wrong with texts: codes with messages. */
export function problemsOf(...texts: readonly string[]): readonly string[] {
  const { diagnostics } = compile(texts.map((text, i) => ({ path: `${i}.baton`, text })));
  return diagnostics.filter(({ severity }) => severity === "error").map(({ code, message }) => `${code} ${message}`);
}

/** A module as it is at the version that a text such as "2.1" names. */
export function viewAt(module: CompiledModule, version: string): Module {
  const view = module.views.get(versionOf(version));
  if (view === undefined) throw new Error(`no version ${version}`);
  return view;
}

export function versionOf(text: string): Version {
  const version = parseVersion(text);
  if (version === null) throw new Error(`${text} is no version`);
  return version;
}

/** A declaration of a kind by name. */
export function declared<K extends Declaration["kind"]>(
  module: Module,
  kind: K,
  name: string,
): Extract<Declaration, { kind: K }> {
  const found = module.declarations.find(
    (each): each is Extract<Declaration, { kind: K }> => each.kind === kind && each.name === name,
  );
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}
