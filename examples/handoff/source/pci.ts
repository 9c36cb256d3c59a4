import type { Bar, Bridge, BridgeWindow, PciDevice } from "../out/v2/linux/pci.ts";
import { ConfigSpace, parseCapabilities } from "./config-space.ts";
import type { FunctionSource } from "./function-source.ts";

/** The PCI functions of a source, and what was odd about them. */
export interface Functions {
  readonly functions: readonly PciDevice[];
  readonly problems: readonly string[];
}

/** Reads every function; one that cannot be read whole is a problem, not a gap that nobody notices. */
export function readFunctions(source: FunctionSource): Functions {
  const functions: PciDevice[] = [];
  const problems: string[] = [];
  for (const name of source.names()) {
    const address = parseAddress(name);
    if (address === null) {
      problems.push(`${name} is no PCI address`);
      continue;
    }
    const read = readFunction(source, name, address);
    if (read.function !== null) functions.push(read.function);
    problems.push(...read.problems.map((problem) => `${name}: ${problem}`));
  }
  functions.sort((a, b) => a.address - b.address);
  return { functions, problems };
}

/** `0000:00:1f.2` as domain << 16 | bus << 8 | device << 3 | function; null if it is not of that form. */
export function parseAddress(name: string): number | null {
  const parts = /^([0-9a-f]{4,8}):([0-9a-f]{2}):([01][0-9a-f])\.([0-7])$/.exec(name);
  if (parts === null) return null;
  const [domain = 0, bus = 0, device = 0, fn = 0] = parts.slice(1).map((part) => Number.parseInt(part, 16));
  return domain * 0x1_0000 + bus * 0x100 + device * 8 + fn;
}

/** The address as Linux prints it. */
export function formatAddress(address: number): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
  const low = address % 0x1_0000;
  return `${hex(Math.floor(address / 0x1_0000), 4)}:${hex(low >> 8, 2)}:${hex((low >> 3) & 0x1f, 2)}.${low & 7}`;
}

function readFunction(
  source: FunctionSource,
  name: string,
  address: number,
): { readonly function: PciDevice | null; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const config = new ConfigSpace(wholeConfig(source.bytes(name, "config")));
  const headerType = config.u8(0x0e) & 0x7f;
  const header = among([0, 1, 2], headerType);
  if (config.u16(0x00) === 0xffff) return { function: null, problems: ["does not answer: config space reads as ones"] };
  if (header === undefined) return { function: null, problems: [`has a header of type ${headerType}`] };
  const resources = parseResources(source.text(name, "resource"), problems);
  const { capabilities, extended_capabilities, problems: odd } = parseCapabilities(config);
  problems.push(...odd);
  const bridge = header === 1;
  const group = source.link(name, "iommu_group");
  const virtualBars = barsAt(resources, bridge ? [] : [0, 1, 2, 3, 4, 5], 7);
  for (const { body } of extended_capabilities) {
    if (body.kind === "sriov") body.value = { ...body.value, bars: virtualBars };
  }
  return {
    problems,
    function: {
      address,
      vendor: config.u16(0x00),
      device: config.u16(0x02),
      subsystem_vendor: header === 0 ? config.u16(0x2c) : 0,
      subsystem_device: header === 0 ? config.u16(0x2e) : 0,
      class: config.u32(0x08) >>> 8,
      revision: config.u8(0x08),
      header,
      multifunction: (config.u8(0x0e) & 0x80) !== 0,
      command: config.u16(0x04),
      status: config.u16(0x06),
      interrupt_pin: among([0, 1, 2, 3, 4], config.u8(0x3d)) ?? 0,
      power_state: powerState(source.text(name, "power_state")),
      bars: barsAt(resources, bridge ? [0, 1, 6] : [0, 1, 2, 3, 4, 5, 6], 0),
      capabilities,
      extended_capabilities,
      config: config.bytes,
      bridge: bridge ? readBridge(config) : undefined,
      driver: source.link(name, "driver") ?? "",
      driver_override: noneAsEmpty(source.text(name, "driver_override")),
      numa_node: Number.parseInt(source.text(name, "numa_node") ?? "-1", 10),
      iommu_group: group === null ? undefined : Number.parseInt(group, 10),
      iommu_domain: 0,
      dma_bits: bits(source.text(name, "dma_mask_bits")),
      coherent_dma_bits: bits(source.text(name, "consistent_dma_mask_bits")),
      reset_methods: resetMethods(source.text(name, "reset_method"), problems),
      preservations: 0,
    },
  };
}

/** Config space is 64 bytes without privilege, 256, or 4096; a file that ends in between is cut to the part that is whole. */
function wholeConfig(bytes: Uint8Array): Uint8Array {
  const size = [4096, 256, 64].find((whole) => bytes.length >= whole);
  if (size !== undefined) return bytes.slice(0, size);
  const padded = new Uint8Array(64);
  padded.set(bytes);
  return padded;
}

interface Resource {
  readonly start: number;
  readonly size: number;
  readonly flags: number;
}

/** Lines of `start end flags` in hex; one of zeros is a resource that the function does not have. */
function parseResources(text: string | null, problems: string[]): readonly (Resource | null)[] {
  const lines = (text ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line, index) => {
    const numbers = line.split(" ").map((word) => (/^0x[0-9a-f]+$/.test(word) ? BigInt(word) : null));
    const [start, end, flags] = numbers;
    if (typeof start !== "bigint" || typeof end !== "bigint" || typeof flags !== "bigint" || end < start) {
      problems.push(`resource ${index} reads \`${line}\``);
      return null;
    }
    if (flags === 0n) return null;
    if (end >> 52n !== 0n) {
      problems.push(`resource ${index} ends beyond 52 bits`);
      return null;
    }
    return { start: Number(start), size: Number(end - start + 1n), flags: Number(flags & 0xffff_ffffn) };
  });
}

/** BARs that the function has; in the file they stand from line `first` on. */
function barsAt(resources: readonly (Resource | null)[], indexes: readonly Bar["index"][], first: number): Bar[] {
  return indexes.flatMap((index) => {
    const resource = resources[first + index];
    return resource === null || resource === undefined ? [] : [{ index, ...resource, bus_offset: 0n }];
  });
}

/** Bus numbers and windows of a header of type 1. A window whose base lies above its limit is closed; one at 0 does not exist. */
function readBridge(config: ConfigSpace): Bridge {
  const window = (kind: BridgeWindow["kind"], base: bigint, limit: bigint): BridgeWindow[] =>
    base < limit && base !== 0n ? [{ kind, base, limit }] : [];
  const upper = (offset: number, shift: bigint): bigint => BigInt(config.u16(offset)) << shift;
  const io = (offset: number, high: number): bigint => (BigInt(config.u8(offset) & 0xf0) << 8n) | upper(high, 16n);
  const memory = (offset: number): bigint => BigInt(config.u16(offset) & 0xfff0) << 16n;
  const prefetch = (offset: number, high: number): bigint => memory(offset) | (BigInt(config.u32(high)) << 32n);
  return {
    primary: config.u8(0x18),
    secondary: config.u8(0x19),
    subordinate: config.u8(0x1a),
    control: config.u16(0x3e),
    windows: [
      ...window(0, io(0x1c, 0x30), io(0x1d, 0x32) | 0xfffn),
      ...window(1, memory(0x20), memory(0x22) | 0xf_ffffn),
      ...window(2, prefetch(0x24, 0x28), prefetch(0x26, 0x2c) | 0xf_ffffn),
    ],
  };
}

const powerStates: ReadonlyMap<string, PciDevice["power_state"]> = new Map([
  ["D0", 0],
  ["D1", 1],
  ["D2", 2],
  ["D3hot", 3],
  ["D3cold", 4],
]);

/** Linux says `unknown` for functions without power management, which are on. */
function powerState(text: string | null): PciDevice["power_state"] {
  return powerStates.get(text ?? "") ?? 0;
}

const resetMethodNames: readonly string[] = ["device_specific", "acpi", "flr", "af_flr", "pm", "bus", "cxl_bus"];

function resetMethods(text: string | null, problems: string[]): PciDevice["reset_methods"] {
  return (text ?? "")
    .split(" ")
    .filter((name) => name !== "")
    .flatMap((name) => {
      const index = resetMethodNames.indexOf(name);
      if (index < 0) problems.push(`reset method ${name} has no number in the schema`);
      return index < 0 ? [] : [{ method: index + 1 }];
    });
}

/** The value if it is one of those that the schema has, which TypeScript cannot know of a register. */
function among<V extends number>(values: readonly V[], value: number): V | undefined {
  return values.find((each) => each === value);
}

function noneAsEmpty(text: string | null): string {
  return text === null || text === "(null)" ? "" : text;
}

function bits(text: string | null): number {
  const value = Number.parseInt(text ?? "", 10);
  return value >= 1 && value <= 64 ? value : 32;
}
