import { checkInteger } from "../dump/integers.ts";
import type { WireBits, WireInteger, WireType } from "../dump/wire-type.ts";
import { integersIn, integersOf, intersectionOf, noIntegers, without, type Integers } from "./integers.ts";

/** What is true of a value that a reader refuses or misreads. */
export type ValueTest =
  /** Any value. */
  | { readonly kind: "any" }
  | { readonly kind: "integers"; readonly among: Integers }
  /** At least one of these bits is set. */
  | { readonly kind: "bits"; readonly mask: bigint }
  /** A range of bits holds one of these. */
  | { readonly kind: "field"; readonly low: number; readonly high: number; readonly among: Integers }
  /** Two ranges of bits hold different numbers. */
  | {
      readonly kind: "ranges differ";
      readonly first: { readonly low: number; readonly high: number };
      readonly second: { readonly low: number; readonly high: number };
    }
  /** So many bytes. */
  | { readonly kind: "length"; readonly among: Integers }
  | { readonly kind: "ill-formed" };

/** Whether a type is a number on the wire: 0 or 1 for a bool. */
export function isNumeric(type: WireType): boolean {
  return type.kind === "int" || type.kind === "enum" || type.kind === "bits" || type.kind === "bool";
}

/** The most bits of which all combinations are listed; more are taken as a whole range. */
const LISTED_BITS = 10;

/** Every number that a value of a type may be; for bits with many names it may hold more. Empty for what is no number. */
export function domainOf(type: WireType): Integers {
  switch (type.kind) {
    case "bool":
      return integersIn(0n, 1n);
    case "int":
      return integersIn(type.min, type.max);
    case "enum":
      return type.open
        ? integersIn(type.min, type.max)
        : intersectionOf(integersOf(type.names.keys()), integersIn(type.min, type.max));
    case "bits":
      return domainOfBits(type);
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "struct":
    case "state":
    case "union":
    case "list":
    case "optional":
      return noIntegers;
  }
}

const domains = new WeakMap<WireBits, Integers>();

function domainOfBits(type: WireBits): Integers {
  let known = domains.get(type);
  if (known === undefined) domains.set(type, (known = combinationsOf(type)));
  return known;
}

function combinationsOf(type: WireBits): Integers {
  const within = type.open ? integersIn(type.min, type.max) : integersIn(0n, type.named);
  const positions: bigint[] = [];
  for (let bit = 0; bit < type.width; bit++)
    if (type.open || ((type.named >> BigInt(bit)) & 1n) === 1n) positions.push(1n << BigInt(bit));
  if (positions.length > LISTED_BITS) return within;
  let values = [0n];
  for (const position of positions) values = [...values, ...values.map((value) => value | position)];
  return integersOf(values.filter((value) => checkInteger(type, value) === null));
}

/** What a number must be for a reader of this type to refuse it. */
export function refusalsOf(type: WireType): readonly ValueTest[] {
  switch (type.kind) {
    case "bool":
    case "int":
    case "enum":
      return [{ kind: "integers", among: outside(domainOf(type)) }];
    case "bits":
      return refusalsOfBits(type);
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "struct":
    case "state":
    case "union":
    case "list":
    case "optional":
      return [];
  }
}

function refusalsOfBits(type: WireBits): readonly ValueTest[] {
  const tests: ValueTest[] = [{ kind: "integers", among: outside(integersIn(type.min, type.max)) }];
  if (!type.open) tests.push({ kind: "bits", mask: ((1n << BigInt(type.width)) - 1n) & ~type.named });
  for (const { low, high, type: held } of type.fields) {
    if (held !== null) tests.push({ kind: "field", low, high, among: outside(domainOf(held)) });
  }
  return tests;
}

/** All that an integer of any type may be. */
export const everyInteger: Integers = integersIn(-(1n << 63n), (1n << 64n) - 1n);

/** What a set does not hold. */
export function outside(set: Integers): Integers {
  return without(everyInteger, set);
}

/** The lengths between two bounds. */
export function lengthsIn({ min, max }: { readonly min: number; readonly max: number | null }): Integers {
  return integersIn(BigInt(min), max === null ? 1n << 53n : BigInt(max));
}

/** The lengths in bytes that a string, bytes or a uuid may have; null for what has none. */
export function lengthsOf(type: WireType): Integers | null {
  switch (type.kind) {
    case "uuid":
      return integersIn(16n, 16n);
    case "bytes":
    case "string":
      return lengthsIn(type);
    case "cstring":
      return integersIn(0n, BigInt(type.size - 1));
    case "int":
    case "enum":
    case "bits":
    case "bool":
    case "struct":
    case "state":
    case "union":
    case "list":
    case "optional":
      return null;
  }
}

/** The numbers that are called something else by a reader: by a name that the writer gives to another number, or has another number for. */
export function misnamed(writer: WireInteger, reader: WireInteger): Integers {
  if (writer.kind !== "enum" || reader.kind !== "enum") return noIntegers;
  const clashes: bigint[] = [];
  for (const value of new Set([...writer.names.keys(), ...reader.names.keys()])) {
    const [called, known] = [writer.names.get(value), reader.names.get(value)];
    if (called === known) continue;
    const moved = called !== undefined && reader.values.has(called);
    if (moved || (known !== undefined && writer.values.has(known))) clashes.push(value);
  }
  return integersOf(clashes);
}
