import { basename } from "node:path";
import type { Diagnostic } from "../diagnostics/catalogue.ts";
import { inspect } from "../dump/inspect.ts";
import { servePage } from "../host/serve.ts";
import { viewAssets } from "../host/view-assets.ts";
import { moduleToJson } from "../schema/json.ts";
import { largestEmbedded, serverPolicy, viewPage, type ViewDump } from "../view/page.ts";
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
    const page = viewPage(dumps.value.map(shown), assets);
    const lacking = dumps.value.flatMap((dump) => dump.lacking());
    if (call.flag("serve")) {
      call.report(lacking);
      return await serve(call, page);
    }
    const delivered = call.deliver(page);
    // The page shows what ids and forms tell, and its reader should know why.
    return delivered === status.done && lacking.length > 0 ? call.refuse(lacking) : delivered;
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

/** A dump with the schemas that it is read by. */
function shown({ name, source, schemas }: GivenDump): ViewDump {
  let chosen: Pick<ViewDump, "modules" | "missing"> = { modules: [], missing: [] };
  const watched: typeof schemas = (manifest, schema, damaged) => {
    const found = schemas(manifest, schema, damaged);
    chosen = { modules: [...found.world.values()].map(moduleToJson), missing: found.missing };
    return found;
  };
  // The schemas are chosen at the first record behind the manifest.
  for (const item of inspect(source, { schemas: watched, maxBody: largestEmbedded })) if (item.kind === "record") break;
  const bytes = source.size > largestEmbedded ? null : source.read(0, source.size);
  return { name: basename(name), size: source.size, bytes, ...chosen };
}

async function serve(call: Call, page: string): Promise<Status> {
  const served = await servePage(page, call.number("port") ?? 0, serverPolicy);
  call.terminal.print(`${served.url}\n`);
  if (call.terminal.interactive.messages) call.terminal.say("Ctrl-C ends it\n");
  await served.ended;
  return status.done;
}
