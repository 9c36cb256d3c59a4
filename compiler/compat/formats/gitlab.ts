import { escapeText, jsonText } from "../../printable.ts";
import type { CheckResult, Finding } from "../finding.ts";
import { formerText, lineText, markedPlace } from "./group.ts";

/** GitLab's Code Quality report (docs.gitlab.com, "Code Quality report format"): a list of issues with a stable fingerprint each. */
export function formatGitlab(result: CheckResult): string {
  const issues = result.findings.map((finding) => {
    const place = markedPlace(finding);
    return {
      description: escapeText(lineText(finding) + formerText(finding)),
      check_name: finding.rule,
      fingerprint: finding.fingerprint,
      severity: severityOf(finding),
      location: { path: place?.file ?? "baton.json", lines: { begin: place?.line ?? 1 } },
    };
  });
  return jsonText(issues, 2) + "\n";
}

function severityOf(finding: Finding): "info" | "minor" | "major" | "critical" | "blocker" {
  switch (finding.severity) {
    case "info":
      return "info";
    case "warning":
      return finding.verdict === "always" ? "minor" : "major";
    case "error":
      return finding.corrupting ? "blocker" : "critical";
  }
}
