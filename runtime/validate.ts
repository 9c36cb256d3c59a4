import {
  compute,
  describe as made,
  isRequired,
  typeNamed,
  type BitsDescription,
  type CheckDescription,
  type Described,
  type EnumDescription,
  type IntDescription,
  type ListDescription,
  type MemberDescription,
  type StateDescription,
  type StructDescription,
  type TypeDescription,
  type UnionDescription,
} from "./description.ts";
import { closest } from "./closest.ts";
import { BatonError, quoted, type Code, type Facts } from "./errors.ts";
import { deepest } from "./form.ts";
import { bitsMistake } from "./bits.ts";
import { elementsGiven } from "./given-tables.ts";
import { misreadRow } from "./locate.ts";
import { Table } from "./table.ts";
import { isWellFormed, utf8Length } from "./text.ts";
import { rangeText } from "./range-text.ts";
import { checkText, isPlain, own, sameValue, valueText } from "./values.ts";

/** More than this is not collected: a table of the wrong type would give a problem for every row. */
const mostProblems = 100;

/** Everything that is wrong with a value, in the order of its members: keys, order and references within it, too. */
export function problemsOf(described: Described, value: unknown): readonly BatonError[] {
  const search = new Search(mostProblems, true, typeNamed(described));
  search.value(described, value, "", undefined);
  return search.problems;
}

/** The first thing for which a value cannot be encoded, or null. */
export function firstProblem(described: Described, value: unknown): BatonError | null {
  const search = new Search(1, false, typeNamed(described));
  search.value(described, value, "", undefined);
  return search.problems[0] ?? null;
}

/** A value around a reference, in whose lists it is looked up. */
interface Enclosing {
  readonly parts: readonly { readonly name: string; readonly type: Described }[];
  readonly value: object;
  /** The keys in its lists of a state, as texts, made when a reference asks for them; null if it can have no such list. */
  readonly keys: Map<string, ReadonlySet<string> | null>;
}

class Search {
  readonly problems: BatonError[] = [];
  private readonly root: { readonly type?: string };
  private readonly limit: number;
  /** Whether keys, order and references count. */
  private readonly relations: boolean;
  private depth = 0;
  private readonly enclosing: Enclosing[] = [];

  constructor(limit: number, relations: boolean, root: { readonly type?: string }) {
    this.root = root;
    this.limit = limit;
    this.relations = relations;
  }

  private fail(code: Code, path: string, id: number | undefined, facts: Facts = {}): void {
    if (this.problems.length >= this.limit) return;
    this.problems.push(new BatonError(code, { ...this.root, path, ...(id === undefined ? {} : { id }), ...facts }));
  }

  private unexpected(expected: string, value: unknown, path: string, id: number | undefined): void {
    this.fail("B8301", path, id, { expected, found: valueText(value) });
  }

  value(described: Described, value: unknown, path: string, id: number | undefined): void {
    if (this.problems.length >= this.limit) return;
    const type = made(described);
    switch (type.kind) {
      case "int":
        return void this.integer(type, type, value, path, id);
      case "enum":
        return this.enum(type, value, path, id);
      case "bits":
        return this.bits(type, value, path, id);
      case "bool":
        if (typeof value !== "boolean") this.unexpected("a boolean", value, path, id);
        return;
      case "uuid":
        return this.bytes(16, 16, value, path, id);
      case "bytes":
        return this.bytes(type.min, type.max, value, path, id);
      case "string":
        return this.text(type.min, type.max, value, path, id);
      case "cstring":
        if (typeof value === "string" && value.includes("\0")) {
          return this.fail("B8207", path, id, { expected: "text without NUL", found: valueText(value) });
        }
        return this.text(0, type.size - 1, value, path, id);
      case "list":
        return this.list(type, value, path, id);
      case "struct":
        return this.members(type, type.members, value, path, id);
      case "state":
        if (this.enter(path, id)) this.members(type, type.members, value, path, id);
        this.depth--;
        return;
      case "union":
        if (this.enter(path, id)) this.union(type, value, path, id);
        this.depth--;
    }
  }

  private enter(path: string, id: number | undefined): boolean {
    this.depth++;
    if (this.depth <= deepest) return true;
    this.fail("B8109", path, id);
    return false;
  }

  /** Whether a value is an integer of a type's width and range, as the kind of number that the type has. */
  private integer(
    type: TypeDescription,
    int: IntDescription,
    value: unknown,
    path: string,
    id: number | undefined,
  ): value is number | bigint {
    const big = typeof int.min === "bigint";
    if (big ? typeof value !== "bigint" : !Number.isInteger(value)) {
      const expected = typeof value === "bigint" ? "a number, not a bigint" : "an integer";
      this.unexpected(big ? "a bigint" : expected, value, path, id);
      return false;
    }
    // It was just found to be one of the two.
    const number = value as number | bigint;
    if (number >= int.min && number <= int.max) return true;
    const expected = type.kind === "int" ? rangeText(type) : `${int.min}..${int.max}`;
    this.fail("B8201", path, id, { expected, found: String(number) });
    return false;
  }

  private enum(type: EnumDescription, value: unknown, path: string, id: number | undefined): void {
    if (!this.integer(type, type.base, value, path, id) || type.open) return;
    if (Object.values(type.values).includes(value)) return;
    this.fail("B8202", path, id, { expected: type.name, found: String(value) });
  }

  private bits(type: BitsDescription, value: unknown, path: string, id: number | undefined): void {
    if (!this.integer(type, type.base, value, path, id)) return;
    const mistake = bitsMistake(type, BigInt(value));
    if (mistake === null) return;
    const { code, path: range, ...facts } = mistake;
    this.fail(code, path + range, id, facts);
  }

  private bytes(min: number, max: number, value: unknown, path: string, id: number | undefined): void {
    if (!(value instanceof Uint8Array)) return this.unexpected("bytes", value, path, id);
    this.length(min, max, value.length, path, id);
  }

  private text(min: number, max: number, value: unknown, path: string, id: number | undefined): void {
    if (typeof value !== "string") return this.unexpected("a string", value, path, id);
    if (!isWellFormed(value)) return this.fail("B8205", path, id);
    this.length(min, max, utf8Length(value), path, id);
  }

  private length(min: number, max: number, length: number, path: string, id: number | undefined): boolean {
    if (length >= min && length <= max) return true;
    this.fail("B8206", path, id, {
      expected: max === Infinity ? `${min}..` : `${min}..${max}`,
      found: String(length),
    });
    return false;
  }

  private list(type: ListDescription, value: unknown, path: string, id: number | undefined): void {
    const element = made(type.element);
    const isTable = value instanceof Table && element.kind === "struct";
    if (!Array.isArray(value) && !isTable) return this.unexpected("a list", value, path, id);
    if (!this.length(type.min, type.max, value.length, path, id)) return;
    const before = this.problems.length;
    if (isTable) this.rowsInPlace(value, path, id);
    if (this.problems.length !== before) return;
    const elements = elementsGiven(value) ?? [];
    const key = element.kind === "state" || element.kind === "struct" ? keysOf(element) : [];
    for (let i = 0; i < elements.length && this.problems.length < this.limit; i++) {
      this.value(element, elements[i], `${path}[${i}]`, id);
    }
    if (this.relations) this.unique(key, elements, path, id);
  }

  /** Rows of a view that stand for no objects. */
  private rowsInPlace(table: Table, path: string, id: number | undefined): void {
    for (let i = 0; i < table.length && this.problems.length < this.limit; i++) {
      const row = table.tryRow(i);
      if ("value" in row) continue;
      const { code, path: below, facts } = misreadRow(row.error, table.struct, row.at);
      this.fail(code, `${path}[${i}]${below}`, id, facts);
    }
  }

  /** Refuses two elements with the same key, all members of a composite one counted. */
  private unique(
    key: readonly MemberDescription[],
    elements: readonly unknown[],
    path: string,
    id: number | undefined,
  ): void {
    if (key.length === 0) return;
    const seen = new Map<string, number>();
    for (const [i, element] of elements.entries()) {
      const text = keyText(key, element);
      if (text === null) continue;
      const first = seen.get(text);
      if (first === undefined) seen.set(text, i);
      else this.fail("B8502", `${path}[${i}]`, id, { expected: `${path}[${first}]`, found: text });
    }
  }

  private members(
    type: StateDescription | StructDescription,
    members: readonly MemberDescription[],
    value: unknown,
    path: string,
    id: number | undefined,
  ): void {
    if (!isPlain(value)) return this.unexpected(type.name, value, path, id);
    const before = this.problems.length;
    if (type.kind === "state") this.enclosing.push({ parts: members, value, keys: new Map() });
    for (const member of members) {
      const below = path === "" ? member.name : `${path}.${member.name}`;
      const given = own(value, member.name);
      if (given === undefined) {
        if (isRequired(member) || member.from !== undefined) this.fail("B8208", below, member.id);
        continue;
      }
      this.value(member.type, given, below, member.id);
      if (!this.relations) continue;
      if (member.sorted === true) this.sorted(member, given, below);
      if (member.reference !== undefined) this.reference(member, given, below);
    }
    if (type.kind === "state") this.enclosing.pop();
    if (this.problems.length === before) this.checks(type.checks ?? [], members, value, path);
    const names = members.map((one) => one.name);
    if (this.relations) this.strangers(value, names, path);
  }

  /** Reports properties that are no members: what is misspelt would be lost. An object of a class may have more than its members. */
  private strangers(value: object, names: readonly string[], path: string): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return;
    for (const name of Object.keys(value)) {
      if (names.includes(name) || own(value, name) === undefined) continue;
      const near = closest(name, names);
      const hint = near === undefined ? "" : ` (did you mean ${quoted(near)}?)`;
      this.fail("B8403", path, undefined, { found: quoted(name) + hint });
    }
  }

  private checks(
    checks: readonly CheckDescription[],
    members: readonly MemberDescription[],
    value: object,
    path: string,
  ): void {
    for (const check of checks) {
      try {
        if (compute(check, value, members) !== true) this.fail("B8212", path, undefined, { expected: check.message });
      } catch (error) {
        if (!(error instanceof BatonError)) throw error;
        this.fail("B8213", path, undefined, {
          expected: checkText(check.message),
          found: error.found ?? error.message,
        });
      }
    }
  }

  /** Refuses elements that do not ascend by key, or by themselves where they are integers. */
  private sorted(member: MemberDescription, value: unknown, path: string): void {
    const type = made(member.type);
    const elements = elementsGiven(value);
    if (type.kind !== "list" || elements === null) return;
    const element = made(type.element);
    const key = element.kind === "state" || element.kind === "struct" ? keysOf(element) : [];
    for (let i = 1; i < elements.length; i++) {
      if (compare(key, elements[i - 1], elements[i]) < 0) continue;
      const found = key.length === 0 ? valueText(elements[i]) : (keyText(key, elements[i]) ?? "");
      return this.fail("B8503", `${path}[${i}]`, member.id, { expected: "ascending order", found });
    }
  }

  /** Looks a reference up in the lists around it. What may name a record, or an element around the whole value, is left alone. */
  private reference(member: MemberDescription, value: unknown, path: string): void {
    const { reference } = member;
    if (reference === undefined || reference.record || sameValue(member.default, value)) return;
    const around = this.enclosing.flatMap((one) => keysIn(one, reference.state) ?? []);
    if (around.length === 0) return;
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const [i, each] of values.entries()) {
      if (around.some((keys) => keys.has(partText(each)))) continue;
      const below = Array.isArray(value) ? `${path}[${i}]` : path;
      this.fail("B8504", below, member.id, { expected: reference.state, found: valueText(each) });
    }
  }

  private union(type: UnionDescription, value: unknown, path: string, id: number | undefined): void {
    const kind = isPlain(value) ? own(value, "kind") : undefined;
    if (!isPlain(value) || typeof kind !== "string") {
      return this.unexpected(`${unionShape(type, value)} (${type.name})`, value, path, id);
    }
    if (this.relations) this.strangers(value, ["kind", "value"], path);
    const alternative = type.alternatives.find((one) => one.name === kind);
    if (alternative === undefined) return this.fail("B8210", path, id, { found: kind, expected: type.name });
    const held = own(value, "value");
    const below = path === "" ? kind : `${path}.${kind}`;
    if (alternative.type !== null) {
      const parts = [{ name: "value", type: alternative.type }];
      this.enclosing.push({ parts, value, keys: new Map() });
      this.value(alternative.type, held, below, alternative.id);
      return void this.enclosing.pop();
    }
    if (held !== null && held !== undefined) this.unexpected("null", held, below, alternative.id);
  }
}

/** How the value of a union is written; with the alternative that is meant where it is given bare, or as JSON has it. */
function unionShape(type: UnionDescription, value: unknown): string {
  const [name = ""] = isPlain(value) ? Object.keys(value) : typeof value === "string" ? [value] : [];
  const meant = type.alternatives.find((one) => one.name === name);
  if (meant === undefined) return "{ kind, value }";
  return meant.type === null ? `{ kind: "${name}" }` : `{ kind: "${name}", value }`;
}

function keysOf(type: StateDescription | StructDescription): readonly MemberDescription[] {
  return type.members.filter((member) => member.key === true);
}

/** The keys of the elements that a value's own lists of a state hold; null if it can have no such list. */
function keysIn({ parts, value, keys }: Enclosing, state: string): ReadonlySet<string> | null {
  const known = keys.get(state);
  if (known !== undefined) return known;
  let found: Set<string> | null = null;
  for (const { name, type } of parts) {
    const list = made(type);
    const element = list.kind === "list" ? made(list.element) : null;
    if (element?.kind !== "state" || element.name !== state) continue;
    found ??= new Set();
    const elements = own(value, name);
    const [key] = keysOf(element);
    if (!Array.isArray(elements) || key === undefined) continue;
    for (const one of elements) if (isPlain(one)) found.add(partText(keyOf(key, one)));
  }
  keys.set(state, found);
  return found;
}

function keyOf(member: MemberDescription, element: object): unknown {
  return own(element, member.name) ?? member.default;
}

function keyText(key: readonly MemberDescription[], element: unknown): string | null {
  if (!isPlain(element)) return null;
  return key.map((member) => `${member.name}=${partText(keyOf(member, element))}`).join(", ");
}

function partText(value: unknown): string {
  return value instanceof Uint8Array ? Array.from(value).join(",") : String(value);
}

/** Negative if `a` comes before `b`. */
function compare(key: readonly MemberDescription[], a: unknown, b: unknown): number {
  if (key.length === 0) return compareOne(a, b);
  if (!isPlain(a) || !isPlain(b)) return -1;
  for (const member of key) {
    const order = compareOne(keyOf(member, a), keyOf(member, b));
    if (order !== 0) return order;
  }
  return 0;
}

function compareOne(a: unknown, b: unknown): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    const shared = Math.min(a.length, b.length);
    for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
    return a.length - b.length;
  }
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  // Keys are integers or conditions of one type, which JavaScript compares.
  const [left, right] = [a, b] as [number, number];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** In the order of the bytes, which is that of the code points. */
function compareText(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
