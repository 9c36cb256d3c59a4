import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchBytes } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

function terminalSaying(said: string[], messages: boolean): Terminal {
  return {
    ...{ directory: "/", environment: {}, interactive: { output: false, messages }, columns: 80 },
    ...{ print: () => {}, stream: () => {}, say: (text) => void said.push(text), read: async () => null },
    async *chunks() {},
  };
}

test("shows how far it is once it takes long, and leaves nothing behind", () => {
  const said: string[] = [];
  const watch = watchBytes(terminalSaying(said, true), 10 * 2 ** 20, false);
  watch.read(2 ** 20);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(1500);
  watch.read(5 * 2 ** 20);
  watch.read(6 * 2 ** 20);
  expect(said).toEqual(["\r50 % of 10 MiB"]);
  watch.end();
  expect(said.at(-1)).toBe("\r\u001b[K");
});

test("of a pipe it counts, and where nobody looks or the output stands there it is silent", () => {
  const said: string[] = [];
  const pipe = watchBytes(terminalSaying(said, true), null, false);
  const [unseen, printing] = [
    watchBytes(terminalSaying(said, false), 1, false),
    watchBytes(terminalSaying(said, true), 1, true),
  ];
  vi.advanceTimersByTime(1500);
  for (const watch of [pipe, unseen, printing]) watch.read(3 * 2 ** 20);
  expect(said).toEqual(["\r3 MiB"]);
  for (const watch of [unseen, printing]) watch.end();
  expect(said).toHaveLength(1);
});
