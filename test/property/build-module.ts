/** Builds the declarations of one random module into a model. */
import { expressionsOver } from "./build-expressions.ts";
import { addComputed } from "./build-computed.ts";
import { anyType, decorate, defaultFor, memberRange, zeroIsValue } from "./build-members.ts";
import type { Offered } from "./build-members.ts";
import { buildStruct } from "./build-struct.ts";
import { buildAlias, buildBits, buildConst, buildEnum, lifetimeAmong } from "./build-types.ts";
import { mentions } from "./edit-place.ts";
import { spansOf } from "./expected-module.ts";
import { lastingDeclarations } from "./lasting.ts";
import { always, findDeclaration, namedIn, plainMember, presentAt, rangeOf } from "./model.ts";
import type {
  AlternativeModel,
  CheckModel,
  DeclarationModel,
  LifetimeModel,
  MemberModel,
  ModuleModel,
  NamedType,
  Range,
  SchemaModel,
  StateModel,
  Type,
  UnionModel,
  Version,
} from "./model.ts";
import type { Names } from "./names.ts";
import type { Random } from "./random.ts";
import type { SchemaSize } from "./schema.ts";
import { declarationUnder } from "./scope.ts";
import type { Reference, Reserved } from "../../compiler/schema/ir.ts";

export class ModuleBuilder {
  readonly random: Random;
  readonly model: SchemaModel;
  readonly module: ModuleModel;
  readonly names: Names;
  readonly versions: readonly Version[];
  readonly #stateIds: Set<number>;
  readonly #size: SchemaSize;
  readonly #used = new Set<string>();
  /** States and unions that are still to be filled. */
  #shells: readonly (StateModel | UnionModel)[] = [];

  /** The module is the last of the model, with its declarations still to come. */
  constructor(random: Random, model: SchemaModel, names: Names, stateIds: Set<number>, size: SchemaSize) {
    const module = model.modules.at(-1);
    if (module === undefined) throw new Error("no module to build");
    this.random = random;
    this.model = model;
    this.module = module;
    this.names = names;
    this.versions = module.versions.map((entry) => entry.version);
    this.#stateIds = stateIds;
    this.#size = size;
  }

  build(): void {
    const { random, module } = this;
    this.#support();
    while (random.chance(40)) module.declarations.push(buildConst(random, this.names, this.#used));
    const count = random.between(1, this.#size.declarations);
    const kinds = Array.from({ length: count }, () =>
      random.weighted<DeclarationModel["kind"]>([
        [2, "type"],
        [2, "enum"],
        [2, "bits"],
        [3, "struct"],
        [6, "state"],
        [2, "union"],
      ]),
    );
    if (!kinds.includes("state")) kinds.push("state");
    for (const kind of kinds) if (kind === "type" || kind === "enum" || kind === "bits") this.#simple(kind);
    for (const kind of kinds) {
      if (kind !== "struct") continue;
      module.declarations.push(buildStruct(this, this.names.type(this.#used), this.#size.members));
    }
    this.#composite(kinds.filter((kind) => kind === "state" || kind === "union"));
    while (this.#repairLifetimes());
    for (const state of module.declarations) {
      if (state.kind !== "state") continue;
      for (const member of state.members) {
        if (member.sorted && member.type.kind === "list") member.sorted = this.#hasKey(member.type.element);
      }
    }
  }

  /** Where a declaration lives only as long as its uses, what would never exist in it becomes plain. True if there was such. */
  #repairLifetimes(): boolean {
    let repaired = false;
    const spans = spansOf(this.module);
    for (const declaration of this.module.declarations) {
      const span = spans.get(declaration.name);
      if (span === undefined) continue;
      const never = (part: LifetimeModel): boolean =>
        !this.versions.some((v) => presentAt(span, v) && presentAt(part, v));
      const life = { since: declaration.since, until: declaration.until };
      if (declaration.kind === "struct") {
        // What does not come later than the struct itself is of its first version.
        for (const member of declaration.members) {
          if (member.since === null || member.since > span.since) continue;
          member.since = null;
          if (member.default?.kind === "zero") member.default = null;
        }
      }
      if (declaration.kind === "state" || declaration.kind === "struct") {
        for (const member of declaration.members.filter(never)) {
          repaired = true;
          if (declaration.kind === "struct") {
            declaration.members = declaration.members.filter((other) => other !== member);
            this.#forget(member.name);
            continue;
          }
          Object.assign(member, plainMember(member.id, member.name, { kind: "bool" }), life);
          this.#forget(member.name);
        }
      }
      if (declaration.kind === "union") {
        for (const alternative of declaration.alternatives.filter(never)) {
          repaired = true;
          Object.assign(alternative, plainAlternative(alternative.id, alternative.name, null), life);
          this.#forget(alternative.name);
        }
      }
      const numbered =
        declaration.kind === "enum" ? declaration.values : declaration.kind === "bits" ? declaration.fields : [];
      for (const part of numbered.filter(never)) {
        repaired = true;
        Object.assign(part, life);
      }
    }
    return repaired;
  }

  /** Nothing is said about what changed its type. */
  #forget(name: string): void {
    for (const declaration of this.module.declarations) {
      if (declaration.kind !== "state" && declaration.kind !== "struct") continue;
      declaration.checks = declaration.checks.filter((check) => !mentions(check.expression, name));
      for (const member of declaration.members) {
        if (member.reference?.member === name) member.reference = null;
        if (member.from === null || !mentions(member.from, name)) continue;
        Object.assign(member, plainMember(member.id, member.name, { kind: "bool" }));
        this.#forget(member.name);
      }
    }
  }

  #support(): void {
    const { random, module, versions } = this;
    const working = versions.at(-1) ?? 0;
    const ranges = (): ModuleModel["reads"] => {
      if (random.chance(60)) return null;
      const floor = random.pick(versions);
      return random.weighted<() => ModuleModel["reads"]>([
        [5, () => [{ min: floor, max: null }]],
        [1, () => [{ min: floor, max: floor }, ...(floor === working ? [] : [{ min: working, max: null }])]],
        [1, () => [{ min: null, max: working }]],
        [1, () => [{ min: versions[0] ?? working, max: floor }]],
      ])();
    };
    module.reads = ranges();
    module.writes = ranges();
  }

  #simple(kind: "type" | "enum" | "bits"): void {
    const { random, model, module, names, versions } = this;
    const name = names.type(this.#used);
    const life = this.#declarationLife();
    const inside = versions.filter((v) => presentAt(life, v));
    const made = ((): DeclarationModel => {
      switch (kind) {
        case "type":
          return buildAlias(random, name, this.#aliases());
        case "enum":
          return buildEnum(random, names, name, inside);
        case "bits":
          return buildBits(random, names, name, inside, this.#bitRangeTypes());
      }
    })();
    module.declarations.push(Object.assign(made, life));
    if (findDeclaration(model, { kind: "named", module: module.name, name }) !== made)
      throw new Error(`${name} is declared twice`);
  }

  /** Most declarations leave their lifetime to their uses. */
  #declarationLife(): LifetimeModel {
    return lifetimeAmong(this.random, this.versions, 8);
  }

  /** Types that anything may use, however long it lives. */
  #unlimited(): Offered[] {
    return this.offered(always(), false).filter(({ type }) => {
      const declaration = findDeclaration(this.model, type);
      return declaration?.since === null && declaration.until === null;
    });
  }

  #aliases(): { type: NamedType; range: Range | null }[] {
    return this.#unlimited().flatMap(({ type }) =>
      findDeclaration(this.model, type)?.kind === "type" ? [{ type, range: rangeOf(this.model, type) }] : [],
    );
  }

  /** Enums and integer aliases for ranges of bits: all their values must fit, and zero must be one. */
  #bitRangeTypes(): { type: NamedType; range: Range }[] {
    return this.#unlimited().flatMap(({ type }) => {
      const declaration = findDeclaration(this.model, type);
      if (!zeroIsValue(this.model, type, null)) return [];
      if (declaration?.kind === "enum") {
        const values = declaration.values.map((value) => value.value);
        const range = { min: values.reduce((a, b) => (a < b ? a : b)), max: values.reduce((a, b) => (a > b ? a : b)) };
        return declaration.base.signed ? [] : [{ type, range }];
      }
      const range = rangeOf(this.model, type);
      return declaration?.kind === "type" && range !== null ? [{ type, range }] : [];
    });
  }

  /** Declared types that something living so long may use: its own module's and the lasting ones of its imports. */
  offered(life: LifetimeModel, guarded: boolean): Offered[] {
    const { model, module } = this;
    const own = module.declarations.filter(
      (declaration) =>
        declaration.kind !== "const" && this.versions.some((v) => presentAt(life, v) && presentAt(declaration, v)),
    );
    const imported = module.imports.flatMap((name) => lastingDeclarations(model, name));
    return [...own.map((declaration) => named(module.name, declaration.name)), ...imported].map((type) => ({
      type,
      guarded,
    }));
  }

  /** A lifetime for something of a type, within its declaration's life and its type's; null where there is none. */
  lifeOf(type: Type | null, within: LifetimeModel, percent: number): LifetimeModel | null {
    const used = namedIn(type);
    const own = [...this.module.declarations, ...this.#shells];
    const declaration = used?.module === this.module.name ? own.find(({ name }) => name === used.name) : undefined;
    const since = latest(within.since, declaration?.since ?? null);
    const until = earliest(within.until, declaration?.until ?? null);
    if (!this.versions.some((v) => presentAt({ since, until }, v))) return null;
    return lifetimeAmong(this.random, this.versions, percent, since, until);
  }

  #composite(kinds: readonly ("state" | "union")[]): void {
    const { random, module } = this;
    const shells = kinds.map((kind) => (kind === "state" ? this.#stateShell() : this.#unionShell()));
    this.#shells = shells;
    shells.forEach((shell, index) => {
      const life = { since: shell.since, until: shell.until, deprecated: null };
      const later = shells
        .slice(index)
        .filter((other) => this.versions.some((v) => presentAt(life, v) && presentAt(other, v)))
        .map(({ name }) => ({ type: named(module.name, name), guarded: true }));
      if (shell.kind === "state") this.#fillState(shell, [...this.offered(life, false), ...later], later);
      else this.#fillUnion(shell, this.offered(life, false), later);
      module.declarations.push(shell);
    });
    for (const shell of shells) if (shell.kind === "state" && random.chance(30)) addComputed(this, shell);
    for (const shell of shells) if (shell.kind === "state") shell.checks = this.buildChecks(shell);
  }

  #stateShell(): StateModel {
    const { random } = this;
    let id: number | null = null;
    if (random.chance(this.#size.records)) {
      do id = random.chance(70) ? random.between(1, 400) : random.between(1, 0xffff_ffff);
      while (this.#stateIds.has(id));
      this.#stateIds.add(id);
    }
    return {
      kind: "state",
      name: this.names.type(this.#used),
      id,
      ignorable: id !== null && random.chance(10),
      single: id !== null && random.chance(10),
      members: [],
      checks: [],
      reserved: [],
      ...this.#declarationLife(),
    };
  }

  #unionShell(): UnionModel {
    return {
      kind: "union",
      name: this.names.type(this.#used),
      alternatives: [],
      reserved: [],
      ...this.#declarationLife(),
    };
  }

  #fillState(state: StateModel, offered: readonly Offered[], later: readonly Offered[]): void {
    const { random } = this;
    const ids = this.idSource();
    const used = new Set<string>();
    const count = random.weighted([
      [1, 0],
      [20, random.between(1, this.#size.members)],
      [random.chance(10) ? 1 : 0, this.#size.members * 3],
    ]);
    for (let i = 0; i < count; i++) {
      const member = this.#member(state, ids, used, random.chance(20) && later.length > 0 ? later : offered);
      if (member !== null) state.members.push(member);
    }
    this.#keys(state.members);
    state.reserved = this.buildReserved(ids, used);
  }

  /** Ids in any order, vendor ids among them. */
  idSource(): (vendor?: boolean) => number {
    const { random } = this;
    const taken = new Set<number>();
    let next = 1;
    return (vendor = true) => {
      let id: number;
      do {
        id = random.weighted([
          [20, next],
          [2, next + random.below(5)],
          [1, random.between(1, 0x6fff)],
          [vendor ? 1 : 0, random.between(0x8000, 0xffff)],
          [vendor ? 1 : 0, 0xffff],
        ]);
        if (id === next) next++;
      } while (taken.has(id));
      taken.add(id);
      return id;
    };
  }

  #member(state: StateModel, ids: () => number, used: Set<string>, offered: readonly Offered[]): MemberModel | null {
    const { random, model } = this;
    const reference = random.chance(10) ? this.#referenceTarget(state) : null;
    const type = reference?.type ?? anyType(random, offered, this.#size.declared);
    const life = this.lifeOf(type, state, 30);
    if (life === null) return null;
    const member: MemberModel = {
      ...plainMember(ids(), this.names.member(used), type),
      ...life,
      reference: reference?.reference ?? null,
    };
    if (reference === null) decorate(random, model, { type, target: member });
    const late = life.since !== null || life.until !== null;
    if (random.chance(late ? 80 : 40)) member.default = defaultFor(random, model, member);
    member.sorted = type.kind === "list" && random.chance(30) && this.#hasKey(type.element);
    member.handle = type.kind === "int" && type.width >= 32 && member.reference === null && random.chance(10);
    member.ignorable = random.chance(late ? 20 : 5);
    return member;
  }

  #hasKey(element: Type): boolean {
    const declaration = declarationUnder(this.model, element);
    return (
      (declaration?.kind === "state" || declaration?.kind === "struct") &&
      declaration.members.some((member) => member.key)
    );
  }

  /** Some member of a state or struct becomes its key, or two. */
  #keys(members: MemberModel[]): void {
    const { random } = this;
    if (!random.chance(35)) return;
    const fit = members.filter((member) => canBeKey(this.model, member));
    for (const member of random.shuffled(fit).slice(0, random.chance(25) ? 2 : 1)) member.key = true;
  }

  #referenceTarget(user: StateModel): { type: Type; reference: Reference } | null {
    const { random, model, module } = this;
    const targets = [module, ...model.modules.filter((other) => module.imports.includes(other.name))].flatMap((owner) =>
      owner.declarations.flatMap((declaration) => {
        if (
          declaration.kind !== "state" ||
          declaration.since !== null ||
          declaration.until !== null ||
          declaration === user ||
          // What is referred to is a record, or an element of a list.
          (declaration.id === null && !isListed(owner, declaration.name))
        )
          return [];
        if (owner !== module && !lastingDeclarations(model, owner.name).some((type) => type.name === declaration.name))
          return [];
        const keys = declaration.members.filter((member) => member.key);
        const [key] = keys;
        if (keys.length !== 1 || key === undefined || (key.type.kind !== "int" && key.type.kind !== "uuid")) return [];
        return [{ type: key.type, reference: { module: owner.name, state: declaration.name, member: key.name } }];
      }),
    );
    return targets.length === 0 ? null : random.pick(targets);
  }

  #fillUnion(union: UnionModel, offered: readonly Offered[], later: readonly Offered[]): void {
    const { random, model } = this;
    const ids = this.idSource();
    const used = new Set<string>();
    const count = random.between(1, 5);
    for (let i = 0; i < count; i++) {
      // The first alternative is always there and always ends a recursion, so that the union has a value at every version.
      const terminal = union.alternatives.length === 0;
      const type = terminal
        ? random.weighted<() => Type | null>([
            [2, () => null],
            [3, () => anyType(random, [])],
          ])()
        : random.weighted<() => Type | null>([
            [2, () => null],
            [10, () => alternativeType(random, offered, later)],
          ])();
      if (type?.kind === "optional") continue;
      const life = terminal ? always() : this.lifeOf(type, union, 30);
      if (life === null) continue;
      const alternative: AlternativeModel = { ...plainAlternative(ids(), this.names.member(used), type), ...life };
      if (type !== null) decorate(random, model, { type, target: alternative });
      union.alternatives.push(alternative);
    }
    if (union.alternatives.length === 0) {
      union.alternatives.push(plainAlternative(ids(), this.names.member(used), null));
    }
    union.reserved = this.buildReserved(ids, used);
  }

  buildReserved(ids: (vendor?: boolean) => number, used: ReadonlySet<string>): Reserved[] {
    const { random } = this;
    const reserved: Reserved[] = [];
    if (random.chance(15)) {
      const id = BigInt(ids(false));
      const name = random.chance(50) && !used.has("former") ? "former" : null;
      reserved.push({ min: id, max: id, name });
    }
    // Random ids end below, vendor ids begin above.
    if (random.chance(8)) reserved.push({ min: 0x7000n, max: 0x7000n + BigInt(random.between(1, 50)), name: null });
    if (random.chance(8) && !used.has("only_a_name")) reserved.push({ min: null, max: null, name: "only_a_name" });
    return reserved;
  }

  /** Checks over the members that some version has. */
  buildChecks(declaration: { members: MemberModel[] } & LifetimeModel): CheckModel[] {
    const { random, versions, model } = this;
    const checks: CheckModel[] = [];
    while (checks.length < 3 && random.chance(25)) {
      const inside = versions.filter((v) => presentAt(declaration, v));
      const at = random.pick(inside);
      const members = declaration.members.filter((member) => presentAt(member, at));
      const expression = expressionsOver(random, { model, members }, random.chance(15)).condition(random.below(3));
      if (expression === null) break;
      checks.push({ expression, message: random.pick(["must hold", 'says "x"', "é"]), since: null, until: null });
    }
    return checks;
  }
}

function alternativeType(random: Random, offered: readonly Offered[], later: readonly Offered[]): Type {
  return anyType(random, [...offered, ...later.map(({ type }) => ({ type, guarded: false }))]);
}

/** An alternative with nothing but id, name and type. */
export function plainAlternative(id: number, name: string, type: Type | null): AlternativeModel {
  return { id, name, type, range: null, unit: null, hex: false, ...always() };
}

export function named(module: string, name: string): NamedType {
  return { kind: "named", module, name };
}

/** Whether some state of the module has a list of a type. */
function isListed(module: ModuleModel, name: string): boolean {
  return module.declarations.some(
    (declaration) =>
      declaration.kind === "state" &&
      declaration.members.some(
        ({ type, since }) =>
          since === null &&
          type.kind === "list" &&
          namedIn(type)?.name === name &&
          namedIn(type)?.module === module.name,
      ),
  );
}

/** Keys are plain, always there, and of a type that compares. */
export function canBeKey(model: SchemaModel, member: MemberModel): boolean {
  if (member.since !== null || member.until !== null || member.ignorable || member.reference !== null) return false;
  // A default stands for several.
  if (member.default !== null) return false;
  const { type } = member;
  if (type.kind === "int" || type.kind === "uuid" || type.kind === "string" || type.kind === "bool") return true;
  if (type.kind !== "named") return false;
  return memberRange(model, member) !== null || declarationUnder(model, type)?.kind === "enum";
}

function latest(a: Version | null, b: Version | null): Version | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

function earliest(a: Version | null, b: Version | null): Version | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}
