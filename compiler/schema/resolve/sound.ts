import type { Type } from "../ir.ts";
import { elementOf } from "../lookup.ts";
import type { DeclarationDraft } from "./draft.ts";
import type { Modules } from "./scope.ts";

/** The draft that a resolved name stands for. */
export function draftOf(
  modules: Modules,
  name: { readonly module: string; readonly name: string },
): DeclarationDraft | undefined {
  return modules.get(name.module)?.symbols.get(name.name);
}

/** Whether a type's declaration, if it has one, is free of mistakes that would lead to others. */
export function isSoundType(modules: Modules, type: Type): boolean {
  const element = elementOf(type);
  if (element.kind !== "named") return true;
  const draft = draftOf(modules, element);
  switch (draft?.kind) {
    case undefined:
    case "const":
      return false;
    case "type":
    case "enum":
    case "bits":
      return draft?.sound ?? false;
    case "struct":
    case "state":
    case "union":
      return true;
  }
}
