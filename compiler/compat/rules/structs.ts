import type { Hazard } from "../graph.ts";
import { movedFields, readerOnlyField, writerOnlyField } from "../hazards/rows.ts";
import type { Site } from "../site.ts";
import { harmless, noFix, quoted, readers, writers, type Consequence, type Rules, type Worst } from "./rule.ts";
import type { ChangeKind, ChangeOf } from "../change.ts";
import type { Member } from "../../schema/ir.ts";
import { backportOf, formatVersion } from "../../schema/version.ts";

type Kind =
  | "STRUCT_MEMBER_APPENDED"
  | "STRUCT_MEMBER_REMOVED"
  | "STRUCT_PADDING_USED"
  | "STRUCT_PADDING_FREED"
  | "STRUCT_MEMBER_INSERTED"
  | "STRUCT_MEMBER_DELETED"
  | "STRUCT_MEMBER_RESIZED"
  | "STRUCT_MEMBERS_REORDERED"
  | "STRUCT_MEMBER_REPLACED"
  | "STRUCT_STRIDE_CHANGED";

/** A member that one side has: the reader does without it, or the writer loses it. */
function oneSided(site: Site, member: Member, isNew: boolean): readonly Hazard[] {
  const isReaders = isNew === (site.direction === "upgrade");
  return isReaders ? readerOnlyField(site, member.id) : writerOnlyField(site, member.id);
}

function come<K extends ChangeKind>(worst: Worst, alsoMoves = false): Consequence<K> {
  return {
    at: "node",
    worst,
    // Only rules of members that came are made with it.
    hazards: (change, site) => judged(site, (change as unknown as { readonly new: Member }).new, true, alsoMoves),
  };
}

function gone<K extends ChangeKind>(worst: Worst, alsoMoves = false): Consequence<K> {
  return {
    at: "node",
    worst,
    // Only rules of members that went are made with it.
    hazards: (change, site) => judged(site, (change as unknown as { readonly old: Member }).old, false, alsoMoves),
  };
}

function judged(site: Site, member: Member, isNew: boolean, alsoMoves: boolean): readonly Hazard[] {
  return [...oneSided(site, member, isNew), ...(alsoMoves ? movedFields(site) : [])];
}

function replacedMember(change: ChangeOf<"STRUCT_MEMBER_REPLACED">, site: Site): readonly Hazard[] {
  const { direction } = site;
  const taken = readerOnlyField(site, readers(change, direction).id);
  return direction === "upgrade" ? taken : [...taken, ...writerOnlyField(site, writers(change, direction).id)];
}

const byOffset = "A row of a table is read where it lies, by offsets alone";
const byIds = "Writing for the old version goes by ids, not by offsets";

/** What a backport brought stands before what a later version had released already, and can stand nowhere else. */
function insertedFix({ since }: Member): string {
  if (backportOf(since) === 0) return "append it at the end, with a default";
  return `leave the versions that were released without it out of \`reads\`: ${formatVersion(since)} has it where they have other members`;
}

/** The layout of structs. */
export const structRules: Rules<Kind> = {
  STRUCT_MEMBER_APPENDED: {
    title: "struct member appended",
    message: ({ new: now }) => `member \`${now.name}\` was appended, past the rows of the old version`,
    fix: ({ new: now }, direction) => (direction === "upgrade" && now.default === null ? "give it a default" : null),
    explain: `Rows carry their stride, so the new reader takes the member's default for rows that end before it; a member without a default it must have, and refuses. ${byIds}: what is not at its default is refused, unless it is \`ignorable\`.`,
    example: { old: "struct Bar { base @1 : u64; }", new: "struct Bar { base @1 : u64; size @2 : u64 = 0; }" },
    mirror: "STRUCT_MEMBER_REMOVED",
    upgrade: come("never"),
    rollback: come("never"),
  },
  STRUCT_MEMBER_REMOVED: {
    title: "struct member removed from the end",
    message: ({ old }) => `member \`${old.name}\` was removed from the end`,
    fix: () => "keep it: a struct grows only",
    explain: `Old rows say how much of them must be understood: a row whose member is not at its default is refused, and one without a default always. ${byIds}: the old member is written at its default, and a member without one cannot be written.`,
    example: { old: "struct Bar { base @1 : u64; size @2 : u64; }", new: "struct Bar { base @1 : u64; }" },
    mirror: "STRUCT_MEMBER_APPENDED",
    upgrade: gone("never"),
    rollback: gone("never"),
  },
  STRUCT_PADDING_USED: {
    title: "padding of a struct taken into use",
    message: ({ new: now }) => `member \`${now.name}\` lies in what was padding`,
    fix: ({ new: now }, direction) =>
      direction === "rollback" && now.ignorable
        ? "do not mark it `ignorable`: the old version requires zero there"
        : null,
    explain: `Padding is zero, so the new reader takes zero for the member of an old row. It must hold zero, and zero must be its default. ${byIds}: what is not at its default is refused.`,
    example: {
      old: "struct Bar { base @1 : u64; flags @2 : u32; }",
      new: "struct Bar { base @1 : u64; flags @2 : u32; order @3 : u32 = 0; }",
    },
    mirror: "STRUCT_PADDING_FREED",
    upgrade: come("corrupting"),
    rollback: come("never"),
  },
  STRUCT_PADDING_FREED: {
    title: "struct member became padding",
    message: ({ old }) => `where member \`${old.name}\` lay is padding now`,
    fix: () => "keep it: a struct grows only",
    explain: `Padding must be zero, and what the old row says must be understood: a row with another value is refused. ${byIds}: the old member is written at its default, and one without a default cannot be written.`,
    example: {
      old: "struct Bar { base @1 : u64; flags @2 : u32; order @3 : u32 = 0; }",
      new: "struct Bar { base @1 : u64; flags @2 : u32; }",
    },
    mirror: "STRUCT_PADDING_USED",
    upgrade: gone("never"),
    rollback: gone("never"),
  },
  STRUCT_MEMBER_INSERTED: {
    title: "struct member inserted",
    message: ({ new: now }) => `member \`${now.name}\` was inserted before others`,
    fix: ({ new: now }) => insertedFix(now),
    explain: `${byOffset}: what comes after the new member lies elsewhere for the new reader, who takes other bytes for it. ${byIds}, so there only the new member itself can be lost.`,
    example: {
      old: "struct Bar { base @1 : u64; size @2 : u64; }",
      new: "struct Bar { base @1 : u64; flags @3 : u64; size @2 : u64; }",
    },
    mirror: "STRUCT_MEMBER_DELETED",
    upgrade: come("corrupting", true),
    rollback: come("never"),
  },
  STRUCT_MEMBER_DELETED: {
    title: "struct member taken out from between others",
    message: ({ old }) => `member \`${old.name}\` was taken out from between others`,
    fix: () => "keep it, under another name if it means nothing any more",
    explain: `${byOffset}: what came after the member lies elsewhere for the new reader, who takes other bytes for it. ${byIds}: the old member is written at its default, and one without a default cannot be written.`,
    example: {
      old: "struct Bar { base @1 : u64; flags @3 : u64; size @2 : u64; }",
      new: "struct Bar { base @1 : u64; size @2 : u64; }",
    },
    mirror: "STRUCT_MEMBER_INSERTED",
    upgrade: gone("corrupting", true),
    rollback: gone("never"),
  },
  STRUCT_MEMBER_RESIZED: {
    title: "struct member has another size or alignment",
    message: ({ old, new: now }) => `member \`${now.name}\` was ${quoted(old.type)} and is ${quoted(now.type)} now`,
    fix: () => "keep the member, and append a new one with the new type",
    explain: `${byOffset}: the member and what comes after it lie elsewhere for the new reader, or rows are not aligned for it. ${byIds}: what the old type does not hold is refused.`,
    example: {
      old: "struct Bar { size @1 : u32; base @2 : u64; }",
      new: "struct Bar { size @1 : u64; base @2 : u64; }",
    },
    mirror: { none: "the opposite of another size is another size" },
    upgrade: { at: "node", worst: "corrupting", hazards: (_, site) => movedFields(site) },
    rollback: harmless,
  },
  STRUCT_MEMBERS_REORDERED: {
    title: "struct members reordered",
    message: ({ old, new: now }) => `members were ${names(old)} and are ${names(now)} now`,
    fix: () => "keep the order: it is the layout",
    explain: `${byOffset}: the new reader takes one member's bytes for another's. Where the sizes agree, nobody notices. ${byIds} and loses nothing.`,
    example: {
      old: "struct Bar { base @1 : u64; size @2 : u64; }",
      new: "struct Bar { size @2 : u64; base @1 : u64; }",
    },
    mirror: { none: "the opposite of another order is another order" },
    upgrade: { at: "node", worst: "corrupting", hazards: (_, site) => movedFields(site) },
    rollback: harmless,
  },
  STRUCT_MEMBER_REPLACED: {
    title: "struct member replaced by another in its place",
    message: ({ old, new: now }) => `\`${now.name}\` @${now.id} lies where \`${old.name}\` @${old.id} lay`,
    fix: ({ old }) => `keep \`${old.name}\`, and append the new member at the end`,
    explain: `${byOffset}: the new reader takes the bytes of the old member for the new one. Not even the size of the struct changed, and nobody notices. ${byIds}: neither member can be given to the other side.`,
    example: {
      old: "struct Dev { bdf @1 : u16; reserved0 @2 : u16; }",
      new: "struct Dev { bdf @1 : u16; refcount @3 : u16; }",
    },
    mirror: { none: "the opposite of a replacement is a replacement" },
    upgrade: { at: "node", worst: "corrupting", hazards: replacedMember },
    rollback: { at: "node", worst: "never", hazards: replacedMember },
  },
  STRUCT_STRIDE_CHANGED: {
    title: "stride of a struct changed",
    message: ({ old, new: now }) => `rows were ${old} bytes apart and are ${now} now`,
    fix: noFix,
    explain:
      "Rows carry their stride, so a reader steps by that of the writer. What made it change is a finding of its own, which says what it does.",
    example: { old: "struct Bar { base @1 : u64; }", new: "struct Bar { base @1 : u64; size @2 : u64 = 0; }" },
    mirror: { none: "the opposite of another stride is another stride" },
    upgrade: harmless,
    rollback: harmless,
  },
};

function names(members: readonly string[]): string {
  return members.map((name) => `\`${name}\``).join(", ");
}
