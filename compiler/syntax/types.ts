import type { ParserMethod } from "../../node_modules/chevrotain/lib/chevrotain.min.mjs";
import { diagnose } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/syntax.ts";
import type { Attribute, Bound, DefaultNode, DottedName, Draft, IntLiteral, SizeNode, TypeNode } from "./ast.ts";
import { describe } from "./expectation.ts";
import { RecoveringGrammar } from "./recovery.ts";
import * as token from "./tokens.ts";

const { words, marks } = token;

/** `single` and the other words that are a whole attribute. */
const flags = ["hex", "key", "sorted", "handle", "ignorable", "single"] as const;

/** The grammar of types and of what may follow them. */
export class TypeGrammar extends RecoveringGrammar {
  readonly typeNode: ParserMethod<[], TypeNode> = this.RULE("typeNode", () => {
    const start = this.LA(1);
    const name = this.SUBRULE(this.dottedName);
    let type = this.ACTION(() => baseType(name));
    let suffixes = 0;
    this.MANY(() => {
      this.ACTION(() => this.limitSuffixes(++suffixes));
      type = this.OR<TypeNode>([
        {
          ALT: () => {
            this.CONSUME(marks.openBracket);
            const size = this.OPTION(() => this.SUBRULE(this.size)) ?? null;
            this.CONSUME(marks.closeBracket);
            const span = this.ACTION(() => this.spanFrom(start));
            const element = type;
            // The first brackets after `bytes` are its bounds; the next make a list of them.
            if (suffixes === 1 && element?.kind === "blob") return { ...element, size, span };
            return { kind: "list", element, size, span };
          },
        },
        {
          ALT: () => {
            this.CONSUME(marks.question);
            const element = type;
            return { kind: "optional", element, span: this.ACTION(() => this.spanFrom(start)) };
          },
        },
      ]);
    });
    return type;
  });

  /** What stands between the brackets, if anything does. */
  readonly size: ParserMethod<[], SizeNode> = this.RULE("size", () => {
    const start = this.LA(1);
    return this.OR<SizeNode>([
      {
        ALT: () => {
          const size = this.SUBRULE(this.bound);
          const range = this.OPTION(() => this.SUBRULE1(this.rangeRest, { ARGS: [start, size] }));
          return this.ACTION(() => {
            const span = this.spanFrom(start);
            return range === undefined ? { kind: "exact", size, span } : { kind: "range", range, span };
          });
        },
      },
      {
        ALT: () => {
          const range = this.SUBRULE2(this.rangeRest, { ARGS: [start, null] });
          return this.ACTION(() => ({ kind: "range", range, span: range.span }));
        },
      },
    ]);
  });

  /** `@3`; the span of an id covers its `@`. */
  readonly id: ParserMethod<[], IntLiteral> = this.RULE("id", () => {
    const at = this.CONSUME(marks.at);
    const int = this.SUBRULE(this.int);
    return this.ACTION(() => ({ ...int, span: this.spanFrom(at) }));
  });

  readonly attributes: ParserMethod<[Attribute[]], void> = this.RULE("attributes", (list: Attribute[]) => {
    this.MANY(() => {
      const attribute = this.SUBRULE(this.attribute);
      this.ACTION(() => list.push(attribute));
    });
  });

  /** The span comes last, so that the alternatives are made once and not for each attribute. */
  readonly attribute: ParserMethod<[], Attribute> = this.RULE("attribute", () => {
    const start = this.LA(1);
    const attribute = this.OR<Draft<Attribute>>((this.attributeKinds ??= this.alternativesOfAttribute()));
    this.ACTION(() => (attribute.span = this.spanFrom(start)));
    return attribute;
  });

  private attributeKinds: { readonly ALT: () => Draft<Attribute> }[] | undefined;

  private alternativesOfAttribute(): { readonly ALT: () => Draft<Attribute> }[] {
    const span = { source: { path: "", text: "" }, start: 0, end: 0 };
    return [
      {
        ALT: () => {
          this.CONSUME(marks.assign);
          return { kind: "default", value: this.SUBRULE(this.defaultValue), span };
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.since);
          return { kind: "since", version: this.SUBRULE1(this.versionLiteral), span };
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.until);
          return { kind: "until", version: this.SUBRULE2(this.versionLiteral), span };
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.in);
          return { kind: "in", range: this.SUBRULE(this.range), span };
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.unit);
          return { kind: "unit", unit: this.SUBRULE1(this.string), span };
        },
      },
      ...flags.map((kind) => ({
        ALT: (): Draft<Attribute> => {
          this.CONSUME(words[kind]);
          return { kind, span };
        },
      })),
      {
        ALT: () => {
          this.CONSUME(words.deprecated);
          return { kind: "deprecated", why: this.OPTION(() => this.SUBRULE2(this.string)) ?? null, span };
        },
      },
      {
        ALT: () => {
          this.CONSUME(marks.arrow);
          return { kind: "reference", target: this.SUBRULE(this.reference), span };
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.from);
          return { kind: "from", expression: this.SUBRULE(this.wholeExpression), span };
        },
      },
    ];
  }

  readonly reference: ParserMethod<[], DottedName> = this.RULE("reference", () => {
    const target = this.SUBRULE(this.dottedName);
    this.ACTION(() => {
      if (target.parts.length > 1) return;
      const parameters = { expected: "`.` and the key of the state", found: describe(this.LA(1)) };
      const help = `say which member is referred to, as in \`-> ${target.parts[0]?.text ?? "State"}.id\``;
      this.report(diagnose("B1001", rows.B1001, parameters, { span: target.span, help }));
    });
    return target;
  });

  readonly defaultValue: ParserMethod<[], DefaultNode> = this.RULE("defaultValue", () => {
    const start = this.LA(1);
    const span = () => this.ACTION(() => this.spanFrom(start));
    return this.OR<DefaultNode>([
      { ALT: () => ({ kind: "int", int: this.SUBRULE(this.int), span: span() }) },
      { ALT: () => ({ kind: "string", string: this.SUBRULE(this.string), span: span() }) },
      {
        ALT: () => {
          this.CONSUME(marks.openBracket);
          this.CONSUME(marks.closeBracket);
          return { kind: "empty", span: span() };
        },
      },
      {
        ALT: () => {
          const names = [this.SUBRULE1(this.dottedName)];
          this.MANY(() => {
            names.push(this.SUBRULE(this.joinedBit));
          });
          const bool = start.tokenType === words.true || start.tokenType === words.false;
          if (bool && names.length === 1 && names[0]?.parts.length === 1) {
            return { kind: "bool", value: start.tokenType === words.true, span: span() };
          }
          return { kind: "names", names, span: span() };
        },
      },
    ]);
  });

  /** `| b` in a default `= a | b`. */
  readonly joinedBit: ParserMethod<[], DottedName> = this.RULE("joinedBit", () => {
    this.CONSUME(marks.bitOr);
    return this.SUBRULE(this.dottedName);
  });

  /** A bound that could not be read; what is wrong with it was reported. */
  protected noBound(): Bound {
    return { kind: "int", int: { value: 0n, text: "0", span: this.noName().span } };
  }

  protected noDottedName(): DottedName {
    const name = this.noName();
    return { parts: [name], span: name.span };
  }

  protected noType(): TypeNode {
    const name = this.noDottedName();
    return { kind: "name", name, span: name.span };
  }
}

/** A name as a type, or one of the words that take bounds in brackets. */
function baseType(name: DottedName): TypeNode {
  const word = name.parts.length === 1 ? name.parts[0]?.text : undefined;
  if (word === "bytes" || word === "string" || word === "cstring") {
    return { kind: "blob", word, size: null, span: name.span };
  }
  return { kind: "name", name, span: name.span };
}
