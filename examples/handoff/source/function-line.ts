import type { PciDevice } from "../out/v2/linux/pci.ts";
import type { FunctionLine } from "./events.ts";
import { formatAddress } from "./pci.ts";

/** A function in one line: who it is, who drives it, and what must be preserved of it. */
export function functionLine(device: PciDevice): FunctionLine {
  const hex = (value: number): string => value.toString(16).padStart(4, "0");
  const bars = device.bars.map((bar) => `BAR${bar.index} ${size(bar.size)} at 0x${bar.start.toString(16)}`);
  const capabilities = [...device.capabilities, ...device.extended_capabilities].map(({ body }) =>
    body.kind === "msix" ? `MSI-X ${(body.value.control & 0x7ff) + 1}` : body.kind.replaceAll("_", " "),
  );
  return {
    address: formatAddress(device.address),
    id: `${hex(device.vendor)}:${hex(device.device)}`,
    driver: device.driver === "" ? "no driver" : device.driver,
    details: [...bars, ...counted(capabilities)],
  };
}

/** `a`, `a`, `b` as `2 a`, `b`. */
function counted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].map((word) => {
    const count = words.filter((each) => each === word).length;
    return count === 1 ? word : `${count} ${word}`;
  });
}

function size(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let value = bytes;
  for (; value >= 1024 && value % 1024 === 0 && unit < units.length - 1; unit++) value /= 1024;
  return `${value} ${units[unit]}`;
}
