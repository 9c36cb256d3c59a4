import type {
  Alternative,
  BitsField,
  Check,
  Const,
  Declaration,
  Enum,
  IntType,
  Member,
  NamedType,
  Range,
  Reference,
  State,
  Type,
  Version,
} from "../schema/ir.ts";

/** Where a change is, on both sides. */
export interface Place {
  readonly module: string;
  /** `PciDevice.pasid`: by the new names, or the old ones where the thing is gone. "" for the module. */
  readonly path: string;
  /** The same by ids where there are any: what stays when names and lines change. */
  readonly ids: string;
  /** Keys of the provenance of either side; null where that side has no such thing. */
  readonly old: string | null;
  readonly new: string | null;
  /** The id of the member or alternative that it is about; null where it is about no single one. */
  readonly entry: number | null;
}

/** What either side has; null where it has none. */
interface Both<T> {
  readonly old: T;
  readonly new: T;
}

interface Gone<T> {
  readonly old: T;
}

interface Come<T> {
  readonly new: T;
}

/** Bounds of a length, in bytes or elements, both counted; `max` null is unbounded. */
export interface Bounds {
  readonly min: number;
  readonly max: number | null;
}

/** A type where it is written. */
export interface Typed<T extends Type = Type> {
  readonly type: T;
  /** What a name stands for; null for a type that has none. */
  readonly declared: Declaration["kind"] | null;
}

/** Member and alternative: what has an id, a name and a type. */
export type Entry = Member | Alternative;

/**
 * Everything that may differ between two schemas, one row for each kind, with what is known of it. Facts alone: what a change does is said by
 * the rule of the same name.
 */
export interface ChangeFacts {
  MODULE_ADDED: object;
  MODULE_REMOVED: object;
  IMPORT_ADDED: { readonly name: string };
  IMPORT_REMOVED: { readonly name: string };
  /** A declaration of another module changed, and this is a place that uses it. */
  IMPORT_CHANGED: { readonly change: Change };
  READS_RAISED: { readonly versions: readonly Version[] };
  READS_LOWERED: { readonly versions: readonly Version[] };
  WRITES_RAISED: { readonly versions: readonly Version[] };
  WRITES_LOWERED: { readonly versions: readonly Version[] };
  RELEASE_REWRITTEN: { readonly version: Version; readonly gone: boolean };
  CONST_CHANGED: Both<Const>;
  DECLARATION_ADDED: Come<Declaration>;
  DECLARATION_REMOVED: Gone<Declaration>;
  DECLARATION_RENAMED: Both<Declaration>;

  STATE_ADDED: Come<State>;
  STATE_REMOVED: Gone<State>;
  STATE_ID_CHANGED: Both<State>;
  STATE_IDS_SWAPPED: Both<State>;
  STATE_REUSED: Come<State>;
  STATE_MADE_RECORD: Both<State>;
  STATE_MADE_NESTED: Both<State>;
  STATE_SINGLE_ADDED: Both<State>;
  STATE_SINGLE_REMOVED: Both<State>;
  STATE_IGNORABLE_ADDED: Both<State>;
  STATE_IGNORABLE_REMOVED: Both<State>;

  MEMBER_ADDED: Come<Member>;
  MEMBER_ADDED_REQUIRED: Come<Member>;
  MEMBER_ADDED_COMPUTED: Come<Member>;
  /** `retired` is what the new side still says of it. */
  MEMBER_RETIRED: Gone<Member> & { readonly retired: Member };
  MEMBER_RETIRED_REQUIRED: Gone<Member> & { readonly retired: Member };
  MEMBER_RETIRED_COMPUTED: Gone<Member> & { readonly retired: Member };
  MEMBER_REMOVED: Gone<Member>;
  MEMBER_REMOVED_REQUIRED: Gone<Member>;
  MEMBER_REMOVED_COMPUTED: Gone<Member>;
  MEMBER_REUSED: Both<Member>;
  MEMBER_RENAMED: Both<Member>;
  MEMBER_RENUMBERED: Both<Member>;
  /** Two members exchanged their names; `old` and `new` have the same id. */
  MEMBERS_SWAPPED: Both<Member>;
  /** The name of one member became that of another one; `old` and `new` have the same name. */
  MEMBER_NAME_MOVED: Both<Member>;

  DEFAULT_ADDED: Both<Member>;
  DEFAULT_REMOVED: Both<Member>;
  DEFAULT_CHANGED: Both<Member>;
  OPTIONAL_ADDED: Both<Entry>;
  OPTIONAL_REMOVED: Both<Entry>;
  FROM_ADDED: Both<Member>;
  FROM_REMOVED: Both<Member>;
  FROM_CHANGED: Both<Member>;
  IGNORABLE_ADDED: Both<Member>;
  IGNORABLE_REMOVED: Both<Member>;
  KEY_ADDED: Both<Member>;
  KEY_REMOVED: Both<Member>;
  SORTED_ADDED: Both<Member>;
  SORTED_REMOVED: Both<Member>;
  HANDLE_ADDED: Both<Member>;
  HANDLE_REMOVED: Both<Member>;
  REFERENCE_ADDED: Come<Reference>;
  REFERENCE_REMOVED: Gone<Reference>;
  REFERENCE_CHANGED: Both<Reference>;

  INTEGER_WIDENED: Both<IntType>;
  INTEGER_NARROWED: Both<IntType>;
  INTEGER_SIGN_CHANGED: Both<IntType>;
  INTEGER_TO_ENUM: Both<Typed>;
  ENUM_TO_INTEGER: Both<Typed>;
  INTEGER_TO_BITS: Both<Typed>;
  BITS_TO_INTEGER: Both<Typed>;
  ENUM_TO_BITS: Both<Typed>;
  BITS_TO_ENUM: Both<Typed>;
  NUMBER_TO_BOOL: Both<Typed>;
  BOOL_TO_NUMBER: Both<Typed>;
  BYTES_TO_STRING: Both<Typed>;
  STRING_TO_BYTES: Both<Typed>;
  BYTES_TO_UUID: Both<Typed>;
  UUID_TO_BYTES: Both<Typed>;
  TYPE_NAMED: Both<Typed>;
  TYPE_UNNAMED: Both<Typed>;
  /** One declared type for another of the same kind. */
  TYPE_REPLACED: Both<Typed>;
  SINGLE_TO_LIST: Both<Typed>;
  LIST_TO_SINGLE: Both<Typed>;
  /** Types that have nothing in common on the wire. */
  FORM_CHANGED: Both<Typed>;
  /** A `number` became a `bigint` in TypeScript (a string in JSON), or the reverse. */
  REPRESENTATION_CHANGED: { readonly toBigint: boolean };
  RANGE_GROWN: Both<Range | null>;
  RANGE_SHRUNK: Both<Range | null>;
  /** Neither holds all that the other holds. */
  RANGE_MOVED: Both<Range>;
  LENGTH_GROWN: Both<Bounds>;
  LENGTH_SHRUNK: Both<Bounds>;
  /** Neither holds all that the other holds. */
  LENGTH_MOVED: Both<Bounds>;
  COUNT_GROWN: Both<Bounds>;
  COUNT_SHRUNK: Both<Bounds>;
  /** Neither holds all that the other holds. */
  COUNT_MOVED: Both<Bounds>;
  UNIT_ADDED: Come<string>;
  UNIT_REMOVED: Gone<string>;
  UNIT_CHANGED: Both<string>;
  CHECK_ADDED: Come<Check>;
  CHECK_REMOVED: Gone<Check>;
  CHECK_CHANGED: Both<Check>;

  ENUM_VALUE_ADDED: { readonly name: string; readonly value: bigint; readonly enum: Enum };
  ENUM_VALUE_REMOVED: { readonly name: string; readonly value: bigint; readonly enum: Enum };
  ENUM_VALUE_RENAMED: Both<string> & { readonly value: bigint };
  ENUM_VALUE_RENUMBERED: Both<bigint> & { readonly name: string };
  /** Two names exchanged their numbers; the first is now what the second was. */
  ENUM_VALUES_SWAPPED: { readonly names: readonly [string, string]; readonly values: readonly [bigint, bigint] };
  ENUM_OPENED: Both<Enum>;
  ENUM_CLOSED: Both<Enum>;
  BITS_NAMED: Come<BitsField>;
  BITS_UNNAMED: Gone<BitsField>;
  BITS_RENAMED: Both<BitsField>;
  BITS_MOVED: Both<BitsField>;
  BITS_RESIZED: Both<BitsField>;
  BITS_SWAPPED: { readonly fields: readonly [BitsField, BitsField] };
  /** The type of a range of bits is another one; it may be called otherwise now, or lie elsewhere. */
  BITS_RETYPED: Both<Typed<NamedType> | null> & { readonly fields: Both<BitsField> };
  BITS_OPENED: object;
  BITS_CLOSED: object;

  STRUCT_MEMBER_APPENDED: Come<Member>;
  STRUCT_MEMBER_REMOVED: Gone<Member>;
  STRUCT_PADDING_USED: Come<Member>;
  STRUCT_PADDING_FREED: Gone<Member>;
  STRUCT_MEMBER_INSERTED: Come<Member>;
  STRUCT_MEMBER_DELETED: Gone<Member>;
  STRUCT_MEMBER_RESIZED: Both<Member>;
  STRUCT_MEMBERS_REORDERED: Both<readonly string[]>;
  /** A member stands where another one, with another id, stood. */
  STRUCT_MEMBER_REPLACED: Both<Member>;
  STRUCT_STRIDE_CHANGED: Both<number>;

  ALTERNATIVE_ADDED: Come<Alternative>;
  ALTERNATIVE_REMOVED: Gone<Alternative>;
  ALTERNATIVE_REUSED: Both<Alternative>;
  ALTERNATIVE_RENAMED: Both<Alternative>;
  ALTERNATIVE_RENUMBERED: Both<Alternative>;
  /** Two alternatives exchanged their names; `old` and `new` have the same id. */
  ALTERNATIVES_SWAPPED: Both<Alternative>;
  ALTERNATIVE_NAME_MOVED: Both<Alternative>;
  /** From `none` to a type. */
  ALTERNATIVE_FILLED: Both<Alternative>;
  /** From a type to `none`. */
  ALTERNATIVE_EMPTIED: Both<Alternative>;
}

export type ChangeKind = keyof ChangeFacts;

/** One fact about two schemas. */
export type ChangeOf<K extends ChangeKind> = { readonly kind: K; readonly place: Place } & ChangeFacts[K];

export type Change = { [K in ChangeKind]: ChangeOf<K> }[ChangeKind];
