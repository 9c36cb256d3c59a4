// FlatBuffers at its idiomatic: builder with sizes told, accessors to read; `decode` unpacks every member, as a taker of state must.
import * as flatbuffers from "flatbuffers";
import * as bench from "../out/flatbuffers.mjs";

const builder = new flatbuffers.Builder(1 << 20);

function pci({ devices }) {
  const offsets = devices.map((d) => {
    bench.Device.startBarsVector(builder, d.bars.length);
    for (let i = d.bars.length - 1; i >= 0; i--)
      bench.Bar.createBar(builder, d.bars[i].base, d.bars[i].size, d.bars[i].flags);
    const bars = builder.endVector();
    const caps = bench.Device.createCapsVector(
      builder,
      d.caps.map((c) => {
        const data = bench.Capability.createDataVector(builder, c.data);
        bench.Capability.startCapability(builder);
        bench.Capability.addId(builder, c.id);
        bench.Capability.addOffset(builder, c.offset);
        bench.Capability.addData(builder, data);
        return bench.Capability.endCapability(builder);
      }),
    );
    const config = bench.Device.createConfigVector(builder, d.config);
    const driver = builder.createString(d.driver);
    bench.Device.startDevice(builder);
    bench.Device.addDomain(builder, d.domain);
    bench.Device.addBus(builder, d.bus);
    bench.Device.addSlot(builder, d.slot);
    bench.Device.addFn(builder, d.fn);
    bench.Device.addVendor(builder, d.vendor);
    bench.Device.addDevice(builder, d.device);
    bench.Device.addClass_(builder, d.class);
    bench.Device.addRevision(builder, d.revision);
    bench.Device.addCommand(builder, d.command);
    bench.Device.addStatus(builder, d.status);
    bench.Device.addBars(builder, bars);
    bench.Device.addCaps(builder, caps);
    bench.Device.addConfig(builder, config);
    bench.Device.addDriver(builder, driver);
    bench.Device.addNumaNode(builder, d.numa_node);
    return bench.Device.endDevice(builder);
  });
  const vector = bench.Pci.createDevicesVector(builder, offsets);
  bench.Pci.startPci(builder);
  bench.Pci.addDevices(builder, vector);
  return bench.Pci.endPci(builder);
}

function readPci(buffer) {
  const root = bench.Pci.getRootAsPci(buffer);
  return {
    devices: Array.from({ length: root.devicesLength() }, (_, i) => {
      const d = root.devices(i);
      return {
        domain: d.domain(),
        bus: d.bus(),
        slot: d.slot(),
        fn: d.fn(),
        vendor: d.vendor(),
        device: d.device(),
        class: d.class_(),
        revision: d.revision(),
        command: d.command(),
        status: d.status(),
        bars: Array.from({ length: d.barsLength() }, (_, j) => {
          const b = d.bars(j);
          return { base: b.base(), size: b.size(), flags: b.flags() };
        }),
        caps: Array.from({ length: d.capsLength() }, (_, j) => {
          const c = d.caps(j);
          return { id: c.id(), offset: c.offset(), data: c.dataArray() };
        }),
        config: d.configArray(),
        driver: d.driver(),
        numa_node: d.numaNode(),
      };
    }),
  };
}

function iommu({ id, base, domains, mappings }) {
  const all = bench.Iommu.createDomainsVector(
    builder,
    domains.map((d) => {
      bench.Domain.startDomain(builder);
      bench.Domain.addId(builder, d.id);
      bench.Domain.addFormat(builder, d.format);
      bench.Domain.addLevels(builder, d.levels);
      bench.Domain.addWidth(builder, d.width);
      bench.Domain.addRoot(builder, d.root);
      return bench.Domain.endDomain(builder);
    }),
  );
  bench.Iommu.startMappingsVector(builder, mappings.length);
  for (let i = mappings.length - 1; i >= 0; i--) {
    const m = mappings[i];
    bench.Mapping.createMapping(builder, m.iova, m.address, m.size, m.flags);
  }
  const rows = builder.endVector();
  bench.Iommu.startIommu(builder);
  bench.Iommu.addId(builder, id);
  bench.Iommu.addBase(builder, base);
  bench.Iommu.addDomains(builder, all);
  bench.Iommu.addMappings(builder, rows);
  return bench.Iommu.endIommu(builder);
}

function readIommu(buffer) {
  const root = bench.Iommu.getRootAsIommu(buffer);
  return {
    id: root.id(),
    base: root.base(),
    domains: Array.from({ length: root.domainsLength() }, (_, i) => {
      const d = root.domains(i);
      return { id: d.id(), format: d.format(), levels: d.levels(), width: d.width(), root: d.root() };
    }),
    mappings: Array.from({ length: root.mappingsLength() }, (_, i) => {
      const m = root.mappings(i);
      return { iova: m.iova(), address: m.address(), size: m.size(), flags: m.flags() };
    }),
  };
}

function sumIommu(buffer) {
  const root = bench.Iommu.getRootAsIommu(buffer);
  const row = new bench.Mapping();
  let sum = 0n;
  for (let i = 0, n = root.mappingsLength(); i < n; i++)
    sum = BigInt.asUintN(64, sum + root.mappings(i, row).address());
  return sum;
}

function descriptors({ files }) {
  const offsets = files.map((f) => {
    const path = builder.createString(f.path);
    let socket = 0;
    if (f.socket !== null) {
      const peer = bench.Socket.createPeerVector(builder, f.socket.peer);
      bench.Socket.startSocket(builder);
      bench.Socket.addFamily(builder, f.socket.family);
      bench.Socket.addPort(builder, f.socket.port);
      bench.Socket.addPeer(builder, peer);
      bench.Socket.addState(builder, f.socket.state);
      socket = bench.Socket.endSocket(builder);
    }
    bench.File.startFile(builder);
    bench.File.addToken(builder, f.token);
    bench.File.addFd(builder, f.fd);
    bench.File.addFlags(builder, f.flags);
    bench.File.addMode(builder, f.mode);
    bench.File.addPosition(builder, f.position);
    bench.File.addPath(builder, path);
    if (socket !== 0) bench.File.addSocket(builder, socket);
    return bench.File.endFile(builder);
  });
  const vector = bench.Descriptors.createFilesVector(builder, offsets);
  bench.Descriptors.startDescriptors(builder);
  bench.Descriptors.addFiles(builder, vector);
  return bench.Descriptors.endDescriptors(builder);
}

function readDescriptors(buffer) {
  const root = bench.Descriptors.getRootAsDescriptors(buffer);
  return {
    files: Array.from({ length: root.filesLength() }, (_, i) => {
      const f = root.files(i);
      const s = f.socket();
      return {
        token: f.token(),
        fd: f.fd(),
        flags: f.flags(),
        mode: f.mode(),
        position: f.position(),
        path: f.path(),
        socket: s === null ? null : { family: s.family(), port: s.port(), peer: s.peerArray(), state: s.state() },
      };
    }),
  };
}

function record(m) {
  const name = builder.createString(m.name);
  const uuid = bench.Small.createUuidVector(builder, m.uuid);
  bench.Release.startRelease(builder);
  bench.Release.addMajor(builder, m.version.major);
  bench.Release.addMinor(builder, m.version.minor);
  bench.Release.addGeneration(builder, m.version.generation);
  const version = bench.Release.endRelease(builder);
  bench.Small.startSmall(builder);
  bench.Small.addId(builder, m.id);
  bench.Small.addAddress(builder, m.address);
  bench.Small.addLength(builder, m.length);
  bench.Small.addFlags(builder, m.flags);
  bench.Small.addKind(builder, m.kind);
  bench.Small.addReferences(builder, m.references);
  bench.Small.addCpus(builder, m.cpus);
  bench.Small.addActive(builder, m.active);
  bench.Small.addDirty(builder, m.dirty);
  bench.Small.addName(builder, name);
  bench.Small.addUuid(builder, uuid);
  bench.Small.addVersion(builder, version);
  return bench.Small.endSmall(builder);
}

function readRecord(buffer) {
  const m = bench.Small.getRootAsSmall(buffer);
  const v = m.version();
  return {
    id: m.id(),
    address: m.address(),
    length: m.length(),
    flags: m.flags(),
    kind: m.kind(),
    references: m.references(),
    cpus: m.cpus(),
    active: m.active(),
    dirty: m.dirty(),
    name: m.name(),
    uuid: m.uuidArray(),
    version: { major: v.major(), minor: v.minor(), generation: v.generation() },
  };
}

const codecs = {
  pci: [pci, readPci],
  iommu: [iommu, readIommu, sumIommu],
  descriptors: [descriptors, readDescriptors],
  record: [record, readRecord],
};

export function make(workload, value) {
  const [write, read, sum] = codecs[workload];
  return {
    encode: () => {
      builder.clear();
      builder.finish(write(value));
      return builder.asUint8Array().slice();
    },
    encodeInto: () => {
      builder.clear();
      builder.finish(write(value));
      return builder.offset();
    },
    decode: (bytes) => read(new flatbuffers.ByteBuffer(bytes)),
    ...(sum === undefined ? {} : { sum: (bytes) => sum(new flatbuffers.ByteBuffer(bytes)) }),
    restore: (decoded) => decoded,
  };
}
