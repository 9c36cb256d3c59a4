import type { Diagnostic } from "../diagnostics/catalogue.ts";
import { absolute, disk, done, type Files, type Outcome } from "../host/files.ts";
import { openOutput, writeOne, type OutputFile } from "../host/write.ts";
import { coloured, type Terminal } from "../host/terminal.ts";
import { fancy } from "../report.ts";

/** What every command answers: done, the answer is no, the call or its input is wrong, our bug. */
export const status = { done: 0, no: 1, wrong: 2, bug: 3 } as const;

export type Status = (typeof status)[keyof typeof status];

/** A command: reads its options from the call, calls what is pure, reports, and says how it went. */
export type Run = (call: Call) => Promise<Status>;

/** One call of a command, its options and arguments checked against the table of commands. */
export class Call {
  readonly terminal: Terminal;
  readonly files: Files;
  readonly #arguments: readonly string[];
  readonly #options: Readonly<Record<string, unknown>>;
  #input: Promise<Uint8Array | null> | undefined;

  constructor(terminal: Terminal, given: readonly string[], options: Readonly<Record<string, unknown>>) {
    this.terminal = terminal;
    this.files = disk(terminal.directory);
    this.#arguments = given;
    this.#options = options;
  }

  /** The arguments that are no options, in order. */
  get arguments(): readonly string[] {
    return this.#arguments;
  }

  /** Whether an option without a value was given. */
  flag(name: string): boolean {
    return this.#options[name] === true;
  }

  /** Whether an option was turned off by its `--no-` form. */
  denied(name: string): boolean {
    return this.#options[name] === false;
  }

  /** The value of an option; undefined if it was not given. */
  text(name: string): string | undefined {
    const value = this.#options[name];
    return typeof value === "string" ? value : undefined;
  }

  /** The values of an option that can be repeated, in order. */
  texts(name: string): readonly string[] {
    const value = this.#options[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** The value of an option that is a whole number; the table of commands has checked it. */
  number(name: string): number | undefined {
    const value = this.#options[name];
    return typeof value === "number" ? value : undefined;
  }

  /** Whether what the command makes goes to a terminal. */
  get printing(): boolean {
    const out = this.text("out");
    return this.terminal.interactive.output && (out === undefined || out === "-");
  }

  /** A path as a person gave it, absolute. */
  path(given: string): string {
    return absolute(this.terminal.directory, given);
  }

  /** Standard input, which can be read once and asked for again; null if it has more than `limit` bytes, of which the first asker decides. */
  async input(limit: number): Promise<Uint8Array | null> {
    this.#input ??= this.terminal.read(limit);
    return await this.#input;
  }

  /** Says what standard input holds, or that it has too much, where somebody has read it already. */
  provide(bytes: Uint8Array | null): void {
    this.#input = Promise.resolve(bytes);
  }

  /** Whether to colour what goes to a stream. */
  coloured(stream: "output" | "messages"): boolean {
    const asked = this.#options["color"];
    return coloured(this.terminal, stream, typeof asked === "boolean" ? asked : undefined);
  }

  /** Tells people about mistakes, on standard error. */
  report(diagnostics: readonly Diagnostic[]): void {
    if (diagnostics.length === 0) return;
    const width = Math.max(60, this.terminal.interactive.messages ? this.terminal.columns : 120);
    this.terminal.say(fancy(diagnostics, { color: this.coloured("messages"), width }));
  }

  /** Reports mistakes that leave the command nothing to do. */
  refuse(diagnostics: readonly Diagnostic[]): Status {
    this.report(diagnostics);
    return status.wrong;
  }

  /** Hands out what the command was asked for: to the file of `--out`, else to standard output. */
  deliver(content: string | Uint8Array): Status {
    const out = this.text("out");
    if (out === undefined || out === "-") {
      this.terminal.print(content);
      return status.done;
    }
    const written = writeOne(this.terminal.directory, this.path(out), content);
    return written.ok ? status.done : this.refuse(written.mistakes);
  }
}

/** Where a command hands out what it makes piece by piece: to the file of `--out`, else to standard output. */
export function outputOf(call: Call): Outcome<OutputFile> {
  const out = call.text("out");
  if (out !== undefined && out !== "-") return openOutput(call.terminal.directory, call.path(out));
  return done({ write: (bytes) => call.terminal.stream(bytes), commit: () => done(true), abort: () => {} });
}
