/** Which declarations exist at every version of their module: those that another module can safely use. */
import { findModule, namedIn } from "./model.ts";
import type { DeclarationModel, LifetimeModel, NamedType, SchemaModel, Type } from "./model.ts";

interface Use {
  readonly user: DeclarationModel;
  readonly life: Pick<LifetimeModel, "since" | "until">;
  readonly type: Type;
}

function usesOf(declaration: DeclarationModel): Use[] {
  const life = declaration;
  switch (declaration.kind) {
    case "const":
    case "enum":
      return [];
    case "type":
      return [{ user: declaration, life, type: declaration.type }];
    case "bits":
      return declaration.fields.flatMap((field) =>
        field.type === null ? [] : [{ user: declaration, life: field, type: field.type }],
      );
    case "struct":
    case "state":
      return declaration.members.map((member) => ({ user: declaration, life: member, type: member.type }));
    case "union":
      return declaration.alternatives.flatMap((alternative) =>
        alternative.type === null ? [] : [{ user: declaration, life: alternative, type: alternative.type }],
      );
  }
}

/** Named types of a module without a lifetime of their own that are either unused there or used by what itself lasts. */
export function lastingDeclarations(model: SchemaModel, moduleName: string): NamedType[] {
  const module = findModule(model, moduleName);
  if (module === undefined) return [];
  const uses = module.declarations.flatMap(usesOf);
  const unlimited = (life: Pick<LifetimeModel, "since" | "until">): boolean =>
    life.since === null && life.until === null;
  const lasting = new Set<string>();
  let grew = true;
  while (grew) {
    grew = false;
    for (const declaration of module.declarations) {
      if (lasting.has(declaration.name) || declaration.kind === "const" || !unlimited(declaration)) continue;
      const mine = uses.filter(({ type }) => {
        const named = namedIn(type);
        return named?.module === moduleName && named.name === declaration.name;
      });
      const isRecord = declaration.kind === "state" && declaration.id !== null;
      if (isRecord || mine.length === 0 || mine.some(({ user, life }) => unlimited(life) && lasting.has(user.name))) {
        lasting.add(declaration.name);
        grew = true;
      }
    }
  }
  return [...lasting].map((name) => ({ kind: "named", module: moduleName, name }));
}
