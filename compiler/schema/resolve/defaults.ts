import type { Fix } from "../../diagnostics/catalogue.ts";
import type { DefaultNode, DottedName } from "../../syntax/ast.ts";
import { mayName } from "../../syntax/damage.ts";
import type { Span } from "../../text.ts";
import { utf8Length } from "../expression-type.ts";
import type { Bits, BitsField, Default, Enum, EnumValue, Type, World } from "../ir.ts";
import { findDeclaration, intersect, rangeOfInt, shapeOf, type Shape } from "../lookup.ts";
import type { Problems } from "../problems.ts";
import type { Constants } from "./constants.ts";
import type { MemberDraft } from "./draft.ts";
import { peek, type Modules, type Site } from "./scope.ts";

/** A default that names an enum value or a bit: it must exist at every version of the member. */
export interface DefaultName {
  readonly piece: EnumValue | BitsField;
  readonly owner: Enum | Bits;
  readonly module: string;
  readonly span: Span;
}

export interface DefaultContext {
  readonly world: World;
  readonly modules: Modules;
  readonly constants: Constants;
  readonly problems: Problems;
}

/** The default of a member, by what the member is; null if it is wrong, which was reported. */
export function resolveDefault(
  member: MemberDraft,
  names: DefaultName[],
  site: Site,
  context: DefaultContext,
): Default | null {
  const node = member.attributes.default?.value;
  if (node === undefined) return null;
  return new Resolver(member, names, site, context).resolve(node);
}

class Resolver {
  private readonly member: MemberDraft;
  private readonly names: DefaultName[];
  private readonly site: Site;
  private readonly context: DefaultContext;

  constructor(member: MemberDraft, names: DefaultName[], site: Site, context: DefaultContext) {
    this.member = member;
    this.names = names;
    this.site = site;
    this.context = context;
  }

  resolve(node: DefaultNode): Default | null {
    const { type } = this.member.ir;
    if (type.kind === "optional") {
      const span = this.member.attributes.default?.span ?? node.span;
      this.context.problems.add("B4006", { subject: this.member.ir.name }, { span });
      return null;
    }
    if (type.kind === "list") return this.resolveList(type, node);
    const shape = shapeOf(this.context.world, type);
    switch (shape.kind) {
      case "int":
        return this.resolveInt(shape, node);
      case "bool":
        return node.kind === "bool" ? { kind: "bool", value: node.value } : this.wrongKind("`true` or `false`", node);
      case "enum":
        return this.resolveEnum(shape.declaration, shape.module, node);
      case "bits":
        return this.resolveBits(shape.declaration, shape.module, node);
      case "string":
        return this.resolveText(node, shape.min, shape.max);
      case "cstring":
        return this.resolveText(node, 0, shape.size - 1, "the last of its bytes is NUL");
      case "bytes":
        return this.resolveBytes(node, shape.min, shape.max);
      case "uuid":
        return this.resolveUuid(node);
      case "struct":
      case "state":
      case "union":
        return this.wrongKind(`no default for a ${shape.kind}`, node);
      case "list":
      case "optional":
        return null;
    }
  }

  private resolveList(type: Extract<Type, { kind: "list" }>, node: DefaultNode): Default | null {
    if (node.kind !== "empty") return this.wrongKind("`[]`, the one default of a list", node);
    if (type.min === 0) return { kind: "empty" };
    return this.doesNotFit(`is empty, but the list has at least ${type.min}`, node.span);
  }

  private resolveInt(shape: Extract<Shape, { kind: "int" }>, node: DefaultNode): Default | null {
    let value: bigint | null = null;
    if (node.kind === "int") ({ value } = node.int);
    else {
      const [name] = node.kind === "names" ? node.names : [];
      if (node.kind !== "names" || node.names.length !== 1 || name === undefined)
        return this.wrongKind("a number", node);
      value = this.context.constants.valueOf({ kind: "name", name }, this.site);
      if (value === null) return null;
    }
    const { range } = this.member.ir;
    const { min, max } = range === null ? shape.range : intersect(shape.range, range);
    if (min <= value && value <= max) return { kind: "int", value };
    return this.doesNotFit(`${value} is outside ${min}..${max}`, node.span);
  }

  private resolveEnum(declaration: Enum, module: string, node: DefaultNode): Default | null {
    const expected = `the name of a value of \`${declaration.name}\``;
    if (node.kind === "int") {
      const { value } = node.int;
      const named = declaration.values.find((each) => each.value === value);
      if (declaration.open && named === undefined) {
        const { min, max } = rangeOfInt(declaration.base);
        return min <= value && value <= max
          ? { kind: "int", value }
          : this.doesNotFit(`${value} is outside ${min}..${max}`, node.span);
      }
      return this.wrongKind(expected, node, named === undefined ? undefined : { span: node.span, text: named.name });
    }
    const [name] = node.kind === "names" ? node.names : [];
    if (node.kind !== "names" || node.names.length !== 1 || name === undefined) return this.wrongKind(expected, node);
    const value = this.pieceOf(name, declaration, declaration.values, "value", module);
    return value === null ? null : { kind: "int", value: value.value };
  }

  private resolveBits(declaration: Bits, module: string, node: DefaultNode): Default | null {
    if (node.kind === "int") return this.resolveBitsNumber(declaration, node.int.value, node);
    if (node.kind !== "names")
      return this.wrongKind(`names of bits of \`${declaration.name}\` joined by \`|\`, or a number`, node);
    let value = 0n;
    for (const name of node.names) {
      const field = this.pieceOf(name, declaration, declaration.fields, "bit", module);
      if (field === null) return null;
      if (!field.single)
        return this.doesNotFit(
          `\`${field.name}\` is a range of bits, which has no one value when it is set`,
          name.span,
        );
      value |= 1n << BigInt(field.low);
    }
    return this.holdRanges(declaration, value, node.span);
  }

  private resolveBitsNumber(declaration: Bits, value: bigint, node: DefaultNode): Default | null {
    const { min, max } = rangeOfInt(declaration.base);
    if (value < min || value > max) return this.doesNotFit(`${value} is outside ${min}..${max}`, node.span);
    let named = 0n;
    for (const field of declaration.fields)
      named |= ((1n << BigInt(field.high - field.low + 1)) - 1n) << BigInt(field.low);
    if (declaration.open || (value & ~named) === 0n) return this.holdRanges(declaration, value, node.span);
    return this.doesNotFit(`sets bits that have no name in \`${declaration.name}\``, node.span);
  }

  /** Holds the ranges of bits that have a type against it, zero where a default does not name them. */
  private holdRanges(declaration: Bits, value: bigint, span: Span): Default | null {
    const { since } = this.member.ir;
    for (const { name, type, low, high, until } of declaration.fields) {
      if (type === null || findDeclaration(this.context.world, type) === undefined) continue;
      // A range that ended before the member began is no part of it.
      if (until !== null && until < since) continue;
      const held = (value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
      const shape = shapeOf(this.context.world, type);
      if (shape.kind === "int") {
        const { min, max } = shape.range;
        if (held < min || max < held)
          return this.doesNotFit(`has ${held} in \`${name}\`, which is outside ${min}..${max}`, span);
      } else if (shape.kind === "enum" && !shape.declaration.open) {
        const piece = shape.declaration.values.find((one) => one.value === held);
        if (piece === undefined) {
          const problem = `has ${held} in \`${name}\`, which is no value of \`${shape.declaration.name}\``;
          return this.doesNotFit(problem, span);
        }
      }
    }
    return { kind: "int", value };
  }

  /** The value or bit of a name, bare or after its declaration's: `bridge`, `Header.bridge`. */
  private pieceOf<P extends EnumValue | BitsField>(
    name: DottedName,
    declaration: Enum | Bits,
    pieces: readonly P[],
    what: string,
    module: string,
  ): P | null {
    const last = name.parts.at(-1);
    if (last === undefined || last.text === "") return null;
    const qualifier = name.parts.slice(0, -1).map((part) => part.text);
    const { problems, modules } = this.context;
    const owner = qualifier.length === 0 ? null : peek(this.site.module, qualifier);
    const isOther =
      qualifier.length > 0 && (owner === null || owner.module.name !== module || owner.name !== declaration.name);
    const piece = isOther ? undefined : pieces.find((each) => each.name === last.text);
    if (piece !== undefined) {
      this.names.push({ piece, owner: declaration, module, span: name.span });
      return piece;
    }
    const meant = this.context.problems.suggest(
      last.text,
      pieces.map((each) => each.name),
    );
    const text = name.parts.map((part) => part.text).join(".");
    const fix = meant === undefined ? {} : { fix: { span: last.span, text: meant } };
    const home = modules.get(module)?.file.damage;
    const isUnread = home !== undefined && mayName(home, last.text);
    if (!isUnread && (qualifier.length === 0 || !this.site.module.incomplete))
      problems.add("B4009", { name: text, owner: declaration.name, what, meant }, { span: name.span, ...fix });
    return null;
  }

  private resolveText(node: DefaultNode, min: number, max: number | null, why?: string): Default | null {
    if (node.kind !== "string") return this.wrongKind("a string", node);
    const { value } = node.string;
    const length = utf8Length(value);
    if (length < min || (max !== null && length > max)) {
      const bounds = max === null ? `at least ${min}` : `${min} to ${max}`;
      return this.doesNotFit(
        `takes ${length} bytes, expected ${bounds}${why === undefined ? "" : `: ${why}`}`,
        node.span,
      );
    }
    if (why !== undefined && value.includes("\0"))
      return this.doesNotFit("holds a NUL, which ends a `cstring`", node.span);
    return { kind: "string", value };
  }

  private resolveBytes(node: DefaultNode, min: number, max: number | null): Default | null {
    const hex = this.hexOf(node);
    if (hex === null) return null;
    const length = hex.length / 2;
    if (length >= min && (max === null || length <= max)) return { kind: "bytes", hex };
    return this.doesNotFit(
      `takes ${length} bytes, expected ${max === null ? `at least ${min}` : min === max ? min : `${min} to ${max}`}`,
      node.span,
    );
  }

  private resolveUuid(node: DefaultNode): Default | null {
    if (node.kind === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(node.string.value)) {
      return { kind: "bytes", hex: node.string.value.replaceAll("-", "").toLowerCase() };
    }
    const hex = this.hexOf(node);
    if (hex === null) return null;
    return hex.length === 32
      ? { kind: "bytes", hex }
      : this.doesNotFit("is no uuid: expected 32 hexadecimal digits", node.span);
  }

  private hexOf(node: DefaultNode): string | null {
    if (node.kind !== "string") {
      this.wrongKind("hexadecimal digits in quotes", node);
      return null;
    }
    const { value } = node.string;
    if (/^([0-9a-f]{2})*$/i.test(value)) return value.toLowerCase();
    this.doesNotFit("is no bytes: expected pairs of hexadecimal digits", node.span);
    return null;
  }

  private wrongKind(expected: string, node: DefaultNode, fix?: Fix): null {
    const [found = ""] = this.site.module.source.text.slice(node.span.start, node.span.end).split(/[\r\n]/, 1);
    this.context.problems.add(
      "B4007",
      { expected, found: `\`${found}\`` },
      { span: node.span, ...(fix === undefined ? {} : { fix }) },
    );
    return null;
  }

  private doesNotFit(problem: string, span: Span): null {
    this.context.problems.add("B4008", { problem }, { span });
    return null;
  }
}
