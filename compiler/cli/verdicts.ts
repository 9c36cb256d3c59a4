import type { ChangeKind, ChangeOf } from "../compat/change.ts";
import { Difference } from "../compat/diff.ts";
import { changesOfModule } from "../compat/effects.ts";
import type { Direction, Finding } from "../compat/finding.ts";
import { findingsOf } from "../compat/findings.ts";
import { lineText, worstFirst } from "../compat/formats/group.ts";
import { formats } from "../compat/formats/index.ts";
import type { Comparison } from "../compat/gate.ts";
import { judge, type PairVerdict } from "../compat/judge.ts";
import { ruleOf } from "../compat/rules/index.ts";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/gate.ts";
import type { EmitVerdicts, EmitVersion } from "../emit/backend.ts";
import type { Library } from "../host/source.ts";
import type { Version } from "../schema/ir.ts";
import { formatVersion } from "../schema/version.ts";
import { branchComparison, ownComparisons, versionsOf } from "./comparisons.ts";

/** What the gate says of a build: what its generated code takes beyond its own versions, and which of those never work. */
export interface BuildVerdicts {
  readonly modules: ReadonlyMap<string, EmitVerdicts>;
  /** Branches that cannot be accepted. */
  readonly mistakes: readonly Diagnostic[];
  /** What the gate says of those. */
  readonly words: string;
}

/** A version of a module that never works with a build. */
export interface Never {
  readonly module: string;
  readonly version: Version;
  readonly fingerprint: string;
  readonly direction: Direction;
  /** In the gate's words. */
  readonly because: string;
  /** Dumps would be taken with another meaning, and not refused. */
  readonly corrupting: boolean;
}

/** Judges a build's own versions, and the branches that it is to accept. */
export function verdictsOf(library: Library, branches: readonly Library[]): BuildVerdicts {
  const never = neverOf(library);
  const accepted = branches.flatMap((branch) =>
    [...library.modules.keys()].map((module) => acceptedOf(library, branch, module)),
  );
  // A module that changes nothing itself may be what makes another one never.
  const unreadable = accepted.flatMap((one) => one.unreadable);
  const isReadable = (one: AcceptedVersion): boolean =>
    !unreadable.some(({ module, fingerprint }) => module === one.module && fingerprint === one.fingerprint);
  const of = (name: string, all: readonly AcceptedVersion[]): readonly EmitVersion[] =>
    all.flatMap(({ module, ...one }) => (module === name ? [one] : []));
  const [reads, readers] = [accepted.flatMap((one) => one.reads), accepted.flatMap((one) => one.readers)];
  const modules = [...library.modules.keys()].map((name): readonly [string, EmitVerdicts] => [
    name,
    {
      accepted: { reads: of(name, reads), readers: of(name, readers.filter(isReadable)) },
      never: never.flatMap(({ module, version, fingerprint, direction, because: why }) =>
        module === name ? [{ version, fingerprint, direction, because: why }] : [],
      ),
      misread: new Set(never.flatMap((one) => (one.module === name && one.corrupting ? [one.version] : []))),
    },
  ]);
  const refused = accepted.flatMap((one) => one.refused);
  const nothing = { modules: 0, declarations: 0, members: 0, pairs: 0 };
  const told = { verdict: "never", compared: nothing, accepted: { exceptions: 0, baseline: 0 }, matrix: [] } as const;
  const words = refused.length === 0 ? "" : formats.text({ ...told, findings: refused.sort(worstFirst) }, {});
  return {
    modules: new Map(modules),
    mistakes: accepted.flatMap((one) => one.mistakes),
    words: words.slice(0, words.lastIndexOf("\n\n") + 1),
  };
}

const directions: readonly Direction[] = ["upgrade", "rollback"];

/**
 * The versions that never work with a build, though `reads` or `writes` names them. Where a module says what it said, or said it elsewhere with
 * imports that work, it is the versions of its imports that do not.
 */
export function neverOf(library: Library): readonly Never[] {
  const pairs: NeverPair[] = [];
  const working = new Set<string>();
  for (const comparison of ownComparisons(library, { modules: library.modules.keys(), all: false })) {
    const difference = differenceOf(comparison);
    for (const direction of directions) {
      if (!comparison.supported[direction]) continue;
      const found = mayBeNever(difference, direction) ? neverFindings(comparison, difference, direction) : null;
      const [worst] = found?.findings ?? [];
      if (found === null || worst === undefined) working.add(schemaKey(library, comparison, direction));
      else pairs.push({ comparison, direction, verdict: found.verdict, worst });
    }
  }
  const found = new Map<string, Never>();
  for (const pair of pairs) {
    const { direction, verdict, worst } = pair;
    for (const { module, version, fingerprint } of culprits(library, pair, working)) {
      const key = `${module} ${version} ${direction}`;
      const known = found.get(key);
      const corrupting = verdict.corrupting || known?.corrupting === true;
      const why = known?.because ?? because(worst);
      found.set(key, { module, version, fingerprint, direction, because: why, corrupting });
    }
  }
  return [...found.values()].sort((a, b) => a.version - b.version);
}

/** A pair of versions that never works in a direction, and the worst of why. */
interface NeverPair {
  readonly comparison: Comparison;
  readonly direction: Direction;
  readonly verdict: PairVerdict;
  readonly worst: Finding;
}

/** The older schema of a comparison, by which a dump is known, and the direction. */
function schemaKey(library: Library, { module, old }: Comparison, direction: Direction): string {
  const version = old.world.get(module)?.version ?? 0;
  return `${module} ${library.modules.get(module)?.fingerprints.get(version)} ${direction}`;
}

/**
 * The versions that tell what never works from what does: the one that was judged, or else those of its imports that are at fault; with all
 * versions that say the same as these.
 */
function culprits(
  library: Library,
  { comparison, direction, verdict }: NeverPair,
  working: ReadonlySet<string>,
): readonly AcceptedVersion[] {
  const { module, old } = comparison;
  const meant = versionsOf(library);
  const fingerprintsOf = (name: string): ReadonlyMap<Version, string> =>
    library.modules.get(name)?.fingerprints ?? new Map<Version, string>();
  const isOwn = (name: string): boolean => {
    const fingerprints = fingerprintsOf(name);
    return fingerprints.get(old.world.get(name)?.version ?? 0) === fingerprints.get(meant.get(name) ?? 0);
  };
  const isTold = !isOwn(module) && !working.has(schemaKey(library, comparison, direction));
  const names = isTold ? [module] : importsAtFault(module, verdict).filter((name) => !isOwn(name));
  return names.flatMap((name) => {
    const fingerprints = fingerprintsOf(name);
    const at = fingerprints.get(old.world.get(name)?.version ?? 0);
    return [...fingerprints].flatMap(([version, fingerprint]) =>
      fingerprint === at ? [{ module: name, version, fingerprint }] : [],
    );
  });
}

/** The other modules that changes of a verdict are in: those that make it never, or where none does by itself, all. */
function importsAtFault(module: string, { changes }: PairVerdict): readonly string[] {
  const others = changes.filter(({ change, verdict }) => verdict !== "always" && change.place.module !== module);
  const never = others.filter(({ verdict }) => verdict === "never");
  return [...new Set((never.length > 0 ? never : others).map(({ change }) => change.place.module))];
}

/** `required member \`x\` was added (upgrade 1 -> 2: always refused by the reader) [MEMBER_ADDED_REQUIRED]`. */
function because(finding: Finding): string {
  return `${lineText(finding)} [${finding.rule}]`;
}

function differenceOf({ old, new: now, reused }: Comparison): Difference {
  return new Difference({ old: old.world, new: now.world }, reused);
}

/** Whether any change can make a pair never: most cannot, and then there is nothing to judge. */
function mayBeNever(difference: Difference, direction: Direction): boolean {
  return [...difference.sides.old.keys()].some((module) =>
    changesOfModule(difference, module).some((change) => {
      const { worst } = ruleOf(change as ChangeOf<ChangeKind>)[direction];
      return worst === "never" || worst === "corrupting";
    }),
  );
}

interface NeverFindings {
  readonly verdict: PairVerdict;
  readonly findings: readonly Finding[];
}

/** What makes a pair never, worst first; nothing where it is not. */
function neverFindings(comparison: Comparison, difference: Difference, direction: Direction): NeverFindings {
  const { module, against, old, new: now } = comparison;
  const verdict = judge(difference, direction, module);
  if (verdict.verdict !== "never") return { verdict, findings: [] };
  const [writer, reader] = direction === "upgrade" ? [old.name, now.name] : [now.name, old.name];
  const places = { old: old.places, new: now.places };
  const findings = findingsOf(verdict, { module, against, writer, reader, places, witness: () => null })
    .map(({ finding }): Finding => ({ ...finding, severity: "error" }))
    .filter((finding) => finding.verdict !== "always")
    .sort(worstFirst);
  const never = findings.filter((finding) => finding.verdict === "never");
  // Conditions can be never together where none of them is.
  return { verdict, findings: never.length > 0 ? never : findings };
}

interface AcceptedVersion extends EmitVersion {
  readonly module: string;
}

interface Acceptance {
  readonly reads: readonly AcceptedVersion[];
  readonly readers: readonly AcceptedVersion[];
  /** Versions of imports that a module of the same schema on both sides cannot be handed back with. */
  readonly unreadable: readonly AcceptedVersion[];
  readonly mistakes: readonly Diagnostic[];
  readonly refused: readonly Finding[];
}

/** The versions of a branch that this build does not have: which of them it takes, and whose readers take what it writes. */
function acceptedOf(library: Library, branch: Library, module: string): Acceptance {
  const own = new Set(library.modules.get(module)?.fingerprints.values());
  const meant = versionsOf(branch).get(module);
  const reads: AcceptedVersion[] = [];
  const readers: AcceptedVersion[] = [];
  const unreadable: AcceptedVersion[] = [];
  const mistakes: Diagnostic[] = [];
  const refused: Finding[] = [];
  for (const [version, fingerprint] of branch.modules.get(module)?.fingerprints ?? new Map<Version, string>()) {
    const isOwn = own.has(fingerprint);
    // What it shares with the branch may be used there with other imports.
    if (isOwn && version !== meant) continue;
    const comparison = branchComparison(library, branch, module, version);
    const difference = differenceOf(comparison);
    const upgrade = neverFindings(comparison, difference, "upgrade");
    const rollback = neverFindings(comparison, difference, "rollback");
    if (upgrade.findings.length > 0 && version === meant) {
      const words = { module, source: branch.name, version: formatVersion(version) };
      mistakes.push(diagnose("B9407", rows.B9407, words, { span: null }));
      refused.push(...upgrade.findings);
    }
    if (!isOwn) {
      const view = branch.modules.get(module)?.views.get(version);
      const read = view === undefined ? { module, version, fingerprint } : { module, version, fingerprint, view };
      if (upgrade.findings.length === 0) reads.push(read);
      if (rollback.findings.length === 0) readers.push({ module, version, fingerprint });
    } else if (rollback.findings.length > 0) {
      unreadable.push(
        ...importsAtFault(module, rollback.verdict).flatMap((name) => importedVersion(branch, comparison, name)),
      );
    }
  }
  return { reads, readers, unreadable, mistakes, refused };
}

function importedVersion(branch: Library, { old }: Comparison, module: string): readonly AcceptedVersion[] {
  const version = old.world.get(module)?.version ?? 0;
  const fingerprint = branch.modules.get(module)?.fingerprints.get(version);
  return fingerprint === undefined ? [] : [{ module, version, fingerprint }];
}
