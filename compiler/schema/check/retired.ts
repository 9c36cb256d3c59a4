import type { Version } from "../ir.ts";
import type { Problems } from "../problems.ts";
import type { DeclarationDraft, ModuleDraft } from "../resolve/draft.ts";
import { mentionedMembers } from "../expression-members.ts";
import { existsAt, formatVersion } from "../version.ts";

interface Retired {
  readonly name: string;
  readonly number: string;
  readonly since: Version;
  readonly until: Version | null;
  readonly node: {
    readonly name: { readonly span: ModuleDraft["file"]["span"] };
    readonly span: ModuleDraft["file"]["span"];
  };
}

/** Warns about what has ended, and which no version that is read or written for has any more: only its number need be kept. */
export function checkRetired(module: ModuleDraft, problems: Problems): void {
  const supported = [...new Set([...module.reads, ...module.writes])];
  for (const draft of module.declarations) {
    const entries = retiredIn(draft);
    if (entries.length === 0) continue;
    const needed = neededByFrom(draft);
    for (const entry of entries) {
      // What never was there has no number to keep.
      if (entry.until === null || !module.versions.some(({ version }) => existsAt(entry, version))) continue;
      if (needed.has(entry.name) || supported.some((version) => existsAt(entry, version))) continue;
      const what = draft.kind === "enum" ? "value" : draft.kind === "bits" ? "bits" : "id";
      const line = `reserved ${entry.number} "${entry.name}";`;
      const parameters = { name: `${draft.name}.${entry.name}`, since: formatVersion(entry.until), line, what };
      problems.add("B7004", parameters, { span: entry.node.name.span, fix: { span: entry.node.span, text: line } });
    }
  }
}

/** A computed member that still names a retired one keeps it in the file. */
function neededByFrom(draft: DeclarationDraft): ReadonlySet<string> {
  if (draft.kind !== "state") return new Set();
  const names = new Map(draft.members.map((member) => [member.ir.id, member.ir.name]));
  const needed = new Set<string>();
  for (const { ir } of draft.members) {
    if (ir.from === null) continue;
    for (const id of mentionedMembers(ir.from)) needed.add(names.get(id) ?? "");
  }
  return needed;
}

function retiredIn(draft: DeclarationDraft): readonly Retired[] {
  switch (draft.kind) {
    case "const":
    case "type":
    case "struct":
      return [];
    case "enum":
      return draft.values.filter(hasEnded).map(({ ir, node }) => retired(ir, String(ir.value), node));
    case "bits":
      return draft.fields
        .filter(hasEnded)
        .map(({ ir, node }) => retired(ir, ir.low === ir.high ? String(ir.low) : `${ir.low}..${ir.high}`, node));
    case "state":
      return draft.members.filter(hasEnded).map(({ ir, node }) => retired(ir, `@${ir.id}`, node));
    case "union":
      return draft.alternatives.filter(hasEnded).map(({ ir, node }) => retired(ir, `@${ir.id}`, node));
  }
}

function hasEnded({ ir }: { readonly ir: { readonly until: Version | null } }): boolean {
  return ir.until !== null;
}

function retired(ir: Pick<Retired, "name" | "since" | "until">, number: string, node: Retired["node"]): Retired {
  return { name: ir.name, since: ir.since, until: ir.until, number, node };
}
