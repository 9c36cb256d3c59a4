/**
 * A schema as the tests build and edit it: the compiler's own shapes, but mutable, with the lifetimes as written (null where the text says nothing)
 * and with a seed for how it is spelled. `print.ts` turns it into source text.
 */
import type * as ir from "../../compiler/schema/ir.ts";

export type Type = ir.Type;
export type NamedType = ir.NamedType;
export type IntType = ir.IntType;
export type Range = ir.Range;
export type Default = ir.Default;
export type Expr = ir.Expr;
export type Version = ir.Version;

/** Several modules; an import names one that comes earlier. */
export interface SchemaModel {
  modules: ModuleModel[];
}

export interface ModuleModel {
  name: string;
  versions: { version: Version; label: string | null }[];
  /** What `reads` and `writes` list; null where the file has no such line. */
  reads: SupportRange[] | null;
  writes: SupportRange[] | null;
  imports: string[];
  declarations: DeclarationModel[];
  /** Decides what has no meaning: the order of declarations, how numbers are spelled, docs, which constants stand for numbers. */
  spelling: number;
}

export interface SupportRange {
  min: Version | null;
  max: Version | null;
}

export interface LifetimeModel {
  since: Version | null;
  until: Version | null;
  /** The reason, "" for none given; null if not deprecated. */
  deprecated: string | null;
}

export type DeclarationModel = ConstModel | AliasModel | EnumModel | BitsModel | StructModel | StateModel | UnionModel;

export interface ConstModel extends LifetimeModel {
  kind: "const";
  name: string;
  value: bigint;
}

export interface AliasModel extends LifetimeModel {
  kind: "type";
  name: string;
  type: ir.TypeAlias["type"];
  range: Range | null;
  unit: string | null;
  hex: boolean;
}

export interface EnumModel extends LifetimeModel {
  kind: "enum";
  name: string;
  open: boolean;
  base: IntType;
  values: EnumValueModel[];
  reserved: ir.Reserved[];
}

export interface EnumValueModel extends LifetimeModel {
  name: string;
  value: bigint;
}

export interface BitsModel extends LifetimeModel {
  kind: "bits";
  name: string;
  open: boolean;
  base: IntType;
  fields: BitsFieldModel[];
  reserved: ir.Reserved[];
}

export interface BitsFieldModel extends LifetimeModel {
  name: string;
  low: number;
  high: number;
  single: boolean;
  type: NamedType | null;
}

export interface StructModel extends LifetimeModel {
  kind: "struct";
  name: string;
  members: MemberModel[];
  checks: CheckModel[];
  reserved: ir.Reserved[];
}

export interface StateModel extends LifetimeModel {
  kind: "state";
  name: string;
  id: number | null;
  ignorable: boolean;
  single: boolean;
  members: MemberModel[];
  checks: CheckModel[];
  reserved: ir.Reserved[];
}

export interface UnionModel extends LifetimeModel {
  kind: "union";
  name: string;
  alternatives: AlternativeModel[];
  reserved: ir.Reserved[];
}

export interface AlternativeModel extends LifetimeModel {
  id: number;
  name: string;
  type: Type | null;
  range: Range | null;
  unit: string | null;
  hex: boolean;
}

export interface MemberModel extends LifetimeModel {
  id: number;
  name: string;
  type: Type;
  default: Default | null;
  range: Range | null;
  unit: string | null;
  hex: boolean;
  key: boolean;
  sorted: boolean;
  handle: boolean;
  ignorable: boolean;
  reference: ir.Reference | null;
  from: Expr | null;
}

export interface CheckModel {
  expression: Expr;
  message: string;
  since: Version | null;
  until: Version | null;
}

/** A version from its two halves. */
export function version(major: number, backport = 0): Version {
  return major * 0x10000 + backport;
}

/** `2` or `2.1`. */
export function versionText(v: Version): string {
  const backport = v % 0x10000;
  return `${Math.floor(v / 0x10000)}${backport === 0 ? "" : `.${backport}`}`;
}

/** Whether something with this lifetime exists at a version; `until 2` covers 2.1. */
export function presentAt(life: { since: Version | null; until: Version | null }, v: Version): boolean {
  if (life.since !== null && v < life.since) return false;
  return life.until === null || v <= (life.until % 0x10000 === 0 ? life.until + 0xffff : life.until);
}

/** A lifetime that says nothing. */
export function always(): LifetimeModel {
  return { since: null, until: null, deprecated: null };
}

/** A member with nothing but id, name and type. */
export function plainMember(id: number, name: string, type: Type): MemberModel {
  return {
    ...always(),
    id,
    name,
    type,
    default: null,
    range: null,
    unit: null,
    hex: false,
    key: false,
    sorted: false,
    handle: false,
    ignorable: false,
    reference: null,
    from: null,
  };
}

export function cloneModel(model: SchemaModel): SchemaModel {
  return structuredClone(model);
}

export function findModule(model: SchemaModel, name: string): ModuleModel | undefined {
  return model.modules.find((module) => module.name === name);
}

export function findDeclaration(model: SchemaModel, type: NamedType): DeclarationModel | undefined {
  return findModule(model, type.module)?.declarations.find((declaration) => declaration.name === type.name);
}

/** The type inside `?` and lists. */
export function innermost(type: Type): ir.ScalarOrNamed {
  return type.kind === "optional" || type.kind === "list" ? innermost(type.element) : type;
}

/** What a type names, through `?` and lists. */
export function namedIn(type: Type | null): NamedType | null {
  if (type === null) return null;
  const inner = innermost(type);
  return inner.kind === "named" ? inner : null;
}

/** The builtin integer under aliases, enums and bits, or null. */
export function integerUnder(model: SchemaModel, type: Type): IntType | null {
  if (type.kind === "int") return type;
  if (type.kind !== "named") return null;
  const declaration = findDeclaration(model, type);
  if (declaration === undefined) return null;
  if (declaration.kind === "enum" || declaration.kind === "bits") return declaration.base;
  return declaration.kind === "type" ? integerUnder(model, declaration.type) : null;
}

/** The numbers an integer type holds. */
export function integerRange(type: IntType): Range {
  const width = BigInt(type.width);
  return type.signed
    ? { min: -(1n << (width - 1n)), max: (1n << (width - 1n)) - 1n }
    : { min: 0n, max: (1n << width) - 1n };
}

/** The range of an integer or of an alias of one, all ranges on the way applied; null for anything else (enums and bits too). */
export function rangeOf(model: SchemaModel, type: Type): Range | null {
  if (type.kind === "int") return integerRange(type);
  if (type.kind !== "named") return null;
  const declaration = findDeclaration(model, type);
  if (declaration?.kind !== "type") return null;
  const inner = rangeOf(model, declaration.type);
  return inner === null || declaration.range === null ? inner : intersect(inner, declaration.range);
}

export function intersect(a: Range, b: Range): Range {
  return { min: a.min > b.min ? a.min : b.min, max: a.max < b.max ? a.max : b.max };
}

/** The names of the declaration's own members that an expression starts from, also inside `any` and `all`. */
export function rootNames(expression: Expr, names = new Set<string>()): Set<string> {
  switch (expression.kind) {
    case "int":
    case "bool":
    case "string":
      break;
    case "path": {
      const first = expression.steps[0];
      if (expression.depth === 0 && first !== undefined) names.add(first.name);
      break;
    }
    case "len":
    case "has":
    case "is":
      rootNames(expression.of, names);
      break;
    case "any":
    case "all":
      rootNames(expression.list, names);
      rootNames(expression.each, names);
      break;
    case "unary":
      rootNames(expression.operand, names);
      break;
    case "binary":
      rootNames(expression.left, names);
      rootNames(expression.right, names);
      break;
    case "conditional":
      rootNames(expression.condition, names);
      rootNames(expression.then, names);
      rootNames(expression.else, names);
      break;
  }
  return names;
}
