import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { closest } from "../diagnostics/suggest.ts";
import type { World } from "../schema/ir.ts";
import { formatVersion, versionToJson } from "../schema/version.ts";
import type { RecordInput } from "./encode-dump.ts";
import { RECORD_MUST } from "./format.ts";
import { hex } from "./integers.ts";
import type { Item, RecordItem } from "./inspect.ts";
import { fromJson, jsonMistake } from "./json-read.ts";
import { describeJson, jsonMember, type JsonNode } from "./json-reader.ts";
import { rawJson, toJson, type Json } from "./json-write.ts";
import type { Manifest, ManifestModule } from "./manifest.ts";
import { versionOfJson } from "./manifest-json.ts";
import type { Coverage } from "./nodes.ts";
import type { Problem } from "./problem.ts";
import type { Span } from "../text.ts";
import type { WireState } from "./wire-type.ts";
import { findState, recordStates } from "./wire-types.ts";

/** What `decode --format json` prints; `decode.schema.json` is its JSON Schema. */
export interface DumpJson {
  /** Left out if the dump does not name one. */
  readonly producer?: string;
  readonly manifest: readonly Json[];
  /** Left out if the dump carries no schema. */
  readonly embedSchema?: true;
  readonly records: readonly Json[];
  readonly problems: readonly Json[];
  readonly coverage: Coverage;
}

/** The records of a dump as one JSON value; for dumps that fit memory several times over. */
export function dumpToJson(items: Iterable<Item>): DumpJson {
  let manifest: Manifest = { producer: "", modules: [] };
  let coverage: Coverage = { described: 0, padding: 0, unknown: 0, missing: 0 };
  let embedSchema = false;
  const records: Json[] = [];
  const problems: Problem[] = [];
  for (const item of items) {
    problems.push(...item.problems);
    if (item.kind === "manifest") ({ manifest } = item);
    else if (item.kind === "schema") embedSchema = true;
    else if (item.kind === "record") records.push(recordToJson(item));
    else if (item.kind === "finish") ({ coverage } = item);
  }
  return {
    ...(manifest.producer === "" ? {} : { producer: manifest.producer }),
    manifest: manifest.modules.map(manifestToJson),
    ...(embedSchema ? { embedSchema } : {}),
    records,
    problems: problems.map(problemToJson),
    coverage,
  };
}

/** An entry of the manifest. */
export function manifestToJson(module: ManifestModule): Json {
  return {
    module: module.name,
    version: versionToJson(module.version),
    fingerprint: module.fingerprint,
    ...(module.draft ? { draft: true } : {}),
    writes: module.writes.map((one) => ({ version: versionToJson(one.version), fingerprint: one.fingerprint })),
  };
}

/** A record: its value by its schema, or by the ids in its bytes where there is none. */
export function recordToJson(item: RecordItem): Json {
  const { type, header, value, raw, dropped } = item;
  return {
    type: type === null ? hex(BigInt(header.id)) : `${type.module}.${type.name}`,
    instance: header.instance,
    version: versionToJson(header.version),
    ...(type === null ? { mustBeUnderstood: (header.flags & RECORD_MUST) !== 0 } : {}),
    value: type === null || raw ? rawJson(value) : toJson(type, value),
    ...(dropped.length === 0
      ? {}
      : { dropped: dropped.map(({ path, id, offset, bytes }) => ({ path, id, offset, bytes })) }),
  };
}

/** A problem: where it is, which it is, and what it says. */
export function problemToJson(one: Problem): { readonly [name: string]: string | number | null } {
  return {
    offset: one.offset,
    path: one.path,
    code: one.code,
    message: one.message,
    ...(one.id === null ? {} : { id: one.id }),
  };
}

/** Records that were read from JSON, what is wrong with it, and where each record stands. */
export interface JsonDump {
  readonly producer: string;
  /** Whether the dump that it was carried its schema. */
  readonly embedSchema: boolean;
  readonly records: readonly RecordInput[];
  readonly nodes: readonly JsonNode[];
  /** Paths of what was dropped when the dump was read, and is not in the records. */
  readonly dropped: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the records that `dumpToJson` printed. `coverage` is of the dump it came from, and passed over; with `problems` the values are not all that
 * it held, and refused.
 */
export function dumpFromJson(node: JsonNode, world: World): JsonDump {
  const diagnostics: Diagnostic[] = [];
  const records: RecordInput[] = [];
  const nodes: JsonNode[] = [];
  const dropped: string[] = [];
  const list = jsonMember(node, "records");
  const producer = jsonMember(node, "producer");
  const problems = jsonMember(node, "problems");
  if (list === null || list.kind !== "array") {
    const facts =
      list === null
        ? { expected: 'an object with "records"', found: node.kind === "object" ? "none" : describeJson(node) }
        : { expected: 'an array of "records"', found: describeJson(list) };
    const { span } = list ?? node;
    const first = { ...span, end: span.start + 1 };
    if (list === null && node.kind === "object") {
      // Its members are those of a value then, not mistakes of their own.
      const help =
        jsonMember(node, "nodes") === null
          ? "values of one type are encoded with `--type`"
          : "what is encoded is printed by `baton decode --format json` without `--full`";
      const mistake = jsonMistake("B8404", facts, first, help);
      return { producer: "", embedSchema: false, records, nodes, dropped, diagnostics: [mistake] };
    }
    diagnostics.push(jsonMistake("B8404", facts, span));
  } else {
    const lost = problems?.kind === "array" && problems.elements.length > 0 ? problems : null;
    const unread: JsonNode[] | null = lost === null ? null : [];
    const isListed = jsonMember(node, "manifest") !== null;
    for (const element of list.elements) {
      const record = recordFromJson(element, { world, isListed }, diagnostics, unread);
      if (record === null) continue;
      records.push(record);
      dropped.push(...droppedOf(element));
      nodes.push(jsonMember(element, "value") ?? element);
    }
    if (lost !== null) diagnostics.push(lostMistake(lost, list.elements, unread ?? []));
  }
  if (node.kind === "object") diagnostics.push(...unknownMembers(node, dumpMembers));
  const embedded = jsonMember(node, "embedSchema");
  const wrong = (expected: string, at: JsonNode): void =>
    void diagnostics.push(jsonMistake("B8404", { expected, found: describeJson(at) }, at.span));
  if (problems !== null && problems.kind !== "array") wrong('an array of "problems"', problems);
  if (producer !== null && producer.kind !== "string") wrong('a string as "producer"', producer);
  if (embedded !== null && embedded.kind !== "boolean") wrong('true or false as "embedSchema"', embedded);
  return {
    producer: producer?.kind === "string" ? producer.value : "",
    embedSchema: embedded?.kind === "boolean" && embedded.value,
    records,
    nodes,
    dropped,
    diagnostics,
  };
}

/** The paths of what a record names as dropped. */
function droppedOf(record: JsonNode): readonly string[] {
  const list = jsonMember(record, "dropped");
  if (list?.kind !== "array") return [];
  return list.elements.flatMap((one) => {
    const path = jsonMember(one, "path");
    return path?.kind === "string" ? [path.value] : [];
  });
}

/** Told once, however much of a dump was lost. */
function lostMistake(
  problems: Extract<JsonNode, { kind: "array" }>,
  records: readonly JsonNode[],
  unread: readonly JsonNode[],
): Diagnostic {
  const [one] = problems.elements;
  const [path, code, message] = ["path", "code", "message"].map((name) => {
    const told = one === undefined ? null : jsonMember(one, name);
    return told?.kind === "string" ? told.value : "";
  });
  const first = `${path === "" ? "" : `${path}: `}${message === "" ? "it was not read whole" : message}${code === "" ? "" : ` [${code}]`}`;
  const [node] = unread;
  const paths = node === undefined ? [] : records.map((record) => pathTo(record, node));
  const firstNull = paths.find((each) => each !== null) ?? "";
  const facts = { first, count: problems.elements.length, nulls: unread.length, firstNull };
  return diagnose("B9306", rows.B9306, facts, { span: opening(problems) });
}

function opening({ span }: JsonNode): Span {
  return { ...span, end: span.start + 1 };
}

/** The path of a node in a record, as problems write it. */
function pathTo(record: JsonNode, wanted: JsonNode): string | null {
  const below = (node: JsonNode, path: string): string | null => {
    if (node === wanted) return path;
    const parts: readonly (readonly [string, JsonNode])[] =
      node.kind === "object"
        ? node.members.map(({ name, value }) => [`.${name}`, value] as const)
        : node.kind === "array"
          ? node.elements.map((element, i) => [`[${i}]`, element] as const)
          : [];
    for (const [name, part] of parts) {
      const found = below(part, `${path}${name}`);
      if (found !== null) return found;
    }
    return null;
  };
  const [type, instance, value] = ["type", "instance", "value"].map((name) => jsonMember(record, name));
  if (type?.kind !== "string" || instance?.kind !== "number" || value === undefined || value === null) return null;
  return below(value, `${type.value}#${instance.text}`);
}

const dumpMembers = ["producer", "manifest", "embedSchema", "records", "problems", "coverage"];
const recordMembers = ["type", "instance", "version", "mustBeUnderstood", "knownBy", "value", "dropped"];

function unknownMembers(node: Extract<JsonNode, { kind: "object" }>, known: readonly string[]): readonly Diagnostic[] {
  return node.members
    .filter((member) => !known.includes(member.name))
    .map((member) => jsonMistake("B8403", { found: JSON.stringify(member.name) }, member.nameSpan));
}

/** `isListed`: the world is that of the manifest in the JSON, and not of all schemas at hand. */
function recordFromJson(
  node: JsonNode,
  { world, isListed }: { readonly world: World; readonly isListed: boolean },
  diagnostics: Diagnostic[],
  unread: JsonNode[] | null,
): RecordInput | null {
  const fail = (expected: string, at: JsonNode | null): null => {
    // What is missing is told at the record's first character.
    const span = at?.span ?? { ...node.span, end: node.span.start + 1 };
    diagnostics.push(jsonMistake("B8404", { expected, found: at === null ? "none" : describeJson(at) }, span));
    return null;
  };
  if (node.kind !== "object") return fail("a record", node);
  diagnostics.push(...unknownMembers(node, recordMembers));
  const type = jsonMember(node, "type");
  const instance = jsonMember(node, "instance");
  const value = jsonMember(node, "value");
  if (type?.kind !== "string") return fail('a "type", the name of a state', type);
  if (value === null) return fail('a "value"', null);
  const number = instance?.kind === "number" && /^\d+$/.test(instance.text) ? Number(instance.text) : null;
  if (number === null || number > 0xffff_ffff) {
    return fail('an "instance" of 0 to 4294967295', instance);
  }
  const state = findState(world, type.value);
  const module = type.value.includes(".") ? type.value.slice(0, type.value.lastIndexOf(".")) : null;
  if (state === null && isListed && (world.size === 0 || (module !== null && !world.has(module)))) {
    const expected = `${module === null ? "the module of this state" : JSON.stringify(module)} in "manifest"`;
    const listed = [...world.keys()].join(", ") || "no module";
    const help =
      'a dump holds records of the modules that its manifest lists; without "manifest" those of the schemas at hand are taken';
    diagnostics.push(jsonMistake("B8404", { expected, found: `${listed} there` }, type.span, help));
    return null;
  }
  if (state === null) {
    const names = [...recordStates(world).values()].map((each) => `${each.module}.${each.name}`);
    const near = closest(type.value, names);
    const facts = near === undefined ? {} : { expected: JSON.stringify(near) };
    diagnostics.push(jsonMistake("B8407", { found: describeJson(type), ...facts }, type.span));
    return null;
  }
  const version = jsonMember(node, "version");
  const stated = version === null ? state.version : versionOfJson(version);
  if (version !== null && stated !== state.version) {
    return fail(`version ${formatVersion(state.version)}, which is written`, version);
  }
  const read = fromJson(state, value, unread);
  diagnostics.push(...read.diagnostics);
  return { type: `${state.module}.${state.name}`, instance: number, value: read.value };
}

/** Values of one type: one, an array of them, or one after the other; instances are counted from 0. */
export function valuesFromJson(nodes: readonly JsonNode[], state: WireState): JsonDump {
  const [only] = nodes;
  const each = nodes.length === 1 && only?.kind === "array" ? only.elements : nodes;
  const read = each.map((node) => fromJson(state, node));
  return {
    producer: "",
    embedSchema: false,
    records: read.map(({ value }, instance) => ({ type: `${state.module}.${state.name}`, instance, value })),
    nodes: each,
    dropped: [],
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
  };
}

/**
 * The node that a problem's path leads to, as far as the JSON goes: `demo.Device#3.caps[1].data` in the value of that record. A path starts
 * with a state's name, which may have dots before a `#`.
 */
export function nodeAtPath(value: JsonNode, path: string): JsonNode {
  const rest = path.includes("#") ? path.replace(/^[^#]*#\d+/, "") : path.replace(/^\w+/, "");
  let node = value;
  for (const [, name, index] of rest.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)) {
    const next: JsonNode | null | undefined =
      name !== undefined ? jsonMember(node, name) : node.kind === "array" ? node.elements[Number(index)] : null;
    if (next === null || next === undefined) break;
    node = next;
  }
  return node;
}
