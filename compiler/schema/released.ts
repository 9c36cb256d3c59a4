import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/releases.ts";
import { parse } from "../syntax/parse.ts";
import type { Span } from "../text.ts";
import { canonicalDeclarationText } from "./canonical.ts";
import type { Alternative, Declaration, Member, Module, State, Version } from "./ir.ts";
import { declarationsByName } from "./lookup.ts";
import type { Provenance } from "./provenance.ts";
import type { Release } from "./release.ts";
import { entriesById, isRecord, isUnknown, takenAgain, type TakenAgain } from "./released-ids.ts";
import { backportOf, formatVersion, majorOf, nextVersion } from "./version.ts";

/** A module's text as it was compiled, without regard to its releases. */
export interface Text {
  readonly module: Module;
  readonly views: ReadonlyMap<Version, Module>;
  readonly fingerprints: ReadonlyMap<Version, string>;
  readonly provenance: Provenance;
}

/** The releases of one module. */
type History = ReadonlyMap<Version, Release>;

/**
 * Where the text of a module does not agree with its releases: a released working version was edited, a released version has no line, or an
 * id stands at a version that was released without it (or the reverse). Each id is told once, with the newest release that it is about. What
 * came with a backport need not be in a release that was made before the backport was known. An id that is new in the working version must not
 * have been another's in any release, whether or not that is still read or written.
 */
export function disagreements(text: Text, releases: History): readonly Diagnostic[] {
  const { module, fingerprints } = text;
  const found: Diagnostic[] = [];
  const supported = new Set([...module.reads, ...module.writes]);
  const told = new Set<string>();
  for (const [version, release] of [...releases].sort(([a], [b]) => b - a)) {
    if (!text.views.has(version)) found.push(undeclared(text, version));
    else if (version === module.version) {
      if (fingerprints.get(version) === release.fingerprint) continue;
      found.push(edited(text, release));
      for (const each of idDifferences(text, release)) told.add(each.key);
    } else if (supported.has(version)) {
      for (const each of idDifferences(text, release)) {
        if (isLate(release, each)) continue;
        if (!told.has(each.key)) found.push(misplaced(text, releases, release, each));
        told.add(each.key);
      }
    }
  }
  if (releases.has(module.version)) return found;
  for (const each of takenAgain(text.views, module.version, releases)) {
    if (!told.has(each.key)) found.push(reused(text, each));
  }
  return found;
}

function reused({ provenance }: Text, { what, id, was, version, span }: TakenAgain): Diagnostic {
  const words = { what, id, was, version: formatVersion(version) };
  return diagnose("B3204", rows.B3204, words, { span: provenance.spans.get(span) ?? provenance.spans.get("") ?? null });
}

function undeclared({ module, provenance }: Text, version: Version): Diagnostic {
  const words = { module: module.name, version: formatVersion(version) };
  return diagnose("B3202", rows.B3202, words, { span: provenance.spans.get("") ?? null });
}

function edited(text: Text, release: Release): Diagnostic {
  const { module, provenance } = text;
  const view = text.views.get(module.version) ?? module;
  const differences = idDifferences(text, release);
  const late = differences.find((each) => isLate(release, each));
  const { difference, key } =
    late === undefined
      ? firstDifference(release.module, view)
      : { difference: `${late.what} is not in that release`, key: late.span };
  const span = provenance.spans.get(key) ?? provenance.spans.get("") ?? null;
  const line = versionLine(provenance, module.version);
  const notes = line === null ? [] : [{ message: "released here", span: line }];
  const words = {
    ...{
      module: module.name,
      version: formatVersion(module.version),
      next: formatVersion(nextVersion(module.version)),
    },
    ...{ difference, backport: late === undefined ? null : formatVersion(late.since) },
  };
  return diagnose("B3201", rows.B3201, words, { span, notes });
}

/** The number behind `version` in the line that declares a version. */
function versionLine({ source }: Provenance, version: Version): Span | null {
  const text = formatVersion(version);
  for (const item of parse(source).file.items) {
    if (item.kind === "version" && source.text.slice(item.version.span.start, item.version.span.end) === text) {
      return item.version.span;
    }
  }
  return null;
}

/** The first thing that the canonical text of two views differs in, and its key among the spans. */
function firstDifference(released: Module, view: Module): { readonly difference: string; readonly key: string } {
  const [before, after] = [declarationsByName(released), declarationsByName(view)];
  for (const [name, now] of after) {
    const then = before.get(name);
    if (then === undefined) return { difference: `\`${name}\` is not in that release`, key: name };
    if (canonicalDeclarationText(then) === canonicalDeclarationText(now)) continue;
    const entry = differingEntry(then, now);
    const [what, key] = entry === null ? [name, name] : [`${name}.${entry}`, `${name}.${entry}`];
    return { difference: `\`${what}\` is not as it was released`, key };
  }
  const gone = [...before.keys()].find((name) => !after.has(name));
  return { difference: gone === undefined ? "it was changed" : `\`${gone}\` of that release is gone`, key: "" };
}

/** The name of the first entry that is new, gone or different; null where the declaration itself is. */
function differingEntry(then: Declaration, now: Declaration): string | null {
  const [before, after] = [entryTexts(then), entryTexts(now)];
  for (const [name, text] of after) if (before.get(name) !== text) return name;
  for (const name of before.keys()) if (!after.has(name)) return name;
  return null;
}

function entryTexts(declaration: Declaration): ReadonlyMap<string, string> {
  const alone = (one: { readonly name: string }, part: Partial<Declaration>): readonly [string, string] => [
    one.name,
    // Each entry as the only one of the declaration, of whose kind it stays.
    canonicalDeclarationText({ ...declaration, ...part } as Declaration),
  ];
  switch (declaration.kind) {
    case "const":
    case "type":
      return new Map();
    case "enum":
      return new Map(declaration.values.map((one) => alone(one, { values: [one] })));
    case "bits":
      return new Map(declaration.fields.map((one) => alone(one, { fields: [one] })));
    case "struct":
    case "state":
      return new Map(declaration.members.map((one) => alone(one, { members: [one], checks: [] })));
    case "union":
      return new Map(declaration.alternatives.map((one) => alone(one, { alternatives: [one] })));
  }
}

/** An id that one of two views of the same version has and the other has not. */
interface IdDifference {
  /** Unique in the module. */
  readonly key: string;
  /** `PciDevice.pasid @12`. */
  readonly what: string;
  /** Whether the release has it. */
  readonly released: boolean;
  /** Since when it is there, in the text or else in the release. */
  readonly since: Version;
  readonly span: string;
  readonly entry: string;
}

function idDifferences({ views }: Text, release: Release): readonly IdDifference[] {
  const { version } = release.module;
  const view = views.get(version);
  if (view === undefined) return [];
  const found: IdDifference[] = [];
  const paired = new Set<Declaration>();
  const records = new Map(view.declarations.flatMap((one) => (isRecord(one) ? [[one.id, one] as const] : [])));
  for (const then of release.module.declarations) {
    const now = counterpart(then, view, records);
    if (now === undefined) {
      if (isRecord(then)) found.push(recordDifference(then, true));
      continue;
    }
    paired.add(now);
    if (then !== now) found.push(...entryDifferences(then, now));
  }
  for (const now of view.declarations) if (!paired.has(now) && isRecord(now)) found.push(recordDifference(now, false));
  return found;
}

/** What a declaration of a release is now: the record with its id, or else what has its name. */
function counterpart(
  then: Declaration,
  view: Module,
  records: ReadonlyMap<number, Declaration>,
): Declaration | undefined {
  const record = isRecord(then) ? records.get(then.id) : undefined;
  const named = record ?? declarationsByName(view).get(then.name);
  return named?.kind === then.kind ? named : undefined;
}

function recordDifference({ name, id, since }: State & { readonly id: number }, released: boolean): IdDifference {
  const hex = `0x${id.toString(16)}`;
  const entry = `state ${name} @${hex}`;
  return { key: `#${hex}`, what: `record \`${name}\` @${hex}`, released, since, span: name, entry };
}

function entryDifferences(then: Declaration, now: Declaration): readonly IdDifference[] {
  const [before, after] = [entriesById(then), entriesById(now)];
  const difference = (one: Member | Alternative, released: boolean): IdDifference => ({
    key: `${now.name}@${one.id}`,
    what: `\`${now.name}.${one.name}\` @${one.id}`,
    released,
    since: one.since,
    span: `${now.name}.${one.name}`,
    entry: `${one.name} @${one.id} : …`,
  });
  return [
    ...[...before].flatMap(([id, one]) => (after.has(id) ? [] : [difference(one, true)])),
    ...[...after].flatMap(([id, one]) => (before.has(id) ? [] : [difference(one, false)])),
  ];
}

/** Whether a release lacks an id because it came with a backport that the release does not know. */
function isLate(release: Release, { released, since }: IdDifference): boolean {
  return !released && isUnknown(release, since);
}

function misplaced(text: Text, releases: History, release: Release, each: IdDifference): Diagnostic {
  const { version } = release.module;
  const { spans } = text.provenance;
  const known = spans.get(each.span);
  const holder = spans.get(each.span.split(".")[0] ?? "") ?? spans.get("") ?? null;
  const words = {
    what: each.what,
    version: formatVersion(version),
    released: each.released,
    write: remedy(text, releases, release, each),
  };
  return diagnose("B3203", rows.B3203, words, { span: known ?? holder });
}

/** What to write: the lifetime that what is there should have, or the line that is not there, with its lifetime. */
function remedy({ module }: Text, releases: History, release: Release, each: IdDifference): string {
  const { version } = release.module;
  const versions = [...releases.keys()].sort((a, b) => a - b);
  const holders = versions.filter((one) => hasId(releases.get(one)?.module, each));
  const first = holders[0];
  if (!each.released) {
    const last = holders.findLast((one) => one < version && !isUnknownTo(releases, version, one));
    if (last !== undefined) return until(last, version);
    return since(first ?? module.versions.find((one) => one.version > version)?.version ?? module.version);
  }
  const [name = ""] = each.span.split(".");
  // What a struct has, it keeps: its members have no end.
  if (declarationsByName(release.module).get(name)?.kind === "struct") return `${each.entry};`;
  const there = entryOf(declarationsByName(module).get(name), each);
  if (there !== undefined) return there.since > version ? since(first ?? version) : until(version, module.version);
  const begin = first === undefined || first === module.versions[0]?.version ? "" : ` ${since(first)}`;
  // A backport brought it and no release of the main branch has it: the branch goes on with it.
  const isNew = first !== undefined && holders.every((one) => backportOf(one) > 0 && majorOf(one) === majorOf(first));
  const end = isNew && isUnended(releases, holders.at(-1) ?? first) ? "" : ` ${until(version, module.version)}`;
  return `${each.entry}${begin}${end};`;
}

function since(version: Version): string {
  return `since ${formatVersion(version)}`;
}

/** The end of what the last version had and a later one has not: a backport takes nothing away from those who follow it. */
function until(last: Version, gone: Version): string {
  return `until ${majorOf(last) < majorOf(gone) ? majorOf(last) : formatVersion(last)}`;
}

function isUnknownTo(releases: History, version: Version, older: Version): boolean {
  const release = releases.get(version);
  return release !== undefined && isUnknown(release, older);
}

/** Whether every later release was made without regard to a version, and so has taken nothing of it away. */
function isUnended(releases: History, version: Version): boolean {
  return [...releases.values()].every((one) => one.module.version <= version || isUnknown(one, version));
}

/** What has an id in a release. */
function hasId(release: Module | undefined, each: IdDifference): boolean {
  const [name = ""] = each.span.split(".");
  if (release === undefined) return false;
  if (each.key.startsWith("#")) return release.declarations.some((one) => isRecord(one) && keyOf(one) === each.key);
  return entryOf(declarationsByName(release).get(name), each) !== undefined;
}

function keyOf({ id }: { readonly id: number }): string {
  return `#0x${id.toString(16)}`;
}

/** What a difference is about in a declaration: the declaration itself, or an entry of it. */
function entryOf(
  declaration: Declaration | undefined,
  { key, span }: IdDifference,
): Declaration | Member | Alternative | undefined {
  if (declaration === undefined || !span.includes(".")) return declaration;
  return entriesById(declaration).get(Number(key.split("@")[1]));
}
