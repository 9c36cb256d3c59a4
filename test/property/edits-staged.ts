/** Edits that the old side has to be made ready for: random schemas seldom have what they change where a record holds it. */
import { integerTypes } from "./build-types.ts";
import type { Edit, EditPlace } from "./edit-place.ts";
import { forget } from "./edit-place.ts";
import { freshStateId } from "./edits-declarations.ts";
import { always, integerUnder, plainMember } from "./model.ts";
import type { BitsModel, EnumModel, IntType, MemberModel, NamedType, StateModel, StructModel, Type } from "./model.ts";
import { reservedInExpressions } from "./print.ts";

const byte: IntType = { kind: "int", width: 8, signed: false };

/** A record state that is always there; made if there is none. */
function record(at: EditPlace): StateModel {
  const known = at
    .declarations("state")
    .find(({ id, since, until, name }) => id !== null && since === null && until === null && name.length > 0);
  if (known !== undefined) return known;
  const states = at.model.modules.flatMap(({ declarations }) =>
    declarations.filter((one): one is StateModel => one.kind === "state"),
  );
  const made: StateModel = {
    ...{ kind: "state", name: freshType(at), id: freshStateId(states, at.random.between(1800, 1900)) },
    ...{ ignorable: false, single: false, members: [], checks: [], reserved: [], ...always() },
  };
  at.module.declarations.push(made);
  return made;
}

export function freshType(at: EditPlace): string {
  return at.names.type(new Set(at.module.declarations.map(({ name }) => name)));
}

/** A new member of a record, which every version has. */
export function held(at: EditPlace, type: Type): MemberModel {
  const { members } = record(at);
  const member = plainMember(at.freshId(members), freshPlain(at, members), type);
  members.push(member);
  return member;
}

/** A name that expressions can begin with. */
function freshPlain(at: EditPlace, used: readonly { name: string }[]): string {
  for (;;) {
    const name = at.freshName(used);
    if (!reservedInExpressions.has(name)) return name;
  }
}

/** The same, once, in a list, or where it may be absent. */
export function heldSomehow(at: EditPlace, type: Type): MemberModel {
  const member = held(at, type);
  // An alias, an enum or a union may stand in any of these.
  if (at.random.chance(30)) member.type = { kind: "list", element: type, min: 0, max: 4 } as Type;
  else if (at.random.chance(20)) member.type = { kind: "optional", element: type } as Type;
  return member;
}

export function namedHere(at: EditPlace, name: string): NamedType {
  return { kind: "named", module: at.module.name, name };
}

/** Members of records by what they hold. */
function holders(at: EditPlace, filter: (member: MemberModel, owner: StateModel) => boolean): MemberModel[] {
  return at.random.shuffled(
    at
      .declarations("state")
      .filter(({ id }) => id !== null)
      .flatMap((owner) => owner.members.filter((member) => filter(member, owner))),
  );
}

function newEnum(at: EditPlace, values: readonly bigint[], open = false): EnumModel {
  const made: EnumModel = {
    ...{ kind: "enum", name: freshType(at), open, base: byte, values: [], reserved: [], ...always() },
  };
  for (const value of values) made.values.push({ name: at.freshName(made.values), value, ...always() });
  at.module.declarations.push(made);
  return made;
}

function newBits(at: EditPlace, open: boolean): BitsModel {
  const made: BitsModel = {
    ...{ kind: "bits", name: freshType(at), open, base: byte, fields: [], reserved: [], ...always() },
  };
  made.fields.push({ name: at.freshName(made.fields), low: 0, high: 0, single: true, type: null, ...always() });
  at.module.declarations.push(made);
  return made;
}

function addRange(at: EditPlace, bits: BitsModel, type: NamedType | null): void {
  const name = at.freshName(bits.fields);
  bits.fields.push({ name, low: 2, high: 4, single: false, type, ...always() });
}

/** The bits that the old side was given, by their one bit and their range. */
function staged(at: EditPlace, hasRange: boolean): BitsModel | undefined {
  return at
    .declarations("bits")
    .find(
      ({ open, base, fields }) =>
        open && base.width === 8 && fields.some(({ low, high }) => low === 2 && high === 4) === hasRange,
    );
}

/** The innermost type inside `?` and lists replaced. */
function replaced(type: Type, inner: Type): Type {
  // What stands in the place of an integer or a name may stand there.
  if (type.kind === "optional" || type.kind === "list")
    return { ...type, element: replaced(type.element, inner) } as Type;
  return inner;
}

function innermostOf(type: Type): Type {
  return type.kind === "optional" || type.kind === "list" ? innermostOf(type.element) : type;
}

function kindOf(at: EditPlace, type: Type): string {
  const inner = innermostOf(type);
  if (inner.kind !== "named") return inner.kind;
  return at.module.declarations.find(({ name }) => name === inner.name && inner.module === at.module.name)?.kind ?? "";
}

/** A member of one kind of type made one of another. */
function exchanged(
  kind: string,
  from: "enum" | "bits" | "bool",
  to: (at: EditPlace) => { type: Type; min?: bigint },
): Edit {
  return {
    kind,
    prepare(at) {
      const type: Type =
        from === "bool"
          ? { kind: "bool" }
          : namedHere(at, from === "enum" ? newEnum(at, [0n, 1n, 5n]).name : newBits(at, at.random.chance(50)).name);
      heldSomehow(at, type);
      return true;
    },
    apply(at) {
      const [member] = holders(at, ({ type, key, from: expression }) => {
        return kindOf(at, type) === from && !key && expression === null;
      });
      if (member === undefined || !forget(at.model, member.name)) return false;
      const { type, min } = to(at);
      Object.assign(member, { type: replaced(member.type, type), default: null });
      if (min !== undefined) member.range = { min, max: 9n };
      return true;
    },
  };
}

/** A struct in a record, with a hole at its end. */
function paddedStruct(at: EditPlace): StructModel {
  const made: StructModel = {
    ...{ kind: "struct", name: freshType(at), members: [], checks: [], reserved: [], ...always() },
  };
  for (const type of [{ kind: "int", width: 32, signed: false } as const, byte]) {
    made.members.push(plainMember(at.freshId(made.members), at.freshName(made.members), type));
  }
  at.module.declarations.push(made);
  heldSomehow(at, namedHere(at, made.name));
  return made;
}

function lastStruct(at: EditPlace, members: number): StructModel | undefined {
  return at.declarations("struct").findLast((one) => one.members.length === members);
}

/** A record that others can refer to. */
function keyed(at: EditPlace): StateModel {
  const key = { ...plainMember(1, "id", { kind: "int", width: 32, signed: false }), key: true };
  const made: StateModel = {
    ...{
      kind: "state",
      name: freshType(at),
      id: freshStateId(at.declarations("state"), at.random.between(2000, 2100)),
    },
    ...{ ignorable: false, single: false, members: [key], checks: [], reserved: [], ...always() },
  };
  at.module.declarations.push(made);
  return made;
}

export const stagedEdits: readonly Edit[] = [
  {
    kind: "range with a type named in open bits",
    prepare(at) {
      heldSomehow(at, namedHere(at, newBits(at, true).name));
      return true;
    },
    apply(at) {
      const bits = staged(at, false);
      if (bits === undefined) return false;
      addRange(at, bits, namedHere(at, newEnum(at, [0n, 1n, 2n]).name));
      return true;
    },
  },
  {
    kind: "range with a type unnamed in open bits",
    prepare(at) {
      const bits = newBits(at, true);
      addRange(at, bits, namedHere(at, newEnum(at, [0n, 3n]).name));
      heldSomehow(at, namedHere(at, bits.name));
      return true;
    },
    apply(at) {
      const bits = staged(at, true);
      if (bits === undefined) return false;
      bits.fields = bits.fields.filter(({ low }) => low !== 2);
      return true;
    },
  },
  {
    kind: "range of bits given another type",
    prepare(at) {
      const bits = newBits(at, true);
      addRange(at, bits, at.random.chance(50) ? null : namedHere(at, newEnum(at, [0n, 3n, 4n]).name));
      heldSomehow(at, namedHere(at, bits.name));
      return true;
    },
    apply(at) {
      const field = staged(at, true)?.fields.find(({ low }) => low === 2);
      if (field === undefined) return false;
      field.type = field.type !== null && at.random.chance(30) ? null : namedHere(at, newEnum(at, [0n, 1n, 3n]).name);
      return true;
    },
  },
  exchanged("enum to bits", "enum", (at) => ({ type: namedHere(at, newBits(at, at.random.chance(20)).name) })),
  exchanged("bits to enum", "bits", (at) => ({
    type: namedHere(at, newEnum(at, [1n, 4n], at.random.chance(20)).name),
  })),
  exchanged("bool to number", "bool", (at) => ({
    type: at.random.pick(integerTypes),
    ...(at.random.chance(70) ? { min: 1n } : {}),
  })),
  {
    kind: "padding used by what is not zero",
    prepare(at) {
      paddedStruct(at);
      return true;
    },
    apply(at) {
      const struct = lastStruct(at, 2);
      if (struct === undefined) return false;
      const member = plainMember(at.freshId(struct.members), at.freshName(struct.members), byte);
      if (at.random.chance(60)) member.range = { min: 1n, max: 9n };
      else member.default = { kind: "int", value: BigInt(at.random.below(3)) };
      struct.members.push(member);
      return true;
    },
  },
  {
    kind: "struct member replaced",
    prepare(at) {
      paddedStruct(at);
      return true;
    },
    apply(at) {
      const struct = lastStruct(at, 2);
      const [first] = struct?.members ?? [];
      if (struct === undefined || first === undefined) return false;
      Object.assign(first, { id: at.freshId(struct.members), name: at.freshName(struct.members) });
      return true;
    },
  },
  {
    kind: "alternatives exchanged",
    prepare(at) {
      const name = freshType(at);
      const type = at.random.pick(integerTypes);
      const alternatives = [1, 2, 3].map((id) => ({
        ...{
          id,
          name: "",
          type: at.random.chance(70) ? type : at.random.chance(50) ? null : ({ kind: "bool" } as const),
        },
        ...{ range: null, unit: null, hex: false, ...always() },
      }));
      for (const one of alternatives) one.name = at.freshName(alternatives);
      at.module.declarations.push({ kind: "union", name, alternatives, reserved: [], ...always() });
      heldSomehow(at, namedHere(at, name));
      return true;
    },
    apply(at) {
      const union = at.declarations("union").at(-1);
      const [a, b] = union === undefined ? [] : at.random.shuffled(union.alternatives);
      if (a === undefined || b === undefined) return false;
      [a.id, b.id] = [b.id, a.id];
      return true;
    },
  },
  {
    kind: "from added to what may be left out",
    prepare(at) {
      const { since } = at.nextVersion();
      const base = held(at, byte);
      const late = held(at, byte);
      late.since = since;
      if (at.random.chance(50)) late.default = { kind: "int", value: BigInt(at.random.below(3)) };
      else late.type = { kind: "optional", element: byte };
      // The older version had the number that it will be computed from.
      base.since = null;
      return true;
    },
    apply(at) {
      const working = at.working;
      for (const owner of at.declarations("state")) {
        const late = owner.members.find(
          ({ since, type, default: stated, from }) =>
            since === working && from === null && (stated !== null || type.kind === "optional"),
        );
        const base = owner.members.find(
          ({ since, type, from, name }) =>
            since === null && type.kind === "int" && from === null && !reservedInExpressions.has(name),
        );
        if (late === undefined || base === undefined || integerUnder(at.model, innermostOf(late.type)) === null)
          continue;
        if (!forget(at.model, late.name)) return false;
        const steps = [{ kind: "member", id: base.id, name: base.name }] as const;
        Object.assign(late, {
          ...{ type: innermostOf(late.type), default: null, range: null, ignorable: false },
          from: { kind: "path", depth: 0, steps },
        });
        return true;
      }
      return false;
    },
  },
  {
    kind: "number retired that is computed from another",
    prepare(at) {
      held(at, byte);
      held(at, byte);
      return true;
    },
    apply(at) {
      const [gone] = holders(at, ({ type, since, until, key, from, name }) => {
        const isFree = !key && from === null && since === null && until === null;
        return isFree && type.kind === "int" && !reservedInExpressions.has(name);
      });
      const owner = at.declarations("state").find(({ members }) => gone !== undefined && members.includes(gone));
      const base = owner?.members.find((one) => one !== gone && one.type.kind === "int" && one.from === null);
      if (gone === undefined || base === undefined || base.until !== null || !forget(at.model, gone.name)) return false;
      const { before } = at.nextVersion();
      const steps = [{ kind: "member", id: base.id, name: base.name }] as const;
      Object.assign(gone, { until: before, default: null, from: { kind: "path", depth: 0, steps } });
      return true;
    },
  },
  {
    kind: "reference added to a key",
    prepare(at) {
      keyed(at);
      held(at, { kind: "int", width: 32, signed: false });
      return true;
    },
    apply(at) {
      const owner = at.declarations("state").findLast(({ members }) => members[0]?.name === "id" && members[0].key);
      const [user] = holders(at, ({ type, key, reference, from, handle }) => {
        return (
          type.kind === "int" &&
          type.width === 32 &&
          !type.signed &&
          !key &&
          !handle &&
          reference === null &&
          from === null
        );
      });
      if (owner === undefined || user === undefined) return false;
      user.reference = { module: at.module.name, state: owner.name, member: "id" };
      return true;
    },
  },
  {
    kind: "reference changed to another",
    prepare(at) {
      const [first] = [keyed(at), keyed(at)];
      const user = held(at, { kind: "int", width: 32, signed: false });
      user.reference = { module: at.module.name, state: first.name, member: "id" };
      return true;
    },
    apply(at) {
      const [user] = holders(at, ({ reference }) => reference !== null && reference.member === "id");
      const others = at
        .declarations("state")
        .filter(({ name, members }) => name !== user?.reference?.state && members[0]?.name === "id" && members[0].key);
      const other = others[0];
      if (user === undefined || other === undefined) return false;
      user.reference = { module: at.module.name, state: other.name, member: "id" };
      return true;
    },
  },
];
