import { escapeText } from "../../printable.ts";
import type { CheckResult } from "../finding.ts";
import type { FormatOptions } from "./index.ts";
import { byChange, outcomeText, placeText, shortFingerprint, type ChangeGroup } from "./group.ts";
import { cellText, matrixTables, tableTitle } from "./matrix.ts";

const marks = { always: "✅", conditional: "⚠️", never: "❌" } as const;

/** A comment for a review: the verdict, a table of changes, details that fold away, and the matrix where asked for. */
export function formatMarkdown(result: CheckResult, options: FormatOptions): string {
  const { modules, declarations, members, pairs } = result.compared;
  const blocks = [
    `### ${marks[result.verdict]} Compatibility: ${result.verdict}`,
    `Compared ${modules} modules, ${declarations} declarations, ${members} members over ${pairs} pairs of versions.`,
  ];
  const groups = byChange(result.findings);
  if (groups.length > 0) {
    const rows = groups.map(({ worst }) =>
      row([
        worst.corrupting ? "**corrupting**" : worst.severity,
        code(worst.path),
        text(worst.message),
        code(worst.rule),
      ]),
    );
    blocks.push([row(["", "where", "what", "rule"]), row(["---", "---", "---", "---"]), ...rows].join("\n"));
    blocks.push(...groups.map(details));
  }
  if (options.matrix === true) {
    for (const table of matrixTables(result.matrix)) {
      const head = row([`${code(tableTitle(table))} writer \\ reader`, ...table.readers.map(String)]);
      const rule = row(["---", ...table.readers.map(() => "---")]);
      const rows = table.rows.map(({ writer, cells }) =>
        row([
          String(writer),
          ...cells.map((cell) =>
            cell === null ? "-" : `${cell.corrupting ? "💥" : marks[cell.verdict]} ${cellText(cell)}`,
          ),
        ]),
      );
      blocks.push([head, rule, ...rows].join("\n"));
    }
  }
  return blocks.join("\n\n") + "\n";
}

function details({ worst, findings }: ChangeGroup): string {
  const lines = findings.map((finding) => `- ${text(outcomeText(finding))} \`${shortFingerprint(finding)}\``);
  if (worst.new !== null) lines.push(`- at ${code(placeText(worst.new))}`);
  if (worst.old !== null) lines.push(`- was ${code(placeText(worst.old))}`);
  const witness = findings.find((finding) => finding.witness !== null)?.witness;
  if (witness !== null && witness !== undefined) {
    lines.push(`- witness ${code(`${witness.type} ${JSON.stringify(witness.value)}`)}: ${text(witness.outcome)}`);
  }
  if (worst.fix !== null) lines.push(`- fix: ${text(worst.fix)}`);
  const summary = `<summary><code>${html(worst.rule)}</code> <code>${html(worst.path)}</code></summary>`;
  return `<details>${summary}\n\n${lines.join("\n")}\n\n</details>`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Text between other text: nothing in it is markup. */
function text(value: string): string {
  return html(escapeText(value)).replace(/[\\`*_[\]|~]/g, (found) => `\\${found}`);
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
