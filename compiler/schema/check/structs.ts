import type { Default, Member, Struct, Type, Version, World } from "../ir.ts";
import { fixedSize, layoutOf, roundUp } from "../layout.ts";
import { elementOf, memberRange, shapeOf } from "../lookup.ts";
import type { Problems } from "../problems.ts";
import { describeType } from "../resolve/describe.ts";
import { isDamaged, type MemberDraft, type StructDraft } from "../resolve/draft.ts";
import { vendorIds } from "../resolve/entries.ts";
import type { Resolved } from "../resolve/resolve.ts";
import { draftOf } from "../resolve/sound.ts";
import { existsAt, formatVersion } from "../version.ts";

/** Deeper nesting than any C header has; what computes layouts relies on there being a bound. */
const deepestNesting = 64;

/** Holds structs against the rules of their layout, and gives later members that state no default the default of all zeros. */
export function checkStructs(resolved: Resolved, endless: ReadonlySet<StructDraft>, problems: Problems): void {
  const { drafts } = resolved;
  const structs = drafts.flatMap((module) => module.declarations).filter((draft) => draft.kind === "struct");
  const unsized = new Set<StructDraft>([...endless, ...structs.filter(isDamaged)]);
  for (const draft of structs) if (!checkSizes(draft, resolved, unsized, problems)) unsized.add(draft);
  const holders = holdersOf(structs, resolved);
  spread(unsized, holders);
  for (const draft of tooDeep(structs, holders, resolved)) {
    unsized.add(draft);
    problems.add("B5011", { name: draft.name, limit: deepestNesting }, { span: draft.node.name.span });
  }
  spread(unsized, holders);
  for (const draft of structs) {
    for (const member of draft.members)
      if (member.sound && isLater(draft, member)) settleDefault(draft, member, resolved, problems);
    if (!isDamaged(draft)) checkOrder(draft, problems);
    checkEmpty(draft, problems);
    if (!unsized.has(draft) && draft.members.every((member) => member.sound))
      checkGrowth(draft, resolved.world, problems);
  }
  checkNesting(structs, resolved, problems);
}

/** From when on a member is there: never before its struct, whatever it says. */
function sinceOf(draft: StructDraft, member: MemberDraft): Version {
  return Math.max(member.ir.since, draft.ir.since);
}

function isLater(draft: StructDraft, member: MemberDraft): boolean {
  return sinceOf(draft, member) > draft.ir.since;
}

/** Whether every member has a fixed size; reports those that have none. */
function checkSizes(
  draft: StructDraft,
  { world }: Resolved,
  unsized: ReadonlySet<StructDraft>,
  problems: Problems,
): boolean {
  let all = true;
  for (const member of draft.members) {
    if (!member.sound) {
      all = false;
      continue;
    }
    const problem = sizeProblem(world, member.ir.type);
    if (problem === null) continue;
    all = false;
    problems.add("B5001", { name: `${draft.name}.${member.ir.name}`, ...problem }, { span: member.node.type.span });
  }
  return all && !unsized.has(draft);
}

/** Why a type has no fixed size; null if it has one. Structs are judged where they are declared. */
function sizeProblem(world: World, type: Type): { readonly type: string; readonly help: string | undefined } | null {
  const found = { type: describeType(type) };
  if (type.kind === "optional")
    return { ...found, help: "every row has every member: use a value that stands for none" };
  if (type.kind === "list" && type.min !== type.max) return { ...found, help: "an array has one length: `T[6]`" };
  const shape = shapeOf(world, elementOf(type));
  if (shape.kind === "struct") return null;
  if (shape.kind === "string") return { ...found, help: "text in a struct is `cstring[32]`" };
  if (shape.kind === "bytes" && shape.min !== shape.max)
    return { ...found, help: "bytes in a struct have one length: `bytes[16]`" };
  if (shape.kind === "state" || shape.kind === "union")
    return { ...found, help: `a ${shape.kind} belongs into a state` };
  return null;
}

type Holders = ReadonlyMap<StructDraft, readonly StructDraft[]>;

/** The structs that hold each struct, once for each member. */
function holdersOf(structs: readonly StructDraft[], resolved: Resolved): Holders {
  const holders = new Map<StructDraft, StructDraft[]>();
  for (const draft of structs) {
    for (const inner of nestedIn(draft, resolved)) {
      const list = holders.get(inner.struct);
      if (list === undefined) holders.set(inner.struct, [draft]);
      else list.push(draft);
    }
  }
  return holders;
}

/** A struct that holds one without a size has none either. */
function spread(unsized: Set<StructDraft>, holders: Holders): void {
  const waiting = [...unsized];
  for (let draft = waiting.pop(); draft !== undefined; draft = waiting.pop()) {
    for (const holder of holders.get(draft) ?? []) {
      if (unsized.has(holder)) continue;
      unsized.add(holder);
      waiting.push(holder);
    }
  }
}

/** The structs that are one level deeper than structs may be. Goes from the innermost outwards, so that no chain is walked down. */
function tooDeep(structs: readonly StructDraft[], holders: Holders, resolved: Resolved): readonly StructDraft[] {
  const depths = new Map<StructDraft, number>();
  const missing = new Map(structs.map((draft) => [draft, nestedIn(draft, resolved).length]));
  const ready = structs.filter((draft) => missing.get(draft) === 0);
  for (let draft = ready.pop(); draft !== undefined; draft = ready.pop()) {
    const depth = (depths.get(draft) ?? 0) + 1;
    for (const holder of holders.get(draft) ?? []) {
      depths.set(holder, Math.max(depths.get(holder) ?? 0, depth));
      const left = (missing.get(holder) ?? 0) - 1;
      missing.set(holder, left);
      if (left === 0) ready.push(holder);
    }
  }
  return structs.filter((draft) => depths.get(draft) === deepestNesting + 1);
}

function nestedIn(
  draft: StructDraft,
  { modules }: Resolved,
): readonly { readonly struct: StructDraft; readonly by: MemberDraft }[] {
  return draft.members.flatMap((member) => {
    const element = elementOf(member.ir.type);
    const target = element.kind === "named" ? draftOf(modules, element) : undefined;
    return target?.kind === "struct" ? [{ struct: target, by: member }] : [];
  });
}

/** A later member without a default of its own reads as all zeros in older rows. */
function settleDefault(draft: StructDraft, member: MemberDraft, { world }: Resolved, problems: Problems): void {
  if (member.attributes.default !== undefined) return;
  const { module } = draft;
  const versions = module.versions.map((each) => each.version).filter((version) => version >= sinceOf(draft, member));
  const why = zeroProblem(world, member.ir, { module: module.name, versions }, 0);
  if (why === null) member.ir.default = { kind: "zero" };
  else problems.add("B5009", { name: `${draft.name}.${member.ir.name}`, why }, { span: member.node.name.span });
}

/** The versions of a module at which a member must be able to be 0. */
interface Present {
  readonly module: string;
  readonly versions: readonly Version[];
}

/** Why all zeros are no value of a member; null if they are one. */
function zeroProblem(world: World, member: Pick<Member, "type" | "range">, at: Present, depth: number): string | null {
  const shape = shapeOf(world, elementOf(member.type));
  if (shape.kind === "int") {
    const range = memberRange(world, member);
    return range === null || (range.min <= 0n && 0n <= range.max) ? null : `its range is ${range.min}..${range.max}`;
  }
  if (shape.kind === "enum") {
    const { declaration, module } = shape;
    if (declaration.open) return null;
    const zero = declaration.values.find((value) => value.value === 0n);
    if (zero === undefined) return `\`${declaration.name}\` has no value 0`;
    // Another module has versions of its own.
    const missing = module === at.module ? at.versions.find((version) => !existsAt(zero, version)) : undefined;
    return missing === undefined ? null : `\`${declaration.name}\` has no value 0 at version ${formatVersion(missing)}`;
  }
  if (shape.kind !== "struct" || depth > deepestNesting) return null;
  for (const inner of shape.declaration.members) {
    const problem = zeroProblem(world, inner, at, depth + 1);
    if (problem !== null) return `in it, ${problem}`;
  }
  return null;
}

function checkOrder(draft: StructDraft, problems: Problems): void {
  let latest: MemberDraft | undefined;
  for (const member of draft.members) {
    if (latest !== undefined && sinceOf(draft, member) < sinceOf(draft, latest)) {
      const parameters = {
        name: latest.ir.name,
        since: formatVersion(latest.ir.since),
        previous: member.ir.name,
        before: formatVersion(member.ir.since),
      };
      const notes = [{ message: "an older member after it", span: member.node.name.span }];
      problems.add("B5004", parameters, { span: latest.node.name.span, notes });
      return;
    }
    latest = member;
  }
}

function checkEmpty(draft: StructDraft, problems: Problems): void {
  if (isDamaged(draft)) return;
  const { span } = draft.node.name;
  if (draft.members.length === 0) {
    problems.add("B5002", { name: draft.name, version: undefined }, { span });
    return;
  }
  const empty = draft.module.versions.find(
    ({ version }) => existsAt(draft.ir, version) && !draft.members.some((member) => existsAt(member.ir, version)),
  );
  if (empty !== undefined) problems.add("B5002", { name: draft.name, version: formatVersion(empty.version) }, { span });
}

/** What a struct was at a version: since members are only ever appended, the first so many of them. */
interface Grown {
  readonly version: Version;
  readonly size: number;
}

function checkGrowth(draft: StructDraft, world: World, problems: Problems): void {
  const { size, members } = layoutOf(world, draft.ir);
  if (size > 65_535) {
    problems.add("B5003", { name: draft.name, size: String(size) }, { span: draft.node.name.span });
    return;
  }
  const sizes = sizesOf(draft, world, members);
  for (const [i, member] of draft.members.entries()) {
    const at = members[i];
    if (at === undefined || !isLater(draft, member)) continue;
    if (member.node.id !== null && member.node.id.value >= vendorIds.min) {
      problems.add(
        "B5006",
        { name: `${draft.name}.${member.ir.name}`, id: `@${member.node.id.text}` },
        { span: member.node.id.span },
      );
    }
    const older = sizes.filter((grown) => grown.version < member.ir.since && at.offset < grown.size);
    const before = members[i - 1];
    const endBefore = before === undefined ? 0 : before.offset + before.size;
    const [released] = older;
    if (released === undefined) continue;
    const version = formatVersion(released.version);
    const straddled = older.find((grown) => at.offset + at.size > grown.size);
    if (straddled !== undefined) {
      const parameters = {
        name: draft.name,
        member: member.ir.name,
        end: at.offset + at.size,
        size: straddled.size,
        filler: straddled.size - endBefore,
        version: formatVersion(straddled.version),
      };
      problems.add("B5005", parameters, { span: member.node.name.span });
    } else if (member.ir.ignorable) {
      const span = member.attributes.ignorable?.span ?? member.node.name.span;
      problems.add("B5007", { name: member.ir.name, version, problem: "cannot be `ignorable`" }, { span });
    } else if (member.ir.default !== null && !isZero(member.ir.default)) {
      const span = member.attributes.default?.value.span ?? member.node.name.span;
      problems.add("B5007", { name: member.ir.name, version, problem: "must default to 0" }, { span });
    }
  }
}

function sizesOf(
  draft: StructDraft,
  world: World,
  members: readonly { readonly offset: number; readonly size: number }[],
): readonly Grown[] {
  const grown: Grown[] = [];
  let count = 0;
  let end = 0;
  let align = 1;
  for (const { version } of draft.module.versions) {
    if (!existsAt(draft.ir, version)) continue;
    for (
      let member = draft.members[count];
      member !== undefined && member.ir.since <= version;
      member = draft.members[count]
    ) {
      const at = members[count];
      end = at === undefined ? end : at.offset + at.size;
      align = Math.max(align, fixedSize(world, member.ir.type)?.align ?? 1);
      count++;
    }
    const size = roundUp(end, align);
    if (size > 0) grown.push({ version, size });
  }
  return grown;
}

function isZero(value: Default): boolean {
  switch (value.kind) {
    case "int":
      return value.value === 0n;
    case "bool":
      return !value.value;
    case "string":
      return value.value === "";
    case "bytes":
      return /^0*$/.test(value.hex);
    case "empty":
    case "zero":
      return true;
  }
}

/** A struct that others hold stays as it was when they began to hold it. */
function checkNesting(structs: readonly StructDraft[], resolved: Resolved, problems: Problems): void {
  const reported = new Set<Struct>();
  for (const outer of structs) {
    for (const { struct: inner, by } of nestedIn(outer, resolved)) {
      if (reported.has(inner.ir)) continue;
      // Another module has versions of its own, which say nothing about when it began to hold this one.
      const held = inner.module === outer.module ? Math.max(by.ir.since, outer.ir.since) : inner.ir.since;
      const grown = inner.members.find((member) => isLater(inner, member) && member.ir.since > held);
      if (grown === undefined) continue;
      reported.add(inner.ir);
      const notes = [{ message: "nested here", span: by.node.type.span }];
      const parameters = { name: inner.name, member: grown.ir.name, outer: `${outer.name}.${by.ir.name}` };
      problems.add("B5008", parameters, { span: grown.node.name.span, notes });
    }
  }
}
