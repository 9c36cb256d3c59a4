import type { IntType, Type } from "./ir.ts";

function int(width: IntType["width"], signed: boolean): IntType {
  return { kind: "int", width, signed };
}

/** The types that have a name of their own and take nothing in brackets. A new scalar is a row here and in the codecs' tables. */
const namedTypes = {
  u8: int(8, false),
  u16: int(16, false),
  u32: int(32, false),
  u64: int(64, false),
  i8: int(8, true),
  i16: int(16, true),
  i32: int(32, true),
  i64: int(64, true),
  bool: { kind: "bool" },
  uuid: { kind: "uuid" },
} as const satisfies Readonly<Record<string, Type>>;

export type BuiltinName = keyof typeof namedTypes;

const byName: ReadonlyMap<string, (typeof namedTypes)[BuiltinName]> = new Map(Object.entries(namedTypes));

/** The builtin type of a name, or undefined for a name that must be declared. */
export function builtinType(name: string): (typeof namedTypes)[BuiltinName] | undefined {
  return byName.get(name);
}

/** Every word that is a type wherever a type may stand, so that no declaration can have it as its name. */
export const builtinTypeNames: readonly string[] = [...byName.keys(), "bytes", "string", "cstring", "none"];

/** `u16`, `i64`: the name of an integer type. */
export function nameOfInt(type: IntType): string {
  return `${type.signed ? "i" : "u"}${type.width}`;
}
