import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import type { InspectOptions } from "../dump/inspect.ts";
import { sourceOf, type Source } from "../dump/source.ts";
import { largestPipe, openDump, pipeTooLarge } from "../host/dump-file.ts";
import { done, failed, type Outcome } from "../host/files.ts";
import { outputOf, status, type Call, type Status } from "./call.ts";
import { schemasFor } from "./dump-schemas.ts";
import { inputName } from "./schemas.ts";

/** A dump that the call names, open, with the way its schemas are chosen. */
export interface GivenDump {
  /** As messages name it. */
  readonly name: string;
  readonly source: Source;
  readonly schemas: InspectOptions["schemas"];
  readonly embedded: NonNullable<InspectOptions["embedded"]>;
  /** What is wrong once it was read: modules for which there is no schema, and the places that could not be looked into. */
  readonly lacking: () => readonly Diagnostic[];
  readonly close: () => void;
}

/** Opens the dumps that a call names, or none of them. */
export async function openGiven(call: Call, names: readonly string[]): Promise<Outcome<readonly GivenDump[]>> {
  if (names.filter((name) => name === "-").length > 1) {
    return failed(misuse("standard input is named twice", "it holds one dump"));
  }
  const opened: GivenDump[] = [];
  for (const name of names) {
    const dump = await openOne(call, name);
    if (dump.ok) {
      opened.push(dump.value);
      continue;
    }
    for (const { close } of opened) close();
    return dump;
  }
  return done(opened);
}

async function openOne(call: Call, given: string): Promise<Outcome<GivenDump>> {
  const name = given === "-" ? inputName : given;
  const source = given === "-" ? await inputOf(call) : openDump(call.terminal.directory, call.path(given));
  if (!source.ok) return source;
  const schemas = await schemasFor(call, source.value.source, name);
  if (!schemas.ok) {
    source.value.close();
    return schemas;
  }
  let missing: readonly string[] = [];
  return done({
    ...{ name, source: source.value.source, close: source.value.close },
    schemas: (manifest, schema, damaged) => {
      const chosen = schemas.value.choose(manifest, schema, damaged);
      ({ missing } = chosen);
      return chosen;
    },
    embedded: schemas.value.embedded,
    lacking: () => schemas.value.lacking(missing),
  });
}

async function inputOf(call: Call): Promise<Outcome<{ readonly source: Source; readonly close: () => void }>> {
  const bytes = await call.input(largestPipe);
  return bytes === null ? failed(pipeTooLarge(inputName)) : done({ source: sourceOf(bytes), close: () => {} });
}

/** A call that cannot be understood. */
export function misuse(problem: string, help: string): Diagnostic {
  return diagnose("B9001", rows.B9001, { problem, help }, { span: null });
}

/** Pieces are handed on in blocks of about this many characters: a system call for each would take longer than making it. */
const blockCharacters = 1 << 16;

/** Prints pieces of text as they are made, or writes them as one file, which is there once it is whole. */
export function printPieces(call: Call, pieces: Iterable<string>): Status {
  const out = outputOf(call);
  if (!out.ok) return call.refuse(out.mistakes);
  let block: string[] = [];
  let waiting = 0;
  const flush = (): void => {
    if (waiting > 0) out.value.write(Buffer.from(block.join("")));
    block = [];
    waiting = 0;
  };
  try {
    for (const piece of pieces) {
      block.push(piece);
      waiting += piece.length;
      if (waiting >= blockCharacters) flush();
    }
    flush();
  } catch (error) {
    out.value.abort();
    throw error;
  }
  const written = out.value.commit();
  return written.ok ? status.done : call.refuse(written.mistakes);
}
