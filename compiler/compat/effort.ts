import { memberOf, setMember, type Value } from "../dump/value.ts";
import type { WireState, WireStruct, WireType } from "../dump/wire-type.ts";
import type { Drawn } from "./draw.ts";
import { compute, type Dice } from "./sample.ts";

/** Values made for one search, at most; so many more are made small. */
const VALUES = 400_000;

/** Draws for one search, at most. */
const DRAWS = 12_000;

/** So often nothing is found for a type before it is given up. */
const FAILURES = 4;

/** Findings that are kept for each type. */
const KEPT = 6;

/**
 * What one search may spend, whatever the schema is: shared by everything that makes values for it. What was hard to find is kept, and found
 * again for nothing.
 */
export class Effort {
  #values = VALUES;
  #draws = DRAWS;
  /** Draws that are under way, one inside the other. */
  #depth = 0;
  readonly #found = new Map<WireState | WireStruct, NonNullable<Drawn>[]>();
  /** How often nothing was found. */
  readonly #failed = new Map<WireState | WireStruct, number>();

  /** Whether one more value can be made. */
  make(): boolean {
    return --this.#values > 0;
  }

  /** Takes note of values that cost no making and yet are sent through codecs: a list of the same again. */
  repeat(count: number): void {
    this.#values -= Math.floor(count / 4);
  }

  /** Whether what is made should be small from now on. */
  get isLow(): boolean {
    return this.#values < VALUES / 2;
  }

  get isSpent(): boolean {
    return this.#values <= 0 || this.#draws <= 0;
  }

  /** Begins a search inside those under way, and says how many tries it has: few where each try of another one asks for it. */
  begin(tries: number): number {
    this.#depth++;
    return Math.max(Math.floor(tries / 8 ** (this.#depth - 1)), 3);
  }

  end(): void {
    this.#depth--;
  }

  /** Whether one more draw can be made. */
  draw(): boolean {
    return --this.#draws > 0;
  }

  /** Whether values of a type are no longer looked for: its checks hold for none that was tried. */
  isGivenUp(type: WireType): boolean {
    return (type.kind === "state" || type.kind === "struct") && (this.#failed.get(type) ?? 0) >= FAILURES;
  }

  /** Gives members of a value what was found for them before; whether nothing else needs to be tried. */
  recall(type: WireState | WireStruct, value: { [name: string]: Value }, dice: Dice, isFound: () => boolean): boolean {
    if (this.isGivenUp(type)) return true;
    const known = this.#found.get(type) ?? [];
    const drawn =
      known.length === KEPT || (known.length > 0 && dice.below(KEPT) < known.length) ? dice.pick(known) : [];
    if (drawn === undefined || drawn.length === 0) return false;
    const before = drawn.map(([name]) => [name, memberOf(value, name)] as const);
    for (const [name, held] of drawn) setMember(value, name, held);
    compute(type, value);
    if (isFound()) return true;
    for (const [name, held] of before) setMember(value, name, held);
    compute(type, value);
    return false;
  }

  /** Takes note of what was found, or that nothing was. */
  keep(type: WireState | WireStruct, drawn: Drawn): void {
    if (drawn === null) {
      if (this.#depth === 0 && !this.#found.has(type)) this.#failed.set(type, (this.#failed.get(type) ?? 0) + 1);
      return;
    }
    const known = this.#found.get(type) ?? [];
    this.#found.set(type, known);
    if (known.length < KEPT) known.push(drawn);
  }
}
