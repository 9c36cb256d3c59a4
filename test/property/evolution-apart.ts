/** Runs the evolution test in a process of its own, bundled: the test runner's way of loading modules makes this code a third slower. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** What a run gave. */
export interface EvolutionReport {
  readonly text: string;
  readonly rules: string;
  /** Rules that no pair met. */
  readonly unmet: readonly string[];
  /** Values that generated codecs read, and wrote for the old version. */
  readonly read: number;
  readonly written: number;
  readonly violations: number;
  /** The first of them, as people read them. */
  readonly shown: readonly string[];
}

const script = fileURLToPath(new URL("evolution-part.mjs", import.meta.url));

/** Runs so many pairs from a seed on. */
export async function evolutionApart(seed: number, pairs: number): Promise<EvolutionReport> {
  const options = { maxBuffer: 1 << 26 };
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(seed), String(pairs)], options);
  return JSON.parse(stdout) as EvolutionReport;
}
