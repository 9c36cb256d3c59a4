/** The schema that the compiler must make of a model: its whole history, lifetimes inferred here on their own. */
import type * as ir from "../../compiler/schema/ir.ts";
import { namedIn } from "./model.ts";
import type { DeclarationModel, LifetimeModel, ModuleModel, SchemaModel, Type, Version } from "./model.ts";

interface Span {
  since: Version;
  until: Version | null;
}

/** The histories of all modules by name. */
export function expectedModules(model: SchemaModel): Map<string, ir.Module> {
  return new Map(model.modules.map((module) => [module.name, expectedModule(module)]));
}

function expectedModule(module: ModuleModel): ir.Module {
  const versions = module.versions.map(({ version, label }) => ({ version, label }));
  const working = versions.at(-1)?.version ?? 0x10000;
  const spans = spansOf(module);
  return {
    name: module.name,
    versions,
    version: working,
    reads: supported(module, module.reads, working),
    writes: supported(module, module.writes, working),
    imports: [...module.imports].sort(),
    declarations: module.declarations
      .map((declaration) => expectedDeclaration(declaration, spans.get(declaration.name) ?? { since: 0, until: null }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function supported({ versions }: ModuleModel, ranges: ModuleModel["reads"], working: Version): Version[] {
  return versions
    .map(({ version }) => version)
    .filter(
      (version) =>
        ranges === null ||
        version === working ||
        ranges.some(({ min, max }) => (min === null || version >= min) && (max === null || version <= coveredBy(max))),
    );
}

function coveredBy(version: Version): Version {
  return version % 0x10000 === 0 ? version + 0xffff : version;
}

/** From when until when each declaration exists: as it says, or as its uses in the module need it. */
export function spansOf(module: ModuleModel): Map<string, Span> {
  const first = module.versions[0]?.version ?? 0x10000;
  const spans = new Map<string, Span>();
  const given = (declaration: DeclarationModel): boolean => declaration.since !== null || declaration.until !== null;
  const uses = module.declarations.flatMap((user) =>
    usedTypes(user).flatMap(({ type, since, until }) => {
      const used = namedIn(type);
      return used?.module === module.name ? [{ user: user.name, used: used.name, since, until }] : [];
    }),
  );
  for (const declaration of module.declarations) {
    const used = uses.some((use) => use.used === declaration.name && use.user !== declaration.name);
    const isRecord = declaration.kind === "state" && declaration.id !== null;
    if (given(declaration) || !used || isRecord) {
      spans.set(declaration.name, { since: declaration.since ?? first, until: declaration.until });
    }
  }
  // From what is known outwards, until nothing grows any more; then from what only uses itself, by name.
  const names = module.declarations.map(({ name }) => name).sort();
  for (;;) {
    grow(module, spans, uses, given);
    const next = names.find((name) => !spans.has(name));
    if (next === undefined) break;
    spans.set(next, { since: first, until: null });
  }
  return spans;
}

interface SpanUse extends Pick<LifetimeModel, "since" | "until"> {
  readonly user: string;
  readonly used: string;
}

function grow(
  module: ModuleModel,
  spans: Map<string, Span>,
  uses: readonly SpanUse[],
  given: (declaration: DeclarationModel) => boolean,
): void {
  for (let grew = true; grew;) {
    grew = false;
    for (const declaration of module.declarations) {
      if (given(declaration) || (declaration.kind === "state" && declaration.id !== null)) continue;
      const known = spans.get(declaration.name);
      const needed = uses.flatMap((use): Span[] => {
        const user = spans.get(use.user);
        if (use.used !== declaration.name || user === undefined) return [];
        const since = Math.max(use.since ?? user.since, user.since);
        const until =
          use.until === null ? user.until : user.until === null ? use.until : Math.min(use.until, user.until);
        return until !== null && since > coveredBy(until) ? [] : [{ since, until }];
      });
      if (known !== undefined) needed.push(known);
      if (needed.length === 0) continue;
      const span: Span = {
        since: Math.min(...needed.map(({ since }) => since)),
        until: needed.some(({ until }) => until === null) ? null : Math.max(...needed.map(({ until }) => until ?? 0)),
      };
      if (known?.since === span.since && known.until === span.until) continue;
      spans.set(declaration.name, span);
      grew = true;
    }
  }
}

function usedTypes(declaration: DeclarationModel): { type: Type; since: Version | null; until: Version | null }[] {
  switch (declaration.kind) {
    case "const":
    case "enum":
      return [];
    case "type":
      return [{ type: declaration.type, since: null, until: null }];
    case "bits":
      return declaration.fields.flatMap(({ type, since, until }) => (type === null ? [] : [{ type, since, until }]));
    case "struct":
    case "state":
      return declaration.members.flatMap((member) => {
        const { since, until, reference } = member;
        if (reference === null) return [member];
        return [member, { type: { kind: "named", module: reference.module, name: reference.state }, since, until }];
      });
    case "union":
      return declaration.alternatives.flatMap(({ type, since, until }) =>
        type === null ? [] : [{ type, since, until }],
      );
  }
}

function within<T extends { since: Version | null; until: Version | null }>(item: T, span: Span): T & Span {
  return { ...item, since: item.since ?? span.since, until: item.until ?? span.until };
}

function expectedDeclaration(declaration: DeclarationModel, span: Span): ir.Declaration {
  const life = { ...span, deprecated: declaration.deprecated };
  switch (declaration.kind) {
    case "const":
    case "type":
      return { ...declaration, ...life };
    case "enum":
      return {
        ...declaration,
        ...life,
        values: declaration.values.map((value) => within(value, span)).sort((a, b) => (a.value < b.value ? -1 : 1)),
      };
    case "bits":
      return {
        ...declaration,
        ...life,
        fields: declaration.fields.map((field) => within(field, span)).sort((a, b) => a.low - b.low),
      };
    case "struct":
      return {
        ...declaration,
        ...life,
        members: declaration.members.map((member) => within(member, span)),
        checks: declaration.checks.map((check) => within(check, span)),
      };
    case "state":
      return {
        ...declaration,
        ...life,
        members: declaration.members.map((member) => within(member, span)).sort((a, b) => a.id - b.id),
        retired: [],
        checks: declaration.checks.map((check) => within(check, span)),
      };
    case "union":
      return {
        ...declaration,
        ...life,
        alternatives: declaration.alternatives.map((one) => within(one, span)).sort((a, b) => a.id - b.id),
      };
  }
}
