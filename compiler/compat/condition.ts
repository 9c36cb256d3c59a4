import type { WireType } from "../dump/wire-type.ts";
import type { Default, Expr, Step } from "../schema/ir.ts";
import { intersectionOf, unionOf, within, without, type Integers } from "./integers.ts";

/**
 * When a dump is refused or misread, stated over the value of one declaration (a state, a struct or a union, by the writer's names and types).
 * Where a subject is not there (an absent optional, another alternative), whatever is said of it is false.
 */
export type Condition =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "or" | "and"; readonly of: readonly Condition[] }
  /** An integer, enum, bits or bool (0 or 1) is one of these; none of them is outside its `domain`. */
  | { readonly kind: "integers"; readonly of: Subject; readonly among: Integers; readonly domain: Integers }
  /** At least one of these bits is set. */
  | { readonly kind: "bits"; readonly of: Subject; readonly mask: bigint }
  /** The bytes of a string or of bytes, or the elements of a list, are so many. */
  | { readonly kind: "length"; readonly of: Subject; readonly among: Integers; readonly domain: Integers }
  | { readonly kind: "default"; readonly of: Subject; readonly value: Default; readonly equal: boolean }
  | { readonly kind: "present" | "absent"; readonly of: Subject }
  | { readonly kind: "is"; readonly of: Subject; readonly id: number; readonly name: string }
  /** Bytes that are no well-formed UTF-8. */
  | { readonly kind: "ill-formed"; readonly of: Subject }
  /** Two bit ranges of one number hold different numbers. */
  | { readonly kind: "ranges differ"; readonly of: Subject; readonly first: BitRange; readonly second: BitRange }
  /** A checked expression is true, or cannot be evaluated. Names in it are the writer's. */
  | { readonly kind: "expression"; readonly expression: Expr }
  /** Some element of a list; inside, the empty path is the element. */
  | { readonly kind: "some"; readonly of: Subject; readonly each: Condition }
  /** The expression's integer is none of these, or it has none. */
  | { readonly kind: "outside"; readonly expression: Expr; readonly among: Integers }
  /** The expression cannot be evaluated. */
  | { readonly kind: "fails"; readonly expression: Expr };

export interface BitRange {
  readonly low: number;
  readonly high: number;
}

/** What a condition looks at: the way from the declaration's value, with the writer's type of what is there. */
export interface Subject {
  readonly steps: readonly Step[];
  readonly type: WireType | null;
  /** When there is something to look at. */
  readonly exists: Condition;
}

export const always: Condition = { kind: "constant", value: true };
export const never: Condition = { kind: "constant", value: false };

/** Whether a condition is one of the two constants. */
export function isConstant(condition: Condition, value: boolean): boolean {
  return condition.kind === "constant" && condition.value === value;
}

/** The integer of a subject is one of these. */
export function integersAre(of: Subject, among: Integers, domain: Integers): Condition {
  const possible = intersectionOf(among, domain);
  if (possible.length === 0) return never;
  return within(domain, possible) ? of.exists : { kind: "integers", of, among: possible, domain };
}

/** A subject has one of these lengths. */
export function lengthIs(of: Subject, among: Integers, domain: Integers): Condition {
  const possible = intersectionOf(among, domain);
  if (possible.length === 0) return never;
  return within(domain, possible) ? of.exists : { kind: "length", of, among: possible, domain };
}

/** Some element of a list fulfils a condition. */
export function someElement(of: Subject, each: Condition, lengths: Integers): Condition {
  if (isConstant(each, false)) return never;
  if (isConstant(each, true)) return lengthIs(of, without(lengths, [{ min: 0n, max: 0n }]), lengths);
  return { kind: "some", of, each };
}

/** All of them hold. */
export function allOf(conditions: readonly Condition[]): Condition {
  const parts: Condition[] = [];
  for (const condition of flatten("and", conditions)) {
    if (isConstant(condition, false)) return never;
    if (isConstant(condition, true)) continue;
    const other = parts.findIndex((part) => isSameSubject(part, condition) && part.kind === condition.kind);
    const known = parts[other];
    const both = known === undefined ? null : conjunction(known, condition);
    if (both === null) parts.push(condition);
    else if (isConstant(both, false)) return never;
    else parts[other] = both;
  }
  return parts.length === 0
    ? always
    : parts.length === 1 && parts[0] !== undefined
      ? parts[0]
      : { kind: "and", of: parts };
}

function conjunction(a: Condition, b: Condition): Condition | null {
  if (a.kind === "integers" && b.kind === "integers") {
    return integersAre(a.of, intersectionOf(a.among, b.among), a.domain);
  }
  if (a.kind === "length" && b.kind === "length") return lengthIs(a.of, intersectionOf(a.among, b.among), a.domain);
  return textKey(a) === textKey(b) ? a : null;
}

/** At least one of them holds. Parts about one subject are merged, parts that another one implies are left out. */
export function anyOf(conditions: readonly Condition[]): Condition {
  const parts = new Map<string, Condition>();
  for (const condition of flatten("or", conditions)) {
    if (isConstant(condition, true)) return always;
    if (isConstant(condition, false)) continue;
    const key = mergeKey(condition);
    const known = parts.get(key);
    parts.set(key, known === undefined ? condition : disjunction(known, condition));
  }
  const left = withoutImplied([...parts.values()].flatMap((part) => flatten("or", [part])));
  if (left.some((part) => isConstant(part, true)) || coversEverything(left)) return always;
  const [first] = left;
  return first === undefined ? never : left.length === 1 ? first : { kind: "or", of: left };
}

function flatten(kind: "or" | "and", conditions: readonly Condition[]): readonly Condition[] {
  return conditions.flatMap((condition) => (condition.kind === kind ? flatten(kind, condition.of) : [condition]));
}

/** Conditions with the same key can be merged into one. */
function mergeKey(condition: Condition): string {
  switch (condition.kind) {
    case "integers":
    case "length":
    case "bits":
    case "some":
      return `${condition.kind} ${subjectKey(condition.of)}`;
    case "constant":
    case "or":
    case "and":
    case "default":
    case "present":
    case "absent":
    case "is":
    case "ill-formed":
    case "ranges differ":
    case "expression":
    case "outside":
    case "fails":
      return textKey(condition);
  }
}

function disjunction(a: Condition, b: Condition): Condition {
  if (a.kind === "integers" && b.kind === "integers") {
    return integersAre(a.of, unionOf(a.among, b.among), unionOf(a.domain, b.domain));
  }
  if (a.kind === "length" && b.kind === "length") {
    return lengthIs(a.of, unionOf(a.among, b.among), unionOf(a.domain, b.domain));
  }
  if (a.kind === "bits" && b.kind === "bits") return { ...a, mask: a.mask | b.mask };
  if (a.kind === "some" && b.kind === "some") return { ...a, each: anyOf([a.each, b.each]) };
  return a;
}

/** Drops what speaks of a subject where its mere presence is enough. */
function withoutImplied(parts: readonly Condition[]): readonly Condition[] {
  const enough = new Set(
    parts.flatMap((part) => (part.kind === "present" || part.kind === "is" ? [textKey(part)] : [])),
  );
  if (enough.size === 0) return parts;
  return parts.filter((part) => {
    if (part.kind === "present" || part.kind === "is") return true;
    const exists = existsOf(part);
    return exists === null || !flatten("and", [exists]).some((each) => enough.has(textKey(each)));
  });
}

function existsOf(condition: Condition): Condition | null {
  return "of" in condition && !Array.isArray(condition.of) ? (condition.of as Subject).exists : null;
}

/** Whether one of two parts is always true: present or absent, every alternative of a union, at the default or not. */
function coversEverything(parts: readonly Condition[]): boolean {
  const keys = new Set(parts.map(textKey));
  return parts.some((part) => {
    switch (part.kind) {
      case "absent":
        return keys.has(textKey({ ...part, kind: "present" }));
      case "default":
        return part.equal && isConstant(part.of.exists, true) && keys.has(textKey({ ...part, equal: false }));
      case "is": {
        const union = part.of.type;
        return (
          union?.kind === "union" &&
          isConstant(part.of.exists, true) &&
          union.alternatives.every(({ id, name }) => keys.has(textKey({ ...part, id, name })))
        );
      }
      case "constant":
      case "or":
      case "and":
      case "integers":
      case "bits":
      case "length":
      case "present":
      case "ill-formed":
      case "ranges differ":
      case "expression":
      case "some":
      case "outside":
      case "fails":
        return false;
    }
  });
}

function isSameSubject(a: Condition, b: Condition): boolean {
  return mergeKey(a) === mergeKey(b);
}

function subjectKey(subject: Subject): string {
  return subject.steps
    .map((step) => (step.kind === "bits" ? `${step.low}-${step.high}` : `${step.kind[0] ?? ""}${step.id}`))
    .join(".");
}

/** A text that two conditions share if they say the same of the same subject. */
export function textKey(condition: Condition): string {
  return JSON.stringify(condition, (key, value: unknown) => {
    if (key === "type" || key === "exists" || key === "domain") return undefined;
    return typeof value === "bigint" ? `${value}n` : value;
  });
}
