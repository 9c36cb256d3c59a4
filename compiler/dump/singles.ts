import type { Version, World } from "../schema/ir.ts";
import { existsAt } from "../schema/version.ts";
import { problem, type Problem } from "./problem.ts";
import type { WireState } from "./wire-type.ts";

/** Which states of which modules a dump has records of, to say at its end which `single` one is not there. */
export class Singles {
  readonly #states = new Set<number>();
  readonly #modules = new Set<string>();

  /** Takes note of a record; false where it is the second of a `single` state. */
  take(state: WireState): boolean {
    this.#modules.add(state.module);
    const { size } = this.#states;
    this.#states.add(state.id ?? 0);
    return !state.single || this.#states.size > size;
  }

  /**
   * The `single` states without a record, of modules that have others. A state counts if the version that is written has it: of versions later
   * than its module's in this world nobody knows. `offset`: of the end record.
   */
  missing(world: World, written: (module: string) => Version | null, offset: number | null): readonly Problem[] {
    return [...this.#modules].flatMap((name) => {
      const [module, version] = [world.get(name), written(name)];
      if (module === undefined || version === null || version > module.version) return [];
      return module.declarations.flatMap((one) => {
        const isMissing = one.kind === "state" && one.id !== null && one.single && !this.#states.has(one.id);
        if (!isMissing || !existsAt(one, version)) return [];
        return [
          problem(
            "B8020",
            { found: `${name}.${one.name}`, expected: "and its state is `single`" },
            { path: offset === null ? "" : "end", offset, id: one.id },
          ),
        ];
      });
    });
  }
}
