import { writeSync } from "node:fs";

export interface Answer {
  readonly side: "old" | "new";
  readonly at: bigint;
}

/** What the client saw, as one JSON line; times in nanoseconds. */
export type ClientReport =
  | {
      readonly ok: true;
      readonly localPort: number;
      readonly byOld: number;
      readonly byNew: number;
      /** From the last answer of the old process to the first of the new one. */
      readonly gap: number;
      /** Median between two answers of different bursts, for comparison. */
      readonly usual: number;
      readonly second: string;
    }
  | { readonly ok: false; readonly reason: string };

export function emitReport(
  seen:
    | { readonly ok: true; readonly localPort: number; readonly answers: readonly Answer[]; readonly second: string }
    | { readonly ok: false; readonly reason: string },
): void {
  writeSync(1, `${JSON.stringify(seen.ok ? summarize(seen) : seen)}\n`);
}

function summarize(seen: {
  readonly localPort: number;
  readonly answers: readonly Answer[];
  readonly second: string;
}): ClientReport {
  const { answers } = seen;
  const change = answers.findIndex((answer) => answer.side === "new");
  const gapBefore = (index: number): number => Number((answers[index]?.at ?? 0n) - (answers[index - 1]?.at ?? 0n));
  const gaps = answers
    .map((_, index) => (index === 0 || index === change ? 0 : gapBefore(index)))
    .filter((gap) => gap > 0);
  gaps.sort((a, b) => a - b);
  return {
    ok: true,
    localPort: seen.localPort,
    byOld: change < 0 ? answers.length : change,
    byNew: change < 0 ? 0 : answers.length - change,
    gap: change > 0 ? gapBefore(change) : 0,
    usual: gaps[gaps.length >> 1] ?? 0,
    second: seen.second,
  };
}
