import { diagnose } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { jsonText } from "../printable.ts";
import { sourceOf, type Source } from "../dump/source.ts";
import { begun, gathered, openDumpInput, streamInput, type DumpInput } from "../host/dump-file.ts";
import { largestSchema } from "../host/files.ts";
import { watchBytes } from "../host/progress.ts";
import { moduleOf, type Schemas } from "../host/schemas.ts";
import { compileFound } from "../host/source.ts";
import { status, type Call, type Status } from "./call.ts";
import { schemasFor } from "./dump-schemas.ts";
import { problemLine } from "../dump/problem.ts";
import { describeDump, dumpText } from "./info-dump.ts";
import { describeModules, modulesText } from "./info-schema.ts";
import { inputName, schemasOf } from "./schemas.ts";

/** `baton info [PATHS | DUMP]`: what there is in schemas, or in a dump. */
export async function info(call: Call): Promise<Status> {
  const [only, ...more] = call.arguments;
  if (only === "-" && more.length === 0) {
    const { first, chunks } = await begun(call.terminal.chunks());
    if (isDump(sourceOf(first))) return await ofDump(call, await streamInput(chunks), inputName);
    call.provide(await gathered(chunks, largestSchema));
  }
  if (only !== undefined && only !== "-" && more.length === 0) {
    const kind = call.files.kind(call.path(only));
    if (only !== "" && kind.ok && kind.value === "file") {
      const opened = await openDumpInput(call.terminal.directory, call.path(only));
      if (!opened.ok) return call.refuse(opened.mistakes);
      try {
        const { head } = opened.value;
        if (only.endsWith(".baton") ? hasMagic(head) : isDump(head)) return await ofDump(call, opened.value, only);
      } finally {
        opened.value.close();
      }
    }
  }
  const schemas = await schemasOf(call);
  const isOne = more.length === 0 && only !== undefined && !only.endsWith(".baton") && !isFolder(call, only);
  const neither = isOne ? whyNeither(schemas) : null;
  if (neither !== null) {
    const path = only === "-" ? inputName : (only ?? "");
    return call.refuse([diagnose("B9010", rows.B9010, { path, found: neither }, { span: null })]);
  }
  return await ofSchemas(call, schemas);
}

function isFolder(call: Call, given: string): boolean {
  const kind = given === "-" || given === "" ? null : call.files.kind(call.path(given));
  return kind?.ok === true && kind.value === "folder";
}

/** Why one file, whose name does not say that it is a schema, is none either; null if it may be one. */
function whyNeither({ sources: [source], named, mistakes }: Schemas): string | null {
  if (named.size === 0) return mistakes.some(({ code }) => code === "B9004") ? "it is no text in UTF-8" : null;
  if (named.size > 1 || source === undefined || mistakes.length > 0 || moduleOf(source) !== null) return null;
  return source.text.trim() === "" ? "it is empty" : "it is text that names no module";
}

/** A file that begins as a dump does, or that is no text. */
function isDump(source: Source): boolean {
  return hasMagic(source) || source.read(0, 64).includes(0);
}

/** The first byte of a dump, with which no text in UTF-8 begins. */
function hasMagic(source: Source): boolean {
  return source.read(0, 1)[0] === 0x89;
}

async function ofSchemas(call: Call, schemas: Schemas): Promise<Status> {
  const compiled = await compileFound(schemas);
  const errors = compiled.diagnostics.filter(({ severity }) => severity === "error");
  const mistakes = [...schemas.mistakes, ...compiled.mistakes, ...errors];
  if (mistakes.length > 0) return call.refuse(mistakes);
  const names = new Set([...schemas.named].flatMap((source) => moduleOf(source) ?? []));
  const modules = describeModules(compiled, names);
  return call.deliver(
    call.text("format") === "json" ? `${jsonText({ modules }, 2)}\n` : modulesText(modules, compiled),
  );
}

async function ofDump(call: Call, input: DumpInput, name: string): Promise<Status> {
  const schemas = await schemasFor(call, input.head, name);
  if (!schemas.ok) return call.refuse(schemas.mistakes);
  const watch = watchBytes(call.terminal, input.size, call.printing);
  const described = await describeDump((options) => input.walk(options, watch.read), schemas.value);
  watch.end();
  const delivered = call.deliver(
    call.text("format") === "json" ? `${jsonText({ dump: described }, 2)}\n` : dumpText(described),
  );
  if (delivered !== status.done) return delivered;
  const red = call.coloured("messages");
  const lines = described.problems.map(problemLine);
  call.terminal.say(lines.map((line) => (red ? `\u001b[31m${line}\u001b[0m\n` : `${line}\n`)).join(""));
  const missing = described.manifest.filter(({ known }) => !known).map(({ module }) => module);
  const lacking = schemas.value.lacking(missing);
  if (lacking.length > 0) return call.refuse(lacking);
  return described.problems.length === 0 ? status.done : status.no;
}
