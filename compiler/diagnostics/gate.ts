import { row } from "./catalogue.ts";

/** What is wrong with releases, baselines and descriptor lists, and with calls that judge nothing. */
export const rows = {
  B9401: row<{ path: string; expected: string; found: string }>({
    severity: "error",
    title: "release file that cannot be used",
    message: (p) => `\`${p.path}\` is no release: expected ${p.expected}, found ${p.found}`,
    help: () =>
      "take the file back as it was committed: `git checkout -- released`; what `baton release` wrote is not edited",
    explain: `A released version is what its file says, so a file that cannot be read whole, that belongs to another module or version, or whose fingerprint is
not that of its declarations stops every command that needs it. Release files are written by \`baton release\`, committed, and never changed. The
JSON Schema is published with the compiler as \`release.schema.json\`.`,
  }),
  B9402: row<{ module: string; version: string; next: string }>({
    severity: "error",
    title: "version that two branches released",
    message: (p) => `two branches released version ${p.version} of \`${p.module}\`, and git could not merge them`,
    help: (p) =>
      `keep the release that is in use, give the other branch's changes \`since ${p.next}\` under \`version ${p.next} "…";\`, and release that`,
    explain: `Both branches froze a version with this number, with different schemas: dumps of both may be out there, and one number cannot mean both. The one
that was given out first keeps it. The other becomes the next version, whose readers can be built to take both: \`baton compile --accept\` adds the
fingerprints of a branch that was judged.`,
  }),
  B9403: row<{ module: string; version: string; imported: string; needed: string }>({
    severity: "error",
    title: "release with an import that is not released",
    message: (p) => `\`${p.module}\` ${p.version} imports \`${p.imported}\` ${p.needed}, which is not released`,
    help: (p) => `release it as well: \`baton release ${p.imported} ${p.module}\``,
    explain: `A release names the versions of the modules that it imports, because their types are part of what its dumps hold. A draft can still change, so
nothing that is frozen may stand on one.`,
  }),
  B9404: row<{ what: string; help?: string | undefined }>({
    severity: "error",
    title: "nothing to judge",
    message: (p) => `nothing was compared: ${p.what}`,
    help: (p) => p.help,
    explain: `A gate that compared nothing would pass for ever. It needs two sides: versions that are released or declared before the working version, or a
SOURCE with \`--against\` that has one of the modules. A module that the other side lacks is new, and harmless: of a revision that lacks all of
them that is told, of any other SOURCE it may be the wrong one.`,
  }),
  B9405: row<{ path: string; expected: string; found: string }>({
    severity: "error",
    title: "baseline that cannot be used",
    message: (p) => `\`${p.path}\` is no baseline: expected ${p.expected}, found ${p.found}`,
    help: () => "`baton check --baseline FILE --update-baseline` writes it",
    explain: `A baseline lists findings by fingerprint that are known and not to be told again. It is written by \`--update-baseline\`; its JSON Schema is published
with the compiler as \`baseline.schema.json\`.`,
  }),
  B9406: row<{ path: string; expected: string; found: string }>({
    severity: "error",
    title: "descriptor list that cannot be used",
    message: (p) => `\`${p.path}\` is no list of descriptors: expected ${p.expected}, found ${p.found}`,
    help: () =>
      'a JSON array of numbers, or of objects with `"fd"`: `[3, {"fd": 7, "name": "vm-3"}]`; or the id of a process',
    explain: `\`baton preflight --fds\` holds the \`handle\` members of a dump against the descriptors that are really there: a JSON file that lists them, or the
open descriptors of a process, by its id.`,
  }),
  B9407: row<{ module: string; source: string; version: string }>({
    severity: "error",
    title: "branch that cannot be accepted",
    message: (p) => `\`${p.module}\` ${p.version} of \`${p.source}\` cannot be accepted: the gate says never`,
    help: (p) => `\`baton check --against ${p.source}\` shows why`,
    explain: `\`baton compile --accept\` adds the fingerprints of another branch to what the generated code takes, so that its dumps are opened though they are of
another line of versions. That is done only for what was judged and is not \`never\`: otherwise every dump would be refused after the jump, or read
with another meaning.`,
  }),
  B9408: row<{ source: string; why: string }>({
    severity: "error",
    title: "versions that do not go together",
    message: (p) => `the versions of \`${p.source}\` do not go together: ${p.why}`,
    help: () => "name versions of all its modules that were released together",
    explain: `A profile names versions of modules one by one, and one of them uses a type that another does not have at the version named. No build can be like
that. What a release was made with stands in its file, under \`imports\`.`,
  }),
} as const;
