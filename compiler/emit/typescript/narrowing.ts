import type { Code } from "./code.ts";

/**
 * TypeScript refuses to compare what it knows to differ: two literals, or a variable with a second literal once a first one is known. The language
 * allows it, so an expression keeps track of what TypeScript knows.
 */
export interface Narrows {
  /** The variables and properties of which TypeScript knows the value where the condition holds. */
  readonly held: ReadonlySet<string>;
  /** The same where it does not hold. */
  readonly failed: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();

/** What is known after a condition. */
export function narrowsOf({ narrows }: Code): Narrows {
  return narrows ?? { held: nothing, failed: nothing };
}

/** What a path leads to, where the values of some variables and properties are known. */
export function narrowedPath(code: Code, known: ReadonlySet<string>): Code {
  if (!isReference(code)) return code;
  const isNarrow = known.has(code.text);
  if (code.kind !== "boolean") return { ...code, isNarrow };
  const own = new Set([code.text]);
  return { ...code, isNarrow, narrows: { held: own, failed: own } };
}

/** What is known after `!a`. */
export function narrowsNot(operand: Code): Narrows {
  const { held, failed } = narrowsOf(operand);
  return { held: failed, failed: held };
}

/** What is known after `a && b` or `a || b`. */
export function narrowsJoined(left: Code, operator: "&&" | "||", right: Code): Narrows {
  const [a, b] = [narrowsOf(left), narrowsOf(right)];
  return operator === "&&"
    ? { held: all(a.held, b.held), failed: shared(a.failed, all(a.held, b.failed)) }
    : { held: shared(a.held, all(a.failed, b.held)), failed: all(a.failed, b.failed) };
}

/** What is known after `c ? a : b`. */
export function narrowsChosen(condition: Code, then: Code, otherwise: Code): Narrows {
  const [c, a, b] = [narrowsOf(condition), narrowsOf(then), narrowsOf(otherwise)];
  return {
    held: shared(all(c.held, a.held), all(c.failed, b.held)),
    failed: shared(all(c.held, a.failed), all(c.failed, b.failed)),
  };
}

/** What is known after `a === b` or `a !== b`. */
export function narrowsCompared(left: Code, operator: "===" | "!==", right: Code): Narrows {
  const same = new Set<string>();
  if (right.isNarrow === true && isReference(left)) same.add(left.text);
  if (left.isNarrow === true && isReference(right)) same.add(right.text);
  // A boolean that is not the one value is the other.
  const different = left.kind === "boolean" ? same : nothing;
  const [equal, unequal] = operator === "===" ? [same, different] : [different, same];
  const { held, failed } = narrowsAsked(left, operator, right);
  return { held: all(equal, held), failed: all(unequal, failed) };
}

/** What is known of the condition in `condition === true`. */
function narrowsAsked(left: Code, operator: "===" | "!==", right: Code): Narrows {
  for (const [condition, { text }] of [
    [left, right],
    [right, left],
  ] as const) {
    if (text === "true" || text === "false")
      return (text === "true") === (operator === "===") ? narrowsOf(condition) : narrowsNot(condition);
  }
  return { held: nothing, failed: nothing };
}

/** The left side of a comparison, as one of all values of its type where TypeScript would compare what it knows of both sides. */
export function widened(left: Code, right: Code, type: string): Code {
  if (left.isNarrow !== true || right.isNarrow !== true) return left;
  const operand = left.operator === null || left.operator === "unary" ? left.text : `(${left.text})`;
  return { text: `(${operand} as ${type})`, kind: left.kind, operator: null };
}

function isReference({ text }: Code): boolean {
  return /^[A-Za-z_$][\w$]*(?:\.[\w$]+|\["[^"]*"\])*$/.test(text);
}

function all(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return a.size === 0 ? b : new Set([...a, ...b]);
}

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a].filter((text) => b.has(text)));
}
