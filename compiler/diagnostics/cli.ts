import { row } from "./catalogue.ts";

/** `did you mean …` where something near is known. */
function meant(nearest: string | undefined): string | undefined {
  return nearest === undefined ? undefined : `did you mean \`${nearest}\`?`;
}

const readOn = "leave out `--strict` to read on";

/** What is wrong with a call, a file, `baton.json` or a SOURCE: never with the text of a schema. */
export const rows = {
  B9001: row<{ problem: string; help?: string | undefined }>({
    severity: "error",
    title: "call that cannot be understood",
    message: (p) => p.problem,
    help: (p) => p.help,
    explain: `The command line names a command, an option or a value that does not exist, or leaves out one that is needed. Nothing was read or
written. \`baton --help\` lists the commands, \`baton COMMAND --help\` what each takes, with an example. The exit status is 2.`,
  }),
  B9002: row<{ path: string; why: string }>({
    severity: "error",
    title: "file that cannot be read",
    message: (p) => `cannot read \`${p.path}\`: ${p.why}`,
    explain: `A file or folder that the call, \`baton.json\` or an import names is missing or may not be read. A folder that cannot be read is an error
and not an empty folder: a schema that is quietly left out would be a contract that is quietly not checked.`,
  }),
  B9003: row<{ path: string; why: string; help?: string | undefined }>({
    severity: "error",
    title: "file that cannot be written",
    message: (p) => `cannot write \`${p.path}\`: ${p.why}`,
    help: (p) => p.help,
    explain: `Each file is written beside its place and then renamed, so the file that was there is whole, and so is every file written before it.`,
  }),
  B9004: row<{ offset: number; looks: "text" | "binary" | "UTF-16" }>({
    severity: "error",
    title: "text that is not UTF-8",
    message: (p) => `not UTF-8: the bytes at offset ${p.offset} are no character`,
    help: (p) =>
      p.looks === "binary"
        ? "the file has NUL bytes, so it is most likely no text at all"
        : p.looks === "UTF-16"
          ? "the file begins as UTF-16 does: save it as UTF-8"
          : "save the file as UTF-8; a schema needs no other characters than ASCII outside comments and strings",
    explain: `Schemas and \`baton.json\` are UTF-8. Reading other bytes as if they were would change strings and names without a word.`,
  }),
  B9005: row<{ path: string; limit: number; help?: string | undefined }>({
    severity: "error",
    title: "file that is too large",
    message: (p) => `\`${p.path}\` has more than ${p.limit} bytes, the most that is read`,
    help: (p) => p.help,
    explain: `A schema is text that people wrote and review. A file of this size is something else, such as a dump named as a schema.

A dump in a file may be of any size. One that comes through a pipe may be so for \`decode\` and \`verify\`, which read it once; \`info\`, \`diff\`,
\`preflight\` and \`view\` go back and forth in it, so they hold all of a pipe, and no more than 2 GiB.`,
  }),
  B9006: row<{ place: string }>({
    severity: "error",
    title: "no schema found",
    message: (p) => `no schema in ${p.place}`,
    help: () =>
      "name `.baton` files or folders that hold some, or write a `baton.json` with `roots` (`baton init` makes one)",
    explain: `A folder without any \`.baton\` file is an error: a run that read nothing must not look like one that found nothing wrong. Folders named
\`node_modules\` and folders whose name starts with a dot are not searched.`,
  }),
  B9007: row<{ path: string; out: string; through: string }>({
    severity: "error",
    title: "output that would leave its folder",
    message: (p) =>
      `\`${p.path}\` is not inside \`${p.out}\`: \`${p.through}\` is a symbolic link that leads out of it`,
    help: () => "remove the link, or name the folder it leads to",
    explain: `Generated files stay inside the folder that \`--out\` names. A link inside it that leads elsewhere is not followed.`,
  }),
  B9008: row<{ path: string; first: string; second: string }>({
    severity: "error",
    title: "two modules, one file",
    message: (p) => `modules \`${p.first}\` and \`${p.second}\` would both be written to \`${p.path}\``,
    help: () => "module names that differ only in case are one file on many file systems: rename one of them",
    explain: `Each module is written to a file of its own, named after it. Where the file system does not tell upper from lower case, the second would
overwrite the first.`,
  }),
  B9009: row<{ path: string }>({
    severity: "error",
    title: "dump where a schema is expected",
    message: (p) => `\`${p.path}\` is a Baton dump, not a schema`,
    help: (p) =>
      `\`baton info ${p.path}\` and \`baton decode ${p.path}\` show what is in it; \`dump:${p.path}\` names its schema where a SOURCE is expected`,
    explain: `The file begins as a dump does. Commands that read schemas take \`.baton\` files and folders that hold some; what a SOURCE names can also be the
schema that travels in a dump: \`dump:FILE\`.`,
  }),
  B9010: row<{ path: string; found: string }>({
    severity: "error",
    title: "file that is neither a schema nor a dump",
    message: (p) => `\`${p.path}\` is neither a schema nor a dump: ${p.found}`,
    help: () =>
      "a schema names its module first, as in `module linux.pci;`; a dump begins with the bytes 89 42 41 54 4f 4e 0d 0a",
    explain: `\`baton info\` describes schemas and dumps, and tells them apart by what is in them. This file is something else, or what is left of one that was
cut off before its first line. A file whose name ends in \`.baton\` is taken for a schema, whatever is in it.`,
  }),
  B9011: row<{ path: string }>({
    severity: "error",
    title: "file that baton did not generate",
    message: (p) => `\`${p.path}\` is in the place of a generated file, and baton did not generate it`,
    help: () => "remove the file, or name another folder with `--out`",
    explain: `A generated file begins with \`// Code generated by baton. DO NOT EDIT.\` and is overwritten whenever it is generated anew. A file without that
line is somebody's own work, so it is left alone, and nothing is written.`,
  }),
  B9101: row<{ expected: string; found: string; help: string | undefined }>({
    severity: "error",
    title: "configuration that is not JSON",
    message: (p) => `not JSON: expected ${p.expected}, found ${p.found}`,
    help: (p) => p.help,
    explain: `\`baton.json\` is plain JSON: double quotes, no comments, no comma after the last element.`,
  }),
  B9102: row<{ key: string; place: string; nearest?: string | undefined }>({
    severity: "error",
    title: "unknown key in the configuration",
    message: (p) => `unknown key \`${p.key}\` in ${p.place}`,
    help: (p) => meant(p.nearest),
    explain: `\`baton.json\` may hold \`roots\`, \`include\`, \`out\`, \`supported\`, \`profiles\`, \`policy\` and \`exceptions\`. Another key is most likely one of them
mistyped, and ignoring it would ignore what was meant.`,
  }),
  B9103: row<{ path: string; expected: string; found: string; nearest?: string | undefined }>({
    severity: "error",
    title: "wrong value in the configuration",
    message: (p) => `\`${p.path}\`: expected ${p.expected}, found ${p.found}`,
    help: (p) => meant(p.nearest),
    explain: `The JSON Schema of \`baton.json\` is published with the compiler as \`baton.schema.json\`; an editor that knows it completes and checks the file.`,
  }),
  B9104: row<{ key: string; where: string }>({
    severity: "error",
    title: "key that is missing in the configuration",
    message: (p) => `${p.where} needs the key \`${p.key}\``,
    explain: `Some parts of \`baton.json\` cannot be left out: an exception, for instance, always gives its reason.`,
  }),
  B9105: row<{ key: string }>({
    severity: "error",
    title: "key that is given twice in the configuration",
    message: (p) => `the key ${p.key} is given twice`,
    explain: `JSON readers keep one of two equal keys and drop the other without a word. Which one was meant only you know.`,
  }),
  B9106: row<{ name: string; nearest?: string | undefined }>({
    severity: "error",
    title: "unknown profile",
    message: (p) => `no profile \`${p.name}\` in \`baton.json\``,
    help: (p) => meant(p.nearest) ?? "profiles are declared under `profiles`, as a set of module versions or a SOURCE",
    explain: `A profile is a name for the module versions that a fleet runs, or for a SOURCE: \`"profiles": {"fleet-2026.1": {"linux.pci": 2}}\`.`,
  }),
  B9107: row({
    severity: "error",
    title: "profile that leads back to itself",
    message: () => "this profile is a SOURCE that leads back to the profile itself",
    explain: `A profile can name another SOURCE, such as \`git:v7.0\` or another profile, but the chain must end somewhere.`,
  }),
  B9108: row<{ module: string; version: string; known: string; nearest?: string | undefined }>({
    severity: "error",
    title: "version that a module does not have",
    message: (p) => `module \`${p.module}\` has no version ${p.version}`,
    help: (p) => meant(p.nearest) ?? p.known,
    explain: `Where a version is asked for, it is one that the module declares with a \`version\` line.`,
  }),
  B9109: row<{ module: string; nearest?: string | undefined }>({
    severity: "error",
    title: "module that is not there",
    message: (p) => `no module \`${p.module}\` among the schemas`,
    help: (p) => meant(p.nearest),
    explain: `The call or \`baton.json\` names a module that none of the schemas read declares.`,
  }),
  B9201: row<{ source: string; why: string; help?: string | undefined }>({
    severity: "error",
    title: "SOURCE that cannot be read",
    message: (p) => `cannot read schemas from \`${p.source}\`: ${p.why}`,
    help: (p) => p.help,
    explain: `A SOURCE is a path, \`git:[REPOSITORY#]REVISION[:FOLDER]\`, \`dump:FILE\` (the schema inside a dump) or \`profile:NAME\` (from \`baton.json\`). Git
revisions are read from the repository's objects, without a checkout and without touching the work tree; a revision may not start with \`-\`.`,
  }),
  B9202: row<{ dump: string; modules: string }>({
    severity: "error",
    title: "dump whose schema is not known",
    message: (p) => `no schema known here has the fingerprint of ${p.modules} in \`${p.dump}\``,
    help: () => "name the schemas it was written with: `--schema PATH` or `--schema git:REV`",
    explain: `Schemas for a dump are found by fingerprint and never by name, because another tree's \`linux.pci\` version 2 may be another contract. They are
looked for in \`--schema\`, then in \`baton.json\` and its releases, then in \`BATON_SCHEMA_PATH\`, then in the dump itself. What is told beside it is
the fingerprint that is missing, and which versions of that module are known here by other fingerprints. Without a schema a dump is shown by ids and
forms.`,
  }),
  B9301: row<{ code: string; nearest?: string | undefined }>({
    severity: "error",
    title: "unknown code",
    message: (p) => `no diagnostic has the code \`${p.code}\``,
    help: (p) => meant(p.nearest) ?? "`baton explain` without a code lists them all",
    explain: `Codes are a \`B\` and four digits, and are never used for anything else once given.`,
  }),
  B9302: row<{ path: string }>({
    severity: "error",
    title: "file that is already there",
    message: (p) => `\`${p.path}\` is already there, and \`baton init\` overwrites nothing`,
    help: () => "run it in another folder, `baton init DIR`, or move the file away",
    explain: `\`baton init\` writes all of its files or none.`,
  }),
  B9303: row<{ name: string; nearest?: string | undefined; several?: readonly string[] }>({
    severity: "error",
    title: "no such record type, or several",
    message: (p) =>
      p.several === undefined
        ? `no state \`${p.name}\` that is a record of its own`
        : `\`${p.name}\` may be any of ${p.several.length} states: ${p.several.map((one) => `\`${one}\``).join(", ")}`,
    help: (p) =>
      p.several === undefined
        ? (meant(p.nearest) ?? "a state is a record if it has an id: `state PciDevice @0x10 { … }`")
        : `name its module as well, as in \`--type ${p.several[0]}\``,
    explain: `\`--type\` names a state with an id, with its module where the name alone is not unique: \`linux.pci.PciDevice\`.`,
  }),
  B9304: row<{ path: string; dump: string; stopped?: boolean; absent?: boolean }>({
    severity: "error",
    title: "path that names nothing",
    message: (p) =>
      p.stopped === true
        ? `reading stopped at the first problem, before anything in \`${p.dump}\` that is named by \`${p.path}\``
        : p.absent === true
          ? `what \`${p.path}\` names is absent in \`${p.dump}\``
          : `nothing in \`${p.dump}\` is named by \`${p.path}\``,
    help: (p) =>
      p.stopped === true
        ? readOn
        : p.absent === true
          ? "it is optional, or another alternative of its union was chosen"
          : "`baton decode DUMP --depth 1` shows records and members; a path is written as problems write theirs",
    explain: `A path names a state, if you like with its module, then one of its records by instance or key, then members and elements:
\`linux.pci.PciDevice#3.bars[0]\`, \`PciDevice[bdf=0x0800].bars[*].size\`. Members without a name are written by their id (\`@12\`). The dump has nothing
there: no such record, or a member that is absent or that the schema of the dump does not have. With \`--strict\` it may stand behind the first problem.
The exit status is 1.`,
  }),
  B9305: row<{ offset: string; size: string; dump: string; stopped?: boolean }>({
    severity: "error",
    title: "offset behind the end",
    message: (p) =>
      p.stopped === true
        ? `reading stopped at the first problem, before ${p.offset} of \`${p.dump}\``
        : `\`${p.dump}\` has no byte at ${p.offset}: it ends at ${p.size}`,
    help: (p) => (p.stopped === true ? readOn : undefined),
    explain: `\`--at\` takes the offset of a byte, decimal or with \`0x\`, counted from 0 at the start of the dump. The exit status is 1.`,
  }),
  B9306: row<{ first: string; count: number; nulls: number; firstNull: string }>({
    severity: "error",
    title: "JSON of a dump with problems",
    message: (p) => `this JSON is of a dump with ${p.count === 1 ? "a problem" : `${p.count} problems`}: ${p.first}`,
    help: (p) => {
      const which = p.nulls === 1 ? `null (${p.firstNull})` : `${p.nulls} nulls (the first is ${p.firstNull})`;
      const written = p.nulls === 0 ? "write back what is missing" : `write values for the ${which}`;
      return `${written}, then empty \`problems\`, which says that the rest is given up`;
    },
    explain: `\`baton decode --format json\` prints what it could read of a dump, and beside it the \`problems\`: what is damaged, or what the reader refused. What they
are about is \`null\` or missing in the values. A dump made of them would be whole and silent about it, so \`baton encode\` takes no JSON whose \`problems\`
are not empty. Mend the values, or take the records out; then \`"problems": []\` says that nothing else of the old dump is wanted. The exit status is 2.`,
  }),
  B9999: row<{ problem: string }>({
    severity: "error",
    title: "bug in Baton",
    message: (p) => `internal error: ${p.problem}`,
    help: () =>
      "this is our bug, please report it with the command line and, if you can, the files; `BATON_DEBUG=1` shows where it happened",
    explain: `Nothing that you write should make a tool fall over. The exit status is 3. Files are written whole or not at all, so nothing is half done.`,
  }),
} as const;
