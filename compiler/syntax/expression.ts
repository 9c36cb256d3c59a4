import type { IToken, ParserMethod, TokenType } from "../../node_modules/chevrotain/lib/chevrotain.min.mjs";
import { diagnose } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/syntax.ts";
import type { BinaryOperator, Expression, UnaryOperator } from "./ast.ts";
import { intValue } from "./literals.ts";
import { NameGrammar, TooDeep } from "./names.ts";
import * as token from "./tokens.ts";

const { words, marks } = token;

/** Operators of one expression: a chain of them is a tree as deep as it is long. */
const longest = 1000;

/** How tightly the operators bind, loosest first; `is` is a comparison. */
const levels: readonly (readonly TokenType[])[] = [
  [marks.or],
  [marks.and],
  [marks.equal, marks.notEqual, marks.less, marks.lessOrEqual, marks.greater, marks.greaterOrEqual, words.is],
  [marks.bitOr],
  [marks.bitXor],
  [marks.bitAnd],
  [marks.shiftLeft, marks.shiftRight],
  [marks.plus, marks.minus],
  [marks.times, marks.divide, marks.remainder],
];
const comparison = 2;
const levelOf: ReadonlyMap<TokenType, number> = new Map(
  levels.flatMap((types, level) => types.map((type) => [type, level] as const)),
);

/** The grammar of expressions. */
export class ExpressionGrammar extends NameGrammar {
  private operators = 0;

  private countOperator(): void {
    this.operators++;
    if (this.operators > longest) throw new TooDeep(`an expression with more than ${longest} operators`, this.LA(1));
  }

  /** A whole expression, with its bound on length. */
  readonly wholeExpression: ParserMethod<[], Expression> = this.RULE("wholeExpression", () => {
    this.operators = 0;
    return this.SUBRULE(this.expression);
  });

  readonly expression: ParserMethod<[], Expression> = this.RULE("expression", () => {
    const condition = this.SUBRULE(this.binary, { ARGS: [0] });
    return (
      this.OPTION(() => {
        this.CONSUME(marks.question);
        return this.nested(() => {
          const then = this.SUBRULE1(this.expression);
          this.CONSUME(marks.colon);
          const otherwise = this.SUBRULE2(this.expression);
          return this.ACTION(() => ({
            kind: "conditional" as const,
            condition,
            then,
            else: otherwise,
            span: this.spanFrom(condition.span),
          }));
        });
      }) ?? condition
    );
  });

  /** Operands joined by operators that bind at least as tightly as `lowest`. */
  readonly binary: ParserMethod<[number], Expression> = this.RULE("binary", (lowest: number) => {
    let left = this.SUBRULE(this.unary);
    let compared: IToken | undefined;
    const continues = (): boolean => (levelOf.get(this.LA(1).tokenType) ?? -1) >= lowest;
    this.MANY({
      GATE: continues,
      DEF: () => {
        const level = this.ACTION(() => levelOf.get(this.LA(1).tokenType)) ?? 0;
        const operator = this.LA(1);
        this.ACTION(() => this.countOperator());
        const object = left;
        left = this.OR<Expression>([
          {
            ALT: () => {
              this.CONSUME(token.Operator);
              const right = this.SUBRULE(this.binary, { ARGS: [level + 1] });
              return this.ACTION(() => ({
                kind: "binary",
                // `levelOf` gates the loop, and its tokens besides `is` are the binary operators.
                operator: operator.image as BinaryOperator,
                left: object,
                right,
                span: this.spanFrom(object.span),
              }));
            },
          },
          { ALT: () => this.SUBRULE(this.isTest, { ARGS: [object] }) },
        ]);
        if (level !== comparison) return;
        if (compared !== undefined) this.reportChain(compared, operator);
        compared = operator;
      },
    });
    return left;
  });

  private reportChain(first: IToken, second: IToken): void {
    const span = { source: this.source, start: second.startOffset, end: token.endOf(second) };
    this.report(diagnose("B1012", rows.B1012, { first: first.image, second: second.image }, { span }));
  }

  readonly isTest: ParserMethod<[Expression], Expression> = this.RULE("isTest", (object: Expression) => {
    this.CONSUME(words.is);
    const alternative = this.SUBRULE(this.name);
    return this.ACTION((): Expression => ({ kind: "is", object, alternative, span: this.spanFrom(object.span) }));
  });

  readonly unary: ParserMethod<[], Expression> = this.RULE("unary", () =>
    this.OR<Expression>([
      { ALT: () => this.SUBRULE(this.prefixed, { ARGS: [] }) },
      { ALT: () => this.SUBRULE(this.select) },
    ]),
  );

  readonly prefixed: ParserMethod<[], Expression> = this.RULE("prefixed", () => {
    const operator = this.OR([
      { ALT: () => this.CONSUME(marks.minus) },
      { ALT: () => this.CONSUME(marks.bitNot) },
      { ALT: () => this.CONSUME(marks.not) },
    ]);
    const operand = this.nested(() => this.SUBRULE(this.unary));
    return this.ACTION((): Expression => ({
      kind: "unary",
      // The alternatives above are the unary operators.
      operator: operator.image as UnaryOperator,
      operand,
      span: this.spanFrom(operator),
    }));
  });

  readonly select: ParserMethod<[], Expression> = this.RULE("select", () => {
    let object = this.SUBRULE(this.primary);
    this.MANY(() => {
      this.CONSUME(marks.dot);
      this.ACTION(() => this.countOperator());
      const name = this.SUBRULE(this.name);
      const inner = object;
      object = this.ACTION(() => ({ kind: "select", object: inner, name, span: this.spanFrom(inner.span) }));
    });
    return object;
  });

  readonly primary: ParserMethod<[], Expression> = this.RULE("primary", () =>
    this.OR<Expression>([
      {
        ALT: () => {
          const found = this.CONSUME(token.Int);
          return this.ACTION(() => {
            const span = this.spanFrom(found);
            return { kind: "int", int: { value: intValue(found.image), text: found.image, span }, span };
          });
        },
      },
      {
        ALT: () => {
          const string = this.SUBRULE(this.string);
          return this.ACTION(() => ({ kind: "string", string, span: string.span }));
        },
      },
      { ALT: () => this.SUBRULE(this.parenthesis) },
      { ALT: () => this.SUBRULE(this.named) },
    ]),
  );

  readonly parenthesis: ParserMethod<[], Expression> = this.RULE("parenthesis", () => {
    const start = this.CONSUME(marks.openParenthesis);
    const inner = this.nested(() => this.SUBRULE(this.expression));
    this.CONSUME(marks.closeParenthesis);
    return this.ACTION((): Expression => ({ kind: "parenthesis", inner, span: this.spanFrom(start) }));
  });

  /** A name, `true`, `false` or a call. */
  readonly named: ParserMethod<[], Expression> = this.RULE("named", () => {
    const start = this.LA(1);
    const name = this.SUBRULE(this.name);
    const call = this.OPTION(() => {
      this.CONSUME(marks.openParenthesis);
      const found: Expression[] = [];
      this.nested(() => this.MANY_SEP({ SEP: marks.comma, DEF: () => found.push(this.SUBRULE(this.expression)) }));
      this.CONSUME(marks.closeParenthesis);
      return found;
    });
    return this.ACTION((): Expression => {
      const span = this.spanFrom(start);
      if (call !== undefined) return { kind: "call", function: name, arguments: call, span };
      if (start.tokenType === words.true || start.tokenType === words.false) {
        return { kind: "bool", value: start.tokenType === words.true, span };
      }
      return { kind: "name", name, span };
    });
  });
}
