import type { Struct } from "../schema/ir.ts";
import { fixedSize, layoutOf, type Layout, type MemberLayout } from "../schema/layout.ts";
import type { Change } from "./change.ts";
import { diffMember, diffNames, movedNames, placeOfEntry } from "./diff-members.ts";
import type { Pair, Pairing } from "./pairs.ts";
import { placeIn } from "./place.ts";

/** What differs between two structs: members by id, and where they lie. */
export function diffStruct(pairing: Pairing, pair: Pair, old: Struct, now: Struct): readonly Change[] {
  const [before, after] = [layoutOf(pairing.sides.old, old), layoutOf(pairing.sides.new, now)];
  const changes: Change[] = [...diffLayout(pairing, pair, before, after)];
  const moved = movedNames(old.members, now.members);
  const [was, is] = [layoutById(before), layoutById(after)];
  const renumbered = new Set<number>();
  for (const { old: from, new: to } of moved) {
    if (is.has(from.id) || was.has(to.id)) continue;
    renumbered.add(from.id).add(to.id);
    changes.push({ kind: "MEMBER_RENUMBERED", place: placeOfEntry(pair, from, to), old: from, new: to });
  }
  const members = (layout: ReadonlyMap<number, MemberLayout>): ReadonlyMap<number, MemberLayout["member"]> =>
    new Map([...layout].map(([id, { member }]) => [id, member]));
  changes.push(
    ...diffNames(pair, moved, renumbered, members(was), members(is), "MEMBERS_SWAPPED", "MEMBER_NAME_MOVED"),
  );
  for (const member of now.members) {
    const known = was.get(member.id);
    if (known !== undefined) changes.push(...diffMember(pairing, pair, known.member, member, moved));
  }
  return changes;
}

function layoutById(layout: Layout): ReadonlyMap<number, MemberLayout> {
  return new Map(layout.members.map((one) => [one.member.id, one]));
}

function diffLayout(pairing: Pairing, pair: Pair, before: Layout, after: Layout): readonly Change[] {
  const changes: Change[] = [];
  const [was, is] = [layoutById(before), layoutById(after)];
  const both = (layout: Layout, other: ReadonlyMap<number, unknown>): readonly MemberLayout[] =>
    layout.members.filter(({ member }) => other.has(member.id));
  const [kept, keeps] = [both(before, is), both(after, was)];
  if (kept.some(({ member }, i) => keeps[i]?.member.id !== member.id)) {
    const names = (layout: readonly MemberLayout[]): readonly string[] => layout.map(({ member }) => member.name);
    changes.push({ kind: "STRUCT_MEMBERS_REORDERED", place: placeIn(pair), old: names(kept), new: names(keeps) });
  }
  for (const { member, size } of kept) {
    const now = is.get(member.id);
    if (now === undefined) continue;
    const [a, b] = [fixedSize(pairing.sides.old, member.type), fixedSize(pairing.sides.new, now.member.type)];
    if (size === now.size && a?.align === b?.align) continue;
    const place = placeOfEntry(pair, member, now.member);
    changes.push({ kind: "STRUCT_MEMBER_RESIZED", place, old: member, new: now.member });
  }
  const replaced = new Set<MemberLayout>();
  for (const one of after.members) {
    if (was.has(one.member.id)) continue;
    const there = before.members.find(
      (other) => !is.has(other.member.id) && other.offset === one.offset && other.size === one.size,
    );
    const place = placeOfEntry(pair, there?.member ?? null, one.member);
    if (there !== undefined) {
      replaced.add(there);
      changes.push({ kind: "STRUCT_MEMBER_REPLACED", place, old: there.member, new: one.member });
    } else if (one.offset < endOf(keeps)) {
      changes.push({ kind: "STRUCT_MEMBER_INSERTED", place, new: one.member });
    } else if (one.offset < before.stride) {
      changes.push({ kind: "STRUCT_PADDING_USED", place, new: one.member });
    } else changes.push({ kind: "STRUCT_MEMBER_APPENDED", place, new: one.member });
  }
  for (const one of before.members) {
    if (is.has(one.member.id) || replaced.has(one)) continue;
    const place = placeOfEntry(pair, one.member, null);
    if (one.offset < endOf(kept)) changes.push({ kind: "STRUCT_MEMBER_DELETED", place, old: one.member });
    else if (one.offset < after.stride) changes.push({ kind: "STRUCT_PADDING_FREED", place, old: one.member });
    else changes.push({ kind: "STRUCT_MEMBER_REMOVED", place, old: one.member });
  }
  if (before.stride !== after.stride) {
    changes.push({ kind: "STRUCT_STRIDE_CHANGED", place: placeIn(pair), old: before.stride, new: after.stride });
  }
  return changes;
}

function endOf(members: readonly MemberLayout[]): number {
  return Math.max(0, ...members.map(({ offset, size }) => offset + size));
}
