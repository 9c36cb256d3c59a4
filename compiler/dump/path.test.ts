import { describe, expect, test } from "vitest";
import { PathCursor, parsePath, type DumpPath, type HasMember } from "./path.ts";
import { hasMember, isWritten } from "./path-value.ts";

const never: HasMember = () => false;

function path(text: string): DumpPath {
  const parsed = parsePath(text);
  if (!parsed.ok) throw new Error(`${text}: expected ${parsed.mistake.expected} at ${parsed.mistake.at}`);
  return parsed.path;
}

const record = (text: string, name: string, has: HasMember = never): PathCursor =>
  PathCursor.record([path(text)], name, has);

describe("parsePath", () => {
  test.each([
    "PciDevice",
    "linux.pci.PciDevice#3",
    "linux.pci.PciDevice#3.caps[12].data",
    "PciDevice[bdf=0x0800].bars[0]",
    'Port[name="a ] b",line=3].@12[*]',
    "0x70636901#3.@4",
    "0x70636901#3.@0x8001[@0x8002=7]",
    "manifest.modules[0].name",
  ])("takes %s", (text) => {
    expect(parsePath(text)).toMatchObject({ ok: true, path: { text } });
  });

  test("takes an id as it is written, in either form", () => {
    for (const text of ["Port#3.@0x8001", "Port#3.@32769"]) {
      const cursor = record(text, "demo.Port#3");
      expect(cursor.member("acme", 0x8001).matched, text).toBe(true);
      expect(cursor.member("@0x8001", null).matched, text).toBe(true);
      expect(cursor.member("acme", 0x8002).live, text).toBe(false);
    }
  });

  test.each([
    ["", 0, "the name of a state"],
    ["PciDevice.", 10, "the name of a member"],
    ["PciDevice[x]", 10, "an index, `*` or `member=value`"],
    ["PciDevice[a=1", 13, "`]`"],
    ["PciDevice bars", 9, "`.`, `[` or the end"],
    ['Port[name="\\x"]', 10, "a string as JSON has it"],
    ["Port[1]#2", 7, "`.`, `[` or the end"],
    ["Port[1].x#2", 11, "an instance behind a state alone"],
  ])("refuses %s", (text, at, expected) => {
    expect(parsePath(text)).toEqual({ ok: false, mistake: { at, expected } });
  });
});

describe("PathCursor", () => {
  test("finds a state with and without its module, one instance or all", () => {
    for (const text of ["PciDevice", "linux.pci.PciDevice", "PciDevice#3", "linux.pci.PciDevice[*]"]) {
      expect(record(text, "linux.pci.PciDevice#3").matched, text).toBe(true);
    }
    for (const text of ["PciDevice#2", "pci.PciDevice", "Device", "linux.pci.Other"]) {
      expect(record(text, "linux.pci.PciDevice#3").live, text).toBe(false);
    }
    expect(record("0x70#3", "0x0070#3").matched).toBe(true);
    expect(record("manifest", "manifest").matched).toBe(true);
  });

  test("goes down by names, ids, indices and keys", () => {
    const cursor = record("PciDevice.bars[*].size", "linux.pci.PciDevice#3");
    expect(cursor).toMatchObject({ matched: false, live: true });
    expect(cursor.member("caps", 5).live).toBe(false);
    const bars = cursor.member("bars", 4).element(7, never);
    expect(bars.matched).toBe(false);
    expect(bars.member("size", 2).matched).toBe(true);
    expect(bars.member("size", 2).member("below", 1).matched).toBe(true);
    expect(record("PciDevice.@4[7]", "linux.pci.PciDevice#3").member("bars", 4).element(7, never).matched).toBe(true);
    expect(record("PciDevice.@4[7]", "linux.pci.PciDevice#3").member("bars", 4).element(8, never).live).toBe(false);
    const has: HasMember = ({ member, value }) => member === "bdf" && value === "0x0800";
    expect(record("PciDevice[bdf=0x0800]", "linux.pci.PciDevice#3", has).matched).toBe(true);
    expect(record("PciDevice[bdf=0x0801]", "linux.pci.PciDevice#3", has).live).toBe(false);
  });

  test("takes several paths at once", () => {
    const cursor = PathCursor.record([path("A.x"), path("A#1"), path("B")], "m.A#0", never);
    expect(cursor.matched).toBe(false);
    expect(cursor.member("x", 1).matched).toBe(true);
    expect(PathCursor.record([path("A.x"), path("A#1")], "m.A#1", never).member("y", 2).matched).toBe(true);
  });
});

describe("hasMember", () => {
  test("reads values as people write them", () => {
    expect(isWritten(null, 2048, "0x0800")).toBe(true);
    expect(isWritten(null, -5n, "-5")).toBe(true);
    expect(isWritten(null, true, "true")).toBe(true);
    expect(isWritten(null, Uint8Array.of(1, 255), "01FF")).toBe(true);
    expect(isWritten({ kind: "uuid", text: "uuid" }, new Uint8Array(16), "00000000-0000-0000-0000-000000000000")).toBe(
      true,
    );
    expect(isWritten(null, "a", "b")).toBe(false);
    expect(isWritten(null, undefined, "")).toBe(false);
    expect(hasMember(null, { bdf: 2048 })({ member: "bdf", value: "2048" })).toBe(true);
    expect(hasMember(null, 1)({ member: "bdf", value: "1" })).toBe(false);
  });
});
