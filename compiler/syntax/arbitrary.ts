import fc from "fast-check";

/** Random schema texts for tests, as tokens: syntactically whole, without a meaning. */
type Tokens = readonly string[];

const name = fc.constantFrom(
  "a",
  "bdf",
  "since",
  "state",
  "reserved",
  "check",
  "is",
  "u8",
  "open",
  "true",
  "Vendor",
  "key",
);
const word = fc.constantFrom("alpha", "bus_number", "x", "Command");
const digits = fc.constantFrom("0", "7", "48", "0x1af4", "0b101", "1_000", "0xf_ffff");
const text = fc.constantFrom(
  '""',
  '"a // b"',
  '"/* { */"',
  '"é \\u{1f600} \\""',
  '"a function has at most six BARs, and no more than that"',
);
const version = fc.constantFrom("1", "2", "2.1", "2.10", "10");

function joined(...parts: readonly fc.Arbitrary<Tokens>[]): fc.Arbitrary<Tokens> {
  return fc.tuple(...parts).map((all) => all.flat());
}

function say(...tokens: readonly string[]): fc.Arbitrary<Tokens> {
  return fc.constant(tokens);
}

function one(token: fc.Arbitrary<string>): fc.Arbitrary<Tokens> {
  return token.map((each) => [each]);
}

function maybe(tokens: fc.Arbitrary<Tokens>): fc.Arbitrary<Tokens> {
  return fc.oneof(say(), tokens);
}

function separated(each: fc.Arbitrary<Tokens>, separator: string, maxLength = 3): fc.Arbitrary<Tokens> {
  return fc
    .array(each, { minLength: 1, maxLength })
    .map((all) => all.flatMap((tokens, index) => (index === 0 ? tokens : [separator, ...tokens])));
}

function repeated(each: fc.Arbitrary<Tokens>, maxLength: number): fc.Arbitrary<Tokens> {
  return fc.array(each, { maxLength }).map((all) => all.flat());
}

const int = joined(maybe(say("-")), one(digits));
const dotted = separated(one(name), ".");
const bound = fc.oneof(int, separated(one(word), "."));
const range = fc.oneof(joined(bound, say(".."), bound), joined(bound, say("..")), joined(say(".."), bound));
const size = fc.oneof(say(), bound, range);
const brackets = joined(say("["), size, say("]"));
const type = joined(
  fc.oneof(dotted, one(fc.constantFrom("bytes", "string", "cstring", "none", "u32"))),
  repeated(brackets, 2),
  maybe(say("?")),
);

const { expression } = fc.letrec<{ expression: Tokens; operand: Tokens }>((tie) => ({
  operand: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    one(digits),
    one(text),
    separated(one(word), "."),
    joined(one(fc.constantFrom("len", "has", "any")), say("("), separated(tie("expression"), ","), say(")")),
    joined(say("("), tie("expression"), say(")")),
    joined(one(fc.constantFrom("-", "~", "!")), tie("operand")),
  ),
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("operand"),
    joined(tie("operand"), one(fc.constantFrom("+", "-", "*", "/", "%", "<<", "|", "^", "&")), tie("operand")),
    joined(tie("operand"), say("&&"), tie("operand"), say("&&"), tie("operand"), say("||"), tie("operand")),
    joined(tie("operand"), say("=="), tie("operand")),
    joined(tie("operand"), say("is"), one(word)),
    joined(tie("operand"), say("?"), tie("expression"), say(":"), tie("expression")),
  ),
}));

const attribute = fc.oneof(
  joined(say("="), fc.oneof(int, one(text), say("[", "]"), separated(separated(one(word), "."), "|"), say("true"))),
  joined(one(fc.constantFrom("since", "until")), one(version)),
  joined(say("in"), range),
  joined(say("unit"), one(text)),
  one(fc.constantFrom("hex", "key", "sorted", "handle", "ignorable", "single")),
  joined(say("deprecated"), maybe(one(text))),
  joined(say("->"), joined(one(word), say("."), one(name))),
  joined(say("from"), expression),
);
const attributes = repeated(attribute, 4);

const member = joined(one(name), maybe(joined(say("@"), one(digits))), say(":"), type, attributes, say(";"));
const check = joined(say("check"), expression, maybe(joined(say(":"), one(text))), attributes, say(";"));
const label = maybe(one(text));
const ids = joined(say("@"), one(digits), maybe(joined(say("..", "@"), one(digits))), label);
const numbers = joined(int, maybe(joined(say(".."), int)), label);
const reserved = (each: fc.Arbitrary<Tokens>): fc.Arbitrary<Tokens> =>
  joined(say("reserved"), separated(fc.oneof(each, one(text)), ",", 5), say(";"));
const value = joined(one(name), say("="), bound, attributes, say(";"));
const bit = joined(
  one(name),
  say("="),
  bound,
  maybe(joined(say(".."), bound)),
  maybe(joined(say(":"), separated(one(word), "."))),
  attributes,
  say(";"),
);

function body(entry: fc.Arbitrary<Tokens>): fc.Arbitrary<Tokens> {
  return joined(say("{"), repeated(entry, 5), say("}"));
}

const versions = fc.oneof(
  one(version),
  joined(one(version), say("..")),
  joined(say(".."), one(version)),
  joined(one(version), say(".."), one(version)),
);
const declared = (keyword: string): fc.Arbitrary<Tokens> => joined(say(keyword), one(name));
const item = fc.oneof(
  joined(one(fc.constantFrom("module", "import")), dotted, say(";")),
  joined(say("version"), one(version), label, say(";")),
  joined(one(fc.constantFrom("reads", "writes")), separated(versions, ","), say(";")),
  joined(declared("const"), say("="), bound, attributes, say(";")),
  joined(declared("type"), say("="), type, attributes, say(";")),
  joined(maybe(say("open")), declared("enum"), say(":"), dotted, attributes, body(fc.oneof(value, reserved(numbers)))),
  joined(maybe(say("open")), declared("bits"), say(":"), dotted, attributes, body(fc.oneof(bit, reserved(numbers)))),
  joined(declared("struct"), attributes, body(fc.oneof(member, check, reserved(ids)))),
  joined(
    declared("state"),
    maybe(joined(say("@"), one(digits))),
    attributes,
    body(fc.oneof(member, member, check, reserved(ids))),
  ),
  joined(declared("union"), attributes, body(fc.oneof(member, reserved(ids)))),
);

/** The tokens of a schema. */
export const schemaTokens: fc.Arbitrary<Tokens> = repeated(item, 4);

/** What may stand between two tokens. Comments have texts of their own, so that a lost one is noticed. */
const gap = fc.oneof(
  { weight: 12, arbitrary: fc.constant(" ") },
  { weight: 3, arbitrary: fc.constantFrom("\n", "\n\n", "\r\n  ", "\t", "\n\n\n\n  ") },
  { weight: 1, arbitrary: fc.constantFrom(" // note\n", "\n// note\n", " /// note\n", "\n  /// note\n\n", "\n//\r\n") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      " /* note */ ",
      "\n/* note */\n",
      " /* note */\n",
      " /*\n   note\n*/",
      "\n /** note\n   * more\n */ ",
    ),
  },
);

/** A schema as somebody might have written it, comments in every place. */
export const schemaText: fc.Arbitrary<string> = schemaTokens.chain((tokens) =>
  fc.array(gap, { minLength: tokens.length + 1, maxLength: tokens.length + 1 }).map((gaps) => {
    let count = 0;
    const numbered = gaps.map((each) => each.replace("note", () => `note ${count++}`));
    return tokens.map((token, index) => `${numbered[index] ?? ""}${token}`).join("") + (numbered.at(-1) ?? "");
  }),
);
