import type { Declaration } from "../schema/ir.ts";
import type { Place } from "./change.ts";
import type { Pair } from "./pairs.ts";

/** What has a name inside a declaration, by its names on both sides (null where it is not there) and what identifies it. */
export interface Within {
  readonly old: string | null;
  readonly new: string | null;
  /** `@12`, `0x8086`: stays when the name changes. */
  readonly id: string;
  readonly entry?: number;
}

/** The place of a declaration that both sides have, or of something in it. */
export function placeIn(pair: Pair, within: Within | null = null): Place {
  const here = identityOf(pair.new);
  if (within === null) {
    return { module: pair.module, path: pair.new.name, ids: here, old: pair.old.name, new: pair.new.name, entry: null };
  }
  return {
    module: pair.module,
    path: `${pair.new.name}.${within.new ?? within.old ?? ""}`,
    ids: `${here}${within.id}`,
    old: within.old === null ? pair.old.name : `${pair.old.name}.${within.old}`,
    new: within.new === null ? pair.new.name : `${pair.new.name}.${within.new}`,
    entry: within.entry ?? null,
  };
}

/** The place of a declaration that one side has. */
export function placeOfDeclaration(module: string, declaration: Declaration, side: "old" | "new"): Place {
  const { name } = declaration;
  return {
    module,
    path: name,
    ids: identityOf(declaration),
    old: side === "old" ? name : null,
    new: side === "new" ? name : null,
    entry: null,
  };
}

/** The place of a module as a whole. */
export function placeOfModule(module: string, sides: { readonly old: boolean; readonly new: boolean }): Place {
  return { module, path: "", ids: "", old: sides.old ? "" : null, new: sides.new ? "" : null, entry: null };
}

/** A record by its id, anything else by its name. */
function identityOf(declaration: Declaration): string {
  return declaration.kind === "state" && declaration.id !== null ? `#${declaration.id.toString(16)}` : declaration.name;
}
