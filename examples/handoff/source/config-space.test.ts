import { describe, expect, it } from "vitest";
import { ConfigSpace, parseCapabilities } from "./config-space.ts";

/** Config space with a capability list, and what is set in it. */
function config(size: number, set: Readonly<Record<number, readonly number[]>>): ConfigSpace {
  const bytes = new Uint8Array(size);
  bytes[0x06] = 0x10;
  for (const [offset, values] of Object.entries(set)) bytes.set(values, Number(offset));
  return new ConfigSpace(bytes);
}

const kinds = (space: ConfigSpace): readonly string[] =>
  parseCapabilities(space).capabilities.map((each) => each.body.kind);

describe("standard capabilities", () => {
  it("are found in chain order and listed by offset", () => {
    const space = config(256, { 0x34: [0x80], 0x80: [0x01, 0x40, 3, 0xc8, 8, 0], 0x40: [0x05, 0x00, 0x01, 0x00] });
    const { capabilities, problems } = parseCapabilities(space);
    expect(capabilities.map((each) => each.at)).toEqual([0x40, 0x80]);
    expect(capabilities[1]?.body).toEqual({ kind: "power_management", value: { capabilities: 0xc803, control: 8 } });
    expect(problems).toEqual([]);
  });

  it("end without the status bit, whatever the pointer says", () => {
    const space = config(256, { 0x34: [0x40], 0x40: [0x01, 0] });
    space.bytes[0x06] = 0;
    expect(kinds(space)).toEqual([]);
  });

  it("end where the list comes back to itself", () => {
    const space = config(256, { 0x34: [0x40], 0x40: [0x09, 0x50, 3], 0x50: [0x09, 0x40, 3] });
    const { capabilities, problems } = parseCapabilities(space);
    expect(capabilities).toHaveLength(2);
    expect(problems).toEqual(["the capability list comes back to 0x40"]);
    expect(parseCapabilities(config(256, { 0x34: [0x40], 0x40: [0x09, 0x40, 3] })).capabilities).toHaveLength(1);
  });

  it("end where the list points into the header", () => {
    const { capabilities, problems } = parseCapabilities(config(256, { 0x34: [0x40], 0x40: [0x09, 0x10, 3] }));
    expect(capabilities).toHaveLength(1);
    expect(problems).toEqual(["the capability list points to 0x10"]);
  });

  it("are raw where they do not fit into what was read, or before the next one", () => {
    expect(kinds(config(256, { 0x34: [0xfc], 0xfc: [0x11, 0] }))).toEqual(["raw"]);
    expect(kinds(config(256, { 0x34: [0x40], 0x40: [0x10, 0x48], 0x48: [0x01, 0] }))).toEqual([
      "raw",
      "power_management",
    ]);
    expect(kinds(config(256, { 0x34: [0x40], 0x40: [0x09, 0, 200] }))).toEqual(["raw"]);
    expect(kinds(config(256, { 0x34: [0x40], 0x40: [0x09, 0, 2] }))).toEqual(["raw"]);
  });

  it("are not looked for in the 64 bytes that anybody may read", () => {
    expect(parseCapabilities(config(64, { 0x34: [0x40] }))).toEqual({
      capabilities: [],
      extended_capabilities: [],
      problems: [],
    });
  });

  it("read MSI by the width of its address and its mask", () => {
    const wide = {
      0x34: [0x40],
      0x40: [0x05, 0, 0x81, 0x01, 0, 0, 0xe0, 0xfe, 1, 0, 0, 0, 0x21, 0x40, 0, 0, 3, 0, 0, 0],
    };
    expect(parseCapabilities(config(256, wide)).capabilities[0]?.body).toEqual({
      kind: "msi",
      value: { control: 0x181, address: 0x1_fee0_0000n, data: 0x4021, mask: 3, pending: 0 },
    });
    const narrow = { 0x34: [0x40], 0x40: [0x05, 0, 1, 0, 0, 0, 0xe0, 0xfe, 0x21, 0x40] };
    expect(parseCapabilities(config(256, narrow)).capabilities[0]?.body).toMatchObject({
      value: { address: 0xfee0_0000n, data: 0x4021, mask: 0 },
    });
  });

  it("leave an MSI-X table raw that lies in a BAR which does not exist", () => {
    expect(kinds(config(256, { 0x34: [0x40], 0x40: [0x11, 0, 4, 0x80, 0x07, 0x20, 0, 0, 0, 0x30, 0, 0] }))).toEqual([
      "raw",
    ]);
    expect(kinds(config(256, { 0x34: [0x40], 0x40: [0x11, 0, 4, 0x80, 0x05, 0x20, 0, 0, 0, 0x30, 0, 0] }))).toEqual([
      "msix",
    ]);
  });
});

describe("extended capabilities", () => {
  const header = (id: number, next: number): readonly number[] => [
    id & 0xff,
    id >> 8,
    1 | ((next & 0xf) << 4),
    next >> 4,
  ];

  it("are found, and kept raw if unknown", () => {
    const space = config(4096, {
      0x100: header(0x0f, 0x140),
      0x106: [0x00, 0x80],
      0x140: header(0x23, 0x200),
      0x200: header(0x1b, 0),
    });
    const { extended_capabilities, problems } = parseCapabilities(space);
    expect(extended_capabilities.map((each) => [each.at, each.version, each.body.kind])).toEqual([
      [0x100, 1, "ats"],
      [0x140, 1, "raw"],
      [0x200, 1, "pasid"],
    ]);
    expect(extended_capabilities[0]?.body.value).toEqual({ capabilities: 0, control: 0x8000 });
    expect(problems).toEqual([]);
  });

  it("end in a loop, and at a pointer into the standard part", () => {
    const loop = config(4096, { 0x100: header(0x0f, 0x140), 0x140: header(0x0d, 0x100) });
    expect(parseCapabilities(loop).problems).toEqual(["the capability list comes back to 0x100"]);
    const low = config(4096, { 0x100: header(0x0f, 0x40) });
    expect(parseCapabilities(low).problems).toEqual(["the capability list points to 0x40"]);
  });

  it("are none if the first header is zeros or ones, or was not read", () => {
    for (const first of [0, 0xff]) {
      const space = config(4096, { 0x100: [first, first, first, first] });
      expect(parseCapabilities(space).extended_capabilities).toEqual([]);
    }
    expect(parseCapabilities(config(256, {})).extended_capabilities).toEqual([]);
  });
});

it("takes anything", () => {
  // A xorshift generator: the same bytes on every run.
  let state = 0x9e37_79b9;
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let round = 0; round < 2000; round++) {
    const bytes = Uint8Array.from(
      { length: [64, 256, 4096][round % 3] ?? 0 },
      () => random() & (round % 2 ? 0xff : 0xfc),
    );
    bytes[0x06] = 0x10;
    const { capabilities, extended_capabilities } = parseCapabilities(new ConfigSpace(bytes));
    expect(capabilities.length).toBeLessThanOrEqual(48);
    expect(extended_capabilities.length).toBeLessThanOrEqual(480);
  }
});
