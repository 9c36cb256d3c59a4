import { BatonError, DumpWriter, openDump } from "@baton/compiler/runtime";
import { module, PciDevice as Old } from "../out/v2/linux/pci.ts";
import { PciDevice as New, type PciDeviceInit } from "../out/v3/linux/pci.ts";

/** What became of one attempt; `text` is the codec's own message, or what was dropped. */
export interface Outcome {
  readonly title: string;
  readonly taken: boolean;
  readonly text: string;
}

/** A function that version 2 can describe. */
const plain: PciDeviceInit = {
  address: 0x0_0810,
  vendor: 0x8086,
  device: 0x1572,
  class: 0x02_0000,
  header: 0,
  command: 0x406,
  config: new Uint8Array(256),
};
const labelled: PciDeviceInit = { ...plain, label: "Onboard LAN 1" };
const virtual: PciDeviceInit = { ...plain, physical_function: 0x0_0800 };

/** What happens on the way back: version 3 writes, version 2 reads. */
export function refusals(): readonly Outcome[] {
  return [
    attempt("no new state", () => readByOld(write(plain))),
    attempt("a firmware label (`label @31`), ignorable", () => readByOld(write(labelled))),
    attempt("a virtual function (`physical_function @30`), which version 2 cannot know", () =>
      readByOld(write(virtual)),
    ),
    attempt("the first one, written for version 2", () => readByOld(write(plain, 2))),
    attempt("the third one, written for version 2", () => readByOld(write(virtual, 2))),
  ];
}

function write(value: PciDeviceInit, version?: number): Uint8Array {
  const dump = new DumpWriter(version === undefined ? {} : { for: { "linux.pci": version, "linux.iommu": version } });
  dump.add(New, value);
  return dump.finish();
}

function readByOld(bytes: Uint8Array): string {
  const dropped: string[] = [];
  const dump = openDump(bytes, { modules: [module], dropped: (path) => dropped.push(path) });
  dump.one(Old);
  return `${bytes.length} bytes${dropped.map((path) => `, without ${path}`).join("")}`;
}

function attempt(title: string, run: () => string): Outcome {
  try {
    return { title, taken: true, text: run() };
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    return { title, taken: false, text: error.message };
  }
}
