import { row } from "./catalogue.ts";

const head = `/// Sessions.
module linux.session;
`;

/** Warnings: what compiles, and will be regretted. */
export const rows = {
  B7001: row<{ what: string; name: string; style: string; proposal: string; isTaken: boolean }>({
    severity: "warning",
    title: "name that is not in the language's case",
    message: (p) => `${p.what} \`${p.name}\` is not ${p.style}`,
    help: (p) => (p.isTaken ? `\`${p.proposal}\` is there already: find another name` : `write \`${p.proposal}\``),
    explain: `Members, values, bits and alternatives are \`snake_case\`, types \`UpperCamelCase\`, constants \`UPPER_CASE\`, modules lower case. The names go into generated code and into every
message as they are, so one habit makes schemas of different subsystems read alike.`,
    example: {
      bad: `${head}
/// A session.
state Session { fileCount @1 : u32; }
`,
      good: `${head}
/// A session.
state Session { file_count @1 : u32; }
`,
    },
  }),
  B7002: row<{ what: string; name: string }>({
    severity: "warning",
    title: "declaration without documentation",
    message: (p) => `${p.what} \`${p.name}\` has no documentation`,
    help: () => "put a `///` line before it",
    explain: `The schema is the contract between two kernels, and its readers are people who did not write it, often in a hurry. The \`///\` text goes into the generated code
and into the tools.`,
    example: {
      bad: `${head}
state Session { files @1 : u32; }
`,
      good: `${head}
/// What is handed over together.
state Session { files @1 : u32; }
`,
    },
  }),
  B7003: row<{ name: string; what: string; proposal: string }>({
    severity: "warning",
    title: "list, string or bytes without a bound",
    message: (p) => `\`${p.name}\` has no bound: ${p.what} of any length`,
    help: (p) => `say how much there can be: \`${p.proposal}\``,
    explain: `Without a bound nobody can say how large a dump gets, nor how long the handoff takes. A bound that was set can be grown later, and whether that is compatible is
judged by the values that are really there.`,
    example: {
      bad: `${head}
/// A session.
state Session { files @1 : u64[]; }
`,
      good: `${head}
/// A session.
state Session { files @1 : u64[..4096] handle; }
`,
    },
  }),
  B7004: row<{ name: string; since: string; line: string; what: string }>({
    severity: "warning",
    title: "retired member that no supported version writes",
    message: (p) => `\`${p.name}\` ended with ${p.since}, and no version that is read or written for has it`,
    help: (p) => `put a line in its place that keeps the ${p.what} from being used again: \`${p.line}\``,
    explain: `A retired member stays in the file so that dumps that hold it are read correctly. Once no supported version writes it, only its number must be kept from being
used again.`,
    example: {
      bad: `${head}
version 1 "6.18";
version 2 "6.19";
reads 2;
writes 2;

/// A session.
state Session { files @1 : u32 = 0 until 1; pages @2 : u32; }
`,
      good: `${head}
version 1 "6.18";
version 2 "6.19";
reads 2;
writes 2;

/// A session.
state Session { reserved @1 "files"; pages @2 : u32; }
`,
    },
  }),
  B7005: row<{ name: string; user: string; fallsBack: boolean }>({
    severity: "warning",
    title: "closed enum that cannot be extended safely",
    message: (p) =>
      `\`${p.name}\` is closed, and \`${p.user}\` holds it bare: a later value would be refused with all that holds it`,
    help: (p) =>
      p.fallsBack
        ? "make it an `open enum`; if each reader must know each value, give the member a default or a `?`, for a writer to fall back on"
        : "make it an `open enum`, which keeps a value that it does not know",
    explain: `A reader that was built before a value was added refuses it, and with it the record. For hardware and protocols that gain values, an \`open enum\` keeps what it does not know, and
the code that uses it decides. Where every reader must really know every value, a closed enum is right; a default or a \`?\` then leaves a writer that meets an older reader something
to say instead of the value that this one does not know.`,
    example: {
      bad: `${head}
/// What a session does.
enum Mode : u8 { idle = 0; busy = 1; }

/// A session.
state Session { mode @1 : Mode; }
`,
      good: `${head}
/// What a session does.
open enum Mode : u8 { idle = 0; busy = 1; }

/// A session.
state Session { mode @1 : Mode; }
`,
    },
  }),
  B7006: row<{ name: string; element: string }>({
    severity: "warning",
    title: "bare list that cannot be extended safely",
    message: (p) => `\`${p.name}\` is a list of bare ${p.element}: its elements can never gain a second member`,
    help: () => "make the elements a `struct` or a `state` if there is ever more to say about one of them",
    explain: `The elements of a list of structs or states can gain members later, and an old reader steps over them. An element that is a bare number or text has no place for more, and a second
list beside it must be kept in step by hand. Lists that hold references (\`->\`) or handles are complete as they are, and so are arrays of a fixed size.`,
    example: {
      bad: `${head}
/// A session.
state Session { deadlines @1 : u32[..16]; }
`,
      good: `${head}
/// When something must be done.
struct Deadline { at @1 : u32 unit "ms"; }

/// A session.
state Session { deadlines @1 : Deadline[..16]; }
`,
    },
  }),
  B7007: row<{ name: string }>({
    severity: "warning",
    title: "import that nothing uses",
    message: (p) => `nothing in this module uses \`${p.name}\``,
    help: () => "remove the import",
    explain: `An import ties the two modules' releases together: the version of what is imported is pinned with every release, and its fingerprint stands in every manifest
that needs it. One that is not used costs that for nothing.`,
  }),
  B7008: row<{ name: string; by: string }>({
    severity: "warning",
    title: "retired member that no reader can take up",
    message: (p) =>
      `\`${p.by}\` is computed from \`${p.name}\`, but no \`from\` says how \`${p.name}\` follows from \`${p.by}\``,
    help: (p) => `a reader refuses dumps with \`${p.name}\` unless its own \`from\` gives back the value read`,
    explain: `Nothing is lost silently: a reader that computes a new member from a retired one drops the retired one, and may do so only if its value can be computed back. Without a \`from\` of its
own, a retired member is refused unless it stands at its default or is \`ignorable\`, so that the new member is never computed from it.`,
    example: {
      bad: `${head}
version 1 "6.18";
version 2 "6.19";

/// A session.
state Session {
  seconds  @1 : u32 until 1;
  deadline @2 : u64 since 2 from seconds * 1000;
}
`,
      good: `${head}
version 1 "6.18";
version 2 "6.19";

/// A session.
state Session {
  seconds  @1 : u32 until 1 from deadline / 1000;
  deadline @2 : u64 since 2 from seconds * 1000;
}
`,
    },
  }),
  B7009: row<{ name: string; version: string }>({
    severity: "warning",
    title: "key that older elements all have alike",
    message: (p) => `version ${p.version} has no key, so all that it wrote has \`${p.name}\` at its default`,
    help: () => "compute it from what can tell them apart (`from`), or leave the key to what older versions have too",
    explain: `Records and elements are unique by their key. A key may come later, with a default, where it becomes a part of a key that was there before. As the only
key it makes all elements of older dumps equal, which \`baton verify\` and \`validate()\` refuse as soon as there are two.`,
    example: {
      bad: `${head}
version 1 "6.18";
version 2 "6.19";

/// A session.
state Session @0x7365_7301 {
  owner  @1 : u32;
  number @2 : u32 = 0 key since 2;
}
`,
      good: `${head}
version 1 "6.18";
version 2 "6.19";

/// A session.
state Session @0x7365_7301 {
  owner  @1 : u32 key;
  number @2 : u32 = 0 key since 2;
}
`,
    },
  }),
  B7010: row<{ why: string }>({
    severity: "warning",
    title: "documentation of nothing",
    message: (p) => `this documentation is lost: ${p.why}`,
    help: () => "put it on lines of its own, right before what it describes, or make it a comment: `//`",
    explain: `\`///\` lines are the documentation of what follows them: generated code and tools show it. Behind a member on the same line, at the end of a body, or parted
from what follows by a blank line and more documentation, they belong to nothing, and nobody would see them.`,
    example: {
      bad: `${head}
/// A session.
state Session {
  token @1 : u64; /// Names the session.
}
`,
      good: `${head}
/// A session.
state Session {
  /// Names the session.
  token @1 : u64;
}
`,
    },
  }),
} as const;
