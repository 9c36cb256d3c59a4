/** Columns of a line of generated text, as the repository's own Prettier settings have it. */
export const printWidth = 120;

/** What stands before a line that Prettier would break, and `layout` cannot. */
export const unbroken = "// prettier-ignore";

const indentation = "  ";

/**
 * Lays out one line of TypeScript as Prettier would: as it is if it fits, else broken at its outermost brackets or operators. What Prettier breaks
 * in another way stays as it is, behind a line that says so.
 */
export function layout(text: string, depth: number): readonly string[] {
  const indent = indentation.repeat(depth);
  if (fits(text, depth)) return [indent + text];
  return broken(text, depth) ?? [indent + unbroken, indent + text];
}

function fits(text: string, depth: number): boolean {
  return depth * indentation.length + text.length <= printWidth;
}

function broken(text: string, depth: number): readonly string[] | null {
  for (const rule of rules) {
    const lines = rule(text, depth);
    if (lines !== null) return lines;
  }
  return null;
}

type Rule = (text: string, depth: number) => readonly string[] | null;

/** How a construct breaks, first match first. */
const rules: readonly Rule[] = [
  breakIf,
  breakReturn,
  breakUnionOfUndefined,
  breakBraces,
  breakCall,
  breakAfterEquals,
  breakArrow,
];

/** `if (a) throw b;`: a block if the condition fits, and operands on lines of their own if it does not. */
function breakIf(text: string, depth: number): readonly string[] | null {
  if (!text.startsWith("if (")) return null;
  const close = closing(text, 3);
  const condition = text.slice(4, close);
  const rest = text.slice(close + 2);
  const indent = indentation.repeat(depth);
  const head = fits(`if (${condition}) {`, depth) ? [`${indent}if (${condition}) {`] : breakCondition(condition, depth);
  if (head === null) return null;
  if (rest === "{") return head;
  const body = layout(rest, depth + 1);
  // Prettier keeps the braces that it finds.
  return [...head, ...body, `${indent}}`];
}

/** `return a && b;` with an operand on each line, `return c ? a : b;` with an outcome on each. */
function breakReturn(text: string, depth: number): readonly string[] | null {
  if (!text.startsWith("return ") || !text.endsWith(";")) return null;
  const condition = text.slice("return ".length, -1);
  const indent = indentation.repeat(depth);
  if (isConditional(condition)) {
    const [first, ...rest] = conditionalLines(condition, depth, "return ".length, 1, "whole") ?? [];
    return first === undefined ? null : [`${indent}return ${first}`, ...rest.slice(0, -1), `${rest.at(-1)};`];
  }
  const lines = operandLines(condition, depth);
  if (lines !== null && fits(condition, depth + 1)) {
    return [`${indent}return (`, `${indent}${indentation}${condition}`, `${indent});`];
  }
  return lines === null ? null : [`${indent}return (`, ...lines, `${indent});`];
}

/** The operands of a condition, each on a line one level down; null if it has none or one does not fit. */
function operandLines(condition: string, depth: number): readonly string[] | null {
  const [first, ...rest] = logicalLines(condition, depth + 1, depth + 1, 0, 0) ?? [];
  return first === undefined ? null : [indentation.repeat(depth + 1) + first, ...rest];
}

/**
 * `a && b` with its second operand and those behind it at the depth `below`; the first line comes without its indentation. `before` and `behind`
 * are the columns that are taken on its first line and its last.
 */
function logicalLines(
  text: string,
  depth: number,
  below: number,
  before: number,
  behind: number,
): readonly string[] | null {
  const operator = ["||", "&&"].find((one) => splitTop(text, ` ${one} `).length > 1);
  if (operator === undefined || isConditional(text)) return null;
  const operands = splitTop(text, ` ${operator} `);
  const lines: string[] = [];
  for (const [i, operand] of operands.entries()) {
    const at = i === 0 ? depth : below;
    const tail = i === operands.length - 1 ? "" : ` ${operator}`;
    const own = operandPieces(operand, at, i === 0 ? before : 0, tail === "" ? behind : tail.length);
    // Of two operands, Prettier may put the second behind the last line of the first.
    if (own === null || (operands.length === 2 && i === 0 && own.length > 1 && isConditional(operand.slice(1, -1))))
      return null;
    const whole = [...own.slice(0, -1), `${own.at(-1)}${tail}`];
    lines.push(...(i === 0 ? whole : [indentation.repeat(at) + whole[0], ...whole.slice(1)]));
  }
  return lines;
}

/** An operand on one line, or what is in its parentheses on several. */
function operandPieces(text: string, depth: number, before: number, behind: number): readonly string[] | null {
  if (depth * indentation.length + before + text.length + behind <= printWidth) return [text];
  if (!isParenthesized(text)) return null;
  const inner = text.slice(1, -1);
  const lines = isConditional(inner)
    ? conditionalLines(inner, depth, before + 1, behind + 1, "operand")
    : logicalLines(inner, depth, depth + 1, before + 1, behind + 1);
  return lines === null ? null : [`(${lines[0]}`, ...lines.slice(1, -1), `${lines.at(-1)})`];
}

/**
 * `c ? a : b` with its outcomes one level down; those that are conditional themselves break with it. As a `whole`, which is what is returned or
 * given to a function, it sets off what goes on inside it one level more.
 */
function conditionalLines(
  text: string,
  depth: number,
  before: number,
  behind: number,
  role: "whole" | "operand" | "outcome",
): readonly string[] | null {
  const [test = "", ...afterTest] = splitTop(text, " ? ");
  const [then = "", ...afterThen] = splitTop(afterTest.join(" ? "), " : ");
  const first = outcomePieces(test, depth, role === "operand" ? depth : depth + 1, before, 0);
  const lines = first === null ? null : [...first];
  for (const [mark, outcome, tail] of [
    ["? ", then, 0],
    [": ", afterThen.join(" : "), behind],
  ] as const) {
    const bare = isParenthesized(outcome) ? outcome.slice(1, -1) : outcome;
    const own = isConditional(bare)
      ? conditionalLines(bare, depth + 1, mark.length, tail, "outcome")
      : outcomePieces(outcome, depth + 1, role === "whole" ? depth + 3 : depth + 2, mark.length, tail);
    if (own === null || lines === null) return null;
    lines.push(`${indentation.repeat(depth + 1)}${mark}${own[0]}`, ...own.slice(1));
  }
  return lines;
}

function outcomePieces(
  text: string,
  depth: number,
  below: number,
  before: number,
  behind: number,
): readonly string[] | null {
  const fitting = depth * indentation.length + before + text.length + behind <= printWidth;
  return fitting ? [text] : logicalLines(text, depth, below, before, behind);
}

function isConditional(text: string): boolean {
  return splitTop(text, " ? ").length > 1;
}

function isParenthesized(text: string): boolean {
  return text.startsWith("(") && closing(text, 0) === text.length - 1;
}

function breakCondition(condition: string, depth: number): readonly string[] | null {
  const lines = operandLines(condition, depth);
  const indent = indentation.repeat(depth);
  return lines === null ? null : [`${indent}if (`, ...lines, `${indent}) {`];
}

/** `name?: T | undefined;` in an interface. */
function breakUnionOfUndefined(text: string, depth: number): readonly string[] | null {
  const match = /^((?:readonly )?[\w$"]+\??): (.*) \| undefined;$/.exec(text);
  if (match === null) return null;
  const [, name, type] = match;
  const indent = indentation.repeat(depth);
  const lines = [`${indent}${name}:`, `${indent}${indentation}| ${type}`, `${indent}${indentation}| undefined;`];
  return lines.every((line) => line.length <= printWidth) ? lines : null;
}

/** `import { a, b } from "c";`, `const { a, b } = c;`, `return { a, b };`, and an entry of a description. */
function breakBraces(text: string, depth: number): readonly string[] | null {
  const match = /^(?:import |import type |export |export type |const |return |\w+: )?(?=\{ )/.exec(text);
  if (match === null) return null;
  const open = match[0].length;
  const close = closing(text, open);
  const after = text.slice(close);
  if (!/^\}(?: from "[^"]*")?(?: = \w+)?[;,]?$/.test(after)) return null;
  const separator = match[0] === "" || match[0].endsWith(": ") || match[0] === "return " ? "," : ",";
  const entries = splitTop(text.slice(open + 2, close - 1), ", ");
  return nest(text.slice(0, open + 1), entries, after, depth, separator);
}

/** `o = f(a, b);`, `throw f(a, b);`, `function f(a: A, b: B): C {`, `x: T<A, B> = {`. */
function breakCall(text: string, depth: number): readonly string[] | null {
  const open = callOf(text);
  if (open === null) return null;
  const close = closing(text, open);
  const inner = text.slice(open + 1, close);
  const parts = splitTop(inner, ", ");
  if (inner === "" || (parts.length === 1 && !text.includes("function ") && !isConditional(inner))) return null;
  return nest(text.slice(0, open + 1), parts, text.slice(close), depth, text[open] === "<" ? "" : ",");
}

/** Where the argument list of the only call of a line opens, or its parameters; type arguments where they come with an initialiser. */
function callOf(text: string): number | null {
  const generic = /^export const \w+: \w+</.exec(text);
  if (generic !== null && text.endsWith("> = {")) return generic[0].length - 1;
  const match =
    /^(?:(?:export )?function |(?:const |let )?[\w.]+ = |throw |return |[\w$]+(?=\())?(?:new )?[\w.$]*\(/.exec(text);
  if (match === null) return null;
  const open = match[0].length - 1;
  const after = text.slice(closing(text, open));
  return /^\)(?:;|,|: [^()]* \{| \{)?$/.test(after) ? open : null;
}

/** `const x = y;` with nothing to break in `y`. */
function breakAfterEquals(text: string, depth: number): readonly string[] | null {
  const match = /^((?:export )?(?:const |let |type )?[\w.]+(?:: [\w.]+)? =) ([\w.[\]"']+;)$/.exec(text);
  if (match === null) return null;
  const [, left, right] = match;
  const indent = indentation.repeat(depth);
  const lines = [`${indent}${left}`, `${indent}${indentation}${right}`];
  return lines.every((line) => line.length <= printWidth) ? lines : null;
}

/** `set: (a: A): B => a | b,`: what it gives goes on a line of its own. */
function breakArrow(text: string, depth: number): readonly string[] | null {
  const match = /^(\w+: \([^()]*\): \w+ =>) (.*,)$/.exec(text);
  if (match === null) return null;
  const [, head = "", body = ""] = match;
  // Prettier takes the parentheses off a condition.
  if (/^\(.* \? .*\),$/.test(body) || !fits(head, depth) || !fits(body, depth + 1)) return null;
  return [indentation.repeat(depth) + head, indentation.repeat(depth + 1) + body];
}

function nest(
  head: string,
  entries: readonly string[],
  tail: string,
  depth: number,
  separator: string,
): readonly string[] | null {
  const indent = indentation.repeat(depth);
  const lines = [indent + head];
  for (const [i, entry] of entries.entries()) {
    const last = i === entries.length - 1;
    const flat = entry + (last ? separator : ",");
    if (fits(flat, depth + 1)) {
      lines.push(indent + indentation + flat);
      continue;
    }
    const inner =
      breakBraces(flat, depth + 1) ?? breakCallInEntry(flat, depth + 1) ?? breakConditionalEntry(entry, depth + 1);
    if (inner === null) return null;
    lines.push(...inner);
  }
  lines.push(indent + tail);
  return lines.every((line) => line.length <= printWidth) ? lines : null;
}

/** `type: listOf(describeSomething, 0, 4),` in a description. */
function breakCallInEntry(text: string, depth: number): readonly string[] | null {
  const match = /^(?:\w+: )?\w+\(/.exec(text);
  if (match === null || !text.endsWith("),")) return null;
  const open = match[0].length - 1;
  // A sum of calls begins and ends like one.
  if (closing(text, open) !== text.length - 2) return null;
  const parts = splitTop(text.slice(open + 1, -2), ", ");
  return parts.length < 2 ? null : nest(text.slice(0, open + 1), parts, "),", depth, ",");
}

/** `c ? a : b,` as an argument. */
function breakConditionalEntry(text: string, depth: number): readonly string[] | null {
  const lines = isConditional(text) ? conditionalLines(text, depth, 0, 1, "whole") : null;
  return lines === null ? null : [indentation.repeat(depth) + lines[0], ...lines.slice(1, -1), `${lines.at(-1)},`];
}

/** The index of the bracket that closes the one at `open`. Brackets in strings do not count. */
function closing(text: string, open: number): number {
  const pairs: Readonly<Record<string, string>> = { "(": ")", "{": "}", "[": "]", "<": ">" };
  const close = pairs[text[open] ?? ""];
  let level = 0;
  for (let i = open; i < text.length; i++) {
    const character = text[i];
    if (character === '"' || character === "'") i = endOfString(text, i);
    else if (character === text[open]) level++;
    else if (character === close && --level === 0) return i;
  }
  return text.length;
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === text[start]) return i;
  }
  return text.length;
}

/** Splits at a separator that stands in no brackets and no string. */
function splitTop(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let level = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    if (character === '"' || character === "'") i = endOfString(text, i);
    else if ("([{".includes(character)) level++;
    else if (")]}".includes(character)) level--;
    else if (level === 0 && text.startsWith(separator, i)) {
      parts.push(text.slice(start, i));
      start = i + separator.length;
      i = start - 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
