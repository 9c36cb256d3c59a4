import type { IParserErrorMessageProvider, IToken } from "../../node_modules/chevrotain/lib/chevrotain.min.mjs";
import { closest } from "../diagnostics/suggest.ts";
import { shorten } from "./lexical.ts";
import * as token from "./tokens.ts";

/** What could have stood at a place: in words, and the words of the language that a mistyped one is compared with. */
export interface Expectation {
  readonly words: string;
  readonly candidates?: Readonly<Record<string, string>>;
  /** How it is written, where nothing better can be said. */
  readonly help?: string;
}

/** The exception's message carries the token that was expected, or `*` for a choice; `expectationOf` makes words of it and the rules. */
export const expectedToken: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.name,
  buildNotAllInputParsedMessage: () => "*",
  buildNoViableAltMessage: () => "*",
  buildEarlyExitMessage: () => "*",
};

function wordsOf(category: typeof token.Name): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(token.words)
      .filter(([, type]) => type.CATEGORIES?.includes(category))
      .map(([text]) => [text, text]),
  );
}

const attributeWords = wordsOf(token.AttributeWord);

const itemWords: Readonly<Record<string, string>> = {
  ...wordsOf(token.ItemWord),
  record: "state",
  message: "state",
  table: "state",
  typedef: "type",
  alias: "type",
  using: "type",
  define: "const",
  constant: "const",
  package: "module",
  namespace: "module",
  include: "import",
  flags: "bits",
  bitfield: "bits",
  oneof: "union",
};

/** Words by rule and expected token; a rule that has no row leaves it to the rule that called it, the last resort is the token itself. */
const expectations: Readonly<Record<string, Expectation>> = {
  "item *": { words: "a declaration", candidates: itemWords },
  "openItem *": {
    words: "`enum` or `bits` after `open`",
    candidates: { enum: "enum", bits: "bits", flags: "bits" },
    help: "only enums and bits are open or closed",
  },
  "moduleItem Name": { words: "the name of the module" },
  "importItem Name": { words: "the name of a module" },
  "versionItem *": { words: "a version" },
  "supportItem *": { words: "a version" },
  "constItem Name": { words: "a name for the constant" },
  "typeItem Name": { words: "a name for the type" },
  "enumItem Name": { words: "a name for the enum" },
  "bitsItem Name": { words: "a name for the bits" },
  "structItem Name": { words: "a name for the struct" },
  "stateItem Name": { words: "a name for the state" },
  "unionItem Name": { words: "a name for the union" },
  "base Name": { words: "an integer type" },
  "enumItem Colon": { words: "`:` and an integer type", help: "as in `enum Mode : u8 { … }`" },
  "bitsItem Colon": { words: "`:` and an integer type", help: "as in `bits Flags : u32 { … }`" },
  "enumItem *": { words: "a value" },
  "bitsItem *": { words: "a bit" },
  "structItem *": { words: "a member" },
  "stateItem *": { words: "a member" },
  "unionItem *": { words: "an alternative" },
  "bitsField Name": { words: "an enum or a type" },
  "enumItem OpenBrace": { words: "`{`", candidates: attributeWords },
  "bitsItem OpenBrace": { words: "`{`", candidates: attributeWords },
  "structItem OpenBrace": { words: "`{`", candidates: attributeWords },
  "stateItem OpenBrace": { words: "`{`", candidates: attributeWords },
  "unionItem OpenBrace": { words: "`{`", candidates: attributeWords },
  "member Semicolon": {
    words: "`;`",
    candidates: attributeWords,
    help: "the id stands before the `:`: `name @1 : u32;`",
  },
  "enumValue Semicolon": { words: "`;`", candidates: attributeWords },
  "bitsField Semicolon": { words: "`;`", candidates: attributeWords },
  "typeItem Semicolon": { words: "`;`", candidates: attributeWords },
  "constItem Semicolon": { words: "`;`", candidates: attributeWords },
  "enumValue Assign": { words: "`=`", help: "every value has its number: `name = 0;`" },
  "bitsField Assign": { words: "`=`", help: "every bit has its number: `name = 0;`" },
  "constItem Assign": { words: "`=`" },
  "typeItem Assign": { words: "`=`" },
  "member Colon": { words: "`:`", help: "a member is its name, its id and its type: `name @1 : u32;`" },
  "id Int": { words: "an id" },
  "id At": { words: "`@` and an id" },
  "reservedItem *": { words: "a number or a name in quotes" },
  "reservedItem Int": { words: "a number" },
  "typeNode Name": { words: "a type" },
  "size CloseBracket": { words: "`]`" },
  "bound *": { words: "a number or a constant" },
  "bound Int": { words: "a number" },
  "bound Name": { words: "the name of a constant" },
  "range Range": { words: "`..`", help: "a single value is a range as well: `5..5`" },
  "attribute *": { words: "an attribute", candidates: attributeWords },
  "attribute Text": { words: "a string" },
  "versionLiteral *": { words: "a version" },
  "defaultValue *": { words: "a default" },
  "defaultValue Name": { words: "the name of a bit, a value or a constant" },
  "joinedBit Name": {
    words: "the name of a bit",
    help: "a default of bits is their names joined by `|`, as in `= read | write`, or one number",
  },
  "defaultValue CloseBracket": { words: "`]`: only the empty list can be a default" },
  "reference Name": { words: "a member, as in `State.member`" },
  "checkItem Text": { words: "a message" },
  "unary *": { words: "an operand" },
  "primary *": { words: "an expression" },
  "select Name": { words: "the name of a member" },
  "isTest Name": { words: "the name of an alternative" },
};

/** What was expected where the innermost of `rules` met something else. */
export function expectationOf(rules: readonly string[], expected: string): Expectation {
  for (let i = rules.length - 1; i >= 0; i--) {
    const found = expectations[`${rules[i]} ${expected}`];
    if (found !== undefined) return found;
  }
  const type = token.vocabulary.find(({ name }) => name === expected);
  return { words: type?.LABEL ?? expected };
}

/** "did you mean …", if the token is a mistyped word of those expected. */
export function suggestion(found: IToken, { candidates }: Expectation): string | undefined {
  if (candidates === undefined || found.tokenType !== token.Identifier) return undefined;
  const near = closest(found.image, Object.keys(candidates));
  return Object.hasOwn(candidates, found.image) ? candidates[found.image] : near && candidates[near];
}

/** A token in words: the text itself in quotes, the end of the file by name. */
export function describe(found: IToken): string {
  return found.tokenType.name === "EOF" ? "the end of the file" : `\`${shorten(found.image)}\``;
}
