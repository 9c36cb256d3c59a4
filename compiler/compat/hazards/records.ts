import { existsAt } from "../../schema/version.ts";
import type { State } from "../../schema/ir.ts";
import type { Root } from "../graph.ts";
import type { RecordHazard, RecordsSite } from "../rules/rule.ts";

const none: readonly RecordHazard[] = [];

function sideOf({ direction }: RecordsSite): "writer" | "reader" {
  return direction === "rollback" ? "writer" : "reader";
}

/** Records of a state of the writer that the reader does not have under its id, or takes for those of another state. */
export function recordsOf(site: RecordsSite, name: string): readonly RecordHazard[] {
  const root = site.roots.find((one) => one.name === name);
  if (root === undefined) return none;
  const { state } = root;
  const by = sideOf(site);
  if (root.node !== null) return [{ outcome: "misread", records: "holds", state, by, root }];
  if (state.ignorable && !root.isElsewhere) return none;
  return [{ outcome: "refused", records: "holds", state, by, root: null }];
}

/** A dump that has not exactly one record of what is `single` to the reader. */
export function notSingle(
  site: RecordsSite,
  change: { readonly old: State; readonly new: State },
): readonly RecordHazard[] {
  const [writer, reader] = site.direction === "upgrade" ? [change.old, change.new] : [change.new, change.old];
  const root = site.roots.find((one) => one.name === writer.name);
  // Of another id it is another state to the reader, which is told of as that.
  return root === undefined || root.id !== reader.id ? none : [countOf(site, root, reader)];
}

/** Who writes for an older version minds it before anything is handed over. */
function countOf(site: RecordsSite, { state }: Root, reader: State): RecordHazard {
  return {
    ...{ outcome: "refused", state, by: sideOf(site), root: null },
    records: isExpected(site, reader) ? "not one" : "several",
  };
}

/** Whether the reader misses a state at the end of a dump: it knows the version that is written, and that it has the state. */
function isExpected({ written, known }: RecordsSite, lifetime: State): boolean {
  return written <= known && existsAt(lifetime, written);
}

/**
 * What a reader says who has a state as `single` that the writer does not have: every dump with a record that the reader knows lacks it, or has as
 * many as there are of the state that has its id.
 */
export function missingSingle(site: RecordsSite, reader: State): readonly RecordHazard[] {
  if (!reader.single) return none;
  const root = site.roots.find((one) => one.id === reader.id);
  if (root !== undefined) return root.isSame || root.state.single ? none : [countOf(site, root, reader)];
  const state = site.reader(reader.name);
  if (state === null || !isExpected(site, reader) || !site.roots.some(({ isKnown }) => isKnown)) return none;
  return [{ outcome: "refused", records: "all", state, by: sideOf(site), root: null }];
}
