/** Large buffers that were decoded or viewed: values may lie over such a buffer, and change with what is written there. */
const large = new WeakSet<ArrayBufferLike>();

/** Up to this size a weak set would cost a small decode as much again. */
const largestSmall = 1 << 16;

/** A bit for the sizes of the small ones. */
const sizes = /* @__PURE__ */ new Uint8Array(1 << 13);

/** How often a buffer was opened: where that has not changed, nothing has. */
export const opened = { times: 0 };

/** Notes that values may lie over a buffer from now on. */
export function noteRead(buffer: ArrayBuffer): void {
  if (buffer.byteLength > largestSmall) large.add(buffer);
  else {
    const at = placeOf(buffer);
    sizes[at >>> 3]! |= 1 << (at & 7);
  }
  opened.times++;
}

/** Whether values may lie over a buffer: false only where none does. */
export function mayBeRead(buffer: ArrayBufferLike): boolean {
  if (isResizable(buffer)) return true;
  if (buffer.byteLength > largestSmall) return large.has(buffer);
  const at = placeOf(buffer);
  return (sizes[at >>> 3]! & (1 << (at & 7))) !== 0;
}

/** Whether memory may have another length at the next call: arrays over it cannot be kept. */
export function isResizable(buffer: ArrayBufferLike): boolean {
  // Hosts of 2022 have none, and nothing that says so.
  return (buffer as { readonly resizable?: boolean }).resizable === true;
}

/** One of 65,536 places, which near sizes do not share. */
function placeOf({ byteLength }: ArrayBufferLike): number {
  return Math.imul(byteLength, 0x9e37_79b1) >>> 16;
}
