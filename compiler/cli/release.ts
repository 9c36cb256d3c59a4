import { join } from "node:path";
import { formats } from "../compat/formats/index.ts";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { rows as gateRows } from "../diagnostics/gate.ts";
import { closest } from "../diagnostics/suggest.ts";
import { schemaEnding, type Schemas } from "../host/schemas.ts";
import { libraryOf, type Library, type LibraryModule } from "../host/source.ts";
import { releasedName, releasePath } from "../host/releases.ts";
import { writeAll, type Output } from "../host/write.ts";
import { escapeText } from "../printable.ts";
import { releaseText } from "../schema/release-text.ts";
import { formatVersion, nextVersion } from "../schema/version.ts";
import { status, type Call, type Status } from "./call.ts";
import { baselineOf, judgePlan } from "./check.ts";
import { ownComparisons } from "./comparisons.ts";
import { findFor } from "./schemas.ts";

type Modules = ReadonlyMap<string, LibraryModule>;

/** `baton release [MODULES]`: freezes working versions in files of their own. What is released already, and is what it was, is left alone. */
export async function release(call: Call): Promise<Status> {
  const isPath = (word: string): boolean => word.endsWith(schemaEnding) || word.includes("/") || isThere(call, word);
  const schemas = await findFor(call, call.arguments.filter(isPath));
  if (schemas.mistakes.length > 0) return call.refuse(schemas.mistakes);
  const library = await libraryOf(schemas, "");
  if (!library.ok) return call.refuse(library.mistakes);
  const { modules, disagreements } = library.value;
  if (disagreements.length > 0) {
    call.report(disagreements);
    return status.no;
  }
  const given = call.arguments.filter((word) => !isPath(word));
  const names = namesOf(given, modules, schemas);
  if (!(names instanceof Set)) return call.refuse(names);
  const drafts = [...names].flatMap((name) => modules.get(name) ?? []).filter(({ draft }) => draft);
  const unreleased = drafts.flatMap((draft) => draftImports(draft, modules, names));
  if (unreleased.length > 0) return call.refuse(unreleased);
  const refused = await judged(call, schemas, library.value, drafts);
  return refused ?? freeze(call, schemas, { modules, names, drafts });
}

function isThere(call: Call, word: string): boolean {
  const kind = call.files.kind(call.path(word));
  return word !== "" && kind.ok && kind.value !== null;
}

/** What the policy refuses is not frozen; null where nothing is in the way. */
async function judged(
  call: Call,
  schemas: Schemas,
  library: Library,
  drafts: readonly LibraryModule[],
): Promise<Status | null> {
  const baseline = await baselineOf(call);
  if (!baseline.ok) return call.refuse(baseline.mistakes);
  const comparisons = [...ownComparisons(library, { modules: usersOf(library, drafts), all: false })];
  const plan = { comparisons, findings: [], config: schemas.config, complete: false, newer: false };
  const result = judgePlan(plan, true).result(baseline.value);
  const errors = result.findings.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return null;
  call.terminal.say(formats.text({ ...result, findings: errors }, { color: call.coloured("messages") }));
  call.terminal.say(
    "\nnothing was released: a release is for ever, so mend it first, or except it in `baton.json` with the reason\n",
  );
  return status.no;
}

/** The modules that are released, and those that stay as they are and import one of them, directly or not: theirs change with it. */
function usersOf({ modules }: Library, drafts: readonly LibraryModule[]): ReadonlySet<string> {
  const users = new Set(drafts.map(({ module }) => module.name));
  for (let before = -1; before !== users.size;) {
    before = users.size;
    for (const [name, { module, draft }] of modules) {
      if (!draft && module.imports.some((imported) => users.has(imported))) users.add(name);
    }
  }
  return users;
}

/** What is to be released: the modules named, or all that were asked for; or what is wrong with the names. */
function namesOf(given: readonly string[], modules: Modules, schemas: Schemas): Set<string> | readonly Diagnostic[] {
  if (given.length === 0) {
    return new Set(
      [...modules].flatMap(([name, { provenance }]) =>
        provenance !== undefined && schemas.named.has(provenance.source) ? [name] : [],
      ),
    );
  }
  const unknown = given.filter((name) => !modules.has(name));
  if (unknown.length === 0) return new Set(given);
  return unknown.map((module) =>
    diagnose("B9109", rows.B9109, { module, nearest: closest(module, modules.keys()) }, { span: null }),
  );
}

/** Imports that are drafts and stay so: nothing that is frozen stands on one. */
function draftImports({ module }: LibraryModule, modules: Modules, names: ReadonlySet<string>): readonly Diagnostic[] {
  return module.imports.flatMap((imported) => {
    const other = modules.get(imported);
    if (other === undefined || !other.draft || names.has(imported)) return [];
    const version = formatVersion(module.version);
    const words = { module: module.name, version, imported, needed: formatVersion(other.module.version) };
    return [diagnose("B9403", gateRows.B9403, words, { span: null })];
  });
}

interface Frozen {
  readonly modules: Modules;
  readonly names: ReadonlySet<string>;
  readonly drafts: readonly LibraryModule[];
}

function freeze(call: Call, schemas: Schemas, { modules, names, drafts }: Frozen): Status {
  const { directory } = call.terminal;
  const byFolder = new Map<string, Output[]>();
  for (const draft of drafts) {
    const folder = schemas.releases.folderOf(draft.module.name) ?? join(directory, releasedName);
    const outputs = byFolder.get(folder) ?? [];
    outputs.push(outputOf(draft, modules));
    byFolder.set(folder, outputs);
  }
  for (const [folder, outputs] of byFolder) {
    const written = writeAll(directory, folder, outputs);
    if (!written.ok) return call.refuse(written.mistakes);
  }
  const lines = [...names].sort().flatMap((name) => {
    const known = modules.get(name);
    if (known === undefined) return [];
    const version = formatVersion(known.module.version);
    if (!drafts.includes(known)) return [`${name} ${version} is released already, and is as it was\n`];
    const folder = schemas.releases.folderOf(name) ?? join(directory, releasedName);
    const path = call.files.show(join(folder, releasePath(name, known.module.version)));
    const next = `version ${formatVersion(nextVersion(known.module.version))} "…";`;
    return [
      `released ${name} ${version}: ${path}\n  the next change begins with \`${next}\` in ${known.provenance?.source.path ?? name}\n`,
    ];
  });
  call.terminal.say(escapeLines(lines));
  return status.done;
}

function outputOf({ module, views, fingerprints }: LibraryModule, modules: Modules): Output {
  const view = views.get(module.version) ?? module;
  const imports = new Map(view.imports.map((name) => [name, modules.get(name)?.module.version ?? 0]));
  const content = releaseText(view, fingerprints.get(module.version) ?? "", imports);
  return { path: releasePath(module.name, module.version), content };
}

function escapeLines(lines: readonly string[]): string {
  return lines
    .flatMap((line) =>
      line
        .split("\n")
        .slice(0, -1)
        .map((one) => `${escapeText(one)}\n`),
    )
    .join("");
}
