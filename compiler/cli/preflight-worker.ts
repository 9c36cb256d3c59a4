import { parentPort, workerData } from "node:worker_threads";
import { embeddedReader } from "../dump/embedded.ts";
import type { Request } from "../host/workers.ts";
import { judgeFile, type PreflightSetup } from "./preflight-dump.ts";

// What the command sends.
const setup = workerData as PreflightSetup;
const embedded = await embeddedReader();

/** One thread of `baton preflight`: judges the dumps that it is sent, one after the other. */
parentPort?.on("message", ({ index, task }: Request<{ readonly dump: string; readonly path: string }>) => {
  parentPort?.postMessage({ index, result: judgeFile(setup, embedded, task.dump, task.path) });
});
