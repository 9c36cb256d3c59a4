import type { WireAlternative, WireUnion } from "../../dump/wire-type.ts";
import { always, anyOf, type Condition } from "../condition.ts";
import { domainOf, isNumeric } from "../domain.ts";
import { containerOf, subjectOf, type Composite, type Hazard, type Node } from "../graph.ts";
import { holds } from "../integers.ts";
import { misread, refused, valueIs, type Site } from "../site.ts";

const none: readonly Hazard[] = [];

function unionOf(type: Composite): WireUnion {
  if (type.kind !== "union") throw new Error(`${type.text} is no union`);
  return type;
}

/** When a union holds an alternative. */
export function isHeld(node: Node, { id, name }: WireAlternative): Condition {
  return { kind: "is", of: { steps: [], type: node.writer, exists: always }, id, name };
}

/** An alternative that the reader may not have. */
export function writerOnlyAlternative(site: Site, id: number): readonly Hazard[] {
  const held = unionOf(site.node.writer).byId.get(id);
  if (held === undefined || unionOf(site.node.reader).byId.has(id)) return none;
  return refused(isHeld(site.node, held));
}

/** Alternatives of the same id whose name stands for another one on the other side. */
export function alternativesMoved(site: Site, names: readonly string[]): readonly Hazard[] {
  const [writer, reader] = [unionOf(site.node.writer), unionOf(site.node.reader)];
  const isKnown = (type: WireUnion, name: string): boolean => type.alternatives.some((one) => one.name === name);
  const clashing = writer.alternatives.filter((held) => {
    const taken = reader.byId.get(held.id);
    if (taken === undefined || taken.name === held.name) return false;
    if (!names.includes(held.name) && !names.includes(taken.name)) return false;
    return isKnown(reader, held.name) || isKnown(writer, taken.name);
  });
  return misread(anyOf(clashing.map((held) => isHeld(site.node, held))), "nothing");
}

/** An alternative that holds a value on one side and nothing on the other. */
export function noneChanged(site: Site, id: number): readonly Hazard[] {
  const { node } = site;
  const [held, taken] = [unionOf(node.writer).byId.get(id), unionOf(node.reader).byId.get(id)];
  if (held === undefined || taken === undefined) return none;
  const when = isHeld(node, held);
  const type = held.type ?? taken.type;
  if (site.direction === "rollback" || type === null || !isNumeric(containerOf(type))) return refused(when);
  // `none` is a word of zero, and so is the number 0.
  if (held.type === null) return holds(domainOf(containerOf(type)), 0n) ? misread(when) : refused(when);
  const subject = subjectOf(node, held);
  const zero = { kind: "zero" } as const;
  const isZero = valueIs(subject, containerOf(type), zero, true);
  if (!holds(domainOf(containerOf(type)), 0n)) return refused(when);
  return [...misread(isZero), ...refused(valueIs(subject, containerOf(type), zero, false))];
}
