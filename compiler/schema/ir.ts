/**
 * The schema as plain data: names resolved, constants folded, sorted (modules and declarations by name, members by id,
 * struct members in text order, enum values by number, bits by position), without docs or spans: those lie beside it in `Provenance`.
 * A `Module` as the checker makes it holds the whole history; `project` gives the view at one version, of the same type.
 */

/** A version as one number that orders as versions do: `major * 0x10000 + backport`. 2.1 is 0x20001. */
export type Version = number;

export interface Module {
  readonly name: string;
  /** Ascending; the last is the working version. A view keeps them all up to its own. */
  readonly versions: readonly { readonly version: Version; readonly label: string | null }[];
  /** The version this is a view at, or the working version of a whole history. */
  readonly version: Version;
  /** Versions whose dumps the working version must read, and readers it must be able to write for; both hold itself, ascending. */
  readonly reads: readonly Version[];
  readonly writes: readonly Version[];
  readonly imports: readonly string[];
  readonly declarations: readonly Declaration[];
}

export type Declaration = Const | TypeAlias | Enum | Bits | Struct | State | Union;

/**
 * The versions something exists in: from `since` to `until`, both counted; `until` null is no end. `until` N.0 covers the backports onto N.
 * A declaration without `since` or `until` of its own exists where its own module uses it, and everywhere if it does not.
 */
export interface Lifetime {
  readonly since: Version;
  readonly until: Version | null;
  /** The reason, "" where none is given; null if not deprecated. */
  readonly deprecated: string | null;
}

export interface Const extends Lifetime {
  readonly kind: "const";
  readonly name: string;
  readonly value: bigint;
}

/** A name for an integer, string or bytes with its range, unit and display. */
export interface TypeAlias extends Lifetime {
  readonly kind: "type";
  readonly name: string;
  readonly type: IntType | StringType | BytesType | NamedType;
  readonly range: Range | null;
  readonly unit: string | null;
  readonly hex: boolean;
}

export interface Enum extends Lifetime {
  readonly kind: "enum";
  readonly name: string;
  readonly open: boolean;
  readonly base: IntType;
  readonly values: readonly EnumValue[];
  readonly reserved: readonly Reserved[];
}

export interface EnumValue extends Lifetime {
  readonly name: string;
  readonly value: bigint;
}

export interface Bits extends Lifetime {
  readonly kind: "bits";
  readonly name: string;
  readonly open: boolean;
  readonly base: IntType;
  readonly fields: readonly BitsField[];
  readonly reserved: readonly Reserved[];
}

/** Bits `low`..`high`, both counted. A single bit has `high === low` and `single` true: its value is a boolean, not a number. */
export interface BitsField extends Lifetime {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly single: boolean;
  readonly type: NamedType | null;
}

export interface Struct extends Lifetime {
  readonly kind: "struct";
  readonly name: string;
  /** Text order, which is layout order. */
  readonly members: readonly Member[];
  readonly checks: readonly Check[];
  readonly reserved: readonly Reserved[];
}

export interface State extends Lifetime {
  readonly kind: "state";
  readonly name: string;
  /** Its id as a record of a dump; null if it can only be nested. */
  readonly id: number | null;
  readonly ignorable: boolean;
  readonly single: boolean;
  readonly members: readonly Member[];
  /** In a view: members that ended before its version, which a reader may still meet in older dumps. Empty in a whole history. */
  readonly retired: readonly Member[];
  readonly checks: readonly Check[];
  readonly reserved: readonly Reserved[];
}

export interface Union extends Lifetime {
  readonly kind: "union";
  readonly name: string;
  readonly alternatives: readonly Alternative[];
  readonly reserved: readonly Reserved[];
}

export interface Alternative extends Lifetime {
  readonly id: number;
  readonly name: string;
  /** null is `none`. Range, unit and hex are of the alternative's own text, as a member's. */
  readonly type: Type | null;
  readonly range: Range | null;
  readonly unit: string | null;
  readonly hex: boolean;
}

export interface Member extends Lifetime {
  readonly id: number;
  readonly name: string;
  readonly type: Type;
  readonly default: Default | null;
  /** From the member's own `in`; the type may have one too, and both hold. For a list it is of each element. */
  readonly range: Range | null;
  readonly unit: string | null;
  readonly hex: boolean;
  readonly key: boolean;
  readonly sorted: boolean;
  readonly handle: boolean;
  readonly ignorable: boolean;
  readonly reference: Reference | null;
  readonly from: Expr | null;
}

/** Both ends counted. */
export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

export interface Reserved {
  /** Both null where only a name is reserved. */
  readonly min: bigint | null;
  readonly max: bigint | null;
  readonly name: string | null;
}

export interface Reference {
  readonly module: string;
  readonly state: string;
  readonly member: string;
}

export interface Check {
  readonly expression: Expr;
  readonly message: string;
  readonly since: Version;
  readonly until: Version | null;
}

export interface IntType {
  readonly kind: "int";
  readonly width: 8 | 16 | 32 | 64;
  readonly signed: boolean;
}

/** Bounds in bytes, both counted; `max` null is unbounded. `bytes[16]` has min = max. */
export interface BytesType {
  readonly kind: "bytes";
  readonly min: number;
  readonly max: number | null;
}

/** Well-formed UTF-8, bounds in bytes. */
export interface StringType {
  readonly kind: "string";
  readonly min: number;
  readonly max: number | null;
}

/** Structs only: `size` bytes, ends in NUL with zeros after it, so at most `size - 1` bytes of UTF-8 without NUL. */
export interface CStringType {
  readonly kind: "cstring";
  readonly size: number;
}

export interface NamedType {
  readonly kind: "named";
  readonly module: string;
  readonly name: string;
}

export interface ListType {
  readonly kind: "list";
  readonly element: ScalarOrNamed;
  readonly min: number;
  readonly max: number | null;
}

export interface OptionalType {
  readonly kind: "optional";
  readonly element: ScalarOrNamed | ListType;
}

export type ScalarOrNamed =
  IntType | { readonly kind: "bool" } | { readonly kind: "uuid" } | BytesType | StringType | CStringType | NamedType;

export type Type = ScalarOrNamed | ListType | OptionalType;

/**
 * A default by what the member is: integers, enums and bits their number; bytes and uuid their hex digits, lower case, no dashes;
 * a list is empty; `zero` is the default of a later struct member that states none (all bytes zero).
 */
export type Default =
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bytes"; readonly hex: string }
  | { readonly kind: "empty" }
  | { readonly kind: "zero" };

/**
 * A checked expression. Integers are mathematical; enum values and bits are already their numbers, single bits and comparisons are booleans.
 * A path starts at the declaration (`depth` 0) or at an element that an enclosing `any` or `all` walks (1 is the innermost, 2 the next out).
 */
export type Expr =
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "path"; readonly depth: number; readonly steps: readonly Step[] }
  | { readonly kind: "len"; readonly of: Expr }
  | { readonly kind: "has"; readonly of: Expr }
  | { readonly kind: "is"; readonly of: Expr; readonly alternative: { readonly id: number; readonly name: string } }
  | { readonly kind: "any" | "all"; readonly list: Expr; readonly each: Expr }
  | { readonly kind: "unary"; readonly operator: "-" | "~" | "!"; readonly operand: Expr }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "conditional"; readonly condition: Expr; readonly then: Expr; readonly else: Expr };

export type BinaryOperator =
  "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "|" | "^" | "&" | "<<" | ">>" | "+" | "-" | "*" | "/" | "%";

export type Step =
  /** A member of a state or struct. An absent optional on the way is an evaluation error. */
  | { readonly kind: "member"; readonly id: number; readonly name: string }
  /** The value of a union's alternative; an evaluation error if another one is held. */
  | { readonly kind: "alternative"; readonly id: number; readonly name: string }
  /** A field of a bits value: a boolean if `single`, else its number. */
  | {
      readonly kind: "bits";
      readonly name: string;
      readonly low: number;
      readonly high: number;
      readonly single: boolean;
    };

/** Views of modules, one each, closed under imports: what a codec needs to walk a type across modules. Keyed by module name. */
export type World = ReadonlyMap<string, Module>;
