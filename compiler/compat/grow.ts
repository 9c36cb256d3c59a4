import { isObject, memberOf, setMember, type Value } from "../dump/value.ts";
import type { WireType } from "../dump/wire-type.ts";
import { pathsIn } from "../schema/expression-members.ts";
import type { Expr, Step } from "../schema/ir.ts";
import { containerOf, entryOf } from "./graph.ts";
import type { Sampler } from "./sample.ts";

/** A step into what holds something: all but ranges of bits. */
type Inward = Exclude<Step, { kind: "bits" }>;

/** The ways on which expressions look into what members hold: drawn values hardly ever have anything at the end of a long one. */
export function waysInto(expressions: readonly Expr[]): readonly (readonly Inward[])[] {
  return expressions.flatMap(pathsIn).flatMap(({ depth, steps }) => {
    const way = steps.filter((step) => step.kind !== "bits");
    return depth === 0 && way.length > 1 ? [way] : [];
  });
}

/**
 * A value with something at the end of a way, as `drawn` says: what is absent on it is made, and a union holds the alternative that it leads
 * through.
 */
export function grown(
  type: WireType,
  value: Value,
  [step, ...rest]: readonly Inward[],
  sampler: Sampler,
  drawn: (type: WireType, held: Value) => Value,
): Value {
  const held = containerOf(type);
  if (step === undefined) return drawn(held, value);
  if (held.kind === "union") {
    const one = held.byId.get(step.id);
    if (one === undefined || one.type === null) return value;
    const isHeld = isObject(value) && memberOf(value, "kind") === one.name;
    const inside = isHeld ? memberOf(value, "value") : undefined;
    return { kind: one.name, value: grown(one.type, inside, rest, sampler, drawn) };
  }
  if (held.kind !== "state" && held.kind !== "struct") return value;
  const member = entryOf(held, step.id);
  if (member === null || member.type === null) return value;
  const whole = isObject(value) ? value : sampler.least.value(held);
  if (!isObject(whole)) return value;
  return withMember(whole, member.name, grown(member.type, memberOf(whole, member.name), rest, sampler, drawn));
}

/** A copy of an object with another member. */
export function withMember(object: { readonly [name: string]: Value }, name: string, value: Value): Value {
  const copy = copyOf(object);
  setMember(copy, name, value);
  return copy;
}

/** A copy of an object, to which members can be given. */
export function copyOf(object: { readonly [name: string]: Value }): { [name: string]: Value } {
  const copy: { [name: string]: Value } = {};
  for (const key of Object.keys(object)) setMember(copy, key, memberOf(object, key));
  return copy;
}
