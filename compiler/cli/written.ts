import type { Attribute, Bound, Item, MemberNode } from "../syntax/ast.ts";
import { parse } from "../syntax/parse.ts";
import { cover, type Source, type Span } from "../text.ts";

/**
 * What a schema says of each declaration and each line in one, as it is written there, by path: `Decl` and `Decl.member`. Of a member its type
 * and what follows, of a value or bits their numbers, of a type what it names, of a constant its number, of a state its id. Lifetimes are left out.
 */
export function writtenIn(source: Source): ReadonlyMap<string, string> {
  const written = new Map<string, string>();
  for (const item of parse(source).file.items) {
    if (!("attributes" in item)) continue;
    const { text: name } = item.name;
    written.set(name, textOf(source, [...headOf(item), ...spansOf(item)]));
    for (const { entry, spans } of entriesOf(item))
      written.set(`${name}.${entry.name.text}`, textOf(source, [...spans, ...spansOf(entry)]));
  }
  return written;
}

type Declaring = Extract<Item, { attributes: unknown }>;

function headOf(item: Declaring): readonly Span[] {
  switch (item.kind) {
    case "const":
      return [boundSpan(item.value)];
    case "type":
      return [item.type.span];
    case "state":
      return item.id === null ? [] : [item.id.span];
    case "enum":
    case "bits":
      return [item.base.span];
    case "struct":
    case "union":
      return [];
  }
}

interface Entry {
  readonly entry: { readonly name: { readonly text: string }; readonly attributes: readonly Attribute[] };
  readonly spans: readonly Span[];
}

function entriesOf(item: Declaring): readonly Entry[] {
  const member = (entry: MemberNode): Entry => ({ entry, spans: [entry.type.span] });
  switch (item.kind) {
    case "const":
    case "type":
      return [];
    case "enum":
      return item.values.map((entry) => ({ entry, spans: [boundSpan(entry.value)] }));
    case "bits":
      return item.fields.map((entry) => {
        const { low, high, type } = entry;
        return { entry, spans: [cover(boundSpan(low), type?.span ?? boundSpan(high ?? low))] };
      });
    case "struct":
    case "state":
      return item.members.map(member);
    case "union":
      return item.alternatives.map(member);
  }
}

function spansOf({ attributes }: { readonly attributes: readonly Attribute[] }): readonly Span[] {
  return attributes.filter(({ kind }) => kind !== "since" && kind !== "until").map(({ span }) => span);
}

function boundSpan(bound: Bound): Span {
  return bound.kind === "int" ? bound.int.span : bound.name.span;
}

/** On one line and without comments. */
function textOf({ text }: Source, spans: readonly Span[]): string {
  const pieces = spans.map(({ start, end }) =>
    text
      .slice(start, end)
      .replace(
        /("(?:[^"\\\n]|\\.)*")|(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)+/g,
        (_, string: string | undefined) => string ?? " ",
      ),
  );
  return pieces.join(" ");
}
