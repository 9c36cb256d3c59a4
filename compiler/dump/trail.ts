import { CoverageCounter, pathBelow } from "./nodes.ts";
import type { PartHead, Status } from "./sink.ts";
import type { Value } from "./value.ts";

/** A part on the way to where a walk is, with its path as problems write it. */
export interface Step {
  readonly head: PartHead;
  readonly path: string;
}

/** A sink that knows its way and keeps nothing else: for what is told of a dump larger than memory. */
export abstract class TrailSink extends CoverageCounter {
  readonly #open: Step[] = [];

  /** What is around the part that is told, outermost first. */
  get trail(): readonly Step[] {
    return this.#open;
  }

  /** Every row is told. */
  override wanted(rows: number): number {
    return rows;
  }

  override enter(head: PartHead): void {
    const step = { head, path: pathBelow(this.#open.at(-1)?.path ?? "", head) };
    this.#open.push(step);
    this.entered(step);
  }

  override leave(end: number, value: Value, status: Status): void {
    const step = this.#open.pop();
    if (step === undefined) throw new Error("left what was not entered");
    this.left(step, end, value, status);
  }

  override leaf(head: PartHead, length: number, value: Value, status: Status): void {
    this.count(head.part, length);
    this.found({ head, path: pathBelow(this.#open.at(-1)?.path ?? "", head) }, length, value, status);
  }

  protected entered(_step: Step): void {}

  protected left(_step: Step, _end: number, _value: Value, _status: Status): void {}

  protected abstract found(step: Step, length: number, value: Value, status: Status): void;
}
