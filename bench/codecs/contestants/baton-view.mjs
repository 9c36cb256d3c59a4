// Baton with a table that is given as a view of rows in memory, and not as objects: rows are judged and copied.
import * as bench from "../out/baton.mjs";

const { Iommu } = bench;

export function make(_workload, value) {
  const bytes = Iommu.encode(value);
  const own = { ...value, mappings: Iommu.view(bytes.slice()).mappings };
  const memory = new Uint8Array(bytes.length);
  return {
    encode: () => Iommu.encode(own),
    encodeInto: () => Iommu.encodeInto(own, memory, 0),
    decode: (found) => Iommu.decode(found),
    restore: (decoded) => decoded,
    // It decodes as any other value.
    only: ["encode", "encodeInto"],
  };
}
