/** References that can be met: to records, and to what some value around has a list of. */
import { findDeclaration, namedIn } from "./model.ts";
import type { DeclarationModel, SchemaModel, Type } from "./model.ts";
import { declarationUnder } from "./scope.ts";

/** Takes references away whose target is no record and stands in no list on the way outwards from where they are. */
export function dropUnmetReferences(model: SchemaModel): void {
  const owners = model.modules.flatMap(({ declarations }) => declarations);
  for (const owner of owners) {
    if (owner.kind !== "state" && owner.kind !== "struct") continue;
    for (const member of owner.members) {
      if (member.reference === null) continue;
      const { module, state } = member.reference;
      const target = findDeclaration(model, { kind: "named", module, name: state });
      if (target?.kind === "state" && target.id === null && !isAround(model, owners, owner, target))
        member.reference = null;
    }
  }
}

function isAround(
  model: SchemaModel,
  owners: readonly DeclarationModel[],
  from: DeclarationModel,
  target: DeclarationModel,
): boolean {
  const holds = (owner: DeclarationModel, wanted: DeclarationModel, onlyLists: boolean): boolean =>
    typesOf(owner).some((type) => {
      const bare = type.kind === "optional" ? type.element : type;
      return (!onlyLists || bare.kind === "list") && declarationUnder(model, namedIn(type)) === wanted;
    });
  const met = new Set([from]);
  for (const each of met) {
    if (each.kind !== "struct" && holds(each, target, true)) return true;
    for (const owner of owners) if (holds(owner, each, false)) met.add(owner);
  }
  return false;
}

function typesOf(owner: DeclarationModel): readonly Type[] {
  if (owner.kind === "union") return owner.alternatives.flatMap(({ type }) => type ?? []);
  return owner.kind === "state" || owner.kind === "struct" ? owner.members.map(({ type }) => type) : [];
}
