import {
  isRecognitionException,
  type IToken,
  type TokenType,
} from "../../node_modules/chevrotain/lib/chevrotain.min.mjs";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/syntax.ts";
import { positionAt, type Source, type Span } from "../text.ts";
import type { Comment, Name } from "./ast.ts";
import type { PassedOver, Place } from "./passed-over.ts";
import { Documentation } from "./documentation.ts";
import { describe, expectationOf, suggestion, type Expectation } from "./expectation.ts";
import { ExpressionGrammar } from "./expression.ts";
import { TooDeep } from "./names.ts";
import * as token from "./tokens.ts";

const { words, marks } = token;

/** After this many mistakes the rest of a file is not looked at. */
export const mostMistakes = 50;

/**
 * How the parser goes on after a mistake. chevrotain's own recovery guesses by single tokens; a schema has better marks: a `;`, a
 * brace, a line that starts as a member or a declaration does. So a mistake unwinds to the item or entry that holds it, is reported
 * once, and reading goes on at the next such mark.
 */
export class RecoveringGrammar extends ExpressionGrammar {
  protected documentation = new Documentation("", []);
  private lexical: readonly Diagnostic[] = [];
  /** True once there were too many mistakes. */
  protected stopped = false;
  /** The nodes that are being read, outermost first. */
  private readonly open: object[] = [];
  private nodes = new Set<object>();
  private stretches: PassedOver["stretches"][number][] = [];
  private nameless = false;
  /** The node that was read last, where it ended whole. */
  private last: { readonly span: Span } | undefined;

  /** Takes the tokens of a text to be read. */
  protected start(
    source: Source,
    tokens: IToken[],
    comments: readonly Comment[],
    lexical: readonly Diagnostic[],
  ): void {
    this.input = tokens;
    this.source = source;
    this.documentation = new Documentation(source.text, comments);
    this.lexical = lexical;
    this.diagnostics = [];
    this.stopped = false;
    this.open.length = 0;
    this.nodes = new Set();
    this.stretches = [];
    this.nameless = false;
    this.last = undefined;
  }

  /** Reads something; a mistake in it is reported, and reading goes on after it. False if there was one. */
  protected attempt(read: () => void, place: Place): boolean {
    const first = this.LA(1);
    const depth = this.open.length;
    try {
      read();
      return true;
    } catch (error) {
      this.reportError(error);
      const named = this.open.length > depth;
      for (const node of this.open) this.nodes.add(node);
      this.open.length = depth;
      this.synchronize(place);
      this.passed(first, place, named);
      return false;
    }
  }

  /** The name of a declaration; where there is none but the rest is, that is reported and the rest is read. */
  protected declaredName(read: () => Name): Name {
    const follows = ({ tokenType }: IToken): boolean =>
      tokenType === marks.at || tokenType === marks.openBrace || tokenType === marks.colon;
    try {
      return read();
    } catch (error) {
      if (!follows(this.LA(1)) && !follows(this.LA(2))) throw error;
      this.reportError(error);
      this.nameless = true;
      if (!follows(this.LA(1))) this.SKIP_TOKEN();
      const [at, id, name] = [this.LA(1), this.LA(2), this.LA(3)];
      const isSwapped = name.tokenType.CATEGORIES?.includes(token.Name) === true || name.tokenType === token.Name;
      if (at.tokenType !== marks.at || id.tokenType !== token.Int || !isSwapped || this.LA(4).tokenType === token.Int)
        return this.noName();
      // The id stands before the name, which is all that is wrong.
      this.SKIP_TOKEN();
      this.SKIP_TOKEN();
      return read();
    }
  }

  protected get passedOver(): PassedOver {
    const { stretches, nodes, nameless, stopped } = this;
    return { stretches, nodes, nameless, stopped };
  }

  /** Text from a token on was passed over. */
  private passed(from: IToken, place: Place, named: boolean): void {
    const end = token.endOf(this.LA(0));
    if (from.tokenType.name !== "EOF") this.stretches.push({ place, start: from.startOffset, end, named });
  }

  /** Reads what stands before a body, and the `{`. False if there is no body to read. */
  protected attemptHead(read: () => void): boolean {
    if (this.attempt(read, "head")) return true;
    if (this.LA(1).tokenType !== marks.openBrace) return false;
    this.SKIP_TOKEN();
    return true;
  }

  /** After the last item or entry that could be read: reports what stands there instead and passes it. False where the list ends. */
  protected skipStray(place: "item" | "entry", rule: string): boolean {
    const found = this.LA(1);
    if (this.RECORDING_PHASE || this.stopped || this.atEnd()) return false;
    if (place === "entry" && found.tokenType === marks.closeBrace) return false;
    const expectation = expectationOf([rule], "*");
    const meant = suggestion(found, expectation);
    this.reportUnexpected(found, this.LA(0), expectation);
    if (meant !== undefined && this.LA(2).tokenType.CATEGORIES?.includes(token.Name) === true) {
      // Read as the word that was meant, so that what it declares is known.
      const type = Object.entries(words).find(([text]) => text === meant)?.[1];
      if (type?.tokenTypeIdx !== undefined) {
        found.tokenType = type;
        found.tokenTypeIdx = type.tokenTypeIdx;
        return true;
      }
    }
    this.doubtLast(place);
    const isMark = found.tokenType === marks.semicolon || found.tokenType === marks.closeBrace;
    if (found.tokenType !== marks.semicolon) for (const node of this.open) this.nodes.add(node);
    this.SKIP_TOKEN();
    if (found.tokenType === marks.openBrace) this.skipBraces();
    else if (!isMark) this.synchronize(place);
    if (place === "item" && !isMark) this.skipEntries();
    this.passed(found, place, false);
    return true;
  }

  /** What stands right behind a node may have been meant for it: then the node ended too early. */
  private doubtLast(place: Place): void {
    const last = this.last;
    if (last === undefined || this.LA(1).tokenType === marks.semicolon) return;
    const isBody = this.LA(0).tokenType === marks.closeBrace;
    if (this.startsLine() && !(isBody && this.atEntry())) return;
    this.nodes.add(last);
    if (!isBody) this.stretches.push({ place, ...last.span, named: true });
  }

  /** What is left of a body that ended too early, with its `}`: that was reported. */
  private skipEntries(): void {
    while (!this.atEnd() && !this.atItem() && this.atEntry()) this.synchronize("item");
    if (this.LA(1).tokenType === marks.closeBrace) this.SKIP_TOKEN();
  }

  /** The text between the last token and the next has a line end. */
  protected startsLine(): boolean {
    const previous = this.LA(0);
    if (previous.tokenType.name === "EOF") return true;
    const next = this.LA(1);
    return /[\n\r]/.test(this.source.text.slice(token.endOf(previous), next.startOffset));
  }

  protected atEnd(): boolean {
    return this.LA(1).tokenType.name === "EOF";
  }

  /** A word that starts an item, with what must follow it: no member starts so. */
  protected atItem(): boolean {
    const type = this.LA(1).tokenType;
    if (type.CATEGORIES?.includes(token.ItemWord) !== true) return false;
    const next = this.LA(2).tokenType;
    if (type === words.version || type === words.reads || type === words.writes) {
      return next === token.Int || next === token.Dotted || next === marks.range;
    }
    return next === token.Name || next.CATEGORIES?.includes(token.Name) === true;
  }

  /** What starts a member, value, bit or alternative, or a line about them. */
  private atEntry(): boolean {
    const type = this.LA(1).tokenType;
    if (type === words.reserved || type === words.check) return true;
    if (type.CATEGORIES?.includes(token.Name) !== true) return false;
    const next = this.LA(2).tokenType;
    return next === marks.at || next === marks.colon || next === marks.assign;
  }

  /**
   * Reads the `;` that ends an item, or an entry, whose name `mark` follows. Where only the `;` is missing, or is a comma, that is reported,
   * and what it ends is whole.
   */
  protected semicolon(mark?: TokenType): void {
    const found = this.LA(1);
    if (mark !== undefined && found.tokenType === marks.comma) {
      const span = this.spanOf(found);
      const parameters = { expected: "`;`", found: "`,`", help: undefined };
      this.report(diagnose("B1001", rows.B1001, parameters, { span, fix: { span, text: ";" } }));
      this.SKIP_TOKEN();
    } else if (this.RECORDING_PHASE || !this.lacksSemicolon(mark)) this.CONSUME(marks.semicolon);
    else this.reportUnexpected(this.LA(1), this.LA(0), expectationOf([], marks.semicolon.name));
  }

  private lacksSemicolon(mark: TokenType | undefined): boolean {
    const type = this.LA(1).tokenType;
    if (type === marks.semicolon) return false;
    if (mark !== undefined && type === marks.closeBrace) return true;
    if (this.startsLine()) return this.atItem() || (mark !== undefined && this.atEntry());
    return mark !== undefined && type.CATEGORIES?.includes(token.Name) === true && this.LA(2).tokenType === mark;
  }

  private synchronize(place: Place): void {
    while (!this.atEnd()) {
      if (this.stopped) {
        this.SKIP_TOKEN();
        continue;
      }
      const type = this.LA(1).tokenType;
      if (this.startsLine() && (this.atItem() || (place !== "item" && this.atEntry()))) return;
      if (type === marks.closeBrace && place === "entry") return;
      if (type === marks.openBrace && place === "head") return;
      this.SKIP_TOKEN();
      if (type === marks.semicolon || type === marks.closeBrace) return;
      if (type !== marks.openBrace) continue;
      this.skipBraces();
      if (place === "item") return;
    }
  }

  /** After a `{`, to behind its `}`, or to a declaration that starts at the margin: a `}` is missing before it. */
  private skipBraces(): void {
    for (let depth = 1; depth > 0 && !this.atEnd(); this.SKIP_TOKEN()) {
      const { tokenType, startOffset } = this.LA(1);
      if (this.atItem() && this.startsLine() && positionAt(this.source, startOffset).column === 1) return;
      if (tokenType === marks.openBrace) depth++;
      else if (tokenType === marks.closeBrace) depth--;
    }
  }

  private reportError(error: unknown): void {
    if (error instanceof TooDeep) {
      const span = this.spanOf(error.at);
      this.report(diagnose("B1009", rows.B1009, { what: error.message }, { span }));
      return;
    }
    if (!(error instanceof Error) || !isRecognitionException(error)) throw error;
    // What chevrotain recognizes as its own has these two.
    const { token: found, context } = error as Error & { token: IToken; context: { ruleStack: string[] } };
    this.reportUnexpected(found, this.LA(0), expectationOf(context.ruleStack, error.message));
  }

  /** One diagnostic for a token that does not belong, unless the text around it was reported already. */
  private reportUnexpected(found: IToken, previous: IToken, expectation: Expectation): void {
    const atEnd = found.tokenType.name === "EOF";
    const before = previous.tokenType.name === "EOF" ? undefined : this.spanOf(previous);
    const end = atEnd ? this.source.text.length : this.spanOf(found).end;
    const start = before?.start ?? 0;
    if (this.lexical.some(({ span }) => span !== null && span.start <= end && span.end >= start)) return;
    const insertable = /^`(?:;|\]|\))`/.exec(expectation.words)?.[0].slice(1, -1);
    const ends = this.startsLine() || found.tokenType === marks.closeBrace || this.LA(2).tokenType === marks.at;
    const missing = before !== undefined && (atEnd || (insertable !== undefined && ends));
    const span = missing
      ? { source: this.source, start: before.end, end: before.end }
      : atEnd
        ? { source: this.source, start: end, end }
        : this.spanOf(found);
    const meant = suggestion(found, expectation);
    const help =
      meant === undefined
        ? (habitHelp(found, previous, this.open.at(-1)) ?? helpFor(found, previous, expectation))
        : `did you mean \`${meant}\`?`;
    const fix =
      meant !== undefined && !missing
        ? { fix: { span, text: meant } }
        : missing && insertable !== undefined
          ? { fix: { span, text: insertable } }
          : {};
    const parameters = { expected: expectation.words, found: describe(found), help };
    this.report(diagnose("B1001", rows.B1001, parameters, { span, ...fix }));
  }

  protected override report(diagnostic: Diagnostic): void {
    if (this.RECORDING_PHASE || this.stopped) return;
    // What stands where it has no place takes nothing away from the rest.
    const inPlace = diagnostic.code !== "B1001" && diagnostic.code !== "B1013";
    if (inPlace) for (const node of this.open) this.nodes.add(node);
    super.report(diagnostic);
    if (this.diagnostics.length >= mostMistakes) this.stopped = true;
  }

  /** Starts a node that is kept in `list` whatever follows; `end` gives it its last token. */
  protected begin<T extends { span: unknown; doc: string }>(
    start: IToken,
    fields: Omit<T, "span" | "doc">,
    list: { push(node: T): unknown },
  ): T {
    const doc = this.RECORDING_PHASE ? "" : this.documentation.before(start.startOffset);
    // `fields` is the caller's to give away, and has all else that a T has, as its type says; a copy of it would be what reading takes longest for.
    const node = Object.assign(fields, { doc, span: this.spanFrom(start) }) as unknown as T;
    this.ACTION(() => {
      list.push(node);
      this.open.push(node);
    });
    return node;
  }

  /** A node is read whole. */
  protected close(node: { readonly span: Span }): void {
    if (this.RECORDING_PHASE) return;
    this.last = node;
    this.open.length = Math.max(0, this.open.lastIndexOf(node));
    if (this.hasLexical(node.span.start, node.span.end)) this.nodes.add(node);
  }

  /** Whether something was reported about single tokens of a stretch of text. */
  private hasLexical(start: number, end: number): boolean {
    let low = 0;
    let high = this.lexical.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.lexical[middle]?.span?.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return (this.lexical[low]?.span?.start ?? end) < end;
  }

  protected spanOf(found: IToken): { source: Source; start: number; end: number } {
    return { source: this.source, start: found.startOffset, end: token.endOf(found) };
  }

  /** A name that could not be read; what is wrong with it was reported. */
  protected noName(): Name {
    const end = this.spanOf(this.LA(0)).end;
    return { text: "", span: { source: this.source, start: end, end } };
  }

  /** A body ends without its `}`. */
  protected reportUnclosed(declaration: string, brace: IToken): void {
    if (this.stopped || this.lexical.some(({ code }) => code === "B1004")) return;
    const { end } = this.spanOf(this.LA(0));
    const span = this.atEnd() ? { source: this.source, start: end, end } : this.spanOf(this.LA(1));
    const notes = [{ message: "opened here", span: this.spanOf(brace) }];
    const parameters = { declaration, found: describe(this.LA(1)) };
    this.report(diagnose("B1002", rows.B1002, parameters, { span, notes }));
  }
}

/** What to say to who writes as another language has it. `node` is what is being read. */
function habitHelp(found: IToken, previous: IToken, node: object | undefined): string | undefined {
  const isCheck = node !== undefined && "expression" in node && "message" in node;
  if (isCheck) {
    if (found.image === ":" && "attributes" in node && Array.isArray(node.attributes) && node.attributes.length > 0)
      return "`==` compares, a single `=` states a default";
    if (found.image.startsWith('"')) return "a `:` stands before the message";
    if (found.image === ">" && previous.image === "=") return "`>=` is at least, `==` is equal";
  }
  if (found.image === ">" && previous.image === "<") return "`!=` is unequal";
  if (found.image === "and" || found.image === "or") return "conditions are joined by `&&` and `||`";
  if (previous.image === "not") return "a condition is turned round by `!`";
  if (found.image === "default") return "a default is written `= 5`";
  if (found.image === "<" && !isCheck) return "a list is written behind its element: `u8[]`";
  return undefined;
}

/** What to do about a token that stands where it has no meaning. */
function helpFor(found: IToken, previous: IToken, { words, help }: Expectation): string | undefined {
  if (found.tokenType === marks.semicolon && previous.tokenType === marks.closeBrace)
    return "no `;` stands after a `}`";
  if (found.tokenType === marks.semicolon && previous.tokenType === marks.semicolon) return "remove it";
  // An id may only be out of place where a `;` was expected; everything else there is another mistake.
  return words === "`;`" && found.tokenType !== marks.at ? undefined : help;
}
