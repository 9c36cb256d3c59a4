import {
  describe as made,
  isRequired,
  type Described,
  type FieldDescription,
  type IntDescription,
  type StructDescription,
} from "./description.ts";
import type { Input } from "./input.ts";
import { sizeOf } from "./table.ts";

/** Where rows lie, in bytes. */
export interface Rows {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
}

/** Whether the cells of a member hold in some rows what the member can have. */
type Check = (input: Input, rows: Rows) => boolean;

/** What makes a row of a struct's own layout one that can be written as it lies. */
export interface RowChecks {
  /** By column, so that each is one short loop. Most structs have few: of a whole integer all bits mean something. */
  readonly checks: readonly Check[];
  /** The end of what counts in every row. */
  readonly always: number;
  /** What counts where it is not at its default, from the end. */
  readonly maybe: readonly FieldDescription[];
}

/** More columns than this are judged row by row, as objects. */
const mostChecks = 64;

const known = new WeakMap<StructDescription, RowChecks | null>();

/** The checks of a struct; null if its rows are judged as objects, which text and computed checks ask for. */
export function checksOf(struct: StructDescription): RowChecks | null {
  let checks = known.get(struct);
  if (checks === undefined) known.set(struct, (checks = make(struct)));
  return checks;
}

function make(struct: StructDescription): RowChecks | null {
  const checks: Check[] = [];
  if (!addStruct(checks, struct, 0) || checks.length > mostChecks) return null;
  const counting = struct.members.filter((member) => member.ignorable !== true);
  const always = Math.max(0, ...counting.filter(isRequired).map(endOf));
  return { checks, always, maybe: counting.filter(({ offset }) => offset >= always).reverse() };
}

function endOf({ offset, size }: FieldDescription): number {
  return offset + size;
}

/** Adds the checks of a struct at an offset of the row; gives whether there are such. */
function addStruct(checks: Check[], struct: StructDescription, offset: number): boolean {
  if (struct.checks !== undefined && struct.checks.length > 0) return false;
  let end = 0;
  for (const member of struct.members) {
    addGap(checks, offset + end, offset + member.offset);
    if (!addType(checks, member.type, offset + member.offset)) return false;
    end = endOf(member);
  }
  addGap(checks, offset + end, offset + struct.stride);
  return true;
}

function addType(checks: Check[], described: Described, offset: number): boolean {
  const type = made(described);
  switch (type.kind) {
    case "uuid":
      return true;
    case "bytes":
      return type.min === type.max;
    case "bool":
      checks.push(within(offset, 8, 0, 1));
      return true;
    case "int":
      if (isWhole(type)) return true;
      if (type.width === 64 || type.signed) return false;
      // Bounds of an integer of so many bits are numbers.
      checks.push(within(offset, type.width, Number(type.min), Number(type.max)));
      return true;
    case "enum": {
      if (type.open) return addType(checks, type.base, offset);
      if (type.base.width === 64 || type.base.signed) return false;
      checks.push(oneOf(offset, type.base.width, new Set(Object.values(type.values).map(Number))));
      return true;
    }
    case "bits":
      if (type.fields.length > 0 || type.base.width === 64) return type.open && type.fields.length === 0;
      if (!type.open) checks.push(without(offset, type.base.width, ~Number(type.named)));
      return true;
    case "struct":
      return addStruct(checks, type, offset);
    case "list": {
      const size = sizeOf(type.element);
      for (let i = 0; i < type.max && checks.length <= mostChecks; i++) {
        if (!addType(checks, type.element, offset + i * size)) return false;
      }
      return true;
    }
    case "cstring":
    case "string":
    case "state":
    case "union":
      return false;
  }
}

/** Whether an integer can be all that its bits can. */
function isWhole({ width, signed, min, max }: IntDescription): boolean {
  const span = 2n ** BigInt(signed ? width - 1 : width);
  return BigInt(min) === (signed ? -span : 0n) && BigInt(max) === span - 1n;
}

/** Padding has to be zero. */
function addGap(checks: Check[], start: number, end: number): void {
  for (let at = start; at < end;) {
    const width = at % 4 === 0 && end - at >= 4 ? 32 : at % 2 === 0 && end - at >= 2 ? 16 : 8;
    checks.push(width === 32 ? zeroWords(at) : without(at, width, -1));
    at += width / 8;
  }
}

type Width = IntDescription["width"];

/** Integers of up to 32 bits that rows hold at an offset: every `step` from `first` on. They lie at multiples of their size, in every row. */
function cellsIn(input: Input, { start, stride }: Rows, offset: number, width: Width): Cells {
  const shift = width === 32 ? 2 : width === 16 ? 1 : 0;
  const cells = width === 32 ? input.words : width === 16 ? input.halves : input.bytes;
  return { cells, first: (start + offset) >> shift, step: stride >> shift };
}

interface Cells {
  readonly cells: Uint8Array | Uint16Array | Uint32Array;
  readonly first: number;
  readonly step: number;
}

/** Words of padding, of which nearly every struct has one: a loop of its own over one kind of array. */
function zeroWords(offset: number): Check {
  return ({ words }, { start, stride, count }) => {
    const step = stride >> 2;
    const [two, three, four] = [step * 2, step * 3, step * 4];
    let bits = 0;
    let i = (start + offset) >> 2;
    let left = count;
    for (; left >= 4; left -= 4, i += four) {
      bits |= words[i]! | words[i + step]! | words[i + two]! | words[i + three]!;
    }
    for (; left > 0; left--, i += step) bits |= words[i]!;
    return bits === 0;
  };
}

/** Integers in which some bits are zero. */
function without(offset: number, width: Width, mask: number): Check {
  return (input, rows) => {
    const { cells, first, step } = cellsIn(input, rows, offset, width);
    let bits = 0;
    for (let left = rows.count, i = first; left > 0; left--, i += step) bits |= cells[i]!;
    return (bits & mask) === 0;
  };
}

function within(offset: number, width: Width, min: number, max: number): Check {
  return (input, rows) => {
    const { cells, first, step } = cellsIn(input, rows, offset, width);
    for (let left = rows.count, i = first; left > 0; left--, i += step) {
      if (cells[i]! < min || cells[i]! > max) return false;
    }
    return true;
  };
}

function oneOf(offset: number, width: Width, values: ReadonlySet<number>): Check {
  return (input, rows) => {
    const { cells, first, step } = cellsIn(input, rows, offset, width);
    for (let left = rows.count, i = first; left > 0; left--, i += step) if (!values.has(cells[i]!)) return false;
    return true;
  };
}

/** The end of the last member that some row has not at its default, of those that count then only; `always` if there is none. */
export function requiredOf({ always, maybe }: RowChecks, struct: StructDescription, input: Input, rows: Rows): number {
  const { bytes } = input;
  for (const { offset, size } of maybe) {
    const end = rows.start + rows.count * rows.stride;
    for (let row = rows.start; row < end; row += rows.stride) {
      for (let at = offset; at < offset + size; at++) {
        if (bytes[row + at] !== (struct.pattern?.[at] ?? 0)) return offset + size;
      }
    }
  }
  return always;
}
