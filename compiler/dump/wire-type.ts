import type { Check, Default, Expr, Member, Version } from "../schema/ir.ts";
import { setMember, type Value } from "./value.ts";

/**
 * A type with every name resolved and every range merged, at one version of each module: what the walk, the encoder and the JSON mapping go by.
 * Shapes of declarations are made once for a world and may refer to themselves.
 */
export type WireType =
  | WireInt
  | WireEnum
  | WireBits
  | WireBool
  | WireUuid
  | WireBytes
  | WireString
  | WireCString
  | WireStruct
  | WireState
  | WireUnion
  | WireList
  | WireOptional;

/** What is an integer on the wire, of whichever declaration. */
export type WireInteger = WireInt | WireEnum | WireBits;

/** What is an integer on the wire. `exact`: the value is a number, else a bigint. `min` and `max` count. */
export interface Integral {
  readonly width: 8 | 16 | 32 | 64;
  readonly signed: boolean;
  readonly min: bigint;
  readonly max: bigint;
  /** The same as numbers, rounded where they are not exact. */
  readonly low: number;
  readonly high: number;
  readonly exact: boolean;
  /** As the schema writes the type, the alias if there is one. */
  readonly text: string;
}

export interface WireInt extends Integral {
  readonly kind: "int";
  readonly hex: boolean;
  readonly unit: string | null;
}

export interface WireEnum extends Integral {
  readonly kind: "enum";
  /** With its module, whatever the alias is called. */
  readonly name: string;
  readonly open: boolean;
  readonly names: ReadonlyMap<bigint, string>;
  readonly values: ReadonlyMap<string, bigint>;
}

export interface WireBits extends Integral {
  readonly kind: "bits";
  /** With its module, whatever the alias is called. */
  readonly name: string;
  readonly open: boolean;
  /** Ascending by position. */
  readonly fields: readonly WireBitsField[];
  /** Every bit that has a name. */
  readonly named: bigint;
}

export interface WireBitsField {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly single: boolean;
  readonly type: WireInt | WireEnum | null;
}

export interface WireBool {
  readonly kind: "bool";
  readonly text: string;
}

export interface WireUuid {
  readonly kind: "uuid";
  readonly text: string;
}

/** Bounds in bytes, both counted; `max` null is unbounded. */
export interface WireBytes {
  readonly kind: "bytes";
  readonly min: number;
  readonly max: number | null;
  readonly text: string;
}

export interface WireString {
  readonly kind: "string";
  readonly min: number;
  readonly max: number | null;
  readonly text: string;
}

export interface WireCString {
  readonly kind: "cstring";
  readonly size: number;
  readonly text: string;
}

export interface WireStruct {
  readonly kind: "struct";
  readonly module: string;
  readonly name: string;
  readonly text: string;
  readonly version: Version;
  /** Layout order. */
  readonly members: readonly WireField[];
  readonly checks: readonly Check[];
  readonly stride: number;
  /** Where the last member ends: tail padding follows. */
  readonly end: number;
  readonly align: number;
}

export interface WireState {
  readonly kind: "state";
  readonly module: string;
  readonly name: string;
  readonly text: string;
  readonly id: number | null;
  readonly version: Version;
  readonly ignorable: boolean;
  readonly single: boolean;
  /** Ascending by id. */
  readonly members: readonly WireMember[];
  /** Members that ended before this version. */
  readonly retired: readonly WireMember[];
  /** Members and retired ones by id. */
  readonly byId: ReadonlyMap<number, WireMember>;
  /** Members with a `from`, each after those that its expression names. */
  readonly computed: readonly WireMember[];
  readonly checks: readonly Check[];
}

export interface WireUnion {
  readonly kind: "union";
  readonly module: string;
  readonly name: string;
  readonly text: string;
  readonly version: Version;
  readonly alternatives: readonly WireAlternative[];
  readonly byId: ReadonlyMap<number, WireAlternative>;
}

export interface WireList {
  readonly kind: "list";
  readonly element: WireType;
  readonly min: number;
  readonly max: number | null;
  /** Bytes of a row where the list is a table, else null. */
  readonly row: number | null;
  readonly text: string;
}

export interface WireOptional {
  readonly kind: "optional";
  readonly element: WireType;
  readonly text: string;
}

export interface WireMember {
  readonly member: Member;
  readonly id: number;
  readonly name: string;
  readonly type: WireType;
  readonly retired: boolean;
  /** Neither default nor `?` nor `from`. */
  readonly required: boolean;
  readonly from: Expr | null;
  readonly ignorable: boolean;
  readonly hex: boolean;
  readonly unit: string | null;
}

export interface WireField extends WireMember {
  readonly offset: number;
  readonly size: number;
  readonly align: number;
}

export interface WireAlternative {
  readonly id: number;
  readonly name: string;
  /** null is `none`. */
  readonly type: WireType | null;
  readonly hex: boolean;
  readonly unit: string | null;
}

/** The bits of a field, in place. */
export function fieldMask(field: { readonly low: number; readonly high: number }): bigint {
  return ((1n << BigInt(field.high - field.low + 1)) - 1n) << BigInt(field.low);
}

/** Bytes of a row of a table whose elements have this type; null if their list is no table. */
export function rowSize(element: WireType): number | null {
  const size = fixedSizeOf(element);
  return size === null || size === 0 || size > 65535 || element.kind === "list" || element.kind === "cstring"
    ? null
    : size;
}

/** Bytes of a type inside a struct; null if it has no fixed size. */
export function fixedSizeOf(type: WireType): number | null {
  switch (type.kind) {
    case "int":
    case "enum":
    case "bits":
      return type.width / 8;
    case "bool":
      return 1;
    case "uuid":
      return 16;
    case "bytes":
      return type.min === type.max ? type.min : null;
    case "cstring":
      return type.size;
    case "struct":
      return type.stride;
    case "list": {
      const element = fixedSizeOf(type.element);
      return element === null || type.min !== type.max ? null : element * type.min;
    }
    case "string":
    case "state":
    case "union":
    case "optional":
      return null;
  }
}

/** Alignment of a type inside a struct. */
export function alignOf(type: WireType): number {
  switch (type.kind) {
    case "int":
    case "enum":
    case "bits":
      return type.width / 8;
    case "struct":
      return type.align;
    case "list":
      return alignOf(type.element);
    case "bool":
    case "uuid":
    case "bytes":
    case "cstring":
    case "string":
    case "state":
    case "union":
    case "optional":
      return 1;
  }
}

/** An integer of a type as the codecs keep it. */
export function integerValue(type: Integral, value: bigint): Value {
  return type.exact ? Number(value) : value;
}

/** The default of a member as a value, made anew: undefined for an absent optional, and for a member that has none. */
export function defaultOf(member: WireMember): Value {
  const { default: stated } = member.member;
  return stated === null ? undefined : defaultValue(stated, member.type);
}

/** A stated default as a value of a type. */
export function defaultValue(stated: Default, type: WireType): Value {
  switch (stated.kind) {
    case "int":
      return type.kind === "int" || type.kind === "enum" || type.kind === "bits"
        ? integerValue(type, stated.value)
        : stated.value;
    case "bool":
    case "string":
      return stated.value;
    case "bytes":
      return Uint8Array.from(stated.hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
    case "empty":
      return [];
    case "zero":
      return zeroOf(type);
  }
}

/** The value whose bytes in a struct are all zero. */
export function zeroOf(type: WireType): Value {
  switch (type.kind) {
    case "int":
    case "enum":
    case "bits":
      return integerValue(type, 0n);
    case "bool":
      return false;
    case "uuid":
      return new Uint8Array(16);
    case "bytes":
      return new Uint8Array(type.min);
    case "string":
    case "cstring":
      return "";
    case "struct": {
      const value: { [name: string]: Value } = {};
      for (const member of type.members) setMember(value, member.name, zeroOf(member.type));
      return value;
    }
    case "list":
      return Array.from({ length: type.min }, () => zeroOf(type.element));
    case "state":
    case "union":
    case "optional":
      return undefined;
  }
}

/** The result of an expression as a member keeps it: a number where its integers are numbers. */
export function toMember(member: WireMember, value: Value): Value {
  const type = member.type.kind === "optional" ? member.type.element : member.type;
  if (typeof value !== "bigint") return value;
  if (type.kind !== "int" && type.kind !== "enum" && type.kind !== "bits") return value;
  // What is out of range stays a bigint, so that it is refused with its digits.
  return value >= type.min && value <= type.max ? integerValue(type, value) : value;
}
