import type { Source, Span } from "../../text.ts";
import type { File, ImportItem, Item, ModuleItem } from "../../syntax/ast.ts";
import type { Note } from "../../diagnostics/catalogue.ts";
import { cycleNames, cyclesOf, mostCycleNotes } from "../cycles.ts";
import type { Problems } from "../problems.ts";
import type { ModuleDraft } from "./draft.ts";
import { isMissing } from "./draft.ts";

/** A file as the parser read it. */
export interface ParsedFile {
  readonly source: Source;
  readonly file: File;
  /** Whether the parser had anything to report. */
  readonly broken: boolean;
  /** The module's name that the file's path under its root implies; null where nobody knows. */
  readonly expectedName: string | null;
}

/** Finds out which module each file is and which it imports. The drafts come in the order of the files; of files with one name, which is reported, only the first. */
export function readHeaders(files: readonly ParsedFile[], problems: Problems): readonly ModuleDraft[] {
  const byName = new Map<string, ModuleDraft>();
  const drafts = files.flatMap((parsed, i) => {
    const draft = readHeader(parsed, i, problems);
    const other = byName.get(draft.name);
    if (other === undefined) byName.set(draft.name, draft);
    else if (draft.item !== null) {
      problems.add(
        "B2004",
        { name: draft.name, other: other.source.path },
        {
          span: draft.item.name.span,
          notes: other.item === null ? [] : [{ message: "first declared here", span: other.item.name.span }],
        },
      );
    }
    return other === undefined ? [draft] : [];
  });
  // A file whose own name could not be read may be any that is missing.
  const unnamed = drafts.some(({ item, broken }) => item === null && broken);
  for (const draft of drafts) readImports(draft, byName, unnamed, problems);
  reportImportCycles(drafts, problems);
  return drafts;
}

function isModule(item: Item): item is ModuleItem {
  return item.kind === "module";
}

function isImport(item: Item): item is ImportItem {
  return item.kind === "import";
}

function readHeader(parsed: ParsedFile, index: number, problems: Problems): ModuleDraft {
  const { source, file, broken, expectedName } = parsed;
  const items = file.items.filter(isModule);
  const [item] = items;
  for (const extra of items.slice(1)) {
    problems.add(
      "B2002",
      { first: nameOf(item), second: nameOf(extra) },
      { span: extra.name.span, notes: item === undefined ? [] : [{ message: "first here", span: item.name.span }] },
    );
  }
  const first = file.items[0];
  if (item === undefined) {
    if (!broken) problems.add("B2001", {}, { span: firstWord(file) });
  } else if (first !== undefined && first !== item) {
    const span = firstWord({ ...file, span: first.span });
    problems.add("B2018", { item: source.text.slice(span.start, span.end) }, { span });
  }
  const given = item === undefined ? "" : nameOf(item);
  if (item !== undefined && given !== "" && expectedName !== null && given !== expectedName) {
    problems.add(
      "B2003",
      { found: given, expected: expectedName },
      { span: item.name.span, fix: { span: item.name.span, text: expectedName } },
    );
  }
  // A name that nothing else can have, so that the rest of the file can be looked at.
  const name = given === "" ? (expectedName ?? `?${index}`) : given;
  return {
    name,
    source,
    file,
    item: item ?? null,
    broken: broken || given === "",
    incomplete: file.damage.imports,
    unlisted: file.damage.versions,
    imports: [],
    versions: [],
    reads: [],
    writes: [],
    declarations: [],
    symbols: new Map(),
    uses: [],
    ir: { name, versions: [], version: 0, reads: [], writes: [], imports: [], declarations: [] },
  };
}

function nameOf(item: ModuleItem | ImportItem | undefined): string {
  if (item === undefined || item.name.parts.some(isMissing)) return "";
  return item.name.parts.map((part) => part.text).join(".");
}

/** The first word of the text from a place on, so that a message about a whole file does not underline all of it. */
function firstWord(file: Pick<File, "span">): Span {
  const { source, start } = file.span;
  const rest = /^(?:\s|\/\/[^\n]*\n|\/\*[^]*?\*\/)*/.exec(source.text.slice(start));
  const from = start + (rest?.[0].length ?? 0);
  const word = /^\w+/.exec(source.text.slice(from, from + 64));
  return { source, start: from, end: from + (word?.[0].length ?? 0) };
}

function readImports(
  draft: ModuleDraft,
  byName: ReadonlyMap<string, ModuleDraft>,
  unnamed: boolean,
  problems: Problems,
): void {
  const seen = new Map<string, ImportItem>();
  for (const item of draft.file.items.filter(isImport)) {
    const name = nameOf(item);
    if (name === "") continue;
    const { span } = item.name;
    const first = seen.get(name);
    if (first !== undefined) {
      problems.add(
        "B2007",
        { name },
        {
          span,
          notes: [{ message: "first imported here", span: first.name.span }],
          fix: { span: item.span, text: "" },
        },
      );
      continue;
    }
    seen.set(name, item);
    const module = byName.get(name);
    if (name === draft.name) problems.add("B2006", { name }, { span, fix: { span: item.span, text: "" } });
    else if (module === undefined) {
      const others = [...byName.keys()].filter((known) => known !== "" && known !== draft.name);
      if (!unnamed) problems.add("B2005", { name, meant: problems.suggest(name, others) }, { span });
      draft.incomplete = true;
    } else draft.imports.push({ item, module, used: false });
  }
}

/** Reports each circle of imports once, at the import that closes it. */
function reportImportCycles(drafts: readonly ModuleDraft[], problems: Problems): void {
  const next = (draft: ModuleDraft): readonly ModuleDraft[] => draft.imports.map((each) => each.module);
  for (const cycle of cyclesOf(drafts, next)) {
    const [first] = cycle;
    const last = cycle.at(-1);
    if (first === undefined || last === undefined) continue;
    const spanOf = (from: ModuleDraft, to: ModuleDraft): Span | undefined =>
      from.imports.find((each) => each.module === to)?.item.name.span;
    const notes = cycle.slice(0, -1).flatMap((from, i): Note[] => {
      const to = cycle[i + 1] ?? first;
      const span = spanOf(from, to);
      return span === undefined ? [] : [{ message: `\`${from.name}\` imports \`${to.name}\``, span }];
    });
    const place = { span: spanOf(last, first) ?? null, notes: notes.slice(0, mostCycleNotes) };
    problems.add("B2008", { cycle: cycleNames(cycle) }, place);
  }
}
