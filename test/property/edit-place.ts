/** What an edit works on, and what several edits need. */
import { version } from "./model.ts";
import type {
  AlternativeModel,
  DeclarationModel,
  Expr,
  LifetimeModel,
  MemberModel,
  ModuleModel,
  SchemaModel,
  StateModel,
  StructModel,
  Version,
} from "./model.ts";
import { Names } from "./names.ts";
import type { Random } from "./random.ts";

/** One kind of edit: changes a model in place and says whether it found something to change. What comes out may not compile. */
export interface Edit {
  readonly kind: string;
  /** Makes the old side ready for it, where few schemas are. */
  readonly prepare?: (at: EditPlace) => boolean;
  /** What a release between the two sides has made of the old one; the edit is then made to that. */
  readonly between?: (at: EditPlace) => boolean;
  readonly apply: (at: EditPlace) => boolean;
}

/** A module that is being edited, and what edits draw from. */
export class EditPlace {
  readonly random: Random;
  readonly model: SchemaModel;
  readonly module: ModuleModel;
  readonly names: Names;
  /** Whether this edit is made as a new version (`since`, `until`), or to what is there. */
  readonly asVersion: boolean;
  /** The model as it was, to find names in. */
  #text: string | null = null;

  constructor(random: Random, model: SchemaModel, module: ModuleModel, asVersion: boolean) {
    this.random = random;
    this.model = model;
    this.module = module;
    this.names = new Names(random, 5);
    this.asVersion = asVersion;
  }

  get working(): Version {
    return this.module.versions.at(-1)?.version ?? version(1);
  }

  /** The working version, opened anew where the edits go into one: the next after what the schema had before. */
  nextVersion(): { since: Version; before: Version } {
    const { versions } = this.module;
    const last = versions.at(-1);
    const opened = last?.label === openedHere;
    const before = (opened ? versions.at(-2) : last)?.version ?? version(1);
    const since = opened ? last.version : version(Math.floor(before / 0x10000) + 1);
    if (!opened) versions.push({ version: since, label: openedHere });
    return { since, before };
  }

  /** A lifetime for something new: from the next version on, or as if it had always been there. */
  newLife(): LifetimeModel {
    return { since: this.asVersion ? this.nextVersion().since : null, until: null, deprecated: null };
  }

  /** Ends something with the version before the next; false where it is to go outright. */
  retire(life: LifetimeModel): boolean {
    if (!this.asVersion) return false;
    const { before } = this.nextVersion();
    if (life.until !== null || (life.since !== null && life.since > before)) return false;
    life.until = before;
    return true;
  }

  declarations<K extends DeclarationModel["kind"]>(...kinds: K[]): Extract<DeclarationModel, { kind: K }>[] {
    // The filter keeps exactly the kinds asked for.
    return this.module.declarations.filter((declaration) => (kinds as string[]).includes(declaration.kind)) as Extract<
      DeclarationModel,
      { kind: K }
    >[];
  }

  /** One of these; most often one that something uses, since nothing shows an edit of the others. */
  one<K extends DeclarationModel["kind"]>(...kinds: K[]): Extract<DeclarationModel, { kind: K }> | null {
    const found = this.declarations(...kinds);
    const used = this.random.chance(80) ? found.filter(({ name }) => this.#isUsed(name)) : [];
    return found.length === 0 ? null : this.random.pick(used.length === 0 ? found : used);
  }

  #isUsed(name: string): boolean {
    this.#text ??= JSON.stringify(this.model, (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    return this.#text.includes(JSON.stringify({ kind: "named", module: this.module.name, name }));
  }

  /** A random member of a state or struct that passes the filter, and its owner. */
  member(
    kinds: readonly ("state" | "struct")[],
    filter: (member: MemberModel, owner: StateModel | StructModel) => boolean = () => true,
  ): { member: MemberModel; owner: StateModel | StructModel } | null {
    const found = this.declarations(...kinds).flatMap((owner) =>
      owner.members.filter((member) => filter(member, owner)).map((member) => ({ member, owner })),
    );
    return found.length === 0 ? null : this.random.pick(found);
  }

  alternative(): { alternative: AlternativeModel; owner: Extract<DeclarationModel, { kind: "union" }> } | null {
    const found = this.declarations("union").flatMap((owner) =>
      owner.alternatives.map((alternative) => ({ alternative, owner })),
    );
    return found.length === 0 ? null : this.random.pick(found);
  }

  freshName(used: readonly { name: string }[]): string {
    return this.names.member(new Set(used.map((item) => item.name)));
  }

  freshId(used: readonly { id: number }[]): number {
    const taken = new Set(used.map((item) => item.id));
    let id = this.random.between(1, 40);
    while (taken.has(id)) id++;
    return id;
  }
}

/** The label by which edits know the version that they opened. */
const openedHere = "next";

/** Whether an expression names something anywhere on its paths. */
export function mentions(expression: Expr, name: string): boolean {
  return JSON.stringify(expression, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  ).includes(`"name":${JSON.stringify(name)}`);
}

/** Takes away the checks that name something that goes; false where a computed member needs it. */
export function forget(model: SchemaModel, name: string): boolean {
  for (const module of model.modules) {
    for (const declaration of module.declarations) {
      if (declaration.kind !== "state" && declaration.kind !== "struct") continue;
      if (declaration.members.some((member) => member.from !== null && mentions(member.from, name))) return false;
    }
  }
  for (const module of model.modules) {
    for (const declaration of module.declarations) {
      if (declaration.kind !== "state" && declaration.kind !== "struct") continue;
      declaration.checks = declaration.checks.filter((check) => !mentions(check.expression, name));
    }
  }
  return true;
}

/** Members of other states that refer to a key lose that. */
export function unrefer(model: SchemaModel, module: string, state: string, member: string): void {
  for (const { declarations } of model.modules) {
    for (const declaration of declarations) {
      if (declaration.kind !== "state" && declaration.kind !== "struct") continue;
      for (const other of declaration.members) {
        const to = other.reference;
        if (to !== null && to.module === module && to.state === state && to.member === member) other.reference = null;
      }
    }
  }
}
