import { BebopView } from "bebop";
import * as bench from "../out/bebop.mjs";

const types = { pci: bench.Pci, iommu: bench.Iommu, descriptors: bench.Descriptors, record: bench.Small };
const names = { device: "deviceId", class: "classCode", numa_node: "numaNode" };
const back = Object.fromEntries(Object.entries(names).map(([from, to]) => [to, from]));

const convert = (value, workload, table) => {
  if (Array.isArray(value)) return value.map((each) => convert(each, workload, table));
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value ?? undefined;
  return Object.fromEntries(
    Object.entries(value)
      // Its decoded values carry their encoder.
      .filter(([, each]) => typeof each !== "function")
      .map(([key, each]) => [
        table[key] ??
          (workload === "descriptors" ? (key === "state" ? "phase" : key === "phase" ? "state" : key) : key),
        convert(each, workload, table),
      ]),
  );
};

export function make(workload, value) {
  const type = types[workload];
  const converted = convert(value, workload, names);
  return {
    encode: () => type.encode(converted),
    // One buffer that is used again, as bebop's own documentation reuses its view.
    encodeInto: () => {
      const view = BebopView.getInstance();
      view.startWriting();
      type.encodeInto(converted, view);
      return view.length;
    },
    decode: (bytes) => type.decode(bytes),
    restore: (decoded) => convert(decoded, workload, back),
  };
}
