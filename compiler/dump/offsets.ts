import type { PartHead } from "./sink.ts";
import { TrailSink, type Step } from "./trail.ts";

/** Offsets of some paths, as a piece is told. */
export class OffsetSink extends TrailSink {
  readonly offsets = new Map<string, number>();
  readonly #wanted: ReadonlySet<string>;

  constructor(wanted: ReadonlySet<string>) {
    super();
    this.#wanted = wanted;
  }

  #look({ head, path }: { readonly head: PartHead; readonly path: string }): void {
    if (this.#wanted.has(path) && !this.offsets.has(path)) this.offsets.set(path, head.offset);
  }

  protected override entered(step: Step): void {
    this.#look(step);
  }

  protected override found(step: Step): void {
    this.#look(step);
  }
}
