import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type FunctionSource, recorded, type Recording } from "./function-source.ts";
import { formatAddress, parseAddress, readFunctions } from "./pci.ts";
import { formatEndpoint, parseTcp, parseUnix } from "./sockets.ts";

/** A source of one function with the files given. */
function one(config: Uint8Array, files: Readonly<Record<string, string>> = {}): FunctionSource {
  return {
    description: "a test",
    names: () => ["0000:01:00.0"],
    bytes: () => config,
    text: (_, file) => files[file] ?? null,
    link: () => null,
  };
}

describe("PCI functions", () => {
  it("are read from the recording", () => {
    const text = readFileSync(new URL("../recording.json", import.meta.url), "utf8");
    const { functions, problems } = readFunctions(recorded(JSON.parse(text) as Recording));
    expect(problems).toEqual([]);
    expect(functions.map((each) => formatAddress(each.address))).toEqual(
      [0, 1, 2, 3, 4, 5].map((n) => `0000:00:0${n}.0`),
    );
    expect(functions[2]).toMatchObject({
      vendor: 0x1af4,
      device: 0x1042,
      class: 0x01_8000,
      driver: "virtio-pci",
      dma_bits: 64,
    });
    expect(functions[2]?.bars).toEqual([
      { index: 0, flags: 0x14_0204, start: 0x40_0008_0000, size: 0x8_0000, bus_offset: 0n },
    ]);
  });

  it("have addresses as Linux prints them, domains of VMD included", () => {
    for (const name of ["0000:00:1f.7", "10000:e1:00.0", "ffff:ff:1f.7"])
      expect(formatAddress(parseAddress(name) ?? -1)).toBe(name);
    for (const name of ["00:00.0", "0000:00:20.0", "0000:00:00.8", "0000:00:00.0 "])
      expect(parseAddress(name)).toBeNull();
  });

  it("that do not answer, or answer nonsense, are problems", () => {
    const { functions, problems } = readFunctions(one(new Uint8Array(256).fill(0xff)));
    expect(functions).toEqual([]);
    expect(problems).toEqual(["0000:01:00.0: does not answer: config space reads as ones"]);
    const odd = new Uint8Array(256);
    odd[0x0e] = 3;
    expect(readFunctions(one(odd)).problems).toEqual(["0000:01:00.0: has a header of type 3"]);
  });

  it("have the part of config space that is whole", () => {
    const size = (bytes: number): number | undefined =>
      readFunctions(one(new Uint8Array(bytes))).functions[0]?.config.length;
    expect([0, 63, 64, 255, 256, 4095, 4096].map(size)).toEqual([64, 64, 64, 64, 256, 256, 4096]);
  });

  it("say which resource cannot be read", () => {
    const resource = "0x1000 0x1fff 0x200\n0x2000 0x1000 0x200\nnonsense\n0x0 0xffffffffffffffff 0x200\n0x0 0x0 0x0\n";
    const { functions, problems } = readFunctions(one(new Uint8Array(64), { resource }));
    expect(functions[0]?.bars).toEqual([{ index: 0, flags: 0x200, start: 0x1000, size: 0x1000, bus_offset: 0n }]);
    expect(problems).toHaveLength(3);
  });

  it("that are bridges have bus numbers and open windows", () => {
    const bytes = new Uint8Array(64);
    bytes.set([0, 1, 5], 0x18);
    bytes[0x0e] = 0x81;
    bytes.set([0x00, 0xfe, 0x10, 0xfe], 0x20);
    bytes.set([0xf1, 0x01], 0x1c);
    const bridge = readFunctions(one(bytes)).functions[0];
    expect(bridge).toMatchObject({ header: 1, multifunction: true });
    expect(bridge?.bridge).toMatchObject({ primary: 0, secondary: 1, subordinate: 5 });
    expect(bridge?.bridge?.windows).toEqual([{ kind: 1, base: 0xfe00_0000n, limit: 0xfe1f_ffffn }]);
  });
});

describe("sockets", () => {
  it("are read from /proc/net/tcp and tcp6", () => {
    const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    const listening =
      "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1134 1 0 100 0\n";
    const six =
      "   1: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 77 1 0\n";
    const parsed = parseTcp(head + listening + six + "garbage\n");
    expect(parsed.map(([inode, entry]) => [inode, entry.family === "tcp" && formatEndpoint(entry.local)])).toEqual([
      [1134n, "127.0.0.1:8080"],
      [77n, "[::1]:22"],
    ]);
  });

  it("are read from /proc/net/unix, abstract and unnamed ones too", () => {
    const text = [
      "Num       RefCount Protocol Flags    Type St Inode Path",
      "00000000e334d0ec: 00000003 00000000 00000000 0001 03   562",
      "00000000e334d0ed: 00000002 00000000 00010000 0001 01   563 @/tmp/.X11-unix/X0",
    ].join("\n");
    const [unnamed, abstract] = parseUnix(text);
    expect(unnamed).toEqual([562n, { family: "unix", type: 1, listening: false, path: new Uint8Array(0) }]);
    expect(abstract?.[1]).toMatchObject({ listening: true });
    expect(abstract?.[1].family === "unix" && abstract[1].path[0]).toBe(0);
  });
});
