import { describe, type BitsDescription, type TypeDescription } from "./description.ts";
import type { Code, Facts } from "./errors.ts";
import { rangeText } from "./range-text.ts";

/** What is wrong with an integer as bits: bits without a name, or a range of them that is no value of its type. */
export interface BitsMistake extends Facts {
  readonly code: Code;
  /** The rest of the path: `.domain`, or "" for the bits as a whole. */
  readonly path: string;
}

/** Why bits are none of their type's; null if they are. */
export function bitsMistake({ base, fields, name, named, open }: BitsDescription, bits: bigint): BitsMistake | null {
  const unnamed = BigInt.asUintN(base.width, bits & ~named);
  if (!open && unnamed !== 0n) {
    return { code: "B8203", path: "", expected: name, found: `0x${unnamed.toString(16)}` };
  }
  for (const field of fields) {
    const value = BigInt.asUintN(field.high - field.low + 1, bits >> BigInt(field.low));
    const code = fieldMistake(describe(field.type), value);
    if (code === null) continue;
    const type = describe(field.type);
    return { code, path: `.${field.name}`, expected: rangeText(type), found: String(value) };
  }
  return null;
}

function fieldMistake(type: TypeDescription, value: bigint): Code | null {
  if (type.kind === "int") return value < type.min || value > type.max ? "B8201" : null;
  if (type.kind !== "enum" || type.open) return null;
  return Object.values(type.values).some((one) => BigInt(one) === value) ? null : "B8202";
}
