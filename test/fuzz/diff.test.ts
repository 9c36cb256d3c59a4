import { describe, expect, it } from "vitest";
import { diffDumps, type DiffEnd, type DumpSide } from "../../compiler/dump/diff/dumps.ts";
import { diffJsonText } from "../../compiler/dump/diff/json.ts";
import { renderDiff } from "../../compiler/dump/diff/text.ts";
import { parsePath, type DumpPath } from "../../compiler/dump/path.ts";
import { sourceOf } from "../../compiler/dump/source.ts";
import type { World } from "../../compiler/schema/ir.ts";
import { columnsOf, escapeText } from "../../compiler/printable.ts";
import { cpuTime } from "../cpu-time.ts";
import { Random } from "../property/random.ts";
import { mutateDump } from "./mutate-dump.ts";
import { subjects } from "./subjects.ts";
import { allowedMilliseconds } from "./tools-case.ts";

const count = Number(process.env["BATON_FUZZ_DIFF"] ?? 500);
const seed = Number(process.env["BATON_SEED"] ?? 1);

const names = { a: "a", b: "b" };

function sideOf(bytes: Uint8Array, world: World): DumpSide {
  return { source: sourceOf(bytes), schemas: () => ({ world, missing: [], problems: [] }) };
}

/** Compares in both formats; gives the counts. */
function compare(a: DumpSide, b: DumpSide, ignore: readonly DumpPath[]): DiffEnd {
  const events = [...diffDumps(a, b, { ignore, limit: 20 })];
  for (const line of renderDiff(events, { names, colour: false, width: 80, clip: true })) {
    if (escapeText(line) !== line) throw new Error(`a line of the text cannot be printed: ${escapeText(line)}`);
    if (columnsOf(line) > 80) throw new Error(`a line has ${columnsOf(line)} columns: ${line}`);
  }
  JSON.parse([...diffJsonText(events, names)].join(""));
  const end = events.at(-1);
  if (end?.kind !== "finish") throw new Error("the comparison has no end");
  for (const event of events) {
    if (event.kind !== "record") continue;
    for (const { a: spotA, b: spotB } of event.changes) {
      for (const [spot, size] of [[spotA, end.a.size] as const, [spotB, end.b.size] as const]) {
        const place = spot?.place ?? null;
        if (place !== null && (place.offset < 0 || place.length < 0 || place.offset + place.length > size)) {
          throw new Error(`${spot?.path}: ${place.offset} + ${place.length} is past ${size} bytes`);
        }
      }
    }
  }
  return end;
}

describe("comparing dumps", () => {
  it(`compares ${count} mutated dumps with what they were made of`, { timeout: 300_000 }, () => {
    const random = new Random(seed);
    const everything = parsePath("manifest");
    const ignore = everything.ok ? [everything.path] : [];
    let differing = 0;
    for (let done = 0; done < count; done += 250) {
      const drawn = subjects(random.fork(), 6);
      for (let i = 0; i < 250; i++) {
        const subject = random.pick(drawn);
        const dump = random.pick(subject.dumps);
        const mutated = mutateDump(random, dump, random.pick(random.pick(drawn).dumps));
        const [a, b] = [sideOf(dump, subject.world), sideOf(mutated, random.chance(10) ? new Map() : subject.world)];
        const started = cpuTime();
        const there = compare(a, b, random.chance(20) ? ignore : []);
        const back = compare(b, a, []);
        const took = cpuTime() - started;
        const allowed = 6 * allowedMilliseconds(dump.length + mutated.length);
        if (took > allowed) throw new Error(`took ${took.toFixed(0)} ms for ${dump.length} bytes`);
        const { records } = there.counts;
        if (records.changed + records.instance + records.added + records.removed > 0) differing++;
        expect(back.counts.records.changed).toBe(records.changed);
        expect(back.counts.records.instance).toBe(records.instance);
        expect(back.counts.records.removed).toBe(records.added);
        const self = compare(b, b, []);
        const { changed, instance, added, removed } = self.counts.records;
        expect(instance).toBe(0);
        // What cannot be read is not called equal.
        if (changed + added + removed > 0 && changed === 0) throw new Error("a dump differs from itself");
      }
    }
    console.log(`diff fuzz: seed ${seed}, ${differing} of ${count} differ`);
    expect(differing).toBeGreaterThan(count * 0.3);
  });
});
