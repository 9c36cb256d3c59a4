import type { Type } from "../ir.ts";
import { elementOf } from "../lookup.ts";
import type { AlternativeDraft, DeclarationDraft, MemberDraft, ModuleDraft, StateDraft } from "./draft.ts";
import type { Modules } from "./scope.ts";
import { draftOf } from "./sound.ts";

/** Which declarations stand inside which: what a reference meets on its way outwards. */
export class Containment {
  /** What has a member of a declaration, in whatever wrapping. */
  readonly #around = new Map<DeclarationDraft, Set<DeclarationDraft>>();
  /** What has a list of a state. */
  readonly #lists = new Map<DeclarationDraft, Set<DeclarationDraft>>();

  constructor(drafts: readonly ModuleDraft[], modules: Modules) {
    for (const owner of drafts.flatMap(({ declarations }) => declarations)) {
      for (const { ir } of partsOf(owner)) {
        const inner = ir.type === null ? undefined : namedIn(ir.type, modules);
        if (inner === undefined || ir.type === null) continue;
        note(this.#around, inner, owner);
        if (isList(ir.type) && owner.kind !== "struct") note(this.#lists, inner, owner);
      }
    }
  }

  /** Whether a state stands in some list. */
  isListed(state: StateDraft): boolean {
    return this.#lists.has(state);
  }

  /**
   * Whether a reference in a declaration can meet a list of a state on its way outwards. What is in no record here may be in one of another
   * build, and where something could not be read, nothing is known.
   */
  mayReach(from: DeclarationDraft, state: StateDraft): boolean {
    const lists = this.#lists.get(state);
    const met = new Set([from]);
    let isInRecord = false;
    for (const each of met) {
      if (lists?.has(each) === true || !isWhole(each)) return true;
      isInRecord ||= each.kind === "state" && each.node.id !== null;
      for (const outer of this.#around.get(each) ?? []) met.add(outer);
    }
    return !isInRecord;
  }
}

function note<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([value]));
  else known.add(value);
}

function partsOf(draft: DeclarationDraft): readonly (MemberDraft | AlternativeDraft)[] {
  if (draft.kind === "union") return draft.alternatives;
  return draft.kind === "state" || draft.kind === "struct" ? draft.members : [];
}

function isWhole(draft: DeclarationDraft): boolean {
  return !draft.module.broken && !draft.module.incomplete && partsOf(draft).every(({ sound }) => sound);
}

function isList(type: Type): boolean {
  return (type.kind === "optional" ? type.element : type).kind === "list";
}

function namedIn(type: Type, modules: Modules): DeclarationDraft | undefined {
  const element = elementOf(type);
  return element.kind === "named" ? draftOf(modules, element) : undefined;
}
