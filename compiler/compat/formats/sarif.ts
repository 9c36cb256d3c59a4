import { escapeText, jsonText } from "../../printable.ts";
import type { Severity } from "../../diagnostics/catalogue.ts";
import type { CheckResult, Finding, SchemaPlace } from "../finding.ts";
import type { FormatOptions } from "./index.ts";
import { formerPlace, inReview, lineText, markedPlace } from "./group.ts";

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

/** SARIF 2.1.0 (OASIS), one run with one result for each finding; the old schema's place is a related location. */
export function formatSarif(result: CheckResult, options: FormatOptions): string {
  const ids = [...new Set(result.findings.map((finding) => finding.rule))].sort();
  const log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "baton",
            ...(options.version === undefined ? {} : { version: options.version }),
            rules: ids.map((id) => ruleOf(id, options)),
          },
        },
        columnKind: "utf16CodeUnits",
        results: result.findings.map((finding) => resultOf(finding, ids)),
      },
    ],
  };
  return jsonText(log, 2) + "\n";
}

function ruleOf(id: string, options: FormatOptions): object {
  const rule = options.rules?.get(id);
  if (rule === undefined) return { id };
  return { id, shortDescription: { text: rule.title }, fullDescription: { text: rule.explain } };
}

function resultOf(finding: Finding, ids: readonly string[]): object {
  const place = markedPlace(finding);
  const former = formerPlace(finding);
  const { rule, module, against, direction, writer, reader, verdict, corrupting, refusedBy, condition, path, fix } =
    finding;
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level: levels[finding.severity],
    message: { text: escapeText(lineText(finding) + (fix === null ? "" : `; ${fix}`)) },
    locations: place === null ? [] : [locationOf(place, finding.path)],
    ...(former === null
      ? {}
      : {
          relatedLocations: [{ ...locationOf(inReview(former), finding.path), id: 0, message: { text: "as it was" } }],
        }),
    partialFingerprints: { "baton/v1": finding.fingerprint },
    properties: { module, against, direction, writer, reader, verdict, corrupting, refusedBy, condition, path },
  };
}

/** A path as a relative reference: a `:` in its first part would be taken for the end of a scheme. */
function uriOf(file: string): string {
  return file.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
}

function locationOf(place: SchemaPlace, path: string): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(place.file) },
      region: { startLine: place.line, startColumn: place.column },
    },
    logicalLocations: [{ fullyQualifiedName: path }],
  };
}
