import type { Type, World } from "../ir.ts";
import type { Place, ValueType } from "../expression-type.ts";
import { shapeOf } from "../lookup.ts";
import { typeText } from "../type-text.ts";

/** What an expression gives, in words. */
export function describeValue(type: ValueType): string {
  switch (type.kind) {
    case "int":
      return type.enum === null ? "a number" : `a value of \`${type.enum.name}\``;
    case "bool":
      return "a condition";
    case "string":
      return "a string";
    case "bytes":
      return "bytes";
    case "value":
      return describeType(type.type);
  }
}

/** What lies at a place, in words, an optional as such. */
export function describeWhole(world: World, place: Place): string {
  const shape = shapeOf(world, place.type);
  switch (shape.kind) {
    case "int":
      return "a number";
    case "bool":
      return "a condition";
    case "uuid":
      return "a uuid";
    case "bytes":
      return "bytes";
    case "string":
    case "cstring":
      return "a string";
    case "enum":
      return `a value of \`${shape.declaration.name}\``;
    case "bits":
      return `the bits \`${shape.declaration.name}\``;
    case "struct":
    case "state":
    case "union":
      return `the ${shape.kind} \`${shape.declaration.name}\``;
    case "list":
      return "a list";
    case "optional":
      return "an optional member";
  }
}

/** What lies at a place, with the names that may stand after a dot there. */
export function describePlace(
  world: World,
  place: Place,
): { readonly text: string; readonly names: readonly string[] } {
  const type = place.type.kind === "optional" ? place.type.element : place.type;
  const shape = shapeOf(world, type);
  switch (shape.kind) {
    case "state":
    case "struct":
      return {
        text: `the ${shape.kind} \`${shape.declaration.name}\``,
        names: shape.declaration.members.map((each) => each.name),
      };
    case "union":
      return {
        text: `the union \`${shape.declaration.name}\``,
        names: shape.declaration.alternatives.map((each) => each.name),
      };
    case "bits":
      return {
        text: `the bits \`${shape.declaration.name}\``,
        names: shape.declaration.fields.map((each) => each.name),
      };
    case "int":
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "enum":
    case "list":
    case "optional":
      return { text: describeWhole(world, { ...place, type }), names: [] };
  }
}

/** A type in words, for messages. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case "list":
      return `the list \`${typeText(type)}\``;
    case "int":
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "named":
    case "optional":
      return `\`${typeText(type)}\``;
  }
}
