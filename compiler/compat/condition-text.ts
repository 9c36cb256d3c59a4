import { fieldMask, type WireType } from "../dump/wire-type.ts";
import type { BitRange, Condition, Subject } from "./condition.ts";
import { comparedText, expressionText, pathText } from "./expression-text.ts";
import { countOf, without, type Integers } from "./integers.ts";

/** A condition as people read it; `head` is what its paths start with, the name of the declaration. */
export function conditionText(condition: Condition, head: string): string {
  return print(condition, head, false);
}

function print(condition: Condition, head: string, isInner: boolean): string {
  const joined = (word: string, parts: readonly string[]): string => {
    const all = parts.join(` ${word} `);
    return isInner && parts.length > 1 ? `(${all})` : all;
  };
  switch (condition.kind) {
    case "constant":
      return String(condition.value);
    case "or":
      return joined(
        "||",
        condition.of.map((part) => print(part, head, part.kind === "and")),
      );
    case "and":
      return joined(
        "&&",
        condition.of.map((part) => print(part, head, true)),
      );
    case "integers":
      return integersText(condition.of, condition.among, condition.domain, head, isInner);
    case "length":
      return lengthText(condition.of, condition.among, condition.domain, head, isInner);
    case "bits":
      return bitsText(condition.of, condition.mask, head, isInner);
    case "default":
      return defaultText(subjectText(condition.of, head), condition);
    case "present":
      return `has(${subjectText(condition.of, head)})`;
    case "absent":
      return `!has(${subjectText(condition.of, head)})`;
    case "is":
      return `${subjectText(condition.of, head)} is ${condition.name}`;
    case "ill-formed":
      return `${subjectText(condition.of, head)} is not UTF-8`;
    case "ranges differ": {
      const name = subjectText(condition.of, head);
      return `${rangeText(name, condition.first)} != ${rangeText(name, condition.second)}`;
    }
    case "expression":
      return isInner ? `(${expressionText(condition.expression, head)})` : expressionText(condition.expression, head);
    case "outside":
      return outsideText(condition, head, isInner);
    case "fails":
      return `\`${expressionText(condition.expression, head)}\` has no value`;
    case "some":
      return print(condition.each, `${subjectText(condition.of, head)}[*]`, isInner);
  }
}

/** The number in a range of bits, whatever the range is called. */
function rangeText(name: string, { low, high }: BitRange): string {
  const mask = ((1n << BigInt(high - low + 1)) - 1n).toString(16);
  return `(${name}${low === 0 ? "" : ` >> ${low}`} & 0x${mask})`;
}

function subjectText({ steps }: Subject, head: string): string {
  const last = steps.at(-1);
  // A range that the writer gives no name to.
  if (last?.kind === "bits" && last.name.includes("..")) return rangeText(pathOf(steps.slice(0, -1), head), last);
  return pathOf(steps, head);
}

function pathOf(steps: Subject["steps"], head: string): string {
  return steps.length === 0 ? head : pathText(head, steps);
}

/** A number as its type shows it: a name, hexadecimal, or decimal. */
function numberText(type: WireType | null, value: bigint): string {
  switch (type?.kind) {
    case "enum":
      return type.names.get(value) ?? String(value);
    case "bool":
      return value === 1n ? "true" : "false";
    case "int":
      return type.hex && value > 9n ? `0x${value.toString(16)}` : String(value);
    case "bits":
      return value > 9n ? `0x${value.toString(16)}` : String(value);
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "struct":
    case "state":
    case "union":
    case "list":
    case "optional":
    case undefined:
      return String(value);
  }
}

/** A number at the end of a range: one of an enum has no order by its name. */
function boundText(type: WireType | null, value: bigint): string {
  return type?.kind === "enum" ? String(value) : numberText(type, value);
}

function integersText(of: Subject, among: Integers, domain: Integers, head: string, isInner: boolean): string {
  const name = subjectText(of, head);
  return setText(
    name,
    among,
    domain,
    (value) => numberText(of.type, value),
    (value) => boundText(of.type, value),
    isInner,
  );
}

/** The shortest of the ways to say that something is one of these numbers, given all that it may be. */
function setText(
  name: string,
  among: Integers,
  domain: Integers,
  show: (value: bigint) => string,
  bound: (value: bigint) => string,
  isInner: boolean,
): string {
  const rest = without(domain, among);
  const only = rest[0];
  if (rest.length === 1 && only !== undefined && only.min === only.max && countOf(among) > 1n)
    return `${name} != ${show(only.min)}`;
  const [least, most] = [domain[0]?.min, domain.at(-1)?.max];
  const parts = togetherIn(among, rest).flatMap(({ min, max }): string[] => {
    // Where nothing that may be lies beyond an end, the end need not be said.
    const fromBottom = !rest.some((range) => range.max < min) || min === least;
    const toTop = !rest.some((range) => range.min > max) || max === most;
    if (min === max) return [`${name} == ${show(min)}`];
    if (fromBottom && toTop) return [`${name} is anything`];
    if (toTop) return [`${name} > ${bound(min - 1n)}`];
    if (fromBottom) return [`${name} < ${bound(max + 1n)}`];
    if (max === min + 1n) return [`${name} == ${show(min)}`, `${name} == ${show(max)}`];
    return [`${name} >= ${bound(min)} && ${name} <= ${bound(max)}`];
  });
  const grouped = parts.map((part) => (parts.length > 1 && part.includes(" && ") ? `(${part})` : part));
  const text = grouped.join(" || ");
  return isInner && (parts.length > 1 || text.includes(" && ")) ? `(${text})` : text;
}

/** Ranges with nothing between them that could be: one range to a reader. */
function togetherIn(among: Integers, rest: Integers): Integers {
  const joined: { min: bigint; max: bigint }[] = [];
  for (const { min, max } of among) {
    const last = joined.at(-1);
    if (last !== undefined && !rest.some((range) => range.min > last.max && range.max < min)) last.max = max;
    else joined.push({ min, max });
  }
  return joined;
}

function lengthText(of: Subject, among: Integers, domain: Integers, head: string, isInner: boolean): string {
  const name = subjectText(of, head);
  if (of.type?.kind === "string") {
    const [first] = among;
    if (among.length === 1 && first?.min === 0n && first.max === 0n) return `${name} == ""`;
    const rest = without(domain, among);
    if (rest.length === 1 && rest[0]?.min === 0n && rest[0].max === 0n) return `${name} != ""`;
  }
  const [only] = without(domain, among);
  // "Not empty" reads better as a comparison.
  if (without(domain, among).length === 1 && only?.min === 0n && only.max === 0n) return `len(${name}) > 0`;
  return setText(`len(${name})`, among, domain, String, String, isInner);
}

function bitsText(of: Subject, mask: bigint, head: string, isInner: boolean): string {
  const name = subjectText(of, head);
  const { type } = of;
  const fields =
    type?.kind === "bits" ? type.fields.filter((field) => field.single && (fieldMask(field) & mask) !== 0n) : [];
  const named = fields.reduce((bits, field) => bits | fieldMask(field), 0n);
  const whole =
    type?.kind === "bits"
      ? type.fields.filter((field) => !field.single && (fieldMask(field) & ~(mask & ~named)) === 0n)
      : [];
  const covered = whole.reduce((bits, field) => bits | fieldMask(field), named);
  const rest = mask & ~covered;
  const parts = [
    ...fields.map((field) => `${name}.${field.name}`),
    ...whole.map((field) => `${name}.${field.name} != 0`),
    ...(rest === 0n ? [] : [`(${name} & 0x${rest.toString(16)}) != 0`]),
  ];
  return isInner && parts.length > 1 ? `(${parts.join(" || ")})` : parts.join(" || ");
}

function outsideText(condition: Extract<Condition, { kind: "outside" }>, head: string, isInner: boolean): string {
  const name = comparedText(condition.expression, head);
  const parts: string[] = [];
  let above: bigint | null = null;
  for (const { min, max } of condition.among) {
    parts.push(above === null ? `${name} < ${min}` : `(${name} > ${above} && ${name} < ${min})`);
    above = max;
  }
  if (above !== null) parts.push(`${name} > ${above}`);
  return isInner ? `(${parts.join(" || ")})` : parts.join(" || ");
}

function defaultText(name: string, { value, equal }: Extract<Condition, { kind: "default" }>): string {
  const sign = equal ? "==" : "!=";
  switch (value.kind) {
    case "int":
    case "bool":
      return `${name} ${sign} ${value.value}`;
    case "string":
      return `${name} ${sign} ${JSON.stringify(value.value)}`;
    case "bytes":
      return `${name} ${sign} ${JSON.stringify(value.hex)}`;
    case "empty":
      return `len(${name}) ${equal ? "==" : ">"} 0`;
    case "zero":
      return `${name} ${sign} zero`;
  }
}
