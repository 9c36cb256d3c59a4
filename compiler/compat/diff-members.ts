import { isWhole } from "../schema/expression-pieces.ts";
import type { Alternative, Check, Default, Expr, Member, State, Struct, Union, World } from "../schema/ir.ts";
import { namedIn } from "../schema/lookup.ts";
import type { Change, Entry, Place } from "./change.ts";
import { diffWritten } from "./diff-type.ts";
import type { Pair, Pairing } from "./pairs.ts";
import { placeIn } from "./place.ts";

/** How a member comes to its value where it is not written. */
export type Presence = "required" | "default" | "optional" | "computed";

/** What leaving a member out means. */
export function presenceOf(member: Member): Presence {
  if (member.type.kind === "optional") return "optional";
  if (member.from !== null) return "computed";
  return member.default === null ? "required" : "default";
}

/** The place of a member or alternative. */
export function placeOfEntry(pair: Pair, old: Entry | null, now: Entry | null): Place {
  const entry = now?.id ?? old?.id ?? 0;
  return placeIn(pair, { old: old?.name ?? null, new: now?.name ?? null, id: `@${entry}`, entry });
}

/** What differs between the members of two states: by id, with names where they moved. `reused`: ids that the releases saw gone. */
export function diffStateMembers(
  pairing: Pairing,
  pair: Pair,
  old: State,
  now: State,
  reused: ReadonlySet<number>,
): readonly Change[] {
  const [before, after] = [byId(old.members), byId(now.members)];
  const changes: Change[] = [];
  const moved = movedNames(old.members, now.members);
  const renumbered = new Set<number>();
  for (const { old: from, new: to } of moved) {
    if (after.has(from.id) || before.has(to.id)) continue;
    if (now.retired.some(({ id }) => id === from.id)) continue;
    renumbered.add(from.id).add(to.id);
    changes.push({ kind: "MEMBER_RENUMBERED", place: placeOfEntry(pair, from, to), old: from, new: to });
  }
  changes.push(...diffNames(pair, moved, renumbered, before, after, "MEMBERS_SWAPPED", "MEMBER_NAME_MOVED"));
  for (const member of old.members) {
    if (after.has(member.id) || renumbered.has(member.id)) continue;
    changes.push(goneMember(pair, member, now.retired.find(({ id }) => id === member.id) ?? null));
  }
  for (const member of now.members) {
    const known = before.get(member.id);
    if (known !== undefined) {
      if (reused.has(member.id)) {
        changes.push({ kind: "MEMBER_REUSED", place: placeOfEntry(pair, known, member), old: known, new: member });
      }
      for (const change of diffMember(pairing, pair, known, member, moved)) changes.push(change);
    } else if (!renumbered.has(member.id)) {
      changes.push(comeMember(pair, member));
    }
  }
  return changes;
}

function goneMember(pair: Pair, old: Member, retired: Member | null): Change {
  const place = placeOfEntry(pair, old, retired);
  const presence = presenceOf(old);
  if (retired === null) {
    if (presence === "required") return { kind: "MEMBER_REMOVED_REQUIRED", place, old };
    return { kind: presence === "computed" ? "MEMBER_REMOVED_COMPUTED" : "MEMBER_REMOVED", place, old };
  }
  if (retired.from !== null) return { kind: "MEMBER_RETIRED_COMPUTED", place, old, retired };
  const isAlwaysWritten = presence === "required" || presence === "computed";
  return { kind: isAlwaysWritten ? "MEMBER_RETIRED_REQUIRED" : "MEMBER_RETIRED", place, old, retired };
}

function comeMember(pair: Pair, now: Member): Change {
  const place = placeOfEntry(pair, null, now);
  switch (presenceOf(now)) {
    case "required":
      return { kind: "MEMBER_ADDED_REQUIRED", place, new: now };
    case "computed":
      return { kind: "MEMBER_ADDED_COMPUTED", place, new: now };
    case "default":
    case "optional":
      return { kind: "MEMBER_ADDED", place, new: now };
  }
}

/** What differs between two alternatives lists: by id, with names where they moved. */
export function diffUnion(
  pairing: Pairing,
  pair: Pair,
  old: Union,
  now: Union,
  reused: ReadonlySet<number>,
): readonly Change[] {
  const [before, after] = [byId(old.alternatives), byId(now.alternatives)];
  const changes: Change[] = [];
  const moved = movedNames(old.alternatives, now.alternatives);
  const renumbered = new Set<number>();
  for (const { old: from, new: to } of moved) {
    if (after.has(from.id) || before.has(to.id)) continue;
    renumbered.add(from.id).add(to.id);
    changes.push({ kind: "ALTERNATIVE_RENUMBERED", place: placeOfEntry(pair, from, to), old: from, new: to });
  }
  changes.push(...diffNames(pair, moved, renumbered, before, after, "ALTERNATIVES_SWAPPED", "ALTERNATIVE_NAME_MOVED"));
  for (const one of old.alternatives) {
    if (after.has(one.id) || renumbered.has(one.id)) continue;
    changes.push({ kind: "ALTERNATIVE_REMOVED", place: placeOfEntry(pair, one, null), old: one });
  }
  for (const one of now.alternatives) {
    const known = before.get(one.id);
    if (known === undefined) {
      if (!renumbered.has(one.id))
        changes.push({ kind: "ALTERNATIVE_ADDED", place: placeOfEntry(pair, null, one), new: one });
      continue;
    }
    const place = placeOfEntry(pair, known, one);
    if (reused.has(one.id)) changes.push({ kind: "ALTERNATIVE_REUSED", place, old: known, new: one });
    if (isRenamed(known, one, moved)) changes.push({ kind: "ALTERNATIVE_RENAMED", place, old: known, new: one });
    changes.push(...diffAlternative(pairing, place, known, one));
  }
  return changes;
}

function diffAlternative(pairing: Pairing, place: Place, old: Alternative, now: Alternative): readonly Change[] {
  if (old.type === null || now.type === null) {
    if (old.type === now.type) return [];
    return [{ kind: old.type === null ? "ALTERNATIVE_FILLED" : "ALTERNATIVE_EMPTIED", place, old, new: now }];
  }
  return diffWritten(pairing, place, { ...old, type: old.type }, { ...now, type: now.type });
}

const unchanged: readonly Change[] = [];

/** What differs between a member that both sides have. */
export function diffMember(
  pairing: Pairing,
  pair: Pair,
  old: Member,
  now: Member,
  moved: readonly Moved<Member>[],
): readonly Change[] {
  const isOne = old === now;
  if (isOne && namedIn(now.type) === null) return unchanged;
  const place = placeOfEntry(pair, old, now);
  // What its type names may be another kind of thing all the same.
  if (isOne) return diffWritten(pairing, place, old, now);
  const changes: Change[] = [];
  if (isRenamed(old, now, moved)) changes.push({ kind: "MEMBER_RENAMED", place, old, new: now });
  changes.push(...diffPresence(place, old, now));
  if (now.from !== null && old.from !== null && expressionText(old.from) !== expressionText(now.from)) {
    changes.push({ kind: "FROM_CHANGED", place, old, new: now });
  }
  for (const [flag, added, removed] of flags) {
    if (old[flag] !== now[flag]) changes.push({ kind: now[flag] ? added : removed, place, old, new: now });
  }
  changes.push(...diffReference(place, old, now), ...diffWritten(pairing, place, old, now));
  return changes;
}

const flags = [
  ["ignorable", "IGNORABLE_ADDED", "IGNORABLE_REMOVED"],
  ["key", "KEY_ADDED", "KEY_REMOVED"],
  ["sorted", "SORTED_ADDED", "SORTED_REMOVED"],
  ["handle", "HANDLE_ADDED", "HANDLE_REMOVED"],
] as const;

function diffPresence(place: Place, old: Member, now: Member): readonly Change[] {
  const [was, is] = [presenceOf(old), presenceOf(now)];
  if (was === is) {
    const same = is !== "default" || isSameDefault(old.default, now.default);
    return same ? [] : [{ kind: "DEFAULT_CHANGED", place, old, new: now }];
  }
  if (is === "optional") return [{ kind: "OPTIONAL_ADDED", place, old, new: now }];
  if (was === "optional") return [{ kind: "OPTIONAL_REMOVED", place, old, new: now }];
  if (is === "computed") return [{ kind: "FROM_ADDED", place, old, new: now }];
  if (was === "computed") return [{ kind: "FROM_REMOVED", place, old, new: now }];
  return [{ kind: is === "default" ? "DEFAULT_ADDED" : "DEFAULT_REMOVED", place, old, new: now }];
}

/** What is left out of a member that ended: at another default than before, something else is. */
export function diffRetiredPresence(place: Place, old: Member, retired: Member): readonly Change[] {
  const was = presenceOf(old);
  if (presenceOf(retired) !== "default") return [];
  return was === "default" || was === "optional" ? diffPresence(place, old, retired) : [];
}

/** Whether two defaults stand for the same value: a number for a number, bytes for bytes, whatever the types are. */
export function isSameDefault(a: Default | null, b: Default | null): boolean {
  if (a === null || b === null) return a === b;
  return defaultText(a) === defaultText(b);
}

function defaultText(value: Default): string {
  switch (value.kind) {
    case "int":
      return value.value === 0n ? "zero" : String(value.value);
    case "bool":
      return value.value ? "1" : "zero";
    case "string":
      return `x${hexOf(value.value)}`;
    case "bytes":
      return `x${value.hex}`;
    case "empty":
    case "zero":
      return value.kind;
  }
}

function hexOf(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function diffReference(place: Place, { reference: old }: Member, { reference: now }: Member): readonly Change[] {
  if (old === null) return now === null ? [] : [{ kind: "REFERENCE_ADDED", place, new: now }];
  if (now === null) return [{ kind: "REFERENCE_REMOVED", place, old }];
  const same = old.module === now.module && old.state === now.state && old.member === now.member;
  return same ? [] : [{ kind: "REFERENCE_CHANGED", place, old, new: now }];
}

/** What has the same name on both sides and another id. */
export interface Moved<T extends Entry> {
  readonly old: T;
  readonly new: T;
}

/** The names that stand for other ids now. */
export function movedNames<T extends Entry>(old: readonly T[], now: readonly T[]): readonly Moved<T>[] {
  const after = byId(now);
  const changed = old.filter((entry) => after.get(entry.id)?.name !== entry.name);
  if (changed.length === 0) return [];
  const named = new Map(now.map((entry) => [entry.name, entry]));
  return changed.flatMap((entry) => {
    const same = named.get(entry.name);
    return same === undefined || same.id === entry.id ? [] : [{ old: entry, new: same }];
  });
}

/** Names that went to an id which the other side knew, too: two that were exchanged, or one that moved. */
export function diffNames<
  T extends Entry,
  S extends "MEMBERS_SWAPPED" | "ALTERNATIVES_SWAPPED",
  M extends "MEMBER_NAME_MOVED" | "ALTERNATIVE_NAME_MOVED",
>(
  pair: Pair,
  moved: readonly Moved<T>[],
  renumbered: ReadonlySet<number>,
  before: ReadonlyMap<number, T>,
  after: ReadonlyMap<number, T>,
  swapped: S,
  oneMoved: M,
): readonly Change[] {
  const changes: Change[] = [];
  const done = new Set<string>();
  for (const { old, new: now } of moved) {
    if (renumbered.has(old.id) || done.has(old.name)) continue;
    done.add(old.name);
    const other = before.get(now.id);
    const there = after.get(old.id);
    if (other !== undefined && there !== undefined && other.name === there.name) {
      done.add(other.name);
      // The kind goes with the type of its entries: members or alternatives.
      changes.push({ kind: swapped, place: placeOfEntry(pair, old, there), old, new: there } as unknown as Change);
    } else {
      changes.push({ kind: oneMoved, place: placeOfEntry(pair, old, now), old, new: now } as unknown as Change);
    }
  }
  return changes;
}

/** Whether the same id has another name, and neither name stands for anything else. */
function isRenamed<T extends Entry>(old: T, now: T, moved: readonly Moved<T>[]): boolean {
  return old.name !== now.name && !moved.some((one) => one.old.name === old.name || one.new.name === now.name);
}

/**
 * What differs between the checks of two declarations: the same expression is the same check, if all that it names is there; the same message a
 * changed one.
 */
export function diffChecks(
  { sides }: Pairing,
  pair: Pair,
  old: State | Struct,
  now: State | Struct,
): readonly Change[] {
  if (old.checks.length === 0 && now.checks.length === 0) return [];
  const [before, after] = [keyed(sides.old, pair.oldModule.name, old), keyed(sides.new, pair.newModule.name, now)];
  const gone = [...before].filter(([key]) => !after.has(key)).map(([, check]) => check);
  const come = [...after].filter(([key]) => !before.has(key)).map(([, check]) => check);
  const changes: Change[] = [];
  const placeOf = (a: Check | undefined, b: Check | undefined): Place => {
    const [i, j] = [a === undefined ? -1 : old.checks.indexOf(a), b === undefined ? -1 : now.checks.indexOf(b)];
    const place = placeIn(pair);
    return {
      ...place,
      ids: `${place.ids}?${(b ?? a)?.message ?? ""}`,
      old: i < 0 ? place.old : `${old.name}#check${i}`,
      new: j < 0 ? place.new : `${now.name}#check${j}`,
    };
  };
  for (const check of gone) {
    const match = come.findIndex(({ message }) => message === check.message);
    const now = come[match];
    if (now === undefined) changes.push({ kind: "CHECK_REMOVED", place: placeOf(check, undefined), old: check });
    else {
      come.splice(match, 1);
      changes.push({ kind: "CHECK_CHANGED", place: placeOf(check, now), old: check, new: now });
    }
  }
  for (const check of come) changes.push({ kind: "CHECK_ADDED", place: placeOf(undefined, check), new: check });
  return changes;
}

function keyed(world: World, module: string, owner: State | Struct): ReadonlyMap<string, Check> {
  return new Map(
    owner.checks.map((check) => {
      const isThere = isWhole(world, module, owner, check.expression);
      return [`${expressionText(check.expression)}${isThere ? "" : "?"}`, check];
    }),
  );
}

/** An expression by ids, so that a name that changed is no change of it; the same whatever the order in which a file has its parts. */
export function expressionText(expression: Expr): string {
  return JSON.stringify(expression, (key, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (key === "name") return undefined;
    const isParts = typeof value === "object" && value !== null && !Array.isArray(value);
    return isParts ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
  });
}

const tables = new WeakMap<readonly Entry[], ReadonlyMap<number, Entry>>();

/** The table of a list of entries, made once: a declaration is compared with what it is at several versions. */
export function byId<T extends Entry>(entries: readonly T[]): ReadonlyMap<number, T> {
  // The table of a list holds what is in the list.
  const known = tables.get(entries) as ReadonlyMap<number, T> | undefined;
  if (known !== undefined) return known;
  const table = new Map<number, T>();
  for (const entry of entries) table.set(entry.id, entry);
  tables.set(entries, table);
  return table;
}
