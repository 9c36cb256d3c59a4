import { describe, expect, it } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { layoutOf } from "../../compiler/schema/layout.ts";
import type { Module } from "../../compiler/schema/ir.ts";
import { allFeatures, featuresOf } from "./features.ts";
import { expectedModules } from "./expected-module.ts";
import { presentAt } from "./model.ts";
import { printSchema } from "./print.ts";
import { buildSchema } from "./schema.ts";
import { structLayout } from "./struct-layout.ts";

const schemas = Number(process.env["BATON_SCHEMAS"] ?? 600);
const firstSeed = Number(process.env["BATON_SEED"] ?? 0);
const seeds = Array.from({ length: schemas }, (_, i) => firstSeed + i);

describe("random schemas", () => {
  it("use every feature of the language", () => {
    const counts = new Map(allFeatures.map((feature) => [feature, 0]));
    for (const seed of seeds) {
      for (const feature of featuresOf(buildSchema(seed))) counts.set(feature, (counts.get(feature) ?? 0) + 1);
    }
    const rare = [...counts].filter(([, count]) => count < 3);
    expect(rare, `features that ${schemas} schemas hardly use`).toEqual([]);
  });

  it("are the same for the same seed", () => {
    expect(buildSchema(7)).toEqual(buildSchema(7));
  });

  it("compile without an error, to what they say", { timeout: 60_000 }, () => {
    for (const seed of seeds) {
      const model = buildSchema(seed);
      const { ok, diagnostics, modules } = compile(printSchema(model));
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      expect(errors.map(({ code, message }) => `seed ${seed}: ${code} ${message}`)).toEqual([]);
      expect(ok).toBe(true);
      for (const [name, wanted] of expectedModules(model)) {
        const found = modules.get(name)?.module;
        if (found === undefined) throw new Error(`seed ${seed}: no ${name}`);
        expect(differences(byName(found), byName(wanted), name, wanted), `seed ${seed}`).toEqual([]);
      }
    }
  });

  it("have the layouts that C gives their structs", () => {
    for (const seed of seeds.slice(0, 200)) {
      const model = buildSchema(seed);
      const { modules } = compile(printSchema(model));
      for (const module of model.modules) {
        for (const { version } of module.versions) {
          const world = new Map(
            [...modules].map(([name, one]) => [
              name,
              one.views.get(name === module.name ? version : one.module.version),
            ]),
          );
          for (const declaration of module.declarations) {
            const view = world.get(module.name)?.declarations.find(({ name }) => name === declaration.name);
            if (declaration.kind !== "struct" || view?.kind !== "struct") continue;
            // Every declared version of every module has a view.
            const { size, align, end, members } = layoutOf(world as Map<string, Module>, view);
            const offsets = members.map(({ offset }) => offset);
            expect({ size, align, end, offsets }, `seed ${seed}: ${declaration.name}`).toEqual(
              structLayout(model, declaration, version),
            );
          }
        }
      }
    }
  });
});

function byName(module: Module): object {
  // A constant lives as long as its uses, which are a matter of spelling.
  const declarations = module.declarations.filter(({ kind }) => kind !== "const");
  return {
    ...module,
    declarations: Object.fromEntries(declarations.map((declaration) => [declaration.name, declaration])),
  };
}

/** Where two schemas differ; lifetimes are compared by the versions that they hold at. */
function differences(found: unknown, wanted: unknown, at: string, { versions }: Module): string[] {
  if (Object.is(found, wanted)) return [];
  if (typeof found !== "object" || typeof wanted !== "object" || found === null || wanted === null) {
    return [`${at}: ${String(found)}, not ${String(wanted)}`];
  }
  const names = new Set([...Object.keys(found), ...Object.keys(wanted)]);
  const result: string[] = [];
  if (names.has("since")) {
    names.delete("since");
    names.delete("until");
    // Both have a lifetime, or the other differs in more than that.
    const [one, other] = [found, wanted] as { since: number; until: number | null }[];
    const differs = versions.some(
      ({ version }) =>
        one !== undefined && other !== undefined && presentAt(one, version) !== presentAt(other, version),
    );
    // The lifetime of a check also depends on what its paths go through.
    if (differs && !names.has("expression")) result.push(`${at}: lifetimes differ`);
  }
  for (const name of names) {
    const [one, other] = [found, wanted].map(
      (object) => Object.getOwnPropertyDescriptor(object, name)?.value as unknown,
    );
    result.push(...differences(one, other, `${at}.${name}`, { versions } as Module));
  }
  return result;
}
