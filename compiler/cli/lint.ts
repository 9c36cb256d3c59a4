import type { Diagnostic } from "../diagnostics/catalogue.ts";
import { compileFound } from "../host/source.ts";
import { escapeText, jsonText } from "../printable.ts";
import { countText, fancy, oneLine, toJson } from "../report.ts";
import { status, type Call, type Status } from "./call.ts";
import { schemasOf } from "./schemas.ts";

/** `baton lint [PATHS]`: every error, and the warnings of what was named. */
export async function lint(call: Call): Promise<Status> {
  const schemas = await schemasOf(call);
  const { diagnostics, mistakes: unusable } = await compileFound(schemas);
  const mistakes = [...schemas.mistakes, ...unusable];
  const named = new Set([...schemas.named].map(({ path }) => path));
  const shown = [...mistakes, ...diagnostics].filter(
    ({ severity, span }) => severity === "error" || span === null || named.has(span.source.path),
  );
  const delivered = tell(call, shown, schemas.sources.length);
  if (delivered !== status.done) return delivered;
  if (mistakes.length > 0) return status.wrong;
  return shown.some(({ severity }) => severity === "error") ? status.no : status.done;
}

function tell(call: Call, diagnostics: readonly Diagnostic[], files: number): Status {
  const counted = countText(diagnostics) || "no errors";
  switch (call.text("format")) {
    case "json": {
      const count = (severity: string): number => diagnostics.filter((each) => each.severity === severity).length;
      const summary = { files, errors: count("error"), warnings: count("warning") };
      return call.deliver(`${jsonText({ diagnostics: diagnostics.map(toJson), summary }, 2)}\n`);
    }
    case "github":
      return call.deliver(diagnostics.map((each) => `${githubLine(each)}\n`).join(""));
    case "line":
      return call.deliver(diagnostics.map((each) => `${oneLine(each)}\n`).join(""));
    default: {
      const summary = `${counted}${files === 0 ? "" : ` in ${files} ${files === 1 ? "schema" : "schemas"}`}\n`;
      if (call.text("out") !== undefined) return call.deliver(`${fancy(diagnostics)}${summary}`);
      call.report(diagnostics);
      call.terminal.say(diagnostics.length > 0 ? `\n${summary}` : summary);
      return status.done;
    }
  }
}

const levels = { error: "error", warning: "warning", info: "notice" } as const;

/** A workflow command, which GitHub shows at the line of a pull request. */
function githubLine(diagnostic: Diagnostic): string {
  const { code, severity, message, file, line, column, endLine, endColumn, help } = toJson(diagnostic);
  const place = file === null ? {} : { file, line, endLine, col: column, endColumn };
  const properties = Object.entries({ ...place, title: code }).map(
    ([name, value]) => `${name}=${escapeProperty(String(value))}`,
  );
  return `::${levels[severity]} ${properties.join(",")}::${escapeData(help === null ? message : `${message} (${help})`)}`;
}

function escapeData(text: string): string {
  return escapeText(text).replaceAll("%", "%25");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
