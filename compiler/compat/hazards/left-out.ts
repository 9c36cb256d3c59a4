import type { WireMember } from "../../dump/wire-type.ts";
import { mentionedMembers } from "../../schema/expression-members.ts";
import type { Expr } from "../../schema/ir.ts";
import { always, never, type Condition } from "../condition.ts";
import { isSameDefault } from "../diff-members.ts";
import { subjectOf, type Node } from "../graph.ts";
import { atDefault, type Site } from "../site.ts";

/** What a writer leaves out of a member that ended for the reader, which then finds something else there. */
export interface LeftOut {
  readonly id: number;
  /** When it is left out, over the writer's value. */
  readonly when: Condition;
  /** Whether an expression that names it has no value then, whatever other members hold. */
  readonly fails: boolean;
}

/**
 * Members that an expression of the reader names and that ended: what its writer left out is absent to the reader, or stands at the default that
 * the member ended with, not at the writer's.
 */
export function leftOutOf({ node, direction }: Site, expression: Expr): readonly LeftOut[] {
  const { writer, reader } = node;
  // A writer for an older version computes from its own value.
  if (direction === "rollback" || writer.kind !== "state" || reader.kind !== "state") return [];
  const found: LeftOut[] = [];
  // A set goes on over what is added to it meanwhile: what the reader computes from is computed, too.
  const mentioned = new Set(mentionedMembers(expression));
  for (const id of mentioned) {
    const [mine, theirs] = [writer.members.find((one) => one.id === id), reader.byId.get(id)];
    if (mine === undefined && theirs !== undefined && !theirs.retired && theirs.from !== null) {
      for (const other of mentionedMembers(theirs.from)) mentioned.add(other);
    }
    if (mine === undefined || theirs === undefined || !theirs.retired) continue;
    const when = whenElse(node, mine, theirs);
    found.push({ id, when, fails: theirs.member.default === null && needs(expression, id) });
  }
  return found.filter(({ when }) => when !== never);
}

/** When the reader finds something else in a member that its writer has and that ended; never, where leaving it out means the same to both. */
function whenElse(node: Node, mine: WireMember, theirs: WireMember): Condition {
  const subject = subjectOf(node, mine);
  const stated = theirs.member.default;
  if (mine.type.kind === "optional") {
    return stated === null ? never : { kind: "absent", of: { ...subject, exists: always } };
  }
  return isSameDefault(mine.member.default, stated) ? never : atDefault(node, mine, subject, true);
}

/** Whether an expression has no value where a member that it names is absent; false where that depends on others. */
function needs(e: Expr, id: number): boolean {
  switch (e.kind) {
    case "int":
    case "bool":
    case "string":
    case "has":
      return false;
    case "path":
      return e.depth === 0 && e.steps[0]?.kind === "member" && e.steps[0].id === id;
    case "len":
    case "is":
      return needs(e.of, id);
    case "any":
    case "all":
      return needs(e.list, id);
    case "unary":
      return needs(e.operand, id);
    case "binary":
      return needs(e.left, id) || (e.operator !== "&&" && e.operator !== "||" && needs(e.right, id));
    case "conditional":
      return needs(e.condition, id);
  }
}
