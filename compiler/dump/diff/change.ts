import type { Value } from "../value.ts";
import type { WireType } from "../wire-type.ts";
import type { Stretch } from "./places.ts";

/** One difference between two records. */
export interface Change {
  /**
   * `instance`: the record itself, paired by its key or as the only one, has another instance beside what else changed. `moved`: elements that
   * stand elsewhere in their list. `unread`: a value that could not be read on one side at least. `bytes`: every value is equal, and the bytes are not.
   */
  readonly kind: "changed" | "added" | "removed" | "instance" | "moved" | "unread" | "bytes";
  /** Where it is, elements by their key; as b names it where b has it. */
  readonly path: string;
  /** The id of the member, alternative or field; null for an element, or a record as a whole. */
  readonly id: number | null;
  /** null where that side has none. */
  readonly a: Spot | null;
  readonly b: Spot | null;
  /** What else there is to say, "" for nothing. */
  readonly note: string;
  /** Elements that were moved together; 1 otherwise. */
  readonly elements: number;
}

/** Where a value stands on one side, and what it is. */
export interface Spot {
  /** With indices, as `baton decode` has it. */
  readonly path: string;
  /** null where no bytes hold it: at its default, or computed. */
  readonly place: Stretch | null;
  readonly type: WireType | null;
  readonly value: Value;
}
