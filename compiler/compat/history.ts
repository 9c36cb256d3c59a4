import type { Module, State, Union } from "../schema/ir.ts";
import { declarationsByName } from "../schema/lookup.ts";
import type { Pair } from "./pairs.ts";

/** Ids that stand for something now, stood for something in a release, and stood for nothing in a release between the two. */
export interface Reused {
  /** Ids of members or alternatives of a declaration, between the versions of its two sides. */
  readonly members: (pair: Pair) => ReadonlySet<number>;
  /** Whether the id of a record is such an id. */
  readonly state: (pair: Pair) => boolean;
  /** Whether releases of a module lie between two of its versions: without any, no id of it is such an id. */
  readonly any: (old: Module, now: Module) => boolean;
}

/** Where no releases are known, nothing is known to be reused. */
export const nothingReused: Reused = { members: () => new Set(), state: () => false, any: () => false };

/**
 * Looks ids up in the releases of each module, ascending by version. A release that was made before a backport became known lacks what the
 * backport brought, and has taken none of it away: that says nothing of an id that the new side takes over from the backport, or gave the
 * same name by itself.
 */
export function reusedIn(releases: ReadonlyMap<string, readonly Module[]>): Reused {
  const between = ({
    module,
    oldModule,
    newModule,
  }: Pick<Pair, "module" | "oldModule" | "newModule">): readonly Module[] => {
    const [from, to] = [oldModule.version, newModule.version];
    return (releases.get(module) ?? []).filter(({ version }) => from < version && (version < to || to <= from));
  };
  return {
    any: (oldModule, newModule) => between({ module: newModule.name, oldModule, newModule }).length > 0,
    members: (pair) => {
      const gone = new Set<number>();
      for (const release of between(pair)) {
        const declaration =
          declarationsByName(release).get(pair.old.name) ?? declarationsByName(release).get(pair.new.name);
        // Most declarations are one object in all releases that have them alike.
        if (declaration === undefined || declaration === pair.old || declaration === pair.new) continue;
        const [there, now] = [namesOf(declaration), namesOf(pair.new)];
        for (const [id, name] of namesOf(pair.old))
          if (!there.has(id) && takesAway(release, pair, now.get(id) === name)) gone.add(id);
      }
      return gone;
    },
    state: (pair) => {
      const { old } = pair;
      if (old.kind !== "state" || old.id === null) return false;
      const { id } = old;
      const isNamesake = old.name === pair.new.name;
      return between(pair).some((release) => !recordIdsIn(release).has(id) && takesAway(release, pair, isNamesake));
    },
  };
}

const recordIds = new WeakMap<Module, ReadonlySet<number>>();

function recordIdsIn(release: Module): ReadonlySet<number> {
  let ids = recordIds.get(release);
  if (ids === undefined) {
    ids = new Set(release.declarations.flatMap((one) => (one.kind === "state" && one.id !== null ? [one.id] : [])));
    recordIds.set(release, ids);
  }
  return ids;
}

/** Whether it means something that a release lacks what the old side has. */
function takesAway(release: Module, { oldModule, newModule }: Pair, isNamesake: boolean): boolean {
  const declares = ({ versions }: Module): boolean => versions.some((line) => line.version === oldModule.version);
  return declares(release) || !(declares(newModule) || isNamesake);
}

function namesOf(declaration: Pair["old"]): ReadonlyMap<number, string> {
  if (declaration.kind === "state" || declaration.kind === "struct") return namesIn(declaration.members);
  return declaration.kind === "union" ? namesIn(declaration.alternatives) : new Map();
}

function namesIn(entries: State["members"] | Union["alternatives"]): ReadonlyMap<number, string> {
  return new Map(entries.map(({ id, name }) => [id, name]));
}
