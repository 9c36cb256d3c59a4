import { HEADER_BYTES } from "../dump/format.ts";
import { dumpFields, wholeFields } from "../dump/header-fields.ts";
import type { InspectOptions, Item } from "../dump/inspect.ts";
import { hex } from "../dump/integers.ts";
import type { Manifest } from "../dump/manifest.ts";
import type { Coverage } from "../dump/nodes.ts";
import { isDamaged, type Problem } from "../dump/problem.ts";
import { viewOf } from "../dump/source.ts";
import { escapeText } from "../printable.ts";
import { versionToJson } from "../schema/version.ts";
import type { DumpSchemas } from "./dump-schemas.ts";

/** A dump as `baton info --format json` prints it: `info.schema.json` has its JSON Schema. */
export interface DumpInfo {
  readonly bytes: number;
  /** What is there of its header: null where not even its first bytes are those of a dump. */
  readonly header: HeaderInfo | null;
  readonly producer: string;
  /** Bytes of the embedded schema's record; null without one. */
  readonly schema: number | null;
  readonly manifest: readonly ManifestInfo[];
  /** By type, in the order of the dump. A state that no schema knows is named by its id. */
  readonly records: readonly {
    readonly type: string;
    readonly id: number;
    readonly records: number;
    readonly bytes: number;
  }[];
  readonly problems: readonly Pick<Problem, "offset" | "path" | "code" | "message">[];
  readonly coverage: Coverage;
}

interface HeaderInfo {
  /** null where it is cut before that. */
  readonly format: string | null;
  readonly flags: number | null;
  /** Whether its checksum is right; if it is not or not there, none of this is believed. */
  readonly status: "sound" | "cut" | "damaged";
}

interface ManifestInfo {
  readonly module: string;
  readonly version: number | string;
  readonly fingerprint: string;
  readonly draft: boolean;
  readonly writes: readonly { readonly version: number | string; readonly fingerprint: string }[];
  /** Whether a schema with this fingerprint was found. */
  readonly known: boolean;
}

/** Walks a dump, once, and counts. */
export async function describeDump(
  walk: (options: InspectOptions) => Iterable<Item> | AsyncIterable<Item>,
  { choose, embedded }: Pick<DumpSchemas, "choose" | "embedded">,
): Promise<DumpInfo> {
  let size = 0;
  let header: DumpInfo["header"] = null;
  let manifest: Manifest = { producer: "", modules: [] };
  let damaged = false;
  let schema: number | null = null;
  let missing: readonly string[] | null = null;
  let coverage: Coverage = { described: 0, padding: 0, unknown: 0, missing: 0 };
  const problems: Problem[] = [];
  const types = new Map<number, { readonly type: string; readonly id: number; records: number; bytes: number }>();
  const schemas: InspectOptions["schemas"] = (known, embedded, damaged) => {
    const chosen = choose(known, embedded, damaged);
    missing = chosen.missing;
    return chosen;
  };
  for await (const item of walk({ schemas, embedded })) {
    // A schema that is not known is told beside its module.
    problems.push(...item.problems.filter(({ code, expected }) => code !== "B8021" || expected !== undefined));
    if (item.kind === "header") header = headerOf(item);
    if (item.kind === "manifest") {
      ({ manifest } = item);
      damaged = isDamaged(item.problems);
    }
    if (item.kind === "schema") schema = item.bytes;
    else if (item.kind === "finish") ({ coverage, size } = item);
    else if (item.kind === "record") {
      const { id } = item.header;
      const entry = types.get(id) ?? { type: item.name.replace(/#\d+$/, ""), id, records: 0, bytes: 0 };
      entry.records++;
      entry.bytes += item.bytes;
      types.set(id, entry);
    }
  }
  // Without records nobody asked for the schemas.
  const absent = new Set(missing ?? choose(manifest, null, damaged).missing);
  return {
    bytes: size,
    header,
    producer: manifest.producer,
    schema,
    manifest: manifest.modules.map(({ name, version, fingerprint, draft, writes }) => ({
      module: name,
      version: versionToJson(version),
      fingerprint,
      draft,
      writes: writes.map((each) => ({ version: versionToJson(each.version), fingerprint: each.fingerprint })),
      known: !absent.has(name),
    })),
    records: [...types.values()],
    problems: problems.map(({ offset, path, code, message }) => ({ offset, path, code, message })),
    coverage,
  };
}

/** Where the version of the format and the flags end in a header. */
const [formatEnd, flagsEnd] = [12, 20];

function headerOf({ peek, problems }: Extract<Item, { kind: "header" }>): DumpInfo["header"] {
  const bytes = peek(0, HEADER_BYTES);
  const whole = wholeFields(dumpFields, bytes.length);
  const codes = new Set(problems.map(({ code }) => code));
  if (codes.has("B8001")) return null;
  const view = viewOf(bytes);
  return {
    format: whole < formatEnd ? null : `${view.getUint16(8, true)}.${view.getUint16(10, true)}`,
    flags: whole < flagsEnd ? null : view.getUint32(16, true),
    status: codes.has("B8005") ? "cut" : codes.has("B8003") ? "damaged" : "sound",
  };
}

/** The same for people. */
export function dumpText(info: DumpInfo): string {
  const records = info.records.reduce((sum, each) => sum + each.records, 0);
  const rows = info.records.map((each) => [each.type, String(each.records), String(each.bytes)]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const { described, padding, unknown, missing } = info.coverage;
  const lines = [
    `dump of ${info.bytes} bytes, ${records} ${records === 1 ? "record" : "records"}`,
    headerText(info.header),
    ...(info.producer === "" ? [] : [`producer ${info.producer}`]),
    `embedded schema: ${info.schema === null ? "none" : `${info.schema} bytes`}`,
    "",
    ...info.manifest.flatMap(manifestLines),
    ...rows.map(([type = "", count = "", bytes = ""]) => {
      return `${type.padEnd(widths[0] ?? 0)}  ${count.padStart(widths[1] ?? 0)} ${count === "1" ? "record " : "records"}  ${bytes.padStart(widths[2] ?? 0)} bytes`;
    }),
    ...(rows.length > 0 ? [""] : []),
    `coverage: ${described} bytes described, ${padding} padding, ${unknown} unknown, ${missing} missing`,
  ];
  return lines.map((line) => `${escapeText(line)}\n`).join("");
}

function headerText(header: DumpInfo["header"]): string {
  if (header === null) return "format not known: this does not begin as a dump";
  const { format, flags, status } = header;
  if (format === null) return "format not known: the header is cut before it";
  const text = `format ${format}${flags === null || flags === 0 ? "" : `, flags ${hex(BigInt(flags))}`}`;
  if (status === "sound") return text;
  return `${text}, by a header that is not believed: ${status === "cut" ? "it is cut" : "its checksum does not fit"}`;
}

function manifestLines({ module, version, fingerprint, draft, writes, known }: ManifestInfo): readonly string[] {
  const others = writes.filter((each) => each.fingerprint !== fingerprint).map((each) => String(each.version));
  return [
    `module ${module} version ${version}${draft ? " (draft)" : ""}${known ? "" : ", no schema with this fingerprint is known here"}`,
    `  fingerprint ${fingerprint}`,
    ...(others.length === 0 ? [] : [`  its writer can also write for ${others.join(", ")}`]),
    "",
  ];
}
