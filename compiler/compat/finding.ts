import type { Severity } from "../diagnostics/catalogue.ts";

/** Best first: what a pair of versions can be, over all dumps that hold at least one record. */
export type Verdict = "always" | "conditional" | "never";

/** `upgrade` is an old writer to a new reader; `rollback` a new writer, writing for the old version, to an old reader. */
export type Direction = "upgrade" | "rollback";

/** A version as JSON has it: 2, "2.1", "1 with linux.iommu 2", or "old" and "new" where two whole sources are compared. */
export type VersionName = number | string;

/** A place in a schema; lines and columns from 1. */
export interface SchemaPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** For a file of a revision: its name from the top of the repository, as a review knows it. */
  readonly within?: string;
}

/** A concrete value that shows a verdict, as the codecs of both sides made it happen. */
export interface Witness {
  /** The record that holds the value, `linux.pci.PciDevice`. */
  readonly type: string;
  /** The value as `baton encode` reads it. */
  readonly value: unknown;
  /** The body of the record in hexadecimal, as the dump has it; null where the writer refuses to write it. */
  readonly record: string | null;
  /** The dump in hexadecimal; null where the writer refuses to write it. */
  readonly bytes: string | null;
  /** What the other side makes of it: the refusal in its own words, or the value that it reads instead. */
  readonly outcome: string;
}

/** The exception that would silence a finding, as `baton.json` takes it. */
export interface ExceptionDraft {
  readonly rule: string;
  readonly path: string;
  readonly pairs: readonly string[];
}

/** One change, judged for one pair of versions in one direction. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** "" for what is about no module, such as an exception that nothing needs any more. */
  readonly module: string;
  /** The SOURCE that it was held against, as written; null for the module's own versions. */
  readonly against: string | null;
  /** These three are null for what is about no pair, such as a rewritten release. */
  readonly direction: Direction | null;
  readonly writer: VersionName | null;
  readonly reader: VersionName | null;
  readonly verdict: Verdict;
  /** A dump is taken and means something else: the worst there is. */
  readonly corrupting: boolean;
  /**
   * What dumps would be taken for if other changes did not refuse every one that shows it: `S.b would be read as 5 where 2 was written`. An
   * error, whatever the verdict: it is there as soon as the others are lifted.
   */
  readonly hides?: string;
  /** Who notices: `writer` before the jump, `reader` after it; null where nobody refuses. */
  readonly refusedBy: "writer" | "reader" | null;
  /** `linux.pci.PciDevice.pasid`. */
  readonly path: string;
  readonly message: string;
  readonly fix: string | null;
  /** When it happens, over members; null for always or never. */
  readonly condition: string | null;
  readonly old: SchemaPlace | null;
  readonly new: SchemaPlace | null;
  /** null where there is nothing to witness, or none was asked for. */
  readonly witness: Witness | null;
  /** A witness was looked for and none was found: the verdict stands without one. */
  readonly unshown?: true;
  readonly exception: ExceptionDraft | null;
  /** The condition in parts that stay when names change; null where it has none. Asked for where a baseline is at hand. */
  readonly parts?: () => readonly string[] | null;
  /** Of ids, not of text or lines, so that a baseline survives edits: 64 hexadecimal digits. */
  readonly fingerprint: string;
}

/** The verdict of one pair, by direction in reading order: writer, then reader. */
export interface MatrixCell {
  readonly module: string;
  /** The SOURCE that it was held against, as written; null for the module's own versions. */
  readonly against: string | null;
  readonly direction: Direction;
  readonly writer: VersionName;
  readonly reader: VersionName;
  /** Whether `reads` or `writes` names the pair: one outside them is never, and nobody's concern. */
  readonly supported: boolean;
  readonly verdict: Verdict;
  /** Some dump of the pair would be taken with another meaning. */
  readonly corrupting: boolean;
  /** When a conditional pair is refused, merged into one statement. */
  readonly condition: string | null;
}

/** What was held against what: the proof that something was judged. */
export interface Compared {
  readonly modules: number;
  readonly declarations: number;
  readonly members: number;
  readonly pairs: number;
}

/** Findings that were left out because somebody took them on. */
export interface Accepted {
  readonly exceptions: number;
  readonly baseline: number;
}

/** What `baton check` found; `baton check --format json` prints it. */
export interface CheckResult {
  /** The worst of the pairs that are supported. */
  readonly verdict: Verdict;
  readonly compared: Compared;
  readonly accepted: Accepted;
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly matrix: readonly MatrixCell[];
}
