import { PathCursor, parsePath, type HasMember } from "../dump/path.ts";
import { atValue, isWritten } from "../dump/path-value.ts";
import type { Entry } from "./entry.ts";

/** Entries that are looked at for one path: a key that no row of a huge table has must not stop the page. */
const mostEntries = 1_000_000;

/** The first entry that a path names, as `--path` has it: `PciDevice[address=0x800].bars[*].size`. null if there is none, or the text is no path. */
export function findPath(root: Entry, text: string): Entry | null {
  const read = parsePath(text.trim());
  if (!read.ok) return null;
  const budget = { left: mostEntries };
  return firstOf(root, budget, (record) => PathCursor.record([read.path], record.name, hasOf(record)));
}

function firstOf(entry: Entry, budget: { left: number }, step: (child: Entry) => PathCursor): Entry | null {
  const { children } = entry;
  for (let i = 0; i < children.count && budget.left > 0; i++, budget.left--) {
    const child = children.at(i);
    const at = atValue(step(child), child.wire);
    if (at.matched) return child;
    if (!at.live) continue;
    const below = firstOf(child, budget, (one) =>
      one.name.startsWith("[") ? at.element(one.index, hasOf(one)) : at.member(one.name, one.id),
    );
    if (below !== null) return below;
  }
  return null;
}

/** Whether a record or an element has a member with a value that is written so. */
function hasOf(entry: Entry): HasMember {
  return ({ member, value }) => {
    const { children } = entry;
    const index = children.named(member);
    if (index < 0) return false;
    const one = children.at(index);
    return isWritten(one.wire, one.read(), value);
  };
}
