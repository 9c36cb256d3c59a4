import { evaluate } from "../dump/expression.ts";
import { checkInteger } from "../dump/integers.ts";
import { integerOf, memberOf, setMember, type ObjectValue, type Value } from "../dump/value.ts";
import { integerValue, type WireMember } from "../dump/wire-type.ts";
import type { Expr } from "../schema/ir.ts";

/**
 * Gives one member of a value the number for which an equation holds, where a side of it grows or shrinks evenly with that number: drawing hardly
 * ever hits it. `set` is called after each change. Whether it was done; if not, the value is as it was.
 */
export function balance(
  equation: Expr,
  value: { [name: string]: Value },
  members: readonly WireMember[],
  set: () => void,
): boolean {
  const gap = gapOf(equation, value);
  if (gap === null || gap === 0n) return false;
  return members.some((member) => {
    const { name, type } = member;
    const was = memberOf(value, name);
    const number = integerOf(was);
    if (number === null || (type.kind !== "int" && type.kind !== "enum" && type.kind !== "bits")) return false;
    const gapAt = (other: bigint): bigint | null => {
      if (checkInteger(type, other) !== null) return null;
      setMember(value, name, integerValue(type, other));
      set();
      return gapOf(equation, value);
    };
    for (const step of [1n, -1n]) {
      const next = gapAt(number + step);
      const slope = next === null ? 0n : (next - gap) * step;
      if (slope !== 0n && gap % slope === 0n && gapAt(number - gap / slope) === 0n) return true;
    }
    setMember(value, name, was);
    set();
    return false;
  });
}

/** The equations that must hold where an expression does. */
export function equationsIn(e: Expr): readonly Expr[] {
  if (e.kind !== "binary") return [];
  if (e.operator === "&&") return [...equationsIn(e.left), ...equationsIn(e.right)];
  return e.operator === "==" ? [e] : [];
}

/** By how much the sides of an equation of numbers differ; null where one has no number. */
function gapOf(e: Expr, value: ObjectValue): bigint | null {
  if (e.kind !== "binary") return null;
  const [left, right] = [e.left, e.right].map((side) => {
    const result = evaluate(side, value);
    return result.ok ? integerOf(result.value) : null;
  });
  return left == null || right == null ? null : left - right;
}
