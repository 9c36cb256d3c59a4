import { BatonError, quoted } from "./errors.ts";
import { isPlain, own, valueText } from "./values.ts";

/** A version as schemas write it: `2`, or `"2.1"` for a backport. */
export type Version = number | string;

/** Versions to write for: one of the codec's own module, or one for each module by its name. A module that is not written is not named. */
export type VersionChoice = Version | Readonly<Record<string, Version>>;

/** A version and the fingerprint of its schema, 64 hexadecimal digits. */
export interface JudgedVersion {
  readonly version: Version;
  readonly fingerprint: string;
}

/** A version that was judged never to work with this one, and why. */
export interface NeverVersion extends JudgedVersion {
  /** `upgrade`: its dumps are never taken; `rollback`: it is never written for. */
  readonly direction: "upgrade" | "rollback";
  /** In the words of `baton check`. */
  readonly because: string;
}

/** A state that is a record of its own. */
export interface RecordState {
  readonly id: number;
  /** With its module: `linux.pci.PciDevice`. */
  readonly name: string;
  readonly single: boolean;
  readonly ignorable: boolean;
  /** The versions that have it; `until` absent is no end. */
  readonly since: Version;
  readonly until?: Version;
}

/** A record state as an older version had it. */
export type OlderState = Pick<RecordState, "id" | "name" | "single" | "ignorable">;

/** What a generated module says of its schema. Codecs and dumps judge by it; it refers to no code. */
export interface ModuleDescriptor {
  readonly name: string;
  readonly version: Version;
  readonly fingerprint: string;
  /** Not released yet: the fingerprint may change from build to build. */
  readonly draft: boolean;
  /**
   * Versions whose dumps this one takes, its own among them, ascending. `states`: the ids of those of `states` of the module that are records at
   * that version, where it is of another branch and `since` and `until` of these say something else.
   */
  readonly reads: readonly (JudgedVersion & { readonly states?: readonly number[] })[];
  /**
   * Versions that this one can write for, its own among them, ascending. `draft` where it is not that of the module; `native` is false where
   * readers would misread what is not written for them; `states` where the version was released with others than `states` of the module says.
   */
  readonly writes: readonly (JudgedVersion & {
    readonly draft?: boolean;
    readonly native?: false;
    readonly states?: readonly OlderState[];
  })[];
  /** Versions of other branches whose readers were judged to take what this one writes. */
  readonly readers?: readonly JudgedVersion[];
  /** Versions that stand in neither list because they never work. */
  readonly never?: readonly NeverVersion[];
  readonly imports: readonly ModuleDescriptor[];
  readonly states: readonly RecordState[];
}

/** Packed versions by module name; a module that is not there is written at its working version. */
export type Targets = ReadonlyMap<string, number>;

/** A version as one number that orders as versions do, `major << 16 | backport`; null if the text is none. */
export function packVersion(version: unknown): number | null {
  if (typeof version !== "number" && typeof version !== "string") return null;
  const match = /^([1-9][0-9]{0,4})(?:\.([1-9][0-9]{0,4}))?$/.exec(String(version));
  if (match === null) return null;
  const major = Number(match[1]);
  const backport = Number(match[2] ?? 0);
  return major > 0xffff || backport > 0xffff ? null : major * 0x1_0000 + backport;
}

/** The number of a version that generated code names, which is well-formed. */
export function packed(version: Version): number {
  return packVersion(version) ?? 0;
}

/** `2`, `2.1`. */
export function versionText(packedVersion: number): string {
  const backport = packedVersion % 0x1_0000;
  const major = Math.floor(packedVersion / 0x1_0000);
  return backport === 0 ? String(major) : `${major}.${backport}`;
}

/** A version as it is printed and compared outside: 2, or "2.1". */
export function publicVersion(packedVersion: number): Version {
  return packedVersion % 0x1_0000 === 0 ? packedVersion / 0x1_0000 : versionText(packedVersion);
}

/** Whether a state is there at a packed version: `until` 2 covers the backports onto 2. */
export function existsAt({ since, until }: RecordState, version: number): boolean {
  if (version < packed(since)) return false;
  if (until === undefined) return true;
  const last = packed(until);
  return version < (last % 0x1_0000 === 0 ? last + 0x1_0000 : last + 1);
}

/**
 * Those of a module's states that the version that wrote a dump does not have, by its fingerprint: a record of such an id is another module's. Of
 * versions that the module does not read nobody knows.
 */
export function statesBeyond(module: ModuleDescriptor, fingerprint: string): readonly RecordState[] {
  const read = module.reads.find((one) => one.fingerprint === fingerprint);
  if (read === undefined) return [];
  const { states } = read;
  return module.states.filter((state) =>
    states === undefined ? !existsAt(state, packed(read.version)) : !states.includes(state.id),
  );
}

/**
 * A `single` state of a module that a dump written at a packed version must have a record of, and is not among `ids`. Of versions later than the
 * module's own nobody knows.
 */
export function missingSingle(module: ModuleDescriptor, version: number, ids: ReadonlySet<number>): RecordState | null {
  if (version > packed(module.version)) return null;
  return module.states.find((state) => state.single && !ids.has(state.id) && existsAt(state, version)) ?? null;
}

/** The states that are records at a packed version, as a writer for it must have them. */
export function statesAt(module: ModuleDescriptor, version: number): readonly OlderState[] {
  const written = module.writes.find((one) => packed(one.version) === version);
  if (written?.states !== undefined) return written.states;
  return version > packed(module.version) ? [] : module.states.filter((state) => existsAt(state, version));
}

/** Refuses what are no descriptors of modules: a codec may stand there by mistake, or nothing. */
export function checkModules(modules: unknown): asserts modules is readonly ModuleDescriptor[] {
  const isModule = (one: unknown): boolean => isPlain(one) && Array.isArray(own(one, "states"));
  if (Array.isArray(modules) && modules.every(isModule)) return;
  const stranger: unknown = Array.isArray(modules) ? modules.find((one) => !isModule(one)) : modules;
  const found = isPlain(stranger) && "name" in stranger ? quoted(String(stranger.name)) : valueText(stranger);
  throw new BatonError("B8308", {
    expected: "the option `modules`, a list of modules that were generated",
    found: stranger !== modules || Array.isArray(modules) ? `one with ${found}` : found,
  });
}

/** A module and every module it imports, transitively, ascending by name. */
export function closureOf(modules: Iterable<ModuleDescriptor>): readonly ModuleDescriptor[] {
  const found = new Map<string, ModuleDescriptor>();
  const waiting = [...modules];
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    if (found.has(module.name)) continue;
    found.set(module.name, module);
    waiting.push(...module.imports);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What `for` asks of a module and those that it imports, checked against what each can write. A bare version is of the module itself. */
export function targetsOf(choice: VersionChoice, main: ModuleDescriptor): Targets {
  const map = isPlain(choice) ? choice : { [main.name]: choice };
  const targets = new Map<string, number>();
  for (const module of closureOf([main])) {
    if (!Object.hasOwn(map, module.name)) continue;
    const version = map[module.name];
    const target = packVersion(version);
    if (target === null || !module.writes.some((one) => packed(one.version) === target)) {
      const never = module.never?.find((one) => one.direction === "rollback" && packed(one.version) === target);
      const found = typeof version === "string" ? version : valueText(version);
      throw new BatonError("B8304", {
        path: module.name,
        expected: module.writes.map((one) => one.version).join(", "),
        found: never === undefined ? found : `${version} (${never.because})`,
      });
    }
    targets.set(module.name, target);
  }
  return targets;
}

/** Names that a map of versions has and no module that is written. */
function strangers(choice: VersionChoice | undefined, known: readonly ModuleDescriptor[]): readonly string[] {
  if (!isPlain(choice)) return [];
  return Object.keys(choice).filter((name) => !known.some((module) => module.name === name));
}

/** Refuses a map of versions that names a module which is not written: a misspelt name would change nothing. */
export function checkNames(choice: VersionChoice | undefined, modules: Iterable<ModuleDescriptor>): void {
  const known = closureOf(modules);
  const [stranger] = strangers(choice, known);
  if (stranger === undefined) return;
  const expected = `modules of what is written (${known.map((module) => module.name).join(", ")})`;
  throw new BatonError("B8308", { path: "for", expected, found: quoted(stranger) });
}

/**
 * The same where a module may be named that happens to have no records: then every module that is written, and could be at another version, must
 * be named, for a name that is misspelt is missing.
 */
export function checkKnownNames(choice: VersionChoice | undefined, modules: readonly ModuleDescriptor[]): void {
  if (!isPlain(choice)) return;
  const missing = closureOf(modules).some(({ name, writes }) => writes.length > 1 && !Object.hasOwn(choice, name));
  if (missing) checkNames(choice, modules);
}
