import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { main } from "../compiler/cli/main.ts";
import type { Terminal } from "../compiler/host/terminal.ts";

/** What a call of the program did. */
export interface Called {
  readonly status: number;
  readonly output: string;
  readonly bytes: Uint8Array;
  readonly messages: string;
}

export interface CallOptions {
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  /** Standard input that brings more than is asked for, whatever that is. */
  readonly tooLarge?: boolean;
  readonly interactive?: boolean;
  readonly columns?: number;
  /** In the place of keeping what is printed. */
  readonly print?: Terminal["print"];
}

/** Runs the program in this process, in a folder. */
export async function baton(folder: string, given: readonly string[], options: CallOptions = {}): Promise<Called> {
  const printed: Buffer[] = [];
  let messages = "";
  const interactive = options.interactive ?? false;
  const terminal: Terminal = {
    directory: folder,
    environment: options.environment ?? {},
    interactive: { output: interactive, messages: interactive },
    columns: options.columns ?? 80,
    print: options.print ?? ((content) => void printed.push(Buffer.from(content))),
    stream: (bytes) =>
      options.print === undefined ? void printed.push(Buffer.from(bytes)) : options.print(bytes.slice()),
    say: (text) => void (messages += text),
    async read(limit) {
      const bytes = Buffer.from(options.input ?? "");
      return options.tooLarge === true || bytes.length > limit ? null : bytes;
    },
    async *chunks() {
      const bytes = Buffer.from(options.input ?? "");
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    },
  };
  const status = await main(given, terminal);
  const bytes = Buffer.concat(printed);
  return { status, output: bytes.toString("utf8"), bytes, messages };
}

/** A new folder with the given files, and what removes it. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "baton test "));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs something without the powers of root, for whom no file is closed; as it is for anybody else. */
export async function asNobody<Result>(action: () => Result | Promise<Result>): Promise<Result> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    return await action();
  } finally {
    if (root) process.seteuid?.(0);
  }
}
