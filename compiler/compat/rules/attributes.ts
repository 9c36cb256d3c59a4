import type { Member } from "../../schema/ir.ts";
import { harmless, noFix, type Rules } from "./rule.ts";

const tools =
  "Codecs do not look at it: every dump is taken as before. `verify`, `diff` and `preflight` do, and so may report what they did not report, or no longer.";

/** A flag of a member that codecs do not look at. */
function flag(what: string, added: boolean, word: string) {
  const verb = added ? "added" : "removed";
  return {
    title: `${what} ${verb}`,
    message: ({ new: now }: { readonly new: Member }) => `\`${now.name}\` ${added ? "is now" : "is no longer"} ${word}`,
    fix: noFix,
    explain: `${what} was ${verb}. ${tools}`,
    upgrade: harmless,
    rollback: harmless,
  } as const;
}

const ignorable =
  "It speaks to readers that do not know the member. Both sides of this pair know it, so every dump is taken as before; other versions, which lack the member, are judged in pairs of their own.";

/** Attributes that do not change what codecs take. */
export const attributeRules: Rules<
  | "IGNORABLE_ADDED"
  | "IGNORABLE_REMOVED"
  | "KEY_ADDED"
  | "KEY_REMOVED"
  | "SORTED_ADDED"
  | "SORTED_REMOVED"
  | "HANDLE_ADDED"
  | "HANDLE_REMOVED"
  | "REFERENCE_ADDED"
  | "REFERENCE_REMOVED"
  | "REFERENCE_CHANGED"
> = {
  IGNORABLE_ADDED: {
    title: "member became ignorable",
    message: ({ new: now }) => `\`${now.name}\` is now \`ignorable\``,
    fix: noFix,
    explain: ignorable,
    example: { old: 'label @13 : string[..32] = "";', new: 'label @13 : string[..32] = "" ignorable;' },
    mirror: "IGNORABLE_REMOVED",
    upgrade: harmless,
    rollback: harmless,
  },
  IGNORABLE_REMOVED: {
    title: "member is no longer ignorable",
    message: ({ new: now }) => `\`${now.name}\` is no longer \`ignorable\``,
    fix: noFix,
    explain: ignorable,
    example: { old: 'label @13 : string[..32] = "" ignorable;', new: 'label @13 : string[..32] = "";' },
    mirror: "IGNORABLE_ADDED",
    upgrade: harmless,
    rollback: harmless,
  },
  KEY_ADDED: {
    ...flag("key", true, "a `key`"),
    example: { old: "bdf @1 : Bdf;", new: "bdf @1 : Bdf key;" },
    mirror: "KEY_REMOVED",
  },
  KEY_REMOVED: {
    ...flag("key", false, "a `key`"),
    example: { old: "bdf @1 : Bdf key;", new: "bdf @1 : Bdf;" },
    mirror: "KEY_ADDED",
  },
  SORTED_ADDED: {
    ...flag("sorted", true, "`sorted`"),
    example: { old: "caps @7 : Capability[];", new: "caps @7 : Capability[] sorted;" },
    mirror: "SORTED_REMOVED",
  },
  SORTED_REMOVED: {
    ...flag("sorted", false, "`sorted`"),
    example: { old: "caps @7 : Capability[] sorted;", new: "caps @7 : Capability[];" },
    mirror: "SORTED_ADDED",
  },
  HANDLE_ADDED: {
    ...flag("handle", true, "a `handle`"),
    example: { old: "token @2 : u64;", new: "token @2 : u64 handle;" },
    mirror: "HANDLE_REMOVED",
  },
  HANDLE_REMOVED: {
    ...flag("handle", false, "a `handle`"),
    example: { old: "token @2 : u64 handle;", new: "token @2 : u64;" },
    mirror: "HANDLE_ADDED",
  },
  REFERENCE_ADDED: {
    title: "reference added",
    message: ({ new: now }) => `it refers to \`${now.state}.${now.member}\` now`,
    fix: noFix,
    explain: `A member says what it refers to. ${tools}`,
    example: { old: "domain @10 : u32 = 0;", new: "domain @10 : u32 = 0 -> IommuDomain.id;" },
    mirror: "REFERENCE_REMOVED",
    upgrade: harmless,
    rollback: harmless,
  },
  REFERENCE_REMOVED: {
    title: "reference removed",
    message: ({ old }) => `it no longer refers to \`${old.state}.${old.member}\``,
    fix: noFix,
    explain: `A member no longer says what it refers to. ${tools}`,
    example: { old: "domain @10 : u32 = 0 -> IommuDomain.id;", new: "domain @10 : u32 = 0;" },
    mirror: "REFERENCE_ADDED",
    upgrade: harmless,
    rollback: harmless,
  },
  REFERENCE_CHANGED: {
    title: "reference changed",
    message: ({ old, new: now }) =>
      `it refers to \`${now.state}.${now.member}\` now, not to \`${old.state}.${old.member}\``,
    fix: noFix,
    explain: `A member refers to something else. ${tools} If the number itself means something else now, give it a new id: no codec can see that.`,
    example: { old: "domain @10 : u32 -> IommuDomain.id;", new: "domain @10 : u32 -> IommuUnit.id;" },
    mirror: { none: "the opposite of a changed reference is a changed reference" },
    upgrade: harmless,
    rollback: harmless,
  },
};
