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
  const chains = cyclesOf(containers, (draft) => alwaysContained(draft, modules));
  for (const cycle of [...chains, ...endlessChoices(containers, modules)]) {
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

/**
 * Circles through a union of several alternatives, each of which leads back. Only of the newest version, as an alternative that ended may have
 * been the way out.
 */
function endlessChoices(containers: readonly Container[], modules: Modules): readonly (readonly Container[])[] {
  const held = new Map(containers.map((draft) => [draft, heldNow(draft, modules)]));
  const holders = new Map<Container, Container[]>();
  const missing = new Map<Container, number>();
  const ended: Container[] = [];
  for (const [draft, { targets, needed }] of held) {
    missing.set(draft, needed);
    if (needed === 0) ended.push(draft);
    for (const target of targets) {
      const users = holders.get(target);
      if (users === undefined) holders.set(target, [draft]);
      else users.push(draft);
    }
  }
  for (let target = ended.pop(); target !== undefined; target = ended.pop()) {
    for (const holder of holders.get(target) ?? []) {
      const left = (missing.get(holder) ?? 0) - 1;
      missing.set(holder, left);
      if (left === 0) ended.push(holder);
    }
  }
  const without = containers.filter((draft) => (missing.get(draft) ?? 0) > 0);
  const onward = (draft: Container): Container[] =>
    (held.get(draft)?.targets ?? []).filter((target) => (missing.get(target) ?? 0) > 0).slice(0, 1);
  return cyclesOf(without, onward).filter((cycle) =>
    cycle.some((draft) => draft.kind === "union" && draft.alternatives.length > 1),
  );
}

/** The containers that a value at the newest version may have inside at once, and how many of them must end for it to end. */
function heldNow(
  draft: Container,
  modules: Modules,
): { readonly targets: readonly Container[]; readonly needed: number } {
  const entries = draft.kind === "union" ? draft.alternatives : draft.members;
  const now = entries.filter((entry) => entry.ir.until === null && entry.ir.type !== null);
  const targets = now.flatMap((entry) => {
    const target = entry.sound && entry.ir.type !== null ? containedIn(entry.ir.type, modules) : null;
    return target === null ? [] : [target];
  });
  if (draft.kind !== "union") return { targets, needed: targets.length };
  const ends = draft.alternatives.some((entry) => entry.ir.until === null && entry.ir.type === null);
  return { targets, needed: ends || targets.length < now.length || now.length === 0 ? 0 : 1 };
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
