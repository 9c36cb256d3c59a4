import type { Version } from "../schema/ir.ts";
import { idText } from "../../runtime/id-text.ts";
import { versionToJson } from "../schema/version.ts";
import type { KnownModule } from "./find.ts";
import type { KnownBy } from "./node-json.ts";
import type { KnowsOf } from "./print-json.ts";
import type { Step } from "./trail.ts";

/** What is looked at of a module. */
export type Known = Pick<KnownModule, "module" | "views">;

/**
 * What other versions have a name for, of all modules that are known here: an unknown member is looked for in the declaration that does not
 * have it, a record by the id of its state. It tells what something may be and never how to read it.
 */
export function knowersOf(candidates: readonly (readonly Known[])[]): KnowsOf {
  // Asked anew each time: what travels in a dump is known once it was met.
  const modules = (): readonly Known[] => candidates.flat();
  const member = (declaration: string, id: number): KnownBy | null => {
    const dot = declaration.lastIndexOf(".");
    const [module, name] = [declaration.slice(0, dot), declaration.slice(dot + 1)];
    return first(
      modules().filter((one) => one.module.name === module),
      (view) => {
        const found = view.declarations.find((one) => one.name === name);
        if (found?.kind === "state") return found.members.find((one) => one.id === id)?.name;
        return found?.kind === "union" ? found.alternatives.find((one) => one.id === id)?.name : undefined;
      },
    );
  };
  const state = (id: number): KnownBy | null =>
    first(modules(), (view) => view.declarations.find((one) => one.kind === "state" && one.id === id)?.name);
  return {
    dropped: ({ declaration, id }) =>
      id === 0 ? null : declaration === undefined ? state(id) : member(declaration, id),
    node: ({ head }, around) => {
      if (head.id === null || head.wire !== null || head.part === "damaged") return null;
      if (head.part === "record") return head.type === "state" ? state(head.id) : null;
      const declaration = declarationAround(around);
      return head.id !== null && head.name === idText(head.id) && declaration !== null
        ? member(declaration, head.id)
        : null;
    },
  };
}

/** Nobody knows anything. */
export const noKnowers: KnowsOf = { node: () => null, dropped: () => null };

/** The earliest version of one of some modules that gives a name. */
function first(modules: readonly Known[], nameIn: (view: KnownModule["module"]) => string | undefined): KnownBy | null {
  for (const { module, views } of modules) {
    const versions: readonly Version[] = [...views.keys()].sort((a, b) => a - b);
    for (const version of versions) {
      const view = views.get(version);
      const name = view === undefined ? undefined : nameIn(view);
      if (name !== undefined) return { module: module.name, version: versionToJson(version), name };
    }
  }
  return null;
}

function declarationAround(around: readonly Step[]): string | null {
  const wire = around.at(-1)?.head.wire ?? null;
  const type = wire?.kind === "optional" ? wire.element : wire;
  return type?.kind === "state" || type?.kind === "union" ? `${type.module}.${type.name}` : null;
}
