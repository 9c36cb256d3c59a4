import type { Bits, Declaration, Enum, TypeAlias, Version } from "../../schema/ir.ts";
import { declarationOf, findDeclaration } from "../../schema/lookup.ts";
import { writeMembershipAt } from "./constants.ts";
import { hasMembership, namedShape, type Element } from "./element.ts";
import { converted, membership, type IsCall } from "./integers.ts";
import { demandsOf } from "./narrower.ts";
import type { At } from "./pairs.ts";
import type { Context } from "./program.ts";
import { suffixOf, type Targets, type Variant } from "./targets.ts";
import type { FitsCall, Nested } from "./writing.ts";

type Named = { readonly module: string; readonly name: string };

/** Which values the enums, bits and aliases of a module have at the versions that it is written for. */
export class Memberships {
  private readonly c: Context;
  private readonly targets: Targets;
  /** Names of functions for enums and bits that only another version has, by type and version. */
  private readonly asked = new Map<string, { readonly type: Named; readonly at: At; readonly name: string }>();

  constructor(c: Context, targets: Targets) {
    this.c = c;
    this.targets = targets;
  }

  /** The functions of an enum or bits for versions where it has other values, and the one that chooses among them. */
  writeIntegral(declaration: Enum | Bits): void {
    const { c, targets } = this;
    for (const variant of targets.ownVariantsOf(c.name, declaration)) {
      const { version } = variant;
      const at = this.integralAt(declaration, version);
      if (at === null || !hasMembership(at)) continue;
      const own = this.own(version);
      const how = { is: this.is(own), asks: this.asks(at, own) };
      writeMembershipAt(c, at, this.nameOf(declaration, variant), version, how);
    }
    this.writeChoice(declaration);
  }

  /** The function by which other modules ask whether a value is one at the version that this module is written for. */
  writeChoice(declaration: Enum | Bits | TypeAlias): void {
    const { c, targets } = this;
    const { writer } = c;
    if (!targets.varies(c.name, declaration) || !targets.judges(c.name, declaration)) return;
    const { writes, version: working } = c.module.module;
    const otherwise = this.condition(declaration, working) ?? "true";
    const cases = new Map<string, Version[]>();
    for (const version of writes) {
      const condition = this.condition(declaration, version) ?? "true";
      if (condition !== otherwise) cases.set(condition, [...(cases.get(condition) ?? []), version]);
    }
    const { element } = namedShape(c.world, { module: c.name, name: declaration.name });
    const isRead = [otherwise, ...cases.keys()].some((condition) => condition.includes("value"));
    const asks = cases.size > 0 || /\bout\b/.test(otherwise);
    const parameters = `${asks ? "out" : "_out"}: ${c.runtime("Output")}, ${isRead ? "value" : "_value"}: ${plainType(element)}`;
    const name = c.symbol({ module: c.name, name: declaration.name }, "isAt");
    writer.doc(["@internal"]);
    writer.block(`export function ${name}(${parameters}): boolean {`, () => {
      if (cases.size === 0) return writer.line(`return ${otherwise};`);
      writer.block(`switch (out.targetOf(${JSON.stringify(c.name)})) {`, () => {
        for (const [condition, versions] of cases) {
          for (const version of versions) writer.line(`case 0x${version.toString(16)}:`);
          writer.indent(1);
          writer.line(`return ${condition};`);
          writer.indent(-1);
        }
        writer.line("default:");
        writer.indent(1);
        writer.line(`return ${otherwise};`);
        writer.indent(-1);
      });
    });
    writer.blank();
  }

  /** Writes the functions for types that only another version has. */
  writeAsked(): void {
    const { c } = this;
    for (const { type, at, name } of this.asked.values()) {
      const found = declarationOf(c.program.worldAt(at.module, at.version), type);
      if (found.kind !== "enum" && found.kind !== "bits") throw new Error(`${type.name} has no names`);
      writeMembershipAt(c, found, name, at.self, { is: this.is(at), asks: this.asks(found, at) });
    }
  }

  private own(version: Version): At {
    return { module: this.c.name, version, self: version };
  }

  /** How a value of an enum or bits is told at a version; null is the working version alone. */
  is(where: At | null): IsCall {
    const { c, targets } = this;
    return (named, value) => {
      const declaration = c.canName(named.module) ? findDeclaration(c.program.world, named) : undefined;
      const working = (): string => `${c.symbol(named, "is")}(${value})`;
      const isChecked = (one: Declaration | undefined): boolean =>
        (one?.kind === "enum" || one?.kind === "bits") && hasMembership(one);
      if (where === null) return isChecked(declaration) ? working() : null;
      if (declaration !== undefined && named.module !== c.name) {
        if (this.isChosen(named, declaration)) return `${c.symbol(named, "isAt")}(out, ${value})`;
        return isChecked(declaration) ? working() : null;
      }
      const at = findDeclaration(c.program.worldAt(where.module, where.version), named);
      if (at === undefined || (at.kind !== "enum" && at.kind !== "bits") || !hasMembership(at)) return null;
      const rest = this.asks(at, where) ? `out, ${value}` : value;
      const variant = declaration === undefined ? undefined : targets.variantAt(c.name, declaration, where.version);
      if (declaration !== undefined && variant !== undefined && variant.exists) {
        const own = this.nameOf(declaration, variant);
        return own === c.nameOf(named, "is") ? working() : `${own}(${rest})`;
      }
      return `${this.ask(named, where)}(${rest})`;
    };
  }

  /** How a value of an alias of another module is told at a version. */
  fits(where: At | null): FitsCall {
    const { c } = this;
    return (from, to, value) => {
      const alias =
        where === null ? undefined : to.aliases.find(({ module }) => module !== c.name && c.canName(module));
      const declaration = alias === undefined ? undefined : findDeclaration(c.program.world, alias);
      if (alias === undefined || declaration === undefined || !this.isChosen(alias, declaration)) return null;
      const { element } = namedShape(c.program.world, alias);
      const isNumber = from.element.kind === "integer" && element.kind === "integer";
      return `${c.symbol(alias, "isAt")}(out, ${isNumber ? converted(from.element, element, value) : value})`;
    };
  }

  /** The integers that a type of another module was at versions where a row of it was of another width or sign. */
  rows(where: At | null): Nested["rows"] {
    const { c } = this;
    const { program, name: self } = c;
    return ({ aliases, element }) => {
      if (where === null || element.kind !== "integer") return [];
      const type = [...aliases, ...(element.named === null ? [] : [element.named])].find(
        ({ module }) => module !== self && module !== where.module && c.canName(module),
      );
      if (type === undefined || findDeclaration(program.world, type) === undefined) return [];
      return program.module(type.module).module.writes.flatMap((at) => {
        const world = program.worldAt(type.module, at);
        if (findDeclaration(world, type) === undefined) return [];
        const { element: other } = namedShape(world, type);
        if (other.kind !== "integer" || (other.width === element.width && other.signed === element.signed)) return [];
        return [{ condition: `out.targetOf(${JSON.stringify(type.module)}) === 0x${at.toString(16)}`, element: other }];
      });
    };
  }

  /** Whether another module has a function that chooses by its version. */
  private isChosen({ module }: Named, declaration: Declaration): boolean {
    return this.targets.varies(module, declaration) && this.targets.judges(module, declaration);
  }

  /** Whether the function of bits has to know what is written for, since their ranges hold types of other modules. */
  private asks(at: Enum | Bits, where: At): boolean {
    if (at.kind === "enum") return false;
    const { c } = this;
    return at.fields.some(({ type }) => {
      if (type === null) return false;
      const { element } = namedShape(c.program.worldAt(where.module, where.version), type);
      const named = element.kind === "integer" ? element.named : null;
      const declaration =
        named === null || named.module === c.name || !c.canName(named.module)
          ? undefined
          : findDeclaration(c.program.world, named);
      return named !== null && declaration !== undefined && this.isChosen(named, declaration);
    });
  }

  private nameOf(declaration: Declaration, variant: Variant): string {
    const base = this.c.symbol({ module: this.c.name, name: declaration.name }, "is");
    const isOwn = !variant.working || this.targets.holdsVarying(this.c.name, declaration);
    return isOwn ? `${base}${suffixOf(variant.version)}` : base;
  }

  private ask(type: Named, at: At): string {
    const key = `${type.module} ${type.name} ${at.self} ${at.module} ${at.version}`;
    let one = this.asked.get(key);
    if (one === undefined) {
      const name = this.c.names.scope.take(`is${type.name}${suffixOf(at.self)}`);
      this.asked.set(key, (one = { type, at, name }));
    }
    return one.name;
  }

  private integralAt(declaration: Enum | Bits, version: Version): Enum | Bits | null {
    const at = this.targets.at(this.c.name, declaration, version);
    return at?.kind === "enum" || at?.kind === "bits" ? at : null;
  }

  /** The condition that `value`, one of the working version's, is one at a version of this module; null where all are. */
  private condition(declaration: Enum | Bits | TypeAlias, version: Version): string | null {
    const { c } = this;
    const named = { module: c.name, name: declaration.name };
    const world = c.program.worldAt(c.name, version);
    const then = findDeclaration(world, named);
    // A number of another kind may have had the name: bits that became an enum hold the numbers that they held.
    if (then === undefined || then.kind === "const") return "false";
    const own = namedShape(c.world, named);
    const to = namedShape(world, named);
    const demands = demandsOf(c, own.element, to.element, "value");
    if (demands === null) return "false";
    const parts = [...demands.conditions];
    if (own.element.kind === "integer" && to.element.kind === "integer") {
      const is = membership(c, to.element, converted(own.element, to.element, "value"), this.is(this.own(version)));
      if (is !== null) parts.push(is);
    }
    const fits = this.fits(this.own(version))(own, to, "value");
    if (fits !== null) parts.push(fits);
    return parts.length === 0 ? null : parts.join(" && ");
  }
}

/** The type of what has no name of its own here. */
export function plainType(element: Element): string {
  switch (element.kind) {
    case "integer":
      return element.big ? "bigint" : "number";
    case "bool":
      return "boolean";
    case "uuid":
    case "bytes":
      return "Uint8Array";
    case "string":
    case "cstring":
      return "string";
    case "struct":
    case "state":
    case "union":
      return "object";
  }
}
