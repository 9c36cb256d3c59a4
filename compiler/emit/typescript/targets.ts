import type { Declaration, NamedType, Version, World } from "../../schema/ir.ts";
import { canonicalDeclarationText } from "../../schema/canonical.ts";
import { elementOf, findDeclaration, recordsById } from "../../schema/lookup.ts";
import { formatVersion } from "../../schema/version.ts";
import { isChecked, namedShape } from "./element.ts";
import { isNarrower } from "./narrower.ts";
import { typesIn, type Program } from "./program.ts";

/** Versions of a module that a declaration is written alike for. */
export interface Variant {
  /** The greatest of them, which names the functions. */
  readonly version: Version;
  readonly versions: readonly Version[];
  /** Whether they are written as the working version is, apart from nested types of other modules. */
  readonly working: boolean;
  /** Whether they have the declaration, be it for members that have ended. */
  readonly exists: boolean;
}

/** A declaration and the module that it is of. */
interface Held {
  readonly module: string;
  readonly declaration: Declaration;
}

/** How a declaration is written for each version that its module writes. */
export class Targets {
  private readonly program: Program;
  private readonly found = new Map<Declaration, readonly Variant[]>();
  private readonly varying = new Map<Declaration, boolean>();

  constructor(program: Program) {
    this.program = program;
  }

  /** The variants of a declaration of a working view, the working one last. */
  variantsOf(module: string, declaration: Declaration): readonly Variant[] {
    const known = this.found.get(declaration);
    if (known !== undefined) return known;
    const { module: history } = this.program.module(module);
    const working = this.keyAt(module, declaration, history.version);
    const groups = new Map<string, Version[]>();
    for (const version of history.writes) {
      const key = this.keyAt(module, declaration, version);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [version]);
      else group.push(version);
    }
    const variants = [...groups].map(([key, versions]) => ({
      version: versions.at(-1) ?? history.version,
      versions,
      working: key === working,
      exists: key !== "",
    }));
    variants.sort((a, b) => Number(a.working) - Number(b.working) || a.version - b.version);
    this.found.set(declaration, variants);
    return variants;
  }

  /**
   * Whether a declaration is written differently for some choice of versions: its own module's, or those of modules whose types it holds. Without
   * recursion, as modules can import each other in a chain of any length.
   */
  varies(module: string, declaration: Declaration): boolean {
    const path: { readonly at: Declaration; readonly below: readonly Held[]; next: number }[] = [];
    const enter = (one: Held): void => {
      const isOwn = this.variantsOf(one.module, one.declaration).length > 1;
      if (isOwn) this.varying.set(one.declaration, true);
      else path.push({ at: one.declaration, below: this.foreignIn(one), next: 0 });
    };
    if (!this.varying.has(declaration)) enter({ module, declaration });
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.below[top.next];
      const varies = next === undefined ? false : this.varying.get(next.declaration);
      if (next !== undefined && varies === undefined) enter(next);
      else if (next !== undefined && varies === false) top.next++;
      else {
        this.varying.set(top.at, next !== undefined);
        path.pop();
      }
    }
    return this.varying.get(declaration) ?? false;
  }

  /** Whether a declaration holds, in whatever depth, types of other modules that are written differently for their versions. */
  holdsVarying(module: string, declaration: Declaration): boolean {
    return this.foreignIn({ module, declaration }).some((one) => this.varies(one.module, one.declaration));
  }

  /** The types of other modules that a declaration holds by what it is made of in its own. */
  private foreignIn({ module, declaration }: Held): readonly Held[] {
    const { world } = this.program;
    if (this.program.view(module).imports.length === 0) return [];
    return [...this.within(module, declaration, world)].flatMap((one) =>
      this.named(one).flatMap((type): readonly Held[] => {
        const below = type.module === module ? undefined : findDeclaration(world, type);
        return below === undefined ? [] : [{ module: type.module, declaration: below }];
      }),
    );
  }

  /** The variant of a declaration that a version is written as. */
  variantAt(module: string, declaration: Declaration, version: Version): Variant | undefined {
    return this.variantsOf(module, declaration).find((one) => one.versions.includes(version));
  }

  /** The variants that need functions of their own. */
  ownVariantsOf(module: string, declaration: Declaration): readonly Variant[] {
    const dispatching = this.holdsVarying(module, declaration);
    return this.variantsOf(module, declaration).filter((one) => one.exists && (!one.working || dispatching));
  }

  private readonly judging = new Map<Declaration, boolean>();

  /** Whether some version that is written has not every value that the integer, string or bytes of a type can be. */
  judges(module: string, declaration: Declaration): boolean {
    let judges = this.judging.get(declaration);
    if (judges === undefined) {
      const isScalar = declaration.kind === "type" || declaration.kind === "enum" || declaration.kind === "bits";
      judges =
        isScalar &&
        this.program.module(module).module.writes.some((version) => this.judgesAt(module, declaration.name, version));
      this.judging.set(declaration, judges);
    }
    return judges;
  }

  private judgesAt(module: string, name: string, version: Version): boolean {
    const { program } = this;
    const world = program.worldAt(module, version);
    if (findDeclaration(world, { module, name }) === undefined) return true;
    const [own, to] = [program.world, world].map((one) => namedShape(one, { module, name }));
    if (own === undefined || to === undefined || own.element.kind !== to.element.kind) return true;
    if (to.element.kind === "integer" && isChecked(to.element)) return true;
    if (isNarrower(own.element, to.element)) return true;
    return to.aliases.some((alias) => {
      const declaration = alias.module === module ? undefined : findDeclaration(program.world, alias);
      return (
        declaration !== undefined && this.varies(alias.module, declaration) && this.judges(alias.module, declaration)
      );
    });
  }

  private readonly names = new WeakMap<Declaration, readonly NamedType[]>();

  /** The types that a declaration names, each once. */
  private named(declaration: Declaration): readonly NamedType[] {
    let named = this.names.get(declaration);
    if (named === undefined) this.names.set(declaration, (named = namesIn(declaration)));
    return named;
  }

  /**
   * A declaration of the working view as a version of its module has it: a record by its id, and what else there is by its name. undefined where
   * the version has none, or has something else under its name.
   */
  at(module: string, declaration: Declaration, version: Version): Declaration | undefined {
    const world = this.program.worldAt(module, version);
    if (declaration.kind === "state" && declaration.id !== null) {
      const view = world.get(module);
      const same = view === undefined ? undefined : recordsById(view).get(declaration.id);
      if (same !== undefined) return same;
    }
    const found = findDeclaration(world, { module, name: declaration.name });
    return found?.kind === declaration.kind ? found : undefined;
  }

  private readonly numbers = new WeakMap<Declaration, number>();
  /** By name: what has another name says something else. */
  private readonly numbered = new Map<string, { readonly text: string; readonly number: number }[]>();
  private lastNumber = 0;

  /** One number for declarations that say the same, be they of the text or of a release. */
  private numberOf(declaration: Declaration): number {
    let number = this.numbers.get(declaration);
    if (number === undefined) {
      const text = canonicalDeclarationText(declaration);
      let alike = this.numbered.get(declaration.name);
      if (alike === undefined) this.numbered.set(declaration.name, (alike = []));
      number = alike.find((one) => one.text === text)?.number;
      if (number === undefined) alike.push({ text, number: (number = ++this.lastNumber) });
      this.numbers.set(declaration, number);
    }
    return number;
  }

  private readonly keys = new Map<string, string>();

  /** What a declaration and all that it is made of in its own module are at a version: one text for what is written alike. */
  private keyAt(module: string, declaration: Declaration, version: Version): string {
    const id = `${module} ${version} ${declaration.name}`;
    let key = this.keys.get(id);
    if (key === undefined) this.keys.set(id, (key = this.computeKey(module, declaration, version)));
    return key;
  }

  private computeKey(module: string, declaration: Declaration, version: Version): string {
    const found = this.at(module, declaration, version);
    return found === undefined ? "" : this.keyOf(module, found, version);
  }

  private keyOf(module: string, found: Declaration, version: Version): string {
    return [...this.within(module, found, this.program.worldAt(module, version))]
      .map((one) => this.numberOf(one))
      .sort((a, b) => a - b)
      .join(" ");
  }

  /** The versions that a module is written for, by what a type of that name is at them; those at which it is as at the working one last. */
  versionsOf({ module, name }: Pick<NamedType, "module" | "name">): readonly (readonly Version[])[] {
    const { module: history } = this.program.module(module);
    const keyAt = (version: Version): string => {
      const found = findDeclaration(this.program.worldAt(module, version), { module, name });
      return found === undefined ? "" : this.keyOf(module, found, version);
    };
    const working = keyAt(history.version);
    const groups = new Map<string, Version[]>();
    for (const version of history.writes) {
      const key = keyAt(version);
      groups.set(key, [...(groups.get(key) ?? []), version]);
    }
    const last = groups.get(working) ?? [history.version];
    return [...[...groups].flatMap(([key, versions]) => (key === working ? [] : [versions])), last];
  }

  /** A declaration and what it is made of in its own module. */
  private within(module: string, first: Declaration, world: World): ReadonlySet<Declaration> {
    const seen = new Set<Declaration>();
    const waiting = [first];
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      if (seen.has(one)) continue;
      seen.add(one);
      for (const type of this.named(one)) {
        const below = type.module === module ? findDeclaration(world, type) : undefined;
        if (below !== undefined) waiting.push(below);
      }
    }
    return seen;
  }
}

function namesIn(declaration: Declaration): readonly NamedType[] {
  const named = new Map<string, NamedType>();
  for (const { type } of typesIn(declaration)) {
    const element = type === null ? null : elementOf(type);
    if (element !== null && element.kind === "named") named.set(`${element.module}.${element.name}`, element);
  }
  return [...named.values()];
}

/** What functions for a version are called after: `For2`, `For2_1`. */
export function suffixOf(version: Version): string {
  return `For${formatVersion(version).replace(".", "_")}`;
}
