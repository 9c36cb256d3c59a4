import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { ByteText } from "../dump/byte-text.ts";
import { judgeManifest } from "../dump/find.ts";
import type { InspectOptions } from "../dump/inspect.ts";
import { knowersOf, type Known } from "../dump/knowers.ts";
import { parsePath, type DumpPath } from "../dump/path.ts";
import { namesAbsent } from "../dump/path-filter.ts";
import { AtPrinter } from "../dump/print-at.ts";
import { DumpPrinter, LinesPrinter, type KnowsOf, type Printer, type PrintOptions } from "../dump/print-json.ts";
import { HexPrinter, TreePrinter } from "../dump/print-tree.ts";
import type { PreflightReader } from "../dump/preflight.ts";
import { TREE_LIMIT } from "../dump/render.ts";
import { openDumpInput, streamInput, type DumpInput } from "../host/dump-file.ts";
import { done, failed, type Outcome } from "../host/files.ts";
import { watchBytes } from "../host/progress.ts";
import { contextOf, readLibrary } from "../host/source.ts";
import { outputOf, status, type Call, type Status } from "./call.ts";
import { schemasFor, type DumpSchemas } from "./dump-schemas.ts";
import { readerOf } from "./preflight.ts";
import { inputName } from "./schemas.ts";

/** `baton decode DUMP`: as much of it as can be read, and what is wrong with the rest. */
export async function decode(call: Call): Promise<Status> {
  const plan = planOf(call);
  if (!plan.ok) return call.refuse(plan.mistakes);
  const { dump } = plan.value;
  const input =
    dump === "-"
      ? done(await streamInput(call.terminal.chunks()))
      : await openDumpInput(call.terminal.directory, call.path(dump));
  if (!input.ok) return call.refuse(input.mistakes);
  try {
    return await decodeInput(call, plan.value, input.value);
  } finally {
    input.value.close();
  }
}

/** What is asked for, checked. */
interface Plan {
  readonly dump: string;
  readonly format: "tree" | "json" | "ndjson" | "hex";
  readonly paths: readonly DumpPath[];
  readonly at: number | undefined;
}

function planOf(call: Call): Outcome<Plan> {
  const [dump] = call.arguments;
  if (dump === undefined) return failed(misuse("which dump?", "name one, or `-` for standard input"));
  const asked = call.text("format");
  const format = asked === "json" || asked === "ndjson" || asked === "hex" ? asked : "tree";
  const [at, path] = [call.number("at"), call.text("path")];
  const alone: readonly (readonly [given: boolean, option: string, formats: readonly Plan["format"][]])[] = [
    [call.flag("full"), "--full", ["json", "ndjson"]],
    [call.flag("all"), "--all", ["tree"]],
    [call.number("depth") !== undefined, "--depth", ["tree"]],
    [at !== undefined, "--at", ["tree", "json"]],
  ];
  const wrong = alone.find(([given, , formats]) => given && !formats.includes(format));
  if (wrong !== undefined)
    return failed(misuse(`\`${wrong[1]}\` is not for \`--format ${format}\``, `it is for ${wrong[2].join(" and ")}`));
  if (at !== undefined && path !== undefined)
    return failed(misuse("`--at` and `--path` both choose what is shown", "give one of them"));
  if (call.flag("raw") && call.text("reader") !== undefined) {
    return failed(misuse("`--raw` goes by no schema, `--reader` by that of another version", "give one of them"));
  }
  if (path === undefined) return done({ dump, format, paths: [], at });
  const parsed = parsePath(path);
  if (parsed.ok) return done({ dump, format, paths: [parsed.path], at });
  const place = parsed.mistake.at < path.length ? `at \`${path.slice(parsed.mistake.at)}\`` : "at its end";
  return failed(
    misuse(
      `\`${path}\` is no path: expected ${parsed.mistake.expected} ${place}`,
      "for instance `PciDevice[bdf=0x0800].bars[0]`",
    ),
  );
}

async function decodeInput(call: Call, plan: Plan, input: DumpInput): Promise<Status> {
  const name = plan.dump === "-" ? inputName : plan.dump;
  const schemas = await schemasFor(call, input.head, name);
  if (!schemas.ok) return call.refuse(schemas.mistakes);
  const reader = await readerAsked(call);
  if (!reader.ok) return call.refuse(reader.mistakes);
  const out = outputOf(call);
  if (!out.ok) return call.refuse(out.mistakes);
  const wrong: string[] = [];
  const text = new ByteText(out.value.write);
  const choice = new Choice(schemas.value, reader.value);
  const knows = knowersOf([...schemas.value.candidates, choice.written]);
  const printer = printerOf(call, plan, knows, text, wrong);
  const { paths } = plan;
  const nodes = plan.format === "tree" && paths.length === 0 && plan.at === undefined ? { nodes: limitOf(call) } : {};
  const watch = watchBytes(call.terminal, input.size, call.printing);
  const { embedded } = schemas.value;
  const options = { schemas: choice.schemas, embedded, raw: call.flag("raw"), judged: reader.value !== null, ...nodes };
  let damaged = false;
  let stopped = false;
  let absent = false;
  let size = 0;
  try {
    for await (const item of input.walk(options, watch.read)) {
      if (item.problems.length > 0) damaged = true;
      if (item.kind === "finish") ({ size } = item);
      const goesOn = printer.item(item);
      if (paths.length > 0 && item.kind === "record" && !absent && !printer.found) absent = namesAbsent(paths, item);
      for (const line of wrong.splice(0)) call.terminal.say(`${line}\n`);
      if (call.printing) text.flush();
      if (!goesOn) {
        stopped = item.problems.length > 0;
        break;
      }
    }
  } catch (error) {
    out.value.abort();
    throw error;
  }
  watch.end();
  printer.end();
  text.flush();
  const written = out.value.commit();
  if (!written.ok) return call.refuse(written.mistakes);
  const lacking = call.flag("raw") ? [] : schemas.value.lacking(choice.missing);
  if (lacking.length > 0) return call.refuse(lacking);
  if (!printer.found && paths[0] !== undefined) {
    call.report([diagnose("B9304", rows.B9304, { path: paths[0].text, dump: name, stopped, absent }, { span: null })]);
    return status.no;
  }
  if (!printer.found && plan.at !== undefined) {
    const parameters = { offset: `0x${plan.at.toString(16)}`, size: `0x${size.toString(16)}`, dump: name, stopped };
    call.report([diagnose("B9305", rows.B9305, parameters, { span: null })]);
    return status.no;
  }
  return damaged ? status.no : status.done;
}

/** The build of `--reader`, which takes the dump in the place of one that knows its writer. */
async function readerAsked(call: Call): Promise<Outcome<PreflightReader | null>> {
  const source = call.text("reader");
  if (source === undefined) return done(null);
  const context = await contextOf(call.terminal.directory);
  if (!context.ok) return context;
  const library = await readLibrary(context.value, source);
  return library.ok ? readerOf(library.value, source) : library;
}

/** By which schemas the dump is read: those it was written by, or a reader's own. */
class Choice {
  missing: readonly string[] = [];
  /** The schemas that wrote the dump, though another reads it. */
  readonly written: Known[] = [];
  readonly #schemas: DumpSchemas;
  readonly #reader: PreflightReader | null;

  constructor(schemas: DumpSchemas, reader: PreflightReader | null) {
    this.#schemas = schemas;
    this.#reader = reader;
  }

  readonly schemas: InspectOptions["schemas"] = (manifest, schema, damaged) => {
    if (this.#reader !== null) {
      for (const module of this.#schemas.choose(manifest, schema, damaged).world.values()) {
        this.written.push({ module, views: new Map([[module.version, module]]) });
      }
      return { world: this.#reader.world, missing: [], problems: judgeManifest(manifest, this.#reader.modules) };
    }
    const chosen = this.#schemas.choose(manifest, schema, damaged);
    ({ missing: this.missing } = chosen);
    return chosen;
  };
}

function limitOf(call: Call): number {
  return call.flag("all") ? Number.POSITIVE_INFINITY : TREE_LIMIT;
}

function printerOf(call: Call, { format, paths, at }: Plan, knows: KnowsOf, text: ByteText, wrong: string[]): Printer {
  const strict = call.flag("strict");
  const width = call.printing ? call.terminal.columns : null;
  const tell = (line: string): void => void wrong.push(line);
  if (at !== undefined)
    return new AtPrinter(text, { offset: at, json: format === "json", strict, knows: knows.node }, tell);
  const options: PrintOptions = { paths, full: call.flag("full"), strict, knows };
  switch (format) {
    case "json":
      return new DumpPrinter(text, options);
    case "ndjson":
      return new LinesPrinter(text, options);
    case "hex":
      return new HexPrinter(text, { paths, strict, width }, tell);
    case "tree": {
      const depth = call.number("depth");
      const tree = {
        width,
        colour: (call.text("out") ?? "-") === "-" && call.coloured("output"),
        knows: knows.node,
        ...(depth === undefined ? {} : { depth }),
      };
      return new TreePrinter(text, tree, { paths, strict, limit: limitOf(call) });
    }
  }
}

function misuse(problem: string, help: string): Diagnostic {
  return diagnose("B9001", rows.B9001, { problem, help }, { span: null });
}
