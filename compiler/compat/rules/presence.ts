import type { Member } from "../../schema/ir.ts";
import { presenceChanged } from "../hazards/members.ts";
import type { ChangeKind } from "../change.ts";
import type { Use } from "../site.ts";
import { defaultText, harmless, noFix, type Consequence, type Rules } from "./rule.ts";

type Kind =
  | "DEFAULT_ADDED"
  | "DEFAULT_REMOVED"
  | "DEFAULT_CHANGED"
  | "OPTIONAL_ADDED"
  | "OPTIONAL_REMOVED"
  | "FROM_ADDED"
  | "FROM_REMOVED"
  | "FROM_CHANGED";

function judged<K extends ChangeKind>(worst: "conditional" | "corrupting"): Consequence<K> {
  return { at: "use", worst, hazards: (_: unknown, use: Use) => presenceChanged(use) };
}

const before = ({ old }: { readonly old: Member }): string => `\`${defaultText(old.default)}\``;
const after = ({ new: now }: { readonly new: Member }): string => `\`${defaultText(now.default)}\``;

/** What it means that a member is not in the bytes: its default, absence, or that it is computed. */
export const presenceRules: Rules<Kind> = {
  DEFAULT_ADDED: {
    title: "default added to a member that had none",
    message: (change) => `\`${change.new.name}\` has the default ${after(change)} now and had none`,
    fix: noFix,
    explain:
      "The old writer always wrote the member, so the new reader always finds it. Writing for the old version, the member is written at its default, too. Nothing is lost in either direction.",
    example: { old: "pasid @12 : u32;", new: "pasid @12 : u32 = 0;" },
    mirror: "DEFAULT_REMOVED",
    upgrade: harmless,
    rollback: harmless,
  },
  DEFAULT_REMOVED: {
    title: "default removed",
    message: (change) => `\`${change.new.name}\` had the default ${before(change)} and has none now`,
    fix: (change, direction) => (direction === "upgrade" ? `keep the default ${before(change)}` : null),
    explain:
      "The old writer leaves the member out where it stands at its default; the new reader requires it and refuses such a dump. Writing for the old version costs nothing: what equals the old default is left out and read as just that.",
    example: { old: "pasid @12 : u32 = 0;", new: "pasid @12 : u32;" },
    mirror: "DEFAULT_ADDED",
    upgrade: judged("conditional"),
    rollback: harmless,
  },
  DEFAULT_CHANGED: {
    title: "default changed",
    message: (change) => `the default of \`${change.new.name}\` was ${before(change)} and is ${after(change)} now`,
    fix: (change, direction) =>
      direction === "upgrade" ? `keep the default ${before(change)}: a default never changes once released` : null,
    explain:
      "A member at its default is not in the bytes. The old writer leaves it out and means the old default; the new reader finds nothing and takes the new one. The dump is taken, and the value is another one: nobody notices. A member that ended is dropped at its default: under another default than before, a value is lost that used to be refused. Writing for the old version goes by the old default and loses nothing.",
    example: { old: "order @4 : u8 = 0;", new: "order @4 : u8 = 9;" },
    mirror: { none: "the opposite of a changed default is a changed default" },
    upgrade: judged("corrupting"),
    rollback: harmless,
  },
  OPTIONAL_ADDED: {
    title: "member became optional",
    message: (change) =>
      change.old.type === null || !("default" in change.old) || change.old.default === null
        ? `\`${change.new.name}\` is optional now and was required`
        : `\`${change.new.name}\` is optional now and had the default \`${defaultText(change.old.default)}\``,
    fix: (change, direction) =>
      "default" in change.old && change.old.default !== null && direction === "upgrade"
        ? `keep the default \`${defaultText(change.old.default)}\``
        : direction === "rollback"
          ? "add a new optional member beside it"
          : null,
    explain:
      "An old value that stood at a default is not in the bytes, and the new reader takes that for absent: another meaning. Where the member was required it is always there. On rollback an absent member has no value that the old version could be given: it is refused, or read as the old default.",
    example: { old: "ats @11 : AtsState;", new: "ats @11 : AtsState?;" },
    mirror: "OPTIONAL_REMOVED",
    upgrade: judged("corrupting"),
    rollback: judged("corrupting"),
  },
  OPTIONAL_REMOVED: {
    title: "member is no longer optional",
    message: (change) =>
      "default" in change.new && change.new.default !== null
        ? `\`${change.new.name}\` was optional and has the default \`${defaultText(change.new.default)}\` now`
        : `\`${change.new.name}\` was optional and is required now`,
    fix: (_, direction) => (direction === "upgrade" ? "keep the `?`" : null),
    explain:
      "The old writer leaves an absent member out. The new reader requires it and refuses, or takes a default for what was absent, which is another meaning. On rollback the member is always there.",
    example: { old: "ats @11 : AtsState?;", new: "ats @11 : AtsState;" },
    mirror: "OPTIONAL_ADDED",
    upgrade: judged("corrupting"),
    rollback: harmless,
  },
  FROM_ADDED: {
    title: "member is computed now where it is absent",
    message: ({ new: now }) => `\`${now.name}\` has a \`from\` now`,
    fix: ({ old }, direction) =>
      direction === "upgrade" && (old.default !== null || old.type.kind === "optional")
        ? "add a new member with the `from`, and leave this one as it is"
        : null,
    explain:
      "For a computed member absence alone means: compute. An old writer that left the member out because it stood at its default meant that default. Where the member was required it is always there, and nothing is computed.",
    example: { old: "ways @3 : u8 = 1;", new: "ways @3 : u8 from sockets * 2;" },
    mirror: "FROM_REMOVED",
    upgrade: judged("corrupting"),
    rollback: harmless,
  },
  FROM_REMOVED: {
    title: "member is no longer computed",
    message: ({ new: now }) => `\`${now.name}\` has no \`from\` any more`,
    fix: noFix,
    explain:
      "A writer always writes a computed member, so the new reader finds it. On rollback the old reader finds what the new writer has; only a member that may be absent now has nothing to write.",
    example: { old: "ways @3 : u8 from sockets * 2;", new: "ways @3 : u8;" },
    mirror: "FROM_ADDED",
    upgrade: harmless,
    rollback: harmless,
  },
  FROM_CHANGED: {
    title: "expression of a computed member changed",
    message: ({ new: now }) => `the \`from\` of \`${now.name}\` is another one`,
    fix: noFix,
    explain:
      "Both sides have the member, and writers always write it: nothing is computed between these two. Pairs in which one side lacks the member are judged with its own `from`.",
    example: { old: "ways @3 : u8 from sockets * 2;", new: "ways @3 : u8 from sockets * cores;" },
    mirror: { none: "the opposite of a changed expression is a changed expression" },
    upgrade: harmless,
    rollback: harmless,
  },
};
