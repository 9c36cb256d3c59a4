/** Whether two values of the value model are the same: bytes by content, objects by their own properties, absent as undefined. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!same(a[i], b[i])) return false;
    return true;
  }
  const [names, others] = [Object.keys(a), Object.keys(b)];
  if (names.length !== others.length) return false;
  return names.every((name) => Object.hasOwn(b, name) && same(property(a, name), property(b, name)));
}

/** Reads an own property, also one called `__proto__`. */
function property(object: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(object, name)?.value;
}

/** A value as text for messages: big integers with `n`, bytes in hexadecimal. */
export function shown(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return `x"${Buffer.from(value).toString("hex")}"`;
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{ ${Object.keys(value)
      .map((name) => `${JSON.stringify(name)}: ${shown(property(value, name))}`)
      .join(", ")} }`;
  }
  return value === undefined ? "undefined" : JSON.stringify(value);
}
