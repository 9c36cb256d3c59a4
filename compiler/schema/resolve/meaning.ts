import type { Attribute } from "../../syntax/ast.ts";
import type { Type, World } from "../ir.ts";
import { elementOf, shapeOf, type Shape } from "../lookup.ts";
import type { Problems } from "../problems.ts";
import { describeType } from "./describe.ts";
import type { AlternativeDraft, MemberDraft } from "./draft.ts";
import { boundsHelp, integerHelp } from "./ranges.ts";

type ElementKind = Exclude<Shape["kind"], "list" | "optional">;

/** Attributes that mean something on some types only: on which, and what they are for. Of a list or an optional, the element counts. */
const table = {
  in: { kinds: ["int"], needs: boundsHelp },
  unit: { kinds: ["int"], needs: integerHelp },
  hex: { kinds: ["int", "enum", "bits"], needs: integerHelp },
  handle: {
    kinds: ["int", "string", "bytes", "uuid"],
    needs: "a handle is what names a kernel object outside the dump: an integer, a string, bytes or a uuid",
  },
  reference: {
    kinds: ["int", "string", "bytes", "uuid"],
    needs: "a reference holds the key of its target: an integer, a string, bytes or a uuid",
  },
} as const satisfies {
  readonly [K in Attribute["kind"]]?: { readonly kinds: readonly ElementKind[]; readonly needs: string };
};

/** Reports attributes that mean nothing on the type of a member or alternative, and takes them away. */
export function checkMeaning(world: World, entry: MemberDraft | AlternativeDraft, problems: Problems): void {
  const { type } = entry.ir;
  for (const kind of ["in", "unit", "hex", "handle", "reference"] as const) {
    const attribute = entry.attributes[kind];
    if (attribute === undefined) continue;
    const kinds: readonly string[] = table[kind].kinds;
    if (type !== null && kinds.includes(shapeOf(world, elementOf(type)).kind)) continue;
    const subject = type === null ? "`none`" : describeType(type);
    const name = kind === "reference" ? "->" : kind;
    problems.add("B4011", { attribute: name, subject, needs: table[kind].needs }, { span: attribute.span });
    if (kind === "unit") entry.ir.unit = null;
    if (kind === "hex") entry.ir.hex = false;
    if (kind === "handle" && "handle" in entry.ir) entry.ir.handle = false;
  }
}

/** What a key may be: one plain value. */
const keyKinds: readonly Shape["kind"][] = ["int", "bool", "uuid", "bytes", "string", "cstring", "enum", "bits"];

/** Reports a `key` on what cannot be one. */
export function checkKey(world: World, { ir, attributes }: MemberDraft, problems: Problems): void {
  if (attributes.key === undefined) return;
  const problem = keyProblem(world, ir);
  if (problem === null) return;
  const help =
    ir.type.kind === "optional"
      ? "leave the `?` out; a key may have a default instead, which then is a value like any other"
      : undefined;
  problems.add("B4020", { name: ir.name, problem, help }, { span: attributes.key.span });
  ir.key = false;
}

function keyProblem(world: World, member: MemberDraft["ir"]): string | null {
  if (member.type.kind === "optional") return "it may be absent";
  return keyKinds.includes(shapeOf(world, member.type).kind)
    ? null
    : `it is ${describeType(member.type)}, not one plain value`;
}

/** Reports a `sorted` on what has no order. */
export function checkSorted(world: World, { ir, attributes }: MemberDraft, problems: Problems): void {
  if (attributes.sorted === undefined) return;
  const problem = sortedProblem(world, ir.type);
  if (problem === null) return;
  problems.add("B4021", { name: ir.name, problem }, { span: attributes.sorted.span });
  ir.sorted = false;
}

function sortedProblem(world: World, type: Type): string | null {
  const list = type.kind === "optional" ? type.element : type;
  if (list.kind !== "list") return `it is ${describeType(type)}, not a list`;
  const shape = shapeOf(world, list.element);
  if (shape.kind === "union") return `a union like \`${shape.declaration.name}\` has no key`;
  if (shape.kind !== "state" && shape.kind !== "struct") return null;
  return shape.declaration.members.some((member) => member.key) ? null : `\`${shape.declaration.name}\` has no key`;
}
