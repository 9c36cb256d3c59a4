import type { Coverage } from "../../dump/nodes.ts";
import type { Side } from "../../dump/diff/content.ts";
import type { Code } from "../../../runtime/errors.ts";

/** What the page knows of a dump before it is open. `modules` are schemas as a schema record has them. */
export interface AboutDump {
  readonly name: string;
  readonly size: number;
  readonly modules: readonly unknown[];
  /** Modules of its manifest without a schema. */
  readonly missing: readonly string[];
  /** What the choice of its schemas found wrong. */
  readonly problems: readonly PlainProblem[];
  /** Whether its bytes are in the page. */
  readonly embedded: boolean;
}

export interface About {
  readonly dumps: readonly AboutDump[];
}

/** What a search goes by. */
export type SearchMode = "any" | "path" | "value" | "bytes";

/** To the worker. */
export type Request =
  | { readonly kind: "open"; readonly side: Side; readonly bytes: Uint8Array; readonly about: AboutDump }
  /** Compares the two dumps that were opened. */
  | { readonly kind: "compare" }
  | {
      readonly kind: "search";
      readonly id: number;
      readonly side: Side;
      readonly mode: SearchMode;
      readonly text: string;
    };

/** A stretch of bytes as two numbers in a row: offset and length. */
export type Stretches = Float64Array<ArrayBuffer>;

export interface PlainProblem {
  readonly offset: number | null;
  readonly path: string;
  readonly code: Code;
  readonly message: string;
}

/** What is told of a problem. */
export function plainProblem({ offset, path, code, message }: PlainProblem): PlainProblem {
  return { offset, path, code, message };
}

export interface PlainChange {
  readonly sign: string;
  readonly path: string;
  readonly a: PlainSpot | null;
  readonly b: PlainSpot | null;
  /** The record that it is of on either side; null where there is none. */
  readonly records: Readonly<Record<Side, string | null>>;
  readonly note: string;
}

export interface PlainSpot {
  readonly path: string;
  readonly offset: number | null;
  readonly length: number;
  readonly text: string;
}

/** From the worker. */
export type Answer =
  | { readonly kind: "progress"; readonly side: Side; readonly done: number }
  | {
      readonly kind: "checked";
      readonly side: Side;
      readonly problems: readonly PlainProblem[];
      readonly coverage: Coverage;
      readonly unknown: Stretches;
      readonly padding: Stretches;
      readonly damaged: Stretches;
    }
  | { readonly kind: "changes"; readonly changes: readonly PlainChange[]; readonly count: number }
  /** The work broke off: a bug, or a browser without the memory for it. */
  | { readonly kind: "failed"; readonly why: string }
  /** More hits of a search; the last one says that it is. */
  | { readonly kind: "found"; readonly id: number; readonly hits: Stretches; readonly done: boolean };
