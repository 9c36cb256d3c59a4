import type { Range } from "../../schema/ir.ts";
import { exactRange } from "../../schema/lookup.ts";
import { isChecked, isSigned, isWide, type Element, type IntegerElement } from "./element.ts";
import type { Context } from "./program.ts";

/** The mask that an integer's header may differ by: flag 1 always, the long form if it can be wide, the sign if it can be negative. */
export function headerSlack(element: IntegerElement): number {
  return 0x100_0000 | (isWide(element) ? 0x1_0000 : 0) | (isSigned(element) ? 0x200_0000 : 0);
}

/** How the integer of a member whose header stands at `o` is read. */
export function readInteger(element: IntegerElement, o: string, end: string): string {
  if (!isWide(element)) return isSigned(element) ? `input.integer(${o})` : `words[${o} + 1]!`;
  if (isSigned(element)) return `input.${element.big ? "signed" : "signedNumber"}(${o}, ${end})`;
  return `input.${element.big ? "unsigned" : "natural"}(${o}, ${end})`;
}

/** The words from an integer's header to the next one. */
export function integerWords(element: IntegerElement, o: string): string {
  return isWide(element) ? `(words[${o}]! & 0x10000) === 0 ? 2 : 4` : "2";
}

/** What can be read of an integer before its range is checked: the ends that the check needs not hold against. */
function readable(element: IntegerElement): Range {
  const signed = isSigned(element);
  if (isWide(element)) return { min: signed ? cells.signed[64].min : 0n, max: cells.unsigned[64].max };
  return { min: signed ? cells.signed[32].min : 0n, max: cells.unsigned[32].max };
}

/** What a cell of a width can hold. */
const cells = {
  signed: { 8: ends(8, true), 16: ends(16, true), 32: ends(32, true), 64: ends(64, true) },
  unsigned: { 8: ends(8, false), 16: ends(16, false), 32: ends(32, false), 64: ends(64, false) },
};

function ends(width: number, signed: boolean): Range {
  const half = 1n << BigInt(width - 1);
  return signed ? { min: -half, max: half - 1n } : { min: 0n, max: half * 2n - 1n };
}

function cellRange({ signed, width }: IntegerElement): Range {
  return cells[signed ? "signed" : "unsigned"][width];
}

/** The condition under which a value that was read is out of range; null if none can be. */
export function outsideRead(c: Context, element: IntegerElement, value: string): string | null {
  return outside(c, element, value, readable(element));
}

/** The same for a value of a row, which has exactly the bits of its width. */
export function outsideCell(c: Context, element: IntegerElement, value: string): string | null {
  return outside(c, element, value, cellRange(element));
}

function outside(c: Context, { range, big }: IntegerElement, value: string, known: Range): string | null {
  const checks: string[] = [];
  if (range.min > known.min) checks.push(`${value} < ${c.numerals.literal(range.min, { big })}`);
  if (range.max < known.max) checks.push(`${value} > ${c.numerals.literal(range.max, { big })}`);
  return checks.length === 0 ? null : checks.join(" || ");
}

/** The call that tells whether a value is one of an enum's or of bits'; null where any value in range is one. */
export type IsCall = (named: NonNullable<IntegerElement["named"]>, value: string) => string | null;

/** The same as a condition. */
export function membership(c: Context, element: IntegerElement, value: string, is?: IsCall): string | null {
  if (element.named === null) return null;
  if (is !== undefined) return is(element.named, value);
  return isChecked(element) ? `${c.symbol(element.named, "is")}(${value})` : null;
}

/** The same as a function of one value, which is that of another element in the program. */
export function membershipFunction(c: Context, from: Element, element: IntegerElement, is?: IsCall): string | null {
  return functionOf(membership(c, element, from.kind === "integer" ? converted(from, element, "one") : "one", is));
}

/** A condition on `one` as a function. */
export function functionOf(condition: string | null): string | null {
  if (condition === null) return null;
  const simple = /^(\w+)\(one\)$/.exec(condition);
  return simple?.[1] ?? `(one) => ${condition}`;
}

/** The code of a value that membership refuses. */
export function membershipCode(element: IntegerElement): "B8202" | "B8203" {
  return element.named?.declaration.kind === "bits" ? "B8203" : "B8202";
}

/** The condition under which a value to write is none of its type's: not an integer, or out of range. */
export function unwritable(c: Context, element: IntegerElement, value: string): string | null {
  const { range, big } = element;
  // Bigints are held against 64 bits where they are written; only a narrower range is checked before.
  if (big) return outside(c, element, value, cellRange(element));
  const { min, max } = range;
  if (min === 0n && (max === 0xffn || max === 0xffffn)) return `${value} !== (${value} & 0x${max.toString(16)})`;
  const exact =
    min >= 0n && max <= 0xffff_ffffn
      ? `${value} >>> 0 !== ${value}`
      : min >= -0x8000_0000n && max <= 0x7fff_ffffn
        ? `(${value} | 0) !== ${value}`
        : `Math.floor(${value}) !== ${value}`;
  const known =
    min >= 0n && max <= 0xffff_ffffn
      ? cells.unsigned[32]
      : min >= -0x8000_0000n && max <= 0x7fff_ffffn
        ? cells.signed[32]
        : { min: exactRange.min * 2n, max: exactRange.max * 2n };
  const ends = outside(c, element, value, known);
  return ends === null ? exact : `${exact} || ${ends}`;
}

/** How a value is turned into what the target's type has, where the two differ in `number` and `bigint`. */
export function converted(from: IntegerElement, to: IntegerElement, value: string): string {
  if (from.big === to.big) return value;
  return to.big ? `BigInt(${value})` : `Number(${value})`;
}
