import { createHash } from "node:crypto";
import type { Severity } from "../diagnostics/catalogue.ts";
import { closest } from "../diagnostics/suggest.ts";
import { exceededEntries, isTakenOn, staleEntries, type Baseline } from "./baseline.ts";
import type { Accepted, Finding, MatrixCell, SchemaPlace, Verdict } from "./finding.ts";

/** What a project asks of its pairs. null where it says nothing. */
export interface Limits {
  /** The weakest verdict that passes, by direction. */
  readonly upgrade: Verdict | null;
  readonly rollback: Verdict | null;
  /** How findings of a rule are told, by its id, whatever their verdict. A corrupting one stays an error, also one that others hide, and so does a rewritten release. */
  readonly severities: ReadonlyMap<string, Severity>;
}

/** Other limits for some modules or pairs; null for all. The last one that says something counts. */
export interface Override extends Limits {
  /** `linux.pci`, or `linux.*` for all below. */
  readonly modules: readonly string[] | null;
  /** `3->2`, where `*` stands for any version. */
  readonly pairs: readonly string[] | null;
}

export interface Policy extends Limits {
  readonly overrides: readonly Override[];
}

/** A finding of the gate that is accepted. */
export interface Exception {
  readonly rule: string;
  /** As the finding prints it, the module may be left out. */
  readonly path: string;
  /** null for all pairs. */
  readonly pairs: readonly string[] | null;
  readonly reason: string;
  readonly owner: string | null;
  /** The last day it holds, `2027-01-31`. */
  readonly expires: string | null;
  readonly place: SchemaPlace;
}

/** Without a policy, `never` alone falls short. */
export const noPolicy: Policy = { upgrade: null, rollback: null, severities: new Map(), overrides: [] };

/** A finding before anybody decided what it is worth. */
export type Judged = Omit<Finding, "severity">;

/** What a policy is applied with. */
export interface PolicyContext {
  readonly policy: Policy;
  readonly exceptions: readonly Exception[];
  readonly baseline: Baseline;
  /** `2027-01-31`. */
  readonly today: string;
  /** Whether an exception without pairs must match something in this run: it does where all that is known was judged. */
  readonly complete: boolean;
  /** Ids of the rules that there are. */
  readonly rules: ReadonlySet<string>;
}

/** Decides what findings are worth: those that fall short are errors; what is accepted, by exception or baseline, is left out and counted. */
export function applyPolicy(
  judged: readonly Judged[],
  matrix: readonly MatrixCell[],
  context: PolicyContext,
): { readonly findings: readonly Finding[]; readonly accepted: Accepted } {
  const used = new Set<Exception>();
  const accepted = { exceptions: 0, baseline: 0 };
  const open: Finding[] = [];
  const silenced = new Set<string>();
  for (const one of judged) {
    const exception = context.exceptions.find((each) => covers(each, one) && !isExpired(each, context.today));
    for (const each of context.exceptions) if (covers(each, one)) used.add(each);
    if (exception !== undefined) accepted.exceptions++;
    else if (isTakenOn(context.baseline.get(one.fingerprint), one)) accepted.baseline++;
    else {
      open.push({ ...one, severity: severityOf(one, context.policy) });
      continue;
    }
    silenced.add(pairKey(one));
  }
  const findings = withCombined(open, matrix, context.policy, silenced);
  const exceptions = context.exceptions.flatMap((each) => overdue(each, used.has(each), matrix, context));
  const found = new Set(judged.map(({ fingerprint }) => fingerprint));
  const run = { found, matrix, complete: context.complete };
  const severity = (rule: string): Severity => context.policy.severities.get(rule) ?? "warning";
  const exceeded = exceededEntries(context.baseline, open, severity("BASELINE_EXCEEDED"));
  const stale = staleEntries(context.baseline, run, severity("BASELINE_STALE"));
  return { findings: [...findings, ...exceptions, ...exceeded, ...stale], accepted };
}

const rank: Readonly<Record<Verdict, number>> = { always: 0, conditional: 1, never: 2 };

function severityOf(finding: Judged, policy: Policy): Severity {
  // What is about no pair (a rewritten release) is no matter of degree.
  if (finding.corrupting || finding.hides !== undefined || (finding.direction === null && finding.verdict === "never"))
    return "error";
  const stated = limitsOf(finding, policy);
  const own = stated.severities.get(finding.rule);
  if (own !== undefined) return own;
  if (finding.direction === null || finding.verdict === "always") return "info";
  const limit = stated[finding.direction];
  if (fallsShort(finding.verdict, limit)) return "error";
  return limit === null ? "warning" : "info";
}

function fallsShort(verdict: Verdict, limit: Verdict | null): boolean {
  return rank[verdict] > rank[limit ?? "conditional"];
}

/** What the policy says of a pair of a module: the overrides that are about it laid over the rest, in their order. */
function limitsOf(pair: Pick<Judged, "module" | "writer" | "reader">, policy: Policy): Limits {
  const about = policy.overrides.filter(
    ({ modules, pairs }) =>
      (modules === null || modules.some((pattern) => isModule(pattern, pair.module))) &&
      (pairs === null || pairs.some((pattern) => isPair(pattern, pair))),
  );
  return about.reduce<Limits>(
    (under, over) => ({
      upgrade: over.upgrade ?? under.upgrade,
      rollback: over.rollback ?? under.rollback,
      severities: new Map([...under.severities, ...over.severities]),
    }),
    policy,
  );
}

function isModule(pattern: string, module: string): boolean {
  return pattern === "*" || pattern === module || (pattern.endsWith(".*") && module.startsWith(pattern.slice(0, -1)));
}

function isPair(pattern: string, { writer, reader }: Pick<Judged, "writer" | "reader">): boolean {
  const [from, to] = pattern.split("->").map((part) => part.trim());
  return (from === "*" || from === String(writer)) && (to === "*" || to === String(reader));
}

type PairOf = Pick<Judged, "module" | "against" | "writer" | "reader" | "direction">;

function pairKey({ module, against, writer, reader, direction }: PairOf): string {
  return JSON.stringify([module, against, writer, reader, direction]);
}

/**
 * A pair can fall short though none of its findings does: two conditions that together are always true. Then each of them is an error, unless
 * one was accepted and the rest is no more than it says.
 */
function withCombined(
  findings: readonly Finding[],
  matrix: readonly MatrixCell[],
  policy: Policy,
  silenced: ReadonlySet<string>,
): readonly Finding[] {
  const short = new Set(
    matrix.flatMap((cell) => {
      if (!cell.supported) return [];
      const key = pairKey(cell);
      return fallsShort(cell.verdict, limitsOf(cell, policy)[cell.direction]) && !silenced.has(key) ? [key] : [];
    }),
  );
  for (const one of findings) if (one.severity === "error") short.delete(pairKey(one));
  if (short.size === 0) return findings;
  return findings.map((one) =>
    one.verdict !== "always" && short.has(pairKey(one)) ? { ...one, severity: "error" as const } : one,
  );
}

function covers(exception: Exception, finding: Judged): boolean {
  if (exception.rule !== finding.rule) return false;
  const short = finding.path.startsWith(`${finding.module}.`) ? finding.path.slice(finding.module.length + 1) : null;
  if (exception.path !== finding.path && exception.path !== short) return false;
  return exception.pairs === null || exception.pairs.some((pattern) => isPair(pattern, finding));
}

function isExpired({ expires }: Exception, today: string): boolean {
  return expires !== null && expires < today;
}

/** An exception that has expired, or that nothing needs any more, is a finding itself. */
function overdue(
  exception: Exception,
  used: boolean,
  matrix: readonly MatrixCell[],
  context: PolicyContext,
): readonly Finding[] {
  const { rule, path, expires, owner } = exception;
  const asked = owner === null ? "" : `; ask ${owner}`;
  if (used && isExpired(exception, context.today)) {
    const message = `the exception from \`${rule}\` for \`${path}\` expired on ${expires}`;
    return [
      told(
        "EXCEPTION_EXPIRED",
        exception,
        context,
        message,
        `decide again, and give it a new day or remove it${asked}`,
      ),
    ];
  }
  if (used || !isDue(exception, matrix, context)) return [];
  const known = context.rules.has(rule);
  const meant = known ? undefined : closest(rule, context.rules);
  const message = known
    ? `nothing is excepted by the exception from \`${rule}\` for \`${path}\` any more`
    : `the exception for \`${path}\` names no rule: \`${rule}\``;
  const fix = meant === undefined ? `remove it${asked}` : `did you mean \`${meant}\`?`;
  return [told("EXCEPTION_STALE", exception, context, message, fix)];
}

/** Whether what an exception is about was judged in this run. */
function isDue({ path, pairs }: Exception, matrix: readonly MatrixCell[], { complete }: PolicyContext): boolean {
  const own = matrix.filter(({ module }) => path === module || path.startsWith(`${module}.`));
  // A path without its module may be of any.
  const cells = own.length > 0 ? own : complete ? matrix : [];
  if (pairs === null) return complete && cells.length > 0;
  if (cells.length === 0) return false;
  return complete ? pairs.some(isNumbered) : pairs.every((pattern) => cells.some((cell) => isPair(pattern, cell)));
}

function isNumbered(pair: string): boolean {
  return /^[\d.* ]+->[\d.* ]+$/.test(pair);
}

function told(rule: string, exception: Exception, context: PolicyContext, message: string, fix: string): Finding {
  const { path, place, pairs } = exception;
  const severity = context.policy.severities.get(rule) ?? "warning";
  const identity = JSON.stringify([rule, exception.rule, path, pairs]);
  return {
    ...{ rule, severity, module: "", against: null, direction: null, writer: null, reader: null, verdict: "always" },
    ...{
      corrupting: false,
      refusedBy: null,
      path,
      message,
      fix,
      condition: null,
      old: null,
      new: place,
      witness: null,
    },
    ...{ exception: null, fingerprint: createHash("sha256").update(identity).digest("hex") },
  };
}
