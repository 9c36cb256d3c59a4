import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

/** Golden files are written, not compared, when `BATON_GOLDEN=update` is set; a run that changes one fails, so that none changes unseen. */
const update = process.env["BATON_GOLDEN"] === "update";

/** The names of the cases in a folder of `golden/`, each a folder itself. */
export function casesOf(folder: string): string[] {
  return readdirSync(join(import.meta.dirname, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

/** The files of a case, relative to it. */
export function filesOf(folder: string, name: string): string[] {
  return readdirSync(join(import.meta.dirname, folder, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(import.meta.dirname, folder, name).length + 1))
    .toSorted();
}

/** The text of a file of a case. */
export function readGolden(folder: string, name: string, file: string): string {
  return readFileSync(join(import.meta.dirname, folder, name, file), "utf8");
}

/** Compares an output with the file of a case that holds it. */
export function expectGolden(folder: string, name: string, file: string, actual: string): void {
  const path = join(import.meta.dirname, folder, name, file);
  const expected = existsSync(path) ? readFileSync(path, "utf8") : null;
  if (update && expected !== actual) writeFileSync(path, actual);
  // The other files of the case are compared, too, and one run updates them all.
  expect.soft(actual, expected === null ? `${path} does not exist` : undefined).toBe(expected);
}
