import type { Code, Facts } from "../../runtime/errors.ts";
import { checkInteger } from "./integers.ts";
import { padded } from "./format.ts";
import { Path, problem, type Problem } from "./problem.ts";
import type { Part, Sink, Status } from "./sink.ts";
import type { Value } from "./value.ts";
import { integerValue, type WireInteger, type WireType } from "./wire-type.ts";

/** Stands for a value that could not be read; what is wrong was reported. Inside an object or a list it is null. */
export const FAILED: unique symbol = Symbol("failed");
export type Read = Value | typeof FAILED;

/** Something that a reader stepped over because losing it is harmless. */
export interface Dropped {
  readonly path: string;
  /** The member's id; 0 for the tails of rows. */
  readonly id: number;
  readonly offset: number;
  readonly bytes: number;
  /** `linux.pci.PciDevice`: the declaration that has no member of this id; left out where it has one. */
  readonly declaration?: string;
}

/** Problems beyond these are counted, not kept: a table of the wrong type would give one for every row. */
const MAX_PROBLEMS = 1000;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes under a walk, with where it is, what it found wrong and whom it tells. Offsets are into `bytes`; what it tells adds `base`. */
export class Reading {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly path: Path;
  readonly sink: Sink | null;
  readonly problems: Problem[] = [];
  readonly dropped: Dropped[] = [];
  /** Problems found, those not kept too. */
  problemCount = 0;
  /** Whether a checksum or the length says that these bytes are not those that were written. */
  suspect = false;
  /** Where the bodies around the walk end, the innermost last. */
  readonly bodies: number[] = [];
  readonly #base: number;

  constructor(bytes: Uint8Array, base: number, head: string, sink: Sink | null) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.path = new Path(head);
    this.sink = sink;
    this.#base = base;
  }

  fail(
    code: Code,
    facts: Facts & Pick<Problem, "declaration">,
    offset: number,
    id: number | null = null,
    below?: string,
  ): typeof FAILED {
    this.problemCount++;
    if (this.problems.length < MAX_PROBLEMS) {
      const one = problem(code, facts, { path: this.path.text(below), offset: this.#base + offset, id });
      this.problems.push(one);
      this.sink?.problem(one);
    }
    return FAILED;
  }

  /** What is wrong, and as the last of it how much more, where that is not listed. */
  told(): readonly Problem[] {
    const more = this.problemCount - this.problems.length;
    if (more === 0) return this.problems;
    // It stands where the last one that is listed does.
    const offset = this.problems.at(-1)?.offset ?? 0;
    return [...this.problems, problem("B8023", { found: String(more) }, { path: this.path.text(), offset })];
  }

  /** The status of what was read since so many problems were found. */
  since(problemCount: number): Status {
    return this.problemCount === problemCount ? "ok" : "error";
  }

  drop(id: number, offset: number, bytes: number, declaration?: string): void {
    const one = { path: this.path.text(), id, offset: this.#base + offset, bytes };
    this.dropped.push(declaration === undefined ? one : { ...one, declaration });
  }

  enter(
    part: Part,
    name: string | number,
    id: number | null,
    type: string,
    wire: WireType | null,
    offset: number,
  ): void {
    this.sink?.enter({ part, name, id, type, wire, offset: this.#base + offset });
  }

  leave(end: number, value: Read, status: Status = "ok", note?: string): void {
    if (this.sink === null) return;
    if (value === FAILED) this.sink.leave(this.#base + end, undefined, "error", note);
    else this.sink.leave(this.#base + end, value, status, note);
  }

  leaf(
    part: Part,
    name: string | number,
    type: string,
    offset: number,
    length: number,
    value: Read = undefined,
    id: number | null = null,
    wire: WireType | null = null,
    status: Status = "ok",
  ): void {
    if (this.sink === null) return;
    const head = { part, name, id, type, wire, offset: this.#base + offset };
    if (value === FAILED) this.sink.leaf(head, length, undefined, "error");
    else this.sink.leaf(head, length, value, status);
  }

  /** Tells of bytes up to `end` that could not be made sense of, as far as they are there. */
  damaged(offset: number, end: number): void {
    const there = Math.min(end, this.bytes.length);
    if (there > offset) this.leaf("damaged", "", "", offset, there - offset, FAILED);
  }

  /** Whether a stretch is inside `end` and there; else a problem. */
  holds(offset: number, length: number, end: number): boolean {
    const left = Math.min(end, this.bytes.length) - offset;
    if (length <= left) return true;
    this.fail("B8101", { expected: String(length), found: String(Math.max(left, 0)) }, offset);
    return false;
  }

  /** Checks that bytes are zero and tells of them as padding. */
  padding(offset: number, end: number): void {
    // What stands before it was cut, and said so.
    if (offset >= end || offset > this.bytes.length) return;
    const there = Math.min(end, this.bytes.length);
    this.holds(offset, end - offset, end);
    if (there === offset) return;
    for (let i = offset; i < there; i++) {
      if (this.bytes[i] !== 0) {
        this.fail("B8108", {}, i);
        break;
      }
    }
    this.leaf("padding", "", "padding", offset, there - offset);
  }

  /** Checks the padding after a payload. */
  padAfter(end: number): void {
    this.padding(end, padded(end));
  }

  u16(offset: number): number {
    return this.view.getUint16(offset, true);
  }

  u32(offset: number): number {
    return this.view.getUint32(offset, true);
  }

  text(offset: number, length: number): string | typeof FAILED {
    try {
      return utf8.decode(this.bytes.subarray(offset, offset + length));
    } catch {
      return this.fail("B8205", {}, offset);
    }
  }

  /** An integer as a value of its type, if it is one. */
  integer(type: WireInteger, value: bigint, offset: number): Read {
    const mistake = checkInteger(type, value);
    if (mistake === null) return integerValue(type, value);
    return this.fail(mistake.code, mistake.facts, offset, null, mistake.field ?? undefined);
  }

  /** The same for what a number holds exactly. */
  exactInteger(type: WireInteger, value: number, offset: number): Read {
    if (type.kind === "int" && value >= type.low && value <= type.high) return type.exact ? value : BigInt(value);
    return this.integer(type, BigInt(value), offset);
  }
}
