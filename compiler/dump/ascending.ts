/** An id in a row of them, and how much speaks for it; nothing for one that cannot be. */
export interface Weighed {
  readonly id: number;
  readonly weight: number;
}

/**
 * The places of those that ascend if all others are left out, chosen so that the most speaks for them; of two that are as good, what stands
 * first.
 */
export function inOrder(all: readonly Weighed[]): ReadonlySet<number> {
  const ranks = new Map([...new Set(all.map(({ id }) => id))].sort((a, b) => a - b).map((id, rank) => [id, rank]));
  const best = new BestBelow(ranks.size);
  const before: (number | null)[] = [];
  let end: Place | null = null;
  for (const [at, { id, weight }] of all.entries()) {
    const rank = ranks.get(id) ?? 0;
    const previous = best.below(rank);
    before.push(previous?.at ?? null);
    if (weight === 0) continue;
    const here = { at, total: weight + (previous?.total ?? 0) };
    best.set(rank, here);
    if (end === null || isBetter(here, end)) end = here;
  }
  const kept = new Set<number>();
  for (let at = end?.at ?? null; at !== null; at = before[at] ?? null) kept.add(at);
  return kept;
}

/** The last of some that ascend, and what speaks for all of them. */
interface Place {
  readonly at: number;
  readonly total: number;
}

function isBetter(a: Place, b: Place): boolean {
  return a.total > b.total || (a.total === b.total && a.at < b.at);
}

/** The best place of those below a rank: a tree over the ranks. */
class BestBelow {
  readonly #tree: (Place | null)[];

  constructor(ranks: number) {
    this.#tree = Array.from({ length: ranks + 1 }, () => null);
  }

  set(rank: number, place: Place): void {
    for (let node = rank + 1; node < this.#tree.length; node += node & -node) {
      const there = this.#tree[node] ?? null;
      if (there === null || isBetter(place, there)) this.#tree[node] = place;
    }
  }

  below(rank: number): Place | null {
    let found: Place | null = null;
    for (let node = rank; node > 0; node -= node & -node) {
      const there = this.#tree[node] ?? null;
      if (there !== null && (found === null || isBetter(there, found))) found = there;
    }
    return found;
  }
}
