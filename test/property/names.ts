/** Names for random schemas: ordinary ones, and those that break careless parsers and generators. */
import type { Random } from "./random.ts";

const ordinaryMembers = [
  "bdf",
  "vendor",
  "device",
  "base",
  "size",
  "flags",
  "token",
  "state",
  "numa_node",
  "order",
  "label",
  "config",
  "count",
  "offset",
  "phys",
  "refs",
  "domain",
  "owner",
  "kind",
  "mode",
  "seq",
  "gen",
  "cpu_mask",
  "irq",
  "level",
];

/** Keywords of the language, of TypeScript, properties every object has, and names that differ only in case. */
export const weirdMembers = [
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "prototype",
  "isPrototypeOf",
  "then",
  "toJSON",
  "class",
  "function",
  "default",
  "delete",
  "new",
  "await",
  "yield",
  "let",
  "static",
  "arguments",
  "eval",
  "undefined",
  "null",
  "this",
  "value",
  "length",
  "name",
  "bytes",
  "offset",
  "end",
  "writer",
  "reader",
  "view",
  "encode",
  "decode",
  "validate",
  "options",
  "dropped",
  "module",
  "import",
  "version",
  "reads",
  "writes",
  "struct",
  "union",
  "enum",
  "open",
  "bits",
  "type",
  "const",
  "since",
  "until",
  "key",
  "sorted",
  "handle",
  "ignorable",
  "single",
  "deprecated",
  "in",
  "from",
  "hex",
  "unit",
  "is",
  "len",
  "has",
  "any",
  "all",
  "none",
  "u8",
  "u64",
  "i32",
  "bool",
  "uuid",
  "string",
  "cstring",
  "interface",
  "return",
  "var",
  "void",
  "with",
  "typeof",
  "async",
  "of",
  "get",
  "set",
  "foo_bar",
  "fooBar",
  "FooBar",
  "FOO_BAR",
  "_",
  "__",
  "_0",
  "a1",
  "x",
  "X",
  "i",
  "o",
  "w",
  "v",
  "NaN",
  "Infinity",
  "globalThis",
];

const ordinaryTypes = [
  "Bdf",
  "PciDevice",
  "Bar",
  "Vendor",
  "Command",
  "Header",
  "Session",
  "Memfd",
  "Region",
  "Domain",
  "Vcpu",
  "Folio",
  "Queue",
  "Irq",
  "Ring",
  "Timer",
  "Clock",
  "Payload",
  "Socket",
  "Mapping",
  "Unit",
  "Page",
  "Slot",
  "Lane",
  "Port",
  "Link",
  "Zone",
  "Node",
];

/** Names that a generated file also uses for globals, runtime symbols or its own exports. */
export const weirdTypes = [
  "Object",
  "Array",
  "Error",
  "Promise",
  "Map",
  "Set",
  "String",
  "Number",
  "BigInt",
  "Boolean",
  "Symbol",
  "Function",
  "Date",
  "Math",
  "JSON",
  "Uint8Array",
  "Uint32Array",
  "DataView",
  "ArrayBuffer",
  "BigUint64Array",
  "TextEncoder",
  "TextDecoder",
  "Record",
  "Readonly",
  "Partial",
  "BatonError",
  "Reader",
  "Writer",
  "Cursor",
  "DumpWriter",
  "Codec",
  "Table",
  "constructor",
  "__proto__",
  "toString",
  "class",
  "function",
  "delete",
  "new",
  "T",
  "A",
  "B",
  "a",
  "FooBar",
  "Foo_Bar",
  "foo_bar",
  "FOOBAR",
  "Type",
  "Module",
  "State",
  "Struct",
];

const constants = ["MAX_BARS", "PAGE_SHIFT", "LIMIT", "MAX_NAME", "WIDTH", "MAX", "MIN_COUNT", "N", "K2", "EDGE"];

const ordinaryModules = [
  "linux.pci",
  "linux.iommu",
  "linux.fds",
  "kvm",
  "vmm.queue",
  "acme.fw.log",
  "core",
  "linux.mm.folio",
];

const weirdModules = [
  "constructor",
  "class.default",
  "state.module",
  "u32",
  "linux",
  "a",
  "a.b",
  "a.b.c",
  "import.version",
  "x__y._z",
  "index",
  "to_string.since",
];

/** Draws names that are unique in the set given, and adds them to it. */
export class Names {
  readonly #random: Random;
  /** How many in a hundred are weird. */
  readonly #weird: number;

  constructor(random: Random, weird: number) {
    this.#random = random;
    this.#weird = weird;
  }

  member(used: Set<string>): string {
    return this.#draw(used, ordinaryMembers, weirdMembers, "_");
  }

  type(used: Set<string>): string {
    return this.#draw(used, ordinaryTypes, weirdTypes, "");
  }

  constant(used: Set<string>): string {
    return this.#draw(used, constants, constants, "_");
  }

  module(used: Set<string>): string {
    return this.#draw(used, ordinaryModules, weirdModules, "");
  }

  #draw(used: Set<string>, ordinary: readonly string[], weird: readonly string[], joint: string): string {
    const base = this.#random.pick(this.#random.chance(this.#weird) ? weird : ordinary);
    let name = base;
    for (let i = 2; used.has(name); i++) name = `${base}${joint}${i}`;
    used.add(name);
    return name;
  }
}
