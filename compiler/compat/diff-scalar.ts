import type { Bits, BitsField, Enum, TypeAlias } from "../schema/ir.ts";
import type { Change } from "./change.ts";
import { diffElement, diffWritten, typed } from "./diff-type.ts";
import type { Pair, Pairing } from "./pairs.ts";
import { placeIn } from "./place.ts";

/** What differs in an alias itself; what it names is compared where that is declared. */
export function diffAlias(pairing: Pairing, pair: Pair, old: TypeAlias, now: TypeAlias): readonly Change[] {
  return diffWritten(pairing, placeIn(pair), old, now);
}

/** What differs between two enums: values by their numbers, names where they moved. */
export function diffEnum(pairing: Pairing, pair: Pair, old: Enum, now: Enum): readonly Change[] {
  const place = placeIn(pair);
  const changes: Change[] = [...diffElement(pairing, place, old.base, now.base)];
  if (!old.open && now.open) changes.push({ kind: "ENUM_OPENED", place, old, new: now });
  if (old.open && !now.open) changes.push({ kind: "ENUM_CLOSED", place, old, new: now });
  const [was, is] = [namesOf(old), namesOf(now)];
  const [wasNumber, isNumber] = [numbersOf(old), numbersOf(now)];
  const moved = new Set<string>();
  for (const [name, value] of wasNumber) {
    const number = isNumber.get(name);
    if (number === undefined || number === value || moved.has(name)) continue;
    moved.add(name);
    const at = placeIn(pair, { old: name, new: name, id: `=${value}` });
    const other = is.get(value);
    if (other !== undefined && wasNumber.get(other) === number) {
      moved.add(other);
      changes.push({ kind: "ENUM_VALUES_SWAPPED", place: at, names: [name, other], values: [value, number] });
    } else {
      changes.push({ kind: "ENUM_VALUE_RENUMBERED", place: at, name, old: value, new: number });
    }
  }
  for (const [value, name] of was) {
    const called = is.get(value);
    const at = { old: name, new: called ?? null, id: `=${value}` };
    if (called === undefined) {
      if (isNumber.has(name)) continue;
      changes.push({ kind: "ENUM_VALUE_REMOVED", place: placeIn(pair, at), name, value, enum: old });
    } else if (called !== name && !isNumber.has(name) && !wasNumber.has(called)) {
      changes.push({ kind: "ENUM_VALUE_RENAMED", place: placeIn(pair, at), old: name, new: called, value });
    }
  }
  for (const [value, name] of is) {
    if (was.has(value) || wasNumber.has(name)) continue;
    const at = placeIn(pair, { old: null, new: name, id: `=${value}` });
    changes.push({ kind: "ENUM_VALUE_ADDED", place: at, name, value, enum: now });
  }
  return changes;
}

function namesOf({ values }: Enum): ReadonlyMap<bigint, string> {
  return new Map(values.map(({ name, value }) => [value, name]));
}

function numbersOf({ values }: Enum): ReadonlyMap<string, bigint> {
  return new Map(values.map(({ name, value }) => [name, value]));
}

/** What differs between two bits: fields by their names where both sides have them, else by their place. */
export function diffBits(pairing: Pairing, pair: Pair, old: Bits, now: Bits): readonly Change[] {
  const place = placeIn(pair);
  const changes: Change[] = [...diffElement(pairing, place, old.base, now.base)];
  if (!old.open && now.open) changes.push({ kind: "BITS_OPENED", place });
  if (old.open && !now.open) changes.push({ kind: "BITS_CLOSED", place });
  const [before, after] = [byName(old), byName(now)];
  const taken = new Set<BitsField>();
  for (const field of old.fields) {
    if (taken.has(field)) continue;
    const same = after.get(field.name);
    if (same !== undefined) {
      taken.add(field).add(same);
      changes.push(...diffField(pairing, pair, field, same, before, after, taken));
      continue;
    }
    const renamed = now.fields.find((other) => isAt(other, field) && !before.has(other.name));
    const at = placeIn(pair, { old: field.name, new: renamed?.name ?? null, id: `:${field.low}` });
    if (renamed === undefined) changes.push({ kind: "BITS_UNNAMED", place: at, old: field });
    else {
      taken.add(renamed);
      changes.push({ kind: "BITS_RENAMED", place: at, old: field, new: renamed });
      changes.push(...diffFieldType(pairing, pair, field, renamed));
    }
  }
  for (const field of now.fields) {
    if (taken.has(field) || before.has(field.name)) continue;
    const at = placeIn(pair, { old: null, new: field.name, id: `:${field.low}` });
    changes.push({ kind: "BITS_NAMED", place: at, new: field });
  }
  return changes;
}

function diffField(
  pairing: Pairing,
  pair: Pair,
  field: BitsField,
  same: BitsField,
  before: ReadonlyMap<string, BitsField>,
  after: ReadonlyMap<string, BitsField>,
  taken: Set<BitsField>,
): readonly Change[] {
  const place = placeIn(pair, { old: field.name, new: same.name, id: `:${field.low}` });
  const typed = diffFieldType(pairing, pair, field, same);
  if (isAt(field, same)) return typed;
  if (field.low === same.low) return [{ kind: "BITS_RESIZED", place, old: field, new: same }, ...typed];
  for (const [name, other] of before) {
    const moved = after.get(name);
    if (moved === undefined || taken.has(other) || !isAt(other, same) || !isAt(moved, field)) continue;
    taken.add(other).add(moved);
    const more = diffFieldType(pairing, pair, other, moved);
    return [{ kind: "BITS_SWAPPED", place, fields: [field, other] }, ...typed, ...more];
  }
  return [{ kind: "BITS_MOVED", place, old: field, new: same }, ...typed];
}

/** Whether the range of bits has another type, or is a single bit on one side only. */
function diffFieldType(pairing: Pairing, pair: Pair, field: BitsField, same: BitsField): readonly Change[] {
  const [old, now] = [field.type, same.type];
  if (old === null ? now === null : now !== null && pairing.isSame(old, now)) return [];
  const place = placeIn(pair, { old: field.name, new: same.name, id: `:${field.low}` });
  const was = old === null ? null : typed(pairing.sides.old, old);
  const is = now === null ? null : typed(pairing.sides.new, now);
  return [{ kind: "BITS_RETYPED", place, old: was, new: is, fields: { old: field, new: same } }];
}

function byName({ fields }: Bits): ReadonlyMap<string, BitsField> {
  return new Map(fields.map((field) => [field.name, field]));
}

function isAt(a: BitsField, b: BitsField): boolean {
  return a.low === b.low && a.high === b.high;
}
