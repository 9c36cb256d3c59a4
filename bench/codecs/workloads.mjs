// The four workloads, as plain values that every contestant converts to its own shape before the clock starts. Deterministic; addresses
// above 2^63, so that only exact 64-bit codecs pass the round trip.

/** xorshift32: the same numbers in every process. */
function random(seed) {
  let state = seed;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

function bytes(next, length) {
  return Uint8Array.from({ length }, () => next(256));
}

/** 256 functions with 6 BARs, 0..8 capabilities, a config space of 256 bytes or 4 KiB. */
function pci() {
  const next = random(0x7063_6901);
  const drivers = ["vfio-pci", "nvme", "mlx5_core", "ixgbe", ""];
  const devices = Array.from({ length: 256 }, (_, i) => ({
    domain: i >> 6,
    bus: i & 0xff,
    slot: next(32),
    fn: next(8),
    vendor: next(0x10000),
    device: next(0x10000),
    class: next(0x100_0000),
    revision: next(256),
    command: next(0x800),
    status: next(0x10000),
    bars: Array.from({ length: 6 }, (_, bar) => ({
      base: 0xffff_8000_0000_0000n + BigInt(next(0x1000_0000)) * 0x1000n,
      size: 1n << BigInt(12 + next(24)),
      flags: next(0x10000) * 16 + bar,
    })),
    caps: Array.from({ length: next(9) }, (_, cap) => ({
      id: cap + 1,
      offset: 0x40 + cap * 16,
      data: bytes(next, 2 + next(30)),
    })),
    config: bytes(next, next(4) === 0 ? 4096 : 256),
    driver: drivers[next(drivers.length)],
    numa_node: next(4) - 1,
  }));
  return { devices };
}

/** One IOMMU with 64 domains and 200,000 mappings of three u64 and one u32. */
function iommu() {
  const next = random(0x696f_6d6d);
  return {
    id: 1,
    base: 0xffff_ffff_fed9_0000n,
    domains: Array.from({ length: 64 }, (_, i) => ({
      id: i + 1,
      format: next(3),
      levels: 3 + next(3),
      width: 39 + 9 * next(3),
      root: 0x8000_0000_0000_0000n + BigInt(next(0x1000_0000)) * 0x1000n,
    })),
    mappings: Array.from({ length: 200_000 }, (_, i) => ({
      iova: BigInt(i) * 0x20_0000n,
      address: 0xc000_0000_0000_0000n + BigInt(next(0x4000_0000)) * 0x1000n,
      size: 0x1000n << BigInt(next(10)),
      flags: ((i & 63) << 8) | next(16),
    })),
  };
}

/** Text as the system gives it, in one piece: what a template is put together to stays a tree of its parts inside an engine, which costs all to read. */
function flat(text) {
  return JSON.parse(JSON.stringify(text));
}

/** 20,000 descriptors with paths of which 5 % are not ASCII; every eighth is a socket. */
function descriptors() {
  const next = random(0x6664_7331);
  const folders = ["var/lib/machines", "run/user/1000", "dev/shm", "srv/images", "tmp"];
  const foreign = ["größe", "файл", "データ", "ñandú"];
  const files = Array.from({ length: 20_000 }, (_, i) => {
    const odd = next(20) === 0;
    const name = odd ? `${foreign[next(foreign.length)]}-${i}` : `disk-${next(100_000)}.qcow2`;
    const path = next(4) === 0 ? `/memfd:${i}` : `/${folders[next(folders.length)]}/${name}`;
    return {
      token: 0xf000_0000_0000_0000n + BigInt(i),
      fd: i + 3,
      flags: next(0x10_0000),
      mode: 0o100000 + next(0o1000),
      position: BigInt(next(0x4000_0000)) * BigInt(next(16)),
      path: flat(path),
      socket:
        i % 8 === 0
          ? { family: 2 + 8 * next(2), port: next(0x10000), peer: bytes(next, next(2) === 0 ? 4 : 16), state: next(12) }
          : null,
    };
  });
  return { files };
}

/** One record of 12 members, as a tight loop meets it. */
function record() {
  return {
    id: 0x8000_0000_0000_0001n,
    address: 0xffff_8880_1234_5000n,
    length: 0x20_0000n,
    flags: 0x8001,
    kind: 7,
    references: 3,
    cpus: 64,
    active: true,
    dirty: false,
    name: "guest-0042",
    uuid: Uint8Array.from({ length: 16 }, (_, i) => i * 17),
    version: { major: 7, minor: 1, generation: 12n },
  };
}

export const workloads = { pci, iommu, descriptors, record };

export const titles = {
  pci: "256 PCI functions",
  iommu: "IOMMU, 64 domains, 200,000 mappings",
  descriptors: "20,000 descriptors",
  record: "one 12-member record",
};
