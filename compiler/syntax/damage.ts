import type { Span } from "../text.ts";

/** A stretch of text. */
export type Piece = Pick<Span, "start" | "end">;

/** What of a file could not be read. Later stages look at the rest, and say nothing that only follows from this. */
export interface Damage {
  /** Stretches of text that hold something unreadable, apart from each other and in text order. */
  readonly spans: readonly Piece[];
  /** Words that may be names of what could not be read. */
  readonly names: ReadonlySet<string>;
  /** Nodes that hold something unreadable, those around them included. */
  readonly nodes: ReadonlySet<object>;
  /** Whether there is a declaration of which not even the name could be read. */
  readonly nameless: boolean;
  /** The same of a member, value, bit or alternative. */
  readonly unnamedEntry: boolean;
  /** Whether there may be imports, and versions, that could not be read. */
  readonly imports: boolean;
  readonly versions: boolean;
  /** Whether a large part of the file may be missing, so that any name may be in it. */
  readonly anything: boolean;
}

/** Whether a word may be the name of a member, value, bit or alternative that could not be read. */
export function mayName({ anything, unnamedEntry, names }: Damage, word: string): boolean {
  return anything || unnamedEntry || names.has(word);
}

/** Whether a word may be the name of a declaration that could not be read. */
export function mayDeclare({ anything, nameless, names }: Damage, word: string): boolean {
  return anything || nameless || names.has(word);
}

/** Whether an offset lies in or right behind one of some pieces, which are apart from each other and in text order. */
export function isInside(pieces: readonly Piece[], offset: number): boolean {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.end ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return (pieces[low]?.start ?? Infinity) <= offset;
}
