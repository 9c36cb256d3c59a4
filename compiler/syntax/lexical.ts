import type { IToken } from "../../node_modules/chevrotain/lib/chevrotain.min.mjs";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/syntax.ts";
import type { Source, Span } from "../text.ts";
import { badEscapes, intProblem } from "./literals.ts";
import * as token from "./tokens.ts";

/** The mistakes inside single tokens, one for each, in text order. */
export function lexicalDiagnostics(source: Source, lexed: token.Lexed): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const each of lexed.tokens) inToken(source, each, found);
  for (const each of lexed.comments) inComment(source, each, found);
  for (const each of lexed.strays) found.push(stray(source, each));
  return found.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
}

function inToken(source: Source, { tokenType, image, startOffset }: IToken, found: Diagnostic[]): void {
  if (tokenType === token.Int) {
    const problem = intProblem(image);
    if (problem === null) return;
    const span = spanAt(source, startOffset, image);
    found.push(diagnose("B1006", rows.B1006, { text: shorten(image), problem }, { span }));
  } else if (tokenType === token.Identifier) {
    const foreign = /[^ -~]+/.exec(image);
    if (foreign !== null) found.push(outside(spanAt(source, startOffset + foreign.index, foreign[0]), foreign[0]));
  } else if (tokenType === token.UnterminatedText) {
    const problem = 'this string is never closed: expected `"` before the end of the line';
    found.push(diagnose("B1003", rows.B1003, { problem }, { span: spanAt(source, startOffset, image) }));
  } else if (tokenType === token.SingleQuoted || tokenType === token.CurlyQuoted) {
    const closed = image.length > 1 && !/^'.*[^']$/.test(image);
    const span = spanAt(source, startOffset, closed ? image : image.slice(0, 1));
    const todo = closed ? { fix: { span, text: `"${image.slice(1, -1)}"` } } : { help: 'strings are in `"`' };
    const problem = `\`${image.slice(0, 1)}\` does not start a string`;
    found.push(diagnose("B1003", rows.B1003, { problem }, { span, ...todo }));
  } else if (tokenType === token.Text) {
    for (const { offset, escape } of badEscapes(image)) {
      found.push(diagnose("B1005", rows.B1005, { escape }, { span: spanAt(source, startOffset + offset, escape) }));
    }
    inText(source, startOffset, image, "string", found);
  }
}

function inComment(source: Source, { tokenType, image, startOffset }: IToken, found: Diagnostic[]): void {
  if (tokenType === token.UnterminatedComment) {
    found.push(diagnose("B1004", rows.B1004, {}, { span: spanAt(source, startOffset, "/*") }));
  } else if (tokenType === token.HashComment) {
    const span = spanAt(source, startOffset, "#");
    const help = "a comment starts with `//`";
    found.push(diagnose("B1007", rows.B1007, { found: "`#`" }, { span, help, fix: { span, text: "//" } }));
  } else inText(source, startOffset, image, "comment", found);
}

/** Control characters apart from tab and line end, halves of surrogate pairs, and what turns the direction of text. */
const invisible = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]/u;

function inText(source: Source, start: number, image: string, place: "string" | "comment", found: Diagnostic[]): void {
  const match = invisible.exec(image);
  if (match === null) return;
  const character = codePoint(match[0]);
  const span = spanAt(source, start + match.index, match[0]);
  found.push(diagnose("B1008", rows.B1008, { character, place }, { span }));
}

function stray(source: Source, { image, startOffset }: IToken): Diagnostic {
  return outside(spanAt(source, startOffset, image), image);
}

function outside(span: Span, text: string): Diagnostic {
  const [first = ""] = text;
  const lookalike = lookalikes[first];
  const found =
    /[!-~]/.test(first) || /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(first)
      ? `\`${first}\` (${codePoint(first)})`
      : `the character ${codePoint(first)}`;
  const inName = /^\p{L}$/u.test(first) ? "names are made of ASCII letters, digits and `_`" : undefined;
  const help = lookalike === undefined ? inName : `did you mean \`${lookalike}\`?`;
  return diagnose("B1007", rows.B1007, { found, help }, { span });
}

/** What an editor or a web page makes of plain characters. */
const lookalikes: Readonly<Record<string, string>> = {
  "–": "-",
  "—": "-",
  "−": "-",
  "×": "*",
  "→": "->",
  "≤": "<=",
  "≥": ">=",
  "≠": "!=",
  "…": "..",
  "\u037e": ";",
  "\uff1a": ":",
  "\uff1b": ";",
};

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function spanAt(source: Source, start: number, text: string): Span {
  return { source, start, end: start + text.length };
}

/** A word of the text for a message; what is too long to read is cut. */
export function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
