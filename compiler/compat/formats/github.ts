import { escapeText } from "../../printable.ts";
import type { Severity } from "../../diagnostics/catalogue.ts";
import type { CheckResult } from "../finding.ts";
import { formerText, lineText, markedPlace, shortFingerprint } from "./group.ts";

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "notice" };

/**
 * Workflow commands that GitHub Actions turns into annotations of the changed lines
 * (docs.github.com, "Workflow commands for GitHub Actions": `::error file=…,line=…,col=…,title=…::message`).
 */
export function formatGithub(result: CheckResult): string {
  return result.findings
    .map((finding) => {
      const place = markedPlace(finding);
      const at = place === null ? [] : [`file=${property(place.file)}`, `line=${place.line}`, `col=${place.column}`];
      const title = finding.corrupting ? `${finding.rule} (corrupting)` : finding.rule;
      const head = [...at, `title=${property(title)}`].join(",");
      const fix = finding.fix === null ? "" : `; ${finding.fix}`;
      const rest = `${fix}${formerText(finding)} {${shortFingerprint(finding)}}`;
      return `::${commands[finding.severity]} ${head}::${data(lineText(finding) + rest)}\n`;
    })
    .join("");
}

/** A message: `%` and line ends would end or change the command. */
function data(text: string): string {
  return escapeText(text).replaceAll("%", "%25");
}

/** A property's value: `:` and `,` separate properties. */
function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
