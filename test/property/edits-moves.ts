/** Edits that move a type from one module to another: nothing that a record holds is another. */
import { EditPlace, type Edit } from "./edit-place.ts";
import { newModule } from "./edits-modules.ts";
import { heldSomehow } from "./edits-staged.ts";
import { always, plainMember } from "./model.ts";
import type { DeclarationModel, IntType, ModuleModel, NamedType, Type } from "./model.ts";

const byte: IntType = { kind: "int", width: 8, signed: false };
const moved = "Moved";
const holder = "Holder";

/** A module that the edited one imports, and may go on using when the type has moved. */
function imported(at: EditPlace): ModuleModel {
  const base = newModule(at);
  at.model.modules.unshift(base);
  at.module.imports.push(base.name);
  if (at.random.chance(50)) heldSomehow(at, { kind: "named", module: base.name, name: "Added" });
  return base;
}

/** A type of some kind, and what holds it in its module. */
function makeIn(at: EditPlace, module: ModuleModel): void {
  const named: NamedType = { kind: "named", module: module.name, name: moved };
  const member = plainMember(1, "part", byte);
  const others = { checks: [], reserved: [], ...always() };
  const kinds: readonly DeclarationModel[] = [
    { kind: "struct", name: moved, members: [member], ...others },
    { kind: "state", name: moved, id: null, ignorable: false, single: false, members: [member], ...others },
    {
      kind: "enum",
      name: moved,
      open: false,
      base: byte,
      values: [{ name: "first", value: 0n, ...always() }],
      reserved: [],
      ...always(),
    },
    { kind: "type", name: moved, type: byte, range: { min: 0n, max: 9n }, unit: null, hex: false, ...always() },
    {
      ...{ kind: "union", name: moved, reserved: [], ...always() },
      alternatives: [{ id: 1, name: "whole", type: byte, range: null, unit: null, hex: false, ...always() }],
    },
  ];
  module.declarations.push(at.random.pick(kinds));
  const nested = { kind: "state", name: holder, id: null, ignorable: false, single: false } as const;
  module.declarations.push({ ...nested, members: [plainMember(1, "inner", named)], ...others });
}

/** Moves both, and says of every member that holds one where it is now. */
function move(at: EditPlace, from: ModuleModel, to: ModuleModel): boolean {
  const both = from.declarations.filter(({ name }) => name === moved || name === holder);
  if (both.length !== 2 || to.declarations.some(({ name }) => name === moved || name === holder)) return false;
  // Both are released as they were, so that there is something to write for.
  for (const module of [from, to]) new EditPlace(at.random, at.model, module, at.asVersion).nextVersion();
  from.declarations = from.declarations.filter((one) => !both.includes(one));
  to.declarations.push(...both);
  for (const declaration of [...at.module.declarations, ...both]) {
    if (declaration.kind !== "state") continue;
    for (const member of declaration.members) member.type = renamed(member.type, from.name, to.name);
  }
  return true;
}

function renamed(type: Type, from: string, to: string): Type {
  // The element of a type is what it was, of another module.
  if (type.kind === "list" || type.kind === "optional")
    return { ...type, element: renamed(type.element, from, to) } as Type;
  const isMoved = type.kind === "named" && type.module === from && (type.name === moved || type.name === holder);
  return isMoved ? { ...type, module: to } : type;
}

/** Grows what moved, so that it matters as which version it is written. */
function grow(at: EditPlace, module: ModuleModel): void {
  const type = module.declarations.find(({ name }) => name === moved);
  if (type === undefined || at.random.chance(50)) return;
  if (type.kind === "state")
    type.members.push({ ...plainMember(2, "later", byte), default: { kind: "int", value: 0n } });
  else if (type.kind === "enum") type.values.push({ name: "second", value: 1n, ...always() });
  else if (type.kind === "type") type.range = { min: 0n, max: 99n };
}

function holdBoth(at: EditPlace, module: ModuleModel): void {
  for (const name of [moved, holder]) heldSomehow(at, { kind: "named", module: module.name, name });
}

export const moveEdits: readonly Edit[] = [
  {
    kind: "type moved into an import",
    prepare(at) {
      imported(at);
      makeIn(at, at.module);
      holdBoth(at, at.module);
      return true;
    },
    apply(at) {
      const [base] = at.model.modules;
      if (base === undefined || base === at.module || !move(at, at.module, base)) return false;
      grow(at, base);
      return true;
    },
  },
  {
    kind: "type moved out of an import",
    prepare(at) {
      const base = imported(at);
      makeIn(at, base);
      holdBoth(at, base);
      return true;
    },
    apply(at) {
      const [base] = at.model.modules;
      if (base === undefined || base === at.module || !move(at, base, at.module)) return false;
      grow(at, at.module);
      return true;
    },
  },
];
