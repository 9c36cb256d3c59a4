import { formOf, wordsOf } from "./form.ts";
import type { Input } from "./input.ts";
import { openInput } from "./open-input.ts";

/** A stretch of an input, in words: a body, or a member with its header. */
export interface Stretch {
  readonly input: Input;
  readonly start: number;
  readonly end: number;
}

/** A whole body, in an input of its own, since several are open at once. */
export function bodyIn(bytes: Uint8Array): Stretch {
  const input = openInput(new Uint8Array(bytes), { root: noRoot, dropped: null, keepUnknown: true });
  return { input, start: input.start, end: input.end };
}

function noRoot(): never {
  throw new Error("nothing is decoded here");
}

export function bytesOf({ input, start, end }: Stretch): Uint8Array {
  return input.slice(start * 4, (end - start) * 4);
}

/** Whether two stretches hold the same bytes, or neither is there. */
export function equal(a: Stretch | undefined, b: Stretch | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.end - a.start !== b.end - b.start) return false;
  for (let o = a.start, p = b.start; o < a.end; o++, p++) if (a.input.words[o] !== b.input.words[p]) return false;
  return true;
}

/** The members of a body by id, headers included. */
export function membersIn({ input, start, end }: Stretch): ReadonlyMap<number, Stretch> {
  const members = new Map<number, Stretch>();
  for (let o = start, next = o; o < end; o = next) {
    next = o + wordsOf(input.words, o);
    members.set(input.words[o]! & 0xffff, { input, start: o, end: next });
  }
  return members;
}

export function formOfMember({ input, start }: Stretch): number {
  return formOf(input.words[start]!);
}

/** A member without its header. */
export function payload({ input, start, end }: Stretch): Stretch {
  return { input, start: start + 2, end };
}

/** The bodies of a list's elements. */
export function elementsOf({ input, start }: Stretch): readonly Stretch[] {
  const elements: Stretch[] = [];
  const count = input.words[start + 2]!;
  for (let i = 0, o = start + 4; i < count; i++) {
    const end = o + 2 + (input.words[o]! >>> 2);
    elements.push({ input, start: o + 2, end });
    o = end;
  }
  return elements;
}

/** What a table says of its rows. */
export function tableShape({ input, start }: Stretch): { readonly stride: number; readonly required: number } {
  const shape = input.words[start + 3]!;
  return { stride: shape & 0xffff, required: shape >>> 16 };
}

/** A row of a table. */
export function rowOf(table: Stretch, row: number): Uint8Array {
  const { stride } = tableShape(table);
  return table.input.slice((table.start + 4) * 4 + row * stride, stride);
}

/** A member with the header of another and a new payload of whole words. */
export function withHeader({ input, start }: Stretch, body: Uint8Array): Uint8Array {
  return concat([pair(input.words[start]!, body.length), body]);
}

/** Two words. */
export function pair(low: number, high: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, low, true);
  view.setUint32(4, high, true);
  return bytes;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
