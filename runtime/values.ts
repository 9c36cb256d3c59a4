import { quoted } from "./errors.ts";

/** What a value is, in words for a message. */
export function valueText(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  switch (typeof value) {
    case "string":
      return `the string ${quoted(value)}`;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      return "an object";
    default:
      return `a ${typeof value}`;
  }
}

/** The bytes that hexadecimal digits stand for. */
export function fromHex(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16));
}

/** Whether two values are equal, by content. Numbers and bigints are compared as integers. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => sameValue(one, b[i]));
  if (isPlain(a) && isPlain(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].every((name) => sameValue(own(a, name), own(b, name)));
  }
  return isInteger(a) && isInteger(b) && BigInt(a) === BigInt(b);
}

function isInteger(value: unknown): value is number | bigint {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

/** Whether a value is the object of a state, struct or union. */
export function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** A member of an object, if it is its own: every object inherits a `constructor`. */
export function own<T extends object, Name extends keyof T>(value: T, name: Name): T[Name];
export function own(value: object, name: string): unknown;
export function own(value: object, name: string): unknown {
  // Whatever it is, its own property of that name is what is asked for.
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
