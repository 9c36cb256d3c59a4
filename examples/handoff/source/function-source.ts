import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";

/** Where PCI functions are read from: the running kernel, or a recording of one. */
export interface FunctionSource {
  /** Shown to the user. */
  readonly description: string;
  names(): readonly string[];
  bytes(name: string, file: string): Uint8Array;
  /** Without the line end; null if there is no such file. */
  text(name: string, file: string): string | null;
  /** Last part of a link's target; null if there is no such link. */
  link(name: string, link: string): string | null;
}

const SYSFS = "/sys/bus/pci/devices";

/** The functions of this machine. */
export function machine(root: string = SYSFS): FunctionSource {
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch {
      return null; // Not every function has every file, and some refuse to be read.
    }
  };
  return {
    description: root,
    names: () => attempt(() => readdirSync(root)) ?? [],
    bytes: (name, file) => attempt(() => new Uint8Array(readFileSync(join(root, name, file)))) ?? new Uint8Array(0),
    text: (name, file) => attempt(() => readFileSync(join(root, name, file), "utf8").trimEnd()),
    link: (name, link) => attempt(() => basename(readlinkSync(join(root, name, link)))),
  };
}

/** A recording as `record` makes it: for each function its files, config space in hex, and its links. */
export interface Recording {
  readonly machine: string;
  readonly functions: Readonly<
    Record<
      string,
      {
        /** Bytes of config space, and those up to the last that is not zero, in hex. */
        readonly size: number;
        readonly config: string;
        readonly text: Readonly<Record<string, string>>;
        readonly links: Readonly<Record<string, string>>;
      }
    >
  >;
}

/** The functions of a recording. */
export function recorded(recording: Recording): FunctionSource {
  return {
    description: recording.machine,
    names: () => Object.keys(recording.functions),
    bytes: (name) => {
      const bytes = new Uint8Array(recording.functions[name]?.size ?? 0);
      bytes.set(Buffer.from(recording.functions[name]?.config ?? "", "hex"));
      return bytes;
    },
    text: (name, file) => recording.functions[name]?.text[file] ?? null,
    link: (name, link) => recording.functions[name]?.links[link] ?? null,
  };
}

const TEXT_FILES = [
  "resource",
  "power_state",
  "driver_override",
  "numa_node",
  "dma_mask_bits",
  "consistent_dma_mask_bits",
  "reset_method",
];
const LINKS = ["driver", "iommu_group"];

/** Records a source, so that the demo runs where there is no PCI. */
export function record(source: FunctionSource, machineName: string): Recording {
  const present = (names: readonly string[], read: (name: string) => string | null): Record<string, string> =>
    Object.fromEntries(names.flatMap((name) => (read(name) === null ? [] : [[name, read(name) ?? ""]])));
  const functions = source.names().map((name) => {
    const config = source.bytes(name, "config");
    const text = present(TEXT_FILES, (file) => source.text(name, file));
    const links = present(LINKS, (link) => source.link(name, link));
    const hex = Buffer.from(config)
      .toString("hex")
      .replace(/(00)+$/, "");
    return [name, { size: config.length, config: hex, text, links }];
  });
  return { machine: machineName, functions: Object.fromEntries(functions) };
}
