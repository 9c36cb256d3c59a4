import { row } from "./catalogue.ts";

const head = `/// Pages.
module linux.pages;
`;

const versions = `${head}
version 1 "6.18";
version 2 "6.19";
`;

/** Structs: a fixed C layout that grows only at its end. */
export const rows = {
  B5001: row<{ name: string; type: string; help: string | undefined }>({
    severity: "error",
    title: "struct member without a fixed size",
    message: (p) => `\`${p.name}\` has no fixed size: a struct cannot hold ${p.type}`,
    help: (p) => p.help,
    explain: `A struct lies in the dump as C lays it out, and a table of them is read by constant offset and stride. So every member takes the same bytes in every
row: integers, \`bool\`, \`uuid\`, enums, bits, other structs, \`bytes[16]\`, \`cstring[32]\` and arrays \`T[6]\` of them. Text and lists that vary belong into a state.`,
    example: {
      bad: `${head}
/// A range of pages.
struct Pages { first @1 : u64; name @2 : string[..31]; }
`,
      good: `${head}
/// A range of pages.
struct Pages { first @1 : u64; name @2 : cstring[32]; }
`,
    },
  }),
  B5002: row<{ name: string; version: string | undefined }>({
    severity: "error",
    title: "struct without members",
    message: (p) => `struct \`${p.name}\` has no members${p.version === undefined ? "" : ` at version ${p.version}`}`,
    explain: `A row of a table takes at least one byte: a reader steps from row to row by the stride. A state may be empty, a struct may not.`,
    example: {
      bad: `${head}
/// A range of pages.
struct Pages { }
`,
      good: `${head}
/// A range of pages.
struct Pages { first @1 : u64; }
`,
    },
  }),
  B5003: row<{ name: string; size: string }>({
    severity: "error",
    title: "struct that is too large",
    message: (p) => `struct \`${p.name}\` takes ${p.size} bytes: expected at most 65535`,
    explain: `The stride of a table is 16 bits wide. What is larger is bulk of its own: put it into a member of type \`bytes\`, or into a state.`,
    example: {
      bad: `${head}
/// A page and what it holds.
struct Page { frame @1 : u64; content @2 : bytes[65536]; }
`,
      good: `${head}
/// A page and what it holds.
struct Page { frame @1 : u64; content @2 : bytes[4096]; }
`,
    },
  }),
  B5004: row<{ name: string; since: string; previous: string; before: string }>({
    severity: "error",
    title: "struct member that is not at the end",
    message: (p) => `\`${p.name}\` (since ${p.since}) stands after \`${p.previous}\` (since ${p.before})`,
    help: () => "a struct grows at its end: put the later member last",
    explain: `Text order is layout order. A member that is put between others moves those that follow, and every released reader would find them at the
wrong offset, without noticing.`,
    example: {
      bad: `${versions}
/// A range of pages.
struct Pages { first @1 : u64; node @2 : u32 since 2; count @3 : u32; }
`,
      good: `${versions}
/// A range of pages.
struct Pages { first @1 : u64; count @3 : u32; node @2 : u32 since 2; }
`,
    },
  }),
  B5005: row<{ name: string; member: string; end: number; size: number; filler: number; version: string }>({
    severity: "error",
    title: "struct member that straddles a released size",
    message: (p) =>
      `\`${p.member}\` lies across the end of \`${p.name}\` at version ${p.version}: it ends at byte ${p.end}, the struct at ${p.size}`,
    help: (p) =>
      `a filler of ${p.filler} ${p.filler === 1 ? "byte" : "bytes"} before it ends where version ${p.version} ended`,
    explain: `A reader of the older version steps over what lies past the size it knows, and skips the padding before. A member that lies partly in that padding
and partly past it would be cut in two. Members are laid out as C does, so a filler that ends where the older version ended moves the new member behind it.`,
    example: {
      bad: `${versions}
/// A range of pages.
struct Pages { first @1 : u64; node @2 : u8; owner @3 : bytes[16] since 2; }
`,
      good: `${versions}
/// A range of pages.
struct Pages { first @1 : u64; node @2 : u8; filler @3 : bytes[7] since 2; owner @4 : bytes[16] since 2; }
`,
    },
  }),
  B5006: row<{ name: string; id: string }>({
    severity: "error",
    title: "vendor member in a struct that others extend",
    message: (p) => `\`${p.name}\` is a later member with the vendor id ${p.id}`,
    help: () => "a vendor's members go into a state, or into a struct of the vendor's own",
    explain: `Members of a struct have a place, not only an id. One that a vendor appends takes the place that upstream's next member will take, and each would read the
other's bytes as its own.`,
    example: {
      bad: `${versions}
/// A range of pages.
struct Pages { first @1 : u64; owner @0x8001 : u64 since 2; }
`,
      good: `${versions}
/// A range of pages.
struct Pages { first @1 : u64; owner @2 : u64 since 2; }
`,
    },
  }),
  B5007: row<{ name: string; version: string; problem: string }>({
    severity: "error",
    title: "padding that does not stay zero",
    message: (p) => `\`${p.name}\` lies in what is padding at version ${p.version}, so it ${p.problem}`,
    explain: `Older writers put zeros there, and older readers demand them. So a member that comes to lie in former padding reads as 0 in every older dump, which must be
its default; and it cannot be \`ignorable\`, because an older reader refuses the bytes as soon as they are not zero, whatever the schema says.`,
    example: {
      bad: `${versions}
/// A range of pages.
struct Pages { first @1 : u64; node @2 : u8; order @3 : u8 = 9 since 2; }
`,
      good: `${versions}
/// A range of pages.
struct Pages { first @1 : u64; node @2 : u8; order @3 : u8 since 2; }
`,
    },
  }),
  B5008: row<{ name: string; member: string; outer: string }>({
    severity: "error",
    title: "nested struct that grows",
    message: (p) => `\`${p.name}\` is nested in \`${p.outer}\`, so it cannot gain \`${p.member}\``,
    explain: `A struct inside a struct has other members behind it. If it grew, they would move, and released readers of the outer struct would find them at the wrong
offset. Append to the outer struct, or hold the inner one in a state, where it is a table of one and can grow.`,
    example: {
      bad: `${versions}
/// A range of pages.
struct Pages { first @1 : u64; count @2 : u64 since 2; }

/// Two ranges.
struct Pair { a @1 : Pages; b @2 : Pages; }
`,
      good: `${versions}
/// A range of pages.
struct Pages { first @1 : u64; count @2 : u64; }

/// Two ranges.
struct Pair { a @1 : Pages; b @2 : Pages; }
`,
    },
  }),
  B5009: row<{ name: string; why: string }>({
    severity: "error",
    title: "later struct member that needs a default",
    message: (p) => `\`${p.name}\` takes 0 in rows of older versions, but ${p.why}`,
    help: () => "give it a default that it can have",
    explain: `A later member of a struct has a default, because rows of older dumps lack it. Without one written down it is 0, and 0 must be a value that the type can
have: a closed enum must list it, a range must hold it.`,
    example: {
      bad: `${versions}
/// Where pages are.
enum Zone : u8 { dma = 1; normal = 2; }

/// A range of pages.
struct Pages { first @1 : u64; zone @2 : Zone since 2; }
`,
      good: `${versions}
/// Where pages are.
enum Zone : u8 { dma = 1; normal = 2; }

/// A range of pages.
struct Pages { first @1 : u64; zone @2 : Zone = normal since 2; }
`,
    },
  }),
  B5010: row<{ cycle: readonly string[] }>({
    severity: "error",
    title: "struct that contains itself",
    message: (p) =>
      `struct \`${p.cycle[0] ?? ""}\` contains itself: ${p.cycle.map((name) => `\`${name}\``).join(" -> ")}`,
    explain: `A struct lies in one piece, so one that holds itself would have no end. Refer to another row by its key with \`->\`.`,
    example: {
      bad: `${head}
/// A range of pages and the next one.
struct Pages { first @1 : u64; next @2 : Pages; }
`,
      good: `${head}
/// A range of pages and the next one.
struct Pages { first @1 : u64 key; next @2 : u64; }
`,
    },
  }),
  B5011: row<{ name: string; limit: number }>({
    severity: "error",
    title: "structs that are nested too deep",
    message: (p) => `struct \`${p.name}\` holds structs more than ${p.limit} deep`,
    explain: `Everything that lays out or reads a struct goes down into the structs in it, and relies on there being a bound, far above what any C header has.`,
  }),
} as const;
