/** A schema as its file stood when an earlier version was the last: what came later is not there, and what ended later goes on. */
import { spansOf } from "./expected-module.ts";
import { cloneModel, findModule, presentAt, rootNames } from "./model.ts";
import type { DeclarationModel, LifetimeModel, SchemaModel, Version } from "./model.ts";

/** The whole schema with one module as it was at a version; its importers use only what has always been there. */
export function asOf(model: SchemaModel, moduleName: string, version: Version): SchemaModel {
  const earlier = cloneModel(model);
  const module = findModule(earlier, moduleName);
  if (module === undefined) throw new Error(`no module ${moduleName}`);
  const spans = spansOf(module);
  const later = module.versions.filter((entry) => entry.version > version);
  if (later.length === 0) return earlier;
  module.versions = module.versions.filter((entry) => entry.version <= version);
  module.reads = null;
  module.writes = null;
  const begun = (life: Pick<LifetimeModel, "since">): boolean => life.since === null || life.since <= version;
  module.declarations = module.declarations.filter(
    (declaration) => declaration.kind === "const" || (spans.get(declaration.name)?.since ?? 0) <= version,
  );
  for (const declaration of module.declarations) trim(declaration, version, begun);
  for (const declaration of module.declarations) {
    if (declaration.kind !== "state" && declaration.kind !== "struct") continue;
    const names = new Set(declaration.members.map((member) => member.name));
    for (const member of declaration.members) {
      if (member.from === null) continue;
      // What has always been there and has not ended is computed by nobody yet.
      const everywhere = member.since === null && member.until === null;
      if (everywhere || [...rootNames(member.from)].some((name) => !names.has(name))) member.from = null;
    }
  }
  return earlier;
}

function endOpen(life: LifetimeModel, version: Version): void {
  // Whether it would end with this version was not known yet.
  if (presentAt({ since: null, until: life.until }, version)) life.until = null;
}

function trim(
  declaration: DeclarationModel,
  version: Version,
  begun: (life: Pick<LifetimeModel, "since">) => boolean,
): void {
  const keep = <T extends LifetimeModel>(items: readonly T[]): T[] => {
    const kept = items.filter(begun);
    for (const item of kept) endOpen(item, version);
    return kept;
  };
  endOpen(declaration, version);
  switch (declaration.kind) {
    case "const":
    case "type":
      break;
    case "enum":
      declaration.values = keep(declaration.values);
      break;
    case "bits":
      declaration.fields = keep(declaration.fields);
      break;
    case "union":
      declaration.alternatives = keep(declaration.alternatives);
      break;
    case "struct":
    case "state": {
      const all = declaration.members;
      declaration.members = keep(all);
      declaration.checks = declaration.checks.filter(({ expression }) => {
        const named = rootNames(expression);
        return all.every((member) => begun(member) || !named.has(member.name));
      });
      break;
    }
  }
}
