import { row } from "./catalogue.ts";

const head = `/// Sessions.
module linux.session;
`;

/** Types, values, ranges and defaults. */
export const rows = {
  B4001: row<{ value: string; what: string; min: string; max: string }>({
    severity: "error",
    title: "number that its type cannot hold",
    message: (p) => `${p.value} does not fit ${p.what}: expected ${p.min} to ${p.max}`,
    explain: `The number is outside what the type (or the range that it was given) can hold, so it could never stand in a dump. Numbers are exact: nothing is
cut off or wraps around.`,
    example: {
      bad: `${head}
/// What a session does.
enum Mode : u8 { idle = 0; busy = 256; }
`,
      good: `${head}
/// What a session does.
enum Mode : u16 { idle = 0; busy = 256; }
`,
    },
  }),
  B4002: row<{ min: string; max: string }>({
    severity: "error",
    title: "range the wrong way round",
    message: (p) => `the range ${p.min}..${p.max} holds nothing`,
    help: () => "the lower end comes first; both ends count",
    explain: `Both ends of a range belong to it, and the lower one comes first. A range that holds nothing would refuse every dump.`,
    example: {
      bad: `${head}
/// A session.
state Session { deadline @1 : u32 in 60..1; }
`,
      good: `${head}
/// A session.
state Session { deadline @1 : u32 in 1..60; }
`,
    },
  }),
  B4003: row<{ what: string }>({
    severity: "error",
    title: "bound of 0",
    message: (p) => `with a bound of 0 the ${p.what} can only be empty`,
    help: () => "expected a bound of at least 1",
    explain: `A list, string or bytes that can only be empty carries no state. It is most often a bound that was to be filled in later. Zero as the lower
end of a range is fine: \`u8[..4]\` and \`u8[0..4]\` are the same.`,
    example: {
      bad: `${head}
/// A session.
state Session { name @1 : string[..0]; }
`,
      good: `${head}
/// A session.
state Session { name @1 : string[..63]; }
`,
    },
  }),
  B4004: row<{ value: string; max: string }>({
    severity: "error",
    title: "bound that no dump can have",
    message: (p) => `${p.value} is no possible bound: expected 1 to ${p.max}`,
    explain: `A length is counted in 32 bits, so no list, string or bytes of a dump is longer than the bound named here.`,
    example: {
      bad: `${head}
/// A session.
state Session { name @1 : string[..0x1_0000_0000]; }
`,
      good: `${head}
/// A session.
state Session { name @1 : string[..63]; }
`,
    },
  }),
  B4005: row<{ problem: string; help: string }>({
    severity: "error",
    title: "types nested in a way that the bytes do not have",
    message: (p) => p.problem,
    help: (p) => p.help,
    explain: `A list holds numbers, strings, structs, states or unions, but no lists and nothing optional; \`?\` comes last and once. That keeps one way to write
each value, and every element has a place for more members later. A state of its own around the inner list says the same and can grow.`,
    example: {
      bad: `${head}
/// A session.
state Session { groups @1 : u32[..8][..8]; }
`,
      good: `${head}
/// The files of a session that belong together.
state Group { files @1 : u32[..8] = []; }

/// A session.
state Session { groups @1 : Group[..8]; }
`,
    },
  }),
  B4006: row<{ subject: string }>({
    severity: "error",
    title: "optional member with a default",
    message: (p) => `\`${p.subject}\` is optional and has a default`,
    help: () => "drop one of the two: an absent `T?` is absent, an absent member with a default has that value",
    explain: `A writer leaves out an optional member that is absent, and a member that equals its default. With both, the reader of a dump without the
member could not tell which of the two it meant.`,
    example: {
      bad: `${head}
/// A session.
state Session { deadline @1 : u32? = 60; }
`,
      good: `${head}
/// A session.
state Session { deadline @1 : u32 = 60; }
`,
    },
  }),
  B4007: row<{ expected: string; found: string }>({
    severity: "error",
    title: "default of the wrong kind",
    message: (p) => `expected ${p.expected}, found ${p.found}`,
    explain: `The default is a value of the member's type, as people write it: a number for integers, \`true\` or \`false\`, the name of an enum value, names of
bits joined by \`|\` (or \`0\` for none), a string, hexadecimal digits in quotes for bytes and uuid, \`[]\` for a list. States, structs and unions have no
default: use \`?\` where they may be missing.`,
    example: {
      bad: `${head}
/// A session.
state Session { frozen @1 : bool = 0; }
`,
      good: `${head}
/// A session.
state Session { frozen @1 : bool = false; }
`,
    },
  }),
  B4008: row<{ problem: string }>({
    severity: "error",
    title: "default that its type cannot hold",
    message: (p) => `the default ${p.problem}`,
    explain: `The default must be a value that the member itself may have: within its range and its bounds, well-formed, made of bits that have a name.
Otherwise a reader would fill in a value that it would refuse in a dump.`,
    example: {
      bad: `${head}
/// A session.
state Session { name @1 : string[1..63] = ""; }
`,
      good: `${head}
/// A session.
state Session { name @1 : string[..63] = ""; }
`,
    },
  }),
  B4009: row<{ name: string; owner: string; what: string; meant: string | undefined }>({
    severity: "error",
    title: "unknown enum value or bit",
    message: (p) => `\`${p.owner}\` has no ${p.what} \`${p.name}\``,
    help: (p) => (p.meant === undefined ? undefined : `did you mean \`${p.meant}\`?`),
    explain: `The name must be one of those that the declaration lists. A default that nobody can look up would be filled in by some readers and refused by others.`,
    example: {
      bad: `${head}
/// What a session does.
enum Mode : u8 { idle = 0; busy = 1; }

/// A session.
state Session { mode @1 : Mode = ilde; }
`,
      good: `${head}
/// What a session does.
enum Mode : u8 { idle = 0; busy = 1; }

/// A session.
state Session { mode @1 : Mode = idle; }
`,
    },
  }),
  B4010: row<{ name: string; member: string; version: string }>({
    severity: "error",
    title: "default that a version does not have",
    message: (p) => `\`${p.name}\` is not there at version ${p.version}, which has \`${p.member}\``,
    explain: `A default never changes, so the value that it names must exist at every version of the member. Where it does not, a reader of that version would
fill in a value that it does not know.`,
    example: {
      bad: `${head}
version 1 "6.18";
version 2 "6.19";

/// What a session does.
enum Mode : u8 { busy = 1; idle = 2 since 2; }

/// A session.
state Session { mode @1 : Mode = idle; }
`,
      good: `${head}
version 1 "6.18";
version 2 "6.19";

/// What a session does.
enum Mode : u8 { busy = 1; idle = 2 since 2; }

/// A session.
state Session { mode @1 : Mode = busy; }
`,
    },
  }),
  B4011: row<{ attribute: string; subject: string; needs: string }>({
    severity: "error",
    title: "attribute where it has no meaning",
    message: (p) => `\`${p.attribute}\` has no meaning on ${p.subject}`,
    help: (p) => p.needs,
    explain: `Attributes that are read but mean nothing are worse than errors: the author believes that something is checked. So each is accepted only where it
does what it says.`,
    example: {
      bad: `${head}
/// A session.
state Session { name @1 : string[..63] unit "ms"; }
`,
      good: `${head}
/// A session.
state Session { name @1 : string[..63]; deadline @2 : u32 unit "ms"; }
`,
    },
  }),
  B4012: row<{ attribute: string }>({
    severity: "error",
    title: "attribute that is there twice",
    message: (p) => `\`${p.attribute}\` is there twice`,
    help: () => "keep one",
    explain: `Each attribute says one thing. Of two, nobody could tell which one counts, and a merge that kept both lines most likely meant one of them.`,
    example: {
      bad: `${head}
/// A session.
state Session { deadline @1 : u32 unit "ms" unit "s"; }
`,
      good: `${head}
/// A session.
state Session { deadline @1 : u32 unit "ms"; }
`,
    },
  }),
  B4013: row<{ found: string; what: string; expected: string }>({
    severity: "error",
    title: "enum or bits over no integer",
    message: (p) => `${p.what} are over ${p.expected}, found \`${p.found}\``,
    explain: `The base type says how wide the number is where it lies in a struct, and which numbers there can be. It is written out, never the name of another type,
because a change of it is a change of the layout.`,
    example: {
      bad: `${head}
/// What a session does.
enum Mode : bool { idle = 0; busy = 1; }
`,
      good: `${head}
/// What a session does.
enum Mode : u8 { idle = 0; busy = 1; }
`,
    },
  }),
  B4014: row<{ bit: string; owner: string; width: number }>({
    severity: "error",
    title: "bit that its type does not have",
    message: (p) => `\`${p.owner}\` has no bit ${p.bit}: expected 0 to ${p.width - 1}`,
    explain: `Bits are counted from 0, the least significant. A type of 16 bits has 0 to 15: a name for bit 16 would stand for nothing that a dump can hold.`,
    example: {
      bad: `${head}
/// What holds of a session.
bits Flags : u8 { frozen = 8; }
`,
      good: `${head}
/// What holds of a session.
bits Flags : u16 { frozen = 8; }
`,
    },
  }),
  B4015: row<{ name: string; used: string; problem: string }>({
    severity: "error",
    title: "type that a range of bits cannot hold",
    message: (p) => `\`${p.name}\` cannot hold a \`${p.used}\`: ${p.problem}`,
    explain: `A range of bits may be given an enum or an integer type, so that tools print names and units. Every value of that type must fit the bits: one that
does not would be cut off, and come back as another.`,
    example: {
      bad: `${head}
/// What a session does.
enum Mode : u8 { idle = 0; busy = 4; }

/// What holds of a session.
bits Flags : u8 { mode = 0..1 : Mode; }
`,
      good: `${head}
/// What a session does.
enum Mode : u8 { idle = 0; busy = 4; }

/// What holds of a session.
bits Flags : u8 { mode = 0..2 : Mode; }
`,
    },
  }),
  B4016: row({
    severity: "error",
    title: "`none` where there must be a value",
    message: () => "`none` is no type of a member",
    help: () => "only an alternative of a union can hold nothing",
    explain: `\`none\` is for an alternative of a union that says all by being the one. A member that holds nothing would be a \`bool\`.`,
    example: {
      bad: `${head}
/// A session.
state Session { frozen @1 : none; }
`,
      good: `${head}
/// A session.
state Session { frozen @1 : bool; }
`,
    },
  }),
  B4017: row<{ name: string; found: string }>({
    severity: "error",
    title: "type alias of what cannot have one",
    message: (p) => `\`type ${p.name}\` names ${p.found}: expected an integer, a string or bytes`,
    explain: `\`type\` gives an integer, a string or bytes a name, with its range, unit and display. Enums, bits, states, structs and unions have names of their own,
and two names for one of them would make a rename look like a change of type.`,
    example: {
      bad: `${head}
/// Whether a session is frozen.
type Frozen = bool;
`,
      good: `${head}
/// How long a session may take.
type Deadline = u32 unit "ms";
`,
    },
  }),
  B4018: row<{ what: string; name: string }>({
    severity: "error",
    title: "enum or union that has no value",
    message: (p) => `the ${p.what} \`${p.name}\` has no value at all`,
    explain: `A closed enum accepts only the values it lists, and a union holds exactly one of its alternatives. With none of them, a member of this type
could not be written, and a state with such a member could not be handed over.`,
    example: {
      bad: `${head}
/// What a session does.
enum Mode : u8 { }
`,
      good: `${head}
/// What a session does.
enum Mode : u8 { idle = 0; }
`,
    },
  }),
  B4019: row<{ found: string }>({
    severity: "error",
    title: "`cstring` that cannot be laid out",
    message: (p) => p.found,
    explain: `A \`cstring[32]\` is a C array of 32 characters that ends in NUL, as structures of the kernel have them, so it stands in structs alone and has one size.
In a state a \`string[..31]\` says how long the text may be, and costs only what it holds.`,
    example: {
      bad: `${head}
/// A session.
state Session { name @1 : cstring[64]; }
`,
      good: `${head}
/// A session.
state Session { name @1 : string[..63]; }
`,
    },
  }),
  B4020: row<{ name: string; problem: string; help: string | undefined }>({
    severity: "error",
    title: "member that cannot be a key",
    message: (p) => `\`${p.name}\` cannot be a key: ${p.problem}`,
    help: (p) => p.help,
    explain: `A key tells records and elements apart, and a diff pairs them by it. So it is one plain value that is always there: an integer, enum, bits, \`bool\`,
string, bytes or uuid, without \`?\`. It may have a default, so that a composite key can gain a part: elements of older versions then all stand at that default.`,
    example: {
      bad: `${head}
/// A session.
state Session { name @1 : string[..63]? key; }
`,
      good: `${head}
/// A session.
state Session { name @1 : string[..63] key; }
`,
    },
  }),
  B4021: row<{ name: string; problem: string }>({
    severity: "error",
    title: "list that cannot be sorted",
    message: (p) => `\`${p.name}\` cannot be \`sorted\`: ${p.problem}`,
    explain: `\`sorted\` says that the elements ascend: numbers, strings and bytes by themselves, states and structs by their key. Elements without an order cannot.`,
    example: {
      bad: `${head}
/// A file.
state File { token @1 : u64; }

/// A session.
state Session { files @1 : File[..64] sorted; }
`,
      good: `${head}
/// A file.
state File { token @1 : u64 key; }

/// A session.
state Session { files @1 : File[..64] sorted; }
`,
    },
  }),
  B4022: row<{ cycle: readonly string[] }>({
    severity: "error",
    title: "state or union that always contains itself",
    message: (p) =>
      `\`${p.cycle[0] ?? ""}\` always contains itself: ${p.cycle.map((name) => `\`${name}\``).join(" -> ")}`,
    help: () =>
      "put a `?`, a list that may be empty, or a union with an alternative that does not lead back in between",
    explain: `A value would hold a value of the same type, and so on without end. Something on the way must be able to be absent or empty, or a union on it must
have an alternative that does not lead back.`,
    example: {
      bad: `${head}
/// A session, and the one that it came from.
state Session { origin @1 : Session; }
`,
      good: `${head}
/// A session, and the one that it came from.
state Session { origin @1 : Session?; }
`,
    },
  }),
  B4023: row<{ name: string; range: string; outer: string; of: string }>({
    severity: "error",
    title: "range that its type does not have",
    message: (p) => `the range ${p.range} of \`${p.name}\` goes past ${p.outer}, the range of ${p.of}`,
    explain: `A range narrows the type that it is on. One that goes past it would promise values that the type refuses.`,
    example: {
      bad: `${head}
/// A session.
state Session { deadline @1 : u8 in 0..1000; }
`,
      good: `${head}
/// A session.
state Session { deadline @1 : u16 in 0..1000; }
`,
    },
  }),
} as const;
