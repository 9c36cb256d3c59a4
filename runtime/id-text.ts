/** Ids of vendors, which schemas write in hexadecimal. */
const firstOfVendors = 0x8000;

/** A member's, alternative's or record's id as schemas write it: `@12`, `@0x8001`. */
export function idText(id: number): string {
  return id < firstOfVendors ? `@${id}` : `@0x${id.toString(16)}`;
}
