import type { Member } from "../../schema/ir.ts";
import { shapeOfMember, type Element, type IntegerElement, type Shape } from "./element.ts";
import { converted, membership, membershipCode, membershipFunction, outsideCell, unwritable } from "./integers.ts";
import { nameMistake, rangeMistake, type Misfit } from "./mistakes.ts";
import type { Context } from "./program.ts";
import { judgeEach, judgeOne, rowsOf, type Nested } from "./writing.ts";

/** A place in a row: an expression for the row's first byte, and an offset. */
export interface Place {
  readonly row: string;
  readonly offset: number;
}

/** `at + 8`. */
export function byteOf({ row, offset }: Place): string {
  return offset === 0 ? row : `${row} + ${offset}`;
}

/** The index of a place in the typed array of a width: `words[(at + 8) >> 2]`. */
export function cellOf(place: Place, width: 8 | 16 | 32 | 64, arrays = ""): string {
  const array = { 8: "bytes", 16: "halves", 32: "words", 64: "longs" }[width];
  const shift = { 8: 0, 16: 1, 32: 2, 64: 3 }[width];
  return `${arrays}${array}[${indexOf(place, shift)}]`;
}

function indexOf(place: Place, shift: number): string {
  const byte = byteOf(place);
  if (shift === 0) return byte;
  return `${place.offset === 0 ? byte : `(${byte})`} >> ${shift}`;
}

/** How an integer of a row is read, unchecked. `arrays` is what stands before the arrays' names, `input` the input itself. */
export function readCell(element: IntegerElement, place: Place, arrays = "", input = "input"): string {
  const { width, signed, big } = element;
  const cell = `${cellOf(place, width, arrays)}!`;
  if (width === 64) {
    if (!big) return `${input}.${signed ? "signedNumberAt" : "naturalAt"}(${byteOf(place)})`;
    return signed ? `BigInt.asIntN(64, ${cell})` : cell;
  }
  if (!signed) return cell;
  return width === 32 ? `${cell} | 0` : `(${cell} << ${32 - width}) >> ${32 - width}`;
}

/** Whether a member of a row is one bigint without a sign: a table may hold the same one many times. */
export function mayRepeat(c: Context, member: Member): boolean {
  const { element, list } = shapeOfMember(c.world, member);
  return list === null && element.kind === "integer" && element.big && !element.signed;
}

/**
 * Statements that read a member of a row into a constant, and check it. `column` is the number of one that may repeat, whose table is told of
 * what came before.
 */
export function readField(
  c: Context,
  member: Member,
  name: string,
  place: Place,
  column: number | null,
): readonly string[] {
  const { element, list } = shapeOfMember(c.world, member);
  const byte = byteOf(place);
  if (list !== null) return [`const ${name} = ${readArray(c, element, list.min, byte)};`];
  switch (element.kind) {
    case "integer": {
      const cell = readCell(element, place);
      const known = column === null ? "" : `repeats?.long(${column}, ${indexOf(place, 3)}) ?? `;
      const lines = [`const ${name} = ${known}${cell};`];
      const outside = outsideCell(c, element, name);
      if (outside !== null) lines.push(`if (${outside}) throw input.misfitAt("B8201", ${byte}, ${name});`);
      const is = membership(c, element, name);
      if (is !== null) lines.push(`if (!${is}) throw input.misfitAt("${membershipCode(element)}", ${byte}, ${name});`);
      return lines;
    }
    case "bool":
      return [
        `if (bytes[${byte}]! > 1) throw input.misfitAt("B8204", ${byte}, bytes[${byte}]!);`,
        `const ${name} = bytes[${byte}] === 1;`,
      ];
    case "uuid":
      return [`const ${name} = input.slice(${byte}, 16);`];
    case "bytes":
      return [`const ${name} = input.slice(${byte}, ${element.min});`];
    case "cstring":
      return [`const ${name} = input.cstring(${byte}, ${element.size});`];
    case "struct":
      return [`const ${name} = ${c.symbol(element, "read")}(input, ${byte});`];
    case "string":
    case "state":
    case "union":
      throw new Error(`${element.kind} has no fixed size`);
  }
}

function readArray(c: Context, element: Element, count: number, byte: string): string {
  switch (element.kind) {
    case "integer": {
      const { width, signed, range, big, named } = element;
      const limits = `${c.numerals.literal(range.min, { big })}, ${c.numerals.literal(range.max, { big })}`;
      const read = big
        ? `${c.runtime("bigIntsAt")}(input, ${byte}, ${count}, ${signed}, ${limits})`
        : `${c.runtime("numbersAt")}(input, ${byte}, ${count}, ${width}, ${signed}, ${limits})`;
      if (named === null || membership(c, element, "") === null) return read;
      const is = c.symbol(named, "is");
      return `${c.runtime("checkEachAt")}(input, ${byte}, ${width / 8}, ${read}, ${is}, "${membershipCode(element)}")`;
    }
    case "bool":
      return `${c.runtime("booleansAt")}(input, ${byte}, ${count})`;
    case "uuid":
      return `${c.runtime("slicesAt")}(input, ${byte}, ${count}, 16)`;
    case "bytes":
      return `${c.runtime("slicesAt")}(input, ${byte}, ${count}, ${element.min})`;
    case "cstring":
      return `${c.runtime("cstringsAt")}(input, ${byte}, ${count}, ${element.size})`;
    case "struct":
      return `${c.runtime("rowsAt")}(input, ${byte}, ${count}, ${element.stride}, ${c.symbol(element, "read")})`;
    case "string":
    case "state":
    case "union":
      throw new Error(`${element.kind} has no fixed size`);
  }
}

/** What writing a field asks of the version that is written for. */
interface FieldOptions extends Pick<Nested, "is" | "fits" | "row"> {
  readonly misfit: Misfit;
}

/** A value, from the shape it has in the program to the one it has in the row. */
interface Field {
  readonly from: Shape;
  readonly to: Shape;
  readonly value: string;
}

/** Statements that write a value into a row. */
export function writeField(
  c: Context,
  { from, to, value: given }: Field,
  place: Place,
  options: FieldOptions,
): readonly string[] {
  const byte = byteOf(place);
  const { misfit } = options;
  const { element, list } = to;
  if (list !== null) {
    return [
      `if (!${c.runtime("isList")}(${given}, ${list.min}, ${list.min})) throw ${misfit()};`,
      ...judgeEach(c, { from, to, value: given, misfit }, options),
      ...writeArray(c, from.element, element, given, byte, options),
    ];
  }
  return [
    ...judgeOne(c, { from, to, value: given, misfit }, options),
    ...writeSingle(c, { from, to, value: given }, place, options),
  ];
}

function writeSingle(
  c: Context,
  { from, to, value: given }: Field,
  place: Place,
  options: FieldOptions,
): readonly string[] {
  const byte = byteOf(place);
  const { misfit } = options;
  const { element } = to;
  const value =
    from.element.kind === "integer" && element.kind === "integer" ? converted(from.element, element, given) : given;
  switch (element.kind) {
    case "integer": {
      const { width, signed, big } = element;
      const cell = `${cellOf(place, width)} = ${value};`;
      const lines: string[] = [];
      if (big && signed) lines.push(`if (BigInt.asIntN(64, ${value}) !== ${value}) throw ${misfit()};`, cell);
      else if (big) {
        const high = cellOf({ ...place, offset: place.offset + 4 }, 32);
        lines.push(cell, `if (!${c.runtime("isU64")}(${value}, ${high}!)) throw ${misfit()};`);
      }
      const outside = unwritable(c, element, value);
      if (outside !== null) lines.push(`if (${outside}) throw ${misfit(rangeMistake(element))};`);
      const is = membership(c, element, value, options.is);
      if (is !== null) lines.push(`if (!${is}) throw ${misfit(nameMistake(element))};`);
      if (big) return lines;
      if (width === 64) return [...lines, `out.putNumber(${byte}, ${value});`];
      return [...lines, cell];
    }
    case "bool":
      return [`if (typeof ${value} !== "boolean") throw ${misfit()};`, `bytes[${byte}] = ${value} ? 1 : 0;`];
    case "uuid":
      return [`out.copy(${byte}, ${value}, 16, 16);`];
    case "bytes":
      return [`out.copy(${byte}, ${value}, ${element.min}, ${element.min});`];
    case "cstring":
      return [`out.cstring(${byte}, ${value}, ${element.size});`];
    case "struct":
      return [`${options.row(rowsOf(from.element), element)}(out, ${value}, ${byte});`];
    case "string":
    case "state":
    case "union":
      throw new Error(`${element.kind} has no fixed size`);
  }
}

function writeArray(
  c: Context,
  from: Element,
  element: Element,
  given: string,
  byte: string,
  options: FieldOptions,
): readonly string[] {
  const differs = from.kind === "integer" && element.kind === "integer" && from.big !== element.big;
  const value = differs ? `${given}.map(${element.big ? "BigInt" : "Number"})` : given;
  const start = `out, ${byte}, ${value}`;
  switch (element.kind) {
    case "integer": {
      const { width, range, signed, big } = element;
      const limits = `${c.numerals.literal(range.min, { big })}, ${c.numerals.literal(range.max, { big })}`;
      const is = membershipFunction(c, from, element, options.is);
      const checks = is === null ? [] : [options.misfit.each(is, nameMistake(element))];
      if (big) return [...checks, `${c.runtime("putBigInts")}(${start}, ${signed}, ${limits});`];
      return [...checks, `${c.runtime("putNumbers")}(${start}, ${width}, ${limits});`];
    }
    case "bool":
      return [`${c.runtime("putBooleans")}(${start});`];
    case "uuid":
      return [`${c.runtime("putSlices")}(${start}, 16);`];
    case "bytes":
      return [`${c.runtime("putSlices")}(${start}, ${element.min});`];
    case "cstring":
      return [`${c.runtime("putCStrings")}(${start}, ${element.size});`];
    case "struct":
      return [`${c.runtime("putRows")}(${start}, ${element.stride}, ${options.row(rowsOf(from), element)});`];
    case "string":
    case "state":
    case "union":
      throw new Error(`${element.kind} has no fixed size`);
  }
}

/** The whole typed-array cells that cover a gap: what padding is checked and cleared by. */
export function gapCells(row: string, start: number, end: number): readonly string[] {
  const cells: string[] = [];
  for (let offset = start; offset < end;) {
    const width =
      ([64, 32, 16] as const).find((bits) => offset % (bits / 8) === 0 && offset + bits / 8 <= end && bits < 64) ?? 8;
    cells.push(cellOf({ row, offset }, width));
    offset += width / 8;
  }
  return cells;
}
