import { hexDigits } from "./json-write.ts";
import { isList, isObject, type Value } from "./value.ts";

/**
 * A key, or one part of it, as a text to look up by, the same for the same value only. It is never of digits alone: browsers hash the text of a
 * number by the number, so that many multiples of the size of a page would be one and the same to a `Map`.
 */
export function keyPartText(value: Value): string {
  if (typeof value === "number" || typeof value === "bigint") return `n${value}`;
  if (value instanceof Uint8Array) return `x${hexDigits(value)}`;
  if (isObject(value) || isList(value))
    return JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? `${each}n` : each));
  return `s${String(value).replaceAll("\0", "\0\0")}`;
}

/** The text of a whole key. */
export function textOfKey(parts: readonly Value[]): string {
  const [part] = parts;
  return parts.length === 1 ? keyPartText(part) : parts.map(keyPartText).join("\0");
}
