import type { Bits, Enum, Member, NamedType, Range, State, Struct, Type, Union, World } from "../../schema/ir.ts";
import { fixedSize, layoutOf } from "../../schema/layout.ts";
import { elementOf, findDeclaration, intersect, isNumber, namedIn, rangeOfInt, shapeOf } from "../../schema/lookup.ts";

/** What one value of a type is to generated code: names looked through, ranges merged. */
export type Element =
  | IntegerElement
  | { readonly kind: "bool" }
  | { readonly kind: "uuid" }
  | { readonly kind: "bytes"; readonly min: number; readonly max: number | null }
  | { readonly kind: "string"; readonly min: number; readonly max: number | null }
  | { readonly kind: "cstring"; readonly size: number }
  | StructElement
  | BodyElement;

/** Anything that is an integer on the wire. */
export interface IntegerElement {
  readonly kind: "integer";
  readonly width: 8 | 16 | 32 | 64;
  readonly signed: boolean;
  readonly range: Range;
  /** Whether its value is a bigint. */
  readonly big: boolean;
  /** The enum or bits that it is; null for a plain integer. */
  readonly named: (Named & { readonly declaration: Enum | Bits }) | null;
}

export interface StructElement extends Named {
  readonly kind: "struct";
  readonly declaration: Struct;
  readonly stride: number;
}

export interface BodyElement extends Named {
  readonly kind: "state" | "union";
  readonly declaration: State | Union;
}

interface Named {
  readonly module: string;
  readonly name: string;
}

/** A member's or alternative's type. */
export interface Shape {
  readonly optional: boolean;
  readonly list: ListShape | null;
  readonly element: Element;
  /** The names that the type goes by on the way to its element, outermost first: none, or those of aliases. */
  readonly aliases: readonly Named[];
}

export interface ListShape {
  readonly min: number;
  readonly max: number | null;
  /** Bytes of a row; null for a list whose elements have lengths of their own. */
  readonly row: number | null;
}

/** The largest row: strides have 16 bits. */
const largestRow = 0xffff;

/** What a member or alternative holds. */
export function shapeOfMember(world: World, member: Pick<Member, "type" | "range">): Shape {
  const key = namedIn(member.type) === null ? anyWorld : world;
  let known = shapes.get(key);
  if (known === undefined) shapes.set(key, (known = new Map()));
  let shape = known.get(member);
  if (shape === undefined) {
    // It is asked for again while its declaration is written, and never after.
    if (known.size > 200) known.clear();
    known.set(member, (shape = computeShape(world, member)));
  }
  return shape;
}

/** What a named type holds. */
export function namedShape(world: World, { module, name }: Named): Shape {
  return computeShape(world, { type: { kind: "named", module, name }, range: null });
}

/** Where builtin types are the same. */
const anyWorld: World = new Map();

const shapes = new WeakMap<World, Map<object, Shape>>();

function computeShape(world: World, member: Pick<Member, "type" | "range">): Shape {
  const { type } = member;
  const inner = type.kind === "optional" ? type.element : type;
  const element = elementFor(world, elementOf(type), member.range);
  const common = { optional: type.kind === "optional", element, aliases: aliasesOf(world, elementOf(type)) };
  if (inner.kind !== "list") return { ...common, list: null };
  const size = fixedSize(world, inner.element)?.size ?? null;
  const row = size === null || size === 0 || size > largestRow ? null : size;
  return { ...common, list: { min: inner.min, max: inner.max, row } };
}

function aliasesOf(world: World, type: Type): readonly Named[] {
  if (type.kind !== "named") return [];
  const declaration = findDeclaration(world, type);
  return declaration?.kind === "type" ? [type, ...aliasesOf(world, declaration.type)] : [];
}

function elementFor(world: World, type: Type, range: Range | null): Element {
  const shape = shapeOf(world, type);
  switch (shape.kind) {
    case "int":
      return {
        kind: "integer",
        width: shape.type.width,
        signed: shape.type.signed,
        range: range === null ? shape.range : intersect(shape.range, range),
        big: !isNumber(world, type, range),
        named: null,
      };
    case "enum":
    case "bits": {
      const { declaration, module } = shape;
      const { width, signed } = declaration.base;
      const named = { module, name: declaration.name, declaration };
      return { kind: "integer", width, signed, range: rangeOfInt(declaration.base), big: width === 64, named };
    }
    case "bool":
    case "uuid":
      return { kind: shape.kind };
    case "bytes":
    case "string":
      return { kind: shape.kind, min: shape.min, max: shape.max };
    case "cstring":
      return { kind: "cstring", size: shape.size };
    case "struct": {
      const { declaration, module } = shape;
      const { stride } = layoutOf(world, declaration);
      return { kind: "struct", module, name: declaration.name, declaration, stride };
    }
    case "state":
    case "union":
      return { kind: shape.kind, module: shape.module, name: shape.declaration.name, declaration: shape.declaration };
    case "list":
    case "optional":
      throw new Error(`${shape.kind} is no element`);
  }
}

/** A state or struct or union as a named type. */
export function namedType({ module, name }: Named): NamedType {
  return { kind: "named", module, name };
}

/** Whether an integer can need more than a word: long forms are read and written. */
export function isWide(element: IntegerElement): boolean {
  if (element.named !== null) return element.width === 64;
  return element.range.min < -0x8000_0000n || element.range.max > 0xffff_ffffn;
}

/** Whether an integer can be negative. */
export function isSigned(element: IntegerElement): boolean {
  return element.named === null ? element.range.min < 0n : element.signed;
}

/** Whether an integer is held against a list of names or bits beyond its range. */
export function isChecked(element: IntegerElement): boolean {
  return element.named !== null && hasMembership(element.named.declaration);
}

/** Whether an enum or bits refuses values that its integer type can have. */
export function hasMembership(declaration: Enum | Bits): boolean {
  if (declaration.kind === "enum") return !declaration.open;
  return !declaration.open || declaration.fields.some((field) => field.type !== null);
}

/** Whether what one shape takes, the other takes, apart from what is inside bodies and rows: the same integers, names and lengths. */
export function takesTheSame(a: Shape, b: Shape): boolean {
  const list = a.list === b.list || (a.list !== null && b.list !== null && sameBounds(a.list, b.list));
  return list && a.optional === b.optional && sameElement(a.element, b.element);
}

function sameBounds(
  a: { readonly min: number; readonly max: number | null },
  b: { readonly min: number; readonly max: number | null },
): boolean {
  return a.min === b.min && a.max === b.max;
}

function sameElement(a: Element, b: Element): boolean {
  switch (a.kind) {
    case "integer":
      return (
        b.kind === "integer" &&
        a.range.min === b.range.min &&
        a.range.max === b.range.max &&
        a.named?.declaration === b.named?.declaration &&
        // Bits are the same, and the types of their ranges may not be.
        (a.named?.declaration.kind !== "bits" || a.named.declaration.fields.every((field) => field.type === null))
      );
    case "bytes":
    case "string":
      return a.kind === b.kind && sameBounds(a, b);
    case "cstring":
      return b.kind === "cstring" && a.size === b.size;
    case "bool":
    case "uuid":
    case "struct":
    case "state":
    case "union":
      return a.kind === b.kind;
  }
}

/** Whether two shapes are single integers of which the one has other values than the other. */
export function areOtherIntegers(a: Shape, b: Shape | null): boolean {
  if (b === null || a.list !== null || b.list !== null || a.optional || b.optional) return false;
  return integersOf(a.element) !== integersOf(b.element);
}

/** The values of an integer as text, to be compared; ranges of bits that have types of their own are never the same. */
function integersOf(element: Element): string | null {
  if (element.kind !== "integer") return null;
  const { range, big, named } = element;
  const names =
    named === null
      ? []
      : named.declaration.kind === "enum"
        ? named.declaration.values.map(({ value }) => value)
        : named.declaration.fields.map(({ low, high, type }) => `${low} ${high} ${type?.name}`);
  return [big, range.min, range.max, named?.declaration.open, ...names].join(", ");
}

/** A member's shape at another version; null where its type is not known here, as the version it was released with had it. */
export function shapeAt(world: World, member: Pick<Member, "type" | "range">): Shape | null {
  const { type } = member;
  const element = elementOf(type);
  if (element.kind === "named" && findDeclaration(world, element) === undefined) return null;
  return shapeOfMember(world, member);
}

/** Whether values of one shape can be given to a writer of the other at all, each value being judged then. */
export function canBecome(from: Shape, to: Shape): boolean {
  if ((from.list === null) !== (to.list === null)) return false;
  const [a, b] = [from.element, to.element];
  switch (a.kind) {
    case "integer":
    case "bool":
      return a.kind === b.kind;
    case "uuid":
    case "bytes":
      return b.kind === "uuid" || b.kind === "bytes";
    case "string":
    case "cstring":
      return b.kind === "string" || b.kind === "cstring";
    case "struct":
    case "state":
    case "union":
      return b.kind === a.kind;
  }
}
