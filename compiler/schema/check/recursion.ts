import type { Type } from "../ir.ts";
import { cycleNames, cyclesOf, mostCycleNotes } from "../cycles.ts";
import type { Problems } from "../problems.ts";
import type { DeclarationDraft, StateDraft, StructDraft, UnionDraft } from "../resolve/draft.ts";
import type { Modules } from "../resolve/scope.ts";
import { draftOf } from "../resolve/sound.ts";
import type { Resolved } from "../resolve/resolve.ts";
import { earlier } from "../resolve/lifetimes.ts";
import { afterUntil } from "../version.ts";

type Container = StateDraft | StructDraft | UnionDraft;

/** Reports states that always contain themselves, and structs that contain themselves at all. Gives back the structs that cannot be laid out. */
export function checkRecursion({ drafts, modules }: Resolved, problems: Problems): ReadonlySet<StructDraft> {
  const containers = drafts.flatMap((module) => module.declarations).filter(isContainer);
  const endless = new Set<StructDraft>();
  for (const cycle of cyclesOf(containers, (draft) => alwaysContained(draft, modules))) {
    const [first] = cycle;
    if (first === undefined) continue;
    const names = cycleNames(cycle);
    const struct = cycle.find((draft) => draft.kind === "struct");
    const notes = cycle
      .slice(1, 1 + mostCycleNotes)
      .map((draft) => ({ message: `\`${draft.name}\``, span: draft.node.name.span }));
    problems.add(struct === undefined ? "B4022" : "B5010", { cycle: names }, { span: first.node.name.span, notes });
    for (const draft of cycle) if (draft.kind === "struct") endless.add(draft);
  }
  return endless;
}

function isContainer(draft: DeclarationDraft): draft is Container {
  return draft.kind === "state" || draft.kind === "struct" || draft.kind === "union";
}

/** The containers that every value of this one has inside. A cycle counts only if some version has all of it, so each step has its lifetime. */
function alwaysContained(draft: Container, modules: Modules): readonly Container[] {
  // Of several alternatives one that ends is always possible.
  const entries = draft.kind === "union" ? (draft.alternatives.length === 1 ? draft.alternatives : []) : draft.members;
  return entries.flatMap((entry) => {
    const target = entry.sound && entry.ir.type !== null ? containedIn(entry.ir.type, modules) : null;
    return target !== null && overlaps(entry.ir, target.ir) ? [target] : [];
  });
}

function overlaps(a: { readonly since: number; readonly until: number | null }, b: typeof a): boolean {
  const until = earlier(a.until, b.until);
  return until === null || Math.max(a.since, b.since) < afterUntil(until);
}

function containedIn(type: Type, modules: Modules): Container | null {
  switch (type.kind) {
    case "named": {
      const target = draftOf(modules, type);
      return target !== undefined && isContainer(target) ? target : null;
    }
    case "list":
      return type.min === 0 ? null : containedIn(type.element, modules);
    case "int":
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "optional":
      return null;
  }
}
