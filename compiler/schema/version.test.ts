import { describe, expect, it } from "vitest";
import {
  afterUntil,
  backportOf,
  existsAt,
  formatVersion,
  majorOf,
  packVersion,
  parseVersion,
  versionToJson,
} from "./version.ts";

const v = (text: string): number => parseVersion(text) ?? NaN;

describe("versions", () => {
  it("order as numbers do", () => {
    expect(v("2.1")).toBe(0x2_0001);
    expect([v("3"), v("2.10"), v("2"), v("2.9")].sort((a, b) => a - b).map(formatVersion)).toEqual([
      "2",
      "2.9",
      "2.10",
      "3",
    ]);
  });

  it("do not become negative where they fill 32 bits", () => {
    const last = packVersion(0xffff, 0xffff);
    expect(last).toBe(0xffff_ffff);
    expect([majorOf(last), backportOf(last)]).toEqual([0xffff, 0xffff]);
    expect(v("65535.65535")).toBe(last);
  });

  it.each(["", "0", "2.0", "01", "2.01", "-1", "1.2.3", "65536", "1.65536", "2.", ".1", "v1", " 1"])(
    "are not %j",
    (text) => {
      expect(parseVersion(text)).toBeNull();
    },
  );

  it("are numbers in JSON unless they are backports", () => {
    expect([v("2"), v("2.1")].map(versionToJson)).toEqual([2, "2.1"]);
  });
});

describe("lifetimes", () => {
  it("count both ends, and `until` covers the backports onto its version", () => {
    const at = (since: string, until: string | null, version: string): boolean =>
      existsAt({ since: v(since), until: until === null ? null : v(until) }, v(version));
    expect(["1", "2", "2.1", "2.7", "3"].map((version) => at("2", "2", version))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(["2", "2.1", "2.2", "3"].map((version) => at("2", "2.1", version))).toEqual([true, true, false, false]);
    expect(["2", "2.1", "3", "9"].map((version) => at("2.1", null, version))).toEqual([false, true, true, true]);
  });

  it("end right before the next version", () => {
    expect([afterUntil(v("2")), afterUntil(v("2.1"))]).toEqual([v("3"), v("2.2")]);
  });
});
