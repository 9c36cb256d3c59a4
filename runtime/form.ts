/** Member headers as two 32-bit words: `id | form << 16 | flags << 24`, then the argument. */
export const form = { word: 0, long: 1, blob: 2, table: 3, list: 4, state: 5, union: 6 } as const;

export const formNames = ["a word", "a long", "a blob", "a table", "a list", "a state", "a union"] as const;

/** Flags where they stand in the first word of a header. */
export const mustBeUnderstood = 0x100_0000;
export const negative = 0x200_0000;

/** Bodies within bodies, the record's own counted. */
export const deepest = 64;

/** A payload is measured in 32 bits, padding included. */
export const largestPayload = 0xffff_fff8;

/** What a JavaScript engine indexes with 31 bits; a larger body is not decoded at once. */
export const largestBody = 0x7fff_fff8;

/** The form of a header's first word. */
export function formOf(head: number): number {
  return (head >>> 16) & 0xff;
}

/** The words from a member's header to the next one. The payload must lie within its body. */
export function wordsOf(words: Uint32Array, o: number): number {
  return formOf(words[o]!) === form.word ? 2 : 2 + ((words[o + 1]! + 7) >>> 3) * 2;
}
