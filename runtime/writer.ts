import type { Carried } from "./carried.ts";
import type { JudgedVersion, ModuleDescriptor, Targets } from "./versions.ts";
import { closureOf, packed } from "./versions.ts";

/** What a reader knows of the version that wrote what it passes on. */
export interface Writer {
  /** The versions to write it for again; null where they are the reader's own, or none that it writes for. */
  readonly targets: Targets | null;
  /** Whether a version is among them that comes before the reader's own. */
  readonly older: boolean;
}

/** Finds the versions of a module and all that it imports which wrote a body: by its dump's manifest, or as its reader was told. */
export function writerOf(main: ModuleDescriptor, { manifest, writer }: Carried): Writer {
  const targets = new Map<string, number>();
  let older = false;
  let known = true;
  for (const module of closureOf([main])) {
    const entry = manifest?.modules.find((one) => one.name === module.name);
    const is = (one: JudgedVersion): boolean =>
      entry === undefined
        ? module === main && writer !== undefined && packed(one.version) === packed(writer)
        : one.fingerprint === entry.fingerprint;
    const reads = module.reads.find(is);
    // A later one has all that this one has.
    if (reads === undefined || packed(reads.version) >= packed(module.version)) continue;
    older = true;
    const target = module.writes.find(is);
    if (target === undefined) known = false;
    else targets.set(module.name, packed(target.version));
  }
  return { targets: older && known ? targets : null, older };
}
