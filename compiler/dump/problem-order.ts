import type { Problem } from "./problem.ts";
import type { Piece } from "./inspect.ts";
import type { PartHead, Sink } from "./sink.ts";

/** The problems of a record in the order in which a tree tells them: those of what is in a part before those of the part. */
export function inTreeOrder(problems: readonly Problem[], replay: Piece["replay"]): readonly Problem[] {
  if (problems.length < 2) return problems;
  const sink = new OrderSink();
  replay(sink);
  // What is not told with the parts, such as how many more there are, stays behind.
  const told = sink.order.flatMap((i) => problems[i] ?? []);
  const known = new Set(told);
  return [...told, ...problems.filter((one) => !known.has(one))];
}

/** Numbers problems as they are met, and orders the numbers. */
class OrderSink implements Sink {
  readonly order: number[] = [];
  readonly #open: number[][] = [];
  #pending: number[] = [];
  #count = 0;

  enter(_head: PartHead): void {
    this.#open.push(this.#pending);
    this.#pending = [];
  }

  leave(): void {
    this.order.push(...(this.#open.pop() ?? []), ...this.#pending);
    this.#pending = [];
  }

  leaf(): void {
    this.order.push(...this.#pending);
    this.#pending = [];
  }

  wanted(): number {
    return 0;
  }

  problem(_one: Problem): void {
    this.#pending.push(this.#count++);
  }
}
