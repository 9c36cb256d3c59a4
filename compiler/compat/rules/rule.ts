import type { WireState } from "../../dump/wire-type.ts";
import { typeText } from "../../schema/type-text.ts";
import type { Default, Range, Type } from "../../schema/ir.ts";
import type { Bounds, ChangeKind, ChangeOf, Typed } from "../change.ts";
import type { Direction } from "../finding.ts";
import type { Hazard, Root } from "../graph.ts";
import type { Site, Use } from "../site.ts";

/** The worst that a change may do in one direction. */
export type Worst = "harmless" | "conditional" | "never" | "corrupting";

/** What a change does to the records of a state as a whole. */
export interface RecordHazard {
  readonly outcome: "refused" | "misread";
  /** A dump that `holds` a record of the state, `several` of them, or `not one` (none or several); `all` dumps, with a record that the reader knows. */
  readonly records: "holds" | "several" | "not one" | "all";
  readonly state: WireState;
  /** Who refuses. A misreading that is none, because the codecs refuse it, is a refusal by them. */
  readonly by: "writer" | "reader";
  /** How the reader takes the record, where it takes it for another one. */
  readonly root: Root | null;
}

/** The records of a module in one direction: those of the writer, and those that the reader knows. */
export interface RecordsSite {
  readonly direction: Direction;
  readonly roots: readonly Root[];
  /** A record that the reader knows, by its name. */
  readonly reader: (name: string) => WireState | null;
  /** The version that the dump is of. */
  readonly written: number;
  /** The reader's own version: of later ones it does not know what must be in them. */
  readonly known: number;
}

/** What a change does in one direction, asked once for each place where it makes itself felt. */
export type Consequence<K extends ChangeKind> =
  | { readonly at: "nothing"; readonly worst: "harmless" }
  /** At each member or alternative of both sides whose type it is in. */
  | {
      readonly at: "use";
      readonly worst: Worst;
      readonly hazards: (change: ChangeOf<K>, use: Use) => readonly Hazard[];
    }
  /** At the declaration that it is in. */
  | {
      readonly at: "node";
      readonly worst: Worst;
      readonly hazards: (change: ChangeOf<K>, site: Site) => readonly Hazard[];
    }
  | {
      readonly at: "records";
      readonly worst: Worst;
      readonly hazards: (change: ChangeOf<K>, site: RecordsSite) => readonly RecordHazard[];
    };

/** One kind of change, judged: a row of the table. */
export interface Rule<K extends ChangeKind> {
  /** A few words, as the heading of its page. */
  readonly title: string;
  /** What changed, in one line without capital and full stop. */
  readonly message: (change: ChangeOf<K>) => string;
  /** What to write instead, for one direction; null where nothing is wrong or nothing helps. */
  readonly fix: (change: ChangeOf<K>, direction: Direction) => string | null;
  /** The page that `baton explain` prints: what it does to a handoff, and why. */
  readonly explain: string;
  /** A line of a schema before and after. */
  readonly example: { readonly old: string; readonly new: string };
  /** The rule of the opposite change, or why there is none. */
  readonly mirror: ChangeKind | { readonly none: string };
  readonly upgrade: Consequence<K>;
  readonly rollback: Consequence<K>;
}

export type Rules<K extends ChangeKind> = { readonly [R in K]: Rule<R> };

/** No dump minds. */
export const harmless = { at: "nothing", worst: "harmless" } as const;

/** There is nothing to do about it. */
export const noFix = (): null => null;

/** What the reader has of what both sides have: the new side's on upgrade, the old side's on rollback. */
export function readers<T>(change: { readonly old: T; readonly new: T }, direction: Direction): T {
  return direction === "upgrade" ? change.new : change.old;
}

/** What the writer has. */
export function writers<T>(change: { readonly old: T; readonly new: T }, direction: Direction): T {
  return direction === "upgrade" ? change.old : change.new;
}

/** `u32`, `Capability[..48]`, in backquotes. */
export function quoted(type: Type): string {
  return `\`${typeText(type)}\``;
}

/** ``the enum `Mode` ``: a type with what its name stands for. */
export function declaredText({ type, declared }: Typed): string {
  return declared === null ? quoted(type) : `the ${declared} ${quoted(type)}`;
}

/** `1..48`, `..48`, `no bound`. */
export function boundsText({ min, max }: Bounds): string {
  if (min === max) return `exactly ${min}`;
  return max === null ? (min === 0 ? "any" : `${min}..`) : `${min === 0 ? "" : min}..${max}`;
}

/** `0..255`, or that there is none. */
export function rangeText(range: Range | null): string {
  return range === null ? "any" : `${range.min}..${range.max}`;
}

/** A default as a schema writes it. */
export function defaultText(stated: Default | null): string {
  if (stated === null) return "none";
  switch (stated.kind) {
    case "int":
      return String(stated.value);
    case "bool":
      return String(stated.value);
    case "string":
      return JSON.stringify(stated.value);
    case "bytes":
      return JSON.stringify(stated.hex);
    case "empty":
      return "[]";
    case "zero":
      return "0";
  }
}
