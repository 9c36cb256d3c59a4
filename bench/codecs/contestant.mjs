// One contestant on one workload, in a process of its own. Told by messages what to do next: first the round trip, then rounds of one
// operation each, timed here and answered in nanoseconds a call.
import { deepStrictEqual } from "node:assert";
import { workloads } from "./workloads.mjs";

const [, , name, workload] = process.argv;
const { make } = await import(`./contestants/${name}.mjs`);
const value = workloads[workload]();
const codec = make(workload, value);
const bytes = codec.encode();

/** Plain data of one shape: what two codecs agree on if they decode the same. */
function plain(found) {
  if (ArrayBuffer.isView(found)) return Buffer.from(found.buffer, found.byteOffset, found.byteLength).toString("hex");
  if (Array.isArray(found)) return found.map(plain);
  if (found === null || found === undefined) return null;
  if (typeof found !== "object") return found;
  return Object.fromEntries(
    Object.keys(found)
      .sort()
      .map((key) => [key, plain(found[key])]),
  );
}

/** 64-bit sum of the addresses, as reading in place must give it. */
function expectedSum() {
  return value.mappings.reduce((sum, row) => BigInt.asUintN(64, sum + row.address), 0n);
}

function roundTrip() {
  if (codec.restore !== null) {
    const restored = plain(codec.restore(codec.decode(bytes)));
    const wanted = plain(value);
    // A codec may leave out what is absent.
    if (workload === "descriptors") for (const file of restored.files) file.socket ??= null;
    deepStrictEqual(restored, wanted);
  }
  if (codec.sum !== undefined && codec.sum(bytes) !== expectedSum()) throw new Error("the sum in place is wrong");
  if (codec.columns !== undefined && codec.restore !== null) {
    const { iova, address, size, flags } = codec.columns(bytes);
    const rows = value.mappings;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      if (iova[i] !== row.iova || address[i] !== row.address || size[i] !== row.size || flags[i] !== row.flags) {
        throw new Error(`row ${i} of the columns is wrong`);
      }
    }
  }
}

const operations = {
  encode: () => codec.encode(),
  encodeInto: codec.encodeInto === undefined ? null : () => codec.encodeInto(),
  decode: () => codec.decode(bytes),
  sum: codec.sum === undefined ? null : () => codec.sum(bytes),
  columns: codec.columns === undefined ? null : () => codec.columns(bytes),
};

let sink;

/** Nanoseconds of this process on all processors, where the machine is busy with others. */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return BigInt(user + system) * 1000n;
}

/**
 * Nanoseconds a call of an operation: calls for `budget` milliseconds, at least `calls` of them unless that takes longer than `limit`, after half as
 * many to warm it up and to be rid of what was left by another operation. What the calls leave behind is collected by the clock.
 */
function measure(operation, { budget, calls: least, limit }, clock) {
  const run = operations[operation];
  const nanoseconds = (ms) => BigInt(Math.round(ms * 1e6));
  const until = (share) => {
    const enough = nanoseconds(budget * share);
    const most = nanoseconds(limit * share);
    const start = clock();
    let calls = 0;
    let batch = 1;
    let elapsed = 0n;
    do {
      for (let i = 0; i < batch; i++) sink = run();
      calls += batch;
      elapsed = clock() - start;
      if (elapsed < enough / 16n) batch *= 2;
    } while (elapsed < enough || (calls < least * share && elapsed < most));
    return Number(elapsed) / calls;
  };
  until(1 / 2);
  return until(1);
}

process.on("message", ({ operation, processor, ...lasting }) => {
  if (operation === "stop") process.exit(0);
  if (operation === "peak") return process.send({ kib: process.resourceUsage().maxRSS });
  process.send({ ns: measure(operation, lasting, processor ? processorTime : process.hrtime.bigint) });
});

try {
  roundTrip();
  const able = Object.keys(operations).filter(
    (each) => operations[each] !== null && (codec.only?.includes(each) ?? true),
  );
  process.send({ ready: true, bytes: bytes.length, operations: able });
} catch (error) {
  process.send({ ready: false, why: String(error.message).slice(0, 2000) });
}
export { sink };
