/**
 * What generated codecs make of the byte goldens: bundled into one script with the codecs of every case, and run by Node and by a browser. It uses
 * nothing that only one of them has.
 */
import {
  BatonError,
  crc32,
  DumpStream,
  DumpWriter,
  openDump,
  type ModuleDescriptor,
  type StateCodec,
} from "../../runtime/index.ts";

/** What generated modules export, by the name of each. */
export type Modules = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A case as its files have it. */
export interface Case {
  readonly name: string;
  /** The state of a body; null where the case is a whole dump. */
  readonly type: string | null;
  /** The version that it was written for: of the body's module, or of each module of the dump. */
  readonly for: string | Readonly<Record<string, string>> | null;
  /** The golden bytes. */
  readonly bytes: readonly number[];
}

/** What came of a case. */
export interface Result {
  readonly name: string;
  /** The values that were decoded, and what a view gives, as text. */
  readonly values: readonly string[];
  readonly problems: readonly string[];
  /** The bytes of the values, encoded again in each way that there is. */
  readonly again: Readonly<Record<string, readonly number[]>>;
}

type AnyCodec = StateCodec<object>;

/** Runs every case; an error is a result, too. */
export async function run(cases: readonly Case[], modulesOf: (name: string) => Modules): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const one of cases) {
    try {
      results.push(await (one.type === null ? runDump : runBody)(one, modulesOf(one.name)));
    } catch (error) {
      const problem = error instanceof BatonError ? error.message : String(error);
      results.push({ name: one.name, values: [], problems: [problem], again: {} });
    }
  }
  return results;
}

/** Whether the host brings a checksum of its own, which is another way through the runtime. */
export function sums(): readonly number[] {
  const bytes = Uint8Array.from({ length: 3 << 20 }, (_, i) => i * 31);
  return [crc32(bytes), crc32(bytes.subarray(1)), crc32(bytes.subarray(0, 1000), 7)];
}

function runBody(one: Case, modules: Modules): Result {
  const bytes = Uint8Array.from(one.bytes);
  const codec = codecOf(modules, one.type ?? "");
  const value = codec.decode(bytes);
  const options = typeof one.for === "string" ? { for: one.for } : undefined;
  const room = new Uint8Array(bytes.length + 64);
  const end = codec.encodeInto(value, room, 16, options);
  return {
    name: one.name,
    values: [text(value), text(codec.view(bytes))],
    problems: codec.validate(value).map(({ message }) => message),
    again: { encode: [...codec.encode(value, options)], encodeInto: [...room.subarray(16, end)] },
  };
}

async function runDump(one: Case, modules: Modules): Promise<Result> {
  const bytes = Uint8Array.from(one.bytes);
  const known = Object.values(modules).map(descriptorOf);
  const options = one.for === null ? {} : { for: one.for };
  const dump = openDump(bytes, { modules: known });
  const writer = new DumpWriter({ ...options, producer: dump.manifest.producer });
  // Every module of the manifest is listed before the first record, as a stream must be told.
  const listed = known.filter(({ name }) => dump.manifest.modules.some((entry) => entry.name === name));
  const chunks: Uint8Array[] = [];
  const stream = new DumpStream((chunk) => void chunks.push(chunk.slice()), {
    ...options,
    modules: listed,
    producer: dump.manifest.producer,
  });
  const values: string[] = [];
  for (const record of dump.records()) {
    const codec = codecOf(modules, record.type ?? "");
    const value = record.decode(codec);
    values.push(`${record.type}#${record.instance} ${text(value)}`, text(record.view(codec)));
    writer.add(codec, value, { instance: record.instance });
    await stream.add(codec, value, { instance: record.instance });
  }
  await stream.finish();
  const streamed: string[] = [];
  for await (const record of (await openDump(new Blob([bytes]), { modules: known })).records()) {
    streamed.push(
      `${record.type}#${record.instance} ${text(await record.decode(codecOf(modules, record.type ?? "")))}`,
    );
  }
  const missing = values.filter((_, i) => i % 2 === 0).filter((value) => !streamed.includes(value));
  return {
    name: one.name,
    values,
    problems: missing.map((value) => `not in the Blob: ${value}`),
    again: { DumpWriter: [...writer.finish()], DumpStream: chunks.flatMap((chunk) => [...chunk]) },
  };
}

/** A codec by its state's name, with its module or without. */
function codecOf(modules: Modules, type: string): AnyCodec {
  for (const held of Object.values(modules).flatMap((module) => Object.values(module))) {
    if (typeof held !== "object" || held === null || !("encodeInto" in held)) continue;
    // What encodes into memory is a codec.
    const codec = held as AnyCodec;
    if (codec.name === type || codec.name.endsWith(`.${type}`)) return codec;
  }
  throw new Error(`no codec of ${type}`);
}

function descriptorOf(module: Readonly<Record<string, unknown>>): ModuleDescriptor {
  for (const held of Object.values(module)) {
    // What has a fingerprint and states is the module's descriptor.
    if (typeof held === "object" && held !== null && "states" in held && "fingerprint" in held)
      return held as ModuleDescriptor;
  }
  throw new Error("a generated module exports no descriptor");
}

/** A value as text in which two hosts must agree. Of a view, every member is read. */
function text(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value === undefined || value === null || typeof value !== "object") return JSON.stringify(value) ?? "undefined";
  if (value instanceof Uint8Array) return `<${[...value].join(" ")}>`;
  if (Symbol.iterator in value) {
    // What iterates is an array, a table, a column or a list of views.
    return `[${Array.from(value as Iterable<unknown>, text).join(", ")}]`;
  }
  const members: string[] = [];
  for (const name in value) {
    if (name.startsWith("$")) continue;
    const member: unknown = Reflect.get(value, name);
    if (typeof member !== "function") members.push(`${name}: ${text(member)}`);
  }
  return `{${members.join(", ")}}`;
}
