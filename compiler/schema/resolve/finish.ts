import { mayName } from "../../syntax/damage.ts";
import type { Alternative, Enum, Member, World } from "../ir.ts";
import { elementOf, shapeOf } from "../lookup.ts";
import { typeOfPlace, type Place, type ValueType } from "../expression-type.ts";
import { piecesIn } from "../expression-pieces.ts";
import { disjoint } from "../interval.ts";
import { memberRange } from "../lookup.ts";
import { noAttributes } from "./attributes.ts";
import { resolveDefault, type DefaultName } from "./defaults.ts";
import { describeType, describeValue } from "./describe.ts";
import type {
  AlternativeDraft,
  CheckDraft,
  MemberDraft,
  ModuleDraft,
  StateDraft,
  StructDraft,
  UnionDraft,
  Use,
} from "./draft.ts";
import { isDamaged } from "./draft.ts";
import { earlier } from "./lifetimes.ts";
import { afterUntil } from "../version.ts";
import { resolveExpression } from "./expression.ts";
import type { ExpressionContext, Typed } from "./typed.ts";
import { siteOf } from "./fill.ts";
import { checkKey, checkMeaning, checkSorted } from "./meaning.ts";
import { outerRange, resolveRange } from "./ranges.ts";
import { resolveReference } from "./references.ts";
import type { Site } from "./scope.ts";
import { draftOf, isSoundType } from "./sound.ts";
import type { TypeContext } from "./types.ts";

/** What is known once every declaration has its types. */
export interface FinishContext extends TypeContext {
  readonly world: World;
  /** The names of enum values and bits that defaults stand on, to be held against lifetimes. */
  readonly defaultNames: Map<MemberDraft, DefaultName[]>;
  /** Members and alternatives whose own type is not known. */
  readonly unsound: Set<Place>;
  /** What could not be read of any file. */
}

/** The ranges, defaults and attributes of members and alternatives, whose meaning depends on their types. */
export function finishEntries(draft: StateDraft | StructDraft | UnionDraft, context: FinishContext): void {
  if (draft.kind === "union") {
    for (const alternative of draft.alternatives) finishAlternative(draft, alternative, context);
    return;
  }
  for (const member of draft.members) finishMember(draft, member, context);
}

function finishAlternative(draft: UnionDraft, entry: AlternativeDraft, context: FinishContext): void {
  const { ir } = entry;
  if (!entry.sound || (ir.type !== null && !isSoundType(context.modules, ir.type))) {
    entry.sound = false;
    if (ir.type !== null) context.unsound.add({ type: ir.type, range: ir.range });
    return;
  }
  checkMeaning(context.world, entry, context.problems);
  if (ir.type !== null) ir.range = rangeOf(entry, siteOf(draft, entry), context);
}

function finishMember(draft: StateDraft | StructDraft, entry: MemberDraft, context: FinishContext): void {
  const { ir, attributes } = entry;
  if (!entry.sound || !isSoundType(context.modules, ir.type)) {
    entry.sound = false;
    context.unsound.add(ir);
    return;
  }
  if (attributes === noAttributes) return;
  const { world, problems } = context;
  const site = siteOf(draft, entry);
  checkMeaning(world, entry, problems);
  ir.range = rangeOf(entry, site, context);
  if (attributes.from !== undefined && (attributes.default !== undefined || ir.type.kind === "optional")) {
    const what = attributes.default === undefined ? "`?`" : "a default";
    problems.add("B6201", { name: ir.name, what }, { span: attributes.from.span });
  } else {
    const names: DefaultName[] = [];
    ir.default = resolveDefault(entry, names, site, context);
    if (names.length > 0) context.defaultNames.set(entry, names);
  }
  checkKey(world, entry, problems);
}

function rangeOf(entry: MemberDraft | AlternativeDraft, site: Site, context: FinishContext): Member["range"] {
  const node = entry.attributes.in;
  if (node === undefined || entry.ir.type === null) return null;
  const element = elementOf(entry.ir.type);
  const outer = outerRange(context.world, element);
  if (outer === null) return null;
  return resolveRange(node.range, outer.range, { subject: entry.ir.name, of: outer.name }, site, context);
}

/** What needs the ranges, keys and defaults of other declarations: references, order, expressions. */
export function finishUses(draft: StateDraft | StructDraft, context: FinishContext): void {
  const { world, problems } = context;
  // Of two members of one name, which was reported, the first.
  let named: ExpressionContext["members"] | undefined;
  const members = (): ExpressionContext["members"] =>
    (named ??= new Map(draft.members.toReversed().map(({ ir }) => [ir.name, ir])));
  for (const member of draft.members) {
    if (!member.sound) continue;
    const { sorted, reference, from } = member.attributes;
    if (sorted !== undefined && !isElementDamaged(member, context)) checkSorted(world, member, problems);
    if (reference !== undefined) member.ir.reference = resolveReference(member, siteOf(draft, member), world, context);
    if (from === undefined) continue;
    const { uses } = draft.module;
    const before = uses.length;
    resolveFrom(member, expressionContext(draft, members(), siteOf(draft, member), context));
    uses.push(...uses.splice(before).map((use) => whileComputed(use, draft, member, world)));
  }
  for (const [i, check] of draft.checks.entries()) {
    const entry = { ir: { ...check.ir, name: `check#${i}` } };
    const { uses } = draft.module;
    const before = uses.length;
    resolveCheck(check, expressionContext(draft, members(), siteOf(draft, entry), context));
    uses.push(...uses.splice(before).flatMap((use) => whileChecked(use, draft, check, world)));
  }
  draft.ir.checks = draft.checks.filter((check) => check.sound).map((check) => check.ir);
}

/** A key may be among what could not be read of the elements' declaration. */
function isElementDamaged({ ir }: MemberDraft, { modules }: FinishContext): boolean {
  const element = elementOf(ir.type);
  const draft = element.kind === "named" ? draftOf(modules, element) : undefined;
  return draft !== undefined && isDamaged(draft);
}

/** A `from` uses what it names from when on a version has all of its members, and also where its own has ended. */
function whileComputed(use: Use, draft: StateDraft | StructDraft, { ir }: MemberDraft, world: World): Use {
  if (ir.from === null) return use;
  let { since } = use;
  for (const { piece, isOwn } of piecesIn(world, draft.module.name, draft.ir, ir.from)) {
    if (isOwn) since = Math.max(since, piece.since);
  }
  if (ir.until === null) return { ...use, since };
  return { ...use, since, until: null, retired: { since: ir.since, end: afterUntil(ir.until) } };
}

/** A check uses what it names only while it has all of its members. */
function whileChecked(use: Use, draft: StateDraft | StructDraft, check: CheckDraft, world: World): readonly Use[] {
  if (!check.sound) return [];
  let { since, until } = use;
  for (const { piece, owner } of piecesIn(world, draft.module.name, draft.ir, check.ir.expression)) {
    if (owner.module !== draft.module.name) continue;
    since = Math.max(since, piece.since);
    until = earlier(until, piece.until);
  }
  return until !== null && since >= afterUntil(until) ? [] : [{ ...use, since, until }];
}

/** The modules whose declarations an expression of a module may lead to: those that it imports, and that they import. */
function modulesBelow(module: ModuleDraft): readonly ModuleDraft[] {
  const reached = new Set([module]);
  for (const one of reached) for (const each of one.imports) reached.add(each.module);
  return [...reached];
}

function expressionContext(
  draft: StateDraft | StructDraft,
  members: ExpressionContext["members"],
  site: Site,
  context: FinishContext,
): ExpressionContext {
  const { world, constants, problems, modules, unsound } = context;
  const isSound = (place: Place): boolean => !unsound.has(place) && isSoundType(modules, place.type);
  const isUnread = (name: string): boolean => modulesBelow(draft.module).some(({ file }) => mayName(file.damage, name));
  return { world, owner: draft.ir, members, site, constants, problems, isUnread, isSound };
}

function resolveCheck(check: CheckDraft, context: ExpressionContext): void {
  const { problems } = context;
  const { message } = check.node;
  if (message === null || message.value.trim() === "") {
    problems.add("B6012", {}, { span: message?.span ?? check.node.expression.span });
  }
  const found = resolveExpression(check.node.expression, null, context);
  check.sound = found !== null;
  if (found === null) return;
  check.ir.expression = found.expr;
  if (found.type.kind === "bool") return;
  const help = found.type.kind === "int" ? "compare it: `… != 0`" : undefined;
  const parameters = { what: "a check", expected: "a condition", found: describeValue(found.type), help };
  problems.add("B6004", parameters, { span: check.node.expression.span });
  check.sound = false;
}

function resolveFrom(member: MemberDraft, context: ExpressionContext): void {
  const node = member.attributes.from?.expression;
  if (node === undefined) return;
  const { world } = context;
  const shape = shapeOf(world, elementOf(member.ir.type));
  const expected: Enum | null = shape.kind === "enum" && member.ir.type.kind !== "list" ? shape.declaration : null;
  const found = resolveExpression(node, expected, context);
  if (found === null) return;
  if (fits(member.ir, found, context)) member.ir.from = found.expr;
}

/** Whether the result of a `from` can become a value of its member; reports why it never can. */
function fits(member: Member, found: Typed, { world, problems, site }: ExpressionContext): boolean {
  const target = typeOfPlace(world, member);
  const { type } = found;
  const node = fromNode(site, member);
  const place = { span: node };
  if (target.kind !== type.kind || (target.kind === "value" && !sameValue(target, type))) {
    const help = type.kind === "int" && target.kind === "bool" ? "compare it: `… != 0`" : undefined;
    const what = `the result for \`${member.name}\``;
    const parameters = { what, expected: expectedText(target, member), found: describeValue(type), help };
    problems.add("B6004", parameters, place);
    return false;
  }
  if (type.kind === "int" && target.kind === "int") {
    if (type.enum !== null && target.enum !== null && type.enum !== target.enum) {
      const what = `the result for \`${member.name}\``;
      problems.add(
        "B6004",
        { what, expected: describeValue(target), found: describeValue(type), help: undefined },
        place,
      );
      return false;
    }
    const range = memberRange(world, member) ?? target.interval;
    const bounds = target.enum === null ? range : target.interval;
    if (!disjoint(type.interval, bounds)) return true;
    const { min, max } = type.interval;
    const help = max < 0n ? "results do not wrap around: mask them, as in `~x & 0xff`" : undefined;
    const result = min === max ? String(min) : `(${min} to ${max})`;
    problems.add("B6007", { result, name: member.name, expected: `${bounds.min} to ${bounds.max}`, help }, place);
    return false;
  }
  if ((type.kind === "string" || type.kind === "bytes") && (target.kind === "string" || target.kind === "bytes")) {
    const tooLong = target.max !== null && type.min > target.max;
    const tooShort = type.max !== null && type.max < target.min;
    if (!tooLong && !tooShort) return true;
    const expected = `${target.min} to ${target.max ?? "any number of"} bytes`;
    const result =
      type.min === type.max ? `of ${type.min} bytes` : `of ${type.min} to ${type.max ?? "any number of"} bytes`;
    problems.add("B6007", { result, name: member.name, expected, help: undefined }, place);
    return false;
  }
  return true;
}

function fromNode(site: Site, member: Member): Site["module"]["file"]["span"] {
  const draft = site.user.kind === "state" ? site.user.members.find((each) => each.ir === member) : undefined;
  return draft?.attributes.from?.expression.span ?? site.user.node.span;
}

function expectedText(target: ValueType, member: Member): string {
  return target.kind === "value" ? describeType(member.type) : describeValue(target);
}

/** Whole values are taken over from a member of the same type; a list's bounds may be narrower than its target's. */
function sameValue(target: ValueType, found: ValueType): boolean {
  if (target.kind !== "value" || found.kind !== "value") return false;
  const { type: a } = target;
  const { type: b } = found;
  if (JSON.stringify(elementOf(a)) !== JSON.stringify(elementOf(b)) || a.kind !== b.kind) return false;
  if (a.kind !== "list" || b.kind !== "list") return true;
  return (
    a.min <= b.min && (a.max === null || (b.max !== null && b.max <= a.max)) && sameRange(target.range, found.range)
  );
}

function sameRange(target: Alternative["range"], found: Alternative["range"]): boolean {
  if (target === null) return true;
  return found !== null && target.min <= found.min && found.max <= target.max;
}
