/**
 * A value as the codecs have it: integers are numbers where their range fits 2^53 and bigints otherwise, bytes and uuids are Uint8Array,
 * a union is `{ kind, value }`, an absent optional is undefined, `none` is null.
 */
export type Value =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | null
  | undefined
  | readonly Value[]
  | { readonly [name: string]: Value };

export type ObjectValue = { readonly [name: string]: Value };

/** Whether a value is the object of a state, struct or union. */
export function isObject(value: Value): value is ObjectValue {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** Whether a value is a list. `Array.isArray` does not narrow readonly arrays. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** A member of an object; undefined where it has none. Members may be named `constructor` or `__proto__`, so only its own count. */
export function memberOf(object: ObjectValue, name: string): Value {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Gives an object a member, `__proto__` too, which an assignment would swallow. */
export function setMember(object: { [name: string]: Value }, name: string, value: Value): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[name] = value;
  }
}

/** The integer that a number or bigint is; null if it is none, or a number too large to be exact. */
export function integerOf(value: Value): bigint | null {
  if (typeof value === "bigint") return value;
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : null;
}

/** What a value is, in words for a message. */
export function describe(value: Value): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (isList(value)) return `a list of ${value.length}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  switch (typeof value) {
    case "string":
      return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      return "an object";
  }
}

/** Whether two values are equal, by content. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return (
      a instanceof Uint8Array && b instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i])
    );
  }
  if (isList(a) || isList(b)) {
    return isList(a) && isList(b) && a.length === b.length && a.every((element, i) => equal(element, b[i]));
  }
  if (isObject(a) && isObject(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].every((name) => equal(memberOf(a, name), memberOf(b, name)));
  }
  const left = integerOf(a);
  return left !== null && left === integerOf(b);
}
