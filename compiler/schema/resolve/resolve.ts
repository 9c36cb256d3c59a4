import type { Module, World } from "../ir.ts";
import type { Problems } from "../problems.ts";
import { Constants } from "./constants.ts";
import { declare } from "./declare.ts";
import { workingVersion, type DeclarationDraft, type ModuleDraft } from "./draft.ts";
import { fill } from "./fill.ts";
import { finishEntries, finishUses, type FinishContext } from "./finish.ts";
import { readHeaders, type ParsedFile } from "./headers.ts";
import { inferLifetimes } from "./lifetimes.ts";
import { AliasRanges } from "./ranges.ts";
import { RecordIds } from "./record-ids.ts";
import type { Modules } from "./scope.ts";
import { readVersions } from "./support.ts";

/** Every module with its whole history, names resolved and types known, and the drafts that say where in the text each thing came from. */
export interface Resolved {
  /** In the order of the files. */
  readonly drafts: readonly ModuleDraft[];
  readonly modules: Modules;
  /** The whole histories, not views. */
  readonly world: World;
  readonly context: FinishContext;
}

/** Turns files into modules. What is wrong with a name, an id, a number, a type or an expression by itself is reported here. */
export function resolve(files: readonly ParsedFile[], problems: Problems): Resolved {
  const drafts = readHeaders(files, problems);
  const modules = new Map<string, ModuleDraft>();
  for (const draft of drafts) if (!modules.has(draft.name)) modules.set(draft.name, draft);
  for (const draft of drafts) readVersions(draft, problems);
  for (const draft of drafts) declare(draft, problems);
  const constants = new Constants(modules, problems);
  const types = { modules, constants, problems };
  for (const draft of drafts) for (const declaration of draft.declarations) fill(declaration, types);
  const recordIds = new RecordIds(drafts, problems);
  recordIds.take();
  for (const draft of drafts) draft.ir = assemble(draft);
  const world: World = new Map([...modules].map(([name, draft]) => [name, draft.ir]));
  const aliases = new AliasRanges(types, world);
  for (const declaration of each(drafts)) if (declaration.kind === "type") aliases.finish(declaration);
  const context: FinishContext = { ...types, world, defaultNames: new Map(), unsound: new Set() };
  for (const declaration of each(drafts)) {
    if (declaration.kind === "state" || declaration.kind === "struct" || declaration.kind === "union")
      finishEntries(declaration, context);
  }
  for (const declaration of each(drafts)) {
    if (declaration.kind === "state" || declaration.kind === "struct") finishUses(declaration, context);
  }
  recordIds.check(modules);
  for (const draft of drafts) inferLifetimes(draft);
  return { drafts, modules, world, context };
}

function* each(drafts: readonly ModuleDraft[]): Generator<DeclarationDraft> {
  for (const draft of drafts) yield* draft.declarations;
}

/** The whole history of a module; the pieces in it are still being filled in. */
function assemble(draft: ModuleDraft): Module {
  const declarations = [...draft.symbols.values()].map((symbol) => symbol.ir);
  return {
    name: draft.name,
    versions: draft.versions.map(({ version, label }) => ({ version, label })),
    version: workingVersion(draft),
    reads: draft.reads,
    writes: draft.writes,
    imports: draft.imports.map((each) => each.module.name).sort(),
    declarations: declarations.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
