import type { Doc } from "prettier";
import { builders } from "prettier/doc";
import type { Comment } from "./ast.ts";
import { commentDoc } from "./pieces.ts";

const { breakParent, fill, group, hardline, indent, join, line, lineSuffix } = builders;

/** Columns of a line of a schema. */
export const lineWidth = 120;
/** A cell wider than this goes its own way instead of pushing the cells of its neighbours. */
const widestCell = 48;
/** Blanks before a trailing comment beyond which it is no longer seen to belong to its line. */
const widestGap = 32;

/** A line of a body or of the file, in the cells that are aligned with those of the lines around it. */
export type Row = MemberRow | ReservedRow | { readonly kind: "plain"; readonly doc: Doc };

/** A member: name, id, `:`, what it is, how long it exists, what it is computed from, and `;`. */
interface MemberRow {
  readonly kind: "member";
  readonly name: Doc;
  readonly id: Doc | null;
  readonly colon: Doc;
  /** The three of them as they stand without alignment, and the blank behind. */
  readonly head: Doc;
  readonly shape: readonly Doc[];
  readonly life: readonly Doc[];
  readonly from: readonly Doc[];
  readonly end: Doc;
}

/** `reserved` and what is; the word is as wide as a name. */
interface ReservedRow {
  readonly kind: "reserved";
  readonly word: Doc;
  readonly blank: string;
  readonly ranges: readonly Doc[];
  readonly end: Doc;
}

/** What stands on lines of its own: a row with the comments on its line, or a comment. */
export interface Line {
  readonly row: Row | Comment;
  readonly blankBefore: boolean;
  /** Block comments before the row on its line. */
  readonly prefix: readonly Comment[];
  /** Comments behind it on its line. */
  readonly trailing: readonly Comment[];
}

/** The text of a doc that has no line end in it, or null if it has one. */
export function flat(doc: Doc): string | null {
  if (typeof doc === "string") return doc;
  if (Array.isArray(doc) || doc.type === "fill") return flatAll(Array.isArray(doc) ? doc : doc.parts);
  switch (doc.type) {
    case "group":
    case "indent":
      return flat(doc.contents);
    case "line":
      if (doc.hard === true) return null;
      return doc.soft === true ? "" : " ";
    default:
      return null;
  }
}

function flatAll(docs: readonly Doc[]): string | null {
  let text = "";
  for (const doc of docs) {
    const part = flat(doc);
    if (part === null) return null;
    text += part;
  }
  return text;
}

/** Parts that follow one another on a line, which may break before each; comments between them keep their places. */
export function flow(parts: readonly Doc[]): Doc {
  const [first] = parts;
  if (first === undefined) return "";
  if (parts.every((part) => flat(part) !== null)) return fill(join(line, [...parts]));
  return group(join(line, [...parts]));
}

function isComment(row: Row | Comment): row is Comment {
  return "span" in row;
}

/** A row on one line without alignment; null if it cannot be. */
export function flatRow({ row, prefix }: Line): string | null {
  return isComment(row) ? null : flat([...comments(prefix), rowDoc(row)]);
}

function comments(prefix: readonly Comment[]): Doc[] {
  return prefix.flatMap((comment) => [commentDoc(comment), " "]);
}

/** A row by itself. */
function rowDoc(row: Row): Doc {
  switch (row.kind) {
    case "member":
      return memberDoc(row.head, row);
    case "reserved":
      return reservedDoc([row.word, row.blank], row);
    case "plain":
      return row.doc;
  }
}

function memberDoc(head: Doc, { shape, life, from, end }: MemberRow): Doc {
  return group([indent([head, flow([...shape, ...life, ...from])]), end]);
}

function reservedDoc(head: Doc, { ranges, end }: ReservedRow): Doc {
  return group([indent([head, flow(ranges)]), end]);
}

/** All lines of a body or file; `width` is what they may take. */
export function layOut(lines: readonly Line[], width: number): Doc {
  const docs: Doc[] = [];
  let run: Line[] = [];
  const flush = (): void => {
    for (const [index, doc] of layOutRun(run, width).entries()) {
      if (docs.length > 0) docs.push(hardline);
      if (index === 0 && run[0]?.blankBefore === true && docs.length > 0) docs.push(hardline);
      docs.push(doc);
    }
    run = [];
  };
  for (const each of lines) {
    if (each.blankBefore) flush();
    run.push(each);
  }
  flush();
  return docs;
}

/** Lines without a blank line between them share their columns. */
function layOutRun(run: readonly Line[], width: number): Doc[] {
  const columns = columnsOf(run);
  const docs = run.map((each) => (isComment(each.row) ? commentDoc(each.row) : alignedRow(each, columns, width)));
  const texts = docs.map((doc, index) => (isComment(run[index]?.row ?? plain) ? null : textOf(doc, width)));
  const column = commentColumn(run, texts, width);
  return run.map(({ trailing }, index) => {
    const text = texts[index] ?? null;
    return withTrailing(docs[index] ?? "", trailing, column === null || text === null ? 1 : column - text.length);
  });
}

const plain: Row = { kind: "plain", doc: "" };

function withTrailing(doc: Doc, trailing: readonly Comment[], blanks: number): Doc {
  if (trailing.length === 0) return doc;
  const behind = trailing.map((comment, index) => [" ".repeat(index === 0 ? blanks : 1), commentDoc(comment)]);
  return [doc, lineSuffix(behind), breakParent];
}

/** A doc as text if it fits on one line, else null. */
function textOf(doc: Doc, width: number): string | null {
  const text = flat(doc);
  return text !== null && text.length <= width ? text : null;
}

/** How wide the cells of a run are. */
interface Columns {
  readonly name: number;
  readonly id: number;
  readonly shape: number;
}

function columnsOf(run: readonly Line[]): Columns {
  const widths = { name: 0, id: 0, shape: 0 };
  const widen = (cell: keyof typeof widths, doc: Doc): void => {
    const length = flat(doc)?.length ?? 0;
    if (length <= widestCell) widths[cell] = Math.max(widths[cell], length);
  };
  for (const { row, prefix } of run) {
    if (isComment(row) || row.kind === "plain") continue;
    widen("name", [...comments(prefix), row.kind === "member" ? row.name : row.word]);
    if (row.kind === "reserved") continue;
    if (row.id !== null) widen("id", row.id);
    if (row.life.length > 0) widen("shape", join(" ", [...row.shape]));
  }
  return widths;
}

/** A row with its cells in their columns, as far as it fits. */
function alignedRow({ row, prefix }: Line, columns: Columns, width: number): Doc {
  const before = comments(prefix);
  if (isComment(row) || row.kind === "plain") return [...before, isComment(row) ? commentDoc(row) : row.doc];
  const first = flat([...before, row.kind === "member" ? row.name : row.word])?.padEnd(columns.name);
  if (first === undefined) return [...before, rowDoc(row)];
  if (row.kind === "reserved") return reservedDoc(`${first} `, row);
  const id = row.id === null ? "" : flat(row.id);
  const colon = flat(row.colon);
  if (id === null || colon === null) return [...before, rowDoc(row)];
  const head = `${first}${columns.id === 0 ? "" : ` ${id.padEnd(columns.id)}`} ${colon} `;
  const shape = flat(join(" ", [...row.shape]));
  if (shape === null || row.life.length === 0) return memberDoc(head, row);
  const aligned = memberDoc(head, { ...row, shape: [shape.padEnd(columns.shape)] });
  return textOf(aligned, width) ?? memberDoc(head, row);
}

/** Where the trailing comments of a run start, if they can all start in one column. */
function commentColumn(run: readonly Line[], texts: readonly (string | null)[], width: number): number | null {
  // A comment by itself has nothing to line up with.
  if (run.filter(({ trailing }) => trailing.length > 0).length < 2) return null;
  const column = Math.max(0, ...texts.map((text) => text?.length ?? 0)) + 1;
  for (const [index, { trailing }] of run.entries()) {
    const text = texts[index] ?? null;
    if (trailing.length === 0 || text === null) continue;
    const length = trailing.reduce((sum, comment) => sum + comment.text.length, trailing.length - 1);
    const fits = column + length <= width;
    if (column - text.length > widestGap || (!fits && text.length + 1 + length <= width)) return null;
  }
  return column;
}
