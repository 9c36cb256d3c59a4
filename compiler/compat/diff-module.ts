import type { Declaration, Module, State, Version } from "../schema/ir.ts";
import { declarationsByName } from "../schema/lookup.ts";
import type { Change } from "./change.ts";
import type { Reused } from "./history.ts";
import type { Pair, Pairing } from "./pairs.ts";
import { placeIn, placeOfDeclaration, placeOfModule } from "./place.ts";

/** What differs between two modules beside what is in the declarations that both have. */
export function diffModule(pairing: Pairing, name: string, old: Module | null, now: Module | null): readonly Change[] {
  const place = placeOfModule(name, { old: old !== null, new: now !== null });
  if (old === null) return now === null ? [] : [{ kind: "MODULE_ADDED", place }];
  if (now === null) return [{ kind: "MODULE_REMOVED", place }];
  if (old === now) return [];
  const changes: Change[] = [...diffSupport(old, now)];
  for (const one of now.imports)
    if (!old.imports.includes(one)) changes.push({ kind: "IMPORT_ADDED", place, name: one });
  for (const one of old.imports)
    if (!now.imports.includes(one)) changes.push({ kind: "IMPORT_REMOVED", place, name: one });
  const after = declarationsByName(now);
  const kept = new Set<string>();
  const holders = new Map(recordsOf(now).map((state) => [state.id, state.name]));
  for (const one of old.declarations) {
    const called = pairing.nameNow(name, one.name);
    const other = after.get(called);
    if (other?.kind === one.kind) kept.add(called);
    else changes.push(gone(name, one));
    if (one.kind !== "state" || other?.kind !== "state" || one.id === null || other.id === null) continue;
    if ((holders.get(one.id) ?? called) !== called) {
      const pair = pairing.pair({ module: name, name: one.name }, { module: name, name: called });
      changes.push({ kind: "STATE_IDS_SWAPPED", place: placeIn(pair), old: one, new: other });
    }
  }
  for (const one of now.declarations) if (!kept.has(one.name)) changes.push(come(name, one));
  return changes;
}

function recordsOf(module: Module): readonly State[] {
  return module.declarations.filter((one): one is State => one.kind === "state" && one.id !== null);
}

function gone(module: string, old: Declaration): Change {
  const place = placeOfDeclaration(module, old, "old");
  return old.kind === "state" && old.id !== null
    ? { kind: "STATE_REMOVED", place, old }
    : { kind: "DECLARATION_REMOVED", place, old };
}

function come(module: string, now: Declaration): Change {
  const place = placeOfDeclaration(module, now, "new");
  return now.kind === "state" && now.id !== null
    ? { kind: "STATE_ADDED", place, new: now }
    : { kind: "DECLARATION_ADDED", place, new: now };
}

function diffSupport(old: Module, now: Module): readonly Change[] {
  const place = placeOfModule(now.name, { old: true, new: true });
  const known = new Set(old.versions.map(({ version }) => version));
  const knows = new Set(now.versions.map(({ version }) => version));
  const without = (all: readonly Version[], others: readonly Version[]): readonly Version[] => {
    const those = new Set(others);
    return all.filter((version) => !those.has(version));
  };
  const dropped = (was: readonly Version[], is: readonly Version[]): readonly Version[] =>
    without(was, is).filter((version) => knows.has(version));
  const taken = (was: readonly Version[], is: readonly Version[]): readonly Version[] =>
    without(is, was).filter((version) => known.has(version));
  const changes: Change[] = [];
  const add = (
    kind: "READS_RAISED" | "READS_LOWERED" | "WRITES_RAISED" | "WRITES_LOWERED",
    versions: readonly Version[],
  ): void => {
    if (versions.length > 0) changes.push({ kind, place, versions });
  };
  add("READS_RAISED", dropped(old.reads, now.reads));
  add("READS_LOWERED", taken(old.reads, now.reads));
  add("WRITES_RAISED", dropped(old.writes, now.writes));
  add("WRITES_LOWERED", taken(old.writes, now.writes));
  return changes;
}

/** What differs in the head of a declaration: its name, and how a state is a record. */
export function diffRecord(pairing: Pairing, pair: Pair, reused: Reused): Change[] {
  const { old, new: now, module } = pair;
  const place = placeIn(pair);
  const changes: Change[] = [];
  // Where a member's type is another declaration now, that is told of there.
  if (old.name !== now.name && pairing.nameNow(module, old.name) === now.name) {
    changes.push({ kind: "DECLARATION_RENAMED", place, old, new: now });
  }
  if (old.kind !== "state" || now.kind !== "state") return changes;
  if (old.id === null || now.id === null) {
    if (old.id !== now.id) {
      changes.push({ kind: old.id === null ? "STATE_MADE_RECORD" : "STATE_MADE_NESTED", place, old, new: now });
    }
    return changes;
  }
  if (old.id !== now.id) {
    const { id } = old;
    const holder = pair.newModule.declarations.some((one) => one.kind === "state" && one.id === id);
    if (!holder) changes.push({ kind: "STATE_ID_CHANGED", place, old, new: now });
  } else if (reused.state(pair)) changes.push({ kind: "STATE_REUSED", place, new: now });
  if (old.single !== now.single) {
    changes.push({ kind: now.single ? "STATE_SINGLE_ADDED" : "STATE_SINGLE_REMOVED", place, old, new: now });
  }
  if (old.ignorable !== now.ignorable) {
    changes.push({ kind: now.ignorable ? "STATE_IGNORABLE_ADDED" : "STATE_IGNORABLE_REMOVED", place, old, new: now });
  }
  return changes;
}
