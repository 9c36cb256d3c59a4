import type { RecordItem } from "../inspect.ts";

/** Records of one state that are equal in all but their instance: where one was taken out or put in, all behind it have another. */
export interface InstanceChange {
  readonly kind: "instances";
  /** The state: `linux.pci.PciDevice`. */
  readonly type: string;
  readonly records: number;
  readonly runs: readonly InstanceRun[];
}

/** Records whose instances follow one another on both sides: that of `a` + i is that of `b` + i now. */
export interface InstanceRun {
  /** The first of them, by its key. */
  readonly path: string;
  readonly records: number;
  readonly a: FirstInstance;
  readonly b: FirstInstance;
}

export interface FirstInstance {
  readonly instance: number;
  /** Of its record. */
  readonly offset: number;
}

/** Gathers the records of one state that differ in their instance alone, in the order of a. */
export class Instances {
  #type = "";
  #records = 0;
  #runs: { path: string; records: number; a: FirstInstance; b: FirstInstance }[] = [];

  add(a: RecordItem, b: RecordItem, path: () => string): void {
    this.#type = stateOf(b);
    this.#records++;
    const last = this.#runs.at(-1);
    if (last !== undefined && follows(last.a, last.records, a) && follows(last.b, last.records, b)) {
      last.records++;
      return;
    }
    this.#runs.push({ path: path(), records: 1, a: first(a), b: first(b) });
  }

  /** What was gathered, for once; null if nothing was. */
  take(): InstanceChange | null {
    const [records, runs] = [this.#records, this.#runs];
    this.#records = 0;
    this.#runs = [];
    return records === 0 ? null : { kind: "instances", type: this.#type, records, runs };
  }
}

function follows(run: FirstInstance, records: number, { header }: RecordItem): boolean {
  return header.instance === run.instance + records;
}

function first({ header, offset }: RecordItem): FirstInstance {
  return { instance: header.instance, offset };
}

/** The name of a record without its instance. */
export function stateOf({ name }: { readonly name: string }): string {
  return name.slice(0, name.lastIndexOf("#"));
}
