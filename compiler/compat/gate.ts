import type { World } from "../schema/ir.ts";
import { entriesOf } from "../schema/lookup.ts";
import { Difference } from "./diff.ts";
import type { Compared, Direction, MatrixCell, Verdict, VersionName } from "./finding.ts";
import { findingsOf, fingerprintOf, type Places, type Told } from "./findings.ts";
import type { Reused } from "./history.ts";
import { judge, type ChangeVerdict } from "./judge.ts";
import type { Judged } from "./policy.ts";
import { witnessOf, type Witnessed } from "./witness.ts";

/** One side of a comparison. */
export interface Side {
  readonly name: VersionName;
  readonly world: World;
  readonly places: Places;
}

/** Two schemas of one module that are held against each other, in both directions. */
export interface Comparison {
  readonly module: string;
  /** The SOURCE that it is held against, as written; null for the module's own versions. */
  readonly against: string | null;
  readonly old: Side;
  readonly new: Side;
  /** Whether the new side takes the old side's dumps, and writes for it: `reads` and `writes` say so. */
  readonly supported: { readonly upgrade: boolean; readonly rollback: boolean };
  /** Whether somebody asked for this pair by name, so that one outside `reads` and `writes` is a finding. */
  readonly demanded: boolean;
  /** Judged for the matrix alone: both sides are history, and nobody can change them. */
  readonly past: boolean;
  readonly reused: Reused;
}

export interface GateOptions {
  /** Whether a value is constructed for each verdict that is not always, and sent through the codecs of both sides. */
  readonly witnesses: boolean;
}

/** A dump that shows a verdict. */
export interface WitnessDump {
  readonly finding: Judged;
  /** null where the writer can write no such dump. */
  readonly make: () => Uint8Array | null;
}

/** Everything that was judged, before a policy says what it is worth. */
export interface GateResult {
  readonly judged: readonly Judged[];
  readonly matrix: readonly MatrixCell[];
  readonly compared: Compared;
  /** The worst of the pairs that are supported, those of the past left out. */
  readonly verdict: Verdict;
  readonly dumps: readonly WitnessDump[];
  /** Findings whose witness was taken as it was meant: the verdict is wrong, which is our bug. */
  readonly contradicted: readonly Judged[];
}

const directions: readonly Direction[] = ["upgrade", "rollback"];

const rank: Readonly<Record<Verdict, number>> = { always: 0, conditional: 1, never: 2 };

/** Judges comparisons one after the other. */
export function runGate(comparisons: readonly Comparison[], options: GateOptions): GateResult {
  const differences = new Differences();
  const counter = new Counter();
  const judged: Judged[] = [];
  const matrix: MatrixCell[] = [];
  const dumps: WitnessDump[] = [];
  const contradicted: Judged[] = [];
  for (const comparison of comparisons) {
    const difference = differences.between(comparison);
    counter.add(comparison, difference);
    for (const direction of directions) {
      const pair = judgePair(comparison, difference, direction, options);
      matrix.push(pair.cell);
      judged.push(...pair.findings.map(({ finding }) => finding));
      for (const { finding, witnessed } of pair.findings) {
        if (witnessed?.kind === "witness") dumps.push({ finding, make: witnessed.dump });
        else if (witnessed?.kind === "contradicted") contradicted.push(finding);
      }
    }
  }
  const worst = matrix.filter((cell, i) => cell.supported && comparisons[i >> 1]?.past === false);
  const verdict = worst.reduce<Verdict>((all, one) => (rank[one.verdict] > rank[all] ? one.verdict : all), "always");
  return { judged: distinct(judged), matrix, compared: counter.compared, verdict, dumps, contradicted };
}

function judgePair(
  comparison: Comparison,
  difference: Difference,
  direction: Direction,
  { witnesses }: GateOptions,
): { readonly cell: MatrixCell; readonly findings: readonly Told[] } {
  const { module, against, old, new: now, past } = comparison;
  const [writer, reader] = direction === "upgrade" ? [old.name, now.name] : [now.name, old.name];
  const pair = { module, against, direction, writer, reader };
  if (!comparison.supported[direction]) {
    const cell: MatrixCell = { ...pair, supported: false, verdict: "never", corrupting: false, condition: null };
    return {
      cell,
      findings: comparison.demanded ? [{ finding: outside(comparison, direction, pair), witnessed: null }] : [],
    };
  }
  const verdict = judge(difference, direction, module);
  const { corrupting, condition } = verdict;
  const cell: MatrixCell = { ...pair, supported: true, verdict: verdict.verdict, corrupting, condition };
  if (past) return { cell, findings: [] };
  const known = new Map<ChangeVerdict, Witnessed>();
  const witness = (change: ChangeVerdict): Witnessed => {
    const found = known.get(change) ?? witnessOf(verdict, change);
    known.set(change, found);
    return found;
  };
  const findings = findingsOf(verdict, {
    ...{ module, against, writer, reader, places: { old: old.places, new: now.places } },
    witness: (change) => (witnesses ? witness(change) : null),
  });
  return { cell, findings };
}

/** A pair that somebody asked for and that the schema does not support. */
function outside(
  { module, old, new: now }: Comparison,
  direction: Direction,
  pair: Pick<Judged, "module" | "against" | "writer" | "reader">,
): Judged {
  const list = direction === "upgrade" ? "reads" : "writes";
  const version = old.world.get(module)?.version;
  return {
    ...{ ...pair, rule: "PAIR_OUTSIDE", direction, verdict: "never", corrupting: false },
    ...{ refusedBy: direction === "upgrade" ? "reader" : "writer", path: module, condition: null, witness: null },
    message: `\`${list}\` of ${module} at ${now.name} leaves out what ${old.name} has`,
    fix: `take the version into \`${list}\`, or take one of the two out of what is supported`,
    old: old.places(module, ""),
    new: now.places(module, ""),
    exception: { rule: "PAIR_OUTSIDE", path: module, pairs: [`${pair.writer}->${pair.reader}`] },
    fingerprint: fingerprintOf(["PAIR_OUTSIDE", module, version, direction, pair.writer, pair.reader]),
  };
}

/** Two changes of one kind at one place have one fingerprint: the second and later ones are told apart by their order. */
function distinct(findings: readonly Judged[]): readonly Judged[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const count = seen.get(finding.fingerprint) ?? 0;
    seen.set(finding.fingerprint, count + 1);
    return count === 0 ? finding : { ...finding, fingerprint: fingerprintOf([finding.fingerprint, count]) };
  });
}

/** The differences of worlds, each found once though several modules are judged in it. */
class Differences {
  readonly #known = new Map<World, Map<World, Difference>>();

  between({ old, new: now, reused }: Comparison): Difference {
    const known = this.#known.get(old.world) ?? new Map<World, Difference>();
    this.#known.set(old.world, known);
    let difference = known.get(now.world);
    if (difference === undefined) {
      difference = new Difference({ old: old.world, new: now.world }, reused);
      known.set(now.world, difference);
    }
    return difference;
  }
}

/** Counts what was held against what, each declaration and member once however many versions it was judged at. */
class Counter {
  readonly #modules = new Set<string>();
  /** Members by declaration: of the version that has the most of them. */
  readonly #declarations = new Map<string, number>();
  #pairs = 0;

  add({ module, supported }: Comparison, difference: Difference): void {
    const pairs = Number(supported.upgrade) + Number(supported.rollback);
    const { old, new: now } = difference.sides;
    if (pairs === 0 || !old.has(module) || !now.has(module)) return;
    this.#pairs += pairs;
    this.#modules.add(module);
    for (const { key, old: declaration } of difference.pairsOf(module)) {
      const members = "members" in declaration || declaration.kind === "union" ? entriesOf(declaration).length : 0;
      this.#declarations.set(key, Math.max(members, this.#declarations.get(key) ?? 0));
    }
  }

  get compared(): Compared {
    return {
      modules: this.#modules.size,
      declarations: this.#declarations.size,
      members: [...this.#declarations.values()].reduce((sum, count) => sum + count, 0),
      pairs: this.#pairs,
    };
  }
}
