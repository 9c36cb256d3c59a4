import type { CheckResult } from "../finding.ts";
import { formatGithub } from "./github.ts";
import { formatGitlab } from "./gitlab.ts";
import { formatJson } from "./json.ts";
import { formatJunit } from "./junit.ts";
import { formatMarkdown } from "./markdown.ts";
import { formatSarif } from "./sarif.ts";
import { formatText } from "./text.ts";

/** What a format may need beside the result. */
export interface FormatOptions {
  readonly color?: boolean;
  /** Print the matrix of all pairs (text and markdown). */
  readonly matrix?: boolean;
  /** Of the tool, for formats that name it. */
  readonly version?: string;
  /** Title and page of each rule, for formats that carry them. */
  readonly rules?: ReadonlyMap<string, { readonly title: string; readonly explain: string }>;
}

/** Every output of `baton check`: a pure function from the result to text that ends in a line end. */
export const formats: Readonly<Record<FormatName, (result: CheckResult, options: FormatOptions) => string>> = {
  text: formatText,
  json: formatJson,
  github: formatGithub,
  gitlab: formatGitlab,
  sarif: formatSarif,
  junit: formatJunit,
  markdown: formatMarkdown,
};

export type FormatName = "text" | "json" | "github" | "gitlab" | "sarif" | "junit" | "markdown";
