import type { Doc } from "prettier";
import { builders } from "prettier/doc";
import type { IToken } from "../../node_modules/chevrotain/lib/chevrotain.min.mjs";
import type { Source } from "../text.ts";
import type { Comment } from "./ast.ts";
import { endOf } from "./tokens.ts";

const { breakParent, hardline, join, lineSuffix, lineSuffixBoundary, literalline } = builders;

/** Tokens without a blank before them. */
const closeToPrevious: ReadonlySet<string> = new Set([".", "..", ",", "?", "(", ")", "[", "]"]);

/**
 * The tokens of a file with the comments between them. A printer goes through the tokens of a piece in their order, and what comments
 * stand before or behind a token go with it, wherever the piece is printed. Every comment is handed out exactly once.
 */
export class Pieces {
  readonly source: Source;
  private readonly tokens: readonly IToken[];
  /** Comments by the index of the token after them; the end of the file counts as one. */
  private readonly gaps = new Map<number, Comment[]>();
  /** `//` comments by the index of the token that they stand behind, among the tokens of a declaration. */
  private readonly trailing = new Map<number, Comment>();
  private cursor = 0;
  /** Whether there are comments in the declaration that is being printed. */
  private commented = false;
  /** Whether the last token has a `//` comment behind it, which ends the line. */
  private pending = false;
  /** The token printed before this one. */
  private previous = "";
  /** Whether a blank was asked for behind the last token. */
  private blanked = false;
  /** How many comments within declarations were handed out: those may lie differently when read again. */
  moved = 0;

  constructor(source: Source, tokens: readonly IToken[], comments: readonly Comment[]) {
    this.source = source;
    this.tokens = tokens;
    let index = 0;
    for (const comment of comments) {
      while ((tokens[index]?.startOffset ?? Infinity) < comment.span.start) index++;
      const gap = this.gaps.get(index);
      if (gap !== undefined) gap.push(comment);
      else if (this.isTrailing(comment, index)) this.trailing.set(index - 1, comment);
      else this.gaps.set(index, [comment]);
    }
  }

  /** A `//` comment on the line of the token before it, if more tokens of its declaration follow. */
  private isTrailing(comment: Comment, next: number): boolean {
    const previous = this.tokens[next - 1];
    const following = this.tokens[next];
    if (comment.kind === "block" || previous === undefined || following === undefined) return false;
    if (this.trailing.has(next - 1) || /^[;{}]$/.test(previous.image) || /^[;{}]$/.test(following.image)) return false;
    return !/[\n\r]/.test(this.source.text.slice(endOf(previous), comment.span.start));
  }

  /** Goes to the first token of a declaration, or of its part up to `end`. */
  enter(start: number, end: number): void {
    this.cursor = this.indexOf(start);
    this.pending = false;
    this.commented = false;
    const last = this.indexOf(end);
    for (let index = this.cursor; index < last && !this.commented; index++) {
      this.commented = this.trailing.has(index) || (index > this.cursor && this.gaps.has(index));
    }
  }

  /** Goes to the token at an offset of the same declaration. */
  seek(offset: number): void {
    this.pending = false;
    this.cursor = this.indexOf(offset);
  }

  private indexOf(offset: number): number {
    let low = 0;
    let high = this.tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tokens[middle]?.startOffset ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The text of the next token; "" at the end. */
  peek(): string {
    return this.tokens[this.cursor]?.image ?? "";
  }

  /** Takes the comments between the token at or after an offset and the token before it. */
  takeBefore(offset: number): readonly Comment[] {
    return this.take(this.indexOf(offset));
  }

  /** True once every comment was handed out. */
  done(): boolean {
    return this.gaps.size === 0 && this.trailing.size === 0;
  }

  private take(index: number): readonly Comment[] {
    const comments = this.gaps.get(index) ?? [];
    this.gaps.delete(index);
    return comments;
  }

  /** The start of the next `{` at or after an offset. */
  brace(offset: number): number {
    let index = this.indexOf(offset);
    while (index < this.tokens.length && this.tokens[index]?.image !== "{") index++;
    return this.tokens[index]?.startOffset ?? this.source.text.length;
  }

  /** The blank before the next token, which a `//` comment before it replaces. */
  blank(): string {
    this.blanked = true;
    return this.pending ? "" : " ";
  }

  /** Prints the next `count` tokens without blanks between them. */
  next(count = 1): Doc {
    return count === 1 ? this.token(false) : Array.from({ length: count }, () => this.token(false));
  }

  /** Prints the next token, which follows a place where the line may break: comments on lines of their own stay so. */
  nextUnit(): Doc {
    return this.token(true);
  }

  /** Prints the next token, which does not belong to the one before it as the `(` of a call does. */
  nextApart(): Doc {
    return this.token(false, true);
  }

  /** A `;` or `{` that is no token of the pieces; the comments before it are the caller's. */
  closing(mark: string): Doc {
    return this.commented ? [lineSuffixBoundary, mark] : mark;
  }

  private token(startsUnit: boolean, apart = false): Doc {
    const token = this.tokens[this.cursor];
    if (token === undefined) throw new Error("there is no token left to print");
    const before = this.take(this.cursor);
    const after = this.trailing.get(this.cursor);
    this.trailing.delete(this.cursor);
    const lineEnded = this.pending;
    this.pending = after !== undefined;
    this.cursor++;
    if (!this.commented) return token.image;
    this.moved += before.length + (after === undefined ? 0 : 1);
    // A `//` comment that is still to come must end before this token.
    const parts: Doc[] = [lineSuffixBoundary];
    const isClose = closeToPrevious.has(token.image) && !/^[([]$/.test(this.previous);
    const closesUp = !startsUnit && !apart && !this.blanked && isClose;
    this.blanked = false;
    this.previous = token.image;
    for (const comment of before) {
      if (comment.kind === "block") parts.push(closesUp ? [" ", commentDoc(comment)] : [commentDoc(comment), " "]);
      else parts.push(startsUnit || lineEnded ? "" : hardline, commentDoc(comment), hardline);
    }
    parts.push(token.image);
    if (after !== undefined) parts.push(lineSuffix([" ", commentDoc(after)]), breakParent);
    return parts;
  }
}

/** A comment as it is printed; the lines of a block comment with a column of `*` are laid out anew, those of others stay as they are. */
export function commentDoc(comment: Comment): Doc {
  const lines = comment.text.split(/\r\n|[\n\r]/).map((line) => line.trimEnd());
  const [first = "", ...rest] = lines;
  if (rest.length === 0) return first;
  if (rest.every((line) => line.trimStart().startsWith("*"))) {
    return join(hardline, [first, ...rest.map((line) => ` ${line.trimStart()}`)]);
  }
  return join(literalline, lines);
}
