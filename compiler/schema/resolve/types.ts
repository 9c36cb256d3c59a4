import type { BoundRange, SizeNode, TypeNode } from "../../syntax/ast.ts";
import { builtinType } from "../builtin.ts";
import type { ListType, ScalarOrNamed, Type } from "../ir.ts";
import type { Problems } from "../problems.ts";
import { boundSpan, type Constants } from "./constants.ts";
import { lookup, wantedType, type Modules, type Site } from "./scope.ts";

/** What is needed to turn type nodes into types. */
export interface TypeContext {
  readonly modules: Modules;
  readonly constants: Constants;
  readonly problems: Problems;
}

/** Where a type stands: only alternatives can be `none`, only structs hold a `cstring`. */
export type TypePlace = "member" | "struct member" | "alternative" | "type";

/** The type that a node says; null if it says none, which was reported. `none` is given back as such. */
export function resolveType(node: TypeNode, place: TypePlace, site: Site, context: TypeContext): Type | "none" | null {
  if (node.kind === "optional") return resolveOptional(node, place, site, context);
  if (node.kind === "list") return resolveList(node, place, site, context);
  if (place === "alternative" && node.kind === "name" && isWord(node, "none")) return "none";
  return resolveElement(node, place, site, context);
}

function isWord(node: Extract<TypeNode, { kind: "name" }>, word: string): boolean {
  return node.name.parts.length === 1 && node.name.parts[0]?.text === word;
}

function resolveOptional(
  node: Extract<TypeNode, { kind: "optional" }>,
  place: TypePlace,
  site: Site,
  context: TypeContext,
): Type | null {
  const { problems } = context;
  if (node.element.kind === "optional") {
    problems.add(
      "B4005",
      { problem: "`?` stands here twice", help: "write it once: it is absent or it is not" },
      { span: node.span },
    );
    return null;
  }
  if (place === "alternative") {
    const help = "an alternative is there by being the one that the union holds; use `none` for one without a value";
    problems.add("B4005", { problem: "an alternative of a union cannot be optional", help }, { span: node.span });
    return null;
  }
  const element =
    node.element.kind === "list"
      ? resolveList(node.element, place, site, context)
      : resolveElement(node.element, place, site, context);
  return element === null ? null : { kind: "optional", element };
}

function resolveList(
  node: Extract<TypeNode, { kind: "list" }>,
  place: TypePlace,
  site: Site,
  context: TypeContext,
): ListType | null {
  const { problems } = context;
  if (node.element.kind === "list") {
    const help = "put the inner list into a state or struct of its own";
    problems.add("B4005", { problem: "a list cannot hold lists", help }, { span: node.span });
    return null;
  }
  if (node.element.kind === "optional") {
    const help = "leave the `?` out, or put it last: then the list as a whole may be absent";
    problems.add("B4005", { problem: "a list cannot hold what is optional", help }, { span: node.span });
    return null;
  }
  const element = resolveElement(node.element, place, site, context);
  const size = resolveSize(node.size, "list", site, context);
  return element === null || size === null ? null : { kind: "list", element, ...size };
}

function resolveElement(
  node: Extract<TypeNode, { kind: "name" | "blob" }>,
  place: TypePlace,
  site: Site,
  context: TypeContext,
): ScalarOrNamed | null {
  if (node.kind === "blob") return resolveBlob(node, place, site, context);
  const builtin = node.name.parts.length === 1 ? builtinType(node.name.parts[0]?.text ?? "") : undefined;
  if (builtin !== undefined) return builtin;
  if (isWord(node, "none")) {
    context.problems.add("B4016", {}, { span: node.span });
    return null;
  }
  const draft = lookup(site, node.name, wantedType, context.modules, context.problems);
  return draft === null ? null : { kind: "named", module: draft.module.name, name: draft.name };
}

function resolveBlob(
  node: Extract<TypeNode, { kind: "blob" }>,
  place: TypePlace,
  site: Site,
  context: TypeContext,
): ScalarOrNamed | null {
  const size = resolveSize(node.size, node.word, site, context);
  if (size === null) return null;
  if (node.word !== "cstring") return { kind: node.word, ...size };
  const { problems } = context;
  if (place !== "struct member") {
    problems.add(
      "B4019",
      { found: "a `cstring` stands only in a struct: write a `string` with a bound" },
      { span: node.span },
    );
    return null;
  }
  if (node.size === null || size.max === null || size.min !== size.max) {
    problems.add("B4019", { found: "a `cstring` has one size, such as `cstring[32]`" }, { span: node.span });
    return null;
  }
  return { kind: "cstring", size: size.max };
}

/** Longer payloads cannot be written: see the wire format. */
const longest = 2n ** 32n - 8n;

interface Size {
  readonly min: number;
  readonly max: number | null;
}

function resolveSize(node: SizeNode | null, what: string, site: Site, context: TypeContext): Size | null {
  if (node === null) return { min: 0, max: null };
  const ends = node.kind === "exact" ? { min: node.size, max: node.size } : node.range;
  const min = ends.min === null ? 0n : checkedSize(ends.min, site, context);
  const max = ends.max === ends.min ? min : ends.max === null ? null : checkedSize(ends.max, site, context);
  if (min === null || (ends.max !== null && max === null)) return null;
  if (max === 0n) {
    context.problems.add("B4003", { what }, { span: ends.max === null ? node.span : boundSpan(ends.max) });
    return null;
  }
  if (max !== null && min > max) {
    context.problems.add("B4002", { min: String(min), max: String(max) }, { span: rangeSpan(ends, node) });
    return null;
  }
  return { min: Number(min), max: max === null ? null : Number(max) };
}

function checkedSize(
  bound: NonNullable<BoundRange["min"]>,
  site: Site,
  { constants, problems }: TypeContext,
): bigint | null {
  const value = constants.valueOf(bound, site);
  if (value === null || (0n <= value && value <= longest)) return value;
  problems.add("B4004", { value: String(value), max: String(longest) }, { span: boundSpan(bound) });
  return null;
}

function rangeSpan(ends: Pick<BoundRange, "min" | "max">, node: SizeNode): SizeNode["span"] {
  if (ends.min === null || ends.max === null) return node.span;
  return { ...node.span, start: boundSpan(ends.min).start, end: boundSpan(ends.max).end };
}
