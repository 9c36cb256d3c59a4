/** Edits of members and alternatives: adding, retiring, removing, renumbering, renaming, and what stands behind the type. */
import { expressionsOver } from "./build-expressions.ts";
import { anyType, decorate, defaultFor, memberRange } from "./build-members.ts";
import { canBeKey, plainAlternative } from "./build-module.ts";
import { rangeWithin, units } from "./build-types.ts";
import { forget, unrefer } from "./edit-place.ts";
import type { Edit, EditPlace } from "./edit-place.ts";
import { findDeclaration, innermost, plainMember, rangeOf } from "./model.ts";
import type { MemberModel, NamedType, StateModel, StructModel, Type } from "./model.ts";

/** Types of the module that a new member may have. */
function offered({ model, module }: EditPlace, self: string): { type: NamedType; guarded: boolean }[] {
  return module.declarations
    .filter(({ kind, since, until }) => kind !== "const" && since === null && until === null)
    .map(({ name, kind }) => ({
      type: { kind: "named", module: module.name, name } as const,
      guarded: kind === "state" || kind === "union" || name === self,
    }))
    .filter(({ type }) => findDeclaration(model, type) !== undefined);
}

function newMember(at: EditPlace, state: StateModel): MemberModel {
  const type = anyType(at.random, offered(at, state.name));
  const member: MemberModel = {
    ...plainMember(at.freshId(state.members), at.freshName(state.members), type),
    ...at.newLife(),
  };
  decorate(at.random, at.model, { type, target: member });
  return member;
}

function added(kind: string, finish: (at: EditPlace, member: MemberModel, state: StateModel) => boolean): Edit {
  return {
    kind,
    apply(at) {
      const state = at.one("state");
      if (state === null) return false;
      const member = newMember(at, state);
      if (!finish(at, member, state)) return false;
      state.members.push(member);
      return true;
    },
  };
}

/** Sets or clears a flag of a member that passes the filter. */
function toggled(
  flag: "ignorable" | "key" | "sorted" | "handle" | "hex",
  on: boolean,
  filter: (member: MemberModel, at: EditPlace) => boolean,
): Edit {
  return {
    kind: `${flag} ${on ? "added" : "removed"}`,
    apply(at) {
      const found = at.member(["state", "struct"], (member) => member[flag] !== on && (!on || filter(member, at)));
      if (found === null) return false;
      if (flag === "key" && !on) unrefer(at.model, at.module.name, found.owner.name, found.member.name);
      found.member[flag] = on;
      return true;
    },
  };
}

const isNumber = (member: MemberModel, at: EditPlace): boolean => memberRange(at.model, member) !== null;

/** Any member, of a state or of a struct, with what edits it; false where it does not lend itself. */
function changed(
  kind: string,
  filter: (member: MemberModel, at: EditPlace) => boolean,
  change: (member: MemberModel, at: EditPlace) => boolean | void,
): Edit {
  return {
    kind,
    apply(at) {
      const found = at.member(["state", "struct"], (member) => filter(member, at));
      if (found === null) return false;
      return change(found.member, at) !== false;
    },
  };
}

function newDefault(member: MemberModel, at: EditPlace): boolean {
  const before = JSON.stringify(member.default, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  for (let i = 0; i < 5; i++) {
    const drawn = defaultFor(at.random, at.model, member);
    if (drawn === null) return false;
    if (JSON.stringify(drawn, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)) === before)
      continue;
    member.default = drawn;
    return true;
  }
  return false;
}

export const memberEdits: readonly Edit[] = [
  added("member added with a default", (at, member) => {
    member.default = defaultFor(at.random, at.model, member);
    return member.default !== null;
  }),
  added("member added optional", (_, member) => {
    if (member.type.kind !== "optional") member.type = { kind: "optional", element: member.type };
    return true;
  }),
  added("member added required", (_, member) => member.type.kind !== "optional"),
  added("member added ignorable", (at, member) => {
    member.ignorable = true;
    if (at.random.chance(70)) member.default = defaultFor(at.random, at.model, member);
    return true;
  }),
  added("member added computed", (at, member, state) => {
    if (member.since === null) return false;
    const { since } = at.nextVersion();
    const old = state.members.filter((other) => (other.since === null || other.since < since) && other.until === null);
    const expression = expressionsOver(at.random, { model: at.model, members: old }).condition(1);
    if (expression === null) return false;
    Object.assign(member, { type: { kind: "bool" }, range: null, unit: null, hex: false, from: expression });
    return true;
  }),
  {
    kind: "member retired or removed",
    apply(at) {
      const found = at.member(["state"], () => true);
      if (found === null) return false;
      const { member, owner } = found;
      if (at.retire(member)) return true;
      if (!forget(at.model, member.name)) return false;
      unrefer(at.model, at.module.name, owner.name, member.name);
      owner.members.splice(owner.members.indexOf(member), 1);
      if (at.random.chance(40)) {
        const id = BigInt(member.id);
        owner.reserved.push({ min: id, max: id, name: at.random.chance(50) ? member.name : null });
      }
      return true;
    },
  },
  {
    kind: "member brought back",
    apply(at) {
      const found = at.member(["state"], (member) => member.until !== null && member.from === null);
      if (found === null) return false;
      found.member.until = null;
      return true;
    },
  },
  {
    kind: "member id reused",
    apply(at) {
      const found = at.member(["state"]);
      if (found === null) return false;
      const { member, owner } = found;
      if (owner.kind !== "state" || !forget(at.model, member.name)) return false;
      unrefer(at.model, at.module.name, owner.name, member.name);
      const fresh = newMember(at, owner);
      fresh.since = member.since;
      fresh.id = member.id;
      if (at.random.chance(50)) fresh.default = defaultFor(at.random, at.model, fresh);
      owner.members[owner.members.indexOf(member)] = fresh;
      return true;
    },
  },
  {
    kind: "member renumbered",
    apply(at) {
      const found = at.member(["state", "struct"]);
      if (found === null) return false;
      found.member.id = at.freshId([
        ...found.owner.members,
        ...found.owner.reserved.map(({ min }) => ({ id: Number(min ?? 0n) })),
      ]);
      return true;
    },
  },
  {
    kind: "member ids swapped",
    apply(at) {
      const found = at.member(["state"]);
      if (found === null || found.owner.members.length < 2) return false;
      const other = at.random.pick(found.owner.members.filter((member) => member !== found.member));
      [found.member.id, other.id] = [other.id, found.member.id];
      return true;
    },
  },
  {
    kind: "member renamed",
    apply(at) {
      const found = at.member(["state", "struct"]);
      if (found === null || !forget(at.model, found.member.name)) return false;
      unrefer(at.model, at.module.name, found.owner.name, found.member.name);
      found.member.name = at.freshName(found.owner.members);
      return true;
    },
  },
  {
    kind: "member names swapped",
    apply(at) {
      const found = at.member(["state", "struct"]);
      if (found === null || found.owner.members.length < 2) return false;
      const other = at.random.pick(found.owner.members.filter((member) => member !== found.member));
      if (!forget(at.model, found.member.name) || !forget(at.model, other.name)) return false;
      for (const { name } of [found.member, other]) unrefer(at.model, at.module.name, found.owner.name, name);
      [found.member.name, other.name] = [other.name, found.member.name];
      return true;
    },
  },
  changed(
    "default added",
    (member) => member.default === null && member.from === null && member.type.kind !== "optional",
    newDefault,
  ),
  changed("default changed", (member) => member.default !== null, newDefault),
  changed(
    "default removed",
    (member) => member.default !== null && member.since === null,
    (member) => {
      member.default = null;
    },
  ),
  changed("range added or changed", isNumber, (member, at) => {
    const whole = rangeOf(at.model, innermost(member.type));
    if (whole === null) return false;
    member.range = rangeWithin(at.random, whole);
    return true;
  }),
  changed(
    "range grown",
    (member) => member.range !== null,
    (member, at) => {
      const whole = rangeOf(at.model, innermost(member.type));
      if (whole === null || member.range === null) return false;
      const { min, max } = member.range;
      const step = at.random.pick([1n, 10n, 100_000n]);
      member.range = {
        min: min - step < whole.min ? whole.min : min - step,
        max: max + step > whole.max ? whole.max : max + step,
      };
      return member.range.min !== min || member.range.max !== max;
    },
  ),
  changed(
    "range removed",
    (member) => member.range !== null,
    (member) => {
      member.range = null;
    },
  ),
  changed("unit added or changed", isNumber, (member, at) => {
    const before = member.unit;
    member.unit = at.random.pick(units);
    return member.unit !== before;
  }),
  changed(
    "unit removed",
    (member) => member.unit !== null,
    (member) => {
      member.unit = null;
    },
  ),
  toggled("ignorable", true, (member) => !member.key),
  toggled("ignorable", false, () => true),
  toggled("key", true, (member, at) => canBeKey(at.model, member)),
  toggled("key", false, () => true),
  toggled("sorted", true, (member) => member.type.kind === "list"),
  toggled("sorted", false, () => true),
  toggled("handle", true, (member) => member.type.kind === "int" && member.reference === null),
  toggled("handle", false, () => true),
  toggled("hex", true, isNumber),
  changed(
    "reference removed",
    (member) => member.reference !== null,
    (member) => {
      member.reference = null;
    },
  ),
  {
    kind: "reference added",
    apply(at) {
      const target = at.member(["state"], (member, owner) => isLoneKey(owner, member));
      if (target === null) return false;
      const user = at.member(["state"], (member) => canRefer(member, target.owner, target.member));
      if (user === null) return false;
      user.member.reference = { module: at.module.name, state: target.owner.name, member: target.member.name };
      return true;
    },
  },
  changed(
    "deprecated",
    (member) => member.deprecated === null,
    (member) => {
      member.deprecated = "goes";
    },
  ),
  {
    kind: "check added",
    apply(at) {
      const owner = at.one("state", "struct");
      if (owner === null) return false;
      const working = owner.members.filter((member) => member.until === null);
      const expression = expressionsOver(at.random, { model: at.model, members: working }).condition(1);
      if (expression === null) return false;
      owner.checks.push({ expression, message: "added", since: null, until: null });
      return true;
    },
  },
  {
    kind: "check removed",
    apply(at) {
      const owners = at.declarations("state", "struct").filter(({ checks }) => checks.length > 0);
      if (owners.length === 0) return false;
      at.random.pick(owners).checks.pop();
      return true;
    },
  },
  {
    kind: "from removed",
    apply(at) {
      const found = at.member(["state"], (member) => member.from !== null);
      if (found === null) return false;
      found.member.from = null;
      if (at.random.chance(60)) found.member.default = defaultFor(at.random, at.model, found.member);
      return true;
    },
  },
  {
    kind: "from changed",
    apply(at) {
      const found = at.member(["state"], (member) => member.from !== null && member.type.kind === "int");
      if (found?.member.from == null) return false;
      found.member.from = {
        kind: "binary",
        operator: at.random.pick(["+", "^"]),
        left: found.member.from,
        right: { kind: "int", value: 1n },
      };
      return true;
    },
  },
  {
    kind: "alternative added",
    apply(at) {
      const union = at.one("union");
      if (union === null) return false;
      const type = at.random.chance(20) ? null : anyType(at.random, offered(at, union.name));
      if (type?.kind === "optional") return false;
      union.alternatives.push({
        ...plainAlternative(at.freshId(union.alternatives), at.freshName(union.alternatives), type),
        ...at.newLife(),
      });
      return true;
    },
  },
  {
    kind: "alternative retired or removed",
    apply(at) {
      const found = at.alternative();
      if (found === null || found.owner.alternatives.length < 2) return false;
      if (at.retire(found.alternative)) return true;
      if (!forget(at.model, found.alternative.name)) return false;
      found.owner.alternatives.splice(found.owner.alternatives.indexOf(found.alternative), 1);
      return true;
    },
  },
  {
    kind: "alternative renumbered",
    apply(at) {
      const found = at.alternative();
      if (found === null) return false;
      found.alternative.id = at.freshId(found.owner.alternatives);
      return true;
    },
  },
  {
    kind: "alternative ids swapped",
    apply(at) {
      const found = at.alternative();
      if (found === null || found.owner.alternatives.length < 2) return false;
      const other = at.random.pick(found.owner.alternatives.filter((alternative) => alternative !== found.alternative));
      [found.alternative.id, other.id] = [other.id, found.alternative.id];
      return true;
    },
  },
  {
    kind: "alternative renamed",
    apply(at) {
      const found = at.alternative();
      if (found === null || !forget(at.model, found.alternative.name)) return false;
      found.alternative.name = at.freshName(found.owner.alternatives);
      return true;
    },
  },
];

/** Whether a member is the only key of its owner. */
function isLoneKey(owner: StateModel | StructModel, member: MemberModel): boolean {
  return member.key && owner.members.filter((other) => other.key).length === 1;
}

/** Whether a member can refer to a key. */
export function canRefer(user: MemberModel, owner: StateModel | StructModel, key: MemberModel): boolean {
  return !user.key && !user.handle && isLoneKey(owner, key) && sameType(user.type, key.type);
}

function sameType(a: Type, b: Type): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
