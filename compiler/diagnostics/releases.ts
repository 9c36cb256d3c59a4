import { row } from "./catalogue.ts";

/** Where the text of a module and its releases do not agree. */
export const rows = {
  B3201: row<{ module: string; version: string; next: string; difference: string; backport: string | null }>({
    severity: "error",
    title: "released version that was edited",
    message: (p) => `version ${p.version} of \`${p.module}\` is released: ${p.difference}`,
    help: (p) =>
      p.backport === null
        ? `a released version stays as it is: add \`version ${p.next} "…";\` and give what is new \`since ${p.next}\`, what goes \`until ${p.version}\``
        : `version ${p.version} was released before ${p.backport}: add \`version ${p.next} "…";\`, which has it as \`since ${p.backport}\` says, or end it with the backports: \`since ${p.backport} until ${p.backport.replace(/\..*/, "")}\``,
    explain: `The last \`version\` line names a version that has a file in \`released/\`, and the schema is not the one in that file any more. Kernels with the
released schema are out there: their dumps say version N, and a second version N with another meaning would be taken for theirs by whoever looks at
the number. What changes after a release belongs to the next version. Docs, comments and the order of declarations may change. What a backport of an
older version brought is in the next version, too, and not in one that was released before the backport.`,
  }),
  B3202: row<{ module: string; version: string }>({
    severity: "error",
    title: "released version that the schema does not have",
    message: (p) => `\`${p.module}\` was released as version ${p.version}, and the schema has no such version`,
    help: (p) => `add \`version ${p.version} "…";\` at its place: lifetimes in the schema are counted in versions`,
    explain: `There is a file for this version in \`released/\`, and no \`version\` line. The lines are the history of the module: \`since\` and \`until\` refer to
them, and \`reads\` and \`writes\` pick from them. To stop reading a version, raise \`reads\`, and leave the line. On a stable branch the schema ends at
the backport, and so do its releases.`,
  }),
  B3203: row<{ what: string; version: string; released: boolean; write: string }>({
    severity: "error",
    title: "id that a released version has, and the schema does not give it",
    message: (p) =>
      p.released
        ? `version ${p.version} was released with ${p.what}, which the schema does not have at that version`
        : `version ${p.version} was released without ${p.what}, which the schema has at that version`,
    help: (p) => `write \`${p.write}\``,
    explain: `Which ids a version has is what the schema's \`since\` and \`until\` say of it, and what its release file says; the two must agree for every version that
is still read or written. A member that was deleted is retired instead, with \`until\`, so that readers know what it was and no one uses its id again; a
member of a struct stays, since rows only grow; a member that is new begins with the version that is being worked on. What a backport brought begins with the backport, \`since 2.1\`, also where version
3 was released before 2.1 was, and so without it: that release does not know 2.1, the next version has what both have. Other differences, such as a wider type, are changes since that release, and
\`baton check\` judges them.`,
  }),
  B3204: row<{ what: string; id: string; was: string; version: string }>({
    severity: "error",
    title: "id that a release had for something else",
    message: (p) => `${p.what} takes ${p.id}, which version ${p.version} was released with as ${p.was}`,
    help: () => "give it an id that no release of the module has had",
    explain: `Ids are never used again. Something that is new in the working version has the id of something that a release in \`released/\` had and that is gone
since. Dumps of that release are out there, and so are readers of it: raising \`reads\` and \`writes\` keeps this build from opening them, and does not take
them back. A branch, an older reader or a lowered \`reads\` would take one thing for the other. What comes back comes back with an id of its own, also under
the name that it had.`,
  }),
} as const;
