/** Edits that the others rarely come to: each is there for a rule that few pairs would meet without it. */
import { expressionsOver } from "./build-expressions.ts";
import { integerTypes } from "./build-types.ts";
import type { Edit, EditPlace } from "./edit-place.ts";
import { forget } from "./edit-place.ts";
import { freshStateId } from "./edits-declarations.ts";
import { canRefer } from "./edits-members.ts";
import { plainMember } from "./model.ts";
import type { Expr, MemberModel, NamedType, StateModel } from "./model.ts";
import { reservedInExpressions } from "./print.ts";

export const rareEdits: readonly Edit[] = [
  {
    kind: "single state added",
    apply(at) {
      const states = at.model.modules.flatMap(({ declarations }) =>
        declarations.filter((one): one is StateModel => one.kind === "state"),
      );
      const name = at.names.type(new Set(at.module.declarations.map((one) => one.name)));
      const member = plainMember(1, "only", { kind: "int", width: 8, signed: false });
      const id = freshStateId(states, at.random.between(1400, 1500));
      at.module.declarations.push({
        ...{ kind: "state", name, id, ignorable: at.random.chance(20), single: true },
        ...{ members: [member], checks: [], reserved: [], ...at.newLife() },
      });
      return true;
    },
  },
  {
    kind: "state made a single record",
    apply(at) {
      const state = at.random.shuffled(at.declarations("state")).find(({ id }) => id === null);
      if (state === undefined) return false;
      state.id = freshStateId(at.declarations("state"), at.random.between(1600, 1700));
      state.single = true;
      return true;
    },
  },
  {
    kind: "import added",
    apply(at) {
      const index = at.model.modules.indexOf(at.module);
      const other = at.model.modules.find(({ name }, i) => i < index && !at.module.imports.includes(name));
      if (other === undefined) return false;
      at.module.imports.push(other.name);
      return true;
    },
  },
  {
    kind: "bits retyped",
    apply(at) {
      const one = at.one("bits");
      const field = one === null ? undefined : at.random.shuffled(one.fields).find(({ single }) => !single);
      if (field === undefined) return false;
      const types = at.declarations("enum", "type").map(({ name }) => name);
      const type: NamedType | null =
        types.length === 0 ? null : { kind: "named", module: at.module.name, name: at.random.pick(types) };
      field.type = field.type !== null && at.random.chance(50) ? null : type;
      return true;
    },
  },
  {
    kind: "bytes to uuid",
    apply(at) {
      const member = plain(at, ({ type }) => type.kind === "bytes");
      if (member === null) return false;
      Object.assign(member, { type: { kind: "uuid" }, default: null });
      return true;
    },
  },
  {
    kind: "row size changed",
    apply(at) {
      const member = plain(at, ({ type }) => type.kind === "list" && type.element.kind === "bytes");
      if (member?.type.kind !== "list" || member.type.element.kind !== "bytes") return false;
      const { min, max } = member.type.element;
      member.type = { ...member.type, element: { kind: "bytes", min, max: (max ?? min) + at.random.between(0, 2) } };
      return true;
    },
  },
  {
    kind: "reference changed",
    apply(at) {
      const users = at.declarations("state").flatMap(({ members }) => members.filter((one) => one.reference !== null));
      const [user] = at.random.shuffled(users);
      const others = at
        .declarations("state")
        .flatMap((state) => state.members.map((member) => ({ state, member })))
        .filter(({ state, member }) => user !== undefined && canRefer(user, state, member))
        .filter(({ state }) => state.name !== user?.reference?.state);
      const target = at.random.shuffled(others)[0] ?? (user === undefined ? undefined : newKey(at, user));
      if (user === undefined || target === undefined) return false;
      user.reference = { module: at.module.name, state: target.state.name, member: target.member.name };
      return true;
    },
  },
  {
    kind: "check changed",
    apply(at) {
      const owner = at.random.shuffled(at.declarations("state", "struct")).find(({ checks }) => checks.length > 0);
      const check = owner?.checks[0];
      if (owner === undefined || check === undefined) return false;
      const working = owner.members.filter((member) => member.until === null);
      const expression = expressionsOver(at.random, { model: at.model, members: working }).condition(1);
      if (expression === null) return false;
      check.expression = expression;
      return true;
    },
  },
  {
    kind: "alternative name moved",
    apply(at) {
      const union = at.one("union");
      const [a, b] = union === null ? [] : at.random.shuffled(union.alternatives);
      if (union === null || a === undefined || b === undefined) return false;
      if (!forget(at.model, a.name) || !forget(at.model, b.name)) return false;
      const fresh = at.freshName(union.alternatives);
      [a.name, b.name] = [b.name, fresh];
      return true;
    },
  },
  {
    kind: "number added that is computed",
    apply(at) {
      if (!at.asVersion) return false;
      const { since, before } = at.nextVersion();
      const found = numberOf(
        at,
        (member) => (member.since === null || member.since <= before) && member.until === null,
      );
      if (found === null) return false;
      const { owner, member } = found;
      const type = at.random.pick(integerTypes);
      owner.members.push({
        ...plainMember(at.freshId(owner.members), at.freshName(owner.members), type),
        ...{ from: computedFrom(at, member), since },
      });
      return true;
    },
  },
  {
    kind: "number retired and computed",
    apply(at) {
      if (!at.asVersion) return false;
      const { before } = at.nextVersion();
      const found = numberOf(at, ({ until }) => until === null);
      const gone = found?.owner.members.find(
        (one) => one !== found.member && isNumber(one) && one.until === null && (one.since ?? 0) <= before,
      );
      if (found === null || gone === undefined || !forget(at.model, gone.name)) return false;
      Object.assign(gone, { until: before, default: null, from: computedFrom(at, found.member) });
      return true;
    },
  },
];

/** A key that a member can refer to, in a state that has none. */
function newKey(
  at: EditPlace,
  { type, reference }: MemberModel,
): { state: StateModel; member: MemberModel } | undefined {
  const state = at
    .declarations("state")
    .find(({ name, members }) => name !== reference?.state && !members.some(({ key }) => key));
  if (state === undefined) return undefined;
  const member = { ...plainMember(at.freshId(state.members), at.freshName(state.members), type), key: true };
  state.members.push(member);
  return { state, member };
}

/** A member of a state whose value others are not made from. */
function plain(at: EditPlace, filter: (member: MemberModel) => boolean): MemberModel | null {
  const isFree = (member: MemberModel): boolean => filter(member) && !member.key && member.from === null;
  return at.member(["state"], isFree)?.member ?? null;
}

function isNumber({ type, from, key }: MemberModel): boolean {
  return type.kind === "int" && from === null && !key;
}

/** A number that expressions can name. */
function numberOf(
  at: EditPlace,
  filter: (member: MemberModel) => boolean,
): { readonly member: MemberModel; readonly owner: StateModel } | null {
  const found = at
    .declarations("state")
    .flatMap((owner) => owner.members.map((member) => ({ member, owner })))
    .filter(({ member }) => isNumber(member) && !reservedInExpressions.has(member.name) && filter(member));
  return found.length === 0 ? null : at.random.pick(found);
}

/** What a number comes to that is not always there, or not always in range. */
function computedFrom(at: EditPlace, { id, name }: MemberModel): Expr {
  const path: Expr = { kind: "path", depth: 0, steps: [{ kind: "member", id, name }] };
  const value = { kind: "int", value: BigInt(at.random.between(1, 5)) } as const;
  if (at.random.chance(20)) return { kind: "binary", operator: "/", left: value, right: path };
  return { kind: "binary", operator: at.random.pick(["+", "*", "-"]), left: path, right: value };
}
