import { fieldOf, hex } from "./integers.ts";
import { describe, integerOf, isList, isObject, memberOf, type Value } from "./value.ts";
import type { WireBits, WireEnum, WireInteger, WireType } from "./wire-type.ts";

/** What `JSON.stringify` takes. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * A value as JSON: an integer type that fits 2^53 as a number and any other 64-bit one as a decimal string, bytes as hex digits, a uuid with
 * dashes, a union as `{"alternative": value}`, an enum by name, bits as the names that are set. Fixed by the type, never by the value. What could
 * not be read is null.
 */
export function toJson(type: WireType, value: Value): Json {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case "int":
      return integerJson(type, value);
    case "enum":
      return enumJson(type, value);
    case "bits":
      return bitsJson(type, value);
    case "bool":
    case "string":
    case "cstring":
      return typeof value === "boolean" || typeof value === "string" ? value : describe(value);
    case "uuid":
      return value instanceof Uint8Array ? uuidText(value) : describe(value);
    case "bytes":
      return value instanceof Uint8Array ? hexDigits(value) : describe(value);
    case "struct":
    case "state":
      return isObject(value)
        ? objectJson(
            type.members.map((member) => [member.name, member.type]),
            value,
          )
        : describe(value);
    case "union": {
      const kind = isObject(value) ? memberOf(value, "kind") : undefined;
      const alternative = type.alternatives.find((one) => one.name === kind);
      if (alternative === undefined || !isObject(value)) return describe(value);
      const held = memberOf(value, "value");
      return Object.fromEntries([
        [alternative.name, alternative.type === null ? null : toJson(alternative.type, held)],
      ]);
    }
    case "list":
      return isList(value) ? value.map((element) => toJson(type.element, element)) : describe(value);
    case "optional":
      return toJson(type.element, value);
  }
}

function objectJson(
  members: readonly (readonly [string, WireType])[],
  value: { readonly [name: string]: Value },
): Json {
  const entries: [string, Json][] = [];
  for (const [name, type] of members) {
    const held = memberOf(value, name);
    // An absent optional is left out; null is what could not be read.
    if (held !== undefined) entries.push([name, toJson(type, held)]);
  }
  return Object.fromEntries(entries);
}

function integerJson(type: WireInteger, value: Value): Json {
  const integer = integerOf(value);
  if (integer === null) return describe(value);
  return type.exact ? Number(integer) : String(integer);
}

function enumJson(type: WireEnum, value: Value): Json {
  const integer = integerOf(value);
  return (integer === null ? undefined : type.names.get(integer)) ?? integerJson(type, value);
}

function bitsJson(type: WireBits, value: Value): Json {
  const bits = integerOf(value);
  return bits === null ? describe(value) : bitsTexts(type, bits);
}

/** `["io", "aspm=l1", "0x8000"]`: the bits that are set, ascending, and those without a name as one number. */
export function bitsTexts(type: WireBits, bits: bigint): readonly string[] {
  const texts = type.fields.flatMap((field) => {
    const number = fieldOf(field, bits);
    if (number === 0n) return [];
    return [field.single ? field.name : `${field.name}=${fieldText(field.type, number)}`];
  });
  const unnamed = bits & ~type.named;
  return unnamed === 0n ? texts : [...texts, hex(unnamed)];
}

/** A range of bits: the name of its enum's value, or its number. */
export function fieldText(type: WireBits["fields"][number]["type"], number: bigint): string {
  if (type?.kind === "enum") return type.names.get(number) ?? String(number);
  return type?.kind === "int" && type.hex ? hex(number) : String(number);
}

/** Two digits for each byte, lower case. */
export function hexDigits(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += digitPairs[byte];
  return text;
}

const digitPairs: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** `00112233-4455-6677-8899-aabbccddeeff`. */
export function uuidText(bytes: Uint8Array): string {
  const digits = hexDigits(bytes);
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    "-",
  );
}

/** A value that was read without a schema: integers beyond 2^53 as strings, bytes as hex digits. */
export function rawJson(value: Value): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return hexDigits(value);
  if (isList(value)) return value.map(rawJson);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, rawJson(held)]));
  return value;
}
