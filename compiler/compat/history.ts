import type { Module, State, Union } from "../schema/ir.ts";
import { declarationsByName } from "../schema/lookup.ts";
import type { Pair } from "./pairs.ts";

/** Ids that stand for something now, stood for something in a release, and stood for nothing in a release between the two. */
export interface Reused {
  /** Ids of members or alternatives of a declaration, between the versions of its two sides. */
  readonly members: (pair: Pair) => ReadonlySet<number>;
  /** Whether the id of a record is such an id. */
  readonly state: (pair: Pair) => boolean;
}

/** Where no releases are known, nothing is known to be reused. */
export const nothingReused: Reused = { members: () => new Set(), state: () => false };

/** Looks ids up in the releases of each module, ascending by version. */
export function reusedIn(releases: ReadonlyMap<string, readonly Module[]>): Reused {
  const between = (pair: Pair): readonly Module[] => {
    const [from, to] = [pair.oldModule.version, pair.newModule.version];
    return (releases.get(pair.module) ?? []).filter(({ version }) => from < version && (version < to || to <= from));
  };
  return {
    members: (pair) => {
      const held = idsOf(pair.old);
      const gone = new Set<number>();
      for (const release of between(pair)) {
        const declaration =
          declarationsByName(release).get(pair.old.name) ?? declarationsByName(release).get(pair.new.name);
        if (declaration === undefined) continue;
        const there = idsOf(declaration);
        for (const id of held) if (!there.has(id)) gone.add(id);
      }
      return gone;
    },
    state: (pair) => {
      const { old } = pair;
      if (old.kind !== "state" || old.id === null) return false;
      const { id } = old;
      return between(pair).some((release) => !recordIdsIn(release).has(id));
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

function idsOf(declaration: Pair["old"]): ReadonlySet<number> {
  if (declaration.kind === "state" || declaration.kind === "struct") return idsIn(declaration.members);
  return declaration.kind === "union" ? idsIn(declaration.alternatives) : new Set();
}

function idsIn(entries: State["members"] | Union["alternatives"]): ReadonlySet<number> {
  return new Set(entries.map(({ id }) => id));
}
