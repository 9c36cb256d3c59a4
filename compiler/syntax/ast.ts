import type { Span } from "../text.ts";
import type { Damage } from "./damage.ts";

/** What the parser makes of one file: items in text order, names not yet resolved, every node with its span. */
export interface File {
  readonly span: Span;
  readonly items: readonly Item[];
  /** Every comment of the file in text order, doc comments included; the printer and the doc lookup place them. */
  readonly comments: readonly Comment[];
  /** The `///` comments that are the documentation of nothing; of lines that follow each other the first. */
  readonly lostDocs: readonly Comment[];
  readonly damage: Damage;
}

/** A node while it is read. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

export interface Comment {
  readonly kind: "line" | "doc" | "block";
  /** As written, with its slashes, without the line end. */
  readonly text: string;
  readonly span: Span;
}

export interface Name {
  /** Empty where a name could not be read: that was reported, and so is all that follows from it. */
  readonly text: string;
  readonly span: Span;
}

/** `linux.iommu.IommuDomain`, as written. */
export interface DottedName {
  readonly parts: readonly Name[];
  readonly span: Span;
}

/** An integer as written; `value` is its value, `text` how it was spelled (`0x7063_6901`). A sign is part of it. The span of an id covers its `@`. */
export interface IntLiteral {
  readonly value: bigint;
  readonly text: string;
  readonly span: Span;
}

export interface StringLiteral {
  /** The value, escapes resolved. */
  readonly value: string;
  /** As written, with its quotes. */
  readonly text: string;
  readonly span: Span;
}

/** `2` or `2.1`. */
export interface VersionLiteral {
  readonly major: number;
  readonly backport: number;
  readonly text: string;
  readonly span: Span;
}

/** An integer or the name of a constant, where a bound or a range end is expected. */
export type Bound =
  { readonly kind: "int"; readonly int: IntLiteral } | { readonly kind: "name"; readonly name: DottedName };

/** `a..b`, `..b`, `a..`; a missing end is null. Both ends count. */
export interface BoundRange {
  readonly min: Bound | null;
  readonly max: Bound | null;
  readonly span: Span;
}

export type Item =
  | ModuleItem
  | ImportItem
  | VersionItem
  | SupportItem
  | ConstItem
  | TypeItem
  | EnumItem
  | BitsItem
  | StructItem
  | StateItem
  | UnionItem;

interface ItemBase {
  /** From the first token to the closing `;` or `}`. */
  readonly span: Span;
  /** Text of the `///` lines right before it, without slashes and one leading blank, joined by `\n`; empty if none. */
  readonly doc: string;
}

export interface ModuleItem extends ItemBase {
  readonly kind: "module";
  readonly name: DottedName;
}

export interface ImportItem extends ItemBase {
  readonly kind: "import";
  readonly name: DottedName;
}

export interface VersionItem extends ItemBase {
  readonly kind: "version";
  readonly version: VersionLiteral;
  readonly label: StringLiteral | null;
}

/** `reads 2, 3..;` or `writes 2..;`: a single version has the same literal at both ends (`single`), a missing end is null. */
export interface SupportItem extends ItemBase {
  readonly kind: "reads" | "writes";
  readonly ranges: readonly {
    readonly min: VersionLiteral | null;
    readonly max: VersionLiteral | null;
    readonly single: boolean;
    readonly span: Span;
  }[];
}

interface DeclarationBase extends ItemBase {
  readonly name: Name;
  readonly attributes: readonly Attribute[];
}

export interface ConstItem extends DeclarationBase {
  readonly kind: "const";
  readonly value: Bound;
}

export interface TypeItem extends DeclarationBase {
  readonly kind: "type";
  readonly type: TypeNode;
}

export interface EnumItem extends DeclarationBase {
  readonly kind: "enum";
  readonly open: boolean;
  readonly base: DottedName;
  readonly values: readonly EnumValueNode[];
  readonly reserved: readonly ReservedItem[];
}

export interface EnumValueNode extends DeclarationBase {
  readonly value: Bound;
}

export interface BitsItem extends DeclarationBase {
  readonly kind: "bits";
  readonly open: boolean;
  readonly base: DottedName;
  readonly fields: readonly BitsFieldNode[];
  readonly reserved: readonly ReservedItem[];
}

/** `io = 0;` is one bit, `aspm = 0..1 : Aspm;` a range of bits, both ends counted. */
export interface BitsFieldNode extends DeclarationBase {
  readonly low: Bound;
  /** null for a single bit. */
  readonly high: Bound | null;
  readonly type: DottedName | null;
}

export interface StructItem extends DeclarationBase {
  readonly kind: "struct";
  readonly members: readonly MemberNode[];
  readonly reserved: readonly ReservedItem[];
  readonly checks: readonly CheckNode[];
}

export interface StateItem extends DeclarationBase {
  readonly kind: "state";
  readonly id: IntLiteral | null;
  readonly members: readonly MemberNode[];
  readonly reserved: readonly ReservedItem[];
  readonly checks: readonly CheckNode[];
}

export interface UnionItem extends DeclarationBase {
  readonly kind: "union";
  readonly alternatives: readonly MemberNode[];
  readonly reserved: readonly ReservedItem[];
}

/** A member of a state or struct, or an alternative of a union. `id` is null where the text has none (an error the checks report). */
export interface MemberNode extends DeclarationBase {
  readonly id: IntLiteral | null;
  readonly type: TypeNode;
}

export interface CheckNode extends ItemBase {
  readonly expression: Expression;
  readonly message: StringLiteral | null;
  readonly attributes: readonly Attribute[];
}

/** One line `reserved @15, @20..@24 "old", "name";` inside a declaration; in enums and bits the numbers have no `@`. */
export interface ReservedItem extends ItemBase {
  readonly ranges: readonly {
    /** null where only a name is reserved. */
    readonly min: IntLiteral | null;
    /** null for a single number. */
    readonly max: IntLiteral | null;
    readonly name: StringLiteral | null;
    readonly span: Span;
  }[];
}

export type TypeNode =
  /** A builtin or declared name: `u32`, `bool`, `Bdf`, `linux.iommu.Iova`, `none`. */
  | { readonly kind: "name"; readonly name: DottedName; readonly span: Span }
  /** `bytes[16]`, `bytes[..4096]`, `string[1..63]`, `cstring[32]`; `size` null for a bare word or empty brackets. */
  | {
      readonly kind: "blob";
      readonly word: "bytes" | "string" | "cstring";
      readonly size: SizeNode | null;
      readonly span: Span;
    }
  /** `T[6]`, `T[..48]`, `T[1..48]`; `size` null for `T[]`. */
  | { readonly kind: "list"; readonly element: TypeNode; readonly size: SizeNode | null; readonly span: Span }
  | { readonly kind: "optional"; readonly element: TypeNode; readonly span: Span };

export type SizeNode =
  | { readonly kind: "exact"; readonly size: Bound; readonly span: Span }
  | { readonly kind: "range"; readonly range: BoundRange; readonly span: Span };

/** What may follow a type, a member or a declaration's head, in the order written. The checks say where each has a meaning. */
export type Attribute =
  | { readonly kind: "default"; readonly value: DefaultNode; readonly span: Span }
  | { readonly kind: "since" | "until"; readonly version: VersionLiteral; readonly span: Span }
  | { readonly kind: "in"; readonly range: BoundRange; readonly span: Span }
  | { readonly kind: "unit"; readonly unit: StringLiteral; readonly span: Span }
  | { readonly kind: "hex" | "key" | "sorted" | "handle" | "ignorable" | "single"; readonly span: Span }
  | { readonly kind: "deprecated"; readonly why: StringLiteral | null; readonly span: Span }
  /** `-> IommuDomain.id`: the last part is the member. */
  | { readonly kind: "reference"; readonly target: DottedName; readonly span: Span }
  | { readonly kind: "from"; readonly expression: Expression; readonly span: Span };

export type DefaultNode =
  | { readonly kind: "int"; readonly int: IntLiteral; readonly span: Span }
  | { readonly kind: "bool"; readonly value: boolean; readonly span: Span }
  | { readonly kind: "string"; readonly string: StringLiteral; readonly span: Span }
  /** One name, or names joined by `|`: an enum value, bits, or a constant. */
  | { readonly kind: "names"; readonly names: readonly DottedName[]; readonly span: Span }
  | { readonly kind: "empty"; readonly span: Span };

export type UnaryOperator = "-" | "~" | "!";

/** Loosest first: `? :`, `||`, `&&`, comparison and `is` (not associative), `|`, `^`, `&`, shifts, `+ -`, `* / %`, unary, then `.` and calls. */
export type BinaryOperator =
  "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "|" | "^" | "&" | "<<" | ">>" | "+" | "-" | "*" | "/" | "%";

export type Expression =
  | { readonly kind: "int"; readonly int: IntLiteral; readonly span: Span }
  | { readonly kind: "bool"; readonly value: boolean; readonly span: Span }
  | { readonly kind: "string"; readonly string: StringLiteral; readonly span: Span }
  /** A bare name: a member, an enum value, a constant, or the start of a path. */
  | { readonly kind: "name"; readonly name: Name; readonly span: Span }
  | { readonly kind: "select"; readonly object: Expression; readonly name: Name; readonly span: Span }
  /** `len(x)`, `has(x)`, `any(list, e)`, `all(list, e)`. */
  | { readonly kind: "call"; readonly function: Name; readonly arguments: readonly Expression[]; readonly span: Span }
  | { readonly kind: "is"; readonly object: Expression; readonly alternative: Name; readonly span: Span }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Expression; readonly span: Span }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: "conditional";
      readonly condition: Expression;
      readonly then: Expression;
      readonly else: Expression;
      readonly span: Span;
    }
  | { readonly kind: "parenthesis"; readonly inner: Expression; readonly span: Span };
