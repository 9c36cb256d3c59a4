// pbf has no exact 64-bit integer: each one is two fixed32, low and high, which is what its users do.
import { PbfReader, PbfWriter } from "pbf";

const scratch = new BigUint64Array(1);
const halves = new Uint32Array(scratch.buffer);
const writeLong = (value, pbf) => {
  scratch[0] = value;
  pbf.writeFixed32(halves[0]);
  pbf.writeFixed32(halves[1]);
};
const readLong = (pbf) => {
  halves[0] = pbf.readFixed32();
  halves[1] = pbf.readFixed32();
  return scratch[0];
};
const longField = (pbf, tag, value) => {
  pbf.writeTag(tag, 1);
  writeLong(value, pbf);
};

/** A message from rows (name, kind): straight-line functions, made as pbf's own compiler makes them. */
function message(fields) {
  const write = [];
  const read = [];
  const initial = [];
  const used = [];
  fields.forEach(([name, kind], i) => {
    const tag = i + 1;
    const rows = {
      varint: [`pbf.writeVarintField(${tag}, obj.${name});`, `obj.${name} = pbf.readVarint();`, "0"],
      svarint: [`pbf.writeSVarintField(${tag}, obj.${name});`, `obj.${name} = pbf.readSVarint();`, "0"],
      long: [`longField(pbf, ${tag}, obj.${name});`, `obj.${name} = readLong(pbf);`, "0n"],
      fixed32: [`pbf.writeFixed32Field(${tag}, obj.${name});`, `obj.${name} = pbf.readFixed32();`, "0"],
      bool: [`pbf.writeBooleanField(${tag}, obj.${name});`, `obj.${name} = pbf.readBoolean();`, "false"],
      bytes: [`pbf.writeBytesField(${tag}, obj.${name});`, `obj.${name} = pbf.readBytes();`, "undefined"],
      string: [`pbf.writeStringField(${tag}, obj.${name});`, `obj.${name} = pbf.readString();`, '""'],
    };
    if (typeof kind === "string") {
      const [w, r, start] = rows[kind];
      write.push(w);
      read.push(r);
      initial.push(`${name}: ${start}`);
      return;
    }
    const at = used.push(kind.type) - 1;
    if (kind.list) {
      write.push(`for (const item of obj.${name}) pbf.writeMessage(${tag}, used[${at}].write, item);`);
      read.push(`obj.${name}.push(used[${at}].read(pbf, pbf.readVarint() + pbf.pos));`);
      initial.push(`${name}: []`);
    } else {
      write.push(`if (obj.${name} !== null) pbf.writeMessage(${tag}, used[${at}].write, obj.${name});`);
      read.push(`obj.${name} = used[${at}].read(pbf, pbf.readVarint() + pbf.pos);`);
      initial.push(`${name}: null`);
    }
  });
  const body = read.map((each, i) => `${i === 0 ? "" : "else "}if (field === ${i + 1}) ${each}`).join("\n");
  const made = new Function(
    "used",
    "longField",
    "readLong",
    `return { write(obj, pbf) { ${write.join("\n")} }, read(pbf, end) { const obj = { ${initial.join(", ")} }; let field; while ((field = pbf.nextField(end))) { ${body} } return obj; } };`,
  );
  return made(used, longField, readLong);
}
const list = (type) => ({ list: true, type });
const one = (type) => ({ list: false, type });

const bar = message([
  ["base", "long"],
  ["size", "long"],
  ["flags", "fixed32"],
]);
const capability = message([
  ["id", "varint"],
  ["offset", "varint"],
  ["data", "bytes"],
]);
const device = message([
  ["domain", "varint"],
  ["bus", "varint"],
  ["slot", "varint"],
  ["fn", "varint"],
  ["vendor", "varint"],
  ["device", "varint"],
  ["class", "varint"],
  ["revision", "varint"],
  ["command", "varint"],
  ["status", "varint"],
  ["bars", list(bar)],
  ["caps", list(capability)],
  ["config", "bytes"],
  ["driver", "string"],
  ["numa_node", "svarint"],
]);
const domain = message([
  ["id", "varint"],
  ["format", "varint"],
  ["levels", "varint"],
  ["width", "varint"],
  ["root", "long"],
]);
const mapping = message([
  ["iova", "long"],
  ["address", "long"],
  ["size", "long"],
  ["flags", "fixed32"],
]);
const socket = message([
  ["family", "varint"],
  ["port", "varint"],
  ["peer", "bytes"],
  ["state", "varint"],
]);
const file = message([
  ["token", "long"],
  ["fd", "varint"],
  ["flags", "varint"],
  ["mode", "varint"],
  ["position", "long"],
  ["path", "string"],
  ["socket", one(socket)],
]);
const release = message([
  ["major", "varint"],
  ["minor", "varint"],
  ["generation", "long"],
]);
const types = {
  pci: message([["devices", list(device)]]),
  iommu: message([
    ["id", "varint"],
    ["base", "long"],
    ["domains", list(domain)],
    ["mappings", list(mapping)],
  ]),
  descriptors: message([["files", list(file)]]),
  record: message([
    ["id", "long"],
    ["address", "long"],
    ["length", "long"],
    ["flags", "varint"],
    ["kind", "varint"],
    ["references", "varint"],
    ["cpus", "varint"],
    ["active", "bool"],
    ["dirty", "bool"],
    ["name", "string"],
    ["uuid", "bytes"],
    ["version", one(release)],
  ]),
};

export function make(workload, value) {
  const type = types[workload];
  return {
    encode: () => {
      const pbf = new PbfWriter();
      type.write(value, pbf);
      return pbf.finish();
    },
    decode: (bytes) => type.read(new PbfReader(bytes)),
    restore: (decoded) => decoded,
  };
}
