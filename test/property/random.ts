/** A small seeded generator (xoshiro128**): the same seed gives the same schema, value or mutation on every machine. */
export class Random {
  readonly #state: Uint32Array;

  constructor(seed: number) {
    this.#state = new Uint32Array(4);
    let x = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      // splitmix32, so that neighbouring seeds do not give neighbouring states.
      x = (x + 0x9e3779b9) >>> 0;
      let z = x;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      this.#state[i] = (z ^ (z >>> 15)) >>> 0;
    }
  }

  /** 32 random bits. */
  bits(): number {
    const s = this.#state;
    const [s0, s1, s2, s3] = [s[0] ?? 0, s[1] ?? 0, s[2] ?? 0, s[3] ?? 0];
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const mixed = s3 ^ s1;
    s[2] = s2 ^ s0 ^ (s1 << 9);
    s[1] = s1 ^ s2 ^ s0;
    s[0] = s0 ^ mixed;
    s[3] = (mixed << 11) | (mixed >>> 21);
    return result;
  }

  /** An integer from 0 to `end - 1`; 0 where `end` is 0. */
  below(end: number): number {
    return end <= 1 ? 0 : Math.floor((this.bits() / 0x1_0000_0000) * end);
  }

  /** An integer, both ends counted. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** A big integer, both ends counted. */
  bigBetween(min: bigint, max: bigint): bigint {
    const span = max - min + 1n;
    if (span <= 1n) return min;
    const wide = (BigInt(this.bits()) << 64n) | (BigInt(this.bits()) << 32n) | BigInt(this.bits());
    return min + (wide % span);
  }

  /** True `percent` times in a hundred. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  /** One of the rows, as often as its weight says; rows of weight 0 never. */
  weighted<T>(rows: readonly (readonly [number, T])[]): T {
    let left = this.below(rows.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, item] of rows) {
      if (left < weight) return item;
      left -= weight;
    }
    throw new Error("nothing to pick from");
  }

  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const [a, b] = [result[i], result[j]];
      // Both indices are within the array, so both are of type T.
      result[i] = b as T;
      result[j] = a as T;
    }
    return result;
  }

  /** A new generator that goes its own way: what it draws does not shift what this one draws next. */
  fork(): Random {
    return new Random(this.bits());
  }
}
