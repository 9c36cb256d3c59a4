import { readSync, writeSync } from "node:fs";

/** What a command knows of the world around it: a process in use, a few strings in a test. */
export interface Terminal {
  /** The working directory, absolute. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether people read standard output and standard error there. */
  readonly interactive: { readonly output: boolean; readonly messages: boolean };
  /** Columns of the terminal, 80 where there is none. */
  readonly columns: number;
  /** Machine output and nothing else. */
  readonly print: (content: string | Uint8Array) => void;
  /** The same for output that may be larger than memory: it returns when the bytes are written, however long their reader takes. */
  readonly stream: (bytes: Uint8Array) => void;
  /** Messages. */
  readonly say: (text: string) => void;
  /** All of standard input; null if there are more than `limit` bytes. */
  readonly read: (limit: number) => Promise<Uint8Array | null>;
  /** Standard input as it arrives. */
  readonly chunks: () => AsyncIterable<Uint8Array>;
}

/** Whether to colour: as asked for by `--color` or `--no-color`, else on a terminal unless `NO_COLOR` is set and not empty. */
export function coloured(terminal: Terminal, stream: "output" | "messages", asked: boolean | undefined): boolean {
  if (asked !== undefined) return asked;
  const refused = terminal.environment["NO_COLOR"];
  if (refused !== undefined && refused !== "") return false;
  return terminal.interactive[stream] && terminal.environment["TERM"] !== "dumb";
}

/** Writes all bytes, and waits where a pipe is full: Node would keep what it does not take. */
function writeWaiting(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (codeOf(error) !== "EAGAIN") throw error;
      wait();
    }
  }
}

/** What is read at once: a pipe gives less, and is asked again. */
const chunkBytes = 1 << 20;

/** The bytes of a descriptor as they come. Node's own streams would take longer for a chunk than reading a dump does. */
export async function* chunksOf(descriptor: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let ended = false; !ended;) {
    const chunk = new Uint8Array(chunkBytes);
    let length = 0;
    while (length < chunkBytes && !ended) {
      const count = readWaiting(descriptor, chunk.subarray(length));
      length += count;
      ended = count === 0;
    }
    if (length > 0) yield chunk.subarray(0, length);
  }
}

function readWaiting(descriptor: number, into: Uint8Array): number {
  for (;;) {
    try {
      return readSync(descriptor, into);
    } catch (error) {
      if (codeOf(error) === "EOF") return 0;
      if (codeOf(error) !== "EAGAIN") throw error;
      wait();
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** Milliseconds between two attempts where a pipe is full or empty. */
const pause = 2;

function wait(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
}

/** This process. */
export function processTerminal(): Terminal {
  return {
    directory: process.cwd(),
    environment: process.env,
    interactive: { output: process.stdout.isTTY === true, messages: process.stderr.isTTY === true },
    columns: process.stdout.columns ?? process.stderr.columns ?? 80,
    print: (content) => void process.stdout.write(content),
    stream(bytes) {
      // What was printed before comes first.
      if (process.stdout.writableLength > 0) process.stdout.write(bytes.slice());
      else writeWaiting(process.stdout.fd, bytes);
    },
    say: (text) => void process.stderr.write(text),
    async read(limit) {
      const chunks: Buffer[] = [];
      let total = 0;
      for await (const chunk of process.stdin) {
        // Without an encoding set, standard input yields buffers.
        const bytes = chunk as Buffer;
        total += bytes.length;
        if (total > limit) return null;
        chunks.push(bytes);
      }
      return Buffer.concat(chunks, total);
    },
    chunks: () => chunksOf(0),
  };
}
