import type { Alternative } from "../../schema/ir.ts";
import type { Hazard } from "../graph.ts";
import { alternativesMoved, isHeld, noneChanged, writerOnlyAlternative } from "../hazards/unions.ts";
import { misread, type Site } from "../site.ts";
import { harmless, noFix, writers, type Rules } from "./rule.ts";

type Kind =
  | "ALTERNATIVE_ADDED"
  | "ALTERNATIVE_REMOVED"
  | "ALTERNATIVE_REUSED"
  | "ALTERNATIVE_RENAMED"
  | "ALTERNATIVE_RENUMBERED"
  | "ALTERNATIVES_SWAPPED"
  | "ALTERNATIVE_NAME_MOVED"
  | "ALTERNATIVE_FILLED"
  | "ALTERNATIVE_EMPTIED";

function reused({ old }: { readonly old: Alternative }, site: Site): readonly Hazard[] {
  const { writer, reader } = site.node;
  if (writer.kind !== "union" || reader.kind !== "union") return [];
  const held = writer.byId.get(old.id);
  if (held === undefined) return [];
  return misread(isHeld(site.node, held)).map((hazard) => ({ ...hazard, byDefinition: true }));
}

const nameFix = "keep the names with their ids; a name that both sides know must stand for the same alternative";
const noneExplain =
  "On the wire `none` is a word of zero, and so is the number 0: a number may be taken for nothing, or nothing for a number. Anything else is refused. A writer for the old version has no value of the right kind and refuses.";

/** Alternatives of unions. */
export const unionRules: Rules<Kind> = {
  ALTERNATIVE_ADDED: {
    title: "alternative added",
    message: ({ new: now }) => `alternative \`${now.name}\` was added`,
    fix: (_, direction) => (direction === "rollback" ? "hold it only once every reader knows it" : null),
    explain:
      "The old writer never holds it. On rollback the old version has nothing to put in its place: a value that holds it is refused.",
    example: {
      old: "union Payload { memfd @1 : Memfd; }",
      new: "union Payload { memfd @1 : Memfd; iommufd @5 : Iommufd; }",
    },
    mirror: "ALTERNATIVE_REMOVED",
    upgrade: harmless,
    rollback: {
      at: "node",
      worst: "never",
      hazards: ({ new: now }, site) => writerOnlyAlternative(site, now.id),
    },
  },
  ALTERNATIVE_REMOVED: {
    title: "alternative retired or removed",
    message: ({ old }) => `alternative \`${old.name}\` is gone`,
    fix: () => "keep it, `deprecated`, as long as a version in `reads` may write it",
    explain:
      "The new reader has nothing to put in its place: an old value that holds it is refused. On rollback nobody holds it.",
    example: { old: "union Payload { memfd @1 : Memfd; pipe @2 : Pipe; }", new: "union Payload { memfd @1 : Memfd; }" },
    mirror: "ALTERNATIVE_ADDED",
    upgrade: { at: "node", worst: "never", hazards: ({ old }, site) => writerOnlyAlternative(site, old.id) },
    rollback: harmless,
  },
  ALTERNATIVE_REUSED: {
    title: "alternative id reused",
    message: ({ old, new: now }) =>
      `@${now.id} was \`${old.name}\`, stood for nothing in a release since, and is \`${now.name}\` now`,
    fix: () => "take an id that no release has had",
    explain:
      "A release between these two did not have the id: what one side writes under it the other one takes for something else.",
    example: { old: "union Payload { pipe @2 : Pipe; }", new: "union Payload { socket @2 : Socket; }" },
    mirror: { none: "an id is reused in both directions alike" },
    upgrade: { at: "node", worst: "corrupting", hazards: reused },
    rollback: { at: "node", worst: "corrupting", hazards: reused },
  },
  ALTERNATIVE_RENAMED: {
    title: "alternative renamed",
    message: ({ old, new: now }) => `alternative \`${old.name}\` is called \`${now.name}\` now`,
    fix: noFix,
    explain:
      "The bytes know ids, not names, so every dump is taken as before. Programs that use the generated types have to follow.",
    example: { old: "union Payload { memfd @1 : Memfd; }", new: "union Payload { memory @1 : Memfd; }" },
    mirror: { none: "the opposite of a renaming is a renaming" },
    upgrade: harmless,
    rollback: harmless,
  },
  ALTERNATIVE_RENUMBERED: {
    title: "alternative has another id",
    message: ({ old, new: now }) => `alternative \`${now.name}\` was @${old.id} and is @${now.id} now`,
    fix: ({ old }) => `keep @${old.id}`,
    explain:
      "Neither side knows the other's id, and has nothing to put in its place: a value that holds the alternative is refused.",
    example: { old: "union Payload { memfd @1 : Memfd; }", new: "union Payload { memfd @7 : Memfd; }" },
    mirror: { none: "the opposite of a new id is a new id" },
    upgrade: {
      at: "node",
      worst: "never",
      hazards: (change, site) => writerOnlyAlternative(site, writers(change, site.direction).id),
    },
    rollback: {
      at: "node",
      worst: "never",
      hazards: (change, site) => writerOnlyAlternative(site, writers(change, site.direction).id),
    },
  },
  ALTERNATIVES_SWAPPED: {
    title: "two alternatives exchanged their ids",
    message: ({ old, new: now }) => `@${now.id} was \`${old.name}\` and is \`${now.name}\` now, and the reverse`,
    fix: () => nameFix,
    explain:
      "Both names are known on both sides and each stands for the other's id: one is taken for the other wherever the types allow it.",
    example: {
      old: "union Clock { mono @1 : u64; real @2 : u64; }",
      new: "union Clock { real @1 : u64; mono @2 : u64; }",
    },
    mirror: { none: "the opposite of an exchange is an exchange" },
    upgrade: {
      at: "node",
      worst: "corrupting",
      hazards: ({ old, new: now }, site) => alternativesMoved(site, [old.name, now.name]),
    },
    rollback: {
      at: "node",
      worst: "corrupting",
      hazards: ({ old, new: now }, site) => alternativesMoved(site, [old.name, now.name]),
    },
  },
  ALTERNATIVE_NAME_MOVED: {
    title: "name of an alternative went to another one",
    message: ({ old, new: now }) => `\`${now.name}\` was @${old.id} and is @${now.id} now, which both sides know`,
    fix: () => nameFix,
    explain:
      "A name that both sides know stands for another alternative: one is taken for the other wherever the types allow it.",
    example: {
      old: "union Clock { mono @1 : u64; real @2 : u64; }",
      new: "union Clock { boot @1 : u64; mono @2 : u64; }",
    },
    mirror: { none: "the opposite of a moved name is a moved name" },
    upgrade: { at: "node", worst: "corrupting", hazards: ({ new: now }, site) => alternativesMoved(site, [now.name]) },
    rollback: { at: "node", worst: "corrupting", hazards: ({ new: now }, site) => alternativesMoved(site, [now.name]) },
  },
  ALTERNATIVE_FILLED: {
    title: "alternative holds a value now",
    message: ({ new: now }) => `alternative \`${now.name}\` was \`none\` and holds a value now`,
    fix: () => "add a new alternative for the value",
    explain: noneExplain,
    example: { old: "union Payload { unknown @4 : none; }", new: "union Payload { unknown @4 : u64; }" },
    mirror: "ALTERNATIVE_EMPTIED",
    upgrade: { at: "node", worst: "corrupting", hazards: ({ old }, site) => noneChanged(site, old.id) },
    rollback: { at: "node", worst: "never", hazards: ({ old }, site) => noneChanged(site, old.id) },
  },
  ALTERNATIVE_EMPTIED: {
    title: "alternative holds nothing now",
    message: ({ new: now }) => `alternative \`${now.name}\` held a value and is \`none\` now`,
    fix: () => "keep its type, and add a new alternative that is `none`",
    explain: noneExplain,
    example: { old: "union Payload { unknown @4 : u64; }", new: "union Payload { unknown @4 : none; }" },
    mirror: "ALTERNATIVE_FILLED",
    upgrade: { at: "node", worst: "corrupting", hazards: ({ old }, site) => noneChanged(site, old.id) },
    rollback: { at: "node", worst: "never", hazards: ({ old }, site) => noneChanged(site, old.id) },
  },
};
