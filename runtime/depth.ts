import { allMembers, describe as made, type Described, type TypeDescription } from "./description.ts";
import { deepest, form, formOf, wordsOf } from "./form.ts";
import type { Input } from "./input.ts";
import { openInput } from "./open-input.ts";
import type { BodyDescription } from "./locate.ts";

/**
 * Refuses a body that nests deeper than 64, before a decoder that calls itself goes down. Only types that can hold themselves need it. Bytes are
 * not judged otherwise: what is malformed is left to the decoder, which meets it at the same place.
 */
export function checkDepth(input: Input, describe: () => BodyDescription): void {
  walk(input, made(describe), input.start, input.end, 1);
}

/** The same for a body that was just written. */
export function checkDepthOf(body: Uint8Array, describe: () => BodyDescription): void {
  checkDepth(openInput(body, null), describe);
}

const types = new WeakMap<BodyDescription, ReadonlyMap<number, Described | null>>();

/** The types of a body's members or alternatives by their ids. */
function typesOf(description: BodyDescription): ReadonlyMap<number, Described | null> {
  let known = types.get(description);
  if (known === undefined) {
    const entries = description.kind === "union" ? description.alternatives : allMembers(description);
    types.set(description, (known = new Map(entries.map((one) => [one.id, one.type]))));
  }
  return known;
}

function isBody(type: TypeDescription): type is BodyDescription {
  return type.kind === "state" || type.kind === "union";
}

function walk(input: Input, description: BodyDescription, start: number, end: number, depth: number): void {
  if (depth > deepest) throw input.refuse("B8109", start);
  const { words } = input;
  const known = typesOf(description);
  for (let o = start, next = o; o < end; o = next) {
    next = o + wordsOf(words, o);
    const found = formOf(words[o]!);
    if (next > end || found < form.list) continue;
    const described = known.get(words[o]! & 0xffff) ?? null;
    const type = described === null ? null : made(described);
    if (type === null) continue;
    if (isBody(type)) walk(input, type, o + 2, next, depth + 1);
    else if (type.kind === "list" && found === form.list) walkList(input, made(type.element), o + 4, next, depth);
  }
}

function walkList(input: Input, element: TypeDescription, start: number, end: number, depth: number): void {
  if (!isBody(element)) return;
  for (let o = start, next = o; o < end; o = next) {
    next = o + 2 + ((input.words[o]! + 7) >>> 3) * 2;
    if (next > end) return;
    walk(input, element, o + 2, next, depth + 1);
  }
}
