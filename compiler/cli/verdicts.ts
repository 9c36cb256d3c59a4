import type { ChangeKind, ChangeOf } from "../compat/change.ts";
import { Difference } from "../compat/diff.ts";
import { changesOfModule } from "../compat/effects.ts";
import type { Direction, Finding } from "../compat/finding.ts";
import { findingsOf } from "../compat/findings.ts";
import { lineText, worstFirst } from "../compat/formats/group.ts";
import { formats } from "../compat/formats/index.ts";
import type { Comparison } from "../compat/gate.ts";
import { judge } from "../compat/judge.ts";
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

/** Judges a build's own versions, and the branches that it is to accept. */
export function verdictsOf(library: Library, branches: readonly Library[]): BuildVerdicts {
  const modules = new Map<string, EmitVerdicts>();
  const mistakes: Diagnostic[] = [];
  const refused: Finding[] = [];
  for (const module of library.modules.keys()) {
    const accepted = { reads: [] as EmitVersion[], readers: [] as EmitVersion[] };
    for (const branch of branches) {
      const found = acceptedOf(library, branch, module);
      accepted.reads.push(...found.reads);
      accepted.readers.push(...found.readers);
      mistakes.push(...found.mistakes);
      refused.push(...found.refused);
    }
    modules.set(module, { accepted, never: neverOf(library, module) });
  }
  const nothing = { modules: 0, declarations: 0, members: 0, pairs: 0 };
  const told = { verdict: "never", compared: nothing, accepted: { exceptions: 0, baseline: 0 }, matrix: [] } as const;
  const words = refused.length === 0 ? "" : formats.text({ ...told, findings: refused.sort(worstFirst) }, {});
  return { modules, mistakes, words: words.slice(0, words.lastIndexOf("\n\n") + 1) };
}

const directions: readonly Direction[] = ["upgrade", "rollback"];

/** The module's own versions that never work, though `reads` or `writes` names them. */
function neverOf(library: Library, module: string): EmitVerdicts["never"] {
  const known = library.modules.get(module);
  return ownComparisons(library, { modules: [module], all: false }).flatMap((comparison) => {
    const version = comparison.old.world.get(module)?.version ?? 0;
    const fingerprint = known?.fingerprints.get(version);
    const difference = differenceOf(comparison);
    return directions.flatMap((direction) => {
      const judged = comparison.supported[direction] && mayBeNever(difference, direction);
      if (!judged || fingerprint === undefined) return [];
      const findings = neverFindings(comparison, difference, direction);
      const [worst] = findings;
      return worst === undefined ? [] : [{ version, fingerprint, direction, because: because(worst) }];
    });
  });
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

/** What makes a pair never, worst first; nothing where it is not. */
function neverFindings(comparison: Comparison, difference: Difference, direction: Direction): readonly Finding[] {
  const { module, against, old, new: now } = comparison;
  const verdict = judge(difference, direction, module);
  if (verdict.verdict !== "never") return [];
  const [writer, reader] = direction === "upgrade" ? [old.name, now.name] : [now.name, old.name];
  const places = { old: old.places, new: now.places };
  const findings = findingsOf(verdict, { module, against, writer, reader, places, witness: () => null })
    .map(({ finding }): Finding => ({ ...finding, severity: "error" }))
    .filter((finding) => finding.verdict !== "always")
    .sort(worstFirst);
  const never = findings.filter((finding) => finding.verdict === "never");
  // Conditions can be never together where none of them is.
  return never.length > 0 ? never : findings;
}

interface Acceptance {
  readonly reads: readonly EmitVersion[];
  readonly readers: readonly EmitVersion[];
  readonly mistakes: readonly Diagnostic[];
  readonly refused: readonly Finding[];
}

/** The versions of a branch that this build does not have: which of them it takes, and whose readers take what it writes. */
function acceptedOf(library: Library, branch: Library, module: string): Acceptance {
  const own = new Set(library.modules.get(module)?.fingerprints.values());
  const meant = versionsOf(branch).get(module);
  const reads: EmitVersion[] = [];
  const readers: EmitVersion[] = [];
  const mistakes: Diagnostic[] = [];
  const refused: Finding[] = [];
  for (const [version, fingerprint] of branch.modules.get(module)?.fingerprints ?? new Map<Version, string>()) {
    if (own.has(fingerprint)) continue;
    const comparison = branchComparison(library, branch, module, version);
    const difference = differenceOf(comparison);
    const [upgrade, rollback] = [
      neverFindings(comparison, difference, "upgrade"),
      neverFindings(comparison, difference, "rollback"),
    ];
    if (upgrade.length === 0) reads.push({ version, fingerprint });
    else if (version === meant) {
      const words = { module, source: branch.name, version: formatVersion(version) };
      mistakes.push(diagnose("B9407", rows.B9407, words, { span: null }));
      refused.push(...upgrade);
    }
    if (rollback.length === 0) readers.push({ version, fingerprint });
  }
  return { reads, readers, mistakes, refused };
}
