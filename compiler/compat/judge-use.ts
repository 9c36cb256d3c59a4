import { readFrom } from "./effects.ts";
import { fold, type Piece } from "./fold.ts";
import type { Edge, Node } from "./graph.ts";
import {
  misreadingClaim,
  passesAll,
  passesRead,
  verdictOf,
  type ChangeVerdict,
  type Claim,
  type PairVerdict,
} from "./judge.ts";
import { hiddenMisreading, refusedNodes } from "./lifted.ts";
import type { Misreading } from "./meaning.ts";
import { TRIES, type Example } from "./search.ts";
import { toldAt } from "./spots.ts";
import { isUsedHere, usesOf, type Use } from "./uses.ts";

/** A member that leads to a change in an imported module, and what the change does there. */
export interface JudgedUse {
  readonly use: Use;
  readonly verdict: ChangeVerdict;
}

/**
 * A change in an imported module at each member of the judged one that leads to it: what it would do if it were used there alone. Where it does
 * nothing, it is left out.
 */
export function judgeUses(pair: PairVerdict, one: ChangeVerdict): readonly JudgedUse[] {
  const uses = usesOf(pair.graph, one.claims, TRIES);
  const asWhole = uses.map((use) => ({ use, verdict: one }));
  if (uses.length < 2 || one.verdict === "always") return asWhole;
  const folding = new Folding(pair, one.claims);
  const judged = uses.map((use) => ({ use, verdict: judgeUse(pair, one, use, folding) }));
  // What is known to corrupt is told somewhere, though no search of a single place has come upon it.
  if (one.corrupting && !judged.some(({ verdict }) => verdict.corrupting)) return asWhole;
  const minded = judged.filter(({ verdict }) => verdict.verdict !== "always" || verdict.hides !== null);
  return minded.length === 0 ? asWhole : minded;
}

function judgeUse(pair: PairVerdict, one: ChangeVerdict, use: Use, folding: Folding): ChangeVerdict {
  const { graph, reached } = pair;
  const told = folding.claimsIn(use);
  const confirmed = confirmedAt(pair, use, told);
  const claims = (confirmed.claims === told ? folding : new Folding(pair, confirmed.claims)).liftedTo(
    use,
    confirmed.claims,
  );
  const made = { change: one.change, claims, example: confirmed.example, hides: one.hides ?? confirmed.hides, use };
  const judged = verdictOf(graph, made, [], reached, true);
  return judged.corrupting ? { ...judged, hides: null } : judged;
}

/** What is claimed to be misread in one use, as far as a value that is misread there is found; otherwise what holds of it then. */
function confirmedAt(
  pair: PairVerdict,
  use: Use,
  claims: readonly Claim[],
): { readonly claims: readonly Claim[]; readonly example: Example | null; readonly hides: Misreading | null } {
  const { graph, refusals } = pair;
  let example: Example | null = null;
  const confirmed = claims.flatMap((claim): readonly Claim[] => {
    if (claim.outcome === "refused" || example !== null || use.tries === 0) return [claim];
    const options = { tries: use.tries, avoid: refusals, leads: use.leads };
    const isHere = (shown: Example): boolean => toldAt(use, shown) !== null;
    const { claim: found, found: shown } = misreadingClaim(graph, claim.effect, isHere, options);
    example = shown;
    // A few values prove nothing.
    if (use.tries < TRIES) return [claim];
    return found === null ? [] : [found];
  });
  const isAsSaid =
    confirmed.length === claims.length && confirmed.every((claim, i) => claim.outcome === claims[i]?.outcome);
  if (isAsSaid) return { claims, example, hides: null };
  return { claims: confirmed, example, hides: example === null ? hiddenAt(pair, use, claims) : null };
}

const refusedIn = new WeakMap<PairVerdict, ReadonlySet<Node>>();

/** What would be misread in one use if other changes did not refuse all that could show it; null where nothing is. */
function hiddenAt(pair: PairVerdict, use: Use, claims: readonly Claim[]): Misreading | null {
  const { graph, whole } = pair;
  const refused = refusedIn.get(pair) ?? refusedNodes(graph, whole);
  refusedIn.set(pair, refused);
  if (![...use.nodes].some((node) => refused.has(node))) return null;
  for (const { outcome, effect } of claims) {
    const hides = outcome === "misread" ? hiddenMisreading(graph, effect, []) : null;
    if (hides !== null) return hides;
  }
  return null;
}

/** The groups in which claims are carried up, and the edges that each of them passes. */
const groups: readonly (Pick<Claim, "outcome" | "atMost"> & { readonly passes: (edge: Edge) => boolean })[] = [
  { outcome: "refused", atMost: false, passes: passesAll },
  { outcome: "refused", atMost: true, passes: passesAll },
  { outcome: "misread", atMost: false, passes: passesRead },
  { outcome: "misread", atMost: true, passes: passesRead },
];

interface Risen extends Pick<Claim, "outcome" | "atMost"> {
  readonly passes: (edge: Edge) => boolean;
  readonly claims: readonly Claim[];
  readonly pieces: readonly Piece[];
  readonly whole: ReadonlySet<Node>;
}

const readIn = new WeakMap<PairVerdict, ReadonlySet<Node>>();

/** Claims carried up through other modules as far as the members of the judged one, once for all of its uses. */
class Folding {
  readonly #pair: PairVerdict;
  readonly #risen: readonly Risen[];
  readonly #read: ReadonlySet<Node>;

  constructor(pair: PairVerdict, claims: readonly Claim[]) {
    const { reached, graph } = pair;
    this.#pair = pair;
    const below = claims.filter((claim) => !isUsedHere(graph.module, claim));
    this.#risen = groups.map((group): Risen => {
      const own = below.filter(({ outcome, atMost }) => outcome === group.outcome && atMost === group.atMost);
      const passes = (edge: Edge): boolean => edge.from.pair.module !== graph.module && group.passes(edge);
      const pieces = own.map(({ piece }) => piece);
      return { ...group, claims: own, ...fold(pieces, reached, passes) };
    });
    const read = readIn.get(pair) ?? readFrom(graph);
    readIn.set(pair, read);
    this.#read = read;
  }

  /** What is claimed of something that lies in a use, or of the member itself. */
  claimsIn(use: Use): readonly Claim[] {
    const lying = this.#risen.flatMap(({ claims, outcome, passes }) => {
      if (claims.length === 0) return [];
      const below = use.below(this.#passing(outcome, passes));
      return claims.filter(({ piece }) => below.has(piece.node));
    });
    return [...use.own, ...lying];
  }

  /** The same (`claimed`), said of the member where it happens to all that lies in it. */
  liftedTo(use: Use, claimed: readonly Claim[]): readonly Claim[] {
    const lifted = this.#risen.flatMap(({ claims, outcome, atMost, passes, pieces, whole }): readonly Claim[] => {
      const [first] = claims;
      if (first === undefined) return [];
      const passing = this.#passing(outcome, passes);
      const { effect } = first;
      const below = use.below(passing);
      const held = [...use.edges].flatMap((edge): readonly Claim[] => {
        if (!passing(edge) || !whole.has(edge.to)) return [];
        return [{ outcome, atMost, effect, piece: { node: edge.from, condition: edge.holds }, entry: use.entry }];
      });
      const inside = pieces.filter(({ node }) => below.has(node));
      return [...held, ...inside.map((piece): Claim => ({ outcome, atMost, effect, piece, entry: null }))];
    });
    return [...claimed.filter((claim) => isUsedHere(this.#pair.graph.module, claim)), ...lifted];
  }

  #passing(outcome: Claim["outcome"], passes: (edge: Edge) => boolean): (edge: Edge) => boolean {
    const { graph, reached } = this.#pair;
    const holders = outcome === "misread" ? this.#read : reached;
    return (edge) => passes(edge) && (edge.from.pair.module !== graph.module || holders.has(edge.from));
  }
}
