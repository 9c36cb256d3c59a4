import { escapeText } from "../../printable.ts";
import type { CheckResult, Finding, MatrixCell } from "../finding.ts";
import { formerText, lineText, markedPlace, placeText, shortFingerprint } from "./group.ts";

/**
 * JUnit XML as CI servers read it (the de-facto schema of the Ant task): a suite for each module, a test case for each pair of
 * versions, failed by the findings that are errors; other findings are its output.
 */
export function formatJunit(result: CheckResult): string {
  const modules = [...new Set([...result.matrix.map((cell) => cell.module), ...result.findings.map((f) => f.module)])];
  const suites = modules.sort().map((module) => suiteOf(module, result));
  const cases = suites.reduce((sum, suite) => sum + suite.tests, 0);
  const failures = suites.reduce((sum, suite) => sum + suite.failures, 0);
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<testsuites name="baton check" tests="${cases}" failures="${failures}" errors="0">\n` +
    suites.map((suite) => suite.text).join("") +
    `</testsuites>\n`
  );
}

function suiteOf(module: string, result: CheckResult): { text: string; tests: number; failures: number } {
  const cells = result.matrix.filter((cell) => cell.module === module);
  const own = result.findings.filter((finding) => finding.module === module);
  const cases = cells.map((cell) =>
    caseOf(
      nameOf(cell),
      module,
      own.filter((finding) => isOf(finding, cell)),
    ),
  );
  const rest = own.filter((finding) => finding.direction === null);
  if (rest.length > 0) cases.push(caseOf("releases and exceptions", module, rest));
  const failures = cases.filter((one) => one.failed).length;
  const head = `  <testsuite name="${xml(module === "" ? "baton.json" : module)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="0">\n`;
  return {
    text: head + cases.map((one) => one.text).join("") + "  </testsuite>\n",
    tests: cases.length,
    failures,
  };
}

function nameOf({ writer, reader, verdict, against }: MatrixCell): string {
  return `${writer} -> ${reader}${against === null ? "" : ` (${against})`}: ${verdict}`;
}

function isOf(finding: Finding, cell: MatrixCell): boolean {
  const { against, direction, writer, reader } = finding;
  return against === cell.against && direction === cell.direction && writer === cell.writer && reader === cell.reader;
}

function caseOf(name: string, module: string, findings: readonly Finding[]): { text: string; failed: boolean } {
  const errors = findings.filter((finding) => finding.severity === "error");
  const others = findings.filter((finding) => finding.severity !== "error");
  const body: string[] = [];
  const [first] = errors;
  if (first !== undefined) {
    const message = errors.length === 1 ? lineText(first) : `${errors.length} findings: ${lineText(first)}`;
    body.push(
      `      <failure message="${xml(message)}" type="${xml(first.rule)}">${xml(errors.map(entry).join("\n"))}</failure>\n`,
    );
  }
  if (others.length > 0) body.push(`      <system-out>${xml(others.map(entry).join("\n"))}</system-out>\n`);
  const open = `    <testcase name="${xml(name)}" classname="${xml(module === "" ? "baton.json" : module)}" time="0"`;
  return {
    text: body.length === 0 ? `${open}/>\n` : `${open}>\n${body.join("")}    </testcase>\n`,
    failed: errors.length > 0,
  };
}

function entry(finding: Finding): string {
  const place = placeText(markedPlace(finding));
  return `${place === "" ? "" : `${place}: `}${finding.severity}[${finding.rule}]: ${lineText(finding)}${formerText(finding)} {${shortFingerprint(finding)}}`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text for an element or an attribute; line ends between entries stay, all else that is not printable is escaped. */
function xml(text: string): string {
  return text
    .split("\n")
    .map((line) => escapeText(line).replace(/[&<>"]/g, (found) => entities[found] ?? found))
    .join("\n");
}
