import { createToken, Lexer, type IToken, type TokenType } from "../../node_modules/chevrotain/lib/chevrotain.min.mjs";

/** Every word of the grammar can be a name: a keyword is one only where the grammar looks for it. */
export const Name = createToken({ name: "Name", pattern: Lexer.NA });
/** The operators between two operands, which the grammar reads by their precedence. */
export const Operator = createToken({ name: "Operator", pattern: Lexer.NA });
/** The words that may follow a type, a member or a declaration's head. */
export const AttributeWord = createToken({ name: "AttributeWord", pattern: Lexer.NA });
/** The words that start an item of a file. */
export const ItemWord = createToken({ name: "ItemWord", pattern: Lexer.NA });

/** Letters outside ASCII are taken into a word so that one mistake is one diagnostic; the language has none. */
const letter = "A-Za-z_\\u00aa-\\u1fff\\u3040-\\ud7ff\\uf900-\\ufdff";
export const Identifier = createToken({
  name: "Identifier",
  pattern: new RegExp(`[${letter}][${letter}0-9]*`),
  categories: [Name],
});

function word(text: string, ...categories: readonly TokenType[]): TokenType {
  return createToken({
    name: text,
    pattern: text,
    label: `\`${text}\``,
    longer_alt: Identifier,
    categories: [Name, ...categories],
  });
}

function mark(name: string, text: string, ...categories: readonly TokenType[]): TokenType {
  return createToken({ name, pattern: text, label: `\`${text}\``, categories: [...categories] });
}

export const words = {
  module: word("module", ItemWord),
  import: word("import", ItemWord),
  version: word("version", ItemWord),
  reads: word("reads", ItemWord),
  writes: word("writes", ItemWord),
  type: word("type", ItemWord),
  const: word("const", ItemWord),
  open: word("open", ItemWord),
  enum: word("enum", ItemWord),
  bits: word("bits", ItemWord),
  struct: word("struct", ItemWord),
  state: word("state", ItemWord),
  union: word("union", ItemWord),
  reserved: word("reserved"),
  check: word("check"),
  since: word("since", AttributeWord),
  until: word("until", AttributeWord),
  in: word("in", AttributeWord),
  unit: word("unit", AttributeWord),
  hex: word("hex", AttributeWord),
  key: word("key", AttributeWord),
  sorted: word("sorted", AttributeWord),
  handle: word("handle", AttributeWord),
  ignorable: word("ignorable", AttributeWord),
  single: word("single", AttributeWord),
  deprecated: word("deprecated", AttributeWord),
  from: word("from", AttributeWord),
  is: word("is"),
  true: word("true"),
  false: word("false"),
} as const;

export const marks = {
  semicolon: mark("Semicolon", ";"),
  comma: mark("Comma", ","),
  colon: mark("Colon", ":"),
  at: mark("At", "@"),
  question: mark("Question", "?"),
  openBrace: mark("OpenBrace", "{"),
  closeBrace: mark("CloseBrace", "}"),
  openBracket: mark("OpenBracket", "["),
  closeBracket: mark("CloseBracket", "]"),
  openParenthesis: mark("OpenParenthesis", "("),
  closeParenthesis: mark("CloseParenthesis", ")"),
  range: mark("Range", ".."),
  dot: mark("Dot", "."),
  arrow: mark("Arrow", "->"),
  equal: mark("Equal", "==", Operator),
  notEqual: mark("NotEqual", "!=", Operator),
  shiftLeft: mark("ShiftLeft", "<<", Operator),
  shiftRight: mark("ShiftRight", ">>", Operator),
  lessOrEqual: mark("LessOrEqual", "<=", Operator),
  greaterOrEqual: mark("GreaterOrEqual", ">=", Operator),
  less: mark("Less", "<", Operator),
  greater: mark("Greater", ">", Operator),
  and: mark("And", "&&", Operator),
  or: mark("Or", "||", Operator),
  assign: mark("Assign", "="),
  bitAnd: mark("BitAnd", "&", Operator),
  bitOr: mark("BitOr", "|", Operator),
  bitXor: mark("BitXor", "^", Operator),
  plus: mark("Plus", "+", Operator),
  minus: mark("Minus", "-", Operator),
  times: mark("Times", "*", Operator),
  divide: mark("Divide", "/", Operator),
  remainder: mark("Remainder", "%", Operator),
  bitNot: mark("BitNot", "~"),
  not: mark("Not", "!"),
} as const;

/** Whatever starts with a digit; whether it is a number of the language is judged after reading, so that `12ab` is one mistake. */
export const Int = createToken({ name: "Int", pattern: /[0-9][0-9A-Za-z_]*/, label: "a number" });
/** A number with a dot, which only versions have: `2.1`. In `1..3` there is none. */
export const Dotted = createToken({
  name: "Dotted",
  pattern: /[0-9][0-9A-Za-z_]*(?:\.[0-9][0-9A-Za-z_]*)+/,
  label: "a version",
});
export const Text = createToken({ name: "Text", pattern: /"(?:[^"\\\n\r]|\\[^\n\r])*"/, label: "a string" });

const comments = "comments";
const Whitespace = createToken({ name: "Whitespace", pattern: /[ \t\r\n]+/, group: Lexer.SKIPPED, line_breaks: true });
const BlockComment = createToken({
  name: "BlockComment",
  pattern: /\/\*[^]*?\*\//,
  group: comments,
  line_breaks: true,
});
const LineComment = createToken({ name: "LineComment", pattern: /\/\/[^\n\r]*/, group: comments });

/** What the language has not, read as what was most likely meant so that the grammar goes on. Each is one diagnostic. */
export const UnterminatedText = createToken({ name: "UnterminatedText", pattern: /"[^\n\r]*/, categories: [Text] });
export const SingleQuoted = createToken({ name: "SingleQuoted", pattern: /'[^'\n\r]*'?/, categories: [Text] });
/** What an editor that means well makes of quotes. */
export const CurlyQuoted = createToken({
  name: "CurlyQuoted",
  pattern: /[\u2018-\u201f][^\u2018-\u201f"\n\r]*[\u2018-\u201f]/,
  categories: [Text],
});
export const UnterminatedComment = createToken({
  name: "UnterminatedComment",
  pattern: /\/\*[^]*/,
  group: comments,
  line_breaks: true,
});
export const HashComment = createToken({ name: "HashComment", pattern: /#[^\n\r]*/, group: comments });
const strays = "strays";
const Stray = createToken({
  name: "Stray",
  pattern: /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\uffff]+|[$`\\]+/,
  group: strays,
  line_breaks: false,
});

/** In the order in which the lexer tries them. */
export const vocabulary: TokenType[] = [
  Whitespace,
  LineComment,
  BlockComment,
  UnterminatedComment,
  ...Object.values(words),
  Identifier,
  Dotted,
  Int,
  Text,
  UnterminatedText,
  SingleQuoted,
  CurlyQuoted,
  HashComment,
  ...Object.values(marks),
  Stray,
  Name,
  Operator,
  AttributeWord,
  ItemWord,
];

/** The tokens of a text; comments and characters that the language has not lie beside them. All in text order. */
export interface Lexed {
  readonly tokens: IToken[];
  readonly comments: readonly IToken[];
  readonly strays: readonly IToken[];
}

let lexer: Lexer | undefined;

/** Reads a text into tokens. Takes any text: what is no token is a stray. A byte order mark at the start is blank space. */
export function tokenize(text: string): Lexed {
  lexer ??= new Lexer(vocabulary, {
    positionTracking: "onlyOffset",
    ensureOptimizations: true,
    skipValidations: true,
  });
  const result = lexer.tokenize(text.startsWith("\ufeff") ? ` ${text.slice(1)}` : text);
  if (result.errors.length > 0) throw new Error(`the lexer has no token for offset ${result.errors[0]?.offset}`);
  return {
    tokens: result.tokens,
    comments: result.groups[comments] ?? [],
    strays: result.groups[strays] ?? [],
  };
}

/** The offset behind a token; the lexer keeps only where tokens start, which is quicker. */
export function endOf(found: IToken): number {
  return found.startOffset + found.image.length;
}
