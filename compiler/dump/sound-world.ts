import type { Declaration, Member, Module, Struct, Type, World } from "../schema/ir.ts";
import { idText } from "../../runtime/id-text.ts";
import { findDeclaration } from "../schema/lookup.ts";

/**
 * Why schemas that came with a dump cannot be walked by, or null if they can. The JSON Schema has judged their form; this judges what the walk
 * relies on: names that stand for types, structs of a fixed size, ids that ascend.
 */
export function whyUnsound(world: World): string | null {
  for (const module of world.values()) {
    const names = new Set<string>();
    for (const declaration of module.declarations) {
      if (names.has(declaration.name)) return `${module.name}.${declaration.name} is declared twice`;
      names.add(declaration.name);
    }
  }
  // Sizes are only computed once all names stand for something.
  return firstOf(world, whyBadNames) ?? firstOf(world, whyBadStruct) ?? firstOf(world, whyBadMembers);
}

/**
 * The first name of another module's type that this world has not, as `types.Flags`, or null: the other module is there at a version before the
 * type, or behind it. Versions go their own ways, so that nobody wrote such a world, but it can be asked for.
 */
export function unresolved(world: World, module: Module): string | null {
  if (module.imports.length === 0) return null;
  for (const declaration of module.declarations) {
    for (const type of typesIn(declaration)) {
      const name = type.kind === "optional" || type.kind === "list" ? elementOf(type) : type;
      if (name.kind !== "named" || name.module === module.name || isRetired(declaration, type)) continue;
      if (findDeclaration(world, name) === undefined) return `${name.module}.${name.name}`;
    }
  }
  return null;
}

type Judge = (world: World, declaration: Declaration) => string | null;

function firstOf(world: World, judge: Judge): string | null {
  for (const module of world.values()) {
    for (const declaration of module.declarations) {
      const why = judge(world, declaration);
      if (why !== null) return `${module.name}.${declaration.name}: ${why}`;
    }
  }
  return null;
}

function typesIn(declaration: Declaration): readonly Type[] {
  switch (declaration.kind) {
    case "const":
    case "enum":
      return [];
    case "type":
      return [declaration.type];
    case "bits":
      return declaration.fields.flatMap((field) => (field.type === null ? [] : [field.type]));
    case "struct":
      return declaration.members.map((member) => member.type);
    case "state":
      return [...declaration.members, ...declaration.retired].map((member) => member.type);
    case "union":
      return declaration.alternatives.flatMap((one) => (one.type === null ? [] : [one.type]));
  }
}

function whyBadNames(world: World, declaration: Declaration): string | null {
  for (const type of typesIn(declaration)) {
    const name = type.kind === "optional" || type.kind === "list" ? elementOf(type) : type;
    if (name.kind !== "named") continue;
    const target = findDeclaration(world, name);
    if (target === undefined && isRetired(declaration, type)) continue;
    if (target === undefined || target.kind === "const") return `no type ${name.module}.${name.name}`;
    const scalar = target.kind === "type" || target.kind === "enum" || target.kind === "bits";
    if (!scalar && (declaration.kind === "type" || declaration.kind === "bits")) return `${name.name} is no scalar`;
  }
  if (declaration.kind === "type" && aliasIsCyclic(world, declaration)) return "stands for itself";
  return null;
}

/** A retired member's type may be gone from its own module, which is another one. */
function isRetired(declaration: Declaration, type: Type): boolean {
  return declaration.kind === "state" && declaration.retired.some((member) => member.type === type);
}

function elementOf(type: Type): Type {
  return type.kind === "optional" || type.kind === "list" ? elementOf(type.element) : type;
}

function aliasIsCyclic(world: World, alias: Declaration): boolean {
  const seen = new Set<Declaration>();
  for (let at: Declaration | undefined = alias; at?.kind === "type";) {
    if (seen.has(at)) return true;
    seen.add(at);
    at = at.type.kind === "named" ? findDeclaration(world, at.type) : undefined;
  }
  return false;
}

function whyBadStruct(world: World, declaration: Declaration): string | null {
  if (declaration.kind !== "struct") return null;
  const size = boundedSize(world, declaration, new Set());
  return size === null || size < 1 || size > 0xffff ? "has no fixed size of 1..65535 bytes" : null;
}

/** At least the bytes of a struct, without its padding; null if it has no size, or holds itself. */
function boundedSize(world: World, struct: Struct, around: ReadonlySet<Struct>): number | null {
  if (around.has(struct) || around.size > 64) return null;
  const inside = new Set([...around, struct]);
  let total = 0;
  for (const member of struct.members) {
    const size = sizeOf(world, member.type, inside);
    if (size === null) return null;
    total += size;
    if (total > 0xffff) return total;
  }
  // Nothing of no size may multiply.
  return total === 0 ? null : total;
}

function sizeOf(world: World, type: Type, inside: ReadonlySet<Struct>): number | null {
  switch (type.kind) {
    case "int":
      return type.width / 8;
    case "bool":
      return 1;
    case "uuid":
      return 16;
    case "bytes":
      return type.min === type.max && type.min > 0 ? type.min : null;
    case "cstring":
      return type.size;
    case "list": {
      const element = type.min === type.max && type.min > 0 ? sizeOf(world, type.element, inside) : null;
      return element === null ? null : element * type.min;
    }
    case "named": {
      const declaration = findDeclaration(world, type);
      if (declaration?.kind === "type") return sizeOf(world, declaration.type, inside);
      if (declaration?.kind === "enum" || declaration?.kind === "bits") return declaration.base.width / 8;
      return declaration?.kind === "struct" ? boundedSize(world, declaration, inside) : null;
    }
    case "string":
    case "optional":
      return null;
  }
}

function whyBadMembers(_world: World, declaration: Declaration): string | null {
  switch (declaration.kind) {
    case "const":
    case "enum":
    case "type":
      return null;
    case "bits": {
      const bad = declaration.fields.find((field) => field.low > field.high || field.high >= declaration.base.width);
      return bad === undefined ? null : `\`${bad.name}\` is outside ${declaration.base.width} bits`;
    }
    case "struct":
      return whyBadNamesOf(declaration.members) ?? whyBadDefaults(declaration.members);
    case "state":
      return (
        whyDisorder(declaration.members) ??
        whyDisorder(declaration.retired) ??
        whyBadNamesOf([...declaration.members, ...declaration.retired]) ??
        whyBadDefaults([...declaration.members, ...declaration.retired]) ??
        whyNotInState(declaration.members.map((member) => member.type))
      );
    case "union":
      return whyDisorder(declaration.alternatives) ?? whyNotInState(typesIn(declaration));
  }
}

function whyDisorder(members: readonly { readonly id: number; readonly name: string }[]): string | null {
  const late = members.find((member, i) => member.id <= (members[i - 1]?.id ?? 0));
  return late === undefined ? null : `${idText(late.id)} does not come after the id before it`;
}

function whyBadNamesOf(members: readonly Member[]): string | null {
  const twice = members.find((member, i) => members.findIndex((one) => one.name === member.name) !== i);
  return twice === undefined ? null : `\`${twice.name}\` is there twice`;
}

function whyNotInState(types: readonly Type[]): string | null {
  return types.some((type) => elementOf(type).kind === "cstring") ? "a cstring outside of a struct" : null;
}

/** Defaults of the kind of their type, as far as the kind can be seen without looking through names. */
function whyBadDefaults(members: readonly Member[]): string | null {
  const bad = members.find((member) => !defaultFits(member));
  return bad === undefined ? null : `\`${bad.name}\` has a default of another type`;
}

function defaultFits({ type, default: stated }: Member): boolean {
  if (stated === null || stated.kind === "zero" || type.kind === "named") return true;
  switch (type.kind) {
    case "int":
    case "bool":
    case "string":
    case "bytes":
      return stated.kind === type.kind;
    case "cstring":
      return stated.kind === "string";
    case "uuid":
      return stated.kind === "bytes";
    case "list":
      return stated.kind === "empty";
    case "optional":
      return false;
  }
}

/** Modules as a world. */
export function worldOf(modules: readonly Module[]): World {
  return new Map(modules.map((module) => [module.name, module]));
}
