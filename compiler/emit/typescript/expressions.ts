import type { Expr, Member, State, Step, Struct, World } from "../../schema/ir.ts";
import { intervalOfType, typeOfExpression, type Place } from "../../schema/expression-type.ts";
import type { Interval } from "../../schema/interval.ts";
import { elementOf, exactRange, isNumber, memberById, shapeOf } from "../../schema/lookup.ts";
import { integerLiteral, stringLiteral, type Scope } from "../names.ts";
import { defaultLiteral } from "./defaults.ts";
import { identifiersIn } from "./identifiers.ts";
import type { Context } from "./program.ts";
import { access } from "./types.ts";

/** What an expression of the language is in TypeScript. Integers are numbers where every step is exact as one, else bigints. */
export interface Code {
  readonly text: string;
  readonly kind: "number" | "bigint" | "boolean" | "other";
  /** The outermost operator, null for what needs no parentheses anywhere. */
  readonly operator: string | null;
}

/** Where an expression stands: whose members it names, and what they are called there. */
export interface Surroundings {
  readonly world: World;
  readonly owner: State | Struct;
  /** The variable of each of the owner's members that the expression names. */
  readonly members: ReadonlyMap<number, string>;
  readonly locals: Scope;
}

/** A variable of an enclosing `any` or `all`, and what it holds. */
interface ElementVariable extends Place {
  readonly name: string;
}

/** Turns a checked expression into code. `mayFail` of the result: evaluating it can throw. */
export function expressionCode(c: Context, e: Expr, s: Surroundings): Code & { readonly mayFail: boolean } {
  const compiler = new Compiler(c, s);
  const code = compiler.code(e, []);
  return { ...code, mayFail: compiler.mayFail };
}

/** An operand as a bigint. */
export function asBig(code: Code): string {
  if (code.kind === "bigint") return code.text;
  if (/^-?(?:0x[0-9a-f]+|\d+)$/.test(code.text)) return `${code.text}n`;
  return `BigInt(${code.text})`;
}

const exact: Interval = exactRange;
const small: Interval = { min: 0n, max: 0x7fff_ffffn };

function holds(outer: Interval, inner: Interval): boolean {
  return outer.min <= inner.min && inner.max <= outer.max;
}

class Compiler {
  mayFail = false;
  private readonly c: Context;
  private readonly s: Surroundings;

  constructor(c: Context, s: Surroundings) {
    this.c = c;
    this.s = s;
  }

  code(e: Expr, elements: readonly ElementVariable[]): Code {
    switch (e.kind) {
      case "int":
        return holds(exact, { min: e.value, max: e.value })
          ? { text: integerLiteral(e.value), kind: "number", operator: e.value < 0n ? "unary" : null }
          : { text: integerLiteral(e.value, { big: true }), kind: "bigint", operator: e.value < 0n ? "unary" : null };
      case "bool":
        return { text: String(e.value), kind: "boolean", operator: null };
      case "string":
        return { text: stringLiteral(e.value), kind: "other", operator: null };
      case "path":
        return this.path(e.depth, e.steps, elements, false);
      case "len":
        return this.length(e.of, elements);
      case "has":
        return this.has(e.of, elements);
      case "is": {
        const of = this.code(e.of, elements);
        const text = `${this.c.runtime("isHeld")}(${of.text}, ${stringLiteral(e.alternative.name)})`;
        return { text, kind: "boolean", operator: null };
      }
      case "any":
      case "all":
        return this.walk(e.kind === "any" ? "some" : "every", e.list, e.each, elements);
      case "unary":
        return this.unary(e, elements);
      case "binary":
        return this.binary(e, elements);
      case "conditional": {
        const [condition, then, otherwise] = [e.condition, e.then, e.else].map((one) => this.code(one, elements)) as [
          Code,
          Code,
          Code,
        ];
        const big = then.kind === "bigint" || otherwise.kind === "bigint";
        const [a, b] = big ? [asBig(then), asBig(otherwise)] : [then.text, otherwise.text];
        const wrap = (code: Code, text: string): string => (code.operator === "?:" ? `(${text})` : text);
        const text = `${wrap(condition, condition.text)} ? ${wrap(then, a)} : ${b}`;
        return { text, kind: big ? "bigint" : then.kind, operator: "?:" };
      }
    }
  }

  private intervalOf(e: Expr, elements: readonly ElementVariable[]): Interval {
    return intervalOfType(typeOfExpression(this.s.world, this.s.owner, e, elements));
  }

  private length(of: Expr, elements: readonly ElementVariable[]): Code {
    const type = typeOfExpression(this.s.world, this.s.owner, of, elements);
    const { text } = this.code(of, elements);
    if (type.kind !== "string") return { text: `${text}.length`, kind: "number", operator: null };
    const argument = /^\(([^()]+ \?\? [^()]+)\)$/.exec(text)?.[1] ?? text;
    return { text: `${this.c.runtime("utf8Length")}(${argument})`, kind: "number", operator: null };
  }

  private has(of: Expr, elements: readonly ElementVariable[]): Code {
    const code = of.kind === "path" ? this.path(of.depth, of.steps, elements, true) : this.code(of, elements);
    return { text: `${this.c.runtime("isPresent")}(${code.text})`, kind: "boolean", operator: null };
  }

  private walk(method: "some" | "every", list: Expr, each: Expr, elements: readonly ElementVariable[]): Code {
    const of = typeOfExpression(this.s.world, this.s.owner, list, elements);
    if (of.kind !== "value") throw new Error(`${method} needs a list`);
    const name = this.s.locals.take("element");
    const variable = { name, type: elementOf(of.type), range: of.range };
    const body = this.code(each, [...elements, variable]);
    const text = body.operator === "?:" ? `(${body.text})` : body.text;
    const parameter = identifiersIn([text]).has(name) ? name : "";
    return {
      text: `${this.code(list, elements).text}.${method}((${parameter}) => ${text})`,
      kind: "boolean",
      operator: null,
    };
  }

  private unary(e: Extract<Expr, { kind: "unary" }>, elements: readonly ElementVariable[]): Code {
    const operand = this.code(e.operand, elements);
    const wrapped = operand.operator === null ? operand.text : `(${operand.text})`;
    if (e.operator === "!") return { text: `!${wrapped}`, kind: "boolean", operator: "unary" };
    const result = this.intervalOf(e, elements);
    const fits = e.operator === "-" ? holds(exact, result) : holds({ min: -0x8000_0000n, max: 0x7fff_ffffn }, result);
    if (operand.kind === "number" && fits)
      return { text: `${e.operator}${wrapped}`, kind: "number", operator: "unary" };
    const big = asBig(operand);
    return { text: `${e.operator}${operand.kind === "bigint" ? wrapped : big}`, kind: "bigint", operator: "unary" };
  }

  private binary(e: Extract<Expr, { kind: "binary" }>, elements: readonly ElementVariable[]): Code {
    const [left, right] = [this.code(e.left, elements), this.code(e.right, elements)];
    switch (e.operator) {
      case "&&":
      case "||":
        return joined(left, left.text, e.operator, right, right.text, "boolean");
      case "==":
      case "!=":
        return this.equality(e, left, right, elements);
      case "<":
      case "<=":
      case ">":
      case ">=": {
        const [a, b] = this.alike(left, right);
        return joined(a, a.text, e.operator, b, b.text, "boolean");
      }
      case "+":
      case "-":
      case "*":
        return this.arithmetic(e, left, right, holds(exact, this.intervalOf(e, elements)));
      case "&":
      case "|":
      case "^": {
        const fits = [e.left, e.right].every((one) => holds(small, this.intervalOf(one, elements)));
        return this.arithmetic(e, left, right, fits);
      }
      case "/":
        return this.call("divide", left, right);
      case "%":
        return this.call("remainder", left, right);
      case "<<":
        return this.call("shiftLeft", left, right);
      case ">>":
        return this.call("shiftRight", left, right);
    }
  }

  private call(name: "divide" | "remainder" | "shiftLeft" | "shiftRight", left: Code, right: Code): Code {
    this.mayFail = true;
    return { text: `${this.c.runtime(name)}(${asBig(left)}, ${asBig(right)})`, kind: "bigint", operator: null };
  }

  private arithmetic(e: Extract<Expr, { kind: "binary" }>, left: Code, right: Code, fits: boolean): Code {
    if (fits && left.kind === "number" && right.kind === "number") {
      return joined(left, left.text, e.operator, right, right.text, "number");
    }
    const [a, b] = [toBig(left), toBig(right)];
    return joined(a, a.text, e.operator, b, b.text, "bigint");
  }

  private equality(
    e: Extract<Expr, { kind: "binary" }>,
    left: Code,
    right: Code,
    elements: readonly ElementVariable[],
  ): Code {
    const type = typeOfExpression(this.s.world, this.s.owner, e.left, elements);
    if (type.kind === "bytes" || type.kind === "value") {
      const text = `${this.c.runtime("sameValue")}(${left.text}, ${right.text})`;
      return {
        text: e.operator === "==" ? text : `!${text}`,
        kind: "boolean",
        operator: e.operator === "==" ? null : "unary",
      };
    }
    const [a, b] = this.alike(left, right);
    return joined(a, a.text, e.operator === "==" ? "===" : "!==", b, b.text, "boolean");
  }

  /** Two operands to compare: both numbers or both bigints. */
  private alike(left: Code, right: Code): readonly [Code, Code] {
    if (left.kind === right.kind) return [left, right];
    return left.kind === "bigint" || right.kind === "bigint" ? [toBig(left), toBig(right)] : [left, right];
  }

  /** The value at the end of a path; what is absent or not held on the way is an error, and at the end too unless it is asked for. */
  private path(
    depth: number,
    steps: readonly Step[],
    elements: readonly ElementVariable[],
    mayBeAbsent: boolean,
  ): Code {
    const variable = depth === 0 ? null : elements[elements.length - depth];
    let place: Place;
    let text: string;
    let rest = steps;
    if (variable === null || variable === undefined) {
      const [first, ...others] = steps;
      const member = first?.kind === "member" ? memberById(this.s.owner, first.id) : undefined;
      const name = first?.kind === "member" ? this.s.members.get(first.id) : undefined;
      if (member === undefined || name === undefined) throw new Error(`${this.s.owner.name}: no variable for a path`);
      place = member;
      text = name;
      rest = others;
    } else {
      place = variable;
      text = variable.name;
    }
    const walked = steps.slice(0, steps.length - rest.length).map((one) => one.name);
    let absent = this.mayBeAbsent(steps, place, depth);
    for (const step of rest) {
      if (absent) text = this.present(text, walked);
      if (step.kind === "bits") return this.bits(text, place, step);
      const next = this.step(text, place, step, walked);
      text = next.text;
      place = next.place;
      walked.push(step.name);
      absent = place.type.kind === "optional";
    }
    if (absent && !mayBeAbsent) text = this.present(text, walked);
    const type = place.type.kind === "optional" ? place.type.element : place.type;
    const shape = shapeOf(this.s.world, type);
    const integral = shape.kind === "int" || shape.kind === "enum" || shape.kind === "bits";
    if (shape.kind === "enum" && !shape.declaration.open && (walked.length > 1 || depth > 0)) {
      // Comparing it with a number that is no value of it is a mistake for TypeScript, and just false for the language.
      text = `(${text} as ${shape.declaration.base.width === 64 ? "bigint" : "number"})`;
    }
    const kind = integral
      ? isNumber(this.s.world, type, place.range)
        ? "number"
        : "bigint"
      : shape.kind === "bool"
        ? "boolean"
        : "other";
    return { text, kind, operator: null };
  }

  /** A retired member without a default is absent from most dumps. */
  private mayBeAbsent(steps: readonly Step[], place: Place, depth: number): boolean {
    if (place.type.kind === "optional") return true;
    const [first] = steps;
    const { owner } = this.s;
    if (depth !== 0 || owner.kind !== "state" || first?.kind !== "member") return false;
    return owner.retired.some((one) => one.id === first.id && one.default === null);
  }

  private present(text: string, walked: readonly string[]): string {
    this.mayFail = true;
    return `${this.c.runtime("present")}(${text}, ${stringLiteral(walked.join("."))})`;
  }

  private step(
    text: string,
    place: Place,
    step: Exclude<Step, { kind: "bits" }>,
    walked: readonly string[],
  ): { readonly text: string; readonly place: Place } {
    const type = place.type.kind === "optional" ? place.type.element : place.type;
    const shape = shapeOf(this.s.world, type);
    if (shape.kind === "union") {
      const alternative = shape.declaration.alternatives.find((one) => one.id === step.id);
      if (alternative === undefined || alternative.type === null)
        throw new Error(`${shape.declaration.name} has no @${step.id}`);
      this.mayFail = true;
      const held = `${this.c.runtime("held")}(${text}, ${stringLiteral(alternative.name)}, ${stringLiteral(walked.join("."))})`;
      return { text: held, place: { type: alternative.type, range: alternative.range } };
    }
    if (shape.kind !== "state" && shape.kind !== "struct") throw new Error(`a step into ${shape.kind}`);
    const member = memberById(shape.declaration, step.id);
    if (member === undefined) throw new Error(`${shape.declaration.name} has no @${step.id}`);
    return { text: this.withDefault(access(this.c, text, member.name), member), place: member };
  }

  /** Values to encode may lack what has a default. */
  private withDefault(text: string, member: Member): string {
    if (member.default === null) return text;
    return `(${text} ?? ${defaultLiteral(this.c, member)})`;
  }

  private bits(text: string, place: Place, step: Extract<Step, { kind: "bits" }>): Code {
    const type = place.type.kind === "optional" ? place.type.element : place.type;
    const mask = (1n << BigInt(step.high - step.low + 1)) - 1n;
    if (!isNumber(this.s.world, type, place.range)) {
      const moved = step.low === 0 ? text : `(${text} >> ${step.low}n)`;
      const masked = `${moved} & ${integerLiteral(mask, { big: true, hex: true })}`;
      if (step.single) return { text: `(${masked}) !== 0n`, kind: "boolean", operator: "!==" };
      return { text: masked, kind: "bigint", operator: "&" };
    }
    if (step.single) {
      const bit = integerLiteral(1n << BigInt(step.low), { hex: true });
      return { text: `(${text} & ${bit}) !== 0`, kind: "boolean", operator: "!==" };
    }
    const moved = step.low === 0 ? text : `${text} >>> ${step.low}`;
    if (step.high === 31)
      return { text: step.low === 0 ? moved : moved, kind: "number", operator: step.low === 0 ? null : ">>>" };
    const inner = step.low === 0 ? moved : `(${moved})`;
    return { text: `${inner} & ${integerLiteral(mask, { hex: true })}`, kind: "number", operator: "&" };
  }
}

function toBig(code: Code): Code {
  if (code.kind === "bigint") return code;
  return { text: asBig(code), kind: "bigint", operator: null };
}

/** How tightly operators bind, as JavaScript has it. */
const precedence: Readonly<Record<string, number>> = {
  "?:": 0,
  "||": 1,
  "&&": 2,
  "|": 3,
  "^": 4,
  "&": 5,
  "===": 6,
  "!==": 6,
  "<": 7,
  "<=": 7,
  ">": 7,
  ">=": 7,
  ">>>": 8,
  "+": 9,
  "-": 9,
  "*": 10,
  unary: 11,
};

/** Two operands and their operator, with the parentheses that are needed and those that Prettier adds. */
function joined(
  left: Code,
  leftText: string,
  operator: string,
  right: Code,
  rightText: string,
  kind: Code["kind"],
): Code {
  const a = needsParentheses(left, operator, false) ? `(${leftText})` : leftText;
  const b = needsParentheses(right, operator, true) ? `(${rightText})` : rightText;
  return { text: `${a} ${operator} ${b}`, kind, operator };
}

function needsParentheses({ operator }: Code, parent: string, isRight: boolean): boolean {
  if (operator === null) return false;
  const [inner, outer] = [precedence[operator] ?? 0, precedence[parent] ?? 0];
  if (operator === "unary") return false;
  if (outer > inner) return true;
  if (outer === inner) {
    if (parent === operator && (parent === "&&" || parent === "||")) return false;
    return isRight || !flattens(parent, operator);
  }
  if (operator === "&&" && parent === "||") return true;
  return ["|", "^", "&"].includes(parent);
}

/** Whether Prettier writes `a op b op c` without parentheses. */
function flattens(parent: string, operator: string): boolean {
  if (parent === "===" || parent === "!==") return false;
  return !(parent === "*" && operator !== "*");
}
