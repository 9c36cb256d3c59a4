import { mentionedMembers } from "./expression-members.ts";
import type { Member, State, Version } from "./ir.ts";
import { existsAt } from "./version.ts";

/** What stands in the way of computing a member for a pair of versions. */
export type ComputationProblem =
  /** `members` each need the next one, and the last one the first. */
  | { readonly kind: "cycle"; readonly members: readonly Member[] }
  /** `member` needs `named`, which neither version has and nothing gives a value. */
  | { readonly kind: "missing"; readonly member: Member; readonly named: Member };

/** What is computed when values of one version become values of another. */
export interface Computation {
  /** Members with a `from`, each after the computed ones that it names. Those that neither version has are here if one of the others needs them. */
  readonly order: readonly Member[];
  readonly problems: readonly ComputationProblem[];
}

/**
 * Which members of a state are computed, and in which order, when values of version `source` become values of version `target`: a dump
 * being read (`target` is the reader's) or written for an older reader. `state` is its whole history. A member that an expression names
 * is taken from the values if `source` has it, else computed by its own `from`, else at its default or absent.
 */
export function computationOf(state: State, source: Version, target: Version): Computation {
  const byId = new Map(state.members.map((member) => [member.id, member]));
  const order: Member[] = [];
  const problems: ComputationProblem[] = [];
  const done = new Set<Member>();
  const open: Member[] = [];
  const visit = (member: Member): void => {
    if (member.from === null || done.has(member)) return;
    const start = open.indexOf(member);
    if (start >= 0) {
      problems.push({ kind: "cycle", members: open.slice(start) });
      return;
    }
    open.push(member);
    for (const id of mentionedMembers(member.from)) {
      const named = byId.get(id);
      if (named === undefined || existsAt(named, source)) continue;
      if (named.from !== null) visit(named);
      else if (named.default === null && named.type.kind !== "optional" && !existsAt(named, target)) {
        problems.push({ kind: "missing", member, named });
      }
    }
    open.pop();
    done.add(member);
    order.push(member);
  };
  for (const member of state.members) {
    if (member.from !== null && existsAt(member, target) && !existsAt(member, source)) visit(member);
  }
  return { order, problems };
}
