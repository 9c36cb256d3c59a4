/** Bodies of states and unions as trees, without their schema: mutated as trees, with all lengths right again, they reach deep into a decoder. */
import type { Random } from "../property/random.ts";
import { roundUp8 } from "./frame.ts";

/** A member as it lies in a body. The payload is a subtree where it can be read as one. */
export interface RawMember {
  id: number;
  form: number;
  flags: number;
  /** The value of a word; for other forms the payload's length, filled in when the tree is written. */
  arg: number;
  payload: Payload;
}

export type Payload =
  { kind: "bytes"; bytes: Uint8Array } | { kind: "body"; members: RawMember[] } | { kind: "list"; elements: Payload[] };

/** Reads a body; null where the bytes are none. */
export function bodyTree(bytes: Uint8Array, depth = 0): RawMember[] | null {
  if (bytes.length % 8 !== 0 || depth > 70) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const members: RawMember[] = [];
  let last = 0;
  for (let at = 0; at < bytes.length;) {
    const id = view.getUint16(at, true);
    const form = view.getUint8(at + 2);
    const flags = view.getUint8(at + 3);
    const arg = view.getUint32(at + 4, true);
    const length = form === 0 ? 0 : arg;
    if (id <= last || form > 6 || flags > 3 || at + 8 + length > bytes.length) return null;
    last = id;
    members.push({ id, form, flags, arg, payload: payloadTree(form, bytes.subarray(at + 8, at + 8 + length), depth) });
    at += 8 + roundUp8(length);
  }
  return members;
}

function payloadTree(form: number, bytes: Uint8Array, depth: number): Payload {
  if (form === 5 || form === 6) {
    const members = bodyTree(bytes, depth + 1);
    if (members !== null) return { kind: "body", members };
  }
  if (form === 4) {
    const elements = listTree(bytes, depth);
    if (elements !== null) return { kind: "list", elements };
  }
  return { kind: "bytes", bytes: bytes.slice() };
}

function listTree(bytes: Uint8Array, depth: number): Payload[] | null {
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  const elements: Payload[] = [];
  let at = 8;
  while (at + 8 <= bytes.length) {
    const length = view.getUint32(at, true);
    if (at + 8 + length > bytes.length) return null;
    const element = bytes.subarray(at + 8, at + 8 + length);
    const members = element.length > 0 ? bodyTree(element, depth + 1) : null;
    elements.push(members === null ? { kind: "bytes", bytes: element.slice() } : { kind: "body", members });
    at += 8 + roundUp8(length);
  }
  return elements.length === count ? elements : null;
}

/** The bytes of a tree, every length and count as the tree has it. */
export function bodyBytes(members: readonly RawMember[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const member of members) {
    const payload = member.form === 0 ? new Uint8Array(0) : payloadBytes(member.payload);
    const part = new Uint8Array(8 + roundUp8(payload.length));
    const view = new DataView(part.buffer);
    view.setUint16(0, member.id, true);
    view.setUint8(2, member.form);
    view.setUint8(3, member.flags);
    view.setUint32(4, member.form === 0 ? member.arg : payload.length, true);
    part.set(payload, 8);
    parts.push(part);
  }
  return concatenated(parts);
}

function payloadBytes(payload: Payload): Uint8Array {
  switch (payload.kind) {
    case "bytes":
      return payload.bytes;
    case "body":
      return bodyBytes(payload.members);
    case "list": {
      const count = new Uint8Array(8);
      new DataView(count.buffer).setUint32(0, payload.elements.length, true);
      const parts = [count];
      for (const element of payload.elements) {
        const bytes = payloadBytes(element);
        const part = new Uint8Array(8 + roundUp8(bytes.length));
        new DataView(part.buffer).setUint32(0, bytes.length, true);
        part.set(bytes, 8);
        parts.push(part);
      }
      return concatenated(parts);
    }
  }
}

export function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Mutates a tree in place: one change somewhere in it. */
export function mutateTree(random: Random, members: RawMember[]): void {
  const at = anyBody(random, members);
  random.pick(treeMutations)(random, at);
}

/** Some body of the tree, the root often. */
function anyBody(random: Random, members: RawMember[]): RawMember[] {
  const below = members.flatMap(({ payload }) =>
    payload.kind === "body"
      ? [payload.members]
      : payload.kind === "list"
        ? payload.elements.flatMap((element) => (element.kind === "body" ? [element.members] : []))
        : [],
  );
  return below.length === 0 || random.chance(40) ? members : anyBody(random, random.pick(below));
}

const numbers = [
  0, 1, 2, 7, 8, 9, 15, 16, 63, 64, 255, 256, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fff8,
  0xffff_ffff,
] as const;

function someNumber(random: Random, near: number): number {
  return random.weighted([
    [3, random.pick(numbers)],
    [2, (near + random.pick([-8, -1, 1, 8]) + 0x1_0000_0000) % 0x1_0000_0000],
    [1, random.bits()],
  ]);
}

const treeMutations: readonly ((random: Random, members: RawMember[]) => void)[] = [
  function changeId(random, members) {
    const member = some(random, members);
    if (member === undefined) return;
    member.id = random.chance(60) ? (member.id + random.pick([1, -1, 2])) & 0xffff : random.between(0, 0xffff);
    if (random.chance(60)) members.sort((a, b) => a.id - b.id);
  },
  function changeForm(random, members) {
    const member = some(random, members);
    if (member !== undefined) member.form = random.between(0, random.chance(90) ? 6 : 255);
  },
  function changeFlags(random, members) {
    const member = some(random, members);
    if (member !== undefined) member.flags = random.chance(80) ? random.below(4) : random.below(256);
  },
  function changeWord(random, members) {
    const member = some(
      random,
      members.filter(({ form }) => form === 0),
    );
    if (member !== undefined) member.arg = someNumber(random, member.arg);
  },
  function dropMember(random, members) {
    if (members.length > 0) members.splice(random.below(members.length), 1);
  },
  function doubleMember(random, members) {
    const at = random.below(members.length);
    const member = members[at];
    if (member !== undefined) members.splice(at, 0, structuredClone(member));
  },
  function swapMembers(random, members) {
    const [a, b] = [random.below(members.length), random.below(members.length)];
    const [one, other] = [members[a], members[b]];
    if (one === undefined || other === undefined) return;
    members[a] = other;
    members[b] = one;
    if (random.chance(50)) [one.id, other.id] = [other.id, one.id];
  },
  function addMember(random, members) {
    const id = random.weighted([
      [3, (members.at(-1)?.id ?? 0) + 1],
      [1, random.between(1, 0xffff)],
    ]);
    const form = random.below(7);
    const bytes = Uint8Array.from({ length: form === 1 ? 8 : random.below(40) }, () => random.below(256));
    members.push({
      id: id & 0xffff,
      form,
      flags: random.below(2),
      arg: someNumber(random, 0),
      payload: { kind: "bytes", bytes },
    });
    members.sort((a, b) => a.id - b.id);
  },
  function changeBytes(random, members) {
    const member = some(
      random,
      members.filter(({ payload, form }) => payload.kind === "bytes" && form !== 0),
    );
    if (member?.payload.kind === "bytes") member.payload.bytes = mutateBytes(random, member.payload.bytes);
  },
  function changeTable(random, members) {
    const member = some(
      random,
      members.filter(({ form }) => form === 3),
    );
    if (member?.payload.kind !== "bytes" || member.payload.bytes.length < 8) return;
    const view = new DataView(member.payload.bytes.buffer, member.payload.bytes.byteOffset);
    const field = random.below(3);
    if (field === 0) view.setUint32(0, someNumber(random, view.getUint32(0, true)), true);
    else view.setUint16(field * 2 + 2, someNumber(random, view.getUint16(field * 2 + 2, true)) & 0xffff, true);
  },
  function changeElements(random, members) {
    const member = some(
      random,
      members.filter(({ payload }) => payload.kind === "list"),
    );
    if (member?.payload.kind !== "list") return;
    const { elements } = member.payload;
    const element = elements[random.below(elements.length)];
    if (element === undefined || random.chance(40))
      elements.push({ kind: "bytes", bytes: new Uint8Array(random.below(30)) });
    else if (random.chance(50)) elements.push(structuredClone(element));
    else elements.splice(elements.indexOf(element), 1);
  },
  function nestDeeper(random, members) {
    const member = some(
      random,
      members.filter(({ payload }) => payload.kind === "body"),
    );
    if (member?.payload.kind !== "body") return;
    const depth = random.pick([1, 5, 62, 63, 64, 65, 200]);
    let inner = member.payload.members;
    for (let i = 0; i < depth; i++) inner = [{ ...member, payload: { kind: "body", members: inner } }];
    member.payload = { kind: "body", members: inner };
  },
];

function some(random: Random, members: readonly RawMember[]): RawMember | undefined {
  return members.length === 0 ? undefined : random.pick(members);
}

/** Mutates bytes without regard for what they are. */
export function mutateBytes(random: Random, bytes: Uint8Array, other: Uint8Array = bytes): Uint8Array {
  return random.pick(byteMutations)(random, bytes.slice(), other);
}

const byteMutations: readonly ((random: Random, bytes: Uint8Array, other: Uint8Array) => Uint8Array)[] = [
  function flipBits(random, bytes) {
    const count = random.weighted([
      [5, 1],
      [2, random.between(2, 6)],
    ]);
    for (let i = 0; i < count; i++) {
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    }
    return bytes;
  },
  function truncate(random, bytes) {
    return bytes.slice(0, random.below(bytes.length + 1));
  },
  function cutWords(random, bytes) {
    const at = random.below(bytes.length / 8) * 8;
    return concatenated([bytes.slice(0, at), bytes.slice(at + 8 * random.between(1, 3))]);
  },
  function extend(random, bytes) {
    const fill = random.pick([0, 0, 1, 255]);
    return concatenated([bytes, new Uint8Array(random.pick([1, 7, 8, 16, 64])).fill(fill)]);
  },
  function writeNumber(random, bytes) {
    if (bytes.length < 8) return bytes;
    const view = new DataView(bytes.buffer);
    const at = random.chance(70) ? random.below(bytes.length / 4) * 4 : random.below(bytes.length - 4);
    view.setUint32(
      Math.min(at, bytes.length - 4),
      someNumber(random, view.getUint32(Math.min(at, bytes.length - 4), true)),
      true,
    );
    return bytes;
  },
  function writeShort(random, bytes) {
    if (bytes.length < 2) return bytes;
    const view = new DataView(bytes.buffer);
    const at = Math.min(random.below(bytes.length / 2) * 2, bytes.length - 2);
    view.setUint16(at, someNumber(random, view.getUint16(at, true)) & 0xffff, true);
    return bytes;
  },
  function spliceOther(random, bytes, other) {
    const words = random.between(1, 8);
    const from = random.below(other.length / 8) * 8;
    const to = random.below(bytes.length / 8) * 8;
    return concatenated([
      bytes.slice(0, to),
      other.slice(from, from + words * 8),
      bytes.slice(random.chance(50) ? to : to + words * 8),
    ]);
  },
  function zero(random, bytes) {
    const at = random.below(bytes.length);
    bytes.fill(0, at, at + random.between(1, 16));
    return bytes;
  },
];
