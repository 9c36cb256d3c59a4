import type { Alternative, Declaration, Member, Module, State, Version } from "./ir.ts";
import { declarationsByName } from "./lookup.ts";
import type { Release } from "./release.ts";

/** Something new that has the id of something that a release had. */
export interface TakenAgain {
  /** Unique in the module, as the other differences from releases have it. */
  readonly key: string;
  /** `S.pasid` in backticks, or a record. */
  readonly what: string;
  /** `@12`. */
  readonly id: string;
  /** What the release had under that id. */
  readonly was: string;
  readonly version: Version;
  /** Where it stands in the text. */
  readonly span: string;
}

/** The releases of a module, newest first. */
type Past = readonly Release[];

/** Whether a declaration is a record of its own. */
export function isRecord(one: Declaration): one is State & { readonly id: number } {
  return one.kind === "state" && one.id !== null;
}

/** What has an id in a declaration. */
export function entriesById(declaration: Declaration): ReadonlyMap<number, Member | Alternative> {
  let entries = entriesOf.get(declaration);
  if (entries === undefined) {
    const all =
      declaration.kind === "union"
        ? declaration.alternatives
        : declaration.kind === "state" || declaration.kind === "struct"
          ? declaration.members
          : [];
    entriesOf.set(declaration, (entries = new Map(all.map((one) => [one.id, one]))));
  }
  return entries;
}

const entriesOf = new WeakMap<Declaration, ReadonlyMap<number, Member | Alternative>>();

/** Whether a release was made without regard to a version, though it comes after it: a backport that is younger than the release. */
export function isUnknown({ module }: Release, version: Version): boolean {
  return version < module.version && module.versions.every((line) => line.version !== version);
}

/**
 * Ids of the working version that releases had before, and that were gone since: in a release after that which had them last, or in the text,
 * where what has the id now began later and has another name. That which a version has had without a break is what it was, however it is called.
 */
export function takenAgain(
  views: ReadonlyMap<Version, Module>,
  working: Version,
  releases: ReadonlyMap<Version, Release>,
): readonly TakenAgain[] {
  const past = [...releases.values()]
    .filter(({ module }) => module.version < working)
    .sort((a, b) => b.module.version - a.module.version);
  const declarations = views.get(working)?.declarations ?? [];
  return declarations.flatMap((now) => {
    const record = isRecord(now) ? recordTaken(now, past) : null;
    return record === null ? entriesTaken(now, past, views) : [record];
  });
}

function recordTaken(now: State & { readonly id: number }, past: Past): TakenAgain | null {
  const last = lastWith(past, (release) => recordWith(release.module, now.id));
  if (last === null || !(last.isGone || isAnother(now, last))) return null;
  const id = `@0x${now.id.toString(16)}`;
  return {
    ...{ key: `#${id.slice(1)}`, what: `record \`${now.name}\``, id, was: `\`${last.had.name}\`` },
    ...{ version: last.version, span: now.name },
  };
}

function entriesTaken(now: Declaration, past: Past, views: ReadonlyMap<Version, Module>): readonly TakenAgain[] {
  return [...entriesById(now).values()].flatMap((entry): readonly TakenAgain[] => {
    const last = lastWith(past, ({ module }) => {
      const then = counterpart(now, module);
      return then === undefined ? undefined : (entriesById(then).get(entry.id) ?? null);
    });
    if (last === null) return [];
    // A type that came later under a name that there was before is another one, with ids of its own.
    const view = views.get(last.version);
    const isThere = view !== undefined && counterpart(now, view) !== undefined;
    if (!last.isGone && !(isThere && isAnother(entry, last))) return [];
    const id = `@${entry.id}`;
    const span = `${now.name}.${entry.name}`;
    const was = `\`${now.name}.${last.had.name}\``;
    return [{ key: `${now.name}${id}`, what: `\`${span}\``, id, was, version: last.version, span }];
  });
}

/** The last release that had something, and whether a release after it lacks it that knows of that version. */
interface Last<T> {
  readonly had: T;
  readonly version: Version;
  readonly isGone: boolean;
}

/** `find`: null where a release lacks it, undefined where it says nothing of it. */
function lastWith<T extends object>(past: Past, find: (release: Release) => T | null | undefined): Last<T> | null {
  const lacking: Release[] = [];
  for (const release of past) {
    const had = find(release);
    if (had === null) lacking.push(release);
    if (had === null || had === undefined) continue;
    const { version } = release.module;
    return { had, version, isGone: lacking.some((later) => !isUnknown(later, version)) };
  }
  return null;
}

/** Whether what has an id now is not what a release had: it began later, and is called something else. */
function isAnother(
  now: { readonly name: string; readonly since: Version },
  last: Last<{ readonly name: string }>,
): boolean {
  return now.since > last.version && now.name !== last.had.name;
}

/** What a declaration was in a release: the record with its id, or the type with its name. */
function counterpart(now: Declaration, module: Module): Declaration | undefined {
  const then = isRecord(now) ? recordWith(module, now.id) : declarationsByName(module).get(now.name);
  return then?.kind === now.kind ? then : undefined;
}

const records = new WeakMap<Module, ReadonlyMap<number, State>>();

function recordWith(module: Module, id: number): State | null {
  let known = records.get(module);
  if (known === undefined) {
    known = new Map(module.declarations.flatMap((one) => (isRecord(one) ? [[one.id, one] as const] : [])));
    records.set(module, known);
  }
  return known.get(id) ?? null;
}
