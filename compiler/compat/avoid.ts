import { MAX_DEPTH } from "../dump/format.ts";
import { integerOf, isList, isObject, type Value } from "../dump/value.ts";
import { allOf, anyOf, isConstant, type Condition } from "./condition.ts";
import { isTrue, valueAt } from "./condition-value.ts";
import type { Piece } from "./fold.ts";
import { candidates } from "./force.ts";
import { withMember } from "./grow.ts";
import { containerOf, type Composite, type Node } from "./graph.ts";
import { not } from "./hazards/checks.ts";
import { integersOf, without } from "./integers.ts";
import type { Dice, Sampler } from "./sample.ts";

/** What is better not true of a value that is to show something else, by the node that it is said of. */
export type Avoided = Pick<ReadonlyMap<Node, readonly Condition[]>, "get">;

/** Conditions by node; those that are true of every value cannot be avoided. */
export function avoided(pieces: readonly Piece[]): Avoided {
  const conditions = new Map<Node, Condition[]>();
  for (const { node, condition } of pieces) {
    if (isConstant(condition, true)) continue;
    const known = conditions.get(node) ?? [];
    conditions.set(node, known);
    known.push(condition);
  }
  return conditions;
}

/** Whether none of these is true of a value of a node, nor of anything in it. */
export function isFree(node: Node, value: Value, conditions: Avoided): boolean {
  if ((conditions.get(node) ?? []).some((condition) => isTrue(condition, value))) return false;
  return node.edges.every(({ to, subject }) => {
    const held = valueAt(subject, value);
    if (held === undefined || held === null) return true;
    return (isList(held) ? held : [held]).every((one) => isFree(to, one, conditions));
  });
}

/** Elements of one list that are changed, at most. */
const ELEMENTS = 16;

/** Makes values free of some conditions as far as that is known to be done, and keeps true what they are to show. */
export class Avoiding {
  readonly #conditions: Avoided;
  readonly #shown: Piece;
  readonly #sampler: Sampler;
  readonly #dice: Dice;

  constructor(conditions: Avoided, shown: Piece, sampler: Sampler, dice: Dice) {
    this.#conditions = conditions;
    this.#shown = shown;
    this.#sampler = sampler;
    this.#dice = dice;
  }

  /** A record like the given one; null where nothing is gained, or what it is to show would be gone. */
  freed(root: Node, value: Value): Value | null {
    if (isFree(root, value, this.#conditions)) return null;
    const free = this.#freed(root, value, 0);
    const { node, condition } = this.#shown;
    return isFree(root, free, new Map([[node, [condition]]])) ? null : free;
  }

  #freed(node: Node, value: Value, depth: number): Value {
    if (depth >= MAX_DEPTH) return value;
    let free = value;
    for (const condition of this.#conditions.get(node) ?? []) {
      if (isTrue(condition, free)) free = this.#without(condition, node, free) ?? free;
    }
    for (const { to, entry, subject } of node.edges) {
      const held = valueAt(subject, free);
      if (held === undefined || held === null || !isObject(free)) continue;
      const inside = isList(held)
        ? held.map((one, i) => (i < ELEMENTS ? this.#freed(to, one, depth + 1) : one))
        : this.#freed(to, held, depth + 1);
      free = node.writer.kind === "union" ? { kind: entry.name, value: inside } : withMember(free, entry.name, inside);
    }
    return free;
  }

  #without(condition: Condition, node: Node, value: Value): Value | undefined {
    const isShown = node === this.#shown.node && isTrue(this.#shown.condition, value);
    const opposite = this.#opposite(condition, node.writer, value);
    if (opposite === null) return undefined;
    return candidates(opposite, node.writer, value, this.#sampler, this.#dice).find(
      (one) => !isTrue(condition, one) && (!isShown || isTrue(this.#shown.condition, one)),
    );
  }

  /** What would make a condition false; null where it is not known how. */
  #opposite(condition: Condition, type: Composite, value: Value): Condition | null {
    switch (condition.kind) {
      case "constant":
      case "outside":
      case "fails":
      case "ill-formed":
        return null;
      case "or": {
        const parts = condition.of.filter((part) => isTrue(part, value));
        const opposites = parts.flatMap((part) => this.#opposite(part, type, value) ?? []);
        return opposites.length < parts.length ? null : allOf(opposites);
      }
      case "and": {
        const opposites = condition.of.flatMap((part) => this.#opposite(part, type, value) ?? []);
        return opposites.length === 0 ? null : anyOf(opposites);
      }
      case "integers":
      case "length":
        return { ...condition, among: without(condition.domain, condition.among) };
      case "bits":
      case "ranges differ": {
        const held = integerOf(valueAt(condition.of, value)) ?? 0n;
        const among = integersOf([condition.kind === "bits" ? held & ~condition.mask : 0n]);
        return { kind: "integers", of: condition.of, among, domain: among };
      }
      case "default":
        return { ...condition, equal: !condition.equal };
      case "present":
        return { kind: "absent", of: condition.of };
      case "absent":
        return { kind: "present", of: condition.of };
      case "is": {
        const union = condition.of.type;
        if (union?.kind !== "union") return null;
        const rest = union.alternatives.filter(({ id }) => id !== condition.id);
        return anyOf(rest.map(({ id, name }) => ({ ...condition, id, name })));
      }
      case "expression":
        return { kind: "expression", expression: not(condition.expression) };
      case "some":
        return this.#oppositeOfSome(condition);
    }
  }

  /** An empty list, or one of elements for which it is false. */
  #oppositeOfSome(condition: Extract<Condition, { kind: "some" }>): Condition | null {
    const list = condition.of.type === null ? null : containerOf(condition.of.type);
    if (list?.kind !== "list") return null;
    const none = integersOf([0n]);
    if (list.min === 0) return { kind: "length", of: condition.of, among: none, domain: none };
    const { each } = condition;
    return each.kind === "integers"
      ? { ...condition, each: { ...each, among: without(each.domain, each.among) } }
      : null;
  }
}
