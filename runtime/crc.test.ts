import { crc32 as zlibCrc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { crc32, portableCrc32 } from "./crc.ts";

describe("crc32", () => {
  test("is zlib's", () => {
    const nine = new TextEncoder().encode("123456789");
    expect(crc32(nine)).toBe(0xcbf43926);
    expect(portableCrc32(nine)).toBe(0xcbf43926);
  });

  test("the portable one agrees with the native one at every length, and goes on from a start", () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i * 7919) >> 3);
    for (let length = 0; length <= bytes.length; length++) {
      const part = bytes.subarray(0, length);
      expect(portableCrc32(part)).toBe(zlibCrc32(part));
      expect(portableCrc32(bytes.subarray(length), portableCrc32(part))).toBe(zlibCrc32(bytes));
    }
    expect(crc32(bytes.subarray(100), crc32(bytes.subarray(0, 100)))).toBe(zlibCrc32(bytes));
  });
});
