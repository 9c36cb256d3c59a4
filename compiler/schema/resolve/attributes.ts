import type { Attribute } from "../../syntax/ast.ts";
import type { Problems } from "../problems.ts";

/** Where attributes may stand. */
export type AttributePlace =
  | "const"
  | "type"
  | "enum"
  | "bits"
  | "struct"
  | "state"
  | "union"
  | "enum value"
  | "bit"
  | "member"
  | "struct member"
  | "alternative"
  | "check";

type Kind = Attribute["kind"];

const everywhere: readonly AttributePlace[] = [
  "const",
  "type",
  "enum",
  "bits",
  "struct",
  "state",
  "union",
  "enum value",
  "bit",
  "member",
  "struct member",
  "alternative",
];

/** Where each attribute has a meaning, and what to say where it has none. */
const table: { readonly [K in Kind]: { readonly places: readonly AttributePlace[]; readonly help: string } } = {
  default: { places: ["member", "struct member"], help: "defaults are for members of states and structs" },
  since: { places: [...everywhere, "check"], help: "everything has a first version" },
  until: {
    places: [...everywhere.filter((place) => place !== "struct member"), "check"],
    help: "a struct keeps its members: their places cannot be given away",
  },
  in: {
    places: ["type", "member", "struct member", "alternative"],
    help: "ranges are for types, members and alternatives",
  },
  unit: {
    places: ["type", "member", "struct member", "alternative"],
    help: "units are for types, members and alternatives",
  },
  hex: {
    places: ["type", "member", "struct member", "alternative"],
    help: "`hex` is for types, members and alternatives",
  },
  key: { places: ["member", "struct member"], help: "keys are members of states and structs" },
  sorted: { places: ["member"], help: "`sorted` is for lists that are members of states" },
  handle: { places: ["member", "struct member"], help: "handles are members of states and structs" },
  ignorable: {
    places: ["state", "member", "struct member"],
    help: "`ignorable` is for members, and for states that are records",
  },
  single: { places: ["state"], help: "`single` is for states that are records: exactly one stands in a dump" },
  deprecated: { places: everywhere, help: "remove it" },
  reference: { places: ["member", "struct member"], help: "references are members of states and structs" },
  from: { places: ["member"], help: "only members of states are computed; a later struct member has a default" },
};

/** The attributes of one declaration or member, each at most once, only those that may stand there. */
export type GivenAttributes = { readonly [K in Kind]?: Attribute & { readonly kind: K } };

/** How an attribute is called in messages. */
export function attributeName(attribute: Attribute): string {
  return attribute.kind === "default" ? "=" : attribute.kind === "reference" ? "->" : attribute.kind;
}

const placeNames: { readonly [K in AttributePlace]: string } = {
  const: "a constant",
  type: "a type",
  enum: "an enum",
  bits: "bits",
  struct: "a struct",
  state: "a state",
  union: "a union",
  "enum value": "an enum value",
  bit: "a bit",
  member: "a member of a state",
  "struct member": "a member of a struct",
  alternative: "an alternative of a union",
  check: "a check",
};

/** Takes the attributes that have a meaning in a place, and reports those that have none or are there twice. */
export function takeAttributes(
  attributes: readonly Attribute[],
  place: AttributePlace,
  problems: Problems,
): GivenAttributes {
  if (attributes.length === 0) return noAttributes;
  const given: { [K in Kind]?: Attribute } = {};
  for (const attribute of attributes) {
    const { places, help } = table[attribute.kind];
    const first = given[attribute.kind];
    if (!places.includes(place)) {
      const name = { attribute: attributeName(attribute), subject: placeNames[place], needs: help };
      problems.add("B4011", name, { span: attribute.span });
    } else if (first !== undefined) {
      problems.add(
        "B4012",
        { attribute: attributeName(attribute) },
        { span: attribute.span, notes: [{ message: "first here", span: first.span }] },
      );
    } else {
      given[attribute.kind] = attribute;
    }
  }
  // Each attribute was filed under its own kind.
  return given as GivenAttributes;
}

/** What is given where nothing is. */
export const noAttributes: GivenAttributes = {};
