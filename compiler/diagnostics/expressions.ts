import { row } from "./catalogue.ts";

const head = `/// Sessions.
module linux.session;
`;

const versions = `${head}
version 1 "6.18";
version 2 "6.19";
`;

/** Expressions, `check` and references. */
export const rows = {
  B6001: row<{ name: string; owner: string; meant: string | undefined }>({
    severity: "error",
    title: "unknown name in an expression",
    message: (p) => `\`${p.name}\` is no member of \`${p.owner}\`, no constant and no value that is expected here`,
    help: (p) => (p.meant === undefined ? undefined : `did you mean \`${p.meant}\`?`),
    explain: `An expression sees the members of its declaration, inside \`any\` and \`all\` also those of the element, and constants. The name of an enum value
stands alone where it is compared with (or becomes) a value of that enum; elsewhere write \`Mode.busy\`.`,
    example: {
      bad: `${head}
/// A session.
state Session { files @1 : u32; check file < 64 : "at most 63 files"; }
`,
      good: `${head}
/// A session.
state Session { files @1 : u32; check files < 64 : "at most 63 files"; }
`,
    },
  }),
  B6002: row<{ operator: string; expected: string; found: string; help: string | undefined }>({
    severity: "error",
    title: "operand of the wrong type",
    message: (p) => `\`${p.operator}\` needs ${p.expected}, found ${p.found}`,
    help: (p) => p.help,
    explain: `Numbers and conditions are different things: there is no number that counts as true. Enums, bits and their ranges are numbers, single bits are
conditions. Strings and bytes can be compared with \`==\` and \`!=\`.`,
    example: {
      bad: `${head}
/// A session.
state Session { files @1 : u32; frozen @2 : bool; check !files || frozen : "files are frozen"; }
`,
      good: `${head}
/// A session.
state Session { files @1 : u32; frozen @2 : bool; check files == 0 || frozen : "files are frozen"; }
`,
    },
  }),
  B6003: row<{ left: string; right: string; operator: string; help: string | undefined }>({
    severity: "error",
    title: "operands that do not go together",
    message: (p) => `\`${p.operator}\` cannot join ${p.left} and ${p.right}`,
    help: (p) => p.help,
    explain: `Both sides of a comparison, and both outcomes of \`? :\`, are of one type. Values of two different enums are not comparable, even if their numbers are
equal: whoever means the numbers says so with arithmetic, such as \`mode + 0\`.`,
    example: {
      bad: `${head}
/// A session.
state Session { name @1 : string[..63]; check name != 0 : "a session has a name"; }
`,
      good: `${head}
/// A session.
state Session { name @1 : string[..63]; check name != "" : "a session has a name"; }
`,
    },
  }),
  B6004: row<{ what: string; expected: string; found: string; help: string | undefined }>({
    severity: "error",
    title: "expression of the wrong type",
    message: (p) => `${p.what} must be ${p.expected}, found ${p.found}`,
    help: (p) => p.help,
    explain: `A \`check\` is a condition. A \`from\` gives a value of its member's type: a number for an integer, an enum or bits, a condition for a \`bool\`, text for a
string; a state, struct, union or list can only be taken over whole, from a member of the same type.`,
    example: {
      bad: `${head}
/// A session.
state Session { files @1 : u32; check files : "a session has files"; }
`,
      good: `${head}
/// A session.
state Session { files @1 : u32; check files > 0 : "a session has files"; }
`,
    },
  }),
  B6005: row<{ operator: string }>({
    severity: "error",
    title: "division by zero",
    message: (p) => `the divisor of \`${p.operator}\` is always 0`,
    explain: `A division by zero has no result. Where the divisor can be 0 for some dumps only, those dumps are refused when the expression is evaluated; guard it
with \`n != 0 && …\` or \`n == 0 ? … : …\`.`,
    example: {
      bad: `${head}
/// A session.
state Session { files @1 : u32; check files / 0 < 64 : "few files"; }
`,
      good: `${head}
/// A session.
state Session { files @1 : u32; check files / 2 < 64 : "few files"; }
`,
    },
  }),
  B6006: row<{ min: string; max: string }>({
    severity: "error",
    title: "shift out of bounds",
    message: (p) => `the shift is by ${p.min === p.max ? p.min : `${p.min} to ${p.max}`}: expected 0 to 63`,
    explain: `A shift by more bits than the widest integer has, or by a negative number, is a slip in every schema that was ever looked at. Dumps for which the
number is out of bounds only sometimes are refused when the expression is evaluated.`,
    example: {
      bad: `${head}
/// A session.
state Session { files @1 : u32; check files >> 64 == 0 : "few files"; }
`,
      good: `${head}
/// A session.
state Session { files @1 : u32; check files >> 16 == 0 : "few files"; }
`,
    },
  }),
  B6007: row<{ result: string; name: string; expected: string; help: string | undefined }>({
    severity: "error",
    title: "result that its member cannot hold",
    message: (p) => `the result ${p.result} never fits \`${p.name}\`: expected ${p.expected}`,
    help: (p) => p.help,
    explain: `Expressions are mathematical: they do not wrap around, and \`~x\` is \`-x - 1\`. A result outside the member's type is refused; here it always is. Mask it,
as in \`~flags & 0xff\`, where the lower bits are meant.`,
    example: {
      bad: `${versions}
/// A session.
state Session {
  active @1 : u8 until 1;
  idle   @2 : u8 since 2 from ~active;
}
`,
      good: `${versions}
/// A session.
state Session {
  active @1 : u8 until 1;
  idle   @2 : u8 since 2 from ~active & 0xff;
}
`,
    },
  }),
  B6008: row<{ name: string; meant: string | undefined }>({
    severity: "error",
    title: "unknown function",
    message: (p) => `there is no function \`${p.name}\``,
    help: (p) =>
      p.meant === undefined
        ? "the functions are `len(x)`, `has(x)`, `any(list, condition)` and `all(list, condition)`"
        : `did you mean \`${p.meant}\`?`,
    explain: `The language has four functions: \`len\` of a list, a string or bytes, \`has\` of an optional member, \`any\` and \`all\` of a list.`,
    example: {
      bad: `${head}
/// A session.
state Session { files @1 : u32[..64]; check count(files) > 0 : "a session has files"; }
`,
      good: `${head}
/// A session.
state Session { files @1 : u32[..64]; check len(files) > 0 : "a session has files"; }
`,
    },
  }),
  B6009: row<{ name: string; expected: number; found: number }>({
    severity: "error",
    title: "wrong number of arguments",
    message: (p) =>
      `\`${p.name}\` takes ${p.expected === 1 ? "1 argument" : `${p.expected} arguments`}, found ${p.found}`,
    explain: `\`len(x)\` and \`has(x)\` take one argument; \`any(list, condition)\` and \`all(list, condition)\` take the list and what is asked of each element.`,
    example: {
      bad: `${head}
/// A session.
state Session { files @1 : u32[..64]; check any(files) : "a session has files"; }
`,
      good: `${head}
/// A session.
state Session { files @1 : u32[..64]; check any(files, it != 0) : "a session has files"; }
`,
    },
  }),
  B6010: row<{ name: string; owner: string; meant: string | undefined }>({
    severity: "error",
    title: "unknown member in a path",
    message: (p) => `${p.owner} has no \`${p.name}\``,
    help: (p) => (p.meant === undefined ? undefined : `did you mean \`${p.meant}\`?`),
    explain: `After a dot stands a member of the state or struct before it, an alternative of the union, or a bit or range of the bits. Numbers, strings and lists have none:
ask \`len(list)\`, \`any(list, …)\` or \`all(list, …)\`.`,
    example: {
      bad: `${head}
/// What holds of a session.
bits Flags : u8 { frozen = 0; }

/// A session.
state Session { flags @1 : Flags; check !flags.forzen : "a session is not frozen"; }
`,
      good: `${head}
/// What holds of a session.
bits Flags : u8 { frozen = 0; }

/// A session.
state Session { flags @1 : Flags; check !flags.frozen : "a session is not frozen"; }
`,
    },
  }),
  B6011: row<{ name: string; owner: string; meant: string | undefined }>({
    severity: "error",
    title: "unknown alternative",
    message: (p) => `\`${p.owner}\` has no alternative \`${p.name}\``,
    help: (p) => (p.meant === undefined ? undefined : `did you mean \`${p.meant}\`?`),
    explain: `\`u is alternative\` asks whether the union holds that alternative, by the name that it has in the union.`,
    example: {
      bad: `${head}
/// What is handed over.
union Payload { file @1 : u64; page @2 : u64; }

/// A session.
state Session { payload @1 : Payload; check payload is file || payload is pgae : "known"; }
`,
      good: `${head}
/// What is handed over.
union Payload { file @1 : u64; page @2 : u64; }

/// A session.
state Session { payload @1 : Payload; check payload is file || payload is page : "known"; }
`,
    },
  }),
  B6012: row({
    severity: "error",
    title: "check without a message",
    message: () => "this check has no message",
    help: () => 'say what holds: `check files < 64 : "at most 63 files";`',
    explain: `The message is what an operator reads when a handoff is refused, so it says what must hold, in the words of the schema.`,
    example: {
      bad: `${head}
/// A session.
state Session { files @1 : u32; check files < 64; }
`,
      good: `${head}
/// A session.
state Session { files @1 : u32; check files < 64 : "at most 63 files"; }
`,
    },
  }),
  B6013: row<{ name: string; enum: string }>({
    severity: "error",
    title: "member or value of an enum",
    message: (p) => `\`${p.name}\` is a member and a value of \`${p.enum}\``,
    help: (p) => `write \`${p.enum}.${p.name}\` for the value, \`${p.name} + 0\` for the member`,
    explain: `Where a value of an enum is expected, its names stand alone. Here a member has the same name and could be meant as well. The compiler does not choose: a member that is
added later would silently change what an old check says.`,
    example: {
      bad: `${head}
/// What a session does.
open enum Mode : u8 { idle = 0; busy = 1; }

/// A session.
state Session { mode @1 : Mode; busy @2 : u32; check mode != busy : "not busy"; }
`,
      good: `${head}
/// What a session does.
open enum Mode : u8 { idle = 0; busy = 1; }

/// A session.
state Session { mode @1 : Mode; busy @2 : u32; check mode != Mode.busy : "not busy"; }
`,
    },
  }),
  B6101: row<{ name: string; problem: string; help: string | undefined }>({
    severity: "error",
    title: "reference to what has no single key",
    message: (p) => `\`${p.name}\` cannot be referred to: ${p.problem}`,
    help: (p) => p.help,
    explain: `A reference holds the key of its target, and \`verify\` looks the target up by it. So the target is a state, and the member after the dot is its one key.
With a composite key, a single value would not say which one is meant.`,
    example: {
      bad: `${head}
/// A file.
state File @0x5e55_0002 { token @1 : u64; }

/// A session.
state Session { log @1 : u64 = 0 -> File.token; }
`,
      good: `${head}
/// A file.
state File @0x5e55_0002 { token @1 : u64 key; }

/// A session.
state Session { log @1 : u64 = 0 -> File.token; }
`,
    },
  }),
  B6102: row<{ name: string; found: string; target: string; expected: string }>({
    severity: "error",
    title: "reference of another type than its target",
    message: (p) => `\`${p.name}\` is ${p.found}, but the key \`${p.target}\` is ${p.expected}`,
    explain: `A reference is looked up by comparing values, so both are integers, both strings, both bytes or both uuids. Widths may differ.`,
    example: {
      bad: `${head}
/// A file.
state File @0x5e55_0002 { token @1 : u64 key; }

/// A session.
state Session { log @1 : string[..63] = "" -> File.token; }
`,
      good: `${head}
/// A file.
state File @0x5e55_0002 { token @1 : u64 key; }

/// A session.
state Session { log @1 : u64 = 0 -> File.token; }
`,
    },
  }),
} as const;
