import { row } from "./catalogue.ts";

/** Ids and numbers: what the bytes of a dump call a member, a record, a value or a bit. */
export const rows = {
  B3001: row<{ id: string; owner: string; what: string; free: string | undefined }>({
    severity: "error",
    title: "member id that is used twice",
    message: (p) => `${p.what} id ${p.id} is used twice in \`${p.owner}\``,
    help: (p) => (p.free === undefined ? undefined : `the next free id is @${p.free}`),
    explain: `The id is all that a dump says about a member: two members with one id would be written over each other, and a reader would take the
value of one for the value of the other. An id is never used again, also not after its member was retired: old dumps still hold it.`,
    example: {
      bad: `/// Sessions.
module linux.session;

/// A session.
state Session {
  name     @1 : string[..63];
  deadline @1 : u32 unit "ms";
}
`,
      good: `/// Sessions.
module linux.session;

/// A session.
state Session {
  name     @1 : string[..63];
  deadline @2 : u32 unit "ms";
}
`,
    },
  }),
  B3002: row<{ id: string; name: string }>({
    severity: "error",
    title: "member id out of bounds",
    message: (p) => `id ${p.id} of \`${p.name}\` is out of bounds: expected 1 to 65535`,
    help: () => "ids from @0x8000 are for vendors, so upstream members take @1 to @0x7fff",
    explain: `An id is 16 bits of the word that stands before every member, and 0 is none. The upper half belongs to vendors, so that a member which a
distribution adds can never meet one that upstream adds.`,
    example: {
      bad: `/// Sessions.
module linux.session;

/// A session.
state Session { name @0 : string[..63]; }
`,
      good: `/// Sessions.
module linux.session;

/// A session.
state Session { name @1 : string[..63]; }
`,
    },
  }),
  B3003: row<{ name: string; owner: string; free: string | undefined }>({
    severity: "error",
    title: "member without an id",
    message: (p) => `\`${p.name}\` has no id`,
    help: (p) => (p.free === undefined ? "give it one: `name @1 : type;`" : `the next free id is @${p.free}`),
    explain: `Names are for people, ids are for the bytes. A member's place in the text cannot stand for its id: inserting a line would then renumber
everything that follows, and old dumps would be read as something else.`,
    example: {
      bad: `/// Sessions.
module linux.session;

/// A session.
state Session { name : string[..63]; }
`,
      good: `/// Sessions.
module linux.session;

/// A session.
state Session { name @1 : string[..63]; }
`,
    },
  }),
  B3004: row<{ number: string; owner: string; what: string }>({
    severity: "error",
    title: "reserved number",
    message: (p) => `${p.what} ${p.number} is reserved in \`${p.owner}\``,
    explain: `A reserved id or value belonged to something that was removed. Dumps that hold it may still exist, and a reader would take them for the new meaning.
Choose a number that was never used.`,
    example: {
      bad: `/// Sessions.
module linux.session;

/// A session.
state Session {
  name @3 : string[..63];
  reserved @1, @3..@5;
}
`,
      good: `/// Sessions.
module linux.session;

/// A session.
state Session {
  name @6 : string[..63];
  reserved @1, @3..@5;
}
`,
    },
  }),
  B3005: row<{ id: string; first: string; second: string }>({
    severity: "error",
    title: "record id that two states have",
    message: (p) => `record id ${p.id} of \`${p.second}\` is taken by \`${p.first}\``,
    explain: `A record in a dump carries nothing but its id and its bytes. Two states with one id, in whichever modules of a build, would read each
other's records.`,
    example: {
      bad: `/// Sessions.
module linux.session;

/// A session.
state Session @0x5e55_0001 { name @1 : string[..63]; }

/// A file of a session.
state File @0x5e55_0001 { token @1 : u64; }
`,
      good: `/// Sessions.
module linux.session;

/// A session.
state Session @0x5e55_0001 { name @1 : string[..63]; }

/// A file of a session.
state File @0x5e55_0002 { token @1 : u64; }
`,
    },
  }),
  B3006: row<{ id: string; name: string }>({
    severity: "error",
    title: "record id out of bounds",
    message: (p) => `record id ${p.id} of \`${p.name}\` is out of bounds: expected 1 to 0xffff_ffff`,
    explain: `The id of a record is 32 bits of its header. 0 is taken by the dump's own records: the manifest, the embedded schema and the end.`,
    example: {
      bad: `/// Sessions.
module linux.session;

/// A session.
state Session @0 { name @1 : string[..63]; }
`,
      good: `/// Sessions.
module linux.session;

/// A session.
state Session @0x5e55_0001 { name @1 : string[..63]; }
`,
    },
  }),
  B3007: row<{ name: string; why: string; proposal: string }>({
    severity: "error",
    title: "state without an id that is used as a record",
    message: (p) => `\`${p.name}\` has no record id, but ${p.why}`,
    help: (p) => `give it an id of its own, such as \`@${p.proposal}\``,
    explain: `A state with an id after its name is a record of its own in a dump; one without can only be nested in another. A
reference finds a state without an id in a list of it that a value around the reference has, going outwards, and nowhere else. The proposed id is made from
the names of the module and the state, so that two people who add the same state propose the same number; any other that no state has will do.`,
    example: {
      bad: `/// Sessions.
module linux.session;

/// The one session of a handoff.
state Session single { name @1 : string[..63]; }
`,
      good: `/// Sessions.
module linux.session;

/// The one session of a handoff.
state Session @0x5e55_0001 single { name @1 : string[..63]; }
`,
    },
  }),
  B3008: row<{ value: string; owner: string; free: string | undefined }>({
    severity: "error",
    title: "enum value that is used twice",
    message: (p) => `value ${p.value} is used twice in \`${p.owner}\``,
    help: (p) => (p.free === undefined ? undefined : `the next free value is ${p.free}`),
    explain: `A number in a dump has one name. With two, a tool could print either, and a value that was retired would come back as another.`,
    example: {
      bad: `/// Sessions.
module linux.session;

/// What a session does.
enum Mode : u8 { idle = 0; busy = 1; done = 1; }
`,
      good: `/// Sessions.
module linux.session;

/// What a session does.
enum Mode : u8 { idle = 0; busy = 1; done = 2; }
`,
    },
  }),
  B3009: row<{ bit: string; owner: string; first: string; second: string }>({
    severity: "error",
    title: "bit that is used twice",
    message: (p) => `bit ${p.bit} of \`${p.owner}\` is \`${p.first}\` and \`${p.second}\``,
    explain: `Every bit belongs to one name. Where two names overlap, setting one changes the other, and the bytes cannot say which was meant.`,
    example: {
      bad: `/// Sessions.
module linux.session;

/// What holds of a session.
bits Flags : u8 { frozen = 0; level = 0..2; }
`,
      good: `/// Sessions.
module linux.session;

/// What holds of a session.
bits Flags : u8 { frozen = 0; level = 1..3; }
`,
    },
  }),
  B3010: row<{ text: string; problem: string }>({
    severity: "error",
    title: "reserved numbers that make no sense",
    message: (p) => `\`${p.text}\` reserves nothing: ${p.problem}`,
    explain: `A \`reserved\` line keeps numbers that were used from being used again: \`reserved @3, @5..@9;\` in states, structs and unions, \`reserved 3, 5..9;\`
in enums and bits, where numbers have no \`@\`. Both ends of a range count.`,
    example: {
      bad: `/// Sessions.
module linux.session;

/// A session.
state Session {
  name @1 : string[..63];
  reserved @9..@5;
}
`,
      good: `/// Sessions.
module linux.session;

/// A session.
state Session {
  name @1 : string[..63];
  reserved @5..@9;
}
`,
    },
  }),
} as const;
