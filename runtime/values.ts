import { BatonError, quoted } from "./errors.ts";
import { unfit } from "./output.ts";

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
    case "object": {
      const kind = kindOf(value);
      return kind === "Object" ? "an object" : `${/^[AEIOU]/.test(kind) ? "an" : "a"} ${kind}`;
    }
    default:
      return `a ${typeof value}`;
  }
}

/** A check by the words that it has, for a message. */
export function checkText(message: string): string {
  return `the check ${quoted(message)}`;
}

/** Whose check it is that a message is about. */
export function checkOf(version: string): string {
  return `as version ${version} has it`;
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

/** Refuses what is no memory of bytes: a program without types may give anything. */
export function checkBytes(bytes: unknown): asserts bytes is Uint8Array {
  if (bytes instanceof Uint8Array) return;
  throw new BatonError("B8308", { expected: "a Uint8Array", found: valueText(bytes) });
}

/** `Object` for what holds members, be it of a class; `Array`, `Map`, `Date` and so on for what holds something else. */
function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Whether a value is the object of a state, struct or union. */
export function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && kindOf(value) === "Object";
}

/** Refuses what holds no members: where all have defaults, text, a list or a map would pass as a value that gives none. */
export function checkHolder(value: object): void {
  if (Object.getPrototypeOf(value) !== Object.prototype && !isPlain(value)) throw unfit(value);
}

/** What every object inherits; no member is of these types. */
type Inherited = object["constructor"] | ((...values: never[]) => unknown);

/** A member of an object: its own, or a getter of its class. Every object inherits a `constructor`, which is none. */
export function own<T extends object, Name extends keyof T>(value: T, name: Name): Exclude<T[Name], Inherited>;
export function own(value: object, name: string): unknown;
export function own(value: object, name: string): unknown {
  if (Object.hasOwn(value, name)) return Reflect.get(value, name, value);
  let prototype: unknown = Object.getPrototypeOf(value);
  while (typeof prototype === "object" && prototype !== null && prototype !== Object.prototype) {
    const property = Object.getOwnPropertyDescriptor(prototype, name);
    if (property !== undefined) return property.get === undefined ? undefined : Reflect.get(value, name, value);
    prototype = Object.getPrototypeOf(prototype);
  }
  return undefined;
}
