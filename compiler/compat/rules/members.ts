import type { Member } from "../../schema/ir.ts";
import type { ChangeKind, ChangeOf } from "../change.ts";
import { nameMoved, readerOnly, writerOnly } from "../hazards/members.ts";
import { allOf } from "../condition.ts";
import { misread, notAtDefault, type Site, type Use } from "../site.ts";
import type { Hazard } from "../graph.ts";
import { defaultText, harmless, noFix, readers, writers, type Consequence, type Rules, type Worst } from "./rule.ts";

type Kind =
  | "MEMBER_ADDED"
  | "MEMBER_ADDED_REQUIRED"
  | "MEMBER_ADDED_COMPUTED"
  | "MEMBER_RETIRED"
  | "MEMBER_RETIRED_REQUIRED"
  | "MEMBER_RETIRED_COMPUTED"
  | "MEMBER_REMOVED"
  | "MEMBER_REMOVED_REQUIRED"
  | "MEMBER_REMOVED_COMPUTED"
  | "MEMBER_REUSED"
  | "MEMBER_RENAMED"
  | "MEMBER_RENUMBERED"
  | "MEMBERS_SWAPPED"
  | "MEMBER_NAME_MOVED";

/** What a member that one side lacks does, by its id. */
function lone<K extends ChangeKind>(
  worst: Worst,
  judge: (site: Site, id: number) => readonly Hazard[],
  member: (change: ChangeOf<K>) => Member,
): Consequence<K> {
  return { at: "node", worst, hazards: (change, site) => judge(site, member(change).id) };
}

const come = ({ new: now }: { readonly new: Member }): Member => now;
const gone = ({ old }: { readonly old: Member }): Member => old;

function howLeftOut(member: Member): string {
  return member.type.kind === "optional" ? "optional" : `with the default \`${defaultText(member.default)}\``;
}

const swapFix = "keep the names with their ids; a name that both sides know must stand for the same member";

/** Any value that is there: whatever it says is said of something else. */
/** Every value that is in the bytes: for an older version those that are not at its default, or all where it has none. */
function everyValue(_: unknown, use: Use): readonly Hazard[] {
  const { node, reader, subject } = use;
  const isAlike = use.alike && use.element.writer.kind === use.element.reader.kind;
  const hasDefault = "member" in reader && reader.member.default !== null;
  const inBytes =
    use.direction === "rollback" && (isAlike || !hasDefault)
      ? allOf([subject.exists, notAtDefault(node, reader, subject)])
      : use.written;
  return misread(inBytes).map((hazard) => ({ ...hazard, byDefinition: true }));
}

function bothNames(site: Site, names: readonly string[]): readonly Hazard[] {
  return names.flatMap((name) => nameMoved(site, name));
}

function renumbered({ old, new: now }: { readonly old: Member; readonly new: Member }, site: Site): readonly Hazard[] {
  // Where the members of a struct lie is told of apart; here it is the name that may stand for another value.
  if (site.node.writer.kind === "struct")
    return nameMoved(site, now.name).map((hazard) => ({ ...hazard, byDefinition: false }));
  const both = { old, new: now };
  const lost = writerOnly(site, writers(both, site.direction).id);
  const missing = readerOnly(site, readers(both, site.direction).id);
  return [...lost, ...missing, ...nameMoved(site, now.name)];
}

/** Members of states that came, went, or are called otherwise. */
export const memberRules: Rules<Kind> = {
  MEMBER_ADDED: {
    title: "member added that may be left out",
    message: ({ new: now }) => `member \`${now.name}\` was added, ${howLeftOut(now)}`,
    fix: ({ new: now }, direction) =>
      direction === "rollback" && !now.ignorable ? "mark it `ignorable` if losing it is harmless" : null,
    explain:
      "An old dump does not have the member: the new reader takes its default, or takes it for absent. Writing for the old version, a member at its default costs nothing and is left out; any other value the old version cannot be told, so it is refused before the jump. `ignorable` says that it may be lost instead.",
    example: { old: "", new: "pasid @12 : u32 = 0 since 3;" },
    mirror: "MEMBER_REMOVED",
    upgrade: harmless,
    rollback: lone("conditional", writerOnly, come),
  },
  MEMBER_ADDED_REQUIRED: {
    title: "required member added",
    message: ({ new: now }) => `required member \`${now.name}\` was added`,
    fix: (_, direction) =>
      direction === "upgrade"
        ? "give it a default or `?`, or compute it with `from` out of members that the old version has"
        : "give it a default",
    explain:
      "No old dump has the member, and the new reader requires it: every record is refused. Writing for the old version it is lost, unless it is `ignorable`, so that is refused, too.",
    example: { old: "", new: "domain @10 : u32;" },
    mirror: "MEMBER_REMOVED_REQUIRED",
    upgrade: lone("never", readerOnly, come),
    rollback: lone("never", writerOnly, come),
  },
  MEMBER_ADDED_COMPUTED: {
    title: "computed member added",
    message: ({ new: now }) => `member \`${now.name}\` was added, computed where it is absent`,
    fix: (_, direction) =>
      direction === "rollback"
        ? "choose an expression that gives the member back from what the old version has"
        : "choose an expression that has a value for all that the old version writes; a member with a default that it names stays as long as that is read",
    explain:
      "The new reader computes the member from what the old dump has; where that has no result, or none that the type holds, the record is refused. Writing for the old version the member is lost, so it is refused unless the expression gives it back.",
    example: { old: "", new: "threads @9 : u16 from cores * 2;" },
    mirror: "MEMBER_REMOVED_COMPUTED",
    upgrade: lone("conditional", readerOnly, come),
    rollback: lone("conditional", writerOnly, come),
  },
  MEMBER_RETIRED: {
    title: "member retired",
    message: ({ old }) => `member \`${old.name}\` was retired, ${howLeftOut(old)}`,
    fix: ({ old }, direction) =>
      direction === "upgrade" && !old.ignorable
        ? "let a `from` take it up, or mark it `ignorable` if losing it is harmless"
        : null,
    explain:
      "The new reader still knows the member from older versions. At its default it costs nothing; any other value would be lost, and is refused, unless the member is `ignorable`. Writing for the old version the member is left out and read as its default.",
    example: { old: "msi @14 : MsiState?;", new: "msi @14 : MsiState? until 1;" },
    mirror: "MEMBER_ADDED",
    upgrade: lone("conditional", writerOnly, gone),
    rollback: harmless,
  },
  MEMBER_RETIRED_REQUIRED: {
    title: "required member retired",
    message: ({ old }) => `required member \`${old.name}\` was retired`,
    fix: () => "give it a `from` that computes it from the members that replace it",
    explain:
      "Every old dump has the member and the new reader has no use for it: every record is refused, unless it is `ignorable`. And the new writer has no value to give the old reader, who requires it. A `from` on the retired member solves both.",
    example: { old: "bus @2 : u8;", new: "bus @2 : u8 until 1;" },
    mirror: "MEMBER_ADDED_REQUIRED",
    upgrade: lone("never", writerOnly, gone),
    rollback: lone("never", readerOnly, gone),
  },
  MEMBER_RETIRED_COMPUTED: {
    title: "member retired and computed from others",
    message: ({ old }) => `member \`${old.name}\` was retired, computed for readers that still have it`,
    fix: noFix,
    explain:
      "The new reader takes the retired member if its `from`, over what was read, gives the same value: then nothing is lost. Otherwise the record is refused. Writing for the old version the member is computed; where that has no result, or none that the old type holds, the value is refused.",
    example: { old: "bus @2 : u8;", new: "bus @2 : u8 until 1 from bdf >> 8;" },
    mirror: "MEMBER_ADDED_COMPUTED",
    upgrade: lone("conditional", writerOnly, gone),
    rollback: lone("conditional", readerOnly, gone),
  },
  MEMBER_REMOVED: {
    title: "member removed outright",
    message: ({ old }) => `member \`${old.name}\` was removed, ${howLeftOut(old)}`,
    fix: ({ old }) => `retire it instead (\`until\`), and reserve @${old.id} once no version writes it`,
    explain:
      "The new reader does not know the id. The old writer leaves the member out at its default; any other value is refused, unless the member was `ignorable`. Writing for the old version the member is left out and read as its default. Nothing keeps the id from being given to something else: retire the member, or reserve its id.",
    example: { old: 'driver @9 : string[..64] = "";', new: "" },
    mirror: "MEMBER_ADDED",
    upgrade: lone("conditional", writerOnly, gone),
    rollback: harmless,
  },
  MEMBER_REMOVED_REQUIRED: {
    title: "required member removed outright",
    message: ({ old }) => `required member \`${old.name}\` was removed`,
    fix: () => "retire it instead (`until`), with a `from` that computes it for the old version",
    explain:
      "Every old dump has the member, and the new reader does not know its id: every record is refused, unless it was `ignorable`. The old reader requires it, and the new writer has nothing to give.",
    example: { old: "device @3 : u16;", new: "" },
    mirror: "MEMBER_ADDED_REQUIRED",
    upgrade: lone("never", writerOnly, gone),
    rollback: lone("never", readerOnly, gone),
  },
  MEMBER_REMOVED_COMPUTED: {
    title: "computed member removed outright",
    message: ({ old }) => `computed member \`${old.name}\` was removed`,
    fix: () => "retire it instead (`until`), keeping its `from`",
    explain:
      "A computed member is always written, and the new reader does not know its id: every old record is refused, unless the member was `ignorable`. Writing for the old version it is computed again.",
    example: { old: "threads @9 : u16 from cores * 2;", new: "" },
    mirror: "MEMBER_ADDED_COMPUTED",
    upgrade: lone("never", writerOnly, gone),
    rollback: lone("conditional", readerOnly, gone),
  },
  MEMBER_REUSED: {
    title: "member id reused",
    message: ({ old, new: now }) =>
      `@${now.id} was \`${old.name}\`, stood for nothing in a release since, and is \`${now.name}\` now`,
    fix: () => "take an id that no release has had",
    explain:
      "A release between these two did not have the id, so whoever wrote the new member may have meant something else by it: an id once gone stays gone. What one side writes under it the other one takes for something else.",
    example: { old: "reserved0 @5 : u16;", new: "refcount @5 : u16;" },
    mirror: { none: "an id is reused in both directions alike" },
    upgrade: { at: "use", worst: "corrupting", hazards: everyValue },
    rollback: { at: "use", worst: "corrupting", hazards: everyValue },
  },
  MEMBER_RENAMED: {
    title: "member renamed",
    message: ({ old, new: now }) => `member \`${old.name}\` is called \`${now.name}\` now`,
    fix: noFix,
    explain:
      "The bytes know ids, not names, so every dump is taken as before. Programs that use the generated types have to follow.",
    example: { old: "devfn @1 : u16;", new: "bdf @1 : u16;" },
    mirror: { none: "the opposite of a renaming is a renaming" },
    upgrade: harmless,
    rollback: harmless,
  },
  MEMBER_RENUMBERED: {
    title: "member has another id",
    message: ({ old, new: now }) => `member \`${now.name}\` was @${old.id} and is @${now.id} now`,
    fix: ({ old }) => `keep @${old.id}`,
    explain:
      "For the bytes, one member went and another came. What the old side writes under the old id the new side does not know, and the reverse; where that is lost because it is `ignorable`, the name stands for another value than before.",
    example: { old: "config @8 : bytes[..4096];", new: "config @9 : bytes[..4096];" },
    mirror: { none: "the opposite of a new id is a new id" },
    upgrade: { at: "node", worst: "corrupting", hazards: renumbered },
    rollback: { at: "node", worst: "corrupting", hazards: renumbered },
  },
  MEMBERS_SWAPPED: {
    title: "two members exchanged their ids",
    message: ({ old, new: now }) => `@${now.id} was \`${old.name}\` and is \`${now.name}\` now, and the reverse`,
    fix: () => swapFix,
    explain:
      "Both names are known on both sides and each stands for the other's id: what was written as one is read as the other. Where the types agree, nobody notices.",
    example: { old: "vendor @2 : u16; device @3 : u16;", new: "vendor @3 : u16; device @2 : u16;" },
    mirror: { none: "the opposite of an exchange is an exchange" },
    upgrade: {
      at: "node",
      worst: "corrupting",
      hazards: ({ old, new: now }, site) => bothNames(site, [old.name, now.name]),
    },
    rollback: {
      at: "node",
      worst: "corrupting",
      hazards: ({ old, new: now }, site) => bothNames(site, [old.name, now.name]),
    },
  },
  MEMBER_NAME_MOVED: {
    title: "name of a member went to another one",
    message: ({ old, new: now }) => `\`${now.name}\` was @${old.id} and is @${now.id} now, which both sides know`,
    fix: () => swapFix,
    explain:
      "A name that both sides know stands for another member: what one side writes under it the other one reads elsewhere, and finds something else there.",
    example: { old: "size @2 : u64; used @3 : u64;", new: "total @2 : u64; size @3 : u64;" },
    mirror: { none: "the opposite of a moved name is a moved name" },
    upgrade: { at: "node", worst: "corrupting", hazards: ({ new: now }, site) => nameMoved(site, now.name) },
    rollback: { at: "node", worst: "corrupting", hazards: ({ new: now }, site) => nameMoved(site, now.name) },
  },
};
