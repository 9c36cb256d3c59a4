import type { IToken } from "../../node_modules/chevrotain/lib/chevrotain.min.mjs";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/syntax.ts";
import type { Source } from "../text.ts";
import type { Comment, File } from "./ast.ts";
import { SchemaGrammar } from "./grammar.ts";
import { lexicalDiagnostics } from "./lexical.ts";
import { mostMistakes } from "./recovery.ts";
import { tokenize } from "./tokens.ts";

/** A file as read, with its mistakes in text order; there is a file whatever its text is. */
export interface Parsed {
  readonly file: File;
  readonly diagnostics: readonly Diagnostic[];
}

let grammar: SchemaGrammar | undefined;

/** A source is read once, though the host asks it for its imports before the compiler sees it. It may be collected after that. */
const known = new WeakMap<Source, WeakRef<Parsed>>();

/**
 * Reads a schema. Never throws, and takes time in proportion to the text. After a mistake it goes on at the next member or declaration;
 * a name whose text is empty stands for what could not be read, and was reported.
 */
export function parse(source: Source): Parsed {
  const before = known.get(source)?.deref();
  if (before !== undefined) return before;
  const parsed = read(source);
  known.set(source, new WeakRef(parsed));
  return parsed;
}

function read(source: Source): Parsed {
  const lexed = tokenize(source.text);
  const lexical = lexicalDiagnostics(source, lexed);
  const comments = lexed.comments.map((each) => comment(source, each));
  grammar ??= new SchemaGrammar();
  const { items, diagnostics, damage, lostDocs } = grammar.read(source, lexed.tokens, comments, lexical);
  const span = { source, start: 0, end: source.text.length };
  return {
    file: { span, items, comments, lostDocs, damage },
    diagnostics: limit(inTextOrder([...lexical, ...diagnostics])),
  };
}

function comment(source: Source, { image, startOffset }: IToken): Comment {
  const kind = image.startsWith("/*") ? "block" : /^\/\/\/(?!\/)/.test(image) ? "doc" : "line";
  return { kind, text: image, span: { source, start: startOffset, end: startOffset + image.length } };
}

function inTextOrder(diagnostics: Diagnostic[]): Diagnostic[] {
  return diagnostics.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
}

function limit(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const next = diagnostics[mostMistakes - 1];
  if (next === undefined) return diagnostics;
  const rest = diagnose("B1014", rows.B1014, { count: mostMistakes - 1 }, { span: next.span });
  return [...diagnostics.slice(0, mostMistakes - 1), rest];
}
