import type { Step, Type, World } from "../ir.ts";
import type { Place, ValueType } from "../expression-type.ts";
import { shapeOf } from "../lookup.ts";

/** What follows a dot: the step, and where it leads; or what it gives, for a bit or a range of bits, behind which nothing follows. */
export type Selected =
  | { readonly step: Step; readonly place: Place }
  | { readonly step: Step; readonly place: null; readonly type: ValueType };

/** The member, alternative or bits of a name in what lies at a type; null if there are none. */
export function selectMember(world: World, type: Type, name: string): Selected | null {
  const shape = shapeOf(world, type.kind === "optional" ? type.element : type);
  switch (shape.kind) {
    case "state":
    case "struct": {
      const member = shape.declaration.members.find((each) => each.name === name);
      if (member === undefined) return null;
      return { step: { kind: "member", id: member.id, name }, place: member };
    }
    case "union": {
      const found = shape.declaration.alternatives.find((each) => each.name === name);
      if (found === undefined || found.type === null) return null;
      return { step: { kind: "alternative", id: found.id, name }, place: { type: found.type, range: found.range } };
    }
    case "bits": {
      const field = shape.declaration.fields.find((each) => each.name === name);
      if (field === undefined) return null;
      const { low, high, single } = field;
      const step: Step = { kind: "bits", name, low, high, single };
      if (single) return { step, type: { kind: "bool" }, place: null };
      const interval = { min: 0n, max: (1n << BigInt(high - low + 1)) - 1n };
      const inner = field.type === null ? null : shapeOf(world, field.type);
      const declared = inner?.kind === "enum" ? inner.declaration : null;
      return { step, type: { kind: "int", interval, enum: declared }, place: null };
    }
    case "int":
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "enum":
    case "list":
    case "optional":
      return null;
  }
}
