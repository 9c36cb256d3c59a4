import type { Version } from "../ir.ts";
import { afterUntil } from "../version.ts";
import type { GivenAttributes } from "./attributes.ts";
import type { DeclarationDraft, ModuleDraft, Use } from "./draft.ts";

/** From `since` up to, and without, `end`; null is no end. */
interface Span {
  readonly since: Version;
  readonly until: Version | null;
}

/**
 * Gives each declaration without `since` and `until` of its own the lifetime that its uses in the module need. Records, constants and
 * types that nothing in the module uses, and what only uses itself, live always.
 */
export function inferLifetimes(module: ModuleDraft): void {
  const usesBy = new Map<DeclarationDraft, Use[]>();
  const used = new Set<DeclarationDraft>();
  for (const use of module.uses) {
    if (use.used.module !== module) continue;
    const list = usesBy.get(use.user);
    if (list === undefined) usesBy.set(use.user, [use]);
    else list.push(use);
    if (use.used !== use.user) used.add(use.used);
  }
  const reached = new Map<DeclarationDraft, Span>();
  const waiting: DeclarationDraft[] = [];
  const reach = (draft: DeclarationDraft, span: Span): void => {
    const known = reached.get(draft);
    const next = known === undefined ? span : cover(known, span);
    if (known !== undefined && known.since === next.since && known.until === next.until) return;
    reached.set(draft, next);
    waiting.push(draft);
  };
  const spread = (): void => {
    for (let draft = waiting.pop(); draft !== undefined; draft = waiting.pop()) {
      const span = reached.get(draft);
      if (span === undefined) continue;
      for (const use of usesBy.get(draft) ?? []) {
        if (use.used.ownLifetime || isRecord(use.used)) continue;
        const both = spanOf(use, span);
        if (!isEmpty(both)) reach(use.used, both);
      }
    }
  };
  const always = { since: module.versions[0]?.version ?? 0, until: null };
  for (const draft of module.declarations) {
    if (draft.ownLifetime) reach(draft, { since: draft.ir.since, until: draft.ir.until });
    else if (isRecord(draft) || !used.has(draft)) reach(draft, always);
  }
  spread();
  // By name: where the lifetimes of a circle that nothing else uses depend on where one begins, the order of the text must not decide.
  for (const draft of [...module.declarations].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (reached.has(draft)) continue;
    reach(draft, always);
    spread();
  }
  for (const [draft, { since, until }] of reached) {
    draft.ir.since = since;
    draft.ir.until = until;
    for (const entry of entriesOf(draft)) {
      if (entry.attributes.since === undefined) entry.ir.since = since;
      if (entry.attributes.until === undefined) entry.ir.until = until;
    }
  }
}

/** What is in a declaration and lives as long as it does, unless it says otherwise. */
function entriesOf(
  draft: DeclarationDraft,
): readonly { readonly attributes: GivenAttributes; readonly ir: { since: Version; until: Version | null } }[] {
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
      return [...draft.members, ...draft.checks];
    case "union":
      return draft.alternatives;
  }
}

/** A state with an id is used by being a record. */
function isRecord(draft: DeclarationDraft): boolean {
  return draft.kind === "state" && draft.node.id !== null;
}

function cover(a: Span, b: Span): Span {
  return { since: Math.min(a.since, b.since), until: later(a.until, b.until) };
}

/** Where what uses something is there and asks for it. */
export function spanOf(use: Use, user: Span): Span {
  const { retired } = use;
  const since = retired !== undefined && retired.since <= user.since ? Math.max(use.since, retired.end) : use.since;
  return { since: Math.max(since, user.since), until: earlier(use.until, user.until) };
}

function isEmpty({ since, until }: Span): boolean {
  return until !== null && since >= afterUntil(until);
}

/** The end that covers more; `until 2` covers the backports onto 2, so it is later than `until 2.1`. */
export function later(a: Version | null, b: Version | null): Version | null {
  if (a === null || b === null) return null;
  return afterUntil(a) >= afterUntil(b) ? a : b;
}

/** The end that covers less. */
export function earlier(a: Version | null, b: Version | null): Version | null {
  if (a === null) return b;
  if (b === null) return a;
  return afterUntil(a) <= afterUntil(b) ? a : b;
}
