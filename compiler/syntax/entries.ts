import type { IToken, ParserMethod } from "../../node_modules/chevrotain/lib/chevrotain.min.mjs";
import { diagnose } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/syntax.ts";
import type { Span } from "../text.ts";
import type {
  Attribute,
  BitsFieldNode,
  CheckNode,
  Draft,
  EnumValueNode,
  IntLiteral,
  MemberNode,
  Name,
  ReservedItem,
} from "./ast.ts";
import { TypeGrammar } from "./types.ts";
import * as token from "./tokens.ts";

const { words, marks } = token;

/** A declaration whose body is to be read. */
export interface Body {
  readonly start: IToken;
  readonly name: Name;
  /** The rule of the declaration, by which messages say what belongs here. */
  readonly rule: string;
  /** Whether ids with an `@` are reserved here, or plain numbers. */
  readonly ids: boolean;
  /** Reads what stands between the name and the attributes. */
  readonly head?: () => void;
  /** Reads one member, alternative, value or bit. */
  readonly entry: () => void;
  readonly attributes: Attribute[];
  readonly reserved: ReservedItem[];
  /** null where a declaration has no checks. */
  readonly checks: CheckNode[] | null;
}

/** The grammar of what stands in the bodies of declarations. */
export class EntryGrammar extends TypeGrammar {
  readonly enumValue: ParserMethod<[EnumValueNode[]], void> = this.RULE("enumValue", (list: EnumValueNode[]) => {
    const start = this.LA(1);
    const name = this.SUBRULE(this.name);
    const attributes: Attribute[] = [];
    const node = this.begin<Draft<EnumValueNode>>(start, { name, attributes, value: this.noBound() }, list);
    this.CONSUME(marks.assign);
    node.value = this.SUBRULE(this.bound);
    this.SUBRULE(this.attributes, { ARGS: [attributes] });
    this.semicolon(marks.assign);
    this.end(node);
  });

  readonly bitsField: ParserMethod<[BitsFieldNode[]], void> = this.RULE("bitsField", (list: BitsFieldNode[]) => {
    const start = this.LA(1);
    const name = this.SUBRULE(this.name);
    const attributes: Attribute[] = [];
    const fields = { name, attributes, low: this.noBound(), high: null, type: null };
    const node = this.begin<Draft<BitsFieldNode>>(start, fields, list);
    this.CONSUME(marks.assign);
    node.low = this.SUBRULE(this.bound);
    this.OPTION(() => {
      this.CONSUME(marks.range);
      node.high = this.SUBRULE1(this.bound);
    });
    this.OPTION1(() => {
      this.CONSUME(marks.colon);
      node.type = this.SUBRULE(this.dottedName);
    });
    this.SUBRULE(this.attributes, { ARGS: [attributes] });
    this.semicolon(marks.assign);
    this.end(node);
  });

  readonly member: ParserMethod<[MemberNode[]], void> = this.RULE("member", (list: MemberNode[]) => {
    const start = this.LA(1);
    const name = this.SUBRULE(this.name);
    const attributes: Attribute[] = [];
    const node = this.begin<Draft<MemberNode>>(start, { name, attributes, id: null, type: this.noType() }, list);
    node.id = this.OPTION(() => this.SUBRULE(this.id)) ?? null;
    this.CONSUME(marks.colon);
    node.type = this.SUBRULE(this.typeNode);
    this.SUBRULE(this.attributes, { ARGS: [attributes] });
    this.semicolon(marks.at);
    this.end(node);
  });

  readonly checkItem: ParserMethod<[Body], void> = this.RULE("checkItem", (body: Body) => {
    const start = this.CONSUME(words.check);
    const expression = this.SUBRULE(this.wholeExpression);
    const attributes: Attribute[] = [];
    const list = this.ACTION(() => body.checks) ?? [];
    const node = this.begin<Draft<CheckNode>>(start, { expression, message: null, attributes }, list);
    this.OPTION(() => {
      this.CONSUME(marks.colon);
      node.message = this.SUBRULE(this.string);
    });
    this.SUBRULE(this.attributes, { ARGS: [attributes] });
    this.semicolon(marks.at);
    this.end(node);
    this.ACTION(() => {
      if (body.checks !== null) return;
      const help = "checks stand in states and structs, about members that stand side by side";
      const parameters = { word: "check", declaration: `\`${body.name.text}\``, help };
      this.report(diagnose("B1013", rows.B1013, parameters, { span: this.spanOf(start) }));
    });
  });

  readonly reservedItem: ParserMethod<[Body], void> = this.RULE("reservedItem", (body: Body) => {
    const start = this.CONSUME(words.reserved);
    const ranges: ReservedItem["ranges"][number][] = [];
    const list = this.ACTION(() => body.reserved) ?? [];
    const node = this.begin<Draft<ReservedItem>>(start, { ranges }, list);
    const ids = this.ACTION(() => body.ids);
    this.AT_LEAST_ONE_SEP({
      SEP: marks.comma,
      DEF: () => {
        const range = this.SUBRULE(this.reservedRange, { ARGS: [ids] });
        this.ACTION(() => ranges.push(range));
      },
    });
    this.semicolon(ids ? marks.at : marks.assign);
    this.end(node);
  });

  readonly reservedRange: ParserMethod<[boolean], ReservedItem["ranges"][number]> = this.RULE(
    "reservedRange",
    (ids: boolean) => {
      const start = this.LA(1);
      let min: IntLiteral | null = null;
      let max: IntLiteral | null = null;
      const name = this.OR([
        {
          ALT: () => {
            min = this.SUBRULE1(this.reservedNumber, { ARGS: [ids] });
            this.OPTION(() => {
              this.CONSUME(marks.range);
              max = this.SUBRULE2(this.reservedNumber, { ARGS: [ids] });
            });
            return this.OPTION1(() => this.SUBRULE1(this.string)) ?? null;
          },
        },
        { ALT: () => this.SUBRULE2(this.string) },
      ]);
      return this.ACTION(() => ({ min, max, name, span: this.spanFrom(start) }));
    },
  );

  /** `@15` where members have ids, `15` among values and bits. */
  readonly reservedNumber: ParserMethod<[boolean], IntLiteral> = this.RULE("reservedNumber", (ids: boolean) => {
    const at = this.OPTION(() => this.CONSUME(marks.at));
    const int = this.SUBRULE(this.int);
    return this.ACTION(() => {
      const span = at === undefined ? int.span : this.spanFrom(at);
      const text = ids ? `@${int.text}` : int.text;
      if (ids !== (at !== undefined)) {
        const parameters = { expected: `\`${text}\``, found: `\`${ids ? "" : "@"}${int.text}\`` };
        this.report(diagnose("B1001", rows.B1001, parameters, { span, fix: { span, text } }));
      }
      return { ...int, span };
    });
  });

  /** The node ends with the token read last. */
  protected end(node: { span: Span }): void {
    node.span = this.ACTION(() => this.spanFrom(node.span));
    this.close(node);
  }
}
