import type { Source } from "../dump/source.ts";
import type { Terminal } from "./terminal.ts";

/** A dump whose reading people can watch, and what ends the watching. */
export interface Watched {
  readonly source: Source;
  readonly end: () => void;
}

/** Work shorter than this, in milliseconds, needs no progress; nor does anybody read faster than the second. */
const patience = 1000;
const interval = 200;

/** Shows on a terminal how far a dump has been read, once that takes long. Elsewhere nothing is shown. */
export function watchReading(terminal: Terminal, source: Source): Watched {
  if (!terminal.interactive.messages || terminal.interactive.output) return { source, end: () => {} };
  let next = performance.now() + patience;
  let shown = false;
  return {
    source: {
      size: source.size,
      read(offset, length) {
        const now = performance.now();
        if (now >= next) {
          next = now + interval;
          shown = true;
          const percent = source.size === 0 ? 100 : Math.floor((100 * offset) / source.size);
          terminal.say(`\r${percent} % of ${(source.size / 2 ** 20).toFixed(0)} MiB`);
        }
        return source.read(offset, length);
      },
    },
    end: () => {
      if (shown) terminal.say("\r\u001b[K");
    },
  };
}

/**
 * Shows on a terminal how far a dump was read, once that takes long: a part of its size where that is known. Elsewhere nothing is shown, nor where
 * what is printed goes to the same terminal.
 */
export function watchBytes(
  terminal: Terminal,
  size: number | null,
  printing: boolean,
): { readonly read: (bytes: number) => void; readonly end: () => void } {
  if (!terminal.interactive.messages || printing) return { read: () => {}, end: () => {} };
  let next = performance.now() + patience;
  let shown = false;
  return {
    read(bytes) {
      const now = performance.now();
      if (now < next) return;
      next = now + interval;
      shown = true;
      const mebibytes = (count: number): string => `${(count / 2 ** 20).toFixed(0)} MiB`;
      terminal.say(
        size === null || size === 0
          ? `\r${mebibytes(bytes)}`
          : `\r${Math.floor((100 * bytes) / size)} % of ${mebibytes(size)}`,
      );
    },
    end: () => {
      if (shown) terminal.say("\r\u001b[K");
    },
  };
}
