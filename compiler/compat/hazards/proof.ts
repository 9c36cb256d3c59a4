import { setMember, type Value } from "../../dump/value.ts";
import type { Expr } from "../../schema/ir.ts";
import type { Condition } from "../condition.ts";
import { isTrue } from "../condition-value.ts";
import { domainOf, isNumeric } from "../domain.ts";
import { entryOf, type Composite } from "../graph.ts";
import { countOf } from "../integers.ts";
import { pathsIn } from "../../schema/expression-members.ts";

/** So many combinations of values are looked at, and no more. */
const LARGEST_PROOF = 65_536n;

/** Whether a condition that states an expression is false for every value there is, which is found out by looking at all of them. */
export function isNeverTrue(condition: Condition, type: Composite): boolean {
  switch (condition.kind) {
    case "and":
      return condition.of.some((part) => isNeverTrue(part, type));
    case "or":
      return condition.of.every((part) => isNeverTrue(part, type));
    case "expression":
    case "outside":
    case "fails":
      return isNeverTrueOf(condition, condition.expression, type);
    case "constant":
      return !condition.value;
    case "integers":
    case "bits":
    case "length":
    case "default":
    case "present":
    case "absent":
    case "is":
    case "ill-formed":
    case "ranges differ":
    case "some":
      return false;
  }
}

interface Variable {
  readonly name: string;
  readonly isBool: boolean;
  readonly values: readonly bigint[];
}

function isNeverTrueOf(condition: Condition, expression: Expr, type: Composite): boolean {
  const variables = variablesOf(expression, type);
  if (variables === null) return false;
  const value: { [name: string]: Value } = {};
  return everyAssignment(variables, 0, value, () => !isTrue(condition, value));
}

function everyAssignment(
  variables: readonly Variable[],
  from: number,
  value: { [name: string]: Value },
  holds: () => boolean,
): boolean {
  const variable = variables[from];
  if (variable === undefined) return holds();
  return variable.values.every((each) => {
    setMember(value, variable.name, variable.isBool ? each === 1n : each);
    return everyAssignment(variables, from + 1, value, holds);
  });
}

/** The members of an expression with all that they may be; null if one is no number, or there are too many combinations. */
function variablesOf(expression: Expr, type: Composite): readonly Variable[] | null {
  const variables = new Map<number, Variable>();
  let combinations = 1n;
  for (const { depth, steps } of pathsIn(expression)) {
    const [first, second] = steps;
    if (depth !== 0 || first?.kind !== "member" || (second !== undefined && second.kind !== "bits")) return null;
    if (variables.has(first.id)) continue;
    const held = entryOf(type, first.id)?.type;
    if (held === null || held === undefined || !isNumeric(held)) return null;
    const domain = domainOf(held);
    combinations *= countOf(domain);
    if (combinations > LARGEST_PROOF) return null;
    const values = domain.flatMap(({ min, max }) =>
      Array.from({ length: Number(max - min) + 1 }, (_, i) => min + BigInt(i)),
    );
    variables.set(first.id, { name: first.name, isBool: held.kind === "bool", values });
  }
  return [...variables.values()];
}
