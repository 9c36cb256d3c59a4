import { escapeText } from "../../printable.ts";
import type { CheckResult, Finding, MatrixCell } from "../finding.ts";
import { formerText, labelOf, lineText, markedPlace, placeText, shortFingerprint } from "./group.ts";

/**
 * JUnit XML as CI servers read it (the de-facto schema of the Ant task): a suite for each module, a test case for each pair of
 * versions and direction, failed by the findings that are errors; the verdict and other findings are its output. A pair that nobody asks for is
 * skipped. Names of cases stay the same from run to run, so that servers can tell their history.
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
      cell,
    ),
  );
  const rest = own.filter((finding) => finding.direction === null);
  if (rest.length > 0) cases.push(caseOf("releases and exceptions", module, rest, null));
  const failures = cases.filter((one) => one.failed).length;
  const head = `  <testsuite name="${xml(module === "" ? "baton.json" : module)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${cases.filter((one) => one.skipped).length}">\n`;
  return {
    text: head + cases.map((one) => one.text).join("") + "  </testsuite>\n",
    tests: cases.length,
    failures,
  };
}

function nameOf({ direction, writer, reader, against }: MatrixCell): string {
  return `${direction} ${writer} -> ${reader}${against === null ? "" : ` (${against})`}`;
}

function isOf(finding: Finding, cell: MatrixCell): boolean {
  const { against, direction, writer, reader } = finding;
  return against === cell.against && direction === cell.direction && writer === cell.writer && reader === cell.reader;
}

interface Case {
  readonly text: string;
  readonly failed: boolean;
  readonly skipped: boolean;
}

function caseOf(name: string, module: string, findings: readonly Finding[], cell: MatrixCell | null): Case {
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
  const skipped = cell?.supported === false && errors.length === 0;
  if (skipped) body.push(`      <skipped message="outside \`reads\` or \`writes\`"/>\n`);
  const output = [...(cell === null || skipped ? [] : [verdictText(cell)]), ...others.map(entry)];
  if (output.length > 0) body.push(`      <system-out>${xml(output.join("\n"))}</system-out>\n`);
  const open = `    <testcase name="${xml(name)}" classname="${xml(module === "" ? "baton.json" : module)}" time="0"`;
  return {
    text: body.length === 0 ? `${open}/>\n` : `${open}>\n${body.join("")}    </testcase>\n`,
    failed: errors.length > 0,
    skipped,
  };
}

function verdictText({ verdict, corrupting, condition }: MatrixCell): string {
  return `${corrupting ? "corrupting" : verdict}${condition === null ? "" : `: refused when ${condition}`}`;
}

function entry(finding: Finding): string {
  const place = placeText(markedPlace(finding));
  return `${place === "" ? "" : `${place}: `}${labelOf(finding)}[${finding.rule}]: ${lineText(finding)}${formerText(finding)} {${shortFingerprint(finding)}}`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text for an element or an attribute; line ends between entries stay, all else that is not printable is escaped. */
function xml(text: string): string {
  return text
    .split("\n")
    .map((line) => escapeText(line).replace(/[&<>"]/g, (found) => entities[found] ?? found))
    .join("\n");
}
