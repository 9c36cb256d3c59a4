import type { Span } from "../text.ts";
import type { Comment } from "./ast.ts";
import type { Line, Row } from "./layout.ts";
import type { Pieces } from "./pieces.ts";

/** Rows and the comments around them, and those behind the `{` on its line. */
export interface Lines {
  readonly opening: readonly Comment[];
  readonly lines: readonly Line[];
}

/** Places the rows of nodes, and the comments from behind a `{` at `start`, or from the start of the file if that is null, to `end`. */
export function placeLines<N extends { readonly span: Span }>(
  pieces: Pieces,
  nodes: readonly N[],
  start: number | null,
  end: number,
  row: (node: N) => Row,
): Lines {
  const placement = new Placement(pieces.source.text, start);
  for (const node of nodes) {
    const { span } = node;
    const prefix = placement.comments(pieces.takeBefore(span.start), span.start);
    placement.row(row(node), span, prefix);
    // What stood before the `;` is behind it now; before a `}` nothing is left.
    const tail = pieces.takeBefore(span.end - 1);
    pieces.moved += tail.length;
    for (const comment of tail) placement.behind(comment);
  }
  placement.comments(pieces.takeBefore(end), null);
  return placement;
}

/** A comment on a line of its own. */
export function ownLine(comment: Comment): Line & { readonly trailing: Comment[] } {
  return { row: comment, blankBefore: false, prefix: [], trailing: [] };
}

/** Goes down a body or file and gives every comment a line. */
class Placement implements Lines {
  readonly opening: Comment[] = [];
  readonly lines: (Line & { readonly trailing: Comment[] })[] = [];
  private readonly text: string;
  private readonly inBody: boolean;
  /** Where what was placed last ends. */
  private last: number;

  constructor(text: string, start: number | null) {
    this.text = text;
    this.inBody = start !== null;
    this.last = start ?? 0;
  }

  row(row: Row, span: Span, prefix: readonly Comment[]): void {
    const start = prefix[0]?.span.start ?? span.start;
    this.lines.push({ row, blankBefore: this.blankBefore(start), prefix, trailing: [] });
    this.last = span.end;
  }

  /** Places comments before something that starts at `next`, null for the end; those that go before it on its line are the result. */
  comments(comments: readonly Comment[], next: number | null): readonly Comment[] {
    const prefix: Comment[] = [];
    for (const comment of comments) {
      const { start, end } = comment.span;
      const beforeNext = comment.kind === "block" && next !== null && this.breaks(end, next) === 0;
      // Between two rows on one line a comment belongs to the first, between `{` and a row to the row.
      const behindLast = this.breaks(this.last, start) === 0 && !(beforeNext && this.lines.length === 0);
      if (prefix.length === 0 && behindLast && this.append(comment)) this.last = end;
      else if (beforeNext) prefix.push(comment);
      else {
        this.lines.push({ ...ownLine(comment), blankBefore: this.blankBefore(start) });
        this.last = end;
      }
    }
    return prefix;
  }

  /** Puts a comment behind the last row, or below where a `//` comment is there already. */
  behind(comment: Comment): void {
    if (!this.append(comment)) this.lines.push(ownLine(comment));
  }

  private append(comment: Comment): boolean {
    const line = this.lines.at(-1);
    if (line === undefined && !this.inBody) return false;
    const behind = line?.trailing ?? this.opening;
    const before = behind.at(-1) ?? (line !== undefined && "span" in line.row ? line.row : undefined);
    if (before !== undefined && before.kind !== "block") return false;
    behind.push(comment);
    return true;
  }

  private blankBefore(start: number): boolean {
    return this.lines.length > 0 && this.breaks(this.last, start) > 1;
  }

  private breaks(from: number, to: number): number {
    return this.text.slice(from, to).match(/\r\n|[\n\r]/g)?.length ?? 0;
  }
}
