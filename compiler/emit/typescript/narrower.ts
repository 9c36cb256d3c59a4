import type { Element } from "./element.ts";
import type { Context } from "./program.ts";
import { rangeMistake, type Mistake } from "./mistakes.ts";

/** What one element asks of a value of another, beyond what that does. */
export interface Demands {
  /** Conditions on the value, all of which must hold. */
  readonly conditions: readonly string[];
  readonly mistake: Mistake;
}

/** The bounds of an element that bind more tightly than those of the value's own; null where no value of that is one. */
export function demandsOf(c: Context, from: Element, to: Element, value: string): Demands | null {
  if (from.kind === "integer" && to.kind === "integer") {
    const literal = (bound: bigint): string => c.numerals.literal(bound, { big: from.big });
    const conditions: string[] = [];
    if (to.range.min > from.range.min) conditions.push(`${value} >= ${literal(to.range.min)}`);
    if (to.range.max < from.range.max) conditions.push(`${value} <= ${literal(to.range.max)}`);
    return { conditions, mistake: rangeMistake(to) };
  }
  const [a, b] = [lengths(from), lengths(to)];
  if (a === null || b === null || a.isText !== b.isText) return null;
  const length = a.isText ? `${c.runtime("utf8Length")}(${value})` : `${value}.length`;
  const conditions: string[] = [];
  if (b.min > a.min) conditions.push(`${length} >= ${b.min}`);
  if (b.max < a.max) conditions.push(`${length} <= ${b.max}`);
  return { conditions, mistake: { code: "B8206", expected: `${b.min}..${b.max === Infinity ? "" : b.max}` } };
}

/** Whether an element has not every value of another, apart from names that it asks for. */
export function isNarrower(from: Element, to: Element): boolean {
  if (from.kind === "integer" && to.kind === "integer") {
    return to.range.min > from.range.min || to.range.max < from.range.max;
  }
  const [a, b] = [lengths(from), lengths(to)];
  if (a === null || b === null) return from.kind !== to.kind;
  return a.isText !== b.isText || b.min > a.min || b.max < a.max;
}

function lengths(element: Element): { readonly isText: boolean; readonly min: number; readonly max: number } | null {
  switch (element.kind) {
    case "string":
      return { isText: true, min: element.min, max: element.max ?? Infinity };
    case "cstring":
      return { isText: true, min: 0, max: element.size - 1 };
    case "bytes":
      return { isText: false, min: element.min, max: element.max ?? Infinity };
    case "uuid":
      return { isText: false, min: 16, max: 16 };
    case "integer":
    case "bool":
    case "struct":
    case "state":
    case "union":
      return null;
  }
}
