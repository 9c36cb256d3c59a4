import type { Cursor, Row } from "./table.ts";
import { own } from "./values.ts";

/**
 * What generated code says about its types beside the code that reads and writes them: names, ids and bounds, for messages, paths, views and
 * `validate`. The fast paths never look at it, and it is made when first needed.
 */
export type TypeDescription =
  | IntDescription
  | { readonly kind: "bool" }
  | { readonly kind: "uuid" }
  | TextDescription
  | BytesDescription
  | { readonly kind: "cstring"; readonly size: number }
  | EnumDescription
  | BitsDescription
  | ListDescription
  | StructDescription
  | StateDescription
  | UnionDescription;

/** A description, or the function of a generated module that makes it. */
export type Described = TypeDescription | (() => TypeDescription);

export interface IntDescription {
  readonly kind: "int";
  readonly width: 8 | 16 | 32 | 64;
  readonly signed: boolean;
  /** Both ends counted. Bigints where the value is one. */
  readonly min: number | bigint;
  readonly max: number | bigint;
}

export interface EnumDescription {
  readonly kind: "enum";
  readonly name: string;
  readonly base: IntDescription;
  readonly open: boolean;
  readonly values: Readonly<Record<string, number | bigint>>;
}

export interface BitsDescription {
  readonly kind: "bits";
  readonly name: string;
  readonly base: IntDescription;
  readonly open: boolean;
  /** Every bit that has a name. */
  readonly named: bigint;
  /** Ranges of bits whose numbers have a type. */
  readonly fields: readonly {
    readonly name: string;
    readonly low: number;
    readonly high: number;
    readonly type: Described;
  }[];
}

export interface TextDescription {
  readonly kind: "string";
  readonly min: number;
  readonly max: number;
}

export interface BytesDescription {
  readonly kind: "bytes";
  readonly min: number;
  readonly max: number;
}

export interface ListDescription {
  readonly kind: "list";
  readonly element: Described;
  readonly min: number;
  readonly max: number;
  /** Whether it is a table: rows of one size. */
  readonly table: boolean;
}

export interface MemberDescription {
  readonly id: number;
  readonly name: string;
  readonly type: Described;
  readonly optional?: boolean;
  /** Absent where the member has none: it is required, optional or computed. */
  readonly default?: unknown;
  /** Computes the member from others. */
  readonly from?: Computation;
  readonly ignorable?: boolean;
  readonly key?: boolean;
  readonly sorted?: boolean;
  /** The member that this one names the key of; `record` if that state also stands as records. */
  readonly reference?: { readonly state: string; readonly member: string; readonly record: boolean };
}

/** A generated function of the values of some members of an object, which are its arguments by their names. */
export interface Computation {
  readonly of: readonly string[];
  readonly compute: (...values: never[]) => unknown;
}

export interface CheckDescription extends Computation {
  readonly message: string;
}

export interface StateDescription {
  readonly kind: "state";
  /** With its module: `linux.pci.PciDevice`. */
  readonly name: string;
  /** Ascending by id. */
  readonly members: readonly MemberDescription[];
  /** Members that ended before this version and stand in older dumps only. */
  readonly retired?: readonly MemberDescription[];
  readonly checks?: readonly CheckDescription[];
  readonly read: (input: never, o: number, end: number) => object;
}

export interface FieldDescription extends MemberDescription {
  /** Bytes from the start of the row. */
  readonly offset: number;
  readonly size: number;
}

export interface StructDescription {
  readonly kind: "struct";
  readonly name: string;
  readonly stride: number;
  readonly align: number;
  /** In the order of their offsets. */
  readonly members: readonly FieldDescription[];
  readonly checks?: readonly CheckDescription[];
  /** Bytes of a row whose members are all at their defaults; absent where that is zero. */
  readonly pattern?: Uint8Array;
  readonly row: (cursor: Cursor) => Row;
  readonly read: (input: never, at: number) => object;
}

export interface UnionDescription {
  readonly kind: "union";
  readonly name: string;
  readonly alternatives: readonly {
    readonly id: number;
    readonly name: string;
    /** null is `none`. */
    readonly type: Described | null;
  }[];
  readonly read: (input: never, o: number, end: number) => object;
}

/** What errors call a value of a type, or the elements of a list: `linux.pci.Bar`. What has no name of its own is not named. */
export function typeNamed(described: Described): { readonly type?: string } {
  const type = describe(described);
  if (type.kind === "list") return typeNamed(type.element);
  return "name" in type && type.name !== "" ? { type: type.name } : {};
}

function int(width: 8 | 16 | 32 | 64, signed: boolean, min: number | bigint, max: number | bigint): IntDescription {
  return { kind: "int", width, signed, min, max };
}

export const u8: IntDescription = /* @__PURE__ */ int(8, false, 0, 0xff);
export const u16: IntDescription = /* @__PURE__ */ int(16, false, 0, 0xffff);
export const u32: IntDescription = /* @__PURE__ */ int(32, false, 0, 0xffff_ffff);
export const u64: IntDescription = /* @__PURE__ */ int(64, false, 0n, 0xffff_ffff_ffff_ffffn);
export const i8: IntDescription = /* @__PURE__ */ int(8, true, -0x80, 0x7f);
export const i16: IntDescription = /* @__PURE__ */ int(16, true, -0x8000, 0x7fff);
export const i32: IntDescription = /* @__PURE__ */ int(32, true, -0x8000_0000, 0x7fff_ffff);
export const i64: IntDescription = /* @__PURE__ */ int(64, true, -0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn);
export const bool: TypeDescription = { kind: "bool" };
export const uuid: TypeDescription = { kind: "uuid" };

/** An integer narrowed to a range; a number if the ends are numbers. */
export function intOf(type: IntDescription, min: number | bigint, max: number | bigint): IntDescription {
  return { ...type, min, max };
}

/** A string of `min` to `max` bytes. */
export function stringOf(min: number, max = Infinity): TypeDescription {
  return { kind: "string", min, max };
}

/** `min` to `max` bytes. */
export function bytesOf(min: number, max = Infinity): TypeDescription {
  return { kind: "bytes", min, max };
}

/** A string in a struct, `size` bytes with its NUL. */
export function cstringOf(size: number): TypeDescription {
  return { kind: "cstring", size };
}

/** A list of `min` to `max` elements that each have their length. */
export function listOf(element: Described, min: number, max = Infinity): TypeDescription {
  return { kind: "list", element, min, max, table: false };
}

/** A list of `min` to `max` rows of one size. */
export function tableOf(element: Described, min: number, max = Infinity): TypeDescription {
  return { kind: "list", element, min, max, table: true };
}

const made = new WeakMap<() => TypeDescription, TypeDescription>();

/** The description that a generated module gives, made once. */
export function describe<T extends TypeDescription>(described: T | (() => T)): T {
  if (typeof described !== "function") return described;
  let description = made.get(described);
  if (description === undefined) made.set(described, (description = described()));
  // The function that made it gives a T.
  return description as T;
}

/** Members of a state in the order of their ids, the retired ones among them. */
export function allMembers(state: StateDescription): readonly MemberDescription[] {
  if (state.retired === undefined) return state.members;
  return [...state.members, ...state.retired].sort((a, b) => a.id - b.id);
}

/** Whether a member must be there: it has no default, is no optional, and nothing computes it. */
export function isRequired(member: MemberDescription): boolean {
  return member.optional !== true && member.from === undefined && !Object.hasOwn(member, "default");
}

/** How a member of a struct is aligned: integers to their width, structs and arrays as what they hold, all else to a byte. */
export function alignmentOf(described: Described): number {
  const type = describe(described);
  switch (type.kind) {
    case "int":
      return type.width / 8;
    case "enum":
    case "bits":
      return type.base.width / 8;
    case "list":
      return alignmentOf(type.element);
    case "struct":
      return type.align;
    case "bool":
    case "uuid":
    case "string":
    case "bytes":
    case "cstring":
    case "state":
    case "union":
      return 1;
  }
}

/** What a computation gives for an object; members that it lacks count as their defaults, as far as those are known. */
export function compute(
  { of, compute: call }: Computation,
  value: object,
  members: readonly MemberDescription[] = [],
): unknown {
  const values = of.map((name) => own(value, name) ?? members.find((one) => one.name === name)?.default);
  // The function was generated for members of these names.
  return call(...(values as never[]));
}
