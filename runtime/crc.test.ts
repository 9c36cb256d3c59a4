import { crc32 as zlibCrc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { crc32, crc32Between, portableCrc32 } from "./crc.ts";

describe("crc32", () => {
  test("is zlib's", () => {
    const nine = new TextEncoder().encode("123456789");
    expect(crc32(nine)).toBe(0xcbf43926);
    expect(portableCrc32(nine, 0, 9, 0)).toBe(0xcbf43926);
  });

  test("the portable one agrees with the native one at every length and place, and goes on from a start", () => {
    const bytes = Uint8Array.from({ length: 700 }, (_, i) => (i * 7919) >> 3);
    for (let length = 0; length <= bytes.length; length++) {
      for (const from of [0, length >> 1, length % 5]) {
        const to = Math.max(from, length);
        const part = bytes.subarray(from, to);
        expect(portableCrc32(bytes, from, to, 0)).toBe(zlibCrc32(part));
        expect(crc32Between(bytes, from, to, 7)).toBe(zlibCrc32(part, 7));
        // What starts at an odd place of its buffer has no words to be read by.
        expect(portableCrc32(part, 0, part.length, 7)).toBe(zlibCrc32(part, 7));
      }
    }
    expect(crc32(bytes.subarray(100), crc32(bytes.subarray(0, 100)))).toBe(zlibCrc32(bytes));
  });
});
