import type { CStringType, ListType, Member, NamedType, Struct, Type, World } from "./ir.ts";
import { declarationOf, findDeclaration } from "./lookup.ts";

/** A size and an alignment in bytes. */
export interface Size {
  readonly size: number;
  readonly align: number;
}

export interface MemberLayout {
  readonly member: Member;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  readonly size: number;
}

/** A struct as C lays it out on x86-64 and arm64: natural alignment, little-endian. */
export interface Layout {
  /** What C's `sizeof` says: `end` rounded up to `align`. Also the distance between rows of a table. */
  readonly size: number;
  readonly align: number;
  /** The same number as `size`, under the name that tables use. */
  readonly stride: number;
  /** Where the last member ends; from here to `stride` is tail padding. */
  readonly end: number;
  /** In text order, which is the order of the offsets. */
  readonly members: readonly MemberLayout[];
}

const layouts = new WeakMap<World, Map<Struct, Layout>>();

/** The layout of a struct in a world; computed once for each. Throws for a struct whose members have no fixed size, which checks refuse. */
export function layoutOf(world: World, struct: Struct | NamedType): Layout {
  if (struct.kind === "named") {
    const declaration = declarationOf(world, struct);
    if (declaration.kind !== "struct") throw new Error(`${struct.module}.${struct.name} is no struct`);
    return layoutOf(world, declaration);
  }
  let known = layouts.get(world);
  if (known === undefined) layouts.set(world, (known = new Map()));
  let layout = known.get(struct);
  if (layout === undefined) known.set(struct, (layout = computeLayout(world, struct)));
  return layout;
}

function computeLayout(world: World, struct: Struct): Layout {
  let end = 0;
  let align = 1;
  const members: MemberLayout[] = [];
  for (const member of struct.members) {
    const size = fixedSize(world, member.type);
    if (size === null) throw new Error(`${struct.name}.${member.name} has no fixed size`);
    const offset = roundUp(end, size.align);
    members.push({ member, offset, size: size.size });
    end = offset + size.size;
    align = Math.max(align, size.align);
  }
  const size = roundUp(end, align);
  return { size, align, stride: size, end, members };
}

/** The next multiple of `align`. */
export function roundUp(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

/** Size and alignment of a type that always takes the same bytes, in a struct or as an element of a table; null for any other. */
export function fixedSize(world: World, type: Type): Size | null {
  switch (type.kind) {
    case "int":
      return { size: type.width / 8, align: type.width / 8 };
    case "bool":
      return { size: 1, align: 1 };
    case "uuid":
      return { size: 16, align: 1 };
    case "bytes":
      return type.min === type.max ? { size: type.min, align: 1 } : null;
    case "cstring":
      return sizeOfCString(type);
    case "string":
    case "optional":
      return null;
    case "list":
      return sizeOfArray(world, type);
    case "named":
      return sizeOfNamed(world, type);
  }
}

function sizeOfCString(type: CStringType): Size {
  return { size: type.size, align: 1 };
}

function sizeOfArray(world: World, type: ListType): Size | null {
  if (type.min !== type.max) return null;
  const element = fixedSize(world, type.element);
  return element === null ? null : { size: element.size * type.min, align: element.align };
}

function sizeOfNamed(world: World, type: NamedType): Size | null {
  const declaration = findDeclaration(world, type);
  if (declaration === undefined) return null;
  switch (declaration.kind) {
    case "type":
      return fixedSize(world, declaration.type);
    case "enum":
    case "bits":
      return fixedSize(world, declaration.base);
    case "struct":
      return layoutOf(world, declaration);
    case "const":
    case "state":
    case "union":
      return null;
  }
}
