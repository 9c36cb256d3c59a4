import type { Declaration, Module, NamedType, State, Type, World } from "../schema/ir.ts";
import { canonicalDeclarationText } from "../schema/canonical.ts";
import { declarationsByName, entriesOf, findDeclaration, namedIn } from "../schema/lookup.ts";

/** The two schemas of a comparison: each closed under its imports. */
export interface Sides {
  readonly old: World;
  readonly new: World;
}

/** A declaration as either side has it. The names differ where it was renamed, or where a member's type is another one now. */
export interface Pair {
  /** Unique in a comparison. */
  readonly key: string;
  readonly module: string;
  readonly old: Declaration;
  readonly new: Declaration;
  readonly oldModule: Module;
  readonly newModule: Module;
}

/** Which declaration of one side is which of the other. */
export class Pairing {
  readonly sides: Sides;
  /** `module.Name` of the old side to the name it has now in the same module. */
  readonly #renamed = new Map<string, string>();
  readonly #pairs = new Map<string, Pair>();
  readonly #equal = new Map<string, boolean>();

  constructor(sides: Sides) {
    this.sides = sides;
    for (const old of sides.old.values()) {
      const now = sides.new.get(old.name);
      if (now !== undefined && now !== old) this.#findRenamed(old, now);
    }
  }

  /** What an old declaration is called now; its own name if it was not renamed. */
  nameNow(module: string, name: string): string {
    // It is asked of every name there is, and mostly nothing was renamed.
    return this.#renamed.size === 0 ? name : (this.#renamed.get(`${module}.${name}`) ?? name);
  }

  /** Whether two names stand for the same declaration; one that became another kind under its name is another one. */
  isSame(old: NamedType, now: NamedType): boolean {
    if (old.module !== now.module || this.nameNow(old.module, old.name) !== now.name) return false;
    return findDeclaration(this.sides.old, old)?.kind === findDeclaration(this.sides.new, now)?.kind;
  }

  /** The pair of two names; throws where a world lacks one. */
  pair(old: { module: string; name: string }, now: { module: string; name: string }): Pair {
    const key = `${old.module}.${old.name}>${now.module}.${now.name}`;
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      const [a, b] = [findDeclaration(this.sides.old, old), findDeclaration(this.sides.new, now)];
      const [oldModule, newModule] = [this.sides.old.get(old.module), this.sides.new.get(now.module)];
      if (a === undefined || b === undefined || oldModule === undefined || newModule === undefined) {
        throw new Error(`no ${key} to compare`);
      }
      this.#pairs.set(key, (pair = { key, module: now.module, old: a, new: b, oldModule, newModule }));
    }
    return pair;
  }

  /** Whether the text of a declaration is the same on both sides, and its names stand for the same; what those are may differ all the same. */
  isEqual(pair: Pair): boolean {
    let equal = this.#equal.get(pair.key);
    if (equal === undefined) {
      equal = isEqualDeclaration(pair.old, pair.new) && namesIn(pair.old).every((name) => this.isSame(name, name));
      this.#equal.set(pair.key, equal);
    }
    return equal;
  }

  /** Declarations that lost their name and one of the same kind that came: the same record id, or the type of the same members. */
  #findRenamed(old: Module, now: Module): void {
    const [before, after] = [declarationsByName(old), declarationsByName(now)];
    const isLost = (one: Declaration, others: ReadonlyMap<string, Declaration>): boolean =>
      others.get(one.name)?.kind !== one.kind;
    const gone = new Set(old.declarations.filter((one) => isLost(one, after)).map(({ name }) => name));
    const come = new Set(now.declarations.filter((one) => isLost(one, before)).map(({ name }) => name));
    if (gone.size === 0 || come.size === 0) return;
    const take = (from: string, to: string): void => {
      if (!gone.has(from) || !come.has(to) || before.get(from)?.kind !== after.get(to)?.kind) return;
      this.#renamed.set(`${old.name}.${from}`, to);
      gone.delete(from);
      come.delete(to);
    };
    const states = new Map(now.declarations.flatMap((one) => (isRecord(one) ? [[one.id, one.name] as const] : [])));
    for (const one of old.declarations) {
      const to = isRecord(one) ? states.get(one.id) : undefined;
      if (to !== undefined) take(one.name, to);
    }
    // A type that stands where the old one stood; renamed holders lead to more.
    for (let before = -1; before !== gone.size && gone.size > 0;) {
      before = gone.size;
      for (const one of old.declarations) this.#followTypes(old, one, after, take);
    }
    const texts = new Map(
      now.declarations.filter(({ name }) => come.has(name)).map((one) => [namelessText(one), one.name]),
    );
    for (const one of old.declarations) {
      const to = gone.has(one.name) ? texts.get(namelessText(one)) : undefined;
      if (to !== undefined) take(one.name, to);
    }
  }

  #followTypes(
    old: Module,
    one: Declaration,
    after: ReadonlyMap<string, Declaration>,
    take: (from: string, to: string) => void,
  ): void {
    const other = after.get(this.nameNow(old.name, one.name));
    if (other === undefined || other === one) return;
    const types = typesOf(other);
    for (const [id, type] of typesOf(one)) {
      const from = namedIn(type);
      const now = types.get(id);
      const to = now === undefined ? null : namedIn(now);
      if (from !== null && to !== null && from.module === old.name && to.module === old.name) take(from.name, to.name);
    }
  }
}

function isRecord(one: Declaration): one is State & { readonly id: number } {
  return one.kind === "state" && one.id !== null;
}

/** The types that a declaration writes, by the id of what has them. */
export function typesOf(one: Declaration): ReadonlyMap<string | number, Type> {
  switch (one.kind) {
    case "const":
    case "enum":
      return new Map();
    case "type":
      return new Map([["", one.type]]);
    case "bits":
      return new Map(one.fields.flatMap((field) => (field.type === null ? [] : [[field.low, field.type] as const])));
    case "struct":
    case "state":
    case "union":
      return new Map(entriesOf(one).flatMap(({ id, type }) => (type === null ? [] : [[id, type] as const])));
  }
}

const namesOf = new WeakMap<Declaration, readonly NamedType[]>();

/** The declarations that the values of one hold. */
export function namesIn(declaration: Declaration): readonly NamedType[] {
  let names = namesOf.get(declaration);
  if (names === undefined) {
    const found: NamedType[] = [];
    const take = (type: Type): void => {
      const name = namedIn(type);
      if (name !== null) found.push(name);
    };
    if (declaration.kind === "state") {
      for (const { type } of declaration.members) take(type);
      for (const { type } of declaration.retired) take(type);
    } else for (const type of typesOf(declaration).values()) take(type);
    namesOf.set(declaration, (names = found));
  }
  return names;
}

function namelessText(one: Declaration): string {
  return canonicalDeclarationText({ ...one, name: "" });
}

function isEqualDeclaration(a: Declaration, b: Declaration): boolean {
  if (a === b) return true;
  if (canonicalDeclarationText(a) !== canonicalDeclarationText(b)) return false;
  if (a.kind !== "state" || b.kind !== "state" || (a.retired.length === 0 && b.retired.length === 0)) return true;
  const retired = (state: State): string => canonicalDeclarationText({ ...state, members: state.retired, checks: [] });
  return retired(a) === retired(b);
}
