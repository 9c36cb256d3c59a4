import type { Side } from "../../dump/diff/content.ts";
import type { Coverage } from "../../dump/nodes.ts";
import type { Entry } from "../entry.ts";
import { Outline } from "../outline.ts";
import type { AboutDump, Answer, PlainChange, PlainProblem, Stretches } from "./protocol.ts";
import { ordered, touches } from "./ranges.ts";
import type { Mark } from "./tree.ts";
import { worldOf } from "./worker.ts";

/** Bytes that are marked where a problem has a place. */
const problemBytes = 8;

/** A body whose checksum does not fit: what is marked is the checksum, which stands before the body. */
const badBody = "B8007";
const bodyChecksum = { before: 8, length: 4 };

const nothing = (): Stretches => new Float64Array();

/** A dump that is open, and what is known of it so far. */
export class OpenSide {
  readonly side: Side;
  readonly about: AboutDump;
  readonly outline: Outline;
  problems: readonly PlainProblem[] = [];
  coverage: Coverage | null = null;
  unknown = nothing();
  padding = nothing();
  errors = nothing();
  changed = nothing();
  /** By path: what changed of the value there. */
  #changes = new Map<string, PlainChange>();
  /** How much of it was checked, up to 1. */
  done = 0;

  constructor(side: Side, about: AboutDump, bytes: Uint8Array) {
    this.side = side;
    this.about = about;
    this.outline = new Outline(bytes, worldOf(about.modules));
  }

  check(answer: Extract<Answer, { kind: "checked" }>): void {
    this.done = 1;
    this.problems = answer.problems;
    this.coverage = answer.coverage;
    this.unknown = answer.unknown;
    this.padding = answer.padding;
    const size = this.outline.bytes.length;
    const places = answer.problems.flatMap(({ code, offset }) => {
      if (offset === null || offset >= size) return [];
      if (code === badBody) return [{ offset: offset - bodyChecksum.before, length: bodyChecksum.length }];
      return [{ offset, length: Math.min(problemBytes, size - offset) }];
    });
    const damaged = Array.from({ length: answer.damaged.length / 2 }, (_, i) => ({
      offset: answer.damaged[i * 2] ?? 0,
      length: answer.damaged[i * 2 + 1] ?? 0,
    }));
    this.errors = ordered([...places, ...damaged]);
  }

  compare(changes: readonly PlainChange[]): void {
    const spots = changes.flatMap((change) => {
      const spot = change[this.side];
      if (spot === null) return [];
      this.#changes.set(spot.path, change);
      return spot.offset === null ? [] : [{ offset: spot.offset, length: spot.length }];
    });
    this.changed = ordered(spots);
  }

  changeOf(entry: Entry): PlainChange | null {
    return this.#changes.size === 0 ? null : (this.#changes.get(entry.path) ?? null);
  }

  problemsOf(entry: Entry): readonly PlainProblem[] {
    return this.problems.filter(({ path, offset }) => {
      if (path !== "" && path === entry.path) return true;
      return entry.children.count === 0 && offset !== null && offset >= entry.offset && offset < entry.end;
    });
  }

  markOf(entry: Entry): Mark {
    if (touches(this.errors, entry.offset, entry.end)) return "error";
    if (touches(this.changed, entry.offset, entry.end)) return "changed";
    return entry.length === 0 && this.changeOf(entry) !== null ? "changed" : null;
  }

  /** The entry that exactly covers a stretch, or else the innermost at its start. */
  entryOf(offset: number, length: number): Entry {
    const deepest = this.outline.at(Math.min(offset, Math.max(0, this.outline.bytes.length - 1)));
    return deepest.way.find((one) => one.offset === offset && one.length === length) ?? deepest;
  }
}
