import { LIST, LONG, NEGATIVE, STATE, TABLE, UNION, WORD } from "./format.ts";
import type { Header } from "./header.ts";
import { FAILED, type Read, type Reading } from "./reading.ts";
import { readListHeader, readTableHeader } from "./counts.ts";
import type { WireInteger } from "./wire-type.ts";

/** A bool in a word. */
export function readBool(r: Reading, { at, arg, flags }: Header): Read {
  if (arg <= 1 && (flags & NEGATIVE) === 0) return arg === 1;
  return r.fail("B8204", { found: String((flags & NEGATIVE) === 0 ? arg : arg | 0) }, at);
}

/** An integer in a word. */
export function readWord(r: Reading, type: WireInteger, { at, arg, flags }: Header): Read {
  if ((flags & NEGATIVE) === 0) return r.exactInteger(type, arg, at);
  const value = arg | 0;
  if (value < 0) return r.exactInteger(type, value, at);
  return r.fail("B8107", { expected: "a negative number", found: String(value) }, at);
}

/** An integer in the 8 bytes after a header. */
export function readLong(r: Reading, type: WireInteger, { at, flags }: Header): Read {
  if (!r.holds(at + 8, 8, at + 16)) return FAILED;
  const negative = (flags & NEGATIVE) !== 0;
  const value = negative ? r.view.getBigInt64(at + 8, true) : r.view.getBigUint64(at + 8, true);
  if (negative && value >= 0n) return r.fail("B8107", { expected: "a negative number", found: String(value) }, at);
  const fitsWord = negative ? value >= -0x8000_0000n : value <= 0xffff_ffffn;
  if (fitsWord) return r.fail("B8107", { expected: "a word", found: `${value} as a long` }, at);
  return r.integer(type, value, at);
}

/** What can be said of a member without its type. */
export function checkForm(r: Reading, header: Header): void {
  const start = header.at + 8;
  const end = start + header.length;
  const whole = end <= r.bytes.length;
  if (header.form === WORD) readWord(r, anyInteger, header);
  else if (header.form === LONG && header.arg !== 8)
    r.fail("B8106", { expected: "8", found: String(header.arg) }, header.at);
  else if (header.form === LONG && whole) readLong(r, anyInteger, header);
  else if (header.form === TABLE && whole) readTableHeader(r, start, end);
  else if (header.form === LIST && whole) readListHeader(r, start, end);
  else if ((header.form === STATE || header.form === UNION) && (header.length & 7) !== 0) {
    r.fail("B8106", { expected: "a multiple of 8", found: String(header.length) }, header.at);
  }
}

const anyInteger: WireInteger = {
  ...{ kind: "int", width: 64, signed: true, exact: false, hex: false, unit: null, text: "integer" },
  ...{ min: -(1n << 63n), max: (1n << 64n) - 1n, low: -(2 ** 63), high: 2 ** 64 },
};
