import type { State, Struct, Union, Version } from "../../schema/ir.ts";
import { declarationOf, findDeclaration } from "../../schema/lookup.ts";
import { formatVersion } from "../../schema/version.ts";
import { Computations } from "./computed.ts";
import type { Context } from "./program.ts";
import { writeStateWriter } from "./state-writer.ts";
import { writeStructWriter } from "./structs.ts";
import { suffixOf, type Targets } from "./targets.ts";
import { writeUnionWriter } from "./unions.ts";
import type { Nested } from "./writing.ts";

type Named = { readonly module: string; readonly name: string };
type Role = "write" | "writeTable";

/** What a function writes for. */
export interface At {
  /** The module whose types are written, and its version. */
  readonly module: string;
  readonly version: Version;
  /** The version of the module of this file, after which functions are called and which errors tell. */
  readonly self: Version;
}

/** A type that was something else at a version, and the functions that write it so. */
interface Pair {
  readonly from: Named;
  readonly to: Named;
  readonly at: At;
  readonly names: Readonly<Record<Role, string>>;
}

/** Versions of another module, and the functions for them; null where it cannot be written for those. */
interface Choice {
  readonly versions: readonly Version[];
  readonly names: Readonly<Record<Role, string>> | null;
}

/** The same of another module, whose version is chosen when it is written. */
interface Choosing extends Pair {
  readonly choices: readonly Choice[];
}

/** Functions for types that had another name at a version, were of another module, or stand where another type stood. */
export class Pairs {
  private readonly c: Context;
  private readonly targets: Targets;
  private readonly nestedAt: (at: At) => Nested;
  private readonly known = new Map<string, Pair["names"]>();
  private readonly pairs: Pair[] = [];
  private readonly choosing: Choosing[] = [];

  constructor(c: Context, targets: Targets, nestedAt: (at: At) => Nested) {
    this.c = c;
    this.targets = targets;
    this.nestedAt = nestedAt;
  }

  /** The function that writes a value of one type as another. */
  nameOf(from: Named, to: Named, at: At, role: Role): string {
    const exact = to.module === at.module ? ` ${at.version}` : "";
    const key = `${from.module}.${from.name} ${to.module}.${to.name} ${at.self}${exact}`;
    let names = this.known.get(key);
    if (names === undefined) {
      names = to.module === at.module ? this.add(from, to, at) : this.choose(from, to, at);
      this.known.set(key, names);
    }
    return names[role];
  }

  private add(from: Named, to: Named, at: At): Pair["names"] {
    const names = this.take(from, to, at);
    this.pairs.push({ from, to, at, names });
    return names;
  }

  private take(from: Named, to: Named, at: At): Pair["names"] {
    const { c } = this;
    const other = at.module === c.name ? "" : `With${suffixOf(at.version).replace("For", lastName(at.module))}`;
    const name = (role: Role): string =>
      c.names.scope.take(`${c.program.names(from.module).of(from.name, role)}As${to.name}${suffixOf(at.self)}${other}`);
    const isStruct = declarationOf(c.program.world, from).kind === "struct";
    return { write: name("write"), writeTable: isStruct ? name("writeTable") : "" };
  }

  /** The functions for another module's type at each version that may be asked of that, or at the one that goes with this module's. */
  private choose(from: Named, to: Named, at: At): Pair["names"] {
    const { c, targets } = this;
    const { kind } = declarationOf(c.program.world, from);
    const choices = (c.canName(to.module) ? targets.versionsOf(to) : [[this.pinned(to.module, at)]]).map(
      (versions): Choice => {
        const version = versions.at(-1) ?? 0;
        const there = findDeclaration(c.program.worldAt(to.module, version), to);
        if (there?.kind !== kind) return { versions, names: null };
        const exact = { module: to.module, version, self: at.self };
        const nameOf = (role: Role): string => this.nameOf(from, to, exact, role);
        return { versions, names: { write: nameOf("write"), writeTable: nameOf("writeTable") } };
      },
    );
    const [only, ...others] = choices;
    if (others.length === 0 && only !== undefined && only.names !== null) return only.names;
    const names = this.take(from, to, { ...at, module: c.name });
    this.choosing.push({ from, to, at, names, choices });
    return names;
  }

  /** The version of a module that is not imported any more: that which the older version was released with. */
  private pinned(module: string, at: At): Version {
    const { program } = this.c;
    return program.module(at.module).pins?.get(at.version)?.get(module) ?? program.module(module).module.version;
  }

  /** Writes the functions that were asked for on the way, which may ask for more. */
  writeAsked(): void {
    for (const pair of this.pairs) this.writePair(pair);
    for (const one of this.choosing) this.writeChoosing(one);
  }

  private writePair({ from, to, at, names }: Pair): void {
    const { c } = this;
    const world = c.program.worldAt(at.module, at.version);
    const working = declarationOf(c.program.world, from);
    const there = declarationOf(world, to);
    const common = { world, nested: this.nestedAt(at), version: at.self, exported: false, module: from.module };
    const computations = (owner: State | Struct): Computations =>
      new Computations(c, c.world, owner, suffixOf(at.self));
    if (working.kind === "state" && there.kind === "state") {
      const own = computations(working);
      writeStateWriter(c, working, { ...common, name: names.write, state: there }, own);
      own.flush();
    } else if (working.kind === "union" && there.kind === "union") {
      writeUnionWriter(c, working, { ...common, name: names.write, union: there });
    } else if (working.kind === "struct" && there.kind === "struct") {
      const own = computations(working);
      writeStructWriter(c, working, { ...common, row: names.write, table: names.writeTable, struct: there }, own);
      own.flush();
    } else throw new Error(`${from.name} cannot be written as ${to.name}`);
  }

  private writeChoosing(one: Choosing): void {
    const { c } = this;
    const { kind }: State | Struct | Union = this.bodyOf(one.from);
    const init = c.symbol(one.from, "init");
    const out = `out: ${c.runtime("Output")}`;
    if (kind !== "struct") {
      this.writeSwitch(one, "write", `${out}, value: ${init}, o: number`, "number");
      return;
    }
    this.writeSwitch(one, "write", `${out}, value: ${init}, at: number`, "void");
    this.writeSwitch(one, "writeTable", `${out}, o: number, head: number, rows: readonly ${init}[]`, "number");
  }

  private bodyOf(type: Named): State | Struct | Union {
    const declaration = declarationOf(this.c.program.world, type);
    if (declaration.kind === "state" || declaration.kind === "struct" || declaration.kind === "union") {
      return declaration;
    }
    throw new Error(`${type.name} has no body`);
  }

  private writeSwitch(one: Choosing, role: Role, parameters: string, result: "number" | "void"): void {
    const { c } = this;
    const { writer } = c;
    const given = parameters.replace(/: [^,]+/g, "");
    const value = role === "write" ? "value" : "rows";
    const text = formatVersion(one.at.self);
    const found = `a \`${one.from.name}\``;
    const outcome = ({ names }: Choice): string =>
      names === null
        ? `throw ${c.runtime("cannotWrite")}(${value}, "", 0, "${text}", ${JSON.stringify(found)});`
        : `return ${names[role]}(${given});`;
    writer.doc([`Writes what version ${text} has of a \`${one.from.name}\`: a \`${one.to.module}.${one.to.name}\`.`]);
    writer.block(`function ${one.names[role]}(${parameters}): ${result} {`, () => {
      const last = one.choices.at(-1);
      writer.block(`switch (out.targetOf(${JSON.stringify(one.to.module)})) {`, () => {
        for (const choice of one.choices.slice(0, -1)) {
          for (const version of choice.versions) writer.line(`case 0x${version.toString(16)}:`);
          writer.indent(1);
          writer.line(outcome(choice));
          writer.indent(-1);
        }
        writer.line("default:");
        writer.indent(1);
        if (last !== undefined) writer.line(outcome(last));
        writer.indent(-1);
      });
    });
    writer.blank();
  }
}

/** `Iommu` of `linux.iommu`. */
function lastName(module: string): string {
  const name = module.slice(module.lastIndexOf(".") + 1);
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
