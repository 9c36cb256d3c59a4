import type { State, Struct, Version } from "../../schema/ir.ts";
import { declarationOf, findDeclaration } from "../../schema/lookup.ts";
import { formatVersion } from "../../schema/version.ts";
import { Computations } from "./computed.ts";
import { versionLiteral } from "./misfits.ts";
import type { Context } from "./program.ts";
import { writeStateWriter } from "./state-writer.ts";
import { writeRowWriter, writeTableWriter } from "./structs.ts";
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

/** A type that was something else at a version, and the functions that write it so: those that were asked for. */
interface Pair {
  readonly from: Named;
  readonly to: Named;
  readonly at: At;
  readonly names: Readonly<Record<Role, string>>;
  readonly asked: Set<Role>;
  /** Where the version of another module is chosen when it is written. */
  readonly choices: readonly Choice[] | null;
}

/** Versions of another module, and what is written for them; null where nothing can be. */
interface Choice {
  readonly versions: readonly Version[];
  readonly at: At | null;
}

/** Functions for types that had another name at a version, were of another module, or stand where another type stood. */
export class Pairs {
  private readonly c: Context;
  private readonly targets: Targets;
  private readonly nestedAt: (at: At) => Nested;
  private readonly pairs = new Map<string, Pair>();

  constructor(c: Context, targets: Targets, nestedAt: (at: At) => Nested) {
    this.c = c;
    this.targets = targets;
    this.nestedAt = nestedAt;
  }

  /** The function that writes a value of one type as another. */
  nameOf(from: Named, to: Named, at: At, role: Role): string {
    const choices = to.module === at.module ? null : this.choicesOf(from, to, at);
    const [only] = choices ?? [];
    if (choices?.length === 1 && only != null && only.at !== null) return this.nameOf(from, to, only.at, role);
    const exact = choices === null ? ` ${at.module} ${at.version}` : "";
    const key = `${from.module}.${from.name} ${to.module}.${to.name} ${at.self}${exact}`;
    let pair = this.pairs.get(key);
    if (pair === undefined) {
      const names = this.take(from, to, choices === null ? at : { ...at, module: this.c.name });
      this.pairs.set(key, (pair = { from, to, at, names, asked: new Set(), choices }));
    }
    pair.asked.add(role);
    return pair.names[role];
  }

  private take(from: Named, to: Named, at: At): Pair["names"] {
    const { c } = this;
    const other = at.module === c.name ? "" : `With${suffixOf(at.version).replace("For", lastName(at.module))}`;
    const name = (role: Role): string =>
      c.names.scope.take(`${c.program.names(from.module).of(from.name, role)}As${to.name}${suffixOf(at.self)}${other}`);
    const isStruct = declarationOf(c.program.world, from).kind === "struct";
    return { write: name("write"), writeTable: isStruct ? name("writeTable") : "" };
  }

  /** What is written for another module's type at each version that may be asked of that, or at the one that goes with this module's. */
  private choicesOf(from: Named, to: Named, { self, ...at }: At): readonly Choice[] {
    const { c, targets } = this;
    const { kind } = declarationOf(c.program.world, from);
    const groups = c.canName(to.module) ? targets.versionsOf(to) : [[this.pinned(to.module, at)]];
    return groups.map((versions): Choice => {
      const version = versions.at(-1) ?? 0;
      const there = findDeclaration(c.program.worldAt(to.module, version), to);
      return { versions, at: there?.kind === kind ? { module: to.module, version, self } : null };
    });
  }

  /** The version of a module that is not imported any more: that which the older version was released with. */
  private pinned(module: string, at: Omit<At, "self">): Version {
    const { program } = this.c;
    return program.module(at.module).pins?.get(at.version)?.get(module) ?? program.module(module).module.version;
  }

  /** Writes the functions that were asked for on the way, which may ask for more. */
  writeAsked(): void {
    const written = new Set<string>();
    for (let before = -1; before < written.size;) {
      before = written.size;
      for (const pair of this.pairs.values()) {
        for (const role of pair.asked) {
          if (written.has(pair.names[role])) continue;
          written.add(pair.names[role]);
          if (pair.choices === null) this.writePair(pair, role);
          else this.writeChoosing(pair, pair.choices, role);
        }
      }
    }
  }

  private writePair({ from, to, at, names, asked }: Pair, role: Role): void {
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
      const target = { ...common, row: names.write, table: names.writeTable, struct: there };
      if (role === "writeTable") {
        // A table is written row by row.
        asked.add("write");
        return writeTableWriter(c, working, target);
      }
      const own = computations(working);
      writeRowWriter(c, working, target, own);
      own.flush();
    } else throw new Error(`${from.name} cannot be written as ${to.name}`);
  }

  private writeChoosing(pair: Pair, choices: readonly Choice[], role: Role): void {
    const { c } = this;
    const { writer } = c;
    const init = c.symbol(pair.from, "init");
    const isRow = role === "write" && declarationOf(c.program.world, pair.from).kind === "struct";
    const types =
      role === "write"
        ? [`value: ${init}`, `${isRow ? "at" : "o"}: number`]
        : ["o: number", "head: number", `rows: readonly ${init}[] | ${c.symbol(pair.from, "rows")}`];
    const given = ["out", ...types.map((one) => one.slice(0, one.indexOf(":")))].join(", ");
    const text = formatVersion(pair.at.self);
    const found = JSON.stringify(`a \`${pair.from.name}\``);
    const writeOutcome = ({ at }: Choice): void => {
      if (at === null) {
        const value = role === "write" ? "value" : "rows";
        return writer.line(
          `throw ${c.runtime("cannotWrite")}(${value}, "", 0, ${versionLiteral(c, pair.at.self)}, ${found});`,
        );
      }
      const call = `${this.nameOf(pair.from, pair.to, at, role)}(${given});`;
      writer.line(isRow ? call : `return ${call}`);
      if (isRow) writer.line("return;");
    };
    const name = `${pair.to.module}.${pair.to.name}`;
    writer.doc([`Writes what version ${text} has of a \`${pair.from.name}\`: a \`${name}\`.`]);
    const parameters = [`out: ${c.runtime("Output")}`, ...types].join(", ");
    writer.block(`function ${pair.names[role]}(${parameters}): ${isRow ? "void" : "number"} {`, () => {
      writer.block(`switch (out.targetOf(${JSON.stringify(pair.to.module)})) {`, () => {
        for (const [i, choice] of choices.entries()) {
          if (i === choices.length - 1) writer.line("default:");
          else for (const version of choice.versions) writer.line(`case 0x${version.toString(16)}:`);
          writer.indent(1);
          writeOutcome(choice);
          writer.indent(-1);
        }
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
