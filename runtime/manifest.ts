import { stringOf, bytesOf, listOf, u32, bool, type StateDescription } from "./description.ts";
import { BatonError, type Facts } from "./errors.ts";
import type { Input } from "./input.ts";
import { misread } from "./locate.ts";
import { reserve } from "./memory.ts";
import { utf8Length } from "./text.ts";
import { afterLast } from "./unknown.ts";
import { fromHex } from "./values.ts";
import { packed, publicVersion, type ModuleDescriptor, type Targets, type Version } from "./versions.ts";

/** A version and its fingerprint, as bytes that are compared and hexadecimal digits that are printed. */
export interface ManifestVersion {
  readonly version: Version;
  readonly fingerprint: string;
}

/** What a dump says of a module whose types are in it. */
export interface ManifestModule extends ManifestVersion {
  readonly name: string;
  /** The version was not released when the dump was written. */
  readonly draft: boolean;
  /** Every version that the writer was judged to be able to write for, ascending. */
  readonly writes: readonly ManifestVersion[];
}

export interface Manifest {
  /** Who wrote the dump: kernel release, build id; free text. */
  readonly producer: string;
  /** Ascending by name. */
  readonly modules: readonly ManifestModule[];
}

/** The manifest's entry of a module that is written at its working version, or at a target. */
export function manifestModule(module: ModuleDescriptor, targets: Targets | null): ManifestModule {
  const { name, draft } = module;
  const target = targets?.get(name);
  if (target === undefined || target === packed(module.version)) {
    return { name, draft, version: module.version, fingerprint: module.fingerprint, writes: readersOf(module) };
  }
  const judged = module.writes.find((one) => packed(one.version) === target);
  if (judged === undefined) throw new Error(`${name} cannot be written at ${target}`);
  return { name, draft, ...judged, writes: [judged] };
}

/** The body of a manifest record. */
export function encodeManifest({ producer, modules }: Manifest): Uint8Array {
  const size = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + 16 + utf8Length(text) * 3, 0);
  const entries = modules.reduce((sum, module) => sum + 128 + module.writes.length * 72, 0);
  const out = reserve(64 + size([producer, ...modules.map((module) => module.name)]) + entries);
  const { words } = out;
  let o = out.start;
  if (producer !== "") o = out.text(o, 0x102_0001, producer, 0, Infinity);
  const list = o;
  words[o + 2] = modules.length;
  words[o + 3] = 0;
  o += 4;
  const version = (at: number, id: number, one: ManifestVersion): number => {
    words[at] = 0x100_0000 | id;
    words[at + 1] = packed(one.version);
    return out.blob(at + 2, 0x102_0000 | (id + 1), fromHex(one.fingerprint), 32, 32);
  };
  for (const module of modules) {
    const element = o;
    o = out.text(o + 2, 0x102_0001, module.name, 0, Infinity);
    o = version(o, 2, module);
    if (module.draft) {
      words[o] = 0x100_0004;
      words[o + 1] = 1;
      o += 2;
    }
    const writes = o;
    words[o + 2] = module.writes.length;
    words[o + 3] = 0;
    o += 4;
    for (const one of module.writes) {
      words[o] = 48;
      words[o + 1] = 0;
      // The two members of an entry have the ids 1 and 2.
      o = version(o + 2, 1, one);
    }
    out.close(writes, 0x104_0005, o);
    words[element] = (o - element - 2) * 4;
    words[element + 1] = 0;
  }
  return out.take(out.close(list, 0x104_0002, o));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function describeManifest(): StateDescription {
  return {
    kind: "state",
    name: "manifest",
    members: [
      { id: 1, name: "producer", type: stringOf(0), default: "" },
      { id: 2, name: "modules", type: listOf(describeModule, 0) },
    ],
    read: readManifest,
  };
}

function describeModule(): StateDescription {
  return {
    kind: "state",
    name: "module",
    members: [
      { id: 1, name: "name", type: stringOf(0) },
      { id: 2, name: "version", type: u32 },
      { id: 3, name: "fingerprint", type: bytesOf(32, 32) },
      { id: 4, name: "draft", type: bool, default: false },
      { id: 5, name: "writes", type: listOf(describeVersion, 0) },
    ],
    read: readModule,
  };
}

function describeVersion(): StateDescription {
  return {
    kind: "state",
    name: "version",
    members: [
      { id: 1, name: "version", type: u32 },
      { id: 2, name: "fingerprint", type: bytesOf(32, 32) },
    ],
    read: readVersion,
  };
}

/** Reads the body of a manifest record. */
export function decodeManifest(input: Input): Manifest {
  try {
    return readManifest(input, input.start, input.end);
  } catch (error) {
    throw misread(error, input, describeManifest);
  }
}

function readManifest(input: Input, start: number, end: number): Manifest {
  let o = input.skip(start, end, describeManifest, 1);
  let producer = "";
  if (hasId(input, o, end, 1)) [producer, o] = readText(input, o, end, describeManifest, 1);
  o = input.expect(o, end, describeManifest, 2);
  const [modules, next] = readList(input, o, end, readModule);
  input.skip(next, end, describeManifest, afterLast);
  const mistake = manifestMistake(modules);
  if (mistake !== null) throw input.refuse("B8010", o, mistake);
  return { producer, modules };
}

/** A version as a number that orders as versions do, be it one that no schema can have. */
function orderOf(version: Version): number {
  const [major = 0, backport = 0] = String(version).split(".").map(Number);
  return major * 0x1_0000 + backport;
}

/** What no writer writes: modules or versions out of order, and a module that does not list its own version, to be judged by. */
function manifestMistake(modules: readonly ManifestModule[]): Required<Facts> | null {
  for (const [i, { name, version, fingerprint, writes }] of modules.entries()) {
    const before = modules[i - 1];
    if (before !== undefined && before.name >= name) {
      return { expected: `a module after ${before.name}`, found: name };
    }
    for (const [k, one] of writes.entries()) {
      const last = writes[k - 1];
      if (last === undefined || orderOf(last.version) < orderOf(one.version)) continue;
      return { expected: `a version of ${name} after ${last.version}`, found: String(one.version) };
    }
    const own = writes.find((one) => orderOf(one.version) === orderOf(version));
    if (own?.fingerprint !== fingerprint) {
      return { expected: `version ${version} of ${name} with its fingerprint in \`writes\``, found: "none" };
    }
  }
  return null;
}

function readModule(input: Input, start: number, end: number): ManifestModule {
  let o = input.expect(start, end, describeModule, 1);
  let name: string;
  [name, o] = readText(input, o, end, describeModule, 1);
  let version: Version;
  [version, o] = readNumber(input, o, end, describeModule, 2);
  let fingerprint: string;
  [fingerprint, o] = readFingerprint(input, o, end, describeModule, 3);
  let draft = false;
  o = input.skip(o, end, describeModule, 4);
  if (hasId(input, o, end, 4)) {
    input.expect(o, end, describeModule, 4);
    if (input.words[o + 1]! > 1) throw input.refuse("B8204", o, { found: String(input.words[o + 1]) });
    draft = input.words[o + 1] === 1;
    o += 2;
  }
  o = input.expect(o, end, describeModule, 5);
  let writes: ManifestVersion[];
  [writes, o] = readList(input, o, end, readVersion);
  input.skip(o, end, describeModule, afterLast);
  return { name, version, fingerprint, draft, writes };
}

function readVersion(input: Input, start: number, end: number): ManifestVersion {
  const [version, o] = readNumber(input, start, end, describeVersion, 1);
  const [fingerprint, next] = readFingerprint(input, o, end, describeVersion, 2);
  input.skip(next, end, describeVersion, afterLast);
  return { version, fingerprint };
}

function hasId(input: Input, o: number, end: number, id: number): boolean {
  return o < end && (input.words[o]! & 0xffff) === id;
}

function readText(
  input: Input,
  start: number,
  end: number,
  describe: () => StateDescription,
  id: number,
): [string, number] {
  const o = input.expect(start, end, describe, id);
  const next = input.blob(o, end);
  return [input.text(o, 0, Infinity), next];
}

function readNumber(
  input: Input,
  start: number,
  end: number,
  describe: () => StateDescription,
  id: number,
): [Version, number] {
  const o = input.expect(start, end, describe, id);
  return [publicVersion(input.words[o + 1]!), o + 2];
}

function readFingerprint(
  input: Input,
  start: number,
  end: number,
  describe: () => StateDescription,
  id: number,
): [string, number] {
  const o = input.expect(start, end, describe, id);
  const next = input.blob(o, end);
  if (input.words[o + 1] !== 32) throw input.refuse("B8206", o, { expected: "32", found: String(input.words[o + 1]) });
  return [toHex(input.slice((o + 2) * 4, 32)), next];
}

function readList<Element>(
  input: Input,
  o: number,
  end: number,
  read: (input: Input, o: number, end: number) => Element,
): [Element[], number] {
  const next = input.list(o, end);
  const elements: Element[] = [];
  let at = o + 4;
  for (let i = input.words[o + 2]!; i > 0; i--) {
    const after = input.elementBody(at, next);
    elements.push(read(input, at + 2, after));
    at = after;
  }
  input.checkListEnd(at, next);
  return [elements, next];
}

/** Who was judged to take what a module writes natively: versions of its own line, and of branches where their numbers are not its own. */
function readersOf({ writes, readers = [] }: ModuleDescriptor): readonly ManifestVersion[] {
  const own = writes.filter(({ native }) => native !== false);
  const others = readers.filter(({ version }) => !own.some((one) => packed(one.version) === packed(version)));
  return others.length === 0 ? own : [...own, ...others].sort((a, b) => packed(a.version) - packed(b.version));
}

/**
 * Judges a dump's entry of a module by fingerprints: either the reader knows the writer's version, or the writer was judged to write for the
 * reader's. Version numbers say nothing: a fork's version 2 is nobody's version 2.
 */
export function judgeModule(entry: ManifestModule, module: ModuleDescriptor): void {
  if (module.reads.some((one) => one.fingerprint === entry.fingerprint)) return;
  if (entry.fingerprint === module.fingerprint) return;
  if (entry.writes.some((one) => one.fingerprint === module.fingerprint)) return;
  const never = module.never?.find((one) => one.direction === "upgrade" && one.fingerprint === entry.fingerprint);
  if (never !== undefined) {
    throw new BatonError("B8024", {
      path: entry.name,
      found: `${entry.name} ${entry.version}`,
      expected: never.because,
    });
  }
  throw new BatonError("B8016", {
    path: entry.name,
    found: `${entry.name} ${entry.version}${entry.draft ? " (draft)" : ""}, ${entry.fingerprint.slice(0, 12)}`,
    expected: module.reads.map((one) => `${one.version} (${one.fingerprint.slice(0, 12)})`).join(", "),
  });
}
