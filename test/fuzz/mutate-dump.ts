/** Mutated dumps: some with broken frames, most with sound frames and broken contents. */
import type { Random } from "../property/random.ts";
import { bodyBytes, bodyTree, mutateBytes, mutateTree } from "./body.ts";
import { dumpOf, recordsOf } from "./frame.ts";
import type { RawRecord } from "./frame.ts";

/** Mutates a body: as a tree with right lengths, as plain bytes, or first the one and then the other. */
export function mutateBody(random: Random, body: Uint8Array, other: Uint8Array = body): Uint8Array {
  let bytes = body;
  if (random.chance(60)) {
    const tree = bodyTree(bytes);
    if (tree !== null) {
      const count = random.weighted([
        [6, 1],
        [2, 2],
        [1, 5],
      ]);
      for (let i = 0; i < count; i++) mutateTree(random, tree);
      bytes = bodyBytes(tree);
      if (random.chance(85)) return bytes;
    }
  }
  return mutateBytes(random, bytes, other);
}

/** One mutated dump of a sound one; `other` is another sound dump, from which records are spliced. */
export function mutateDump(random: Random, dump: Uint8Array, other: Uint8Array): Uint8Array {
  // Without checksums put right, little but the frame is ever reached.
  if (random.chance(8)) return mutateBytes(random, dump, other);
  const records = recordsOf(dump);
  const count = random.weighted([
    [7, 1],
    [2, 2],
  ]);
  for (let i = 0; i < count; i++) {
    if (random.chance(65)) {
      const record = random.pick(records);
      record.body = mutateBody(random, record.body, random.pick(records).body);
    } else random.pick(frameMutations)(random, records, recordsOf(other));
  }
  const fixed = dumpOf(records, random.chance(90));
  return random.chance(4) ? mutateBytes(random, fixed, other) : fixed;
}

const frameMutations: readonly ((random: Random, records: RawRecord[], other: readonly RawRecord[]) => void)[] = [
  function swapRecords(random, records) {
    const [a, b] = [random.below(records.length), random.below(records.length)];
    const [one, two] = [records[a], records[b]];
    if (one === undefined || two === undefined) return;
    records[a] = two;
    records[b] = one;
  },
  function dropRecord(random, records) {
    records.splice(random.below(records.length), 1);
  },
  function doubleRecord(random, records) {
    const at = random.below(records.length);
    const record = records[at];
    if (record !== undefined) records.splice(at, 0, { ...record, instance: record.instance + random.below(2) });
  },
  function spliceRecord(random, records, other) {
    records.splice(random.below(records.length), random.below(2), { ...random.pick(other) });
  },
  function changeId(random, records) {
    random.pick(records).id = random.chance(50) ? random.pick(records).id : random.bits();
  },
  function changeInstance(random, records) {
    random.pick(records).instance = random.chance(50) ? random.below(4) : random.bits();
  },
  function changeVersion(random, records) {
    const record = random.pick(records);
    record.major = random.chance(70) ? random.below(6) : random.below(0x10000);
    record.backport = random.chance(70) ? random.below(2) : random.below(0x10000);
  },
  function changeFlags(random, records) {
    random.pick(records).flags = random.pick([0, 1, 2, 3, 4, 5, 8, 9, 16, 0xffff_ffff]);
  },
  function swapBodies(random, records) {
    const [one, two] = [random.pick(records), random.pick(records)];
    [one.body, two.body] = [two.body, one.body];
  },
];
