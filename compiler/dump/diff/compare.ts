import { evaluate } from "../expression.ts";
import type { PathCursor } from "../path.ts";
import { hasMember } from "../path-value.ts";
import { equal, isList, isObject, memberOf, type ObjectValue, type Value } from "../value.ts";
import type { WireMember, WireType } from "../wire-type.ts";
import { alignByContent, alignByKey, type Alignment } from "./align.ts";
import type { Change, Spot } from "./change.ts";
import {
  atEvery,
  atMember,
  contentHash,
  isImplied,
  compareNumbers,
  keyPath,
  keyText,
  same,
  type Side,
} from "./content.ts";
import type { Place } from "./places.ts";
import type { MemberPlan, Plan, SchemaNote } from "./plan.ts";

/** One side of a record. */
export interface RecordSide {
  /** `linux.pci.PciDevice#3`. */
  readonly name: string;
  readonly type: WireType | null;
  readonly value: Value;
  readonly place: () => Place | null;
}

/** A value where it is compared. */
interface Held {
  readonly type: WireType | null;
  readonly value: Value;
}

/** A step from a record to what is compared; names and indices of both sides. */
type Step =
  | { readonly kind: "member"; readonly id: number; readonly a: string; readonly b: string }
  | { readonly kind: "element"; readonly a: number; readonly b: number; readonly key: string | null };

/** What a comparison of two records found. */
export class Comparison {
  readonly changes: Change[] = [];
  /** Changes found, those beyond the limit too. */
  count = 0;
  /** Values that are equal: each number, string, run of bytes. */
  equal = 0;
  /** Values that `ignore` names. */
  ignored = 0;
  readonly notes = new Set<SchemaNote>();
  readonly #a: RecordSide;
  readonly #b: RecordSide;
  readonly #path: string;
  readonly #limit: number;
  readonly #steps: Step[] = [];

  /** `path` is how both are named; of many changes `limit` are kept. */
  constructor(a: RecordSide, b: RecordSide, path: string, limit: number) {
    this.#a = a;
    this.#b = b;
    this.#path = path;
    this.#limit = limit;
  }

  /** Compares the records; `ignore` stands at them, and is null where nothing is ignored. */
  run(plan: Plan, ignore: PathCursor | null): void {
    this.#compare(plan, this.#a, this.#b, ignore);
  }

  #compare(plan: Plan, a: Held, b: Held, ignore: PathCursor | null): void {
    if (a.value === null || b.value === null) {
      // Which problem it is was told; here only that nothing can be said.
      this.add("unread", a, b);
      return;
    }
    if (a.value === undefined || b.value === undefined) {
      if (a.value !== undefined) this.add("removed", a, null);
      else if (b.value !== undefined) this.add("added", null, b);
      return;
    }
    switch (plan.kind) {
      case "number":
        switch (compareNumbers(plan, a.value, b.value, ignore)) {
          case "equal":
            this.equal++;
            return;
          case "ignored":
            this.ignored++;
            return;
          case "changed":
            this.add("changed", a, b, plan.units === null ? "" : "in another unit");
        }
        return;
      case "content":
        if (equal(a.value, b.value)) this.equal++;
        else this.add("changed", a, b);
        return;
      case "members":
        if (isObject(a.value) && isObject(b.value)) this.#members(plan, a, a.value, b, b.value, ignore);
        return;
      case "union":
        if (isObject(a.value) && isObject(b.value)) this.#union(plan, a, a.value, b, b.value, ignore);
        return;
      case "list":
        if (isList(a.value) && isList(b.value)) this.#list(plan, a, a.value, b, b.value, ignore);
        return;
      case "raw":
        this.#raw(plan, a, b, ignore);
        return;
      case "unlike":
        this.add("changed", a, b, "of another type");
        return;
    }
  }

  #members(
    plan: Extract<Plan, { kind: "members" }>,
    a: Held,
    left: ObjectValue,
    b: Held,
    right: ObjectValue,
    ignore: PathCursor | null,
  ): void {
    for (const note of plan.notes) this.notes.add(note);
    const unread = plan.members.filter((member) => isUnread(member, left, right));
    // A body that breaks off leaves many members unread, and is one thing to tell.
    const together = unread.length > 1 && ignore === null ? new Set(unread) : null;
    if (together !== null) this.#unreadTogether(unread, a, left, b, right);
    for (const member of plan.members) {
      if (together?.has(member) === true) continue;
      const below = atMember(ignore, member);
      if (below?.matched === true) {
        this.ignored++;
        continue;
      }
      const name = member.b?.name ?? member.a?.name ?? "";
      this.#steps.push({ kind: "member", id: member.id, a: member.a?.name ?? name, b: name });
      if (member.a !== null && member.b !== null) {
        const ofA = { type: member.a.type, value: memberOf(left, member.a.name) };
        const ofB = { type: member.b.type, value: memberOf(right, member.b.name) };
        this.#compare(member.plan, ofA, ofB, below);
      } else if (member.a !== null) this.#oneSided("a", member.a, memberOf(left, member.a.name), b, right);
      else if (member.b !== null) this.#oneSided("b", member.b, memberOf(right, member.b.name), a, left);
      this.#steps.pop();
    }
  }

  #unreadTogether(unread: readonly MemberPlan[], a: Held, left: ObjectValue, b: Held, right: ObjectValue): void {
    const names = unread.map((member) => member.b?.name ?? member.a?.name ?? "");
    const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : "";
    const whole = (side: Side, held: Held, object: ObjectValue): Held => {
      const lost = unread.some((member) => memberOf(object, member[side]?.name ?? "") === null);
      return lost ? { type: held.type, value: null } : held;
    };
    const note = `${names.slice(0, shownNames).join(", ")}${more}`;
    this.add("unread", whole("a", a, left), whole("b", b, right), note);
  }

  /** A member that the version of the other side does not have: no difference at its default, or where its `from` gives it. */
  #oneSided(side: Side, member: WireMember, value: Value, other: Held, object: ObjectValue): void {
    if (value === undefined) return;
    const { type } = other;
    const from = member.from ?? (type?.kind === "state" ? (type.byId.get(member.id)?.from ?? null) : null);
    const computed = from === null || value === null ? null : evaluate(from, object);
    if (isImplied(member, value) || (computed?.ok === true && equal(computed.value, value))) {
      this.equal++;
      return;
    }
    const held = { type: member.type, value };
    if (side === "a") this.add("removed", held, null, "unknown to b");
    else this.add("added", null, held, "unknown to a");
  }

  #union(
    plan: Extract<Plan, { kind: "union" }>,
    a: Held,
    left: ObjectValue,
    b: Held,
    right: ObjectValue,
    ignore: PathCursor | null,
  ): void {
    const alternative = plan.alternatives.get(String(memberOf(left, "kind")));
    if (alternative === undefined || alternative.b === null || alternative.b.name !== memberOf(right, "kind")) {
      this.add("changed", a, b);
      return;
    }
    const below = ignore === null ? null : ignore.member(alternative.b.name, alternative.id);
    if (below?.matched === true) {
      this.ignored++;
      return;
    }
    const [typeA, typeB] = [alternative.a.type, alternative.b.type];
    if (typeA === null && typeB === null) {
      this.equal++;
      return;
    }
    this.#steps.push({ kind: "member", id: alternative.id, a: alternative.a.name, b: alternative.b.name });
    const ofA = { type: typeA, value: memberOf(left, "value") };
    this.#compare(alternative.plan, ofA, { type: typeB, value: memberOf(right, "value") }, below);
    this.#steps.pop();
  }

  #list(
    plan: Extract<Plan, { kind: "list" }>,
    a: Held,
    left: readonly Value[],
    b: Held,
    right: readonly Value[],
    ignore: PathCursor | null,
  ): void {
    const [elementA, elementB] = [elementType(a.type), elementType(b.type)];
    const { element, key } = plan;
    const every = atEvery(ignore);
    const keysA = key.length === 0 ? null : keysOf(key, "a", left);
    const keysB = key.length === 0 ? null : keysOf(key, "b", right);
    const alignment =
      keysA !== null && keysB !== null
        ? alignByKey(keysA, keysB)
        : alignByContent(left.length, right.length, {
            same: (i, j) => same(element, left[i], right[j], every),
            a: (i) => contentHash(element, "a", left[i], every),
            b: (j) => contentHash(element, "b", right[j], every),
          });
    const named = keysA !== null && keysB !== null;
    this.#aligned(alignment, {
      step: (i, j) => {
        const keyed = named ? (j < 0 ? keyPath(key, "a", left[i]) : keyPath(key, "b", right[j])) : null;
        return { kind: "element", a: i, b: j, key: keyed };
      },
      pair: (i, j, below) =>
        this.#compare(element, { type: elementA, value: left[i] }, { type: elementB, value: right[j] }, below),
      a: (i) => ({ type: elementA, value: left[i] }),
      b: (j) => ({ type: elementB, value: right[j] }),
      ignore,
    });
  }

  /** Tells of two lists in the order of b; what only a has stands where its neighbours do. */
  #aligned({ ofA, ofB, moved }: Alignment, list: Aligned): void {
    let i = 0;
    const removedUntil = (end: number): void => {
      for (; i < end; i++) if (ofA[i] === -1) this.#element(list, i, -1);
    };
    for (let j = 0; j < ofB.length; j++) {
      const partner = ofB[j] ?? -1;
      if (partner >= 0 && moved[j] === 0) {
        removedUntil(partner);
        i = partner + 1;
      }
      const begins = moved[j] === 1 && !(moved[j - 1] === 1 && ofB[j - 1] === partner - 1);
      if (begins) this.#movedBlock(list, ofB, moved, partner, j);
      this.#element(list, partner, j);
    }
    removedUntil(ofA.length);
  }

  #element(list: Aligned, i: number, j: number): void {
    const { ignore } = list;
    let below: PathCursor | null = null;
    if (ignore !== null) {
      const held = j < 0 ? list.a(i) : list.b(j);
      below = ignore.element(j < 0 ? i : j, hasMember(held.type, held.value));
      if (below.matched) {
        this.ignored++;
        return;
      }
    }
    // Most pairs are equal, and nobody asks for the way to them.
    this.#steps.push(i < 0 || j < 0 ? list.step(i, j) : new LazyElement(list, i, j));
    if (i < 0) this.add("added", null, list.b(j));
    else if (j < 0) this.add("removed", list.a(i), null);
    else list.pair(i, j, below);
    this.#steps.pop();
  }

  #movedBlock(list: Aligned, ofB: Int32Array, moved: Uint8Array, i: number, j: number): void {
    if (atEvery(list.ignore)?.matched === true) return;
    let count = 1;
    while (moved[j + count] === 1 && ofB[j + count] === i + count) count++;
    this.#steps.push(list.step(i, j));
    this.add("moved", list.a(i), list.b(j), "", count);
    this.#steps.pop();
  }

  /** Without a schema on either side: members by their ids. */
  #raw(plan: Plan, a: Held, b: Held, ignore: PathCursor | null): void {
    if (isObject(a.value) && isObject(b.value)) {
      const names = new Set([...Object.keys(a.value), ...Object.keys(b.value)]);
      const ascending = [...names].sort((one, other) => Number(one.slice(1)) - Number(other.slice(1)));
      for (const name of ascending) {
        const id = Number(name.slice(1));
        const below = ignore === null ? null : ignore.member(name, id);
        if (below?.matched === true) {
          this.ignored++;
          continue;
        }
        this.#steps.push({ kind: "member", id, a: name, b: name });
        const ofA = { type: null, value: memberOf(a.value, name) };
        this.#compare(plan, ofA, { type: null, value: memberOf(b.value, name) }, below);
        this.#steps.pop();
      }
    } else if (isList(a.value) && isList(b.value)) {
      this.#list({ kind: "list", element: plan, key: [] }, a, a.value, b, b.value, ignore);
    } else if (equal(a.value, b.value)) this.equal++;
    else this.add("changed", a, b);
  }

  /** Takes note of a difference where the comparison stands. */
  add(kind: Change["kind"], a: Held | null, b: Held | null, note: string = "", elements: number = 1): void {
    this.count++;
    if (this.changes.length >= this.#limit) return;
    const id = this.#steps.findLast((step) => step.kind === "member")?.id ?? null;
    this.changes.push({
      kind,
      path: this.#text(this.#path, b === null ? "a" : "b", true),
      id: this.#steps.at(-1)?.kind === "member" ? id : null,
      a: a === null ? null : this.#spot("a", a, elements),
      b: b === null ? null : this.#spot("b", b, elements),
      note,
      elements,
    });
  }

  #spot(side: Side, { type, value }: Held, elements: number): Spot {
    const record = side === "a" ? this.#a : this.#b;
    const path = this.#text(record.name, side, false);
    const first = this.#place(record, side, 0);
    const last = elements > 1 ? this.#place(record, side, elements - 1) : first;
    const place =
      first === null || last === null
        ? null
        : { offset: first.offset, length: last.offset + last.length - first.offset };
    return { path, place, type, value };
  }

  #text(head: string, side: Side, keyed: boolean): string {
    let text = head;
    for (const step of this.#steps) {
      if (step.kind === "member") text += `.${step[side]}`;
      else text += `[${keyed && step.key !== null ? step.key : step[side]}]`;
    }
    return text;
  }

  /** `further`: elements after the one that the steps lead to. */
  #place(record: RecordSide, side: Side, further: number): Place | null {
    let place = record.place();
    for (const [i, step] of this.#steps.entries()) {
      if (place === null) return null;
      if (step.kind === "member") place = place.member(step.id);
      else place = place.element(step[side] + (i === this.#steps.length - 1 ? further : 0));
    }
    return place;
  }
}

/** Names of members that are listed of those that could not be read. */
const shownNames = 4;

function isUnread({ a, b }: MemberPlan, left: ObjectValue, right: ObjectValue): boolean {
  return (a !== null && memberOf(left, a.name) === null) || (b !== null && memberOf(right, b.name) === null);
}

/** Two lists whose elements were paired. */
interface Aligned {
  readonly step: (i: number, j: number) => Extract<Step, { kind: "element" }>;
  readonly pair: (i: number, j: number, ignore: PathCursor | null) => void;
  readonly a: (i: number) => Held;
  readonly b: (j: number) => Held;
  readonly ignore: PathCursor | null;
}

/** A step to an element whose key is written when it is asked for. */
class LazyElement {
  readonly kind = "element";
  readonly a: number;
  readonly b: number;
  readonly #list: Aligned;

  constructor(list: Aligned, a: number, b: number) {
    this.a = a;
    this.b = b;
    this.#list = list;
  }

  get key(): string | null {
    return this.#list.step(this.a, this.b).key;
  }
}

function elementType(type: WireType | null): WireType | null {
  const list = type?.kind === "optional" ? type.element : type;
  return list?.kind === "list" ? list.element : null;
}

/** The keys of all elements; null if one of them has none that can be read, so that the list pairs by content. */
function keysOf(key: readonly MemberPlan[], side: Side, list: readonly Value[]): readonly string[] | null {
  const keys: string[] = [];
  for (const element of list) {
    const text = keyText(key, side, element);
    if (text === null) return null;
    keys.push(text);
  }
  return keys;
}
