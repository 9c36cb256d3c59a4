import { createHash } from "node:crypto";
import type { Severity } from "../diagnostics/catalogue.ts";
import { isWithin } from "./coverage.ts";
import type { Finding, MatrixCell, SchemaPlace, Verdict } from "./finding.ts";

/** A finding that a baseline lists. Rule, path, pair and source are for people, and may have been left out. */
export interface BaselineEntry {
  readonly rule: string | null;
  readonly path: string | null;
  /** `upgrade 1->2`. */
  readonly pair: string | null;
  /** The SOURCE that it was found against; null for the module's own versions. */
  readonly against: string | null;
  /** How bad it was when it was taken on: nothing worse is covered. */
  readonly verdict: Verdict;
  readonly corrupting: boolean;
  /** Whether others hid that it would corrupt. */
  readonly hides: boolean;
  /** What was taken on of its condition; null for all of it, and where that is not said. */
  readonly parts: readonly string[] | null;
  /** When it happened, for people. */
  readonly condition: string | null;
  /** null of one that is not written yet. */
  readonly place: SchemaPlace | null;
}

/** Findings that are known, by their fingerprints. */
export type Baseline = ReadonlyMap<string, BaselineEntry>;

export const noBaseline: Baseline = new Map();

/** A baseline of findings. */
export function baselineOfFindings(findings: readonly Finding[]): Baseline {
  return new Map(
    findings.map((finding) => {
      const { fingerprint, rule, path, direction, writer, reader, against, condition } = finding;
      const pair = direction === null ? null : `${direction} ${writer}->${reader}`;
      const parts = finding.parts?.() ?? null;
      return [fingerprint, { rule, path, pair, against, ...knownOf(finding), parts, condition, place: null }];
    }),
  );
}

type Known = Pick<BaselineEntry, "verdict" | "corrupting" | "hides">;
type Found = Pick<Finding, "fingerprint" | "verdict" | "corrupting" | "hides" | "parts" | "condition">;

const rank: Readonly<Record<Verdict, number>> = { always: 0, conditional: 1, never: 2 };

function badness({ verdict, corrupting, hides }: Known): number {
  return corrupting ? 4 : hides ? 3 : rank[verdict];
}

function knownOf({ verdict, corrupting, hides }: Pick<Found, "verdict" | "corrupting" | "hides">): Known {
  return { verdict, corrupting, hides: hides !== undefined };
}

/** Whether an entry covers a finding of its fingerprint: it does as long as that is no worse than what was taken on, and happens in no other cases. */
export function isTakenOn(
  entry: BaselineEntry | undefined,
  finding: Omit<Found, "fingerprint" | "condition">,
): boolean {
  if (entry === undefined) return false;
  const worse = badness(knownOf(finding)) - badness(entry);
  return worse < 0 || (worse === 0 && isWithin(finding.parts?.() ?? null, entry.parts));
}

/** Entries whose findings are told again because they are worse now, as findings at their places in the baseline. */
export function exceededEntries(baseline: Baseline, open: readonly Found[], severity: Severity): readonly Finding[] {
  return open.flatMap((finding) => {
    const entry = baseline.get(finding.fingerprint);
    if (entry === undefined) return [];
    const [was, is] = [wordOf(entry), wordOf(knownOf(finding))];
    const now = was === is ? `so${whenOf(finding) || " always"} now, which is more` : `${is} now`;
    const message = `the baseline has ${namesOf(entry)} as ${was}${was === is ? whenOf(entry) : ""}, and it is ${now}`;
    const fix = "mend it, or decide again: `--update-baseline` takes it on as it is now";
    return [told("BASELINE_EXCEEDED", finding.fingerprint, entry, { severity, message, fix })];
  });
}

function whenOf({ condition }: Pick<Found, "condition">): string {
  return condition === null ? "" : ` when ${condition}`;
}

function wordOf({ verdict, corrupting, hides }: Known): string {
  return corrupting ? "corrupting" : hides ? "hidden corrupting" : verdict;
}

function namesOf({ rule, path, pair }: BaselineEntry): string {
  return `\`${rule ?? "a finding"}\` for \`${path ?? ""}\` (${pair ?? ""})`;
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
  return [...baseline].flatMap(([fingerprint, entry]) => {
    if (run.found.has(fingerprint) || !isDue(entry, run)) return [];
    const message = `the baseline lists ${namesOf(entry)}, which is not found any more`;
    const fix = "write the baseline again: `--update-baseline`";
    return [told("BASELINE_STALE", fingerprint, entry, { severity, message, fix })];
  });
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

function told(
  rule: string,
  fingerprint: string,
  { path, place }: BaselineEntry,
  words: Pick<Finding, "severity" | "message" | "fix">,
): Finding {
  const identity = JSON.stringify([rule, fingerprint]);
  return {
    ...{ rule, ...words, module: "", against: null, direction: null, writer: null, reader: null },
    ...{ verdict: "always", corrupting: false, refusedBy: null, path: path ?? "" },
    ...{ condition: null, old: null, new: place, witness: null, exception: null },
    fingerprint: createHash("sha256").update(identity).digest("hex"),
  };
}
