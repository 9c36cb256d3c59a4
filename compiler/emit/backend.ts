import type { Module, Version } from "../schema/ir.ts";
import type { WrittenNumbers } from "../schema/numbers.ts";
import type { Span } from "../text.ts";

/** A version with the fingerprint of its schema. */
export interface EmitVersion {
  readonly version: Version;
  readonly fingerprint: string;
  /** The module at that version, where it is of another branch. */
  readonly view?: Module;
}

/** What the gate found when the module was compiled, beyond its own `reads` and `writes`. */
export interface EmitVerdicts {
  /** Versions of other branches: writers whose dumps are taken, and readers that take what is written. */
  readonly accepted: { readonly reads: readonly EmitVersion[]; readonly readers: readonly EmitVersion[] };
  /** Versions that never work, in the gate's words; `reads` and `writes` of the module leave them out. */
  readonly never: readonly (EmitVersion & { readonly direction: "upgrade" | "rollback"; readonly because: string })[];
  /** Versions with which the same bytes mean something else: their readers take what is written for them, and nothing that is not. */
  readonly misread: ReadonlySet<Version>;
}

/** A module as the compiler gives it to a backend. */
export interface EmitModule {
  /** The whole history. */
  readonly module: Module;
  /** The module as it is at every declared version. */
  readonly views: ReadonlyMap<Version, Module>;
  readonly fingerprints: ReadonlyMap<Version, string>;
  /** Whether the working version is not released. */
  readonly draft: boolean;
  /** Versions that have a release; left out where nobody knows. */
  readonly released?: ReadonlySet<Version>;
  /** The versions of its imports that each version was released with; left out where nobody knows. */
  readonly pins?: ReadonlyMap<Version, ReadonlyMap<string, Version>>;
  /** Left out where nobody judged. */
  readonly verdicts?: EmitVerdicts;
  readonly provenance: {
    readonly licence: string | null;
    readonly docs: ReadonlyMap<string, string>;
    readonly spans: ReadonlyMap<string, Span>;
    readonly numbers: WrittenNumbers;
  };
}

/** The modules of a build, by name; closed under imports. */
export type EmitModules = ReadonlyMap<string, EmitModule>;

/** How generated files name each other and the runtime. */
export interface EmitOptions {
  readonly runtime: string;
  readonly importExtension: "js" | "ts" | "none";
}

export const defaultEmitOptions: EmitOptions = { runtime: "@baton/compiler/runtime", importExtension: "js" };

/** A file of the output, its path relative to the output folder, with `/`. */
export interface EmittedFile {
  readonly path: string;
  /** Its text, in parts that are never put together: it may be large. */
  readonly parts: readonly string[];
}

/** One target language: a pure function from schemas to files. `only` names the modules to generate; all if it is left out. */
export type Backend = (
  modules: EmitModules,
  options: EmitOptions,
  only?: ReadonlySet<string>,
) => Promise<readonly EmittedFile[]>;
