/**
 * The Prettier plugin: `prettier --plugin @baton/compiler/prettier` formats `.baton` files, and fenced `baton` blocks in Markdown, as
 * `baton format` does. The style has no options, so Prettier's own for widths and quotes are not heeded.
 */
import type { Parser, Printer, SupportLanguage } from "prettier";
import { builders } from "prettier/doc";
import { escapeText } from "./printable.ts";
import { format } from "./syntax/print.ts";
import { positionAt, type Span } from "./text.ts";

const { hardline, join } = builders;

/** A schema laid out; Prettier asks for a tree, and needs of it only what it prints. */
interface LaidOut {
  readonly text: string;
  readonly length: number;
}

export const languages: SupportLanguage[] = [
  { name: "Baton", parsers: ["baton"], extensions: [".baton"], aliases: ["baton"], vscodeLanguageIds: ["baton"] },
];

const parser: Parser<LaidOut> = {
  astFormat: "baton",
  parse(text, options) {
    const result = format({ path: options.filepath ?? "", text });
    if ("text" in result) return { text: result.text, length: text.length };
    const [first] = result.diagnostics;
    throw Object.assign(
      new SyntaxError(escapeText(`${first?.code}: ${first?.message}`)),
      locationOf(first?.span ?? null),
    );
  },
  locStart: () => 0,
  locEnd: ({ length }) => length,
};

/** A place as Prettier shows it. */
function locationOf(span: Span | null): object {
  if (span === null) return {};
  return { loc: { start: positionAt(span.source, span.start), end: positionAt(span.source, span.end) } };
}

const printer: Printer<LaidOut> = {
  print: ({ node }) => join(hardline, node.text.split("\n")),
};

export const parsers: Readonly<Record<"baton", Parser<LaidOut>>> = { baton: parser };
export const printers: Readonly<Record<"baton", Printer<LaidOut>>> = { baton: printer };
