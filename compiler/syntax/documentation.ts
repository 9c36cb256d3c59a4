import type { Comment } from "./ast.ts";

/** Which `///` lines are the documentation of what. */
export class Documentation {
  private readonly text: string;
  private readonly comments: readonly Comment[];
  private readonly taken = new Set<Comment>();

  constructor(text: string, comments: readonly Comment[]) {
    this.text = text;
    this.comments = comments;
  }

  /** The `///` lines before an offset, each first on its line, without a blank line between them. */
  before(offset: number): string {
    let low = 0;
    let high = this.comments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.comments[middle]?.span.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    const lines: string[] = [];
    let below = offset;
    for (let i = low - 1; i >= 0; i--) {
      const comment = this.comments[i];
      if (comment === undefined) break;
      const gap = this.text.slice(comment.span.end, below);
      if (gap.trim() !== "" || (lines.length > 0 && /\n\s*\n|\r\s*\r/.test(gap.replaceAll("\r\n", "\n")))) break;
      below = comment.span.start;
      if (comment.kind !== "doc") {
        if (lines.length > 0) break;
        continue;
      }
      if (!isFirstOnLine(this.text, below)) break;
      this.taken.add(comment);
      lines.unshift(comment.text.slice(3).replace(/^ /, "").trimEnd());
    }
    return lines.join("\n");
  }

  /** The `///` lines that are the documentation of nothing; of lines that follow each other the first. */
  get lost(): readonly Comment[] {
    const stray = this.comments.filter((comment) => comment.kind === "doc" && !this.taken.has(comment));
    return stray.filter((comment, i) => {
      const before = stray[i - 1];
      return (
        before === undefined || !/^[ \t]*\r?[\n\r][ \t]*$/.test(this.text.slice(before.span.end, comment.span.start))
      );
    });
  }
}

/** Whether only blanks stand between an offset and the start of its line; looks no further back than those. */
export function isFirstOnLine(text: string, offset: number): boolean {
  let at = offset - 1;
  while (at >= 0 && (text[at] === " " || text[at] === "\t" || text[at] === "\ufeff")) at--;
  return at < 0 || text[at] === "\n" || text[at] === "\r";
}
