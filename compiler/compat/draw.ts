import { checkInteger } from "../dump/integers.ts";
import { integerOf, isObject, memberOf, setMember, type Value } from "../dump/value.ts";
import { integerValue, type WireMember, type WireState, type WireStruct, type WireType } from "../dump/wire-type.ts";
import { mentionedMembers } from "../schema/expression-members.ts";
import type { Expr } from "../schema/ir.ts";
import { balance, equationsIn } from "./balance.ts";
import { constantsIn } from "./expression-parts.ts";
import { grown, waysInto } from "./grow.ts";
import { compute, type Dice, type Sampler } from "./sample.ts";

/** How often values are drawn for the members of an expression that must hold. */
const DRAWS = 300;

/** With fewer tries than that nothing is put at the end of long ways. */
const GROWN = 4;

/** A search for members of a value. */
export interface Draw {
  readonly type: WireState | WireStruct;
  readonly value: { [name: string]: Value };
  /** What must hold: the members that they name are drawn. */
  readonly expressions: readonly Expr[];
  readonly dice: Dice;
  readonly sampler: Sampler;
  readonly isFound: () => boolean;
  /** Computed members that a writer may hold anything in; the others get what their expressions come to. */
  readonly given?: ReadonlySet<number>;
}

/** What numbers are drawn near: those of the expressions, and those that other members hold. */
interface Bases {
  readonly constants: readonly bigint[];
  readonly names: readonly string[];
}

/** The members that were drawn, with what they hold; null where nothing was found. */
export type Drawn = readonly (readonly [string, Value])[] | null;

/**
 * Changes members of a value until a search is content, or gives up after so many tries and puts back what was there: members that the
 * expressions name get numbers near those that stand in the expressions.
 */
export function drawUntil(draw: Draw): Drawn {
  const { type, value, expressions, dice, sampler, isFound } = draw;
  const given = draw.given ?? new Set();
  if (isFound()) return [];
  const members = drawable(type, expressions, given);
  if (members.length === 0) return null;
  const bases: Bases = {
    constants: expressions.flatMap(constantsIn),
    names: type.members.map(({ name }) => name),
  };
  const held = (): readonly (readonly [string, Value])[] =>
    members.map((member) => [member.name, memberOf(value, member.name)] as const);
  const equations = expressions.flatMap(equationsIn);
  const balanced = (): boolean =>
    equations.some((equation) => balance(equation, value, members, () => compute(type, value, given))) && isFound();
  const before = held();
  const tries = sampler.effort.begin(DRAWS);
  // What is grown may have such ways of its own, and so on: far inside of others there is nothing to spend on that.
  const ways = tries < GROWN ? [] : waysInto(expressions);
  // What an expression asks of the end of a way, such as a length, hardly any value has by chance.
  const atEnd = (of: WireType, was: Value): Value =>
    was === undefined || dice.below(2) === 0 ? drawNear(of, bases, draw, false) : was;
  for (let i = 0; i < tries && sampler.effort.draw(); i++) {
    for (const member of members) {
      if (i > 0 && dice.below(2) === 0) continue;
      // Most expressions are about the members themselves.
      setMember(value, member.name, drawNear(member.type, bases, draw, i >= tries / 2));
    }
    // By turns: what is grown into may be all that keeps the expression from holding.
    for (const [first, ...rest] of i % 2 === 0 ? [] : ways) {
      const member = members.find(({ id }) => id === first?.id);
      if (member === undefined || dice.below(2) === 0) continue;
      setMember(value, member.name, grown(member.type, memberOf(value, member.name), rest, sampler, atEnd));
    }
    compute(type, value, given);
    if (!isFound() && !balanced()) continue;
    sampler.effort.end();
    return held();
  }
  sampler.effort.end();
  for (const [name, was] of before) setMember(value, name, was);
  compute(type, value);
  return null;
}

/** The members that expressions name, and those that computed ones among them are computed from. */
function drawable(
  type: WireState | WireStruct,
  expressions: readonly Expr[],
  given: ReadonlySet<number>,
): readonly WireMember[] {
  const ids = new Set<number>();
  const waiting = expressions.flatMap((expression) => mentionedMembers(expression));
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (ids.has(id)) continue;
    ids.add(id);
    const member = type.members.find((one) => one.id === id);
    if (member !== undefined && member.from !== null) waiting.push(...mentionedMembers(member.from));
  }
  return type.members.filter(({ id, from }) => ids.has(id) && (from === null || given.has(id)));
}

/**
 * A value of a type; a number or a length near a constant of the expressions, or near what another member holds. `isWithin`: so are those of its
 * members.
 */
function drawNear(
  type: WireType,
  bases: Bases,
  { value, dice, sampler }: Pick<Draw, "value" | "dice" | "sampler">,
  isWithin: boolean,
): Value {
  const at = dice.below(bases.constants.length + bases.names.length + 1);
  const other = memberOf(value, bases.names[at - bases.constants.length] ?? "");
  const base = bases.constants[at] ?? integerOf(other) ?? 0n;
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
      // Where only the length counts, a list of nothing in particular is easier to read.
      const elements = dice.below(3) > 0 ? sampler.least : sampler;
      return Array.from({ length }, () => elements.value(type.element));
    }
    case "optional":
      return dice.below(2) === 0 || sampler.isOpen(type.element)
        ? undefined
        : drawNear(type.element, bases, { value, dice, sampler }, isWithin);
    case "struct":
    case "state":
      return isWithin && dice.below(2) === 0 ? drawWithin(type, bases, { value, dice, sampler }) : sampler.value(type);
    case "bool":
    case "uuid":
    case "cstring":
    case "union":
      return sampler.value(type);
  }
}

/** A value whose own members are drawn near the same numbers: an expression may lead through it. What they hold in turn is drawn as usual. */
function drawWithin(type: WireState | WireStruct, bases: Bases, draw: Pick<Draw, "value" | "dice" | "sampler">): Value {
  const made = draw.sampler.value(type);
  if (!isObject(made)) return made;
  const drawn = Object.fromEntries(Object.entries(made));
  for (const { name, type: held } of type.members) {
    const inner = held.kind === "optional" ? held.element : held;
    if (inner.kind === "state" || inner.kind === "struct" || draw.dice.below(2) === 0) continue;
    setMember(drawn, name, drawNear(held, bases, draw, false));
  }
  compute(type, drawn);
  return drawn;
}
