import { worldAt, type Compiled, type CompiledModule } from "../compile.ts";
import { escapeText } from "../printable.ts";
import type { Alternative, BitsField, Declaration, Lifetime, Member, Range, World } from "../schema/ir.ts";
import { layoutOf } from "../schema/layout.ts";
import { typeText } from "../schema/resolve/describe.ts";
import { versionToJson } from "../schema/version.ts";

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
  /** As a schema writes it, `none` for an alternative without a value. */
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
    declarations: module.declarations.map((each) => describeDeclaration(world, module.name, each, provenance.docs)),
  };
}

type Docs = ReadonlyMap<string, string>;

function describeDeclaration(world: World, module: string, declaration: Declaration, docs: Docs): DeclarationInfo {
  const { kind, name } = declaration;
  const common = { kind, name, ...lifetime(declaration), doc: docs.get(name) ?? "" };
  const named = (part: Lifetime & { readonly name: string }): Named => ({
    name: part.name,
    ...lifetime(part),
    doc: docs.get(`${name}.${part.name}`) ?? "",
  });
  const member = (part: Member | Alternative): MemberInfo => ({ id: part.id, ...named(part), type: memberType(part) });
  switch (declaration.kind) {
    case "const":
      return { ...common, value: String(declaration.value) };
    case "type":
      return { ...common, type: `${typeText(declaration.type)}${attributes(declaration)}` };
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

function memberType(part: Member | Alternative): string {
  if (part.type === null) return "none";
  const words = "key" in part ? (["key", "sorted", "handle", "ignorable"] as const).filter((word) => part[word]) : [];
  return [`${typeText(part.type)}${attributes(part)}`, ...words].join(" ");
}

function attributes(part: {
  readonly range: Range | null;
  readonly unit: string | null;
  readonly hex: boolean;
}): string {
  const range = part.range === null ? "" : ` in ${part.range.min}..${part.range.max}`;
  return `${range}${part.unit === null ? "" : ` unit ${JSON.stringify(part.unit)}`}${part.hex ? " hex" : ""}`;
}

function bitsType(field: BitsField): string | null {
  return field.type === null ? null : typeText(field.type);
}

/** The same for people. */
export function modulesText(modules: readonly ModuleInfo[]): string {
  return modules.map((module) => `${moduleLines(module).map(escapeText).join("\n")}\n`).join("\n");
}

function moduleLines(info: ModuleInfo): readonly string[] {
  const list = (versions: readonly (number | string)[]): string => versions.join(", ");
  const widest = Math.max(...info.versions.map(({ version }) => String(version).length));
  return [
    `module ${info.module} version ${info.version}${info.draft ? " (draft)" : ""}, ${info.file}`,
    `  reads ${list(info.reads)}; writes ${list(info.writes)}${info.imports.length === 0 ? "" : `; imports ${info.imports.join(", ")}`}`,
    ...info.versions.map(({ version, label, fingerprint }) => {
      return `  version ${String(version).padEnd(widest)}  ${fingerprint}${label === null ? "" : `  "${label}"`}`;
    }),
    ...info.declarations.flatMap((each) => declarationLines(each, info.versions[0]?.version ?? 1)),
  ];
}

function declarationLines(info: DeclarationInfo, first: number | string): readonly string[] {
  const { kind, name, layout, type, value, id } = info;
  const head = [
    `  ${info.open === true ? "open " : ""}${kind} ${name}`,
    ...(value === undefined ? [] : [`= ${value}`]),
    ...(type === undefined ? [] : [`: ${type}`]),
    ...(id === undefined || id === null ? [] : [`@0x${id.toString(16)}`]),
    ...(layout === undefined ? [] : [`size ${layout.size}, align ${layout.align}, end ${layout.end}`]),
  ].join(" ");
  const rows = [
    ...(info.values ?? []).map((each) => [each.name, `= ${each.value}`, life(each, first)]),
    ...(info.bits ?? []).map((each) => {
      const place = each.low === each.high ? `${each.low}` : `${each.low}..${each.high}`;
      return [each.name, `= ${place}${each.type === null ? "" : ` : ${each.type}`}`, life(each, first)];
    }),
    ...(info.members ?? []).map((each) => {
      const place = each.offset === undefined ? "" : `offset ${each.offset}, size ${each.size}`;
      return [each.name, `@${each.id}`, `: ${each.type}`, place, life(each, first)];
    }),
  ];
  return [
    "",
    head + (life(info, first) === "" ? "" : ` ${life(info, first)}`),
    ...aligned(rows).map((row) => `    ${row}`),
  ];
}

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
