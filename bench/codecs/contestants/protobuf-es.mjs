import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import * as bench from "../out/es/bench_pb.js";

const schemas = {
  pci: bench.PciSchema,
  iommu: bench.IommuSchema,
  descriptors: bench.DescriptorsSchema,
  record: bench.SmallSchema,
};

/** protobuf-es names members in camel case, and leaves absent ones undefined. */
const rename = (value, name) => {
  if (Array.isArray(value)) return value.map((each) => rename(each, name));
  if (value === null || typeof value !== "object" || value instanceof Uint8Array)
    return value === null ? undefined : value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith("$"))
      .map(([key, each]) => [name(key), rename(each, name)]),
  );
};

export function make(workload, value) {
  const schema = schemas[workload];
  const message = create(
    schema,
    rename(value, (key) => (key === "numa_node" ? "numaNode" : key)),
  );
  return {
    encode: () => toBinary(schema, message),
    decode: (bytes) => fromBinary(schema, bytes),
    restore: (decoded) => rename(decoded, (key) => (key === "numaNode" ? "numa_node" : key)),
  };
}
