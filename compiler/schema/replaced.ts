import type { Module, World } from "./ir.ts";

/** A world with some of its modules in other versions. It is no copy: a build of many modules asks for each of them at each of its versions. */
export class ReplacedWorld implements ReadonlyMap<string, Module> {
  readonly #base: World;
  readonly #own = new Map<string, Module>();

  constructor(base: World, ...modules: readonly Module[]) {
    this.#base = base;
    for (const module of modules) this.replace(module);
  }

  /** Puts a module in the place of that of its name, which there must be. */
  replace(module: Module): void {
    if (!this.#base.has(module.name)) throw new Error(`no module ${module.name} in this world`);
    this.#own.set(module.name, module);
  }

  get(name: string): Module | undefined {
    return this.#own.get(name) ?? this.#base.get(name);
  }

  has(name: string): boolean {
    return this.#base.has(name);
  }

  get size(): number {
    return this.#base.size;
  }

  keys(): MapIterator<string> {
    return this.#base.keys();
  }

  *values(): MapIterator<Module> {
    for (const [, module] of this) yield module;
  }

  entries(): MapIterator<[string, Module]> {
    return this[Symbol.iterator]();
  }

  *[Symbol.iterator](): MapIterator<[string, Module]> {
    for (const [name, module] of this.#base) yield [name, this.#own.get(name) ?? module];
  }

  forEach(visit: (module: Module, name: string, world: World) => void): void {
    for (const [name, module] of this) visit(module, name, this);
  }
}
