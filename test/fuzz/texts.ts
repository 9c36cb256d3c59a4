/** Broken schema texts: mutations of whole ones, and soups of tokens. */
import type { Random } from "../property/random.ts";

/** Pieces that a mutation puts somewhere: every token of the language, and what no schema should hold. */
const pieces = [
  "module",
  "import",
  "version",
  "reads",
  "writes",
  "type",
  "const",
  "enum",
  "open",
  "bits",
  "struct",
  "state",
  "union",
  "reserved",
  "check",
  "since",
  "until",
  "deprecated",
  "in",
  "unit",
  "hex",
  "key",
  "sorted",
  "handle",
  "ignorable",
  "single",
  "from",
  "is",
  "len",
  "has",
  "any",
  "all",
  "none",
  "true",
  "false",
  "u8",
  "i64",
  "bool",
  "uuid",
  "bytes",
  "string",
  "cstring",
  "X",
  "foo_bar",
  "__proto__",
  "constructor",
  "0",
  "1",
  "7",
  "0x",
  "0xff",
  "0xffff_ffff_ffff_ffff",
  "0b101",
  "1__2",
  "08",
  "1.2",
  "2.1.3",
  "99999999999999999999",
  "-1",
  "1e5",
  "0x1.5",
  "@",
  "@1",
  "@0",
  "@65536",
  "@0x7063_6901",
  ";",
  ":",
  ",",
  ".",
  "..",
  "...",
  "=",
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "<<",
  ">>",
  "|",
  "||",
  "&",
  "&&",
  "+",
  "-",
  "*",
  "/",
  "%",
  "^",
  "~",
  "!",
  "?",
  "->",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  '"',
  '"text"',
  '"\\u{1F600}"',
  '"\\q"',
  "'x'",
  "//",
  "///",
  "/*",
  "*/",
  "/* x */",
  "#",
  "`",
  "$",
  "\\",
  "\n",
  "\r\n",
  "\r",
  "\t",
  " ",
  "\0",
  "\u0007",
  "\u202e",
  "\ufeff",
  "\u2028",
  "é",
  "😀",
  "\ud800",
  "\udc00",
  "ſ",
  "𝒳",
] as const;

/** A text of random tokens. */
export function tokenSoup(random: Random): string {
  const count = random.weighted([
    [4, random.between(1, 12)],
    [4, random.between(10, 80)],
    [1, random.between(80, 600)],
  ]);
  const joint = random.pick([" ", "", "\n"]);
  return Array.from({ length: count }, () => random.pick(pieces)).join(joint);
}

/** One to a few mutations of a text; `other` is what pieces are spliced from. */
export function mutateText(random: Random, text: string, other: string): string {
  let mutated = text;
  const count = random.weighted([
    [5, 1],
    [3, random.between(2, 4)],
    [1, random.between(5, 40)],
  ]);
  for (let i = 0; i < count; i++) mutated = random.pick(mutations)(random, mutated, other);
  return mutated;
}

type Mutation = (random: Random, text: string, other: string) => string;

const mutations: readonly Mutation[] = [
  function truncate(random, text) {
    return random.chance(50) ? text.slice(0, random.below(text.length + 1)) : text.slice(random.below(text.length + 1));
  },
  function flipBit(random, text) {
    const at = random.below(text.length);
    return replace(
      text,
      at,
      1,
      String.fromCharCode(text.charCodeAt(at) ^ (1 << random.below(random.chance(80) ? 7 : 16))),
    );
  },
  function insertPiece(random, text) {
    return replace(text, random.below(text.length + 1), 0, random.pick(pieces));
  },
  function replaceWord(random, text) {
    const [at, length] = wordAt(random, text);
    return replace(text, at, length, random.pick(pieces));
  },
  function dropWord(random, text) {
    const [at, length] = wordAt(random, text);
    return replace(text, at, length, "");
  },
  function doubleWord(random, text) {
    const [at, length] = wordAt(random, text);
    return replace(text, at, 0, `${text.slice(at, at + length)} `);
  },
  function swapWords(random, text) {
    const [a, lengthA] = wordAt(random, text);
    const [b, lengthB] = wordAt(random, text);
    if (a + lengthA > b) return text;
    return (
      text.slice(0, a) +
      text.slice(b, b + lengthB) +
      text.slice(a + lengthA, b) +
      text.slice(a, a + lengthA) +
      text.slice(b + lengthB)
    );
  },
  function dropLine(random, text) {
    const lines = text.split("\n");
    lines.splice(random.below(lines.length), random.between(1, 2));
    return lines.join("\n");
  },
  function moveLine(random, text) {
    const lines = text.split("\n");
    const [line] = lines.splice(random.below(lines.length), 1);
    lines.splice(random.below(lines.length + 1), 0, line ?? "");
    return lines.join("\n");
  },
  function splice(random, text, other) {
    const start = random.below(other.length);
    return replace(
      text,
      random.below(text.length + 1),
      random.below(20),
      other.slice(start, start + random.below(200)),
    );
  },
  function repeat(random, text) {
    const start = random.below(text.length);
    const part = text.slice(start, start + random.between(1, 12));
    return replace(text, start, 0, part.repeat(random.pick([2, 10, 300])));
  },
  function nest(random, text) {
    return replace(
      text,
      random.below(text.length + 1),
      0,
      random.pick(["(", "[", "{", "!", "-", "a.", "u8?", "any(a,", "x ? ", "1 + ("]).repeat(random.pick([3, 70, 3000])),
    );
  },
];

function replace(text: string, at: number, length: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + length);
}

/** Where some word, number or mark is. */
function wordAt(random: Random, text: string): [number, number] {
  const from = random.below(text.length);
  const match = /[\w.@]+|[^\s\w]/.exec(text.slice(from, from + 200));
  return match === null ? [from, 0] : [from + match.index, match[0].length];
}
