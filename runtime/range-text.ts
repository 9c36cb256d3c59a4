import type { TypeDescription } from "./description.ts";

/** The numbers a type may be, for a message. */
export function rangeText(type: TypeDescription): string {
  switch (type.kind) {
    case "int":
      return `${type.min}..${type.max}`;
    case "enum":
    case "bits":
      return type.name;
    case "bool":
      return "0..1";
    case "string":
    case "bytes":
    case "list":
      return type.max === Infinity ? `${type.min}..` : `${type.min}..${type.max}`;
    case "uuid":
      return "16";
    case "cstring":
      return `0..${type.size - 1}`;
    case "struct":
    case "state":
    case "union":
      return type.name;
  }
}
