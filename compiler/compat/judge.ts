import type { Value } from "../dump/value.ts";
import { avoided, type Avoided } from "./avoid.ts";
import type { Change } from "./change.ts";
import { allOf, always, anyOf, isConstant, type Condition } from "./condition.ts";
import { changesOfModule, effectsOf, type PlacedEffect, type RecordEffect } from "./effects.ts";
import type { Difference } from "./diff.ts";
import type { Direction, Verdict } from "./finding.ts";
import { fold, holdersOf, type Folded, type Piece } from "./fold.ts";
import { Graph, type Edge, type Node, type Root } from "./graph.ts";
import { isAlwaysTrue } from "./hazards/proof.ts";
import { hiddenMisreading, refusedNodes } from "./lifted.ts";
import type { Misreading } from "./meaning.ts";
import { expectationOf, type Expected, type NodeClaims, type RecordValue } from "./outcome.ts";
import { isEverTaken, search, type Example, type Search, type SearchOptions } from "./search.ts";
import type { Trial } from "./trial.ts";
import { pieceTexts, recordText } from "./statement.ts";
import type { Use } from "./uses.ts";

/** One change, judged in one direction. */
export interface ChangeVerdict {
  readonly change: Change;
  readonly verdict: Verdict;
  readonly corrupting: boolean;
  readonly refusedBy: "writer" | "reader" | null;
  /** null for always, and where it happens whatever a dump holds. */
  readonly condition: string | null;
  /** What a witness must do, for the search of one. */
  readonly claims: readonly Claim[];
  /** A value that was found while judging. */
  readonly example: Example | null;
  /** What would be misread if other changes did not refuse every value that could show it; null where nothing is hidden so. */
  readonly hides: Misreading | null;
  /** The one place that it is said of, where a change in an imported module has several; null for the whole of the change. */
  readonly use: Use | null;
}

/** Something that is said to happen to values of a node. */
export interface Claim {
  readonly outcome: "refused" | "misread";
  readonly piece: Piece;
  readonly atMost: boolean;
  /** The member or alternative of the node that it is about; null for the whole of it. */
  readonly entry: number | null;
  /** What it was found of. */
  readonly effect: PlacedEffect;
}

/** What becomes of the records of one state, over all of their values. */
export interface StateVerdict {
  /** `linux.pci.PciDevice`. */
  readonly state: string;
  readonly verdict: Verdict;
  readonly corrupting: boolean;
}

/** A pair of versions of one module, judged in one direction. */
export interface PairVerdict {
  readonly graph: Graph;
  readonly verdict: Verdict;
  readonly corrupting: boolean;
  /** When a conditional pair is refused, in one statement. */
  readonly condition: string | null;
  readonly states: readonly StateVerdict[];
  readonly changes: readonly ChangeVerdict[];
  readonly records: readonly RecordEffect[];
  /** Nodes that records of a known state lead to. */
  readonly reached: ReadonlySet<Node>;
  /** Nodes of which everything is refused, by what a single change does or several together. */
  readonly whole: ReadonlySet<Node>;
  /** What is refused, by the node that it is said of. */
  readonly refusals: Avoided;
  /** What is claimed of one dump: for tests, and for what is asked of dumps. */
  readonly expect: (records: readonly RecordValue[]) => Expected;
}

/** By which edges it passes up that values are refused: by all. */
export const passesAll = (): boolean => true;

/** By which edges it passes up that values are misread: not where they are dropped. */
export const passesRead = (edge: Edge): boolean => !edge.refusalsOnly;

/** Judges what the changes between two schemas do to dumps of one module. */
export function judge(difference: Difference, direction: Direction, module: string): PairVerdict {
  const graph = new Graph(difference, direction, module);
  const effects = effectsOf(graph);
  const knowsAny = graph.roots.some(({ isSame }) => isSame);
  const judged: ChangeVerdict[] = [];
  const claims = new Map<Node, NodeClaims>();
  const allRecords: RecordEffect[] = [];
  const refusals = refusalsAmong([...effects.placed.values()].flat());
  const changes = new Set([...changesOfModule(difference, module), ...effects.placed.keys()]);
  for (const change of changes) {
    const records = (effects.records.get(change) ?? []).map((effect) => confirmRecord(graph, effect));
    allRecords.push(...records);
    const placed = effects.placed.get(change) ?? [];
    judged.push(judgeChange(graph, change, placed, records, effects.reached, knowsAny, refusals));
  }
  for (const { claims: found } of judged) for (const claim of found) keep(claims, claim);
  const every = judged.flatMap((one) => one.claims);
  const together = refusedTogether(graph, every);
  const exact = fold([...piecesOf(every, "refused", false), ...together], effects.reached, passesAll);
  const misread = every.filter(({ outcome }) => outcome === "misread").map(({ piece }) => piece.node);
  const corrupted = holdersOf(misread, passesRead);
  const touched = holdersOf(
    every.filter(({ outcome }) => outcome === "refused").map(({ piece }) => piece.node),
    passesAll,
  );
  const ofState = byState(allRecords);
  const ofAll = allRecords.filter(({ records }) => records === "all");
  const changesWithHidden = withHidden(graph, judged, exact.whole, effects.placed);
  const states = graph.roots.map((root): StateVerdict => {
    const own = [...(ofState.get(root.id) ?? []), ...(root.isKnown ? ofAll : [])];
    const node = root.isSame && root.isTouched ? root.node : null;
    const isCorrupting = own.some(({ outcome }) => outcome === "misread") || (node !== null && corrupted.has(node));
    const isWhole =
      own.some(({ outcome, records }) => outcome === "refused" && (records === "holds" || records === "all")) ||
      (node !== null && exact.whole.has(node));
    const isTouched = own.length > 0 || (node !== null && touched.has(node));
    const verdict: Verdict = isCorrupting || isWhole ? "never" : isTouched ? "conditional" : "always";
    return { state: `${module}.${root.name}`, verdict, corrupting: isCorrupting };
  });
  const isCorrupting = states.some(({ corrupting }) => corrupting);
  const isNever =
    isCorrupting ||
    [...exact.whole].some((node) => graph.rootOf(node) !== undefined) ||
    allRecords.some((effect) => isOfEveryDump(graph, effect)) ||
    (states.length > 0 && states.every(({ verdict }) => verdict === "never"));
  const isTouched = states.some(({ verdict }) => verdict !== "always");
  const verdict: Verdict = isNever ? "never" : isTouched ? "conditional" : "always";
  return {
    ...{
      graph,
      verdict,
      corrupting: isCorrupting,
      states,
      changes: changesWithHidden,
      records: allRecords,
      reached: effects.reached,
      whole: exact.whole,
      refusals,
    },
    condition: verdict === "conditional" ? statement(graph, every, exact, allRecords, effects.reached) : null,
    expect: (records) => expectationOf(graph, claims, allRecords, records),
  };
}

/** The same, with what is hidden because whatever could show it is refused. */
function withHidden(
  graph: Graph,
  judged: readonly ChangeVerdict[],
  whole: ReadonlySet<Node>,
  placed: ReadonlyMap<Change, readonly PlacedEffect[]>,
): readonly ChangeVerdict[] {
  if (whole.size === 0) return judged;
  const refused = refusedNodes(graph, whole);
  const byNode = new Map<Node, PlacedEffect[]>();
  for (const effect of [...placed.values()].flat()) {
    if (!refused.has(effect.node)) continue;
    const known = byNode.get(effect.node);
    if (known === undefined) byNode.set(effect.node, [effect]);
    else known.push(effect);
  }
  return judged.map((one): ChangeVerdict => {
    if (one.corrupting) return one;
    for (const effect of placed.get(one.change) ?? []) {
      const others = byNode.get(effect.node);
      if (effect.outcome !== "misread" || others === undefined) continue;
      const hides = hiddenMisreading(graph, effect, others);
      if (hides !== null) return { ...one, hides };
    }
    return one;
  });
}

/** What a reader refuses, which hides what it misreads. */
function refusalsAmong(effects: readonly PlacedEffect[]): Avoided {
  return avoided(
    effects.flatMap(({ outcome, node, when }) => (outcome === "refused" ? { node, condition: when } : [])),
  );
}

function byState(effects: readonly RecordEffect[]): ReadonlyMap<number | null, readonly RecordEffect[]> {
  const groups = new Map<number | null, RecordEffect[]>();
  for (const effect of effects) {
    if (effect.records === "all") continue;
    const group = groups.get(effect.state.id);
    if (group === undefined) groups.set(effect.state.id, [effect]);
    else group.push(effect);
  }
  return groups;
}

function piecesOf(claims: readonly Claim[], outcome: Claim["outcome"], atMost: boolean): readonly Piece[] {
  return claims.filter((claim) => claim.outcome === outcome && claim.atMost === atMost).map(({ piece }) => piece);
}

function keep(claims: Map<Node, NodeClaims>, { outcome, piece, atMost }: Claim): void {
  const known = claims.get(piece.node) ?? { refused: [], mayBeRefused: [], misread: [] };
  claims.set(piece.node, known);
  const list = outcome === "misread" ? known.misread : atMost ? known.mayBeRefused : known.refused;
  list.push(piece.condition);
}

/** Everything for which a pair is refused. */
function statement(
  graph: Graph,
  claims: readonly Claim[],
  exact: Folded,
  records: readonly RecordEffect[],
  reached: ReadonlySet<Node>,
  use: Use | null = null,
): string {
  const possible = fold(piecesOf(claims, "refused", true), reached, passesAll);
  return joined(
    [...records.map((effect) => recordText(effect)), ...pieceTexts(graph, exact.pieces, use)],
    [
      ...pieceTexts(
        graph,
        possible.pieces.filter(({ node }) => !exact.whole.has(node)),
        use,
      ),
      ...wholeTexts(graph, possible),
    ],
  );
}

function wholeTexts(graph: Graph, { whole }: Folded): readonly string[] {
  const roots = [...whole].flatMap((node) => graph.rootOf(node) ?? []);
  return roots.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name }) => `holds ${name}`);
}

function joined(exact: readonly string[], atMost: readonly string[]): string {
  const [certain, possible] = [[...new Set(exact)], [...new Set(atMost)].filter((text) => !exact.includes(text))];
  const parts = [certain.join(" || "), possible.length === 0 ? "" : `at most: ${possible.join(" || ")}`];
  return parts.filter((part) => part !== "").join(" || ");
}

/** A record that is taken for one of another state is misread, unless the codecs refuse every one that is tried. */
function confirmRecord({ direction }: Graph, effect: RecordEffect): RecordEffect {
  if (effect.outcome === "refused" || effect.root === null) return effect;
  return isEverTaken(direction, effect.root) ? effect : { ...effect, outcome: "refused" };
}

/** Whether every dump is refused: for what none of them has, or for a `single` state, which its own version leaves out of none. */
function isOfEveryDump({ direction }: Graph, { outcome, records, state }: RecordEffect): boolean {
  return records === "all" || (outcome === "refused" && records === "holds" && state.single && direction === "upgrade");
}

function judgeChange(
  graph: Graph,
  change: Change,
  effects: readonly PlacedEffect[],
  records: readonly RecordEffect[],
  reached: ReadonlySet<Node>,
  knowsAny: boolean,
  refusals: Avoided,
): ChangeVerdict {
  const claims: Claim[] = [];
  let example: Example | null = null;
  for (const effect of effects) {
    const { claim, found } = claimOf(graph, effect, example !== null, refusals);
    if (claim !== null) claims.push(claim);
    if (found !== null) example ??= found;
  }
  const made = { change, claims, example, hides: null, use: null };
  return verdictOf(graph, made, records, reached, knowsAny);
}

/** What claims come to for the records of a dump. */
export function verdictOf(
  graph: Graph,
  made: Pick<ChangeVerdict, "change" | "claims" | "example" | "hides" | "use">,
  records: readonly RecordEffect[],
  reached: ReadonlySet<Node>,
  knowsAny: boolean,
): ChangeVerdict {
  const { claims, use } = made;
  const corrupting =
    claims.some(({ outcome }) => outcome === "misread") || records.some(({ outcome }) => outcome === "misread");
  const exact = fold(piecesOf(claims, "refused", false), reached, passesAll);
  const isWhole = [...exact.whole].some((node) => graph.rootOf(node) !== undefined);
  const isAll = records.some((effect) => isOfEveryDump(graph, effect) || (effect.records === "holds" && !knowsAny));
  const isTouched = claims.length > 0 || records.length > 0;
  const verdict: Verdict = corrupting || isWhole || isAll ? "never" : isTouched ? "conditional" : "always";
  const refuses =
    claims.some(({ outcome }) => outcome === "refused") || records.some(({ outcome }) => outcome === "refused");
  const by = graph.direction === "rollback" ? "writer" : "reader";
  return {
    ...{ ...made, verdict, corrupting },
    refusedBy: refuses && !corrupting ? (records.find(({ outcome }) => outcome === "refused")?.by ?? by) : null,
    condition:
      verdict === "always" ? null : conditionOf(graph, claims, records, corrupting, isWhole || isAll, reached, use),
  };
}

function conditionOf(
  graph: Graph,
  claims: readonly Claim[],
  records: readonly RecordEffect[],
  corrupting: boolean,
  isWhole: boolean,
  reached: ReadonlySet<Node>,
  use: Use | null,
): string | null {
  if (corrupting) {
    const folded = fold(
      claims.filter(({ outcome }) => outcome === "misread").map(({ piece }) => piece),
      reached,
      passesRead,
    );
    if ([...folded.whole].some((node) => graph.rootOf(node) !== undefined)) return null;
    return joined([...records.map((effect) => recordText(effect)), ...pieceTexts(graph, folded.pieces, use)], []);
  }
  if (isWhole) return null;
  const exact = fold(piecesOf(claims, "refused", false), reached, passesAll);
  return statement(graph, claims, exact, records, reached, use);
}

/** Values that are tried before it is believed that none of a node is taken. */
const DOUBTS = 8;

/** Whether a reader takes some value that holds one of a node, as far as trying tells. */
function isTakenAt(graph: Graph, node: Node): boolean {
  return (
    search(graph, { node, condition: always }, (trial) => trial.kind !== "refused", { tries: DOUBTS }).found !== null
  );
}

/** Nodes for which several claims together leave no value, though each alone leaves some. */
function refusedTogether(graph: Graph, claims: readonly Claim[]): readonly Piece[] {
  const conditions = new Map<Node, Condition[]>();
  for (const { outcome, piece } of claims) {
    if (outcome !== "refused" || isConstant(piece.condition, true)) continue;
    const known = conditions.get(piece.node) ?? [];
    conditions.set(piece.node, known);
    known.push(piece.condition);
  }
  return [...conditions].flatMap(([node, several]) => {
    const isWhole = several.length > 1 && isAlwaysTrue(anyOf(several), node.writer);
    return isWhole && !isTakenAt(graph, node) ? [{ node, condition: always }] : [];
  });
}

/** A value that shows to people, too, what an effect does; null where there is none, or any will do. */
function tellingSearch(graph: Graph, effect: PlacedEffect, wanted: Wanted, options: SearchOptions): Search | null {
  if (effect.telling === undefined) return null;
  const condition = allOf([effect.when, effect.telling]);
  if (isConstant(condition, false)) return null;
  const shown = search(graph, { node: effect.node, condition }, wanted, options);
  return shown.found === null ? null : shown;
}

/** What a trial of a record must come to. */
type Wanted = (trial: Trial, value: Value, root: Root) => boolean;

/** What an effect claims once a misreading was looked for; null where it comes to nothing. */
function claimOf(
  graph: Graph,
  effect: PlacedEffect,
  isShown: boolean,
  avoid: Avoided,
): { readonly claim: Claim | null; readonly found: Example | null } {
  const piece = { node: effect.node, condition: effect.when };
  const { outcome, atMost, entry } = effect;
  if (outcome === "refused") {
    if (effect.proved !== true || isTakenAt(graph, effect.node)) {
      return { claim: { outcome, piece, atMost, entry, effect }, found: null };
    }
    return { claim: { outcome, piece: { ...piece, condition: always }, atMost: false, entry, effect }, found: null };
  }
  // One value that is misread shows that the change corrupts; the others need no proof of their own.
  if (isShown) return { claim: { outcome, piece, atMost, entry, effect }, found: null };
  return misreadingClaim(graph, effect, () => true, { avoid });
}

/** What an effect claims that is said to be misread, by a search for a value of which it is true. */
export function misreadingClaim(
  graph: Graph,
  effect: PlacedEffect,
  isMeant: (example: Example) => boolean,
  options: SearchOptions,
): { readonly claim: Claim | null; readonly found: Example | null } {
  const piece = { node: effect.node, condition: effect.when };
  const { outcome, atMost, entry } = effect;
  const wanted: Wanted = (trial, value, root) =>
    (trial.kind === "misread" || (effect.byDefinition === true && trial.kind === "taken")) &&
    isMeant({ root, value, trial });
  const { found, against, isPossible } =
    tellingSearch(graph, effect, wanted, options) ?? search(graph, piece, wanted, options);
  // Where no value at all could be made nothing is known, and the worst is said.
  if (found !== null || !isPossible) return { claim: { outcome, piece, atMost, entry, effect }, found };
  if (effect.otherwise === "nothing") return { claim: null, found: null };
  const refused = { outcome: "refused", piece, atMost: atMost || against !== null, entry, effect } as const;
  return { claim: refused, found: null };
}
