import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { cannotRead, decodeSource, largestSchema } from "../host/files.ts";
import { noReleaseFiles } from "../host/releases.ts";
import { findSchemas, type Schemas } from "../host/schemas.ts";
import type { Source } from "../text.ts";
import type { Call } from "./call.ts";

/** The name of standard input in messages. */
export const inputName = "<stdin>";

/** Finds the schemas that the arguments of a call ask for; `-` among them is standard input. */
export async function schemasOf(call: Call, how: { readonly alone: boolean } = { alone: false }): Promise<Schemas> {
  return await findFor(call, call.arguments, how);
}

/** The same for some of the arguments. */
export async function findFor(
  call: Call,
  words: readonly string[],
  how: { readonly alone: boolean } = { alone: false },
): Promise<Schemas> {
  const given: Source[] = [];
  const mistakes: Diagnostic[] = [];
  if (words.includes("-")) {
    const source = await readInput(call);
    if ("code" in source) mistakes.push(source);
    else given.push(source);
  }
  // Resolved as it is, an empty argument, most likely an unset variable, would be the working directory.
  if (words.includes("")) mistakes.push(cannotRead("", "the path is empty"));
  const named = words.filter((path) => path !== "-" && path !== "");
  if (mistakes.length > 0 && named.length === 0 && given.length === 0) return nothing(mistakes);
  const paths = named.map((path) => call.path(path));
  const roots = call.texts("root").map((root) => call.path(root));
  const found = await findSchemas(call.files, { folder: call.terminal.directory, paths, roots, given, ...how });
  return { ...found, mistakes: [...mistakes, ...found.mistakes] };
}

function nothing(mistakes: readonly Diagnostic[]): Schemas {
  return {
    sources: [],
    named: new Set(),
    places: new Map(),
    expected: new Map(),
    config: null,
    roots: [],
    whole: false,
    releases: noReleaseFiles,
    mistakes,
  };
}

/** Standard input as a schema, or why it cannot be one. */
export async function readInput(call: Call): Promise<Source | Diagnostic> {
  const bytes = await call.input(largestSchema);
  if (bytes === null || bytes.length > largestSchema)
    return diagnose("B9005", rows.B9005, { path: inputName, limit: largestSchema }, { span: null });
  const source = decodeSource(inputName, bytes);
  // A failure always has a mistake.
  return source.ok ? source.value : (source.mistakes[0] as Diagnostic);
}
