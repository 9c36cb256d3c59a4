/** Ids of vendors, which schemas write in hexadecimal. */
const firstOfVendors = 0x8000;

/** A member's or alternative's id as schemas write it: `@12`, `@0x8001`. */
export function idText(id: number): string {
  return id < firstOfVendors ? `@${id}` : `@0x${id.toString(16)}`;
}

/** The name of a step of a path, ids as tools write them, however they are given. */
export function stepName(name: string): string {
  return /^@(?:0x[\da-fA-F]+|\d+)$/.test(name) ? idText(Number(name.slice(1))) : name;
}
