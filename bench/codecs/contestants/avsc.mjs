import avro from "avsc";

/** Exact 64-bit integers, as avsc's documentation shows: fixed-width zigzag bytes to and from bigint. */
const long = avro.types.LongType.__with({
  fromBuffer: (buffer) => buffer.readBigInt64LE(),
  toBuffer: (value) => {
    const buffer = Buffer.allocUnsafe(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value) => typeof value === "bigint",
  compare: (a, b) => (a === b ? 0 : a < b ? -1 : 1),
});

const record = (name, fields) => ({
  type: "record",
  name,
  fields: Object.entries(fields).map(([n, type]) => ({ name: n, type })),
});
const array = (items) => ({ type: "array", items });
const bar = record("Bar", { base: "long", size: "long", flags: "int" });
const capability = record("Capability", { id: "int", offset: "int", data: "bytes" });
const device = record("Device", {
  domain: "int",
  bus: "int",
  slot: "int",
  fn: "int",
  vendor: "int",
  device: "int",
  class: "int",
  revision: "int",
  command: "int",
  status: "int",
  bars: array(bar),
  caps: array(capability),
  config: "bytes",
  driver: "string",
  numa_node: "int",
});
const domain = record("Domain", { id: "int", format: "int", levels: "int", width: "int", root: "long" });
const mapping = record("Mapping", { iova: "long", address: "long", size: "long", flags: "int" });
const socket = record("Socket", { family: "int", port: "int", peer: "bytes", state: "int" });
const file = record("File", {
  token: "long",
  fd: "int",
  flags: "int",
  mode: "int",
  position: "long",
  path: "string",
  socket: ["null", socket],
});
const release = record("Release", { major: "int", minor: "int", generation: "long" });
const schemas = {
  pci: record("Pci", { devices: array(device) }),
  iommu: record("Iommu", { id: "int", base: "long", domains: array(domain), mappings: array(mapping) }),
  descriptors: record("Descriptors", { files: array(file) }),
  record: record("Small", {
    id: "long",
    address: "long",
    length: "long",
    flags: "int",
    kind: "int",
    references: "int",
    cpus: "int",
    active: "boolean",
    dirty: "boolean",
    name: "string",
    uuid: "bytes",
    version: release,
  }),
};

/** Avro has no unsigned 64-bit integer: the same bits, signed. */
const convert = (value, change) => {
  if (typeof value === "bigint") return change(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length);
  if (Array.isArray(value)) return value.map((each) => convert(each, change));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, convert(each, change)]));
};

export function make(workload, value) {
  const type = avro.Type.forSchema(schemas[workload], { registry: { long }, wrapUnions: "never" });
  const signed = convert(value, (bits) => BigInt.asIntN(64, bits));
  return {
    encode: () => type.toBuffer(signed),
    decode: (bytes) => type.fromBuffer(bytes),
    restore: (decoded) => convert(decoded, (bits) => BigInt.asUintN(64, bits)),
  };
}
