import type { IOrAlt, IToken, ParserMethod, TokenType } from "../../node_modules/chevrotain/lib/chevrotain.min.mjs";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/syntax.ts";
import { positionAt, type Source } from "../text.ts";
import { damageOf } from "./passed-over.ts";
import type { Attribute, Comment, DottedName, Draft, File, Item, SupportItem, VersionLiteral } from "./ast.ts";
import { EntryGrammar, type Body } from "./entries.ts";
import * as token from "./tokens.ts";

const { words, marks } = token;

type Of<K extends Item["kind"]> = Draft<Extract<Item, { kind: K }>>;
type VersionRange = SupportItem["ranges"][number];

/** The grammar of a file and its items. Every item is kept from where its name is read, whatever follows it. */
export class SchemaGrammar extends EntryGrammar {
  private items: Item[] = [];

  constructor(checks: "validate" | "trust" = "trust") {
    super(checks);
    this.performSelfAnalysis();
  }

  /** Reads the tokens of a whole file. `lexical` is what was already reported about them. */
  read(
    source: Source,
    tokens: IToken[],
    comments: readonly Comment[],
    lexical: readonly Diagnostic[],
  ): Pick<File, "items" | "lostDocs" | "damage"> & { readonly diagnostics: readonly Diagnostic[] } {
    this.start(source, tokens, comments, lexical);
    const items = this.file();
    const { diagnostics, documentation } = this;
    const damage = damageOf(tokens, this.passedOver, [...lexical, ...diagnostics]);
    // The parser is kept for the next source, and what it holds of a large one must not be.
    this.start(source, [], [], []);
    this.items = [];
    return { items, diagnostics, lostDocs: documentation.lost, damage };
  }

  readonly file: ParserMethod<[], Item[]> = this.RULE("file", () => {
    const items: Item[] = [];
    this.items = items;
    do {
      this.MANY({ GATE: () => !this.stopped, DEF: () => this.attempt(() => this.SUBRULE(this.item), "item") });
    } while (this.skipStray("item", "item"));
    return items;
  });

  readonly item: ParserMethod<[], void> = this.RULE("item", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.moduleItem) },
      { ALT: () => this.SUBRULE(this.importItem) },
      { ALT: () => this.SUBRULE(this.versionItem) },
      { ALT: () => this.SUBRULE(this.supportItem) },
      { ALT: () => this.SUBRULE(this.constItem) },
      { ALT: () => this.SUBRULE(this.typeItem) },
      { ALT: () => this.SUBRULE(this.openItem) },
      { ALT: () => this.SUBRULE1(this.enumItem, { ARGS: [null] }) },
      { ALT: () => this.SUBRULE1(this.bitsItem, { ARGS: [null] }) },
      { ALT: () => this.SUBRULE(this.structItem) },
      { ALT: () => this.SUBRULE(this.stateItem) },
      { ALT: () => this.SUBRULE(this.unionItem) },
    ]);
  });

  readonly moduleItem: ParserMethod<[], void> = this.RULE("moduleItem", () => {
    const start = this.CONSUME(words.module);
    const name = this.SUBRULE(this.dottedName);
    const item = this.begin<Of<"module">>(start, { kind: "module", name }, this.items);
    this.semicolon();
    this.end(item);
  });

  readonly importItem: ParserMethod<[], void> = this.RULE("importItem", () => {
    const start = this.CONSUME(words.import);
    const name = this.SUBRULE(this.dottedName);
    const item = this.begin<Of<"import">>(start, { kind: "import", name }, this.items);
    this.semicolon();
    this.end(item);
  });

  readonly versionItem: ParserMethod<[], void> = this.RULE("versionItem", () => {
    const start = this.CONSUME(words.version);
    const version = this.SUBRULE(this.versionLiteral);
    const item = this.begin<Of<"version">>(start, { kind: "version", version, label: null }, this.items);
    item.label = this.OPTION(() => this.SUBRULE(this.string)) ?? null;
    this.semicolon();
    this.end(item);
  });

  readonly supportItem: ParserMethod<[], void> = this.RULE("supportItem", () => {
    const start = this.OR([{ ALT: () => this.CONSUME(words.reads) }, { ALT: () => this.CONSUME(words.writes) }]);
    const kind = start.tokenType === words.reads ? "reads" : "writes";
    const ranges: VersionRange[] = [];
    const item = this.begin<Draft<SupportItem>>(start, { kind, ranges }, this.items);
    this.AT_LEAST_ONE_SEP({
      SEP: marks.comma,
      DEF: () => {
        const range = this.SUBRULE(this.versionRange);
        this.ACTION(() => ranges.push(range));
      },
    });
    this.semicolon();
    this.end(item);
  });

  readonly versionRange: ParserMethod<[], VersionRange> = this.RULE("versionRange", () => {
    const start = this.LA(1);
    return this.OR<VersionRange>([
      {
        ALT: () => {
          const min = this.SUBRULE(this.versionLiteral);
          return (
            this.OPTION(() => this.SUBRULE1(this.versionRangeRest, { ARGS: [start, min] })) ??
            this.ACTION(() => ({ min, max: min, single: true, span: min.span }))
          );
        },
      },
      { ALT: () => this.SUBRULE2(this.versionRangeRest, { ARGS: [start, null] }) },
    ]);
  });

  readonly versionRangeRest: ParserMethod<[IToken, VersionLiteral | null], VersionRange> = this.RULE(
    "versionRangeRest",
    (start: IToken, min: VersionLiteral | null) => {
      this.CONSUME(marks.range);
      const max = this.OPTION(() => this.SUBRULE(this.versionLiteral)) ?? null;
      return this.ACTION(() => {
        const span = this.spanFrom(start);
        if (min === null && max === null) this.report(diagnose("B1011", rows.B1011, {}, { span }));
        return { min, max, single: false, span };
      });
    },
  );

  readonly constItem: ParserMethod<[], void> = this.RULE("constItem", () => {
    const start = this.CONSUME(words.const);
    const name = this.SUBRULE(this.name);
    const attributes: Attribute[] = [];
    const value = this.noBound();
    const item = this.begin<Of<"const">>(start, { kind: "const", name, attributes, value }, this.items);
    this.CONSUME(marks.assign);
    item.value = this.SUBRULE(this.bound);
    this.SUBRULE(this.attributes, { ARGS: [attributes] });
    this.semicolon();
    this.end(item);
  });

  readonly typeItem: ParserMethod<[], void> = this.RULE("typeItem", () => {
    const start = this.CONSUME(words.type);
    const name = this.SUBRULE(this.name);
    const attributes: Attribute[] = [];
    const type = this.noType();
    const item = this.begin<Of<"type">>(start, { kind: "type", name, attributes, type }, this.items);
    this.CONSUME(marks.assign);
    item.type = this.SUBRULE(this.typeNode);
    this.SUBRULE(this.attributes, { ARGS: [attributes] });
    this.semicolon();
    this.end(item);
  });

  readonly openItem: ParserMethod<[], void> = this.RULE("openItem", () => {
    const open = this.CONSUME(words.open);
    this.OR([
      { ALT: () => this.SUBRULE(this.enumItem, { ARGS: [open] }) },
      { ALT: () => this.SUBRULE(this.bitsItem, { ARGS: [open] }) },
    ]);
  });

  readonly enumItem: ParserMethod<[IToken | null], void> = this.RULE("enumItem", (open: IToken | null) => {
    const word = this.CONSUME(words.enum);
    const name = this.declaredName(() => this.SUBRULE(this.name));
    const lists = { attributes: [], values: [], reserved: [] };
    const fields = { kind: "enum", name, open: open !== null, base: this.noDottedName(), ...lists } as const;
    const item = this.begin<Of<"enum">>(open ?? word, fields, this.items);
    const base = (): void => {
      this.CONSUME(marks.colon);
      item.base = this.SUBRULE(this.base);
    };
    const entry = (): void => this.SUBRULE(this.enumValue, { ARGS: [lists.values] });
    this.body({ ...lists, start: open ?? word, name, rule: "enumItem", ids: false, head: base, entry, checks: null });
    this.end(item);
  });

  readonly bitsItem: ParserMethod<[IToken | null], void> = this.RULE("bitsItem", (open: IToken | null) => {
    const word = this.CONSUME(words.bits);
    const name = this.declaredName(() => this.SUBRULE(this.name));
    const lists = { attributes: [], fields: [], reserved: [] };
    const fields = { kind: "bits", name, open: open !== null, base: this.noDottedName(), ...lists } as const;
    const item = this.begin<Of<"bits">>(open ?? word, fields, this.items);
    const base = (): void => {
      this.CONSUME(marks.colon);
      item.base = this.SUBRULE(this.base);
    };
    const entry = (): void => this.SUBRULE(this.bitsField, { ARGS: [lists.fields] });
    this.body({ ...lists, start: open ?? word, name, rule: "bitsItem", ids: false, head: base, entry, checks: null });
    this.end(item);
  });

  readonly base: ParserMethod<[], DottedName> = this.RULE("base", () => this.SUBRULE(this.dottedName));

  readonly structItem: ParserMethod<[], void> = this.RULE("structItem", () => {
    const start = this.CONSUME(words.struct);
    const name = this.declaredName(() => this.SUBRULE(this.name));
    const lists = { attributes: [], members: [], reserved: [], checks: [] };
    const item = this.begin<Of<"struct">>(start, { kind: "struct", name, ...lists }, this.items);
    const entry = (): void => this.SUBRULE(this.member, { ARGS: [lists.members] });
    this.body({ ...lists, start, name, rule: "structItem", ids: true, entry });
    this.end(item);
  });

  readonly stateItem: ParserMethod<[], void> = this.RULE("stateItem", () => {
    const start = this.CONSUME(words.state);
    const name = this.declaredName(() => this.SUBRULE(this.name));
    const lists = { attributes: [], members: [], reserved: [], checks: [] };
    const item = this.begin<Of<"state">>(start, { kind: "state", name, id: null, ...lists }, this.items);
    const id = (): void => {
      item.id = this.OPTION(() => this.SUBRULE(this.id)) ?? null;
    };
    const entry = (): void => this.SUBRULE(this.member, { ARGS: [lists.members] });
    this.body({ ...lists, start, name, rule: "stateItem", ids: true, head: id, entry });
    this.end(item);
  });

  readonly unionItem: ParserMethod<[], void> = this.RULE("unionItem", () => {
    const start = this.CONSUME(words.union);
    const name = this.declaredName(() => this.SUBRULE(this.name));
    const lists = { attributes: [], alternatives: [], reserved: [] };
    const item = this.begin<Of<"union">>(start, { kind: "union", name, ...lists }, this.items);
    const entry = (): void => this.SUBRULE(this.member, { ARGS: [lists.alternatives] });
    this.body({ ...lists, start, name, rule: "unionItem", ids: true, entry, checks: null });
    this.end(item);
  });

  /** The rest of a declaration with a body. No rule of its own, so that each declaration's rule says what belongs into its body. */
  private body(body: Body): void {
    const opened = this.attemptHead(() => {
      body.head?.();
      this.SUBRULE(this.attributes, { ARGS: [body.attributes] });
      this.CONSUME(marks.openBrace);
    });
    if (!opened) return;
    const brace = this.LA(0);
    const entries = this.entriesOf(body);
    const entry = (): void => this.OR(entries);
    do {
      this.MANY({
        GATE: () => !this.stopped && this.LA(1).tokenType !== marks.closeBrace && !this.leavesBody(body),
        DEF: () => this.attempt(entry, "entry"),
      });
    } while (!this.leavesBody(body) && this.skipStray("entry", body.rule));
    if (this.RECORDING_PHASE || this.LA(1).tokenType === marks.closeBrace) this.CONSUME(marks.closeBrace);
    else this.reportUnclosed(`\`${body.name.text}\``, brace);
  }

  /** What may stand in a body. Made once for all of its entries. */
  private entriesOf(body: Body): IOrAlt<void>[] {
    return [
      { GATE: () => this.atLine(words.reserved), ALT: () => this.SUBRULE(this.reservedItem, { ARGS: [body] }) },
      { GATE: () => this.atLine(words.check), ALT: () => this.SUBRULE(this.checkItem, { ARGS: [body] }) },
      { GATE: () => this.atItem(), ALT: () => this.SUBRULE(this.nestedItem) },
      { ALT: () => body.entry() },
    ];
  }

  /** The word starts a line about members, and is not the name of one. */
  private atLine(word: TokenType): boolean {
    if (this.LA(1).tokenType !== word) return false;
    const next = this.LA(2).tokenType;
    // No type is a text: what a check asks for is missing.
    if (next === marks.colon) return word === words.check && this.LA(3).tokenType === token.Text;
    if (next === marks.assign) return false;
    return next !== marks.at || (word === words.reserved && this.LA(4).tokenType !== marks.colon);
  }

  /** A declaration starts no deeper than the one whose body is being read: a `}` is missing before it. */
  private leavesBody(body: Body): boolean {
    if (this.RECORDING_PHASE || !this.atItem() || !this.startsLine()) return false;
    const column = (at: IToken): number => positionAt(this.source, at.startOffset).column;
    return column(this.LA(1)) <= column(body.start);
  }

  /** A declaration in a body is reported, and read so that its names are known. */
  readonly nestedItem: ParserMethod<[], void> = this.RULE("nestedItem", () => {
    const word = this.LA(1);
    const help = "declarations do not nest: put it beside this one, at the top level of the file";
    const parameters = { word: word.image, declaration: "the body of a declaration", help };
    this.report(diagnose("B1013", rows.B1013, parameters, { span: this.ACTION(() => this.spanOf(word)) }));
    this.nested(() => this.SUBRULE(this.item));
  });
}
