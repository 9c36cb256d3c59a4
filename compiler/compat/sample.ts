import { evaluate } from "../dump/expression.ts";
import { checkInteger } from "../dump/integers.ts";
import { memberOf, setMember, type ObjectValue, type Value } from "../dump/value.ts";
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
import { inDependencyOrder } from "../dump/wire-types.ts";
import { MAX_DEPTH } from "../dump/format.ts";
import type { Expr } from "../schema/ir.ts";
import { domainOf } from "./domain.ts";
import { simplest } from "./integers.ts";
import { constantsIn } from "./expression-parts.ts";
import { mentionedMembers } from "../schema/expression-members.ts";

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

/** How often values are drawn for the members of an expression that must hold. */
const DRAWS = 300;

/** Makes values of a type: the least there is or, with dice, any. What checks ask for is searched for; the encoder has the last word. */
export class Sampler {
  /** null makes least values. */
  readonly #dice: Dice | null;
  /** Declarations being made, so that what holds itself comes to an end. */
  readonly #open: WireType[];

  constructor(dice: Dice | null, open: WireType[] = []) {
    this.#dice = dice;
    this.#open = open;
  }

  value(type: WireType): Value {
    // Nothing that a body may hold is this deep: a type that has no end.
    if (this.#open.length > MAX_DEPTH) return null;
    switch (type.kind) {
      case "int":
      case "enum":
      case "bits":
        return integerValue(type, this.#integer(type));
      case "bool":
        return this.#chance();
      case "uuid":
        return new Uint8Array(16).fill(this.#small());
      case "bytes":
        return new Uint8Array(this.#length(type)).fill(this.#small());
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
      const drawn = [range?.min, range?.max, (range?.min ?? 0n) + BigInt(this.#dice.below(300))];
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

  #length({ min, max }: { readonly min: number; readonly max: number | null }): number {
    const most = Math.min(max ?? min + 3, min + 3, LARGEST);
    return this.#dice === null || most <= min ? min : min + this.#dice.below(most - min + 1);
  }

  #small(): number {
    return this.#dice === null ? 0 : this.#dice.below(256);
  }

  #chance(): boolean {
    return this.#dice !== null && this.#dice.below(2) === 1;
  }

  /** Whether a type is being made already, or is deep inside others. */
  isOpen(type: WireType): boolean {
    return this.#open.includes(type) || this.#open.length > 20;
  }

  #list(element: WireType, bounds: { readonly min: number; readonly max: number | null }): readonly Value[] {
    const count = this.isOpen(element) ? bounds.min : this.#length(bounds);
    return Array.from({ length: Math.min(count, LARGEST) }, () => this.value(element));
  }

  #union(type: WireUnion): Value {
    this.#open.push(type);
    const closed = type.alternatives.filter((one) => one.type === null || !holdsOpen(one.type, this.#open));
    const offered = closed.length > 0 ? closed : type.alternatives;
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
    const sampler = new Sampler(dice, this.#open);
    drawUntil(type, value, checks, dice, sampler, () => checks.every((check) => isHeld(check, value)));
    this.#open.pop();
    return value;
  }

  #member(member: WireMember): Value {
    if (member.from !== null || member.type.kind === "optional") return this.value(member.type);
    return member.member.default !== null && !this.#chance() ? defaultOf(member) : this.value(member.type);
  }
}

/** Gives computed members what their expressions come to, but for some. */
export function compute(
  type: WireState | WireStruct,
  value: { [name: string]: Value },
  except: ReadonlySet<number> = new Set(),
): void {
  if (type.kind === "struct") return;
  for (const member of inDependencyOrder(type.members)) {
    const result = member.from === null || except.has(member.id) ? null : evaluate(member.from, value);
    if (result?.ok === true) setMember(value, member.name, toMember(member, result.value));
  }
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

/**
 * Changes members of a value until a search is content, or gives up after so many tries and puts back what was there: members that the
 * expressions name get numbers near those that stand in the expressions. Computed members get what their expressions come to, unless they are
 * among those `given`: a writer may hold anything in them.
 */
export function drawUntil(
  type: WireState | WireStruct,
  value: { [name: string]: Value },
  expressions: readonly Expr[],
  dice: Dice,
  sampler: Sampler,
  isFound: () => boolean,
  given: ReadonlySet<number> = new Set(),
): void {
  if (isFound()) return;
  const ids = new Set(expressions.flatMap((expression) => mentionedMembers(expression)));
  const members = type.members.filter((member) => ids.has(member.id));
  const constants = expressions.flatMap(constantsIn);
  const before = members.map((member) => [member.name, memberOf(value, member.name)] as const);
  for (let tries = 0; tries < DRAWS; tries++) {
    for (const member of members) {
      if (tries > 0 && dice.below(2) === 0) continue;
      setMember(value, member.name, drawNear(member.type, constants, value, dice, sampler));
    }
    compute(type, value, given);
    if (isFound()) return;
  }
  for (const [name, held] of before) setMember(value, name, held);
  compute(type, value);
}

function isHeld(expression: Expr, value: ObjectValue): boolean {
  const result = evaluate(expression, value);
  return result.ok && result.value === true;
}

/** A value of a type; a number or a length near a constant of the expressions, or near what another member holds. */
function drawNear(
  type: WireType,
  constants: readonly bigint[],
  value: ObjectValue,
  dice: Dice,
  sampler: Sampler,
): Value {
  const others = Object.values(value).flatMap((held) =>
    typeof held === "number" && Number.isInteger(held) ? [BigInt(held)] : typeof held === "bigint" ? [held] : [],
  );
  const base = dice.pick([...constants, ...others, 0n]) ?? 0n;
  const near = base + BigInt(dice.below(3) - 1);
  switch (type.kind) {
    case "int":
    case "enum":
    case "bits":
      return checkInteger(type, near) === null && dice.below(4) > 0 ? integerValue(type, near) : sampler.value(type);
    case "string":
    case "bytes":
    case "list": {
      const isFit = near >= BigInt(type.min) && near <= BigInt(type.max ?? 64) && near <= 4096n;
      if (!isFit || dice.below(3) === 0) return sampler.value(type);
      const length = Number(near);
      if (type.kind === "list" && sampler.isOpen(type.element)) return sampler.value(type);
      if (type.kind === "string") return "a".repeat(length);
      if (type.kind === "bytes") return new Uint8Array(length);
      return Array.from({ length }, () => sampler.value(type.element));
    }
    case "optional":
      return dice.below(2) === 0 || sampler.isOpen(type.element)
        ? undefined
        : drawNear(type.element, constants, value, dice, sampler);
    case "bool":
    case "uuid":
    case "cstring":
    case "struct":
    case "state":
    case "union":
      return sampler.value(type);
  }
}
