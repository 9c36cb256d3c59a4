/** How two lists pair: indices into the other one, -1 where an element has no partner. */
export interface Alignment {
  readonly ofA: Int32Array;
  readonly ofB: Int32Array;
  /** 1 for elements of b whose partner does not stand where the order of the others has it: they were moved. */
  readonly moved: Uint8Array;
}

/**
 * What lists are paired by. Of equal elements the numbers are equal, too; where others happen to share one, two unequal elements are paired, and
 * told as changed.
 */
export interface Elements {
  readonly same: (i: number, j: number) => boolean;
  readonly a: (i: number) => number;
  readonly b: (j: number) => number;
}

/** Differences that are looked for between two stretches before they are paired by place: the work is at most this times their length. */
const MOST_EDITS = 64;

/** Pairs elements by key. A key that stands more than once pairs in the order of its elements. */
export function alignByKey(a: readonly string[], b: readonly string[]): Alignment {
  const alignment = emptyAlignment(a.length, b.length);
  const waiting = new Map<string, { readonly at: number[]; next: number }>();
  for (const [i, key] of a.entries()) {
    const known = waiting.get(key);
    if (known === undefined) waiting.set(key, { at: [i], next: 0 });
    else known.at.push(i);
  }
  for (const [j, key] of b.entries()) {
    const known = waiting.get(key);
    const i = known?.at[known.next];
    if (known === undefined || i === undefined) continue;
    known.next++;
    pair(alignment, i, j);
  }
  markMoved(alignment);
  return alignment;
}

/**
 * Pairs elements by content and place, in time that grows with their number. Equal ends first; then what stands once in both, and its equal
 * neighbours, wherever it stands; then what is equal in order between these; what is left over in the same gap by its place, to be told as changed.
 */
export function alignByContent(lengthA: number, lengthB: number, elements: Elements): Alignment {
  const alignment = emptyAlignment(lengthA, lengthB);
  let start = 0;
  while (start < lengthA && start < lengthB && elements.same(start, start)) pair(alignment, start, start++);
  let endA = lengthA;
  let endB = lengthB;
  while (endA > start && endB > start && elements.same(endA - 1, endB - 1)) pair(alignment, --endA, --endB);
  const symbols = new Map<number, number>();
  const symbolOf = (content: number): number => {
    const known = symbols.get(content);
    if (known !== undefined) return known;
    symbols.set(content, symbols.size);
    return symbols.size - 1;
  };
  const x = new Int32Array(lengthA);
  const y = new Int32Array(lengthB);
  for (let i = start; i < endA; i++) x[i] = symbolOf(elements.a(i));
  for (let j = start; j < endB; j++) y[j] = symbolOf(elements.b(j));
  pairUnique(alignment, x, y, { start, endA, endB }, symbols.size);
  markMoved(alignment);
  fillGaps(alignment, x, y);
  return alignment;
}

function emptyAlignment(a: number, b: number): Alignment {
  return { ofA: new Int32Array(a).fill(-1), ofB: new Int32Array(b).fill(-1), moved: new Uint8Array(b) };
}

function pair({ ofA, ofB }: Alignment, i: number, j: number): void {
  ofA[i] = j;
  ofB[j] = i;
}

/** Heckel's algorithm: what stands once on both sides is the same, and so are its equal neighbours. */
function pairUnique(
  alignment: Alignment,
  x: Int32Array,
  y: Int32Array,
  { start, endA, endB }: { readonly start: number; readonly endA: number; readonly endB: number },
  symbols: number,
): void {
  const countA = new Int32Array(symbols);
  const countB = new Int32Array(symbols);
  const whereA = new Int32Array(symbols);
  for (let i = start; i < endA; i++) {
    const symbol = x[i] ?? 0;
    countA[symbol] = (countA[symbol] ?? 0) + 1;
    whereA[symbol] = i;
  }
  for (let j = start; j < endB; j++) {
    const symbol = y[j] ?? 0;
    countB[symbol] = (countB[symbol] ?? 0) + 1;
  }
  for (let j = start; j < endB; j++) {
    const symbol = y[j] ?? 0;
    if (countA[symbol] === 1 && countB[symbol] === 1) pair(alignment, whereA[symbol] ?? 0, j);
  }
  const { ofA, ofB } = alignment;
  const spread = (j: number, step: 1 | -1): void => {
    const i = ofB[j] ?? -1;
    const [k, l] = [i + step, j + step];
    if (i < 0 || k < start || l < start || k >= endA || l >= endB) return;
    if (ofA[k] === -1 && ofB[l] === -1 && x[k] === y[l]) pair(alignment, k, l);
  };
  for (let j = start; j < endB; j++) spread(j, 1);
  for (let j = endB - 1; j >= start; j--) spread(j, -1);
}

/** Marks the pairs outside a longest sequence of pairs that keep their order. */
function markMoved({ ofB, moved }: Alignment): void {
  const before = new Int32Array(ofB.length).fill(-1);
  // The last element of the best sequence of each length.
  const ends: number[] = [];
  let last = -1;
  for (let j = 0; j < ofB.length; j++) {
    const i = ofB[j] ?? -1;
    if (i < 0) continue;
    moved[j] = 1;
    let low = 0;
    let high = ends.length;
    // Mostly it goes on the end.
    if (high > 0 && (ofB[ends[high - 1] ?? 0] ?? 0) < i) low = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ofB[ends[middle] ?? 0] ?? 0) < i) low = middle + 1;
      else high = middle;
    }
    before[j] = low === 0 ? -1 : (ends[low - 1] ?? -1);
    ends[low] = j;
    if (low === ends.length - 1) last = j;
  }
  for (let j = last; j >= 0; j = before[j] ?? -1) moved[j] = 0;
}

/** Pairs what is left between two pairs that keep their order. */
function fillGaps(alignment: Alignment, x: Int32Array, y: Int32Array): void {
  const { ofA, ofB, moved } = alignment;
  let gapA: number[] = [];
  let gapB: number[] = [];
  let i = 0;
  const close = (until: number): void => {
    for (; i < until; i++) if (ofA[i] === -1) gapA.push(i);
    if (gapA.length > 0 && gapB.length > 0) fillGap(alignment, x, y, gapA, gapB);
    gapA = [];
    gapB = [];
  };
  for (let j = 0; j < ofB.length; j++) {
    const partner = ofB[j] ?? -1;
    if (partner < 0) gapB.push(j);
    else if (moved[j] === 0) {
      close(partner);
      i = partner + 1;
    }
  }
  close(ofA.length);
}

function fillGap(
  alignment: Alignment,
  x: Int32Array,
  y: Int32Array,
  gapA: readonly number[],
  gapB: readonly number[],
): void {
  const equals = equalInOrder(
    gapA.map((i) => x[i] ?? 0),
    gapB.map((j) => y[j] ?? 0),
  );
  let [a, b] = [0, 0];
  for (const [nextA, nextB] of [...equals, [gapA.length, gapB.length] as const]) {
    for (; a < nextA && b < nextB; a++, b++) pair(alignment, gapA[a] ?? 0, gapB[b] ?? 0);
    if (nextA < gapA.length) pair(alignment, gapA[nextA] ?? 0, gapB[nextB] ?? 0);
    [a, b] = [nextA + 1, nextB + 1];
  }
}

/** The pairs of a shortest edit script, by Myers' greedy algorithm; none where that would take too many edits. */
function equalInOrder(a: readonly number[], b: readonly number[]): readonly (readonly [number, number])[] {
  const most = Math.min(MOST_EDITS, a.length + b.length);
  const trace: Int32Array[] = [];
  const reach = new Int32Array(2 * most + 3);
  const middle = most + 1;
  for (let edits = 0; edits <= most; edits++) {
    trace.push(reach.slice());
    for (let k = -edits; k <= edits; k += 2) {
      let i = stepsDown(reach, middle, k, edits) ? (reach[middle + k + 1] ?? 0) : (reach[middle + k - 1] ?? 0) + 1;
      while (i < a.length && i - k < b.length && a[i] === b[i - k]) i++;
      reach[middle + k] = i;
      if (i >= a.length && i - k >= b.length) return walkBack(trace, middle, a.length, b.length);
    }
  }
  return [];
}

function stepsDown(reach: Int32Array, middle: number, k: number, edits: number): boolean {
  return k === -edits || (k !== edits && (reach[middle + k - 1] ?? 0) < (reach[middle + k + 1] ?? 0));
}

function walkBack(
  trace: readonly Int32Array[],
  middle: number,
  lengthA: number,
  lengthB: number,
): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let [i, j] = [lengthA, lengthB];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const reach = trace[edits];
    if (reach === undefined) break;
    const k = i - j;
    const from = stepsDown(reach, middle, k, edits) ? k + 1 : k - 1;
    const startA = edits === 0 ? 0 : (reach[middle + from] ?? 0);
    const startB = edits === 0 ? 0 : startA - from;
    while (i > startA && j > startB) pairs.push([--i, --j]);
    [i, j] = [startA, startB];
  }
  return pairs.reverse();
}
