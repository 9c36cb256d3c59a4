import type { Check, IntType } from "../../schema/ir.ts";
import { nameOfInt } from "../../schema/builtin.ts";
import type { Bounds, ChangeKind, Typed } from "../change.ts";
import { checkOfReader } from "../hazards/checks.ts";
import {
  countChanged,
  integerChanged,
  lengthChanged,
  listOrSingle,
  rangeChanged,
  replaced,
  rowsBroken,
  unitChanged,
} from "../hazards/types.ts";
import type { Replacement } from "../diff-type.ts";
import type { Use } from "../site.ts";
import {
  boundsText,
  declaredText,
  harmless,
  noFix,
  quoted,
  rangeText,
  readers,
  type Consequence,
  type Rule,
  type Rules,
  type Worst,
} from "./rule.ts";

/** One type for another: what fits is judged by the values. */
function exchanged<K extends Replacement>(
  title: string,
  explain: string,
  example: Rule<K>["example"],
  mirror: Rule<K>["mirror"],
  worst: { readonly upgrade: Worst; readonly rollback: Worst },
): Rule<K> {
  const judged = (at: Worst): Consequence<K> =>
    at === "harmless" ? harmless : { at: "use", worst: at, hazards: (_, use) => replaced(use) };
  // The facts of every replacement are its two types; TypeScript does not follow that through the union of kinds.
  const message = ({ old, new: now }: { readonly old: Typed; readonly new: Typed }): string =>
    `type was ${replacedText(old, now)} and is ${replacedText(now, old)} now`;
  return {
    title,
    message: message as unknown as Rule<K>["message"],
    fix: () => "keep the type, and add a new member with the new one",
    explain,
    example,
    mirror,
    upgrade: judged(worst.upgrade),
    rollback: judged(worst.rollback),
  };
}

/** A type; where the other side's is called the same, with what the name stands for or where it is from. */
function replacedText(one: Typed, other: Typed): string {
  if (quoted(one.type) !== quoted(other.type)) return quoted(one.type);
  if (one.declared !== other.declared || one.type.kind !== "named") return declaredText(one);
  return `\`${one.type.module}.${one.type.name}\``;
}

const byRange = "A number is the same bytes whatever its type, so what fits is judged by the value";
const inTables = "In a table and in a struct the width is part of the layout: there another width breaks every row";

const numbers = { upgrade: "never", rollback: "conditional" } as const;

/** Kinds of changes that put one type in the place of another. */
const replacementRules: Rules<Replacement> = {
  INTEGER_TO_ENUM: exchanged(
    "integer became an enum",
    `${byRange}: numbers without a name in a closed enum are refused. ${inTables}.`,
    { old: "header @5 : u8;", new: "header @5 : Header;" },
    "ENUM_TO_INTEGER",
    numbers,
  ),
  ENUM_TO_INTEGER: exchanged(
    "enum became an integer",
    `${byRange}. On rollback numbers that the closed enum does not name are refused. ${inTables}.`,
    { old: "header @5 : Header;", new: "header @5 : u8;" },
    "INTEGER_TO_ENUM",
    numbers,
  ),
  INTEGER_TO_BITS: exchanged(
    "integer became bits",
    `${byRange}: bits that have no name are refused unless the bits are open. ${inTables}.`,
    { old: "command @4 : u16;", new: "command @4 : Command;" },
    "BITS_TO_INTEGER",
    numbers,
  ),
  BITS_TO_INTEGER: exchanged(
    "bits became an integer",
    `${byRange}. On rollback bits that have no name are refused unless the bits were open. ${inTables}.`,
    { old: "command @4 : Command;", new: "command @4 : u16;" },
    "INTEGER_TO_BITS",
    numbers,
  ),
  ENUM_TO_BITS: exchanged(
    "enum became bits",
    `${byRange}: numbers with a bit that has no name are refused unless the bits are open. ${inTables}.`,
    { old: "mode @2 : Mode;", new: "mode @2 : ModeBits;" },
    "BITS_TO_ENUM",
    numbers,
  ),
  BITS_TO_ENUM: exchanged(
    "bits became an enum",
    `${byRange}: combinations without a name are refused unless the enum is open. ${inTables}.`,
    { old: "mode @2 : ModeBits;", new: "mode @2 : Mode;" },
    "ENUM_TO_BITS",
    numbers,
  ),
  NUMBER_TO_BOOL: exchanged(
    "number became a bool",
    "A bool is the number 0 or 1 on the wire; any other number is refused. A writer for the old version does not turn a bool into a number, so rollback never works.",
    { old: "active @3 : u8;", new: "active @3 : bool;" },
    "BOOL_TO_NUMBER",
    { upgrade: "never", rollback: "never" },
  ),
  BOOL_TO_NUMBER: exchanged(
    "bool became a number",
    "A bool is the number 0 or 1 on the wire, and read as that: `true` and 1 mean the same, and programs that use the value have to follow. A writer for the old version does not turn a number into a bool, so rollback never works.",
    { old: "active @3 : bool;", new: "active @3 : u8;" },
    "NUMBER_TO_BOOL",
    { upgrade: "never", rollback: "never" },
  ),
  BYTES_TO_STRING: exchanged(
    "bytes became a string",
    "The bytes are the same, but a string is well-formed UTF-8: bytes that are not are refused. A writer for the old version does not turn a string into bytes, so rollback never works.",
    { old: "name @2 : bytes[..64];", new: "name @2 : string[..64];" },
    "STRING_TO_BYTES",
    { upgrade: "never", rollback: "never" },
  ),
  STRING_TO_BYTES: exchanged(
    "string became bytes",
    "The bytes are the same and mean the same, and every string is taken that is not too long; programs that use the value have to follow. A `cstring` is another form: bytes in its place hold the zeros after its text, too. A writer for the old version does not turn bytes into a string, so rollback never works.",
    { old: "name @2 : string[..64];", new: "name @2 : bytes[..64];" },
    "BYTES_TO_STRING",
    { upgrade: "never", rollback: "never" },
  ),
  BYTES_TO_UUID: exchanged(
    "bytes became a uuid",
    "A uuid is 16 bytes; any other length is refused.",
    { old: "token @2 : bytes[..16];", new: "token @2 : uuid;" },
    "UUID_TO_BYTES",
    { upgrade: "never", rollback: "conditional" },
  ),
  UUID_TO_BYTES: exchanged(
    "uuid became bytes",
    "A uuid is 16 bytes, and read as those where the bounds allow 16. On rollback any other length is refused.",
    { old: "token @2 : uuid;", new: "token @2 : bytes[..16];" },
    "BYTES_TO_UUID",
    { upgrade: "never", rollback: "conditional" },
  ),
  TYPE_NAMED: exchanged(
    "type got a name",
    "The builtin type was replaced by a declared one of the same kind. What the declared one narrows is refused.",
    { old: "bar @2 : u64;", new: "bar @2 : PhysAddr;" },
    "TYPE_UNNAMED",
    numbers,
  ),
  TYPE_UNNAMED: exchanged(
    "type lost its name",
    "A declared type was replaced by the builtin one below it. On rollback what the declared one did not allow is refused.",
    { old: "bar @2 : PhysAddr;", new: "bar @2 : u64;" },
    "TYPE_NAMED",
    numbers,
  ),
  TYPE_REPLACED: exchanged(
    "declared type replaced by another",
    "Another declared type of the same kind stands there now. The two are compared like two versions of one: numbers by range and names, structs and states member by member. A unit that differs is a finding of its own.",
    { old: "bar @2 : PhysAddr;", new: "bar @2 : Iova;" },
    { none: "the opposite of a replacement is a replacement" },
    { upgrade: "corrupting", rollback: "corrupting" },
  ),
  SINGLE_TO_LIST: {
    ...listRule("one value became a list", "a list is another form"),
    message: ({ old, new: now }) => `one ${quoted(old.type)} became the list ${quoted(now.type)}`,
    fix: () => "keep the member, and add a new one that is a list",
    example: { old: "domain @10 : u32;", new: "domains @10 : u32[];" },
    mirror: "LIST_TO_SINGLE",
  },
  LIST_TO_SINGLE: {
    ...listRule("list became one value", "a list is another form"),
    message: ({ old, new: now }) => `the list ${quoted(old.type)} became one ${quoted(now.type)}`,
    fix: () => "keep the list, and add a new member for the one value",
    example: { old: "domains @10 : u32[];", new: "domain @10 : u32;" },
    mirror: "SINGLE_TO_LIST",
  },
  FORM_CHANGED: exchanged(
    "type of another form",
    "The two types have nothing in common: every value that is written is refused. Where nothing in the bytes tells the forms apart (members of structs, elements of lists), they may even be taken for something else. A name that became another kind of declaration is another type.",
    { old: "state @3 : u32;", new: "state @3 : DeviceState;" },
    { none: "the opposite of another form is another form" },
    { upgrade: "corrupting", rollback: "never" },
  ),
};

function listRule(title: string, why: string) {
  return {
    title,
    explain: `On the wire ${why}, and a reader refuses it. Only a struct is a table of one row, alone as well as in a list: there a dump may be taken and mean something else. A writer for the old version has no value of the right kind and refuses.`,
    upgrade: { at: "use", worst: "corrupting", hazards: (_: unknown, use: Use) => listOrSingle(use) },
    rollback: { at: "use", worst: "never", hazards: (_: unknown, use: Use) => listOrSingle(use) },
  } as const;
}

type Kind =
  | Replacement
  | `INTEGER_${"WIDENED" | "NARROWED" | "SIGN_CHANGED"}`
  | `${"RANGE" | "LENGTH" | "COUNT"}_${"GROWN" | "SHRUNK" | "MOVED"}`
  | "REPRESENTATION_CHANGED"
  | `UNIT_${"ADDED" | "REMOVED" | "CHANGED"}`
  | `CHECK_${"ADDED" | "REMOVED" | "CHANGED"}`;

function ofInteger<K extends ChangeKind>(worst: Worst): Consequence<K> {
  return {
    at: "use",
    worst,
    // Only rules of integers are made with it.
    hazards: (change, use) => integerChanged(use, readers(change as unknown as Integers, use.direction)),
  };
}

interface Integers {
  readonly old: IntType;
  readonly new: IntType;
}

const integerText = ({ old, new: now }: Integers): string => `\`${nameOfInt(old)}\` became \`${nameOfInt(now)}\``;

const grownFix = (_: unknown, direction: string): string | null =>
  direction === "rollback" ? "write no value beyond the old bounds until every reader has the new ones" : null;
const shrunkFix = (_: unknown, direction: string): string | null =>
  direction === "upgrade" ? "keep the old bounds, and add a `check` or a new member once no version writes more" : null;

interface BoundsChange {
  readonly old: Bounds;
  readonly new: Bounds;
}

const checks =
  'A check holds on writing and on reading. What it forbids can be said of the values, but some of them may be refused for other reasons first, or never occur: the condition is stated as "at most".';

function checked<K extends ChangeKind>(check: (change: never) => Check): Consequence<K> {
  return { at: "node", worst: "conditional", hazards: (change, site) => checkOfReader(site, check(change as never)) };
}

/** Types, their bounds and units, and checks. */
export const typeRules: Rules<Kind> = {
  ...replacementRules,
  INTEGER_WIDENED: {
    title: "integer widened",
    message: integerText,
    fix: grownFix,
    explain: `${byRange}: the new type takes every old number, and on rollback those that the old type cannot hold are refused. ${inTables}.`,
    example: { old: "irq @4 : u8;", new: "irq @4 : u16;" },
    mirror: "INTEGER_NARROWED",
    upgrade: ofInteger("never"),
    rollback: ofInteger("conditional"),
  },
  INTEGER_NARROWED: {
    title: "integer narrowed",
    message: integerText,
    fix: shrunkFix,
    explain: `${byRange}: old numbers that the new type cannot hold are refused. On rollback every number fits. ${inTables}.`,
    example: { old: "irq @4 : u16;", new: "irq @4 : u8;" },
    mirror: "INTEGER_WIDENED",
    upgrade: ofInteger("never"),
    rollback: harmless,
  },
  INTEGER_SIGN_CHANGED: {
    title: "sign of an integer changed",
    message: integerText,
    fix: () => "keep the type, and add a new member with the new one",
    explain: `${byRange}: what the other type cannot hold is refused. In a table and in a struct the bytes alone say what the number is, and the same bytes are another number to a type of the other sign: it is taken and misread.`,
    example: { old: "delta @4 : i32;", new: "delta @4 : u32;" },
    mirror: { none: "the opposite of a changed sign is a changed sign" },
    upgrade: ofInteger("corrupting"),
    rollback: ofInteger("conditional"),
  },
  RANGE_GROWN: {
    title: "range grown",
    message: ({ old, new: now }) => `range was ${rangeText(old)} and is ${rangeText(now)} now`,
    fix: grownFix,
    explain: "Every old number is in the new range. On rollback numbers outside the old range are refused.",
    example: { old: "pasid @12 : u32 in 0..0xffff;", new: "pasid @12 : u32 in 0..0xf_ffff;" },
    mirror: "RANGE_SHRUNK",
    upgrade: harmless,
    rollback: { at: "use", worst: "never", hazards: ({ old }, use) => rangeChanged(use, old) },
  },
  RANGE_SHRUNK: {
    title: "range shrunk",
    message: ({ old, new: now }) => `range was ${rangeText(old)} and is ${rangeText(now)} now`,
    fix: shrunkFix,
    explain: "Old numbers outside the new range are refused. On rollback every number fits.",
    example: { old: "pasid @12 : u32 in 0..0xf_ffff;", new: "pasid @12 : u32 in 0..0xffff;" },
    mirror: "RANGE_GROWN",
    upgrade: { at: "use", worst: "never", hazards: ({ new: now }, use) => rangeChanged(use, now) },
    rollback: harmless,
  },
  LENGTH_GROWN: {
    title: "bounds in bytes grown",
    message: ({ old, new: now }: BoundsChange) => `bytes were ${boundsText(old)} and are ${boundsText(now)} now`,
    fix: grownFix,
    explain:
      "Every old length is within the new bounds. On rollback lengths outside the old ones are refused. In a table and in a struct the size is part of the layout: there another size breaks every row.",
    example: { old: "driver @9 : string[..32];", new: "driver @9 : string[..64];" },
    mirror: "LENGTH_SHRUNK",
    upgrade: { at: "use", worst: "never", hazards: (_, use) => rowsBroken(use) },
    rollback: { at: "use", worst: "never", hazards: ({ old }, use) => lengthChanged(use, old) },
  },
  LENGTH_SHRUNK: {
    title: "bounds in bytes shrunk",
    message: ({ old, new: now }: BoundsChange) => `bytes were ${boundsText(old)} and are ${boundsText(now)} now`,
    fix: shrunkFix,
    explain:
      "Old lengths outside the new bounds are refused. On rollback every length is within the old ones. In a table and in a struct the size is part of the layout: there another size breaks every row.",
    example: { old: "driver @9 : string[..64];", new: "driver @9 : string[..32];" },
    mirror: "LENGTH_GROWN",
    upgrade: { at: "use", worst: "never", hazards: ({ new: now }, use) => lengthChanged(use, now) },
    rollback: harmless,
  },
  COUNT_GROWN: {
    title: "bounds of a list grown",
    message: ({ old, new: now }: BoundsChange) => `elements were ${boundsText(old)} and are ${boundsText(now)} now`,
    fix: grownFix,
    explain: "Every old count is within the new bounds. On rollback counts outside the old ones are refused.",
    example: { old: "regions @5 : Region[..16];", new: "regions @5 : Region[..64];" },
    mirror: "COUNT_SHRUNK",
    upgrade: harmless,
    rollback: { at: "use", worst: "never", hazards: ({ old }, use) => countChanged(use, old) },
  },
  COUNT_SHRUNK: {
    title: "bounds of a list shrunk",
    message: ({ old, new: now }: BoundsChange) => `elements were ${boundsText(old)} and are ${boundsText(now)} now`,
    fix: shrunkFix,
    explain: "Old counts outside the new bounds are refused. On rollback every count is within the old ones.",
    example: { old: "regions @5 : Region[..64];", new: "regions @5 : Region[..16];" },
    mirror: "COUNT_GROWN",
    upgrade: { at: "use", worst: "never", hazards: ({ new: now }, use) => countChanged(use, now) },
    rollback: harmless,
  },
  RANGE_MOVED: {
    title: "range moved",
    message: ({ old, new: now }) => `range was ${rangeText(old)} and is ${rangeText(now)} now`,
    fix: () => "keep the range, or let the new one hold all of it",
    explain:
      "Neither range holds all of the other: each side refuses the numbers of the other that are outside its own.",
    example: { old: "queue @4 : u16 in 0..63;", new: "queue @4 : u16 in 1..64;" },
    mirror: { none: "the opposite of a moved range is a moved range" },
    upgrade: { at: "use", worst: "never", hazards: ({ new: now }, use) => rangeChanged(use, now) },
    rollback: { at: "use", worst: "never", hazards: ({ old }, use) => rangeChanged(use, old) },
  },
  LENGTH_MOVED: {
    title: "bounds in bytes moved",
    message: ({ old, new: now }: BoundsChange) => `bytes were ${boundsText(old)} and are ${boundsText(now)} now`,
    fix: () => "keep the bounds, or let the new ones hold all of the old",
    explain:
      "Neither bounds hold all of the other's lengths: each side refuses those that are outside its own. In a table and in a struct the size is part of the layout: there another size breaks every row.",
    example: { old: "mac @5 : bytes[6];", new: "mac @5 : bytes[8];" },
    mirror: { none: "the opposite of moved bounds is moved bounds" },
    upgrade: { at: "use", worst: "never", hazards: ({ new: now }, use) => lengthChanged(use, now) },
    rollback: { at: "use", worst: "never", hazards: ({ old }, use) => lengthChanged(use, old) },
  },
  COUNT_MOVED: {
    title: "bounds of a list moved",
    message: ({ old, new: now }: BoundsChange) => `elements were ${boundsText(old)} and are ${boundsText(now)} now`,
    fix: () => "keep the bounds, or let the new ones hold all of the old",
    explain: "Neither bounds hold all of the other's counts: each side refuses those that are outside its own.",
    example: { old: "bars @6 : u64[6];", new: "bars @6 : u64[8];" },
    mirror: { none: "the opposite of moved bounds is moved bounds" },
    upgrade: { at: "use", worst: "never", hazards: ({ new: now }, use) => countChanged(use, now) },
    rollback: { at: "use", worst: "never", hazards: ({ old }, use) => countChanged(use, old) },
  },
  REPRESENTATION_CHANGED: {
    title: "number and bigint exchanged in TypeScript",
    message: ({ toBigint }) =>
      toBigint
        ? "the range crosses 2^53 now: a `bigint` in TypeScript and a string in JSON"
        : "the range fits 2^53 now: a `number` in TypeScript and in JSON",
    fix: noFix,
    explain:
      "A member whose range fits 2^53 is a `number` in TypeScript and in JSON, any other 64-bit member a `bigint` and a decimal string. The bytes and their meaning are the same; programs that use the generated types have to follow.",
    example: { old: "size @2 : u64 in 0..0xffff_ffff;", new: "size @2 : u64;" },
    mirror: { none: "it covers both directions" },
    upgrade: harmless,
    rollback: harmless,
  },
  UNIT_ADDED: {
    title: "unit stated",
    message: ({ new: now }) => `the unit is stated now: ${JSON.stringify(now)}`,
    fix: noFix,
    explain:
      "A number whose unit nobody stated has one now. No dump is refused, and the number is the same; that it always was in this unit is for a person to know.",
    example: { old: "timeout @2 : u32;", new: 'timeout @2 : u32 unit "ms";' },
    mirror: "UNIT_REMOVED",
    upgrade: harmless,
    rollback: harmless,
  },
  UNIT_REMOVED: {
    title: "unit no longer stated",
    message: ({ old }) => `the unit ${JSON.stringify(old)} is no longer stated`,
    fix: noFix,
    explain: "The number is the same, and no dump is refused; what it counts is no longer written down.",
    example: { old: 'timeout @2 : u32 unit "ms";', new: "timeout @2 : u32;" },
    mirror: "UNIT_ADDED",
    upgrade: harmless,
    rollback: harmless,
  },
  UNIT_CHANGED: {
    title: "unit changed",
    message: ({ old, new: now }) => `the unit was ${JSON.stringify(old)} and is ${JSON.stringify(now)} now`,
    fix: () => "keep the unit, and add a new member with the new one",
    explain:
      "The same number counts something else: a page frame number taken for an address. Every dump is taken, and nobody notices.",
    example: { old: "start @1 : PhysAddr;", new: "start @1 : Pfn;" },
    mirror: { none: "the opposite of another unit is another unit" },
    upgrade: { at: "use", worst: "corrupting", hazards: (_, use) => unitChanged(use) },
    rollback: { at: "use", worst: "corrupting", hazards: (_, use) => unitChanged(use) },
  },
  CHECK_ADDED: {
    title: "check added",
    message: ({ new: now }) => `check added: ${JSON.stringify(now.message)}`,
    fix: (_, direction) =>
      direction === "upgrade" ? "let the check exist `since` the version that first keeps it" : null,
    explain: `Old values that break the new check are refused. On rollback nothing is asked that the new version does not ask. ${checks}`,
    example: { old: "", new: 'check len(bars) <= 6 : "at most six BARs";' },
    mirror: "CHECK_REMOVED",
    upgrade: checked(({ new: now }: { readonly new: Check }) => now),
    rollback: harmless,
  },
  CHECK_REMOVED: {
    title: "check removed",
    message: ({ old }) => `check removed: ${JSON.stringify(old.message)}`,
    fix: noFix,
    explain: `Every old value is taken. On rollback values that break the old check are refused. ${checks}`,
    example: { old: 'check len(bars) <= 6 : "at most six BARs";', new: "" },
    mirror: "CHECK_ADDED",
    upgrade: harmless,
    rollback: checked(({ old }: { readonly old: Check }) => old),
  },
  CHECK_CHANGED: {
    title: "check changed",
    message: ({ new: now }) => `check changed: ${JSON.stringify(now.message)}`,
    fix: noFix,
    explain: `Each side refuses what breaks its own check. ${checks}`,
    example: { old: 'check len(bars) <= 6 : "too many BARs";', new: 'check len(bars) <= 4 : "too many BARs";' },
    mirror: { none: "the opposite of a changed check is a changed check" },
    upgrade: checked(({ new: now }: { readonly new: Check }) => now),
    rollback: checked(({ old }: { readonly old: Check }) => old),
  },
};
