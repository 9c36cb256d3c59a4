import { intersect, shapeOf } from "../lookup.ts";
import type { Problems } from "../problems.ts";
import { isDamaged, type BitsDraft, type BitsFieldDraft, type EnumDraft, type UnionDraft } from "../resolve/draft.ts";
import type { Resolved } from "../resolve/resolve.ts";
import { isSoundType } from "../resolve/sound.ts";

/** Holds the types of bit ranges against their width, and reports enums and unions that have no value. */
export function checkValues(resolved: Resolved, problems: Problems): void {
  for (const module of resolved.drafts) {
    for (const draft of module.declarations) {
      if (draft.kind === "bits") for (const field of draft.fields) checkField(draft, field, resolved, problems);
      else if (draft.kind === "union" || (draft.kind === "enum" && !draft.ir.open)) checkInhabited(draft, problems);
    }
  }
}

function checkField(draft: BitsDraft, field: BitsFieldDraft, { world, modules }: Resolved, problems: Problems): void {
  const { type, low, high, single, name } = field.ir;
  if (type === null || !draft.sound || !isSoundType(modules, type)) return;
  const problem = ((): string | null => {
    if (single) return `a single bit is true or false; a range of one bit is \`${low}..${low}\``;
    const room = { min: 0n, max: (1n << BigInt(high - low + 1)) - 1n };
    const shape = shapeOf(world, type);
    if (shape.kind === "int") {
      if (shape.range.min < 0n) return "bits hold no negative numbers";
      const both = intersect(shape.range, room);
      return both.min > both.max
        ? `its numbers begin at ${shape.range.min}, and the bits hold at most ${room.max}`
        : null;
    }
    if (shape.kind !== "enum") return "expected an enum or an integer type";
    const tooLarge = shape.declaration.values.find((value) => value.value < 0n || value.value > room.max);
    return tooLarge === undefined
      ? null
      : `the value \`${tooLarge.name}\` is ${tooLarge.value}, and the bits hold 0 to ${room.max}`;
  })();
  if (problem === null) return;
  problems.add(
    "B4015",
    { name: `${draft.name}.${name}`, used: type.name, problem },
    { span: field.node.type?.span ?? field.node.name.span },
  );
}

function checkInhabited(draft: EnumDraft | UnionDraft, problems: Problems): void {
  if (isDamaged(draft)) return;
  const entries = draft.kind === "enum" ? draft.values : draft.alternatives;
  if (entries.length === 0)
    problems.add("B4018", { what: draft.kind, name: draft.name }, { span: draft.node.name.span });
}
