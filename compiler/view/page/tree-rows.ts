import type { Entry } from "../entry.ts";

/** An entry that is unfolded, and those below it that are. */
interface Branch {
  readonly entry: Entry;
  /** Ascending by the entry's index. */
  below: Branch[];
  /** Rows below the entry. */
  rows: number;
}

/** A row of the tree. */
export interface TreeRow {
  readonly entry: Entry;
  readonly depth: number;
  readonly isOpen: boolean;
}

/** Which row is which entry, without a list of rows: a table that is unfolded has as many as the dump has bytes. */
export class TreeRows {
  readonly #root: Branch;

  constructor(root: Entry) {
    this.#root = { entry: root, below: [], rows: root.children.count };
  }

  get count(): number {
    return this.#root.rows;
  }

  at(row: number): TreeRow {
    let branch = this.#root;
    let rest = row;
    for (let depth = 0; ; depth++) {
      // Rows that unfolded children before this one add.
      let added = 0;
      let next: Branch | null = null;
      for (const one of branch.below) {
        const own = one.entry.index + added;
        if (rest <= own) break;
        if (rest <= own + one.rows) {
          rest -= own + 1;
          next = one;
          break;
        }
        added += one.rows;
      }
      if (next !== null) {
        branch = next;
        continue;
      }
      const index = rest - added;
      const open = branch.below.find((one) => one.entry.index === index);
      return { entry: open?.entry ?? branch.entry.children.at(index), depth, isOpen: open !== undefined };
    }
  }

  /** The row of an entry, whose parents are unfolded for it. */
  rowOf(entry: Entry): number {
    this.#unfold(entry.parent);
    let row = -1;
    let branch = this.#root;
    for (const one of entry.way.slice(1)) {
      const before = branch.below.filter((each) => each.entry.index < one.index);
      row += 1 + one.index + before.reduce((sum, { rows }) => sum + rows, 0);
      const next = branch.below.find((each) => each.entry.index === one.index);
      if (next === undefined) break;
      branch = next;
    }
    return row;
  }

  isOpen(entry: Entry): boolean {
    return this.#find(entry) !== null;
  }

  open(entry: Entry): void {
    this.#unfold(entry);
  }

  close(entry: Entry): void {
    const parent = entry.parent === null ? null : this.#find(entry.parent);
    const branch = parent?.below.find((one) => one.entry.index === entry.index);
    if (parent === null || branch === undefined) return;
    parent.below = parent.below.filter((one) => one !== branch);
    for (const one of this.#above(entry)) one.rows -= branch.rows;
  }

  #find(entry: Entry): Branch | null {
    let branch = this.#root;
    for (const one of entry.way.slice(1)) {
      const next = branch.below.find((each) => each.entry.index === one.index);
      if (next === undefined) return null;
      branch = next;
    }
    return branch;
  }

  /** The branches around an entry, outermost first. */
  #above(entry: Entry): readonly Branch[] {
    const branches = [this.#root];
    for (const one of entry.way.slice(1, -1)) {
      const next = branches.at(-1)?.below.find((each) => each.entry.index === one.index);
      if (next === undefined) break;
      branches.push(next);
    }
    return branches;
  }

  #unfold(entry: Entry | null): void {
    if (entry === null) return;
    const branches = [this.#root];
    for (const one of entry.way.slice(1)) {
      const parent = branches.at(-1) ?? this.#root;
      let next = parent.below.find((each) => each.entry.index === one.index);
      if (next === undefined) {
        next = { entry: one, below: [], rows: 0 };
        parent.below = [...parent.below, next].sort((a, b) => a.entry.index - b.entry.index);
        const { count } = one.children;
        next.rows = count;
        for (const above of branches) above.rows += count;
      }
      branches.push(next);
    }
  }
}
