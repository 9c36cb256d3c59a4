import { complete } from "../dump/complete.ts";
import { MAX_DEPTH } from "../dump/format.ts";
import { problemText } from "../dump/problem.ts";
import { isList, isObject, memberOf, type Value } from "../dump/value.ts";
import { valueAt } from "./condition-value.ts";
import { entryOf, type Node, type WireEntry } from "./graph.ts";
import { misreadingOf } from "./meaning.ts";
import type { Example } from "./search.ts";
import type { Use } from "./uses.ts";

/** A value of a use in a record: where it is, by the names of both sides, and what either side has there. */
interface Spot {
  readonly writer: WireEntry;
  readonly reader: WireEntry;
  readonly writtenAt: string;
  readonly readAt: string;
  readonly written: Value;
  readonly read: Value;
}

/** An example, told as what happens at one use of what changed; null where nothing happens there. */
export function toldAt(use: Use, example: Example): Example | null {
  const { root, value, trial } = example;
  const { node, state } = root;
  if (node === null) return null;
  const read = trial.kind === "misread" || trial.kind === "taken" ? trial.read : undefined;
  const whole = { node, written: complete(state, value), read, writtenAt: "", readAt: "" };
  for (const spot of spotsOf(use, whole, trial.kind === "misread", 0)) {
    if (trial.kind === "taken") return example;
    if (trial.kind === "refused") {
      const heads = [state.name, node.writer.name, node.reader.name].flatMap((head) => [
        head + spot.writtenAt,
        head + spot.readAt,
      ]);
      const problem = trial.problems.find(({ path }) => heads.some((head) => isWithin(path, head)));
      if (problem !== undefined) return { ...example, trial: { ...trial, reason: problemText(problem) } };
    }
    if (trial.kind === "misread" && spot.writer.type !== null && spot.reader.type !== null) {
      const found = misreadingOf(spot.writer.type, spot.reader.type, spot.written, spot.read);
      if (found === null) continue;
      return { ...example, trial: { ...trial, misreading: { ...found, path: spot.writtenAt + found.path } } };
    }
  }
  return null;
}

function isWithin(path: string, head: string): boolean {
  return path.startsWith(head) && /^$|^[.[]/.test(path.slice(head.length));
}

/** A value on the way from a record to a use of what changed. */
interface Held {
  readonly node: Node;
  readonly written: Value;
  readonly read: Value;
  readonly writtenAt: string;
  readonly readAt: string;
}

/** The values of a use in a value; those that are dropped, too, unless only what is read counts. */
function* spotsOf(use: Use, place: Held, isRead: boolean, depth: number): Generator<Spot> {
  const { node, written, read } = place;
  if (depth >= MAX_DEPTH || !isObject(written)) return;
  const spotOf = (writer: WireEntry): Spot | null => {
    const reader = entryOf(node.reader, writer.id);
    const held = heldBy(node, writer.name, written);
    if (reader === null || held === undefined || held === null) return null;
    if (isRead && "retired" in reader && reader.retired) return null;
    const at = { writtenAt: `${place.writtenAt}.${writer.name}`, readAt: `${place.readAt}.${reader.name}` };
    return { writer, reader, ...at, written: held, read: heldBy(node, reader.name, read) };
  };
  const entry = use.nodes.has(node) ? entryOf(node.writer, use.entry) : null;
  const here = entry === null ? null : spotOf(entry);
  if (here !== null) yield here;
  for (const edge of node.edges) {
    const spot = spotOf(edge.entry);
    if (spot === null || valueAt(edge.subject, written) === undefined) continue;
    const list = isList(spot.written) ? spot.written : null;
    for (const [i, element] of (list ?? [spot.written]).entries()) {
      const index = list === null ? "" : `[${i}]`;
      const inside = {
        ...{ node: edge.to, written: element, read: isList(spot.read) ? spot.read[i] : spot.read },
        ...{ writtenAt: spot.writtenAt + index, readAt: spot.readAt + index },
      };
      yield* spotsOf(use, inside, isRead, depth + 1);
    }
  }
}

function heldBy({ writer }: Node, name: string, value: Value): Value {
  if (!isObject(value)) return undefined;
  if (writer.kind !== "union") return memberOf(value, name);
  return memberOf(value, "kind") === name ? memberOf(value, "value") : undefined;
}
