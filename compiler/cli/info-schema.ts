import { worldAt, type Compiled, type CompiledModule } from "../compile.ts";
import { idText } from "../../runtime/id-text.ts";
import { escapeText } from "../printable.ts";
import type { Alternative, BitsField, Declaration, Lifetime, Member, World } from "../schema/ir.ts";
import { layoutOf } from "../schema/layout.ts";
import { typeText } from "../schema/type-text.ts";
import { versionToJson } from "../schema/version.ts";
import { writtenIn } from "./written.ts";

/** A module as `baton info --format json` prints it: `info.schema.json` has its JSON Schema. Integers of schemas are decimal strings. */
export interface ModuleInfo {
  readonly module: string;
  readonly file: string;
  readonly version: number | string;
  readonly draft: boolean;
  readonly versions: readonly {
    readonly version: number | string;
    readonly label: string | null;
    readonly fingerprint: string;
  }[];
  readonly reads: readonly (number | string)[];
  readonly writes: readonly (number | string)[];
  readonly imports: readonly string[];
  readonly declarations: readonly DeclarationInfo[];
}

/** What every declaration has, and one table of what it holds; what a kind does not have is not there. */
export interface DeclarationInfo {
  readonly kind: Declaration["kind"];
  readonly name: string;
  readonly since: number | string;
  readonly until: number | string | null;
  readonly doc: string;
  readonly type?: string;
  readonly value?: string;
  readonly open?: boolean;
  readonly id?: number | null;
  /** Bytes of a struct: `size` is also the stride of a table's rows, `end` is where the last member ends. */
  readonly layout?: { readonly size: number; readonly align: number; readonly end: number };
  readonly members?: readonly MemberInfo[];
  readonly values?: readonly (Named & { readonly value: string })[];
  readonly bits?: readonly (Named & { readonly low: number; readonly high: number; readonly type: string | null })[];
}

interface Named {
  readonly name: string;
  readonly since: number | string;
  readonly until: number | string | null;
  readonly doc: string;
}

export interface MemberInfo extends Named {
  readonly id: number;
  /** As the schema writes it, with what follows it but its lifetime. */
  readonly type: string;
  /** In a struct. */
  readonly offset?: number;
  readonly size?: number;
}

/** Everything about the named modules of a build; layouts are those of the working versions. */
export function describeModules(compiled: Compiled, names: ReadonlySet<string>): readonly ModuleInfo[] {
  const world = worldAt(compiled);
  return [...compiled.modules.values()]
    .filter(({ module }) => names.has(module.name))
    .map((each) => describeModule(world, each))
    .sort((a, b) => (a.module < b.module ? -1 : 1));
}

function describeModule(world: World, { module, fingerprints, draft, provenance }: CompiledModule): ModuleInfo {
  const beside = { docs: provenance.docs, written: writtenIn(provenance.source) };
  return {
    module: module.name,
    file: provenance.source.path,
    version: versionToJson(module.version),
    draft,
    versions: module.versions.map(({ version, label }) => ({
      version: versionToJson(version),
      label,
      fingerprint: fingerprints.get(version) ?? "",
    })),
    reads: module.reads.map(versionToJson),
    writes: module.writes.map(versionToJson),
    imports: module.imports,
    declarations: module.declarations.map((each) => describeDeclaration(world, module.name, each, beside)),
  };
}

/** Documentation and text by path. */
interface Beside {
  readonly docs: ReadonlyMap<string, string>;
  readonly written: ReadonlyMap<string, string>;
}

function describeDeclaration(
  world: World,
  module: string,
  declaration: Declaration,
  { docs, written }: Beside,
): DeclarationInfo {
  const { kind, name } = declaration;
  const common = { kind, name, ...lifetime(declaration), doc: docs.get(name) ?? "" };
  const named = (part: Lifetime & { readonly name: string }): Named => ({
    name: part.name,
    ...lifetime(part),
    doc: docs.get(`${name}.${part.name}`) ?? "",
  });
  const member = (part: Member | Alternative): MemberInfo => {
    return { id: part.id, ...named(part), type: written.get(`${name}.${part.name}`) ?? "" };
  };
  switch (declaration.kind) {
    case "const":
      return { ...common, value: String(declaration.value) };
    case "type":
      return { ...common, type: written.get(name) ?? "" };
    case "enum": {
      const values = declaration.values.map((part) => ({ ...named(part), value: String(part.value) }));
      return { ...common, type: typeText(declaration.base), open: declaration.open, values };
    }
    case "bits": {
      const bits = declaration.fields.map((part) => ({
        ...named(part),
        low: part.low,
        high: part.high,
        type: bitsType(part),
      }));
      return { ...common, type: typeText(declaration.base), open: declaration.open, bits };
    }
    case "struct": {
      const view = world.get(module)?.declarations.find((each) => each.name === name);
      // A struct that the working version does not have any more has no layout in its world.
      if (view?.kind !== "struct") return { ...common, members: declaration.members.map(member) };
      const { size, align, end, members } = layoutOf(world, view);
      const placed = members.map((each) => ({ ...member(each.member), offset: each.offset, size: each.size }));
      return { ...common, layout: { size, align, end }, members: placed };
    }
    case "state":
      return { ...common, id: declaration.id, members: declaration.members.map(member) };
    case "union":
      return { ...common, members: declaration.alternatives.map(member) };
  }
}

function lifetime({ since, until }: Lifetime): {
  readonly since: number | string;
  readonly until: number | string | null;
} {
  return { since: versionToJson(since), until: until === null ? null : versionToJson(until) };
}

function bitsType(field: BitsField): string | null {
  return field.type === null ? null : typeText(field.type);
}

/** The same for people, with numbers as the schemas write them. */
export function modulesText(modules: readonly ModuleInfo[], { modules: compiled }: Pick<Compiled, "modules">): string {
  const texts = modules.map((module) => {
    const source = compiled.get(module.module)?.provenance.source;
    const lines = moduleLines(module, source === undefined ? new Map() : writtenIn(source));
    return `${lines.map(escapeText).join("\n")}\n`;
  });
  return texts.join("\n");
}

function moduleLines(info: ModuleInfo, written: ReadonlyMap<string, string>): readonly string[] {
  const list = (versions: readonly (number | string)[]): string => versions.join(", ");
  const widest = Math.max(...info.versions.map(({ version }) => String(version).length));
  return [
    `module ${info.module} version ${info.version}${info.draft ? " (draft)" : ""}, ${info.file}`,
    `  reads ${list(info.reads)}; writes ${list(info.writes)}${info.imports.length === 0 ? "" : `; imports ${info.imports.join(", ")}`}`,
    ...info.versions.map(({ version, label, fingerprint }) => {
      return `  version ${String(version).padEnd(widest)}  ${fingerprint}${label === null ? "" : `  "${label}"`}`;
    }),
    ...info.declarations.flatMap((each) => declarationLines(each, written, info.versions[0]?.version ?? 1)),
  ];
}

function declarationLines(
  info: DeclarationInfo,
  written: ReadonlyMap<string, string>,
  first: number | string,
): readonly string[] {
  const { kind, name, layout } = info;
  const text = written.get(name) ?? "";
  const textOf = (each: Named): string => written.get(`${name}.${each.name}`) ?? "";
  const head = [
    `  ${info.open === true ? "open " : ""}${kind} ${name}`,
    ...(text === "" ? [] : [`${marks[kind]}${text}`]),
    ...(layout === undefined ? [] : [`size ${layout.size}, align ${layout.align}, end ${layout.end}`]),
  ].join(" ");
  const rows = [
    ...(info.values ?? info.bits ?? []).map((each) => [each.name, `= ${textOf(each)}`, life(each, first)]),
    ...(info.members ?? []).map((each) => {
      const place = each.offset === undefined ? "" : `offset ${each.offset}, size ${each.size}`;
      return [each.name, idText(each.id), `: ${each.type}`, place, life(each, first)];
    }),
  ];
  return [
    "",
    head + (life(info, first) === "" ? "" : ` ${life(info, first)}`),
    ...aligned(rows).map((row) => `    ${row}`),
  ];
}

/** What stands between the name of a declaration and what the schema says of it. */
const marks: { readonly [K in Declaration["kind"]]: string } = {
  const: "= ",
  type: ": ",
  enum: ": ",
  bits: ": ",
  struct: "",
  state: "",
  union: "",
};

/** When it is there, where that is not always. */
function life(part: Pick<Named, "since" | "until">, first: number | string): string {
  const words = [part.since === first ? "" : `since ${part.since}`, part.until === null ? "" : `until ${part.until}`];
  return words.filter((word) => word !== "").join(" ");
}

/** Rows of cells in columns; no blanks at the ends. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (widths[column] === 0 ? "" : `${cell.padEnd(widths[column] ?? 0)}  `))
      .join("")
      .trimEnd(),
  );
}
