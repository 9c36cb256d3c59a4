/** Mutated dumps and bodies against everything that reads them. */
import { recordStates } from "../../compiler/dump/wire-types.ts";
import { Random } from "../property/random.ts";
import { decodeBody } from "./body-case.ts";
import { recordsOf } from "./frame.ts";
import { hostileWorld } from "./hostile-schema.ts";
import { mutateBody, mutateDump } from "./mutate-dump.ts";
import { printDump } from "./printers-case.ts";
import { subjects } from "./subjects.ts";
import type { Subject } from "./subjects.ts";
import { walkDump } from "./tools-case.ts";

/** What a run did. */
export interface FuzzReport {
  readonly dumps: number;
  readonly bodies: number;
  /** Mutated, and yet sound to their reader. */
  readonly accepted: number;
  readonly problems: number;
  /** Dumps read by a schema that was broken on purpose, and how many of those schemas were taken. */
  readonly hostile: number;
  readonly hostileTaken: number;
}

/** Something that broke: enough to do it again. */
export class FuzzFailure extends Error {
  readonly subject: Subject;
  readonly bytes: Uint8Array;

  constructor(message: string, subject: Subject, bytes: Uint8Array, cause: unknown) {
    super(`${message}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.subject = subject;
    this.bytes = bytes;
  }
}

/** Cases until a new set of schemas is drawn. */
const batch = 5_000;

/** Runs so many cases; throws a `FuzzFailure` at the first that does not hold. */
export function fuzzDumps(seed: number, count: number, progress: (done: number) => void = () => {}): FuzzReport {
  const random = new Random(seed);
  const report = { dumps: 0, bodies: 0, accepted: 0, problems: 0, hostile: 0, hostileTaken: 0 };
  for (let done = 0; done < count; done += batch) {
    const drawn = subjects(random.fork(), 12);
    const cases = Math.min(batch, count - done);
    for (let i = 0; i < cases; i++) {
      const subject = random.pick(drawn);
      const dump = random.pick(subject.dumps);
      if (random.chance(50)) fuzzBody(random, subject, dump, report);
      else fuzzDump(random, subject, dump, random.pick(random.pick(drawn).dumps), report);
    }
    progress(done + cases);
  }
  return report;
}

type Counts = { -readonly [K in keyof FuzzReport]: number };

function fuzzDump(random: Random, subject: Subject, dump: Uint8Array, other: Uint8Array, counts: Counts): void {
  const mutated = mutateDump(random, dump, other);
  counts.dumps++;
  const look = { raw: random.chance(10), nodes: random.chance(15), tree: random.chance(8) };
  try {
    let { world } = subject;
    if (random.below(200) < 2) {
      const hostile = hostileWorld(random, world);
      counts.hostile++;
      if (hostile !== null) {
        counts.hostileTaken++;
        world = hostile;
      }
    }
    if (random.chance(4)) printDump(random, mutated, world);
    const { problems } = walkDump(mutated, world, look);
    counts.problems += problems;
    if (problems === 0) counts.accepted++;
  } catch (error) {
    throw new FuzzFailure(`dump of ${subject.name}`, subject, mutated, error);
  }
}

function fuzzBody(random: Random, subject: Subject, dump: Uint8Array, counts: Counts): void {
  const records = recordsOf(dump).filter(({ flags }) => flags < 2);
  const record = random.pick(records);
  const type = recordStates(subject.world).get(record.id);
  if (type === undefined) return;
  const mutated = mutateBody(random, record.body, random.pick(records).body);
  counts.bodies++;
  try {
    if (decodeBody(type, mutated)) counts.accepted++;
  } catch (error) {
    throw new FuzzFailure(`body of ${type.module}.${type.name} of ${subject.name}`, subject, mutated, error);
  }
}
