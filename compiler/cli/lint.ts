import { join } from "node:path";
import type { Compiled } from "../compile.ts";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { closest } from "../diagnostics/suggest.ts";
import { fileOfModule, type Schemas } from "../host/schemas.ts";
import { compileFound, noVersion } from "../host/source.ts";
import { escapeText, jsonText } from "../printable.ts";
import { countText, fancy, oneLine, toJson } from "../report.ts";
import type { Span } from "../text.ts";
import { status, type Call, type Status } from "./call.ts";
import { schemasOf } from "./schemas.ts";

/** `baton lint [PATHS]`: every error, and the warnings of what was named. */
export async function lint(call: Call): Promise<Status> {
  const schemas = await schemasOf(call);
  const compiled = await compileFound(schemas);
  const { diagnostics, mistakes: unusable } = compiled;
  const mistakes = [...schemas.mistakes, ...unusable, ...profileMistakes(call, schemas, compiled)];
  const named = new Set([...schemas.named].map(({ path }) => path));
  const shown = [...mistakes, ...diagnostics].filter(
    ({ severity, span }) => severity === "error" || span === null || named.has(span.source.path),
  );
  const delivered = tell(call, shown, schemas.sources.length);
  if (delivered !== status.done) return delivered;
  if (mistakes.length > 0) return status.wrong;
  return shown.some(({ severity }) => severity === "error") ? status.no : status.done;
}

/** Modules and versions that the profiles of the project name and that are not there, where the call asks for the project. */
function profileMistakes(call: Call, { config }: Schemas, compiled: Compiled): readonly Diagnostic[] {
  if (config === null || call.arguments.length > 0 || !compiled.ok) return [];
  const isElsewhere = (module: string): boolean =>
    config.roots.some(({ path }) => {
      const kind = call.files.kind(join(path, fileOfModule(module)));
      return !kind.ok || kind.value !== null;
    });
  return [...config.profiles].flatMap(([, profile]) => {
    if (profile.kind === "source") {
      const other = /^profile:(.*)$/s.exec(profile.source)?.[1];
      if (other === undefined || config.profiles.has(other)) return [];
      const nearest = closest(other, config.profiles.keys());
      return [diagnose("B9106", rows.B9106, { name: other, nearest }, { span: profile.span })];
    }
    return [...profile.versions].flatMap(([module, { version, span }]) => {
      const held = compiled.modules.get(module);
      // A module of the project that `include` leaves out is not read here.
      if (held === undefined) return isElsewhere(module) ? [] : [noModule(module, compiled, span)];
      return held.views.has(version) ? [] : [noVersion(module, version, held, span)];
    });
  });
}

function noModule(module: string, { modules }: Compiled, span: Span): Diagnostic {
  return diagnose("B9109", rows.B9109, { module, nearest: closest(module, modules.keys()) }, { span });
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
