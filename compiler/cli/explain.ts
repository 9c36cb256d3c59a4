import { rulePages, type RulePage } from "../compat/rules/pages.ts";
import { diagnose, type Row } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { allCodes, lookup } from "../diagnostics/index.ts";
import { samples } from "../diagnostics/samples.ts";
import { closest } from "../diagnostics/suggest.ts";
import { visible } from "../printable.ts";
import type { Call, Status } from "./call.ts";

/** `baton explain [CODE]`: the page of a diagnostic or of a rule of the gate, or the list of all. */
export async function explain(call: Call): Promise<Status> {
  const [given] = call.arguments;
  if (given === undefined) {
    const width = Math.max(...[...rulePages.keys()].map((name) => name.length));
    const codes = allCodes.map((code) => `${code}  ${lookup(code)?.title ?? ""}\n`);
    const names = [...rulePages].map(([name, { title }]) => `${name.padEnd(width)}  ${title}\n`);
    return call.deliver(`${codes.join("")}\n${names.join("")}`);
  }
  const code = given.trim().toUpperCase();
  const page = rulePages.get(code);
  if (page !== undefined) return explainRule(call, code, page);
  const row = lookup(code);
  if (row === undefined) {
    const nearest = closest(code, [...allCodes, ...rulePages.keys()]);
    return call.refuse([diagnose("B9301", rows.B9301, { code: given, nearest }, { span: null })]);
  }
  const strong = strongIn(call);
  const severity = row.severity === "error" ? "" : ` (${row.severity})`;
  const retired = row.retired === true ? " (no longer reported)" : "";
  const parts = [strong(`${code}: ${row.title}${severity}${retired}`), row.explain.trim()];
  if (row.example !== undefined) {
    parts.push(strong("Reported for:"), sample(row.example.bad), strong("Instead:"), sample(row.example.good));
  }
  const shown = shownFor(code, row);
  if (shown !== null && row.example === undefined) {
    parts.push(strong("For example:"), sample(shown.lines));
    if (shown.fix !== undefined) parts.push(strong("What to do:"), shown.fix);
  }
  return call.deliver(`${parts.join("\n\n")}\n`);
}

/** Marks a heading where colours are shown. */
function strongIn(call: Call): (text: string) => string {
  const shown = (call.text("out") ?? "-") === "-" && call.coloured("output");
  return (text) => (shown ? `\u001b[1m${text}\u001b[0m` : text);
}

/** The message as tools print it, from made-up facts, and what to do; null where a schema is the example. */
function shownFor(code: string, row: Row): { readonly lines: string; readonly fix: string | undefined } | null {
  const made = samples[code];
  if (made === undefined) return null;
  // They are the parameters of this very row: a test prints every page.
  const facts = made.facts as never;
  const message = row.message(facts);
  const help = row.help?.(facts);
  const line = made.at === undefined ? `${row.severity}[${code}]: ${message}` : `! ${made.at}: ${message} [${code}]`;
  return { lines: help === undefined ? line : `${line}\n  = help: ${help}`, fix: made.fix };
}

function explainRule(call: Call, name: string, { title, explain: text, example, mirror }: RulePage): Status {
  const strong = strongIn(call);
  const parts = [strong(`${name}: ${title}`), text.trim()];
  if (example !== null) {
    const line = (schema: string): string => (schema === "" ? "    (nothing)" : sample(schema));
    parts.push(strong("Before:"), line(example.old), strong("After:"), line(example.new));
  }
  if (mirror !== null) parts.push(`The opposite change: ${mirror}.`);
  return call.deliver(`${parts.join("\n\n")}\n`);
}

/** An example indented; what could not be seen in it, such as the character that the page is about, is escaped. */
function sample(text: string): string {
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => (line === "" ? "" : `    ${visible(line)}`)).join("\n");
}
