import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { rows as gateRows } from "../diagnostics/gate.ts";
import { embeddedReader } from "../dump/embedded.ts";
import type { KnownModule } from "../dump/find.ts";
import type { PreflightReader } from "../dump/preflight.ts";
import { whyUnsound } from "../dump/sound-world.ts";
import { readDescriptors } from "../host/descriptors.ts";
import { done, failed, readSource, decodeSource, type Outcome } from "../host/files.ts";
import { contextOf, readLibrary, readProject, worldOfLibrary, type Library } from "../host/source.ts";
import { inParallel, usualJobs, workerFile } from "../host/workers.ts";
import { jsonText } from "../printable.ts";
import type { Source } from "../text.ts";
import { status, type Call, type Status } from "./call.ts";
import { isTaken, judgeFile, judgeChunks, type DumpResult, type PreflightSetup } from "./preflight-dump.ts";
import { neverOf } from "./verdicts.ts";
import { linesOf, Summary, summaryText, textOf } from "./preflight-report.ts";
import { inputName } from "./schemas.ts";

/** A dump to judge: as it was named, and where it is. */
interface Task {
  readonly dump: string;
  readonly path: string;
}

/** Below this, threads take longer to start than dumps to judge. */
const worthThreads = 32;

/** `baton preflight DUMP... --reader SOURCE`: can those builds take these dumps, and what stops them. */
export async function preflight(call: Call): Promise<Status> {
  const dumps = await dumpsOf(call);
  if (!dumps.ok) return call.refuse(dumps.mistakes);
  const setup = await setupOf(call, dumps.value);
  if (!setup.ok) return call.refuse(setup.mistakes);
  return await report(call, judge(call, setup.value, dumps.value));
}

function misuse(problem: string, help: string): Diagnostic {
  return diagnose("B9001", rows.B9001, { problem, help }, { span: null });
}

/** The dumps of the call and of its list. */
async function dumpsOf(call: Call): Promise<Outcome<readonly string[]>> {
  const list = call.text("filesFrom");
  if (call.number("jobs") === 0)
    return failed(misuse("`--jobs 0` works on nothing", "leave it out, or name at least 1"));
  if (call.texts("reader").length === 0) {
    return failed(misuse("which reader?", "name one with `--reader`: a path, git:REV, dump:FILE or profile:NAME"));
  }
  if (list === undefined) {
    if (call.arguments.length > 0) return once(call.arguments);
    return failed(misuse("which dumps?", "name them, or a list of them with `--files-from`"));
  }
  if (list === "-" && call.arguments.includes("-")) {
    return failed(misuse("standard input is named twice", "as a dump, and as the list of dumps"));
  }
  const text = await readList(call, list);
  if (!text.ok) return text;
  const separator = call.flag("0") ? "\0" : /\r?\n/;
  const named = [...call.arguments, ...text.value.text.split(separator).filter((line) => line !== "")];
  // A list that came out empty by mistake would pass for a fleet that is taken.
  if (named.length > 0) return once(named, list === "-");
  return failed(misuse("which dumps?", `\`${list === "-" ? inputName : list}\` names none`));
}

/** Dumps of which at most one is standard input, if that is not their list. */
function once(dumps: readonly string[], isList = false): Outcome<readonly string[]> {
  if (dumps.filter((name) => name === "-").length <= (isList ? 0 : 1)) return done(dumps);
  return failed(misuse("standard input is named twice", "it holds one dump, or the list of dumps"));
}

/** Millions of paths. */
const largestPathList = 512 * 1024 * 1024;

async function readList(call: Call, list: string): Promise<Outcome<Source>> {
  if (list !== "-") return readSource(call.files, call.path(list), largestPathList);
  const bytes = await call.terminal.read(largestPathList);
  if (bytes !== null) return decodeSource(inputName, bytes);
  return failed(diagnose("B9005", rows.B9005, { path: inputName, limit: largestPathList }, { span: null }));
}

async function setupOf(call: Call, dumps: readonly string[]): Promise<Outcome<PreflightSetup>> {
  const context = await contextOf(call.terminal.directory);
  if (!context.ok) return context;
  const fds = call.text("fds");
  if (fds !== undefined && dumps.length !== 1) {
    return failed(misuse("`--fds` is about one dump", `${dumps.length} are named`));
  }
  const descriptors = fds === undefined ? done(null) : readDescriptors(call.files, call.terminal.directory, fds);
  if (!descriptors.ok) return descriptors;
  const mistakes: Diagnostic[] = [];
  const readers: PreflightReader[] = [];
  for (const source of call.texts("reader")) {
    const library = await readLibrary(context.value, source);
    const reader = library.ok ? readerOf(library.value, source) : library;
    if (!library.ok || !reader.ok) {
      mistakes.push(...(reader.ok ? [] : reader.mistakes));
      continue;
    }
    readers.push(reader.value);
  }
  if (mistakes.length > 0) return failed(...mistakes);
  // The project may know what wrote a dump; what is wrong with it is no matter here.
  const project = await readProject(context.value);
  const known = project.ok && project.value !== null ? bare(project.value.modules.values()) : [];
  return done({
    directory: call.terminal.directory,
    readers,
    known,
    descriptors: descriptors.value,
  });
}

/** The build that a SOURCE stands for. */
export function readerOf(library: Library, name: string): Outcome<PreflightReader> {
  const world = worldOfLibrary(library);
  const why = whyUnsound(world);
  if (why !== null) return failed(diagnose("B9408", gateRows.B9408, { source: name, why }, { span: null }));
  const all = new Map([...library.imported, ...library.modules]);
  // As generated code has it: what never works is not opened.
  const never = neverOf(library).filter(({ direction }) => direction === "upgrade");
  const modules = [...world].map(([module, view]) => {
    const known = all.get(module);
    const own = never.filter((one) => one.module === module);
    const reads = view.version === known?.module.version ? known.module.reads : view.reads;
    const entries = reads.flatMap((version) => {
      const fingerprint = known?.fingerprints.get(version);
      if (fingerprint === undefined || own.some((one) => one.version === version)) return [];
      return [{ version, fingerprint }];
    });
    return [
      module,
      { name: module, fingerprint: known?.fingerprints.get(view.version) ?? "", reads: entries, never: own },
    ] as const;
  });
  return done({ name, world, modules: new Map(modules), known: bare(all.values()) });
}

/** Of modules what can be sent to another thread. */
function bare(modules: Iterable<KnownModule>): readonly KnownModule[] {
  return [...modules].map(({ module, views, fingerprints, draft }) => ({ module, views, fingerprints, draft }));
}

async function* judge(
  call: Call,
  setup: PreflightSetup,
  dumps: readonly string[],
): AsyncGenerator<DumpResult, void, undefined> {
  const jobs = Math.max(1, Math.min(call.number("jobs") ?? usualJobs(), dumps.length));
  const file = workerFile("preflight-worker");
  const tasks = dumps.map((dump): Task => ({ dump, path: call.path(dump) }));
  if (jobs > 1 && file !== null && dumps.length >= worthThreads && !dumps.includes("-")) {
    yield* inParallel<Task, DumpResult>(file, setup, tasks, jobs);
    return;
  }
  const embedded = await embeddedReader();
  for (const { dump, path } of tasks) {
    yield dump === "-"
      ? await judgeChunks(setup, embedded, inputName, call.terminal.chunks())
      : judgeFile(setup, embedded, dump, path);
  }
}

/** Prints results as they come; what is kept does not grow with them. */
async function report(call: Call, results: AsyncIterable<DumpResult>): Promise<Status> {
  const format = call.text("format");
  const summary = new Summary();
  const out = printer(call);
  let worst: Status = status.done;
  let first = true;
  let count = 0;
  if (format === "json") out.print('{"results": [');
  for await (const result of results) {
    const lines = linesOf(result);
    summary.add(lines);
    if (result.mistakes !== null) worst = status.wrong;
    else if (!result.readers.every(isTaken)) worst = worst === status.wrong ? worst : status.no;
    if (format === "text") out.print(textOf(result));
    else {
      for (const line of lines) {
        out.print(format === "ndjson" ? `${jsonText(line)}\n` : `${first ? "\n" : ",\n"}  ${jsonText(line)}`);
        first = false;
      }
    }
    progress(call, ++count);
  }
  if (format === "json") out.print(`\n], "summary": ${jsonText(summary.summary)}}\n`);
  else if (format === "ndjson") out.print(`${jsonText({ summary: summary.summary })}\n`);
  else if (summary.summary.dumps > 1) out.print(summaryText(summary.summary));
  const delivered = out.finish();
  return delivered === status.done ? worst : delivered;
}

/** Hands text on in blocks; a system call for each dump would take longer than judging it. */
function printer(call: Call): { readonly print: (text: string) => void; readonly finish: () => Status } {
  const whole = call.text("out") !== undefined;
  let waiting = "";
  return {
    print(text) {
      waiting += text;
      if (whole || waiting.length < 1 << 16) return;
      call.terminal.print(waiting);
      waiting = "";
    },
    finish: () => call.deliver(waiting),
  };
}

/** Dumps between two words on a terminal. */
const step = 500;

function progress(call: Call, dumps: number): void {
  if (call.terminal.interactive.messages && dumps % step === 0) call.terminal.say(`${dumps} dumps\n`);
}
