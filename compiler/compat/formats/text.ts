import { escapeText } from "../../printable.ts";
import type { CheckResult, Finding, Witness } from "../finding.ts";
import type { FormatOptions } from "./index.ts";
import {
  acceptedText,
  byChange,
  comparedText,
  cut,
  formerPlace,
  labelOf,
  markedPlace,
  outcomeText,
  pairText,
  placeText,
  plural,
  shortFingerprint,
  unshownText,
  witnessText,
  type ChangeGroup,
} from "./group.ts";
import { cellText, matrixTables, tableTitle } from "./matrix.ts";

type Paint = (code: string, text: string) => string;

const colors: Readonly<Record<string, string>> = { error: "31", warning: "33", info: "36" };

/** For people: one entry for each change, worst first, its pairs inside; then the matrix where asked for, and what was compared. */
export function formatText(result: CheckResult, options: FormatOptions): string {
  const paint: Paint = options.color === true ? (code, text) => `\u001b[${code}m${text}\u001b[0m` : (_, text) => text;
  const blocks = byChange(result.findings).map((group) => groupText(group, paint));
  if (options.matrix === true) blocks.push(...matrixTables(result.matrix).map((table) => tableText(table)));
  blocks.push(summaryText(result));
  return blocks.join("\n");
}

function groupText({ worst, findings }: ChangeGroup, paint: Paint): string {
  const label = `${labelOf(worst)}[${worst.rule}]`;
  const lines = [`${paint(`1;${colors[worst.severity] ?? "0"}`, label)}: ${paint("1", escapeText(worst.message))}`];
  const marked = markedPlace(worst);
  const former = formerPlace(worst);
  if (marked !== null) lines.push(`  --> ${escapeText(placeText(marked))}`);
  if (former !== null) lines.push(`  was ${escapeText(placeText(former))}`);
  const mark = (finding: Finding): string => paint("2", `{${shortFingerprint(finding)}}`);
  lines.push(`  path: ${escapeText(worst.path)}${worst.direction === null ? ` ${mark(worst)}` : ""}`);
  for (const finding of findings) {
    if (finding.direction === null || finding.verdict === "always") continue;
    lines.push(`  ${escapeText(outcomeText(finding))} ${mark(finding)}`);
  }
  // Pairs that the change is harmless for take one line together.
  const works = findings.filter(({ verdict, direction }) => verdict === "always" && direction !== null).map(pairText);
  if (works.length > 0) lines.push(`  works: ${escapeText(works.join(", "))}`);
  const witness = findings.find((finding) => finding.witness !== null)?.witness ?? null;
  if (witness !== null) lines.push(...witnessLines(witness));
  const unshown = unshownText(findings);
  if (unshown !== null) lines.push(`  = no witness: ${escapeText(unshown)}`);
  if (worst.fix !== null) lines.push(`  = fix: ${escapeText(worst.fix)}`);
  return lines.join("\n") + "\n";
}

function witnessLines(witness: Witness): string[] {
  const { record, bytes, outcome } = witness;
  const lines = [`  = witness: ${escapeText(witnessText(witness))}`];
  if (record !== null && bytes !== null) {
    lines.push(`    bytes: ${record === "" ? "none" : cut(record)} (of the record; the dump has ${bytes.length / 2})`);
  }
  lines.push(`    outcome: ${escapeText(outcome)}`);
  return lines;
}

function tableText(table: ReturnType<typeof matrixTables>[number]): string {
  const head = ["writer \\ reader", ...table.readers.map(String)];
  const rows = table.rows.map((row) => [String(row.writer), ...row.cells.map(cellText)]);
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd();
  return [tableTitle(table), line(head), ...rows.map(line)].join("\n") + "\n";
}

/** `conditional: 1 error, 2 warnings, 0 notes; compared 2 modules, 31 declarations, 214 members, 4 pairs of versions`. */
function summaryText({ verdict, findings, accepted, compared }: CheckResult): string {
  const groups = byChange(findings);
  const count = (severity: string): number => groups.filter((group) => group.worst.severity === severity).length;
  const parts = [plural(count("error"), "error"), plural(count("warning"), "warning"), plural(count("info"), "note")];
  const taken = acceptedText(accepted);
  if (taken !== "") parts.push(taken);
  return `${verdict}: ${parts.join(", ")}; compared ${comparedText(compared)}\n`;
}
