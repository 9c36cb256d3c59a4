import { builtinType, builtinTypeNames } from "../builtin.ts";
import type { IntType, NamedType, Range } from "../ir.ts";
import { rangeOfInt } from "../lookup.ts";
import type { DottedName } from "../../syntax/ast.ts";
import { boundSpan } from "./constants.ts";
import {
  firstVersion,
  isDamaged,
  type BitsDraft,
  type DeclarationDraft,
  type EnumDraft,
  type TypeDraft,
  type UnionDraft,
} from "./draft.ts";
import type { MemberDraft, StateDraft, StructDraft } from "./draft.ts";
import { checkBitOverlaps, checkEntryNames, checkEnumValues, memberIds, takeIds } from "./entries.ts";
import { takeReserved } from "./reserved.ts";
import { lookup, wantedType, type Site } from "./scope.ts";
import { resolveType, type TypeContext, type TypePlace } from "./types.ts";

/** Fills in a declaration's own names, ids, numbers and types. What depends on other declarations' contents comes later. */
export function fill(draft: DeclarationDraft, context: TypeContext): void {
  switch (draft.kind) {
    case "const":
      return fillConst(draft, context);
    case "type":
      return fillType(draft, context);
    case "enum":
      return fillEnum(draft, context);
    case "bits":
      return fillBits(draft, context);
    case "struct":
      fillMembers(draft, "struct member", context);
      // Text order is layout order.
      draft.ir.members = draft.members.map((member) => member.ir);
      return;
    case "state":
      fillMembers(draft, "member", context);
      draft.ir.members = draft.members.map((member) => member.ir).sort((a, b) => a.id - b.id);
      return;
    case "union":
      return fillUnion(draft, context);
  }
}

/** The site of a declaration's own text, or of one of its entries. */
export function siteOf(
  draft: DeclarationDraft,
  entry?: { readonly ir: Pick<Site, "since" | "until"> & { readonly name: string } },
): Site {
  const { module, name } = draft;
  if (entry === undefined) {
    const since = draft.ownLifetime ? draft.ir.since : firstVersion(module);
    return { module, user: draft, since, until: draft.ownLifetime ? draft.ir.until : null, name };
  }
  return { module, user: draft, since: entry.ir.since, until: entry.ir.until, name: `${name}.${entry.ir.name}` };
}

/** What any integer type can hold. */
const anyInteger: Range = { min: -(2n ** 63n), max: 2n ** 64n - 1n };

function fillConst(draft: DeclarationDraft & { kind: "const" }, { constants, problems }: TypeContext): void {
  const value = constants.fold(draft);
  if (value === null || (anyInteger.min <= value && value <= anyInteger.max)) return;
  const { min, max } = anyInteger;
  problems.add(
    "B4001",
    { value: String(value), what: "64 bits", min: String(min), max: String(max) },
    { span: boundSpan(draft.node.value) },
  );
}

function fillType(draft: TypeDraft, context: TypeContext): void {
  const { node, ir, attributes } = draft;
  ir.unit = attributes.unit?.unit.value ?? null;
  ir.hex = attributes.hex !== undefined;
  const type = resolveType(node.type, "type", siteOf(draft), context);
  if (type === null || type === "none") {
    draft.sound = false;
    return;
  }
  if (type.kind === "int" || type.kind === "string" || type.kind === "bytes" || type.kind === "named") {
    ir.type = type;
    return;
  }
  draft.sound = false;
  const found = type.kind === "list" ? "a list" : type.kind === "optional" ? "what is optional" : `\`${type.kind}\``;
  context.problems.add("B4017", { name: draft.name, found }, { span: node.type.span });
}

/** The integer type that an enum or bits is over; null if it is none, which was reported. */
function baseOf(
  base: DottedName,
  what: string,
  wanted: (type: IntType) => boolean,
  expected: string,
  { problems }: TypeContext,
): IntType | null {
  const text = base.parts.map((part) => part.text).join(".");
  if (text === "") return null;
  const type = base.parts.length === 1 ? builtinType(text) : undefined;
  if (type?.kind === "int" && wanted(type)) return type;
  problems.add("B4013", { found: text, what, expected }, { span: base.span });
  return null;
}

function fillEnum(draft: EnumDraft, context: TypeContext): void {
  const { node, ir, name, values } = draft;
  const { constants, problems } = context;
  const base = baseOf(node.base, "enums", () => true, "u8, u16, u32, u64, i8, i16, i32 or i64", context);
  if (base !== null) ir.base = base;
  const range = base === null ? anyInteger : rangeOfInt(base);
  const reserved = takeReserved(node.reserved, range, problems);
  ir.reserved = reserved.ir;
  checkEntryNames(name, "value", values, reserved, problems);
  const known = values.flatMap((value) => {
    const number = constants.valueOf(value.node.value, siteOf(draft, value));
    if (number === null || isDamaged({ ...value, module: draft.module })) {
      draft.sound = false;
      return [];
    }
    const span = boundSpan(value.node.value);
    value.ir.value = number;
    if (range.min <= number && number <= range.max) return [{ draft: value, span }];
    const type = node.base.parts[0]?.text ?? "";
    problems.add(
      "B4001",
      { value: String(number), what: `\`${type}\``, min: String(range.min), max: String(range.max) },
      { span },
    );
    return [];
  });
  checkEnumValues(name, known, range, reserved, problems);
  ir.values = values.map((value) => value.ir).sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
}

function fillBits(draft: BitsDraft, context: TypeContext): void {
  const { node, ir, name, fields } = draft;
  const { constants, problems } = context;
  const base = baseOf(node.base, "bits", (type) => !type.signed, "u8, u16, u32 or u64", context);
  if (base !== null) ir.base = base;
  const width = base?.width ?? 64;
  const reserved = takeReserved(node.reserved, { min: 0n, max: BigInt(width - 1) }, problems);
  ir.reserved = reserved.ir;
  checkEntryNames(name, "bit", fields, reserved, problems);
  const known = fields.flatMap((field) => {
    const site = siteOf(draft, field);
    const low = constants.valueOf(field.node.low, site);
    const high = field.node.high === null ? low : constants.valueOf(field.node.high, site);
    if (field.node.type !== null) field.ir.type = typeOfBits(field.node.type, site, context);
    if (low === null || high === null) {
      draft.sound = false;
      return [];
    }
    for (const [value, bound] of [
      [low, field.node.low],
      [high, field.node.high],
    ] as const) {
      if (bound === null || (0n <= value && value < BigInt(width))) continue;
      problems.add("B4014", { bit: String(value), owner: name, width }, { span: boundSpan(bound) });
      return [];
    }
    const span =
      field.node.high === null
        ? boundSpan(field.node.low)
        : { ...boundSpan(field.node.low), end: boundSpan(field.node.high).end };
    if (low > high) {
      problems.add("B4002", { min: String(low), max: String(high) }, { span });
      return [];
    }
    field.ir.low = Number(low);
    field.ir.high = Number(high);
    return [{ draft: field, span }];
  });
  checkBitOverlaps(name, known, reserved, problems);
  ir.fields = fields.map((field) => field.ir).sort((a, b) => a.low - b.low);
}

function typeOfBits(name: DottedName, site: Site, { modules, problems }: TypeContext): NamedType | null {
  const text = name.parts.map((part) => part.text).join(".");
  if (builtinTypeNames.includes(text)) {
    const problem = "a range of bits is a number already; expected an enum or a type of your own";
    problems.add("B4015", { name: site.name, used: text, problem }, { span: name.span });
    return null;
  }
  const draft = lookup(site, name, wantedType, modules, problems);
  return draft === null ? null : { kind: "named", module: draft.module.name, name: draft.name };
}

function fillMembers(draft: StructDraft | StateDraft, place: TypePlace, context: TypeContext): void {
  const { node, members, name, ir } = draft;
  const { problems } = context;
  const reserved = takeReserved(node.reserved, memberIds, problems);
  ir.reserved = reserved.ir;
  checkEntryNames(name, "member", members, reserved, problems);
  takeIds(name, "member", members, reserved, problems);
  for (const member of members) fillMember(draft, member, place, context);
}

function fillMember(
  draft: StructDraft | StateDraft,
  member: MemberDraft,
  place: TypePlace,
  context: TypeContext,
): void {
  const type = resolveType(member.node.type, place, siteOf(draft, member), context);
  if (type === null || type === "none") member.sound = false;
  else member.ir.type = type;
}

function fillUnion(draft: UnionDraft, context: TypeContext): void {
  const { node, alternatives, name, ir } = draft;
  const { problems } = context;
  const reserved = takeReserved(node.reserved, memberIds, problems);
  ir.reserved = reserved.ir;
  checkEntryNames(name, "alternative", alternatives, reserved, problems);
  takeIds(name, "alternative", alternatives, reserved, problems);
  for (const alternative of alternatives) {
    const type = resolveType(alternative.node.type, "alternative", siteOf(draft, alternative), context);
    if (type === null) alternative.sound = false;
    else alternative.ir.type = type === "none" ? null : type;
  }
  ir.alternatives = alternatives.map((alternative) => alternative.ir).sort((a, b) => a.id - b.id);
}
