import { PathCursor, parsePath, type HasMember } from "../dump/path.ts";
import { idText } from "../../runtime/id-text.ts";
import { stepName } from "../dump/step-name.ts";
import { atValue, isWritten } from "../dump/path-value.ts";
import type { WireMember, WireType } from "../dump/wire-type.ts";
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

/** Why a path names no entry: what it names may be a member that is left out, or an alternative that was not chosen. */
export function unnamedText(root: Entry, text: string): string {
  const steps = text.trim().match(/^[^.[]+|\.[^.[]+|\[[^\]]*\]/g) ?? [];
  for (let count = steps.length - 1; count > 0; count--) {
    const holder = findPath(root, steps.slice(0, count).join(""));
    if (holder === null) continue;
    // An element that is not there is none that is absent.
    const isNamed = steps[count]?.startsWith(".") === true && hasSteps(holder.wire, steps.slice(count));
    if (isNamed) return `what ${text} names is absent in this dump: it is optional, or another alternative was chosen`;
    break;
  }
  return `nothing in this dump is named ${text}`;
}

/** Whether values of a type may have what some steps of a path name. */
function hasSteps(type: WireType | null, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return true;
  const inner = type?.kind === "optional" ? type.element : type;
  if (inner?.kind === "list") return step.startsWith("[") && hasSteps(inner.element, rest);
  const name = step.slice(1);
  if (inner?.kind === "bits") return rest.length === 0 && inner.fields.some((field) => field.name === name);
  const members = inner?.kind === "union" ? inner.alternatives : membersOf(inner);
  const member = members.find((one) => one.name === name || stepName(name) === idText(one.id));
  return member !== undefined && hasSteps(member.type, rest);
}

function membersOf(type: WireType | null | undefined): readonly WireMember[] {
  return type?.kind === "state" || type?.kind === "struct" ? type.members : [];
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

/** What is selected when nothing is asked for: the first state, or else the first piece. */
export function firstEntry(root: Entry): Entry {
  for (let i = 0; i < Math.min(root.children.count, 8); i++) {
    const entry = root.children.at(i);
    if (entry.kind === "record" && entry.id !== null) return entry;
  }
  return root.children.count > 0 ? root.children.at(0) : root;
}
