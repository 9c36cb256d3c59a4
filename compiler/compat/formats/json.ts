import { jsonText } from "../../printable.ts";
import type { CheckResult, Finding, SchemaPlace } from "../finding.ts";

/** The result as `check.schema.json` describes it. */
export function formatJson({ verdict, compared, accepted, findings, matrix }: CheckResult): string {
  return jsonText({ verdict, compared, accepted, findings: findings.map(ordered), matrix }, 2) + "\n";
}

/** A finding with what it is about first. */
function ordered(finding: Finding): Finding {
  const { rule, severity, module, against, direction, writer, reader, verdict, corrupting, refusedBy, path } = finding;
  const { message, fix, condition, old, new: now, witness, exception, fingerprint } = finding;
  const hides = finding.hides === undefined ? {} : { hides: finding.hides };
  const head = { rule, severity, module, against, direction, writer, reader, verdict, corrupting, ...hides };
  const places = { old: bare(old), new: bare(now) };
  return { ...head, refusedBy, path, message, fix, condition, ...places, witness, exception, fingerprint };
}

function bare(place: SchemaPlace | null): SchemaPlace | null {
  return place && { file: place.file, line: place.line, column: place.column };
}
