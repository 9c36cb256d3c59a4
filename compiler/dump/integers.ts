import type { Code, Facts } from "../../runtime/errors.ts";
import { fieldMask, type WireBits, type WireInteger } from "./wire-type.ts";

/** What is wrong with an integer as a value of its type; `field` is the bits range at fault. */
export interface IntegerMistake {
  readonly code: Code;
  readonly facts: Facts;
  readonly field: string | null;
}

/** Whether an integer is a value of its type: null if it is. */
export function checkInteger(type: WireInteger, value: bigint): IntegerMistake | null {
  if (value < type.min || value > type.max) {
    return { code: "B8201", facts: { found: String(value), expected: `${type.min}..${type.max}` }, field: null };
  }
  switch (type.kind) {
    case "int":
      return null;
    case "enum":
      if (type.open || type.names.has(value)) return null;
      return { code: "B8202", facts: { found: String(value), expected: type.name }, field: null };
    case "bits":
      return checkBits(type, value);
  }
}

function checkBits(type: WireBits, value: bigint): IntegerMistake | null {
  const unnamed = value & ~type.named & ((1n << BigInt(type.width)) - 1n);
  if (!type.open && unnamed !== 0n) {
    return { code: "B8203", facts: { found: hex(unnamed), expected: type.name }, field: null };
  }
  for (const field of type.fields) {
    if (field.type === null) continue;
    const mistake = checkInteger(field.type, fieldOf(field, value));
    if (mistake !== null) return { ...mistake, field: field.name };
  }
  return null;
}

/** The number in a range of bits. */
export function fieldOf(field: { readonly low: number; readonly high: number }, value: bigint): bigint {
  return (value & fieldMask(field)) >> BigInt(field.low);
}

/** `0x1f`, `-0x1`. */
export function hex(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}
