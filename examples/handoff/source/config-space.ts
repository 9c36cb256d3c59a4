import type {
  Capability,
  CapabilityBody,
  ExtendedCapability,
  ExtendedCapabilityBody,
  MsixPlace,
} from "../out/v2/linux/pci.ts";

/** Config space with every read checked: a device under reset, or a hostile one, says anything. */
export class ConfigSpace {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get size(): number {
    return this.bytes.length;
  }

  holds(offset: number, length: number): boolean {
    return offset >= 0 && offset + length <= this.bytes.length;
  }

  /** Registers beyond what could be read are 0: reading more of config space takes a privilege. */
  u8(offset: number): number {
    return this.holds(offset, 1) ? this.#view.getUint8(offset) : 0;
  }

  u16(offset: number): number {
    return this.holds(offset, 2) ? this.#view.getUint16(offset, true) : 0;
  }

  u32(offset: number): number {
    return this.holds(offset, 4) ? this.#view.getUint32(offset, true) : 0;
  }

  slice(start: number, end: number): Uint8Array {
    return this.bytes.slice(start, Math.min(end, this.bytes.length));
  }
}

/** What was found by walking the two lists, and what was wrong with them. */
export interface Capabilities {
  readonly capabilities: Capability[];
  readonly extended_capabilities: ExtendedCapability[];
  readonly problems: readonly string[];
}

/** Where a capability starts and ends: it reaches at most to the next one, or to the end of its part of config space. */
interface Place {
  readonly at: number;
  readonly end: number;
}

const CAPABILITY_LIST = 0x34;
const CARDBUS_CAPABILITY_LIST = 0x14;
const STATUS_CAPABILITY_LIST = 0x10;
const STANDARD_START = 0x40;
const STANDARD_END = 0x100;
const EXTENDED_END = 0x1000;

/** Finds the capabilities of a function. Never fails: what cannot be parsed is kept as raw bytes, a broken list ends early and says so. */
export function parseCapabilities(config: ConfigSpace): Capabilities {
  const problems: string[] = [];
  const capabilities = placesOf(config, standardList(config, problems), STANDARD_END).map((place): Capability => ({
    at: place.at,
    body: standardBody(config, place),
  }));
  const extended_capabilities = placesOf(config, extendedList(config, problems), EXTENDED_END).map(
    (place): ExtendedCapability => ({
      at: place.at,
      version: (config.u32(place.at) >>> 16) & 0xf,
      body: extendedBody(config, place),
    }),
  );
  return { capabilities, extended_capabilities, problems };
}

/** How many capabilities the schema holds, and the kernel follows. */
const MOST_STANDARD = 48;
const MOST_EXTENDED = 480;

/** Follows next pointers until one ends the list, repeats, or leaves its part of config space. */
function follow(
  first: number,
  most: number,
  next: (at: number) => number,
  inside: (at: number) => boolean,
  problems: string[],
): number[] {
  const seen = new Set<number>();
  for (let at = first; at !== 0; at = next(at)) {
    if (seen.has(at)) {
      problems.push(`the capability list comes back to ${hex(at)}`);
      break;
    }
    if (!inside(at)) {
      problems.push(`the capability list points to ${hex(at)}`);
      break;
    }
    if (seen.size === most) {
      problems.push(`the capability list has more than ${most} entries`);
      break;
    }
    seen.add(at);
  }
  return [...seen];
}

function standardList(config: ConfigSpace, problems: string[]): number[] {
  if ((config.u16(0x06) & STATUS_CAPABILITY_LIST) === 0) return [];
  const cardbus = (config.u8(0x0e) & 0x7f) === 2;
  const first = config.u8(cardbus ? CARDBUS_CAPABILITY_LIST : CAPABILITY_LIST) & 0xfc;
  if (config.size <= STANDARD_START) return [];
  const inside = (at: number): boolean => at >= STANDARD_START && at < STANDARD_END && config.holds(at, 2);
  return follow(first, MOST_STANDARD, (at) => config.u8(at + 1) & 0xfc, inside, problems);
}

function extendedList(config: ConfigSpace, problems: string[]): number[] {
  const header = config.u32(STANDARD_END);
  if (header === 0 || header === 0xffff_ffff) return [];
  const inside = (at: number): boolean => at >= STANDARD_END && at < EXTENDED_END && config.holds(at, 4);
  return follow(STANDARD_END, MOST_EXTENDED, (at) => (config.u32(at) >>> 20) & 0xffc, inside, problems);
}

function placesOf(config: ConfigSpace, found: readonly number[], limit: number): readonly Place[] {
  const sorted = [...found].sort((a, b) => a - b);
  return sorted.map((at, index) => ({ at, end: Math.min(sorted[index + 1] ?? limit, limit, config.size) }));
}

/** Parses a capability's body; null if it is not what its id says, which leaves it raw. */
type Parse<Body> = (config: ConfigSpace, place: Place) => Body | null;

const standardParsers: ReadonlyMap<number, { readonly bytes: number; readonly parse: Parse<CapabilityBody> }> = new Map(
  [
    [0x01, { bytes: 8, parse: parsePowerManagement }],
    [0x05, { bytes: 10, parse: parseMsi }],
    [0x09, { bytes: 3, parse: parseVendorSpecific }],
    [0x10, { bytes: 0x14, parse: parseExpress }],
    [0x11, { bytes: 12, parse: parseMsix }],
    [0x13, { bytes: 6, parse: parseAdvancedFeatures }],
  ],
);

function standardBody(config: ConfigSpace, place: Place): CapabilityBody {
  const id = config.u8(place.at);
  const parser = standardParsers.get(id);
  const body = parser !== undefined && place.at + parser.bytes <= place.end ? parser.parse(config, place) : null;
  return body ?? { kind: "raw", value: { id, data: config.slice(place.at, place.end) } };
}

function parsePowerManagement(config: ConfigSpace, { at }: Place): CapabilityBody {
  return { kind: "power_management", value: { capabilities: config.u16(at + 2), control: config.u16(at + 4) } };
}

/** The registers move with the width of the address, and the mask is there only with PCI_MSI_FLAGS_MASKBIT. */
function parseMsi(config: ConfigSpace, { at, end }: Place): CapabilityBody | null {
  const control = config.u16(at + 2);
  const wide = (control & 0x80) !== 0;
  const maskable = (control & 0x100) !== 0;
  const data = at + (wide ? 0x0c : 0x08);
  if (data + (maskable ? 12 : 2) > end) return null;
  const high = wide ? config.u32(at + 8) : 0;
  return {
    kind: "msi",
    value: {
      control,
      address: (BigInt(high) << 32n) | BigInt(config.u32(at + 4)),
      data: config.u16(data),
      mask: maskable ? config.u32(data + 4) : 0,
      pending: maskable ? config.u32(data + 8) : 0,
    },
  };
}

/** The table itself lies in a BAR, which stays where it is; its rows stay in the device. */
function parseMsix(config: ConfigSpace, { at }: Place): CapabilityBody | null {
  const table = msixPlace(config.u32(at + 4));
  const pending = msixPlace(config.u32(at + 8));
  if (table === null || pending === null) return null;
  return {
    kind: "msix",
    value: {
      control: config.u16(at + 2),
      table,
      pending,
      entries: [],
    },
  };
}

/** The low three bits name a BAR, the others are the offset in it. */
function msixPlace(register: number): MsixPlace | null {
  const bar = register & 7;
  if (bar > 5) return null;
  return { offset: (register & ~7) >>> 0, bar: bar as MsixPlace["bar"] }; // 0..5 are BARs.
}

function parseVendorSpecific(config: ConfigSpace, { at, end }: Place): CapabilityBody | null {
  const length = config.u8(at + 2);
  return length < 3 || at + length > end ? null : { kind: "vendor_specific", value: config.slice(at, at + length) };
}

/** A version 1 capability ends after the registers that its port type has; version 2 has them all. */
function parseExpress(config: ConfigSpace, { at, end }: Place): CapabilityBody {
  const flags = config.u16(at + 2);
  const register = (offset: number): number => (at + offset + 2 <= end ? config.u16(at + offset) : 0);
  const second = (flags & 0xf) > 1;
  return {
    kind: "express",
    value: {
      flags,
      device_control: register(0x08),
      link_control: register(0x10),
      slot_control: second || (flags & 0x100) !== 0 ? register(0x18) : 0,
      root_control: second || [0x4, 0xa].includes((flags >> 4) & 0xf) ? register(0x1c) : 0,
      device_control2: second ? register(0x28) : 0,
      link_control2: second ? register(0x30) : 0,
      slot_control2: second ? register(0x38) : 0,
    },
  };
}

function parseAdvancedFeatures(config: ConfigSpace, { at }: Place): CapabilityBody {
  return {
    kind: "advanced_features",
    value: { capabilities: config.u8(at + 3), control: config.u8(at + 4), status: config.u8(at + 5) },
  };
}

const extendedParsers: ReadonlyMap<number, { readonly bytes: number; readonly parse: Parse<ExtendedCapabilityBody> }> =
  new Map([
    [0x0d, { bytes: 8, parse: parsePair("acs") }],
    [0x0f, { bytes: 8, parse: parsePair("ats") }],
    [0x10, { bytes: 0x40, parse: parseSriov }],
    [0x13, { bytes: 16, parse: parsePri }],
    [0x1b, { bytes: 8, parse: parsePair("pasid") }],
  ]);

function extendedBody(config: ConfigSpace, place: Place): ExtendedCapabilityBody {
  const id = config.u32(place.at) & 0xffff;
  const parser = extendedParsers.get(id);
  const body = parser !== undefined && place.at + parser.bytes <= place.end ? parser.parse(config, place) : null;
  return body ?? { kind: "raw", value: { id, data: config.slice(place.at, place.end) } };
}

/** ACS, ATS and PASID: a capability register and a control register. */
function parsePair(kind: "acs" | "ats" | "pasid"): Parse<ExtendedCapabilityBody> {
  return (config, { at }) => ({
    kind,
    value: { capabilities: config.u16(at + 4), control: config.u16(at + 6) },
  });
}

function parsePri(config: ConfigSpace, { at }: Place): ExtendedCapabilityBody {
  return {
    kind: "pri",
    value: {
      control: config.u16(at + 4),
      status: config.u16(at + 6),
      capacity: config.u32(at + 8),
      allocation: config.u32(at + 12),
    },
  };
}

/** The BARs of the virtual functions are resources of the kernel; `readFunction` adds them. */
function parseSriov(config: ConfigSpace, { at }: Place): ExtendedCapabilityBody | null {
  const total = config.u16(at + 0x0e);
  const enabled = config.u16(at + 0x10);
  if (enabled > total) return null;
  return {
    kind: "sriov",
    value: {
      capabilities: config.u32(at + 4),
      control: config.u16(at + 8),
      total,
      enabled,
      first_offset: config.u16(at + 0x14),
      stride: config.u16(at + 0x16),
      virtual_device: config.u16(at + 0x1a),
      supported_pages: config.u32(at + 0x1c),
      system_pages: config.u32(at + 0x20),
      bars: [],
    },
  };
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
