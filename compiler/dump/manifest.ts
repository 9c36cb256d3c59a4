import type { Member, Module, State, Type, Version, World } from "../schema/ir.ts";
import { formatVersion } from "../schema/version.ts";
import { problem, type Problem } from "./problem.ts";
import { isList, isObject, memberOf, type Value } from "./value.ts";
import type { WireState, WireType } from "./wire-type.ts";
import { namedWireType } from "./wire-types.ts";

/** Who wrote a dump, and which schemas judge it. */
export interface Manifest {
  readonly producer: string;
  /** Ascending by name. */
  readonly modules: readonly ManifestModule[];
}

export interface ManifestModule {
  readonly name: string;
  readonly version: Version;
  /** 64 hexadecimal digits. */
  readonly fingerprint: string;
  readonly draft: boolean;
  /** The versions that the writer was judged to be able to write for, its own included, ascending. */
  readonly writes: readonly { readonly version: Version; readonly fingerprint: string }[];
}

const version = 0x1_0000;

function member(id: number, name: string, type: Type, stated: Member["default"] = null): Member {
  return {
    ...{ id, name, type, default: stated, since: version, until: null, deprecated: null },
    ...{ range: null, unit: null, hex: false, key: false, sorted: false, handle: false, ignorable: false },
    ...{ reference: null, from: null },
  };
}

function state(name: string, members: readonly Member[]): State {
  return {
    ...{
      kind: "state",
      name,
      members,
      retired: [],
      checks: [],
      reserved: [],
      id: null,
      ignorable: false,
      single: false,
    },
    ...{ since: version, until: null, deprecated: null },
  };
}

const u32: Type = { kind: "int", width: 32, signed: false };
const string: Type = { kind: "string", min: 0, max: null };
const digest: Type = { kind: "bytes", min: 32, max: 32 };

function listOf(name: string): Type {
  return { kind: "list", element: { kind: "named", module: "baton.manifest", name }, min: 0, max: null };
}

/** The schema of the manifest, as docs/wire.md has it. */
export const manifestModule: Module = {
  name: "baton.manifest",
  versions: [{ version, label: null }],
  version,
  reads: [version],
  writes: [version],
  imports: [],
  declarations: [
    state("Manifest", [
      member(1, "producer", string, { kind: "string", value: "" }),
      member(2, "modules", listOf("ModuleEntry")),
    ]),
    state("ModuleEntry", [
      member(1, "name", string),
      member(2, "version", u32),
      member(3, "fingerprint", digest),
      member(4, "draft", { kind: "bool" }, { kind: "bool", value: false }),
      member(5, "writes", listOf("VersionEntry")),
    ]),
    state("VersionEntry", [member(1, "version", u32), member(2, "fingerprint", digest)]),
  ],
};

const manifestWorld: World = new Map([[manifestModule.name, manifestModule]]);

/** The type of the manifest's body. */
export function manifestType(): WireState {
  const type = namedWireType(manifestWorld, { module: manifestModule.name, name: "Manifest" });
  if (type.kind !== "state") throw new Error("the manifest is no state");
  return type;
}

let packed: ReadonlySet<WireType> | null = null;

/** Whether integers of a type are versions of modules, packed as the manifest holds them. */
export function isPackedVersion(type: WireType): boolean {
  packed ??= new Set(
    ["ModuleEntry", "VersionEntry"].flatMap((name) => {
      const entry = namedWireType(manifestWorld, { module: manifestModule.name, name });
      return entry.kind === "state" ? entry.members.filter((one) => one.name === "version").map((one) => one.type) : [];
    }),
  );
  return packed.has(type);
}

function digits(bytes: Value): string {
  if (!(bytes instanceof Uint8Array)) return "";
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A manifest as the value of its schema. */
export function manifestValue(manifest: Manifest): Value {
  return {
    producer: manifest.producer,
    modules: manifest.modules.map((one) => ({
      name: one.name,
      version: one.version,
      fingerprint: bytesOf(one.fingerprint),
      draft: one.draft,
      writes: one.writes.map((each) => ({ version: each.version, fingerprint: bytesOf(each.fingerprint) })),
    })),
  };
}

/** A manifest from what could be read of one; what could not is left out. */
export function manifestOf(value: Value): Manifest {
  if (!isObject(value)) return { producer: "", modules: [] };
  const { producer, modules } = value;
  return {
    producer: typeof producer === "string" ? producer : "",
    modules: objectsOf(modules).flatMap((one): ManifestModule[] => {
      const { name, version: number, fingerprint, draft, writes } = one;
      if (typeof name !== "string" || typeof number !== "number") return [];
      return [
        {
          name,
          version: number,
          fingerprint: digits(fingerprint),
          draft: draft === true,
          writes: objectsOf(writes).flatMap((each) => {
            const written = memberOf(each, "version");
            return typeof written === "number"
              ? [{ version: written, fingerprint: digits(memberOf(each, "fingerprint")) }]
              : [];
          }),
        },
      ];
    }),
  };
}

function objectsOf(value: Value): readonly { readonly [name: string]: Value }[] {
  return isList(value) ? value.filter(isObject) : [];
}

/** What is wrong with a manifest beyond its form: the order of its entries, and an entry without itself in `writes`. */
export function checkManifest(manifest: Manifest, offset: number): readonly Problem[] {
  const problems: Problem[] = [];
  const fail = (path: string, expected: string, found: string): void => {
    problems.push(problem("B8010", { expected, found }, { path, offset }));
  };
  for (const [i, module] of manifest.modules.entries()) {
    const path = `manifest.modules[${i}]`;
    const before = manifest.modules[i - 1];
    if (before !== undefined && before.name >= module.name) fail(path, `a module after ${before.name}`, module.name);
    for (const [k, entry] of module.writes.entries()) {
      const last = module.writes[k - 1];
      if (last !== undefined && last.version >= entry.version) {
        fail(`${path}.writes[${k}]`, `a version after ${formatVersion(last.version)}`, formatVersion(entry.version));
      }
    }
    const own = module.writes.find((entry) => entry.version === module.version);
    if (own?.fingerprint !== module.fingerprint) {
      fail(`${path}.writes`, `version ${formatVersion(module.version)} with its fingerprint`, "none");
    }
  }
  return problems;
}
