import type { WireType } from "./wire-type.ts";

/** The constants of docs/wire.md, one place for the walk and the encoder. */

/** 0x89, `BATON`, CR, LF. */
export const MAGIC: readonly number[] = [0x89, 0x42, 0x41, 0x54, 0x4f, 0x4e, 0x0d, 0x0a];
export const FORMAT_MAJOR = 1;
export const FORMAT_MINOR = 0;
export const HEADER_BYTES = 64;
export const RECORD_HEADER_BYTES = 32;
/** Bytes of a record's header before its checksum: what that covers, and what the end record's takes of each header. */
export const CHECKED_HEADER_BYTES = 28;
export const END_BODY_BYTES = 24;

/** Flags of a record. */
export const RECORD_MUST = 1;
export const RECORD_MANIFEST = 2;
export const RECORD_SCHEMA = 4;
export const RECORD_END = 8;

/** Forms of a member. */
export const WORD = 0;
export const LONG = 1;
export const BLOB = 2;
export const TABLE = 3;
export const LIST = 4;
export const STATE = 5;
export const UNION = 6;
export const FORM_NAMES: readonly string[] = ["word", "long", "blob", "table", "list", "state", "union"];

/** Flags of a member. */
export const MUST = 1;
export const NEGATIVE = 2;

/** The deepest nesting of bodies; a record's own is 1. */
export const MAX_DEPTH = 64;
/** The longest payload, so that padded it still fits 32 bits. */
export const MAX_PAYLOAD = 0xffff_fff8;
/** The largest schema that may stand in a dump, inflated. */
export const MAX_SCHEMA_BYTES = 16 * 1024 * 1024;

/** The next multiple of 8. */
export function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

/** The form that a type's members have, null for integers and bools, which are words or longs by their value. */
export function formOf(type: WireType): number | null {
  switch (type.kind) {
    case "int":
    case "enum":
    case "bits":
    case "bool":
      return null;
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
      return BLOB;
    case "struct":
      return TABLE;
    case "state":
      return STATE;
    case "union":
      return UNION;
    case "list":
      return type.row === null ? LIST : TABLE;
    case "optional":
      return formOf(type.element);
  }
}
