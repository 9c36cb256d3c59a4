import { crc32 } from "../../runtime/crc.ts";
import type { Module, Version, World } from "../schema/ir.ts";
import { formatVersion } from "../schema/version.ts";
import { ByteWriter } from "./byte-writer.ts";
import { embedSchema } from "./embedded.ts";
import { encodeState, type Encoded } from "./encode.ts";
import type { KnownModule } from "./find.ts";
import {
  FORMAT_MAJOR,
  FORMAT_MINOR,
  HEADER_BYTES,
  MAGIC,
  MAX_SCHEMA_BYTES,
  RECORD_END,
  CHECKED_HEADER_BYTES,
  RECORD_HEADER_BYTES,
  RECORD_MANIFEST,
  RECORD_MUST,
  RECORD_SCHEMA,
} from "./format.ts";
import { encodeStateFor, type Loss } from "./lower.ts";
import { manifestType, manifestValue, type Manifest, type ManifestModule } from "./manifest.ts";
import { problem, type Problem } from "./problem.ts";
import { Singles } from "./singles.ts";
import type { Value } from "./value.ts";
import type { WireState } from "./wire-type.ts";
import { findState, recordStates } from "./wire-types.ts";

/** A module as a dump is written by it. */
export interface WriterModule {
  /** At the version that is written. */
  readonly view: Module;
  readonly fingerprint: string;
  readonly draft: boolean;
  readonly writes: ManifestModule["writes"];
}

export interface RecordInput {
  /** `linux.pci.PciDevice`, or the bare name where only one module has it. */
  readonly type: string;
  readonly instance: number;
  readonly value: Value;
}

export interface DumpInput {
  readonly producer: string;
  /** Every module, closed under imports; the dump lists those that its records need. */
  readonly modules: ReadonlyMap<string, WriterModule>;
  /** The world that the values are of, where that is not the one that is written: they are written for older readers. */
  readonly working: World | null;
  readonly records: readonly RecordInput[];
  readonly embedSchema: boolean;
  /** Modules that the manifest lists though no record needs them, as a streaming writer does. */
  readonly listed?: Iterable<string>;
  /** Called with each record and member that an older reader does not get. */
  readonly leftOut?: (loss: Loss) => void;
}

/**
 * The modules of a build as a dump is written by them: each at its working version, or at the one that `versions` names, as a writer of that
 * version would. Versions that a module does not have are for the caller to refuse.
 */
export function writerModules(
  modules: ReadonlyMap<string, KnownModule>,
  versions: ReadonlyMap<string, Version> = new Map(),
): ReadonlyMap<string, WriterModule> {
  const writers = new Map<string, WriterModule>();
  for (const [name, { module, views, fingerprints, draft, released }] of modules) {
    const version = versions.get(name) ?? module.version;
    const written = version === module.version ? module.writes : [version];
    const entry = (one: Version): { readonly version: Version; readonly fingerprint: string } => {
      const fingerprint = fingerprints.get(one);
      if (fingerprint === undefined) throw new Error(`${name} has no version ${formatVersion(one)}`);
      return { version: one, fingerprint };
    };
    const view = views.get(version);
    if (view === undefined) throw new Error(`${name} has no version ${formatVersion(version)}`);
    const isDraft = version === module.version || released === undefined ? draft : !released.has(version);
    writers.set(name, { view, fingerprint: entry(version).fingerprint, draft: isDraft, writes: written.map(entry) });
  }
  return writers;
}

/** A whole dump in its canonical form, records in their order; or everything that is wrong with the values. */
export function encodeDump(input: DumpInput): Encoded {
  const written: World = new Map([...input.modules].map(([name, { view }]) => [name, view]));
  const problems: Problem[] = [];
  const bodies: Body[] = [];
  for (const record of input.records) {
    const encoded = encodeRecord(record, written, input);
    if (Array.isArray(encoded)) problems.push(...encoded);
    else if (encoded !== null) bodies.push(encoded);
  }
  bodies.sort((a, b) => a.state.id - b.state.id || a.instance - b.instance);
  problems.push(...repeated(bodies));
  if (problems.length === 0) problems.push(...missing(bodies, written));
  if (problems.length > 0) return { ok: false, problems };
  const needed = [...(input.listed ?? []), ...bodies.map((one) => one.state.type.module)];
  const manifest = manifestFor(input, new Set(needed));
  const manifestBody = encodeState(manifestType(), manifestValue(manifest), "manifest");
  if (!manifestBody.ok) return manifestBody;
  const dump = new DumpBytes();
  dump.record({ id: 0, instance: 0, version: 0, flags: RECORD_MUST | RECORD_MANIFEST }, manifestBody.bytes);
  if (input.embedSchema) {
    const views = manifest.modules.flatMap(({ name }) => written.get(name) ?? []);
    const schema = embedSchema(views);
    if (schema === null) return { ok: false, problems: [tooLarge] };
    dump.record({ id: 0, instance: 0, version: 0, flags: RECORD_SCHEMA }, schema);
  }
  for (const { state, instance, bytes } of bodies) {
    const flags = state.type.ignorable ? 0 : RECORD_MUST;
    dump.record({ id: state.id, instance, version: state.type.version, flags }, bytes);
  }
  return { ok: true, bytes: dump.finish() };
}

const tooLarge = problem("B8018", { expected: `at most ${MAX_SCHEMA_BYTES} bytes`, found: "more" }, { path: "schema" });

interface RecordState {
  readonly type: WireState;
  readonly id: number;
}

interface Body {
  readonly state: RecordState;
  readonly instance: number;
  readonly bytes: Uint8Array;
}

/** The body of a record; null if the version that is written lacks the state and losing it is harmless. */
function encodeRecord(
  record: RecordInput,
  written: World,
  { working, leftOut = () => {} }: DumpInput,
): Body | Problem[] | null {
  const own = findState(working ?? written, record.type);
  const path = `${own === null ? record.type : `${own.module}.${own.name}`}#${record.instance}`;
  if (own === null) return [problem("B8308", { expected: "a state of the schemas", found: record.type }, { path })];
  const { id } = own;
  if (id === null) return [problem("B8308", { expected: "a state with an id of its own", found: own.name }, { path })];
  if (!Number.isInteger(record.instance) || record.instance < 0 || record.instance > 0xffff_ffff) {
    return [problem("B8308", { expected: "an instance of 0..4294967295", found: String(record.instance) }, { path })];
  }
  const target = working === null ? own : targetOf(own, id, written);
  if (target === undefined) {
    const version = written.get(own.module)?.version ?? own.version;
    if (own.ignorable) {
      leftOut({ path, version });
      return null;
    }
    const facts = { expected: formatVersion(version), found: `state ${own.name}, which that version does not have` };
    return [problem("B8303", facts, { path, id })];
  }
  const encoded =
    working === null ? encodeState(own, record.value, path) : encodeStateFor(own, target, record.value, path, leftOut);
  if (!encoded.ok) return [...encoded.problems];
  return { state: { type: target, id }, instance: record.instance, bytes: encoded.bytes };
}

/** A record's state in the version that is written. What has its id in another module is another state. */
function targetOf({ module }: WireState, id: number, written: World): WireState | undefined {
  const target = recordStates(written).get(id);
  return target?.module === module ? target : undefined;
}

/** `single` states that no record is of; not asked where a record could not be written. */
function missing(bodies: readonly Body[], written: World): readonly Problem[] {
  const singles = new Singles();
  for (const { state } of bodies) singles.take(state.type);
  return singles.missing(written, (name) => written.get(name)?.version ?? null, null);
}

function repeated(bodies: readonly Body[]): readonly Problem[] {
  return bodies.flatMap((body, i) => {
    const before = bodies[i - 1];
    if (before === undefined || before.state.id !== body.state.id) return [];
    const { type, id } = body.state;
    const name = `${type.module}.${type.name}`;
    const at = { path: `${name}#${body.instance}`, id };
    if (type.single) return [problem("B8019", { found: name }, at)];
    if (before.instance !== body.instance) return [];
    return [problem("B8306", { expected: `${name}#${before.instance}`, found: `${name}#${body.instance}` }, at)];
  });
}

/** The modules of the records and everything that they import. */
function manifestFor({ producer, modules }: DumpInput, needed: ReadonlySet<string>): Manifest {
  const listed = new Set<string>();
  const waiting = [...needed];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (listed.has(name)) continue;
    listed.add(name);
    waiting.push(...(modules.get(name)?.view.imports ?? []));
  }
  return {
    producer,
    modules: [...listed].sort().flatMap((name): ManifestModule[] => {
      const module = modules.get(name);
      if (module === undefined) return [];
      const { view, fingerprint, draft, writes } = module;
      return [{ name, version: view.version, fingerprint, draft, writes }];
    }),
  };
}

/** The frame around bodies: header, record headers with their checksums, end record. */
class DumpBytes {
  readonly #out = new ByteWriter();
  #count = 0;
  #headersCrc = 0;

  constructor() {
    const header = new Uint8Array(HEADER_BYTES);
    const view = new DataView(header.buffer);
    header.set(MAGIC);
    view.setUint16(8, FORMAT_MAJOR, true);
    view.setUint16(10, FORMAT_MINOR, true);
    view.setUint32(12, HEADER_BYTES, true);
    view.setUint32(60, crc32(header.subarray(0, 60)), true);
    this.#out.append(header);
  }

  record(
    head: { readonly id: number; readonly instance: number; readonly version: Version; readonly flags: number },
    body: Uint8Array,
  ): void {
    const header = new Uint8Array(RECORD_HEADER_BYTES);
    const view = new DataView(header.buffer);
    view.setUint32(0, head.id, true);
    view.setUint32(4, head.instance, true);
    view.setUint16(8, Math.floor(head.version / 0x1_0000), true);
    view.setUint16(10, head.version % 0x1_0000, true);
    view.setUint32(12, head.flags, true);
    view.setBigUint64(16, BigInt(body.length), true);
    view.setUint32(24, crc32(body), true);
    const checked = header.subarray(0, CHECKED_HEADER_BYTES);
    view.setUint32(CHECKED_HEADER_BYTES, crc32(checked), true);
    this.#count++;
    this.#headersCrc = crc32(checked, this.#headersCrc);
    this.#out.append(header);
    this.#out.append(body);
    this.#out.pad();
  }

  finish(): Uint8Array {
    const body = new Uint8Array(24);
    const view = new DataView(body.buffer);
    view.setBigUint64(0, BigInt(this.#count), true);
    view.setBigUint64(8, BigInt(this.#out.length + RECORD_HEADER_BYTES + body.length), true);
    view.setUint32(16, this.#headersCrc, true);
    this.record({ id: 0, instance: 0, version: 0, flags: RECORD_MUST | RECORD_END }, body);
    return this.#out.finish();
  }
}
