/** What names an expression of a declaration can use, and of which type they are. */
import { findDeclaration } from "./model.ts";
import type { DeclarationModel, Expr, SchemaModel, Type } from "./model.ts";

/** The type that a path leads to, optionals on the way opened; null for single bits, ranges of bits and what is no path. */
export function typeOfPath(
  model: SchemaModel,
  declaration: DeclarationModel,
  elements: readonly Type[],
  expression: Expr,
): Type | null {
  if (expression.kind !== "path") return null;
  let at: DeclarationModel | undefined = declaration;
  let type: Type | null = null;
  if (expression.depth > 0) {
    type = elements[elements.length - expression.depth] ?? null;
    at = declarationUnder(model, type);
  }
  for (const step of expression.steps) {
    if (step.kind === "bits" || at === undefined) return null;
    if (step.kind === "alternative") {
      type =
        at.kind === "union"
          ? (at.alternatives.find((alternative) => alternative.name === step.name)?.type ?? null)
          : null;
    } else {
      type =
        at.kind === "state" || at.kind === "struct"
          ? (at.members.find((member) => member.name === step.name)?.type ?? null)
          : null;
    }
    if (type?.kind === "optional") type = type.element;
    at = declarationUnder(model, type);
  }
  return type;
}

/** The declaration that a type names, aliases of declarations followed. */
export function declarationUnder(model: SchemaModel, type: Type | null): DeclarationModel | undefined {
  if (type?.kind !== "named") return undefined;
  const declaration = findDeclaration(model, type);
  return declaration?.kind === "type" && declaration.type.kind === "named"
    ? (declarationUnder(model, declaration.type) ?? declaration)
    : declaration;
}
