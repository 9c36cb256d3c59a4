import { diagnose } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { dumpToJson } from "../dump/dump-json.ts";
import { inspect, type InspectOptions, type Item } from "../dump/inspect.ts";
import { renderTree, TREE_LIMIT } from "../dump/render.ts";
import { sourceOf, type Source } from "../dump/source.ts";
import { openDump } from "../host/dump-file.ts";
import { watchReading } from "../host/progress.ts";
import { jsonText } from "../printable.ts";
import { status, type Call, type Status } from "./call.ts";
import { schemasFor } from "./dump-schemas.ts";
import { inputName } from "./schemas.ts";

/** `baton decode DUMP`: as much of it as can be read, and what is wrong with the rest. */
export async function decode(call: Call): Promise<Status> {
  const [given, more] = call.arguments;
  if (given === undefined || more !== undefined) {
    const problem = given === undefined ? "which dump?" : "more than one dump";
    const help = "name one, or `-` for standard input";
    return call.refuse([diagnose("B9001", rows.B9001, { problem, help }, { span: null })]);
  }
  if (given === "-") return await decodeInput(call);
  const opened = openDump(call.terminal.directory, call.path(given));
  if (!opened.ok) return call.refuse(opened.mistakes);
  try {
    return await decodeSource(call, opened.value.source, given);
  } finally {
    opened.value.close();
  }
}

/** What a pipe may bring; a file may be larger. */
const largestInput = 2 ** 31 - 1;

async function decodeInput(call: Call): Promise<Status> {
  const bytes = await call.input(largestInput);
  if (bytes !== null) return await decodeSource(call, sourceOf(bytes), inputName);
  return call.refuse([diagnose("B9005", rows.B9005, { path: inputName, limit: largestInput }, { span: null })]);
}

async function decodeSource(call: Call, source: Source, name: string): Promise<Status> {
  const schemas = await schemasFor(call, source, name);
  if (!schemas.ok) return call.refuse(schemas.mistakes);
  let missing: readonly string[] = [];
  const choose: InspectOptions["schemas"] = (manifest, schema) => {
    const chosen = schemas.value.choose(manifest, schema);
    ({ missing } = chosen);
    return chosen;
  };
  const codes = new Set<string>();
  const json = call.text("format") === "json";
  const nodes = json ? {} : { nodes: call.flag("all") ? Number.POSITIVE_INFINITY : TREE_LIMIT };
  const reading = watchReading(call.terminal, source);
  const items = watched(
    inspect(reading.source, { schemas: choose, raw: call.flag("raw"), ...nodes }),
    codes,
    call.flag("strict"),
  );
  const printed = json ? call.deliver(`${jsonText(dumpToJson(items), 2)}\n`) : printTree(call, items);
  reading.end();
  if (printed !== status.done) return printed;
  if (missing.length > 0 && !call.flag("raw")) {
    const parameters = { dump: name, modules: missing.join(", ") };
    return call.refuse([...schemas.value.skipped, diagnose("B9202", rows.B9202, parameters, { span: null })]);
  }
  return codes.size > 0 ? status.no : status.done;
}

/** Notes the codes of problems on the way; with `strict` it ends with the first piece that has one. */
function* watched(items: Iterable<Item>, codes: Set<string>, strict: boolean): Generator<Item, void, undefined> {
  for (const item of items) {
    for (const { code } of item.problems) codes.add(code);
    yield item;
    if (strict && item.problems.length > 0) return;
  }
}

/** Lines are handed on in blocks: a system call for each would take longer than reading the dump. */
const linesAtOnce = 512;

function printTree(call: Call, items: Iterable<Item>): Status {
  const { terminal } = call;
  const out = call.text("out");
  const width = terminal.interactive.output && out === undefined ? terminal.columns : null;
  const depth = call.number("depth");
  const options = {
    width,
    colour: out === undefined && call.coloured("output"),
    ...(depth === undefined ? {} : { depth }),
  };
  let lines: string[] = [];
  const whole: string[] = [];
  const flush = (): void => {
    const text = lines.map((line) => `${line}\n`).join("");
    lines = [];
    if (out === undefined) terminal.print(text);
    else whole.push(text);
  };
  for (const line of renderTree(items, options)) if (lines.push(line) >= linesAtOnce) flush();
  flush();
  return out === undefined ? status.done : call.deliver(whole.join(""));
}
