import { nameOfInt } from "./builtin.ts";
import type { Type } from "./ir.ts";

/** A type as a schema writes it, without the module of names. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case "int":
      return nameOfInt(type);
    case "bool":
    case "uuid":
      return type.kind;
    case "bytes":
    case "string":
      return `${type.kind}${sizeText(type.min, type.max)}`;
    case "cstring":
      return `cstring[${type.size}]`;
    case "named":
      return type.name;
    case "list":
      return `${typeText(type.element)}${sizeText(type.min, type.max) || "[]"}`;
    case "optional":
      return `${typeText(type.element)}?`;
  }
}

/** `[16]`, `[..64]`: the brackets behind a type; nothing where any length will do. */
export function sizeText(min: number, max: number | null): string {
  if (max === null) return min === 0 ? "" : `[${min}..]`;
  if (min === max) return `[${min}]`;
  return min === 0 ? `[..${max}]` : `[${min}..${max}]`;
}
