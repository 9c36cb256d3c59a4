import type { BoundRange } from "../../syntax/ast.ts";
import { rangeOfInt, shapeOf } from "../lookup.ts";
import { nameOfInt } from "../builtin.ts";
import { longestChain } from "./constants.ts";
import type { NamedType, Range, Type, World } from "../ir.ts";
import type { TypeDraft } from "./draft.ts";
import { siteOf } from "./fill.ts";
import type { Site } from "./scope.ts";
import { draftOf } from "./sound.ts";
import { typeText } from "../type-text.ts";
import type { TypeContext } from "./types.ts";

/** The numbers of an `in a..b` on a type that can hold `outer`; a missing end is that of `outer`. null if it is wrong, which was reported. */
export function resolveRange(
  node: BoundRange,
  outer: Range,
  names: { readonly subject: string; readonly of: string },
  site: Site,
  { constants, problems }: TypeContext,
): Range | null {
  const min = node.min === null ? outer.min : constants.valueOf(node.min, site);
  const max = node.max === null ? outer.max : constants.valueOf(node.max, site);
  if (min === null || max === null) return null;
  if (outer.min > min || max > outer.max) {
    const range = `${node.min === null ? "" : min}..${node.max === null ? "" : max}`;
    const parameters = { name: names.subject, range, outer: `${outer.min}..${outer.max}`, of: names.of };
    problems.add("B4023", parameters, { span: node.span });
    return null;
  }
  if (min > max) {
    problems.add("B4002", { min: String(min), max: String(max) }, { span: node.span });
    return null;
  }
  return { min, max };
}

/** Gives aliases their ranges, each after the alias that it is of; reports chains that lead back to themselves or to what has no alias. */
export class AliasRanges {
  private readonly context: TypeContext;
  private readonly world: World;
  private readonly done = new Set<TypeDraft>();
  private readonly open: TypeDraft[] = [];
  /** How many aliases stand between a type and what it is in the end. */
  private readonly lengths = new Map<TypeDraft, number>();

  constructor(context: TypeContext, world: World) {
    this.context = context;
    this.world = world;
  }

  finish(draft: TypeDraft): void {
    if (this.done.has(draft)) return;
    this.open.push(draft);
    const { type } = draft.ir;
    if (draft.sound && type.kind === "named") draft.sound = this.finishTarget(draft, type);
    this.open.pop();
    this.done.add(draft);
    if (draft.sound) this.takeAttributes(draft);
    // A placeholder ends the chain, so that nobody walks in a circle.
    else draft.ir.type = { kind: "int", width: 64, signed: false };
  }

  /** Whether an alias of another name can stand. */
  private finishTarget(draft: TypeDraft, type: NamedType): boolean {
    const { problems, modules } = this.context;
    const target = draftOf(modules, type);
    if (target === undefined) return false;
    if (target.kind !== "type") {
      problems.add(
        "B4017",
        { name: draft.name, found: `the ${target.kind} \`${target.name}\`` },
        { span: draft.node.type.span },
      );
      return false;
    }
    const start = this.open.indexOf(target);
    if (start >= 0) {
      const cycle = [...this.open.slice(start), target].map((each) => each.name);
      problems.add("B2016", { cycle, what: `the type \`${target.name}\`` }, { span: target.node.name.span });
      return false;
    }
    if (this.open.length > longestChain) {
      const [first = draft] = this.open;
      problems.add(
        "B2019",
        { name: first.name, what: "the type", limit: longestChain },
        { span: first.node.name.span },
      );
      return false;
    }
    this.finish(target);
    const length = (this.lengths.get(target) ?? 0) + 1;
    this.lengths.set(draft, length);
    if (target.sound && length > longestChain) {
      const parameters = { name: draft.name, what: "the type", limit: longestChain };
      problems.add("B2019", parameters, { span: draft.node.name.span });
      return false;
    }
    return target.sound;
  }

  private takeAttributes(draft: TypeDraft): void {
    const { ir, attributes } = draft;
    const { problems } = this.context;
    const shape = shapeOf(this.world, ir.type);
    if (shape.kind === "int") {
      if (attributes.in === undefined) return;
      const outer = outerRange(this.world, ir.type);
      if (outer === null) return;
      const names = { subject: draft.name, of: outer.name };
      ir.range = resolveRange(attributes.in.range, outer.range, names, siteOf(draft), this.context);
      return;
    }
    for (const attribute of [attributes.in, attributes.unit, attributes.hex]) {
      if (attribute === undefined) continue;
      const needs = attribute.kind === "in" ? boundsHelp : integerHelp;
      const parameters = { attribute: attribute.kind, subject: `\`${typeText(ir.type)}\``, needs };
      problems.add("B4011", parameters, { span: attribute.span });
    }
    ir.unit = null;
    ir.hex = false;
  }
}

export const boundsHelp =
  "a range is for integers; the length of strings, bytes and lists is bounded in brackets: `string[1..63]`";
export const integerHelp = "it says how an integer is read";

/** What a range on a type is measured against, and what messages call that. */
export function outerRange(world: World, type: Type): { readonly range: Range; readonly name: string } | null {
  const shape = shapeOf(world, type);
  if (shape.kind !== "int") return null;
  const name = type.kind === "named" ? `\`${type.name}\`` : `\`${nameOfInt(shape.type)}\``;
  return { range: type.kind === "named" ? shape.range : rangeOfInt(shape.type), name };
}
