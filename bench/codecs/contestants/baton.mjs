// Baton as its users call it: generated codecs with every check that they have.
import * as bench from "../out/baton.mjs";

const codecs = { pci: bench.Pci, iommu: bench.Iommu, descriptors: bench.Descriptors, record: bench.Small };

export function make(workload, value) {
  const codec = codecs[workload];
  const own =
    workload === "descriptors"
      ? { files: value.files.map((file) => ({ ...file, socket: file.socket ?? undefined })) }
      : value;
  const memory = new Uint8Array(codec.encode(own).length);
  return {
    encode: () => codec.encode(own),
    encodeInto: () => codec.encodeInto(own, memory, 0),
    decode: (bytes) => codec.decode(bytes),
    ...(workload === "iommu" ? { sum, columns } : {}),
    restore: (decoded) => decoded,
  };
}

function sum(bytes) {
  const address = bench.Iommu.view(bytes).mappings.column("address");
  let total = 0n;
  for (let i = 0; i < address.length; i++) total = BigInt.asUintN(64, total + address.at(i));
  return total;
}

function columns(bytes) {
  const { mappings } = bench.Iommu.view(bytes);
  const [iova, address, size, flags] = ["iova", "address", "size", "flags"].map((name) => mappings.column(name).copy());
  return { iova, address, size, flags };
}
