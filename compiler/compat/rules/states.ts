import type { State } from "../../schema/ir.ts";
import { missingSingle, notSingle, recordsOf } from "../hazards/records.ts";
import type { RecordHazard, RecordsSite } from "./rule.ts";
import { harmless, noFix, writers, type Rules } from "./rule.ts";

type Kind =
  | "STATE_ADDED"
  | "STATE_REMOVED"
  | "STATE_ID_CHANGED"
  | "STATE_IDS_SWAPPED"
  | "STATE_REUSED"
  | "STATE_MADE_RECORD"
  | "STATE_MADE_NESTED"
  | "STATE_SINGLE_ADDED"
  | "STATE_SINGLE_REMOVED"
  | "STATE_IGNORABLE_ADDED"
  | "STATE_IGNORABLE_REMOVED";

function id(state: State): string {
  return `@0x${(state.id ?? 0).toString(16)}`;
}

/** Both names of a state that has another id now. */
function renumbered(change: { readonly old: State; readonly new: State }, site: RecordsSite): readonly RecordHazard[] {
  const reader = site.direction === "upgrade" ? change.new : change.old;
  return [...recordsOf(site, writers(change, site.direction).name), ...missingSingle(site, reader)];
}

function reused({ new: now }: { readonly new: State }, site: RecordsSite): readonly RecordHazard[] {
  return site.roots.flatMap((root) =>
    root.id === now.id && root.isKnown
      ? [{ outcome: "misread" as const, records: "holds" as const, state: root.state, by: "reader" as const, root }]
      : [],
  );
}

const byId =
  "Records are known by their id. A reader that does not know it refuses the dump, unless the state is `ignorable`";
const singleExplain =
  "A reader that has the state as `single` refuses a dump that has more than one, or that has records of the module but none of it (where the reader knows that the version which wrote them has the state). Other readers do not count.";

/** States that are records of their own. */
export const stateRules: Rules<Kind> = {
  STATE_ADDED: {
    title: "record state added",
    message: ({ new: now }) => `state \`${now.name}\` ${id(now)} was added`,
    fix: (_, direction) => (direction === "rollback" ? "mark it `ignorable` if losing it is harmless" : null),
    explain: `No old dump has such records. On rollback they cannot be written for the old version, unless they may be lost. ${byId}.`,
    example: { old: "", new: "state PciBridge @0x7063_6902 { … }" },
    mirror: "STATE_REMOVED",
    upgrade: { at: "records", worst: "never", hazards: ({ new: now }, site) => missingSingle(site, now) },
    rollback: { at: "records", worst: "never", hazards: ({ new: now }, site) => recordsOf(site, now.name) },
  },
  STATE_REMOVED: {
    title: "record state retired or removed",
    message: ({ old }) => `state \`${old.name}\` ${id(old)} is gone`,
    fix: (_, direction) =>
      direction === "upgrade" ? "keep the state as long as a version in `reads` writes it" : null,
    explain: `${byId}: an old dump that holds such a record is refused, and where the state is \`single\` that is every one. Where another module has the id now, that goes for an \`ignorable\` state, too. On rollback nobody writes one; a reader that has it as \`single\` misses it.`,
    example: { old: "state PciBridge @0x7063_6902 { … }", new: "" },
    mirror: "STATE_ADDED",
    upgrade: { at: "records", worst: "corrupting", hazards: ({ old }, site) => recordsOf(site, old.name) },
    rollback: { at: "records", worst: "never", hazards: ({ old }, site) => missingSingle(site, old) },
  },
  STATE_ID_CHANGED: {
    title: "record state has another id",
    message: ({ old, new: now }) => `state \`${now.name}\` was ${id(old)} and is ${id(now)} now`,
    fix: ({ old }) => `keep ${id(old)}`,
    explain: `${byId}: to either side the other's records are of no state at all.`,
    example: { old: "state PciDevice @0x7063_6901 { … }", new: "state PciDevice @0x7063_6911 { … }" },
    mirror: { none: "the opposite of a new id is a new id" },
    upgrade: { at: "records", worst: "corrupting", hazards: renumbered },
    rollback: { at: "records", worst: "corrupting", hazards: renumbered },
  },
  STATE_IDS_SWAPPED: {
    title: "id of a record state went to another one",
    message: ({ old, new: now }) => `state \`${now.name}\` was ${id(old)}, which another state has now`,
    fix: ({ old }) => `keep ${id(old)}`,
    explain:
      "Both sides know the state, and its id stands for another one: a record is taken for one of the other state wherever the members allow it.",
    example: { old: "state A @0x1 { … } state B @0x2 { … }", new: "state A @0x2 { … } state B @0x1 { … }" },
    mirror: { none: "the opposite of an exchange is an exchange" },
    upgrade: { at: "records", worst: "corrupting", hazards: renumbered },
    rollback: { at: "records", worst: "corrupting", hazards: renumbered },
  },
  STATE_REUSED: {
    title: "record id reused",
    message: ({ new: now }) => `${id(now)} stood for nothing in a release since, and is \`${now.name}\` now`,
    fix: () => "take an id that no release has had",
    explain:
      "A release between these two did not have the id: a record of one side is taken for something else by the other.",
    example: { old: "state Msi @0x31 { … }", new: "state Pasid @0x31 { … }" },
    mirror: { none: "an id is reused in both directions alike" },
    upgrade: { at: "records", worst: "corrupting", hazards: reused },
    rollback: { at: "records", worst: "corrupting", hazards: reused },
  },
  STATE_MADE_RECORD: {
    title: "nested state became a record",
    message: ({ new: now }) => `state \`${now.name}\` is a record now, ${id(now)}`,
    fix: (_, direction) => (direction === "rollback" ? "mark it `ignorable` if losing it is harmless" : null),
    explain: `No old dump has such records. On rollback they cannot be written for the old version. ${byId}. Where the state is nested nothing changes.`,
    example: { old: "state Capability { … }", new: "state Capability @0x7063_6903 { … }" },
    mirror: "STATE_MADE_NESTED",
    upgrade: { at: "records", worst: "never", hazards: ({ new: now }, site) => missingSingle(site, now) },
    rollback: { at: "records", worst: "never", hazards: ({ new: now }, site) => recordsOf(site, now.name) },
  },
  STATE_MADE_NESTED: {
    title: "record state is no record any more",
    message: ({ old }) => `state \`${old.name}\` ${id(old)} is no record any more`,
    fix: ({ old }) => `keep ${id(old)} as long as a version in \`reads\` writes it`,
    explain: `${byId}: an old dump that holds such a record is refused. Where the state is nested nothing changes.`,
    example: { old: "state Capability @0x7063_6903 { … }", new: "state Capability { … }" },
    mirror: "STATE_MADE_RECORD",
    upgrade: { at: "records", worst: "corrupting", hazards: ({ old }, site) => recordsOf(site, old.name) },
    rollback: { at: "records", worst: "never", hazards: ({ old }, site) => missingSingle(site, old) },
  },
  STATE_SINGLE_ADDED: {
    title: "state became single",
    message: ({ new: now }) => `state \`${now.name}\` is \`single\` now`,
    fix: noFix,
    explain: `${singleExplain} On rollback every dump has exactly one, which the old reader takes.`,
    example: { old: "state Machine @0x1 { … }", new: "state Machine @0x1 single { … }" },
    mirror: "STATE_SINGLE_REMOVED",
    upgrade: { at: "records", worst: "conditional", hazards: (change, site) => notSingle(site, change) },
    rollback: harmless,
  },
  STATE_SINGLE_REMOVED: {
    title: "state is no longer single",
    message: ({ new: now }) => `state \`${now.name}\` is no longer \`single\``,
    fix: noFix,
    explain: `${singleExplain} Old dumps have exactly one, which the new reader takes.`,
    example: { old: "state Machine @0x1 single { … }", new: "state Machine @0x1 { … }" },
    mirror: "STATE_SINGLE_ADDED",
    upgrade: harmless,
    rollback: { at: "records", worst: "conditional", hazards: (change, site) => notSingle(site, change) },
  },
  STATE_IGNORABLE_ADDED: {
    title: "record state became ignorable",
    message: ({ new: now }) => `state \`${now.name}\` is \`ignorable\` now`,
    fix: noFix,
    explain:
      "It speaks to readers that do not know the state. Both sides of this pair know it, so every dump is taken as before.",
    example: { old: "state Stats @0x41 { … }", new: "state Stats @0x41 ignorable { … }" },
    mirror: "STATE_IGNORABLE_REMOVED",
    upgrade: harmless,
    rollback: harmless,
  },
  STATE_IGNORABLE_REMOVED: {
    title: "record state is no longer ignorable",
    message: ({ new: now }) => `state \`${now.name}\` is no longer \`ignorable\``,
    fix: noFix,
    explain:
      "It speaks to readers that do not know the state. Both sides of this pair know it, so every dump is taken as before.",
    example: { old: "state Stats @0x41 ignorable { … }", new: "state Stats @0x41 { … }" },
    mirror: "STATE_IGNORABLE_ADDED",
    upgrade: harmless,
    rollback: harmless,
  },
};
