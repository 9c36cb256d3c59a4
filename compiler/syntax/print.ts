import type { Doc } from "prettier";
import { builders, printer } from "prettier/doc";
import type { Diagnostic } from "../diagnostics/catalogue.ts";
import type { Source } from "../text.ts";
import type {
  Attribute,
  BitsFieldNode,
  CheckNode,
  Comment,
  EnumValueNode,
  File,
  Item,
  MemberNode,
  ReservedItem,
} from "./ast.ts";
import { flat, flatRow, flow, layOut, lineWidth, type Line, type Row } from "./layout.ts";
import { parse } from "./parse.ts";
import { ownLine, placeLines } from "./placement.ts";
import { Phrases } from "./phrases.ts";
import { commentDoc, Pieces } from "./pieces.ts";
import { tokenize } from "./tokens.ts";

const { breakParent, group, hardline, indent, line, lineSuffix } = builders;

/** A schema in the one style, or why it cannot be: what does not parse as a whole is not touched. */
export type Formatted = { readonly text: string } | { readonly diagnostics: readonly Diagnostic[] };

/** Comments inside a declaration can lie otherwise once it is laid out anew; after so many rounds they have settled. */
const mostRounds = 8;

/** Lays a schema out in the one style: every comment is kept, blank lines are kept one at a time, and doing it twice changes nothing more. */
export function format(source: Source): Formatted {
  const parsed = parse(source);
  if (parsed.diagnostics.some(({ severity }) => severity === "error")) return { diagnostics: parsed.diagnostics };
  let printed = print(source, parsed.file);
  for (let round = 1; printed.settling && round < mostRounds; round++) {
    const again: Source = { path: source.path, text: printed.text };
    const next = print(again, parse(again).file);
    if (next.text === printed.text) break;
    printed = next;
  }
  return { text: printed.text };
}

function print(source: Source, file: File): { readonly text: string; readonly settling: boolean } {
  const pieces = new Pieces(source, tokenize(source.text).tokens, file.comments);
  const doc = new Printer(pieces).file(file);
  if (!pieces.done()) throw new Error("a comment was not printed");
  const { formatted } = printer.printDocToString(doc, { printWidth: lineWidth, tabWidth: 2, useTabs: false });
  return { text: formatted, settling: pieces.moved > 0 };
}

type Entry = MemberNode | EnumValueNode | BitsFieldNode | CheckNode | ReservedItem;

/** Attributes stand in this order, whatever order they were written in; those of one kind keep theirs. */
export const attributeOrder: readonly Attribute["kind"][] = [
  "default",
  "in",
  "unit",
  "hex",
  "key",
  "sorted",
  "handle",
  "reference",
  "since",
  "until",
  "ignorable",
  "single",
  "deprecated",
  "from",
];
const firstOfLife = attributeOrder.indexOf("since");
const from = attributeOrder.indexOf("from");

function ordered(attributes: readonly Attribute[]): Attribute[] {
  return attributes.toSorted((a, b) => attributeOrder.indexOf(a.kind) - attributeOrder.indexOf(b.kind));
}

class Printer extends Phrases {
  file({ items, span }: File): Doc {
    const { lines } = placeLines(this.pieces, items, null, span.end, (item) => ({
      kind: "plain",
      doc: this.item(item),
    }));
    return lines.length === 0 ? "" : [layOut(lines, lineWidth), hardline];
  }

  private item(item: Item): Doc {
    const { pieces } = this;
    pieces.enter(item.span.start, "reserved" in item ? pieces.brace(item.span.start) : item.span.end);
    // Blanks are asked for in the order of the tokens, as the tokens are.
    const word = [pieces.next(), pieces.blank()];
    switch (item.kind) {
      case "module":
      case "import":
        return [indent([word, this.name(item.name)]), pieces.closing(";")];
      case "version": {
        const version = pieces.next();
        const label = item.label === null ? "" : [pieces.blank(), pieces.next()];
        return [indent([word, version, label]), pieces.closing(";")];
      }
      case "reads":
      case "writes": {
        const ranges = item.ranges.map(({ min, max, single }, index): Doc => {
          const first = min === null ? "" : this.unit(index > 0);
          const dots = single ? "" : min === null ? this.unit(index > 0) : pieces.next();
          const end = single || max === null ? "" : pieces.next();
          return [first, dots, end, index < item.ranges.length - 1 ? pieces.next() : ""];
        });
        return group([indent([word, flow(ranges)]), pieces.closing(";")]);
      }
      case "const": {
        const head = [word, pieces.next(), pieces.blank(), pieces.next(), pieces.blank()];
        return this.statement(head, [this.bound(item.value)], item.attributes);
      }
      case "type": {
        const head = [word, pieces.next(), pieces.blank(), pieces.next(), pieces.blank()];
        return this.statement(head, [this.type(item.type)], item.attributes);
      }
      case "enum":
      case "bits": {
        const words = item.open ? [word, pieces.next(), pieces.blank()] : word;
        const head = [words, pieces.next(), pieces.blank(), pieces.next(), pieces.blank()];
        const parts = [this.name(item.base), ...this.attributes(item.attributes)];
        const entries = item.kind === "enum" ? item.values : item.fields;
        return this.body(item, [head, flow(parts)], [...entries, ...item.reserved]);
      }
      case "struct":
      case "state":
      case "union": {
        const head = [word, pieces.next()];
        const blank = pieces.blank();
        const id = item.kind === "state" && item.id !== null ? [this.id()] : [];
        const parts = [...id, ...this.attributes(item.attributes)];
        const members = item.kind === "union" ? item.alternatives : item.members;
        const checks = item.kind === "union" ? [] : item.checks;
        return this.body(
          item,
          [head, ...(parts.length === 0 ? [] : [blank, flow(parts)])],
          [...members, ...item.reserved, ...checks],
        );
      }
    }
  }

  private unit(breaks: boolean): Doc {
    return breaks ? this.pieces.nextUnit() : this.pieces.next();
  }

  /** `@3`, also `@-3`, which is no id but is one token more. */
  private id(): Doc {
    const at = this.pieces.next();
    return [at, this.number()];
  }

  private number(): Doc {
    return this.pieces.next(this.pieces.peek() === "-" ? 2 : 1);
  }

  private attributes(attributes: readonly Attribute[]): Doc[] {
    return ordered(attributes).map((attribute) => this.attribute(attribute));
  }

  private statement(head: Doc, parts: readonly Doc[], attributes: readonly Attribute[]): Doc {
    const rest = flow([...parts, ...this.attributes(attributes)]);
    return group([indent([head, rest]), this.pieces.closing(";")]);
  }

  /** A declaration with a body; a short one that was written on one line stays on it. */
  private body(item: Item, head: Doc, entries: readonly Entry[]): Doc {
    const { pieces } = this;
    const brace = pieces.brace(item.span.start);
    const end = item.span.end - 1;
    const beforeBrace = pieces.takeBefore(brace);
    pieces.moved += beforeBrace.length;
    const start = [group(indent(head)), " ", pieces.closing("{")];
    const inOrder = entries.toSorted((a, b) => a.span.start - b.span.start);
    const found = placeLines(pieces, inOrder, brace + 1, end, (entry) => this.entry(entry));
    const { lines } = found;
    // A comment before the `{` goes behind it; several go below.
    const above = found.opening.length === 0 && beforeBrace.length === 1 ? [] : beforeBrace;
    const opening = above === beforeBrace ? found.opening : beforeBrace;
    const all = [...above.map(ownLine), ...lines];
    const firstLine = pieces.source.text.slice(brace, inOrder[0]?.span.start ?? end);
    if (beforeBrace.length === 0 && !/[\n\r]/.test(firstLine)) {
      const line = oneLine(flat(start), opening, lines);
      if (line !== null && line.length <= lineWidth) return line;
    }
    if (all.length === 0 && opening.length === 0) return [start, "}"];
    const behind = opening.map((comment) => [lineSuffix([" ", commentDoc(comment)]), breakParent]);
    const inner = all.length === 0 ? "" : indent([hardline, layOut(all, lineWidth - 2)]);
    return [start, behind, inner, hardline, "}"];
  }

  private entry(entry: Entry): Row {
    const { pieces } = this;
    pieces.enter(entry.span.start, entry.span.end);
    const first = pieces.next();
    if ("ranges" in entry) return this.reserved(first, entry);
    if ("expression" in entry) return { kind: "plain", doc: this.check(first, entry) };
    if ("type" in entry && !("low" in entry)) return this.member(first, entry);
    const head = [first, pieces.blank(), pieces.next(), pieces.blank()];
    if ("value" in entry)
      return { kind: "plain", doc: this.statement(head, [this.bound(entry.value)], entry.attributes) };
    const low = this.bound(entry.low);
    const high = entry.high === null ? "" : [pieces.next(), this.bound(entry.high)];
    const type = entry.type === null ? "" : [pieces.blank(), pieces.next(), pieces.blank(), this.name(entry.type)];
    return { kind: "plain", doc: this.statement(head, [[low, high, type]], entry.attributes) };
  }

  private member(name: Doc, { id, type, attributes }: MemberNode): Row {
    const { pieces } = this;
    const beforeId = pieces.blank();
    const idDoc = id === null ? null : this.id();
    const beforeColon = pieces.blank();
    const colon = pieces.next();
    const head = [name, beforeId, ...(idDoc === null ? [] : [idDoc, beforeColon]), colon, pieces.blank()];
    const shape = [this.type(type)];
    const life: Doc[] = [];
    const origin: Doc[] = [];
    for (const attribute of ordered(attributes)) {
      const place = attributeOrder.indexOf(attribute.kind);
      const cell = place === from ? origin : place < firstOfLife ? shape : life;
      cell.push(this.attribute(attribute));
    }
    return { kind: "member", name, id: idDoc, colon, head, shape, life, from: origin, end: pieces.closing(";") };
  }

  private reserved(word: Doc, { ranges }: ReservedItem): Row {
    const { pieces } = this;
    const blank = pieces.blank();
    const docs = ranges.map(({ min, max, name }, index): Doc => {
      const last = index === ranges.length - 1;
      if (min === null) return [this.unit(index > 0), last ? "" : pieces.next()];
      const number = (startsUnit: boolean): Doc => {
        const mark = pieces.peek() === "@" || pieces.peek() === "-";
        const first = this.unit(startsUnit);
        return mark ? [first, this.number()] : first;
      };
      const start = number(index > 0);
      const end = max === null ? "" : [pieces.next(), number(false)];
      const label = name === null ? "" : [pieces.blank(), pieces.next()];
      return [start, end, label, last ? "" : pieces.next()];
    });
    return { kind: "reserved", word, blank, ranges: docs, end: pieces.closing(";") };
  }

  private check(word: Doc, { expression, message, attributes }: CheckNode): Doc {
    const { pieces } = this;
    const head = [word, pieces.blank()];
    const condition = this.expression(expression);
    const colon = message === null ? [] : [[pieces.nextUnit(), pieces.blank(), pieces.next()]];
    const parts = [...colon, ...this.attributes(attributes)];
    const rest = parts.map((part) => [line, part]);
    return group([head, condition, indent(rest), pieces.closing(";")]);
  }
}

/** A body on one line, or null if something in it needs a line of its own. */
function oneLine(start: string | null, opening: readonly Comment[], lines: readonly Line[]): string | null {
  const texts: (string | null)[] = [start, ...opening.map(blockText)];
  for (const each of lines) texts.push(flatRow(each), ...each.trailing.map(blockText));
  if (texts.length === 1 || texts.some((text) => text === null)) return null;
  return [...texts, "}"].join(" ");
}

function blockText(comment: Comment): string | null {
  return comment.kind === "block" ? flat(commentDoc(comment)) : null;
}
