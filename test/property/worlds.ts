/** The worlds that a compiled schema spans: one module at each of its versions, its imports as they stand. */
import { worldAt } from "../../compiler/compile.ts";
import type { Compiled } from "../../compiler/compile.ts";
import { presentAt } from "./model.ts";
import type { State, Version, World } from "../../compiler/schema/ir.ts";

/** Worlds of one module, at each of its versions, ascending. */
export function worldsOf(compiled: Compiled, module: string): { version: Version; world: World }[] {
  const found = compiled.modules.get(module);
  if (found === undefined) throw new Error(`no module ${module}`);
  return found.module.versions.map(({ version }) => ({
    version,
    world: worldAt(compiled, new Map([[module, version]])),
  }));
}

/** The states that a module has in a world; not those that it only keeps to read what has ended. */
export function statesIn(world: World, module: string): State[] {
  const view = world.get(module);
  return (view?.declarations ?? []).filter(
    (one): one is State => one.kind === "state" && presentAt(one, view?.version ?? 0),
  );
}

/** A state of a world by name, or undefined where that version has none. */
export function stateIn(world: World, module: string, name: string): State | undefined {
  return statesIn(world, module).find((state) => state.name === name);
}
