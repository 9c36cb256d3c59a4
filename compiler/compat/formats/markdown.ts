import { escapeText } from "../../printable.ts";
import type { CheckResult } from "../finding.ts";
import type { FormatOptions } from "./index.ts";
import {
  acceptedText,
  byChange,
  comparedText,
  formerPlace,
  labelOf,
  markedPlace,
  outcomeText,
  placeText,
  plural,
  shortFingerprint,
  unshownText,
  witnessText,
  type ChangeGroup,
} from "./group.ts";
import { cellText, matrixTables, tableTitle, type MatrixTable } from "./matrix.ts";

const marks = { always: "✅", conditional: "⚠️", never: "❌" } as const;

/** GitHub refuses comments beyond 65,536 characters; what CI puts around this one needs room, too. */
const longest = 60_000;

/**
 * A comment for a review: the verdict, a table of changes, the matrix where asked for, and details that fold away. Of more than a comment can
 * hold, the worst is told, and how much is not.
 */
export function formatMarkdown(result: CheckResult, options: FormatOptions): string {
  const { verdict, accepted, compared, findings } = result;
  const taken = acceptedText(accepted);
  const lead = [
    `### ${marks[verdict]} Compatibility: ${verdict}`,
    `Compared ${comparedText(compared)}${taken === "" ? "" : `; ${taken}`}.`,
  ];
  const groups = byChange(findings);
  const matrix = options.matrix === true ? matrixTables(result.matrix).map(matrixText) : [];
  const room = longest - [...lead, ...matrix].reduce((sum, block) => sum + block.length + 2, 0);
  const rows = fitting(groups.map(changeRow), room / 2);
  const head = [row(["", "where", "what", "rule"]), row(["---", "---", "---", "---"])];
  const table = rows.length === 0 ? [] : [[...head, ...rows].join("\n")];
  const left = room - table.reduce((sum, block) => sum + block.length + 2, 0);
  const told = fitting(groups.map(details), left);
  const more = groups.length - Math.min(rows.length, told.length);
  const rest = more === 0 ? [] : [`… and ${plural(more, "change")} more: \`baton check\` tells all of them.`];
  return [...lead, ...table, ...matrix, ...told, ...rest].join("\n\n") + "\n";
}

/** The first blocks that fit into so many characters. */
function fitting(blocks: readonly string[], room: number): readonly string[] {
  let used = 0;
  const end = blocks.findIndex((block) => (used += block.length + 2) > room);
  return end < 0 ? blocks : blocks.slice(0, end);
}

function changeRow({ worst }: ChangeGroup): string {
  const label = worst.corrupting ? `**${labelOf(worst)}**` : labelOf(worst);
  return row([label, code(worst.path), prose(worst.message), code(worst.rule)]);
}

function matrixText(table: MatrixTable): string {
  const head = row([`${code(tableTitle(table))} writer \\ reader`, ...table.readers.map((name) => text(String(name)))]);
  const rows = table.rows.map(({ writer, cells }) =>
    row([
      text(String(writer)),
      ...cells.map((cell) =>
        cell === null ? "-" : `${cell.corrupting ? "💥" : marks[cell.verdict]} ${cellText(cell)}`,
      ),
    ]),
  );
  return [head, row(["---", ...table.readers.map(() => "---")]), ...rows].join("\n");
}

function details({ worst, findings }: ChangeGroup): string {
  const lines = findings.map((finding) => {
    const outcome = outcomeText(finding);
    return `- ${outcome === "" ? "" : `${prose(outcome)} `}\`${shortFingerprint(finding)}\``;
  });
  const [marked, former] = [markedPlace(worst), formerPlace(worst)];
  if (marked !== null) lines.push(`- at ${code(placeText(marked))}`);
  if (former !== null) lines.push(`- was ${code(placeText(former))}`);
  const witness = findings.find((finding) => finding.witness !== null)?.witness;
  if (witness !== null && witness !== undefined) {
    lines.push(`- witness ${code(witnessText(witness))}: ${prose(witness.outcome)}`);
  }
  const unshown = unshownText(findings);
  if (unshown !== null) lines.push(`- no witness: ${prose(unshown)}`);
  if (worst.fix !== null) lines.push(`- fix: ${prose(worst.fix)}`);
  const summary = `<summary><code>${html(worst.rule)}</code> <code>${html(escapeText(worst.path))}</code></summary>`;
  return `<details>${summary}\n\n${lines.join("\n")}\n\n</details>`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Text between other text: nothing in it is markup. */
function text(value: string): string {
  return html(escapeText(value)).replace(/[\\`*_[\]|~]/g, (found) => `\\${found}`);
}

/** A message, in which backticks mark code. */
function prose(value: string): string {
  const parts = value.split("`");
  if (parts.length % 2 === 0) return text(value);
  return parts.map((part, i) => (i % 2 === 0 ? text(part) : part === "" ? "\\`\\`" : code(part))).join("");
}

/** A code span; one that holds backticks is fenced by more of them. */
function code(value: string): string {
  const safe = escapeText(value).replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...safe.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `\`${safe}\`` : `${fence} ${safe} ${fence}`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function html(value: string): string {
  return value.replace(/[&<>]/g, (found) => entities[found] ?? found);
}
