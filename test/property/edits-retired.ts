/** Edits that retire a member and change what is said of it at once. */
import { defaultFor } from "./build-members.ts";
import { forget } from "./edit-place.ts";
import type { Edit } from "./edit-place.ts";
import { held } from "./edits-staged.ts";
import { plainMember } from "./model.ts";
import type { Expr, IntType, MemberModel } from "./model.ts";
import { reservedInExpressions } from "./print.ts";

const byte: IntType = { kind: "int", width: 8, signed: false };

function pathTo({ id, name }: MemberModel): Expr {
  return { kind: "path", depth: 0, steps: [{ kind: "member", id, name }] };
}

export const retiringEdits: readonly Edit[] = [
  {
    kind: "member retired under another default",
    apply(at) {
      const found = at.member(["state"], ({ default: stated, from }) => stated !== null && from === null);
      if (found === null || !forget(at.model, found.member.name) || !at.retire(found.member)) return false;
      found.member.default = defaultFor(at.random, at.model, found.member);
      return true;
    },
  },
  {
    kind: "optional member retired under a default",
    apply(at) {
      const found = at.member(["state"], ({ type }) => type.kind === "optional");
      const type = found?.member.type;
      if (found === null || type?.kind !== "optional" || !forget(at.model, found.member.name)) return false;
      if (!at.retire(found.member)) return false;
      found.member.type = type.element;
      found.member.default = defaultFor(at.random, at.model, found.member);
      return found.member.default !== null;
    },
  },
  {
    kind: "number with a default retired, and another computed from it",
    prepare(at) {
      held(at, byte).default = { kind: "int", value: BigInt(at.random.between(0, 3)) };
      held(at, { kind: "bool" });
      return true;
    },
    apply(at) {
      const isPlain = ({ since, until, from, name }: MemberModel): boolean =>
        since === null && until === null && from === null && !reservedInExpressions.has(name);
      const found = at.member(
        ["state"],
        (member) => isPlain(member) && !member.key && member.default?.kind === "int" && member.type.kind === "int",
      );
      if (found === null || found.owner.kind !== "state" || !forget(at.model, found.member.name)) return false;
      const { member: gone, owner } = found;
      const { since, before } = at.nextVersion();
      const made = plainMember(at.freshId(owner.members), at.freshName(owner.members), gone.type);
      if (reservedInExpressions.has(made.name)) return false;
      const guard = owner.members.find((one) => isPlain(one) && one.type.kind === "bool");
      const expression = pathTo(gone);
      // What is left out is asked for by some values alone.
      const isGuarded = guard !== undefined && at.random.chance(40);
      made.from = isGuarded
        ? { kind: "conditional", condition: pathTo(guard), then: expression, else: { kind: "int", value: 1n } }
        : expression;
      if (at.random.chance(30)) made.range = { min: 1n, max: 9n };
      Object.assign(made, { since });
      owner.members.push(made);
      gone.until = before;
      const isComputed = at.random.chance(50);
      Object.assign(gone, isComputed ? { default: null, from: pathTo(made) } : {});
      if (!isComputed && at.random.chance(60)) {
        gone.default = at.random.chance(50) ? null : { kind: "int", value: BigInt(at.random.between(0, 3)) };
      }
      return true;
    },
  },
];
