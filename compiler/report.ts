import type { Diagnostic, Severity } from "./diagnostics/catalogue.ts";
import { positionAt, lineText, type Span } from "./text.ts";
import { columnsOf, escapeText, visible } from "./printable.ts";

export { escapeText } from "./printable.ts";

/** How diagnostics are shown to people. */
export interface ReportOptions {
  /** Colours for a terminal; plain text otherwise. */
  readonly color?: boolean;
  /** Columns that a source line may take; a longer one is shown around its span. */
  readonly width?: number;
}

/** A place as JSON has it; all null where no text is at fault. Lines and columns from 1, columns in UTF-16 code units, the end is behind the last. */
export interface JsonPlace {
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly endLine: number | null;
  readonly endColumn: number | null;
}

export interface JsonDiagnostic extends JsonPlace {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly notes: readonly (JsonPlace & { readonly message: string })[];
  readonly help: string | null;
  readonly fix: (JsonPlace & { readonly text: string }) | null;
}

/** Diagnostics as data for programs. */
export function toJson(diagnostic: Diagnostic): JsonDiagnostic {
  const { code, severity, message, span, notes, help, fix } = diagnostic;
  return {
    code,
    severity,
    message,
    ...placeOf(span),
    notes: notes.map((note) => ({ message: note.message, ...placeOf(note.span ?? null) })),
    help: help ?? null,
    fix: fix === undefined ? null : { ...placeOf(fix.span), text: fix.text },
  };
}

function placeOf(span: Span | null): JsonPlace {
  if (span === null) return { file: null, line: null, column: null, endLine: null, endColumn: null };
  const start = positionAt(span.source, span.start);
  const end = positionAt(span.source, span.end);
  return {
    file: span.source.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}

/** One line, `path:line:column: error[B1001]: message`, as editors and `grep` read it. */
export function oneLine({ code, severity, message, span }: Diagnostic): string {
  const place = span === null ? "" : `${placeText(span)}: `;
  return escapeText(`${place}${severity}[${code}]: ${message}`);
}

/** "2 errors and 1 warning"; "" if there are none. */
export function countText(diagnostics: readonly Diagnostic[]): string {
  const of = (severity: Severity, word: string): string[] => {
    const count = diagnostics.filter((each) => each.severity === severity).length;
    return count === 0 ? [] : [`${count} ${word}${count === 1 ? "" : "s"}`];
  };
  return [...of("error", "error"), ...of("warning", "warning"), ...of("info", "note")].join(" and ");
}

/** Diagnostics for people: the source line with the span underlined, the other places involved, and what to do. Ends in a line end unless empty. */
export function fancy(diagnostics: readonly Diagnostic[], options: ReportOptions = {}): string {
  return diagnostics.map((each) => `${block(each, options).join("\n")}\n`).join("\n");
}

type Paint = (style: keyof typeof styles, text: string) => string;

const styles = {
  error: "1;31",
  warning: "1;33",
  info: "1;36",
  strong: "1",
  frame: "34",
  mark: "36",
} as const;

function block(diagnostic: Diagnostic, { color = false, width = 120 }: ReportOptions): string[] {
  const { code, severity, message, span, notes, help } = diagnostic;
  const paint: Paint = (style, text) => (color && text !== "" ? `\u001b[${styles[style]}m${text}\u001b[0m` : text);
  const places = [span, ...notes.map((note) => note.span ?? null)].filter((place) => place !== null);
  const gutter = Math.max(1, ...places.map((place) => String(positionAt(place.source, place.start).line).length));
  const bar = paint("frame", `${" ".repeat(gutter)} |`);
  const lines = [`${paint(severity, `${severity}[${code}]`)}${paint("strong", `: ${escapeText(message)}`)}`];
  if (span !== null) {
    lines.push(`${" ".repeat(gutter)}${paint("frame", "-->")} ${escapeText(placeText(span))}`, bar);
    lines.push(...excerpt(span, "^", severity, gutter, width, paint));
  }
  for (const note of notes) {
    if (note.span === undefined) continue;
    const place = `${note.message}: ${placeText(note.span)}`;
    lines.push(bar, `${" ".repeat(gutter)}${paint("frame", ":::")} ${escapeText(place)}`);
    lines.push(...excerpt(note.span, "-", "mark", gutter, width, paint));
  }
  const remarks = notes.filter((note) => note.span === undefined).map((note) => `note: ${note.message}`);
  const todo = help ?? fixText(diagnostic);
  if (todo !== undefined) remarks.push(`help: ${todo}`);
  if (remarks.length > 0 && span !== null) lines.push(bar);
  for (const remark of remarks) lines.push(`${" ".repeat(gutter)} ${paint("frame", "=")} ${escapeText(remark)}`);
  return lines;
}

/** What a fix does, where no help line says it. */
function fixText({ fix }: Diagnostic): string | undefined {
  if (fix === undefined) return undefined;
  const { source, start, end } = fix.span;
  if (fix.text === "") return `remove \`${source.text.slice(start, end)}\``;
  return start === end ? `insert \`${fix.text}\`` : `write \`${fix.text}\``;
}

/** The first line of a span, and the line that underlines it. */
function excerpt(
  span: Span,
  mark: "^" | "-",
  style: keyof typeof styles,
  gutter: number,
  width: number,
  paint: Paint,
): string[] {
  const { line, column } = positionAt(span.source, span.start);
  const text = lineText(span.source, line);
  const from = column - 1;
  const to = Math.max(from, Math.min(text.length, from + span.end - span.start));
  const window = windowOf(text, from, to, Math.max(40, width - gutter - 3));
  const indent = columnsOf(window.before);
  const marks = Math.max(1, columnsOf(window.marked));
  const source = window.before + window.marked + window.after;
  return [
    `${paint("frame", `${String(line).padStart(gutter)} |`)}${source === "" ? "" : ` ${source}`}`,
    `${paint("frame", `${" ".repeat(gutter)} |`)} ${" ".repeat(indent)}${paint(style, mark.repeat(marks))}`,
  ];
}

/** A line as it can be shown, in parts before, in and behind a span; `…` stands for what does not fit into `width` columns. */
function windowOf(
  text: string,
  from: number,
  to: number,
  width: number,
): { readonly before: string; readonly marked: string; readonly after: string } {
  const marked = cut(visible(text.slice(from, Math.min(to, from + width))), width - 4);
  const rest = visible(text.slice(to, to + width));
  const head = visible(text.slice(Math.max(0, from - width), from));
  const shown = columnsOf(marked);
  if (columnsOf(head) + shown + columnsOf(rest) <= width && from <= width && text.length - to <= width) {
    return { before: head, marked, after: rest.trimEnd() };
  }
  const room = Math.max(0, width - shown);
  const tail = Math.min(columnsOf(rest), Math.ceil(room / 2));
  const before = cutStart(head, room - tail, from > width);
  return { before, marked, after: cut(rest, room - columnsOf(before), text.length - to > width).trimEnd() };
}

/** The characters that fit into `width` columns from the start, and `…` if that is not all. */
function cut(shown: string, width: number, more = false): string {
  if (columnsOf(shown) <= width && !more) return shown;
  let kept = "";
  let columns = 1;
  for (const character of shown) {
    columns += columnsOf(character);
    if (columns > width) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The same from the end. */
function cutStart(shown: string, width: number, more: boolean): string {
  if (columnsOf(shown) <= width && !more) return shown;
  const characters = [...shown];
  let kept = "";
  let columns = 1;
  for (const character of characters.reverse()) {
    columns += columnsOf(character);
    if (columns > width) break;
    kept = character + kept;
  }
  return `…${kept}`;
}

function placeText({ source, start }: Span): string {
  const { line, column } = positionAt(source, start);
  return `${source.path}:${line}:${column}`;
}
