import type { Run } from "./call.ts";

/** An option as commander reads it. */
export interface OptionRow {
  readonly flags: string;
  readonly about: string;
  /** What may be given; anything else is refused with what was meant. */
  readonly choices?: readonly string[];
  /** `many` may be repeated, `number` is a whole number from 0. */
  readonly kind?: "many" | "number";
  readonly default?: string;
}

/** A command of the program. A new command is a row here and a file beside this one. */
export interface CommandRow {
  readonly name: string;
  /** As commander reads it: `[paths...]`. */
  readonly arguments: string;
  readonly argumentsAbout: string;
  readonly about: string;
  readonly options: readonly OptionRow[];
  /** Calls that work as they are, each with what it does. */
  readonly examples: readonly (readonly [call: string, does: string])[];
  /** Loads what the command needs and nothing that others need. */
  readonly load: () => Promise<Run>;
}

const paths = "schema files or folders, `-` for standard input; none: the `include` of the nearest baton.json";

const roots: OptionRow = {
  flags: "-I, --root <dir>",
  about: "a folder under which imports are found; repeatable",
  kind: "many",
};

const schemas: OptionRow = {
  flags: "--schema <source>",
  about: "where the schemas of a dump are: a path, git:[REPO#]REV[:DIR], dump:FILE or profile:NAME; repeatable",
  kind: "many",
};

/** Every command, in the order of `baton --help`. */
export const commands: readonly CommandRow[] = [
  {
    name: "init",
    arguments: "[dir]",
    argumentsAbout: "the folder to begin in; none: this one",
    about: "begin a project: a baton.json, a first schema and a CI workflow that work as they are",
    options: [],
    examples: [["baton init handoff", "begins in the folder handoff, and overwrites nothing"]],
    load: async () => (await import("./init.ts")).init,
  },
  {
    name: "compile",
    arguments: "[paths...]",
    argumentsAbout: paths,
    about: "generate codecs",
    options: [
      { flags: "-o, --out <dir>", about: "the folder to write to; default: `out` of baton.json" },
      { flags: "--target <target>", about: "what to generate", choices: ["ts"], default: "ts" },
      {
        flags: "--check",
        about: "write nothing; exit 1 and list what differs if what is there is not what would be written",
      },
      {
        flags: "--accept <source>",
        about: "take dumps of another branch as well, as far as the gate does not judge them never; repeatable",
        kind: "many",
      },
      {
        flags: "--runtime <specifier>",
        about: "what generated code imports the runtime from; default: @baton/compiler/runtime",
      },
      {
        flags: "--import-extension <extension>",
        about: "the ending of imports between generated files",
        choices: ["js", "ts", "none"],
        default: "js",
      },
      roots,
    ],
    examples: [
      ["baton compile schemas --out generated", "writes generated/linux/pci.ts for schemas/linux/pci.baton"],
      ["baton compile --check", "in CI: is what is checked in up to date?"],
    ],
    load: async () => (await import("./compile.ts")).compile,
  },
  {
    name: "format",
    arguments: "[paths...]",
    argumentsAbout: `${paths}. Standard input is written to standard output`,
    about: "rewrite schemas in the one style, comments kept",
    options: [{ flags: "--check", about: "write nothing; exit 1 and list the files that would change" }],
    examples: [
      ["baton format schemas", "rewrites the schemas that are not in the style"],
      ["baton format - < pci.baton", "prints one in the style"],
    ],
    load: async () => (await import("./format.ts")).format,
  },
  {
    name: "lint",
    arguments: "[paths...]",
    argumentsAbout: paths,
    about: "errors and warnings of schemas; exit 1 if there are errors",
    options: [
      {
        flags: "--format <format>",
        about: "how to tell",
        choices: ["text", "line", "json", "github"],
        default: "text",
      },
      { flags: "-o, --out <file>", about: "write what would go to standard output to a file" },
      roots,
    ],
    examples: [
      ["baton lint schemas", "every mistake with its place and what to do"],
      ["baton lint --format json", "the same for programs"],
    ],
    load: async () => (await import("./lint.ts")).lint,
  },
  {
    name: "check",
    arguments: "[paths...]",
    argumentsAbout: paths,
    about: "the compatibility gate: can old hand to new and new hand back to old, always, conditionally or never",
    options: [
      {
        flags: "--against <source>",
        about:
          "hold the schemas against another state of them: a path, git:[REPO#]REV[:DIR] (where this tree left it), dump:FILE or profile:NAME; repeatable. Default: their own versions, as released",
        kind: "many",
      },
      { flags: "--from <source>", about: "the old side, with --to; neither need be what is checked out" },
      { flags: "--to <source>", about: "the new side" },
      {
        flags: "--format <format[=file]>",
        about: "text, json, github, gitlab, sarif, junit or markdown, to standard output or a file; repeatable",
        kind: "many",
      },
      { flags: "--matrix", about: "judge and print every pair of versions, or of the `supported` profiles" },
      { flags: "--witness <dir>", about: "write the dumps that show each verdict, for `baton decode`" },
      { flags: "--no-witness", about: "construct no values that show the verdicts; faster" },
      { flags: "--baseline <file>", about: "leave out the findings that this file lists" },
      { flags: "--update-baseline", about: "write the findings that there are into the baseline" },
      { flags: "-o, --out <file>", about: "write what would go to standard output to a file" },
      roots,
    ],
    examples: [
      ["baton check", "the working versions against all that they read and write for"],
      ["baton check --against git:origin/main --format github", "in CI: what this branch changes"],
      ["baton check --from profile:fleet-2026.1 --to profile:fleet-2026.2 --matrix", "one fleet and the next"],
    ],
    load: async () => (await import("./check.ts")).check,
  },
  {
    name: "release",
    arguments: "[modules...]",
    argumentsAbout:
      "modules to release, such as linux.pci; or schema files or folders. None: the `include` of the nearest baton.json",
    about:
      "freeze working versions in `released/`, a file each that is committed and never changed; refuses what `baton check` refuses",
    options: [
      { flags: "--baseline <file>", about: "findings of `baton check` that are known and do not stand in the way" },
      roots,
    ],
    examples: [
      ["baton release", "freezes the working version of every module of the project that is a draft"],
      ["baton release linux.pci linux.iommu", "those two; what they import is released, too, or has been"],
    ],
    load: async () => (await import("./release.ts")).release,
  },
  {
    name: "encode",
    arguments: "[json]",
    argumentsAbout:
      "what `baton decode --format json` printed, or values of the type of --type; none or `-`: standard input",
    about: "JSON to a dump",
    options: [
      { flags: "-o, --out <file>", about: "the dump to write; default: standard output, if that is no terminal" },
      {
        flags: "--type <state>",
        about:
          "each value read (one, an array, or one after the other) is a record of this state, instances counted from 0",
      },
      {
        flags: "--for <versions>",
        about: "write for older readers: `2`, or `linux.pci=2,linux.iommu=1` for several modules",
      },
      schemas,
      { flags: "--embed-schema", about: "let the schema travel in the dump" },
    ],
    examples: [
      ["baton encode --type PciDevice devices.json -o state.dump", "an array of devices becomes a dump"],
      ["baton encode --for 2 state.json -o old.dump", "a dump that version 2 reads"],
    ],
    load: async () => (await import("./encode.ts")).encode,
  },
  {
    name: "decode",
    arguments: "[dump]",
    argumentsAbout: "a dump; `-`: standard input",
    about: "a dump, readable: as much of it as can be read, and what is wrong with the rest",
    options: [
      {
        flags: "--format <format>",
        about: "tree, json, ndjson (a record a line), or hex (which `xxd -r` takes back)",
        choices: ["tree", "json", "ndjson", "hex"],
        default: "tree",
      },
      schemas,
      { flags: "--reader <source>", about: "as another version would take it: what it drops, refuses and defaults" },
      { flags: "--path <path>", about: "only what a path names: PciDevice#3, PciDevice[bdf=0x0800].bars[0]" },
      { flags: "--at <offset>", about: "which member covers the byte at an offset, decimal or 0x", kind: "number" },
      { flags: "--full", about: "of json and ndjson: every byte with path, id, type, offset, raw bytes and value" },
      { flags: "--depth <levels>", about: "of a tree: levels below a record that are shown", kind: "number" },
      { flags: "--all", about: "of a tree: every element of a list, and not the first hundred" },
      { flags: "--raw", about: "by ids and forms alone, as without a schema" },
      { flags: "--strict", about: "stop at the first problem" },
      { flags: "-o, --out <file>", about: "write what would go to standard output to a file" },
    ],
    examples: [
      ["baton decode state.dump --schema schemas", "a tree of its records"],
      ["baton decode state.dump --path 'PciDevice[bdf=0x0800].bars'", "some members of one of them"],
      ["baton decode state.dump --schema git:v7.0 --format ndjson", "a record a line, by the schemas of a release"],
    ],
    load: async () => (await import("./decode.ts")).decode,
  },
  {
    name: "verify",
    arguments: "[dumps...]",
    argumentsAbout: "dumps; `-`: standard input",
    about: "everything that is wrong with dumps: checksums, canonical form, constraints, checks, keys, references",
    options: [
      { flags: "--format <format>", about: "how to tell", choices: ["text", "json"], default: "text" },
      schemas,
      { flags: "-o, --out <file>", about: "write what would go to standard output to a file" },
    ],
    examples: [
      ["baton verify state.dump --schema schemas", "every problem with its offset and path; exit 1 if there is one"],
      ["baton verify *.dump --format json", "the same for programs"],
    ],
    load: async () => (await import("./verify.ts")).verify,
  },
  {
    name: "diff",
    arguments: "[dumps...]",
    argumentsAbout: "two dumps, the one before first; `-`: standard input",
    about: "what changed between two dumps: by member, record and key, also across versions; exit 1 if something did",
    options: [
      { flags: "--format <format>", about: "how to tell", choices: ["text", "json"], default: "text" },
      {
        flags: "--ignore <path>",
        about: "leave out what a path names: PciDevice.status, PciDevice#3, PciDevice.bars[*].size; repeatable",
        kind: "many",
      },
      schemas,
      { flags: "--all", about: "every change of a record, and not the first hundred" },
      { flags: "-o, --out <file>", about: "write what would go to standard output to a file" },
    ],
    examples: [
      ["baton diff before.dump after.dump", "what the update did to the state"],
      ["baton diff before.dump after.dump --ignore PciDevice.status --format json", "the same for programs"],
    ],
    load: async () => (await import("./diff.ts")).diff,
  },
  {
    name: "preflight",
    arguments: "[dumps...]",
    argumentsAbout: "dumps; `-`: one from standard input",
    about:
      "can that reader take these dumps: every record, member, reference and check; exit 1 and what stops it if not",
    options: [
      {
        flags: "--reader <source>",
        about:
          "the build that is to take them: a path, git:[REPO#]REV[:DIR], dump:FILE or profile:NAME; repeatable, all in one pass",
        kind: "many",
      },
      { flags: "--files-from <file>", about: "a list of dumps, a line each; `-`: standard input" },
      { flags: "-0", about: "the list ends each name with a NUL, as `find -print0` writes it" },
      { flags: "--jobs <count>", about: "dumps at a time; default: as many as there are processors", kind: "number" },
      {
        flags: "--fds <file|pid>",
        about: "hold the `handle` members of the dump against descriptors: a JSON list, or those of a process",
      },
      { flags: "--format <format>", about: "how to tell", choices: ["text", "json", "ndjson"], default: "text" },
      { flags: "-o, --out <file>", about: "write what would go to standard output to a file" },
    ],
    examples: [
      ["baton preflight state.dump --reader profile:fleet-2026.1", "before a rollback: would that fleet take it"],
      [
        "find /var/dumps -print0 | baton preflight --files-from - -0 --reader git:v7.0 --format ndjson",
        "a fleet of them",
      ],
    ],
    load: async () => (await import("./preflight.ts")).preflight,
  },
  {
    name: "view",
    arguments: "[dumps...]",
    argumentsAbout: "a dump, or two to compare; `-`: standard input",
    about: "one HTML page that shows a dump: its members beside its bytes; nothing is fetched, nothing is sent",
    options: [
      { flags: "-o, --out <file>", about: "the page to write; default: standard output, if that is no terminal" },
      { flags: "--serve", about: "serve it on the loopback address until it is stopped, and print where" },
      { flags: "--port <port>", about: "with --serve: the port; default: a free one", kind: "number" },
      schemas,
    ],
    examples: [
      ["baton view state.dump -o state.html", "a page to look at, and to attach to a report"],
      ["baton view before.dump after.dump --serve", "what an update changed, in a browser"],
    ],
    load: async () => (await import("./view.ts")).view,
  },
  {
    name: "info",
    arguments: "[paths...]",
    argumentsAbout: `${paths}; or one dump`,
    about:
      "modules, versions, types, layouts and fingerprints; of a dump: manifest, producer, records and bytes by type",
    options: [
      { flags: "--format <format>", about: "how to tell", choices: ["text", "json"], default: "text" },
      { flags: "-o, --out <file>", about: "write what would go to standard output to a file" },
      schemas,
      roots,
    ],
    examples: [
      ["baton info schemas/linux/pci.baton", "versions with their fingerprints, and offsets of struct members"],
      ["baton info state.dump", "who wrote it, with which schemas, and what is in it"],
    ],
    load: async () => (await import("./info.ts")).info,
  },
  {
    name: "explain",
    arguments: "[code]",
    argumentsAbout: "a code such as B3001, or a rule such as DEFAULT_CHANGED; none: a list of all",
    about: "what a diagnostic or a rule of the gate means, with an example and the fix",
    options: [{ flags: "-o, --out <file>", about: "write what would go to standard output to a file" }],
    examples: [["baton explain B3001", "why it is a mistake to use an id twice, and what to write instead"]],
    load: async () => (await import("./explain.ts")).explain,
  },
];
