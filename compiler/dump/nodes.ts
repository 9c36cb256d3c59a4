import type { Problem } from "./problem.ts";
import type { RowBytes } from "./row-check.ts";
import type { Part, PartHead, Sink, Status } from "./sink.ts";
import type { Value } from "./value.ts";
import type { WireType } from "./wire-type.ts";

/** A stretch of a dump with what it means. The leaves of a dump's nodes tile it: every byte belongs to exactly one. */
export interface Node {
  readonly part: Part;
  readonly name: string | number;
  /** As problems write it; a frame and padding have the path of what they belong to. */
  readonly path: string;
  readonly id: number | null;
  readonly type: string;
  readonly wire: WireType | null;
  /** From the start of the dump. */
  readonly offset: number;
  readonly length: number;
  readonly value: Value;
  readonly status: Status;
  readonly problems: readonly Problem[];
  readonly children: readonly Node[];
  /** Elements that were read but not kept, beyond the limit. */
  readonly cut: number;
}

/** Bytes of a dump by what is known of them; only leaves count. */
export interface Coverage {
  /** Described by the schema or by the format. */
  readonly described: number;
  readonly padding: number;
  /** There, but without a meaning to this reader: unknown members and records, and what is damaged. */
  readonly unknown: number;
  /** Announced, but not there. */
  readonly missing: number;
}

/** Counts bytes, and forgets the rest. */
export class CoverageCounter implements Sink {
  #described = 0;
  #padding = 0;
  #unknown = 0;
  #missing = 0;

  get coverage(): Coverage {
    return {
      described: this.#described,
      padding: this.#padding,
      unknown: this.#unknown,
      missing: this.#missing,
    };
  }

  /** Forgets what was counted since the coverage was this. */
  restore({ described, padding, unknown, missing }: Coverage): void {
    this.#described = described;
    this.#padding = padding;
    this.#unknown = unknown;
    this.#missing = missing;
  }

  enter(_head: PartHead): void {}

  leave(_end: number, _value: Value, _status: Status): void {}

  leaf(head: PartHead, length: number, _value: Value, _status: Status): void {
    this.count(head.part, length);
  }

  problem(_one: Problem): void {}

  wanted(_rows: number): number {
    return 0;
  }

  passed(rows: number, each: RowBytes): void {
    this.#described += rows * each.described;
    this.#padding += rows * each.padding;
    this.#unknown += rows * each.unknown;
  }

  miss(bytes: number): void {
    this.#missing += bytes;
  }

  protected count(part: Part, length: number): void {
    switch (part) {
      case "padding":
        this.#padding += length;
        return;
      case "unknown":
      case "damaged":
        this.#unknown += length;
        return;
      case "dump":
      case "record":
      case "member":
      case "alternative":
      case "element":
      case "field":
      case "frame":
        this.#described += length;
        return;
    }
  }
}

/** The path of a part below another, as problems write it. Frames, padding and damage without a name have the path of what they belong to. */
export function pathBelow(above: string, head: PartHead): string {
  switch (head.part) {
    case "dump":
    case "record":
      return String(head.name);
    case "frame":
    case "padding":
      return above;
    case "damaged":
    case "member":
    case "alternative":
    case "element":
    case "field":
    case "unknown":
      if (typeof head.name === "number") return `${above}[${head.name}]`;
      if (head.id === null) return above;
      return above === "" ? head.name : `${above}.${head.name}`;
  }
}

interface Open {
  readonly head: PartHead;
  readonly path: string;
  readonly children: Node[];
  readonly problems: Problem[];
  elements: number;
  cut: number;
}

/** Builds nodes. What was finished at the top is taken with `take`. */
export class NodeBuilder extends CoverageCounter {
  readonly #limit: number;
  readonly #open: Open[] = [];
  #finished: Node[] = [];
  #pending: Problem[] = [];
  /** Levels inside an element that is not kept. */
  #hidden = 0;

  /** `limit`: elements of one list that are kept; the others are walked and counted all the same. */
  constructor(limit: number = Number.POSITIVE_INFINITY) {
    super();
    this.#limit = limit;
  }

  take(): readonly Node[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }

  override enter(head: PartHead): void {
    if (this.#hidden > 0 || this.#isBeyondLimit(head)) {
      this.#hidden++;
      return;
    }
    const problems = this.#pending;
    this.#pending = [];
    this.#open.push({ head, path: this.#pathOf(head), children: [], problems, elements: 0, cut: 0 });
  }

  override leave(end: number, value: Value, status: Status): void {
    if (this.#hidden > 0) {
      this.#hidden--;
      return;
    }
    this.#flush();
    const open = this.#open.pop();
    if (open === undefined) throw new Error("left what was not entered");
    const { head, path, children, problems, cut } = open;
    this.#add(nodeOf(head, path, end - head.offset, value, status, problems, children, cut));
  }

  override leaf(head: PartHead, length: number, value: Value, status: Status): void {
    this.count(head.part, length);
    if (this.#hidden > 0 || this.#isBeyondLimit(head)) return;
    const problems = this.#pending;
    if (problems.length > 0) this.#pending = [];
    const told = problems.length > 0 ? problems : none;
    this.#add(nodeOf(head, this.#pathOf(head), length, value, status, told, none, 0));
  }

  override problem(one: Problem): void {
    this.#pending.push(one);
  }

  override wanted(rows: number): number {
    return this.#hidden > 0 ? 0 : Math.min(rows, Math.max(0, this.#limit));
  }

  override passed(rows: number, each: RowBytes): void {
    super.passed(rows, each);
    const parent = this.#open.at(-1);
    if (this.#hidden > 0 || parent === undefined) return;
    parent.elements += rows;
    parent.cut += rows;
  }

  /** Problems that nothing was told for belong to what is open. */
  #flush(): void {
    if (this.#pending.length === 0) return;
    this.#open.at(-1)?.problems.push(...this.#pending);
    if (this.#open.length > 0) this.#pending = [];
  }

  #isBeyondLimit(head: PartHead): boolean {
    const parent = this.#open.at(-1);
    if (parent === undefined || head.part !== "element" || typeof head.name !== "number") return false;
    if (parent.elements++ < this.#limit) return false;
    parent.cut++;
    return true;
  }

  #pathOf(head: PartHead): string {
    return pathBelow(this.#open.at(-1)?.path ?? "", head);
  }

  #add(node: Node): void {
    (this.#open.at(-1)?.children ?? this.#finished).push(node);
  }
}

const none: readonly never[] = [];

/** Written out, not spread: dumps have millions of leaves, and a spread costs ten times as much. */
function nodeOf(
  head: PartHead,
  path: string,
  length: number,
  value: Value,
  status: Status,
  problems: readonly Problem[],
  children: readonly Node[],
  cut: number,
): Node {
  const { part, name, id, type, wire, offset } = head;
  return { part, name, path, id, type, wire, offset, length, value, status, problems, children, cut };
}
