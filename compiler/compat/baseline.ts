import { createHash } from "node:crypto";
import type { Severity } from "../diagnostics/catalogue.ts";
import type { Finding, MatrixCell, SchemaPlace } from "./finding.ts";

/** A finding that a baseline lists. What stands beside its fingerprint is for people, and may have been left out. */
export interface BaselineEntry {
  readonly rule: string | null;
  readonly path: string | null;
  /** `upgrade 1->2`. */
  readonly pair: string | null;
  /** The SOURCE that it was found against; null for the module's own versions. */
  readonly against: string | null;
  /** null of one that is not written yet. */
  readonly place: SchemaPlace | null;
}

/** Findings that are known, by their fingerprints. */
export type Baseline = ReadonlyMap<string, BaselineEntry>;

export const noBaseline: Baseline = new Map();

/** A baseline of findings. */
export function baselineOfFindings(findings: readonly Finding[]): Baseline {
  return new Map(
    findings.map(({ fingerprint, rule, path, direction, writer, reader, against }) => {
      const pair = direction === null ? null : `${direction} ${writer}->${reader}`;
      return [fingerprint, { rule, path, pair, against, place: null }];
    }),
  );
}

/** What was judged in a run. */
export interface Run {
  /** Fingerprints of all that was found, accepted or not. */
  readonly found: ReadonlySet<string>;
  readonly matrix: readonly MatrixCell[];
  /** Whether all that is known was judged. */
  readonly complete: boolean;
}

/** Entries for which nothing was found any more, as findings: what comes later under their fingerprint would be silenced. */
export function staleEntries(baseline: Baseline, run: Run, severity: Severity): readonly Finding[] {
  return [...baseline].flatMap(([fingerprint, entry]) =>
    run.found.has(fingerprint) || !isDue(entry, run) ? [] : [told(fingerprint, entry, severity)],
  );
}

/** Whether what an entry is about was judged: the same pair, or, where nothing was left out, whatever there is of its module. */
function isDue({ path, pair, against }: BaselineEntry, { matrix, complete }: Run): boolean {
  if (path === null || pair === null) return false;
  const cells = matrix.filter(
    (cell) => cell.against === against && (path === cell.module || path.startsWith(`${cell.module}.`)),
  );
  const isJudged = cells.some(({ direction, writer, reader }) => pair === `${direction} ${writer}->${reader}`);
  return isJudged || (complete && against === null && cells.length > 0);
}

function told(fingerprint: string, { rule, path, pair, place }: BaselineEntry, severity: Severity): Finding {
  const message = `the baseline lists \`${rule ?? "a finding"}\` for \`${path ?? ""}\` (${pair ?? ""}), which is not found any more`;
  const identity = JSON.stringify(["BASELINE_STALE", fingerprint]);
  return {
    ...{ rule: "BASELINE_STALE", severity, module: "", against: null, direction: null, writer: null, reader: null },
    ...{ verdict: "always", corrupting: false, refusedBy: null, path: path ?? "", message },
    ...{ fix: "write the baseline again: `--update-baseline`", condition: null, old: null, new: place, witness: null },
    ...{ exception: null, fingerprint: createHash("sha256").update(identity).digest("hex") },
  };
}
