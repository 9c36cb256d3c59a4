import { escapeText } from "../../printable.ts";
import type { CheckResult, Witness } from "../finding.ts";
import type { FormatOptions } from "./index.ts";
import { byChange, outcomeText, pairText, placeText, shortFingerprint, type ChangeGroup } from "./group.ts";
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
  const label = worst.corrupting ? "corrupting" : worst.severity;
  const lines = [
    `${paint(`1;${colors[worst.severity] ?? "0"}`, `${label}[${worst.rule}]`)}: ${paint("1", escapeText(worst.message))}`,
  ];
  if (worst.new !== null) lines.push(`  --> ${placeText(worst.new)}`);
  if (worst.old !== null) lines.push(`  ${worst.new === null ? "-->" : "was"} ${placeText(worst.old)}`);
  lines.push(`  path: ${escapeText(worst.path)}`);
  for (const finding of findings) {
    if (finding.verdict === "always" && finding.direction !== null) continue;
    const outcome = outcomeText(finding);
    lines.push(`  ${escapeText(outcome)}${outcome === "" ? "" : " "}${paint("2", `{${shortFingerprint(finding)}}`)}`);
  }
  // Pairs that the change is harmless for take one line together.
  const works = findings.filter(({ verdict, direction }) => verdict === "always" && direction !== null).map(pairText);
  if (works.length > 0) lines.push(`  works: ${escapeText(works.join(", "))}`);
  const witness = findings.find((finding) => finding.witness !== null)?.witness ?? null;
  if (witness !== null) lines.push(...witnessLines(witness));
  if (worst.fix !== null) lines.push(`  = fix: ${escapeText(worst.fix)}`);
  return lines.join("\n") + "\n";
}

/** Longer values and dumps are cut here; `--witness DIR` has them whole. */
const witnessWidth = 160;

function witnessLines(witness: Witness): string[] {
  const value = JSON.stringify(witness.value) ?? "null";
  const lines = [`  = witness: ${escapeText(cut(`${witness.type} ${value}`))}`];
  if (witness.bytes !== null) lines.push(`    bytes: ${cut(witness.bytes)}`);
  lines.push(`    outcome: ${escapeText(witness.outcome)}`);
  return lines;
}

function cut(text: string): string {
  return text.length <= witnessWidth ? text : `${text.slice(0, witnessWidth)}… (${text.length} characters)`;
}

function tableText(table: ReturnType<typeof matrixTables>[number]): string {
  const head = ["writer \\ reader", ...table.readers.map(String)];
  const rows = table.rows.map((row) => [String(row.writer), ...row.cells.map(cellText)]);
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd();
  return [tableTitle(table), line(head), ...rows.map(line)].join("\n") + "\n";
}

/** `conditional: 3 changes (1 error); compared 2 modules, 31 declarations, 214 members, 4 pairs`. */
function summaryText(result: CheckResult): string {
  const groups = byChange(result.findings);
  const count = (severity: string): number => groups.filter((group) => group.worst.severity === severity).length;
  const parts = [plural(count("error"), "error"), plural(count("warning"), "warning"), plural(count("info"), "note")];
  const { modules, declarations, members, pairs } = result.compared;
  const compared = [plural(modules, "module"), plural(declarations, "declaration"), plural(members, "member")];
  const { exceptions, baseline } = result.accepted;
  const accepted = [
    ...(exceptions === 0 ? [] : [`${exceptions} by exception`]),
    ...(baseline === 0 ? [] : [`${baseline} by the baseline`]),
  ];
  if (accepted.length > 0) parts.push(`accepted ${accepted.join(" and ")}`);
  return `${result.verdict}: ${parts.join(", ")}; compared ${compared.join(", ")}, ${plural(pairs, "pair")} of versions\n`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
