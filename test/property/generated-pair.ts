/** What the generated codecs of both sides do with a value on its way, held against what the schema-driven ones do. */
import type { Compiled, CompiledModule } from "../../compiler/compile.ts";
import type { Direction } from "../../compiler/compat/finding.ts";
import { whyUnsound } from "../../compiler/dump/sound-world.ts";
import type { NamedType, State, Version, World } from "../../compiler/schema/ir.ts";
import { checkDecode, checkEncode, newGeneratedTally } from "./check-generated.ts";
import type { At } from "./check-codec.ts";
import type { EvolvedPair } from "./evolution.ts";
import { Generated, outcomeOf } from "./generated.ts";
import { versionText } from "./model.ts";
import { outcomeText } from "./outcome.ts";
import { same, shown } from "./same.ts";
import { ToolCodec } from "./tool-codec.ts";
import { statesIn } from "./worlds.ts";

/** A state as one side has it. */
export interface SideState {
  readonly world: World;
  readonly state: State;
}

/** How many values went through generated codecs. */
export interface GeneratedPairTally {
  pairs: number;
  read: number;
  readRefused: number;
  written: number;
  writeRefused: number;
}

export function newGeneratedPairTally(): GeneratedPairTally {
  return { pairs: 0, read: 0, readRefused: 0, written: 0, writeRefused: 0 };
}

/** The generated codecs of both sides of a pair, made when they are first asked for. */
export class GeneratedPair {
  readonly #pair: EvolvedPair;
  readonly #tally: GeneratedPairTally;
  #old: Generated | null = null;
  #new: Generated | null = null;
  /** The new side with the old one as a version of its own; null where it cannot be one. */
  readonly #writer: Compiled | null;
  #writing: Generated | null = null;

  constructor(pair: EvolvedPair, tally: GeneratedPairTally) {
    this.#pair = pair;
    this.#tally = tally;
    this.#writer = withOlder(pair.new.compiled, pair.old.compiled);
    tally.pairs++;
  }

  /**
   * Sends a value through them; throws where they do something else than the schema-driven ones. `isNever`: no user has a writer for that version,
   * which may refuse what the tools write.
   */
  check(
    direction: Direction,
    module: string,
    { writer, reader }: { readonly writer: SideState; readonly reader: SideState },
    value: unknown,
    isNever: boolean,
  ): void {
    if (direction === "upgrade") this.#upgrade(atOf(module, writer), atOf(module, reader), value);
    else this.#rollback(atOf(module, writer), atOf(module, reader), value, isNever);
  }

  #upgrade(from: At, to: At, value: unknown): void {
    this.#old ??= new Generated(this.#pair.old.compiled);
    checkEncode(this.#old.codec(from.type.module, from.type.name), from, value, newGeneratedTally());
    const written = from.codec.encode(value);
    this.#new ??= new Generated(this.#pair.new.compiled);
    if (written.ok) this.#read(this.#new, to, written.result);
  }

  #rollback(from: At, to: At, value: unknown, isNever: boolean): void {
    const wanted = from.codec.encodeFor(to.codec, value);
    if (wanted.ok) {
      this.#old ??= new Generated(this.#pair.old.compiled);
      this.#read(this.#old, to, wanted.result);
    }
    if (this.#writer === null) return;
    const names = [...importedBy(from.world, from.type.module)];
    this.#write(from, to, value, new Set(names), isNever);
    if (names.length === 1) return;
    // Each module has a version of its own: one of them at the older, all others as they are.
    for (const name of names) {
      const view = to.world.get(name);
      if (view === undefined || view.version === from.world.get(name)?.version) continue;
      const mixed = new Map(from.world).set(name, view);
      if (whyUnsound(mixed) !== null) continue;
      const state = statesIn(mixed, from.type.module).find((one) => one.id === from.codec.type.id);
      if (state === undefined) continue;
      const at = atOf(from.type.module, { world: mixed, state });
      // Rows that are laid out anew by another module's version alone are refused.
      this.#write(from, at, value, new Set([name]), true);
    }
  }

  /** Writes a value for a world that has these modules at their older versions. */
  #write(from: At, to: At, value: unknown, older: ReadonlySet<string>, mayRefuse: boolean): void {
    if (this.#writer === null) return;
    this.#writing ??= new Generated(this.#writer);
    const { codec } = this.#writing.codec(from.type.module, from.type.name);
    const wanted = from.codec.encodeFor(to.codec, value);
    const target = Object.fromEntries(
      [...older].map((name) => [name, versionText(to.world.get(name)?.version ?? from.world.get(name)?.version ?? 0)]),
    );
    const found = outcomeOf(() => codec.encode(value as object, { for: target }));
    const isSpared = mayRefuse && !found.ok;
    if ((found.ok !== wanted.ok && !isSpared) || (found.ok && wanted.ok && !same(found.result, wanted.result))) {
      const [is, should] = [found, wanted].map((one) => (one.ok ? shown(one.result) : outcomeText(one)));
      throw new Error(`generated encode for ${JSON.stringify(target)}: ${is}, the tools: ${should}`);
    }
    if (wanted.ok) this.#tally.written++;
    else this.#tally.writeRefused++;
  }

  #read(generated: Generated, to: At, bytes: Uint8Array): void {
    const isTaken = checkDecode(generated.codec(to.type.module, to.type.name), to, bytes, newGeneratedTally());
    if (isTaken) this.#tally.read++;
    else this.#tally.readRefused++;
  }
}

/** A module and every module that it imports, transitively. */
function importedBy(world: World, module: string, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(module)) return found;
  found.add(module);
  for (const name of world.get(module)?.imports ?? []) importedBy(world, name, found);
  return found;
}

function atOf(module: string, { world, state }: SideState): At {
  const type: NamedType = { kind: "named", module, name: state.name };
  return { world, type, codec: new ToolCodec(world, module, state) };
}

/**
 * Whether the new side can write for the old one as for an older version of its own that was released as something else than its text says; a
 * release that its compiler refuses is none.
 */
export function isReleased({ old, new: now }: EvolvedPair): boolean {
  const writer = withOlder(now.compiled, old.compiled);
  return (
    writer !== null &&
    [...writer.modules].some(([name, { fingerprints }]) => {
      const version = old.compiled.modules.get(name)?.module.version;
      return (
        version !== undefined && fingerprints.get(version) !== now.compiled.modules.get(name)?.fingerprints.get(version)
      );
    })
  );
}

function withOlder(now: Compiled, old: Compiled): Compiled | null {
  const modules = new Map<string, CompiledModule>();
  for (const [name, one] of now.modules) {
    const other = old.modules.get(name);
    if (other === undefined) {
      modules.set(name, one);
      continue;
    }
    const { version } = other.module;
    const [view, print] = [other.views.get(version), other.fingerprints.get(version)];
    if (view === undefined || print === undefined) return null;
    if (version === one.module.version) {
      if (print !== one.fingerprints.get(version)) return null;
      modules.set(name, one);
      continue;
    }
    if (version > one.module.version) return null;
    const views = new Map([...one.views, [version, view]]);
    const fingerprints = new Map([...one.fingerprints, [version, print]]);
    const writes = [...new Set([...one.module.writes, version])].sort((a, b) => a - b);
    const versions = one.module.versions.some((known) => known.version === version)
      ? one.module.versions
      : [...one.module.versions, { version, label: null }].sort((a, b) => a.version - b.version);
    const imports = other.module.imports.map((imported): [string, Version] => [
      imported,
      old.modules.get(imported)?.module.version ?? 0,
    ]);
    const pins = new Map([[version, new Map(imports)]]);
    modules.set(name, { ...one, views, fingerprints, pins, module: { ...one.module, writes, versions } });
  }
  return { ...now, modules };
}
