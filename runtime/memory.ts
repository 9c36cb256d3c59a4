import { BatonError } from "./errors.ts";
import { largestBody } from "./form.ts";
import { lastLarge, Output, slabBytes, uncleared } from "./output.ts";
import { isResizable, mayBeRead, opened } from "./read-memory.ts";

let slab: Output | null = null;

/** Memory for a body of at most so many bytes. */
export function reserve(bytes: number): Output {
  if (bytes > slabBytes >> 2) return bytes <= largestScratch ? reserveScratch(bytes) : dedicated(bytes);
  let output = slab;
  // The caller may have transferred the buffer of an earlier body: then the arrays are empty.
  if (output === null || output.busy || output.start * 4 + bytes > output.words.length * 4) {
    output = new Output(new ArrayBuffer(slabBytes), 0, slabBytes);
    slab = output;
  }
  output.busy = true;
  return output;
}

/**
 * Memory for a body whose room takes a walk over it to know. Of the same kind as the last large one it is expected to fit where that did: what does
 * not is a RangeError when it is taken, and is written again with room enough.
 */
export function reserveFor<Init>(room: (value: Init) => number, value: Init): Output {
  const known = lastLarge.kind === room ? scratch?.deref() : undefined;
  if (known !== undefined && !known.busy) return begin(known, known.bytes.length, true);
  const output = reserve(room(value));
  lastLarge.kind = output.copies ? room : null;
  return output;
}

/** Up to this size larger bodies are written to memory that is used again and given out as a copy of just their size. */
const largestScratch = 1 << 24;

let scratch: WeakRef<Output> | null = null;

/**
 * Warm memory: writing to fresh pages takes longer than copying out of used ones. It may be collected between two bodies. A body that is expected
 * to fill its room is written where it stays.
 */
function reserveScratch(bytes: number): Output {
  if (lastLarge.isFull) return ownMemory(bytes);
  let output = scratch?.deref();
  if (output === undefined || output.busy || output.words.length * 4 < bytes) {
    const size = Math.max(1 << 18, 2 ** Math.ceil(Math.log2(bytes)));
    output = new Output(new ArrayBuffer(size), 0, size);
    output.copies = true;
    scratch = new WeakRef(output);
  }
  return begin(output, bytes, false);
}

function begin(output: Output, room: number, isGuess: boolean): Output {
  output.busy = true;
  output.start = 0;
  output.room = room;
  output.isGuess = isGuess;
  return output;
}

function dedicated(bytes: number): Output {
  if (!(bytes <= largestBody)) throw new BatonError("B8302", { expected: String(largestBody), found: String(bytes) });
  return ownMemory(bytes);
}

/** Memory for one body, which it keeps. */
function ownMemory(bytes: number): Output {
  const rounded = Math.ceil(bytes / 8) * 8;
  const output = new Output(uncleared(rounded) ?? new ArrayBuffer(rounded), 0, rounded);
  output.room = rounded;
  return output;
}

let lastTarget: Output | null = null;

/**
 * The memory of `encodeInto`: over the caller's bytes where they are aligned, else null. They hold the `room` of the value from `offset` on, or end
 * where their buffer does, past which nothing can be written. Null as well where they may have been decoded or viewed: the value may lie over them.
 */
export function outputInto<Init>(
  target: Uint8Array,
  offset: number,
  room: (value: Init) => number,
  value: Init,
): Output | null {
  let output = lastTarget;
  if (output === null || output.target !== target || output.busy) {
    output = target instanceof Uint8Array ? openTarget(target) : null;
    if (output === null) return null;
  }
  if (output.opened !== opened.times) {
    output.opened = opened.times;
    output.mayBeRead = mayBeRead(output.buffer);
  }
  if (output.mayBeRead) return null;
  const { origin } = output;
  const { length } = target;
  if (((origin + offset) & 7) !== 0 || offset >>> 0 !== offset) return null;
  if (origin + length !== output.bytes.length && offset + room(value) > length) return null;
  output.busy = true;
  output.start = (origin + offset) >>> 2;
  output.limit = origin + length;
  return output;
}

/** Buffers of up to this size stay known, so that the next body for one costs no new arrays. */
const rememberedBytes = 1 << 20;

function openTarget(target: Uint8Array): Output | null {
  const { buffer } = target;
  if (buffer.byteLength > largestBody) return null;
  const known = lastTarget !== null && lastTarget.buffer === buffer && !lastTarget.busy;
  const output = known && lastTarget !== null ? lastTarget : new Output(buffer, 0, buffer.byteLength);
  output.origin = target.byteOffset;
  if (buffer.byteLength <= rememberedBytes && !isResizable(buffer)) {
    lastTarget = output;
    output.target = target;
  }
  return output;
}
