import { cover, type Span } from "../../text.ts";
import type { SupportItem, VersionItem, VersionLiteral } from "../../syntax/ast.ts";
import type { Version } from "../ir.ts";
import type { Problems } from "../problems.ts";
import { afterUntil, backportOf, formatVersion, largestVersionPart, majorOf, packVersion } from "../version.ts";
import type { ModuleDraft } from "./draft.ts";

/** Takes a module's `version`, `reads` and `writes` lines. A file without any `version` line is at version 1. */
export function readVersions(module: ModuleDraft, problems: Problems): void {
  const lines = module.file.items.filter((item): item is VersionItem => item.kind === "version");
  const known = lines.filter((item) => !module.file.damage.nodes.has(item));
  const rest = known[mostVersions];
  if (rest !== undefined) {
    problems.add("B3113", { limit: mostVersions }, { span: rest.version.span });
    module.unlisted = true;
  }
  const taken: ModuleDraft["versions"][number][] = [];
  for (const item of known.slice(0, mostVersions)) takeVersion(item, taken, module.unlisted, problems);
  if (taken.length === 0) taken.push({ version: packVersion(1, 0), label: null, span: null });
  taken.sort((a, b) => a.version - b.version);
  module.versions = taken;
  module.reads = readSupport(module, "reads", problems);
  module.writes = readSupport(module, "writes", problems);
}

/** Every tool holds the view of each version, and compares them in pairs. */
const mostVersions = 256;

function takeVersion(
  item: VersionItem,
  taken: ModuleDraft["versions"][number][],
  isPartly: boolean,
  problems: Problems,
): void {
  const { span } = item.version;
  const version = checkedVersion(item.version, problems);
  if (version === null) return;
  const text = formatVersion(version);
  const last = taken.reduce<(typeof taken)[number] | undefined>(
    (latest, each) => (latest === undefined || each.version > latest.version ? each : latest),
    undefined,
  );
  if (last !== undefined && version <= last.version) {
    const twice = taken.find((each) => each.version === version);
    const other = twice ?? last;
    problems.add(
      "B3102",
      { version: text, previous: formatVersion(other.version) },
      { span, notes: other.span === null ? [] : [{ message: "declared here", span: other.span }] },
    );
    if (twice !== undefined) return;
  } else if (
    !isPartly &&
    backportOf(version) !== 0 &&
    (last === undefined || majorOf(last.version) !== majorOf(version))
  ) {
    problems.add("B3103", { version: text, base: String(majorOf(version)) }, { span });
  }
  taken.push({ version, label: item.label?.value ?? null, span });
}

/** The version that a literal names, if it can be one at all; else reports why not. */
export function checkedVersion(literal: VersionLiteral, problems: Problems): Version | null {
  const { major, backport, text, span } = literal;
  if (text === "") return null;
  const problem =
    major === 0
      ? "versions are counted from 1"
      : major > largestVersionPart || backport > largestVersionPart
        ? `its numbers go up to ${largestVersionPart}`
        : backport === 0 && text.includes(".")
          ? `backports are counted from 1; the version itself is \`${major}\``
          : null;
  if (problem === null) return packVersion(major, backport);
  problems.add("B3101", { text, problem }, { span });
  return null;
}

/** The declared version that a literal names; else reports that there is none. */
export function declaredVersion(literal: VersionLiteral, module: ModuleDraft, problems: Problems): Version | null {
  const version = checkedVersion(literal, problems);
  if (version === null || module.versions.some((each) => each.version === version)) return version;
  // A version line may be among what could not be read, or was not.
  if (module.unlisted) return version;
  const declared = module.versions.map((each) => formatVersion(each.version));
  problems.add("B3104", { version: formatVersion(version), declared }, { span: literal.span });
  return null;
}

/** The ranges of a line as they are written. */
function rangesIn({ ranges, span }: SupportItem, { source }: ModuleDraft): readonly string[] {
  const text = source.text.slice(span.start, span.end).replace(/^\w+|;$/g, "");
  return ranges.length === 0 ? [] : text.split(",").map((range) => range.trim());
}

function readSupport(module: ModuleDraft, kind: SupportItem["kind"], problems: Problems): readonly Version[] {
  const declared = module.versions.map((each) => each.version);
  const items = module.file.items.filter((item): item is SupportItem => item.kind === kind);
  const [item, ...extra] = items;
  for (const each of extra) {
    const span = wordSpan(each.span, kind);
    problems.add(
      "B3110",
      { line: kind, joined: [...new Set(items.flatMap((one) => rangesIn(one, module)))].join(", ") },
      { span, notes: item === undefined ? [] : [{ message: "first here", span: wordSpan(item.span, kind) }] },
    );
  }
  if (item === undefined) return declared;
  const supported = new Set<Version>(declared.slice(-1));
  for (const range of item.ranges) {
    const min = range.min === null ? (declared[0] ?? 0) : declaredVersion(range.min, module, problems);
    const max = range.single
      ? min
      : range.max === null
        ? (declared.at(-1) ?? 0)
        : declaredVersion(range.max, module, problems);
    if (min === null || max === null) continue;
    if (min >= afterUntil(max)) {
      // The first or last version may be one that is not known.
      if (module.unlisted && (range.min === null || range.max === null)) continue;
      const ends = range.min === null || range.max === null ? range.span : cover(range.min.span, range.max.span);
      problems.add("B3111", { min: formatVersion(min), max: formatVersion(max) }, { span: ends });
      continue;
    }
    for (const version of declared) if (min <= version && version < afterUntil(max)) supported.add(version);
  }
  return [...supported].sort((a, b) => a - b);
}

function wordSpan(span: Span, word: string): Span {
  return { ...span, end: span.start + word.length };
}
