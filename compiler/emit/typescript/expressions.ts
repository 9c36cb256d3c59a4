import type { Expr } from "../../schema/ir.ts";
import { intervalOfType, typeOfExpression } from "../../schema/expression-type.ts";
import type { Interval } from "../../schema/interval.ts";
import { elementOf, exactRange, shapeOf } from "../../schema/lookup.ts";
import { stringLiteral } from "../names.ts";
import { asBig, type Code, type Surroundings } from "./code.ts";
import { identifiersIn } from "./identifiers.ts";
import {
  narrowedPath,
  narrowsChosen,
  narrowsCompared,
  narrowsJoined,
  narrowsNot,
  narrowsOf,
  widened,
} from "./narrowing.ts";
import { Paths, type ElementVariable } from "./paths.ts";
import type { Context } from "./program.ts";

/**
 * Turns a checked expression into code. `mayFail` of the result: evaluating it can throw. `isLost`, of values of another version: it cannot be
 * asked of them.
 */
export function expressionCode(
  c: Context,
  e: Expr,
  s: Surroundings,
): Code & { readonly mayFail: boolean; readonly isLost: boolean } {
  const compiler = new Compiler(c, s);
  const code = compiler.code(e, []);
  return { ...code, mayFail: compiler.mayFail || compiler.paths.mayFail, isLost: compiler.paths.isLost };
}

const exact: Interval = exactRange;
const small: Interval = { min: 0n, max: 0x7fff_ffffn };

function holds(outer: Interval, inner: Interval): boolean {
  return outer.min <= inner.min && inner.max <= outer.max;
}

class Compiler {
  mayFail = false;
  readonly paths: Paths;
  private readonly c: Context;
  private readonly s: Surroundings;
  /** The variables and properties of which TypeScript knows the value here. */
  private known: ReadonlySet<string> = new Set();

  constructor(c: Context, s: Surroundings) {
    this.c = c;
    this.s = s;
    this.paths = new Paths(c, s);
  }

  code(e: Expr, elements: readonly ElementVariable[]): Code {
    switch (e.kind) {
      case "int":
        return holds(exact, { min: e.value, max: e.value })
          ? {
              text: this.c.numerals.literal(e.value, { by: this.s.owner.name }),
              kind: "number",
              operator: e.value < 0n ? "unary" : null,
              isNarrow: true,
            }
          : {
              text: this.c.numerals.literal(e.value, { by: this.s.owner.name, big: true }),
              kind: "bigint",
              operator: e.value < 0n ? "unary" : null,
              isNarrow: true,
            };
      case "bool":
        return { text: String(e.value), kind: "boolean", operator: null, isNarrow: true };
      case "string":
        return { text: stringLiteral(e.value), kind: "other", operator: null, isNarrow: true };
      case "path":
        return narrowedPath(this.paths.code(e, elements, false), this.known);
      case "len":
        return this.length(e.of, elements);
      case "has":
        return this.has(e.of, elements);
      case "is": {
        if (e.of.kind === "path") return this.paths.is(e.of, e.alternative, elements);
        const text = `${this.c.runtime("isHeld")}(${this.code(e.of, elements).text}, ${stringLiteral(e.alternative.name)})`;
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
        const condition = this.code(e.condition, elements);
        const then = this.codeWhere(narrowsOf(condition).held, e.then, elements);
        const otherwise = this.codeWhere(narrowsOf(condition).failed, e.else, elements);
        const big = then.kind === "bigint" || otherwise.kind === "bigint";
        const [a, b] = big ? [asBig(then), asBig(otherwise)] : [then.text, otherwise.text];
        const wrap = (code: Code, text: string): string => (code.operator === "?:" ? `(${text})` : text);
        const text = `${wrap(condition, condition.text)} ? ${wrap(then, a)} : ${b}`;
        const isNarrow = then.isNarrow === true && otherwise.isNarrow === true;
        const narrows = narrowsChosen(condition, then, otherwise);
        return { text, kind: big ? "bigint" : then.kind, operator: "?:", isNarrow, narrows };
      }
    }
  }

  /** The code of what is evaluated only where more is known. */
  private codeWhere(more: ReadonlySet<string>, e: Expr, elements: readonly ElementVariable[]): Code {
    const before = this.known;
    this.known = new Set([...before, ...more]);
    const code = this.code(e, elements);
    this.known = before;
    return code;
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
    const code = of.kind === "path" ? this.paths.code(of, elements, true) : this.code(of, elements);
    return { text: `${this.c.runtime("isPresent")}(${code.text})`, kind: "boolean", operator: null };
  }

  private walk(method: "some" | "every", list: Expr, each: Expr, elements: readonly ElementVariable[]): Code {
    const of = typeOfExpression(this.s.world, this.s.owner, list, elements);
    if (of.kind !== "value") throw new Error(`${method} needs a list`);
    const name = this.s.locals.take("element");
    const { held, kept } = this.paths.elementOf(list, of, elements);
    const variable = { name, type: elementOf(of.type), range: of.range, held, kept };
    // A list whose elements are of another sort is empty.
    const body: Code =
      held === null
        ? { text: String(method === "every"), kind: "boolean", operator: null }
        : this.code(each, [...elements, variable]);
    const text = body.operator === "?:" ? `(${body.text})` : body.text;
    const parameter = identifiersIn([text]).has(name) ? name : "";
    const found = this.code(list, elements).text;
    // What is given may be a view of a table.
    const isTable = held === null || shapeOf(held.world, held.type).kind === "struct";
    return {
      text: `${isTable ? `${this.c.runtime("rowsOf")}(${found})` : found}.${method}((${parameter}) => ${text})`,
      kind: "boolean",
      operator: null,
    };
  }

  private unary(e: Extract<Expr, { kind: "unary" }>, elements: readonly ElementVariable[]): Code {
    const operand = this.code(e.operand, elements);
    // `-(-1)`, but `!!on`.
    const isBare =
      operand.operator === null ||
      (operand.operator === "unary" && !(e.operator === "-" && operand.text.startsWith("-")));
    const wrapped = isBare ? operand.text : `(${operand.text})`;
    const { isNarrow = false } = operand;
    if (e.operator === "!")
      return { text: `!${wrapped}`, kind: "boolean", operator: "unary", isNarrow, narrows: narrowsNot(operand) };
    const result = this.intervalOf(e, elements);
    const fits = e.operator === "-" ? holds(exact, result) : holds({ min: -0x8000_0000n, max: 0x7fff_ffffn }, result);
    if (operand.kind === "number" && fits)
      return { text: `${e.operator}${wrapped}`, kind: "number", operator: "unary", isNarrow };
    const big = asBig(operand);
    return {
      text: `${e.operator}${operand.kind === "bigint" ? wrapped : big}`,
      kind: "bigint",
      operator: "unary",
      isNarrow,
    };
  }

  private binary(e: Extract<Expr, { kind: "binary" }>, elements: readonly ElementVariable[]): Code {
    const left = this.code(e.left, elements);
    if (e.operator === "&&" || e.operator === "||") {
      const { held, failed } = narrowsOf(left);
      const right = this.codeWhere(e.operator === "&&" ? held : failed, e.right, elements);
      const code = joined(left, left.text, e.operator, right, right.text, "boolean");
      const isNarrow = left.isNarrow === true || right.isNarrow === true;
      return { ...code, isNarrow, narrows: narrowsJoined(left, e.operator, right) };
    }
    const right = this.code(e.right, elements);
    switch (e.operator) {
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
    const [plain, b] = this.alike(left, right);
    const a = widened(plain, b, plain.kind === "other" ? "string" : plain.kind);
    const operator = e.operator === "==" ? "===" : "!==";
    return { ...joined(a, a.text, operator, b, b.text, "boolean"), narrows: narrowsCompared(a, operator, b) };
  }

  /** Two operands to compare: both numbers or both bigints. */
  private alike(left: Code, right: Code): readonly [Code, Code] {
    if (left.kind === right.kind) return [left, right];
    return left.kind === "bigint" || right.kind === "bigint" ? [toBig(left), toBig(right)] : [left, right];
  }
}

function toBig(code: Code): Code {
  if (code.kind === "bigint") return code;
  const text = asBig(code);
  return { text, kind: "bigint", operator: null, isNarrow: code.isNarrow === true && !text.startsWith("BigInt(") };
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
