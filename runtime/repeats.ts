/** Fewer rows are short-lived enough that nothing is gained. */
const leastRows = 4096;

/** Values that are known of each column. */
const slots = 256;

/** How many values may be new before a column is taken for one that does not repeat, and how many of them one that was known makes up for. */
const patience = 256;
const reward = 8;

/** What a table's cells are read from. */
interface Cells {
  readonly words: Uint32Array;
  readonly longs: BigUint64Array;
}

/**
 * The u64 of a table that came before in their column: sizes and owners are few, and a bigint is an object of 24 bytes, of which a large table
 * has hundreds of thousands. The collector's work on them takes longer than all of decoding, so one that is known is given again instead of made
 * anew. A column in which hardly any repeats is soon read without a look.
 */
export class Repeats {
  private readonly words: Uint32Array;
  private readonly longs: BigUint64Array;
  /** Of each slot the lower and the upper half of its value: all are 0 at first. */
  private readonly halves: Uint32Array;
  private readonly values: bigint[];
  /** Of each column; none are left where it is read without a look. */
  private readonly chances: Int32Array;

  constructor({ words, longs }: Cells, columns: number) {
    this.words = words;
    this.longs = longs;
    this.halves = new Uint32Array(columns * slots * 2);
    this.values = new Array<bigint>(columns * slots).fill(0n);
    this.chances = new Int32Array(columns).fill(patience);
  }

  /** The u64 at an index of the longs, which is of a column. */
  long(column: number, index: number): bigint {
    const { words, longs, halves, values, chances } = this;
    const left = chances[column]!;
    if (left === 0) return longs[index]!;
    const low = words[index * 2]!;
    const high = words[index * 2 + 1]!;
    const slot = column * slots + (Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1) >>> 24);
    if (halves[slot * 2] === low && halves[slot * 2 + 1] === high) {
      if (left < patience) chances[column] = left + reward;
      return values[slot]!;
    }
    chances[column] = left - 1;
    halves[slot * 2] = low;
    halves[slot * 2 + 1] = high;
    return (values[slot] = longs[index]!);
  }
}

/** What is known of a table's columns; null where it has too few rows for it. */
export function repeatsOf(cells: Cells, rows: number, columns: number): Repeats | null {
  return rows < leastRows ? null : new Repeats(cells, columns);
}
