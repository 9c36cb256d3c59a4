import type { IToken, TokenType } from "../../node_modules/chevrotain/lib/chevrotain.min.mjs";
import type { Diagnostic } from "../diagnostics/catalogue.ts";
import type { Span } from "../text.ts";
import { isInside, type Damage, type Piece } from "./damage.ts";
import * as token from "./tokens.ts";

const { words, marks } = token;

/** Where something was met that could not be read: among the items of a file, in what stands before a body, or in a body. */
export type Place = "item" | "head" | "entry";

/** What the parser could not read. */
export interface PassedOver {
  readonly stretches: readonly Stretch[];
  /** Nodes in which something could not be read, those around them included. */
  readonly nodes: ReadonlySet<object>;
  /** Whether a declaration without a name was read. */
  readonly nameless: boolean;
  /** Whether the rest of the file was not looked at. */
  readonly stopped: boolean;
}

/** Text in which something could not be read. */
interface Stretch {
  readonly place: Place;
  readonly start: number;
  readonly end: number;
  /** Whether a node was begun in it, so that what it declares is known. */
  readonly named: boolean;
}

function isName(type: TokenType | undefined): boolean {
  return type?.CATEGORIES?.includes(token.Name) === true;
}

function merged(pieces: readonly Piece[]): readonly Piece[] {
  const found: { start: number; end: number }[] = [];
  for (const { start, end } of pieces.toSorted((a, b) => a.start - b.start)) {
    const last = found.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else found.push({ start, end });
  }
  return found;
}

const declaring = new Set<TokenType>([
  words.type,
  words.const,
  words.open,
  words.enum,
  words.bits,
  words.struct,
  words.state,
  words.union,
]);

/** Marks behind which a name is used and not declared. */
const beforeUses = new Set([
  marks.colon,
  marks.arrow,
  marks.dot,
  marks.bitOr,
  marks.openBracket,
  marks.openParenthesis,
  marks.range,
  marks.assign,
]);

/** Judges what was passed over, and the diagnostics of a file, by the tokens that lie there. */
export function damageOf(
  tokens: readonly IToken[],
  { stretches, nodes, stopped, ...passed }: PassedOver,
  diagnostics: readonly Diagnostic[],
): Damage {
  const names = new Set<string>();
  const spans = merged(stretches);
  let imports = false;
  let versions = [...nodes].some((node) => "kind" in node && node.kind === "version");
  let unnamedEntry = false;
  let { nameless } = passed;
  for (const stretch of stretches) {
    const inside = tokens.slice(indexAt(tokens, stretch.start), indexAt(tokens, stretch.end));
    // A `;` or `}` too many takes nothing away.
    if (inside.every(({ tokenType }) => tokenType === marks.semicolon || tokenType === marks.closeBrace)) continue;
    const first = inside[0]?.tokenType;
    const declares = stretch.place === "item" && !stretch.named;
    for (const [i, { tokenType, image }] of inside.entries()) {
      if (!isName(tokenType)) continue;
      const before = inside[i - 1]?.tokenType;
      if (declares || before === undefined || !beforeUses.has(before)) names.add(image);
    }
    unnamedEntry ||= !stretch.named && !isName(first) && first !== marks.semicolon;
    if (!declares || first === undefined) continue;
    if (declaring.has(first)) {
      nameless ||= !isName(inside[first === words.open ? 2 : 1]?.tokenType);
      continue;
    }
    const unknown = !isName(first) || !inside.some(({ tokenType }) => tokenType === marks.openBrace);
    imports ||= unknown || inside.some(({ tokenType }) => tokenType === words.import);
    versions ||= unknown || inside.some(({ tokenType }) => tokenType === words.version);
  }
  const lines: Piece[] = [];
  for (const { code, span } of diagnostics) {
    // Where something is missing, what stands around it was read.
    const isMark = span !== null && /^[;,}]?$/.test(span.source.text.slice(span.start, span.end));
    if (span === null || isMark || code === "B1002") continue;
    const line = lines.at(-1);
    const isKnown = isInside(spans, span.start) || (line !== undefined && isInside([line], span.start));
    if (!isKnown) lines.push(lineOf(tokens, span));
    const swallowed = code === "B1003" || (code === "B1007" && span.source.text[span.start] === "#");
    if (!swallowed) continue;
    const [rest = ""] = /^[^\n\r]*/.exec(span.source.text.slice(span.start, span.start + 1000)) ?? [];
    for (const word of rest.match(/\w+/g) ?? []) names.add(word);
    imports ||= /^#\s*(?:include|import|use)/.test(rest);
  }
  const anything = stopped || diagnostics.some(({ code }) => code === "B1004");
  return {
    spans: merged([...spans, ...lines]),
    names,
    nodes,
    nameless,
    unnamedEntry,
    imports: imports || anything,
    versions: versions || anything,
    anything,
  };
}

/** The index of the first token that ends behind an offset. */
function indexAt(tokens: readonly IToken[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = tokens[middle];
    if (at !== undefined && token.endOf(at) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const separators = new Set([marks.semicolon, marks.openBrace, marks.closeBrace]);

/** What stands around a place, between the marks that part entries and items from each other. */
function lineOf(tokens: readonly IToken[], span: Span): Piece {
  const isBetween = (at: IToken | undefined): at is IToken => at !== undefined && !separators.has(at.tokenType);
  let low = indexAt(tokens, span.start);
  let high = low;
  while (isBetween(tokens[low - 1])) low--;
  while (isBetween(tokens[high])) high++;
  const first = tokens[low];
  const last = tokens[high - 1];
  return {
    start: Math.min(span.start, first?.startOffset ?? span.start),
    end: Math.max(span.end, last === undefined ? span.end : token.endOf(last)),
  };
}
