import { row } from "./catalogue.ts";

const versions = `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";
`;

/** Members that are computed: `from`. */
export const rows = {
  B6201: row<{ name: string; what: string }>({
    severity: "error",
    title: "computed member with a default",
    message: (p) => `\`${p.name}\` has both \`from\` and ${p.what}`,
    help: () => "drop one of the two: with `from`, absence alone means compute",
    explain: `A writer leaves out a member that stands at its default and an optional one that is absent. If such a member also had a \`from\`, its reader could not tell
whether to take the default or to compute.`,
    example: {
      bad: `${versions}
/// A session.
state Session {
  seconds @1 : u32 until 1;
  deadline @2 : u64 = 0 since 2 from seconds * 1000;
}
`,
      good: `${versions}
/// A session.
state Session {
  seconds @1 : u32 until 1;
  deadline @2 : u64 since 2 from seconds * 1000;
}
`,
    },
  }),
  B6202: row<{ name: string; named: string }>({
    severity: "error",
    title: "`from` that names a member of its own versions",
    message: (p) =>
      `\`${p.name}\` cannot be computed from \`${p.named}\`: every version that has \`${p.named}\` has \`${p.name}\` too`,
    help: () => "a `from` computes what the other side's version did not have from what it did have",
    explain: `A \`from\` is evaluated when the other side's version has no such member. The members that it names must be ones which that version does have; one that only
exists together with the computed member is missing exactly when it is needed.`,
    example: {
      bad: `${versions}
/// A session.
state Session {
  seconds  @1 : u32 = 0 since 2;
  deadline @2 : u64 since 2 from seconds * 1000;
}
`,
      good: `${versions}
/// A session.
state Session {
  seconds  @1 : u32 until 1;
  deadline @2 : u64 since 2 from seconds * 1000;
}
`,
    },
  }),
  B6203: row<{ cycle: readonly string[]; writer: string; reader: string }>({
    severity: "error",
    title: "members that are computed from each other",
    message: (p) =>
      `${p.cycle.map((name) => `\`${name}\``).join(" from ")}: neither is there when version ${p.reader} meets version ${p.writer}`,
    help: () => "between these two versions nothing is left to compute from",
    explain: `Two members may well be computed from each other, one when reading and one when writing. But for a pair of versions that has neither of them, each waits for
the other. Compute one of them from a member that this pair has.`,
    example: {
      bad: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";
version 3 "7.0";

/// A session.
state Session {
  seconds  @1 : u32 until 1 from deadline / 1000;
  deadline @2 : u64 since 3 from seconds * 1000;
}
`,
      good: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";
version 3 "7.0";

/// A session.
state Session {
  seconds  @1 : u32 until 2 from deadline / 1000;
  deadline @2 : u64 since 3 from seconds * 1000;
}
`,
    },
  }),
  B6204: row<{ name: string; named: string; writer: string; reader: string }>({
    severity: "error",
    title: "`from` that names what may be missing",
    message: (p) =>
      `\`${p.name}\` needs \`${p.named}\`, which is not there when version ${p.reader} meets version ${p.writer}`,
    help: (p) => `give \`${p.named}\` a default or a \`from\`, or drop the version from \`reads\` and \`writes\``,
    explain: `For each pair of versions that must work together, every member that a \`from\` names must have a value: because the dump holds it, because it has a default,
or because it is computed itself. Here one version had dropped it before the other began.`,
    example: {
      bad: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";
version 3 "7.0";

/// A session.
state Session {
  seconds  @1 : u32 until 1;
  deadline @2 : u64 since 3 from seconds * 1000;
}
`,
      good: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";
version 3 "7.0";

/// A session.
state Session {
  seconds  @1 : u32 = 0 until 1;
  deadline @2 : u64 since 3 from seconds * 1000;
}
`,
    },
  }),
  B6205: row<{ name: string }>({
    severity: "error",
    title: "member that is computed from itself",
    message: (p) => `\`${p.name}\` is computed from itself`,
    explain: `A \`from\` is evaluated because the member is not there, so it cannot name it. Often another member was meant.`,
    example: {
      bad: `${versions}
/// A session.
state Session {
  seconds  @1 : u32 until 1;
  deadline @2 : u64 since 2 from deadline * 1000;
}
`,
      good: `${versions}
/// A session.
state Session {
  seconds  @1 : u32 until 1;
  deadline @2 : u64 since 2 from seconds * 1000;
}
`,
    },
  }),
  B6206: row<{ name: string; member: string; owner: string; version: string }>({
    severity: "error",
    title: "path through what the working version does not have",
    message: (p) =>
      `\`${p.name}\` is computed from \`${p.owner}.${p.member}\`, which version ${p.version} does not have`,
    help: () => "only members of the declaration itself are kept after they ended; those of a nested state are not",
    explain: `An expression is evaluated over the values that the working version reads or writes. It keeps the retired members of the state that the \`from\` is in, but
a nested state is decoded to what it is now.`,
    example: {
      bad: `${versions}
/// How long.
state Limits { seconds @1 : u32 = 0 until 1; pages @2 : u32 = 0; }

/// A session.
state Session {
  limits @1 : Limits;
  deadline @2 : u64 since 2 from limits.seconds * 1000;
}
`,
      good: `${versions}
/// How long.
state Limits { seconds @1 : u32 = 0; pages @2 : u32 = 0; }

/// A session.
state Session {
  limits @1 : Limits;
  deadline @2 : u64 since 2 from limits.seconds * 1000;
}
`,
    },
  }),
  B6207: row<{ name: string }>({
    severity: "error",
    title: "computed member that every version has",
    message: (p) => `\`${p.name}\` is never computed: every version has it`,
    help: () => "a constant that a member is at unless it is set is its default: write `=` instead of `from`",
    explain: `A \`from\` is evaluated when the other side's version has no such member. Where every version has it, nothing ever evaluates it, and the member is as
required as one without. A member that may be left out has a default; one that came later has \`since\`, and one that has gone \`until\`.`,
    example: {
      bad: `${versions}
/// A session.
state Session { seconds @1 : u32 from 60; }
`,
      good: `${versions}
/// A session.
state Session { seconds @1 : u32 from 60 since 2; }
`,
    },
  }),
} as const;
