import type { Value } from "../dump/value.ts";
import { idText } from "../../runtime/id-text.ts";
import { stepName } from "../dump/step-name.ts";
import { valueText } from "../dump/value-text.ts";
import type { WireType } from "../dump/wire-type.ts";

/** What an entry is, where that shows. `default`, `computed` and `not known` have no bytes. */
export type Status = "ok" | "default" | "computed" | "not known" | "unknown" | "damaged";

/** What a byte is to the entry that it belongs to. */
export type Role = "value" | "frame" | "padding" | "unknown" | "damaged";

/** The entries below one. They are made when they are asked for: a table may have millions. */
export interface Children {
  readonly count: number;
  at(index: number): Entry;
  /** The index of the child that covers a byte, or -1. */
  find(offset: number): number;
  /** The index of a child by its name, or -1. */
  named(name: string): number;
}

/** What an entry is made of. */
export interface Making {
  readonly kind: "dump" | "record" | "frame" | "member" | "element";
  readonly name: string;
  readonly id: number | null;
  /** As the schema writes it, or the form where there is none. */
  readonly type: string;
  readonly wire: WireType | null;
  /** All its bytes, headers and padding too; from the start of the dump. */
  readonly offset: number;
  readonly length: number;
  /** Where the bytes that hold the value start, and how many they are. */
  readonly value?: { readonly offset: number; readonly length: number };
  readonly status?: Status;
  /** Its value, where that is read without those around it. */
  readonly read?: () => Value;
  /** What is shown where there is no such value. */
  readonly text?: () => string;
  readonly children?: (parent: Entry) => Children;
}

export const noChildren: Children = {
  count: 0,
  at: () => {
    throw new Error("there is no child");
  },
  find: () => -1,
  named: () => -1,
};

/** A stretch of a dump that means something: a record, a member, an element of a list. */
export class Entry {
  readonly kind: Making["kind"];
  readonly name: string;
  readonly id: number | null;
  readonly type: string;
  readonly wire: WireType | null;
  readonly offset: number;
  readonly length: number;
  readonly value: { readonly offset: number; readonly length: number };
  readonly status: Status;
  readonly parent: Entry | null;
  readonly index: number;
  readonly #making: Making;
  #children: Children | null = null;
  #text: string | null = null;

  constructor(making: Making, parent: Entry | null, index: number) {
    const { offset, length } = making;
    this.kind = making.kind;
    this.name = making.name;
    this.id = making.id;
    this.type = making.type;
    this.wire = making.wire;
    this.offset = offset;
    this.length = length;
    this.value = making.value ?? { offset, length };
    this.status = making.status ?? "ok";
    this.parent = parent;
    this.index = index;
    this.#making = making;
  }

  get end(): number {
    return this.offset + this.length;
  }

  get children(): Children {
    return (this.#children ??= this.#making.children?.(this) ?? noChildren);
  }

  /** The value as people read it; safe to show as text. */
  get text(): string {
    return (this.#text ??= this.#making.text?.() ?? valueText(this.wire, this.read()));
  }

  /** The value; undefined where it has none of its own, null where it cannot be read. */
  read(): Value {
    return this.#making.read?.();
  }

  /** `linux.pci.PciDevice#3.caps[12].data`. */
  get path(): string {
    const above = this.parent?.path ?? "";
    if (above === "" || this.kind === "record") return this.kind === "dump" ? "" : this.name;
    return this.name.startsWith("[") ? `${above}${this.name}` : `${above}.${this.name}`;
  }

  /** From the dump down to this. */
  get way(): readonly Entry[] {
    return this.parent === null ? [this] : [...this.parent.way, this];
  }
}

/** Children that are made at once, in the order in which they are shown. */
export function listed(parent: Entry, makings: readonly Making[]): Children {
  const entries = makings.map((making, i) => new Entry(making, parent, i));
  const covering = entries.filter(({ length }) => length > 0).sort((a, b) => a.offset - b.offset);
  return {
    count: entries.length,
    at: (index) => entries[index] ?? noChildren.at(index),
    find(offset) {
      let low = 0;
      let high = covering.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((covering[middle]?.offset ?? 0) <= offset) low = middle + 1;
        else high = middle;
      }
      const found = covering[low - 1];
      return found !== undefined && offset < found.end ? found.index : -1;
    },
    named: (name) =>
      entries.findIndex((entry) => entry.name === name || (entry.id !== null && stepName(name) === idText(entry.id))),
  };
}

/** Children that are kept at once of those that are made anew each time. */
const mostKept = 2000;

/** Children of one kind, made when they are asked for. */
export function counted(count: number, make: (index: number) => Entry, find: (offset: number) => number): Children {
  const kept = new Map<number, Entry>();
  return {
    count,
    at(index) {
      const known = kept.get(index);
      if (known !== undefined) return known;
      if (kept.size >= mostKept) kept.clear();
      const made = make(index);
      kept.set(index, made);
      return made;
    },
    find,
    named(name) {
      const index = /^\[(\d+)\]$/.exec(name)?.[1];
      return index !== undefined && Number(index) < count ? Number(index) : -1;
    },
  };
}
