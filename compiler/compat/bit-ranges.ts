import { fieldOf } from "../dump/integers.ts";
import { fieldMask, type WireBits, type WireBitsField } from "../dump/wire-type.ts";
import type { BitRange } from "./condition.ts";
import { domainOf } from "./domain.ts";
import { countOf, holds, integersIn, intersectionOf, type Integers } from "./integers.ts";

/** So many numbers are looked at, and no more. */
const LOOKED_AT = 4096;

/** Whether two ranges hold different numbers in some value of a type; true where that is too much to find out. */
export function canDiffer(type: WireBits, first: BitRange, second: BitRange): boolean {
  const bits = bitsOf(type);
  if (bits === null) return true;
  for (let i = 0; first.low + i <= first.high || second.low + i <= second.high; i++) {
    const [one = zero, other = zero] = [first, second].map(({ low, high }) =>
      low + i <= high ? bits.get(low + i) : zero,
    );
    if (!isSameBit(one, other)) return true;
  }
  return false;
}

/** Whether some value of a type has one of these bits set; true where that is too much to find out. */
export function canBeSet(type: WireBits, mask: bigint): boolean {
  const bits = bitsOf(type);
  return bits === null || [...bits].some(([at, bit]) => fieldOf({ low: at, high: at }, mask) === 1n && bit !== zero);
}

/** Whether a range holds one of these numbers in some value of a type; true where that is too much to find out. */
export function canHold(type: WireBits, range: BitRange, among: Integers): boolean {
  const bits = bitsOf(type);
  if (bits === null) return true;
  let numbers = [0n];
  const done = new Set<WireBitsField>();
  for (let at = range.low; at <= range.high; at++) {
    const bit = bits.get(at) ?? zero;
    if (bit.kind === "held" && done.has(bit.field)) continue;
    if (bit.kind === "held") done.add(bit.field);
    const parts = partsOf(bit, range, BigInt(at - range.low));
    if (parts === null || numbers.length * parts.length > LOOKED_AT) return true;
    numbers = numbers.flatMap((number) => parts.map((part) => number | part));
  }
  return numbers.some((number) => holds(among, number));
}

/** What a bit, with all of its typed range, may add to the number in a range; null where that is too much to find out. */
function partsOf(bit: Bit, range: BitRange, place: bigint): readonly bigint[] | null {
  if (bit.kind === "fixed") return [bit.value << place];
  if (bit.kind === "free") return [0n, 1n << place];
  const values = valuesOf(bit.among);
  if (values === null) return null;
  return [...new Set(values.map((value) => fieldOf(range, value << BigInt(bit.field.low))))];
}

/** What a bit of a number may be. */
type Bit =
  | { readonly kind: "fixed"; readonly value: bigint }
  /** Whatever its neighbours are. */
  | { readonly kind: "free"; readonly at: number }
  /** A bit of what a typed range may hold. */
  | { readonly kind: "held"; readonly field: WireBitsField; readonly among: Integers; readonly at: number };

const zero: Bit = { kind: "fixed", value: 0n };

/** The bits of a type by their places, those left out that are always zero; null where ranges overlap, or one can hold nothing. */
function bitsOf(type: WireBits): ReadonlyMap<number, Bit> | null {
  const bits = new Map<number, Bit>();
  for (const field of type.fields) {
    const { low, high } = field;
    const all = integersIn(0n, fieldMask({ low: 0, high: high - low }));
    const among = field.type === null ? all : intersectionOf(domainOf(field.type), all);
    if (among.length === 0) return null;
    for (let at = low; at <= high; at++) {
      if (bits.has(at)) return null;
      bits.set(at, field.type === null ? { kind: "free", at } : heldBit(field, among, at));
    }
  }
  for (let at = 0; type.open && at < type.width; at++) if (!bits.has(at)) bits.set(at, { kind: "free", at });
  return bits;
}

function heldBit(field: WireBitsField, among: Integers, at: number): Bit {
  const place = BigInt(at - field.low);
  // In numbers one after the other, a bit stays as it is until what is above it counts on.
  const isFixed = among.every(({ min, max }) => min >> place === max >> place);
  const [value, ...others] = new Set(among.map(({ min }) => (min >> place) & 1n));
  if (!isFixed || value === undefined || others.length > 0) return { kind: "held", field, among, at };
  return value === 0n ? zero : { kind: "fixed", value };
}

function isSameBit(a: Bit, b: Bit): boolean {
  if (a.kind === "fixed" || b.kind === "fixed") return a.kind === "fixed" && b.kind === "fixed" && a.value === b.value;
  if (a.at === b.at) return true;
  if (a.kind === "free" || b.kind === "free" || a.field !== b.field) return false;
  const { low } = a.field;
  const [one, other] = [BigInt(a.at - low), BigInt(b.at - low)];
  return valuesOf(a.among)?.every((value) => ((value >> one) & 1n) === ((value >> other) & 1n)) ?? false;
}

/** Every number of a set; null if they are too many. */
function valuesOf(among: Integers): readonly bigint[] | null {
  if (countOf(among) > LOOKED_AT) return null;
  return among.flatMap(({ min, max }) => Array.from({ length: Number(max - min) + 1 }, (_, i) => min + BigInt(i)));
}
