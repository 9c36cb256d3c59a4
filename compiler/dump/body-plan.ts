import { canHold, hasForm, isFilled, isLostLong } from "./believed-header.ts";
import { BLOB, LIST, LONG, MUST, NEGATIVE, STATE, TABLE, UNION, WORD, formOf, padded } from "./format.ts";
import { idText } from "../../runtime/id-text.ts";
import { inOrder, type Weighed } from "./ascending.ts";
import { statedHead } from "./table-head.ts";
import type { WireMember, WireState, WireType } from "./wire-type.ts";

/** Members that stand one behind another and are out of order. */
export interface Strays {
  readonly end: number;
  /** The id of the first, and how many there are. */
  readonly id: number;
  readonly count: number;
  /** What the first does not come after: `5`, or `1 and before 3`. */
  readonly expected: string;
}

/** What the length of a payload must be that is another in its header; null where the bytes do not tell it exactly. */
export interface MendedLength {
  readonly length: number | null;
  /** Where the next member starts. */
  readonly next: number;
}

/** How the members of a damaged body lie, where their headers do not tell. */
export interface BodyPlan {
  /** By the offset of the first. */
  readonly strays: ReadonlyMap<number, Strays>;
  /** By the offset of the header. */
  readonly mended: ReadonlyMap<number, MendedLength>;
}

/** Where members lie as their headers have it. */
export const asStated: BodyPlan = { strays: new Map(), mended: new Map() };

/** Ids ascend, so there are no more members; what stands behind that many is in no order. */
const mostMembers = 0x1_0000;

/** A header on the way through a body. */
interface Step extends Weighed {
  readonly at: number;
  readonly next: number;
}

/**
 * Finds the members of a body some of whose headers are damaged. An id that alone is out of order is the one that is wrong, and not all those
 * behind it. A length is wrong if no member stands where it leads to, while one does where its payload ends by what is in it, and others behind
 * that. Without a type nothing is known of lengths.
 */
export function planBody(view: DataView, type: WireState | null, start: number, end: number): BodyPlan {
  const there = Math.min(end, view.byteLength);
  const mended = new Map<number, MendedLength>();
  const search = type === null ? null : new LengthSearch(view, type, start, end);
  const steps: Step[] = [];
  let isOrdered = true;
  let last = 0;
  let at = start;
  while (at + 8 <= there && steps.length < mostMembers) {
    const found = search?.lengthAt(at, last) ?? null;
    if (found !== null) mended.set(at, found);
    const next = found?.next ?? statedNext(view, at, type);
    if (next > end) break;
    const id = view.getUint16(at, true);
    if (id <= last) isOrdered = false;
    last = Math.max(last, id);
    steps.push({ at, next, id, weight: id === 0 ? 0 : type === null ? 1 : weightOf(view, type, at) });
    at = next;
  }
  const strays = isOrdered ? asStated.strays : straysOf(steps);
  return strays.size + mended.size === 0 ? asStated : { strays, mended };
}

function straysOf(steps: readonly Step[]): ReadonlyMap<number, Strays> {
  const kept = inOrder(steps);
  const strays = new Map<number, Strays>();
  for (let i = 0; i < steps.length; i++) {
    const first = steps[i];
    if (first === undefined || kept.has(i)) continue;
    const before = i;
    while (i + 1 < steps.length && !kept.has(i + 1)) i++;
    const [above, below] = [steps[before - 1], steps[i + 1]];
    const isBehind = above !== undefined && first.id <= above.id;
    const after = idText(above?.id ?? 0).slice(1);
    const expected = isBehind || below === undefined ? after : `${after} and before ${idText(below.id).slice(1)}`;
    strays.set(first.at, { end: steps[i]?.next ?? first.next, id: first.id, count: i - before + 1, expected });
  }
  return strays;
}

function statedNext(view: DataView, at: number, type: WireState | null): number {
  const form = view.getUint8(at + 2);
  const arg = view.getUint32(at + 4, true);
  const member = type?.byId.get(view.getUint16(at, true));
  // Of a form that does not exist it is the form that is damaged.
  const isWord = form === WORD || (form > UNION && member !== undefined && formOf(member.type) === null && arg !== 8);
  return at + 8 + (isWord ? 0 : padded(arg));
}

/** How much speaks for a header to be one of its type, against others with which it is in no order. */
function weightOf(view: DataView, type: WireState, at: number): number {
  const member = type.byId.get(view.getUint16(at, true));
  const form = view.getUint8(at + 2);
  if (member === undefined) return 2;
  if (!hasForm(member, form)) return 1;
  return isHeaderOf(view, at, member) && canHold(member.type, form, view.getUint32(at + 4, true), view.getUint8(at + 3))
    ? 4
    : 2;
}

/** Whether form and flags of a header are those that a writer gives a member. */
function isHeaderOf(view: DataView, at: number, member: WireMember): boolean {
  const form = view.getUint8(at + 2);
  const flags = view.getUint8(at + 3) & (form <= LONG ? ~NEGATIVE : ~0);
  return hasForm(member, form) && flags === (member.ignorable ? 0 : MUST);
}

/** Members that follow each other, and whether they do up to the end. */
interface Run {
  readonly members: number;
  readonly isToEnd: boolean;
}

/** Looks for the length that a payload must have. */
class LengthSearch {
  readonly #view: DataView;
  readonly #type: WireState;
  readonly #end: number;
  readonly #there: number;
  /** By where they start. */
  readonly #runs = new Map<number, Run>();
  /** Places that are still looked at, in proportion to the body. */
  #left: number;

  constructor(view: DataView, type: WireState, start: number, end: number) {
    this.#view = view;
    this.#type = type;
    this.#end = end;
    this.#there = Math.min(end, view.byteLength);
    this.#left = Math.max(0, this.#there - start) / 2;
  }

  /** The length of the payload behind a header, if that is not the one stated; null if it is, or if nobody knows. */
  lengthAt(at: number, last: number): MendedLength | null {
    const view = this.#view;
    const id = view.getUint16(at, true);
    const form = view.getUint8(at + 2);
    const member = this.#type.byId.get(id);
    if (member === undefined || id <= last || form === WORD || form > UNION || !hasForm(member, form)) return null;
    const arg = view.getUint32(at + 4, true);
    const next = at + 8 + padded(arg);
    const isPossible = next <= this.#end && this.#fits(member.type, form, at, arg);
    if (isPossible && (next >= this.#there || this.#isMember(next, id))) return null;
    const isLostWord = isLostLong(form, arg) && at + 8 < this.#there && this.#isMember(at + 8, id);
    const found = isLostWord
      ? { length: null, next: at + 8 }
      : form === BLOB
        ? this.#afterBlob(member.type, at, id)
        : this.#afterParts(member.type, form, at);
    if (found === null || found.next === next || found.next > this.#there) return null;
    if (found.next < this.#end && !this.#isMember(found.next, id)) return null;
    if (next > this.#end) return found;
    const { members: stated, isToEnd } = this.#follow(next, id);
    if (isPossible && isToEnd) return null;
    const there = this.#run(found.next).members;
    // What is in the payload speaks for one of them, too, unless it is a text.
    return there > stated || (there === stated && !isPossible && form !== BLOB) ? found : null;
  }

  /** Whether a payload may be that of its type, by its length and what is in it. */
  #fits(type: WireType, form: number, at: number, length: number): boolean {
    if (isLostLong(form, length) || !canHold(type, form, length, MUST)) return false;
    if (form === STATE || form === UNION) {
      const parts = this.#afterParts(type, form, at);
      return parts === null || parts.next === at + 8 + padded(length);
    }
    return isFilled(this.#view, at + 8, form, length);
  }

  /** Where a payload ends by what is in it; null where that cannot be told. */
  #afterParts(type: WireType, form: number, at: number): MendedLength | null {
    const view = this.#view;
    const start = at + 8;
    if (form === LONG) return { length: 8, next: at + 16 };
    if (start + 8 > this.#there) return null;
    const inner = type.kind === "optional" ? type.element : type;
    let length = 8;
    if (form === TABLE) {
      const { count, stride } = statedHead(view, start);
      length += count * stride;
    } else if (form === LIST) {
      for (let i = view.getUint32(start, true); i > 0; i--) {
        if (start + length + 8 > this.#there || view.getUint32(start + length + 4, true) !== 0) return null;
        length += 8 + padded(view.getUint32(start + length, true));
      }
    } else if (inner.kind === "state") {
      length = 0;
      for (let last = 0; start + length + 8 <= this.#there;) {
        const id = view.getUint16(start + length, true);
        const member = inner.byId.get(id);
        if (member === undefined || id <= last || !isHeaderOf(view, start + length, member)) break;
        last = id;
        length = statedNext(view, start + length, inner) - start;
      }
    } else length = statedNext(view, start, null) - start;
    return start + padded(length) > this.#there ? null : { length, next: start + padded(length) };
  }

  /** The next place behind a string or bytes at which members stand, to the end or several of them. */
  #afterBlob(type: WireType, at: number, id: number): MendedLength | null {
    for (let next = at + 8; next < this.#there && this.#left > 0; next += 8) {
      this.#left--;
      const room = next - at - 8;
      const isLong = !canHold(type, BLOB, Math.max(0, room - 7), MUST) && !canHold(type, BLOB, room, MUST);
      if (isLong || !this.#isMember(next, id)) continue;
      const { members, isToEnd } = this.#run(next);
      if (isToEnd || members > 1) return { length: null, next };
    }
    return null;
  }

  /** Whether a header stands at a place that is one of a member behind another. */
  #isMember(at: number, last: number): boolean {
    if (at === this.#there) return true;
    if (at + 8 > this.#there) return false;
    const id = this.#view.getUint16(at, true);
    const member = id <= last ? undefined : this.#type.byId.get(id);
    return member !== undefined && isHeaderOf(this.#view, at, member);
  }

  /**
   * How many members follow where a length leads to, unknown ones between them; behind one that is none, since what is damaged may as well be
   * that. And whether they lead to the end.
   */
  #follow(start: number, last: number): Run {
    let at = start;
    let members = 0;
    let id = last;
    while (at + 8 <= this.#there && this.#view.getUint16(at, true) > id && this.#view.getUint8(at + 2) <= UNION) {
      if (this.#isMember(at, id)) members++;
      id = this.#view.getUint16(at, true);
      at = statedNext(this.#view, at, this.#type);
    }
    const isToEnd = at === this.#end || (at >= this.#there && this.#there < this.#end);
    if (at > start || at + 8 > this.#there) return { members, isToEnd };
    return { ...this.#run(statedNext(this.#view, at, this.#type)), isToEnd: false };
  }

  #run(start: number): Run {
    const way: number[] = [];
    let at = start;
    let last = 0;
    let isToEnd = at >= this.#there;
    while (!isToEnd && at + 8 <= this.#there && !this.#runs.has(at) && this.#isMember(at, last)) {
      way.push(at);
      last = this.#view.getUint16(at, true);
      at = statedNext(this.#view, at, this.#type);
      isToEnd = at === this.#end || (at >= this.#there && this.#there < this.#end);
    }
    const known = this.#runs.get(at);
    const follows = known !== undefined && (way.length === 0 || this.#isMember(at, last));
    let run = follows ? known : { members: 0, isToEnd };
    for (const one of way.reverse()) {
      run = { members: run.members + 1, isToEnd: run.isToEnd };
      this.#runs.set(one, run);
    }
    return run;
  }
}
