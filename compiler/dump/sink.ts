import type { Problem } from "./problem.ts";
import type { RowBytes } from "./row-check.ts";
import type { Value } from "./value.ts";
import type { WireType } from "./wire-type.ts";

/** What a stretch of bytes is. `frame` holds the others together: headers, lengths, counts. Only the last four are leaves that hold no value. */
export type Part =
  "dump" | "record" | "member" | "alternative" | "element" | "field" | "frame" | "padding" | "unknown" | "damaged";

/**
 * How the bytes of a part were taken. `default` and `computed` have no bytes; `dropped` and `retired` were read by a reader that has no such
 * member; `unknown` has no name in the schema.
 */
export type Status = "ok" | "default" | "computed" | "retired" | "dropped" | "unknown" | "error";

/** A part as the walk meets it. */
export interface PartHead {
  readonly part: Part;
  /** A member's name, or its id where it has none (`@12`); an element's index. */
  readonly name: string | number;
  readonly id: number | null;
  /** As the schema writes it; of a frame, what the bytes are. */
  readonly type: string;
  readonly wire: WireType | null;
  /** From the start of the dump. */
  readonly offset: number;
}

/** What a walk tells while it goes: every byte belongs to exactly one leaf. */
export interface Sink {
  enter(head: PartHead): void;
  /** Ends what was entered last; `end` is where its bytes end. */
  leave(end: number, value: Value, status: Status, note?: string): void;
  leaf(head: PartHead, length: number, value: Value, status: Status, note?: string): void;
  /** How many of so many rows, those of the table that is open, are to be told one by one; without it, all. */
  wanted?(rows: number): number;
  /** Rows of the table that is open, behind those that were told: all of them sound, and each with so many bytes of a kind. */
  passed?(rows: number, each: RowBytes): void;
  /** A problem of the part that is told next, or else of the one that is open. */
  problem(one: Problem): void;
}
