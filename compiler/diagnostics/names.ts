import { row } from "./catalogue.ts";

/** Types of other languages that have no counterpart here, and what to say to who expects one. */
const foreignTypes: ReadonlyMap<string, string> = new Map([
  ...["float", "double", "f32", "f64"].map(
    (name) => [name, "there are no floats: say the unit, and count in it"] as const,
  ),
  ...["int", "uint", "long", "size_t", "usize", "isize"].map(
    (name) => [name, "say how wide it is: `u32`, `i64`"] as const,
  ),
  ...[8, 16, 32, 64].flatMap((width) =>
    [
      ...["u%_t", "__u%", "__le%", "uint%_t", "uint%"].map((name) => [name, `u${width}`] as const),
      ...["s%", "__s%", "int%_t", "int%"].map((name) => [name, `i${width}`] as const),
    ].map(([name, own]) => [name.replace("%", String(width)), `did you mean \`${own}\`?`] as const),
  ),
  ...["str", "text", "String", "varchar"].map((name) => [name, "did you mean `string`?"] as const),
  ...["char", "byte", "octet"].map((name) => [name, "a number is a `u8`, several bytes are `bytes[..64]`"] as const),
  ...["list", "vec", "Vec", "array", "repeated"].map(
    (name) => [name, "a list is written behind its element: `u8[]`, `u8[..64]`"] as const,
  ),
]);

/** Names, modules and imports: what a word in a schema stands for. */
export const rows = {
  B2001: row({
    severity: "error",
    title: "no module line",
    message: () => "expected `module …;` as the first line, found none",
    help: () => "name the module after the file: `linux/pci.baton` starts with `module linux.pci;`",
    explain: `A file is one module, and its first item says which. The name is what other modules import, what a dump's manifest lists
and what the generated code is filed under, so it cannot be guessed from where the file happens to lie.`,
    example: {
      bad: `/// How long a session may take.
const DEADLINE = 30;
`,
      good: `/// Sessions of a live update.
module linux.session;

/// How long a session may take.
const DEADLINE = 30;
`,
    },
  }),
  B2002: row<{ first: string; second: string }>({
    severity: "error",
    title: "more than one module line",
    message: (p) =>
      p.first === p.second ? `\`module ${p.second}\` stands here again` : `this file is already module \`${p.first}\``,
    help: () => "remove it: a file is exactly one module",
    explain: `A file is exactly one module. Two of them in one file would leave open which versions, and which fingerprint, a declaration belongs to.`,
    example: {
      bad: `module linux.session;
module linux.other;
`,
      good: `module linux.session;
`,
    },
  }),
  B2003: row<{ found: string; expected: string }>({
    severity: "error",
    title: "module name that differs from the file's path",
    message: (p) => `module \`${p.found}\` is in the file of \`${p.expected}\``,
    help: (p) => `write \`module ${p.expected};\`, or move the file`,
    explain: `Under a schema root the path of a file and the name of its module say the same: \`linux/pci.baton\` is \`linux.pci\`. An import finds its
file that way, and nobody has to search for a module that a dump names.`,
  }),
  B2004: row<{ name: string; other: string }>({
    severity: "error",
    title: "module that is declared twice",
    message: (p) => `module \`${p.name}\` is also declared by \`${p.other}\``,
    explain: `Two files of one build say that they are the same module. A dump names modules, so its reader could not tell which of the two wrote it.
Often one of them is a copy, or a schema root lies inside another.`,
  }),
  B2005: row<{ name: string; meant: string | undefined }>({
    severity: "error",
    title: "unknown module",
    message: (p) => `module \`${p.name}\` is not part of this build`,
    help: (p) =>
      p.meant === undefined
        ? `expected \`${p.name.replaceAll(".", "/")}.baton\` under a schema root`
        : `did you mean \`${p.meant}\`?`,
    explain: `An import names a module, and its file lies under a schema root at the path that the name says: \`import linux.iommu;\` reads
\`linux/iommu.baton\`. Roots are given with \`-I DIR\` or in \`baton.json\`.`,
    example: {
      bad: `module linux.session;

import linux.no_such_module;
`,
      good: `module linux.session;
`,
    },
  }),
  B2006: row<{ name: string }>({
    severity: "error",
    title: "module that imports itself",
    message: (p) => `module \`${p.name}\` imports itself`,
    help: () => "remove the import: a module's own names are known in it",
    explain: `A module knows its own declarations, also those further down. Importing itself is most often a slip in the name of the module that was meant.`,
    example: {
      bad: `module linux.session;

import linux.session;
`,
      good: `module linux.session;
`,
    },
  }),
  B2007: row<{ name: string }>({
    severity: "error",
    title: "import that is there twice",
    message: (p) => `module \`${p.name}\` is imported twice`,
    help: () => "remove one of the two",
    explain: `The second import adds nothing; two lines that must be kept in step are one too many, and a merge that leaves both often lost something else.`,
  }),
  B2008: row<{ cycle: readonly string[] }>({
    severity: "error",
    title: "modules that import each other",
    message: (p) => `imports go in a circle: ${p.cycle.map((name) => `\`${name}\``).join(" -> ")}`,
    help: () => "move what both need into a module that imports neither",
    explain: `Modules are versioned and released one by one, and a release pins the versions of what it imports. Two that import each other could
not be released in any order: each would have to be first. Put what they share into a third module.`,
  }),
  B2009: row<{ name: string }>({
    severity: "error",
    title: "name that is declared twice",
    message: (p) => `\`${p.name}\` is declared twice`,
    explain: `All declarations of a module share one set of names, whatever their kind: a type and a constant of one name would be told apart by
where they stand, which neither a reader of the schema nor the generated code can rely on.`,
    example: {
      bad: `module linux.session;

/// A file that is handed over.
state Preserved { token @1 : u64; }

/// A page that is handed over.
state Preserved { frame @1 : u64; }
`,
      good: `module linux.session;

/// A file that is handed over.
state PreservedFile { token @1 : u64; }

/// A page that is handed over.
state PreservedPage { frame @1 : u64; }
`,
    },
  }),
  B2010: row<{ name: string; what: string; meant: string | undefined; imported: string | undefined }>({
    severity: "error",
    title: "unknown name",
    message: (p) => `expected ${p.what}, found the unknown name \`${p.name}\``,
    help: (p) =>
      p.imported !== undefined
        ? `\`${p.name}\` is declared in \`${p.imported}\`: add \`import ${p.imported};\``
        : (foreignTypes.get(p.name) ?? (p.meant === undefined ? undefined : `did you mean \`${p.meant}\`?`)),
    explain: `A name is looked up among the declarations of its own module, then among those of the modules that this one imports itself; what an
imported module imports is not seen. Builtin types are lower case: \`u32\`, \`bool\`, \`uuid\`, \`string\`. There is no \`int\`, whose size would depend on who
compiles it, and no float, which a kernel does not have.`,
    example: {
      bad: `module linux.session;

/// A file that is handed over.
state Preserved { token @1 : uint64; }
`,
      good: `module linux.session;

/// A file that is handed over.
state Preserved { token @1 : u64; }
`,
    },
  }),
  B2011: row<{ name: string; candidates: readonly string[] }>({
    severity: "error",
    title: "ambiguous name",
    message: (p) => `\`${p.name}\` could be ${p.candidates.map((name) => `\`${name}\``).join(" or ")}`,
    help: () => "qualify it with the end of its module's name, such as `iommu.Domain`, or with all of it",
    explain: `More than one of the imported modules has a declaration of this name. The compiler does not choose: an import that is added later, or a
declaration that another module gains, would silently change which one is meant. A module's own declarations come first and are never ambiguous.`,
  }),
  B2012: row<{ name: string; found: string; expected: string }>({
    severity: "error",
    title: "name of the wrong kind",
    message: (p) => `expected ${p.expected}, found the ${p.found} \`${p.name}\``,
    explain: `The name exists, but what it stands for has no meaning here: a constant is no type, a type is no number, and only a state can be referred to.`,
    example: {
      bad: `module linux.session;

/// The most files that a session holds.
const MAX_FILES = 64;

/// A session.
state Session { files @1 : MAX_FILES; }
`,
      good: `module linux.session;

/// The most files that a session holds.
const MAX_FILES = 64;

/// A session.
state Session { files @1 : u64[..MAX_FILES] handle; }
`,
    },
  }),
  B2013: row<{ name: string }>({
    severity: "error",
    title: "declaration with the name of a builtin type",
    message: (p) => `\`${p.name}\` is a builtin type and cannot be declared`,
    explain: `Members may have any name, also that of a type. A declaration may not, because where a type is expected nobody could tell the two apart.`,
    example: {
      bad: `module linux.session;

/// Sixteen bytes that name a session.
type uuid = bytes[16];
`,
      good: `module linux.session;

/// Sixteen bytes that name a session.
type SessionName = bytes[16];
`,
    },
  }),
  B2014: row<{ name: string; what: string; owner: string }>({
    severity: "error",
    title: "member, value or bit whose name is used twice",
    message: (p) => `${p.what} \`${p.name}\` is there twice in \`${p.owner}\``,
    explain: `Names are unique in their declaration over all versions. A member that was retired keeps its name as well as its id: an error message, a
JSON dump or a \`from\` that says the name must mean one member, whichever version wrote the dump. Give the new one a new name.`,
    example: {
      bad: `module linux.session;

/// A session.
state Session {
  name @1 : string[..63];
  name @2 : u64;
}
`,
      good: `module linux.session;

/// A session.
state Session {
  name   @1 : string[..63];
  number @2 : u64;
}
`,
    },
  }),
  B2015: row<{ name: string; owner: string }>({
    severity: "error",
    title: "reserved name",
    message: (p) => `the name \`${p.name}\` is reserved in \`${p.owner}\``,
    help: () => "choose another name",
    explain: `The name belonged to something that was removed. Tools and scripts that were written for it would take the new member for the old one.`,
    example: {
      bad: `module linux.session;

/// A session.
state Session {
  name @1 : string[..63];
  reserved @2 "name";
}
`,
      good: `module linux.session;

/// A session.
state Session {
  title @1 : string[..63];
  reserved @2 "name";
}
`,
    },
  }),
  B2016: row<{ cycle: readonly string[]; what: string }>({
    severity: "error",
    title: "constant or type that is defined by itself",
    message: (p) => `${p.what} is defined by itself: ${p.cycle.map((name) => `\`${name}\``).join(" -> ")}`,
    explain: `A constant needs a number and a type needs a builtin type at the end of the chain; here the chain comes back to where it began.`,
    example: {
      bad: `module linux.session;

/// The most files.
const MAX_FILES = MAX_PAGES;
/// The most pages.
const MAX_PAGES = MAX_FILES;
`,
      good: `module linux.session;

/// The most files.
const MAX_FILES = MAX_PAGES;
/// The most pages.
const MAX_PAGES = 64;
`,
    },
  }),
  B2017: row<{ qualifier: string; meant: string | undefined }>({
    severity: "error",
    title: "unknown qualifier",
    message: (p) => `no imported module is called \`${p.qualifier}\``,
    help: (p) => (p.meant === undefined ? undefined : `did you mean \`${p.meant}\`?`),
    explain: `What stands before the last dot of a qualified name is the name of an imported module, or the end of it: after \`import linux.iommu;\` both
\`iommu.Domain\` and \`linux.iommu.Domain\` name its \`Domain\`.`,
    example: {
      bad: `module linux.session;

/// A session.
state Session { domain @1 : iommu.Domain; }
`,
      good: `module linux.session;

/// A domain.
state Domain { id @1 : u32 key; }

/// A session.
state Session { domain @1 : session.Domain; }
`,
    },
  }),
  B2018: row<{ item: string }>({
    severity: "error",
    title: "item before the module line",
    message: (p) => `\`${p.item}\` stands before the module line`,
    help: () => "move the module line to the top",
    explain: `The module line is the first item of a file, so that whoever opens it (or reads the first line of a diff) knows what it describes.`,
    example: {
      bad: `version 1 "6.18";
module linux.session;
`,
      good: `module linux.session;
version 1 "6.18";
`,
    },
  }),
  B2019: row<{ name: string; what: string; limit: number }>({
    severity: "error",
    title: "chain of names that is too long",
    message: (p) => `${p.what} \`${p.name}\` leads through more than ${p.limit} others`,
    explain: `A constant may be another constant, and a type another type, but whoever wants to know what one of them is must follow the chain. Every tool relies on
there being a bound, far above anything that a person would write; a chain that long was generated, and its generator can write the value itself.`,
  }),
} as const;
