import { escapeText } from "../printable.ts";
import { formatVersion } from "../schema/version.ts";
import { checkInteger, fieldOf, hex } from "./integers.ts";
import { bitsTexts, fieldText, hexDigits, uuidText } from "./json-write.ts";
import { isPackedVersion } from "./manifest.ts";
import { integerOf, isList, isObject, memberOf, type Value } from "./value.ts";
import type { WireBits, WireType } from "./wire-type.ts";

/** Longer strings and bytes are cut, with their length. */
const MAX_TEXT = 60;
const MAX_BYTES = 16;

/** A value as a person reads it: the name first, raw beside it. Safe to print. */
export function valueText(type: WireType | null, value: Value): string {
  if (value === null || value === undefined) return "";
  if (type === null) return plainText(value);
  switch (type.kind) {
    case "int": {
      const integer = integerOf(value);
      if (integer === null) return plainText(value);
      if (isPackedVersion(type)) return `${formatVersion(Number(integer))} (${hex(integer)})`;
      const unit = type.unit === null ? "" : ` ${escapeText(type.unit)}`;
      return `${type.hex ? hex(integer) : integer}${unit}`;
    }
    case "enum": {
      const integer = integerOf(value);
      if (integer === null) return plainText(value);
      const name = type.names.get(integer);
      const raw = integer > -10n && integer < 10n ? String(integer) : hex(integer);
      return name === undefined ? raw : `${name} (${raw})`;
    }
    case "bits": {
      const bits = integerOf(value);
      if (bits === null) return plainText(value);
      return `${bitsTexts(type, bits).join(" | ") || "none"} (${hex(bits)})`;
    }
    case "uuid":
      return value instanceof Uint8Array ? uuidText(value) : plainText(value);
    case "bool":
    case "string":
    case "cstring":
    case "bytes":
      return plainText(value);
    case "struct":
    case "state":
      return type.name;
    case "union": {
      const kind = isObject(value) ? memberOf(value, "kind") : undefined;
      return typeof kind === "string" ? escapeText(kind) : "";
    }
    case "list":
      return isList(value) ? `${value.length} × ${type.element.text}` : plainText(value);
    case "optional":
      return valueText(type.element, value);
  }
}

function plainText(value: Value): string {
  if (value instanceof Uint8Array) {
    if (value.length <= MAX_BYTES) return value.length === 0 ? "no bytes" : hexDigits(value);
    return `${hexDigits(value.subarray(0, MAX_BYTES))}… (${value.length} bytes)`;
  }
  if (typeof value === "string") {
    const characters = Array.from(value);
    if (characters.length <= MAX_TEXT) return quotedText(value);
    return `${quotedText(characters.slice(0, MAX_TEXT).join(""))}… (${characters.length} characters)`;
  }
  if (isList(value)) return value.length === 1 ? "1 element" : `${value.length} elements`;
  return isObject(value) ? "" : String(value);
}

function quotedText(text: string): string {
  return `"${escapeText(text.replaceAll(/["\\]/g, "\\$&"))}"`;
}

/** The integer that some bytes hold, which may be no value of its type. */
export function integerIn(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** The bits that are set, one row each: where they are, and what they mean. */
export function bitRows(type: WireBits, value: Value): readonly { readonly name: string; readonly text: string }[] {
  const bits = integerOf(value);
  if (bits === null) return [];
  const rows = type.fields.flatMap((field) => {
    const number = fieldOf(field, bits);
    if (number === 0n) return [];
    const mistake = field.type === null || checkInteger(field.type, number) === null ? "" : `, no ${field.type.text}`;
    const meaning = field.single ? field.name : `${field.name} = ${fieldText(field.type, number)}${mistake}`;
    return [{ name: place(type, field.low, field.high, number), text: meaning }];
  });
  for (let bit = 0; bit < type.width; bit++) {
    const mask = 1n << BigInt(bit);
    if ((bits & ~type.named & mask) !== 0n) rows.push({ name: place(type, bit, bit, 1n), text: "no name" });
  }
  return rows;
}

/** `.... ..1. .... ....` for up to 16 bits, as protocol analysers draw them; `bits 32..47` for more. */
function place(type: WireBits, low: number, high: number, number: bigint): string {
  if (type.width > 16) return low === high ? `bit ${low}` : `bits ${low}..${high}`;
  let drawn = "";
  for (let bit = type.width - 1; bit >= 0; bit--) {
    drawn += bit < low || bit > high ? "." : String((number >> BigInt(bit - low)) & 1n);
    if (bit % 4 === 0 && bit > 0) drawn += " ";
  }
  return drawn;
}
