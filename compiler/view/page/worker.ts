import { briefText } from "../../dump/diff/text.ts";
import { diffDumps } from "../../dump/diff/dumps.ts";
import type { Change, Spot } from "../../dump/diff/change.ts";
import type { Side } from "../../dump/diff/content.ts";
import type { FirstInstance, InstanceRun } from "../../dump/diff/instances.ts";
import { inspect, type Schemas } from "../../dump/inspect.ts";
import { CoverageCounter, type Coverage } from "../../dump/nodes.ts";
import type { PartHead, Status } from "../../dump/sink.ts";
import { sourceOf } from "../../dump/source.ts";
import type { Value } from "../../dump/value.ts";
import { moduleFromJson } from "../../schema/json.ts";
import type { World } from "../../schema/ir.ts";
import { Collected } from "./ranges.ts";
import {
  plainProblem,
  type AboutDump,
  type Answer,
  type PlainChange,
  type PlainProblem,
  type PlainSpot,
  type Request,
} from "./protocol.ts";
import { findBytes, SearchSink, searchFor, wantedBytes } from "./search.ts";

interface Opened {
  readonly bytes: Uint8Array;
  readonly schemas: Schemas;
}

/** Differences that are listed; of dumps that differ in more, nobody reads them all. */
const mostChanges = 100_000;
/** Problems that are listed of one dump. */
const mostProblems = 10_000;

/** The schemas of a dump as the page has them. */
export function worldOf(modules: readonly unknown[]): World {
  return new Map(modules.map(moduleFromJson).map((module) => [module.name, module]));
}

/** What the program chose to read a dump by. */
function schemasOf({ modules, missing, problems }: AboutDump): Schemas {
  return { world: worldOf(modules), missing, problems: problems.map((one) => ({ ...one, id: null })) };
}

/** Reads dumps as the decoder does, beside the page: checks all of it, compares, searches. */
export class Work {
  readonly #answer: (answer: Answer) => void;
  readonly #dumps = new Map<Side, Opened>();
  /** The search that is wanted; an older one stops. */
  #search = -1;

  constructor(answer: (answer: Answer) => void) {
    this.#answer = answer;
  }

  async take(request: Request): Promise<void> {
    switch (request.kind) {
      case "open": {
        const { side, bytes, about } = request;
        this.#dumps.set(side, { bytes, schemas: schemasOf(about) });
        this.#check(side);
        return;
      }
      case "compare":
        this.#compare();
        return;
      case "search":
        this.#search = request.id;
        await this.#find(request);
        return;
    }
  }

  #items(side: Side) {
    const dump = this.#dumps.get(side);
    if (dump === undefined) return null;
    // Of a dump without records nobody else asks what was found wrong with its schemas.
    const judged = dump.schemas.problems.some(({ path }) => path === "schema");
    return { ...dump, items: inspect(sourceOf(dump.bytes), { schemas: () => dump.schemas, judged }) };
  }

  #check(side: Side): void {
    const opened = this.#items(side);
    if (opened === null) return;
    const sink = new RangeSink();
    const problems: PlainProblem[] = [];
    let done = 0;
    let coverage: Coverage = { described: 0, padding: 0, unknown: 0, missing: 0 };
    for (const item of opened.items) {
      for (const one of item.problems) if (problems.length < mostProblems) problems.push(plainProblem(one));
      // Bytes that are not there are in no item.
      if (item.kind === "finish") ({ coverage } = item);
      if (item.kind === "finish") continue;
      item.replay(sink);
      if (item.kind !== "record" || item.offset - done < opened.bytes.length / 50) continue;
      done = item.offset;
      this.#answer({ kind: "progress", side, done: done / opened.bytes.length });
    }
    const [unknown, padding, damaged] = [sink.unknown.take(), sink.padding.take(), sink.damaged.take()];
    this.#answer({ kind: "checked", side, problems, coverage, unknown, padding, damaged });
  }

  #compare(): void {
    const [a, b] = [this.#dumps.get("a"), this.#dumps.get("b")];
    if (a === undefined || b === undefined) return;
    const changes: PlainChange[] = [];
    let count = 0;
    const side = ({ bytes, schemas }: Opened) => ({ source: sourceOf(bytes), schemas: () => schemas });
    for (const event of diffDumps(side(a), side(b), { ignore: [], limit: mostChanges })) {
      if (event.kind === "instances") {
        count += event.runs.length;
        for (const run of event.runs) if (changes.length < mostChanges) changes.push(moveOf(run, event.type));
      }
      if (event.kind !== "record") continue;
      count += event.change === "changed" ? event.count : 1;
      if (changes.length >= mostChanges) continue;
      if (event.change === "changed") {
        const records = { a: event.a?.path ?? null, b: event.b?.path ?? null };
        for (const one of event.changes) changes.push(changeOf(one, records));
        continue;
      }
      const spot = (one: typeof event.a): PlainSpot | null =>
        one === null ? null : { path: one.path, offset: one.offset, length: one.length, text: `${one.length} bytes` };
      const sign = event.change === "added" ? "+" : "-";
      const records = { a: event.a?.path ?? null, b: event.b?.path ?? null };
      changes.push({ sign, path: event.path, a: spot(event.a), b: spot(event.b), records, note: "" });
    }
    this.#answer({ kind: "changes", changes, count });
  }

  async #find({ id, side, mode, text }: Extract<Request, { kind: "search" }>): Promise<void> {
    const opened = this.#items(side);
    if (opened === null) return;
    const send = (hits: Collected, done: boolean): void => this.#answer({ kind: "found", id, hits: hits.take(), done });
    const hits = new Collected();
    if (mode === "bytes") {
      findBytes(opened.bytes, wantedBytes(text), hits);
      send(hits, true);
      return;
    }
    const wanted = searchFor(mode, text);
    const sink = new SearchSink(wanted, hits);
    let pieces = 0;
    for (const item of opened.items) {
      if (item.kind !== "finish") item.replay(sink);
      if (hits.count > 0 && ++pieces % 64 === 0) send(hits, false);
      if (sink.isFull) break;
      if (pieces % 256 !== 255) continue;
      // Another search may be waiting.
      await new Promise((resolve) => setTimeout(resolve));
      if (this.#search !== id) return;
    }
    findBytes(opened.bytes, wanted.bytes, hits);
    send(hits, true);
  }
}

class RangeSink extends CoverageCounter {
  readonly unknown = new Collected();
  readonly padding = new Collected();
  readonly damaged = new Collected();

  /** The padding of each row has a place. */
  override wanted(rows: number): number {
    return rows;
  }

  override leaf(head: PartHead, length: number, value: Value, status: Status): void {
    super.leaf(head, length, value, status);
    if (length === 0) return;
    if (head.part === "padding") this.padding.add(head.offset, length);
    else if (head.part === "unknown") this.unknown.add(head.offset, length);
    else if (head.part === "damaged") this.damaged.add(head.offset, length);
  }
}

/** Of many records with another instance the first stands for all: their contents are equal. */
function moveOf({ path, records, a, b }: InstanceRun, type: string): PlainChange {
  const spot = ({ instance, offset }: FirstInstance): PlainSpot => {
    const text = records === 1 ? `instance ${instance}` : `#${instance}..#${instance + records - 1}`;
    return { path: `${type}#${instance}`, offset: offset + 4, length: 4, text };
  };
  const note = records === 1 ? "" : `${records} records with another instance, else equal`;
  const [spotA, spotB] = [spot(a), spot(b)];
  return { sign: signs.instance, path, a: spotA, b: spotB, records: { a: spotA.path, b: spotB.path }, note };
}

const signs: Readonly<Record<Change["kind"], string>> = {
  ...{ changed: "~", added: "+", removed: "-", instance: "~", moved: ">", unread: "?", bytes: "*" },
};

function changeOf({ kind, path, a, b, note }: Change, records: PlainChange["records"]): PlainChange {
  const spot = (one: Spot | null): PlainSpot | null =>
    one === null
      ? null
      : {
          path: one.path,
          offset: one.place?.offset ?? null,
          // Of what could not be read, the errors say which bytes it is.
          length: kind === "unread" ? 0 : (one.place?.length ?? 0),
          text: one.value === null ? "could not be read" : briefText(one.type, one.value),
        };
  return { sign: signs[kind], path, a: spot(a), b: spot(b), records, note };
}
