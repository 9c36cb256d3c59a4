/** Struct layout computed from a model, on its own, so that it can be held against the compiler's. */
import { findDeclaration, presentAt } from "./model.ts";
import type { SchemaModel, StructModel, Type, Version } from "./model.ts";

export interface Extent {
  readonly size: number;
  readonly align: number;
}

/** Size and alignment of a type of fixed size, or null. */
export function extentOf(model: SchemaModel, type: Type): Extent | null {
  switch (type.kind) {
    case "int":
      return { size: type.width / 8, align: type.width / 8 };
    case "bool":
      return { size: 1, align: 1 };
    case "uuid":
      return { size: 16, align: 1 };
    case "bytes":
      return type.max !== null && type.min === type.max ? { size: type.max, align: 1 } : null;
    case "cstring":
      return { size: type.size, align: 1 };
    case "string":
    case "optional":
      return null;
    case "list": {
      const element = extentOf(model, type.element);
      return element === null || type.max === null || type.min !== type.max
        ? null
        : { size: element.size * type.max, align: element.align };
    }
    case "named": {
      const declaration = findDeclaration(model, type);
      switch (declaration?.kind) {
        case "type":
          return extentOf(model, declaration.type);
        case "enum":
        case "bits":
          return extentOf(model, declaration.base);
        case "struct": {
          const layout = structLayout(model, declaration, null);
          return { size: layout.size, align: layout.align };
        }
        case "const":
        case "state":
        case "union":
        case undefined:
          return null;
      }
    }
  }
}

export interface StructLayout extends Extent {
  /** Where the last member ends: tail padding is from here to `size`. */
  readonly end: number;
  readonly offsets: readonly number[];
}

/** The layout at a version; null is the newest. */
export function structLayout(model: SchemaModel, struct: StructModel, at: Version | null): StructLayout {
  let end = 0;
  let align = 1;
  const offsets: number[] = [];
  for (const member of struct.members) {
    if (at !== null && !presentAt(member, at)) continue;
    const extent = extentOf(model, member.type);
    if (extent === null) throw new Error(`${struct.name}.${member.name} has no fixed size`);
    const offset = Math.ceil(end / extent.align) * extent.align;
    offsets.push(offset);
    end = offset + extent.size;
    align = Math.max(align, extent.align);
  }
  return { size: Math.ceil(end / align) * align, align, end, offsets };
}
