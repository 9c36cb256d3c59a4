import type {
  Alternative,
  Bits,
  BytesType,
  CStringType,
  Declaration,
  Enum,
  IntType,
  ListType,
  Member,
  Module,
  NamedType,
  OptionalType,
  Range,
  State,
  StringType,
  Struct,
  Type,
  TypeAlias,
  Union,
  World,
} from "./ir.ts";

const declarationTables = new WeakMap<Module, ReadonlyMap<string, Declaration>>();

/** A module's declarations by name; the table is made once for each module. */
export function declarationsByName(module: Module): ReadonlyMap<string, Declaration> {
  const known = declarationTables.get(module);
  if (known !== undefined) return known;
  const table = new Map(module.declarations.map((declaration) => [declaration.name, declaration]));
  declarationTables.set(module, table);
  return table;
}

const recordTables = new WeakMap<Module, ReadonlyMap<number, State>>();

/** A module's records by id; the table is made once for each module. */
export function recordsById(module: Module): ReadonlyMap<number, State> {
  let table = recordTables.get(module);
  if (table === undefined) {
    table = new Map(
      module.declarations.flatMap((one) => (one.kind === "state" && one.id !== null ? [[one.id, one]] : [])),
    );
    recordTables.set(module, table);
  }
  return table;
}

/** The declaration that a name stands for, or undefined where the world's module has it at another version only. */
export function findDeclaration(
  world: World,
  type: { readonly module: string; readonly name: string },
): Declaration | undefined {
  const module = world.get(type.module);
  return module === undefined ? undefined : declarationsByName(module).get(type.name);
}

/** The declaration that a name stands for. Throws if the world lacks it: a world is closed under its imports. */
export function declarationOf(world: World, type: { readonly module: string; readonly name: string }): Declaration {
  const declaration = findDeclaration(world, type);
  if (declaration === undefined) throw new Error(`no ${type.module}.${type.name} in this world`);
  return declaration;
}

/** What a type is once the names of its aliases are looked through. An integer's range is that of its width and of every alias on the way. */
export type Shape =
  | { readonly kind: "int"; readonly type: IntType; readonly range: Range }
  | { readonly kind: "bool" }
  | { readonly kind: "uuid" }
  | BytesType
  | StringType
  | CStringType
  | { readonly kind: "enum"; readonly module: string; readonly declaration: Enum }
  | { readonly kind: "bits"; readonly module: string; readonly declaration: Bits }
  | { readonly kind: "struct"; readonly module: string; readonly declaration: Struct }
  | { readonly kind: "state"; readonly module: string; readonly declaration: State }
  | { readonly kind: "union"; readonly module: string; readonly declaration: Union }
  | ListType
  | OptionalType;

/** Looks through aliases; throws for a name that is no type, which checked schemas do not have. */
export function shapeOf(world: World, type: Type): Shape {
  switch (type.kind) {
    case "int":
      return { kind: "int", type, range: rangeOfInt(type) };
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "list":
    case "optional":
      return type;
    case "named": {
      const declaration = declarationOf(world, type);
      switch (declaration.kind) {
        case "const":
          throw new Error(`${type.module}.${type.name} is a constant, not a type`);
        case "type": {
          const shape = shapeOf(world, declaration.type);
          if (shape.kind !== "int" || declaration.range === null) return shape;
          return { ...shape, range: intersect(shape.range, declaration.range) };
        }
        case "enum":
          return { kind: "enum", module: type.module, declaration };
        case "bits":
          return { kind: "bits", module: type.module, declaration };
        case "struct":
          return { kind: "struct", module: type.module, declaration };
        case "state":
          return { kind: "state", module: type.module, declaration };
        case "union":
          return { kind: "union", module: type.module, declaration };
      }
    }
  }
}

/** The type of what a member holds once: the element of a list or an optional (or of an optional list), else the type itself. */
export function elementOf(type: Type): Exclude<Type, ListType | OptionalType> {
  return type.kind === "list" ? type.element : type.kind === "optional" ? elementOf(type.element) : type;
}

/** The integer type below an alias, an enum or bits, and the numbers it may be: enums and bits keep their width's. null for anything else. */
export function underlying(world: World, type: Type): { readonly type: IntType; readonly range: Range } | null {
  const shape = shapeOf(world, type);
  switch (shape.kind) {
    case "int":
      return { type: shape.type, range: shape.range };
    case "enum":
    case "bits":
      return { type: shape.declaration.base, range: rangeOfInt(shape.declaration.base) };
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "struct":
    case "state":
    case "union":
    case "list":
    case "optional":
      return null;
  }
}

/** The numbers a member's integer (or the integers of its list) may be: its type's, narrowed by its own `in`. null if it holds no integer. */
export function memberRange(world: World, member: { readonly type: Type; readonly range: Range | null }): Range | null {
  const found = underlying(world, elementOf(member.type));
  if (found === null) return null;
  return member.range === null ? found.range : intersect(found.range, member.range);
}

/** What a `u8`..`i64` can hold. */
export function rangeOfInt({ width, signed }: IntType): Range {
  return (signed ? signedRanges : unsignedRanges)[width];
}

const unsignedRanges = {
  8: { min: 0n, max: 2n ** 8n - 1n },
  16: { min: 0n, max: 2n ** 16n - 1n },
  32: { min: 0n, max: 2n ** 32n - 1n },
  64: { min: 0n, max: 2n ** 64n - 1n },
} as const;

const signedRanges = {
  8: { min: -(2n ** 7n), max: 2n ** 7n - 1n },
  16: { min: -(2n ** 15n), max: 2n ** 15n - 1n },
  32: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  64: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
} as const;

/** What both ranges hold; `min` exceeds `max` if that is nothing. */
export function intersect(a: Range, b: Range): Range {
  return { min: a.min > b.min ? a.min : b.min, max: a.max < b.max ? a.max : b.max };
}

/** The integers that a TypeScript `number` and a JSON number hold exactly. */
export const exactRange: Range = { min: -(2n ** 53n - 1n), max: 2n ** 53n - 1n };

/**
 * Whether the integer of a member (of its element, if it is a list) is a TypeScript `number` rather than a `bigint`: its range fits 2^53,
 * or it is an enum or bits of at most 32 bits. Fixed by the type, never by the value. False for what is no integer.
 */
export function isNumber(world: World, type: Type, range: Range | null = null): boolean {
  const shape = shapeOf(world, elementOf(type));
  if (shape.kind === "enum" || shape.kind === "bits") return shape.declaration.base.width < 64;
  if (shape.kind !== "int") return false;
  const both = range === null ? shape.range : intersect(shape.range, range);
  return exactRange.min <= both.min && both.max <= exactRange.max;
}

/** How people read an integer: its unit and whether it is shown as hexadecimal, from the member or else from the nearest alias that says. */
export function displayOf(
  world: World,
  member: { readonly type: Type; readonly unit: string | null; readonly hex: boolean },
): { readonly unit: string | null; readonly hex: boolean } {
  let { unit, hex } = member;
  for (const alias of aliasesOf(world, elementOf(member.type))) {
    unit ??= alias.unit;
    hex ||= alias.hex;
  }
  return { unit, hex };
}

/** The aliases that a type goes through, nearest first. */
export function aliasesOf(world: World, type: Type): readonly TypeAlias[] {
  const aliases: TypeAlias[] = [];
  for (let at = type; at.kind === "named";) {
    const declaration = declarationOf(world, at);
    if (declaration.kind !== "type") break;
    aliases.push(declaration);
    at = declaration.type;
  }
  return aliases;
}

/** The names of other declarations that a type uses: at most one, since types nest only through declarations. */
export function namedIn(type: Type): NamedType | null {
  const element = elementOf(type);
  return element.kind === "named" ? element : null;
}

/** The single key of a state or struct; null if it has none or a composite one. */
export function singleKeyOf(declaration: State | Struct): Member | null {
  const keys = declaration.members.filter((member) => member.key);
  return keys.length === 1 ? (keys[0] ?? null) : null;
}

/** A member by id, also one that a view keeps as retired. */
export function memberById(declaration: State | Struct, id: number): Member | undefined {
  if (declaration.members.length > fewMembers) return memberTable(declaration).get(id);
  return (
    declaration.members.find((member) => member.id === id) ??
    (declaration.kind === "state" ? declaration.retired.find((member) => member.id === id) : undefined)
  );
}

/** Looking through so many members takes no longer than a table would. */
const fewMembers = 16;

const memberTables = new WeakMap<State | Struct, ReadonlyMap<number, Member>>();

function memberTable(declaration: State | Struct): ReadonlyMap<number, Member> {
  let table = memberTables.get(declaration);
  if (table === undefined) {
    const all = declaration.kind === "state" ? [...declaration.members, ...declaration.retired] : declaration.members;
    memberTables.set(declaration, (table = new Map(all.map((member) => [member.id, member]))));
  }
  return table;
}

/** Where members and alternatives are alike: an id, a name and a type. */
export function entriesOf(declaration: State | Struct | Union): readonly (Member | Alternative)[] {
  return declaration.kind === "union" ? declaration.alternatives : declaration.members;
}
