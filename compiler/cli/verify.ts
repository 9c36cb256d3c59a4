import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { ByteText } from "../dump/byte-text.ts";
import { problemToJson } from "../dump/dump-json.ts";
import { embeddedReader } from "../dump/embedded.ts";
import type { InspectOptions } from "../dump/inspect.ts";
import type { Coverage } from "../dump/nodes.ts";
import { problemLine, type Problem } from "../dump/problem.ts";
import { Verifier } from "../dump/verify.ts";
import { openDumpInput, streamInput, type DumpInput } from "../host/dump-file.ts";
import { done, type Outcome } from "../host/files.ts";
import { watchBytes } from "../host/progress.ts";
import { escapeText, jsonText } from "../printable.ts";
import { outputOf, status, type Call, type Status } from "./call.ts";
import { schemasFor } from "./dump-schemas.ts";
import { inputName } from "./schemas.ts";

/** A dump as `baton verify --format json` prints it: `verify.schema.json` has its JSON Schema. */
interface Verified {
  readonly dump: string;
  readonly bytes: number;
  readonly records: number;
  readonly count: number;
  readonly problems: readonly Problem[];
  readonly coverage: Coverage;
}

/** More problems than these are counted and not listed in JSON. */
const mostListed = 10_000;

/** `baton verify DUMP...`: whether dumps are all that a dump must be. */
export async function verify(call: Call): Promise<Status> {
  const names = call.arguments;
  const problem = names.length === 0 ? "which dumps?" : "standard input is named twice";
  if (names.length === 0 || names.filter((name) => name === "-").length > 1) {
    return call.refuse([
      diagnose("B9001", rows.B9001, { problem, help: "name dumps, or `-` for standard input" }, { span: null }),
    ]);
  }
  const out = outputOf(call);
  if (!out.ok) return call.refuse(out.mistakes);
  const text = new ByteText(out.value.write);
  const json = call.text("format") === "json";
  const all: Status[] = [];
  if (json) text.text('{"dumps": [');
  try {
    for (const [i, name] of names.entries()) {
      if (json) text.text(i === 0 ? "\n" : ",\n");
      all.push(await verifyOne(call, name, text, names.length > 1));
      if (!json) text.flush();
    }
  } catch (error) {
    out.value.abort();
    throw error;
  }
  if (json) text.text("\n]}\n");
  text.flush();
  const written = out.value.commit();
  return written.ok ? (all.toSorted((a, b) => b - a)[0] ?? status.done) : call.refuse(written.mistakes);
}

async function open(call: Call, given: string): Promise<Outcome<DumpInput>> {
  return given === "-"
    ? done(await streamInput(call.terminal.chunks()))
    : await openDumpInput(call.terminal.directory, call.path(given));
}

async function verifyOne(call: Call, given: string, text: ByteText, several: boolean): Promise<Status> {
  const json = call.text("format") === "json";
  const name = given === "-" ? inputName : given;
  const refuse = (mistakes: readonly Diagnostic[]): Status => {
    if (json) {
      const mistake = mistakes.at(-1);
      text.text(
        `  ${jsonText({ dump: name, mistake: { code: mistake?.code ?? "", message: mistake?.message ?? "" } })}`,
      );
    }
    return call.refuse(mistakes);
  };
  const input = await open(call, given);
  if (!input.ok) return refuse(input.mistakes);
  try {
    const schemas = await schemasFor(call, input.value.head, name);
    if (!schemas.ok) return refuse(schemas.mistakes);
    let missing: readonly string[] = [];
    const choose: InspectOptions["schemas"] = (manifest, schema, damaged) => {
      const chosen = schemas.value.choose(manifest, schema, damaged);
      ({ missing } = chosen);
      return chosen;
    };
    const label = several ? `${escapeText(name)}: ` : "";
    const red = (call.text("out") ?? "-") === "-" && call.coloured("output");
    const tell = (one: Problem): void => {
      const line = `${label}${problemLine(one)}`;
      text.text(red ? `\u001b[31m${line}\u001b[0m\n` : `${line}\n`);
    };
    const verified = await walk(call, input.value, choose, name, json ? () => {} : tell);
    if (json) text.text(`  ${jsonOf(verified)}`);
    else text.text(`${summaryOf(verified)}\n`);
    const lacking = schemas.value.lacking(missing);
    if (lacking.length > 0) return call.refuse(lacking);
    return verified.count > 0 ? status.no : status.done;
  } finally {
    input.value.close();
  }
}

async function walk(
  call: Call,
  input: DumpInput,
  schemas: InspectOptions["schemas"],
  dump: string,
  tell: (one: Problem) => void,
): Promise<Verified> {
  const verifier = new Verifier(await embeddedReader());
  const watch = watchBytes(call.terminal, input.size, call.printing);
  const problems: Problem[] = [];
  let count = 0;
  let bytes = 0;
  let coverage: Coverage = { described: 0, padding: 0, unknown: 0, missing: 0 };
  for await (const item of input.walk({ schemas: verifier.choosing(schemas) }, watch.read)) {
    for (const one of verifier.take(item)) {
      count++;
      tell(one);
      if (problems.length < mostListed) problems.push(one);
    }
    if (item.kind === "finish") ({ size: bytes, coverage } = item);
  }
  watch.end();
  return { dump, bytes, records: verifier.records, count, problems, coverage };
}

function jsonOf({ problems, ...rest }: Verified): string {
  return jsonText({ ...rest, problems: problems.map(problemToJson) });
}

function summaryOf({ dump, bytes, records, count }: Verified): string {
  const what = `${records} ${records === 1 ? "record" : "records"}, ${bytes} bytes`;
  return escapeText(
    `${dump}: ${what}, ${count === 0 ? "no problems" : count === 1 ? "1 problem" : `${count} problems`}`,
  );
}
