import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

/** What is sent to a worker, and what comes back. */
export interface Request<Task> {
  readonly index: number;
  readonly task: Task;
}

export interface Response<Result> {
  readonly index: number;
  readonly result: Result;
}

/** Tasks that wait at a worker, so that it never waits for one. */
const ahead = 4;

/** As many as the machine runs at once. */
export function usualJobs(): number {
  return availableParallelism();
}

/** The built file of a worker, beside the program or its parts; null where the program runs from its sources. */
export function workerFile(name: string): URL | null {
  const places = [`./${name}.js`, `../${name}.js`].map((place) => new URL(place, import.meta.url));
  return places.find((place) => place.protocol === "file:" && existsSync(fileURLToPath(place))) ?? null;
}

/**
 * Gives the results of tasks in their order, worked on by several threads that each got `data` once. Few results are held at any time: a slow
 * task holds up those behind it.
 */
export async function* inParallel<Task, Result>(
  file: URL,
  data: unknown,
  tasks: Iterable<Task>,
  jobs: number,
): AsyncGenerator<Result, void, undefined> {
  const waiting = new Map<number, Result>();
  const iterator = tasks[Symbol.iterator]();
  const most = jobs * ahead * 4;
  let wake = (): void => {};
  let failure: unknown = null;
  let given = 0;
  const state = { sent: 0, ended: false };
  const idle: Worker[] = [];
  const feed = (): void => {
    while (idle.length > 0 && state.sent - given < most && !state.ended) {
      const next = iterator.next();
      if (next.done === true) {
        state.ended = true;
        return;
      }
      const request: Request<Task> = { index: state.sent++, task: next.value };
      idle.shift()?.postMessage(request);
    }
  };
  const workers = Array.from({ length: jobs }, () => new Worker(file, { workerData: data }));
  for (const worker of workers) {
    worker.on("message", ({ index, result }: Response<Result>) => {
      waiting.set(index, result);
      idle.push(worker);
      feed();
      wake();
    });
    const fail = (error: unknown): void => {
      failure ??= error;
      wake();
    };
    worker.on("error", fail);
    for (let i = 0; i < ahead; i++) idle.push(worker);
  }
  try {
    feed();
    while (given < state.sent || !state.ended) {
      const result = waiting.get(given);
      if (waiting.has(given)) {
        waiting.delete(given++);
        feed();
        // It is there.
        yield result as Result;
        continue;
      }
      if (failure !== null) throw failure;
      await new Promise<void>((resolve) => (wake = resolve));
      wake = () => {};
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
