import type { WireType } from "../dump/wire-type.ts";
import type { BitRange } from "./condition.ts";
import {
  allOf,
  always,
  integersAre,
  isConstant,
  lengthIs,
  never,
  someElement,
  type Condition,
  type Subject,
} from "./condition.ts";
import { domainOf, isNumeric, lengthsIn, lengthsOf, outside, type ValueTest } from "./domain.ts";
import type { Direction } from "./finding.ts";
import {
  containerOf,
  elementOf,
  isSamePlace,
  subjectOf,
  type Graph,
  type Hazard,
  type Node,
  type WireEntry,
} from "./graph.ts";
import { fieldOf } from "../dump/integers.ts";
import { canBeSet, canDiffer, canHold } from "./bit-ranges.ts";
import { holds, intersectionOf, integersOf, noIntegers, type Integers } from "./integers.ts";

/**
 * How a value lies in the bytes: `tagged` with its own header word (a number is a number whatever its width), `row` at a fixed place whose
 * bytes alone say what it is (an element of a table, a member of a struct), `item` with a length but without a form (an element of a list).
 */
export type Placement = "tagged" | "row" | "item";

/** Where a change makes itself felt: in one direction, at one node, and most often at one of its members. */
export interface Site {
  readonly graph: Graph;
  readonly direction: Direction;
  readonly node: Node;
}

/** A member or alternative of both sides, with what they hold. */
export class Use {
  readonly node: Node;
  readonly direction: Direction;
  readonly writer: WireEntry;
  readonly reader: WireEntry;
  /** Without `?`. */
  readonly container: { readonly writer: WireType; readonly reader: WireType };
  /** Without `?` and list; or of the range of bits. */
  readonly element: { readonly writer: WireType; readonly reader: WireType };
  /** Whether both sides have a list, or neither. */
  readonly alike: boolean;
  readonly placement: Placement;
  readonly bits: (BitRange & { readonly name: string; readonly single: boolean }) | null;
  readonly #subject: Subject;

  constructor(node: Node, direction: Direction, writer: WireEntry, reader: WireEntry, bits: Use["bits"] = null) {
    if (writer.type === null || reader.type === null) throw new Error(`${writer.name} holds nothing`);
    this.node = node;
    this.direction = direction;
    this.writer = writer;
    this.reader = reader;
    this.bits = bits;
    this.container = { writer: containerOf(writer.type), reader: containerOf(reader.type) };
    this.alike = (this.container.writer.kind === "list") === (this.container.reader.kind === "list");
    const [w, r] = [elementOf(writer.type), elementOf(reader.type)];
    this.element =
      bits === null ? { writer: w, reader: r } : { writer: fieldType(w, bits), reader: fieldType(r, bits) };
    this.placement = placementOf(node, this.container.writer);
    this.#subject = subjectOf(node, writer);
  }

  get subject(): Subject {
    return this.#subject;
  }

  /** The same place, looking at a range of its bits. */
  inBits(bits: NonNullable<Use["bits"]>): Use {
    return new Use(this.node, this.direction, this.writer, this.reader, bits);
  }

  /** Whether the reader looks for it where the writer put it. */
  get inPlace(): boolean {
    return (
      this.node.writer.kind !== "struct" ||
      this.direction === "rollback" ||
      isSamePlace(this.node, this.writer, this.reader)
    );
  }

  /** The numbers or lengths that the writer's value may be. */
  get domain(): Integers {
    return domainOf(this.element.writer);
  }

  /** When it is in the bytes of a native dump: not at its default and not absent. Writers for older versions leave out what those leave out. */
  get written(): Condition {
    return allOf([this.#subject.exists, notAtDefault(this.node, this.writer, this.#subject)]);
  }

  /** The same of values that are left out, too: a default is taken for what its name means to the reader. */
  whereNamed(test: ValueTest): Condition {
    return this.#where(test, true);
  }

  /** When a value (an element of the list, if it is one) is as a test says. What is left out is not tested. */
  where(test: ValueTest): Condition {
    return this.#where(test, false);
  }

  #where(test: ValueTest, withDefault: boolean): Condition {
    const { writer } = this.container;
    const leaf = (of: Subject): Condition => this.#test(of, test);
    if (writer.kind === "list") {
      const self: Subject = { steps: [], type: this.element.writer, exists: always };
      return allOf([this.#subject.exists, someElement(this.#subject, leaf(self), lengthsIn(writer))]);
    }
    const when = allOf([leaf(this.#subject), this.#subject.exists]);
    if (withDefault || isConstant(when, false)) return withoutRepeat(when);
    return withoutRepeat(
      this.direction === "rollback" ? this.#exceptReaderDefault(when, test) : this.#exceptDefault(when, test),
    );
  }

  /** When the list has one of these lengths. */
  whereCount(among: Integers): Condition {
    const { writer } = this.container;
    if (writer.kind !== "list") return never;
    const counts = lengthsIn(writer);
    const omitted = this.#omitsEmpty() ? intersectionOf(counts, outside(integersOf([0n]))) : counts;
    return lengthIs(this.#subject, intersectionOf(among, omitted), counts);
  }

  #omitsEmpty(): boolean {
    return this.direction === "upgrade" && "member" in this.writer && this.writer.member.default?.kind === "empty";
  }

  #test(of: Subject, test: ValueTest): Condition {
    switch (test.kind) {
      case "any":
        return of.exists;
      case "integers": {
        if (this.bits === null) return integersAre(of, test.among, this.domain);
        const { low, high, name, single } = this.bits;
        const range: Subject = {
          steps: [...of.steps, { kind: "bits", low, high, name, single }],
          type: this.element.writer,
          exists: of.exists,
        };
        return integersAre(range, test.among, this.domain);
      }
      case "bits":
        return this.#mayBe(test) ? bitsAre(of, this.element.writer, test.mask) : never;
      case "field":
        return this.#mayBe(test) ? fieldIs(of, this.element.writer, test) : never;
      case "ranges differ":
        return this.#mayBe(test) ? { kind: "ranges differ", of, first: test.first, second: test.second } : never;
      case "length":
        return lengthIs(of, test.among, lengthsOf(this.element.writer) ?? noIntegers);
      case "ill-formed":
        return { kind: "ill-formed", of };
    }
  }

  /** Whether anything that the writer has is as a test of bits says: a value of its type, or a default, even one that is none. */
  #mayBe(test: Extract<ValueTest, { kind: "bits" | "field" | "ranges differ" }>): boolean {
    const { writer } = this.element;
    const stated = "member" in this.writer ? this.writer.member.default : null;
    if (writer.kind !== "bits" || (stated?.kind === "int" && isAs(test, stated.value))) return true;
    switch (test.kind) {
      case "bits":
        return canBeSet(writer, test.mask);
      case "field":
        return canHold(writer, test, test.among);
      case "ranges differ":
        return canDiffer(writer, test.first, test.second);
    }
  }

  /** A writer for an older version leaves out that version's default, also one that is none of its type's values. */
  #exceptReaderDefault(when: Condition, test: ValueTest): Condition {
    const stated = "member" in this.reader ? this.reader.member.default : null;
    if (stated?.kind !== "int" || this.node.writer.kind === "struct" || !isNumeric(this.container.writer)) return when;
    const { value } = stated;
    if (!this.#isAmong(test, value)) return when;
    const other = integersAre(this.#subject, outside(integersOf([value])), domainOf(this.container.writer));
    return allOf([when, other]);
  }

  #isAmong(test: ValueTest, value: bigint): boolean {
    if (test.kind === "bits") return (value & test.mask) !== 0n;
    if (test.kind !== "field" && test.kind !== "integers") return false;
    const range = test.kind === "field" ? test : this.bits;
    const number = range === null ? value : fieldOf(range, value);
    return test.among.some(({ min, max }) => within(number, min, max));
  }

  /** Takes the default out of what is tested: it is not in the bytes. */
  #exceptDefault(when: Condition, test: ValueTest): Condition {
    const stated = "member" in this.writer ? this.writer.member.default : null;
    if (stated === null || this.node.writer.kind === "struct") return when;
    if (stated.kind === "int" || stated.kind === "bool") {
      const value = stated.kind === "int" ? stated.value : stated.value ? 1n : 0n;
      if (test.kind === "integers" && this.bits === null) {
        return integersAre(this.#subject, intersectionOf(test.among, outside(integersOf([value]))), this.domain);
      }
      if (test.kind === "bits" && (value & test.mask) === 0n) return when;
      if (test.kind === "field" && !test.among.some(({ min, max }) => within(fieldOf(test, value), min, max)))
        return when;
    }
    if (test.kind === "length") {
      const length = lengthOfDefault(stated);
      if (length === 0n) {
        const lengths = intersectionOf(test.among, outside(integersOf([0n])));
        return lengthIs(this.#subject, lengths, lengthsOf(this.element.writer) ?? noIntegers);
      }
      if (length !== null && !test.among.some(({ min, max }) => within(length, min, max))) return when;
    }
    return allOf([when, notAtDefault(this.node, this.writer, this.#subject)]);
  }
}

function isAs(test: Extract<ValueTest, { kind: "bits" | "field" | "ranges differ" }>, value: bigint): boolean {
  if (test.kind === "bits") return (value & test.mask) !== 0n;
  if (test.kind === "ranges differ") return fieldOf(test.first, value) !== fieldOf(test.second, value);
  return holds(test.among, fieldOf(test, value));
}

/** A presence that the other parts already say. */
function withoutRepeat(when: Condition): Condition {
  if (when.kind !== "and") return when;
  const rest = when.of.filter((part) => part.kind !== "present" && part.kind !== "is");
  return rest.length === 0 || rest.length === when.of.length ? when : allOf(rest);
}

function within(value: bigint, min: bigint, max: bigint): boolean {
  return min <= value && value <= max;
}

function lengthOfDefault(stated: {
  readonly kind: string;
  readonly value?: unknown;
  readonly hex?: string;
}): bigint | null {
  if (stated.kind === "string") return BigInt(new TextEncoder().encode(String(stated.value)).length);
  return stated.kind === "bytes" ? BigInt((stated.hex ?? "").length / 2) : null;
}

/** When a member is not at its default; always, where it has none. */
export function notAtDefault(node: Node, entry: WireEntry, subject: Subject): Condition {
  const stated = "member" in entry ? entry.member.default : null;
  return stated === null ? always : atDefault(node, entry, subject, false);
}

/** When a member is at its default, or is not; never, where it has none. */
export function atDefault(node: Node, entry: WireEntry, subject: Subject, equal: boolean): Condition {
  const stated = "member" in entry ? entry.member.default : null;
  if (stated === null || entry.type === null || node.writer.kind === "union") return equal ? never : always;
  return valueIs(subject, containerOf(entry.type), stated, equal);
}

/** When a value is (or is not) a stated one. */
export function valueIs(
  subject: Subject,
  type: WireType,
  stated: NonNullable<Extract<WireEntry, { member: unknown }>["member"]["default"]>,
  equal: boolean,
): Condition {
  const number =
    stated.kind === "int"
      ? stated.value
      : stated.kind === "bool"
        ? stated.value
          ? 1n
          : 0n
        : stated.kind === "zero"
          ? 0n
          : null;
  if (number !== null && isNumeric(type)) {
    const at = integersOf([number]);
    return integersAre(subject, equal ? at : outside(at), domainOf(type));
  }
  if (stated.kind === "empty" && type.kind === "list") {
    const none = integersOf([0n]);
    return lengthIs(subject, equal ? none : outside(none), lengthsIn(type));
  }
  const lengths = lengthsOf(type);
  if (lengths !== null && type.kind !== "cstring" && lengthOfDefault(stated) === 0n) {
    const none = integersOf([0n]);
    return lengthIs(subject, equal ? none : outside(none), lengths);
  }
  return { kind: "default", of: subject, value: stated, equal };
}

function bitsAre(of: Subject, type: WireType, mask: bigint): Condition {
  if (type.kind !== "bits" || type.open) {
    const largest = domainOf(type).reduce((most, { max }) => (max > most ? max : most), 0n);
    // Whether a number above 2^n - 1 may be: then bit n may be set.
    const possible = mask & ((1n << BigInt(largest.toString(2).length)) - 1n);
    return possible === 0n || largest === 0n ? never : { kind: "bits", of, mask: possible };
  }
  const possible = mask & type.named;
  return possible === 0n ? never : { kind: "bits", of, mask: possible };
}

function fieldIs(of: Subject, type: WireType, { low, high, among }: Extract<ValueTest, { kind: "field" }>): Condition {
  const field = fieldType(type, { low, high });
  const step = { kind: "bits", low, high, name: `${low}..${high}`, single: false } as const;
  const named = type.kind === "bits" ? type.fields.find((one) => one.low === low && one.high === high) : undefined;
  const range: Subject = {
    steps: [...of.steps, named === undefined ? step : { ...step, name: named.name, single: named.single }],
    type: field,
    exists: of.exists,
  };
  return integersAre(range, among, domainOf(field));
}

/** The type of a range of bits: its own, or as many bits as it has. */
function fieldType(type: WireType, { low, high }: BitRange): WireType {
  const own = type.kind === "bits" ? type.fields.find((one) => one.low === low && one.high === high)?.type : null;
  if (own !== null && own !== undefined) return own;
  const max = (1n << BigInt(high - low + 1)) - 1n;
  const known = domainOf(type).reduce((most, range) => (range.max > most ? range.max : most), 0n) >> BigInt(low);
  const largest = known < max && known >= 0n ? (1n << BigInt(known.toString(2).length)) - 1n : max;
  return {
    ...{ kind: "int", width: 64, signed: false, min: 0n, max: largest < max ? largest : max, exact: false, hex: false },
    ...{ unit: null, text: "bits", low: 0, high: Number(max) },
  };
}

function placementOf(node: Node, container: WireType): Placement {
  if (node.writer.kind === "struct") return "row";
  if (container.kind !== "list") return "tagged";
  return container.row === null ? "item" : "row";
}

/** A refusal, unless it never happens. */
export function refused(when: Condition, atMost = false): readonly Hazard[] {
  return isConstant(when, false) ? [] : [{ outcome: "refused", when, atMost, otherwise: "refused" }];
}

/** A dump taken with another meaning, unless it never happens. */
export function misread(
  when: Condition,
  otherwise: Hazard["otherwise"] = "refused",
  atMost = false,
): readonly Hazard[] {
  return isConstant(when, false) ? [] : [{ outcome: "misread", when, atMost, otherwise }];
}

/** Bytes that the reader takes for something else than they are, or refuses, as it happens. */
export function garbled(when: Condition): readonly Hazard[] {
  return misread(when).map((hazard) => ({ ...hazard, garbled: true }));
}
