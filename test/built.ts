import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// @ts-expect-error: a script, without types
import { buildAll } from "../build.mjs";

/** The package as a user has it, built from the sources as they are. */
export interface Built {
  /** A folder with `node_modules/@baton/compiler`, and beside it the packages that a user's project would have. */
  readonly modules: string;
  /** A folder for PATH: `baton`, and `npx --no-install baton`. */
  readonly programs: string;
  readonly program: string;
  readonly remove: () => void;
}

/** Builds the package into a temporary folder; about a second. */
export async function buildPackage(): Promise<Built> {
  const root = join(import.meta.dirname, "..");
  const folder = mkdtempSync(join(tmpdir(), "baton-built-"));
  const home = join(folder, "node_modules", "@baton", "compiler");
  const programs = join(folder, "bin");
  mkdirSync(home, { recursive: true });
  mkdirSync(programs);
  await buildAll(join(home, "dist"));
  copyFileSync(join(root, "package.json"), join(home, "package.json"));
  const program = join(home, "dist", "baton.js");
  if (!existsSync(program)) throw new Error("the program was not built");
  script(join(programs, "baton"), `exec ${quoted(process.execPath)} ${quoted(program)} "$@"`);
  script(join(programs, "npx"), 'while [ "${1#-}" != "$1" ]; do shift; done\nexec "$@"');
  for (const name of ["tsc", "esbuild"]) {
    script(join(programs, name), `exec ${quoted(join(root, "node_modules", ".bin", name))} "$@"`);
  }
  script(join(programs, "node"), `exec ${quoted(process.execPath)} "$@"`);
  return {
    modules: join(folder, "node_modules"),
    programs,
    program,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function script(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
