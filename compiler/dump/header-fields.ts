/** A field of the header of a dump or of a record. */
export interface HeaderField {
  readonly name: string;
  readonly type: "8 bytes" | "u16" | "u32" | "u64" | "padding";
  readonly at: number;
  readonly size: number;
}

export const dumpFields: readonly HeaderField[] = [
  { name: "magic", type: "8 bytes", at: 0, size: 8 },
  { name: "format major", type: "u16", at: 8, size: 2 },
  { name: "format minor", type: "u16", at: 10, size: 2 },
  { name: "header bytes", type: "u32", at: 12, size: 4 },
  { name: "flags", type: "u32", at: 16, size: 4 },
  { name: "", type: "padding", at: 20, size: 40 },
  { name: "checksum", type: "u32", at: 60, size: 4 },
];

export const recordFields: readonly HeaderField[] = [
  { name: "state id", type: "u32", at: 0, size: 4 },
  { name: "instance", type: "u32", at: 4, size: 4 },
  { name: "version", type: "u16", at: 8, size: 2 },
  { name: "backport", type: "u16", at: 10, size: 2 },
  { name: "flags", type: "u32", at: 12, size: 4 },
  { name: "body bytes", type: "u64", at: 16, size: 8 },
  { name: "body checksum", type: "u32", at: 24, size: 4 },
  { name: "header checksum", type: "u32", at: 28, size: 4 },
];

/** Where the last field ends that is whole in so many bytes of a header. */
export function wholeFields(fields: readonly HeaderField[], bytes: number): number {
  const last = fields.findLast(({ at, size }) => at + size <= bytes);
  return last === undefined ? 0 : last.at + last.size;
}
