import type { Diagnostic } from "../diagnostics/catalogue.ts";
import { diffDumps, type DiffEvent } from "../dump/diff/dumps.ts";
import { diffJsonText } from "../dump/diff/json.ts";
import { renderDiff } from "../dump/diff/text.ts";
import { parsePath, type DumpPath } from "../dump/path.ts";
import { done, failed, type Outcome } from "../host/files.ts";
import { watchReading } from "../host/progress.ts";
import { escapeText } from "../printable.ts";
import { status, type Call, type Status } from "./call.ts";
import { misuse, openGiven, printPieces } from "./given-dumps.ts";

/** Changes of one record that text shows unless all are asked for. */
const shownChanges = 100;

/** Columns where there is no terminal. */
const usualColumns = 80;

/** `baton diff A B`: what changed between two dumps, by member and by key. */
export async function diff(call: Call): Promise<Status> {
  const [a, b, more] = call.arguments;
  if (a === undefined || b === undefined || more !== undefined) {
    const problem = more === undefined ? "which two dumps?" : "more than two dumps";
    return call.refuse([misuse(problem, "name the one before and the one after; `-` is standard input")]);
  }
  const ignore = ignoredPaths(call);
  if (!ignore.ok) return call.refuse(ignore.mistakes);
  const dumps = await openGiven(call, [a, b]);
  if (!dumps.ok) return call.refuse(dumps.mistakes);
  const [before, after] = dumps.value;
  if (before === undefined || after === undefined) throw new Error("two dumps were opened");
  const reading = watchReading(call.terminal, after.source);
  try {
    const json = call.text("format") === "json";
    const limit = json || call.flag("all") ? Number.POSITIVE_INFINITY : shownChanges;
    let differs = false;
    const met = new Set<DumpPath>();
    const events = watched(
      diffDumps(before, { ...after, source: reading.source }, { ignore: ignore.value, limit, met }),
      () => (differs = true),
    );
    const names = { a: before.name, b: after.name };
    const printed = printPieces(call, json ? diffJsonText(events, names) : linesOf(call, events, names));
    reading.end();
    if (printed !== status.done) return printed;
    for (const path of ignore.value) {
      if (!met.has(path))
        call.terminal.say(`note: \`--ignore ${escapeText(path.text)}\` names nothing that was compared\n`);
    }
    const lacking = [...before.lacking(), ...after.lacking()];
    if (lacking.length > 0) return call.refuse(lacking);
    return differs ? status.no : status.done;
  } finally {
    for (const { close } of dumps.value) close();
  }
}

function ignoredPaths(call: Call): Outcome<readonly DumpPath[]> {
  const paths: DumpPath[] = [];
  const mistakes: Diagnostic[] = [];
  for (const text of call.texts("ignore")) {
    const read = parsePath(text);
    if (read.ok) paths.push(read.path);
    else {
      const { at, expected } = read.mistake;
      const problem = `\`--ignore ${text}\` is no path: expected ${expected} at character ${at + 1}`;
      mistakes.push(
        misuse(problem, "write it as `PciDevice.status`, `PciDevice#3` or `PciDevice[address=0x800].bars[*].size`"),
      );
    }
  }
  return mistakes.length > 0 ? failed(...mistakes) : done(paths);
}

/** Says on the way that something differs or is damaged. */
function* watched(events: Iterable<DiffEvent>, differs: () => void): Generator<DiffEvent, void, undefined> {
  for (const event of events) {
    if (event.kind === "record" || event.kind === "instances" || event.kind === "problem") differs();
    yield event;
  }
}

function* linesOf(
  call: Call,
  events: Iterable<DiffEvent>,
  names: { readonly a: string; readonly b: string },
): Generator<string, void, undefined> {
  const toFile = call.text("out") !== undefined;
  const clip = call.terminal.interactive.output && !toFile;
  const options = {
    names,
    colour: !toFile && call.coloured("output"),
    width: clip ? call.terminal.columns : usualColumns,
    clip,
    all: call.flag("all"),
  };
  for (const line of renderDiff(events, options)) yield `${line}\n`;
}
