import type { IntDescription } from "./description.ts";
import type { Input } from "./input.ts";

/** One member of every row of a table, read where it lies. */
export interface Column<Value> extends Iterable<Value> {
  readonly length: number;
  /** The value in a row; the row must exist. */
  at(row: number): Value;
  toArray(): Value[];
}

/** Where the cells of a column are: bytes from the start of the input. */
export interface Cells {
  readonly input: Input;
  readonly start: number;
  readonly stride: number;
  readonly length: number;
}

abstract class Cellular<Value> implements Column<Value> {
  readonly length: number;
  protected readonly input: Input;
  protected readonly start: number;
  protected readonly stride: number;

  constructor(cells: Cells) {
    this.length = cells.length;
    this.input = cells.input;
    this.start = cells.start;
    this.stride = cells.stride;
  }

  abstract at(row: number): Value;

  toArray(): Value[] {
    const values = new Array<Value>(this.length);
    for (let row = 0; row < values.length; row++) values[row] = this.at(row);
    return values;
  }

  *[Symbol.iterator](): Generator<Value> {
    for (let row = 0; row < this.length; row++) yield this.at(row);
  }

  protected position(row: number): number {
    if (row >>> 0 !== row || row >= this.length) throw this.outside(row);
    return this.start + row * this.stride;
  }

  protected outside(row: number): RangeError {
    return new RangeError(`row ${row} of ${this.length}`);
  }
}

/** Integers of up to 32 bits, and wider ones whose range fits 2^53. */
export class NumberColumn extends Cellular<number> {
  private readonly type: IntDescription;

  constructor(cells: Cells, type: IntDescription) {
    super(cells);
    this.type = type;
  }

  at(row: number): number {
    return numberAt(this.input, this.position(row), this.type);
  }

  /** The column in an array of its own. */
  copy(): Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float64Array {
    const { length, start, stride } = this;
    const { signed, width } = this.type;
    const { bytes, halves, words } = this.input;
    if (width === 32) {
      const copy = signed ? new Int32Array(length) : new Uint32Array(length);
      for (let row = 0, at = start >> 2; row < length; row++, at += stride >> 2) copy[row] = words[at]!;
      return copy;
    }
    if (width === 16) {
      const copy = signed ? new Int16Array(length) : new Uint16Array(length);
      for (let row = 0, at = start >> 1; row < length; row++, at += stride >> 1) copy[row] = halves[at]!;
      return copy;
    }
    if (width === 8) {
      const copy = signed ? new Int8Array(length) : new Uint8Array(length);
      for (let row = 0, at = start; row < length; row++, at += stride) copy[row] = bytes[at]!;
      return copy;
    }
    return Float64Array.from(this);
  }
}

/** Integers of 64 bits as bigints, or as their halves. */
export class LongColumn extends Cellular<bigint> {
  private readonly signed: boolean;
  /** Where its cells are, which start at whole longs. */
  private readonly longs: BigUint64Array;
  private readonly first: number;
  private readonly step: number;

  constructor(cells: Cells, type: IntDescription) {
    super(cells);
    this.signed = type.signed;
    this.longs = cells.input.longs;
    this.first = cells.start >> 3;
    this.step = cells.stride >> 3;
  }

  at(row: number): bigint {
    if (row >>> 0 !== row || row >= this.length) throw this.outside(row);
    const long = this.longs[this.first + row * this.step]!;
    return this.signed ? BigInt.asIntN(64, long) : long;
  }

  /** Bits 0..31. */
  low(row: number): number {
    return this.input.words[this.position(row) >> 2]!;
  }

  /** Bits 32..63. */
  high(row: number): number {
    return this.input.words[(this.position(row) >> 2) + 1]!;
  }

  /** The column in an array of its own. */
  copy(): BigUint64Array | BigInt64Array {
    const { length, longs, first, step } = this;
    const copy = this.signed ? new BigInt64Array(length) : new BigUint64Array(length);
    for (let row = 0, at = first; row < length; row++, at += step) copy[row] = longs[at]!;
    return copy;
  }
}

/** Cells that are made into a value one by one: text, bytes, conditions, nested rows. */
export class OtherColumn<Value> extends Cellular<Value> {
  private readonly make: (input: Input, at: number) => Value;

  constructor(cells: Cells, make: (input: Input, at: number) => Value) {
    super(cells);
    this.make = make;
  }

  at(row: number): Value {
    return this.make(this.input, this.position(row));
  }
}

/** An integer of a row that is a number. */
export function numberAt(input: Input, at: number, type: IntDescription): number {
  switch (type.width) {
    case 8:
      return type.signed ? (input.bytes[at]! << 24) >> 24 : input.bytes[at]!;
    case 16:
      return type.signed ? (input.halves[at >> 1]! << 16) >> 16 : input.halves[at >> 1]!;
    case 32:
      return type.signed ? input.words[at >> 2]! | 0 : input.words[at >> 2]!;
    case 64: {
      const high = input.words[(at >> 2) + 1]!;
      return (type.signed ? high | 0 : high) * 0x1_0000_0000 + input.words[at >> 2]!;
    }
  }
}
