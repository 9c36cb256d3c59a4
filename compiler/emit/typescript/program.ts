import type { Declaration, Module, NamedType, Type, Version, World } from "../../schema/ir.ts";
import { elementOf, findDeclaration } from "../../schema/lookup.ts";
import { ReplacedWorld } from "../../schema/replaced.ts";
import type { EmitModule, EmitModules, EmitOptions } from "../backend.ts";
import { Scope } from "../names.ts";
import { Numerals } from "../numerals.ts";
import type { Writer } from "../writer.ts";
import type { ListUse } from "./lists.ts";
import { runtimeSymbols, type RuntimeSymbol } from "./runtime-symbols.ts";

/** What a declaration's name becomes for each thing that is generated for it. */
const roles = {
  type: (name) => name,
  init: (name) => `${name}Init`,
  view: (name) => `${name}View`,
  row: (name) => `${name}Row`,
  rows: (name) => `${name}Table`,
  columns: (name) => `${name}Columns`,
  is: (name) => `is${name}`,
  isAt: (name) => `is${name}At`,
  describe: (name) => `describe${name}`,
  room: (name) => `roomFor${name}`,
  roomList: (name) => `roomFor${name}List`,
  read: (name) => `read${name}`,
  readList: (name) => `read${name}List`,
  readTable: (name) => `read${name}Table`,
  write: (name) => `write${name}`,
  writeAt: (name) => `write${name}At`,
  writeList: (name) => `write${name}List`,
  writeTable: (name) => `write${name}Table`,
  writeTableAt: (name) => `write${name}TableAt`,
} as const satisfies Readonly<Record<string, (name: string) => string>>;

export type Role = keyof typeof roles;

/** The roles of each kind of declaration, beside its own name. */
const rolesOf: Readonly<Record<Declaration["kind"], readonly Role[]>> = {
  const: [],
  type: ["isAt"],
  enum: ["is", "isAt", "describe"],
  bits: ["is", "isAt", "describe"],
  struct: ["init", "row", "rows", "columns", "describe", "read", "readTable", "write", "writeTable", "writeTableAt"],
  state: ["init", "view", "describe", "room", "roomList", "read", "readList", "write", "writeAt", "writeList"],
  union: ["init", "view", "describe", "room", "roomList", "read", "readList", "write", "writeAt", "writeList"],
};

/** What a loop over a list does with each element. */
const oneOf = { readList: "read", writeList: "write", roomList: "room" } as const satisfies Record<string, Role>;

/** The names of a module's file, the same whoever asks. */
export class ModuleNames {
  readonly scope = new Scope();
  /** What the descriptor is called. */
  readonly descriptor: string;
  /** By declaration, then by role. */
  private readonly names = new Map<string, { [R in Role]?: string }>();
  private readonly runtime = new Map<string, string>();

  constructor(module: Module) {
    for (const { name } of module.declarations) this.names.set(name, { type: this.scope.takeDeclared(name) });
    this.descriptor = this.scope.take("module");
    for (const { kind, name } of module.declarations) {
      const names = this.names.get(name) ?? {};
      for (const role of rolesOf[kind]) names[role] = this.scope.takeDeclared(roles[role](name));
    }
    for (const name of Object.keys(runtimeSymbols)) this.runtime.set(name, this.scope.take(name));
  }

  of(declaration: string, role: Role): string {
    const name = this.names.get(declaration)?.[role];
    if (name === undefined) throw new Error(`no ${role} of ${declaration}`);
    return name;
  }

  ofRuntime(symbol: RuntimeSymbol): string {
    return this.runtime.get(symbol) ?? symbol;
  }
}

/** The modules of a build with what generating any of them needs to know of all. */
export class Program {
  readonly modules: EmitModules;
  readonly options: EmitOptions;
  /** All modules at their working versions. */
  readonly world: World;
  private readonly namesOf = new Map<string, ModuleNames>();
  private readonly numeralsOf = new Map<string, Numerals>();
  private readonly worlds = new Map<string, Map<Version, World>>();

  constructor(modules: EmitModules, options: EmitOptions) {
    this.modules = modules;
    this.options = options;
    this.world = new Map([...modules].map(([name, one]) => [name, viewOf(one, one.module.version)]));
  }

  module(name: string): EmitModule {
    const module = this.modules.get(name);
    if (module === undefined) throw new Error(`no module ${name}`);
    return module;
  }

  /** The working view of a module. */
  view(name: string): Module {
    const { module, views } = this.module(name);
    return views.get(module.version) ?? module;
  }

  /** One module at a version, all others at their working versions; with what has gone from them since that it names. */
  worldAt(name: string, version: Version): World {
    let worlds = this.worlds.get(name);
    if (worlds === undefined) this.worlds.set(name, (worlds = new Map()));
    let world = worlds.get(version);
    if (world === undefined) {
      world = this.completed(new ReplacedWorld(this.world, viewOf(this.module(name), version)), name);
      worlds.set(version, world);
    }
    return world;
  }

  /** Types that a view names and that their module has no more are what they last were there. */
  private completed(world: ReplacedWorld, first: string): World {
    const waiting = [...(world.get(first)?.declarations ?? [])];
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      for (const { type } of typesIn(one)) {
        const element = type === null ? null : elementOf(type);
        if (element?.kind !== "named" || findDeclaration(world, element) !== undefined) continue;
        const found = this.lastOf(element);
        const module = world.get(element.module);
        if (found === undefined || module === undefined) continue;
        world.replace({ ...module, declarations: [...module.declarations, found] });
        waiting.push(found);
      }
    }
    return world;
  }

  private lastOf(type: NamedType): Declaration | undefined {
    const views = [...(this.modules.get(type.module)?.views ?? [])].sort(([a], [b]) => b - a);
    for (const [, view] of views) {
      const found = view.declarations.find(({ name }) => name === type.name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  names(name: string): ModuleNames {
    let names = this.namesOf.get(name);
    if (names === undefined) this.namesOf.set(name, (names = new ModuleNames(this.view(name))));
    return names;
  }

  /** How a module spells its numbers, and those that it imports. */
  numerals(name: string): Numerals {
    let numerals = this.numeralsOf.get(name);
    if (numerals === undefined) {
      const { module, provenance } = this.module(name);
      numerals = new Numerals(provenance.numbers, () => module.imports.map((one) => this.numerals(one)));
      this.numeralsOf.set(name, numerals);
    }
    return numerals;
  }
}

function viewOf({ module, views }: EmitModule, version: Version): Module {
  const view = views.get(version);
  if (view === undefined) throw new Error(`${module.name} has no view at ${version}`);
  return view;
}

/** One file in the making: where names come from, and where text goes. */
export class Context {
  readonly program: Program;
  readonly name: string;
  readonly module: EmitModule;
  readonly view: Module;
  readonly world: World;
  readonly names: ModuleNames;
  readonly numerals: Numerals;
  readonly writer: Writer;
  private readonly foreign = new Map<string, string>();
  private readonly lists = new Map<string, ListUse>();
  private readonly closure = new Set<string>();

  constructor(program: Program, name: string, writer: Writer) {
    this.program = program;
    this.name = name;
    this.module = program.module(name);
    this.view = program.view(name);
    this.world = program.world;
    this.names = program.names(name);
    this.numerals = program.numerals(name);
    this.writer = writer;
    this.nameImports();
  }

  /** A scope for the locals of a function. */
  locals(taken: readonly string[] = []): Scope {
    const scope = new Scope(this.names.scope);
    for (const name of taken) scope.take(name);
    return scope;
  }

  private readonly usedOfRuntime = new Map<RuntimeSymbol, string>();

  /** Something of the runtime. */
  runtime(symbol: RuntimeSymbol): string {
    const used = this.usedOfRuntime.get(symbol);
    if (used !== undefined) return used;
    const local = this.names.ofRuntime(symbol);
    const typeOnly = runtimeSymbols[symbol] === "type";
    this.usedOfRuntime.set(symbol, local);
    return this.writer.use({ from: this.runtimeSpecifier(), name: symbol, local, typeOnly });
  }

  /** What is generated for a declaration of any module. */
  symbol(type: Pick<NamedType, "module" | "name">, role: Role): string {
    const names = this.program.names(type.module);
    const local = names.of(type.name, role);
    if (type.module === this.name) return local;
    return this.imported(type.module, exportedName(names, type.name, role), isType(role));
  }

  /** Where the runtime is imported from: a relative path is given as the output folder sees it. */
  private runtimeSpecifier(): string {
    const { runtime } = this.program.options;
    if (!/^\.\.?\//.test(runtime)) return runtime;
    const up = "../".repeat(this.name.split(".").length - 1);
    return up === "" ? runtime : `${up}${runtime.replace(/^\.\//, "")}`;
  }

  /** What something is called here, without using it. */
  nameOf(type: Pick<NamedType, "module" | "name">, role: Role): string {
    const names = this.program.names(type.module);
    const name = names.of(type.name, role);
    if (type.module === this.name) return name;
    return this.foreign.get(`${type.module} ${exportedName(names, type.name, role)}`) ?? name;
  }

  /**
   * A loop over lists of a state or union of any module, which is generated in the file that uses it. `one` is the function for an element; the
   * working version's if it is left out.
   */
  list(type: ListUse["type"], role: ListUse["role"], one?: string): string {
    const each = one ?? this.symbol(type, oneOf[role]);
    const key = `${role} ${each}`;
    let use = this.lists.get(key);
    if (use === undefined) {
      const { module, name } = type;
      const names = this.program.names(module);
      const known = module === this.name ? names.of(name, role) : this.foreign.get(`${module} ${names.of(name, role)}`);
      const own = one === undefined && known !== undefined ? known : this.names.scope.take(`${each}List`);
      this.lists.set(key, (use = { role, name: own, one: each, type: { module, name } }));
    }
    return use.name;
  }

  /** The loops that were asked for. */
  get usedLists(): Iterable<ListUse> {
    return this.lists.values();
  }

  /** The descriptor of a module. */
  descriptor(module: string): string {
    if (module === this.name) return this.names.descriptor;
    const { descriptor } = this.program.names(module);
    return this.imported(module, descriptor, false);
  }

  /** Whether a version can be asked of a module: this one, and what it imports, be it by what that imports. */
  canName(module: string): boolean {
    if (module === this.name || this.view.imports.includes(module)) return true;
    if (this.closure.size === 0) {
      const waiting = [this.name];
      for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
        if (this.closure.has(one)) continue;
        this.closure.add(one);
        waiting.push(...this.program.view(one).imports);
      }
    }
    return this.closure.has(module);
  }

  private imported(module: string, name: string, typeOnly: boolean): string {
    const key = `${module} ${name}`;
    let local = this.foreign.get(key);
    if (local === undefined) {
      if (!this.canName(module)) throw new Error(`${this.name} does not import ${module}`);
      // What imports import is named where types of theirs were once this module's.
      this.foreign.set(key, (local = this.names.scope.take(name)));
    }
    return this.writer.use({ from: this.specifier(module), name, local, typeOnly });
  }

  /** Gives everything that could be imported a name here, before any local can take it. */
  private nameImports(): void {
    for (const module of this.module.module.imports) {
      const names = this.program.names(module);
      const wish = `${module.split(".").at(-1) ?? ""}Module`;
      this.foreign.set(`${module} ${names.descriptor}`, this.names.scope.take(wish));
      for (const { kind, name } of this.program.view(module).declarations) {
        for (const role of ["type" as const, ...rolesOf[kind]]) {
          const exported = exportedName(names, name, role);
          this.foreign.set(`${module} ${exported}`, this.names.scope.take(exported));
        }
      }
    }
  }

  /** How this file imports another module's. */
  specifier(module: string): string {
    const from = this.name.split(".").slice(0, -1);
    const to = module.split(".");
    let shared = 0;
    while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
    const up = from.length - shared;
    const path = [...Array<string>(up).fill(".."), ...to.slice(shared)].join("/");
    const extension = { js: ".js", ts: ".ts", none: "" }[this.program.options.importExtension];
    return `${up === 0 ? "./" : ""}${path}${extension}`;
  }
}

/** What another file imports a declaration's things as: under the schema's name, whatever it is called inside. */
export function exportedName(names: ModuleNames, declaration: string, role: Role): string {
  return role === "type" ? declaration : names.of(declaration, role);
}

function isType(role: Role): boolean {
  return ["type", "init", "view", "row", "rows", "columns"].includes(role);
}

/** Whether a type leads back to itself, so that a value of it can nest as deep as anyone likes. */
export class Depth {
  private readonly program: Program;
  private readonly heights = new Map<Declaration, number>();
  private readonly open = new Set<Declaration>();

  constructor(program: Program) {
    this.program = program;
  }

  /** Whether the depth of a body has to be checked when it is read or written. */
  isDeep(declaration: Declaration): boolean {
    return this.height(declaration) > 64;
  }

  /** Bodies within bodies, Infinity where there is no end. Without recursion, as a chain can be as long as a schema. */
  private height(declaration: Declaration): number {
    const path: { readonly at: Declaration; readonly below: readonly Declaration[]; next: number }[] = [];
    const enter = (at: Declaration): void => {
      this.open.add(at);
      path.push({ at, below: this.below(at), next: 0 });
    };
    if (!this.heights.has(declaration)) enter(declaration);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.below[top.next++];
      if (next !== undefined) {
        if (!this.heights.has(next) && !this.open.has(next)) enter(next);
        continue;
      }
      let height = 0;
      // What is still open leads back here.
      for (const one of top.below) height = Math.max(height, this.heights.get(one) ?? Infinity);
      const { at } = top;
      this.heights.set(at, at.kind === "state" || at.kind === "union" ? height + 1 : height);
      this.open.delete(at);
      path.pop();
    }
    return this.heights.get(declaration) ?? 0;
  }

  private below(declaration: Declaration): readonly Declaration[] {
    return typesIn(declaration).flatMap(({ type }) => {
      const named = type === null ? null : elementOf(type);
      const found = named?.kind === "named" ? findDeclaration(this.program.world, named) : undefined;
      return found ?? [];
    });
  }
}

/** The types that a declaration is made of. */
export function typesIn(declaration: Declaration): readonly { readonly type: Type | null }[] {
  switch (declaration.kind) {
    case "const":
    case "enum":
      return [];
    case "type":
      return [declaration];
    case "bits":
      return declaration.fields;
    case "struct":
      return declaration.members;
    case "state":
      return declaration.retired.length === 0 ? declaration.members : [...declaration.members, ...declaration.retired];
    case "union":
      return declaration.alternatives;
  }
}
