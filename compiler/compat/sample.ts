import { evaluate } from "../dump/expression.ts";
import { checkInteger } from "../dump/integers.ts";
import { setMember, type ObjectValue, type Value } from "../dump/value.ts";
import {
  defaultOf,
  integerValue,
  toMember,
  type WireInteger,
  type WireMember,
  type WireState,
  type WireStruct,
  type WireType,
  type WireUnion,
} from "../dump/wire-type.ts";
import { MAX_DEPTH } from "../dump/format.ts";
import type { Expr } from "../schema/ir.ts";
import { domainOf } from "./domain.ts";
import { drawUntil } from "./draw.ts";
import type { Effort } from "./effort.ts";
import { simplest } from "./integers.ts";

/** Numbers that follow from a seed, so that a search finds the same again. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number of 0 to `count - 1`. */
  below(count: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 0x1_0000_0000) * count);
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }
}

/** Longer texts, bytes and lists are not made: a witness is for people. */
const LARGEST = 1 << 17;

/** What a sampler makes: `least`, members at their defaults where they have one; `zero`, no member at a default but what is nearest to zero; `drawn`, any. */
export type Manner = "least" | "zero" | "drawn";

/** Makes values of a type. What checks ask for is searched for; the encoder has the last word. */
export class Sampler {
  readonly #dice: Dice | null;
  readonly manner: Manner;
  /** What may still be spent, by this one and all that share it. */
  readonly effort: Effort;
  /** Declarations being made, so that what holds itself comes to an end. */
  readonly #open: WireType[];

  constructor(
    dice: Dice | null,
    effort: Effort,
    manner: Manner = dice === null ? "least" : "drawn",
    open: WireType[] = [],
  ) {
    this.#dice = dice;
    this.manner = manner;
    this.effort = effort;
    this.#open = open;
  }

  /** One that makes least values, for the same search. */
  get least(): Sampler {
    return new Sampler(null, this.effort, "least", this.#open);
  }

  value(type: WireType): Value {
    // Nothing that a body may hold is this deep, and nothing that is shown is this large: a type that has no end.
    if (this.#open.length > MAX_DEPTH || !this.effort.make()) return null;
    switch (type.kind) {
      case "int":
      case "enum":
      case "bits":
        return integerValue(type, this.#integer(type));
      case "bool":
        return this.#chance();
      case "uuid":
        return this.#bytes(16);
      case "bytes":
        return this.#bytes(this.#length(type));
      case "string":
        return "a".repeat(this.#length(type));
      case "cstring":
        return "a".repeat(this.#length({ min: 0, max: type.size - 1 }));
      case "struct":
      case "state":
        return this.members(type);
      case "union":
        return this.#union(type);
      case "list":
        return this.#list(type.element, type);
      case "optional":
        return this.#chance() && !this.isOpen(type.element) ? this.value(type.element) : undefined;
    }
  }

  #integer(type: WireInteger): bigint {
    const domain = domainOf(type);
    if (domain.length === 0) return 0n;
    if (this.#dice !== null) {
      const range = this.#dice.pick(domain);
      const [min, few] = [range?.min ?? 0n, BigInt(this.#dice.below(this.#dice.below(2) === 0 ? 12 : 300))];
      const drawn = [min, range?.max, min + few, simplest(domain) + few];
      if (type.kind === "bits") drawn.push(this.#anyBits(this.#dice) & (type.open ? type.max : type.named));
      const value = this.#dice.pick(drawn);
      if (value !== undefined && checkInteger(type, value) === null) return value;
    }
    const least = simplest(domain);
    if (checkInteger(type, least) === null || type.kind !== "bits") return least;
    // A range of closed bits whose type has no zero.
    return type.fields.reduce((bits, field) => {
      const held = field.type === null ? 0n : simplest(domainOf(field.type));
      return bits | (held << BigInt(field.low));
    }, 0n);
  }

  #anyBits(dice: Dice): bigint {
    return (BigInt(dice.below(0x1_0000_0000)) << 32n) | BigInt(dice.below(0x1_0000_0000));
  }

  #length({ min, max }: { readonly min: number; readonly max: number | null }): number {
    const most = Math.min(max ?? min + 3, min + 3, LARGEST);
    return this.#dice === null || most <= min ? min : min + this.#dice.below(most - min + 1);
  }

  /** All alike, or many zeros with others among them: what is read elsewhere than it was written must find zeros there, too. */
  #bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const dice = this.#dice;
    if (dice === null) return bytes;
    if (dice.below(2) === 0) return bytes.fill(dice.below(256));
    for (let i = 0; i < Math.min(length, 64); i++) if (dice.below(4) === 0) bytes[i] = dice.below(256);
    return bytes;
  }

  #chance(): boolean {
    return this.#dice !== null && this.#dice.below(2) === 1;
  }

  /**
   * Whether none of a type should be made where that can be helped: it is being made already, is deep inside others, has no value that was found,
   * or is more than there is left to spend on.
   */
  isOpen(type: WireType): boolean {
    if (this.effort.isGivenUp(type)) return true;
    const within = this.#dice === null || this.#open.length > 6 ? 0 : 1;
    return this.#open.length > 20 || this.effort.isLow || this.#open.filter((one) => one === type).length > within;
  }

  #list(element: WireType, bounds: { readonly min: number; readonly max: number | null }): readonly Value[] {
    const count = this.isOpen(element) ? bounds.min : this.#length(bounds);
    return Array.from({ length: Math.min(count, LARGEST) }, () => this.value(element));
  }

  #union(type: WireUnion): Value {
    this.#open.push(type);
    const isDeep = this.#dice === null || this.#open.length > 4 || this.#dice.below(3) > 0;
    const closed = type.alternatives.filter((one) => one.type === null || !holdsOpen(one.type, this.#open));
    const possible = type.alternatives.filter((one) => one.type === null || !this.effort.isGivenUp(one.type));
    const offered = closed.length > 0 && isDeep ? closed : possible.length > 0 ? possible : type.alternatives;
    const simple = [...offered].sort((a, b) => costOf(a.type) - costOf(b.type));
    const one = this.#dice === null ? simple[0] : this.#dice.pick(offered);
    const value = one === undefined ? null : { kind: one.name, value: one.type === null ? null : this.value(one.type) };
    this.#open.pop();
    return value;
  }

  /** A value of a state or struct whose own checks hold, if such a one is found. */
  members(type: WireState | WireStruct): { [name: string]: Value } {
    this.#open.push(type);
    const value: { [name: string]: Value } = {};
    for (const member of type.members) setMember(value, member.name, this.#member(member));
    compute(type, value);
    const checks = type.checks.map(({ expression }) => expression);
    const dice = this.#dice ?? new Dice(1);
    if (checks.length > 0) {
      const sampler = new Sampler(dice, this.effort, "drawn", this.#open);
      const isFound = (): boolean => checks.every((check) => isHeld(check, value));
      if (!isFound() && !this.effort.recall(type, value, dice, isFound)) {
        this.effort.keep(type, drawUntil({ type, value, expressions: checks, dice, sampler, isFound }));
      }
    }
    this.#open.pop();
    return value;
  }

  #member(member: WireMember): Value {
    if (member.from !== null || member.type.kind === "optional") return this.value(member.type);
    const isAtDefault = member.member.default !== null && this.manner !== "zero" && !this.#chance();
    return isAtDefault ? defaultOf(member) : this.value(member.type);
  }
}

/** Gives computed members what their expressions come to, but for some. */
export function compute(
  type: WireState | WireStruct,
  value: { [name: string]: Value },
  except: ReadonlySet<number> = new Set(),
): void {
  if (type.kind === "struct") return;
  for (const member of type.computed) {
    const result = member.from === null || except.has(member.id) ? null : evaluate(member.from, value);
    if (result?.ok === true) setMember(value, member.name, toMember(member, result.value));
  }
}

function isHeld(expression: Expr, value: ObjectValue): boolean {
  const result = evaluate(expression, value);
  return result.ok && result.value === true;
}

function holdsOpen(type: WireType, open: readonly WireType[]): boolean {
  if (open.includes(type)) return true;
  if (type.kind === "list" && type.min > 0) return holdsOpen(type.element, open);
  if (type.kind === "struct" || type.kind === "state") {
    return open.length < 12 && type.members.some((member) => holdsOpen(member.type, [...open, type]));
  }
  return false;
}

/** The simplest kinds first. */
function costOf(type: WireType | null): number {
  if (type === null) return 0;
  const order = [
    "bool",
    "int",
    "enum",
    "bits",
    "string",
    "bytes",
    "uuid",
    "cstring",
    "optional",
    "list",
    "struct",
    "state",
    "union",
  ];
  return 1 + order.indexOf(type.kind);
}
