import type { Reference } from "../schema/ir.ts";
import { Path, problem, type Problem } from "./problem.ts";
import { hexDigits } from "./json-write.ts";
import { keyPartText, textOfKey } from "./key-text.ts";
import { rowsBehind } from "./table-rows.ts";
import { describe, equal, integerOf, isList, isObject, memberOf, type ObjectValue, type Value } from "./value.ts";
import { valueText } from "./value-text.ts";
import {
  defaultOf,
  type WireList,
  type WireMember,
  type WireState,
  type WireStruct,
  type WireType,
  type WireUnion,
} from "./wire-type.ts";

/** A member that names a kernel object outside the dump, where it stands. */
export interface Handle {
  /** The object's name as text: the digits of a number. */
  readonly name: string;
  readonly path: string;
  readonly id: number;
  readonly offset: number;
}

/** More than this is counted and not kept. */
const mostProblems = 1000;

/** A value around a reference, in whose lists it is looked up. */
interface Enclosing {
  readonly type: WireState | WireUnion;
  readonly value: ObjectValue;
  /** The keys in its lists of a state, made when a reference asks for them; null if it can have no such list. */
  readonly keys: Map<string, ReadonlySet<string> | null>;
}

/** A reference that no list around it takes up: it names a record, which may come later. */
interface Pending {
  readonly reference: Reference;
  readonly key: string;
  problem: Problem;
}

/**
 * What holds of a dump beyond what its decoder checks: keys are unique, sorted lists ascend, references lead somewhere. Records are given in
 * their order; what is kept of them is their keys, the references that are not resolved yet, and the handles. Offsets are those of records until
 * `locate` is told better: see `held`.
 */
export class Constraints {
  readonly handles: Handle[] = [];
  readonly #keys = new Map<string, Map<string, string>>();
  readonly #pending = new Map<string, Pending>();
  readonly #enclosing: Enclosing[] = [];
  #path = new Path("");
  #offset = 0;
  #found: Problem[] = [];
  /** References of the last record that may be taken up by a later one. */
  #fresh: Pending[] = [];
  /** Where the handles of the last record begin. */
  #firstHandle = 0;

  /** What is wrong with one record by itself, and with its key. */
  record(type: WireState, name: string, value: Value, offset: number): readonly Problem[] {
    this.#path = new Path(name);
    this.#offset = offset;
    this.#found = [];
    this.#fresh = [];
    this.#firstHandle = this.handles.length;
    const key = keysOf(type);
    if (key.length > 0 && isObject(value)) this.#recordKey(type, key, value, name);
    this.#value(type, value);
    return this.#found;
  }

  /** Paths of the last record that a reference to a later one stands at. */
  get waiting(): readonly string[] {
    return this.#fresh.map(({ problem: one }) => one.path);
  }

  /** Paths of the last record at which a handle stands. */
  get handing(): readonly string[] {
    return this.handles.slice(this.#firstHandle).map(({ path }) => path);
  }

  /** Says more closely where those references stand, and the handles of the last record. */
  locate(offsets: ReadonlyMap<string, number>): void {
    for (const one of this.#fresh)
      one.problem = { ...one.problem, offset: offsets.get(one.problem.path) ?? one.problem.offset };
    for (let i = this.#firstHandle; i < this.handles.length; i++) {
      const one = this.handles[i];
      if (one !== undefined) this.handles[i] = { ...one, offset: offsets.get(one.path) ?? one.offset };
    }
  }

  /** References to records that never came. */
  finish(): readonly Problem[] {
    return [...this.#pending.values()].flatMap(({ reference, key, problem: one }) =>
      this.#keys.get(`${reference.module}.${reference.state}`)?.has(key) === true ? [] : [one],
    );
  }

  #fail(code: "B8502" | "B8503" | "B8504", expected: string, found: string, id: number | null): void {
    if (this.#found.length >= mostProblems) return;
    this.#found.push(problem(code, { expected, found }, { path: this.#path.text(), offset: this.#offset, id }));
  }

  #recordKey(type: WireState, key: readonly WireMember[], value: ObjectValue, name: string): void {
    const state = `${type.module}.${type.name}`;
    const keys = this.#keys.get(state) ?? new Map<string, string>();
    this.#keys.set(state, keys);
    const text = textOf(key, value);
    const first = keys.get(text);
    if (first === undefined) keys.set(text, name);
    else this.#fail("B8502", first, shownKey(key, value), key[0]?.id ?? null);
  }

  #value(type: WireType, value: Value): void {
    switch (type.kind) {
      case "optional":
        return this.#value(type.element, value);
      case "state":
      case "struct":
        return this.#members(type, value);
      case "list":
        return this.#list(type, value);
      case "union": {
        const kind = isObject(value) ? memberOf(value, "kind") : undefined;
        const held = type.alternatives.find((one) => one.name === kind);
        if (held === undefined || held.type === null || !isObject(value)) return;
        this.#path.push(held.name);
        this.#enclosing.push({ type, value, keys: new Map() });
        this.#value(held.type, memberOf(value, "value"));
        this.#enclosing.pop();
        return this.#path.pop();
      }
      case "int":
      case "enum":
      case "bits":
      case "bool":
      case "uuid":
      case "bytes":
      case "string":
      case "cstring":
        return;
    }
  }

  #members(type: WireState | WireStruct, value: Value): void {
    if (!isObject(value)) return;
    if (type.kind === "state") this.#enclosing.push({ type, value, keys: new Map() });
    for (const member of type.members) {
      if (!concerns(member)) continue;
      const given = memberOf(value, member.name);
      if (given === undefined || given === null) continue;
      // Rows that lie in the dump are read once, and not for each question.
      const held = rowsBehind(given) === undefined || !isList(given) ? given : Array.from(given);
      this.#path.push(member.name);
      this.#value(member.type, held);
      const { sorted, reference, handle } = member.member;
      if (sorted) this.#sorted(member, held);
      if ((reference !== null || handle) && !isNothing(member, held)) this.#names(member, held);
      this.#path.pop();
    }
    if (type.kind === "state") this.#enclosing.pop();
  }

  /** What a reference or a handle says, once for each element of a list. */
  #names(member: WireMember, held: Value): void {
    if (isList(held)) {
      for (const [i, element] of held.entries()) {
        this.#path.push(i);
        this.#names(member, element);
        this.#path.pop();
      }
      return;
    }
    if (member.member.reference !== null) this.#reference(member, member.member.reference, held);
    if (!member.member.handle) return;
    this.handles.push({ name: handleText(held), path: this.#path.text(), id: member.id, offset: this.#offset });
  }

  #list(type: WireList, value: Value): void {
    const { element } = type;
    if (!isList(value) || (element.kind !== "state" && element.kind !== "struct" && element.kind !== "union")) return;
    if (element.kind === "union" || element.members.some(concerns)) {
      for (const [i, one] of value.entries()) {
        this.#path.push(i);
        this.#value(element, one);
        this.#path.pop();
      }
    }
    if (element.kind !== "union") this.#unique(keysOf(element), value);
  }

  #unique(key: readonly WireMember[], elements: readonly Value[]): void {
    if (key.length === 0 || ascends(key, elements)) return;
    const seen = new Map<string, number>();
    for (const [i, element] of elements.entries()) {
      if (!isObject(element)) continue;
      const text = textOf(key, element);
      const first = seen.get(text);
      if (first === undefined) seen.set(text, i);
      else {
        const expected = this.#path.text(first);
        this.#path.push(i);
        this.#fail("B8502", expected, shownKey(key, element), key[0]?.id ?? null);
        this.#path.pop();
      }
    }
  }

  /** Told once for a list: after the first that is out of order, nothing can be said of the rest. */
  #sorted(member: WireMember, value: Value): void {
    const type = member.type.kind === "optional" ? member.type.element : member.type;
    if (type.kind !== "list" || !isList(value)) return;
    const { element } = type;
    const key = element.kind === "state" || element.kind === "struct" ? keysOf(element) : [];
    for (let i = 1; i < value.length; i++) {
      const [before, here] = [value[i - 1], value[i]];
      if (compare(key, before, here) < 0) continue;
      const found = key.length > 0 && isObject(here) ? shownKey(key, here) : valueText(element, here);
      this.#path.push(i);
      this.#fail("B8503", "ascending order", found, member.id);
      this.#path.pop();
      return;
    }
  }

  #reference(member: WireMember, reference: Reference, value: Value): void {
    const name = `${reference.module}.${reference.state}`;
    const key = keyPartText(value);
    if (this.#enclosing.some((one) => keysIn(one, name)?.has(key) === true)) return;
    const words = { expected: name, found: valueText(elementType(member.type), value) };
    const place = { path: this.#path.text(), offset: this.#offset, id: member.id };
    const known = this.#keys.get(name)?.has(key) === true;
    const pending = `${name} ${key}`;
    // One for each object that is missed: a dump may refer to it a million times.
    if (known || this.#pending.has(pending)) return;
    const one = { reference, key, problem: problem("B8504", words, place) };
    this.#pending.set(pending, one);
    this.#fresh.push(one);
  }
}

/** The keys of the elements that a value's own lists of a state hold; null if it can have no such list. */
function keysIn({ type, value, keys }: Enclosing, state: string): ReadonlySet<string> | null {
  let found = keys.get(state);
  if (found === undefined) {
    const lists = listsOf(type, state);
    found = lists.length === 0 ? null : new Set(lists.flatMap((list) => [...keysOfList(list, value)]));
    keys.set(state, found);
  }
  return found;
}

/** A member, or what a union holds, that is a list of states. */
interface ListPart {
  readonly element: WireState;
  /** Of a union the alternative. */
  readonly name: string;
  readonly isAlternative: boolean;
}

function listsOf(type: WireState | WireUnion, state: string): readonly ListPart[] {
  const parts: readonly { readonly name: string; readonly type: WireType | null }[] =
    type.kind === "state" ? type.members : type.alternatives;
  return parts.flatMap((part) => {
    const list = part.type?.kind === "optional" ? part.type.element : part.type;
    if (list?.kind !== "list" || list.element.kind !== "state") return [];
    const { element } = list;
    const isAlternative = type.kind === "union";
    return `${element.module}.${element.name}` === state ? [{ element, name: part.name, isAlternative }] : [];
  });
}

function* keysOfList({ element, name, isAlternative }: ListPart, value: ObjectValue): Generator<string> {
  if (isAlternative && memberOf(value, "kind") !== name) return;
  const elements = memberOf(value, isAlternative ? "value" : name);
  if (!isList(elements)) return;
  const key = keysOf(element);
  for (const one of elements) if (isObject(one)) yield textOf(key, one);
}

const concerning = new WeakMap<WireMember, boolean>();

/** Whether anything in a member can be wrong beyond its bytes. Without recursion, as a chain of types can be as long as a schema. */
function concerns(member: WireMember): boolean {
  let known = concerning.get(member);
  if (known === undefined) concerning.set(member, (known = holdsConcern(member)));
  return known;
}

function holdsConcern(first: WireMember): boolean {
  const seen = new Set<WireMember | WireUnion>([first]);
  const members = [first];
  for (let member = members.pop(); member !== undefined; member = members.pop()) {
    const { sorted, reference, handle } = member.member;
    if (sorted || reference !== null || handle) return true;
    const types = [member.type];
    for (let type = types.pop(); type !== undefined; type = types.pop()) {
      if (type.kind === "optional" || type.kind === "list") types.push(type.element);
      if (type.kind === "union" && !seen.has(type)) {
        seen.add(type);
        types.push(...type.alternatives.flatMap((one) => one.type ?? []));
      }
      if (type.kind === "list" && (type.element.kind === "state" || type.element.kind === "struct")) {
        if (keysOf(type.element).length > 0) return true;
      }
      if (type.kind !== "state" && type.kind !== "struct") continue;
      for (const one of type.members) {
        const known = concerning.get(one);
        if (known === true) return true;
        if (known === false || seen.has(one)) continue;
        seen.add(one);
        members.push(one);
      }
    }
  }
  return false;
}

function keysOf(type: WireState | WireStruct): readonly WireMember[] {
  return type.members.filter(({ member }) => member.key);
}

function elementType(type: WireType): WireType {
  return type.kind === "optional" || type.kind === "list" ? elementType(type.element) : type;
}

/** Whether a reference or handle is at its default, and so names nothing. */
function isNothing(member: WireMember, value: Value): boolean {
  const stated = defaultOf(member);
  return stated !== undefined && equal(stated, value);
}

/** Whether the keys of elements are numbers that ascend, as most tables have them: then none is there twice, and none need be kept. */
function ascends([part, ...more]: readonly WireMember[], elements: readonly Value[]): boolean {
  if (part === undefined || more.length > 0) return false;
  let last = Number.NEGATIVE_INFINITY;
  for (const element of elements) {
    const value = isObject(element) ? memberOf(element, part.name) : undefined;
    if (typeof value !== "number" || value <= last) return false;
    last = value;
  }
  return true;
}

function textOf(key: readonly WireMember[], value: ObjectValue): string {
  return textOfKey(key.map(({ name }) => memberOf(value, name)));
}

function shownKey(key: readonly WireMember[], value: ObjectValue): string {
  return key.map(({ name, type }) => `${name}=${valueText(type, memberOf(value, name))}`).join(", ");
}

function handleText(value: Value): string {
  const integer = integerOf(value);
  if (integer !== null) return String(integer);
  return value instanceof Uint8Array ? hexDigits(value) : typeof value === "string" ? value : describe(value);
}

/** Negative if `a` comes before `b`, by its key or, without one, by itself. */
function compare(key: readonly WireMember[], a: Value, b: Value): number {
  if (key.length === 0) return compareOne(a, b);
  if (!isObject(a) || !isObject(b)) return -1;
  for (const { name } of key) {
    const order = compareOne(memberOf(a, name), memberOf(b, name));
    if (order !== 0) return order;
  }
  return 0;
}

function compareOne(a: Value, b: Value): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  // In the order of their bytes, which is that of the code points.
  if (typeof a === "string" && typeof b === "string") return compareBytes(utf8.encode(a), utf8.encode(b));
  const [left, right] = [numberOf(a), numberOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

const utf8 = new TextEncoder();

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return a.length - b.length;
}

function numberOf(value: Value): bigint {
  return typeof value === "boolean" ? BigInt(value) : (integerOf(value) ?? 0n);
}
