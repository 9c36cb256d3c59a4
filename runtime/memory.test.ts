import { expect, test } from "vitest";
import { reserve } from "./memory.ts";

/** A body of so many bytes in memory for more, every byte of it written. */
function write(bytes: number, room: number, byte: number): Uint8Array {
  const out = reserve(room);
  const end = out.start + bytes / 4;
  out.bytes.fill(byte, out.start * 4, end * 4);
  return out.take(end);
}

test.each([
  ["small", 1 << 10],
  ["large", 1 << 18],
  ["past what is written twice", (1 << 24) + 4096],
])("bodies that are %s keep their bytes, whether they fill their room or not", (_, bytes) => {
  const rooms = [bytes, bytes * 2, bytes + 8, bytes * 3, bytes, bytes + 64, bytes * 2];
  const bodies = rooms.map((room, i) => write(bytes, room, i + 1));
  for (const [i, body] of bodies.entries()) expect(body.every((byte) => byte === i + 1)).toBe(true);
  for (const body of bodies) expect(body.length).toBe(bytes);
});

test("gives nothing out with a large body that was in its memory before", () => {
  const bytes = 1 << 18;
  for (let i = 0; i < 50; i++) {
    const body = write(bytes, bytes + 4096, 0xee);
    const rest = new Uint8Array(body.buffer, body.byteOffset + bytes);
    expect(rest.every((byte) => byte === 0)).toBe(true);
    expect(rest.length).toBeLessThanOrEqual(4096);
  }
});
