import type { Accepted, Compared, Finding, SchemaPlace, VersionName, Witness } from "../finding.ts";

/** All findings of one change: what a person reads as one thing. */
export interface ChangeGroup {
  /** The worst of them; message, fix, places and path are told from it. */
  readonly worst: Finding;
  readonly findings: readonly Finding[];
}

const severities = { error: 0, warning: 1, info: 2 } as const;
const verdicts = { never: 0, conditional: 1, always: 2 } as const;

/** Orders findings worst first: severity, corrupting, verdict; then by module and path, so that a run prints what the last one printed. */
export function worstFirst(a: Finding, b: Finding): number {
  return (
    severities[a.severity] - severities[b.severity] ||
    // A rewritten release comes before what the versions do to each other.
    Number(a.direction !== null) - Number(b.direction !== null) ||
    Number(b.corrupting) - Number(a.corrupting) ||
    verdicts[a.verdict] - verdicts[b.verdict] ||
    compare(a.module, b.module) ||
    compare(a.path, b.path) ||
    compare(a.rule, b.rule) ||
    compare(a.fingerprint, b.fingerprint)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Findings by change (rule and path; what is about no pair by what it says, too), worst change first. */
export function byChange(findings: readonly Finding[]): readonly ChangeGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of [...findings].sort(worstFirst)) {
    // What is about no pair is no change that several pairs have: each thing that is said is one by itself.
    const key = `${finding.rule} ${finding.path}${finding.direction === null ? ` ${finding.message}` : ""}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].flatMap((group) => {
    const [worst] = group;
    return worst === undefined ? [] : [{ worst, findings: group.sort(byPair) }];
  });
}

/** Worst first, then in the order of the versions. */
function byPair(a: Finding, b: Finding): number {
  const [direction, other] = [a.direction ?? "", b.direction ?? ""];
  return (
    Number(b.corrupting) - Number(a.corrupting) ||
    verdicts[a.verdict] - verdicts[b.verdict] ||
    compare(a.against ?? "", b.against ?? "") ||
    -compare(direction, other) ||
    compareVersions(a.writer ?? "", b.writer ?? "") ||
    compareVersions(a.reader ?? "", b.reader ?? "") ||
    compare(pairText(a), pairText(b))
  );
}

/** Versions by number. What has none (`old` and `new`, profiles) comes after them, and keeps the order that it is found in: oldest first. */
export function compareVersions(a: VersionName, b: VersionName): number {
  const [one, other] = [partsOf(a), partsOf(b)];
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return one[0] - other[0] || one[1] - other[1];
}

function partsOf(version: VersionName): readonly [number, number] | null {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(String(version));
  return match === null ? null : [Number(match[1]), Number(match[2] ?? 0)];
}

/** `schemas/linux/pci.baton:31:3`; empty for no place. */
export function placeText(place: SchemaPlace | null): string {
  return place === null ? "" : `${place.file}:${place.line}:${place.column}`;
}

/** `upgrade 1 -> 3`, and what it was held against. */
export function pairText({ direction, writer, reader, against }: Finding): string {
  return `${direction} ${writer} -> ${reader}${against === null ? "" : ` (${against})`}`;
}

/** What happens to a pair in one line: `upgrade 1 -> 3: refused by the reader when PciDevice.pasid != 0`; empty for what is about no pair. */
export function outcomeText(finding: Finding): string {
  if (finding.direction === null) return "";
  const pair = pairText(finding);
  const when = finding.condition === null ? "" : ` when ${finding.condition}`;
  if (finding.corrupting) return `${pair}: taken with another meaning${when}`;
  const but = finding.hides === undefined ? "" : `; but for the other changes, ${finding.hides}`;
  if (finding.verdict === "always") return `${pair}: works${but}`;
  const by = finding.refusedBy === null ? "refused" : `refused by the ${finding.refusedBy}`;
  return `${pair}: ${finding.verdict === "never" && finding.condition === null ? "always " : ""}${by}${when}${but}`;
}

/** The start of a fingerprint: enough to find the finding again in a baseline. */
export function shortFingerprint({ fingerprint }: Finding): string {
  return fingerprint.slice(0, 16);
}

/** Where the thing stood before; null where that is not known, or is the place already. */
export function formerPlace(finding: Finding): SchemaPlace | null {
  const { old } = finding;
  return old === null || placeText(old) === placeText(markedPlace(finding)) ? null : old;
}

/** The former place for formats with room for one. */
export function formerText(finding: Finding): string {
  const former = formerPlace(finding);
  return former === null ? "" : `; was ${placeText(former)}`;
}

/** How bad a finding is, in one word. */
export function labelOf({ corrupting, severity }: Finding): string {
  return corrupting ? "corrupting" : severity;
}

/** The message of a finding for one line: of what, what changed, and what it does to this pair. */
export function lineText(finding: Finding): string {
  const { path, module, message } = finding;
  const about = path === module || message.includes(path) ? message : `${path}: ${message}`;
  const outcome = outcomeText(finding);
  return outcome === "" ? about : `${about} (${outcome})`;
}

/** Longer values and dumps are cut for people; JSON has them whole. */
const witnessWidth = 160;

/** A witness's record as people read it. */
export function witnessText({ type, value }: Witness): string {
  return cut(`${type} ${JSON.stringify(value) ?? "null"}`);
}

/** What is said of findings for which no witness was found; null where there are none. */
export function unshownText(findings: readonly Finding[]): string | null {
  const pairs = findings.flatMap((finding) => (finding.unshown === true ? [pairText(finding)] : []));
  return pairs.length === 0 ? null : `no value was found that shows ${pairs.join(", ")}`;
}

/** Text of a witness that is not longer than people read. */
export function cut(text: string): string {
  return text.length <= witnessWidth ? text : `${text.slice(0, witnessWidth)}… (${text.length} characters)`;
}

/** `1 pair`, `2 pairs`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** `1 module, 3 declarations, 20 members, 2 pairs of versions`. */
export function comparedText({ modules, declarations, members, pairs }: Compared): string {
  const parts = [plural(modules, "module"), plural(declarations, "declaration"), plural(members, "member")];
  return [...parts, `${plural(pairs, "pair")} of versions`].join(", ");
}

/** `accepted 2 by exception and 1 by the baseline`; empty for none. */
export function acceptedText({ exceptions, baseline }: Accepted): string {
  const accepted = [
    ...(exceptions === 0 ? [] : [`${exceptions} by exception`]),
    ...(baseline === 0 ? [] : [`${baseline} by the baseline`]),
  ];
  return accepted.length === 0 ? "" : `accepted ${accepted.join(" and ")}`;
}

/** The place that a review should mark: the new schema's, or where the thing was, in a file that the review knows. */
export function markedPlace(finding: Finding): SchemaPlace | null {
  return finding.new ?? (finding.old && inReview(finding.old));
}

/** A place of a revision, by the name that its file has in the repository. */
export function inReview({ file, line, column, within }: SchemaPlace): SchemaPlace {
  return { file: within ?? file, line, column };
}
