import { evaluate } from "../../dump/expression.ts";
import { setMember, type Value } from "../../dump/value.ts";
import { pathsIn } from "../../schema/expression-members.ts";
import type { Expr } from "../../schema/ir.ts";
import type { Condition, Subject } from "../condition.ts";
import { isTrue } from "../condition-value.ts";
import { domainOf, isNumeric } from "../domain.ts";
import { constantsIn } from "../expression-parts.ts";
import { entryOf, type Composite } from "../graph.ts";
import { countOf, holds, type Integers } from "../integers.ts";
import { isSame } from "./simplify.ts";
import { canFail } from "./failures.ts";
import { integerRangeOf } from "./translate.ts";

/** So many combinations of values are looked at, and no more. */
const LARGEST_PROOF = 65_536n;

/** Whether a condition that states an expression is false for every value that its writer can write. */
export function isNeverTrue(condition: Condition, type: Composite): boolean {
  if (!statesExpression(condition)) return false;
  return isRefuted(condition, type) || holdsOfAll(condition, type, (value) => !isTrue(condition, value));
}

/** Whether a condition that states an expression is true for every value that its writer can write. */
export function isAlwaysTrue(condition: Condition, type: Composite): boolean {
  if (!statesExpression(condition)) return false;
  return isShown(condition, type) || holdsOfAll(condition, type, (value) => isTrue(condition, value));
}

function statesExpression(condition: Condition): boolean {
  if (condition.kind === "or" || condition.kind === "and") return condition.of.some(statesExpression);
  return condition.kind === "expression" || condition.kind === "outside" || condition.kind === "fails";
}

/** Whether the bounds of what stands in it show that a condition is true, or fails to be false. */
function isShown(condition: Condition, type: Composite): boolean {
  if (condition.kind === "or") return condition.of.some((part) => isShown(part, type));
  if (condition.kind === "and") return condition.of.every((part) => isShown(part, type));
  // An expression that has no value counts as true.
  return condition.kind === "expression" && truthOf(condition.expression, type) === true;
}

function isRefuted(condition: Condition, type: Composite): boolean {
  if (condition.kind === "or") return condition.of.every((part) => isRefuted(part, type));
  if (condition.kind === "and") return condition.of.some((part) => isRefuted(part, type));
  if (condition.kind !== "expression") return false;
  return truthOf(condition.expression, type) === false && !canFail(condition.expression, [type]);
}

/** What an expression comes to wherever it has a value, by the bounds of what stands in it; null where they do not tell. */
function truthOf(e: Expr, type: Composite): boolean | null {
  if (e.kind === "bool") return e.value;
  if (e.kind === "unary" && e.operator === "!") {
    const operand = truthOf(e.operand, type);
    return operand === null ? null : !operand;
  }
  if (e.kind !== "binary") return null;
  if (e.operator === "&&" || e.operator === "||") {
    const [left, right] = [truthOf(e.left, type), truthOf(e.right, type)];
    const decisive = e.operator === "||";
    if (left === decisive || right === decisive) return decisive;
    return left === null || right === null ? null : !decisive;
  }
  if (isSame(e.left, e.right)) {
    if (e.operator === "==" || e.operator === "<=" || e.operator === ">=") return true;
    if (e.operator === "!=" || e.operator === "<" || e.operator === ">") return false;
  }
  const [left, right] = [integerRangeOf(e.left, type), integerRangeOf(e.right, type)];
  if (left === null || right === null) return null;
  const isBelow = left.max < right.min;
  const isAbove = left.min > right.max;
  const isOne = left.min === left.max && right.min === right.max && left.min === right.min;
  switch (e.operator) {
    case "<":
      return isBelow ? true : left.min >= right.max ? false : null;
    case "<=":
      return left.max <= right.min ? true : isAbove ? false : null;
    case ">":
      return isAbove ? true : left.max <= right.min ? false : null;
    case ">=":
      return left.min >= right.max ? true : isBelow ? false : null;
    case "==":
      return isOne ? true : isBelow || isAbove ? false : null;
    case "!=":
      return isOne ? false : isBelow || isAbove ? true : null;
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
    case "&":
    case "|":
    case "^":
    case "<<":
    case ">>":
      return null;
  }
}

interface Variable {
  readonly name: string;
  readonly isBool: boolean;
  readonly values: readonly bigint[];
}

/** Looks at all values of the members that a condition speaks of, as far as the checks of their declaration let them be. */
function holdsOfAll(condition: Condition, type: Composite, isHeld: (value: Value) => boolean): boolean {
  const checks = type.kind === "union" ? [] : type.checks.map(({ expression }) => expression);
  const value: { [name: string]: Value } = {};
  // Checks that speak of more than can be looked at are left out: then more values have to be as wanted.
  for (const known of [checks, []]) {
    const variables = variablesOf(condition, known, type);
    if (variables === null) continue;
    const isWritten = (): boolean => known.every((check) => isPassed(check, value));
    return everyAssignment(variables, 0, value, () => !isWritten() || isHeld(value));
  }
  return false;
}

function isPassed(check: Expr, value: Value): boolean {
  const result = evaluate(check, value);
  return result.ok && result.value === true;
}

function everyAssignment(
  variables: readonly Variable[],
  from: number,
  value: { [name: string]: Value },
  holdsThere: () => boolean,
): boolean {
  const variable = variables[from];
  if (variable === undefined) return holdsThere();
  return variable.values.every((each) => {
    setMember(value, variable.name, variable.isBool ? each === 1n : each);
    return everyAssignment(variables, from + 1, value, holdsThere);
  });
}

/** What a condition speaks of: members alone, or bits of them; null if it speaks of anything else. */
interface Parts {
  readonly subjects: readonly Subject[];
  readonly expressions: readonly Expr[];
  readonly bounds: readonly bigint[];
}

function partsOf(condition: Condition): Parts | null {
  switch (condition.kind) {
    case "or":
    case "and": {
      const parts = condition.of.map(partsOf);
      const found = parts.filter((part) => part !== null);
      if (found.length < parts.length) return null;
      return {
        subjects: found.flatMap(({ subjects }) => subjects),
        expressions: found.flatMap(({ expressions }) => expressions),
        bounds: found.flatMap(({ bounds }) => bounds),
      };
    }
    case "expression":
    case "fails":
      return { subjects: [], expressions: [condition.expression], bounds: [] };
    case "outside":
      return { subjects: [], expressions: [condition.expression], bounds: endsOf(condition.among) };
    case "integers":
      return { subjects: [condition.of], expressions: [], bounds: endsOf(condition.among) };
    case "constant":
      return { subjects: [], expressions: [], bounds: [] };
    case "bits":
    case "length":
    case "default":
    case "present":
    case "absent":
    case "is":
    case "ill-formed":
    case "ranges differ":
    case "some":
      return null;
  }
}

function endsOf(set: Integers): readonly bigint[] {
  return set.flatMap(({ min, max }) => [min, max]);
}

/** The members of a condition and of checks with all that they may be; null if one is no number, or there are too many combinations. */
function variablesOf(condition: Condition, checks: readonly Expr[], type: Composite): readonly Variable[] | null {
  const parts = partsOf(condition);
  if (parts === null) return null;
  const expressions = [...parts.expressions, ...checks];
  const paths = expressions.flatMap(pathsIn);
  if (paths.some(({ depth }) => depth !== 0)) return null;
  const isPlain = expressions.every(isComparison) && parts.subjects.every(({ steps }) => steps.length === 1);
  const constants = isPlain ? [...expressions.flatMap(constantsIn), ...parts.bounds] : null;
  const variables = new Map<number, Variable>();
  let combinations = 1n;
  for (const { steps } of [...paths, ...parts.subjects]) {
    const [first, second] = steps;
    if (first?.kind !== "member" || (second !== undefined && second.kind !== "bits")) return null;
    const held = entryOf(type, first.id)?.type;
    if (held === null || held === undefined || !isNumeric(held)) return null;
    if (variables.has(first.id)) continue;
    const values = valuesOf(domainOf(held), constants);
    if (values === null) return null;
    combinations *= BigInt(values.length);
    if (combinations > LARGEST_PROOF) return null;
    variables.set(first.id, { name: first.name, isBool: held.kind === "bool", values });
  }
  return [...variables.values()];
}

/** Every number of a domain; of a large one those at the constants that it is compared with, and at its ends, between which nothing changes. */
function valuesOf(domain: Integers, constants: readonly bigint[] | null): readonly bigint[] | null {
  if (constants === null) {
    if (countOf(domain) > LARGEST_PROOF) return null;
    return domain.flatMap(({ min, max }) => Array.from({ length: Number(max - min) + 1 }, (_, i) => min + BigInt(i)));
  }
  const near = constants.flatMap((number) => [number - 1n, number, number + 1n]);
  return [...new Set([...near.filter((one) => holds(domain, one)), ...endsOf(domain)])];
}

/** Whether an expression is made of nothing but comparisons of one member with one number. */
function isComparison(e: Expr): boolean {
  if (e.kind === "bool") return true;
  if (e.kind === "unary") return e.operator === "!" && isComparison(e.operand);
  const isAtom = (one: Expr): boolean => one.kind === "int" || (one.kind === "path" && one.steps.length === 1);
  if (e.kind !== "binary") return isAtom(e);
  if (e.operator === "&&" || e.operator === "||") return isComparison(e.left) && isComparison(e.right);
  const isCompared = ["==", "!=", "<", "<=", ">", ">="].includes(e.operator);
  return isCompared && isAtom(e.left) && isAtom(e.right) && (e.left.kind === "int" || e.right.kind === "int");
}
