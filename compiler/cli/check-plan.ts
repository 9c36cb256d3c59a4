import type { Comparison } from "../compat/gate.ts";
import type { Judged } from "../compat/policy.ts";
import { rulePages } from "../compat/rules/pages.ts";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { rows as gateRows } from "../diagnostics/gate.ts";
import { closest } from "../diagnostics/suggest.ts";
import { jsonMember, readJson } from "../dump/json-reader.ts";
import { whyUnsound } from "../dump/sound-world.ts";
import type { Config } from "../host/config.ts";
import { done, failed, type Outcome } from "../host/files.ts";
import { moduleOf, type Schemas } from "../host/schemas.ts";
import { contextOf, libraryOf, readLibrary, readProject, type Library, type SourceContext } from "../host/source.ts";
import type { World } from "../schema/ir.ts";
import type { Call } from "./call.ts";
import {
  disagreementFindings,
  goneComparisons,
  newModules,
  ownComparisons,
  rewrittenReleases,
  sourceComparisons,
  type SourceOptions,
} from "./comparisons.ts";
import { schemasOf } from "./schemas.ts";

/** What a call of `baton check` judges. */
export interface Plan {
  readonly comparisons: readonly Comparison[];
  /** What is known before anything is judged: rewritten releases, new modules. */
  readonly findings: readonly Judged[];
  /** The project whose policy counts; null without one. */
  readonly config: Config | null;
  /** Whether all of the project's own versions are judged. */
  readonly complete: boolean;
  /** Whether a module that a side lacks is new: the side is all that a revision has, and not a folder that was mistaken. */
  readonly newer: boolean;
}

/** Reads the sides that a call names, and pairs them. */
export async function planOf(call: Call): Promise<Outcome<Plan>> {
  const context = await contextOf(call.terminal.directory);
  if (!context.ok) return context;
  const sources = call.texts("against");
  const [from, to] = [call.text("from"), call.text("to")];
  const misused = misuseOf(call, sources, from, to);
  if (misused !== null) return failed(misused);
  const judged = { ...context.value, judged: true };
  const plan =
    from !== undefined && to !== undefined
      ? await betweenSources(judged, from, to)
      : await againstOf(call, judged, sources);
  if (!plan.ok) return plan;
  const wrong = [...unknownRules(plan.value.config), ...unsound(plan.value.comparisons)];
  return wrong.length > 0 ? failed(...wrong) : plan;
}

/** Rules that `severities` names and that there are not. The JSON Schema cannot know them, and what is misspelt would be without effect. */
function unknownRules(config: Config | null): readonly Diagnostic[] {
  const json = config === null ? null : readJson(config.source);
  const policy = json?.ok === true ? jsonMember(json.value, "policy") : null;
  const overrides = policy === null ? null : jsonMember(policy, "overrides");
  const parts = [
    { at: policy, place: "`policy.severities`" },
    ...(overrides?.kind === "array" ? overrides.elements : []).map((at, i) => {
      return { at, place: `\`policy.overrides[${i}].severities\`` };
    }),
  ];
  return parts.flatMap(({ at, place }) => {
    const severities = at === null ? null : jsonMember(at, "severities");
    if (severities?.kind !== "object") return [];
    return severities.members.flatMap(({ name, nameSpan }) => {
      if (rulePages.has(name)) return [];
      const nearest = closest(name, rulePages.keys());
      return [diagnose("B9102", rows.B9102, { key: name, place, nearest }, { span: nameSpan })];
    });
  });
}

function misuseOf(
  call: Call,
  sources: readonly string[],
  from: string | undefined,
  to: string | undefined,
): Diagnostic | null {
  const misuse = (problem: string, help: string): Diagnostic =>
    diagnose("B9001", rows.B9001, { problem, help }, { span: null });
  if ((from === undefined) !== (to === undefined)) {
    return misuse(`\`--${from === undefined ? "to" : "from"}\` names one of two sides`, "name both: `--from A --to B`");
  }
  if (from !== undefined && (call.arguments.length > 0 || sources.length > 0)) {
    return misuse("`--from` and `--to` name both sides", "leave out paths and `--against`");
  }
  return null;
}

/** Two SOURCEs, neither of which need be the work tree. */
async function betweenSources(context: SourceContext, from: string, to: string): Promise<Outcome<Plan>> {
  const either = { ...context, mayLack: true };
  const [old, now] = [await readLibrary(either, from), await readLibrary(either, to)];
  if (!old.ok || !now.ok) return failed(...(old.ok ? [] : old.mistakes), ...(now.ok ? [] : now.mistakes));
  const isProfile = old.value.versions.size > 0 && now.value.versions.size > 0;
  const options: SourceOptions = {
    ...{ against: null, names: { old: "old", new: "new" }, modules: null, demanded: isProfile },
    isRemoved: () => !isProfile,
  };
  return done({
    comparisons: sourceComparisons(old.value, now.value, options),
    findings: sidesOf(old.value, now.value, options),
    ...{ config: context.config, complete: false, newer: old.value.whole },
  });
}

function sidesOf(old: Library, now: Library, options: SourceOptions): readonly Judged[] {
  return [
    ...disagreementFindings(now),
    ...rewrittenReleases(old, now, options.against),
    ...newModules(old, now, options),
  ];
}

/** The schemas of the call against SOURCEs, or without any against their own versions. */
async function againstOf(call: Call, context: SourceContext, sources: readonly string[]): Promise<Outcome<Plan>> {
  const schemas = await schemasOf(call);
  if (schemas.mistakes.length > 0) return failed(...schemas.mistakes);
  const gone = sources.length === 0 ? releasedAlone(call, schemas) : [];
  const library = await libraryOf(schemas, "", gone);
  if (!library.ok) return library;
  const config = schemas.config ?? context.config;
  if (sources.length === 0) return await ownPlan(call, { ...context, config }, schemas, library.value, gone);
  const named = namedModules(schemas);
  const comparisons: Comparison[] = [];
  const findings: Judged[] = [...disagreementFindings(library.value)];
  const mistakes: Diagnostic[] = [];
  let newer = false;
  for (const source of sources) {
    const old = await readLibrary({ ...context, mergeBase: true, mayLack: true }, source);
    if (!old.ok) {
      mistakes.push(...old.mistakes);
      continue;
    }
    newer ||= old.value.whole;
    const isRemoved = removalIn(call, schemas, old.value);
    const options = { against: source, names: { old: "old", new: "new" }, modules: named, isRemoved, demanded: false };
    comparisons.push(...sourceComparisons(old.value, library.value, options));
    findings.push(
      ...rewrittenReleases(old.value, library.value, source),
      ...newModules(old.value, library.value, options),
    );
  }
  return mistakes.length > 0 ? failed(...mistakes) : done({ comparisons, findings, config, complete: false, newer });
}

function namedModules(schemas: Schemas): ReadonlySet<string> {
  return new Set([...schemas.named].flatMap((source) => moduleOf(source) ?? []));
}

/** Whether a module of the old side was taken away: it lay, or lies in a revision, under what the call names. */
function removalIn(call: Call, schemas: Schemas, old: Library): (module: string) => boolean {
  const named = call.arguments.map((path) => call.path(path));
  const read = new Set(schemas.places.values());
  return (module) => {
    const place = old.places.get(module);
    // Where its file still lies outside of the project, it is another project's.
    if (named.length === 0) return place === undefined || read.has(place) || !isFile(call, place);
    if (!old.name.startsWith("git:") || place === undefined) return schemas.whole;
    return named.some((path) => place === path || place.startsWith(`${path}/`));
  };
}

function isFile(call: Call, path: string): boolean {
  const kind = call.files.kind(path);
  return kind.ok && kind.value === "file";
}

/** Modules with releases in the project: where all of it is asked for, their schemas must be there. */
function releasedAlone(call: Call, schemas: Schemas): readonly string[] {
  const folder = schemas.config === null ? null : schemas.releases.folderOf("");
  return call.arguments.length > 0 || folder === null ? [] : schemas.releases.modulesIn(folder);
}

async function ownPlan(
  call: Call,
  context: SourceContext,
  schemas: Schemas,
  library: Library,
  gone: readonly string[],
): Promise<Outcome<Plan>> {
  const { config } = context;
  const all = call.flag("matrix");
  const profiles =
    all && config !== null && config.supported.length > 0 ? await profilePairs(context, config) : done([]);
  if (!profiles.ok) return profiles;
  return done({
    comparisons: [
      ...ownComparisons(library, {
        modules: [...namedModules(schemas)].sort(),
        all: all && profiles.value.length === 0,
      }),
      ...goneComparisons(library, gone),
      ...profiles.value,
    ],
    findings: disagreementFindings(library),
    ...{ config, complete: true, newer: false },
  });
}

/** Every pair of supported profiles, the earlier one in the list as the older, and the working versions as the newest. */
async function profilePairs(context: SourceContext, config: Config): Promise<Outcome<readonly Comparison[]>> {
  const sides: { readonly name: string; readonly library: Library }[] = [];
  const mistakes: Diagnostic[] = [];
  for (const name of config.supported) {
    const library = await readLibrary(context, `profile:${name}`);
    if (library.ok) sides.push({ name, library: library.value });
    else mistakes.push(...library.mistakes);
  }
  const project = await readProject(context);
  if (!project.ok) return project;
  if (mistakes.length > 0) return failed(...mistakes);
  if (project.value !== null) sides.push({ name: "working", library: project.value });
  return done(
    sides.flatMap((newer, i) =>
      sides.slice(0, i).flatMap((older) =>
        sourceComparisons(older.library, newer.library, {
          ...{ against: "supported", names: { old: older.name, new: newer.name }, modules: null, demanded: true },
          isRemoved: () => false,
        }),
      ),
    ),
  );
}

/** Worlds of versions that no build can have together. */
function unsound(comparisons: readonly Comparison[]): readonly Diagnostic[] {
  const worlds = new Map<World, string>();
  for (const { module, old, new: now, against } of comparisons) {
    for (const side of [old, now]) worlds.set(side.world, against ?? `${module} ${side.name}`);
  }
  return [...worlds].flatMap(([world, source]) => {
    // A module by itself was compiled, or read from its release.
    const why = world.size === 1 ? null : whyUnsound(world);
    return why === null ? [] : [diagnose("B9408", gateRows.B9408, { source, why }, { span: null })];
  });
}
