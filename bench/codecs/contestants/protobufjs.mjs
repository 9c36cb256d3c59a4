// Static code with Long, protobufjs's exact 64-bit integers.
import Long from "long";
import protobuf from "protobufjs/minimal.js";
import { bench } from "../out/pbjs.mjs";

protobuf.util.Long = Long;
protobuf.configure();
const types = { pci: bench.Pci, iommu: bench.Iommu, descriptors: bench.Descriptors, record: bench.Small };

const convert = (value, bigint) => {
  if (typeof value === "bigint") return bigint(value);
  if (Long.isLong(value)) return BigInt.asUintN(64, (BigInt(value.high) << 32n) | BigInt(value.low >>> 0));
  if (Buffer.isBuffer(value)) return new Uint8Array(value.buffer, value.byteOffset, value.length);
  if (Array.isArray(value)) return value.map((each) => convert(each, bigint));
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [
        key === "numa_node" ? "numaNode" : key === "numaNode" ? "numa_node" : key,
        convert(each, bigint),
      ])
      .filter(([, each]) => each !== null),
  );
};

export function make(workload, value) {
  const type = types[workload];
  const message = convert(value, (bits) =>
    Long.fromBits(Number(bits & 0xffff_ffffn) | 0, Number(bits >> 32n) | 0, true),
  );
  return {
    encode: () => type.encode(message).finish(),
    decode: (bytes) => type.decode(bytes),
    // Members at their default are on the prototype of what it decodes.
    restore: (decoded) => convert(type.toObject(decoded, { defaults: true, arrays: true }), (bits) => bits),
  };
}
