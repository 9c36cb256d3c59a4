import type { Version } from "../../schema/ir.ts";
import { formatVersion } from "../../schema/version.ts";
import { recordsOf } from "../hazards/records.ts";
import type { RecordHazard, RecordsSite } from "./rule.ts";
import { harmless, noFix, type Rules } from "./rule.ts";

type Kind =
  | "MODULE_ADDED"
  | "MODULE_REMOVED"
  | "IMPORT_ADDED"
  | "IMPORT_REMOVED"
  | "IMPORT_CHANGED"
  | "READS_RAISED"
  | "READS_LOWERED"
  | "WRITES_RAISED"
  | "WRITES_LOWERED"
  | "RELEASE_REWRITTEN"
  | "CONST_CHANGED"
  | "DECLARATION_ADDED"
  | "DECLARATION_REMOVED"
  | "DECLARATION_RENAMED";

function everyRecord(site: RecordsSite): readonly RecordHazard[] {
  return site.roots.flatMap(({ name }) => recordsOf(site, name));
}

function versionsText(versions: readonly Version[]): string {
  const texts = versions.map(formatVersion);
  return `version${texts.length === 1 ? "" : "s"} ${texts.join(", ")}`;
}

const support =
  "Pairs inside `reads` and `writes` are judged and their fingerprints built into the codecs; a pair outside them is never taken, and is outside the policy.";

/** Modules, what they import and support, and declarations as a whole. */
export const moduleRules: Rules<Kind> = {
  MODULE_ADDED: {
    title: "module added",
    message: ({ place }) => `module ${place.module} is new`,
    fix: noFix,
    explain: "The other side has no such module, so there is nothing that it could break.",
    example: { old: "", new: "module linux.pci;" },
    mirror: "MODULE_REMOVED",
    upgrade: harmless,
    rollback: harmless,
  },
  MODULE_REMOVED: {
    title: "module removed",
    message: ({ place }) => `module ${place.module} is gone`,
    fix: () => "keep the module as long as a writer of it is supported",
    explain:
      "The new side knows none of the old one's records of this module: a dump that holds one is refused. Where another module has the id now, that goes for an `ignorable` state, too.",
    example: { old: "module linux.pci;", new: "" },
    mirror: "MODULE_ADDED",
    upgrade: { at: "records", worst: "never", hazards: (_, site) => everyRecord(site) },
    rollback: harmless,
  },
  IMPORT_ADDED: {
    title: "import added",
    message: ({ name }) => `${name} is imported now`,
    fix: noFix,
    explain: "What is used of it is judged where it is used.",
    example: { old: "", new: "import linux.iommu;" },
    mirror: "IMPORT_REMOVED",
    upgrade: harmless,
    rollback: harmless,
  },
  IMPORT_REMOVED: {
    title: "import removed",
    message: ({ name }) => `${name} is no longer imported`,
    fix: noFix,
    explain: "What was used of it is judged where it was used.",
    example: { old: "import linux.iommu;", new: "" },
    mirror: "IMPORT_ADDED",
    upgrade: harmless,
    rollback: harmless,
  },
  IMPORT_CHANGED: {
    title: "imported type changed",
    message: ({ change }) => `\`${change.place.module}.${change.place.path}\` changed, which is used here`,
    fix: noFix,
    explain:
      "The change is in another module, and is reported at each place that uses it, with what it does there. The rule of the change itself says more; its name stands in the message.",
    example: { old: "import linux.iommu; // version 1", new: "import linux.iommu; // version 2" },
    mirror: { none: "it stands for a change of either direction" },
    // It takes the place of the change that it tells of, and so does what that does.
    upgrade: harmless,
    rollback: harmless,
  },
  READS_RAISED: {
    title: "versions taken out of `reads`",
    message: ({ versions }) => `dumps of ${versionsText(versions)} are no longer read`,
    fix: noFix,
    explain: support,
    example: { old: "reads 1..;", new: "reads 2..;" },
    mirror: "READS_LOWERED",
    upgrade: harmless,
    rollback: harmless,
  },
  READS_LOWERED: {
    title: "versions put into `reads`",
    message: ({ versions }) => `dumps of ${versionsText(versions)} are read now`,
    fix: noFix,
    explain: support,
    example: { old: "reads 2..;", new: "reads 1..;" },
    mirror: "READS_RAISED",
    upgrade: harmless,
    rollback: harmless,
  },
  WRITES_RAISED: {
    title: "versions taken out of `writes`",
    message: ({ versions }) => `${versionsText(versions)} can no longer be written for`,
    fix: noFix,
    explain: support,
    example: { old: "writes 1..;", new: "writes 2..;" },
    mirror: "WRITES_LOWERED",
    upgrade: harmless,
    rollback: harmless,
  },
  WRITES_LOWERED: {
    title: "versions put into `writes`",
    message: ({ versions }) => `${versionsText(versions)} can be written for now`,
    fix: noFix,
    explain: support,
    example: { old: "writes 2..;", new: "writes 1..;" },
    mirror: "WRITES_RAISED",
    upgrade: harmless,
    rollback: harmless,
  },
  RELEASE_REWRITTEN: {
    title: "release rewritten",
    message: ({ version, gone }) =>
      `the release of version ${formatVersion(version)} is ${gone ? "gone" : "not what it was"}`,
    fix: () => "put the released file back as it was, and make the change in a new version",
    explain:
      "A released version is what its file says, for ever: kernels out there were built from it. A dump of the old version 2 has a fingerprint that no reader of the new version 2 knows, and the reverse, so neither takes the other's.",
    example: { old: "released/linux.pci/2.json", new: "released/linux.pci/2.json, edited" },
    mirror: { none: "a rewritten release is one from either side" },
    upgrade: { at: "records", worst: "never", hazards: (_, site) => everyRecord(site) },
    rollback: { at: "records", worst: "never", hazards: (_, site) => everyRecord(site) },
  },
  CONST_CHANGED: {
    title: "constant changed",
    message: ({ old, new: now }) => `\`${now.name}\` was ${old.value} and is ${now.value} now`,
    fix: noFix,
    explain:
      "A constant is nothing in a dump. The bounds, ranges and checks that it stands in are judged where they stand.",
    example: { old: "const MAX_BARS = 6;", new: "const MAX_BARS = 8;" },
    mirror: { none: "the opposite of a changed constant is a changed constant" },
    upgrade: harmless,
    rollback: harmless,
  },
  DECLARATION_ADDED: {
    title: "declaration added",
    message: ({ new: now }) => `${now.kind} \`${now.name}\` was added`,
    fix: noFix,
    explain: "It is nothing in a dump by itself. What uses it is judged where it is used.",
    example: { old: "", new: "struct Bar { … }" },
    mirror: "DECLARATION_REMOVED",
    upgrade: harmless,
    rollback: harmless,
  },
  DECLARATION_REMOVED: {
    title: "declaration removed",
    message: ({ old }) => `${old.kind} \`${old.name}\` is gone`,
    fix: noFix,
    explain: "It is nothing in a dump by itself. What used it is judged where it was used.",
    example: { old: "struct Bar { … }", new: "" },
    mirror: "DECLARATION_ADDED",
    upgrade: harmless,
    rollback: harmless,
  },
  DECLARATION_RENAMED: {
    title: "declaration renamed",
    message: ({ old, new: now }) => `${now.kind} \`${old.name}\` is called \`${now.name}\` now`,
    fix: noFix,
    explain:
      "Names of declarations are not in the bytes, so every dump is taken as before. Programs that use the generated types have to follow.",
    example: { old: "struct Bar { … }", new: "struct BaseAddress { … }" },
    mirror: { none: "the opposite of a renaming is a renaming" },
    upgrade: harmless,
    rollback: harmless,
  },
};
