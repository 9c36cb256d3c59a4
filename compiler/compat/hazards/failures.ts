import type { WireType } from "../../dump/wire-type.ts";
import type { Expr, Step } from "../../schema/ir.ts";
import { containerOf, entryOf, isComposite } from "../graph.ts";

type Path = Extract<Expr, { kind: "path" }>;

/** What guards have asked before an expression is looked at: which members are there, and which alternatives are held. */
type Known = ReadonlySet<string>;

const nothing: Known = new Set();

/**
 * Whether an expression might have no value for some value of its declaration. What stands behind a guard, as in `has(a) && a.b > 1`, is looked at
 * only where the guard holds. `types`: the declaration's, then those of elements.
 */
export function canFail(e: Expr, types: readonly WireType[], known: Known = nothing): boolean {
  const go = (inner: Expr): boolean => canFail(inner, types, known);
  const behind = (inner: Expr, guard: Expr, isTrue: boolean): boolean =>
    canFail(inner, types, new Set([...known, ...learned(guard, isTrue, types)]));
  switch (e.kind) {
    case "int":
    case "bool":
    case "string":
      return false;
    case "path":
      return typeAt(e, types, known) === null;
    case "len":
    case "is":
      return go(e.of);
    case "has":
      return e.of.kind === "path" ? holderAt(e.of, types, known) === null : go(e.of);
    case "any":
    case "all": {
      const list = e.list.kind === "path" ? typeAt(e.list, types, known) : null;
      return list?.kind !== "list" || canFail(e.each, [...types, list.element], known);
    }
    case "unary":
      return go(e.operand);
    case "binary":
      if (e.operator === "/" || e.operator === "%") return e.right.kind !== "int" || e.right.value === 0n || go(e.left);
      if (e.operator === "<<" || e.operator === ">>") {
        return e.right.kind !== "int" || e.right.value < 0n || e.right.value > 63n || go(e.left);
      }
      if (e.operator === "&&" || e.operator === "||") {
        return go(e.left) || behind(e.right, e.left, e.operator === "&&");
      }
      return go(e.left) || go(e.right);
    case "conditional":
      return go(e.condition) || behind(e.then, e.condition, true) || behind(e.else, e.condition, false);
  }
}

/** What is known where a condition is true, or is false. */
function learned(condition: Expr, isTrue: boolean, types: readonly WireType[]): readonly string[] {
  switch (condition.kind) {
    case "has":
      return isTrue && condition.of.kind === "path" ? [keyOf(condition.of, condition.of.steps, types)] : [];
    case "is":
      return isTrue && condition.of.kind === "path"
        ? [heldKey(keyOf(condition.of, condition.of.steps, types), condition.alternative.id)]
        : [];
    case "unary":
      return condition.operator === "!" ? learned(condition.operand, !isTrue, types) : [];
    case "binary":
      return condition.operator === (isTrue ? "&&" : "||")
        ? [...learned(condition.left, isTrue, types), ...learned(condition.right, isTrue, types)]
        : [];
    case "int":
    case "bool":
    case "string":
    case "path":
    case "len":
    case "any":
    case "all":
    case "conditional":
      return [];
  }
}

/** A place in the value of a declaration or of an element, whatever it is called. */
function keyOf({ depth }: Path, steps: readonly Step[], types: readonly WireType[]): string {
  const scope = depth === 0 ? 0 : types.length - depth;
  return [scope, ...steps.map((step) => (step.kind === "bits" ? `${step.low}..${step.high}` : step.id))].join(".");
}

function heldKey(key: string, alternative: number): string {
  return `${key} is ${alternative}`;
}

/** The type of what is at the end of a path; null if it may be absent, or is not known. */
export function typeAt(path: Path, types: readonly WireType[], known: Known = nothing): WireType | null {
  const type = holderAt(path, types, known);
  if (type?.kind !== "optional") return type;
  return known.has(keyOf(path, path.steps, types)) ? containerOf(type) : null;
}

/** The same, with its `?`; null if something on the way may be absent, or is not known. */
function holderAt(path: Path, types: readonly WireType[], known: Known): WireType | null {
  let type: WireType | null = types[path.depth === 0 ? 0 : types.length - path.depth] ?? null;
  for (const [i, step] of path.steps.entries()) {
    if (step.kind === "bits") return type;
    const key = keyOf(path, path.steps.slice(0, i), types);
    if (type?.kind === "optional" && known.has(key)) type = containerOf(type);
    if (type === null || !isComposite(type)) return null;
    if (step.kind === "alternative" && !known.has(heldKey(key, step.id))) return null;
    type = entryOf(type, step.id)?.type ?? null;
  }
  return type;
}
