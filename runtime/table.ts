import { LongColumn, NumberColumn, OtherColumn, numberAt, type Cells, type Column } from "./column.ts";
import { describe as made, type Described, type StructDescription } from "./description.ts";
import { BatonError } from "./errors.ts";
import type { Input } from "./input.ts";
import { conformInPlace } from "./rows.ts";

/** Where a row is that is read in place. Generated row classes read through it, so that moving on is one number. */
export class Cursor {
  readonly input: Input;
  /** Bytes from the start of the input. */
  at: number;

  constructor(input: Input, at: number) {
    this.input = input;
    this.at = at;
  }
}

/** What a generated row class has beside the members of its struct, whose names never start with `$`. */
export interface Row {
  readonly $: Cursor;
}

/** The rows of a table where they lie: by row, with one cursor for all, or by column. `Columns` names the column of each member. */
export class Table<R extends Row = Row, Value = object, Columns = Readonly<Record<string, Column<unknown>>>> {
  readonly length: number;
  /** @internal */
  readonly input: Input;
  /** @internal */
  readonly start: number;
  private readonly stride: number;
  /** @internal */
  readonly struct: StructDescription;
  private readonly cursor: Cursor;
  private readonly row: R;

  /** A table whose header stands at word `o` and was checked. */
  constructor(input: Input, o: number, describe: () => StructDescription) {
    const source = input.words[o + 2] === 0 ? input : conformInPlace(input, o, describe);
    const head = source === input ? o : 0;
    this.input = source;
    this.length = source.words[head + 2]!;
    this.start = (head + 4) * 4;
    this.stride = source.words[head + 3]! & 0xffff;
    this.struct = made(describe);
    this.cursor = new Cursor(source, this.start);
    // A description's rows are of the class that its module generated beside it.
    this.row = this.struct.row(this.cursor) as R;
  }

  /** Moves the cursor to a row and gives it: one object for all rows, which the next call moves on. */
  at(row: number): R {
    if (row >>> 0 !== row || row >= this.length) throw new RangeError(`row ${row} of ${this.length}`);
    this.cursor.at = this.start + row * this.stride;
    return this.row;
  }

  /** Gives the cursor at each row in turn. */
  *[Symbol.iterator](): Generator<R> {
    for (let row = 0; row < this.length; row++) yield this.at(row);
  }

  /** One member of all rows. */
  column<Name extends keyof Columns & string>(name: Name): Columns[Name] {
    const field = this.struct.members.find((one) => one.name === name);
    if (field === undefined) throw new RangeError(`no member ${name}`);
    const { input, length, stride } = this;
    const cells = { input, length, stride, start: this.start + field.offset };
    // `Columns` was generated from the same members.
    return columnOf(cells, field.type) as Columns[Name];
  }

  /** All rows as objects, checked as `decode` checks them. */
  toArray(): Value[] {
    const values = new Array<Value>(this.length);
    for (let row = 0; row < values.length; row++) values[row] = this.read(row);
    return values;
  }

  /** A row as an object, checked as `decode` checks it. */
  private read(row: number): Value {
    // A description reads what its module generated it for.
    return this.struct.read(this.input as never, this.start + row * this.stride) as Value;
  }

  /** @internal A row as an object, or what is wrong with it and at which of its bytes. */
  tryRow(row: number): { readonly value: Value } | { readonly error: BatonError; readonly at: number } {
    try {
      return { value: this.read(row) };
    } catch (error) {
      if (!(error instanceof BatonError) || error.offset === undefined) throw error;
      return { error, at: error.offset - this.input.offsetOf(this.start + row * this.stride) };
    }
  }

  /** @internal Where its rows lie, if they are laid out as the working version of a struct has them. */
  rowsAs(struct: StructDescription): { readonly input: Input; readonly start: number } | null {
    return this.struct === struct && this.stride === struct.stride ? this : null;
  }
}

/** A column of cells of any type that has a fixed size. */
export function columnOf(cells: Cells, described: Described): Column<unknown> {
  const type = made(described);
  switch (type.kind) {
    case "int":
      return typeof type.min === "bigint" ? new LongColumn(cells, type) : new NumberColumn(cells, type);
    case "enum":
    case "bits":
      return type.base.width === 64 ? new LongColumn(cells, type.base) : new NumberColumn(cells, type.base);
    default:
      return new OtherColumn(cells, (input, at) => fixedAt(input, at, described));
  }
}

/** A value of fixed size at a byte, as views give it. */
export function fixedAt(input: Input, at: number, described: Described): unknown {
  const type = made(described);
  switch (type.kind) {
    case "int":
      if (typeof type.min === "number") return numberAt(input, at, type);
      return type.signed ? BigInt.asIntN(64, input.longs[at >> 3]!) : input.longs[at >> 3]!;
    case "enum":
    case "bits":
      return fixedAt(input, at, type.base);
    case "bool":
      return input.bytes[at] !== 0;
    case "uuid":
      return input.slice(at, 16);
    case "bytes":
      return input.slice(at, type.max);
    case "cstring":
      return input.cstring(at, type.size);
    case "struct":
      return type.row(new Cursor(input, at));
    case "list": {
      const size = sizeOf(type.element);
      return Array.from({ length: type.max }, (_, i) => fixedAt(input, at + i * size, type.element));
    }
    case "string":
    case "state":
    case "union":
      throw new Error(`${type.kind} has no fixed size`);
  }
}

/** Bytes of a type in a row. */
export function sizeOf(described: Described): number {
  const type = made(described);
  switch (type.kind) {
    case "int":
      return type.width / 8;
    case "enum":
    case "bits":
      return type.base.width / 8;
    case "bool":
      return 1;
    case "uuid":
      return 16;
    case "bytes":
      return type.max;
    case "cstring":
      return type.size;
    case "struct":
      return type.stride;
    case "list":
      return type.max * sizeOf(type.element);
    case "string":
    case "state":
    case "union":
      throw new Error(`${type.kind} has no fixed size`);
  }
}
