import { join } from "node:path";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import type { CompiledModule } from "../compile.ts";
import {
  defaultEmitOptions,
  type Backend,
  type EmitModule,
  type EmitOptions,
  type EmittedFile,
  type EmitVerdicts,
} from "../emit/backend.ts";
import { shorter, type Files } from "../host/files.ts";
import { schemaEnding, type Schemas } from "../host/schemas.ts";
import { contextOf, libraryOf, readLibrary, type CompiledLibrary, type Library } from "../host/source.ts";
import { differing, generatedFiles, writeAll, type Output } from "../host/write.ts";
import { escapeText } from "../printable.ts";
import type { Version } from "../schema/ir.ts";
import { status, type Call, type Status } from "./call.ts";
import { schemasOf } from "./schemas.ts";

/** The backends by the name of their target. A new one is a row here and a choice in the table of commands. */
const backends: Readonly<Record<string, () => Promise<Backend>>> = {
  ts: async () => (await import("../emit/typescript/module.ts")).typescript,
};

/** `baton compile [PATHS]`: codecs for every module that is named, and for those that they import. */
export async function compile(call: Call): Promise<Status> {
  const schemas = await schemasOf(call);
  const library = await libraryOf(schemas, "");
  const target = call.text("target") ?? "ts";
  const out = outOf(call, schemas, target);
  const mistakes = [...schemas.mistakes, ...(library.ok ? library.value.disagreements : library.mistakes)];
  if (mistakes.length > 0 || !library.ok) return call.refuse(mistakes);
  const backend = await backends[target]?.();
  // The table of commands lets no other target through.
  if (backend === undefined) throw new Error(`no backend ${target}`);
  if (typeof out !== "string") return call.refuse([out]);
  const judged = await judgedModules(call, library.value);
  if (!judged.ok) {
    call.terminal.say(judged.words);
    call.report(judged.mistakes);
    return judged.status;
  }
  const files = backend(judged.modules, optionsOf(call));
  const clash = sameFile(files, [...judged.modules.keys()]);
  if (clash !== null) return call.refuse([clash]);
  const outputs = files.map(({ path, parts }) => ({ path, content: parts }));
  const stale = staleFiles(call, schemas, out, outputs);
  return call.flag("check") ? check(call, out, outputs, stale) : write(call, out, outputs, stale);
}

type JudgedBuild =
  | { readonly ok: true; readonly modules: ReadonlyMap<string, EmitModule> }
  | { readonly ok: false; readonly mistakes: readonly Diagnostic[]; readonly words: string; readonly status: Status };

/** The modules with the gate's verdicts: what never works is left out of what generated code takes and writes for, and branches are taken in. */
async function judgedModules(call: Call, library: CompiledLibrary): Promise<JudgedBuild> {
  const branches: Library[] = [];
  const mistakes: Diagnostic[] = [];
  if (call.texts("accept").length > 0) {
    const context = await contextOf(call.terminal.directory);
    if (!context.ok) return { ok: false, mistakes: context.mistakes, words: "", status: status.wrong };
    for (const source of call.texts("accept")) {
      const branch = await readLibrary(context.value, source);
      if (branch.ok) branches.push(branch.value);
      else mistakes.push(...branch.mistakes);
    }
  }
  if (mistakes.length > 0) return { ok: false, mistakes, words: "", status: status.wrong };
  const { verdictsOf } = await import("./verdicts.ts");
  const judged = verdictsOf(library, branches);
  if (judged.mistakes.length > 0) return { ok: false, ...judged, status: status.no };
  const modules = [...library.modules].map(
    ([name, module]) => [name, withVerdicts(module, judged.modules.get(name))] as const,
  );
  return { ok: true, modules: new Map(modules) };
}

function withVerdicts(compiled: CompiledModule, verdicts: EmitVerdicts | undefined): EmitModule {
  if (verdicts === undefined) return compiled;
  const never = (direction: "upgrade" | "rollback", version: Version): boolean =>
    verdicts.never.some((one) => one.direction === direction && one.version === version);
  const { module } = compiled;
  const reads = module.reads.filter((version) => !never("upgrade", version));
  const writes = module.writes.filter((version) => !never("rollback", version));
  return { ...compiled, module: { ...module, reads, writes }, verdicts };
}

/** The folder to write to, or what is wrong with the call. */
function outOf(call: Call, schemas: Schemas, target: string): string | Diagnostic {
  const given = call.text("out");
  if (given !== undefined && given !== "") return call.path(given);
  const configured = given === undefined ? schemas.config?.out.get(target) : undefined;
  if (configured !== undefined) return configured;
  const help = `name a folder with \`--out\`, or in \`baton.json\`: \`"out": { "${target}": "generated" }\``;
  return diagnose("B9001", rows.B9001, { problem: "no folder to write to", help }, { span: null });
}

function optionsOf(call: Call): EmitOptions {
  const extension = call.text("importExtension");
  return {
    runtime: call.text("runtime") ?? defaultEmitOptions.runtime,
    importExtension: extension === "ts" || extension === "none" ? extension : "js",
  };
}

function check(call: Call, out: string, outputs: readonly Output[], stale: readonly string[]): Status {
  const paths = [...differing(out, outputs), ...stale].map((path) => shown(call, out, path));
  if (paths.length === 0) return status.done;
  call.terminal.print(paths.map((path) => `${path}\n`).join(""));
  const todo =
    stale.length === 0 ? "run `baton compile`" : "run `baton compile`, and delete files whose module is gone";
  call.terminal.say(
    `${paths.length === 1 ? "1 file is" : `${paths.length} files are`} not what would be generated: ${todo}\n`,
  );
  return status.no;
}

function write(call: Call, out: string, outputs: readonly Output[], stale: readonly string[]): Status {
  const written = writeAll(call.terminal.directory, out, outputs);
  if (!written.ok) return call.refuse(written.mistakes);
  const lines = [
    ...written.value.map((path) => `wrote ${shown(call, out, path)}\n`),
    ...stale.map((path) => `${shown(call, out, path)} is not generated any more: its module is gone\n`),
  ];
  if (lines.length > 0) call.terminal.say(lines.join(""));
  return status.done;
}

function shown(call: Call, out: string, path: string): string {
  return escapeText(shorter(call.terminal.directory, `${out}/${path}`));
}

/**
 * Files that a backend once wrote, by their first line, and does not any more: their modules would lie under what the call names, and are
 * nowhere under a root. Modules that the call does not name may well be there.
 */
function staleFiles(call: Call, schemas: Schemas, out: string, outputs: readonly Output[]): readonly string[] {
  if (!schemas.whole) return [];
  const expected = new Set(outputs.map(({ path }) => path));
  const named = call.arguments.map((path) => call.path(path));
  return generatedFiles(out, "// Code generated by baton. DO NOT EDIT.").filter((path) => {
    if (expected.has(path)) return false;
    const places = schemas.roots.map((root) => join(root, path.replace(/\.\w+$/, schemaEnding)));
    const isAsked = named.length === 0 || places.some((place) => named.some((each) => isBelow(each, place)));
    return isAsked && !places.some((place) => isFile(call.files, place));
  });
}

function isBelow(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

function isFile(files: Files, path: string): boolean {
  const kind = files.kind(path);
  return kind.ok && kind.value === "file";
}

/** Two modules that some file systems would give one file. */
function sameFile(files: readonly EmittedFile[], modules: readonly string[]): Diagnostic | null {
  const paths = new Map<string, string>();
  for (const { path } of files) {
    const first = paths.get(path.toLowerCase());
    if (first !== undefined) {
      const names = [first, path].map(
        (each) => modules.find((name) => each.startsWith(name.replaceAll(".", "/"))) ?? each,
      );
      return diagnose("B9008", rows.B9008, { path, first: names[0] ?? "", second: names[1] ?? "" }, { span: null });
    }
    paths.set(path.toLowerCase(), path);
  }
  return null;
}
