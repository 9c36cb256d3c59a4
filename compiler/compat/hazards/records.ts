import type { WireState } from "../../dump/wire-type.ts";
import { existsAt } from "../../schema/version.ts";
import type { State } from "../../schema/ir.ts";
import type { RecordHazard, RecordsSite } from "../rules/rule.ts";

const none: readonly RecordHazard[] = [];

function writerOf({ direction }: RecordsSite): "writer" | "reader" {
  return direction === "rollback" ? "writer" : "reader";
}

/** Records of a state of the writer that the reader does not have under its id, or takes for those of another state. */
export function recordsOf(site: RecordsSite, name: string): readonly RecordHazard[] {
  const root = site.roots.find((one) => one.name === name);
  if (root === undefined) return none;
  const { state } = root;
  const by = writerOf(site);
  if (root.node !== null) return [{ outcome: "misread", records: "holds", state, by, root }];
  return state.ignorable ? none : [{ outcome: "refused", records: "holds", state, by, root: null }];
}

/** A dump that has not exactly one record of what is `single` to the reader. */
export function notSingle(site: RecordsSite, name: string): readonly RecordHazard[] {
  const root = site.roots.find((one) => one.name === name);
  return root === undefined
    ? none
    : [{ outcome: "refused", records: "not one", state: root.state, by: "reader", root: null }];
}

/** A state that is `single` to the reader, existed at the version that is written, and that the writer does not have: every dump lacks it. */
export function missingSingle(site: RecordsSite, { name, id, since, until, single }: State): readonly RecordHazard[] {
  if (!single || site.roots.some((root) => root.id === id) || !existsAt({ since, until }, site.written)) return none;
  const state: WireState | null = site.reader(name);
  if (state === null) return none;
  return [{ outcome: "refused", records: "all", state, by: "reader", root: null }];
}
