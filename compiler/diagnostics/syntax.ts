import { row } from "./catalogue.ts";

/** What is wrong with the text of a schema before it means anything: characters, words and their order. */
export const rows = {
  B1001: row<{ expected: string; found: string; help?: string | undefined }>({
    severity: "error",
    title: "unexpected text",
    message: (p) => `expected ${p.expected}, found ${p.found}`,
    help: (p) => p.help,
    explain: `The grammar has no place for what stands here. The message names what could stand here instead.

The parser goes on at the next member or declaration, so the mistakes that follow are reported in the same run.`,
    example: {
      bad: `module linux.example;

recrod Timer @0x10 {
  expires @1 : u64;
}
`,
      good: `module linux.example;

state Timer @0x10 {
  expires @1 : u64;
}
`,
    },
  }),
  B1002: row<{ declaration: string; found: string }>({
    severity: "error",
    title: "body that is never closed",
    message: (p) => `expected \`}\` to close ${p.declaration}, found ${p.found}`,
    explain: `A \`{\` has no \`}\`. Declarations do not nest, so the next declaration, or the end of the file, shows that one is missing.`,
    example: {
      bad: `module linux.example;

struct Pair {
  first @1 : u32;

const LIMIT = 4;
`,
      good: `module linux.example;

struct Pair {
  first @1 : u32;
}

const LIMIT = 4;
`,
    },
  }),
  B1003: row<{ problem: string }>({
    severity: "error",
    title: "malformed string",
    message: (p) => p.problem,
    explain: `A string starts and ends with \`"\` on one line. A line break in it is written \`\\n\`, a quote \`\\"\`.`,
    example: {
      bad: `module linux.example;

version 1 "6.18;
`,
      good: `module linux.example;

version 1 "6.18";
`,
    },
  }),
  B1004: row({
    severity: "error",
    title: "comment that is never closed",
    message: () => "this comment is never closed: expected `*/`",
    explain: `A \`/*\` comment ends at the first \`*/\`; without one, all that follows is taken for the comment. Comments do not nest.`,
    example: {
      bad: `module linux.example;

/* The limit of the first release.
const LIMIT = 4;
`,
      good: `module linux.example;

/* The limit of the first release. */
const LIMIT = 4;
`,
    },
  }),
  B1005: row<{ escape: string }>({
    severity: "error",
    title: "unknown escape in a string",
    message: (p) => `\`${p.escape}\` is no escape of the language`,
    help: () => 'the escapes are `\\"`, `\\\\`, `\\n`, `\\r`, `\\t` and `\\u{1f600}`',
    explain: `After a \`\\\` in a string stands one of \`"\`, \`\\\`, \`n\`, \`r\`, \`t\`, or \`u{…}\` with the hexadecimal number of a Unicode
character (at most \`10ffff\`, and no half of a surrogate pair: strings are well-formed UTF-8 in a dump).`,
    example: {
      bad: `module linux.example;

version 1 "6.18\\q";
`,
      good: `module linux.example;

version 1 "6.18\\t";
`,
    },
  }),
  B1006: row<{ text: string; problem: string }>({
    severity: "error",
    title: "malformed number",
    message: (p) => `\`${p.text}\` is no number: ${p.problem}`,
    explain: `Numbers are decimal (\`48\`), hexadecimal (\`0x1af4\`), octal (\`0o17\`) or binary (\`0b1010\`), with single \`_\` between digits where that helps to read.
A decimal number does not start with \`0\`, because other languages would read it as octal. Nothing needs more than 64 bits.`,
    example: {
      bad: `module linux.example;

const LIMIT = 1__000;
`,
      good: `module linux.example;

const LIMIT = 1_000;
`,
    },
  }),
  B1007: row<{ found: string; help?: string | undefined }>({
    severity: "error",
    title: "character outside the language",
    message: (p) => `${p.found} has no place outside strings and comments`,
    help: (p) => p.help,
    explain: `Outside strings and comments a schema is plain ASCII, so that two names that look alike are alike. Blank space is a space, a tab or a line
end.`,
    example: {
      bad: `module linux.example;

const LIMIT = 4 × 2;
`,
      good: `module linux.example;

const LIMIT = 8;
`,
    },
  }),
  B1008: row<{ character: string; place: string }>({
    severity: "error",
    title: "invisible character",
    message: (p) => `the invisible character ${p.character} in a ${p.place}`,
    help: (p) => (p.place === "string" ? "write it as an escape, `\\u{…}`" : "remove it"),
    explain: `Control characters and the characters that turn the direction of text make a schema read other than what it says, so they may
stand neither in strings nor in comments. A string that needs one writes it as an escape.`,
    example: {
      bad: `module linux.example;

const LIMIT = 4; // at most \u202e4 of them
`,
      good: `module linux.example;

const LIMIT = 4; // at most 4 of them
`,
    },
  }),
  B1009: row<{ what: string }>({
    severity: "error",
    title: "too deep or too long",
    message: (p) => p.what,
    explain: `Every tool that walks a schema relies on a bound: expressions and types nest at most 64 deep, and an expression has at most 1000
operators. Nothing that a person wrote comes near.`,
    example: {
      bad: `module linux.example;

type Deep = u8${"[]".repeat(70)};
`,
      good: `module linux.example;

type Deep = bytes[..64];
`,
    },
  }),
  B1010: row<{ text: string }>({
    severity: "error",
    title: "malformed version",
    message: (p) => `\`${p.text}\` is no version: expected a number such as \`2\`, or a backport such as \`2.1\``,
    explain: `A version of a module is a decimal number. A backport adds to one and has a second number: \`2.1\` is the first backport onto 2, \`2.10\`
the tenth. What the kernel calls itself goes into the label: \`version 3 "6.19";\`.`,
    example: {
      bad: `module linux.example;

version 6.18.1;
`,
      good: `module linux.example;

version 1 "6.18.1";
`,
    },
  }),
  B1011: row({
    severity: "error",
    title: "range without an end",
    message: () => "a range needs at least one end",
    explain: `\`a..b\`, \`a..\` and \`..b\` are ranges; both ends count. \`..\` alone says nothing. A list without bounds is \`T[]\`.`,
    example: {
      bad: `module linux.example;

type Bytes = bytes[..];
`,
      good: `module linux.example;

type Bytes = bytes[..64];
`,
    },
  }),
  B1012: row<{ first: string; second: string }>({
    severity: "error",
    title: "comparisons in a chain",
    message: (p) => `\`${p.first}\` and \`${p.second}\` do not chain`,
    help: () => "join two comparisons with `&&`, or put parentheses around one",
    explain: `\`a < b < c\` would compare a truth with a number. Say \`a < b && b < c\`.`,
    example: {
      bad: `module linux.example;

/// An interval.
struct Interval {
  low  @1 : u32;
  high @2 : u32;
  check 0 < low < high : "an interval is not empty";
}
`,
      good: `module linux.example;

/// An interval.
struct Interval {
  low  @1 : u32;
  high @2 : u32;
  check 0 < low && low < high : "an interval is not empty";
}
`,
    },
  }),
  B1013: row<{ word: string; declaration: string; help: string }>({
    severity: "error",
    title: "line that this kind of declaration does not have",
    message: (p) => `\`${p.word}\` has no place in ${p.declaration}`,
    help: (p) => p.help,
    explain: `A \`check\` is about members that stand side by side, so states and structs have them. A union holds one alternative, an enum or bits one
number.`,
    example: {
      bad: `module linux.example;

union Payload {
  count   @1 : u32;
  nothing @2 : none;
  check count < 4 : "at most three";
}
`,
      good: `module linux.example;

union Payload {
  count   @1 : u32 in 0..3;
  nothing @2 : none;
}
`,
    },
  }),
  B1014: row<{ count: number }>({
    severity: "error",
    title: "too many mistakes",
    message: (p) => `more than ${p.count} mistakes in this file: the rest of it is not looked at`,
    explain: `After this many mistakes in one file the rest is more likely noise than help; often the file is not a schema at all.`,
  }),
} as const;
