import type { Encodes } from "./encode.ts";
import { encodeFor } from "./encode.ts";
import { describe as made, allMembers, type TypeDescription } from "./description.ts";
import { BatonError } from "./errors.ts";
import { form, formOf, wordsOf } from "./form.ts";
import { openInput, type Input } from "./input.ts";
import type { BodyDescription } from "./locate.ts";
import type { Manifest } from "./manifest.ts";

/** What a value that was decoded with `keepUnknown` came from. */
export interface Carried {
  readonly body: Uint8Array;
  /** The manifest of the dump it came from, so that a dump it is written to says the same; null outside of dumps. */
  readonly manifest: Manifest | null;
}

const carriedBy = new WeakMap<object, Carried>();
let any = false;

/** Ties a value to the bytes it was read from. */
export function carry<Value extends object>(value: Value, carried: Carried): Value {
  carriedBy.set(value, carried);
  any = true;
  return value;
}

/** Whether a value was decoded with `keepUnknown`; costs nothing where nobody does that. */
export function isCarried(value: object): boolean {
  return any && carriedBy.has(value);
}

/** What a value carries, or null. */
export function carriedBody(value: object): Carried | null {
  return carriedBy.get(value) ?? null;
}

/**
 * Encodes a value that carries what its reader does not know. What the reader would write for the value as it was read is compared with what it
 * writes for the value as it is now: members that did not change stay byte for byte as they came, unknown ones all do.
 */
export function mergeCarried<Init extends object>(codec: Encodes<Init>, value: Init, carried: Carried): Uint8Array {
  const { describe, read } = codec.inner;
  const input = openInput(carried.body, { root: describe, dropped: null, keepUnknown: true });
  // A decoded value is one that the codec encodes.
  const before = encodeFor(codec, read(input, input.start, input.end) as Init, null, true);
  const after = encodeFor(codec, value, null, true);
  if (sameBytes(before, after)) return carried.body.slice();
  return mergeBodies(made(describe), bodyIn(carried.body), bodyIn(before), bodyIn(after), "");
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** A stretch of an input, in words. */
interface Stretch {
  readonly input: Input;
  readonly start: number;
  readonly end: number;
}

function bodyIn(bytes: Uint8Array): Stretch {
  // An input of its own, since three are open at once.
  const copy = new Uint8Array(bytes);
  const input = openInput(copy, { root: noRoot, dropped: null, keepUnknown: true });
  return { input, start: input.start, end: input.end };
}

function noRoot(): never {
  throw new Error("nothing is decoded here");
}

function bytesOf({ input, start, end }: Stretch): Uint8Array {
  return input.slice(start * 4, (end - start) * 4);
}

function equal(a: Stretch | undefined, b: Stretch | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return sameBytes(bytesOf(a), bytesOf(b));
}

/** The members of a body by id, headers included. */
function membersIn({ input, start, end }: Stretch): ReadonlyMap<number, Stretch> {
  const members = new Map<number, Stretch>();
  for (let o = start, next = o; o < end; o = next) {
    next = o + wordsOf(input.words, o);
    members.set(input.words[o]! & 0xffff, { input, start: o, end: next });
  }
  return members;
}

function mergeBodies(
  description: BodyDescription,
  came: Stretch,
  before: Stretch,
  after: Stretch,
  path: string,
): Uint8Array {
  const original = membersIn(came);
  const old = membersIn(before);
  const now = membersIn(after);
  const parts: Uint8Array[] = [];
  for (const id of [...new Set([...original.keys(), ...now.keys()])].sort((a, b) => a - b)) {
    const [o, b, n] = [original.get(id), old.get(id), now.get(id)];
    const entry =
      description.kind === "union"
        ? description.alternatives.find((one) => one.id === id)
        : allMembers(description).find((one) => one.id === id);
    const retired = description.kind === "state" && description.retired?.some((one) => one.id === id) === true;
    if (entry === undefined || retired || equal(b, n)) {
      // A union holds what it holds now.
      if (o !== undefined && (description.kind === "state" || n !== undefined || now.size === 0))
        parts.push(bytesOf(o));
      continue;
    }
    if (n === undefined) continue;
    const below = path === "" ? entry.name : `${path}.${entry.name}`;
    if (o === undefined || b === undefined || entry.type === null) parts.push(bytesOf(n));
    else parts.push(mergeMember(made(entry.type), o, b, n, below));
  }
  return concat(parts);
}

function mergeMember(type: TypeDescription, came: Stretch, before: Stretch, after: Stretch, path: string): Uint8Array {
  const found = formOf(came.input.words[came.start]!);
  if (type.kind === "state" || type.kind === "union") {
    return withHeader(came, mergeBodies(type, payload(came), payload(before), payload(after), path));
  }
  if (found === form.table) return mergeTables(came, before, after, path);
  if (type.kind === "list" && found === form.list) {
    const element = made(type.element);
    if (element.kind === "state" || element.kind === "union") return mergeLists(element, came, before, after, path);
  }
  return bytesOf(after);
}

function payload({ input, start, end }: Stretch): Stretch {
  return { input, start: start + 2, end };
}

/** A member with its old header and a new payload of whole words. */
function withHeader({ input, start }: Stretch, body: Uint8Array): Uint8Array {
  const header = new Uint8Array(8);
  new DataView(header.buffer).setUint32(0, input.words[start]!, true);
  new DataView(header.buffer).setUint32(4, body.length, true);
  return concat([header, body]);
}

function mergeLists(
  element: BodyDescription,
  came: Stretch,
  before: Stretch,
  after: Stretch,
  path: string,
): Uint8Array {
  const [original, old, now] = [elementsOf(came), elementsOf(before), elementsOf(after)];
  if (original.length !== now.length) {
    // Which element is which cannot be told any more, so none of them may hold what would be lost.
    if (original.every((one, i) => equal(one, old[i]))) return bytesOf(after);
    throw unmergeable(path, original.length, now.length);
  }
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, now.length, true);
  const parts: Uint8Array[] = [head];
  for (const [i, one] of now.entries()) {
    const body = mergeBodies(element, original[i]!, old[i]!, one, `${path}[${i}]`);
    const length = new Uint8Array(8);
    new DataView(length.buffer).setUint32(0, body.length, true);
    parts.push(length, body);
  }
  return withHeader(came, concat(parts));
}

function elementsOf({ input, start }: Stretch): readonly Stretch[] {
  const elements: Stretch[] = [];
  const count = input.words[start + 2]!;
  for (let i = 0, o = start + 4; i < count; i++) {
    const end = o + 2 + (input.words[o]! >>> 2);
    elements.push({ input, start: o + 2, end });
    o = end;
  }
  return elements;
}

/** Rows keep what they had past the reader's own members. */
function mergeTables(came: Stretch, before: Stretch, after: Stretch, path: string): Uint8Array {
  const theirs = came.input.words[came.start + 3]!;
  const stride = theirs & 0xffff;
  const count = came.input.words[came.start + 2]!;
  const own = after.input.words[after.start + 3]!;
  const ours = own & 0xffff;
  if (theirs === before.input.words[before.start + 3]! && theirs === own) return bytesOf(after);
  if (after.input.words[after.start + 2] !== count) {
    if (stride <= ours && theirs >>> 16 <= own >>> 16) return bytesOf(after);
    throw unmergeable(path, count, after.input.words[after.start + 2]!);
  }
  const merged = bytesOf(came).slice();
  const [was, is] = [bytesOf(before), bytesOf(after)];
  for (let row = 0; row < count; row++) {
    for (let at = 0; at < ours; at++) {
      const cell = 16 + row * ours + at;
      if (was[cell] === is[cell]) continue;
      if (at >= stride) throw unmergeable(`${path}[${row}]`, stride, ours);
      merged[16 + row * stride + at] = is[cell]!;
    }
  }
  const view = new DataView(merged.buffer);
  view.setUint16(14, Math.max(theirs >>> 16, Math.min(own >>> 16, stride)), true);
  return merged;
}

function unmergeable(path: string, came: number, now: number): BatonError {
  return new BatonError("B8308", {
    path,
    expected: `as many elements as were read (${came}), since they hold what this reader does not know`,
    found: String(now),
  });
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
