import { row } from "./catalogue.ts";

/** Versions and lifetimes: since when something exists, and until when. */
export const rows = {
  B3101: row<{ text: string; problem: string }>({
    severity: "error",
    title: "number that cannot be a version",
    message: (p) => `\`${p.text}\` is no version: ${p.problem}`,
    explain: `A version is \`1\` to \`65535\`, a backport onto it \`.1\` to \`.65535\`; both parts are 16 bits wide in the header of every record. \`2.0\` is written
\`2\`: two spellings of one version would make two names for one release file.`,
    example: {
      bad: `/// Sessions.
module linux.session;

version 0 "6.18";
`,
      good: `/// Sessions.
module linux.session;

version 1 "6.18";
`,
    },
  }),
  B3102: row<{ version: string; previous: string }>({
    severity: "error",
    title: "versions out of order",
    message: (p) =>
      p.version === p.previous
        ? `version ${p.version} is declared twice`
        : `version ${p.version} stands after version ${p.previous}`,
    help: () => "list versions in ascending order; a backport comes right after the version it adds to",
    explain: `The version lines are the history of the module, oldest first, and the last one is the version being worked on. Out of order, \`since\` and
\`until\` would read backwards.`,
    example: {
      bad: `/// Sessions.
module linux.session;

version 2 "6.19";
version 1 "6.18";
`,
      good: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";
`,
    },
  }),
  B3103: row<{ version: string; base: string }>({
    severity: "error",
    title: "backport onto a version that is not there",
    message: (p) => `version ${p.version} is a backport, but version ${p.base} is not declared`,
    help: (p) => `declare \`version ${p.base};\` before it`,
    explain: `\`version 2.1\` adds to version 2 what a stable branch needed. Without a version 2 there is nothing that it adds to.`,
    example: {
      bad: `/// Sessions.
module linux.session;

version 2.1 "6.19.7";
`,
      good: `/// Sessions.
module linux.session;

version 2   "6.19";
version 2.1 "6.19.7";
`,
    },
  }),
  B3104: row<{ version: string; declared: readonly string[] }>({
    severity: "error",
    title: "version that is not declared",
    message: (p) => `version ${p.version} is not declared by this module`,
    help: (p) => `the module has ${p.declared.length === 1 ? "version" : "versions"} ${p.declared.join(", ")}`,
    explain: `\`since\`, \`until\`, \`reads\` and \`writes\` speak about versions that the module declares with a \`version\` line. A member that is
\`since\` a version that nobody declared would exist in no dump, and no reader would be told why.`,
    example: {
      bad: `/// Sessions.
module linux.session;

version 1 "6.18";

/// A session.
state Session { name @1 : string[..63] = "" since 2; }
`,
      good: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";

/// A session.
state Session { name @1 : string[..63] = "" since 2; }
`,
    },
  }),
  B3105: row<{ name: string; since: string; until: string }>({
    severity: "error",
    title: "end before the beginning",
    message: (p) => `\`${p.name}\` would end (until ${p.until}) before it begins (since ${p.since})`,
    help: () => "`until` names the last version that still writes it",
    explain: `Both ends count: \`since 2 until 3\` is there in 2 and 3. The other way round it would exist in no version at all.`,
    example: {
      bad: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";

/// A session.
state Session { name @1 : string[..63] since 2 until 1; }
`,
      good: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";

/// A session.
state Session { name @1 : string[..63] since 1 until 1; }
`,
    },
  }),
  B3106: row<{ name: string; owner: string; side: "since" | "until"; own: string; its: string }>({
    severity: "error",
    title: "member that lives longer than its declaration",
    message: (p) =>
      p.side === "since"
        ? `\`${p.name}\` is there since ${p.own}, but \`${p.owner}\` only since ${p.its}`
        : `\`${p.name}\` is there until ${p.own}, but \`${p.owner}\` only until ${p.its}`,
    explain: `Nothing in a declaration can be older than the declaration or outlive it. One of the two numbers is wrong, and which one decides what a
reader of the older version expects.`,
    example: {
      bad: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";

/// A session.
state Session since 2 { name @1 : string[..63] since 1; }
`,
      good: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";

/// A session.
state Session since 2 { name @1 : string[..63]; }
`,
    },
  }),
  B3107: row<{ user: string; used: string; side: "since" | "until"; own: string; its: string }>({
    severity: "error",
    title: "member that is older than its type, or outlives it",
    message: (p) =>
      p.side === "since"
        ? `\`${p.user}\` is there since ${p.own}, but \`${p.used}\` only since ${p.its}`
        : `\`${p.user}\` is there ${p.own === "" ? "without end" : `until ${p.own}`}, but \`${p.used}\` only until ${p.its}`,
    help: (p) =>
      p.side === "since"
        ? `give it \`since ${p.its}\`, or let \`${p.used}\` begin earlier`
        : `give it \`until ${p.its}\`, or let \`${p.used}\` go on`,
    explain: `At every version that has the member, its type must exist too: a dump of that version holds a value of it. A declaration without
\`since\` and \`until\` of its own lives as long as its module uses it, so most types need neither.`,
    example: {
      bad: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";

/// What a session may do.
enum Mode : u8 since 2 { idle = 0; busy = 1; }

/// A session.
state Session { mode @1 : Mode; }
`,
      good: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";

/// What a session may do.
enum Mode : u8 since 2 { idle = 0; busy = 1; }

/// A session.
state Session { mode @1 : Mode = idle since 2; }
`,
    },
  }),
  B3108: row<{ user: string; used: string; module: string; version: string }>({
    severity: "error",
    title: "type that another module does not have any more",
    message: (p) => `\`${p.user}\` uses \`${p.used}\`, which \`${p.module}\` does not have at its version ${p.version}`,
    explain: `A type of another module follows that module's version. This one has ended there (or is only used by what has ended), so a codec that is
built from both could not read or write the member. Keep the type in its module as long as another module's member needs it, retired members included.`,
  }),
  B3109: row<{ name: string; until: string; next: string }>({
    severity: "error",
    title: "something that a backport takes away",
    message: (p) => `\`${p.name}\` ends with ${p.until}, so version ${p.next} would take it away`,
    help: (p) =>
      `a backport only adds: end it with \`until ${p.next.replace(/\..*/, "")}\`, which covers the backports too`,
    explain: `A stable branch is updated by people who expect that nothing goes away. \`version 2.2\` is read by whoever reads 2 and 2.1, so it has all that
they have; what is to end ends with the next full version.`,
    example: {
      bad: `/// Sessions.
module linux.session;

version 1   "6.18";
version 1.1 "6.18.4";
version 1.2 "6.18.9";

/// A session.
state Session { name @1 : string[..63]; deadline @2 : u32 = 0 since 1.1 until 1.1; }
`,
      good: `/// Sessions.
module linux.session;

version 1   "6.18";
version 1.1 "6.18.4";
version 1.2 "6.18.9";

/// A session.
state Session { name @1 : string[..63]; deadline @2 : u32 = 0 since 1.1 until 1; }
`,
    },
  }),
  B3110: row<{ line: string; joined: string }>({
    severity: "error",
    title: "support line that is there twice",
    message: (p) => `\`${p.line}\` is there twice`,
    help: (p) => `join the two: \`${p.line} ${p.joined};\``,
    explain: `One line says which versions' dumps the working version must read, one which readers it must be able to write for. With two, neither tells the whole.`,
    example: {
      bad: `/// Sessions.
module linux.session;

version 1 "6.18";
reads 1..;
reads 1;
`,
      good: `/// Sessions.
module linux.session;

version 1 "6.18";
reads 1..;
`,
    },
  }),
  B3111: row<{ min: string; max: string }>({
    severity: "error",
    title: "range of versions the wrong way round",
    message: (p) => `\`${p.min}..${p.max}\` holds no version`,
    explain: `Both ends of a range count, and the lower one comes first: \`2..4\` is 2, 3 and 4, and every backport onto them.`,
    example: {
      bad: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";
reads 2..1;
`,
      good: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";
reads 1..2;
`,
    },
  }),
  B3112: row<{ what: string }>({
    severity: "error",
    title: "check that no version can evaluate",
    message: (p) => `no version has all the members that this ${p.what} names`,
    explain: `A check holds in the versions that have every member it names. Here there is none: one of the members had ended before another began, so
the check would never be looked at while it seems to promise something.`,
    example: {
      bad: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";

/// A session.
state Session {
  files @1 : u32 = 0 until 1;
  pages @2 : u32 = 0 since 2;
  check files <= pages : "a file has a page";
}
`,
      good: `/// Sessions.
module linux.session;

version 1 "6.18";
version 2 "6.19";

/// A session.
state Session {
  files @1 : u32 = 0;
  pages @2 : u32 = 0 since 2;
  check files <= pages : "a file has a page";
}
`,
    },
  }),
  B3113: row<{ limit: number }>({
    severity: "error",
    title: "too many versions",
    message: (p) => `more than ${p.limit} versions of one module: the rest of them is not looked at`,
    help: () => "a version stands for a change of what is written, and not for each build",
    explain: `Every tool holds the module as it is at each of its versions, and compares them in pairs: twice the versions take four times as long. All rely
on there being a bound, far above what the history of a module comes to. So many are most often one for each build; but a version stands for a
change of what is written, and builds that write the same have the same version.`,
  }),
} as const;
