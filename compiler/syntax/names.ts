import {
  EmbeddedActionsParser,
  type IToken,
  type ParserMethod,
} from "../../node_modules/chevrotain/lib/chevrotain.min.mjs";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/syntax.ts";
import type { Source, Span } from "../text.ts";
import type { Bound, BoundRange, DottedName, IntLiteral, Name, StringLiteral, VersionLiteral } from "./ast.ts";
import { expectedToken } from "./expectation.ts";
import { intValue, stringValue, versionValue } from "./literals.ts";
import * as token from "./tokens.ts";

const { marks } = token;

/** Levels of parentheses, operators before an operand, conditionals and types inside one another. */
const deepest = 64;

/** Thrown where a text nests deeper than any tool would follow; caught where the parser recovers. */
export class TooDeep extends Error {
  readonly at: IToken;
  constructor(what: string, at: IToken) {
    super(what);
    this.at = at;
  }
}

/** The grammar of names, literals and ranges, which all other grammar is made of. */
export class NameGrammar extends EmbeddedActionsParser {
  protected source: Source = { path: "", text: "" };
  protected diagnostics: Diagnostic[] = [];
  private depth = 0;

  /** Checking the grammar itself takes longer than reading a file, so only a test asks for it. */
  constructor(checks: "validate" | "trust") {
    super(token.vocabulary, {
      maxLookahead: 1,
      recoveryEnabled: false,
      skipValidations: checks === "trust",
      errorMessageProvider: expectedToken,
    });
  }

  /** From a token, or from where a span starts, to the last token that was read. */
  protected spanFrom(start: IToken | Span): Span {
    const offset = "start" in start ? start.start : start.startOffset;
    return { source: this.source, start: offset, end: token.endOf(this.LA(0)) };
  }

  /** Runs what nests, and refuses more levels than tools would follow. */
  protected nested<T>(inner: () => T): T {
    if (this.depth >= deepest) throw new TooDeep(`nested deeper than ${deepest} levels`, this.LA(1));
    this.depth++;
    try {
      return inner();
    } finally {
      this.depth--;
    }
  }

  /** Refuses a type with more brackets and `?` than tools would follow. */
  protected limitSuffixes(count: number): void {
    if (count > deepest) throw new TooDeep(`nested deeper than ${deepest} levels`, this.LA(1));
  }

  readonly name: ParserMethod<[], Name> = this.RULE("name", () => {
    const found = this.CONSUME(token.Name);
    // A letter of another script was reported; what is left of the word is its name.
    return { text: found.image.replace(/[^\w]/g, ""), span: this.spanFrom(found) };
  });

  readonly dottedName: ParserMethod<[], DottedName> = this.RULE("dottedName", () => {
    const parts = [this.SUBRULE(this.name)];
    this.MANY(() => {
      this.CONSUME(marks.dot);
      parts.push(this.SUBRULE1(this.name));
    });
    const { span } = first(parts);
    return parts.length === 1 ? { parts, span } : this.ACTION(() => ({ parts, span: this.spanFrom(span) }));
  });

  readonly int: ParserMethod<[], IntLiteral> = this.RULE("int", () => {
    const sign = this.OPTION(() => this.CONSUME(marks.minus));
    const digits = this.CONSUME(token.Int);
    return this.ACTION(() => {
      const value = intValue(digits.image);
      const span = this.spanFrom(sign ?? digits);
      return sign === undefined
        ? { value, text: digits.image, span }
        : { value: -value, text: `-${digits.image}`, span };
    });
  });

  readonly string: ParserMethod<[], StringLiteral> = this.RULE("string", () => {
    const found = this.CONSUME(token.Text);
    return { value: this.ACTION(() => stringValue(found.image)), text: found.image, span: this.spanFrom(found) };
  });

  readonly versionLiteral: ParserMethod<[], VersionLiteral> = this.RULE("versionLiteral", () => {
    const found = this.OR([{ ALT: () => this.CONSUME(token.Int) }, { ALT: () => this.CONSUME(token.Dotted) }]);
    return this.ACTION(() => {
      const span = this.spanFrom(found);
      const value = versionValue(found.image);
      if (value === null) this.report(diagnose("B1010", rows.B1010, { text: found.image }, { span }));
      return { major: value?.major ?? 0, backport: value?.backport ?? 0, text: found.image, span };
    });
  });

  readonly bound: ParserMethod<[], Bound> = this.RULE("bound", () =>
    this.OR<Bound>([
      { ALT: () => ({ kind: "int", int: this.SUBRULE(this.int) }) },
      { ALT: () => ({ kind: "name", name: this.SUBRULE(this.dottedName) }) },
    ]),
  );

  /** `a..b`, `a..`, `..b`. */
  readonly range: ParserMethod<[], BoundRange> = this.RULE("range", () => {
    const start = this.LA(1);
    const min = this.OPTION(() => this.SUBRULE(this.bound)) ?? null;
    return this.SUBRULE(this.rangeRest, { ARGS: [start, min] });
  });

  /** What follows the first end of a range; `start` is the first token of it all. */
  readonly rangeRest: ParserMethod<[IToken, Bound | null], BoundRange> = this.RULE(
    "rangeRest",
    (start: IToken, min: Bound | null) => {
      this.CONSUME(marks.range);
      const max = this.OPTION({ GATE: () => !this.atAttribute(), DEF: () => this.SUBRULE(this.bound) }) ?? null;
      return this.ACTION(() => {
        const span = this.spanFrom(start);
        if (min === null && max === null) this.report(diagnose("B1011", rows.B1011, {}, { span }));
        return { min, max, span };
      });
    },
  );

  /** After `a..`, a word that starts an attribute is one: no constant can be meant there. */
  protected atAttribute(): boolean {
    return this.LA(1).tokenType.CATEGORIES?.includes(token.AttributeWord) === true;
  }

  protected report(diagnostic: Diagnostic): void {
    this.ACTION(() => this.diagnostics.push(diagnostic));
  }
}

function first<T>(list: readonly T[]): T {
  const [value] = list;
  if (value === undefined) throw new Error("the list is empty");
  return value;
}
