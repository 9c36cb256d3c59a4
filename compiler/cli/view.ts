import { basename } from "node:path";
import type { Diagnostic } from "../diagnostics/catalogue.ts";
import { inspect } from "../dump/inspect.ts";
import { problemLine, type Problem } from "../dump/problem.ts";
import { sourceOf } from "../dump/source.ts";
import { watchReading } from "../host/progress.ts";
import { servePage } from "../host/serve.ts";
import { viewAssets } from "../host/view-assets.ts";
import { escapeText } from "../printable.ts";
import { moduleToJson } from "../schema/json.ts";
import { largestEmbedded, serverPolicy, viewPage, type ViewDump } from "../view/page.ts";
import { plainProblem } from "../view/page/protocol.ts";
import { status, type Call, type Status } from "./call.ts";
import { misuse, openGiven, type GivenDump } from "./given-dumps.ts";

/** `baton view DUMP [DUMP2]`: one page that shows it. */
export async function view(call: Call): Promise<Status> {
  const mistake = misuseOf(call);
  if (mistake !== null) return call.refuse([mistake]);
  const dumps = await openGiven(call, call.arguments);
  if (!dumps.ok) return call.refuse(dumps.mistakes);
  try {
    const assets = viewAssets();
    if (assets === null) throw new Error("the page's script is not built: run `node build.mjs`");
    const looked = dumps.value.map((dump) => lookedAt(call, dump));
    const page = viewPage(
      looked.map(({ shown }) => shown),
      assets,
    );
    const lacking = dumps.value.flatMap((dump) => dump.lacking());
    // The page shows all that can be had, and who makes it should know why that is not all.
    const tell = (): void => {
      for (const { wrong } of looked) for (const line of wrong) call.terminal.say(`${line}\n`);
      call.report(lacking);
    };
    const damaged = looked.some(({ wrong }) => wrong.length > 0);
    const answer = lacking.length > 0 ? status.wrong : damaged ? status.no : status.done;
    if (call.flag("serve")) {
      tell();
      await serve(call, page);
      return answer;
    }
    const delivered = call.deliver(page);
    if (delivered !== status.done) return delivered;
    tell();
    return answer;
  } finally {
    for (const { close } of dumps.value) close();
  }
}

function misuseOf(call: Call): Diagnostic | null {
  const count = call.arguments.length;
  if (count === 0) return misuse("which dump?", "name one, or two to compare; `-` is standard input");
  if (count > 2) return misuse("more than two dumps", "a page shows one, or compares two");
  const serves = call.flag("serve");
  if (serves && call.text("out") !== undefined) return misuse("`--serve` writes no file", "leave out `--out`");
  if (!serves && call.number("port") !== undefined) return misuse("`--port` without `--serve`", "add `--serve`");
  if ((call.number("port") ?? 0) > 65_535) return misuse("no such port", "ports are 1 to 65535; 0 is a free one");
  if (!serves && call.text("out") === undefined && call.terminal.interactive.output) {
    return misuse("a page is no text for a terminal", "name a file: `--out state.html`, or use `--serve`");
  }
  return null;
}

/** Problems of one dump that are told on standard error; the page lists them. */
const mostTold = 20;

/** What is told with the missing schema, which has the whole of it. */
const noSchema = "B8021";

interface Looked {
  readonly shown: ViewDump;
  /** Lines that say what is wrong with it. */
  readonly wrong: readonly string[];
}

/** A dump with the schemas that it is read by, read once from its start to its end. */
function lookedAt(call: Call, { name, source, schemas, embedded }: GivenDump): Looked {
  const bytes = source.size > largestEmbedded ? null : source.read(0, source.size);
  let chosen: Pick<ViewDump, "modules" | "missing" | "problems"> = { modules: [], missing: [], problems: [] };
  const watched: typeof schemas = (manifest, schema, damaged) => {
    const found = schemas(manifest, schema, damaged);
    const { missing, problems } = found;
    chosen = { modules: [...found.world.values()].map(moduleToJson), missing, problems: problems.map(plainProblem) };
    return found;
  };
  const label = call.arguments.length > 1 ? `${escapeText(name)}: ` : "";
  const wrong: string[] = [];
  let count = 0;
  const reading = watchReading(call.terminal, bytes === null ? source : sourceOf(bytes));
  let travelling: readonly Problem[] = [];
  for (const { kind, problems } of inspect(reading.source, { schemas: watched, embedded })) {
    // The page cannot read the schema, only what is known of it.
    if (kind === "schema") travelling = problems.filter(({ code }) => code === "B8018");
    for (const one of problems) {
      if (one.code === noSchema && chosen.missing.length > 0) continue;
      if (count++ < mostTold) wrong.push(`${label}${problemLine(one)}`);
    }
  }
  reading.end();
  if (count > mostTold) wrong.push(`${label}! and ${count - mostTold} more: the page and \`baton verify\` list them`);
  const told = chosen.problems.filter(({ path }) => travelling.every((one) => one.path !== path));
  const problems = [...travelling.map(plainProblem), ...told];
  return { shown: { name: basename(name), size: source.size, bytes, ...chosen, problems }, wrong };
}

async function serve(call: Call, page: string): Promise<void> {
  const served = await servePage(page, call.number("port") ?? 0, serverPolicy);
  call.terminal.print(`${served.url}\n`);
  if (call.terminal.interactive.messages) call.terminal.say("Ctrl-C ends it\n");
  await served.ended;
}
