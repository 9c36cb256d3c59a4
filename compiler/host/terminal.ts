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

/** This process. */
export function processTerminal(): Terminal {
  return {
    directory: process.cwd(),
    environment: process.env,
    interactive: { output: process.stdout.isTTY === true, messages: process.stderr.isTTY === true },
    columns: process.stdout.columns ?? process.stderr.columns ?? 80,
    print: (content) => void process.stdout.write(content),
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
    // Without an encoding set, standard input yields buffers.
    chunks: () => process.stdin as AsyncIterable<Buffer>,
  };
}
