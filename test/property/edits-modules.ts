/** Edits of whole modules and of what they import, and ids that go in one release and come back in a later one. */
import type { Edit, EditPlace } from "./edit-place.ts";
import { forget } from "./edit-place.ts";
import { freshStateId } from "./edits-declarations.ts";
import { held, heldSomehow, namedHere, freshType } from "./edits-staged.ts";
import { always, plainMember, version } from "./model.ts";
import type { AlternativeModel, DeclarationModel, IntType, ModuleModel, StateModel } from "./model.ts";

const word: IntType = { kind: "int", width: 32, signed: false };

/** A module with one record, that nobody has yet. */
export function newModule(at: EditPlace): ModuleModel {
  const known = new Set(at.model.modules.map(({ name }) => name));
  let name = "added";
  while (known.has(name)) name += "_more";
  return {
    ...{ name, versions: [{ version: version(1), label: null }], reads: null, writes: null, imports: [], spelling: 0 },
    declarations: [stateOf("Added", freshStateId(statesOf(at), at.random.between(2200, 2300)))],
  };
}

function statesOf(at: EditPlace): StateModel[] {
  return at.model.modules.flatMap(({ declarations }) =>
    declarations.filter((one): one is StateModel => one.kind === "state"),
  );
}

function stateOf(name: string, id: number): StateModel {
  return {
    ...{ kind: "state", name, id, ignorable: false, single: false, members: [plainMember(1, "only", word)] },
    ...{ checks: [], reserved: [], ...always() },
  };
}

function sizeType(): DeclarationModel {
  const range = { min: 0n, max: 100n };
  return { kind: "type", name: "Size", type: word, range, unit: null, hex: false, ...always() };
}

/** An id that goes and comes back. */
const passing = 77;
const passingRecord = 7777;

function alternative(at: EditPlace, id: number, others: readonly { name: string }[]): AlternativeModel {
  return { id, name: at.freshName(others), type: word, range: null, unit: null, hex: false, ...always() };
}

export const moduleEdits: readonly Edit[] = [
  {
    kind: "module added",
    apply(at) {
      at.model.modules.push(newModule(at));
      return true;
    },
  },
  {
    kind: "module removed",
    prepare(at) {
      at.model.modules.push(newModule(at));
      return true;
    },
    apply(at) {
      const last = at.model.modules.at(-1);
      if (last === undefined || last === at.module) return false;
      at.model.modules.pop();
      return true;
    },
  },
  {
    kind: "import added and used",
    prepare(at) {
      const base = newModule(at);
      base.declarations.push(sizeType());
      at.model.modules.unshift(base);
      held(at, word);
      return true;
    },
    apply(at) {
      const [first] = at.model.modules;
      if (first === undefined || first === at.module || at.module.imports.includes(first.name)) return false;
      if (!first.declarations.some(({ name }) => name === "Size")) return false;
      at.module.imports.push(first.name);
      const member = held(at, { kind: "named", module: first.name, name: "Size" });
      member.default = { kind: "int", value: 0n };
      return true;
    },
  },
  {
    kind: "imported type changed",
    prepare(at) {
      const base = newModule(at);
      base.declarations.push(sizeType());
      at.model.modules.unshift(base);
      at.module.imports.push(base.name);
      heldSomehow(at, { kind: "named", module: base.name, name: "Size" });
      return true;
    },
    apply(at) {
      const size = at.model.modules[0]?.declarations.find(({ name }) => name === "Size");
      if (size?.kind !== "type") return false;
      size.range = { min: 0n, max: at.random.chance(50) ? 9n : 1000n };
      return true;
    },
  },
  {
    kind: "member id gone and back",
    prepare(at) {
      const member = held(at, word);
      member.id = passing;
      return true;
    },
    between(at) {
      for (const owner of at.declarations("state")) {
        const member = owner.members.find(({ id }) => id === passing);
        if (member === undefined || !forget(at.model, member.name)) continue;
        owner.members.splice(owner.members.indexOf(member), 1);
        const stated = { kind: "int", value: 0n } as const;
        owner.members.push({ ...plainMember(passing + 1, at.freshName(owner.members), word), default: stated });
        return true;
      }
      return false;
    },
    apply(at) {
      const owner = at.declarations("state").find(({ members }) => members.some(({ id }) => id === passing + 1));
      if (owner === undefined) return false;
      at.nextVersion();
      owner.members.push(plainMember(passing, at.freshName(owner.members), word));
      return true;
    },
  },
  {
    kind: "alternative id gone and back",
    prepare(at) {
      const name = freshType(at);
      const alternatives: AlternativeModel[] = [];
      for (const id of [1, passing]) alternatives.push(alternative(at, id, alternatives));
      at.module.declarations.push({ kind: "union", name, alternatives, reserved: [], ...always() });
      heldSomehow(at, namedHere(at, name));
      return true;
    },
    between(at) {
      const union = at.declarations("union").at(-1);
      const gone = union?.alternatives.find(({ id }) => id === passing);
      if (union === undefined || gone === undefined || !forget(at.model, gone.name)) return false;
      union.alternatives.splice(union.alternatives.indexOf(gone), 1);
      return true;
    },
    apply(at) {
      const union = at.declarations("union").at(-1);
      if (union === undefined || union.alternatives.some(({ id }) => id === passing)) return false;
      at.nextVersion();
      union.alternatives.push(alternative(at, passing, union.alternatives));
      return true;
    },
  },
  {
    kind: "record id gone and back",
    prepare(at) {
      at.module.declarations.push(stateOf(freshType(at), passingRecord));
      return true;
    },
    between(at) {
      const state = at.declarations("state").find(({ id }) => id === passingRecord);
      if (state === undefined) return false;
      at.module.declarations.splice(at.module.declarations.indexOf(state), 1);
      return true;
    },
    apply(at) {
      at.nextVersion();
      at.module.declarations.push(stateOf(freshType(at), passingRecord));
      return true;
    },
  },
];
