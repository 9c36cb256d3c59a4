/** Random members and alternatives: types with their bounds, defaults that fit them, attributes where they have a meaning. */
import { clamp, integerTypes, rangeWithin, units } from "./build-types.ts";
import { findDeclaration, innermost, integerRange, integerUnder, intersect, rangeOf } from "./model.ts";
import type { Default, MemberModel, NamedType, Range, SchemaModel, Type } from "./model.ts";
import type { Random } from "./random.ts";
import { declarationUnder } from "./scope.ts";
import type { ListType, ScalarOrNamed } from "../../compiler/schema/ir.ts";

/** Named types that a member may have; `guarded` ones only behind `?`, in a list that may be empty, or in a union. */
export interface Offered {
  readonly type: NamedType;
  readonly guarded: boolean;
}

/** A type without `?` or list. Where the type is guarded, the caller puts it behind one. */
export function scalarType(
  random: Random,
  offered: readonly Offered[],
  declared = 10,
): { type: ScalarOrNamed; guarded: boolean } {
  const plain = (type: ScalarOrNamed): { type: ScalarOrNamed; guarded: boolean } => ({ type, guarded: false });
  return random.weighted<() => { type: ScalarOrNamed; guarded: boolean }>([
    [5, () => plain(random.pick(integerTypes))],
    [2, () => plain({ kind: "bool" })],
    [1, () => plain({ kind: "uuid" })],
    [1, () => plain({ kind: "bytes", ...bounds(random, 40) })],
    [1, () => plain({ kind: "bytes", ...exact(random.pick([1, 2, 6, 8, 16, 31])) })],
    [2, () => plain({ kind: "string", ...bounds(random, 40) })],
    [offered.length === 0 ? 0 : declared, () => random.pick(offered)],
  ])();
}

function exact(size: number): { min: number; max: number } {
  return { min: size, max: size };
}

/** Bounds of strings, bytes and lists, up to about `most`. */
export function bounds(random: Random, most: number): { min: number; max: number | null } {
  return random.weighted<() => { min: number; max: number | null }>([
    [6, () => ({ min: 0, max: random.between(1, most) })],
    [2, () => exact(random.between(1, Math.min(most, 6)))],
    [
      2,
      () => {
        const min = random.between(1, 3);
        return { min, max: min + random.between(1, most) };
      },
    ],
    [1, () => ({ min: 0, max: null })],
    [1, () => ({ min: random.between(1, 2), max: null })],
    [1, () => ({ min: 0, max: random.pick([255, 4096, 65536]) })],
  ])();
}

/** A type of any shape for a member of a state or for an alternative. */
export function anyType(random: Random, offered: readonly Offered[], declared = 10): Type {
  const { type, guarded } = scalarType(random, offered, declared);
  const list = (): ListType => {
    const { min, max } = bounds(random, 6);
    return { kind: "list", element: type, min: guarded ? 0 : min, max: guarded && min === max ? null : max };
  };
  return random.weighted<() => Type>([
    [guarded ? 0 : 12, () => type],
    [4, list],
    [3, () => ({ kind: "optional", element: type })],
    [1, () => ({ kind: "optional", element: list() })],
  ])();
}

/** A type of fixed size for a struct; `offered` holds only such. */
export function fixedType(random: Random, offered: readonly Offered[]): Type {
  const scalar = random.weighted<() => ScalarOrNamed>([
    [8, () => random.pick(integerTypes)],
    [2, () => ({ kind: "bool" })],
    [1, () => ({ kind: "uuid" })],
    [2, () => ({ kind: "bytes", ...exact(random.between(1, 20)) })],
    [2, () => ({ kind: "cstring", size: random.between(2, 20) })],
    [offered.length === 0 ? 0 : 6, () => random.pick(offered).type],
  ])();
  if (scalar.kind === "cstring" || !random.chance(15)) return scalar;
  return { kind: "list", element: scalar, ...exact(random.between(1, 5)) };
}

/** The range that values of a member (of a list its elements) lie in: its type's and its own; null if it is no plain integer. */
export function memberRange(model: SchemaModel, member: { type: Type; range: Range | null }): Range | null {
  const whole = rangeOf(model, innermost(member.type));
  return whole === null || member.range === null ? whole : intersect(whole, member.range);
}

/** Adds `in`, `unit`, `hex`, `handle` where the type takes them. */
export function decorate(
  random: Random,
  model: SchemaModel,
  { type, target }: { type: Type; target: { range: Range | null; unit: string | null; hex: boolean } },
): void {
  const whole = rangeOf(model, innermost(type));
  if (whole === null) return;
  if (random.chance(20)) target.range = rangeWithin(random, whole);
  if (random.chance(12)) target.unit = random.pick(units);
  if (random.chance(12)) target.hex = true;
}

/** A default that the member's type takes, or null where it takes none. */
export function defaultFor(
  random: Random,
  model: SchemaModel,
  member: Pick<MemberModel, "type" | "range">,
): Default | null {
  const { type } = member;
  switch (type.kind) {
    case "optional":
      return null;
    case "list":
      return type.min === 0 ? { kind: "empty" } : null;
    case "bool":
      return { kind: "bool", value: random.chance(50) };
    case "uuid":
      return { kind: "bytes", hex: hexDigits(random, 16) };
    case "bytes":
      return { kind: "bytes", hex: hexDigits(random, lengthWithin(random, type.min, type.max)) };
    case "string":
      return { kind: "string", value: textWithin(random, type.min, type.max) };
    case "cstring":
      return null;
    case "int":
      return { kind: "int", value: numberWithin(random, memberRange(model, member) ?? integerRange(type)) };
    case "named":
      return namedDefault(random, model, member, type);
  }
}

function namedDefault(
  random: Random,
  model: SchemaModel,
  member: Pick<MemberModel, "type" | "range">,
  type: NamedType,
): Default | null {
  const declaration = declarationUnder(model, type);
  switch (declaration?.kind) {
    case "type":
      if (declaration.type.kind === "named" || declaration.type.kind === "int") {
        const range = memberRange(model, member);
        return range === null
          ? defaultFor(random, model, { type: declaration.type, range: null })
          : { kind: "int", value: numberWithin(random, range) };
      }
      return defaultFor(random, model, { type: declaration.type, range: null });
    case "enum": {
      const lasting = declaration.values.filter(({ since, until }) => since === null && until === null);
      return lasting.length === 0 ? null : { kind: "int", value: random.pick(lasting).value };
    }
    case "bits": {
      const lasting = declaration.fields.filter(
        ({ since, until, single }) => single && since === null && until === null,
      );
      const chosen = lasting.filter(() => random.chance(40));
      return { kind: "int", value: chosen.reduce((sum, { low }) => sum | (1n << BigInt(low)), 0n) };
    }
    case "const":
    case "struct":
    case "state":
    case "union":
    case undefined:
      return null;
  }
}

function numberWithin(random: Random, range: Range): bigint {
  return random.weighted([
    [4, clamp(0n, range)],
    [1, range.min],
    [1, range.max],
    [2, clamp(random.bigBetween(1n, 100n), range)],
    [1, clamp(-1n, range)],
  ]);
}

function lengthWithin(random: Random, min: number, max: number | null): number {
  return random.weighted([
    [4, min],
    [2, Math.min(min + random.below(4), max ?? Infinity)],
  ]);
}

function hexDigits(random: Random, bytes: number): string {
  return Array.from({ length: bytes }, () => random.below(256).toString(16).padStart(2, "0")).join("");
}

/** A text of `min` to `max` bytes of UTF-8. */
export function textWithin(random: Random, min: number, max: number | null): string {
  const bytes = lengthWithin(random, min, max);
  let text = "";
  let left = bytes;
  while (left > 0) {
    const piece = random.pick(["a", "z", " ", '"', "\\", "é", "€", "😀", "0"]);
    const size = new TextEncoder().encode(piece).length;
    if (size > left) continue;
    text += piece;
    left -= size;
  }
  return text;
}

/** Whether all zero bytes are a value of the type: what a later struct member without a default takes. */
export function zeroIsValue(model: SchemaModel, type: Type, range: Range | null): boolean {
  if (type.kind === "list") return zeroIsValue(model, type.element, range);
  if (type.kind === "optional") return false;
  const numbers = memberRange(model, { type, range });
  if (numbers !== null) return numbers.min <= 0n && numbers.max >= 0n;
  if (type.kind !== "named") return true;
  const declaration = findDeclaration(model, type);
  switch (declaration?.kind) {
    case "enum":
      return declaration.values.some(({ value, since, until }) => value === 0n && since === null && until === null);
    case "bits":
      return declaration.fields.every((field) => field.type === null || zeroIsValue(model, field.type, null));
    case "type":
      return declaration.type.kind === "named"
        ? zeroIsValue(model, declaration.type, null)
        : integerUnder(model, declaration.type) === null;
    case "struct":
      return (
        declaration.checks.length === 0 &&
        declaration.members.every((member) => zeroIsValue(model, member.type, member.range))
      );
    case "const":
    case "state":
    case "union":
    case undefined:
      return false;
  }
}
