import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile } from "../compiler/compile.ts";
import { bytesOfHex } from "../compiler/dump/hex-text.ts";
import { BatonError, DumpWriter, openDump, type ModuleDescriptor, type StateCodec } from "../runtime/index.ts";
import { Generated } from "./property/generated.ts";

const repository = join(import.meta.dirname, "..");
const schemas = readdirSync(join(repository, "schemas/linux")).map((name) => {
  const path = `schemas/linux/${name}`;
  return { path, text: readFileSync(join(repository, path), "utf8") };
});
const generated = new Generated(compile(schemas));
// A generated module exports its descriptor under this name.
const modules = ["linux.iommu", "linux.pci", "linux.fds"].map(
  (name) => generated.exports(name)["module"] as ModuleDescriptor,
);
const codecs = new Map(
  modules.flatMap((module) =>
    module.states.map(({ name }): [string, StateCodec<object>] => [
      name,
      generated.codec(module.name, name.slice(module.name.length + 1)).codec,
    ]),
  ),
);

function golden(name: string): Uint8Array {
  return bytesOfHex(readFileSync(join(repository, "golden/bytes", name, "dump.hex"), "utf8"));
}

function codec(name: string): StateCodec<object> {
  const found = codecs.get(name);
  if (found === undefined) throw new Error(`no codec of ${name}`);
  return found;
}

/** The code of the error that a call ends with. */
function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof BatonError) return `${error.code} ${error.path ?? ""}`;
    throw error;
  }
  return "taken";
}

const cases = ["pci", "iommu", "fds"].flatMap((schema) => [1, 2, 3].map((version) => ({ schema, version })));

describe.each(cases)("the golden of linux.$schema at version $version", ({ schema, version }) => {
  const bytes = golden(`linux-${schema}-${version}`);

  it("is read by version 3 and written again, byte for byte", () => {
    const dropped: string[] = [];
    const dump = openDump(bytes, { modules, dropped: (path) => dropped.push(path) });
    const versions = Object.fromEntries(modules.map((module) => [module.name, version]));
    const writer = new DumpWriter(version === 3 ? {} : { for: versions });
    for (const record of dump.records()) {
      const one = codec(record.type ?? "");
      const value = record.decode(one);
      expect(one.validate(value)).toEqual([]);
      writer.add(one, value, { instance: record.instance });
    }
    expect(dropped).toEqual([]);
    expect(Buffer.from(writer.finish()).equals(bytes)).toBe(true);
  });

  it("is refused wherever it is cut", () => {
    for (let length = 0; length < bytes.length; length += 8) {
      const read = (): void => {
        for (const record of openDump(bytes.slice(0, length), { modules }).records()) record.body();
      };
      expect(refusal(read), `${length} bytes`).not.toBe("taken");
    }
  });
});

describe("what the versions are about", () => {
  const device = { vendor: 0x8086, device: 1, class: 0x02_0000, command: 6, config: new Uint8Array(64) };
  const pci = codec("linux.pci.PciDevice");
  const iommu = codec("linux.iommu.IommuDomain");

  it("version 1 has room for domains of 16 bits", () => {
    const written = pci.encode({ ...device, address: 0xffff_0810 }, { for: 1 });
    expect(pci.decode(written)).toMatchObject({ address: 0xffff_0810 });
    expect(refusal(() => pci.encode({ ...device, address: 0x1_0000_0810 }, { for: 1 }))).toBe("B8201 path");
  });

  it("a domain of version 1 says by its levels how wide it is, and counts its attachments", () => {
    const domain = { id: 1, format: 1, levels: 4, root: 0x1000 };
    const at = (address_width: number): string => refusal(() => iommu.encode({ ...domain, address_width }, { for: 1 }));
    expect(at(48)).toBe("taken");
    expect(at(57)).toMatch(/^B83/);
    const written = iommu.encode({ ...domain, address_width: 48 }, { for: 1 });
    expect(iommu.decode(written)).toMatchObject({ address_width: 48, attachments: [] });
    // attach_count @15 is the last member, a word; one attachment that is not there is no value of version 3.
    expect(written[written.length - 8]).toBe(15);
    const lying = Uint8Array.from(written);
    lying[written.length - 4] = 1;
    expect(refusal(() => iommu.decode(lying))).toMatch(/attach_count$/);
  });

  it("checks hold on writing", () => {
    expect(refusal(() => pci.encode({ ...device, address: 0, config: new Uint8Array(65) }))).toMatch(/^B8/);
    expect(refusal(() => pci.encode({ ...device, address: 0, header: 1 }))).toMatch(/^B8/);
    expect(refusal(() => iommu.encode({ id: 1, format: 1, levels: 2, root: 0, address_width: 30 }))).toMatch(/^B8/);
  });

  it("a million mappings are read in place", () => {
    const rows = 1_000_000;
    const mappings = Array.from({ length: rows }, (_, i) => ({
      iova: BigInt(i) << 12n,
      phys: i * 4096,
      length: 4096,
      access: 3,
    }));
    const bytes = iommu.encode({ id: 1, format: 1, levels: 4, root: 0x1000, address_width: 48, mappings });
    // The view of a domain has its tables as iterables of rows.
    const view = iommu.view(bytes) as {
      readonly mappings: Iterable<{ readonly length: number }> & { readonly length: number };
    };
    let sum = 0;
    for (const row of view.mappings) sum += row.length;
    expect(view.mappings.length).toBe(rows);
    expect(sum).toBe(rows * 4096);
  });
});
