import { describe as made, type Described } from "./description.ts";
import { BatonError } from "./errors.ts";
import type { Manifest } from "./manifest.ts";
import { isPlain, own } from "./values.ts";
import type { Version } from "./versions.ts";

/** What a value that was decoded with `keepUnknown` came from. */
export interface Carried {
  readonly body: Uint8Array;
  /** The manifest of the dump it came from, so that a dump it is written to says the same; null outside of dumps. */
  readonly manifest: Manifest | null;
  /** The version that wrote a body outside of a dump, if its reader was told. */
  readonly writer?: Version | undefined;
}

/**
 * Where an object was read: what is unknown of it stays with the object, wherever in its record it is moved. The value of a record has no parent.
 */
export interface Origin {
  readonly carried: Carried;
  readonly parent: Origin | null;
  /** The member or alternative that held it, and which one of a list's elements or a table's rows it was. */
  readonly id: number;
  readonly index: number;
  readonly children: Origin[];
}

const origins = new WeakMap<object, Origin>();
let any = false;

/** Ties a value, and every object in it, to the bytes it was read from. */
export function carry<Value extends object>(value: Value, described: Described, carried: Carried): Value {
  register(described, value, { carried, parent: null, id: 0, index: 0, children: [] });
  any = true;
  return value;
}

function register(described: Described, value: object, origin: Origin): void {
  origins.set(value, origin);
  for (const { id, type, objects } of heldBy(described, value)) {
    for (const [index, object] of objects.entries()) {
      const child = { carried: origin.carried, parent: origin, id, index, children: [] };
      origin.children.push(child);
      register(type, object, child);
    }
  }
}

/** The objects that an object of a state or union holds, by member or alternative. What a row holds is never unknown by itself. */
export function heldBy(described: Described, value: object): readonly Held[] {
  const type = made(described);
  if (type.kind === "state") {
    return type.members.flatMap((member) => heldIn(member.id, member.type, own(value, member.name)));
  }
  if (type.kind !== "union") return [];
  const alternative = type.alternatives.find((one) => one.name === own(value, "kind"));
  if (alternative === undefined || alternative.type === null) return [];
  return heldIn(alternative.id, alternative.type, own(value, "value"));
}

interface Held {
  readonly id: number;
  readonly type: Described;
  readonly objects: readonly object[];
}

function heldIn(id: number, described: Described, value: unknown): readonly Held[] {
  const type = made(described);
  const element = type.kind === "list" ? made(type.element) : type;
  if (element.kind !== "state" && element.kind !== "union" && element.kind !== "struct") return [];
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  const objects = all.filter(isPlain);
  return objects.length === 0 ? [] : [{ id, type: element, objects }];
}

/** Whether a value was decoded with `keepUnknown`; costs nothing where nobody does that. */
export function isCarried(value: object): boolean {
  return any && origins.has(value);
}

/** What a value carries that was decoded as a whole, or null. A part of one cannot be written by itself without losing what it carries. */
export function carriedBody(value: object): Carried | null {
  const origin = origins.get(value);
  if (origin === undefined) return null;
  if (origin.parent === null) return origin.carried;
  const expected = "the whole value that was read with `keepUnknown`, or a copy of its part";
  throw new BatonError("B8308", { expected, found: "a part" });
}

/** Where an object was read with `keepUnknown`, or null. */
export function originOf(value: object): Origin | null {
  return origins.get(value) ?? null;
}
