import type { Fix, Note } from "../../diagnostics/catalogue.ts";
import type { DottedName } from "../../syntax/ast.ts";
import { mayDeclare } from "../../syntax/damage.ts";
import { builtinTypeNames } from "../builtin.ts";
import type { Problems } from "../problems.ts";
import type { DeclarationDraft, ImportDraft, ModuleDraft, Use } from "./draft.ts";
import { isMissing } from "./draft.ts";

/** Who looks a name up, and while which versions; a use is noted so that lifetimes can be inferred. */
export interface Site {
  readonly module: ModuleDraft;
  readonly user: DeclarationDraft;
  readonly since: Use["since"];
  readonly until: Use["until"];
  /** The user in messages: `PciDevice.header`. */
  readonly name: string;
}

/** All modules of a build by name. */
export type Modules = ReadonlyMap<string, ModuleDraft>;

/** What a name may stand for, and how messages call that. */
export interface Wanted {
  readonly kinds: readonly DeclarationDraft["kind"][];
  readonly what: string;
}

export const wantedType: Wanted = { kinds: ["type", "enum", "bits", "struct", "state", "union"], what: "a type" };
export const wantedConst: Wanted = { kinds: ["const"], what: "a constant" };
export const wantedState: Wanted = { kinds: ["state"], what: "a state" };

type Candidate = { readonly draft: DeclarationDraft; readonly through: ImportDraft | null };

/** The declarations that a dotted name could stand for: the module's own, or else every one of its imports' that fits. */
function candidates(module: ModuleDraft, parts: readonly string[]): readonly Candidate[] {
  const name = parts.at(-1) ?? "";
  const qualifier = parts.slice(0, -1).join(".");
  if (qualifier === "" || matchesModule(module.name, qualifier)) {
    const own = module.symbols.get(name);
    if (own !== undefined) return [{ draft: own, through: null }];
  }
  const found: Candidate[] = [];
  for (const each of module.imports) {
    if (qualifier !== "" && !matchesModule(each.module.name, qualifier)) continue;
    const draft = each.module.symbols.get(name);
    if (draft !== undefined) found.push({ draft, through: each });
  }
  // The whole name of a module is never ambiguous, even if another module's name ends like it.
  const exact = found.filter((each) => each.through?.module.name === qualifier);
  return exact.length === 1 ? exact : found;
}

function matchesModule(name: string, qualifier: string): boolean {
  return name === qualifier || name.endsWith(`.${qualifier}`);
}

/** What a name stands for, without reporting anything; null if it stands for nothing or for several things. */
export function peek(module: ModuleDraft, parts: readonly string[]): DeclarationDraft | null {
  const found = candidates(module, parts);
  return found.length === 1 ? (found[0]?.draft ?? null) : null;
}

/** What a name stands for; reports why if it stands for nothing of the wanted kinds, and then gives null. */
export function lookup(
  site: Site,
  name: DottedName,
  wanted: Wanted,
  modules: Modules,
  problems: Problems,
): DeclarationDraft | null {
  if (name.parts.length === 0 || name.parts.some(isMissing)) return null;
  const parts = name.parts.map((part) => part.text);
  const text = parts.join(".");
  const found = candidates(site.module, parts);
  const [first] = found;
  if (first === undefined) {
    reportUnknown(site.module, name, parts, wanted, modules, problems);
    return null;
  }
  if (found.length > 1) {
    const notes: Note[] = found.map(({ draft }) => ({
      message: `\`${draft.module.name}.${draft.name}\``,
      span: draft.node.name.span,
    }));
    const names = found.map(({ draft }) => `${draft.module.name}.${draft.name}`);
    problems.add("B2011", { name: text, candidates: names }, { span: name.span, notes });
    return null;
  }
  noteUse(site, first.draft, name, first.through);
  if (wanted.kinds.includes(first.draft.kind)) return first.draft;
  problems.add(
    "B2012",
    { name: text, found: kindNames[first.draft.kind], expected: wanted.what },
    { span: name.span, notes: [{ message: "declared here", span: first.draft.node.name.span }] },
  );
  return null;
}

/** How messages call a declaration. */
export const kindNames: { readonly [K in DeclarationDraft["kind"]]: string } = {
  const: "constant",
  type: "type",
  enum: "enum",
  bits: "bits",
  struct: "struct",
  state: "state",
  union: "union",
};

/** Notes that a site uses a declaration. */
export function noteUse(
  site: Site,
  used: DeclarationDraft,
  at: { readonly span: Use["span"] },
  through?: ImportDraft | null,
): void {
  const by = through === undefined ? site.module.imports.find((each) => each.module === used.module) : through;
  if (by !== null && by !== undefined) by.used = true;
  site.module.uses.push({
    user: site.user,
    since: site.since,
    until: site.until,
    used,
    span: at.span,
    name: site.name,
  });
}

/** Whether a name may be declared in what could not be read: of the module, or of what it imports. */
export function mayBeUnread(
  module: ModuleDraft,
  name: string,
  visible: readonly ImportDraft[] = module.imports,
): boolean {
  const sees = [module, ...visible.map((each) => each.module)];
  return module.incomplete || sees.some((each) => mayDeclare(each.file.damage, name));
}

function reportUnknown(
  module: ModuleDraft,
  name: DottedName,
  parts: readonly string[],
  wanted: Wanted,
  modules: Modules,
  problems: Problems,
): void {
  const last = parts.at(-1) ?? "";
  const qualifier = parts.slice(0, -1).join(".");
  const visible = module.imports.filter((each) => qualifier === "" || matchesModule(each.module.name, qualifier));
  if (qualifier !== "" && visible.length === 0 && !matchesModule(module.name, qualifier)) {
    const elsewhere = [...modules.values()].find(
      (each) => matchesModule(each.name, qualifier) && each.symbols.has(last),
    );
    if (elsewhere === undefined) {
      if (module.incomplete) return;
      const meant = problems.suggest(
        qualifier,
        module.imports.flatMap((each) => [each.module.name.split(".").at(-1) ?? "", each.module.name]),
      );
      const span = { ...name.span, end: name.parts.at(-2)?.span.end ?? name.span.end };
      problems.add("B2017", { qualifier, meant }, { span });
      return;
    }
  }
  // What is missing may be what could not be read.
  if (mayBeUnread(module, last, visible)) return;
  const elsewhere = [...modules.values()].find(
    (each) =>
      each !== module &&
      each.symbols.has(last) &&
      (qualifier === "" || matchesModule(each.name, qualifier)) &&
      !module.imports.some((known) => known.module === each),
  );
  const names = function* (): Generator<string> {
    for (const symbol of module.symbols.values()) if (wanted.kinds.includes(symbol.kind)) yield symbol.name;
    for (const each of module.imports) {
      for (const symbol of each.module.symbols.values()) if (wanted.kinds.includes(symbol.kind)) yield symbol.name;
    }
    if (wanted === wantedType) yield* builtinTypeNames;
  };
  const meant = elsewhere === undefined ? (usualNames.get(last) ?? problems.suggest(last, names())) : undefined;
  const span = name.parts.at(-1)?.span ?? name.span;
  let fix: Fix | undefined;
  if (elsewhere !== undefined) fix = importFix(module, elsewhere);
  else if (meant !== undefined) fix = { span, text: meant };
  problems.add(
    "B2010",
    { name: parts.join("."), what: wanted.what, meant, imported: elsewhere?.name },
    { span, ...(fix === undefined ? {} : { fix }) },
  );
}

/** What the types of other languages are called here. */
const usualNames: ReadonlyMap<string, string> = new Map([
  ["byte", "u8"],
  ["char", "u8"],
  ["uint8", "u8"],
  ["uint16", "u16"],
  ["uint32", "u32"],
  ["uint64", "u64"],
  ["int8", "i8"],
  ["int16", "i16"],
  ["int32", "i32"],
  ["int64", "i64"],
  ["u8_t", "u8"],
  ["uint8_t", "u8"],
  ["uint16_t", "u16"],
  ["uint32_t", "u32"],
  ["uint64_t", "u64"],
  ["s8", "i8"],
  ["s16", "i16"],
  ["s32", "i32"],
  ["s64", "i64"],
  ["boolean", "bool"],
  ["Bool", "bool"],
  ["text", "string"],
  ["String", "string"],
  ["guid", "uuid"],
]);

/** Adds an import after the last one, or after the module line. */
function importFix(module: ModuleDraft, needed: ModuleDraft): Fix | undefined {
  const after = module.imports.at(-1)?.item.span ?? module.item?.span;
  if (after === undefined) return undefined;
  return { span: { ...after, start: after.end }, text: `\nimport ${needed.name};` };
}
