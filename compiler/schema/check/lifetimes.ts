import type { Version } from "../ir.ts";
import { piecesIn } from "../expression-pieces.ts";
import type { Problems } from "../problems.ts";
import { earlier, spanOf } from "../resolve/lifetimes.ts";
import {
  workingVersion,
  type CheckDraft,
  type DeclarationDraft,
  type ModuleDraft,
  type StateDraft,
  type StructDraft,
} from "../resolve/draft.ts";
import type { GivenAttributes } from "../resolve/attributes.ts";
import type { Resolved } from "../resolve/resolve.ts";
import { afterUntil, backportOf, existsAt, formatVersion, majorOf } from "../version.ts";

/** Reports what lives longer than what it is in or made of, and what a backport takes away. */
export function checkLifetimes({ drafts }: Resolved, problems: Problems): void {
  for (const module of drafts) {
    for (const draft of module.declarations) {
      checkUntil(draft.name, draft.attributes, module, problems);
      for (const entry of entriesOf(draft)) {
        checkUntil(`${draft.name}.${entry.ir.name}`, entry.attributes, module, problems);
        if (draft.ownLifetime) checkInside(draft, entry, problems);
      }
    }
    checkUses(module, problems);
  }
}

interface LivingEntry {
  readonly attributes: GivenAttributes;
  readonly ir: { readonly name: string; readonly since: Version; readonly until: Version | null };
}

function entriesOf(draft: DeclarationDraft): readonly LivingEntry[] {
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

/** Only a full version takes something away. */
function checkUntil(name: string, attributes: GivenAttributes, module: ModuleDraft, problems: Problems): void {
  const literal = attributes.until?.version;
  if (literal === undefined || literal.backport === 0) return;
  const next = module.versions.find(
    (each) => majorOf(each.version) === literal.major && backportOf(each.version) > literal.backport,
  );
  if (next === undefined || attributes.until === undefined) return;
  const parameters = { name, until: literal.text, next: formatVersion(next.version) };
  problems.add("B3109", parameters, {
    span: attributes.until.span,
    fix: { span: literal.span, text: String(literal.major) },
  });
}

function checkInside(draft: DeclarationDraft, { ir, attributes }: LivingEntry, problems: Problems): void {
  const name = `${draft.name}.${ir.name}`;
  const { since, until } = draft.ir;
  const its = draft.attributes;
  if (attributes.since !== undefined && ir.since < since) {
    const notes = its.since === undefined ? [] : [{ message: `\`${draft.name}\` begins here`, span: its.since.span }];
    const parameters = {
      name,
      owner: draft.name,
      side: "since" as const,
      own: formatVersion(ir.since),
      its: formatVersion(since),
    };
    problems.add("B3106", parameters, { span: attributes.since.span, notes });
  }
  if (until !== null && ir.since >= afterUntil(until) && attributes.since !== undefined) {
    const notes = its.until === undefined ? [] : [{ message: `\`${draft.name}\` ends here`, span: its.until.span }];
    const parameters = { name, since: formatVersion(ir.since), until: formatVersion(until) };
    problems.add("B3105", parameters, {
      span: attributes.since.span,
      notes,
      help: `\`${draft.name}\` has ended by then`,
    });
    return;
  }
  const outlives = draft.module.versions.some(
    ({ version }) => version >= since && existsAt(ir, version) && !existsAt(draft.ir, version),
  );
  if (attributes.until !== undefined && ir.until !== null && until !== null && outlives) {
    const notes = its.until === undefined ? [] : [{ message: `\`${draft.name}\` ends here`, span: its.until.span }];
    const parameters = {
      name,
      owner: draft.name,
      side: "until" as const,
      own: formatVersion(ir.until),
      its: formatVersion(until),
    };
    problems.add("B3106", parameters, { span: attributes.until.span, notes });
  }
}

/** Whatever uses a type does so while the type is there. */
function checkUses(module: ModuleDraft, problems: Problems): void {
  for (const use of module.uses) {
    const { used, user, name, span } = use;
    if (used.kind === "const") continue;
    if (used.module !== module) {
      const version = workingVersion(used.module);
      if (existsAt(used.ir, version)) continue;
      const parameters = { user: name, used: used.name, module: used.module.name, version: formatVersion(version) };
      problems.add("B3108", parameters, { span, notes: [{ message: "declared here", span: used.node.name.span }] });
      continue;
    }
    if (!used.ownLifetime) continue;
    const { since, until } = spanOf(use, user.ir);
    const without = module.versions.find(
      ({ version }) => existsAt({ since, until }, version) && !existsAt(used.ir, version),
    );
    if (without === undefined) continue;
    const notes = [{ message: `\`${used.name}\` is declared here`, span: used.node.name.span }];
    if (without.version < used.ir.since) {
      const parameters = {
        user: name,
        used: used.name,
        side: "since" as const,
        own: formatVersion(since),
        its: formatVersion(used.ir.since),
      };
      problems.add("B3107", parameters, { span, notes });
    } else if (used.ir.until !== null && use.retired === undefined) {
      const own = until === null ? "" : formatVersion(until);
      const parameters = {
        user: name,
        used: used.name,
        side: "until" as const,
        own,
        its: formatVersion(used.ir.until),
      };
      problems.add("B3107", parameters, { span, notes });
    }
  }
}

/**
 * Narrows checks to the versions that have what their paths go through in other declarations of the module, and reports those that no
 * version can evaluate. The members of the declaration itself are left to the view, which knows them.
 */
export function settleChecks({ drafts, world }: Resolved, problems: Problems): void {
  for (const module of drafts) {
    for (const draft of module.declarations) {
      if (draft.kind !== "state" && draft.kind !== "struct") continue;
      for (const check of draft.checks) if (check.sound) settle(module, draft, check, world, problems);
    }
  }
}

function settle(
  module: ModuleDraft,
  draft: StateDraft | StructDraft,
  check: CheckDraft,
  world: Resolved["world"],
  problems: Problems,
): void {
  let { since, until } = check.ir;
  for (const { piece, owner, isOwn } of piecesIn(world, module.name, draft.ir, check.ir.expression)) {
    if (owner.module !== module.name) continue;
    since = Math.max(since, piece.since);
    until = earlier(until, piece.until);
    if (isOwn) continue;
    check.ir.since = Math.max(check.ir.since, piece.since);
    check.ir.until = earlier(check.ir.until, piece.until);
  }
  if (module.versions.some(({ version }) => existsAt({ since, until }, version))) return;
  // Something begins at a version that is not declared, which was reported.
  if (since > workingVersion(module)) return;
  problems.add("B3112", { what: "check" }, { span: check.node.expression.span });
}

/** Reports defaults that name a value or bit which some version of the member lacks. */
export function checkDefaultNames({ drafts, modules, context }: Resolved, problems: Problems): void {
  for (const module of drafts) {
    for (const draft of module.declarations) {
      if (draft.kind !== "state" && draft.kind !== "struct") continue;
      for (const member of draft.members) {
        for (const { piece, owner, module: home, span } of context.defaultNames.get(member) ?? []) {
          const other = home === module.name ? undefined : modules.get(home);
          // Where the enum itself is missing, that is what is reported.
          const missing =
            other === undefined
              ? module.versions.find(
                  ({ version }) =>
                    existsAt(draft.ir, version) &&
                    existsAt(member.ir, version) &&
                    existsAt(owner, version) &&
                    !existsAt(piece, version),
                )?.version
              : existsAt(piece, workingVersion(other)) || !existsAt(owner, workingVersion(other))
                ? undefined
                : workingVersion(other);
          if (missing === undefined) continue;
          const version = other === undefined ? formatVersion(missing) : `${formatVersion(missing)} of \`${home}\``;
          problems.add("B4010", { name: piece.name, member: `${draft.name}.${member.ir.name}`, version }, { span });
        }
      }
    }
  }
}
