import { writeSync } from "node:fs";
import type { Finding } from "./compare.ts";

/** What the processes tell the runner, one JSON line each on standard output. Times are CLOCK_MONOTONIC in nanoseconds. */
export type Event =
  | {
      readonly event: "captured";
      readonly from: string;
      readonly functions: readonly FunctionLine[];
      readonly problems: readonly string[];
    }
  | { readonly event: "listening"; readonly pid: number; readonly port: number }
  | { readonly event: "held"; readonly descriptors: readonly string[]; readonly others: number }
  | {
      readonly event: "frozen";
      readonly pid: number;
      readonly answered: number;
      readonly lastAnswer: string;
      readonly received: number;
      readonly bytes: number;
      readonly encodedIn: number;
      readonly writtenIn: number;
    }
  | { readonly event: "spawned"; readonly pid: number; readonly at: string }
  | {
      readonly event: "checked";
      readonly pid: number;
      readonly rehearsal: string | null;
      readonly started: string;
      readonly read: string;
      readonly opened: string;
      readonly checked: string;
      readonly findings: readonly Finding[];
      readonly functions: readonly string[];
      readonly dropped: readonly (readonly [path: string, count: number])[];
      /** Of the dump, by state. */
      readonly sizes: Readonly<Record<string, { readonly records: number; readonly bytes: number }>>;
    }
  | {
      readonly event: "answered";
      readonly firstAnswer: string;
      readonly fromPipe: string;
      readonly fromJournal: string;
    }
  | { readonly event: "refused"; readonly rehearsal: string | null; readonly message: string };

/** One PCI function as the runner prints it. */
export interface FunctionLine {
  readonly address: string;
  readonly id: string;
  readonly driver: string;
  readonly details: readonly string[];
}

/** Written at once: the process may end or be replaced right after. */
export function emit(event: Event): void {
  writeSync(1, `${JSON.stringify(event)}\n`);
}

export function now(): bigint {
  return process.hrtime.bigint();
}

/** A text protocol, so that the client needs nothing of ours: `request 7` is answered by `answer 7 from old 4711`. */
export function answer(line: string, side: "old" | "new"): string {
  return `answer ${line.replace(/^request /, "")} from ${side} ${process.pid}\n`;
}

/** Cuts complete lines off the front of what was received so far. */
export class Lines {
  #rest = "";

  /** Lines without their ends. */
  push(chunk: string): readonly string[] {
    const parts = (this.#rest + chunk).split("\n");
    this.#rest = parts.pop() ?? "";
    return parts;
  }

  /** What came after the last line end. */
  get rest(): string {
    return this.#rest;
  }
}
