import type { Check, Declaration, Lifetime, Member, Module, State, Version } from "./ir.ts";
import { mentionedMembers } from "./expression-members.ts";
import { namedIn } from "./lookup.ts";
import { afterUntil, existsAt } from "./version.ts";

/**
 * A module as it is at one of its versions: what exists then, and nothing of what came later. A state keeps the members that ended before
 * (`retired`), and the view keeps the declarations that only those still need, as they last stood. Declarations that are the same at several
 * versions are the same object in all their views.
 */
export function project(history: Module, version: Version): Module {
  const declarations: Declaration[] = [];
  const kept = new Set<string>();
  for (const declaration of history.declarations) {
    if (!existsAt(declaration, version)) continue;
    declarations.push(projectDeclaration(declaration, version));
    kept.add(declaration.name);
  }
  keepForRetired(history, declarations, kept);
  const upTo = (versions: readonly Version[]): readonly Version[] => {
    const known = versions.filter((each) => each <= version);
    return known.includes(version) ? known : [...known, version];
  };
  return {
    name: history.name,
    versions: history.versions.filter((each) => each.version <= version),
    version,
    reads: upTo(history.reads),
    writes: upTo(history.writes),
    imports: importsOf(history, declarations),
    declarations,
  };
}

/** Adds what retired members need and what that needs, until nothing is missing; keeps the order by name. */
function keepForRetired(history: Module, declarations: Declaration[], kept: Set<string>): void {
  const byName = new Map(history.declarations.map((declaration) => [declaration.name, declaration]));
  const waiting: Pick<Member, "type">[] = declarations.flatMap((declaration) =>
    declaration.kind === "state" ? declaration.retired : [],
  );
  let added = false;
  for (let member = waiting.pop(); member !== undefined; member = waiting.pop()) {
    const named = namedIn(member.type);
    if (named === null || named.module !== history.name || kept.has(named.name)) continue;
    const declaration = byName.get(named.name);
    if (declaration === undefined) continue;
    const last = lastVersionOf(declaration, history);
    if (last === undefined) continue;
    const view = withoutRecord(projectDeclaration(declaration, last));
    declarations.push(view);
    kept.add(view.name);
    added = true;
    waiting.push(...typesBelow(view));
  }
  if (added) declarations.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A state that has ended is no record any more, whatever nests it still. */
function withoutRecord(declaration: Declaration): Declaration {
  return declaration.kind === "state" && declaration.id !== null ? { ...declaration, id: null } : declaration;
}

function typesBelow(declaration: Declaration): readonly Pick<Member, "type">[] {
  switch (declaration.kind) {
    case "const":
    case "enum":
      return [];
    case "type":
      return [declaration];
    case "bits":
      return declaration.fields.flatMap((field) => (field.type === null ? [] : [{ type: field.type }]));
    case "struct":
      return declaration.members;
    case "state":
      return [...declaration.members, ...declaration.retired];
    case "union":
      return declaration.alternatives.flatMap((alternative) =>
        alternative.type === null ? [] : [{ type: alternative.type }],
      );
  }
}

function lastVersionOf(declaration: Declaration, history: Module): Version | undefined {
  return history.versions.findLast((each) => existsAt(declaration, each.version))?.version;
}

/** The modules that the declarations of a view name, ascending. */
function importsOf(history: Module, declarations: readonly Declaration[]): readonly string[] {
  if (history.imports.length === 0) return history.imports;
  const named = new Set<string>();
  for (const declaration of declarations) {
    for (const { type } of typesBelow(declaration)) {
      const name = namedIn(type);
      if (name !== null) named.add(name.module);
    }
    if (declaration.kind !== "state" && declaration.kind !== "struct") continue;
    for (const member of declaration.members) if (member.reference !== null) named.add(member.reference.module);
  }
  named.delete(history.name);
  return named.size === history.imports.length ? history.imports : [...named].sort();
}

interface Segments {
  /** Versions at which something in the declaration begins or has ended, ascending. */
  readonly boundaries: readonly Version[];
  readonly views: Map<number, Declaration>;
}

const segmentsOf = new WeakMap<Declaration, Segments>();

/** What a declaration is at a version. Between two versions at which nothing in it begins or ends, it is one object. */
function projectDeclaration(declaration: Declaration, version: Version): Declaration {
  if (declaration.kind === "const" || declaration.kind === "type") return declaration;
  let segments = segmentsOf.get(declaration);
  if (segments === undefined) {
    segments = { boundaries: boundariesOf(declaration), views: new Map() };
    segmentsOf.set(declaration, segments);
  }
  const index = segments.boundaries.filter((boundary) => boundary <= version).length;
  let view = segments.views.get(index);
  if (view === undefined) {
    view = viewOf(declaration, version);
    segments.views.set(index, view);
  }
  return view;
}

function boundariesOf(declaration: Declaration): readonly Version[] {
  const boundaries = new Set<Version>();
  for (const { since, until } of lifetimesIn(declaration)) {
    boundaries.add(since);
    if (until !== null) boundaries.add(afterUntil(until));
  }
  return [...boundaries].sort((a, b) => a - b);
}

function lifetimesIn(declaration: Declaration): readonly Pick<Lifetime, "since" | "until">[] {
  switch (declaration.kind) {
    case "const":
    case "type":
      return [];
    case "enum":
      return declaration.values;
    case "bits":
      return declaration.fields;
    case "struct":
    case "state":
      return [...declaration.members, ...declaration.checks];
    case "union":
      return declaration.alternatives;
  }
}

function viewOf(declaration: Declaration, version: Version): Declaration {
  const present = <T extends Pick<Lifetime, "since" | "until">>(all: readonly T[]): readonly T[] => {
    const some = all.filter((each) => existsAt(each, version));
    return some.length === all.length ? all : some;
  };
  switch (declaration.kind) {
    case "const":
    case "type":
      return declaration;
    case "enum":
      return { ...declaration, values: present(declaration.values) };
    case "bits":
      return { ...declaration, fields: present(declaration.fields) };
    case "union":
      return { ...declaration, alternatives: present(declaration.alternatives) };
    case "struct": {
      const members = present(declaration.members);
      return { ...declaration, members, checks: checksAt(declaration.checks, members, version) };
    }
    case "state":
      return viewOfState(declaration, version, present(declaration.members));
  }
}

function viewOfState(state: State, version: Version, present: readonly Member[]): State {
  const ended = state.members.filter((member) => member.until !== null && afterUntil(member.until) <= version);
  if (state.members.every((member) => member.from === null)) {
    return { ...state, members: present, retired: ended, checks: checksAt(state.checks, present, version) };
  }
  const known = new Set([...present, ...ended].map((member) => member.id));
  // What a later version computes from its own members is nothing that this version could know.
  const withKnownFrom = (member: Member): Member =>
    member.from === null || mentionedMembers(member.from).every((id) => known.has(id))
      ? member
      : { ...member, from: null };
  // Nor is what has been there from the state's first version computed for anybody before it has ended: that it will be says a later version.
  const withNeededFrom = (member: Member): Member =>
    member.since > state.since || member.from === null ? withKnownFrom(member) : { ...member, from: null };
  const members = present.map(withNeededFrom);
  return { ...state, members, retired: ended.map(withKnownFrom), checks: checksAt(state.checks, members, version) };
}

function checksAt(checks: readonly Check[], members: readonly Member[], version: Version): readonly Check[] {
  if (checks.length === 0) return checks;
  const ids = new Set(members.map((member) => member.id));
  return checks.filter(
    (check) => existsAt(check, version) && mentionedMembers(check.expression).every((id) => ids.has(id)),
  );
}
