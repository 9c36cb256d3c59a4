/** What a message looks like of which no schema is an example, and what to do then. */
export interface Sample {
  /** What the message is made of: the parameters of the code's row. */
  readonly facts: object;
  /** The place in a dump, as tools print it before the message. */
  readonly at?: string;
  /** What to do; left out where the row's own help says it. */
  readonly fix?: string;
}

const again =
  "Take the dump again if its machine is still there; if not, `baton decode` shows what is whole, and nothing takes over the rest.";
const writer =
  "A writer that follows the format never does this: find the program that wrote or changed the dump, and mend that.";
const value = "Mend the value where it is made, before it is written: `baton verify` tells every such place of a dump.";
const newer =
  "Write for the version of the reader, with `for` or `baton encode --for`, or hand over to a reader that knows the member.";

/** By code: of dumps, calls and files, and of what takes more than one file of schema to show. */
export const samples: Readonly<Record<string, Sample>> = {
  B1014: { facts: { count: 100 }, fix: "Mend the first mistakes and look again: many of the others follow from them." },
  B2003: { facts: { found: "linux.pcie", expected: "linux.pci" } },
  B2004: {
    facts: { name: "linux.pci", other: "vendor/linux/pci.baton" },
    fix: "Rename one of the two, or name only one of their folders.",
  },
  B2007: { facts: { name: "linux.iommu" } },
  B2008: { facts: { cycle: ["linux.pci", "linux.iommu", "linux.pci"] } },
  B2011: { facts: { name: "Domain", candidates: ["linux.iommu.Domain", "xen.domain.Domain"] } },
  B2019: { facts: { what: "the type", name: "T0", limit: 64 }, fix: "Write what the chain ends in, in fewer steps." },
  B3108: {
    facts: { user: "linux.pci.PciDevice.domain", used: "DomainId", module: "linux.iommu", version: 3 },
    fix: "End the member with the version that had the type, `until 2`, or have the other module keep it.",
  },
  B3113: {
    facts: { limit: 1000 },
    fix: "Keep the versions that somebody still runs: raise `reads` and `writes`, and drop the lines below them.",
  },
  B3201: {
    facts: {
      version: "2",
      module: "linux.pci",
      difference: "`PciDevice.pasid` has another range",
      next: "3",
      backport: null,
    },
  },
  B3202: { facts: { module: "linux.pci", version: "2.1" } },
  B3203: {
    facts: { released: true, version: "2.1", what: "`driver` @4", write: 'driver @4 : string[..64] = "" since 2.1' },
  },
  B3204: { facts: { what: "`PciDevice.pasid`", id: "@4", was: "`PciDevice.driver`", version: "1" } },
  B5011: { facts: { name: "Outer", limit: 64 }, fix: "Make one of the structs on the way a state." },
  B7007: { facts: { name: "linux.iommu" } },

  B8001: {
    at: "0x0",
    facts: { found: "other bytes" },
    fix: "Name the dump itself. If it went through a program that rewrites line ends or text, copy it as binary.",
  },
  B8002: {
    at: "0x8",
    facts: { expected: "1", found: "2" },
    fix: "Read it with the release of Baton that wrote it, or a later one.",
  },
  B8003: { at: "0x3c header", facts: { expected: "0xa391342d", found: "0xa391342c" }, fix: again },
  B8004: { at: "0xc header", facts: { expected: "64 bytes", found: "128 bytes" }, fix: writer },
  B8005: { at: "0x4ff8 linux.pci.PciDevice#3", facts: { expected: "528", found: "96" }, fix: again },
  B8006: { at: "0x12c linux.pci.PciDevice#0", facts: { expected: "0x45339f8b", found: "0x44866296" }, fix: again },
  B8007: { at: "0x128 linux.pci.PciDevice#0", facts: { expected: "0x45339f8b", found: "0x44866296" }, fix: again },
  B8008: { at: "0x11c", facts: { expected: "0, 1, 3, 4 or 9", found: "0x10" }, fix: writer },
  B8009: {
    at: "0x1d0 linux.pci.PciDevice#1",
    facts: { expected: "0x70636901#2", found: "0x70636901#1" },
    fix: "Do not join or sort dumps by hand: `DumpWriter.copy` takes records over from others.",
  },
  B8010: { at: "0x40", facts: { expected: "the manifest first", found: "a state record" }, fix: again },
  B8011: { at: "0x4ff8 end", facts: {}, fix: again },
  B8012: { at: "0x298 end", facts: { expected: "4 records", found: "5 records" }, fix: again },
  B8013: {
    at: "0x2a0",
    facts: { found: "672" },
    fix: "Cut the file where the dump ends. If two dumps were joined, take them apart there.",
  },
  B8014: { at: "0x1d0 linux.pci.PciDevice#3", facts: { found: "linux.pci" }, fix: writer },
  B8015: {
    at: "0x1d0 0x12#0",
    facts: { found: "0x12" },
    fix: "Hand over to a reader whose schemas have the state, or write for the version of this one.",
  },
  B8016: {
    at: "0x60 manifest",
    facts: { expected: "linux.pci 1, 2", found: "linux.pci 3 (5cd2024713604993)" },
    fix: "Judge the pair with `baton check`, then take the branch in with `baton compile --accept`, or write for a version that the reader knows.",
  },
  B8017: { at: "0x1d8 linux.pci.PciDevice#3", facts: { expected: "2", found: "3" }, fix: writer },
  B8018: {
    at: "0x178 schema",
    facts: { expected: "a schema with the fingerprint of linux.pci", found: "another" },
    fix: "Name the schemas with `--schema`; the records do not depend on what is embedded.",
  },
  B8019: {
    at: "0x1d0 linux.luo.Session#1",
    facts: { found: "linux.luo.Session" },
    fix: "Write one record of it, or take `single` from the state in a new version.",
  },
  B8020: {
    at: "0x2a0 end",
    facts: { expected: "and its state is `single`", found: "linux.luo.Session" },
    fix: "Add the record before the dump is finished.",
  },
  B8021: {
    at: "0x60 manifest",
    facts: { found: "linux.pci" },
    fix: "Name the schemas it was written with: `--schema PATH` or `--schema git:REV`.",
  },
  B8022: {
    at: "0x1d0 linux.iommu.Iommu#0",
    facts: { expected: "268435456", found: "4294967296" },
    fix: "Open the dump as a file or in memory, where nothing is collected first.",
  },
  B8023: {
    at: "0x1d0 linux.pci.PciDevice#3",
    facts: { found: "42" },
    fix: "Mend the first ones and look again, or show the record with `--path`.",
  },
  B8024: {
    at: "0x60 manifest",
    facts: { expected: 'PciDevice.pasid: unit was "page" and is "byte" now [UNIT_CHANGED]', found: "linux.pci 2" },
    fix: "Do not hand over between these two: `baton check` says what would have to change.",
  },
  B8025: {
    facts: { found: "read EIO" },
    fix: "Look at what the dump was read from; reading begins again from its start.",
  },
  B8026: {
    facts: { found: "write ENOSPC" },
    fix: "Drop what was written, and write the dump again to a sink that takes it.",
  },

  B8101: { at: "0x4ff8 linux.pci.PciDevice#3.caps[12].data @4", facts: { expected: "8", found: "4" }, fix: again },
  B8102: { at: "0x1e8 linux.pci.PciDevice#3", facts: { expected: "5", found: "4" }, fix: again },
  B8103: { at: "0x1ea linux.pci.PciDevice#3.driver @4", facts: { found: "9" }, fix: again },
  B8104: { at: "0x1eb linux.pci.PciDevice#3.driver @4", facts: { found: "0x8" }, fix: again },
  B8105: { at: "0x1e8 linux.pci.PciDevice#3.driver @4", facts: { expected: "a blob", found: "a word" }, fix: again },
  B8106: { at: "0x1ec linux.pci.PciDevice#3.bars @5", facts: { expected: "a multiple of 8", found: "13" }, fix: again },
  B8107: { at: "0x1e8 linux.pci.PciDevice#3.vendor @2", facts: { expected: "a word", found: "a long" }, fix: writer },
  B8108: { at: "0x1fd linux.pci.PciDevice#3.driver @4", facts: {}, fix: writer },
  B8109: {
    at: "0x8f8 demo.Tree#0.left.left",
    facts: {},
    fix: "Nest less: a chain is better kept as a list of elements that refer to each other by key.",
  },
  B8110: { at: "0x1f4 linux.pci.PciDevice#3.bars @5", facts: { expected: "a stride of 24", found: "20" }, fix: again },
  B8111: { at: "0x1e8 linux.fds.File#3.payload @6", facts: { found: "2" }, fix: writer },
  B8112: { at: "0x1f4 linux.pci.PciDevice#3.caps @7", facts: { found: "1" }, fix: writer },

  B8201: { at: "0x1e8 linux.pci.PciDevice#3.lanes @11", facts: { expected: "1..32", found: "64" }, fix: value },
  B8202: {
    at: "0x1e8 linux.pci.PciDevice#3.power @13",
    facts: { expected: "Power", found: "9" },
    fix: `${value} If other values are to come, make the enum \`open\`.`,
  },
  B8203: {
    at: "0x1e8 linux.pci.PciDevice#3.command @3",
    facts: { expected: "Command", found: "8000" },
    fix: `${value} If other bits are to come, make the bits \`open\`.`,
  },
  B8204: { at: "0x1e8 linux.pci.PciDevice#3.enabled @9", facts: { found: "2" }, fix: value },
  B8205: {
    at: "0x1f0 linux.pci.PciDevice#3.driver @4",
    facts: {},
    fix: `${value} What need not be text is \`bytes\`.`,
  },
  B8206: {
    at: "0x1e8 linux.pci.PciDevice#3.driver @4",
    facts: { expected: "0..64", found: "80" },
    fix: `${value} The length of a string is that of its bytes in UTF-8.`,
  },
  B8207: {
    at: "0x1e8 linux.pci.PciDevice#3.caps @7",
    facts: { expected: "ascending keys", found: "3 after 5" },
    fix: value,
  },
  B8208: {
    at: "linux.pci.PciDevice#3.bdf @1",
    facts: {},
    fix: "Give the member a value, or, in a new version, a default.",
  },
  B8209: { at: "0x1e8 linux.pci.PciDevice#3.@17", facts: { found: "@17" }, fix: newer },
  B8210: { at: "0x1e8 linux.fds.File#3.payload.@9", facts: { found: "@9" }, fix: newer },
  B8211: {
    at: "0x1e8 linux.pci.PciDevice#3.slot @2",
    facts: { expected: "0, its default", found: "7" },
    fix: "Carry the meaning over with `from` in the member that replaces it, or bring the object to the default before the jump.",
  },
  B8212: { at: "linux.pci.PciDevice#3", facts: { expected: "a device without PASID has no PASID" }, fix: value },
  B8213: {
    at: "linux.pci.PciDevice#3.share @4",
    facts: { expected: "its `from`", found: "division by zero" },
    fix: "Guard the expression, `n == 0 ? 0 : total / n`, and mend the value.",
  },
  B8214: { at: "0x1f6 linux.iommu.Iommu#0.mappings @4", facts: { expected: "28", found: "32" }, fix: newer },

  B8301: {
    at: "linux.pci.PciDevice#3.vendor @2",
    facts: { expected: "an integer", found: "a string of 4" },
    fix: "Give the value the type that the generated interface says.",
  },
  B8302: {
    at: "linux.iommu.Iommu#0.mappings @4",
    facts: { expected: "4294967288", found: "4400000000" },
    fix: "Divide the list over several records.",
  },
  B8303: {
    at: "linux.pci.PciDevice#3.pasid @12",
    facts: { expected: "1", found: "7" },
    fix: "Bring the object into a state that the older version knows before the jump, or let `from` carry the meaning over.",
  },
  B8304: {
    at: "linux.pci",
    facts: { expected: "2, 3", found: "1" },
    fix: "Name a version of the module's `writes`; one that is released and judged can be added to it.",
  },
  B8305: {
    facts: { expected: "528", found: "512" },
    fix: "Give `encodeInto` a larger buffer; nothing past its end was written.",
  },
  B8306: {
    facts: { expected: "0x70636901#2", found: "0x70636901#1" },
    fix: "Add records in the order of state ids and instances, or use `DumpWriter`, which sorts.",
  },
  B8307: {
    facts: { found: "linux.iommu" },
    fix: "Name the module: `openDump(bytes, { modules: [pci, iommu] })`, `new DumpStream(sink, { modules: [pci, iommu] })`.",
  },
  B8308: { facts: { expected: "instance 0..4294967295", found: "-1" }, fix: "Mend the call as the message says." },

  B8401: { facts: { expected: "a value", found: "`}`" }, fix: "Remove the comma before it, or write the value." },
  B8402: { facts: { expected: "member", found: '"driver"' }, fix: "Remove one of the two." },
  B8403: { facts: { found: '"drvier"' }, fix: "Write the name as the schema has it." },
  B8404: {
    facts: { expected: "an integer (u16)", found: "an array" },
    fix: "Write the value as `baton decode --format json` prints such a one.",
  },
  B8405: { facts: { found: "9007199254740993" }, fix: 'Write it as a string: `"9007199254740993"` or in hexadecimal.' },
  B8406: {
    facts: { expected: "integer, decimal or 0x", found: '"12x"' },
    fix: "Write the value as `baton decode --format json` prints such a one.",
  },
  B8407: { facts: { found: '"evne"' }, fix: "Write one of the names that the schema has; `baton info` lists them." },

  B8501: {
    at: "0x1e8 linux.pci.PciDevice#3.command @3",
    facts: { expected: "nothing, as it is at its default", found: "3" },
    fix: `${writer} Readers take such a dump.`,
  },
  B8502: {
    at: "linux.pci.PciDevice#3.bdf @1",
    facts: { expected: "linux.pci.PciDevice#1", found: "0x800" },
    fix: value,
  },
  B8503: {
    at: "linux.iommu.Iommu#0.mappings[7].iova @1",
    facts: { expected: "order after 0x3000", found: "0x2000" },
    fix: "Sort the list by its key before it is written.",
  },
  B8504: {
    at: "linux.pci.PciDevice#3.domain @8",
    facts: { expected: "linux.iommu.Domain", found: "12" },
    fix: "Write the object that is referred to, too, or leave the reference out.",
  },

  B9001: { facts: { problem: "which dump?", help: "name one, or `-` for standard input" } },
  B9002: { facts: { path: "schemas/pci.baton", why: "permission denied" }, fix: "Mend the path or its permissions." },
  B9003: {
    facts: { path: "generated/linux/pci.ts", why: "no space is left", help: undefined },
    fix: "Mend the path, its permissions or the disk: what was there is still there.",
  },
  B9004: { facts: { offset: 12, looks: "text" } },
  B9005: {
    facts: { path: "schemas/all.baton", limit: 67_108_864 },
    fix: "Divide the schema into modules, or name the file that was meant.",
  },
  B9006: { facts: { place: "`schemas`" } },
  B9007: { facts: { path: "linux/pci.ts", out: "generated", through: "generated/linux" } },
  B9008: { facts: { first: "linux.pci", second: "linux.PCI", path: "linux/pci.ts" } },
  B9009: { facts: { path: "state.dump" } },
  B9010: { facts: { path: "notes.txt", found: "it is text that names no module" } },
  B9011: { facts: { path: "linux/pci.ts" } },
  B9101: {
    facts: { expected: "a value", found: "`}`", help: undefined },
    fix: "Remove the comma before it, or write the value.",
  },
  B9102: { facts: { key: "root", place: "`baton.json`", nearest: "roots" } },
  B9103: {
    facts: { path: "severity", expected: "`info`, `warning` or `error`", found: '"fatal"', nearest: undefined },
    fix: "Write one of the values that `baton.schema.json` has.",
  },
  B9104: { facts: { where: "an exception", key: "reason" }, fix: "Add it." },
  B9105: { facts: { key: '"roots"' }, fix: "Remove one of the two." },
  B9106: { facts: { name: "fleet-2026.2", nearest: "fleet-2026.1" } },
  B9107: { facts: {}, fix: "Let it name versions, or a SOURCE that is not a profile." },
  B9108: { facts: { module: "linux.pci", version: "4", nearest: undefined, known: "its versions are 1, 2, 3" } },
  B9109: { facts: { module: "linux.pcie", nearest: "linux.pci" } },
  B9201: {
    facts: { source: "git:v7.1", why: "no such revision", help: undefined },
    fix: "Name a path, `git:REV`, `dump:FILE` or `profile:NAME` that is there; in CI, fetch the branch first.",
  },
  B9202: { facts: { modules: "linux.pci", dump: "state.dump" } },
  B9301: { facts: { code: "B8099", nearest: "B8009" } },
  B9302: { facts: { path: "baton.json" } },
  B9303: { facts: { name: "PciDevise", nearest: "PciDevice" } },
  B9304: { facts: { dump: "state.dump", path: "PciDevice#9.bars[0]" } },
  B9305: {
    facts: { dump: "state.dump", offset: "0x5000", size: "0x2a0" },
    fix: "Name an offset before the end; `baton decode` prints them.",
  },
  B9306: {
    facts: {
      first: "linux.pci.PciDevice#3.driver: needs 11 bytes, 4 left [B8101]",
      count: 2,
      nulls: 1,
      firstNull: "linux.pci.PciDevice#3.driver",
    },
  },
  B9401: { facts: { path: "released/linux.pci/2.json", expected: "the key `fingerprint`", found: "none" } },
  B9402: { facts: { module: "linux.pci", version: "4", next: "5" } },
  B9403: { facts: { module: "linux.pci", version: "3", imported: "linux.iommu", needed: "2" } },
  B9404: {
    facts: { what: "`linux.pci` has one version and no release", help: undefined },
    fix: "Release the version with `baton release`, or name what to judge against: `--against git:main`.",
  },
  B9405: { facts: { path: "baseline.json", expected: "an array of fingerprints", found: "an object" } },
  B9406: { facts: { path: "fds.json", expected: "a number", found: "a string" } },
  B9407: { facts: { module: "linux.pci", version: "2", source: "git:vendor" } },
  B9408: {
    facts: { source: "profile:fleet-2026.1", why: "linux.pci 3 was released with linux.iommu 2, and 1 is named" },
  },
  B9999: { facts: { problem: "RangeError: invalid length" } },
};
