import type { Range, ScalarOrNamed, Type, World } from "../schema/ir.ts";
import {
  aliasesOf,
  declarationOf,
  elementOf,
  isNumber,
  rangeOfInt,
  shapeOf,
  underlying,
  type Shape,
} from "../schema/lookup.ts";
import type { Bounds, Change, ChangeKind, Place, Typed } from "./change.ts";
import type { Pairing } from "./pairs.ts";

/** A type where it is written, with what stands behind it: of a member, an alternative or an alias. */
export interface Written {
  readonly type: Type;
  readonly range: Range | null;
  readonly unit: string | null;
}

/** What differs between two types, presence (`?`) left aside: that belongs to the member. */
export function diffWritten(pairing: Pairing, place: Place, old: Written, now: Written): readonly Change[] {
  return [
    ...diffContainer(pairing, place, old.type, now.type),
    ...diffRange(place, old.range, now.range),
    ...diffUnit(pairing, place, old, now),
    ...diffRepresentation(pairing, place, old, now),
  ];
}

function diffContainer(pairing: Pairing, place: Place, before: Type, after: Type): readonly Change[] {
  const old = before.kind === "optional" ? before.element : before;
  const now = after.kind === "optional" ? after.element : after;
  if (old.kind === "list" && now.kind === "list") {
    return [...diffBounds(place, "COUNT", old, now), ...diffElement(pairing, place, old.element, now.element)];
  }
  if (old.kind === "list" || now.kind === "list") {
    const types = { old: typed(pairing.sides.old, old), new: typed(pairing.sides.new, now) };
    return [{ kind: old.kind === "list" ? "LIST_TO_SINGLE" : "SINGLE_TO_LIST", place, ...types }];
  }
  return diffElement(pairing, place, old, now);
}

/** What differs between two types that are neither lists nor optional. */
export function diffElement(pairing: Pairing, place: Place, old: ScalarOrNamed, now: ScalarOrNamed): readonly Change[] {
  // What differs inside a declaration is found there, once.
  if (old.kind === "named" && now.kind === "named" && pairing.isSame(old, now)) return [];
  if (old.kind === "int" && now.kind === "int") {
    if (old.width === now.width && old.signed === now.signed) return [];
    const [a, b] = [rangeOfInt(old), rangeOfInt(now)];
    if (b.min <= a.min && a.max <= b.max) return [{ kind: "INTEGER_WIDENED", place, old, new: now }];
    if (a.min <= b.min && b.max <= a.max) return [{ kind: "INTEGER_NARROWED", place, old, new: now }];
    return [{ kind: "INTEGER_SIGN_CHANGED", place, old, new: now }];
  }
  if ((old.kind === "string" || old.kind === "bytes") && old.kind === now.kind) {
    return diffBounds(place, "LENGTH", old, now);
  }
  if (old.kind === "cstring" && now.kind === "cstring") {
    return diffBounds(place, "LENGTH", { min: 0, max: old.size - 1 }, { min: 0, max: now.size - 1 });
  }
  if (old.kind === now.kind && old.kind !== "named") return [];
  const [a, b] = [shapeOf(pairing.sides.old, old), shapeOf(pairing.sides.new, now)];
  const kind = replacement(a, b, old.kind === "named", now.kind === "named");
  return [{ kind, place, old: typed(pairing.sides.old, old), new: typed(pairing.sides.new, now) }];
}

/** A type with what its name stands for on its side. */
export function typed<T extends Type>(world: World, type: T): Typed<T> {
  return { type, declared: type.kind === "named" ? declarationOf(world, type).kind : null };
}

/** Kinds of changes that put one type in the place of another. */
export type Replacement = Extract<
  ChangeKind,
  `${string}_TO_${string}` | "TYPE_NAMED" | "TYPE_UNNAMED" | "TYPE_REPLACED" | "FORM_CHANGED"
>;

type Family = "integer" | "enum" | "bits" | "bool" | "bytes" | "string" | "uuid" | "other";

/** What one family of types for another is called; those that are not here have nothing in common. */
const replacements: Readonly<Record<string, Replacement>> = {
  "integer enum": "INTEGER_TO_ENUM",
  "enum integer": "ENUM_TO_INTEGER",
  "integer bits": "INTEGER_TO_BITS",
  "bits integer": "BITS_TO_INTEGER",
  "enum bits": "ENUM_TO_BITS",
  "bits enum": "BITS_TO_ENUM",
  "integer bool": "NUMBER_TO_BOOL",
  "enum bool": "NUMBER_TO_BOOL",
  "bits bool": "NUMBER_TO_BOOL",
  "bool integer": "BOOL_TO_NUMBER",
  "bool enum": "BOOL_TO_NUMBER",
  "bool bits": "BOOL_TO_NUMBER",
  "bytes string": "BYTES_TO_STRING",
  "uuid string": "BYTES_TO_STRING",
  "string bytes": "STRING_TO_BYTES",
  "string uuid": "STRING_TO_BYTES",
  "bytes uuid": "BYTES_TO_UUID",
  "uuid bytes": "UUID_TO_BYTES",
};

function replacement(a: Shape, b: Shape, wasNamed: boolean, isNamed: boolean): Replacement {
  const [from, to] = [familyOf(a), familyOf(b)];
  if (from !== to || from === "other") {
    return replacements[`${from} ${to}`] ?? (a.kind === b.kind ? "TYPE_REPLACED" : "FORM_CHANGED");
  }
  if (wasNamed && isNamed) return "TYPE_REPLACED";
  return isNamed ? "TYPE_NAMED" : "TYPE_UNNAMED";
}

function familyOf(shape: Shape): Family {
  switch (shape.kind) {
    case "int":
      return "integer";
    case "enum":
    case "bits":
    case "bool":
    case "bytes":
    case "string":
    case "uuid":
      return shape.kind;
    case "cstring":
    case "struct":
    case "state":
    case "union":
    case "list":
    case "optional":
      return "other";
  }
}

function diffBounds(place: Place, what: "COUNT" | "LENGTH", old: Bounds, now: Bounds): readonly Change[] {
  const [wasMax, isMax] = [old.max ?? Infinity, now.max ?? Infinity];
  const verb = direction(now.min < old.min || isMax > wasMax, now.min > old.min || isMax < wasMax);
  if (verb === null) return [];
  return [{ kind: `${what}_${verb}`, place, old: { min: old.min, max: old.max }, new: { min: now.min, max: now.max } }];
}

function diffRange(place: Place, old: Range | null, now: Range | null): readonly Change[] {
  if (old === null || now === null) {
    if (old === now) return [];
    return [{ kind: now === null ? "RANGE_GROWN" : "RANGE_SHRUNK", place, old, new: now }];
  }
  const verb = direction(now.min < old.min || now.max > old.max, now.min > old.min || now.max < old.max);
  return verb === null ? [] : [{ kind: `RANGE_${verb}`, place, old, new: now }];
}

function direction(grows: boolean, shrinks: boolean): "GROWN" | "SHRUNK" | "MOVED" | null {
  if (grows) return shrinks ? "MOVED" : "GROWN";
  return shrinks ? "SHRUNK" : null;
}

function diffUnit(pairing: Pairing, place: Place, old: Written, now: Written): readonly Change[] {
  const [before, after] = [unitOf(pairing, "old", old), unitOf(pairing, "new", now)];
  if (before.unit === after.unit) return [];
  // Found at the alias that both sides take it from.
  if (before.alias !== null && after.alias !== null && pairing.isSame(before.alias, after.alias)) return [];
  if (before.unit === null) return after.unit === null ? [] : [{ kind: "UNIT_ADDED", place, new: after.unit }];
  if (after.unit === null) return [{ kind: "UNIT_REMOVED", place, old: before.unit }];
  return [{ kind: "UNIT_CHANGED", place, old: before.unit, new: after.unit }];
}

/** The unit that holds for a written type, and the first alias of the way, if it is that which says so. */
function unitOf(
  pairing: Pairing,
  side: "old" | "new",
  written: Written,
): { readonly unit: string | null; readonly alias: { kind: "named"; module: string; name: string } | null } {
  if (written.unit !== null) return { unit: written.unit, alias: null };
  const element = elementOf(written.type);
  if (element.kind !== "named") return { unit: null, alias: null };
  const unit = aliasesOf(pairing.sides[side], element).find((alias) => alias.unit !== null)?.unit ?? null;
  return { unit, alias: element };
}

function diffRepresentation(pairing: Pairing, place: Place, old: Written, now: Written): readonly Change[] {
  const { sides } = pairing;
  const [a, b] = [elementOf(old.type), elementOf(now.type)];
  if (underlying(sides.old, a) === null || underlying(sides.new, b) === null) return [];
  const [was, is] = [isNumber(sides.old, a, old.range), isNumber(sides.new, b, now.range)];
  if (was === is) return [];
  // Found at the declaration where that alone crosses the line.
  const [wasType, isType] = [isNumber(sides.old, a), isNumber(sides.new, b)];
  if (a.kind === "named" && b.kind === "named" && pairing.isSame(a, b) && wasType !== isType) return [];
  return [{ kind: "REPRESENTATION_CHANGED", place, toBigint: was }];
}
