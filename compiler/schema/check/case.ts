import { builtinTypeNames } from "../builtin.ts";
import type { Problems } from "../problems.ts";
import { entriesOf } from "../provenance.ts";
import { isMissing, type DeclarationDraft, type ModuleDraft } from "../resolve/draft.ts";

/** A way of writing names, and how another name would be written that way. */
interface Case {
  readonly style: string;
  readonly pattern: RegExp;
  readonly write: (words: readonly string[]) => string;
}

const snake: Case = {
  style: "snake_case",
  pattern: /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/,
  write: (words) => words.join("_"),
};
const camel: Case = {
  style: "UpperCamelCase",
  pattern: /^[A-Z][A-Za-z0-9]*$/,
  write: (words) => words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(""),
};
const upper: Case = {
  style: "UPPER_CASE",
  pattern: /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/,
  write: (words) => words.join("_").toUpperCase(),
};
const modulePart: Case = {
  style: "lower case",
  pattern: /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/,
  write: (words) => words.join("_"),
};

const entryTexts: { readonly [K in DeclarationDraft["kind"]]: string } = {
  const: "",
  type: "",
  enum: "value",
  bits: "bit",
  struct: "member",
  state: "member",
  union: "alternative",
};

/** Warns about names that are not written as the language's users write them. */
export function checkCase(module: ModuleDraft, problems: Problems): void {
  const warn = (
    what: string,
    name: { readonly text: string; readonly span: ModuleDraft["file"]["span"] },
    wanted: Case,
    others: ReadonlySet<string> = new Set(),
  ): void => {
    if (name.text === "" || wanted.pattern.test(name.text)) return;
    const proposal = wanted.write(wordsOf(name.text));
    // A name without a letter has no case.
    if (!wanted.pattern.test(proposal)) return;
    const isTaken = others.has(proposal);
    problems.add("B7001", { what, name: name.text, style: wanted.style, proposal, isTaken }, { span: name.span });
  };
  for (const part of module.item?.name.parts ?? []) warn("module name", part, modulePart);
  const declared = new Set(module.declarations.map(({ node }) => node.name.text));
  for (const draft of module.declarations) {
    if (builtinTypeNames.includes(draft.node.name.text) || isMissing(draft.node.name)) continue;
    const [what, wanted] = draft.kind === "const" ? (["constant", upper] as const) : (["type", camel] as const);
    warn(what, draft.node.name, wanted, declared);
    const names = entriesOf(draft).map(({ node }) => node.name);
    const beside = new Set(names.map(({ text }) => text));
    for (const name of names) warn(entryTexts[draft.kind], name, snake, beside);
  }
}

/** The words of a name in any case, lower-cased: `PCIDevice2_bar` is `pci device2 bar`. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .split("_")
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}
