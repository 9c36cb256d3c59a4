/** Edits that make a declaration another kind of thing under its name, wherever it is used. */
import { forget, unrefer } from "./edit-place.ts";
import type { Edit, EditPlace } from "./edit-place.ts";
import { always, innermost, plainMember } from "./model.ts";
import type { DeclarationModel, IntType, MemberModel, NamedType, SchemaModel, Type } from "./model.ts";

type Kind = "type" | "enum" | "bits" | "struct" | "state" | "union";

const kinds: readonly Kind[] = ["type", "enum", "bits", "struct", "state", "union"];

const scalars: readonly Kind[] = ["type", "enum", "bits"];

function made(at: EditPlace, kind: Kind, name: string): DeclarationModel {
  const base: IntType = { kind: "int", width: at.random.pick([8, 8, 16, 32] as const), signed: at.random.chance(30) };
  const unsigned: IntType = { ...base, signed: false };
  const open = at.random.chance(50);
  const member = plainMember(at.random.between(1, 3), "inner", base);
  switch (kind) {
    case "type":
      return { kind, name, type: base, range: null, unit: null, hex: false, ...always() };
    case "enum":
      return {
        ...{ kind, name, open, base, reserved: [], ...always() },
        values: ["zero", "one", "many"].map((value, i) => ({ name: value, value: BigInt(i * i), ...always() })),
      };
    case "bits":
      return {
        ...{ kind, name, open, base: unsigned, reserved: [], ...always() },
        fields: [
          { name: "low", low: 0, high: 0, single: true, type: null, ...always() },
          { name: "high", low: 2, high: 6, single: false, type: null, ...always() },
        ],
      };
    case "struct":
      return { kind, name, members: [member], checks: [], reserved: [], ...always() };
    case "state": {
      const record = { id: null, ignorable: false, single: false };
      return { kind, name, ...record, members: [member], checks: [], reserved: [], ...always() };
    }
    case "union": {
      const plain = { range: null, unit: null, hex: false, ...always() };
      return {
        ...{ kind, name, reserved: [], ...always() },
        alternatives: [
          { id: 1, name: "inner", type: base, ...plain },
          { id: 2, name: "nothing", type: null, ...plain },
        ],
      };
    }
  }
}

/** Members of all modules that hold values of a declaration. */
function users(model: SchemaModel, of: NamedType): MemberModel[] {
  const holds = (type: Type): boolean => {
    const inner = innermost(type);
    return inner.kind === "named" && inner.module === of.module && inner.name === of.name;
  };
  return model.modules.flatMap(({ declarations }) =>
    declarations.flatMap((one) =>
      one.kind === "state" || one.kind === "struct" ? one.members.filter(({ type }) => holds(type)) : [],
    ),
  );
}

/** Puts a declaration of another kind under a name; what its users said of the old kind goes. */
function exchanged(kind: string, from: readonly Kind[], to: readonly Kind[]): Edit {
  return {
    kind,
    apply(at) {
      const old = at.one(...from);
      if (old === null) return false;
      const now = made(at, at.random.pick(to.filter((one) => one !== old.kind)), old.name);
      if (old.kind === "state" || old.kind === "struct") {
        if (!old.members.every(({ name }) => forget(at.model, name))) return false;
        for (const { name } of old.members) unrefer(at.model, at.module.name, old.name, name);
      }
      for (const member of users(at.model, { kind: "named", module: at.module.name, name: old.name })) {
        if (member.from !== null || !forget(at.model, member.name)) return false;
        Object.assign(member, { default: null, range: null, unit: null, hex: false, reference: null });
        Object.assign(member, { sorted: false, handle: false, key: member.key && scalars.includes(now.kind as Kind) });
      }
      at.module.declarations[at.module.declarations.indexOf(old)] = now;
      return true;
    },
  };
}

export const kindEdits: readonly Edit[] = [
  exchanged("number of another kind under its name", scalars, scalars),
  exchanged("declaration of another kind under its name", kinds, kinds),
];
