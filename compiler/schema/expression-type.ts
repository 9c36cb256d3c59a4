import type { Enum, Expr, Range, State, Step, Struct, Type, World } from "./ir.ts";
import { applyBinary, applyUnary, union, type Interval } from "./interval.ts";
import { intersect, memberById, memberRange, rangeOfInt, shapeOf, underlying } from "./lookup.ts";

/**
 * What an expression gives. An integer comes with the numbers it can be, and with its enum where it is a value of one.
 * `value` is what can only be taken over whole or looked into: a list, struct, state or union.
 */
export type ValueType =
  | { readonly kind: "int"; readonly interval: Interval; readonly enum: Enum | null }
  | { readonly kind: "bool" }
  | { readonly kind: "string"; readonly min: number; readonly max: number | null }
  | { readonly kind: "bytes"; readonly min: number; readonly max: number | null }
  | { readonly kind: "value"; readonly type: Type; readonly range: Range | null };

/** Where a path leads: the declared type there, with the range that the last member adds. */
export interface Place {
  readonly type: Type;
  readonly range: Range | null;
}

const anything: Interval = { min: -(2n ** 63n), max: 2n ** 64n - 1n };

/**
 * The type of a checked expression of a state or struct, with the bounds of its numbers: what tells a backend whether a `number` is exact.
 * `elements` are the lists' elements that enclosing `any` and `all` walk, outermost first.
 */
export function typeOfExpression(
  world: World,
  owner: State | Struct,
  e: Expr,
  elements: readonly Place[] = [],
): ValueType {
  const typeOf = (part: Expr): ValueType => typeOfExpression(world, owner, part, elements);
  const intervalOf = (part: Expr): Interval => intervalOfType(typeOf(part));
  switch (e.kind) {
    case "int":
      return { kind: "int", interval: { min: e.value, max: e.value }, enum: null };
    case "bool":
    case "has":
    case "is":
    case "any":
    case "all":
      return { kind: "bool" };
    case "string": {
      const length = utf8Length(e.value);
      return { kind: "string", min: length, max: length };
    }
    case "path":
      return typeOfSteps(world, owner, e.depth, e.steps, elements);
    case "len":
      return { kind: "int", interval: lengthInterval(typeOf(e.of)), enum: null };
    case "unary":
      if (e.operator === "!") return { kind: "bool" };
      return { kind: "int", interval: applyUnary(e.operator, intervalOf(e.operand)), enum: null };
    case "binary":
      switch (e.operator) {
        case "||":
        case "&&":
        case "==":
        case "!=":
        case "<":
        case "<=":
        case ">":
        case ">=":
          return { kind: "bool" };
        case "+":
        case "-":
        case "*":
        case "/":
        case "%":
        case "&":
        case "|":
        case "^":
        case "<<":
        case ">>": {
          const result = applyBinary(e.operator, intervalOf(e.left), intervalOf(e.right));
          return {
            kind: "int",
            interval: result.kind === "interval" ? result.interval : { min: 0n, max: 0n },
            enum: null,
          };
        }
      }
    case "conditional":
      return joinTypes(typeOf(e.then), typeOf(e.else));
  }
}

/** The numbers an expression can come to; those of 64 bits for what is no integer. */
export function intervalOfType(type: ValueType): Interval {
  return type.kind === "int" ? type.interval : anything;
}

/** The type of `c ? a : b`, whose two outcomes go together. */
export function joinTypes(a: ValueType, b: ValueType): ValueType {
  if (a.kind === "int" && b.kind === "int") {
    return { kind: "int", interval: union(a.interval, b.interval), enum: a.enum === b.enum ? a.enum : null };
  }
  if ((a.kind === "string" && b.kind === "string") || (a.kind === "bytes" && b.kind === "bytes")) {
    return { ...a, min: Math.min(a.min, b.min), max: a.max === null || b.max === null ? null : Math.max(a.max, b.max) };
  }
  return a;
}

function typeOfSteps(
  world: World,
  owner: State | Struct,
  depth: number,
  steps: readonly Step[],
  elements: readonly Place[],
): ValueType {
  const element = depth === 0 ? undefined : elements[elements.length - depth];
  let place: Place | null = element ?? null;
  let first = 0;
  if (depth === 0) {
    const step = steps[0];
    const member = step?.kind === "member" ? memberById(owner, step.id) : undefined;
    if (member === undefined) throw new Error(`${owner.name} has no member for the path of an expression`);
    place = member;
    first = 1;
  }
  for (const step of steps.slice(first)) {
    if (place === null) break;
    if (step.kind === "bits") return typeOfBits(world, place.type, step);
    place = stepInto(world, place.type, step);
  }
  if (place === null) throw new Error(`${owner.name}: a path of an expression leads nowhere`);
  return typeOfPlace(world, place);
}

/** Where a member or alternative of what lies at a type leads; null if there is none such. */
function stepInto(world: World, type: Type, step: Exclude<Step, { kind: "bits" }>): Place | null {
  const shape = shapeOf(world, type.kind === "optional" ? type.element : type);
  if (shape.kind === "union") {
    const found = shape.declaration.alternatives.find((each) => each.id === step.id);
    return found === undefined || found.type === null ? null : { type: found.type, range: found.range };
  }
  if (shape.kind !== "state" && shape.kind !== "struct") return null;
  return memberById(shape.declaration, step.id) ?? null;
}

function typeOfBits(world: World, type: Type, step: Extract<Step, { kind: "bits" }>): ValueType {
  if (step.single) return { kind: "bool" };
  const interval = { min: 0n, max: (1n << BigInt(step.high - step.low + 1)) - 1n };
  const shape = shapeOf(world, type.kind === "optional" ? type.element : type);
  const field = shape.kind === "bits" ? shape.declaration.fields.find((each) => each.name === step.name) : undefined;
  if (field === undefined || field.type === null) return { kind: "int", interval, enum: null };
  const inner = shapeOf(world, field.type);
  const range = underlying(world, field.type)?.range ?? interval;
  return { kind: "int", interval: intersect(interval, range), enum: inner.kind === "enum" ? inner.declaration : null };
}

/** The type of the value at a place; an optional is taken for what it holds, because an absent one cannot be evaluated. */
export function typeOfPlace(world: World, place: Place): ValueType {
  const type = place.type.kind === "optional" ? place.type.element : place.type;
  const shape = shapeOf(world, type);
  switch (shape.kind) {
    case "int":
      return { kind: "int", interval: memberRange(world, { type, range: place.range }) ?? shape.range, enum: null };
    case "enum":
      return { kind: "int", interval: enumInterval(shape.declaration), enum: shape.declaration };
    case "bits":
      return { kind: "int", interval: rangeOfInt(shape.declaration.base), enum: null };
    case "bool":
      return { kind: "bool" };
    case "string":
    case "bytes":
      return { kind: shape.kind, min: shape.min, max: shape.max };
    case "cstring":
      return { kind: "string", min: 0, max: shape.size - 1 };
    case "uuid":
      return { kind: "bytes", min: 16, max: 16 };
    case "list":
    case "struct":
    case "state":
    case "union":
    case "optional":
      return { kind: "value", type, range: place.range };
  }
}

/** The numbers of an enum: those of its base if it is open, from its least to its greatest value if it is closed. */
export function enumInterval(declaration: Enum): Interval {
  const first = declaration.values[0];
  const last = declaration.values.at(-1);
  if (declaration.open || first === undefined || last === undefined) return rangeOfInt(declaration.base);
  return { min: first.value, max: last.value };
}

/** The most elements that 32 bits of length can hold. */
const longest = 2n ** 32n;

/** How long a list, string or bytes can be. */
export function lengthInterval(type: ValueType): Interval {
  const bounds =
    type.kind === "value"
      ? type.type.kind === "list"
        ? type.type
        : null
      : type.kind === "string" || type.kind === "bytes"
        ? type
        : null;
  if (bounds === null) return { min: 0n, max: longest };
  return { min: BigInt(bounds.min), max: bounds.max === null ? longest : BigInt(bounds.max) };
}

/** The bytes of a string as UTF-8, which is how bounds and `len` count. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) length += 1;
    else if (code < 0x800) length += 2;
    else if (code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      length += 4;
      i++;
    } else length += 3;
  }
  return length;
}
