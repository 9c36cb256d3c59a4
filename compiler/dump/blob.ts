import type { Code, Facts } from "../../runtime/errors.ts";
import { describe, type Value } from "./value.ts";
import type { WireType } from "./wire-type.ts";

/** The types whose values are bytes. */
export type WireBlob = Extract<WireType, { kind: "uuid" | "bytes" | "string" | "cstring" }>;

/** Why a value has no bytes of its type. */
export interface BlobMistake {
  readonly code: Code;
  readonly facts: Facts;
}

/** The bytes of a string, of bytes or of a uuid, checked against its bounds; of a cstring without its NUL. */
export function blobOf(type: WireBlob, value: Value): Uint8Array | BlobMistake {
  switch (type.kind) {
    case "uuid":
    case "bytes": {
      if (!(value instanceof Uint8Array))
        return { code: "B8301", facts: { expected: "bytes", found: describe(value) } };
      const { min, max } = type.kind === "uuid" ? { min: 16, max: 16 } : type;
      return bounded(value, min, max);
    }
    case "string":
    case "cstring": {
      const bytes = utf8Of(value);
      if (!(bytes instanceof Uint8Array)) return bytes;
      if (type.kind === "string") return bounded(bytes, type.min, type.max);
      if (!bytes.includes(0)) return bounded(bytes, 0, type.size - 1);
      return { code: "B8207", facts: { expected: "text without NUL", found: describe(value) } };
    }
  }
}

function bounded(bytes: Uint8Array, min: number, max: number | null): Uint8Array | BlobMistake {
  if (bytes.length >= min && (max === null || bytes.length <= max)) return bytes;
  return { code: "B8206", facts: { found: String(bytes.length), expected: `${min}..${max ?? ""}` } };
}

const utf8 = new TextEncoder();

function utf8Of(value: Value): Uint8Array | BlobMistake {
  if (typeof value !== "string") return { code: "B8301", facts: { expected: "a string", found: describe(value) } };
  return /\p{Surrogate}/u.test(value) ? { code: "B8205", facts: {} } : utf8.encode(value);
}
