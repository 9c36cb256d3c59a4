import type { Side } from "../../dump/diff/content.ts";
import type { Coverage } from "../../dump/nodes.ts";
import type { Entry } from "../entry.ts";
import { Outline } from "../outline.ts";
import { cutHeader, marked, shownPath } from "./problem-place.ts";
import type { AboutDump, Answer, PlainChange, PlainProblem, Stretches } from "./protocol.ts";
import { ordered, touches } from "./ranges.ts";
import type { Mark } from "./tree.ts";
import { worldOf } from "./worker.ts";

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
  /** Where the other dump has something that this one has not. */
  gaps = nothing();
  /** Records that only the other dump has: nothing here holds them. */
  elsewhere = 0;
  /** By path: what changed of the value there. */
  #changes = new Map<string, PlainChange>();
  /** By the path of what would hold it: what only the other dump has. */
  #absent = new Map<string, PlainChange[]>();
  /** Paths of all that holds such things, directly or not. */
  #holding = new Set<string>();
  /** The header or record that is cut in its header: what is there of it is whole. */
  #cut: ReadonlySet<Entry | null> = new Set();
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
    const places = answer.problems.flatMap((one) => marked(one, this.outline));
    this.#cut = new Set(answer.problems.map((one) => cutHeader(one, this.outline)));
    const damaged = Array.from({ length: answer.damaged.length / 2 }, (_, i) => ({
      offset: answer.damaged[i * 2] ?? 0,
      length: answer.damaged[i * 2 + 1] ?? 0,
    }));
    this.errors = ordered([...places, ...damaged]);
  }

  compare(changes: readonly PlainChange[]): void {
    const holders = changes.flatMap((change) => {
      const holder = change[this.side] === null ? this.#holderOf(change) : null;
      if (holder === null) return [];
      const known = this.#absent.get(holder.path);
      if (known === undefined) this.#absent.set(holder.path, [change]);
      else known.push(change);
      for (const one of holder.way) this.#holding.add(one.path);
      return [{ offset: holder.offset, length: Math.min(holder.length, 1) }];
    });
    this.gaps = ordered(holders);
    this.elsewhere = changes.filter(({ records }) => records[this.side] === null).length;
    const spots = changes.flatMap((change) => {
      const spot = change[this.side];
      if (spot === null) return [];
      this.#changes.set(spot.path, change);
      // What could not be read on one side has no bytes that could be marked on the other.
      if (change.sign === "?")
        for (const one of this.outline.resolve(spot.path)?.way ?? []) this.#holding.add(one.path);
      return spot.offset === null ? [] : [{ offset: spot.offset, length: spot.length }];
    });
    this.changed = ordered(spots);
  }

  changeOf(entry: Entry): PlainChange | null {
    return this.#changes.size === 0 ? null : (this.#changes.get(entry.path) ?? null);
  }

  /** What would be in an entry, as the other dump has it. */
  absentFrom(entry: Entry): readonly PlainChange[] {
    return this.#absent.size === 0 ? [] : (this.#absent.get(entry.path) ?? []);
  }

  /** The innermost entry here of those that hold it there. */
  #holderOf(change: PlainChange): Entry | null {
    const other = this.side === "a" ? "b" : "a";
    const [own, there, spot] = [change.records[this.side], change.records[other], change[other]];
    if (own === null || there === null || spot === null) return null;
    const steps = spot.path.slice(there.length).match(/\.[^.[\]]*|\[[^\]]*\]/g) ?? [];
    for (let count = steps.length - 1; count >= 0; count--) {
      const holder = this.outline.resolve(own + steps.slice(0, count).join(""));
      if (holder !== null) return holder;
    }
    return null;
  }

  problemsOf(entry: Entry): readonly PlainProblem[] {
    return this.problems.filter((one) => {
      const cut = cutHeader(one, this.outline);
      if (cut !== null) return cut === entry;
      if (one.path !== "" && shownPath(one) === entry.path) return true;
      if (entry.children.count > 0) return false;
      return marked(one, this.outline).some(({ offset }) => offset >= entry.offset && offset < entry.end);
    });
  }

  markOf(entry: Entry): Mark {
    if (touches(this.errors, entry.offset, entry.end) || this.#cut.has(entry)) return "error";
    if (touches(this.changed, entry.offset, entry.end)) return "changed";
    if (this.#holding.size > 0 && this.#holding.has(entry.path)) return "changed";
    return entry.length === 0 && this.changeOf(entry) !== null ? "changed" : null;
  }

  /** The entry that exactly covers a stretch, or else the innermost at its start. */
  entryOf(offset: number, length: number): Entry {
    const deepest = this.outline.at(Math.min(offset, Math.max(0, this.outline.bytes.length - 1)));
    return deepest.way.find((one) => one.offset === offset && one.length === length) ?? deepest;
  }
}
