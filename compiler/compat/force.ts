import { checkInteger } from "../dump/integers.ts";
import { integerOf, isList, isObject, type Value } from "../dump/value.ts";
import {
  defaultValue,
  fieldMask,
  integerValue,
  type WireInteger,
  type WireState,
  type WireStruct,
  type WireType,
} from "../dump/wire-type.ts";
import { mentionedMembers } from "../schema/expression-members.ts";
import type { Expr } from "../schema/ir.ts";
import { isConstant, type Condition, type Subject } from "./condition.ts";
import { constantsIn } from "./expression-parts.ts";
import { isTrue, valueAt } from "./condition-value.ts";
import { domainOf } from "./domain.ts";
import { not } from "./hazards/checks.ts";
import { containerOf, isComposite, type Composite } from "./graph.ts";
import { intersectionOf, simplest, type Integers } from "./integers.ts";
import { drawUntil } from "./draw.ts";
import { copyOf, withMember } from "./grow.ts";
import { Sampler, type Dice } from "./sample.ts";

/** Longer values are not made. */
const LONGEST = 1n << 17n;

/**
 * Values like the given one for which a condition holds, simplest first; none where it is not known how to make it hold. `wishes` are what a
 * reader asks for, over the writer's value.
 */
export function forced(
  condition: Condition,
  type: Composite,
  value: Value,
  sampler: Sampler,
  dice: Dice,
  wishes: readonly Expr[] = [],
): readonly Value[] {
  const made = isConstant(condition, true)
    ? [value, ...variantsOf(type, value, sampler)]
    : [value, ...candidates(condition, type, value, sampler, dice)].filter((one) => isTrue(condition, one));
  if (type.kind === "union") return made;
  const checks = type.checks.map(({ expression }) => expression);
  const all = [...checks, ...wishes];
  if (all.length === 0 || made.some((one) => allHold(all, one))) return made;
  return made.flatMap((one, i) => {
    if (i >= REPAIRED) return [one];
    const wished = wishes.length === 0 ? [] : repaired(condition, type, all, one, sampler, dice);
    return [...wished, ...(allHold(checks, one) ? [one] : repaired(condition, type, checks, one, sampler, dice))];
  });
}

/** How many values that break a check are mended. */
const REPAIRED = 2;

function allHold(expressions: readonly Expr[], value: Value): boolean {
  return expressions.every((expression) => !isTrue({ kind: "expression", expression: not(expression) }, value));
}

/** The value with other members drawn until some expressions hold, and the condition still does. */
function repaired(
  condition: Condition,
  type: WireState | WireStruct,
  expressions: readonly Expr[],
  value: Value,
  { effort }: Sampler,
  dice: Dice,
): readonly Value[] {
  if (!isObject(value)) return [value];
  const copy = copyOf(value);
  const isFound = (): boolean => isTrue(condition, copy) && allHold(expressions, copy);
  drawUntil({ type, value: copy, expressions, dice, sampler: new Sampler(dice, effort, "drawn", [type]), isFound });
  return [copy];
}

/** Values like the given one for which a condition may hold; `type` is that of the whole. */
export function candidates(
  condition: Condition,
  type: Composite,
  value: Value,
  sampler: Sampler,
  dice: Dice,
): readonly Value[] {
  switch (condition.kind) {
    case "constant":
      return condition.value ? [value] : [];
    case "or":
      return condition.of.flatMap((part) => candidates(part, type, value, sampler, dice));
    case "and":
      // Each part is made to hold in what the parts before it gave.
      return condition.of.reduce<readonly Value[]>(
        (made, part) => made.slice(0, 8).flatMap((one) => [...candidates(part, type, one, sampler, dice), one]),
        [value],
      );
    case "integers":
    case "bits":
    case "ranges differ":
      return numbersFor(condition, value, sampler, dice).flatMap((number) => withNumber(value, condition.of, number));
    case "length":
      return lengthsFor(condition.among, condition.domain).flatMap((length) =>
        placed(value, condition.of, ofLength(condition.of.type, length, sampler)),
      );
    case "default": {
      if (condition.of.type === null) return [];
      const stated = defaultValue(condition.value, condition.of.type);
      if (condition.equal) return placed(value, condition.of, stated);
      return others(condition.of.type, sampler).flatMap((other) => placed(value, condition.of, other));
    }
    case "present":
      return condition.of.type === null ? [] : placed(value, condition.of, sampler.value(condition.of.type));
    case "absent":
      return placed(value, condition.of, undefined);
    case "is":
      return condition.of.type?.kind === "union" ? [heldBy(condition.of.type, condition.name, sampler)] : [];
    case "ill-formed": {
      const held = condition.of.type;
      if (held?.kind !== "bytes" && held?.kind !== "uuid") return [];
      const length = held.kind === "uuid" ? 16 : Math.max(held.min, 1);
      return placed(value, condition.of, new Uint8Array(length).fill(0xff));
    }
    case "expression":
    case "outside":
    case "fails":
      return searched(condition, type, value, sampler, dice);
    case "some":
      return elementsFor(condition, sampler, dice).flatMap((element) => inList(value, condition.of, element, sampler));
  }
}

/** A few numbers of a condition, the simplest first. */
function numbersFor(
  condition: Extract<Condition, { kind: "integers" | "bits" | "ranges differ" }>,
  value: Value,
  sampler: Sampler,
  dice: Dice,
): readonly bigint[] {
  const last = condition.of.steps.at(-1);
  if (condition.kind === "integers") {
    const possible = last?.kind === "bits" ? condition.among : intersectionOf(condition.among, condition.domain);
    if (possible.length === 0) return [];
    return [...new Set([simplest(possible), ...possible.slice(0, 6).flatMap(({ min, max }) => [min, max])])];
  }
  const domain = condition.of.type === null ? [] : domainOf(condition.of.type);
  const most = domain.at(-1)?.max ?? 0n;
  const bits = Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit)).filter((bit) => bit <= most);
  const mask = condition.kind === "bits" ? condition.mask : null;
  const least = domain.length === 0 ? 0n : simplest(domain);
  // What other bits there are may have to stay: a range of them may have no zero.
  const held = integerOf(valueAt(condition.of, value)) ?? 0n;
  const single = bits
    .flatMap((bit) => [...new Set([bit, bit | least, bit | held])])
    .filter((bit) => mask === null || (bit & mask) !== 0n);
  const drawn = sampler.manner === "drawn" ? Array.from({ length: 6 }, () => BigInt(dice.below(64)) | least) : [];
  return [
    ...single,
    ...drawn,
    ...withRanges(condition.of.type, held),
    ...domain.slice(0, 40).flatMap(({ min, max }) => [min, max]),
  ];
}

/** A number with another one in each of its ranges whose type holds only some. */
function withRanges(type: WireType | null, held: bigint): readonly bigint[] {
  if (type?.kind !== "bits") return [];
  return type.fields.flatMap((field) => {
    const ends = field.type === null ? [] : domainOf(field.type).slice(0, 6);
    const rest = held & ~fieldMask(field);
    return ends.flatMap(({ min, max }) =>
      [min, max].map((end) => rest | ((end << BigInt(field.low)) & fieldMask(field))),
    );
  });
}

function lengthsFor(among: Integers, domain: Integers): readonly bigint[] {
  const possible = intersectionOf(among, domain);
  return possible.flatMap(({ min, max }) => (min === max ? [min] : [min, max])).filter((length) => length <= LONGEST);
}

/** So many elements of a list that is made for its length are made one by one; the others are the same again. */
const KINDS = 16;

function ofLength(type: WireType | null, length: bigint, sampler: Sampler): Value {
  const count = Number(length);
  switch (type?.kind) {
    case "string":
    case "cstring":
      return "a".repeat(count);
    case "bytes":
      return new Uint8Array(count);
    case "list": {
      // A long list of elements that are all made would leave nothing to spend on what else is to be tried.
      const made = Array.from({ length: Math.min(count, KINDS) }, () => sampler.value(type.element));
      sampler.effort.repeat(count - made.length);
      return Array.from({ length: count }, (_, i) => made[i % KINDS]);
    }
    case "uuid":
      return new Uint8Array(16);
    case "int":
    case "enum":
    case "bits":
    case "bool":
    case "struct":
    case "state":
    case "union":
    case "optional":
    case undefined:
      return undefined;
  }
}

/** Values like the given one with one member that is not its least, so that what is read elsewhere shows. */
function variantsOf(type: Composite, value: Value, sampler: Sampler): readonly Value[] {
  if (type.kind === "union") return [];
  const varied = variedOnce(type, value, sampler);
  // How much of a row must be understood ends with the last member that is not zero: a reader may mind how much that is.
  const last = type.kind === "struct" ? varied.at(-1) : undefined;
  return last === undefined ? varied : [...varied, ...variedOnce(type, last, sampler)];
}

function variedOnce(type: WireState | WireStruct, value: Value, sampler: Sampler): readonly Value[] {
  if (!isObject(value)) return [];
  const constants = constantsOf(type);
  return type.members.slice(0, VARIED).flatMap((member) => {
    const inner = containerOf(member.type);
    const isLone = member.type.kind === "optional" && (isComposite(inner) || inner.kind === "list");
    if (isLone) return [withMember(value, member.name, sampler.value(inner))];
    const made =
      inner.kind === "int"
        ? [1n, ...constants].flatMap((number) =>
            checkInteger(inner, number) === null ? integerValue(inner, number) : [],
          )
        : // What is computed may be either already.
          others(inner, sampler).slice(inner.kind === "bool" ? 0 : 1, 4);
    return made.map((held) => withMember(value, member.name, held));
  });
}

/** A few numbers that stand in what is computed from members, on whose multiples and neighbours it may depend. */
function constantsOf(type: WireState | WireStruct): readonly bigint[] {
  if (type.kind === "struct") return [];
  const computed = [...type.members, ...type.retired].flatMap(({ from }) => from ?? []);
  return [...new Set(computed.flatMap(constantsIn))]
    .slice(0, 4)
    .flatMap((number) => [number, number * 2n, number + 1n]);
}

/** How many members are varied. */
const VARIED = 8;

/** A few values of a type, among them some that are not its least. */
function others(type: WireType, sampler: Sampler): readonly Value[] {
  const least = sampler.value(type);
  switch (type.kind) {
    case "string":
    case "bytes": {
      const longer = Math.min(type.max ?? type.min + 1, type.min + 1);
      const filled = type.kind === "string" ? "b".repeat(longer) : new Uint8Array(longer).fill(1);
      const same = type.kind === "string" ? "b".repeat(type.min) : new Uint8Array(type.min).fill(1);
      const last = type.kind === "string" ? "b" : new Uint8Array(longer).fill(1, -1);
      return [least, filled, same, last];
    }
    case "cstring":
      return [least, "b"];
    case "uuid":
      return [least, new Uint8Array(16).fill(1)];
    case "list": {
      const other = others(type.element, sampler).at(-1);
      const all = Array.from({ length: Math.max(type.min, 1) }, () => other);
      if (all.length === 1 || !isList(least) || least.length !== all.length) return [least, all];
      // One that is not like the others: what is read elsewhere may have to be zero beside it.
      return [least, all, least.with(0, other), least.with(least.length - 1, other)];
    }
    case "int":
    case "enum":
    case "bits": {
      const domain = domainOf(type);
      const ends = domain.slice(0, 20).flatMap(({ min, max }) => [min, max, min + 1n]);
      return [least, ...ends.filter((end) => checkInteger(type, end) === null).map((end) => integerValue(type, end))];
    }
    case "bool":
      return [false, true];
    case "struct":
      return type.members.flatMap((member) => {
        if (!isObject(least)) return [];
        return others(member.type, sampler).map((held) => withMember(least, member.name, held));
      });
    case "state":
    case "union":
    case "optional":
      return [least];
  }
}

/** Puts a number where a subject looks; into its bits, if it looks at a range of them. */
function withNumber(value: Value, subject: Subject, number: bigint): readonly Value[] {
  const last = subject.steps.at(-1);
  if (last?.kind !== "bits") return placed(value, subject, numberAs(subject.type, number));
  const holder: Subject = { ...subject, steps: subject.steps.slice(0, -1) };
  const held = integerOf(valueAt(holder, value)) ?? 0n;
  const mask = ((1n << BigInt(last.high - last.low + 1)) - 1n) << BigInt(last.low);
  const whole = (held & ~mask) | ((number << BigInt(last.low)) & mask);
  return placed(value, holder, whole > 9_007_199_254_740_991n ? whole : Number(whole));
}

function numberAs(type: WireType | null, number: bigint): Value {
  if (type?.kind === "bool") return number !== 0n;
  return type?.kind === "int" || type?.kind === "enum" || type?.kind === "bits"
    ? integerValue(type as WireInteger, number)
    : number;
}

/** The value with another one where a subject looks. */
function placed(value: Value, subject: Subject, held: Value): readonly Value[] {
  const [step] = subject.steps;
  if (step === undefined) return [held];
  if (step.kind === "alternative") return [{ kind: step.name, value: held }];
  if (step.kind !== "member" || !isObject(value) || subject.steps.length > 1) return [];
  return [withMember(value, step.name, held)];
}

function heldBy(type: Extract<WireType, { kind: "union" }>, name: string, sampler: Sampler): Value {
  const one = type.alternatives.find((alternative) => alternative.name === name);
  return { kind: name, value: one?.type == null ? null : sampler.value(one.type) };
}

/** Elements for which a condition on an element holds. */
function elementsFor(
  { of, each }: Extract<Condition, { kind: "some" }>,
  sampler: Sampler,
  dice: Dice,
): readonly Value[] {
  const list = of.type === null ? null : containerOf(of.type);
  if (list?.kind !== "list") return [];
  const least = sampler.value(list.element);
  const { element } = list;
  if (element.kind === "struct" || element.kind === "state" || element.kind === "union")
    return forced(each, element, least, sampler, dice);
  // A scalar is its own subject.
  return candidates(each, { kind: "struct" } as never, least, sampler, dice).filter((one) => isTrue(each, one));
}

function inList(value: Value, subject: Subject, element: Value, sampler: Sampler): readonly Value[] {
  const list = subject.type === null ? null : containerOf(subject.type);
  if (list?.kind !== "list") return [];
  const rest = Array.from({ length: Math.max(list.min - 1, 0) }, () => sampler.value(list.element));
  const known = valueAt(subject, value);
  // As many as there are: a check may count them.
  const kept = isList(known) && known.length > 1 ? placed(value, subject, [element, ...known.slice(1)]) : [];
  return [...kept, ...placed(value, subject, [element, ...rest])];
}

/** Draws members that an expression names until it holds. */
function searched(
  condition: Extract<Condition, { kind: "expression" | "outside" | "fails" }>,
  type: Composite,
  value: Value,
  { effort }: Sampler,
  dice: Dice,
): readonly Value[] {
  if (type.kind === "union" || !isObject(value)) return [value];
  const copy = copyOf(value);
  const { expression } = condition;
  const expressions = [expression, ...type.checks.map((check) => check.expression)];
  const isFound = (): boolean => isTrue(condition, copy) && allHold(expressions.slice(1), copy);
  const given = new Set(mentionedMembers(expression));
  drawUntil({
    type,
    value: copy,
    expressions,
    dice,
    sampler: new Sampler(dice, effort, "drawn", [type]),
    isFound,
    given,
  });
  return [copy];
}
