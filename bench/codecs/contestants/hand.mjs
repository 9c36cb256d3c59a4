// The best monomorphic little-endian code a person would write for just this data: fixed layouts, 8-aligned, no ids, no evolution. It
// checks lengths and nothing else. The yardstick of every ratio.
const { latin1Slice, utf8Slice } = Buffer.prototype;

let memory;
let bytes;
let words;
let longs;
/** The caller's memory that is written to; null for memory of our own, which grows. */
let target = null;

function use(buffer) {
  memory = buffer;
  bytes = Buffer.from(memory);
  words = new Uint32Array(memory, 0, memory.byteLength >> 2);
  longs = new BigUint64Array(memory, 0, memory.byteLength >> 3);
}

let own = new ArrayBuffer(1 << 16);
use(own);

/** Makes room for `length` bytes from the start; what was written stays. What does not fit into the caller's memory is found at the end. */
function reserve(length) {
  if (target !== null || length <= memory.byteLength) return;
  own = new ArrayBuffer(Math.max(length, memory.byteLength * 2));
  new Uint8Array(own).set(bytes);
  use(own);
}

/** UTF-8 at a byte; gives its length. */
function writeText(text, at) {
  const { length } = text;
  if (length > 24) return bytes.utf8Write(text, at);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return bytes.utf8Write(text, at);
    bytes[at + i] = code;
  }
  return length;
}

let source = null;
let sourceBytes = bytes;
let sourceWords = words;
let sourceLongs = longs;

function open(from) {
  if (from.buffer === source) return;
  source = from.buffer;
  sourceBytes = Buffer.from(source);
  sourceWords = new Uint32Array(source, 0, source.byteLength >> 2);
  sourceLongs = new BigUint64Array(source, 0, source.byteLength >> 3);
}

/** Text starts at a multiple of 8 and is followed by zeros to the next one, so ASCII is seen a word at a time. */
function readText(at, length) {
  if (length > 16) {
    const end = (at + length + 3) >> 2;
    let seen = 0;
    for (let w = at >> 2; w < end; w++) seen |= sourceWords[w];
    return (seen & 0x8080_8080) === 0
      ? latin1Slice.call(sourceBytes, at, at + length)
      : utf8Slice.call(sourceBytes, at, at + length);
  }
  let text = "";
  for (let i = 0; i < length; i++) {
    const code = sourceBytes[at + i];
    if (code > 127) return utf8Slice.call(sourceBytes, at, at + length);
    text += String.fromCharCode(code);
  }
  return text;
}

function fail() {
  throw new Error("damaged");
}

const up = (length) => (length + 7) & ~7;

/** Small runs of bytes are copied by a loop, which is quicker than the call up to some thirty. */
function writeBytes(from, at) {
  const { length } = from;
  if (length > 32) bytes.set(from, at);
  else for (let i = 0; i < length; i++) bytes[at + i] = from[i];
}

function writePci({ devices }, start) {
  words[start >> 2] = devices.length;
  words[(start >> 2) + 1] = 0;
  let at = start + 8;
  for (let i = 0; i < devices.length; i++) {
    const d = devices[i];
    const { bars, caps, config, driver } = d;
    reserve(at + 256 + bars.length * 24 + caps.length * 272 + config.length + driver.length * 3);
    let w = at >> 2;
    words[w] = d.domain | (d.bus << 16) | (d.slot << 24);
    words[w + 1] = d.fn | (d.revision << 8) | (d.vendor << 16);
    words[w + 2] = d.device | (d.command << 16);
    words[w + 3] = d.status | (bars.length << 16) | (caps.length << 24);
    words[w + 4] = d.class;
    words[w + 5] = d.numa_node;
    words[w + 6] = config.length;
    const driverAt = w + 7;
    at += 32;
    for (let j = 0; j < bars.length; j++, at += 24) {
      const b = bars[j];
      longs[at >> 3] = b.base;
      longs[(at >> 3) + 1] = b.size;
      words[(at >> 2) + 4] = b.flags;
      words[(at >> 2) + 5] = 0;
    }
    for (let j = 0; j < caps.length; j++) {
      const { id, offset, data } = caps[j];
      w = at >> 2;
      words[w] = id | (offset << 16);
      words[w + 1] = data.length;
      longs[(at + 8 + data.length) >> 3] = 0n;
      writeBytes(data, at + 8);
      at += 8 + up(data.length);
    }
    longs[(at + config.length) >> 3] = 0n;
    bytes.set(config, at);
    at += up(config.length);
    longs[(at + driver.length) >> 3] = 0n;
    const length = writeText(driver, at);
    words[driverAt] = length;
    at += up(length);
  }
  return at;
}

function readPci(from) {
  open(from);
  let at = from.byteOffset;
  const end = at + from.length;
  const count = sourceWords[at >> 2];
  at += 8;
  if (count * 32 > end - at) fail();
  const devices = new Array(count);
  for (let i = 0; i < count; i++) {
    if (at + 32 > end) fail();
    const w = at >> 2;
    const w0 = sourceWords[w];
    const w1 = sourceWords[w + 1];
    const w2 = sourceWords[w + 2];
    const w3 = sourceWords[w + 3];
    const barCount = (w3 >> 16) & 0xff;
    const capCount = w3 >>> 24;
    const configLength = sourceWords[w + 6];
    const driverLength = sourceWords[w + 7];
    at += 32;
    if (at + barCount * 24 > end) fail();
    const bars = new Array(barCount);
    for (let j = 0; j < barCount; j++, at += 24) {
      bars[j] = { base: sourceLongs[at >> 3], size: sourceLongs[(at >> 3) + 1], flags: sourceWords[(at >> 2) + 4] };
    }
    const caps = new Array(capCount);
    for (let j = 0; j < capCount; j++) {
      if (at + 8 > end) fail();
      const head = sourceWords[at >> 2];
      const length = sourceWords[(at >> 2) + 1];
      if (at + 8 + length > end) fail();
      caps[j] = { id: head & 0xffff, offset: head >>> 16, data: new Uint8Array(source, at + 8, length) };
      at += 8 + up(length);
    }
    if (at + up(configLength) + driverLength > end) fail();
    const config = new Uint8Array(source, at, configLength);
    at += up(configLength);
    const driver = readText(at, driverLength);
    at += up(driverLength);
    devices[i] = {
      domain: w0 & 0xffff,
      bus: (w0 >> 16) & 0xff,
      slot: w0 >>> 24,
      fn: w1 & 0xff,
      vendor: w1 >>> 16,
      device: w2 & 0xffff,
      class: sourceWords[w + 4],
      revision: (w1 >> 8) & 0xff,
      command: w2 >>> 16,
      status: w3 & 0xffff,
      bars,
      caps,
      config,
      driver,
      numa_node: sourceWords[w + 5] | 0,
    };
  }
  return { devices };
}

function writeIommu({ id, base, domains, mappings }, start) {
  reserve(start + 32 + domains.length * 16 + mappings.length * 32);
  let w = start >> 2;
  words[w] = id;
  words[w + 1] = domains.length;
  longs[(w >> 1) + 1] = base;
  words[w + 4] = mappings.length;
  words[w + 5] = 0;
  w += 6;
  for (let i = 0; i < domains.length; i++, w += 4) {
    const d = domains[i];
    words[w] = d.id;
    words[w + 1] = d.format | (d.levels << 8) | (d.width << 16);
    longs[(w >> 1) + 1] = d.root;
  }
  for (let i = 0; i < mappings.length; i++, w += 8) {
    const m = mappings[i];
    const q = w >> 1;
    longs[q] = m.iova;
    longs[q + 1] = m.address;
    longs[q + 2] = m.size;
    words[w + 6] = m.flags;
    words[w + 7] = 0;
  }
  return w * 4;
}

function readIommu(from) {
  open(from);
  let w = from.byteOffset >> 2;
  const domainCount = sourceWords[w + 1];
  const mappingCount = sourceWords[w + 4];
  if (from.length !== 24 + domainCount * 16 + mappingCount * 32) fail();
  const id = sourceWords[w];
  const base = sourceLongs[(w >> 1) + 1];
  w += 6;
  const domains = new Array(domainCount);
  for (let i = 0; i < domainCount; i++, w += 4) {
    const packed = sourceWords[w + 1];
    domains[i] = {
      id: sourceWords[w],
      format: packed & 0xff,
      levels: (packed >> 8) & 0xff,
      width: (packed >> 16) & 0xff,
      root: sourceLongs[(w >> 1) + 1],
    };
  }
  const mappings = new Array(mappingCount);
  for (let i = 0; i < mappingCount; i++, w += 8) {
    const q = w >> 1;
    mappings[i] = {
      iova: sourceLongs[q],
      address: sourceLongs[q + 1],
      size: sourceLongs[q + 2],
      flags: sourceWords[w + 6],
    };
  }
  return { id, base, domains, mappings };
}

/** A loop over a typed array: what reading in place is measured against. */
function sumIommu(from) {
  open(from);
  const first = from.byteOffset >> 2;
  const count = sourceWords[first + 4];
  const start = ((first + 6 + sourceWords[first + 1] * 4) >> 1) + 1;
  const rows = sourceLongs;
  let sum = 0n;
  for (let i = 0, q = start; i < count; i++, q += 4) sum = BigInt.asUintN(64, sum + rows[q]);
  return sum;
}

/** Four typed arrays that the taker owns. */
function columnsIommu(from) {
  open(from);
  const first = from.byteOffset >> 2;
  const count = sourceWords[first + 4];
  const w = first + 6 + sourceWords[first + 1] * 4;
  const iova = new BigUint64Array(count);
  const address = new BigUint64Array(count);
  const size = new BigUint64Array(count);
  const flags = new Uint32Array(count);
  for (let i = 0, q = w >> 1; i < count; i++, q += 4) {
    iova[i] = sourceLongs[q];
    address[i] = sourceLongs[q + 1];
    size[i] = sourceLongs[q + 2];
    flags[i] = sourceWords[q * 2 + 6];
  }
  return { iova, address, size, flags };
}

function writeDescriptors({ files }, start) {
  words[start >> 2] = files.length;
  words[(start >> 2) + 1] = 0;
  let at = start + 8;
  for (let i = 0; i < files.length; i++) {
    const f = files[i];
    const { path, socket } = f;
    reserve(at + 128 + path.length * 3);
    const w = at >> 2;
    longs[at >> 3] = f.token;
    longs[(at >> 3) + 1] = f.position;
    words[w + 4] = f.fd;
    words[w + 5] = f.flags;
    words[w + 6] = f.mode;
    at += 32;
    longs[(at + path.length) >> 3] = 0n;
    const length = writeText(path, at);
    if (length !== path.length) bytes.fill(0, at + length, at + up(length));
    words[w + 7] = length | (socket === null ? 0 : 0x8000_0000);
    at += up(length);
    if (socket !== null) {
      const { peer } = socket;
      words[at >> 2] = socket.family | (socket.port << 16);
      words[(at >> 2) + 1] = socket.state | (peer.length << 8);
      longs[(at + 8 + peer.length) >> 3] = 0n;
      writeBytes(peer, at + 8);
      at += 8 + up(peer.length);
    }
  }
  return at;
}

function readDescriptors(from) {
  open(from);
  let at = from.byteOffset;
  const end = at + from.length;
  const count = sourceWords[at >> 2];
  at += 8;
  if (count * 32 > end - at) fail();
  const files = new Array(count);
  for (let i = 0; i < count; i++) {
    if (at + 32 > end) fail();
    const w = at >> 2;
    const packed = sourceWords[w + 7];
    const length = packed & 0x7fff_ffff;
    const token = sourceLongs[at >> 3];
    const position = sourceLongs[(at >> 3) + 1];
    at += 32;
    if (at + up(length) > end) fail();
    const path = readText(at, length);
    at += up(length);
    let socket = null;
    if (packed >>> 31 !== 0) {
      if (at + 8 > end) fail();
      const head = sourceWords[at >> 2];
      const tail = sourceWords[(at >> 2) + 1];
      const peerLength = (tail >> 8) & 0xff;
      if (at + 8 + up(peerLength) > end) fail();
      socket = {
        family: head & 0xffff,
        port: head >>> 16,
        peer: new Uint8Array(source, at + 8, peerLength),
        state: tail & 0xff,
      };
      at += 8 + up(peerLength);
    }
    files[i] = {
      token,
      fd: sourceWords[w + 4],
      flags: sourceWords[w + 5],
      mode: sourceWords[w + 6],
      position,
      path,
      socket,
    };
  }
  return { files };
}

function writeRecord(m, at) {
  reserve(at + 4096);
  const { name, uuid, version } = m;
  const q = at >> 3;
  const w = at >> 2;
  longs[q] = m.id;
  longs[q + 1] = m.address;
  longs[q + 2] = m.length;
  longs[q + 3] = version.generation;
  words[w + 8] = m.flags;
  words[w + 9] = m.kind;
  words[w + 10] = m.references;
  words[w + 11] = m.cpus;
  words[w + 12] = version.major;
  words[w + 13] = version.minor;
  bytes[at + 57] = m.active ? 1 : 0;
  bytes[at + 58] = m.dirty ? 1 : 0;
  bytes[at + 59] = 0;
  words[w + 15] = 0;
  for (let i = 0; i < 16; i++) bytes[at + 64 + i] = uuid[i];
  longs[(at + 80 + name.length) >> 3] = 0n;
  const length = writeText(name, at + 80);
  bytes[at + 56] = length;
  return at + 80 + up(length);
}

function readRecord(from) {
  open(from);
  const at = from.byteOffset;
  if (from.length < 80) fail();
  const q = at >> 3;
  const w = at >> 2;
  const length = sourceBytes[at + 56];
  if (80 + length > from.length) fail();
  return {
    id: sourceLongs[q],
    address: sourceLongs[q + 1],
    length: sourceLongs[q + 2],
    flags: sourceWords[w + 8],
    kind: sourceWords[w + 9],
    references: sourceWords[w + 10],
    cpus: sourceWords[w + 11],
    active: sourceBytes[at + 57] === 1,
    dirty: sourceBytes[at + 58] === 1,
    name: readText(at + 80, length),
    uuid: new Uint8Array(source, at + 64, 16),
    version: { major: sourceWords[w + 12], minor: sourceWords[w + 13], generation: sourceLongs[q + 3] },
  };
}

const codecs = {
  pci: { write: writePci, decode: readPci },
  iommu: { write: writeIommu, decode: readIommu, sum: sumIommu, columns: columnsIommu },
  descriptors: { write: writeDescriptors, decode: readDescriptors },
  record: { write: writeRecord, decode: readRecord },
};

/** Writes into memory that a caller gives, from an offset on, and gives the end; the arrays over it are kept for the next call. */
function into(write, value, given, offset) {
  if (given !== target) {
    target = given;
    use(given.buffer);
  }
  const start = given.byteOffset + offset;
  if (offset < 0 || (start & 7) !== 0) fail();
  const end = write(value, start) - given.byteOffset;
  if (end > given.length) fail();
  return end;
}

export function make(workload, value) {
  const { write, ...rest } = codecs[workload];
  const caller = new Uint8Array(write(value, 0));
  return {
    encode: () => {
      if (target !== null) use(own);
      target = null;
      const length = write(value, 0);
      // A copy of its own, 8-aligned; small ones from Node's pool.
      const result = length > 2048 ? Buffer.allocUnsafeSlow(length) : Buffer.allocUnsafe(length);
      result.set(length === memory.byteLength ? bytes : bytes.subarray(0, length));
      return result;
    },
    encodeInto: () => into(write, value, caller, 0),
    ...rest,
    restore: (decoded) => decoded,
  };
}
