import type { BitsFieldNode, EnumValueNode, MemberNode } from "../syntax/ast.ts";
import type { Source, Span } from "../text.ts";
import { numbersIn, numbersInExpression, type WrittenNumber, type WrittenNumbers } from "./numbers.ts";
import type { DeclarationDraft, ModuleDraft } from "./resolve/draft.ts";

/** What lies beside the schema: where it came from and what was written about it. */
export interface Provenance {
  readonly source: Source;
  /** The `// SPDX-License-Identifier: …` comment at the top of the file, as written, or as a line of it where it stands in `/*`; null without. */
  readonly licence: string | null;
  /** Documentation by path: "" is the module, then "Decl", "Decl.member" (also enum values, bits and alternatives) and "Decl#check0". */
  readonly docs: ReadonlyMap<string, string>;
  /** Where each of those stands: the name, or the whole check. */
  readonly spans: ReadonlyMap<string, Span>;
  /** By the same paths, the numbers that were written there. What writes none is left out. */
  readonly numbers: WrittenNumbers;
}

/** The provenance of a module. */
export function provenanceOf(module: ModuleDraft): Provenance {
  const docs = new Map<string, string>();
  const spans = new Map<string, Span>();
  const numbers = new Map<string, readonly WrittenNumber[]>();
  const keep = (path: string, doc: string, span: Span, written: readonly WrittenNumber[] = []): void => {
    if (doc !== "") docs.set(path, doc);
    spans.set(path, span);
    if (written.length > 0) numbers.set(path, written);
  };
  if (module.item !== null) keep("", module.item.doc, module.item.name.span);
  for (const draft of module.symbols.values()) {
    keep(draft.name, draft.node.doc, draft.node.name.span, numbersIn(draft.node));
    for (const { node } of entriesOf(draft))
      keep(`${draft.name}.${node.name.text}`, node.doc, node.name.span, numbersIn(node));
    if (draft.kind !== "state" && draft.kind !== "struct") continue;
    for (const [i, { node }] of draft.checks.entries()) {
      keep(`${draft.name}#check${i}`, node.doc, node.span, numbersInExpression(node.expression));
    }
  }
  return { source: module.source, licence: licenceOf(module), docs, spans, numbers };
}

/** The named lines in the body of a declaration. */
export function entriesOf(
  draft: DeclarationDraft,
): readonly { readonly node: EnumValueNode | BitsFieldNode | MemberNode }[] {
  switch (draft.kind) {
    case "const":
    case "type":
      return [];
    case "enum":
      return draft.values;
    case "bits":
      return draft.fields;
    case "struct":
    case "state":
      return draft.members;
    case "union":
      return draft.alternatives;
  }
}

function licenceOf(module: ModuleDraft): string | null {
  const top = module.file.items[0]?.span.start ?? Infinity;
  for (const { span, text } of module.file.comments) {
    if (span.start >= top) continue;
    if (/^\/\/\s*SPDX-License-Identifier:/.test(text)) return text.trimEnd();
    const [, licence] = text.startsWith("/*") ? (inBlock.exec(text) ?? []) : [];
    if (licence !== undefined) return `// SPDX-License-Identifier: ${licence}`;
  }
  return null;
}

/** The line of a comment between `/*` and its end that says the licence and nothing else. */
const inBlock = /^(?:\/\*)?[\s*]*SPDX-License-Identifier:[ \t]*([^\s*][^\n\r*]*?)[ \t]*(?:\*+\/)?\r?$/m;
