/** Edits of whole declarations and of modules. */
import { buildEnum } from "./build-types.ts";
import type { Edit } from "./edit-place.ts";
import { always, plainMember } from "./model.ts";
import type { StateModel } from "./model.ts";

/** An id that no state has, from a number on. */
export function freshStateId(states: readonly StateModel[], from: number): number {
  const taken = new Set(states.map(({ id }) => id));
  let id = from;
  while (taken.has(id)) id++;
  return id;
}

export const declarationEdits: readonly Edit[] = [
  {
    kind: "record state added",
    apply(at) {
      const used = new Set(at.module.declarations.map(({ name }) => name));
      const all = at.model.modules.flatMap(({ declarations }) =>
        declarations.filter((one): one is StateModel => one.kind === "state"),
      );
      const member = plainMember(1, "added", { kind: "int", width: 32, signed: false });
      if (at.random.chance(50)) member.default = { kind: "int", value: 0n };
      at.module.declarations.push({
        kind: "state",
        name: at.names.type(used),
        id: freshStateId(all, at.random.between(500, 900)),
        ignorable: at.random.chance(20),
        single: false,
        members: [member],
        checks: [],
        reserved: [],
        ...at.newLife(),
      });
      return true;
    },
  },
  {
    kind: "record state retired or removed",
    apply(at) {
      const states = at.declarations("state").filter(({ id }) => id !== null);
      if (states.length === 0) return false;
      const state = at.random.pick(states);
      if (at.retire(state)) return true;
      at.module.declarations.splice(at.module.declarations.indexOf(state), 1);
      return true;
    },
  },
  {
    kind: "state id changed",
    apply(at) {
      const states = at.declarations("state").filter(({ id }) => id !== null);
      if (states.length === 0) return false;
      at.random.pick(states).id = freshStateId(states, at.random.between(1000, 1100));
      return true;
    },
  },
  {
    kind: "state ids swapped",
    apply(at) {
      const [a, b] = at.random.shuffled(at.declarations("state").filter(({ id }) => id !== null));
      if (a === undefined || b === undefined) return false;
      [a.id, b.id] = [b.id, a.id];
      return true;
    },
  },
  {
    kind: "state made a record or not",
    apply(at) {
      const states = at.declarations("state");
      if (states.length === 0) return false;
      const state = at.random.pick(states);
      if (state.id === null) state.id = freshStateId(states, at.random.between(1200, 1300));
      else Object.assign(state, { id: null, ignorable: false, single: false });
      return true;
    },
  },
  {
    kind: "state ignorable changed",
    apply(at) {
      const states = at.declarations("state").filter(({ id }) => id !== null);
      if (states.length === 0) return false;
      const state = at.random.pick(states);
      state.ignorable = !state.ignorable;
      return true;
    },
  },
  {
    kind: "state single changed",
    apply(at) {
      const states = at.declarations("state").filter(({ id }) => id !== null);
      if (states.length === 0) return false;
      const state = at.random.pick(states);
      state.single = !state.single;
      return true;
    },
  },
  {
    kind: "declaration renamed",
    apply(at) {
      if (at.module.declarations.length === 0) return false;
      const declaration = at.random.pick(at.module.declarations);
      const old = declaration.name;
      declaration.name = at.names.type(new Set(at.module.declarations.map(({ name }) => name)));
      renameUses(at.model, at.module.name, old, declaration.name);
      return true;
    },
  },
  {
    kind: "enum added",
    apply(at) {
      const used = new Set(at.module.declarations.map(({ name }) => name));
      const made = buildEnum(
        at.random,
        at.names,
        at.names.type(used),
        at.module.versions.map((entry) => entry.version),
      );
      at.module.declarations.push({ ...made, ...always() });
      return true;
    },
  },
  {
    kind: "constant changed",
    apply(at) {
      const constant = at.one("const");
      if (constant === null) return false;
      constant.value += 1n;
      return true;
    },
  },
  {
    kind: "reads floor raised",
    apply(at) {
      at.nextVersion();
      at.module.reads = [{ min: at.random.pick(at.module.versions).version, max: null }];
      return true;
    },
  },
  {
    kind: "writes floor raised",
    apply(at) {
      at.nextVersion();
      at.module.writes = [{ min: at.random.pick(at.module.versions).version, max: null }];
      return true;
    },
  },
  {
    kind: "version opened",
    apply(at) {
      at.nextVersion();
      return true;
    },
  },
  {
    kind: "docs, spelling and order changed",
    apply(at) {
      at.module.spelling = at.random.bits();
      return true;
    },
  },
];

/** Every use of a declaration follows its new name. */
function renameUses(node: unknown, module: string, old: string, now: string): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const item of node) renameUses(item, module, old, now);
    return;
  }
  const named = node as Record<string, unknown>;
  if (named["kind"] === "named" && named["module"] === module && named["name"] === old) named["name"] = now;
  if (named["module"] === module && named["state"] === old) named["state"] = now;
  for (const value of Object.values(named)) renameUses(value, module, old, now);
}
